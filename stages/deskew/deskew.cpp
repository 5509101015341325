// SPDX-License-Identifier: GPL-3.0-or-later
// Lines of text leave white between them only when one looks along them. So: the ink of everything
// that has the size of a letter, as dots, is dropped onto the vertical axis along every angle of
// the range, and the angle whose profile changes most from row to row wins (Postl's criterion: the
// sum of squared differences of neighbouring rows). Dots instead of a turned picture make an angle
// cost a pass over some ten thousand numbers; their y is split between the two nearest rows, which
// keeps the criterion smooth, so that a parabola through the best angles reads the answer to about
// 0.01 degree at 150 dpi. Pictures, rules, page edges and the scanner bed are no letters and have
// no say.
#include "stages/deskew/deskew.h"

#include "image/convert.h"
#include "image/paper.h"

#include <opencv2/core.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numbers>
#include <vector>

namespace linka {
namespace {

constexpr double measuring_dpi = 150;  // an x-height of 1.5 mm is 9 rows
constexpr double coarse_step_deg = 0.1;
constexpr double near_reach_deg = 0.6;
constexpr double fine_reach_deg = 0.3, fine_step_deg = 0.02;
constexpr double least_range_deg = 5;  // swept even when less is allowed: a peak needs its foot
constexpr double strip_mm = 18;        // narrower strips tell no angle
constexpr int strips_at_most = 6;
constexpr double strip_reach_deg = 4;  // lines near a spine bend this much
constexpr double strip_step_deg = 0.2;
constexpr double bent_end_deg = 0.5, bent_deg = 0.2;
constexpr std::size_t most_dots = 250000;

struct Dot {
  float x, y, weight;
  int line;  // of Letters::lines
};

// How much the profile of the dots changes from row to row when the page is read along lines that
// fall to the right by angle_deg.
double sharpness(const std::vector<Dot>& dots, double reach, double angle_deg,
                 std::vector<float>& rows) {
  const double t = angle_deg * std::numbers::pi / 180;
  const auto c = static_cast<float>(std::cos(t)), s = static_cast<float>(std::sin(t));
  const auto middle = static_cast<float>(reach + 1);
  rows.assign(static_cast<std::size_t>(2 * reach) + 4, 0);
  for (const Dot& d : dots) {
    const float y = d.y * c - d.x * s + middle;
    const auto row = static_cast<std::size_t>(y);
    const float upper = d.weight * (y - static_cast<float>(row));
    rows[row] += d.weight - upper;
    rows[row + 1] += upper;
  }
  double sum = 0;
  for (std::size_t i = 1; i < rows.size(); ++i) {
    const double step = static_cast<double>(rows[i]) - static_cast<double>(rows[i - 1]);
    sum += step * step;
  }
  return sum;
}

// The vertex of the parabola through the best of equally spaced values and its neighbours, as an
// offset in steps, -0.5...0.5.
double vertex(double before, double best, double after) {
  const double bend = before - 2 * best + after;
  return bend < 0 ? std::clamp((before - after) / (2 * bend), -0.5, 0.5) : 0;
}

struct Peak {
  double angle_deg = 0;
  double value = 0, median = 0;  // of the criterion
  bool inside = false;           // not at the end of the range
};

// The best angle in centre_deg +- reach_deg. `arm`: how many steps each side the parabola spans.
Peak sweep(const std::vector<Dot>& dots, double reach, double centre_deg, double reach_deg,
           double step_deg, int arm) {
  const int steps = static_cast<int>(std::ceil(reach_deg / step_deg));
  std::vector<float> rows;
  std::vector<double> curve;
  for (int i = -steps; i <= steps; ++i)
    curve.push_back(sharpness(dots, reach, centre_deg + i * step_deg, rows));
  const auto top = static_cast<int>(std::max_element(curve.begin(), curve.end()) - curve.begin());
  const auto at = [&](int i) { return curve[static_cast<std::size_t>(i)]; };
  Peak peak;
  peak.value = at(top);
  peak.inside = top >= arm && top <= 2 * steps - arm;
  double offset = top - steps;
  if (peak.inside) offset += arm * vertex(at(top - arm), at(top), at(top + arm));
  peak.angle_deg = centre_deg + offset * step_deg;
  std::nth_element(curve.begin(), curve.begin() + steps, curve.end());
  peak.median = at(steps);
  return peak;
}

struct Strip {
  float x0, x1;
  double angle_deg;
};

// Near the spine of a thick book lines bend, and only the rest of the page tells how it lies. The
// page is measured in upright strips; where the strips at one side turn away from the others, their
// dots are dropped.
void drop_bent_side(std::vector<Dot>& dots, double reach, double dpi, double angle_deg) {
  std::vector<float> xs;
  for (const Dot& d : dots) xs.push_back(d.x);
  const auto share = [&](double q) {
    const auto n = static_cast<std::ptrdiff_t>(q * static_cast<double>(xs.size() - 1));
    std::nth_element(xs.begin(), xs.begin() + n, xs.end());
    return xs[static_cast<std::size_t>(n)];
  };
  const float first = share(0.02), last = share(0.98);
  const auto count =
      std::min(strips_at_most,
               static_cast<int>(mm_from_px(static_cast<double>(last - first), dpi) / strip_mm));
  if (count < 4) return;
  const float width = (last - first) / static_cast<float>(count);
  std::vector<Strip> strips;
  for (int i = 0; i < count; ++i) {
    const float x0 = i == 0 ? -1e9F : first + width * static_cast<float>(i);
    const float x1 = i + 1 == count ? 1e9F : first + width * static_cast<float>(i + 1);
    const float middle = first + width * (static_cast<float>(i) + 0.5F);
    std::vector<Dot> part;
    for (const Dot& d : dots)
      if (d.x >= x0 && d.x < x1) part.push_back({d.x - middle, d.y, d.weight, d.line});
    if (part.size() * static_cast<std::size_t>(count) * 4 < dots.size()) continue;
    const Peak peak = sweep(part, reach, angle_deg, strip_reach_deg, strip_step_deg, 1);
    if (peak.inside && peak.value > 1.2 * peak.median) strips.push_back({x0, x1, peak.angle_deg});
  }
  if (strips.size() < 4) return;
  std::vector<double> angles;
  for (const Strip& s : strips) angles.push_back(s.angle_deg);
  std::nth_element(angles.begin(), angles.begin() + static_cast<std::ptrdiff_t>(angles.size() / 2),
                   angles.end());
  const double straight = angles[angles.size() / 2];
  // From each end inwards: bent clearly at the end, then less and less, the same way.
  const auto bent = [&](auto begin, auto end) {
    std::size_t n = 0;
    if (std::abs(begin->angle_deg - straight) < bent_end_deg) return n;
    const double sign = begin->angle_deg > straight ? 1 : -1;
    for (auto s = begin; s != end && sign * (s->angle_deg - straight) > bent_deg; ++s) ++n;
    return n;
  };
  const std::size_t left = bent(strips.begin(), strips.end());
  const std::size_t right = bent(strips.rbegin(), strips.rend());
  if (left + right == 0 || left + right > strips.size() / 2) return;
  const float x0 = strips[left].x0, x1 = strips[strips.size() - 1 - right].x1;
  std::erase_if(dots, [&](const Dot& d) { return d.x < x0 || d.x >= x1; });
}

// Turns the dots straight by angle_deg and moves every line of text into rows of its own, so that
// the lines of two columns, or of two halves of a bent line, do not pull at each other. Returns
// half the height of the stack, which is centred on 0.
double stack_lines(std::vector<Dot>& dots, double angle_deg) {
  const double t = angle_deg * std::numbers::pi / 180;
  const auto c = static_cast<float>(std::cos(t)), s = static_cast<float>(std::sin(t));
  int lines = 0;
  for (Dot& d : dots) {
    d = {d.x * c + d.y * s, d.y * c - d.x * s, d.weight, d.line};
    lines = std::max(lines, d.line + 1);
  }
  struct Extent {
    float x0 = 1e9F, x1 = -1e9F, y0 = 1e9F, y1 = -1e9F, row = 0;
  };
  std::vector<Extent> extents(static_cast<std::size_t>(lines));
  for (const Dot& d : dots) {
    Extent& e = extents[static_cast<std::size_t>(d.line)];
    e = {std::min(e.x0, d.x), std::max(e.x1, d.x), std::min(e.y0, d.y), std::max(e.y1, d.y), 0};
  }
  const auto slope = static_cast<float>(std::tan(fine_reach_deg * std::numbers::pi / 180));
  float row = 0;
  for (Extent& e : extents) {
    if (e.x1 < e.x0) continue;
    const float spare = (e.x1 - e.x0) * slope + 2;
    e.row = row + spare - e.y0;
    row += e.y1 - e.y0 + 2 * spare;
  }
  for (Dot& d : dots) {
    const Extent& e = extents[static_cast<std::size_t>(d.line)];
    d.x -= (e.x0 + e.x1) / 2;
    d.y += e.row - row / 2;
  }
  return row / 2 + 2;
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

    std::vector<Dot> dots;
    const auto inside = [&](const cv::Rect& b) {
      const Point p{frame.x + b.x + b.width / 2.0, frame.y + b.y + b.height / 2.0};
      for (std::size_t i = 0; i < 4; ++i) {
        const Point &a = part[i], &e = part[(i + 1) % 4];
        if ((e.x - a.x) * (p.y - a.y) - (e.y - a.y) * (p.x - a.x) < 0) return false;
      }
      return true;
    };
    int used = 0;
    for (const Letter& letter : letters.all) {
      if (letter.line < 0 || !inside(letter.box)) continue;
      ++used;
      for (int y = letter.box.y; y < letter.box.y + letter.box.height; ++y) {
        const auto* labels = letters.labels.ptr<int>(y);
        const auto* print = paper.print.ptr<std::uint8_t>(y);
        for (int x = letter.box.x; x < letter.box.x + letter.box.width; ++x)
          if (labels[x] == letter.label)
            dots.push_back({static_cast<float>(x - frame.width / 2.0),
                            static_cast<float>(y - frame.height / 2.0),
                            static_cast<float>(print[x]) / 255.0F, letter.line});
      }
    }
    if (used < 12) return Skew{};
    if (dots.size() > most_dots) {  // a newspaper: every n-th dot tells the same
      const std::size_t n = dots.size() / most_dots + 1;
      for (std::size_t i = 0; i * n < dots.size(); ++i) dots[i] = dots[i * n];
      dots.resize(dots.size() / n);
    }

    const double reach = std::hypot(frame.width, frame.height) / 2 + 1;
    const double range = std::max(params.max_angle_deg, least_range_deg) + 1;
    const Peak coarse = sweep(dots, reach, 0, range, coarse_step_deg, 1);
    drop_bent_side(dots, reach, dpi, coarse.angle_deg);
    // Without the bent part the peak may lie elsewhere.
    const Peak near = sweep(dots, reach, coarse.angle_deg, near_reach_deg, coarse_step_deg, 1);
    const double tall = stack_lines(dots, near.angle_deg);
    const Peak fine = sweep(dots, tall, 0, fine_reach_deg, fine_step_deg, 3);
    const double fall_deg = near.angle_deg + fine.angle_deg;
    const double contrast = coarse.median > 0 ? coarse.value / coarse.median : 0;

    Skew skew;
    skew.measured_deg = -fall_deg;
    skew.confidence = std::clamp((contrast - 1.5) / 2.5, 0.0, 1.0) * std::min(1.0, used / 40.0);
    if (!coarse.inside) skew.confidence = 0;
    if (std::abs(fall_deg) <= params.max_angle_deg && std::abs(fall_deg) >= params.min_angle_deg &&
        skew.confidence >= params.min_confidence)
      skew.angle_deg = -fall_deg;
    return skew;
  });
}

}  // namespace linka
