// SPDX-License-Identifier: GPL-3.0-or-later
// Lines of text leave white between them only when one looks along them. So the dots are dropped
// onto the vertical axis along every angle of the range, and the angle whose profile changes most
// from row to row wins (Postl's criterion: the sum of squared differences of neighbouring rows).
// The page is looked at in upright strips with profiles of their own: lines of columns that are not
// in register, or bent ones, cannot blur each other, and the peak is so wide that half degrees do.
#include "stages/deskew/ink.h"

#include "model/geometry.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace linka {
namespace {

constexpr double strip_mm = 45;  // some ten words: tells lines from chance, spans no two columns
constexpr double step_deg = 0.5;
constexpr float row_px = 2;                 // of a profile: half the dots, half the chance in each
constexpr std::size_t enough_dots = 40000;  // every n-th dot tells the same

struct Strips {
  std::vector<Dot> dots;  // x, y about the middle of their strip
  std::vector<int> strip_of;
  int count = 1;
  int reach = 0;  // half the rows of a profile
};

Strips strips_of(const Ink& ink) {
  Strips strips;
  float x0 = 1e9F, x1 = -1e9F, y0 = 1e9F, y1 = -1e9F;
  for (const Dot& d : ink.dots) {
    x0 = std::min(x0, d.x), x1 = std::max(x1, d.x);
    y0 = std::min(y0, d.y), y1 = std::max(y1, d.y);
  }
  const double width = x1 - x0 + 1;
  strips.count = std::max(1, static_cast<int>(std::lround(width / px_from_mm(strip_mm, ink.dpi))));
  const auto wide = static_cast<float>(width / strips.count);
  const std::size_t n = ink.dots.size() / enough_dots + 1;
  for (std::size_t i = 0; i < ink.dots.size(); i += n) {
    const Dot& d = ink.dots[i];
    const int k = std::min(strips.count - 1, static_cast<int>((d.x - x0) / wide));
    const float middle = x0 + wide * (static_cast<float>(k) + 0.5F);
    strips.dots.push_back({(d.x - middle) / row_px, (d.y - (y0 + y1) / 2) / row_px, d.weight});
    strips.strip_of.push_back(k);
  }
  strips.reach = static_cast<int>(std::hypot(wide, y1 - y0) / 2 / row_px) + 2;
  return strips;
}

// How much the profiles change from row to row when read along lines that fall by angle_deg.
double sharpness(const Strips& strips, double angle_deg, std::vector<float>& rows) {
  const double t = angle_deg * std::numbers::pi / 180;
  const auto c = static_cast<float>(std::cos(t)), s = static_cast<float>(std::sin(t));
  const auto middle = static_cast<float>(strips.reach);
  const std::size_t tall = 2 * static_cast<std::size_t>(strips.reach) + 3;
  rows.assign(tall * static_cast<std::size_t>(strips.count), 0);
  for (std::size_t i = 0; i < strips.dots.size(); ++i) {
    const Dot& d = strips.dots[i];
    const float y = d.y * c - d.x * s + middle;
    const auto row = static_cast<std::size_t>(y);
    float* at = &rows[tall * static_cast<std::size_t>(strips.strip_of[i]) + row];
    const float lower = d.weight * (y - static_cast<float>(row));
    at[0] += d.weight - lower;
    at[1] += lower;
  }
  double sum = 0;
  for (std::size_t i = 1; i < rows.size(); ++i) {
    const double step = static_cast<double>(rows[i]) - static_cast<double>(rows[i - 1]);
    sum += step * step;
  }
  return sum;
}

}  // namespace

Ink ink_of(const Letters& letters, const cv::Mat& print, double dpi,
           const std::function<bool(const cv::Rect&)>& wanted) {
  Ink ink;
  ink.dpi = dpi;
  const auto middle_x = static_cast<float>(print.cols) / 2,
             middle_y = static_cast<float>(print.rows) / 2;
  for (const Letter& letter : letters.all) {
    if (letter.line < 0 || !wanted(letter.box)) continue;
    const cv::Rect& box = letter.box;
    const std::size_t first = ink.dots.size();
    for (int y = box.y; y < box.y + box.height; ++y) {
      const auto* labels = letters.labels.ptr<int>(y);
      const auto* dark = print.ptr<std::uint8_t>(y);
      for (int x = box.x; x < box.x + box.width; ++x)
        if (labels[x] == letter.label)
          ink.dots.push_back({static_cast<float>(x) + 0.5F - middle_x,
                              static_cast<float>(y) + 0.5F - middle_y,
                              static_cast<float>(dark[x]) / 255.0F});
    }
    ink.glyphs.push_back({first, ink.dots.size()});
  }
  return ink;
}

Direction direction_of(const Ink& ink, double reach_deg) {
  Direction found;
  if (ink.dots.empty()) return found;
  const Strips strips = strips_of(ink);
  const int steps = static_cast<int>(std::ceil(reach_deg / step_deg));
  std::vector<float> rows;
  std::vector<double> curve;
  for (int i = -steps; i <= steps; ++i) curve.push_back(sharpness(strips, i * step_deg, rows));
  const auto top = static_cast<int>(std::max_element(curve.begin(), curve.end()) - curve.begin());
  const auto at = [&](int i) { return curve[static_cast<std::size_t>(i)]; };
  found.inside = top > 0 && top < 2 * steps;
  double offset = top - steps;
  if (found.inside) {
    const double bend = at(top - 1) - 2 * at(top) + at(top + 1);
    if (bend < 0) offset += std::clamp((at(top - 1) - at(top + 1)) / (2 * bend), -0.5, 0.5);
  }
  found.fall_deg = offset * step_deg;
  const double best = at(top);
  std::nth_element(curve.begin(), curve.begin() + steps, curve.end());
  found.contrast = at(steps) > 0 ? best / at(steps) : 0;
  return found;
}

}  // namespace linka
