// SPDX-License-Identifier: GPL-3.0-or-later
// A spread is told by what parts its pages. Most folds lie in a shadow: a straight valley of light
// from head to foot, free of letters, with paper on both sides and about as much page left as right
// of it. A fold without shadow is believed only when more speaks for it: a sheet wider than high, a
// band without a letter from head to foot that is wider than the gutters between columns are, text
// on both sides, and the band in the middle of the sheet. Its place is then the faint line that
// even an evenly lit fold leaves in the mean of all rows, or else half way between the outer edges
// of the two leaves. Columns of a landscape leaf are parted by less, and titles and rules cross the
// gap.
//
// The tilt is first read from the lines of text, so that only few tilts of the fold need trying.
#include "stages/split/split.h"

#include "image/convert.h"
#include "image/edges.h"
#include "image/paper.h"

#include <opencv2/core.hpp>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <optional>
#include <vector>

namespace linka {
namespace {

constexpr double measuring_dpi = 75;
constexpr double widest_tilt_deg = 7;  // when no text tells the skew
constexpr double fold_tilt_deg = 1.5;  // of the fold against its lines of text
constexpr double least_aspect = 1.0;   // width : height of the scan; two portrait pages are wider
constexpr double least_share = 0.36;   // of the sheet's width, for the narrower page
constexpr double least_text_share = 0.1;  // of the letters, for the page with less of them
constexpr double shadow_depth = 0.06;     // of the paper's brightness: surely a fold
constexpr double faint_depth = 0.006;     // a fold without shadow
constexpr double least_gap_mm = 15;       // inner margins together; gutters of columns are narrower
constexpr double least_gap_share = 0.055;  // of the sheet's width
constexpr double most_sheet_aspect = 2.2;

struct Fold {
  double x = 0, slope = 0;  // at the middle of the rows looked at
  double confidence = 0;
};

// Clockwise, from the slopes of long lines of text; nothing when there are too few.
std::optional<double> text_skew_deg(const Letters& letters) {
  struct Sums {
    double n = 0, x = 0, y = 0, xx = 0, xy = 0;
  };
  std::vector<Sums> sums(letters.lines.size());
  for (const Letter& l : letters.all) {
    if (l.line < 0) continue;
    Sums& s = sums[static_cast<std::size_t>(l.line)];
    const double x = l.box.x + l.box.width / 2.0, y = l.box.y + l.box.height / 2.0;
    s = {s.n + 1, s.x + x, s.y + y, s.xx + x * x, s.xy + x * y};
  }
  struct Slope {
    double deg, weight;
  };
  std::vector<Slope> slopes;
  double all = 0;
  for (std::size_t i = 0; i < sums.size(); ++i) {
    const Sums& s = sums[i];
    const double spread = s.xx - s.x * s.x / std::max(1.0, s.n);
    if (s.n < 5 || letters.lines[i].box.width < 6 * letters.lines[i].box.height) continue;
    if (spread <= 0) continue;
    const double slope = (s.xy - s.x * s.y / s.n) / spread;
    slopes.push_back({std::atan(slope) * 180 / std::numbers::pi, std::sqrt(spread)});
    all += slopes.back().weight;
  }
  if (slopes.size() < 5) return std::nullopt;
  std::sort(slopes.begin(), slopes.end(), [](const Slope& a, const Slope& b) {
    return std::pair(a.deg, a.weight) < std::pair(b.deg, b.weight);
  });
  double sum = 0;
  for (const Slope& s : slopes) {
    sum += s.weight;
    if (sum >= all / 2) return s.deg;
  }
  return std::nullopt;
}

// The widest band without letters whose middle lies between x0 and x1, along a slope.
struct Gap {
  double x0 = 0, x1 = 0;
  double width() const { return x1 - x0; }
  double middle() const { return (x0 + x1) / 2; }
};
Gap widest_gap(const Letters& letters, const Rows& rows, double slope, double x0, double x1,
               int width) {
  std::vector<int> covered(static_cast<std::size_t>(width) + 1);
  for (const Letter& l : letters.all) {
    if (l.line < 0) continue;
    const double shift = slope * (l.box.y + l.box.height / 2.0 - rows.middle());
    const int from = std::clamp(static_cast<int>(l.box.x - shift), 0, width);
    const int to = std::clamp(static_cast<int>(l.box.x + l.box.width - shift) + 1, 0, width);
    for (int x = from; x < to; ++x) covered[static_cast<std::size_t>(x)]++;
  }
  Gap best;
  int start = -1;
  bool text_before = false;
  for (int x = 0; x < width; ++x) {
    const bool empty = covered[static_cast<std::size_t>(x)] == 0;
    if (empty && start < 0) start = x;
    if (!empty && start >= 0) {
      const Gap gap{static_cast<double>(start), static_cast<double>(x)};
      if (text_before && gap.middle() >= x0 && gap.middle() <= x1 && gap.width() > best.width())
        best = gap;
      start = -1;
    }
    text_before = text_before || !empty;
  }
  return best;
}

struct Sheet {
  double x0 = 0, x1 = 0;  // outer edges at the middle of the rows
  bool both_found = false;
  double width() const { return x1 - x0; }
};

// From the fold outwards to where the paper ends.
Sheet sheet_about(const Sight& sight, const Rows& rows, double fold_x, const Tilts& tilts) {
  const int w = sight.shade.cols;
  const Steps left = steps_of(sight, sight.level, rows, static_cast<int>(fold_x), tilts);
  const Steps right = steps_of(sight.turned(false, true), sight.turned(false, true).level, rows,
                               w - static_cast<int>(fold_x), {-tilts.centre_deg, tilts.reach_deg});
  const auto outermost_text = [&](bool flipped) {
    std::vector<double> xs;
    for (const cv::Point2f& p : sight.text)
      xs.push_back(flipped ? w - static_cast<double>(p.x) : static_cast<double>(p.x));
    if (xs.size() < 20) return 1e9;
    const auto n = xs.begin() + static_cast<std::ptrdiff_t>(xs.size() / 50);
    std::nth_element(xs.begin(), n, xs.end());
    return *n;
  };
  // The innermost edge outside the text.
  const auto edge = [&](const Steps& steps, double text) {
    double x = -1;
    for (const Line& line : steps.lines)
      if (line.support >= 0.6 && line.x < text) x = std::max(x, line.x);
    return x;
  };
  const double l = edge(left, std::min(outermost_text(false), fold_x));
  const double r = edge(right, std::min(outermost_text(true), w - fold_x));
  return {l >= 0 ? l : left.reached, w - (r >= 0 ? r : right.reached), l >= 0 && r >= 0};
}

}  // namespace

Result<SplitResult> split(const Image& scan, const SplitParams& params, const BookHint&) {
  return guarded<SplitResult>("split", [&]() -> Result<SplitResult> {
    if (scan.empty()) return fail(ErrorKind::bad_input, "there is no image");
    SplitResult whole;
    whole.parts.push_back({Side::single, quad_of(scan.box())});
    whole.confidence = 1;
    if (params.mode == "never") return whole;

    const Reduced reduced = reduced_grey(with_plausible_dpi(scan), measuring_dpi);
    const int w = reduced.grey.width(), h = reduced.grey.height();
    const double dpi = reduced.grey.dpi().x;
    const bool always = params.mode == "always";
    if (!always && w < least_aspect * h) return whole;

    const cv::Mat grey = view(reduced.grey).clone();
    const Paper paper = paper_of(grey, dpi);
    const Letters letters = letters_of(paper.print, dpi);
    const cv::Mat everywhere(grey.size(), CV_8UC1, cv::Scalar(255));
    const Sight sight = sight_of(grey, everywhere, everywhere, dpi, paper, letters);

    const std::optional<double> skew = text_skew_deg(letters);
    const Tilts tilts{skew ? -*skew : 0, skew ? fold_tilt_deg : widest_tilt_deg};
    Rows rows{h / 5, h * 4 / 5};
    if (skew) {
      std::vector<float> ys;
      for (const cv::Point2f& p : sight.text) ys.push_back(p.y);
      std::sort(ys.begin(), ys.end());
      rows = {std::min(static_cast<int>(ys[ys.size() / 50]), h * 2 / 5),
              std::max(static_cast<int>(ys[ys.size() - 1 - ys.size() / 50]), h * 3 / 5)};
    }
    const auto text_left = [&](double x, double slope) {
      std::size_t left = 0;
      for (const cv::Point2f& p : sight.text)
        if (p.x < x + slope * (p.y - rows.middle())) ++left;
      return sight.text.empty()
                 ? 0.5
                 : static_cast<double>(left) / static_cast<double>(sight.text.size());
    };
    const auto centred = [&](double x, const Sheet& sheet) {
      const double share = (x - sheet.x0) / std::max(1.0, sheet.width());
      return std::min(share, 1 - share);
    };

    Fold fold;
    for (const Line& line : valleys_of(sight, rows, w - 1, tilts, {0.025, true, 0.7})) {
      const Sheet sheet = sheet_about(sight, rows, line.x, tilts);
      const double balance = centred(line.x, sheet);
      const double text = text_left(line.x, line.slope);
      const double least_text = std::min(text, 1 - text);
      const double depth = sight.paper > 0 ? line.depth / sight.paper : line.depth / 200;
      double c = std::clamp(0.5 + (depth - 0.04) / (2 * shadow_depth), 0.0, 1.0) * line.support;
      if (balance < least_share) c = 0;
      if (least_text < least_text_share) c *= balance > 0.45 ? 0.7 : 0.3;
      if (c > fold.confidence) fold = {line.x, line.slope, c};
    }

    if (fold.confidence < params.min_confidence && skew) {
      const double slope = std::tan(tilts.centre_deg * std::numbers::pi / 180);
      const Gap gap = widest_gap(letters, rows, slope, 0.2 * w, 0.8 * w, w);
      const Sheet sheet = sheet_about(sight, rows, gap.middle(), tilts);
      const double balance = centred(gap.middle(), sheet);
      const double text = text_left(gap.middle(), slope);
      const double aspect = sheet.width() / std::max(1, h);
      const double gap_mm = mm_from_px(gap.width(), dpi);
      if (gap_mm >= least_gap_mm && gap.width() >= least_gap_share * sheet.width() &&
          balance >= 0.42 && std::min(text, 1 - text) >= 0.15 && aspect < most_sheet_aspect) {
        Fold faint{sheet.both_found ? (sheet.x0 + sheet.x1) / 2 : gap.middle(), slope, 0};
        faint.x = std::clamp(faint.x, gap.x0, gap.x1);
        faint.confidence = std::min(0.9, 0.45 + 0.03 * (gap_mm - least_gap_mm) + (balance - 0.42));
        // The line that is left of a fold, near where it should be.
        double depth = 0;
        for (const Line& line :
             valleys_of(sight, rows, static_cast<int>(gap.x1), tilts, {faint_depth, false, 0})) {
          if (line.x < gap.x0 || line.x > gap.x1 || std::abs(line.x - faint.x) > 0.25 * gap.width())
            continue;
          if (line.depth > depth) {
            depth = line.depth;
            faint.x = line.x;
            faint.slope = line.slope;
            faint.confidence = std::max(faint.confidence, 0.6);
          }
        }
        if (faint.confidence > fold.confidence) fold = faint;
      }
    }
    if (always && fold.confidence <= 0) {
      const Sheet sheet = sheet_about(sight, rows, w / 2.0, tilts);
      fold = {sheet.both_found ? (sheet.x0 + sheet.x1) / 2 : w / 2.0,
              std::tan(tilts.centre_deg * std::numbers::pi / 180), 0.1};
    }
    if (fold.confidence <= 0 || (!always && fold.confidence < params.min_confidence)) {
      whole.confidence = 1 - fold.confidence;
      return whole;
    }

    const auto at = [&](double y) {
      const double x = fold.x + fold.slope * (y * reduced.scale_y - rows.middle());
      return Point{std::clamp(x / reduced.scale_x, 0.0, static_cast<double>(scan.width())), y};
    };
    SplitResult result;
    result.confidence = fold.confidence;
    result.fold_top = at(0);
    result.fold_bottom = at(scan.height());
    const Box b = scan.box();
    result.parts = {
        {Side::left, Quad{Point{b.x0, b.y0}, result.fold_top, result.fold_bottom, {b.x0, b.y1}}},
        {Side::right, Quad{result.fold_top, Point{b.x1, b.y0}, {b.x1, b.y1}, result.fold_bottom}}};
    return result;
  });
}

SplitResult split_at(Size scan, Point fold_top, Point fold_bottom) {
  const double w = scan.width, h = scan.height;
  SplitResult result;
  result.parts.push_back({Side::left, {Point{0, 0}, fold_top, fold_bottom, {0, h}}});
  result.parts.push_back({Side::right, {fold_top, {w, 0}, {w, h}, fold_bottom}});
  result.confidence = 1;
  result.spread_confidence = 1;
  result.fold_top = fold_top;
  result.fold_bottom = fold_bottom;
  return result;
}

}  // namespace linka
