// SPDX-License-Identifier: GPL-3.0-or-later
#include "image/compare.h"
#include "image/convert.h"
#include "image/image_io.h"

#include <gtest/gtest.h>

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
