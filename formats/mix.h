// SPDX-License-Identifier: GPL-3.0-or-later
// MIX 2.0: technical metadata of one image.
#pragma once

#include "formats/xml_writer.h"
#include "model/geometry.h"
#include "model/record.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace linka {

struct MixJpeg2000 {
  std::string codec, codec_version;
  std::string profile;  // "P2": the codestream claims no profile
  std::string compliance_class;
  int tile_width = 0, tile_height = 0, layers = 0, levels = 0;
};

struct MixCapture {
  std::string source_type = "printed book";
  std::string shelf_mark;  // of the volume; may be empty
  std::string time;        // date-time
  std::string producer;
  // A scanner or a camera, as its kind says; described only when every value is there.
  Scanner scanner;
};

struct MixProcessing {
  std::string time;         // date-time
  std::string source_file;  // the scan's
  std::string agency;
};

struct MixImage {
  std::string object_id;  // of the PREMIS object it describes
  std::uint64_t size_bytes = 0;
  std::string format, format_version;
  std::string byte_order;   // "little endian" or "big endian"
  std::string compression;  // "Uncompressed"
  int width_px = 0, height_px = 0;
  std::string color_space;  // "sRGB"
  std::optional<MixJpeg2000> jpeg2000;
  std::optional<MixCapture> capture;
  Dpi dpi;
  std::vector<int> bits_per_sample;  // one a channel
  std::optional<MixProcessing> processing;
};

void write_mix(XmlWriter& xml, const MixImage& image);

}  // namespace linka
