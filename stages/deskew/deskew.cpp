// SPDX-License-Identifier: GPL-3.0-or-later
// Three witnesses are asked, one after another, until one is sure: the rows of letters (ink.cpp,
// rows.cpp; exact to a few thousandths of a degree, and what a reader sees), long straight strokes
// of print (strokes.cpp: rules, staves, frames), and the edges of pictures and of the leaf. The
// later ones are believed less: print stands aslant on its leaf now and then.
#include "stages/deskew/deskew.h"

#include "image/convert.h"
#include "image/paper.h"
#include "stages/deskew/ink.h"
#include "stages/deskew/leaf.h"
#include "stages/deskew/rows.h"
#include "stages/deskew/strokes.h"

#include <opencv2/core.hpp>

#include <algorithm>
#include <cmath>

namespace linka {
namespace {

constexpr double measuring_dpi = 150;  // an x-height of 1.5 mm is 9 rows
constexpr double least_range_deg = 5;  // swept even when less is allowed: a peak needs its foot
constexpr double unsure_deg = 0.015;   // then the leaf's edges are asked how it bends
constexpr double agreeing_deg =
    0.08;  // standard deviation of the fall that is no reason to doubt it
constexpr int least_letters = 12, enough_letters = 24;
constexpr double sure_enough = 0.6;  // then nobody else is asked
constexpr double most_print_sure = 0.8, most_edges_sure = 0.7;

// The page's part of the reduced scan.
struct Sheet {
  Paper paper;
  double dpi = 0;
  Quad part{};   // in pixels of the picture of paper
  CutSides cut;  // where the page was cut from a spread
  double reach_deg = 0;

  bool holds(double x, double y) const {
    for (std::size_t i = 0; i < 4; ++i) {
      const Point &a = part[i], &e = part[(i + 1) % 4];
      if ((e.x - a.x) * (y - a.y) - (e.y - a.y) * (x - a.x) < 0) return false;
    }
    return true;
  }
};

Result<Sheet> sheet_of(const Image& scan, const Quad& region, const DeskewParams& params) {
  if (scan.empty()) return fail(ErrorKind::bad_input, "there is no image");
  if (!is_finite(region)) return fail(ErrorKind::bad_input, "the page's region is not a number");
  const Reduced reduced = reduced_grey(with_plausible_dpi(scan), measuring_dpi);
  Sheet sheet;
  sheet.dpi = reduced.grey.dpi().x;
  sheet.reach_deg = std::max(params.max_angle_deg, least_range_deg) + 1;
  Quad part = region;
  for (Point& p : part) p = {p.x * reduced.scale_x, p.y * reduced.scale_y};
  const Box whole = reduced.grey.box(), bounds = intersection(box_of(part), whole);
  if (bounds.empty()) return fail(ErrorKind::bad_input, "the page's region is empty");
  const double spare = 0.1 * whole.width();
  sheet.cut = {(part[0].x + part[3].x) / 2 > spare, (part[1].x + part[2].x) / 2 < whole.x1 - spare};
  const cv::Rect frame(
      cv::Point(static_cast<int>(bounds.x0), static_cast<int>(bounds.y0)),
      cv::Point(static_cast<int>(std::ceil(bounds.x1)), static_cast<int>(std::ceil(bounds.y1))));
  for (Point& p : part) p = {p.x - frame.x, p.y - frame.y};
  sheet.part = part;
  sheet.paper = paper_of(view(reduced.grey)(frame), sheet.dpi);
  return sheet;
}

struct Witness {
  double fall_deg = 0;
  double confidence = 0;
};

Witness rows_say(const Sheet& sheet) {
  const Letters letters = letters_of(sheet.paper.print, sheet.dpi);
  cv::Rect text;
  const auto wanted = [&](const cv::Rect& b) {
    return sheet.holds(b.x + b.width / 2.0, b.y + b.height / 2.0);
  };
  const Ink ink = ink_of(letters, sheet.paper.print, sheet.dpi, wanted);
  const auto used = static_cast<double>(ink.glyphs.size());
  if (used < least_letters) return {};
  const Direction direction = direction_of(ink, sheet.reach_deg);
  Course course = course_of(ink, direction.fall_deg);
  if (course.sd_deg > unsure_deg) {
    for (const Letter& l : letters.all)
      if (l.line >= 0 && wanted(l.box)) text = text.empty() ? l.box : text | l.box;
    const auto leaf = bend_of_leaf(sheet.paper.level, text, sheet.dpi, course.fall_deg, sheet.cut,
                                   [&](cv::Point p) { return sheet.holds(p.x + 0.5, p.y + 0.5); });
    if (leaf) {
      const Course known =
          course_of(ink, course.fall_deg, [&](double x, double y) { return leaf->at(x, y); });
      if (known.sd_deg < course.sd_deg) course = known;
    }
  }
  const double peak = std::clamp((direction.contrast - 1.5) / 2.5, 0.0, 1.0);
  const double many = std::min(1.0, used / enough_letters);
  const double agreed = std::min(1.0, agreeing_deg / course.sd_deg);
  return {course.fall_deg, direction.inside ? peak * many * agreed : 0};
}

// What share of the straight strokes agree, and how long they are, all together or the longest.
double sureness(const Strokes& s) {
  const double agreed = std::clamp((s.share - 0.3) / 0.4, 0.0, 1.0);
  const double much = std::clamp((s.length_mm - 60) / 120, 0.0, 1.0);
  return agreed * much;
}

Witness print_says(const Sheet& sheet) {
  const Strokes s =
      strokes_of(sheet.paper.print, sheet.dpi, sheet.reach_deg, [&](cv::Point2f p, cv::Point2f) {
        return sheet.holds(static_cast<double>(p.x), static_cast<double>(p.y));
      });
  return {s.fall_deg, most_print_sure * sureness(s)};
}

Witness edges_say(const Sheet& sheet) {
  const cv::Mat& level = sheet.paper.level;
  // Beside a scan that was turned there is nothing: pure white that is no paper.
  const auto nothing = [&](cv::Point2f p) {
    const cv::Point at(std::clamp(static_cast<int>(p.x), 0, level.cols - 1),
                       std::clamp(static_cast<int>(p.y), 0, level.rows - 1));
    return level.at<std::uint8_t>(at) == 255;
  };
  const bool white =
      nothing({static_cast<float>(level.cols) / 2, static_cast<float>(level.rows) / 2});
  const auto aside = static_cast<float>(px_from_mm(1.5, sheet.dpi));
  const Strokes s =
      strokes_of(level, sheet.dpi, sheet.reach_deg, [&](cv::Point2f p, cv::Point2f d) {
        const cv::Point2f across(-d.y * aside, d.x * aside);
        return sheet.holds(static_cast<double>(p.x), static_cast<double>(p.y)) &&
               (white || !(nothing(p + across) || nothing(p - across)));
      });
  return {s.fall_deg, most_edges_sure * sureness(s)};
}

Witness best_witness(const Sheet& sheet, double enough) {
  Witness best = rows_say(sheet);
  for (const auto& ask : {print_says, edges_say}) {
    if (best.confidence >= enough) break;
    const Witness next = ask(sheet);
    if (next.confidence > best.confidence) best = next;
  }
  return best;
}

}  // namespace

Result<Skew> deskew(const Image& scan, const Quad& region, const DeskewParams& params) {
  return guarded<Skew>("deskew", [&]() -> Result<Skew> {
    const auto sheet = sheet_of(scan, region, params);
    if (!sheet) return pass(sheet);
    const Witness said = best_witness(*sheet, std::max(params.min_confidence, sure_enough));
    Skew skew;
    skew.measured_deg = -said.fall_deg;
    skew.confidence = said.confidence;
    const double turn = std::abs(said.fall_deg);
    if (turn <= params.max_angle_deg && turn >= params.min_angle_deg &&
        said.confidence >= params.min_confidence)
      skew.angle_deg = skew.measured_deg;
    return skew;
  });
}

}  // namespace linka
