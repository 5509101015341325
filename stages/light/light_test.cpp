// SPDX-License-Identifier: GPL-3.0-or-later
#include "stages/light/light.h"

#include "image/drawn_page.h"

#include <gtest/gtest.h>

namespace linka {
namespace {

constexpr double dpi = 150;

Image lit(const cv::Mat& page, const LightParams& params = {}) {
  const auto even = even_light(drawn::image(page, dpi), params);
  EXPECT_TRUE(even) << even.error().message;
  return even.value_or(Image{});
}

int at(const Image& image, double x_mm, double y_mm) {
  return image.row(drawn::px(y_mm, dpi))[drawn::px(x_mm, dpi)];
}

TEST(Light, PaperInShadowBecomesWhite) {
  cv::Mat page = drawn::sheet(148, 210, dpi, 220);
  for (int x = 0; x < page.cols; ++x)
    page.col(x) = page.col(x) * (1 - 0.4 * std::exp(-mm_from_px(x, dpi) / 10));
  const Image even = lit(page);
  for (const double x : {3.0, 20.0, 70.0, 140.0}) EXPECT_GT(at(even, x, 100), 235) << x;
}

TEST(Light, InkStaysDark) {
  cv::Mat page = drawn::sheet(148, 210, dpi, 220);
  drawn::text(page, dpi, {20, 20, 108, 160}, 40);
  const Image even = lit(page);
  int dark = 0, white = 0, before = 0;
  for (int y = 0; y < page.rows; ++y)
    for (int x = 0; x < page.cols; ++x) {
      before += page.at<std::uint8_t>(y, x) < 128;
      dark += even.row(y)[x] < 100;
      white += even.row(y)[x] > 235;
    }
  EXPECT_NEAR(dark, before, before * 0.01);
  EXPECT_EQ(dark + white, page.rows * page.cols);
}

TEST(Light, ADarkPictureStaysDark) {
  cv::Mat page = drawn::sheet(148, 210, dpi, 220);
  page(cv::Rect(300, 300, 400, 400)) = 50;
  EXPECT_LT(at(lit(page), 80, 80), 130);
}

TEST(Light, KeepsSizeAndResolution) {
  const Image colour = Image::make(299, 401, 3, {200, 300}, nullptr, [](std::uint8_t* out) {
    std::fill(out, out + 299 * 401 * 3, std::uint8_t{200});
  });
  const auto even = even_light(colour, {});
  ASSERT_TRUE(even);
  EXPECT_EQ(even->channels(), 1);
  EXPECT_EQ(even->size(), colour.size());
  EXPECT_EQ(even->dpi(), colour.dpi());
}

TEST(Light, SwitchedOffItOnlyTakesColourAway) {
  LightParams params;
  params.enabled = false;
  EXPECT_EQ(at(lit(drawn::sheet(50, 50, dpi, 99), params), 20, 20), 99);
}

TEST(Light, OddShapesPass) {
  for (const Size size : {Size{1, 1}, {1, 9000}, {9000, 1}, {2, 3}}) {
    const Image even = lit(cv::Mat(size.height, size.width, CV_8UC1, cv::Scalar(0)));
    EXPECT_EQ(even.size(), size);
  }
  EXPECT_FALSE(even_light(Image{}, {}));
}

}  // namespace
}  // namespace linka
