// SPDX-License-Identifier: GPL-3.0-or-later
#include "kramerius-export/rules_technical.h"

#include "base/translate.h"

namespace linka::rules {
namespace {

using Shapes = std::vector<Shape>;
constexpr Severity warn = Severity::warning;

Shape leaf(std::string_view name) {
  return Shape::leaf(name).once();
}
Shape node(std::string_view name, Shapes children) {
  return Shape::node(name, std::move(children)).once();
}
Shape optional(std::string_view name) {
  return Shape::leaf(name).maybe();
}

// For the catalogue of translations; the complaint is translated when it is made.
constexpr const char* marked(const char* english) {
  return english;
}

Judge wants(bool (*fits)(std::string_view), const char* complaint) {
  return [fits, complaint](const std::string& v) {
    return fits(v) ? std::string() : std::string(tr(complaint));
  };
}
Judge number() {
  return wants(is_number, marked("not a number"));
}
Judge date() {
  return wants(is_edtf, marked("not an ISO 8601 date and time"));
}

}  // namespace

Shape premis_object_shape(const Standard& standard, ObjectKind kind) {
  const bool scan = kind == ObjectKind::original_scan;
  const Judge assigned =
      standard.periodical ? wants([](std::string_view v) { return is_date(v) || is_date_time(v); },
                                  marked("not a date like 2025-03-14"))
                          : wants(is_date, marked("not a date like 2025-03-14"));
  Shapes children = {
      node("objectIdentifier", {leaf("objectIdentifierType"), leaf("objectIdentifierValue")})
          .must(),
      node("preservationLevel",
           {leaf("preservationLevelValue").of({scan ? "deleted" : "preservation"}),
            optional("preservationLevelDateAssigned").judged(assigned)})
          .must(),
      node("objectCharacteristics",
           {leaf("compositionLevel").of({"0", "1", "2"}, warn),
            node("fixity", {leaf("messageDigestAlgorithm"), leaf("messageDigest"),
                            leaf("messageDigestOriginator")})
                .must(),
            leaf("size").judged(number()),
            node("format", {node("formatDesignation", {leaf("formatName"), leaf("formatVersion")}),
                            node("formatRegistry", {leaf("formatRegistryName").of({"PRONOM"}),
                                                    leaf("formatRegistryKey")})})
                .must(),
            node("creatingApplication",
                 {leaf("creatingApplicationName"), leaf("creatingApplicationVersion"),
                  leaf("dateCreatedByApplication").judged(date())})
                .must()})
          .must(),
      leaf("originalName")};
  if (!scan)
    children.push_back(
        Shape::node("relationship",
                    {leaf("relationshipType"),
                     leaf("relationshipSubType")
                         .of({"created from", "has source", "is source of", "has sibling",
                              "has part", "is part of", "has root", "includes", "is included in"},
                             warn),
                     node("relatedObjectIdentification", {leaf("relatedObjectIdentifierType"),
                                                          leaf("relatedObjectIdentifierValue")})
                         .must(),
                     node("relatedEventIdentification",
                          {leaf("relatedEventIdentifierType"), leaf("relatedEventIdentifierValue"),
                           optional("relatedEventSequence")})
                         .must()})
            .must());
  const Shape event = Shape::node("linkingEventIdentifier", {leaf("linkingEventIdentifierType"),
                                                             leaf("linkingEventIdentifierValue")});
  if (scan) children.push_back(event.must());
  if (kind == ObjectKind::master_copy) children.push_back(event);
  return Shape::node("object", std::move(children)).needs("xsi:type", {"premis:file"});
}

Shape premis_event_shape() {
  return Shape::node(
      "event",
      {node("eventIdentifier", {leaf("eventIdentifierType"), leaf("eventIdentifierValue")}),
       leaf("eventType").of({"capture", "migration", "derivation", "deletion"}, warn),
       leaf("eventDateTime").judged(date()),
       leaf("eventDetail")
           .of({"capture/digitization", "migration/MC_creation", "capture/XML_creation",
                "deletion/PS_deletion", "derivation/POSTPROCESSING_creation",
                "capture/TXT_creation"},
               warn),
       Shape::node("eventOutcomeInformation", {leaf("eventOutcome")}),
       Shape::node("linkingAgentIdentifier",
                   {leaf("linkingAgentIdentifierType"), leaf("linkingAgentIdentifierValue"),
                    Shape::leaf("linkingAgentRole")})
           .must(),
       Shape::node("linkingObjectIdentifier",
                   {leaf("linkingObjectIdentifierType"), leaf("linkingObjectIdentifierValue")})
           .must()});
}

Shape premis_agent_shape() {
  return Shape::node(
      "agent",
      {node("agentIdentifier", {leaf("agentIdentifierType"), leaf("agentIdentifierValue")}).must(),
       Shape::leaf("agentName"), leaf("agentType").of({"organization", "person", "software"}, warn),
       Shape::leaf("agentNote")});
}

namespace {

Shape scanner_capture() {
  return Shape::node("ScannerCapture",
                     {leaf("scannerManufacturer"),
                      node("ScannerModel", {leaf("scannerModelName"), leaf("scannerModelNumber"),
                                            leaf("scannerModelSerialNo")}),
                      node("MaximumOpticalResolution",
                           {leaf("xOpticalResolution").judged(number()),
                            leaf("yOpticalResolution").judged(number()),
                            leaf("opticalResolutionUnit").of({"in.", "cm", "no absolute unit"})}),
                      leaf("scannerSensor")
                          .of({"undefined", "MonochromeLinear", "ColorTriLinear",
                               "ColorSequentialLinear", "MonochromeArea", "OneChipColourArea",
                               "TwoChipColorArea", "ThreeChipColorArea", "ColorSequentialArea"}),
                      node("ScanningSystemSoftware",
                           {leaf("scanningSoftwareName"), leaf("scanningSoftwareVersionNo")})})
      .maybe();
}

Shape camera_capture() {
  Shapes children = {
      leaf("digitalCameraManufacturer"),
      node("DigitalCameraModel", {leaf("digitalCameraModelName"), leaf("digitalCameraModelNumber"),
                                  leaf("digitalCameraModelSerialNo")}),
      leaf("cameraSensor"), node("CameraCaptureSettings", {Shape::open("ImageData").once()})};
  return Shape::node("DigitalCameraCapture", std::move(children)).maybe();
}

Shape capture() {
  return node(
      "ImageCaptureMetadata",
      {Shape::node("SourceInformation",
                   {leaf("sourceType"),
                    Shape::node("SourceID", {leaf("sourceIDType"), leaf("sourceIDValue")})})
           .maybe(),
       node("GeneralCaptureInformation",
            {leaf("dateTimeCreated").judged(date()), Shape::leaf("imageProducer").must(),
             optional("captureDevice")
                 .of({"reflection print scanner", "transmission scanner", "digital still camera",
                      "still from video"})}),
       scanner_capture(), camera_capture(),
       leaf("orientation")
           .of({"normal*", "normal, image flipped", "normal, rotated 180\xc2\xb0",
                "normal, image flipped, rotated 180\xc2\xb0",
                "normal, image flipped, rotated cw 90\xc2\xb0", "normal, rotated ccw 90\xc2\xb0",
                "normal, image flipped, rotated ccw 90\xc2\xb0", "normal, rotated cw 90\xc2\xb0",
                "unknown"})});
}

Shape jpeg2000() {
  return Shape::node(
             "SpecialFormatCharacteristics",
             {Shape::node(
                  "JPEG2000",
                  {node("CodecCompliance",
                        {leaf("codec"), leaf("codecVersion"), leaf("codestreamProfile"),
                         leaf("complianceClass").of({"C0", "C1", "C2"})}),
                   node("EncodingOptions", {node("Tiles", {leaf("tileWidth").judged(number()),
                                                           leaf("tileHeight").judged(number())}),
                                            leaf("qualityLayers").judged(number()),
                                            leaf("resolutionLevels").judged(number())})})
                  .once()})
      .maybe();
}

Shape frequency(std::string_view name) {
  return Shape::node(name,
                     {leaf("numerator").judged(number()), optional("denominator").judged(number())})
      .maybe();
}

}  // namespace

Shape mix_shape(bool original_scan) {
  Shapes basic = {node(
      "BasicImageCharacteristics",
      {leaf("imageWidth").judged(number()), leaf("imageHeight").judged(number()),
       node("PhotometricInterpretation",
            {leaf("colorSpace"),
             Shape::node("ColorProfile", {Shape::node("IccProfile", {leaf("iccProfileName"),
                                                                     leaf("iccProfileVersion"),
                                                                     optional("iccProfileURI")})
                                              .once()})
                 .maybe()})})};
  if (!original_scan) basic.push_back(jpeg2000());
  Shapes all = {
      node("BasicDigitalObjectInformation",
           {Shape::node("ObjectIdentifier",
                        {leaf("objectIdentifierType"), leaf("objectIdentifierValue")}),
            optional("fileSize").judged(number()),
            node("FormatDesignation", {leaf("formatName"), leaf("formatVersion")}),
            leaf("byteOrder").of({"little endian", "big endian"}),
            node("Compression", {leaf("compressionScheme")}).must()}),
      node("BasicImageInformation", std::move(basic)),
      node(
          "ImageAssessmentMetadata",
          {node("SpatialMetrics",
                {optional("samplingFrequencyPlane"),
                 leaf("samplingFrequencyUnit").of({"in.", "cm", "no absolute unit of measurement"}),
                 frequency("xSamplingFrequency"), frequency("ySamplingFrequency")}),
           node("ImageColorEncoding",
                {node("BitsPerSample", {Shape::leaf("bitsPerSampleValue").must().judged(number()),
                                        optional("bitsPerSampleUnit").of({"integer"})}),
                 leaf("samplesPerPixel").judged(number())})})};
  if (original_scan)
    all.push_back(capture());
  else
    all.push_back(
        node("ChangeHistory",
             {Shape::node("ImageProcessing", {leaf("dateTimeProcessed").judged(date()),
                                              leaf("sourceData"), Shape::leaf("processingAgency")})
                  .must()}));
  return Shape::node("mix", std::move(all));
}

}  // namespace linka::rules
