// SPDX-License-Identifier: GPL-3.0-or-later
#include "stages/target/homography.h"

#include <opencv2/core.hpp>

#include <algorithm>

namespace linka {
namespace {

// Places moved and scaled to about -1...1, so that one weight fits all sizes.
struct Scaled {
  Point centre;
  double scale = 1;
  Point operator()(Point p) const { return {(p.x - centre.x) / scale, (p.y - centre.y) / scale}; }
};

Scaled scaled_of(const std::vector<Point>& points) {
  Box box{points[0].x, points[0].y, points[0].x, points[0].y};
  for (const Point& p : points) box = hull(box, {p.x, p.y, p.x, p.y});
  return {{(box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2},
          std::max({box.width() / 2, box.height() / 2, 1e-9})};
}

cv::Matx33d matrix_of(const Scaled& s) {
  return {1 / s.scale, 0, -s.centre.x / s.scale, 0, 1 / s.scale, -s.centre.y / s.scale, 0, 0, 1};
}

// Of the perspective terms against 0, where a scan's are below 0.1; the pairs' error is about
// 0.005.
constexpr double perspective_weight = 0.03;

}  // namespace

Homography fitted_homography(const std::vector<Point>& from, const std::vector<Point>& to) {
  if (from.size() < 3 || from.size() != to.size()) return {};
  const Scaled in = scaled_of(from), out = scaled_of(to);
  const int pairs = static_cast<int>(from.size());
  cv::Mat a = cv::Mat::zeros(2 * pairs + 2, 8, CV_64F),
          b = cv::Mat::zeros(2 * pairs + 2, 1, CV_64F);
  for (int i = 0; i < pairs; ++i) {
    const Point p = in(from[static_cast<std::size_t>(i)]), q = out(to[static_cast<std::size_t>(i)]);
    const double x_row[8] = {p.x, p.y, 1, 0, 0, 0, -q.x * p.x, -q.x * p.y};
    const double y_row[8] = {0, 0, 0, p.x, p.y, 1, -q.y * p.x, -q.y * p.y};
    std::copy(x_row, x_row + 8, a.ptr<double>(2 * i));
    std::copy(y_row, y_row + 8, a.ptr<double>(2 * i + 1));
    b.at<double>(2 * i) = q.x;
    b.at<double>(2 * i + 1) = q.y;
  }
  a.at<double>(2 * pairs, 6) = a.at<double>(2 * pairs + 1, 7) = perspective_weight;
  cv::Mat h;
  if (!cv::solve(a, b, h, cv::DECOMP_SVD)) return {};
  const cv::Matx33d unit{h.at<double>(0), h.at<double>(1), h.at<double>(2),
                         h.at<double>(3), h.at<double>(4), h.at<double>(5),
                         h.at<double>(6), h.at<double>(7), 1};
  const cv::Matx33d whole = matrix_of(out).inv() * unit * matrix_of(in);
  if (whole(2, 2) == 0) return {};
  Homography result;
  for (int i = 0; i < 8; ++i)
    result.m[static_cast<std::size_t>(i)] = whole(i / 3, i % 3) / whole(2, 2);
  return result;
}

}  // namespace linka
