// SPDX-License-Identifier: GPL-3.0-or-later
#include "image/compare.h"
#include "image/convert.h"
#include "image/image_io.h"

#include <gtest/gtest.h>

#include <cmath>

namespace linka {
namespace {

Image ramp(int w, int h, int channels) {
  return Image::make(w, h, channels, {300, 300}, nullptr, [&](std::uint8_t* out) {
    for (int i = 0; i < w * h * channels; ++i) out[i] = static_cast<std::uint8_t>(i * 7 % 251);
  });
}

TEST(Resampled, AShiftByWholePixelsCopiesThem) {
  const Image scan = ramp(20, 30, 3);
  const Image page = resampled(scan, translation(-3, -4), {10, 12}, {300, 300}, 255);
  for (int y = 0; y < 12; ++y)
    for (int x = 0; x < 30; ++x) EXPECT_EQ(page.row(y)[x], scan.row(y + 4)[x + 9]);
}

TEST(Resampled, OutsideTheScanIsFilled) {
  const Image page = resampled(ramp(5, 5, 1), translation(2, 2), {9, 9}, {300, 300}, 200);
  EXPECT_EQ(page.row(0)[0], 200);
  EXPECT_EQ(page.row(8)[8], 200);
}

TEST(Resampled, AQuarterTurnMovesPixelsWhereGeometrySays) {
  const Image scan = Image::make(11, 11, 1, {300, 300}, nullptr, [](std::uint8_t* out) {
    std::fill(out, out + 121, std::uint8_t{255});
    out[2 * 11 + 8] = 0;
  });
  const Affine m = turn(90, {5.5, 5.5});
  const Image page = resampled(scan, m, {11, 11}, {300, 300}, 255);
  const Point p = m({8.5, 2.5});
  EXPECT_LT(page.row(static_cast<int>(p.y))[static_cast<int>(p.x)], 10);
}

// Soft stripes with a sine of 3 px amplitude across them, drawn at the given offset of rows.
Image waves(int width, int height, bool bent) {
  return Image::make(width, height, 1, {300, 300}, nullptr, [&](std::uint8_t* out) {
    for (int y = 0; y < height; ++y)
      for (int x = 0; x < width; ++x) {
        const double d = bent ? 3 * std::sin((x + 0.5) / 40) : 0;
        *out++ = static_cast<std::uint8_t>(std::lround(128 + 90 * std::sin((y + 0.5 - d) / 5)));
      }
  });
}

Bend wave(const Box& area) {
  Bend bend{area, 101, 2, {}};
  for (int row = 0; row < 2; ++row)
    for (int i = 0; i < bend.columns; ++i)
      bend.offsets.push_back({0, 3 * std::sin((area.x0 + area.width() * i / 100.0) / 40)});
  return bend;
}

// OpenCV alone stops at 32767 pixels.
TEST(Resampled, ALongScanIsTurnedAsAShortOne) {
  const auto wave = [](double x, double y) {
    return 128 + 60 * std::sin(x / 40) + 40 * std::cos(y / 9);
  };
  const auto scan_of = [&](int width) {
    return Image::make(width, 90, 1, {300, 300}, nullptr, [&](std::uint8_t* out) {
      for (int y = 0; y < 90; ++y)
        for (int x = 0; x < width; ++x)
          out[y * width + x] = static_cast<std::uint8_t>(std::lround(wave(x, y)));
    });
  };
  const double turn = 0.0005;  // 20 pixels at the far end
  const Affine m{1, -turn, 3.25, turn, 1, -10};
  const Image page = resampled(scan_of(40'000), m, {40'000, 70}, {300, 300}, 0);
  const Affine back = inverse(m);
  int seen = 0;
  for (int y = 25; y < 60; y += 7)
    for (int x = 10; x < 39'900; x += 333) {
      const double sx = back.a * (x + 0.5) + back.b * (y + 0.5) + back.c - 0.5;
      const double sy = back.d * (x + 0.5) + back.e * (y + 0.5) + back.f - 0.5;
      if (sy < 3 || sy > 86) continue;
      ++seen;
      ASSERT_NEAR(page.row(y)[x], wave(sx, sy), 4) << x << " " << y;
    }
  EXPECT_GT(seen, 400);
}

TEST(Resampled, ABendIsTakenOut) {
  const Image scan = waves(300, 200, true), flat = waves(300, 200, false);
  const Box page{20, 30, 280, 170};
  const Image out = resampled(scan, page_from_scan(scan.size(), scan.dpi(), 0, page), wave(page),
                              page, {260, 140}, scan.dpi(), 255);
  for (int y = 0; y < 140; ++y)
    for (int x = 0; x < 260; ++x)
      ASSERT_NEAR(out.row(y)[x], flat.row(y + 30)[x + 20], 3) << x << ", " << y;
}

TEST(Resampled, ABendOfNothingChangesNothing) {
  const Image scan = waves(300, 200, true);
  const Box page{20, 30, 280, 170};
  const Affine cut = page_from_scan(scan.size(), scan.dpi(), 1.5, page);
  const Image plain = resampled(scan, cut, {260, 140}, scan.dpi(), 255);
  const Bend still{page, 2, 2, std::vector<Point>(4)};
  const Image out = resampled(scan, cut, still, page, {260, 140}, scan.dpi(), 255);
  const Image none = resampled(scan, cut, Bend{}, page, {260, 140}, scan.dpi(), 255);
  for (int y = 0; y < 140; ++y)
    for (int x = 0; x < 260; ++x) {
      ASSERT_NEAR(out.row(y)[x], plain.row(y)[x], 4) << x << ", " << y;
      ASSERT_EQ(none.row(y)[x], plain.row(y)[x]);
    }
}

TEST(Resampled, ABendReachesOverTheScansEdge) {
  const Image scan = waves(50, 40, false);
  const Bend bend{scan.box(), 2, 2, {{0, -100}, {0, -100}, {0, 100}, {0, 100}}};
  const Image out = resampled(scan, Affine{}, bend, scan.box(), {50, 40}, scan.dpi(), 7);
  EXPECT_EQ(out.row(0)[25], 7);
  EXPECT_EQ(out.row(39)[25], 7);
  EXPECT_NEAR(out.row(19)[25], scan.row(17)[25], 40);
}

TEST(Reduced, HasTheAskedResolutionAndNeverGrows) {
  const Reduced r = reduced_grey(ramp(300, 600, 3), 100);
  EXPECT_EQ(r.grey.width(), 100);
  EXPECT_EQ(r.grey.height(), 200);
  EXPECT_EQ(reduced_grey(ramp(30, 60, 1), 1200).grey.width(), 30);
}

TEST(Compare, FindsTheLargestDifference) {
  const Image a = ramp(8, 8, 1);
  EXPECT_TRUE(difference(a, a).identical);
  const Image b = Image::make(8, 8, 1, {}, nullptr, [&](std::uint8_t* out) {
    std::copy(a.data(), a.data() + 64, out);
    out[5] = static_cast<std::uint8_t>(out[5] ^ 3);
  });
  EXPECT_FALSE(difference(a, b).identical);
  EXPECT_LE(difference(a, b).max_difference, 3);
  EXPECT_FALSE(difference(a, ramp(8, 9, 1)).same_shape);
}

TEST(ImageIo, WritesPngAndJpeg) {
  const auto png = to_png(ramp(16, 16, 3));
  ASSERT_TRUE(png);
  EXPECT_EQ((*png)[1], 'P');
  const auto jpeg = to_jpeg(ramp(160, 80, 3), 80, 40);
  ASSERT_TRUE(jpeg);
  EXPECT_EQ((*jpeg)[0], 0xff);
}

}  // namespace
}  // namespace linka
