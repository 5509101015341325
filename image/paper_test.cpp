// SPDX-License-Identifier: GPL-3.0-or-later
#include "image/paper.h"

#include "image/drawn_page.h"
#include "image/edges.h"

#include <gtest/gtest.h>

namespace linka {
namespace {

constexpr double dpi = 100;

TEST(Paper, PrintIsClosedOverAndShadowIsNot) {
  cv::Mat page = drawn::sheet(100, 100, dpi, 200);
  page(cv::Rect(0, 0, page.cols / 2, page.rows)) = 100;
  drawn::text(page, dpi, {60, 20, 30, 60}, 30);
  const Paper paper = paper_of(page, dpi);
  EXPECT_NEAR(paper.level.at<std::uint8_t>(drawn::px(50, dpi), drawn::px(20, dpi)), 100, 2);
  EXPECT_NEAR(paper.level.at<std::uint8_t>(drawn::px(50, dpi), drawn::px(75, dpi)), 200, 5);
  EXPECT_EQ(cv::countNonZero(paper.print(cv::Rect(0, 0, page.cols / 3, page.rows))), 0);
}

TEST(Letters, StandInLines) {
  cv::Mat page = drawn::sheet(148, 100, dpi, 220);
  drawn::text(page, dpi, {20, 20, 100, 50});
  const Letters letters = letters_of(paper_of(page, dpi).print, dpi);
  EXPECT_EQ(letters.lines.size(), 10U);
  EXPECT_GT(letters.on_lines, 60);  // some touch at this resolution
}

TEST(Letters, SpecksAndRulesAreNone) {
  cv::Mat page = drawn::sheet(148, 100, dpi, 220);
  cv::line(page, {20, 50}, {500, 50}, cv::Scalar(20), 3);
  cv::line(page, {50, 20}, {50, 350}, cv::Scalar(20), 3);
  cv::rectangle(page, {200, 200}, {201, 201}, cv::Scalar(20), cv::FILLED);
  EXPECT_TRUE(letters_of(paper_of(page, dpi).print, dpi).all.empty());
}

TEST(PlausibleDpi, ScreenResolutionsOfLargeScansAreNotBelieved) {
  const Image page = drawn::image(drawn::sheet(148, 210, 300, 200), 72);
  EXPECT_EQ(with_plausible_dpi(page).dpi(), (Dpi{300, 300}));
  EXPECT_EQ(with_plausible_dpi(page.with_dpi({200, 200})).dpi(), (Dpi{200, 200}));
  const Image map = Image::make(9000, 9, 1, {72, 72}, nullptr,
                                [](std::uint8_t* out) { std::fill(out, out + 81000, 9); });
  EXPECT_EQ(with_plausible_dpi(map).dpi(), (Dpi{300, 300}));
  EXPECT_EQ(with_plausible_dpi(map.with_dpi({})).dpi(), (Dpi{300, 300}));
}

Sight sight_of_page(const cv::Mat& page) {
  const Paper paper = paper_of(page, dpi);
  const cv::Mat all(page.size(), CV_8UC1, cv::Scalar(255));
  return sight_of(page, all, all, dpi, paper, letters_of(paper.print, dpi));
}

TEST(Edges, AStepIsFoundToATenthOfAMillimetre) {
  cv::Mat page = drawn::sheet(120, 150, dpi, 20);
  page.colRange(drawn::px(15, dpi), page.cols) = 210;
  const Sight sight = sight_of_page(page);
  const Steps steps = steps_of(sight, sight.level, {20, page.rows - 20}, page.cols - 1, {});
  ASSERT_EQ(steps.lines.size(), 1U);
  EXPECT_NEAR(mm_from_px(steps.lines[0].x, dpi), 15, 0.2);
  EXPECT_EQ(steps.lines[0].support, 1);
}

TEST(Edges, ATiltedStepHasItsSlope) {
  cv::Mat page = drawn::sheet(120, 150, dpi, 20);
  page.colRange(drawn::px(30, dpi), page.cols) = 210;
  const Sight sight = sight_of_page(drawn::turned(page, 1, 20));
  const Steps steps = steps_of(sight, sight.level, {60, page.rows - 60}, page.cols / 2, {});
  ASSERT_FALSE(steps.lines.empty());
  EXPECT_NEAR(steps.lines[0].slope, -std::tan(std::numbers::pi / 180), 0.005);
}

TEST(Edges, ShadowIsAValleyARuleIsNot) {
  cv::Mat fold = drawn::sheet(200, 150, dpi, 210), rule = fold.clone();
  for (int x = 0; x < fold.cols; ++x)
    fold.col(x) = fold.col(x) * (1 - 0.3 * std::exp(-std::abs(mm_from_px(x + 0.5, dpi) - 100) / 5));
  cv::line(rule, {drawn::px(100, dpi), 0}, {drawn::px(100, dpi), rule.rows}, cv::Scalar(20), 3);
  const Rows rows{20, fold.rows - 20};
  const auto found = valleys_of(sight_of_page(fold), rows, fold.cols - 1, {}, {});
  ASSERT_EQ(found.size(), 1U);
  EXPECT_NEAR(mm_from_px(found[0].x, dpi), 100, 0.3);
  EXPECT_TRUE(valleys_of(sight_of_page(rule), rows, rule.cols - 1, {}, {}).empty());
}

}  // namespace
}  // namespace linka
