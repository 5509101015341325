// SPDX-License-Identifier: GPL-3.0-or-later
// What is known of a scan and of each page made from it: the input as it lay on the disk, what each
// stage found and how sure it was, and what was written. Plain values; workspace/ stores them as
// JSON.
#pragma once

#include "model/bend.h"
#include "model/geometry.h"
#include "model/ids.h"
#include "model/neighbour.h"
#include "model/page_finding.h"
#include "model/page_hints.h"
#include "model/page_measures.h"

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace linka {

// The scanner or camera, as far as the file's tags name it. Empty = the file does not say.
struct CaptureDevice {
  std::string make;              // TIFF/Exif Make
  std::string model;             // Model
  std::string serial;            // BodySerialNumber
  std::string software;          // Software
  std::string software_version;  // where it can be told apart from the name
  std::string artist;            // Artist or HostComputer: who ran it
  std::string captured_at;  // ISO 8601 ("2025-03-14T09:15:00"), from DateTimeOriginal or DateTime
};

// A scan as it lay in its file, before anything was done.
struct SourceFacts {
  std::string file_name;  // path below the folder of scans
  int frame = 0;          // which image of the file, from 0
  int frames = 1;         // how many the file holds
  std::uint64_t size_bytes = 0;
  std::string md5, sha256;     // of the whole file
  std::string modified_at;     // the file's time, ISO 8601 UTC
  std::string format;          // "image/tiff", "image/png", "image/jpeg", "image/jp2"
  std::string format_version;  // "6.0" (TIFF), "1.2" (PNG), "1.02" (JFIF), "1.0" (JP2)
  std::string compression;     // MIX words: "Uncompressed", "LZW", "Deflate", "PackBits",
                               // "CCITT Group 4", "JPEG", "JPEG2000"
  std::string byte_order;      // "little endian" or "big endian"
  std::string color_space;     // MIX words: "BlackIsZero", "WhiteIsZero", "RGB", "sRGB",
                               // "PaletteColor", "CMYK", "YCbCr"
  int stored_width_px = 0, stored_height_px = 0;  // before the orientation tag is obeyed
  int width_px = 0, height_px = 0;                // upright
  int orientation = 1;                            // TIFF/Exif 1..8
  std::vector<int> bits_per_sample;               // one a channel
  int samples_per_pixel = 0;
  Dpi dpi;  // what is used; the profile's default when the file says nothing
  bool dpi_from_file = false;
  std::string icc_name;  // description of the embedded profile; empty when there is none
  CaptureDevice device;
  std::vector<std::string> notes;  // what was odd and how it was read, a sentence each
};

struct MasterCheck {
  std::string mode;        // "full", "sample", "off"
  bool compared = false;   // whether this page was decoded again
  bool identical = false;  // every sample equal
  int max_difference = 0;  // of 255
};

struct WrittenFile {
  std::string name;  // in the page's folder
  std::uint64_t size_bytes = 0;
  std::string md5, sha256;
};

struct PageFacts {
  PageId id;
  SourceFacts source;

  int turn_deg = 0;                    // quarter turns of the scan that came first: 0, 90, 180, 270
  Quad region{};                       // the part of the scan that is this page, scan pixels
  double split_confidence = 0;         // 0...1
  double spread_confidence = 0;        // 0...1: what the scan alone says for two pages
  double measured_angle_deg = 0;       // the turn as measured, also when it was left alone
  double angle_deg = 0;                // turn applied, clockwise; 0 = left alone
  double skew_confidence = 0;          // 0...1
  Box crop;                            // in the turned frame (model/geometry.h)
  double crop_confidence = 0;          // 0...1
  std::array<double, 4> crop_sides{};  // left, top, right, bottom: how sure, 0...1
  std::vector<Neighbour> neighbours;   // what lay beside the page
  Bend bend;                           // empty: flat, or left as it is
  double bend_confidence = 0;          // 0...1
  PageMeasures measures;
  std::vector<PageFinding> findings;  // of this page alone; the book's are made when it is read
  bool resampled = false;             // false: the page's pixels are the scan's own

  int width_px = 0, height_px = 0, channels = 0;
  Dpi dpi;

  bool is_blank = false;
  double blank_confidence = 0;  // 0...1
  double ink_share = 0;         // 0...1

  std::size_t words = 0;
  double text_confidence = 0;       // mean of the words, 0...1
  std::string ocr_models;           // "ces"
  std::string ocr_engine;           // who read the text: "Tesseract 5.3.0"
  double models_confidence = 0;     // 0...1, that these models suit the page
  double estimated_word_error = 0;  // 0...1, the share of words that are probably wrong
  std::string read_at;              // when the text was read, as made_at
  PageHints hints;                  // what the text says of the page's place in the book

  MasterCheck master_check;
  double user_psnr_db = 0;  // user copy against the page; 0 when not measured
  std::vector<WrittenFile> files;

  // What was not found by the line but decided: "angle", "box", "fold", "models", "pages",
  // "turn", "flatten"
  // -> "person" or "book".
  std::map<std::string, std::string> decided;
  // Digests of all that decides the page's images and its text. A page with both as before is not
  // made again.
  std::string image_key, text_key;

  std::string made_at;                          // ISO 8601 UTC; follows SOURCE_DATE_EPOCH
  std::map<std::string, std::string> versions;  // "linka" -> "0.1.0", "OpenJPEG" -> "2.5.0" ...
  std::map<std::string, std::string> params;    // "deskew.max_angle_deg" -> "7"
  std::map<std::string, double> stage_ms;       // times; never part of a package
};

}  // namespace linka
