// SPDX-License-Identifier: GPL-3.0-or-later
// The curve of a page: how far below its straight line each point lies, as a smooth function
// fitted to strands.
#pragma once

#include "stages/dewarp/strands.h"

#include <vector>

namespace linka::dewarping {

// d(x, y) = f(x) + v(y) g(x) with v = -1 at the upper, 1 at the lower edge of the page; f and g are
// cubic B-splines over equal intervals of x, n + 3 coefficients for n intervals.
struct Curve {
  double x0 = 0, interval = 1;
  double middle_y = 0, half_height = 1;
  std::vector<double> level, tilt;  // coefficients of f and g; empty: flat

  double v_at(double y) const { return (y - middle_y) / half_height; }
  // Of the point of the flat page. Before x0 and beyond the last interval as at these ends.
  double at(cv::Point2d flat) const;
  // Of a point where it was seen.
  double lift(cv::Point2d seen) const { return at({seen.x, seen.y - at(seen)}); }
};

// A flat curve for a page of this size, intervals about `interval` long.
Curve flat_curve(double width, double height, double interval);

// The curve under which most strands are straight and level. `previous` says where on the flat page
// the strands belong, near enough.
Curve fitted(const std::vector<const Strand*>& strands, const Curve& previous);

}  // namespace linka::dewarping
