// SPDX-License-Identifier: GPL-3.0-or-later
// A plane seen in perspective: target units -> pixels of a scan.
#pragma once

#include "model/geometry.h"

#include <array>
#include <vector>

namespace linka {

// p' = ((a x + b y + c) / w, (d x + e y + f) / w), w = g x + h y + 1
struct Homography {
  std::array<double, 8> m{1, 0, 0, 0, 1, 0, 0, 0};
  Point operator()(Point p) const {
    const double w = m[6] * p.x + m[7] * p.y + 1;
    return {(m[0] * p.x + m[1] * p.y + m[2]) / w, (m[3] * p.x + m[4] * p.y + m[5]) / w};
  }
  // The quad that a box becomes, corner by corner.
  Quad quad(const Box& b) const {
    Quad q = quad_of(b);
    for (Point& p : q) p = (*this)(p);
    return q;
  }
};

// Least squares over pairs of places. With few pairs it leans to the affine map. At least 3 pairs
// that lie on no line; the identity otherwise.
Homography fitted_homography(const std::vector<Point>& from, const std::vector<Point>& to);

}  // namespace linka
