// SPDX-License-Identifier: GPL-3.0-or-later
// Shapes. x runs right, y runs down, a pixel's centre is at (i + 0.5, j + 0.5), angles are
// clockwise on the screen. Coordinates are continuous: the box of a whole w x h image is {0, 0, w,
// h}.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

namespace linka {

struct Point {
  double x = 0, y = 0;
  bool operator==(const Point&) const = default;
};

struct Size {
  int width = 0, height = 0;
  bool operator==(const Size&) const = default;
};

// x0 <= x1, y0 <= y1; the right and lower edges do not belong to it.
struct Box {
  double x0 = 0, y0 = 0, x1 = 0, y1 = 0;
  double width() const { return x1 - x0; }
  double height() const { return y1 - y0; }
  bool empty() const { return x1 <= x0 || y1 <= y0; }
  double area() const { return empty() ? 0 : width() * height(); }
  bool operator==(const Box&) const = default;
};

inline Box intersection(const Box& a, const Box& b) {
  return {std::max(a.x0, b.x0), std::max(a.y0, b.y0), std::min(a.x1, b.x1), std::min(a.y1, b.y1)};
}
inline Box hull(const Box& a, const Box& b) {
  return {std::min(a.x0, b.x0), std::min(a.y0, b.y0), std::max(a.x1, b.x1), std::max(a.y1, b.y1)};
}

// Corners clockwise from the top left.
using Quad = std::array<Point, 4>;
inline Quad quad_of(const Box& b) {
  return {Point{b.x0, b.y0}, {b.x1, b.y0}, {b.x1, b.y1}, {b.x0, b.y1}};
}
inline Box box_of(const Quad& q) {
  Box b{q[0].x, q[0].y, q[0].x, q[0].y};
  for (const Point& p : q)
    b = {std::min(b.x0, p.x), std::min(b.y0, p.y), std::max(b.x1, p.x), std::max(b.y1, p.y)};
  return b;
}

// Dots per inch of the original, each way; 0 = unknown.
struct Dpi {
  double x = 0, y = 0;
  bool known() const { return x > 0 && y > 0; }
  bool operator==(const Dpi&) const = default;
};
inline double mm_from_px(double px, double dpi) {
  return px * 25.4 / dpi;
}
inline double px_from_mm(double mm, double dpi) {
  return mm * dpi / 25.4;
}

// p' = (a x + b y + c, d x + e y + f)
struct Affine {
  double a = 1, b = 0, c = 0, d = 0, e = 1, f = 0;
  bool operator==(const Affine&) const = default;
  Point operator()(Point p) const { return {a * p.x + b * p.y + c, d * p.x + e * p.y + f}; }
};
// First `first`, then `then`.
inline Affine composed(const Affine& first, const Affine& then) {
  return {
      then.a * first.a + then.b * first.d,          then.a * first.b + then.b * first.e,
      then.a * first.c + then.b * first.f + then.c, then.d * first.a + then.e * first.d,
      then.d * first.b + then.e * first.e,          then.d * first.c + then.e * first.f + then.f};
}
inline Affine inverse(const Affine& m) {
  const double det = m.a * m.e - m.b * m.d;
  const double a = m.e / det, b = -m.b / det, d = -m.d / det, e = m.a / det;
  return {a, b, -(a * m.c + b * m.f), d, e, -(d * m.c + e * m.f)};
}
inline Affine translation(double dx, double dy) {
  return {1, 0, dx, 0, 1, dy};
}
inline Affine scaling(double sx, double sy) {
  return {sx, 0, 0, 0, sy, 0};
}
// Turns by angle_deg clockwise on the screen about `centre`.
inline Affine turn(double angle_deg, Point centre) {
  const double t = angle_deg * std::numbers::pi / 180.0;
  const Affine rotate{std::cos(t), -std::sin(t), 0, std::sin(t), std::cos(t), 0};
  return composed(composed(translation(-centre.x, -centre.y), rotate),
                  translation(centre.x, centre.y));
}

// The frame in which a page stands straight: the scan, its pixels made square (the coarser axis is
// stretched to the finer one when the two resolutions differ), turned by angle_deg about the scan's
// centre. Crop boxes are given in this frame, in pixels.
inline Affine turned_from_scan(Size scan, Dpi dpi, double angle_deg) {
  const double finest = std::max(dpi.x, dpi.y);
  const Affine square =
      dpi.known() && dpi.x != dpi.y ? scaling(finest / dpi.x, finest / dpi.y) : Affine{};
  const Point centre = square({scan.width / 2.0, scan.height / 2.0});
  return angle_deg == 0 ? square : composed(square, turn(angle_deg, centre));
}
// Page coordinates from scan coordinates. Pixels of a scan are resampled once, by this.
inline Affine page_from_scan(Size scan, Dpi dpi, double angle_deg, const Box& crop_in_turned) {
  return composed(turned_from_scan(scan, dpi, angle_deg),
                  translation(-crop_in_turned.x0, -crop_in_turned.y0));
}

}  // namespace linka
