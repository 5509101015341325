// SPDX-License-Identifier: GPL-3.0-or-later
#include "stages/blank/blank.h"

#include "image/drawn_page.h"

#include <gtest/gtest.h>

namespace linka {
namespace {

constexpr double dpi = 150;

Blankness of(const cv::Mat& page) {
  const auto blank = find_blank(drawn::image(page, dpi), {});
  EXPECT_TRUE(blank) << blank.error().message;
  return blank.value_or(Blankness{});
}

cv::Mat paper() {
  return drawn::sheet(148, 210, dpi, 220);
}

TEST(Blank, AnEmptyPageIsBlank) {
  const Blankness blank = of(paper());
  EXPECT_TRUE(blank.is_blank);
  EXPECT_GT(blank.confidence, 0.9);
  EXPECT_EQ(blank.ink_share, 0);
}

TEST(Blank, ATextPageIsNot) {
  cv::Mat page = paper();
  drawn::text(page, dpi, {20, 20, 108, 160});
  const Blankness blank = of(page);
  EXPECT_FALSE(blank.is_blank);
  EXPECT_GT(blank.confidence, 0.9);
}

TEST(Blank, OneLineIsEnough) {
  cv::Mat page = paper();
  drawn::text(page, dpi, {50, 100, 25, 4});
  EXPECT_FALSE(of(page).is_blank);
}

TEST(Blank, SpecksAndTheRimAreNotInk) {
  cv::Mat page = paper();
  drawn::Numbers numbers;
  for (int i = 0; i < 300; ++i)
    cv::rectangle(page, cv::Rect(numbers.next(page.cols - 2), numbers.next(page.rows - 2), 2, 2),
                  cv::Scalar(60), cv::FILLED);
  cv::rectangle(page, cv::Rect(0, 0, page.cols, page.rows), cv::Scalar(10), 25);
  EXPECT_TRUE(of(page).is_blank);
}

TEST(Blank, PrintThatShinesThroughIsNotInk) {
  cv::Mat page = paper();
  drawn::text(page, dpi, {20, 20, 108, 160}, 175);
  EXPECT_TRUE(of(page).is_blank);
}

TEST(Blank, APictureIsInk) {
  cv::Mat page = paper();
  page(cv::Rect(200, 300, 300, 300)) = 90;
  EXPECT_FALSE(of(page).is_blank);
}

TEST(Blank, OfTooSmallAPictureNothingIsSaid) {
  for (const Size size : {Size{1, 1}, {1, 9000}, {9000, 1}, {2, 3}}) {
    const Blankness blank = of(cv::Mat(size.height, size.width, CV_8UC1, cv::Scalar(200)));
    EXPECT_EQ(blank.confidence, 0);
    EXPECT_FALSE(blank.is_blank);
  }
  EXPECT_FALSE(find_blank(Image{}, {}));
}

}  // namespace
}  // namespace linka
