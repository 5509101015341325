// SPDX-License-Identifier: GPL-3.0-or-later
#include "stages/crop/crop.h"

#include "image/drawn_page.h"

#include <gtest/gtest.h>

namespace linka {
namespace {

constexpr double dpi = 150;

struct Bed {
  int grey = 15;
  cv::Rect2d leaf_mm{30, 25, 148, 210};
};

cv::Mat text_leaf(double width_mm = 148, double height_mm = 210) {
  cv::Mat leaf = drawn::sheet(width_mm, height_mm, dpi, 225);
  drawn::text(leaf, dpi, {18, 22, width_mm - 36, height_mm - 50});
  return leaf;
}

cv::Mat on_bed(const cv::Mat& leaf, const Bed& bed = {}) {
  cv::Mat scan = drawn::sheet(210, 265, dpi, bed.grey);
  const cv::Rect place(drawn::px(bed.leaf_mm.x, dpi), drawn::px(bed.leaf_mm.y, dpi), leaf.cols,
                       leaf.rows);
  leaf.copyTo(scan(place));
  return scan;
}

Crop crop_of(const cv::Mat& pixels, double angle_deg = 0, const CropParams& params = {}) {
  const Image scan = drawn::image(pixels, dpi);
  const auto found = crop(scan, quad_of(scan.box()), angle_deg, params);
  EXPECT_TRUE(found) << found.error().message;
  return found.value_or(Crop{});
}

CropParams tight() {
  CropParams params;
  params.margin_mm = 0;
  return params;
}

void expect_box(const Box& box, const cv::Rect2d& mm, double tolerance_mm) {
  EXPECT_NEAR(mm_from_px(box.x0, dpi), mm.x, tolerance_mm);
  EXPECT_NEAR(mm_from_px(box.y0, dpi), mm.y, tolerance_mm);
  EXPECT_NEAR(mm_from_px(box.x1, dpi), mm.x + mm.width, tolerance_mm);
  EXPECT_NEAR(mm_from_px(box.y1, dpi), mm.y + mm.height, tolerance_mm);
}

TEST(Crop, FindsTheLeafOnADarkBed) {
  const Crop found = crop_of(on_bed(text_leaf()), 0, tight());
  expect_box(found.box, {30, 25, 148, 210}, 0.5);
  EXPECT_GT(found.confidence, 0.8);
  EXPECT_FALSE(found.touches_content);
}

TEST(Crop, FindsTheLeafOnAGreyBed) {
  expect_box(crop_of(on_bed(text_leaf(), {180}), 0, tight()).box, {30, 25, 148, 210}, 0.5);
}

TEST(Crop, FindsTheLeafOnAWhiteBed) {
  expect_box(crop_of(on_bed(text_leaf(), {250}), 0, tight()).box, {30, 25, 148, 210}, 0.5);
}

TEST(Crop, FindsABlankLeafOnADarkBed) {
  const cv::Mat leaf = drawn::sheet(148, 210, dpi, 225);
  expect_box(crop_of(on_bed(leaf), 0, tight()).box, {30, 25, 148, 210}, 0.5);
}

TEST(Crop, WorksInTheTurnedFrame) {
  const cv::Mat scan = on_bed(text_leaf());
  const cv::Mat turned = drawn::turned(scan, 3, 15);
  const Crop found = crop_of(turned, -3, tight());
  // Turned back about the same centre, the leaf lies where it lay.
  expect_box(found.box, {30, 25, 148, 210}, 0.6);
}

TEST(Crop, TheMarginIsAdded) {
  CropParams params;
  params.margin_mm = 3;
  expect_box(crop_of(on_bed(text_leaf()), 0, params).box, {27, 22, 154, 216}, 0.5);
}

TEST(Crop, CutsOffTheFacingPage) {
  cv::Mat both = drawn::sheet(178, 210, dpi, 225);
  text_leaf().copyTo(both(cv::Rect(0, 0, drawn::px(148, dpi), both.rows)));
  drawn::text(both, dpi, {158, 22, 20, 160});
  for (int x = 0; x < both.cols; ++x) {  // the fold's shadow at 148 mm
    const double mm = std::abs(mm_from_px(x, dpi) - 148);
    both.col(x) = both.col(x) * (1 - 0.4 * std::exp(-mm / 4));
  }
  const Crop found = crop_of(on_bed(both, {15, {20, 25, 178, 210}}), 0, tight());
  expect_box(found.box, {20, 25, 148, 210}, 1);
}

TEST(Crop, ColumnsWithARuleAreOneLeaf) {
  cv::Mat leaf = drawn::sheet(148, 210, dpi, 225);
  drawn::text(leaf, dpi, {14, 22, 36, 160});
  drawn::text(leaf, dpi, {56, 22, 36, 160}, 40, 2);
  drawn::text(leaf, dpi, {98, 22, 36, 160}, 40, 3);
  for (const double x : {53.0, 95.0})
    cv::line(leaf, {drawn::px(x, dpi), drawn::px(20, dpi)},
             {drawn::px(x, dpi), drawn::px(185, dpi)}, cv::Scalar(30), 2);
  expect_box(crop_of(on_bed(leaf), 0, tight()).box, {30, 25, 148, 210}, 0.5);
}

TEST(Crop, APictureIsNoLeaf) {
  cv::Mat leaf = text_leaf();
  const cv::Rect picture(drawn::px(18, dpi), drawn::px(22, dpi), drawn::px(112, dpi),
                         drawn::px(90, dpi));
  cv::Mat grain = drawn::noise(picture.width, picture.height, 9);
  grain = grain / 2;
  grain.copyTo(leaf(picture));
  expect_box(crop_of(on_bed(leaf), 0, tight()).box, {30, 25, 148, 210}, 0.5);
}

// A dark plate as wide as the text above it, or as high beside it, ends in a straight edge as well.
TEST(Crop, APlateAboveOrBesideTheTextIsNoLeaf) {
  for (const int grain : {1000, 60, 9})
    for (const bool above : {true, false}) {
      cv::Mat leaf = drawn::sheet(148, 210, dpi, 225);
      const cv::Rect plate = above ? cv::Rect(drawn::px(12, dpi), drawn::px(15, dpi),
                                              drawn::px(124, dpi), drawn::px(80, dpi))
                                   : cv::Rect(drawn::px(12, dpi), drawn::px(15, dpi),
                                              drawn::px(55, dpi), drawn::px(180, dpi));
      drawn::text(leaf, dpi, above ? cv::Rect2d(18, 110, 112, 80) : cv::Rect2d(75, 20, 60, 165));
      cv::Mat grain_px = drawn::noise(plate.width, plate.height, grain);
      grain_px = grain_px / 3 + 30;
      grain_px.copyTo(leaf(plate));
      expect_box(crop_of(on_bed(leaf), 0, tight()).box, {30, 25, 148, 210}, 0.5);
    }
}

TEST(Crop, AFrameIsNoEdge) {
  cv::Mat leaf = text_leaf();
  cv::rectangle(leaf, {drawn::px(8, dpi), drawn::px(8, dpi)},
                {drawn::px(140, dpi), drawn::px(202, dpi)}, cv::Scalar(20), drawn::px(1.5, dpi));
  expect_box(crop_of(on_bed(leaf), 0, tight()).box, {30, 25, 148, 210}, 0.5);
}

TEST(Crop, WithoutABorderTheRegionIsThePage) {
  const Crop found = crop_of(text_leaf());
  const cv::Mat leaf = text_leaf();
  EXPECT_EQ(found.box, (Box{0, 0, static_cast<double>(leaf.cols), static_cast<double>(leaf.rows)}));
}

TEST(Crop, ContentModeKeepsWhatIsPrinted) {
  CropParams params;
  params.mode = "content";
  params.margin_mm = 5;
  const Crop found = crop_of(on_bed(text_leaf()), 0, params);
  EXPECT_NEAR(mm_from_px(found.box.x0, dpi), 30 + 18 - 5, 1);
  EXPECT_NEAR(mm_from_px(found.box.y0, dpi), 25 + 22 - 5, 2);
}

TEST(Crop, NoneKeepsTheRegion) {
  CropParams params;
  params.mode = "none";
  const cv::Mat scan = on_bed(text_leaf());
  EXPECT_EQ(crop_of(scan, 0, params).box,
            (Box{0, 0, static_cast<double>(scan.cols), static_cast<double>(scan.rows)}));
}

// A stain's straight edge runs through the text: the box must hold every line all the same.
TEST(Crop, NeverCutsALineOfText) {
  cv::Mat leaf = text_leaf();
  leaf(cv::Rect(0, 0, drawn::px(40, dpi), leaf.rows)) *= 0.8;
  const Crop found = crop_of(on_bed(leaf));
  EXPECT_LT(mm_from_px(found.box.x0, dpi), 30 + 18.5);
}

TEST(Crop, StaysInsideTheRegion) {
  const Image scan = drawn::image(on_bed(text_leaf()), dpi);
  const Quad region = quad_of({200, 300, 700, 900});
  const auto found = crop(scan, region, 0, {});
  ASSERT_TRUE(found);
  EXPECT_GE(found->box.x0, 200);
  EXPECT_GE(found->box.y0, 300);
  EXPECT_LE(found->box.x1, 700);
  EXPECT_LE(found->box.y1, 900);
}

TEST(Crop, IsWholePixelsAndNeverEmpty) {
  for (const Size size : {Size{1, 1}, {1, 9000}, {9000, 1}, {2, 3}, {299, 401}, {17, 40}})
    for (const double angle : {0.0, 1.7, -6.3}) {
      const Box box =
          crop_of(cv::Mat(size.height, size.width, CV_8UC1, cv::Scalar(120)), angle).box;
      EXPECT_FALSE(box.empty()) << size.width << " x " << size.height;
      for (const double v : {box.x0, box.y0, box.x1, box.y1}) EXPECT_EQ(v, std::round(v));
    }
  const Box noise = crop_of(drawn::noise(600, 800, 3), 1).box;
  EXPECT_FALSE(noise.empty());
}

TEST(Crop, AnOddRegionIsAnError) {
  const Image scan = drawn::image(text_leaf(), dpi);
  EXPECT_FALSE(crop(scan, Quad{}, 0, {}));
  EXPECT_FALSE(crop(scan, quad_of({-90, -90, -10, -10}), 0, {}));
  EXPECT_FALSE(crop(scan, quad_of(scan.box()), std::nan(""), {}));
  EXPECT_FALSE(crop(Image{}, Quad{}, 0, {}));
  EXPECT_TRUE(crop(scan, quad_of({-1e9, -1e9, 1e9, 1e9}), 2, {}));
}

}  // namespace
}  // namespace linka
