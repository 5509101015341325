// SPDX-License-Identifier: GPL-3.0-or-later
// Every prefix of a file and many changed bytes: no crash, no hang, and nothing made up. What a
// truncated file yields is an error or the very same pixels.
#include "stages/decode/decode.h"
#include "stages/decode/samples.h"

#include <gtest/gtest.h>

namespace linka {
namespace {

struct Sample {
  const char* name;
  Bytes bytes;
  std::size_t places = 1500;  // changed at most; fewer where each try costs a colour transform
};

std::vector<Sample> all_samples() {
  const auto grey = samples::noise(23, 18, 1, 8), rgb = samples::noise(23, 18, 3, 8);
  const auto bits = samples::noise(23, 18, 1, 1), deep = samples::noise(9, 8, 3, 16);
  samples::TiffPage described{
      .pixels = grey, .compression = 5, .rows_per_strip = 4, .orientation = 6};
  described.x_resolution = described.y_resolution = 300;
  described.make = "Maker of scanners";
  described.original_date = "2024:01:02 03:04:05";
  described.icc = samples::grey_profile();
  samples::TiffPage palette{.pixels = samples::noise(23, 18, 1, 4), .photometric = 3};
  palette.palette.assign(48, 40000);
  samples::PngFile transparent{
      .pixels = samples::noise(23, 18, 1, 2), .color_type = 3, .interlaced = true};
  transparent.palette = {0, 0, 0, 9, 8, 7, 20, 30, 40, 250, 251, 252};
  transparent.palette_alpha = {0, 128};
  const Bytes exif =
      samples::exif({.orientation = 8, .dpi = 300, .make = "Maker", .serial = "12345"});
  return {
      {"tiff lzw", samples::tiff(described)},
      {"tiff plain", samples::tiff({.pixels = rgb, .photometric = 2, .rows_per_strip = 5}, "wb")},
      {"tiff tiles",
       samples::tiff(
           {.pixels = rgb, .photometric = 2, .compression = 8, .separate = true, .tile = 16})},
      {"tiff big", samples::tiff({.pixels = deep, .photometric = 2, .compression = 32773}, "wl8")},
      {"tiff fax 3", samples::tiff({.pixels = bits, .photometric = 0, .compression = 3})},
      {"tiff fax 4",
       samples::tiff({.pixels = bits, .photometric = 0, .compression = 4, .rows_per_strip = 6})},
      {"tiff jpeg",
       samples::tiff({.pixels = samples::smooth(32, 32, 3), .photometric = 6, .compression = 7})},
      {"tiff old jpeg",
       samples::old_jpeg_tiff(samples::jpeg({.pixels = samples::smooth(32, 32, 3)}), {32, 32})},
      {"tiff cmyk", samples::tiff({.pixels = samples::noise(8, 8, 4, 8), .photometric = 5})},
      {"tiff profile",
       samples::tiff({.pixels = rgb, .photometric = 2, .icc = samples::table_rgb_profile()}), 40},
      {"tiff palette, two images", samples::tiff({palette, palette})},
      {"png",
       samples::png({.pixels = deep, .color_type = 2, .per_metre_x = 11811, .per_metre_y = 11811})},
      {"png palette", samples::png(transparent)},
      {"png profile",
       samples::png({.pixels = rgb, .color_type = 2, .icc = samples::matrix_profile()})},
      {"jpeg", samples::jpeg({.pixels = samples::smooth(32, 32, 3), .exif = exif})},
      {"jpeg progressive",
       samples::jpeg({.pixels = samples::smooth(32, 32, 3), .progressive = true})},
      {"jpeg cmyk", samples::jpeg({.pixels = samples::noise(16, 16, 4, 8), .adobe = true})},
      {"jp2",
       samples::jp2({.pixels = rgb, .icc = samples::matrix_profile(), .capture_dpi = {300, 300}})},
      {"jp2 tiles", samples::jp2({.pixels = grey, .tile = 16, .raw = true})},
  };
}

// Small, so that a changed size cannot make the test slow.
constexpr DecodeParams params{.max_megapixels = 1};

bool same_pixels(const Image& a, const Image& b) {
  return a.size() == b.size() && a.channels() == b.channels() &&
         std::equal(a.bytes().begin(), a.bytes().end(), b.bytes().begin());
}

TEST(Damage, SamplesAreWhole) {
  for (const Sample& s : all_samples()) {
    const auto scan = decode(s.bytes, 0, params);
    EXPECT_TRUE(scan) << s.name << ": " << scan.error().message;
    EXPECT_TRUE(probe(s.bytes, params)) << s.name;
  }
}

TEST(Damage, ATruncatedFileIsRefusedOrWhollyRead) {
  for (const Sample& s : all_samples()) {
    const auto whole = decode(s.bytes, 0, params);
    ASSERT_TRUE(whole) << s.name;
    const std::size_t step = s.bytes.size() > 4000 ? 3 : 1;
    for (std::size_t n = 0; n < s.bytes.size(); n += step) {
      // A copy of just that size, so that a read past its end is seen by the sanitizer.
      const Bytes part(s.bytes.begin(), s.bytes.begin() + static_cast<std::ptrdiff_t>(n));
      const auto scan = decode(part, 0, params);
      if (scan) {
        EXPECT_TRUE(same_pixels(scan->image, whole->image)) << s.name << " cut to " << n;
      } else {
        EXPECT_FALSE(scan.error().message.empty());
        EXPECT_NE(scan.error().kind, ErrorKind::internal) << s.name << " cut to " << n;
      }
      (void)probe(part, params);
    }
  }
}

TEST(Damage, ChangedBytesDoNoHarm) {
  for (const Sample& s : all_samples()) {
    const std::size_t step = 1 + s.bytes.size() / s.places;
    for (std::size_t at = 0; at < s.bytes.size(); at += step)
      for (const int change : {0x01, 0x80, 0xFF}) {
        Bytes changed = s.bytes;
        changed[at] = static_cast<std::uint8_t>(changed[at] ^ change);
        const auto scan = decode(changed, 0, params);
        if (scan) {
          EXPECT_LE(scan->image.size_bytes(), 3'000'000u) << s.name << " byte " << at;
          EXPECT_TRUE(scan->source.dpi.known());
        } else {
          EXPECT_NE(scan.error().kind, ErrorKind::internal)
              << s.name << " byte " << at << ": " << scan.error().message;
        }
        const auto header = probe(changed, params);
        if (header) {
          EXPECT_FALSE(header->frames.empty());
        }
      }
  }
}

}  // namespace
}  // namespace linka
