// SPDX-License-Identifier: GPL-3.0-or-later
// One page of every kind that a library has, drawn straight and turned by a known angle.
#include "image/drawn_page.h"
#include "stages/deskew/deskew.h"

#include <gtest/gtest.h>

#include <functional>

namespace linka {
namespace {

constexpr double dpi = 150;
constexpr int paper = 228, ink = 45, bed = 18;

cv::Mat sheet() {
  return drawn::sheet(148, 210, dpi, paper);
}

int px(double mm) {
  return drawn::px(mm, dpi);
}

cv::Point at(double x_mm, double y_mm) {
  return {px(x_mm), px(y_mm)};
}

void rule(cv::Mat& page, double x0, double y0, double x1, double y1, double thick_mm = 0.35) {
  cv::line(page, at(x0, y0), at(x1, y1), cv::Scalar(ink), std::max(1, px(thick_mm)));
}

// The page on a larger bed.
cv::Mat on_bed(const cv::Mat& page, int bed_grey) {
  cv::Mat scan = drawn::sheet(190, 250, dpi, bed_grey);
  page.copyTo(scan(cv::Rect(px(20), px(18), page.cols, page.rows)));
  return scan;
}

Skew skew_of(const cv::Mat& page) {
  const Image scan = drawn::image(page, dpi);
  const auto skew = deskew(scan, quad_of(scan.box()), {});
  EXPECT_TRUE(skew) << skew.error().message;
  return skew.value_or(Skew{});
}

void expect_found(const cv::Mat& page, double within_deg, int fill = paper) {
  for (const double angle : {-11.3, 0.7, 13.1}) {
    const Skew skew = skew_of(drawn::turned(page, angle, fill));
    EXPECT_NEAR(skew.angle_deg, -angle, within_deg) << "confidence " << skew.confidence;
  }
}

cv::Mat columns_out_of_register() {
  cv::Mat page = sheet();
  drawn::text(page, dpi, {12, 15, 58, 180}, ink, 3);
  drawn::text(page, dpi, {77, 17.3, 58, 180}, ink, 5);
  return page;
}

TEST(DeskewKinds, Text) {
  cv::Mat page = sheet();
  drawn::text(page, dpi, {20, 25, 108, 160}, ink);
  expect_found(page, 0.03);
}

TEST(DeskewKinds, ColumnsThatAreNotInRegister) {
  expect_found(columns_out_of_register(), 0.03);
}

TEST(DeskewKinds, AFewWords) {
  cv::Mat page = sheet();
  drawn::text(page, dpi, {50, 60, 50, 8}, ink);
  drawn::text(page, dpi, {30, 140, 90, 3}, ink, 9);
  expect_found(page, 0.08);
}

TEST(DeskewKinds, LargeLetters) {
  cv::Mat small = drawn::sheet(50, 70, dpi, paper), page;
  drawn::text(small, dpi, {6, 10, 38, 45}, ink);
  cv::resize(small, page, {}, 3, 3, cv::INTER_NEAREST);
  expect_found(page, 0.05);
}

TEST(DeskewKinds, ContentsWithLeaders) {
  cv::Mat page = sheet();
  for (int i = 0; i < 14; ++i) {
    const double y = 30 + 8 * i;
    drawn::text(page, dpi, {18, y, 22.0 + i % 4 * 6, 2.5}, ink, static_cast<unsigned>(i + 1));
    for (double x = 48 + i % 4 * 6; x < 120; x += 2.5)
      cv::circle(page, at(x, y + 1.8), px(0.25), cv::Scalar(ink), cv::FILLED);
    drawn::text(page, dpi, {124, y, 8, 2.5}, ink, static_cast<unsigned>(i + 40));
  }
  expect_found(page, 0.04);
}

TEST(DeskewKinds, TableWithRules) {
  cv::Mat page = sheet();
  for (int row = 0; row <= 12; ++row) rule(page, 15, 30 + 10 * row, 132, 30 + 10 * row);
  for (int column = 0; column <= 5; ++column)
    rule(page, 15 + 23.4 * column, 30, 15 + 23.4 * column, 150);
  for (int row = 0; row < 12; row += 2)
    drawn::text(page, dpi, {18, 34.0 + 10 * row, 12, 3}, ink, static_cast<unsigned>(row + 1));
  expect_found(page, 0.04);
}

TEST(DeskewKinds, SheetMusic) {
  cv::Mat page = sheet();
  drawn::Numbers numbers{3};
  for (int staff = 0; staff < 8; ++staff) {
    const double y = 20 + 22 * staff;
    for (int i = 0; i < 5; ++i) rule(page, 12, y + 1.8 * i, 136, y + 1.8 * i, 0.2);
    for (double x = 20; x < 132; x += 4 + numbers.next(40) / 10.0) {
      const double head = y + 0.9 * numbers.next(9);
      cv::ellipse(page, at(x, head), {px(1.2), px(0.8)}, -20, 0, 360, cv::Scalar(ink), cv::FILLED);
      rule(page, x + 1.1, head, x + 1.1, head - 6, 0.2);
    }
  }
  expect_found(page, 0.04);
}

TEST(DeskewKinds, PictureInAFrame) {
  cv::Mat page = sheet();
  const cv::Mat photograph = drawn::noise(px(100), px(130), 30) * 0.5 + 30;
  photograph.copyTo(page(cv::Rect(px(24), px(30), photograph.cols, photograph.rows)));
  expect_found(page, 0.06);
}

TEST(DeskewKinds, DrawingInARuledBorder) {
  cv::Mat page = sheet();
  for (const double inset : {0.0, 2.0})
    cv::rectangle(page, at(20 + inset, 25 + inset), at(128 - inset, 180 - inset), cv::Scalar(ink),
                  px(0.4));
  for (int i = 0; i < 12; ++i)
    cv::ellipse(page, at(75, 100), {px(8 + 2.2 * i), px(14 + 3.1 * i)}, 17 * i, 20, 300,
                cv::Scalar(ink), 2);
  expect_found(page, 0.06);
}

TEST(DeskewKinds, BlankLeafOnADarkBed) {
  expect_found(on_bed(sheet(), bed), 0.06, bed);
}

TEST(DeskewKinds, BlankLeafUnderAWhiteLid) {
  expect_found(on_bed(sheet() - 40, 250), 0.06, 250);
}

// Strokes lean by 30 degrees, their feet stand on level lines.
TEST(DeskewKinds, SlantingHandwriting) {
  cv::Mat page = sheet();
  drawn::Numbers numbers{11};
  for (double y = 30; y < 180; y += 9)
    for (double x = 20; x < 120;) {
      const int strokes = 3 + numbers.next(8);
      for (int i = 0; i < strokes && x < 125; ++i, x += 1.7) {
        const double tall = numbers.next(4) == 0 ? 5.0 : 2.4;
        rule(page, x, y, x + tall * 0.55, y - tall, 0.4);
        rule(page, x, y, x + 1.6, y - 1.9, 0.25);
      }
      x += 4;
    }
  expect_found(page, 0.1);
}

// Rivers, roads and names set every way.
TEST(DeskewKinds, AMapIsLeftAlone) {
  cv::Mat page = sheet();
  drawn::Numbers numbers{5};
  for (int i = 0; i < 70; ++i) {
    std::vector<cv::Point> course;
    double x = numbers.next(148), y = numbers.next(210), way = numbers.next(628) / 100.0;
    for (int k = 0; k < 40; ++k) {
      course.push_back(at(x, y));
      way += (numbers.next(100) - 50) / 90.0;
      x += 1.5 * std::cos(way), y += 1.5 * std::sin(way);
    }
    cv::polylines(page, course, false, cv::Scalar(ink), 2, cv::LINE_AA);
  }
  for (int i = 0; i < 24; ++i) {
    cv::Mat name = drawn::sheet(24, 24, dpi, paper);
    drawn::text(name, dpi, {4, 11, 15, 2.5}, ink, static_cast<unsigned>(i + 1));
    name = drawn::turned(name, numbers.next(360), paper);
    cv::Mat place = page(cv::Rect(numbers.next(page.cols - name.cols),
                                  numbers.next(page.rows - name.rows), name.cols, name.rows));
    cv::min(place, name, place);
  }
  for (const double angle : {0.0, 3.0, -8.0}) {
    const Skew skew = skew_of(drawn::turned(page, angle, paper));
    EXPECT_EQ(skew.angle_deg, 0);
    EXPECT_LT(skew.confidence, 0.5);
  }
}

TEST(DeskewKinds, OneScratchAloneIsNotBelieved) {
  cv::Mat page = sheet();
  rule(page, 40, 60, 100, 66, 0.3);
  EXPECT_EQ(skew_of(page).angle_deg, 0);
}

// Short lines that all lie where the leaf bends: its edges tell how.
TEST(DeskewKinds, VerseBesideASpine) {
  cv::Mat leaf = sheet();
  for (int verse = 0; verse < 5; ++verse)
    drawn::text(leaf, dpi, {22, 25.0 + 26 * verse, 38, 20}, ink, static_cast<unsigned>(verse + 1));
  cv::Mat flat = drawn::sheet(148, 250, dpi, bed);
  leaf.copyTo(flat(cv::Rect(0, px(20), leaf.cols, leaf.rows)));
  cv::Mat map_x(flat.size(), CV_32FC1), map_y(flat.size(), CV_32FC1), bent;
  for (int y = 0; y < flat.rows; ++y)
    for (int x = 0; x < flat.cols; ++x) {
      map_x.at<float>(y, x) = static_cast<float>(x);
      map_y.at<float>(y, x) = static_cast<float>(y - px(3) * std::exp(-x / px_from_mm(14, dpi)));
    }
  cv::remap(flat, bent, map_x, map_y, cv::INTER_LINEAR, cv::BORDER_REPLICATE);
  cv::Mat spread;
  cv::hconcat(bent, bent, spread);
  const Image scan = drawn::image(drawn::turned(spread, 1.6, bed), dpi);
  const Affine turned = turn(1.6, {scan.width() / 2.0, scan.height() / 2.0});
  Quad right = quad_of({scan.width() / 2.0, 0, 1.0 * scan.width(), 1.0 * scan.height()});
  for (Point& p : right) p = turned(p);
  const auto skew = deskew(scan, right, {});
  ASSERT_TRUE(skew);
  EXPECT_NEAR(skew->measured_deg, -1.6, 0.05);
}

struct Change {
  const char* name;
  double sign, scale;
  std::function<cv::Mat(const cv::Mat&)> made;
};

cv::Mat unevenly_lit(const cv::Mat& page) {
  cv::Mat out = page.clone();
  for (int y = 0; y < out.rows; ++y)
    for (int x = 0; x < out.cols; ++x)
      out.at<std::uint8_t>(y, x) =
          static_cast<std::uint8_t>(out.at<std::uint8_t>(y, x) * (0.45 + 0.55 * x / out.cols));
  return out;
}

cv::Mat noisy(const cv::Mat& page) {
  cv::Mat noise(page.size(), CV_16SC1), out;
  cv::RNG(4).fill(noise, cv::RNG::NORMAL, 0, 14);
  cv::add(page, noise, out, cv::noArray(), CV_8U);
  return out;
}

TEST(DeskewKinds, WhatDoesNotTurnAPageDoesNotTurnItsMeasure) {
  const cv::Mat page = drawn::turned(columns_out_of_register(), 2.3, paper);
  const std::vector<Change> changes{
      {"mirrored", -1, 1,
       [](const cv::Mat& m) {
         cv::Mat o;
         cv::flip(m, o, 1);
         return o;
       }},
      {"upside down", 1, 1,
       [](const cv::Mat& m) {
         cv::Mat o;
         cv::flip(m, o, -1);
         return o;
       }},
      {"reduced", 1, 0.62,
       [](const cv::Mat& m) {
         cv::Mat o;
         cv::resize(m, o, {}, 0.62, 0.62, cv::INTER_AREA);
         return o;
       }},
      {"noisy", 1, 1, noisy},
      {"unevenly lit", 1, 1, unevenly_lit},
      {"bilevel", 1, 1, [](const cv::Mat& m) { return cv::Mat(m > 140); }}};
  for (const Change& change : changes) {
    const Image scan = drawn::image(change.made(page), dpi * change.scale);
    const auto skew = deskew(scan, quad_of(scan.box()), {});
    ASSERT_TRUE(skew) << change.name;
    EXPECT_NEAR(skew->angle_deg, -2.3 * change.sign, 0.03) << change.name;
  }
}

}  // namespace
}  // namespace linka
