// SPDX-License-Identifier: GPL-3.0-or-later
// How a page is curved: a coarse grid of displacements in the turned frame (model/geometry.h).
#pragma once

#include "model/geometry.h"

#include <cstddef>
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

// Where on the scan a page's point lies. page_from_scan is that of model/geometry.h, page_in_turned
// the box that it cuts; one way it is exact.
inline Point scan_point_of(Point page, const Affine& page_from_scan, const Bend& bend,
                           const Box& page_in_turned) {
  const Point d = bend.offset({page.x + page_in_turned.x0, page.y + page_in_turned.y0});
  return inverse(page_from_scan)({page.x + d.x, page.y + d.y});
}
// Where on the flattened page a point of the scan comes to lie. The bend is undone by fixed-point
// iteration, which converges while neighbouring offsets differ by less than their distance; bends
// of paper do, by far.
inline Point page_point_of(Point scan, const Affine& page_from_scan, const Bend& bend,
                           const Box& page_in_turned) {
  const Point bent = page_from_scan(scan);
  if (bend.empty()) return bent;
  constexpr int rounds_at_most = 50;
  constexpr double exact_px = 1e-6;
  Point flat = bent;
  for (int i = 0; i < rounds_at_most; ++i) {
    const Point d = bend.offset({flat.x + page_in_turned.x0, flat.y + page_in_turned.y0});
    const Point next{bent.x - d.x, bent.y - d.y};
    const double moved = std::abs(next.x - flat.x) + std::abs(next.y - flat.y);
    flat = next;
    if (moved < exact_px) break;
  }
  return flat;
}

}  // namespace linka
