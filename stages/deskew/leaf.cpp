// SPDX-License-Identifier: GPL-3.0-or-later
// Both edges are traced column by column, from the text outwards to where the paper ends, to
// fractions of a pixel. Each is explained by a straight line of its own plus A exp(-u / L), with
// one L and one side for both; leaves are cut aslant now and then, so the straight lines are not
// asked how the page is turned.
#include "stages/deskew/leaf.h"

#include "model/geometry.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <vector>

namespace linka {
namespace {

constexpr double degree = std::numbers::pi / 180;
constexpr double end_of_paper = 0.82;  // of the level in the same column amid the text
constexpr double stays_mm = 0.8;       // the bed is at least so wide
constexpr double beyond_text_mm = 13;  // an edge is followed so far towards the spine
constexpr double least_length_mm = 4, most_length_mm = 24;
constexpr double length_step = 1.09;
constexpr int least_points = 60;
constexpr double least_support = 0.7, most_scatter_px = 0.6;

constexpr double scatter_px = 0.1;          // of a clean edge
constexpr double likely_aslant_deg = 0.05;  // leaves are not always cut square

double square(double x) {
  return x * x;
}

struct EdgePoint {
  double x, y;
};

// The first row, going by `step` from `start`, where the column is darker than `limit` and stays
// so; NaN when there is none.
double end_of(const cv::Mat& level, int x, int start, int step, int stays) {
  const auto value = [&](int y) { return static_cast<double>(level.at<std::uint8_t>(y, x)); };
  const double limit = end_of_paper * value(start);
  int dark = 0;
  for (int y = start; y >= 0 && y < level.rows; y += step) {
    dark = value(y) < limit ? dark + 1 : 0;
    if (dark < stays) continue;
    const int edge = y - step * (stays - 1);  // the first dark row
    const int before = edge - 4 * step, after = edge + 3 * step;
    if (std::min(before, after) < 0 || std::max(before, after) >= level.rows) return NAN;
    const double middle = (value(before) + value(after)) / 2;
    for (int at = before; at != after; at += step)
      if (value(at) >= middle && value(at + step) < middle)
        return at + 0.5 + step * (value(at) - middle) / (value(at) - value(at + step));
    return NAN;
  }
  return NAN;
}

// Both edges: y = c + (s +- d) x + A exp(-u / L), c and A of each edge, robustly.
struct EdgesFit {
  double top_bend = 0, bottom_bend = 0, misfit = 0, scatter = 0, support = 0;
};

using Terms = cv::Vec<double, 6>;

Terms terms_of(const EdgePoint& p, bool is_top, bool left, double spine, double length) {
  const double x = p.x - spine, fade = std::exp(-(left ? x : -x) / length);
  return is_top ? Terms(1, 0, x, x, fade, 0) : Terms(0, 1, x, -x, 0, fade);
}

EdgesFit fit(const std::vector<EdgePoint>& top, const std::vector<EdgePoint>& bottom, bool left,
             double spine, double length) {
  std::vector<Terms> terms;
  std::vector<double> ys;
  for (const EdgePoint& p : top)
    terms.push_back(terms_of(p, true, left, spine, length)), ys.push_back(p.y);
  for (const EdgePoint& p : bottom)
    terms.push_back(terms_of(p, false, left, spine, length)), ys.push_back(p.y);
  EdgesFit found;
  std::vector<double> weights(ys.size(), 1), residuals(ys.size()), sizes;
  for (int round = 0; round < 4; ++round) {
    cv::Matx<double, 6, 6> m = cv::Matx<double, 6, 6>::eye() * 1e-9;
    Terms v = Terms::all(0);
    for (std::size_t i = 0; i < ys.size(); ++i)
      for (int a = 0; a < 6; ++a) {
        v[a] += weights[i] * terms[i][a] * ys[i];
        for (int b = 0; b < 6; ++b) m(a, b) += weights[i] * terms[i][a] * terms[i][b];
      }
    m(3, 3) += square(scatter_px / (likely_aslant_deg * degree));
    const Terms c = m.inv(cv::DECOMP_CHOLESKY) * v;
    sizes.clear();
    for (std::size_t i = 0; i < ys.size(); ++i) {
      residuals[i] = ys[i] - terms[i].dot(c);
      sizes.push_back(std::abs(residuals[i]));
    }
    const auto half = sizes.begin() + static_cast<std::ptrdiff_t>(sizes.size() / 2);
    std::nth_element(sizes.begin(), half, sizes.end());
    found = {c[4], c[5], 0, 1.4826 * *half, 0};
    const double scale = std::max(found.scatter, scatter_px);
    for (std::size_t i = 0; i < ys.size(); ++i) {
      const double e = residuals[i] / (4.7 * scale);
      weights[i] = std::abs(e) < 1 ? square(1 - e * e) : 0;
      found.misfit += std::min(square(residuals[i]), 1.0);
      if (std::abs(residuals[i]) < 1) found.support += 1.0 / static_cast<double>(ys.size());
    }
  }
  return found;
}

bool by_x(const EdgePoint& a, const EdgePoint& b) {
  return a.x < b.x;
}

std::vector<EdgePoint> between(const std::vector<EdgePoint>& points, double x0, double x1) {
  std::vector<EdgePoint> some;
  for (const EdgePoint& p : points)
    if (p.x >= x0 && p.x <= x1) some.push_back(p);
  return some;
}

double first_x(const std::vector<EdgePoint>& points) {
  return std::min_element(points.begin(), points.end(), by_x)->x;
}
double last_x(const std::vector<EdgePoint>& points) {
  return std::max_element(points.begin(), points.end(), by_x)->x;
}

double mean_y(const std::vector<EdgePoint>& points) {
  double sum = 0;
  for (const EdgePoint& p : points) sum += p.y;
  return sum / static_cast<double>(points.size());
}

}  // namespace

double LeafBend::at(double px, double py) const {
  const double u = left ? px - x : x - px;
  const double share = (py - top_y) / (bottom_y - top_y);
  return (top_bend + share * (bottom_bend - top_bend)) * std::exp(-std::max(u / length, -1.0));
}

std::optional<LeafBend> bend_of_leaf(const cv::Mat& level, const cv::Rect& text, double dpi,
                                     double fall_deg, CutSides cut,
                                     const std::function<bool(cv::Point)>& wanted) {
  const double c = std::cos(fall_deg * degree), s = std::sin(fall_deg * degree);
  const auto turned = [&](double x, double y) {
    x -= level.cols / 2.0, y -= level.rows / 2.0;
    return EdgePoint{x * c + y * s, y * c - x * s};
  };
  const int stays = std::max(3, static_cast<int>(px_from_mm(stays_mm, dpi)));
  const int middle = std::clamp(text.y + text.height / 2, 0, level.rows - 1);
  std::vector<EdgePoint> top, bottom;
  for (int x = 0; x < level.cols; x += 2) {
    const cv::Point start(x, middle);
    if (!wanted(start)) continue;
    const double up = end_of(level, x, middle, -1, stays),
                 down = end_of(level, x, middle, 1, stays);
    if (std::isfinite(up)) top.push_back(turned(x + 0.5, up));
    if (std::isfinite(down)) bottom.push_back(turned(x + 0.5, down));
  }
  const double beyond = px_from_mm(beyond_text_mm, dpi);
  const double all = level.cols;
  const double x0 = turned(text.x, middle).x - (cut.left ? all : beyond);
  const double x1 = turned(text.x + text.width, middle).x + (cut.right ? all : beyond);
  std::optional<LeafBend> best;
  double least = 1e300;
  for (const bool left : {true, false}) {
    const auto a = between(top, left ? x0 : -1e9, left ? 1e9 : x1);
    const auto b = between(bottom, left ? x0 : -1e9, left ? 1e9 : x1);
    if (a.size() < least_points || b.size() < least_points) continue;
    for (double mm = least_length_mm; mm < most_length_mm; mm *= length_step) {
      const double length = px_from_mm(mm, dpi), spine = left ? first_x(a) : last_x(a);
      const EdgesFit edges = fit(a, b, left, spine, length);
      const double misfit = edges.misfit / static_cast<double>(a.size() + b.size());
      if (misfit >= least || edges.support < least_support || edges.scatter > most_scatter_px)
        continue;
      least = misfit;
      best = LeafBend{left, spine, length, mean_y(a), mean_y(b), edges.top_bend, edges.bottom_bend};
    }
  }
  return best;
}

}  // namespace linka
