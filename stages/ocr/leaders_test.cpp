// SPDX-License-Identifier: GPL-3.0-or-later
#include "stages/ocr/leaders.h"

#include "image/convert.h"

#include <gtest/gtest.h>
#include <opencv2/imgproc.hpp>

namespace linka {
namespace {

constexpr double dpi = 300;

Box dot(double x, double y) {
  return {x, y, x + 4, y + 4};
}

TEST(Leaders, AreDotsAtEvenDistances) {
  std::vector<Box> ink = {{100, 80, 130, 104}};
  for (int i = 0; i < 12; ++i) ink.push_back(dot(150 + 26 * i, 100 + 0.3 * i));
  EXPECT_EQ(leader_dots(ink, dpi).size(), 12U);
}

TEST(Leaders, AFrameAroundThePageHidesNone) {
  std::vector<Box> ink = {{0, 0, 2000, 3000}};
  for (int i = 0; i < 12; ++i) ink.push_back(dot(150 + 26 * i, 100));
  EXPECT_EQ(leader_dots(ink, dpi).size(), 12U);
}

TEST(Leaders, AnEllipsisAndTheDotsOfLettersAreNone) {
  std::vector<Box> ellipsis, letters;
  for (int i = 0; i < 4; ++i) ellipsis.push_back(dot(150 + 12 * i, 100));
  for (int i = 0; i < 12; ++i) {
    letters.push_back(dot(150 + 20 * i, 70));
    letters.push_back({149 + 20.0 * i, 78, 155 + 20.0 * i, 100});
  }
  EXPECT_TRUE(leader_dots(ellipsis, dpi).empty());
  EXPECT_TRUE(leader_dots(letters, dpi).empty());
  EXPECT_TRUE(leader_dots({}, dpi).empty());
  EXPECT_TRUE(leader_dots(ellipsis, 0).empty());
}

TEST(Leaders, ArePaintedOverAndNothingElse) {
  cv::Mat page(400, 1200, CV_8UC1, cv::Scalar(240));
  cv::rectangle(page, cv::Rect(60, 180, 20, 30), cv::Scalar(20), cv::FILLED);
  const cv::Mat without = page.clone();
  for (int i = 0; i < 20; ++i)
    cv::rectangle(page, cv::Rect(150 + 26 * i, 206, 4, 4), cv::Scalar(20), cv::FILLED);
  const Image cleaned = without_leaders(image_of(page, {dpi, dpi}), dpi);
  EXPECT_EQ(cv::norm(view(cleaned), without, cv::NORM_INF), 0);
  const Image same = image_of(without, {dpi, dpi});
  EXPECT_EQ(without_leaders(same, dpi).data(), same.data());
}

TEST(Leaders, AnyImageIsTaken) {
  for (const cv::Size size : {cv::Size(1, 1), cv::Size(500, 1), cv::Size(1, 500)}) {
    const Image image = image_of(cv::Mat(size, CV_8UC1, cv::Scalar(9)), {dpi, dpi});
    EXPECT_EQ(without_leaders(image, dpi).size(), image.size());
  }
}

}  // namespace
}  // namespace linka
