// SPDX-License-Identifier: GPL-3.0-or-later
// Leaves on beds of every kind, and what lies beside them.
#include "image/drawn_page.h"
#include "stages/crop/crop.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace linka {
namespace {

constexpr double dpi = 150;
const cv::Rect2d leaf_mm{40, 30, 140, 200};
const cv::Size2d bed_mm{220, 265};

cv::Rect px_rect(const cv::Rect2d& mm) {
  return {drawn::px(mm.x, dpi), drawn::px(mm.y, dpi), drawn::px(mm.width, dpi),
          drawn::px(mm.height, dpi)};
}
cv::Point px_point(double x_mm, double y_mm) {
  return {drawn::px(x_mm, dpi), drawn::px(y_mm, dpi)};
}

cv::Mat leaf(int paper = 225) {
  cv::Mat page = drawn::sheet(leaf_mm.width, leaf_mm.height, dpi, paper);
  drawn::text(page, dpi, {18, 22, leaf_mm.width - 36, leaf_mm.height - 50});
  return page;
}

// Grain, as every scanner has it.
void add_grain(cv::Mat& grey) {
  drawn::Numbers numbers{3};
  for (int y = 0; y < grey.rows; ++y)
    for (int x = 0; x < grey.cols; ++x)
      grey.at<std::uint8_t>(y, x) =
          cv::saturate_cast<std::uint8_t>(grey.at<std::uint8_t>(y, x) + numbers.next(7) - 3);
}

cv::Mat on_bed(int bed, const cv::Mat& page = leaf()) {
  cv::Mat scan = drawn::sheet(bed_mm.width, bed_mm.height, dpi, bed);
  page.copyTo(scan(cv::Rect(px_rect(leaf_mm).tl(), page.size())));
  return scan;
}

cv::Mat coloured(cv::Mat grey) {
  add_grain(grey);
  cv::Mat rgb;
  cv::cvtColor(grey, rgb, cv::COLOR_GRAY2RGB);
  return rgb;
}

Crop crop_of(const cv::Mat& pixels, double angle_deg = 0, const BookHint& hint = {}) {
  CropParams params;
  params.margin_mm = 0;
  const Image scan = drawn::image(pixels, dpi);
  const auto found = crop(scan, quad_of(scan.box()), angle_deg, params, hint);
  EXPECT_TRUE(found) << found.error().message;
  return found.value_or(Crop{});
}

void expect_leaf(const Crop& found, const std::string& what, double tolerance_mm = 0.7,
                 const cv::Rect2d& mm = leaf_mm) {
  EXPECT_NEAR(mm_from_px(found.box.x0, dpi), mm.x, tolerance_mm) << what;
  EXPECT_NEAR(mm_from_px(found.box.y0, dpi), mm.y, tolerance_mm) << what;
  EXPECT_NEAR(mm_from_px(found.box.x1, dpi), mm.x + mm.width, tolerance_mm) << what;
  EXPECT_NEAR(mm_from_px(found.box.y1, dpi), mm.y + mm.height, tolerance_mm) << what;
  EXPECT_FALSE(found.touches_content) << what;
}

const Neighbour* neighbour(const Crop& found, const std::string& kind) {
  const auto it = std::find_if(found.neighbours.begin(), found.neighbours.end(),
                               [&](const Neighbour& n) { return n.kind == kind; });
  return it == found.neighbours.end() ? nullptr : &*it;
}

// The share of the drawn thing that the outline covers.
double covered(const Neighbour& n, const cv::Rect2d& mm) {
  const cv::Rect r = px_rect(mm);
  const Box drawn_box{double(r.x), double(r.y), double(r.x + r.width), double(r.y + r.height)};
  return intersection(box_of(n.outline), drawn_box).area() / drawn_box.area();
}

TEST(Beds, OfEveryBrightnessAndAtEveryAngle) {
  for (const int bed : {0, 15, 70, 140, 190, 250})
    for (const double turn : {0.0, 2.0, -7.0, 12.0, -15.0}) {
      cv::Mat scan = drawn::turned(on_bed(bed), turn, bed);
      add_grain(scan);
      const Crop found = crop_of(scan, -turn);
      expect_leaf(found, "bed " + std::to_string(bed) + " turned " + std::to_string(turn));
      EXPECT_TRUE(found.neighbours.empty()) << bed << " " << turn;
    }
}

TEST(Beds, SidesSayHowSureTheyAre) {
  const Crop found = crop_of(on_bed(15));
  for (const double side : found.sides) EXPECT_GT(side, 0.8);
  const Crop bare = crop_of(leaf());
  for (const double side : bare.sides) EXPECT_EQ(side, 0);
}

TEST(Beds, ACradleIsNoPaper) {
  cv::Mat scan = on_bed(15);
  for (const double x : {0.0, 190.0})  // boards that stand aslant on both sides
    for (int i = 0; i < 30; ++i)
      cv::line(scan, px_point(x + i, 0), px_point(x + i, bed_mm.height), cv::Scalar(40 + i), 7);
  expect_leaf(crop_of(coloured(scan)), "cradle");
}

TEST(Beds, AStackOfLeavesBelowIsNotTheTopLeaf) {
  for (const int side : {0, 1, 2}) {
    cv::Mat scan = drawn::sheet(bed_mm.width, bed_mm.height, dpi, 15);
    for (int i = 12; i > 0; --i) {  // edges of leaves, half a millimetre each, shadow between
      const double by = 0.5 * i;
      cv::Rect2d r = leaf_mm;
      if (side == 0) r.x -= by, r.width += by;
      if (side == 1) r.width += by;
      if (side == 2) r.height += by;
      scan(px_rect(r)).setTo(i % 2 == 0 ? 150 : 185);
    }
    leaf().copyTo(scan(cv::Rect(px_rect(leaf_mm).tl(), leaf().size())));
    expect_leaf(crop_of(coloured(scan)), "stack " + std::to_string(side), 1.2);
  }
}

TEST(Beds, TornAndRoundedLeavesAreKeptWhole) {
  cv::Mat torn = on_bed(15);
  cv::fillConvexPoly(torn,
                     std::vector<cv::Point>{px_point(40, 30), px_point(62, 30), px_point(40, 55)},
                     cv::Scalar(15));
  cv::fillConvexPoly(
      torn, std::vector<cv::Point>{px_point(180, 120), px_point(170, 130), px_point(180, 150)},
      cv::Scalar(15));
  const Crop found = crop_of(coloured(torn));
  expect_leaf(found, "torn");
  EXPECT_EQ(neighbour(found, "finger"), nullptr);

  cv::Mat rounded = drawn::sheet(bed_mm.width, bed_mm.height, dpi, 15);
  cv::Mat shape(rounded.size(), CV_8UC1, cv::Scalar(0));
  shape(px_rect({50, 30, 120, 200})).setTo(255);
  shape(px_rect({40, 40, 140, 180})).setTo(255);
  for (const cv::Point& p :
       {px_point(50, 40), px_point(170, 40), px_point(50, 220), px_point(170, 220)})
    cv::circle(shape, p, drawn::px(10, dpi), cv::Scalar(255), cv::FILLED);
  on_bed(15).copyTo(rounded, shape);
  expect_leaf(crop_of(coloured(rounded)), "rounded");
}

TEST(Beds, CurvedEdgesAreCutInTheMean) {
  cv::Mat flat = on_bed(15), bent = flat.clone();
  for (int x = 0; x < flat.cols; ++x) {  // the page falls off by 3 mm towards the left
    const double t = std::clamp((mm_from_px(x, dpi) - 40) / 60, 0.0, 1.0);
    const int by = drawn::px(3 * (1 - t) * (1 - t), dpi);
    if (by > 0)
      flat(cv::Rect(x, 0, 1, flat.rows - by)).copyTo(bent(cv::Rect(x, by, 1, flat.rows - by)));
  }
  expect_leaf(crop_of(coloured(bent)), "curved", 3.2);
}

void draw_target(cv::Mat& rgb, const cv::Rect2d& mm, int across, int down) {
  cv::rectangle(rgb, px_rect({mm.x - 2, mm.y - 2, mm.width + 4, mm.height + 4}),
                cv::Scalar(20, 20, 20), cv::FILLED);
  drawn::Numbers numbers{5};
  for (int i = 0; i < across; ++i)
    for (int j = 0; j < down; ++j) {
      const double w = mm.width / across, h = mm.height / down;
      cv::rectangle(
          rgb, px_rect({mm.x + i * w + 0.5, mm.y + j * h + 0.5, w - 1, h - 1}),
          cv::Scalar(40 + numbers.next(215), 40 + numbers.next(215), 40 + numbers.next(215)),
          cv::FILLED);
    }
}

TEST(Neighbours, AColourTargetBesideOrBelowThePage) {
  for (const int bed : {15, 140, 250})
    for (const bool left : {true, false}) {
      cv::Mat scan = coloured(on_bed(bed));
      const cv::Rect2d target = left ? cv::Rect2d(6, 60, 26, 100) : cv::Rect2d(60, 236, 96, 22);
      draw_target(scan, target, left ? 2 : 8, left ? 8 : 2);
      const Crop found = crop_of(scan);
      expect_leaf(found, "target, bed " + std::to_string(bed));
      const Neighbour* n = neighbour(found, "target");
      ASSERT_NE(n, nullptr) << bed << left;
      EXPECT_FALSE(n->on_page);
      EXPECT_GT(covered(*n, target), 0.9);
      EXPECT_LT(box_of(n->outline).area(), 1.6 * px_rect(target).area());
    }
}

TEST(Neighbours, AGreyWedge) {
  cv::Mat scan = coloured(on_bed(15));
  for (int i = 0; i < 10; ++i)
    cv::rectangle(scan, px_rect({50.0 + 12 * i, 238, 12, 14}), cv::Scalar::all(250 - 22 * i),
                  cv::FILLED);
  const Crop found = crop_of(scan);
  expect_leaf(found, "wedge");
  const Neighbour* n = neighbour(found, "target");
  ASSERT_NE(n, nullptr);
  EXPECT_GT(covered(*n, {50, 238, 100, 14}), 0.85);
}

TEST(Neighbours, ATargetOnThePagesEdgeLeavesThePageWhole) {
  cv::Mat scan = coloured(on_bed(15));
  draw_target(scan, {26, 80, 24, 80}, 2, 6);
  const Crop found = crop_of(scan);
  expect_leaf(found, "target on the edge");
  const Neighbour* n = neighbour(found, "target");
  ASSERT_NE(n, nullptr);
  EXPECT_TRUE(n->on_page);
}

void draw_ruler(cv::Mat& scan, const cv::Rect2d& mm, int body, int tick) {
  cv::rectangle(scan, px_rect(mm), cv::Scalar::all(body), cv::FILLED);
  for (int i = 1; i < mm.width - 1; ++i) {
    const double length = i % 10 == 0 ? 7 : i % 5 == 0 ? 5 : 3.5;
    const double x = mm.x + i;
    cv::rectangle(scan, px_rect({x, mm.y, 0.34, length}), cv::Scalar::all(tick), cv::FILLED);
  }
}

TEST(Neighbours, ARulerBelowThePage) {
  for (const bool white : {true, false}) {
    cv::Mat scan = coloured(on_bed(white ? 15 : 70));
    draw_ruler(scan, {35, 240, 150, 16}, white ? 235 : 15, white ? 15 : 235);
    const Crop found = crop_of(scan);
    expect_leaf(found, "ruler");
    const Neighbour* n = neighbour(found, "ruler");
    ASSERT_NE(n, nullptr) << white;
    EXPECT_FALSE(n->on_page);
    EXPECT_GT(covered(*n, {37, 240, 146, 4}), 0.85);
  }
}

TEST(Neighbours, ARulerBesideThePage) {
  cv::Mat scan = coloured(on_bed(15)).t();
  draw_ruler(scan, {40, 6, 180, 16}, 235, 15);
  cv::Mat upright = scan.t();
  const Crop found = crop_of(upright);
  expect_leaf(found, "ruler");
  EXPECT_NE(neighbour(found, "ruler"), nullptr);
}

TEST(Neighbours, AFingerOverTheMargin) {
  for (const int bed : {15, 140})
    for (const int side : {0, 1, 2}) {
      cv::Mat scan = coloured(on_bed(bed));
      const cv::Scalar skin(205, 150, 120);
      const cv::Point tip = side == 0   ? px_point(46, 120)
                            : side == 1 ? px_point(174, 150)
                                        : px_point(100, 222);
      const cv::Point root = side == 0   ? px_point(-5, 126)
                             : side == 1 ? px_point(225, 144)
                                         : px_point(106, 270);
      cv::line(scan, root, tip, skin, drawn::px(16, dpi));
      const Crop found = crop_of(scan);
      expect_leaf(found, "finger");
      const Neighbour* n = neighbour(found, "finger");
      ASSERT_NE(n, nullptr) << bed << " " << side;
      EXPECT_TRUE(n->on_page);
    }
}

TEST(Neighbours, AHolderOverTheMargin) {
  for (const int holder : {40, 100}) {
    cv::Mat scan = coloured(on_bed(holder == 40 ? 140 : 15));
    cv::rectangle(scan, px_rect({90, 14, 14, 25}), cv::Scalar::all(holder), cv::FILLED);
    const Crop found = crop_of(scan);
    expect_leaf(found, "holder");
    const Neighbour* n = neighbour(found, "holder");
    ASSERT_NE(n, nullptr) << holder;
    EXPECT_TRUE(n->on_page);
    EXPECT_GT(covered(*n, {90, 30, 14, 9}), 0.8);
  }
}

TEST(Guard, ASecondLeafIsNotCutThrough) {
  cv::Mat scan = drawn::sheet(300, 230, dpi, 15);
  leaf().copyTo(scan(cv::Rect(px_point(5, 15), leaf().size())));
  leaf().copyTo(scan(cv::Rect(px_point(157, 15), leaf().size())));
  const Crop found = crop_of(scan);
  const double width = mm_from_px(found.box.width(), dpi);
  EXPECT_TRUE(width > 290 || found.touches_content) << width;
}

// The scan lies askew to its own edge: at the head only some letters of each line are cut.
TEST(Guard, ASlantedCutThroughAPartOfALineIsSaid) {
  cv::Mat leaf = drawn::sheet(140, 200, dpi, 225);
  drawn::text(leaf, dpi, {15, 15, 110, 160});
  cv::Mat page = drawn::sheet(180, 240, dpi, 20);
  leaf.copyTo(page(cv::Rect(drawn::px(20, dpi), drawn::px(20, dpi), leaf.cols, leaf.rows)));
  const double turn_deg = 1.2;
  const cv::Mat askew = drawn::turned(page, turn_deg, 20);
  const int from = drawn::px(60, dpi);
  int said = 0;
  for (int step = 0; step < 5; ++step) {
    const cv::Mat cut = askew.rowRange(from + drawn::px(step, dpi), askew.rows).clone();
    const Image scan = drawn::image(cut, dpi);
    const auto found = crop(scan, quad_of(scan.box()), -turn_deg, {});
    ASSERT_TRUE(found);
    said += found->cut_by_scan;
  }
  EXPECT_GE(said, 4);
}

TEST(Guard, TextCutByTheScanIsSaid) {
  const cv::Mat page = leaf();
  const cv::Rect left(drawn::px(30, dpi), 0, page.cols - drawn::px(30, dpi), page.rows);
  const cv::Rect low(0, 0, page.cols, drawn::px(98.2, dpi));
  for (const cv::Rect& seen : {left, low}) {
    const Crop found = crop_of(page(seen).clone());
    EXPECT_TRUE(found.cut_by_scan);
    EXPECT_TRUE(found.touches_content);
  }
  EXPECT_FALSE(crop_of(page).cut_by_scan);
}

TEST(Guard, TextCutByTheRegionIsSaid) {
  const Image scan = drawn::image(on_bed(15), dpi);
  const double x = px_from_mm(leaf_mm.x + 70, dpi);
  const auto found =
      crop(scan, quad_of({x, 0, double(scan.width()), double(scan.height())}), 0, {});
  ASSERT_TRUE(found);
  EXPECT_TRUE(found->touches_content);
  EXPECT_FALSE(found->cut_by_scan);
}

TEST(Guard, ANoteInADarkMarginIsHeldOrSaid) {
  cv::Mat page = leaf();
  page(cv::Rect(0, 0, drawn::px(15, dpi), page.rows)) *= 0.85;  // a stain along the edge
  drawn::text(page, dpi, {3, 60, 10, 30});
  const Crop found = crop_of(coloured(on_bed(15, page)));
  EXPECT_TRUE(mm_from_px(found.box.x0, dpi) < leaf_mm.x + 3.1 || found.words_outside > 0);
}

TEST(Guard, TheFacingPagesTextDoesNotCount) {
  cv::Mat both = drawn::sheet(165, 200, dpi, 225);
  leaf().copyTo(both(cv::Rect(0, 0, leaf().cols, both.rows)));
  drawn::text(both, dpi, {152, 22, 13, 150});
  for (int x = 0; x < both.cols; ++x) {
    const double mm = std::abs(mm_from_px(x, dpi) - leaf_mm.width);
    both.col(x) = both.col(x) * (1 - 0.4 * std::exp(-mm / 4));
  }
  cv::Mat scan = drawn::sheet(205, bed_mm.height, dpi, 15);
  both.copyTo(scan(cv::Rect(px_rect(leaf_mm).tl(), both.size())));
  const Crop found = crop_of(scan);
  expect_leaf(found, "facing page", 1);
  EXPECT_EQ(found.words_outside, 0);
  EXPECT_FALSE(found.cut_by_scan);
}

// The right side lies on a bed of the paper's own brightness.
TEST(Hint, TheBooksSizeEndsASideWithoutAnEdge) {
  cv::Mat scan = on_bed(15);
  const cv::Rect beside = px_rect({leaf_mm.x + leaf_mm.width, 0, 40, bed_mm.height});
  scan(beside).setTo(225);
  BookHint hint;
  const Crop without = crop_of(scan);
  EXPECT_GT(mm_from_px(without.box.x1, dpi), leaf_mm.x + leaf_mm.width + 10);
  EXPECT_EQ(without.sides[2], 0);
  hint.page_width_mm = leaf_mm.width;
  hint.page_height_mm = leaf_mm.height;
  const Crop with = crop_of(scan, 0, hint);
  EXPECT_NEAR(mm_from_px(with.box.x1, dpi), leaf_mm.x + leaf_mm.width, 0.8);
  EXPECT_GT(with.sides[2], 0);
  EXPECT_LT(with.sides[2], 0.5);
  // Something printed beyond contradicts.
  drawn::text(scan, dpi, {leaf_mm.x + leaf_mm.width + 4, 80, 20, 40});
  EXPECT_GT(mm_from_px(crop_of(scan, 0, hint).box.x1, dpi), leaf_mm.x + leaf_mm.width + 20);
}

TEST(Hint, NeverOverrulesAnEdge) {
  BookHint hint;
  hint.page_width_mm = 120;
  hint.page_height_mm = 150;
  expect_leaf(crop_of(on_bed(15), 0, hint), "hint");
}

}  // namespace
}  // namespace linka
