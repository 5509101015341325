// SPDX-License-Identifier: GPL-3.0-or-later
#include "stages/dewarp/dewarp.h"

#include "image/drawn_page.h"

#include <gtest/gtest.h>

#include <functional>

namespace linka {
namespace {

constexpr double dpi = 200;
constexpr double width_mm = 130, height_mm = 190;

// How far below its place a point of the flat page is seen, mm from mm.
using Displaced = std::function<double(double x_mm, double y_mm)>;

double curl(double x_mm, double y_mm) {  // at the left, up at the top and down at the bottom
  return 6 * std::exp(-x_mm / 12) * (y_mm / height_mm - 0.5);
}
double slide(double x_mm, double) {  // at the left, everywhere down
  return 3 * std::exp(-x_mm / 14);
}
double arch(double x_mm, double) {
  return -2.5 * std::sin(std::numbers::pi * x_mm / width_mm);
}

// Bent, then turned clockwise about its centre, in one resampling.
cv::Mat bent(const cv::Mat& flat, const Displaced& displaced, double clockwise_deg = 0) {
  cv::Mat map_x(flat.size(), CV_32FC1), map_y(flat.size(), CV_32FC1), out;
  const Affine back = turn(-clockwise_deg, {flat.cols / 2.0, flat.rows / 2.0});
  for (int y = 0; y < flat.rows; ++y)
    for (int x = 0; x < flat.cols; ++x) {
      const Point seen = back({x + 0.5, y + 0.5});
      double from = seen.y;
      for (int i = 0; i < 6; ++i)
        from = seen.y - px_from_mm(displaced(mm_from_px(seen.x, dpi), mm_from_px(from, dpi)), dpi);
      map_x.at<float>(y, x) = static_cast<float>(seen.x - 0.5);
      map_y.at<float>(y, x) = static_cast<float>(from - 0.5);
    }
  cv::remap(flat, out, map_x, map_y, cv::INTER_LINEAR, cv::BORDER_CONSTANT, cv::Scalar(225));
  return out;
}

cv::Mat page_of_text(const cv::Rect2d& area = {14, 20, 102, 150}) {
  cv::Mat page = drawn::sheet(width_mm, height_mm, dpi, 225);
  drawn::text(page, dpi, area);
  return page;
}

Dewarp found(const Image& scan, double angle_deg = 0) {
  const auto dewarped = dewarp(scan, quad_of(scan.box()), angle_deg, scan.box(), {});
  EXPECT_TRUE(dewarped.has_value());
  return dewarped.value_or(Dewarp{});
}
Dewarp found(const cv::Mat& scan, double angle_deg = 0) {
  return found(drawn::image(scan, dpi), angle_deg);
}

double median_of(std::vector<double> v) {
  std::nth_element(v.begin(), v.begin() + static_cast<std::ptrdiff_t>(v.size() / 2), v.end());
  return v[v.size() / 2];
}

// The largest difference to the truth along lines of the text, mm. Where a flat line lies is a
// matter of choice, so each line's median is taken off.
double error_mm(const Bend& bend, const Displaced& truth) {
  double most = 0;
  for (double y = 25; y <= 165; y += 20) {
    std::vector<double> off;
    for (double x = 15; x <= 114; x += 3)
      off.push_back(mm_from_px(bend.offset({px_from_mm(x, dpi), px_from_mm(y, dpi)}).y, dpi) -
                    truth(x, y));
    const double middle = median_of(off);
    for (const double o : off) most = std::max(most, std::abs(o - middle));
  }
  return most;
}

TEST(Dewarp, TheCurlAtASpineIsFound) {
  const Dewarp d = found(bent(page_of_text(), curl));
  ASSERT_FALSE(d.bend.empty());
  EXPECT_GE(d.confidence, 0.6);
  EXPECT_NEAR(d.bend_mm, 6 * std::exp(-15.0 / 12) * 0.38, 0.25);
  EXPECT_LT(error_mm(d.bend, curl), 0.12);
}

TEST(Dewarp, APageThatSlidesDownAtTheSpineIsFound) {
  const Dewarp d = found(bent(page_of_text(), slide));
  ASSERT_FALSE(d.bend.empty());
  EXPECT_LT(error_mm(d.bend, slide), 0.12);
}

TEST(Dewarp, AnArchIsFound) {
  const Dewarp d = found(bent(page_of_text(), arch));
  ASSERT_FALSE(d.bend.empty());
  // An arch without a flat part keeps the turn that was chosen for it, and here that is its chord.
  EXPECT_LT(error_mm(d.bend, arch), 0.2);
}

TEST(Dewarp, MirroredAndUpsideDownAreTheSame) {
  const cv::Mat scan = bent(page_of_text(), curl);
  for (const int how : {-1, 0, 1}) {
    cv::Mat other;
    cv::flip(scan, other, how);
    const Dewarp d = found(other);
    ASSERT_FALSE(d.bend.empty()) << how;
    const Displaced truth = [&](double x, double y) {
      return (how == 1 ? 1 : -1) * curl(how == 0 ? x : width_mm - x, how == 1 ? y : height_mm - y);
    };
    double most = 0;
    for (double x = 20; x < 110; x += 10)
      for (const double y : {30.0, 100.0, 160.0})
        most = std::max(
            most,
            std::abs(mm_from_px(d.bend.offset({px_from_mm(x, dpi), px_from_mm(y, dpi)}).y, dpi) -
                     truth(x, y)));
    EXPECT_LT(most, 0.2) << how;
  }
}

TEST(Dewarp, WhatItFlattensIsFlat) {
  const Image scan = drawn::image(bent(page_of_text(), curl), dpi);
  const Dewarp d = found(scan);
  const Image flat = resampled(scan, Affine{}, d.bend, scan.box(), scan.size(), scan.dpi(), 255);
  const Dewarp again = found(flat);
  EXPECT_TRUE(again.bend.empty());
  EXPECT_LT(again.bend_mm, 0.12);
}

TEST(Dewarp, ATurnedScanIsFlattenedInItsTurnedFrame) {
  const cv::Mat scan = bent(page_of_text(), curl, 3);
  const Dewarp d = found(scan, -3);
  ASSERT_FALSE(d.bend.empty());
  EXPECT_LT(error_mm(d.bend, curl), 0.2);
}

TEST(Dewarp, FlatPagesAreLeftAlone) {
  for (const double angle : {0.0, 0.4, 2.0, -5.0, 11.0}) {
    const Dewarp d = found(drawn::turned(page_of_text(), angle, 225), -angle);
    EXPECT_TRUE(d.bend.empty()) << angle;
    EXPECT_LT(d.bend_mm, 0.1) << angle;
    EXPECT_GT(d.confidence, 0.6) << angle;
  }
}

TEST(Dewarp, AFlatPageTurnedTooLittleIsLeftAlone) {
  EXPECT_TRUE(found(drawn::turned(page_of_text(), 0.5, 225)).bend.empty());
}

TEST(Dewarp, ColumnsThatDoNotShareTheirLinesAreLeftAlone) {
  for (const double lower : {0.4, 1.0, 2.5}) {
    cv::Mat page = drawn::sheet(width_mm, height_mm, dpi, 225);
    drawn::text(page, dpi, {12, 20, 48, 150});
    drawn::text(page, dpi, {66, 20 + lower, 50, 150}, 40, 5);
    EXPECT_TRUE(found(page).bend.empty()) << lower;
  }
}

TEST(Dewarp, RaggedLinesAndNoiseAreLeftAlone) {
  cv::Mat page = drawn::sheet(width_mm, height_mm, dpi, 225);
  drawn::Numbers numbers{3};
  for (int i = 0; i < 28; ++i)
    drawn::text(page, dpi, {15.0 + numbers.next(20), 15 + 6.0 * i, 20.0 + numbers.next(60), 3}, 40,
                static_cast<unsigned>(i + 1));
  for (int y = 0; y < page.rows; ++y)
    for (int x = 0; x < page.cols; ++x) {
      auto& p = page.at<std::uint8_t>(y, x);
      p = cv::saturate_cast<std::uint8_t>(p + numbers.next(41) - 20);
    }
  EXPECT_TRUE(found(page).bend.empty());
}

TEST(Dewarp, FewLinesDoNotBendAPage) {
  const Dewarp d = found(bent(page_of_text({14, 90, 102, 22}), curl));
  EXPECT_TRUE(d.bend.empty());
}

TEST(Dewarp, WithoutTextThereIsNothingToSay) {
  const cv::Mat empty = drawn::sheet(width_mm, height_mm, dpi, 225);
  cv::Mat staves = empty.clone(), dots = drawn::noise(600, 800, 1),
          patches = drawn::noise(600, 800, 9);
  for (double y = 20; y < 170; y += (static_cast<int>(y) % 5 == 4 ? 8 : 2))
    cv::line(staves, {60, drawn::px(y, dpi)}, {900, drawn::px(y + 3, dpi)}, cv::Scalar(30), 2);
  for (const cv::Mat& page : {empty, staves, dots, patches, cv::Mat(dots > 128)})
    EXPECT_TRUE(found(page).bend.empty());
}

TEST(Dewarp, PrintNeverLeavesTheBox) {
  const Image scan = drawn::image(bent(page_of_text(), slide), dpi);
  // So tight that the lowest line, where it slides down, is at the very edge.
  for (double bottom = 160; bottom < 176; bottom += 1) {
    const Box box{0, px_from_mm(18, dpi), scan.box().x1, px_from_mm(bottom, dpi)};
    const auto d = dewarp(scan, quad_of(scan.box()), 0, box, {});
    ASSERT_TRUE(d.has_value());
    EXPECT_LE(d->bend.offset({px_from_mm(100, dpi), box.y1}).y, px_from_mm(0.1, dpi));
    EXPECT_GE(d->bend.offset({px_from_mm(100, dpi), box.y1}).y, px_from_mm(-0.1, dpi));
  }
}

TEST(Dewarp, OffIsOffAndTheThresholdHolds) {
  const Image scan = drawn::image(bent(page_of_text(), curl), dpi);
  DewarpParams off;
  off.mode = "off";
  EXPECT_TRUE(dewarp(scan, quad_of(scan.box()), 0, scan.box(), off)->bend.empty());
  DewarpParams high;
  high.min_bend_mm = 3;
  const auto left = dewarp(scan, quad_of(scan.box()), 0, scan.box(), high);
  EXPECT_TRUE(left->bend.empty());
  EXPECT_GT(left->bend_mm, 0.4);
}

TEST(Dewarp, OddPicturesAreNoTrouble) {
  for (const auto& [w, h] : {std::pair{1, 1}, {1, 3000}, {3000, 1}, {7, 7}, {40, 40}, {9000, 9}})
    for (const int value : {0, 128, 255})
      for (const double known : {0.0, 72.0, 300.0, 1e9}) {
        const Image scan = image_of(cv::Mat(h, w, CV_8UC3, cv::Scalar::all(value)), {known, known});
        EXPECT_TRUE(found(scan, 3).bend.empty());
      }
  EXPECT_FALSE(dewarp({}, {}, 0, {}, {}).has_value());
  const Image scan = drawn::image(page_of_text(), dpi);
  const double nan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_FALSE(dewarp(scan, quad_of(scan.box()), nan, scan.box(), {}).has_value());
  EXPECT_FALSE(dewarp(scan, quad_of(scan.box()), 0, {0, 0, nan, 9}, {}).has_value());
  EXPECT_TRUE(dewarp(scan, quad_of(scan.box()), 0, {-1e9, -1e9, 1e9, 1e9}, {}).has_value());
  EXPECT_TRUE(dewarp(scan, quad_of(scan.box()), 0, {50, 50, 50, 50}, {}).has_value());
}

}  // namespace
}  // namespace linka
