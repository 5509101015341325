// SPDX-License-Identifier: GPL-3.0-or-later
// Least squares, each strand with a height of its own that is eliminated by taking the strand's
// mean off; Tukey's biweight against descenders, capitals and what is no text at all. The second
// differences of the coefficients are held small, so that the curve runs straight on where there is
// no text, and so are the tilt's coefficients, which a page with few lines does not determine.
#include "stages/dewarp/curve.h"

#include <opencv2/core.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>

namespace linka::dewarping {
namespace {

constexpr double stiffness = 0.5;    // in points: weight of a second difference
constexpr double tilt_ridge = 0.5;   // in points
constexpr double tiny_ridge = 1e-4;  // the common height is nobody's business
constexpr int rounds = 6;
constexpr double biweight = 4.5;         // deviations; beyond it a point has no say
constexpr double least_deviation = 0.5;  // px
constexpr std::size_t order = 4;         // of the splines

struct Basis {
  std::size_t first = 0;
  std::array<double, order> value{};
};

Basis basis_at(const Curve& curve, double x) {
  const double t = std::max(0.0, (x - curve.x0) / curve.interval);
  const std::size_t last = curve.level.size() - order;
  Basis b;
  b.first = std::min(static_cast<std::size_t>(t), last);
  const double u = std::min(1.0, t - static_cast<double>(b.first)), w = 1 - u;
  b.value = {w * w * w / 6, (3 * u * u * u - 6 * u * u + 4) / 6,
             (3 * w * w * w - 6 * w * w + 4) / 6, u * u * u / 6};
  return b;
}

struct Point {
  Basis basis;
  double x = 0, y = 0;  // x from -1 to 1 over the page, y from the line's middle
  double weight = 1;
};
struct Line {
  double v = 0;
  bool own_slope = false;  // an edge of the page
  std::vector<Point> points;
};

std::vector<Line> lines_of(const std::vector<const Strand*>& strands, const Curve& previous) {
  std::vector<Line> lines;
  for (const Strand* strand : strands) {
    Line line;
    double sum = 0;
    for (const cv::Point2d& p : strand->points) sum += p.y - previous.lift(p);
    const double middle = sum / static_cast<double>(strand->points.size());
    line.v = previous.v_at(middle);
    line.own_slope = strand->along == Along::edge;
    const double half = previous.interval * static_cast<double>(previous.level.size()) / 2;
    for (const cv::Point2d& p : strand->points)
      line.points.push_back({basis_at(previous, p.x), (p.x - half) / half, p.y - middle, 1});
    lines.push_back(std::move(line));
  }
  return lines;
}

void penalize(cv::Mat1d& normal, std::size_t n) {
  for (std::size_t part = 0; part < 2; ++part) {
    const int at = static_cast<int>(part * n);
    for (int i = 0; i + 2 < static_cast<int>(n); ++i) {
      constexpr std::array<double, 3> difference{1, -2, 1};
      for (int j = 0; j < 3; ++j)
        for (int k = 0; k < 3; ++k)
          normal(at + i + j, at + i + k) += stiffness * difference[static_cast<std::size_t>(j)] *
                                            difference[static_cast<std::size_t>(k)];
    }
    for (int i = 0; i < static_cast<int>(n); ++i)
      normal(at + i, at + i) += part == 0 ? tiny_ridge : tilt_ridge;
  }
}

// The normal equations of one line for f alone, with what the line may have of its own taken off:
// a height, and for an edge of the page a slope too.
struct Part {
  std::size_t first = 0;  // of the coefficients
  cv::Mat1d normal, right;
};

std::optional<Part> part_of(const Line& line, std::size_t coefficients) {
  std::size_t first = coefficients, last = 0;
  double weight = 0;
  for (const Point& p : line.points) {
    first = std::min(first, p.basis.first);
    last = std::max(last, p.basis.first + order);
    weight += p.weight;
  }
  if (weight < 2) return std::nullopt;
  const int size = static_cast<int>(last - first), own = line.own_slope ? 2 : 1;
  Part part{first, cv::Mat1d(size, size, 0.0), cv::Mat1d(size, 1, 0.0)};
  cv::Mat1d cross(size, own, 0.0), square(own, own, 0.0), own_right(own, 1, 0.0);
  for (const Point& p : line.points) {
    const int at = static_cast<int>(p.basis.first - first);
    const std::array<double, 2> its{1, p.x};
    for (int i = 0; i < static_cast<int>(order); ++i) {
      const double value = p.weight * p.basis.value[static_cast<std::size_t>(i)];
      part.right(at + i) += value * p.y;
      for (int j = 0; j < static_cast<int>(order); ++j)
        part.normal(at + i, at + j) += value * p.basis.value[static_cast<std::size_t>(j)];
      for (int j = 0; j < own; ++j) cross(at + i, j) += value * its[static_cast<std::size_t>(j)];
    }
    for (int i = 0; i < own; ++i) {
      const double value = p.weight * its[static_cast<std::size_t>(i)];
      own_right(i) += value * p.y;
      for (int j = 0; j < own; ++j) square(i, j) += value * its[static_cast<std::size_t>(j)];
    }
  }
  cv::Mat1d inverse;
  if (cv::invert(square, inverse, cv::DECOMP_CHOLESKY) == 0) return std::nullopt;
  part.normal -= cross * inverse * cross.t();
  part.right -= cross * inverse * own_right;
  return part;
}

void solve_into(Curve& curve, const std::vector<Line>& lines) {
  const std::size_t n = curve.level.size();
  cv::Mat1d normal(static_cast<int>(2 * n), static_cast<int>(2 * n), 0.0);
  cv::Mat1d right(static_cast<int>(2 * n), 1, 0.0);
  for (const Line& line : lines) {
    const std::optional<Part> part = part_of(line, n);
    if (!part) continue;
    const int f = static_cast<int>(part->first), g = static_cast<int>(n + part->first);
    const int size = part->normal.rows;
    normal(cv::Rect(f, f, size, size)) += part->normal;
    normal(cv::Rect(g, f, size, size)) += line.v * part->normal;
    normal(cv::Rect(f, g, size, size)) += line.v * part->normal;
    normal(cv::Rect(g, g, size, size)) += line.v * line.v * part->normal;
    right(cv::Rect(0, f, 1, size)) += part->right;
    right(cv::Rect(0, g, 1, size)) += line.v * part->right;
  }
  penalize(normal, n);
  cv::Mat1d solution;
  if (!cv::solve(normal, right, solution, cv::DECOMP_CHOLESKY)) return;
  for (std::size_t i = 0; i < n; ++i) {
    curve.level[i] = solution(static_cast<int>(i));
    curve.tilt[i] = solution(static_cast<int>(n + i));
  }
}

double median_of(std::vector<double> values) {
  if (values.empty()) return 0;
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

// The slope of an edge from the medians of its two halves.
void take_slope_off(const Line& line, std::vector<double>& off) {
  const std::size_t half = off.size() / 2;
  std::array<std::vector<double>, 2> x, y;
  for (std::size_t i = 0; i < off.size(); ++i) {
    x[i < half ? 0 : 1].push_back(line.points[i].x);
    y[i < half ? 0 : 1].push_back(off[i]);
  }
  const double run = median_of(x[1]) - median_of(x[0]);
  if (run <= 0) return;
  const double slope = (median_of(y[1]) - median_of(y[0])) / run;
  for (std::size_t i = 0; i < off.size(); ++i) off[i] -= slope * line.points[i].x;
}

// New weights from how far each point is off its line.
// `patience`: how much farther off than usual a point may still be.
void weigh(const Curve& curve, std::vector<Line>& lines, double patience) {
  std::vector<double> off, all;
  std::vector<std::vector<double>> of_line;
  for (const Line& line : lines) {
    off.clear();
    for (const Point& p : line.points) {
      double d = 0;
      for (std::size_t i = 0; i < order; ++i)
        d += p.basis.value[i] *
             (curve.level[p.basis.first + i] + line.v * curve.tilt[p.basis.first + i]);
      off.push_back(p.y - d);
    }
    if (line.own_slope) take_slope_off(line, off);
    const double height = median_of(off);
    for (double& o : off) all.push_back(std::abs(o -= height));
    of_line.push_back(off);
  }
  const double deviation = std::max(least_deviation, 1.4826 * median_of(all));
  for (std::size_t l = 0; l < lines.size(); ++l)
    for (std::size_t i = 0; i < lines[l].points.size(); ++i) {
      const double t = of_line[l][i] / (biweight * deviation * patience);
      lines[l].points[i].weight = std::abs(t) < 1 ? (1 - t * t) * (1 - t * t) : 0;
    }
}

}  // namespace

double Curve::at(cv::Point2d flat) const {
  if (level.empty()) return 0;
  const Basis b = basis_at(*this, flat.x);
  const double v = v_at(flat.y);
  double d = 0;
  for (std::size_t i = 0; i < order; ++i)
    d += b.value[i] * (level[b.first + i] + v * tilt[b.first + i]);
  return d;
}

Curve flat_curve(double width, double height, double interval) {
  constexpr double most_intervals = 80;
  const double count = std::clamp(std::round(width / interval), 1.0, most_intervals);
  Curve curve;
  curve.interval = std::max(1.0, width) / count;
  curve.middle_y = height / 2;
  curve.half_height = std::max(1.0, height / 2);
  curve.level.assign(static_cast<std::size_t>(count) + order - 1, 0.0);
  curve.tilt = curve.level;
  return curve;
}

Curve fitted(const std::vector<const Strand*>& strands, const Curve& previous) {
  std::vector<Line> lines = lines_of(strands, previous);
  Curve curve = previous;
  for (int round = 0; round < rounds; ++round) {
    solve_into(curve, lines);
    // The steep end of a curl is off a curve that is still too smooth, and must not be dropped yet.
    if (round + 1 < rounds) weigh(curve, lines, std::max(1.0, 3.0 - round));
  }
  return curve;
}

}  // namespace linka::dewarping
