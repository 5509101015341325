// SPDX-License-Identifier: GPL-3.0-or-later
// Scans of open books and of single leaves drawn for tests, so that it is known where the fold lies
// and that there is none. Sizes, margins, light, skew and bed vary with the seed.
#pragma once

#include "image/drawn_page.h"
#include "model/book_hint.h"

#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>

#include <cmath>
#include <numbers>
#include <string>
#include <vector>

namespace linka::drawn {

struct Scan {
  cv::Mat pixels;
  double dpi = 150;
  bool spread = false;
  double fold_x_px = 0;  // in the middle of the scan's height
  double page_width_mm = 0, page_height_mm = 0;
};

inline const std::vector<std::string> spread_kinds = {
    "shadow",       "faint shadow", "no shadow",  "no border",        "bilevel",
    "verse",        "dictionary",   "blank page", "blank, no shadow", "picture across the fold",
    "music spread", "tall pages"};
inline const std::vector<std::string> leaf_kinds = {
    "newspaper, 2 columns", "newspaper, 3 columns", "ruled table",  "open table", "map",
    "music leaf",           "landscape prose",      "facing strip", "foldout",    "photograph"};

class ScanMaker {
 public:
  ScanMaker(std::string kind, unsigned seed, double dpi = 150)
      : kind_(std::move(kind)), dpi_(dpi), numbers_{seed * 7919 + 17} {
    for (int i = 0; i < 5; ++i) numbers_.next(2);
  }

  Scan spread() {
    page_w_ = between(95, 170);
    page_h_ = page_w_ * between(1.35, 1.65);
    if (is("tall pages")) page_h_ = page_w_ * between(2.05, 2.3);
    sheet_ = cv::Mat(px(page_h_, dpi_), px(2 * page_w_, dpi_), CV_8UC1, cv::Scalar(paper_));
    page(0, true);
    page(page_w_, false);
    if (is("picture across the fold")) {
      const double y = page_h_ * between(0.1, 0.3);
      picture({page_w_ * 0.3, y, page_w_ * 1.4, page_h_ * between(0.25, 0.5)});
    }
    double depth = between(0.15, 0.55);
    if (is("faint shadow") || is("dictionary")) depth = between(0, 0.08);
    if (is("no shadow") || is("blank, no shadow")) depth = 0;
    if (is("verse") && numbers_.next(2) == 0) depth = between(0, 0.03);
    shade(page_w_, depth, between(3, 8));
    if (depth < 0.1 && numbers_.next(4) != 0) hairline(page_w_);
    bulge(page_w_, numbers_.next(4) == 0 ? 0 : between(0.5, 3));
    return laid(true, page_w_);
  }

  Scan leaf() {
    page_w_ = between(240, 340);
    page_h_ = page_w_ * between(0.64, 0.78);
    if (is("facing strip")) {
      page_w_ = between(110, 190);
      page_h_ = page_w_ * between(1.1, 1.5);
    }
    sheet_ = cv::Mat(px(page_h_, dpi_), px(page_w_, dpi_), CV_8UC1, cv::Scalar(paper_));
    leaf_content();
    if (is("facing strip")) {
      shade(page_w_ - between(5, 25), between(0.15, 0.5), between(3, 8));
    } else if (numbers_.next(3) == 0) {
      slope_of_light(between(0.03, 0.15));
    }
    return laid(false, 0);
  }

 private:
  bool is(const char* kind) const { return kind_ == kind; }
  double between(double a, double b) { return a + (b - a) * numbers_.next(10000) / 10000.0; }

  // Words of letters; ragged: lines end where they like, as in verse.
  void lines(const cv::Rect2d& mm, double pitch, bool ragged = false) {
    const double tall = pitch * 0.4, wide = pitch * 0.24;
    for (double y = mm.y; y + tall < mm.y + mm.height; y += pitch) {
      double x = mm.x + (ragged ? between(0, 0.2) * mm.width : 0);
      const double end = mm.x + mm.width * (ragged ? between(0.5, 0.8) : 1.0);
      if (ragged && numbers_.next(6) == 0) continue;
      while (x < end - 2 * wide) {
        const int letters = 2 + numbers_.next(7);
        for (int i = 0; i < letters && x + wide < end; ++i, x += 1.4 * wide)
          cv::rectangle(sheet_, {px(x, dpi_), px(numbers_.next(5) == 0 ? y - tall / 3 : y, dpi_)},
                        {px(x + wide, dpi_), px(y + tall, dpi_)}, cv::Scalar(ink_), cv::FILLED);
        x += 1.6 * wide;
      }
    }
  }
  void rule(double x0, double y0, double x1, double y1) {
    cv::line(sheet_, {px(x0, dpi_), px(y0, dpi_)}, {px(x1, dpi_), px(y1, dpi_)}, cv::Scalar(ink_),
             1 + numbers_.next(2));
  }
  void picture(const cv::Rect2d& mm) {
    const cv::Rect box =
        cv::Rect(px(mm.x, dpi_), px(mm.y, dpi_), px(mm.width, dpi_), px(mm.height, dpi_)) &
        cv::Rect(0, 0, sheet_.cols, sheet_.rows);
    if (box.empty()) return;
    cv::Mat grain = noise(box.width, box.height, px(between(2, 9), dpi_));
    grain = grain * 0.6 + 30;
    grain.copyTo(sheet_(box));
  }
  void staves(const cv::Rect2d& mm) {
    for (double y = mm.y; y + 9 < mm.y + mm.height; y += 18) {
      for (int i = 0; i < 5; ++i) rule(mm.x, y + 1.8 * i, mm.x + mm.width, y + 1.8 * i);
      for (double x = mm.x + 6; x < mm.x + mm.width - 4; x += between(4, 11)) {
        const double at = y + 0.9 * numbers_.next(9);
        cv::ellipse(sheet_, {px(x, dpi_), px(at, dpi_)}, {px(1.2, dpi_), px(0.8, dpi_)}, -20, 0,
                    360, cv::Scalar(ink_), cv::FILLED);
        rule(x + 1.1, at, x + 1.1, at - 6);
      }
    }
  }
  void map(const cv::Rect2d& mm) {
    for (int i = 0; i < 14; ++i) {
      double x = mm.x + between(0, 1) * mm.width, y = mm.y + between(0, 1) * mm.height;
      double way = between(0, 6.28);
      for (int k = 0; k < 60; ++k) {
        way += between(-0.5, 0.5);
        const double nx = std::clamp(x + 5 * std::cos(way), mm.x, mm.x + mm.width),
                     ny = std::clamp(y + 5 * std::sin(way), mm.y, mm.y + mm.height);
        rule(x, y, nx, ny);
        x = nx, y = ny;
      }
    }
    for (int i = 0; i < 60; ++i) {
      const double x = mm.x + between(0, 0.9) * mm.width, y = mm.y + between(0, 0.95) * mm.height;
      lines({x, y, between(8, 20), 1.5}, 3.5);
    }
    rule(mm.x, mm.y, mm.x + mm.width, mm.y);
    rule(mm.x, mm.y + mm.height, mm.x + mm.width, mm.y + mm.height);
  }

  void page(double x, bool left) {
    const bool narrow = is("dictionary");
    const double inner = narrow ? between(6, 10) : between(10, 18), outer = between(10, 20);
    const double head = between(14, 24), foot = between(15, 30);
    const cv::Rect2d area{x + (left ? outer : inner), head, page_w_ - inner - outer,
                          page_h_ - head - foot};
    const bool empty = (is("blank page") || is("blank, no shadow")) && blank_left_ == left;
    if (empty) return;
    if (is("dictionary")) {
      const double gutter = between(3.5, 6), width = (area.width - gutter) / 2;
      lines({area.x, area.y, width, area.height}, 3.3);
      lines({area.x + width + gutter, area.y, width, area.height}, 3.3);
      if (numbers_.next(2) == 0)
        rule(area.x + width + gutter / 2, area.y, area.x + width + gutter / 2,
             area.y + area.height);
      return;
    }
    if (is("music spread")) return staves(area);
    lines(area, between(4.2, 6), is("verse"));
    lines({left ? area.x : area.x + area.width - 12, head - 8, 8, 2}, 5);
  }

  void columns(const cv::Rect2d& area, int count, double gutter, bool ruled) {
    const double width = (area.width - (count - 1) * gutter) / count;
    for (int i = 0; i < count; ++i) {
      const double x = area.x + i * (width + gutter);
      lines({x, area.y, width, area.height}, 3.8);
      if (i > 0 && ruled) rule(x - gutter / 2, area.y, x - gutter / 2, area.y + area.height);
    }
  }

  void leaf_content() {
    const cv::Rect2d area{between(10, 20), between(12, 22), page_w_ - between(25, 40),
                          page_h_ - between(28, 44)};
    if (is("newspaper, 2 columns") || is("newspaper, 3 columns")) {
      const bool ruled = numbers_.next(2) == 0, titled = numbers_.next(4) != 0;
      if (titled) lines({area.x + area.width * 0.25, area.y, area.width * 0.5, 8}, 12);
      columns({area.x, area.y + 14, area.width, area.height - 14},
              is("newspaper, 2 columns") ? 2 : 3, between(4, 9), ruled);
    } else if (is("ruled table") || is("open table")) {
      const int count = 4 + numbers_.next(5);
      const double width = area.width / count;
      for (int i = 0; i < count; ++i) {
        const double x = area.x + i * width;
        const double used = between(0.3, 0.8);
        for (double y = area.y; y + 4 < area.y + area.height; y += 6)
          if (numbers_.next(8) != 0) lines({x + 2, y + 1, width * used, 2.5}, 4);
        if (is("ruled table")) rule(x, area.y, x, area.y + area.height);
      }
      if (is("ruled table"))
        for (double y = area.y; y < area.y + area.height; y += 6 * (1 + numbers_.next(3)))
          rule(area.x, y, area.x + area.width, y);
      else
        lines({area.x + area.width * 0.3, area.y - 8, area.width * 0.4, 4}, 6);
    } else if (is("map") || is("foldout")) {
      map(area);
      if (is("foldout"))
        for (int i = 1; i < 4; ++i) shade(page_w_ * i / 4, between(0.02, 0.08), between(0.6, 1.5));
    } else if (is("music leaf")) {
      staves(area);
    } else if (is("photograph")) {
      picture(area);
    } else {
      lines(area, between(4.5, 6));
    }
  }

  void shade(double fold_mm, double depth, double wide_mm) {
    for (int x = 0; x < sheet_.cols && depth > 0; ++x) {
      const double mm = std::abs(mm_from_px(x + 0.5, dpi_) - fold_mm);
      sheet_.col(x) = sheet_.col(x) * (1 - depth * std::exp(-mm / wide_mm));
    }
  }
  void slope_of_light(double depth) {
    for (int x = 0; x < sheet_.cols; ++x)
      sheet_.col(x) = sheet_.col(x) * (1 - depth * x / sheet_.cols);
  }
  // What is left of a well lit fold.
  void hairline(double fold_mm) {
    const int x = px(fold_mm, dpi_);
    sheet_.colRange(x - 1, x + 1) = sheet_.colRange(x - 1, x + 1) * between(0.955, 0.985);
  }
  // Paper rises to the fold, so that the upper and lower edges dip there.
  void bulge(double fold_mm, double dip_mm) {
    cv::copyMakeBorder(sheet_, sheet_, px(4, dpi_), px(4, dpi_), 0, 0, cv::BORDER_CONSTANT,
                       cv::Scalar(bed_));
    cv::Mat out = sheet_.clone();
    for (int x = 0; x < sheet_.cols; ++x) {
      const double mm = std::abs(mm_from_px(x + 0.5, dpi_) - fold_mm);
      const int down = px(dip_mm * std::exp(-mm / 9), dpi_);
      if (down > 0)
        sheet_.col(x).rowRange(0, sheet_.rows - down).copyTo(out.col(x).rowRange(down, out.rows));
    }
    sheet_ = out;
  }

  Scan laid(bool is_spread, double fold_mm) {
    const double skew = between(-2, 2);
    double left = between(12, 60), right = between(12, 60), top = between(12, 30);
    if (is("tall pages")) left = right = between(4, 12);
    const bool tight = is("no border");
    if (tight) left = right = top = 0;
    cv::Mat scan;
    cv::copyMakeBorder(sheet_, scan, px(top, dpi_), px(top, dpi_), px(left, dpi_), px(right, dpi_),
                       cv::BORDER_CONSTANT, cv::Scalar(bed_));
    const double turn_deg = tight ? skew / 8 : skew;
    scan = turned(scan, turn_deg, bed_);
    cv::GaussianBlur(scan, scan, {3, 3}, 0.7);
    grain(scan);
    if (is("bilevel")) scan = scan > 120;
    const double fold = px_from_mm(left + fold_mm, dpi_) - scan.cols / 2.0;
    const double t = turn_deg * std::numbers::pi / 180;
    // The fold passes (fold, 0) from the scan's middle before the turn; after it, where y = 0.
    return {scan, dpi_, is_spread, scan.cols / 2.0 + fold / std::cos(t), page_w_, page_h_};
  }
  void grain(cv::Mat& scan) {
    cv::Mat noise_of(scan.size(), CV_16SC1), wide;
    cv::RNG rng(numbers_.state);
    rng.fill(noise_of, cv::RNG::NORMAL, 0, 3);
    scan.convertTo(wide, CV_16SC1);
    cv::Mat(wide + noise_of).convertTo(scan, CV_8UC1);
  }

  std::string kind_;
  double dpi_;
  Numbers numbers_;
  int paper_ = 195 + numbers_.next(50), bed_ = numbers_.next(3) == 0 ? 110 : 12 + numbers_.next(15);
  int ink_ = 30 + numbers_.next(40);
  bool blank_left_ = numbers_.next(2) == 0;
  double page_w_ = 0, page_h_ = 0;
  cv::Mat sheet_;
};

}  // namespace linka::drawn
