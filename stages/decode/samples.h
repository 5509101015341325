// SPDX-License-Identifier: GPL-3.0-or-later
// For the tests of this folder: files of every kind, made in memory with known pixels.
#pragma once

#include "base/bytes.h"
#include "model/geometry.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace linka::samples {

// Sample values as numbers of `bits` bits, pixel by pixel, row by row.
struct Pixels {
  int width = 0, height = 0, samples = 1, bits = 8;
  std::vector<std::uint32_t> values;
  std::uint32_t at(int x, int y, int c) const {
    return values[static_cast<std::size_t>((y * width + x) * samples + c)];
  }
};

// f(x, y, c), cut to the bits.
Pixels pixels(int width, int height, int samples, int bits,
              const std::function<std::uint32_t(int x, int y, int c)>& f);
// Values without a visible order: neighbours differ in all channels.
Pixels noise(int width, int height, int samples, int bits);
// A smooth picture that lossy codes keep well.
Pixels smooth(int width, int height, int samples);

struct TiffPage {
  Pixels pixels = {};
  int photometric = 1;
  int compression = 1;
  int predictor = 0;
  bool separate = false;
  int rows_per_strip = 0;  // 0: one strip
  int tile = 0;            // edge; 0: strips
  int orientation = 0;     // 0: no tag
  int sample_format = 0;
  std::optional<int> extra_sample = {};
  std::optional<double> x_resolution = {}, y_resolution = {};
  int resolution_unit = 0;
  int subfile = 0;
  Bytes icc = {};
  std::vector<std::uint16_t> palette = {};  // reds, greens, blues
  std::string make = {}, model = {}, software = {}, date_time = {}, artist = {};
  std::string original_date = {}, serial = {};  // in an Exif directory
};
// mode as TIFFOpen's: "wl", "wb", "wl8" ...
Bytes tiff(const std::vector<TiffPage>& pages, const char* mode = "wl");
Bytes tiff(const TiffPage& page, const char* mode = "wl");
// JPEG as TIFF had it before technical note 2 (compression 6): a whole JPEG inside.
Bytes old_jpeg_tiff(const Bytes& jpeg, Size size);

struct PngFile {
  Pixels pixels = {};
  int color_type = 0;
  bool interlaced = false;
  int per_metre_x = 0, per_metre_y = 0;
  Bytes icc = {};
  std::vector<std::uint8_t> palette = {};  // R, G, B
  std::vector<std::uint8_t> palette_alpha = {};
  std::optional<std::uint16_t> transparent_grey = {};
  std::string software = {};
};
Bytes png(const PngFile& file);

struct JpegFile {
  Pixels pixels = {};
  int quality = 95;
  bool progressive = false;
  bool adobe = false;  // for four channels: marks the file; the values are the caller's
  int density_unit = 0, x_density = 1, y_density = 1;
  Bytes icc = {}, exif = {};
};
Bytes jpeg(const JpegFile& file);

struct Jp2File {
  Pixels pixels = {};
  int tile = 0;
  bool raw = false;    // a bare codestream
  bool parts = false;  // a tile part for each resolution
  bool alpha = false;  // the last channel is opacity
  Bytes icc = {};      // "restricted" colour method
  Dpi capture_dpi = {}, display_dpi = {};
};
Bytes jp2(const Jp2File& file);

// An Exif block as it stands behind "Exif\0\0".
struct ExifTags {
  int orientation = 0;
  int dpi = 0;
  std::string make = {}, model = {}, software = {}, original_date = {}, serial = {};
};
Bytes exif(const ExifTags& tags, bool big_endian = false);

// Profiles.
Bytes matrix_profile();     // RGB, matrix and curves, class display
Bytes grey_profile();       // one curve, class display
Bytes cmyk_profile();       // a table; ink of any kind darkens to L* = 100 - 25 (c + m + y + k)
Bytes table_rgb_profile();  // RGB with a table: inverts nothing, L* by the green channel alone

}  // namespace linka::samples
