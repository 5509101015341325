// SPDX-License-Identifier: GPL-3.0-or-later
// Segments by the line segment detector of Grompone von Gioi et al. (LSD, 2010): regions of pixels
// whose gradients point the same way. The longer a segment, the better it tells its angle, by the
// third power of its length; the angle where most of that weight lies wins.
#include "stages/deskew/strokes.h"

#include "model/geometry.h"

#include <opencv2/imgproc.hpp>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <vector>

namespace linka {
namespace {

constexpr double least_mm = 9;  // longer than words and bars
constexpr double bin_deg = 0.25, agree_deg = 0.6;
constexpr double apart_mm = 1.5;  // both sides of a rule are one line

struct Segment {
  double fall_deg;  // of level lines, or of the normals of upright ones
  double length;    // pixels
  double place;     // how far from the picture's corner, across the line
  bool upright;
};

std::vector<Segment> segments_of(const cv::Mat& picture, double dpi,
                                 const std::function<bool(cv::Point2f, cv::Point2f)>& seen) {
  std::vector<cv::Vec4f> lines;
  cv::createLineSegmentDetector(cv::LSD_REFINE_NONE)->detect(picture, lines);
  std::vector<Segment> segments;
  for (const cv::Vec4f& l : lines) {
    const cv::Point2f a(l[0], l[1]), b(l[2], l[3]), along = b - a;
    const double length = std::hypot(along.x, along.y);
    if (length < px_from_mm(least_mm, dpi)) continue;
    if (!seen((a + b) / 2, along / static_cast<float>(length))) continue;
    double angle = std::atan2(along.y, along.x) * 180 / std::numbers::pi;
    angle = std::remainder(angle, 180);
    const bool upright = std::abs(angle) > 45;
    const double fall = std::remainder(angle, 90);
    const cv::Point2f middle = (a + b) / 2;
    const double place = (static_cast<double>(middle.y) * static_cast<double>(along.x) -
                          static_cast<double>(middle.x) * static_cast<double>(along.y)) /
                         length;
    segments.push_back({fall, length, std::abs(place), upright});
  }
  return segments;
}

double cubed(double v) {
  return v * v * v;
}

// The angle near which most weight lies, within reach_deg; then the mean of what lies close.
double common_fall(const std::vector<Segment>& segments, double reach_deg) {
  const int half = static_cast<int>(std::ceil(reach_deg / bin_deg)) + 2;
  std::vector<double> bins(static_cast<std::size_t>(2 * half + 1));
  for (const Segment& s : segments)
    if (std::abs(s.fall_deg) <= reach_deg)
      bins[static_cast<std::size_t>(half + static_cast<int>(std::lround(s.fall_deg / bin_deg)))] +=
          s.length * s.length;
  std::size_t best = 1;
  const auto three = [&](std::size_t i) { return bins[i - 1] + bins[i] + bins[i + 1]; };
  for (std::size_t i = 1; i + 1 < bins.size(); ++i)
    if (three(i) > three(best)) best = i;
  double fall = (static_cast<int>(best) - half) * bin_deg;
  for (const double reach : {0.5, 0.3, 0.15, 0.15}) {
    double sum = 0, weight = 0;
    for (const Segment& s : segments) {
      const double e = (s.fall_deg - fall) / reach;
      if (std::abs(e) >= 1) continue;
      const double w = cubed(s.length) * (1 - e * e) * (1 - e * e);
      sum += w * s.fall_deg, weight += w;
    }
    if (weight > 0) fall = sum / weight;
  }
  return fall;
}

}  // namespace

Strokes strokes_of(const cv::Mat& picture, double dpi, double reach_deg,
                   const std::function<bool(cv::Point2f, cv::Point2f)>& seen) {
  Strokes found;
  if (std::min(picture.cols, picture.rows) < 16) return found;
  std::vector<Segment> segments = segments_of(picture, dpi, seen);
  if (segments.empty()) return found;
  found.fall_deg = common_fall(segments, reach_deg);
  double all = 0, agreeing = 0;
  std::vector<Segment> lines;
  std::sort(segments.begin(), segments.end(),
            [](const Segment& a, const Segment& b) { return a.length > b.length; });
  for (const Segment& s : segments) {
    all += s.length * s.length;
    if (std::abs(s.fall_deg - found.fall_deg) > agree_deg) continue;
    agreeing += s.length * s.length;
    const bool known = std::any_of(lines.begin(), lines.end(), [&](const Segment& l) {
      return l.upright == s.upright && std::abs(l.place - s.place) < px_from_mm(apart_mm, dpi);
    });
    if (known) continue;
    lines.push_back(s);
    found.length_mm += mm_from_px(s.length, dpi);
    found.span = std::max(found.span, s.length / (s.upright ? picture.rows : picture.cols));
  }
  found.share = agreeing / all;
  return found;
}

}  // namespace linka
