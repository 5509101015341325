// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/mix.h"

#include <cmath>

namespace linka {
namespace {

constexpr double most_dpi = 1e6;  // beyond it a header is damaged

// Hundredths where the resolution is no whole number: what a file's rational or inch-from-metre
// conversion can carry.
void frequency(XmlWriter& xml, std::string_view element, double dpi) {
  const long long hundredths = std::llround(dpi * 100);
  const bool whole = hundredths % 100 == 0;
  xml.open(element)
      .leaf("mix:numerator", std::to_string(whole ? hundredths / 100 : hundredths))
      .leaf("mix:denominator", whole ? "1" : "100")
      .close();
}

// The one word that the two lists of sensors spell differently.
std::string sensor_word(std::string word, bool camera) {
  if (word == "OneChipColourArea" || word == "OneChipColorArea")
    return camera ? "OneChipColorArea" : "OneChipColourArea";
  return word;
}

bool complete(const Scanner& s) {
  return s.kind.ends_with("scanner") && !s.manufacturer.empty() && !s.model.empty() &&
         !s.model_number.empty() && !s.serial.empty() && !s.sensor.empty() && !s.software.empty() &&
         !s.software_version.empty() && s.optical_dpi > 0;
}

void write_scanner(XmlWriter& xml, const Scanner& s) {
  const std::string dpi = std::to_string(s.optical_dpi);
  xml.open("mix:ScannerCapture").leaf("mix:scannerManufacturer", s.manufacturer);
  xml.open("mix:ScannerModel")
      .leaf("mix:scannerModelName", s.model)
      .leaf("mix:scannerModelNumber", s.model_number)
      .leaf("mix:scannerModelSerialNo", s.serial)
      .close();
  xml.open("mix:MaximumOpticalResolution")
      .leaf("mix:xOpticalResolution", dpi)
      .leaf("mix:yOpticalResolution", dpi)
      .leaf("mix:opticalResolutionUnit", "in.")
      .close();
  xml.leaf("mix:scannerSensor", sensor_word(s.sensor, false));
  xml.open("mix:ScanningSystemSoftware")
      .leaf("mix:scanningSoftwareName", s.software)
      .leaf("mix:scanningSoftwareVersionNo", s.software_version)
      .close();
  xml.close();
}

// How Exif says the same of a sensor.
const char* sensing_method(const std::string& sensor) {
  if (sensor == "OneChipColorArea") return "One-chip color area sensor";
  if (sensor == "TwoChipColorArea") return "Two-chip color area sensor";
  if (sensor == "ThreeChipColorArea") return "Three-chip color area sensor";
  if (sensor == "ColorTriLinear") return "Trilinear sensor";
  if (sensor == "ColorSequentialLinear") return "Color sequential linear sensor";
  return "Not defined";
}

bool complete_camera(const Scanner& s) {
  return s.kind == "digital still camera" && !s.manufacturer.empty() && !s.model.empty() &&
         !s.model_number.empty() && !s.serial.empty() && !s.sensor.empty() &&
         s.sensor != "ColorSequentialArea";  // no camera has that
}

void write_camera(XmlWriter& xml, const Scanner& s) {
  const std::string sensor = sensor_word(s.sensor, true);
  xml.open("mix:DigitalCameraCapture").leaf("mix:digitalCameraManufacturer", s.manufacturer);
  xml.open("mix:DigitalCameraModel")
      .leaf("mix:digitalCameraModelName", s.model)
      .leaf("mix:digitalCameraModelNumber", s.model_number)
      .leaf("mix:digitalCameraModelSerialNo", s.serial)
      .close();
  xml.leaf("mix:cameraSensor", sensor);
  xml.open("mix:CameraCaptureSettings")
      .open("mix:ImageData")
      .leaf("mix:sensingMethod", sensing_method(sensor))
      .close()
      .close();
  xml.close();
}

void write_capture(XmlWriter& xml, const MixCapture& c) {
  xml.open("mix:ImageCaptureMetadata");
  xml.open("mix:SourceInformation").leaf("mix:sourceType", c.source_type);
  if (!c.shelf_mark.empty())
    xml.open("mix:SourceID")
        .leaf("mix:sourceIDType", "shelf mark")
        .leaf("mix:sourceIDValue", c.shelf_mark)
        .close();
  xml.close();
  xml.open("mix:GeneralCaptureInformation")
      .leaf("mix:dateTimeCreated", c.time)
      .leaf("mix:imageProducer", c.producer)
      .leaf("mix:captureDevice", c.scanner.kind)
      .close();
  if (complete(c.scanner)) write_scanner(xml, c.scanner);
  if (complete_camera(c.scanner)) write_camera(xml, c.scanner);
  // The asterisk belongs to the word; sizes are given as the page stands upright.
  xml.leaf("mix:orientation", "normal*");
  xml.close();
}

void write_jpeg2000(XmlWriter& xml, const MixJpeg2000& j) {
  xml.open("mix:SpecialFormatCharacteristics").open("mix:JPEG2000");
  xml.open("mix:CodecCompliance")
      .leaf("mix:codec", j.codec)
      .leaf("mix:codecVersion", j.codec_version)
      .leaf("mix:codestreamProfile", j.profile)
      .leaf("mix:complianceClass", j.compliance_class)
      .close();
  xml.open("mix:EncodingOptions");
  xml.open("mix:Tiles")
      .leaf("mix:tileWidth", std::to_string(j.tile_width))
      .leaf("mix:tileHeight", std::to_string(j.tile_height))
      .close();
  xml.leaf("mix:qualityLayers", std::to_string(j.layers));
  xml.leaf("mix:resolutionLevels", std::to_string(j.levels));
  xml.close().close().close();
}

}  // namespace

void write_mix(XmlWriter& xml, const MixImage& image) {
  xml.open("mix:mix").attribute("xmlns:mix", "http://www.loc.gov/mix/v20");
  xml.open("mix:BasicDigitalObjectInformation");
  xml.open("mix:ObjectIdentifier")
      .leaf("mix:objectIdentifierType", "file")
      .leaf("mix:objectIdentifierValue", image.object_id)
      .close();
  xml.leaf("mix:fileSize", std::to_string(image.size_bytes));
  xml.open("mix:FormatDesignation")
      .leaf("mix:formatName", image.format)
      .leaf("mix:formatVersion", image.format_version)
      .close();
  xml.leaf("mix:byteOrder", image.byte_order);
  xml.open("mix:Compression").leaf("mix:compressionScheme", image.compression).close();
  xml.close();

  xml.open("mix:BasicImageInformation").open("mix:BasicImageCharacteristics");
  xml.leaf("mix:imageWidth", std::to_string(image.width_px));
  xml.leaf("mix:imageHeight", std::to_string(image.height_px));
  xml.open("mix:PhotometricInterpretation").leaf("mix:colorSpace", image.color_space).close();
  xml.close();
  if (image.jpeg2000) write_jpeg2000(xml, *image.jpeg2000);
  xml.close();

  if (image.capture) write_capture(xml, *image.capture);

  xml.open("mix:ImageAssessmentMetadata").open("mix:SpatialMetrics");
  xml.leaf("mix:samplingFrequencyPlane", "object plane");
  const bool known = image.dpi.known() && image.dpi.x < most_dpi && image.dpi.y < most_dpi;
  xml.leaf("mix:samplingFrequencyUnit", known ? "in." : "no absolute unit of measurement");
  if (known) {
    frequency(xml, "mix:xSamplingFrequency", image.dpi.x);
    frequency(xml, "mix:ySamplingFrequency", image.dpi.y);
  }
  xml.close();
  xml.open("mix:ImageColorEncoding").open("mix:BitsPerSample");
  for (int bits : image.bits_per_sample) xml.leaf("mix:bitsPerSampleValue", std::to_string(bits));
  xml.leaf("mix:bitsPerSampleUnit", "integer").close();
  xml.leaf("mix:samplesPerPixel", std::to_string(image.bits_per_sample.size()));
  xml.close().close();

  if (image.processing)
    xml.open("mix:ChangeHistory")
        .open("mix:ImageProcessing")
        .leaf("mix:dateTimeProcessed", image.processing->time)
        .leaf("mix:sourceData", image.processing->source_file)
        .leaf("mix:processingAgency", image.processing->agency)
        .close()
        .close();
  xml.close();
}

}  // namespace linka
