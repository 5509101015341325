// SPDX-License-Identifier: GPL-3.0-or-later
#include "stages/deskew/deskew.h"

#include "image/drawn_page.h"

#include <gtest/gtest.h>

namespace linka {
namespace {

constexpr double dpi = 200;

cv::Mat text_page(double turned_deg) {
  cv::Mat page = drawn::sheet(148, 210, dpi, 230);
  drawn::text(page, dpi, {20, 25, 108, 160});
  return drawn::turned(page, turned_deg, 230);
}

Skew skew_of(const cv::Mat& page, const DeskewParams& params = {}) {
  const Image scan = drawn::image(page, dpi);
  const auto skew = deskew(scan, quad_of(scan.box()), params);
  EXPECT_TRUE(skew) << skew.error().message;
  return skew.value_or(Skew{});
}

TEST(Deskew, FindsTheSkewOfATextPage) {
  for (const double angle : {2.0, -3.3, 0.4, 6.5}) {
    const Skew skew = skew_of(text_page(angle));
    EXPECT_NEAR(skew.angle_deg, -angle, 0.05);
    EXPECT_GT(skew.confidence, 0.8);
  }
}

TEST(Deskew, TheTurnedPageMeasuresStraight) {
  const cv::Mat page = text_page(3);
  const Skew skew = skew_of(page);
  const Image scan = drawn::image(page, dpi);
  const Image straight = resampled(scan, turned_from_scan(scan.size(), scan.dpi(), skew.angle_deg),
                                   scan.size(), scan.dpi(), 230);
  EXPECT_NEAR(skew_of(view(straight)).measured_deg, 0, 0.05);
}

TEST(Deskew, LeavesAStraightPageAlone) {
  EXPECT_EQ(skew_of(text_page(0)).angle_deg, 0);
}

TEST(Deskew, LeavesABlankPageAlone) {
  const Skew skew = skew_of(drawn::sheet(148, 210, dpi, 230));
  EXPECT_EQ(skew.angle_deg, 0);
  EXPECT_EQ(skew.confidence, 0);
}

TEST(Deskew, LeavesAPhotographAlone) {
  for (const int grain : {1, 2, 4, 9, 25, 80})
    EXPECT_EQ(skew_of(drawn::noise(1165, 1654, grain)).angle_deg, 0) << grain;
}

TEST(Deskew, LeavesASkewBeyondTheRangeAlone) {
  DeskewParams params;
  params.max_angle_deg = 2;
  EXPECT_EQ(skew_of(text_page(4), params).angle_deg, 0);
}

TEST(Deskew, LeavesAlmostEmptyPagesAlone) {
  cv::Mat page = drawn::sheet(148, 210, dpi, 230);
  drawn::text(page, dpi, {20, 100, 8, 4});
  EXPECT_EQ(skew_of(drawn::turned(page, 2, 230)).angle_deg, 0);
}

TEST(Deskew, MeasuresOnlyInsideTheRegion) {
  cv::Mat left = text_page(2), right = text_page(-2), spread;
  cv::hconcat(left, right, spread);
  const Image scan = drawn::image(spread, dpi);
  const double half = scan.width() / 2.0;
  const auto a = deskew(scan, quad_of({0, 0, half, scan.box().y1}), {});
  const auto b = deskew(scan, quad_of({half, 0, 2 * half, scan.box().y1}), {});
  ASSERT_TRUE(a && b);
  EXPECT_NEAR(a->angle_deg, -2, 0.05);
  EXPECT_NEAR(b->angle_deg, 2, 0.05);
}

TEST(Deskew, DoesNotMindADarkScannerBedOrARule) {
  cv::Mat scan = drawn::sheet(200, 260, dpi, 15);
  cv::Mat page = drawn::sheet(148, 210, dpi, 230);
  drawn::text(page, dpi, {20, 25, 108, 160});
  cv::line(page, {200, 1500}, {900, 1540}, cv::Scalar(20), 6);  // a slanting stroke
  page.copyTo(scan(cv::Rect(150, 200, page.cols, page.rows)));
  EXPECT_NEAR(skew_of(drawn::turned(scan, 1.5, 15)).angle_deg, -1.5, 0.05);
}

// Lines bend down towards the spine at the left; the right part tells how the page lies.
TEST(Deskew, IgnoresTheBentSideOfALine) {
  const cv::Mat flat = text_page(0);
  cv::Mat map_x(flat.size(), CV_32FC1), map_y(flat.size(), CV_32FC1);
  for (int y = 0; y < flat.rows; ++y)
    for (int x = 0; x < flat.cols; ++x) {
      const double fade = std::exp(-x / px_from_mm(15, dpi));
      map_x.at<float>(y, x) = static_cast<float>(x);
      map_y.at<float>(y, x) = static_cast<float>(y - 40 * fade);
    }
  cv::Mat bent;
  cv::remap(flat, bent, map_x, map_y, cv::INTER_LINEAR, cv::BORDER_REPLICATE);
  EXPECT_NEAR(skew_of(drawn::turned(bent, 1, 230)).measured_deg, -1, 0.02);
}

TEST(Deskew, ResolutionsThatDifferAreMeasuredInSquarePixels) {
  cv::Mat page = text_page(2), wide;
  cv::resize(page, wide, {page.cols * 2, page.rows});
  const Image scan = image_of(wide, {2 * dpi, dpi});
  const auto skew = deskew(scan, quad_of(scan.box()), {});
  ASSERT_TRUE(skew);
  EXPECT_NEAR(skew->angle_deg, -2, 0.05);
}

TEST(Deskew, OddShapesAreLeftAlone) {
  for (const Size size : {Size{1, 1}, {1, 9000}, {9000, 1}, {2, 3}, {299, 401}, {17, 40}}) {
    const Skew skew = skew_of(cv::Mat(size.height, size.width, CV_8UC1, cv::Scalar(200)));
    EXPECT_EQ(skew.angle_deg, 0) << size.width << " x " << size.height;
  }
}

TEST(Deskew, AnOddRegionIsAnErrorOrLeftAlone) {
  const Image scan = drawn::image(text_page(2), dpi);
  EXPECT_FALSE(deskew(scan, Quad{}, {}));
  EXPECT_FALSE(deskew(scan, quad_of({-50, -50, -10, -10}), {}));
  EXPECT_FALSE(deskew(Image{}, quad_of(scan.box()), {}));
  EXPECT_TRUE(deskew(scan, quad_of({-5e9, -5e9, 5e9, 5e9}), {}));
  EXPECT_FALSE(deskew(scan, quad_of({std::nan(""), 0, std::nan(""), 100}), {}));
}

}  // namespace
}  // namespace linka
