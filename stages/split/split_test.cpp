// SPDX-License-Identifier: GPL-3.0-or-later
#include "stages/split/split.h"

#include "stages/split/drawn_scans.h"

#include <gtest/gtest.h>

#include <cstdlib>

namespace linka {
namespace {

constexpr double dpi = 150;

// An open book of two A5 pages: 296 x 210 mm, the fold at 148 mm.
cv::Mat spread(double shadow, int paper = 225) {
  cv::Mat sheet = drawn::sheet(296, 210, dpi, paper);
  drawn::text(sheet, dpi, {18, 22, 114, 160});
  drawn::text(sheet, dpi, {164, 22, 114, 160}, 40, 5);
  for (int x = 0; x < sheet.cols && shadow > 0; ++x) {
    const double mm = std::abs(mm_from_px(x + 0.5, dpi) - 148);
    sheet.col(x) = sheet.col(x) * (1 - shadow * std::exp(-mm / 5));
  }
  return sheet;
}

cv::Mat on_bed(const cv::Mat& sheet, double left_mm, double top_mm) {
  cv::Mat scan = drawn::sheet(370, 260, dpi, 15);
  sheet.copyTo(
      scan(cv::Rect(drawn::px(left_mm, dpi), drawn::px(top_mm, dpi), sheet.cols, sheet.rows)));
  return scan;
}

SplitResult split_of(const cv::Mat& pixels, const SplitParams& params = {},
                     const BookHint& hint = {}) {
  const auto found = split(drawn::image(pixels, dpi), params, hint);
  EXPECT_TRUE(found) << found.error().message;
  return found.value_or(SplitResult{});
}

double fold_mm(const SplitResult& r) {
  return mm_from_px((r.fold_top.x + r.fold_bottom.x) / 2, dpi);
}

TEST(Split, FindsAFoldInShadow) {
  const SplitResult found = split_of(on_bed(spread(0.4), 40, 25));
  ASSERT_EQ(found.parts.size(), 2U);
  EXPECT_EQ(found.parts[0].side, Side::left);
  EXPECT_EQ(found.parts[1].side, Side::right);
  EXPECT_NEAR(fold_mm(found), 40 + 148, 0.5);
  EXPECT_GT(found.confidence, 0.8);
}

TEST(Split, FindsAFoldWithoutShadow) {
  const SplitResult found = split_of(on_bed(spread(0), 20, 25));
  ASSERT_EQ(found.parts.size(), 2U);
  EXPECT_NEAR(fold_mm(found), 20 + 148, 1);
}

TEST(Split, FindsATiltedFold) {
  const cv::Mat scan = drawn::turned(on_bed(spread(0.3), 37, 25), 3, 15);
  const SplitResult found = split_of(scan);
  ASSERT_EQ(found.parts.size(), 2U);
  EXPECT_NEAR(fold_mm(found), 185, 0.5);
  const double fall = found.fold_bottom.x - found.fold_top.x;
  EXPECT_NEAR(fall / scan.rows, -std::tan(3 * std::numbers::pi / 180), 0.005);
}

TEST(Split, FindsAFoldBesideABlankPage) {
  cv::Mat sheet = spread(0.4);
  sheet(cv::Rect(drawn::px(165, dpi), 0, drawn::px(120, dpi), sheet.rows)) = 225;
  EXPECT_EQ(split_of(on_bed(sheet, 40, 25)).parts.size(), 2U);
}

TEST(Split, TheHalvesMeetInTheFold) {
  const SplitResult found = split_of(on_bed(spread(0.4), 40, 25));
  ASSERT_EQ(found.parts.size(), 2U);
  EXPECT_EQ(found.parts[0].region[1], found.parts[1].region[0]);
  EXPECT_EQ(found.parts[0].region[2], found.parts[1].region[3]);
  EXPECT_EQ(found.fold_top.y, 0);
}

TEST(Split, ColumnsOfALandscapeLeafStayTogether) {
  for (const int columns : {2, 3, 4}) {
    cv::Mat sheet = drawn::sheet(296, 210, dpi, 225);
    const double gutter = 7, width = (264 - (columns - 1) * gutter) / columns;
    for (int i = 0; i < columns; ++i) {
      const double x = 16 + i * (width + gutter);
      drawn::text(sheet, dpi, {x, 40, width, 150}, 40, static_cast<unsigned>(i + 1));
      if (i > 0)
        cv::line(sheet, {drawn::px(x - 3.5, dpi), drawn::px(38, dpi)},
                 {drawn::px(x - 3.5, dpi), drawn::px(192, dpi)}, cv::Scalar(30), 2);
    }
    const SplitResult found = split_of(on_bed(sheet, 40, 25));
    EXPECT_EQ(found.parts.size(), 1U) << columns << " columns";
  }
}

TEST(Split, APortraitPageOfTwoColumnsStaysWhole) {
  cv::Mat page = drawn::sheet(148, 210, dpi, 225);
  drawn::text(page, dpi, {14, 22, 55, 160});
  drawn::text(page, dpi, {79, 22, 55, 160}, 40, 2);
  EXPECT_EQ(split_of(page).parts.size(), 1U);
}

TEST(Split, ALandscapePictureStaysWhole) {
  for (const int grain : {1, 2, 4, 9, 15, 40})
    EXPECT_EQ(split_of(drawn::noise(1700, 1200, grain)).parts.size(), 1U) << grain;
  EXPECT_EQ(split_of(drawn::sheet(296, 210, dpi, 225)).parts.size(), 1U);
}

TEST(Split, NeverAndAlwaysAreObeyed) {
  SplitParams params;
  params.mode = "never";
  EXPECT_EQ(split_of(spread(0.4), params).parts.size(), 1U);
  params.mode = "always";
  const SplitResult found = split_of(drawn::sheet(296, 210, dpi, 225), params);
  ASSERT_EQ(found.parts.size(), 2U);
  EXPECT_NEAR(fold_mm(found), 148, 1);
  EXPECT_LT(found.confidence, 0.3);
}

TEST(Split, OddShapesStayWhole) {
  for (const Size size : {Size{1, 1}, {1, 9000}, {9000, 1}, {3, 2}, {299, 401}, {401, 299}})
    EXPECT_EQ(split_of(cv::Mat(size.height, size.width, CV_8UC1, cv::Scalar(200))).parts.size(),
              1U);
  EXPECT_FALSE(split(Image{}, {}));
}

double wrong_mm(const SplitResult& found, const drawn::Scan& scan) {
  return std::abs(mm_from_px((found.fold_top.x + found.fold_bottom.x) / 2 - scan.fold_x_px, dpi));
}

// Of each kind a few; LINKA_SPLIT_SEEDS=20 measures more of them.
unsigned seeds() {
  const char* wanted = std::getenv("LINKA_SPLIT_SEEDS");
  return wanted != nullptr ? static_cast<unsigned>(std::atoi(wanted)) : 2;
}

TEST(Split, SpreadsOfEveryKindAreSplitInTheFold) {
  for (const std::string& kind : drawn::spread_kinds)
    for (unsigned seed = 1; seed <= seeds(); ++seed) {
      const drawn::Scan scan = drawn::ScanMaker(kind, seed).spread();
      const SplitResult found = split_of(scan.pixels);
      ASSERT_EQ(found.parts.size(), 2U) << kind << " " << seed;
      EXPECT_LT(wrong_mm(found, scan), 3) << kind << " " << seed;
      EXPECT_EQ(found.spread_confidence, found.confidence);
    }
}

TEST(Split, LeavesOfEveryKindStayWhole) {
  for (const std::string& kind : drawn::leaf_kinds)
    for (unsigned seed = 1; seed <= seeds(); ++seed) {
      const drawn::Scan scan = drawn::ScanMaker(kind, seed).leaf();
      const SplitResult found = split_of(scan.pixels);
      EXPECT_EQ(found.parts.size(), 1U) << kind << " " << seed;
      EXPECT_LT(found.spread_confidence, 0.5) << kind << " " << seed;
    }
}

TEST(Split, TheMirrorImageIsSplitInTheMirroredFold) {
  drawn::Scan scan = drawn::ScanMaker("no shadow", 3).spread();
  const double fold = fold_mm(split_of(scan.pixels));
  cv::flip(scan.pixels, scan.pixels, 1);
  EXPECT_NEAR(fold_mm(split_of(scan.pixels)), mm_from_px(scan.pixels.cols, dpi) - fold, 0.7);
}

TEST(Split, ADoubtfulLeafStaysWholeInABookOfSinglePages) {
  const cv::Mat scan = on_bed(spread(0), 40, 25);
  const SplitResult alone = split_of(scan);
  const SplitResult found = split_of(scan, {}, {1, 0, 0});
  EXPECT_EQ(alone.parts.size(), 2U);
  EXPECT_EQ(found.parts.size(), 1U);
  EXPECT_EQ(found.spread_confidence, alone.spread_confidence);
}

TEST(Split, ADeepFoldBetweenTwoPagesOfTextOverrulesTheBook) {
  EXPECT_EQ(split_of(on_bed(spread(0.4), 40, 25), {}, {1, 0, 0}).parts.size(), 2U);
}

TEST(Split, ASpreadWithoutASignIsSplitInTheMiddleOnTheBooksWord) {
  const cv::Mat scan = on_bed(drawn::sheet(296, 210, dpi, 225), 33, 25);
  EXPECT_EQ(split_of(scan).parts.size(), 1U);
  const SplitResult found = split_of(scan, {}, {2, 148, 210});
  ASSERT_EQ(found.parts.size(), 2U);
  EXPECT_NEAR(fold_mm(found), 33 + 148, 1);
  EXPECT_LE(found.confidence, 0.6);
  EXPECT_LT(found.spread_confidence, 0.5);
}

TEST(Split, TheBooksWordCutsNoText) {
  for (unsigned seed = 1; seed <= 2; ++seed) {
    const drawn::Scan scan = drawn::ScanMaker("landscape prose", seed).leaf();
    const BookHint hint{2, scan.page_width_mm / 2, scan.page_height_mm};
    EXPECT_EQ(split_of(scan.pixels, {}, hint).parts.size(), 1U) << seed;
  }
}

TEST(Split, AFoldoutOfAnotherSizeThanTheBooksLeavesStaysWhole) {
  const cv::Mat scan = on_bed(drawn::sheet(296, 210, dpi, 225), 33, 25);
  for (const int pages : {1, 2}) {
    EXPECT_EQ(split_of(scan, {}, {pages, 210, 210}).parts.size(), 1U) << pages;
    EXPECT_EQ(split_of(scan, {}, {pages, 148, 148}).parts.size(), 1U) << pages;
  }
}

TEST(Split, ASpreadHigherThanWideIsFound) {
  const drawn::Scan scan = drawn::ScanMaker("tall pages", 1).spread();
  ASSERT_LT(scan.pixels.cols, scan.pixels.rows);
  const SplitResult found = split_of(scan.pixels);
  ASSERT_EQ(found.parts.size(), 2U);
  EXPECT_LT(wrong_mm(found, scan), 1);
}

TEST(Split, AtAGivenFoldThePartsMeet) {
  const SplitResult found = split_at({100, 50}, {48, 0}, {52, 50});
  ASSERT_EQ(found.parts.size(), 2U);
  EXPECT_EQ(found.parts[0].region[1], found.parts[1].region[0]);
  EXPECT_EQ(found.confidence, 1);
}

}  // namespace
}  // namespace linka
