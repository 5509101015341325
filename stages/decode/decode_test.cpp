// SPDX-License-Identifier: GPL-3.0-or-later
#include "stages/decode/decode.h"

#include "stages/decode/samples.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <tiffio.h>

#include <cmath>
#include <limits>

namespace linka {
namespace {

using samples::Pixels;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

ScanImage read(const Bytes& bytes, int frame = 0) {
  auto scan = decode(bytes, frame, {});
  EXPECT_TRUE(scan.has_value()) << scan.error().message;
  if (!scan) return {};
  EXPECT_EQ(scan->image.width(), scan->source.width_px);
  EXPECT_EQ(scan->image.height(), scan->source.height_px);
  return std::move(*scan);
}

Error refusal(const Bytes& bytes, DecodeParams params = {}) {
  auto scan = decode(bytes, 0, params);
  EXPECT_FALSE(scan.has_value()) << "was read";
  return scan ? Error{} : scan.error();
}

int rounded(std::uint32_t v, int bits) {
  const double top = (1 << bits) - 1;
  return static_cast<int>(std::floor(v * 255 / top + 0.5));
}

// The image has the samples' values, brought to 8 bits, channel by channel.
void expect_pixels(const Image& image, const Pixels& p, bool inverted = false) {
  ASSERT_EQ(image.size(), (Size{p.width, p.height}));
  ASSERT_EQ(image.channels(), p.samples);
  int wrong = 0;
  for (int y = 0; y < p.height; ++y)
    for (int x = 0; x < p.width; ++x)
      for (int c = 0; c < p.samples; ++c) {
        const int v = rounded(p.at(x, y, c), p.bits);
        if (image.row(y)[x * p.samples + c] != (inverted ? 255 - v : v)) ++wrong;
      }
  EXPECT_EQ(wrong, 0);
}

int farthest(const Image& image, const Pixels& p) {
  int worst = image.size() == Size{p.width, p.height} && image.channels() == p.samples ? 0 : 999;
  for (std::size_t i = 0; worst < 999 && i < p.values.size(); ++i)
    worst = std::max(worst, std::abs(image.data()[i] - static_cast<int>(p.values[i])));
  return worst;
}

samples::TiffPage grey_page(int bits = 8) {
  return {.pixels = samples::noise(37, 21, 1, bits)};
}
samples::TiffPage rgb_page(int bits = 8) {
  return {.pixels = samples::noise(37, 21, 3, bits), .photometric = PHOTOMETRIC_RGB};
}

TEST(Limits, AFileThatIsTooLargeIsRefusedBeforeItIsRead) {
  Bytes png = samples::png({.pixels = samples::noise(70, 70, 3, 8), .color_type = 2});
  png.resize(1'100'000);
  const DecodeParams small{.max_file_mb = 1};
  for (const auto& refused : {probe(png, small).error(), decode(png, 0, small).error()}) {
    EXPECT_EQ(refused.kind, ErrorKind::unsupported);
    EXPECT_NE(refused.message.find("MB"), std::string::npos);
  }
  EXPECT_TRUE(probe(png, {}));
}

TEST(Limits, AnImageIsJudgedByWhatItsHeaderClaims) {
  EXPECT_TRUE(check_limits({20'000, 30'000}, {}));
  EXPECT_EQ(check_limits({30'000, 30'000}, {}).error().kind, ErrorKind::unsupported);
  EXPECT_EQ(check_limits({2147483647, 2147483647}, {}).error().kind, ErrorKind::unsupported);
  EXPECT_EQ(check_limits({0, 100}, {}).error().kind, ErrorKind::bad_input);
}

TEST(DecodeTiff, ReadsGreyOfEveryDepth) {
  for (const int bits : {1, 2, 4, 8, 12, 16}) {
    SCOPED_TRACE(bits);
    const auto page = grey_page(bits);
    const ScanImage scan = read(samples::tiff(page));
    expect_pixels(scan.image, page.pixels);
    EXPECT_THAT(scan.source.bits_per_sample, ElementsAre(bits));
    EXPECT_EQ(scan.source.color_space, "BlackIsZero");
    EXPECT_EQ(scan.source.format, "image/tiff");
    EXPECT_EQ(scan.source.compression, "Uncompressed");
  }
}

TEST(DecodeTiff, ReadsColorOfEveryDepth) {
  for (const int bits : {2, 4, 8, 12, 16}) {
    SCOPED_TRACE(bits);
    const auto page = rgb_page(bits);
    expect_pixels(read(samples::tiff(page)).image, page.pixels);
  }
}

TEST(DecodeTiff, RoundsSixteenBitsToTheNearest) {
  samples::TiffPage page{.pixels = {4, 2, 1, 16, {0, 128, 129, 385, 386, 65406, 65407, 65535}}};
  const ScanImage scan = read(samples::tiff(page));
  EXPECT_THAT(scan.image.bytes(), testing::ElementsAre(0, 0, 1, 1, 2, 254, 255, 255));
}

TEST(DecodeTiff, TurnsWhiteIsZeroRound) {
  for (const int bits : {1, 4, 8, 16}) {
    SCOPED_TRACE(bits);
    auto page = grey_page(bits);
    page.photometric = PHOTOMETRIC_MINISWHITE;
    const ScanImage scan = read(samples::tiff(page));
    expect_pixels(scan.image, page.pixels, true);
    EXPECT_EQ(scan.source.color_space, "WhiteIsZero");
  }
}

TEST(DecodeTiff, ReadsEveryLosslessCompression) {
  const std::vector<std::pair<int, std::string>> kinds = {{COMPRESSION_NONE, "Uncompressed"},
                                                          {COMPRESSION_LZW, "LZW"},
                                                          {COMPRESSION_ADOBE_DEFLATE, "Deflate"},
                                                          {COMPRESSION_DEFLATE, "Deflate"},
                                                          {COMPRESSION_PACKBITS, "PackBits"}};
  for (const auto& [compression, word] : kinds) {
    SCOPED_TRACE(word);
    auto page = rgb_page();
    page.compression = compression;
    page.rows_per_strip = 5;
    if (compression == COMPRESSION_LZW) page.predictor = 2;
    const ScanImage scan = read(samples::tiff(page));
    expect_pixels(scan.image, page.pixels);
    EXPECT_EQ(scan.source.compression, word);
  }
}

TEST(DecodeTiff, ReadsTheFaxCodes) {
  for (const int compression :
       {COMPRESSION_CCITTRLE, COMPRESSION_CCITTFAX3, COMPRESSION_CCITTFAX4}) {
    SCOPED_TRACE(compression);
    auto page = grey_page(1);
    page.compression = compression;
    page.photometric = PHOTOMETRIC_MINISWHITE;
    expect_pixels(read(samples::tiff(page)).image, page.pixels, true);
  }
}

TEST(DecodeTiff, ReadsStripsTilesAndPlanes) {
  for (const bool separate : {false, true})
    for (const int tile : {0, 16, 32})
      for (const int bits : {8, 16})
        for (const int compression : {COMPRESSION_NONE, COMPRESSION_LZW}) {
          SCOPED_TRACE(testing::Message() << separate << tile << " " << bits << " " << compression);
          auto page = rgb_page(bits);
          page.separate = separate;
          page.tile = tile;
          page.rows_per_strip = 4;
          page.compression = compression;
          expect_pixels(read(samples::tiff(page)).image, page.pixels);
        }
}

TEST(DecodeTiff, ReadsTilesOfBits) {
  for (const int bits : {1, 4}) {
    auto page = grey_page(bits);
    page.tile = 16;
    expect_pixels(read(samples::tiff(page)).image, page.pixels);
  }
}

TEST(DecodeTiff, ReadsBothByteOrdersAndBigTiff) {
  const auto page = rgb_page(16);
  for (const char* mode : {"wl", "wb", "wl8", "wb8"}) {
    SCOPED_TRACE(mode);
    const ScanImage scan = read(samples::tiff(page, mode));
    expect_pixels(scan.image, page.pixels);
    EXPECT_EQ(scan.source.byte_order, mode[1] == 'l' ? "little endian" : "big endian");
    EXPECT_EQ(scan.source.format_version, mode[2] == '8' ? "BigTIFF" : "6.0");
  }
}

samples::TiffPage palette_page(int bits, int unit) {
  samples::TiffPage page{.pixels = samples::noise(19, 11, 1, bits),
                         .photometric = PHOTOMETRIC_PALETTE};
  for (int c = 0; c < 3; ++c)
    for (int i = 0; i < 1 << bits; ++i)
      page.palette.push_back(static_cast<std::uint16_t>((i * 37 + c * 91) % 256 * unit));
  return page;
}

TEST(DecodeTiff, LooksPalettesUp) {
  for (const int bits : {1, 4, 8})
    for (const int unit : {257, 256, 1}) {  // as it should be; in the high byte; in the low byte
      SCOPED_TRACE(testing::Message() << bits << " " << unit);
      const auto page = palette_page(bits, unit);
      const ScanImage scan = read(samples::tiff(page));
      ASSERT_EQ(scan.image.channels(), 3);
      for (int c = 0; c < 3; ++c)
        EXPECT_EQ(scan.image.row(7)[3 * 5 + c],
                  (static_cast<int>(page.pixels.at(5, 7, 0)) * 37 + c * 91) % 256);
      EXPECT_EQ(scan.source.color_space, "PaletteColor");
    }
}

TEST(DecodeTiff, MakesAGreyPaletteGrey) {
  samples::TiffPage page{.pixels = samples::noise(19, 11, 1, 4),
                         .photometric = PHOTOMETRIC_PALETTE};
  for (int c = 0; c < 3; ++c)
    for (int i = 0; i < 16; ++i) page.palette.push_back(static_cast<std::uint16_t>(i * 4369));
  expect_pixels(read(samples::tiff(page)).image, page.pixels);
}

TEST(DecodeTiff, ReadsJpegInside) {
  for (const int photometric : {PHOTOMETRIC_YCBCR, PHOTOMETRIC_RGB}) {
    samples::TiffPage page{.pixels = samples::smooth(64, 48, 3),
                           .photometric = photometric,
                           .compression = COMPRESSION_JPEG,
                           .rows_per_strip = 16};
    const ScanImage scan = read(samples::tiff(page));
    EXPECT_LE(farthest(scan.image, page.pixels), 12);
    EXPECT_EQ(scan.source.compression, "JPEG");
  }
}

TEST(DecodeTiff, ReadsOldJpegInside) {
  const auto truth = samples::smooth(64, 48, 3);
  const Bytes file = samples::old_jpeg_tiff(samples::jpeg({.pixels = truth}), {64, 48});
  EXPECT_LE(farthest(read(file).image, truth), 16);
}

TEST(DecodeTiff, LaysAlphaOnWhitePaper) {
  for (const int bits : {8, 16})
    for (const int kind : {EXTRASAMPLE_UNASSALPHA, EXTRASAMPLE_ASSOCALPHA}) {
      SCOPED_TRACE(testing::Message() << bits << " " << kind);
      const std::uint32_t top = (1u << bits) - 1;
      samples::TiffPage page{.pixels = samples::pixels(
                                 4, 1, 4, bits,
                                 [&](int x, int, int c) {
                                   const std::uint32_t a = top / 3 * static_cast<std::uint32_t>(x);
                                   if (c == 3) return a;
                                   return kind == EXTRASAMPLE_UNASSALPHA ? top / 5 : a / 5;
                                 }),
                             .photometric = PHOTOMETRIC_RGB,
                             .extra_sample = kind};
      const ScanImage scan = read(samples::tiff(page));
      ASSERT_EQ(scan.image.channels(), 3);
      for (int x = 0; x < 4; ++x)
        EXPECT_NEAR(scan.image.row(0)[3 * x + 1], 255 - 204 * x / 3.0, 0.6) << x;
      EXPECT_EQ(scan.source.samples_per_pixel, 4);
    }
}

TEST(DecodeTiff, LeavesOutSamplesItDoesNotKnow) {
  auto four = samples::noise(9, 9, 4, 8);
  samples::TiffPage page{
      .pixels = four, .photometric = PHOTOMETRIC_RGB, .extra_sample = EXTRASAMPLE_UNSPECIFIED};
  const ScanImage scan = read(samples::tiff(page));
  EXPECT_EQ(scan.image.row(3)[3 * 4 + 2], four.at(4, 3, 2));
  EXPECT_THAT(scan.source.notes, Contains(HasSubstr("without a known meaning")));
}

TEST(DecodeTiff, ConvertsInkByThePlainFormula) {
  samples::TiffPage page{.pixels = {3, 1, 4, 8, {0, 0, 0, 0, 255, 0, 0, 0, 10, 20, 30, 128}},
                         .photometric = PHOTOMETRIC_SEPARATED};
  const ScanImage scan = read(samples::tiff(page));
  EXPECT_THAT(scan.image.bytes(), ElementsAre(255, 255, 255, 0, 255, 255, 122, 117, 112));
  EXPECT_EQ(scan.image.icc(), nullptr);
  EXPECT_EQ(scan.source.color_space, "CMYK");
  EXPECT_THAT(scan.source.notes, Contains(HasSubstr("plain formula")));
}

TEST(DecodeTiff, ConvertsInkByItsProfile) {
  samples::TiffPage page{.pixels = {2, 1, 4, 8, {0, 0, 0, 0, 255, 255, 0, 0}},
                         .photometric = PHOTOMETRIC_SEPARATED,
                         .icc = samples::cmyk_profile()};
  const ScanImage scan = read(samples::tiff(page));
  EXPECT_EQ(scan.image.icc(), nullptr);
  EXPECT_EQ(scan.source.icc_name, "Table of the tests");
  EXPECT_THAT(scan.source.notes, Contains(HasSubstr("converted to sRGB")));
  ASSERT_EQ(scan.image.channels(), 3);
  for (int c = 0; c < 3; ++c) {
    EXPECT_GE(scan.image.row(0)[c], 253);
    EXPECT_NEAR(scan.image.row(0)[3 + c], 119, 3);  // L* = 50 is sRGB 119
  }
}

TEST(DecodeTiff, TakesTheWantedImageAndPassesOverThumbnails) {
  auto first = grey_page(), thumbnail = rgb_page(), second = rgb_page();
  thumbnail.subfile = FILETYPE_REDUCEDIMAGE;
  const Bytes file = samples::tiff({first, thumbnail, second});
  const auto header = probe(file, {});
  ASSERT_TRUE(header);
  EXPECT_THAT(header->frames, ElementsAre(Size{37, 21}, Size{37, 21}));
  EXPECT_EQ(header->decode_bytes.size(), 2u);
  expect_pixels(read(file, 0).image, first.pixels);
  const ScanImage scan = read(file, 1);
  expect_pixels(scan.image, second.pixels);
  EXPECT_EQ(scan.source.frame, 1);
  EXPECT_EQ(scan.source.frames, 2);
  EXPECT_THAT(scan.source.notes, Contains(HasSubstr("passed over")));
  const auto third = decode(file, 2, {});
  ASSERT_FALSE(third);
  EXPECT_THAT(third.error().message, HasSubstr("no image 3"));
}

// Offset of the pointer to the next directory in a little-endian classic TIFF.
std::size_t next_pointer(const Bytes& b, std::size_t directory) {
  return directory + 2 + 12 * (b[directory] + 256u * b[directory + 1]);
}
std::size_t pointed(const Bytes& b, std::size_t at) {
  return b[at] + (b[at + 1] << 8) + (b[at + 2] << 16);
}

TEST(DecodeTiff, AListThatTurnsBackEnds) {
  Bytes file = samples::tiff({grey_page(), grey_page()});
  const std::size_t first = pointed(file, 4);
  const std::size_t second = pointed(file, next_pointer(file, first));
  for (std::size_t i = 0; i < 4; ++i) file[next_pointer(file, second) + i] = file[4 + i];
  const ScanImage scan = read(file, 1);
  EXPECT_EQ(scan.source.frames, 2);
  EXPECT_THAT(scan.source.notes, Contains(HasSubstr("turns back on itself")));
}

TEST(DecodeTiff, AListThatBreaksOffIsSaid) {
  Bytes file = samples::tiff(grey_page());
  file[next_pointer(file, pointed(file, 4)) + 2] = 0x7F;
  const ScanImage scan = read(file);
  EXPECT_EQ(scan.source.frames, 1);
  EXPECT_THAT(scan.source.notes, Contains(HasSubstr("breaks off after 1")));
}

TEST(DecodeTiff, NamesTheScanner) {
  auto page = grey_page();
  page.make = "Zeutschel";
  page.model = "OS 12002";
  page.software = "OmniScan 12.4.1";
  page.date_time = "2024:02:29 23:59:58";
  page.artist = "Digitization department";
  page.original_date = "2024:02:28 10:11:12";
  page.serial = "SN-0815";
  const CaptureDevice d = read(samples::tiff(page)).source.device;
  EXPECT_EQ(d.make, "Zeutschel");
  EXPECT_EQ(d.model, "OS 12002");
  EXPECT_EQ(d.software, "OmniScan");
  EXPECT_EQ(d.software_version, "12.4.1");
  EXPECT_EQ(d.artist, "Digitization department");
  EXPECT_EQ(d.serial, "SN-0815");
  EXPECT_EQ(d.captured_at, "2024-02-28T10:11:12");
}

TEST(DecodeTiff, AFalseDateIsNoDate) {
  auto page = grey_page();
  page.date_time = "0000:00:00 00:00:00";
  EXPECT_EQ(read(samples::tiff(page)).source.device.captured_at, "");
}

// --- resolution
// -----------------------------------------------------------------------------------

Bytes with_resolution(std::optional<double> x, std::optional<double> y, int unit) {
  auto page = grey_page();
  page.x_resolution = x;
  page.y_resolution = y;
  page.resolution_unit = unit;
  return samples::tiff(page);
}

TEST(DecodeDpi, IsTakenFromTheFile) {
  const ScanImage scan = read(with_resolution(400, 400, RESUNIT_INCH));
  EXPECT_EQ(scan.image.dpi(), (Dpi{400, 400}));
  EXPECT_EQ(scan.source.dpi, (Dpi{400, 400}));
  EXPECT_TRUE(scan.source.dpi_from_file);
  EXPECT_THAT(scan.source.notes, IsEmpty());
}

TEST(DecodeDpi, KnowsCentimetres) {
  EXPECT_EQ(read(with_resolution(118.11, 118.11, RESUNIT_CENTIMETER)).source.dpi, (Dpi{300, 300}));
}

TEST(DecodeDpi, MayDifferBetweenTheAxes) {
  const ScanImage scan = read(with_resolution(600, 300, RESUNIT_INCH));
  EXPECT_EQ(scan.source.dpi, (Dpi{600, 300}));
  EXPECT_TRUE(scan.source.dpi_from_file);
  EXPECT_THAT(scan.source.notes, Contains(HasSubstr("differs")));
}

TEST(DecodeDpi, MissingOrAbsurdBecomesTheDefault) {
  const double infinity = std::numeric_limits<double>::infinity();
  const std::vector<Bytes> files = {with_resolution({}, {}, RESUNIT_INCH),
                                    with_resolution(300, 300, RESUNIT_NONE),
                                    with_resolution(0.0, 0.0, RESUNIT_INCH),
                                    with_resolution(49, 49, RESUNIT_INCH),
                                    with_resolution(4801, 4801, RESUNIT_INCH),
                                    with_resolution(300, 0.0, RESUNIT_INCH),
                                    with_resolution(infinity, infinity, RESUNIT_INCH)};
  for (std::size_t i = 0; i < files.size(); ++i) {
    SCOPED_TRACE(i);
    const auto scan = decode(files[i], 0, {.default_dpi = 350});
    ASSERT_TRUE(scan);
    EXPECT_EQ(scan->source.dpi, (Dpi{350, 350}));
    EXPECT_FALSE(scan->source.dpi_from_file);
    EXPECT_THAT(scan->source.notes, Contains(HasSubstr("350 dpi is assumed")));
  }
}

TEST(DecodeDpi, OfPngLosesTheMetresRounding) {
  const auto scan = read(samples::png(
      {.pixels = samples::noise(5, 5, 1, 8), .per_metre_x = 11811, .per_metre_y = 23622}));
  EXPECT_EQ(scan.source.dpi, (Dpi{300, 600}));
}

TEST(DecodeDpi, OfJpegIsItsHeadersOrExifs) {
  const auto p = samples::smooth(16, 16, 1);
  EXPECT_EQ(
      read(samples::jpeg({.pixels = p, .density_unit = 1, .x_density = 600, .y_density = 600}))
          .source.dpi,
      (Dpi{600, 600}));
  EXPECT_EQ(
      read(samples::jpeg({.pixels = p, .density_unit = 2, .x_density = 100, .y_density = 100}))
          .source.dpi,
      (Dpi{254, 254}));
  EXPECT_EQ(read(samples::jpeg({.pixels = p, .exif = samples::exif({.dpi = 450})})).source.dpi,
            (Dpi{450, 450}));
}

TEST(DecodeDpi, OfJp2IsTheCaptureResolution) {
  const auto p = samples::noise(16, 16, 1, 8);
  EXPECT_EQ(read(samples::jp2({.pixels = p, .capture_dpi = {300, 400}, .display_dpi = {96, 96}}))
                .source.dpi,
            (Dpi{300, 400}));
  EXPECT_EQ(read(samples::jp2({.pixels = p, .display_dpi = {150, 150}})).source.dpi,
            (Dpi{150, 150}));
}

// --- orientation
// ----------------------------------------------------------------------------------

// Where stored row r, column c is shown, by the definition of TIFF 6.0: the first row is the visual
// top (1, 2), bottom (3, 4), left (5, 8) or right (6, 7), the first column the visual left ...
Size place_of(int orientation, int column, int row, Size stored) {
  const int w = stored.width - 1, h = stored.height - 1;
  switch (orientation) {
    case 2:
      return {w - column, row};
    case 3:
      return {w - column, h - row};
    case 4:
      return {column, h - row};
    case 5:
      return {row, column};
    case 6:
      return {h - row, column};
    case 7:
      return {h - row, w - column};
    case 8:
      return {row, w - column};
    default:
      return {column, row};
  }
}

TEST(DecodeOrientation, OfTiffIsObeyedExactly) {
  for (const int channels : {1, 3})
    for (int orientation = 1; orientation <= 8; ++orientation) {
      SCOPED_TRACE(orientation);
      // More rows than one band, and not a multiple of it.
      samples::TiffPage page{
          .pixels = samples::noise(13, 77, channels, 8),
          .photometric = channels == 3 ? PHOTOMETRIC_RGB : PHOTOMETRIC_MINISBLACK,
          .orientation = orientation,
          .x_resolution = 200,
          .y_resolution = 400};
      const ScanImage scan = read(samples::tiff(page));
      EXPECT_EQ(scan.source.orientation, orientation);
      EXPECT_EQ(scan.source.stored_width_px, 13);
      EXPECT_EQ(scan.source.stored_height_px, 77);
      const bool sideways = orientation >= 5;
      ASSERT_EQ(scan.image.size(), (sideways ? Size{77, 13} : Size{13, 77}));
      EXPECT_EQ(scan.image.dpi(), (sideways ? Dpi{400, 200} : Dpi{200, 400}));
      int wrong = 0;
      for (int y = 0; y < 77; ++y)
        for (int x = 0; x < 13; ++x)
          for (int c = 0; c < channels; ++c) {
            const Size at = place_of(orientation, x, y, {13, 77});
            if (scan.image.row(at.height)[at.width * channels + c] != page.pixels.at(x, y, c))
              ++wrong;
          }
      EXPECT_EQ(wrong, 0);
    }
}

TEST(DecodeOrientation, OfExifIsObeyed) {
  for (const bool big_endian : {false, true}) {
    const Bytes plain = samples::jpeg({.pixels = samples::smooth(24, 16, 1)});
    const Bytes turned = samples::jpeg({.pixels = samples::smooth(24, 16, 1),
                                        .exif = samples::exif({.orientation = 6}, big_endian)});
    const Image a = read(plain).image, b = read(turned).image;
    ASSERT_EQ(b.size(), (Size{16, 24}));
    for (int y = 0; y < 16; ++y)
      for (int x = 0; x < 24; ++x) EXPECT_EQ(b.row(x)[15 - y], a.row(y)[x]);
  }
}

TEST(DecodeOrientation, OneThatDoesNotExistIsSaid) {
  const ScanImage scan = read(samples::jpeg(
      {.pixels = samples::smooth(24, 16, 1), .exif = samples::exif({.orientation = 9})}));
  EXPECT_EQ(scan.image.size(), (Size{24, 16}));
  EXPECT_EQ(scan.source.orientation, 1);
  EXPECT_THAT(scan.source.notes, Contains(HasSubstr("orientation 9")));
}

// --- colour profiles
// ------------------------------------------------------------------------------

TEST(DecodeProfile, OfMatrixKindIsKeptBesideUntouchedPixels) {
  auto page = rgb_page();
  page.icc = samples::matrix_profile();
  for (const Bytes& file : {samples::tiff(page),
                            samples::png({.pixels = page.pixels, .color_type = 2, .icc = page.icc}),
                            samples::jp2({.pixels = page.pixels, .icc = page.icc})}) {
    const ScanImage scan = read(file);
    expect_pixels(scan.image, page.pixels);
    ASSERT_NE(scan.image.icc(), nullptr);
    EXPECT_EQ(*scan.image.icc(), page.icc);
    EXPECT_THAT(scan.source.icc_name, HasSubstr("sRGB"));
  }
  const ScanImage scan =
      read(samples::jpeg({.pixels = samples::smooth(16, 16, 3), .icc = page.icc}));
  ASSERT_NE(scan.image.icc(), nullptr);
  EXPECT_EQ(*scan.image.icc(), page.icc);
}

TEST(DecodeProfile, OfGreyIsKept) {
  auto page = grey_page();
  page.icc = samples::grey_profile();
  const ScanImage scan = read(samples::tiff(page));
  expect_pixels(scan.image, page.pixels);
  ASSERT_NE(scan.image.icc(), nullptr);
  EXPECT_EQ(*scan.image.icc(), page.icc);
}

TEST(DecodeProfile, WithATableIsAppliedTheSameEachTime) {
  samples::TiffPage page{.pixels = {2, 1, 3, 8, {255, 255, 255, 255, 0, 255}},
                         .photometric = PHOTOMETRIC_RGB,
                         .icc = samples::table_rgb_profile()};
  const ScanImage scan = read(samples::tiff(page));
  EXPECT_EQ(scan.image.icc(), nullptr);
  EXPECT_THAT(scan.image.bytes(), ElementsAre(255, 255, 255, 0, 0, 0));
  EXPECT_THAT(scan.source.notes, Contains(HasSubstr("converted to sRGB")));
  const ScanImage again = read(samples::tiff(page));
  EXPECT_TRUE(std::equal(scan.image.bytes().begin(), scan.image.bytes().end(),
                         again.image.bytes().begin()));
}

TEST(DecodeProfile, ForOtherColorsIsLeftOut) {
  auto page = grey_page();
  page.icc = samples::matrix_profile();
  const ScanImage scan = read(samples::tiff(page));
  expect_pixels(scan.image, page.pixels);
  EXPECT_EQ(scan.image.icc(), nullptr);
  EXPECT_THAT(scan.source.notes, Contains(HasSubstr("another kind of colour")));
}

TEST(DecodeProfile, DamagedIsLeftOut) {
  auto page = rgb_page();
  page.icc = samples::matrix_profile();
  page.icc.resize(200);
  const ScanImage scan = read(samples::tiff(page));
  expect_pixels(scan.image, page.pixels);
  EXPECT_EQ(scan.image.icc(), nullptr);
  EXPECT_THAT(scan.source.notes, Contains(HasSubstr("damaged")));
}

// --- PNG
// ------------------------------------------------------------------------------------------

TEST(DecodePng, ReadsGreyAndColorOfEveryDepth) {
  for (const bool interlaced : {false, true})
    for (const int bits : {1, 2, 4, 8, 16})
      for (const int type : {0, 2}) {
        if (type == 2 && bits < 8) continue;
        SCOPED_TRACE(testing::Message() << bits << " " << type << interlaced);
        const auto p = samples::noise(21, 13, type == 0 ? 1 : 3, bits);
        const ScanImage scan =
            read(samples::png({.pixels = p, .color_type = type, .interlaced = interlaced}));
        expect_pixels(scan.image, p);
        EXPECT_EQ(scan.source.compression, "Deflate");
        EXPECT_EQ(scan.source.samples_per_pixel, p.samples);
      }
}

TEST(DecodePng, LaysAlphaOnWhitePaper) {
  for (const int bits : {8, 16}) {
    const std::uint32_t top = (1u << bits) - 1;
    const auto half = samples::pixels(3, 1, 2, bits, [&](int x, int, int c) {
      return c == 1 ? top / 5 * static_cast<std::uint32_t>(x) : 0;
    });
    EXPECT_THAT(read(samples::png({.pixels = half, .color_type = 4})).image.bytes(),
                ElementsAre(255, 204, 153));
  }
}

TEST(DecodePng, LaysTransparentColorsOnWhitePaper) {
  samples::PngFile palette{.pixels = {3, 1, 1, 8, {0, 1, 2}}, .color_type = 3};
  palette.palette = {0, 0, 0, 10, 20, 30, 0, 0, 0};
  palette.palette_alpha = {0, 255, 51};
  EXPECT_THAT(read(samples::png(palette)).image.bytes(),
              ElementsAre(255, 255, 255, 10, 20, 30, 204, 204, 204));
  samples::PngFile grey{.pixels = {3, 1, 1, 8, {0, 1, 2}}, .color_type = 0};
  grey.transparent_grey = 1;
  EXPECT_THAT(read(samples::png(grey)).image.bytes(), ElementsAre(0, 255, 2));
}

TEST(DecodePng, MakesAGreyPaletteGrey) {
  samples::PngFile file{.pixels = {3, 1, 1, 1, {0, 1, 0}}, .color_type = 3};
  file.palette = {255, 255, 255, 7, 7, 7};
  EXPECT_THAT(read(samples::png(file)).image.bytes(), ElementsAre(255, 7, 255));
}

TEST(DecodePng, NamesTheProgram) {
  const CaptureDevice d =
      read(samples::png({.pixels = samples::noise(5, 5, 1, 8), .software = "Scan Tailor v0.9"}))
          .source.device;
  EXPECT_EQ(d.software, "Scan Tailor");
  EXPECT_EQ(d.software_version, "0.9");
}

// --- JPEG
// -----------------------------------------------------------------------------------------

TEST(DecodeJpeg, ReadsGreyAndColor) {
  for (const int channels : {1, 3})
    for (const bool progressive : {false, true}) {
      const auto p = samples::smooth(50, 40, channels);
      const ScanImage scan = read(samples::jpeg({.pixels = p, .progressive = progressive}));
      EXPECT_LE(farthest(scan.image, p), 10);
      EXPECT_EQ(scan.source.color_space, channels == 1 ? "BlackIsZero" : "YCbCr");
      EXPECT_EQ(scan.source.format_version, "1.01");
    }
}

TEST(DecodeJpeg, KnowsThatAdobeTurnsInkRound) {
  const auto ink =
      samples::pixels(16, 16, 4, 8, [](int, int, int c) { return c == 0 ? 200u : 0u; });
  auto turned = ink;
  for (std::uint32_t& v : turned.values) v = 255 - v;
  const Image plain = read(samples::jpeg({.pixels = ink})).image;
  const Image adobe = read(samples::jpeg({.pixels = turned, .adobe = true})).image;
  for (const Image& image : {plain, adobe}) {
    EXPECT_NEAR(image.row(8)[24], 55, 3);
    EXPECT_NEAR(image.row(8)[25], 255, 3);
    EXPECT_NEAR(image.row(8)[26], 255, 3);
  }
}

TEST(DecodeJpeg, ReadsExif) {
  const Bytes exif = samples::exif({.make = "Canon",
                                    .model = "EOS R5",
                                    .software = "Capture One 23",
                                    .original_date = "2023:05:06 07:08:09",
                                    .serial = "042"});
  const CaptureDevice d =
      read(samples::jpeg({.pixels = samples::smooth(16, 16, 3), .exif = exif})).source.device;
  EXPECT_EQ(d.make, "Canon");
  EXPECT_EQ(d.model, "EOS R5");
  EXPECT_EQ(d.software, "Capture One");
  EXPECT_EQ(d.software_version, "23");
  EXPECT_EQ(d.captured_at, "2023-05-06T07:08:09");
  EXPECT_EQ(d.serial, "042");
}

// --- JPEG 2000
// ------------------------------------------------------------------------------------

TEST(DecodeJp2, IsExactForLosslessFiles) {
  for (const int channels : {1, 3})
    for (const int bits : {1, 8, 12, 16})
      for (const int tile : {0, 16})
        for (const bool raw : {false, true}) {
          SCOPED_TRACE(testing::Message() << channels << " " << bits << " " << tile << raw);
          const auto p = samples::noise(45, 37, channels, bits);
          const ScanImage scan = read(samples::jp2({.pixels = p, .tile = tile, .raw = raw}));
          expect_pixels(scan.image, p);
          EXPECT_EQ(scan.source.format, "image/jp2");
          EXPECT_EQ(scan.source.compression, "JPEG2000");
          EXPECT_EQ(scan.source.bits_per_sample.size(), static_cast<std::size_t>(channels));
        }
}

// The same codestream with its tile parts sorted by resolution, as Kakadu writes them.
Bytes by_resolution(const Bytes& c) {
  const auto big = [&](std::size_t at, int n) {
    std::size_t v = 0;
    for (int i = 0; i < n; ++i) v = v << 8 | c[at + static_cast<std::size_t>(i)];
    return v;
  };
  std::size_t at = 2;
  while (c[at + 1] != 0x90) at += 2 + big(at + 2, 2);
  Bytes out(c.begin(), c.begin() + static_cast<std::ptrdiff_t>(at));
  std::map<std::size_t, Bytes> parts;  // by number of the part in its tile
  while (c[at + 1] == 0x90) {
    const std::size_t length = big(at + 6, 4);
    Bytes& part = parts[c[at + 10]];
    part.insert(part.end(), c.begin() + static_cast<std::ptrdiff_t>(at),
                c.begin() + static_cast<std::ptrdiff_t>(at + length));
    at += length;
  }
  for (const auto& [number, part] : parts) out.insert(out.end(), part.begin(), part.end());
  out.insert(out.end(), c.begin() + static_cast<std::ptrdiff_t>(at), c.end());
  return out;
}

TEST(DecodeJp2, ReadsTilesWhosePartsAreInterleaved) {
  const auto p = samples::noise(200, 150, 3, 8);
  const Bytes in_turn = samples::jp2({.pixels = p, .tile = 64, .raw = true, .parts = true});
  const Bytes interleaved = by_resolution(in_turn);
  ASSERT_NE(interleaved, in_turn);
  expect_pixels(read(in_turn).image, p);
  expect_pixels(read(interleaved).image, p);
}

TEST(DecodeJp2, LaysAlphaOnWhitePaper) {
  for (const int tile : {0, 16}) {
    const auto p = samples::pixels(32, 32, 4, 8, [](int x, int, int c) {
      return c == 3 ? static_cast<std::uint32_t>(x < 16 ? 0 : 255) : 40u;
    });
    const Image image = read(samples::jp2({.pixels = p, .tile = tile, .alpha = true})).image;
    ASSERT_EQ(image.channels(), 3);
    EXPECT_EQ(image.row(20)[3 * 3], 255);
    EXPECT_EQ(image.row(20)[3 * 30], 40);
  }
}

// --- refusals
// -------------------------------------------------------------------------------------

Bytes text(const std::string& t) {
  return {t.begin(), t.end()};
}

TEST(DecodeRefusal, SaysWhatTheFileIs) {
  EXPECT_THAT(refusal({}).message, HasSubstr("empty"));
  EXPECT_THAT(refusal(text("just a text, not a picture")).message, HasSubstr("none of TIFF"));
  EXPECT_EQ(refusal(text("%PDF-1.4")).kind, ErrorKind::unsupported);
  EXPECT_THAT(refusal(text("%PDF-1.4")).message, HasSubstr("a PDF document"));
  EXPECT_EQ(refusal(text("hello")).kind, ErrorKind::bad_input);
  EXPECT_EQ(refusal(text("hello")).where, "decode");
}

TEST(DecodeRefusal, OfNumbersThatAreNoPicture) {
  auto page = grey_page(16);
  page.sample_format = SAMPLEFORMAT_INT;
  EXPECT_THAT(refusal(samples::tiff(page)).message, HasSubstr("signed"));
  EXPECT_EQ(refusal(samples::tiff(page)).kind, ErrorKind::unsupported);
}

TEST(DecodeRefusal, OfTooManyPixelsBeforeOneIsDecoded) {
  for (const Bytes& file : {samples::tiff({.pixels = samples::noise(1200, 1000, 1, 1)}),
                            samples::png({.pixels = samples::noise(1200, 1000, 1, 1)}),
                            samples::jp2({.pixels = samples::noise(1200, 1000, 1, 1)}),
                            samples::jpeg({.pixels = samples::smooth(1200, 1000, 1)})}) {
    const Error e = refusal(file, {.max_megapixels = 1});
    EXPECT_EQ(e.kind, ErrorKind::unsupported);
    EXPECT_THAT(e.message, HasSubstr("1200 x 1000"));
    const auto header = probe(file, {.max_megapixels = 1});
    ASSERT_TRUE(header);
    EXPECT_THAT(header->frames, ElementsAre(Size{1200, 1000}));
    EXPECT_THAT(header->decode_bytes, ElementsAre(0u));
  }
}

TEST(DecodeRefusal, OfSizesThatTheBytesCannotHold) {
  // 20,000 x 20,000 out of a few hundred bytes.
  Bytes file = samples::tiff(
      {.pixels = samples::noise(37, 21, 1, 8), .compression = COMPRESSION_ADOBE_DEFLATE});
  const std::size_t directory = pointed(file, 4);
  for (std::size_t e = directory + 2; e < next_pointer(file, directory); e += 12) {
    const int tag = file[e] + 256 * file[e + 1];
    if (tag == TIFFTAG_IMAGEWIDTH || tag == TIFFTAG_IMAGELENGTH || tag == TIFFTAG_ROWSPERSTRIP) {
      file[e + 8] = 0x20;
      file[e + 9] = 0x4E;
    }
  }
  EXPECT_THAT(refusal(file).message, HasSubstr("no scan is like this"));
}

TEST(DecodeRefusal, OfATruncatedFile) {
  const auto p = samples::noise(40, 40, 3, 8);
  for (const Bytes& whole :
       {samples::png({.pixels = p, .color_type = 2}), samples::jpeg({.pixels = p}),
        samples::jpeg({.pixels = p, .progressive = true}), samples::jp2({.pixels = p}),
        samples::jp2({.pixels = p, .tile = 16, .raw = true}),
        samples::tiff({.pixels = p, .photometric = PHOTOMETRIC_RGB})}) {
    const Bytes half(whole.begin(),
                     whole.begin() + static_cast<std::ptrdiff_t>(whole.size() * 2 / 3));
    EXPECT_EQ(refusal(half).kind, ErrorKind::bad_input);
  }
}

TEST(DecodeRefusal, OfStripsBeyondTheEndOfTheFile) {
  Bytes file = samples::tiff(grey_page());
  const std::size_t directory = pointed(file, 4);
  for (std::size_t e = directory + 2; e < next_pointer(file, directory); e += 12)
    if (file[e] + 256 * file[e + 1] == TIFFTAG_STRIPOFFSETS) file[e + 10] = 0x10;
  EXPECT_THAT(refusal(file).message, HasSubstr("beyond the end of the file"));
}

TEST(Probe, GivesSizesAndMemory) {
  const Bytes file = samples::tiff(rgb_page());
  const auto header = probe(file, {});
  ASSERT_TRUE(header);
  EXPECT_EQ(header->format, "image/tiff");
  EXPECT_THAT(header->frames, ElementsAre(Size{37, 21}));
  EXPECT_GE(header->decode_bytes[0], 37u * 21 * 3);
}

}  // namespace
}  // namespace linka
