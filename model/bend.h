// SPDX-License-Identifier: GPL-3.0-or-later
// How a page is curved: a coarse grid of displacements in the turned frame (model/geometry.h).
#pragma once

#include "model/geometry.h"

#include <vector>

namespace linka {

// The flat page's point p shows what lies at p + offset(p) in the turned frame; offsets stand at
// the nodes of a regular grid over `area`, row by row, and are interpolated bilinearly between
// them; a point outside `area` has the offset of the nearest point of it. Empty: the page is flat.
struct Bend {
  Box area;
  int columns = 0, rows = 0;   // nodes, at least 2 each way when there is a bend
  std::vector<Point> offsets;  // columns x rows, pixels
  bool empty() const { return offsets.empty(); }
  bool operator==(const Bend&) const = default;

  Point offset(Point p) const {
    if (empty()) return {};
    const auto along = [](double v, double low, double high, int nodes, int& at) {
      const double t =
          high > low ? std::clamp((v - low) / (high - low), 0.0, 1.0) * (nodes - 1) : 0.0;
      at = std::min(static_cast<int>(t), nodes - 2);
      return t - at;
    };
    int column = 0, row = 0;
    const double u = along(p.x, area.x0, area.x1, columns, column);
    const double v = along(p.y, area.y0, area.y1, rows, row);
    const auto node = [&](int i, int j) {
      return offsets[static_cast<std::size_t>(j) * static_cast<std::size_t>(columns) +
                     static_cast<std::size_t>(i)];
    };
    const auto mix = [](Point a, Point b, double t) {
      return Point{a.x + t * (b.x - a.x), a.y + t * (b.y - a.y)};
    };
    return mix(mix(node(column, row), node(column + 1, row), u),
               mix(node(column, row + 1), node(column + 1, row + 1), u), v);
  }
};

}  // namespace linka
