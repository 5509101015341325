// SPDX-License-Identifier: GPL-3.0-or-later
#include "stages/deskew/deskew.h"

#include "image/convert.h"
#include "image/paper.h"
#include "stages/deskew/ink.h"
#include "stages/deskew/rows.h"

#include <opencv2/core.hpp>

#include <algorithm>
#include <cmath>

namespace linka {
namespace {

constexpr double measuring_dpi = 150;  // an x-height of 1.5 mm is 9 rows
constexpr double least_range_deg = 5;  // swept even when less is allowed: a peak needs its foot

bool is_inside(const Quad& q, Point p) {
  for (std::size_t i = 0; i < 4; ++i) {
    const Point &a = q[i], &e = q[(i + 1) % 4];
    if ((e.x - a.x) * (p.y - a.y) - (e.y - a.y) * (p.x - a.x) < 0) return false;
  }
  return true;
}

}  // namespace

Result<Skew> deskew(const Image& scan, const Quad& region, const DeskewParams& params) {
  return guarded<Skew>("deskew", [&]() -> Result<Skew> {
    if (scan.empty()) return fail(ErrorKind::bad_input, "there is no image");
    if (!is_finite(region)) return fail(ErrorKind::bad_input, "the page's region is not a number");
    const Reduced reduced = reduced_grey(with_plausible_dpi(scan), measuring_dpi);
    const double dpi = reduced.grey.dpi().x;
    Quad part = region;
    for (Point& p : part) p = {p.x * reduced.scale_x, p.y * reduced.scale_y};
    const Box bounds = intersection(box_of(part), reduced.grey.box());
    if (bounds.empty()) return fail(ErrorKind::bad_input, "the page's region is empty");
    const cv::Rect frame(
        cv::Point(static_cast<int>(bounds.x0), static_cast<int>(bounds.y0)),
        cv::Point(static_cast<int>(std::ceil(bounds.x1)), static_cast<int>(std::ceil(bounds.y1))));
    const Paper paper = paper_of(view(reduced.grey)(frame), dpi);
    const Letters letters = letters_of(paper.print, dpi);
    const Ink ink = ink_of(letters, paper.print, dpi, [&](const cv::Rect& b) {
      return is_inside(part, {frame.x + b.x + b.width / 2.0, frame.y + b.y + b.height / 2.0});
    });
    const auto used = static_cast<double>(ink.glyphs.size());
    if (used < 12) return Skew{};
    const Direction direction =
        direction_of(ink, std::max(params.max_angle_deg, least_range_deg) + 1);
    const Course course = course_of(ink, direction.fall_deg);
    const double fall_deg = course.fall_deg;

    Skew skew;
    skew.measured_deg = -fall_deg;
    skew.confidence =
        std::clamp((direction.contrast - 1.5) / 2.5, 0.0, 1.0) * std::min(1.0, used / 40.0);
    if (!direction.inside) skew.confidence = 0;
    if (std::abs(fall_deg) <= params.max_angle_deg && std::abs(fall_deg) >= params.min_angle_deg &&
        skew.confidence >= params.min_confidence)
      skew.angle_deg = -fall_deg;
    return skew;
  });
}

}  // namespace linka
