// SPDX-License-Identifier: GPL-3.0-or-later
#include "samples/pictures.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace linka {
namespace {

constexpr double screen_lpi = 85;  // halftone lines an inch, usual on plain book paper

double hill(double x, double phase, double waves, double height) {
  return height *
         (0.5 + 0.3 * std::sin(x * waves + phase) + 0.2 * std::sin(2.7 * x * waves + phase));
}

// Brightness 0...1 of the valley at (x, y), both 0...1, y down.
double valley(double x, double y, double phase) {
  const double moon = std::hypot((x - 0.72) * 1.4, y - 0.2);
  if (moon < 0.055) return 0.98;
  const double far = 0.5 - hill(x, phase, 5, 0.16);
  const double middle = 0.62 - hill(x, phase + 2, 7, 0.14);
  const double bank = 0.84 + hill(x, phase + 4, 6, 0.08) - 0.05 * x;
  if (y > bank) return 0.12 + 0.1 * std::sin(90 * x + 40 * y) * std::sin(70 * y);
  const bool house = x > 0.2 && x < 0.36 && y > 0.55 && y < 0.74;
  const bool roof = y > 0.45 && y <= 0.55 && std::abs(x - 0.28) < (y - 0.44);
  const bool window = house && std::abs(x - 0.31) < 0.012 && std::abs(y - 0.63) < 0.02;
  if (window) return 0.95;
  if (roof) return 0.16;
  if (house) return x < 0.26 ? 0.62 : 0.42;
  if (y > 0.72) {
    const double glint =
        std::exp(-std::pow((x - 0.72) / 0.07, 2)) * (0.5 + 0.5 * std::sin(220 * y));
    return std::clamp(0.42 + 0.12 * std::sin(60 * y + 5 * std::sin(9 * x)) + 0.45 * glint, 0.0,
                      1.0);
  }
  if (y > middle)
    return 0.22 + 0.12 * (y - middle) / 0.3 + 0.05 * std::sin(50 * x) * std::sin(43 * y);
  if (y > far) return 0.45 + 0.1 * std::sin(20 * x + 10 * y);
  return std::clamp(0.9 - 0.35 * y - 0.1 * std::abs(x - 0.6), 0.0, 1.0);
}

void wave(cairo_t* cr, double x0, double x1, double y, double length, double height) {
  cairo_move_to(cr, x0, y);
  for (double x = x0; x + length <= x1; x += length)
    cairo_curve_to(cr, x + length / 3, y - height, x + 2 * length / 3, y + height, x + length, y);
  cairo_stroke(cr);
}

void hatch(cairo_t* cr, double x0, double y0, double x1, double y1, double step) {
  for (double y = y0; y < y1; y += step) {
    cairo_move_to(cr, x0, y);
    cairo_line_to(cr, x1, y + step * 0.3);
  }
  cairo_stroke(cr);
}

}  // namespace

void draw_vignette(cairo_t* cr, const Box& box) {
  cairo_save(cr);
  cairo_translate(cr, box.x0, box.y0);
  const double scale = std::min(box.width() / 100, box.height() / 60);
  cairo_translate(cr, (box.width() - 100 * scale) / 2, (box.height() - 60 * scale) / 2);
  cairo_scale(cr, scale, scale);
  cairo_set_line_width(cr, 0.7);
  cairo_set_line_cap(cr, CAIRO_LINE_CAP_ROUND);

  // The moon, cut out of the night sky's lines.
  for (int i = 0; i < 14; ++i) {
    const double y = 3 + i * 2.2, half = 40 - 0.09 * (y - 17) * (y - 17);
    const double gap = std::abs(y - 13) < 8 ? std::sqrt(64 - (y - 13) * (y - 13)) + 1 : 0;
    cairo_move_to(cr, 52 - half, y);
    cairo_line_to(cr, 72 - gap, y);
    cairo_move_to(cr, 72 + gap, y);
    cairo_line_to(cr, 52 + half, y);
  }
  cairo_set_line_width(cr, 0.45);
  cairo_stroke(cr);
  cairo_set_line_width(cr, 0.8);
  cairo_arc(cr, 72, 13, 7, 0, 2 * std::numbers::pi);
  cairo_stroke(cr);

  // The house hides the sky behind it.
  cairo_set_operator(cr, CAIRO_OPERATOR_CLEAR);
  cairo_move_to(cr, 20, 26);
  cairo_line_to(cr, 36, 10);
  cairo_line_to(cr, 54, 26);
  cairo_line_to(cr, 52, 48);
  cairo_line_to(cr, 22, 48);
  cairo_fill(cr);
  cairo_set_operator(cr, CAIRO_OPERATOR_OVER);
  cairo_rectangle(cr, 23, 26, 28, 22);
  cairo_stroke(cr);
  cairo_move_to(cr, 20, 26);
  cairo_line_to(cr, 36, 10);
  cairo_line_to(cr, 54, 26);
  cairo_close_path(cr);
  cairo_stroke(cr);
  cairo_set_line_width(cr, 0.4);
  for (int i = 0; i < 7; ++i) {
    const double y = 12.5 + i * 2, half = (y - 10) * 1.0;
    cairo_move_to(cr, 36 - half * 0.95, y);
    cairo_line_to(cr, 36 + half * 1.08, y);
  }
  cairo_stroke(cr);
  hatch(cr, 40, 28, 51, 48, 1.6);
  cairo_rectangle(cr, 29, 31, 6, 7);
  cairo_fill(cr);

  // The wheel with eight spokes.
  cairo_set_line_width(cr, 1.0);
  cairo_arc(cr, 60, 42, 11, 0, 2 * std::numbers::pi);
  cairo_stroke(cr);
  cairo_set_line_width(cr, 0.7);
  cairo_arc(cr, 60, 42, 9, 0, 2 * std::numbers::pi);
  cairo_stroke(cr);
  for (int i = 0; i < 8; ++i) {
    const double a = i * std::numbers::pi / 4 + 0.2;
    cairo_move_to(cr, 60, 42);
    cairo_line_to(cr, 60 + 12.5 * std::cos(a), 42 + 12.5 * std::sin(a));
  }
  cairo_stroke(cr);

  for (int i = 0; i < 4; ++i) wave(cr, 12 + 3 * i, 94 - 2 * i, 51 + 2.2 * i, 6 + i, 1.3);
  cairo_restore(cr);
}

void draw_plate(cairo_surface_t* ink, const Box& box, double dpi, Random random) {
  cairo_surface_flush(ink);
  unsigned char* data = cairo_image_surface_get_data(ink);
  const int stride = cairo_image_surface_get_stride(ink);
  const double phase = random.between(0, 6);
  const double turn_per_px = 2 * std::numbers::pi * screen_lpi / dpi * std::numbers::sqrt2 / 2;
  for (int y = static_cast<int>(box.y0); y < static_cast<int>(box.y1); ++y) {
    for (int x = static_cast<int>(box.x0); x < static_cast<int>(box.x1); ++x) {
      const double light = valley((x - box.x0) / box.width(), (y - box.y0) / box.height(), phase);
      // The dot grows from nothing to a net of holes as the light goes.
      const double screen =
          0.5 + 0.25 * (std::cos((x + y) * turn_per_px) + std::cos((x - y) * turn_per_px));
      const double cover = std::clamp(0.5 + 3.0 * (screen - light), 0.0, 1.0);
      data[y * stride + x] = static_cast<unsigned char>(std::lround(255 * cover));
    }
  }
  cairo_surface_mark_dirty(ink);
}

void draw_map(cairo_t* cr, const Box& box, Random random) {
  const double w = box.width(), h = box.height();
  cairo_save(cr);
  cairo_rectangle(cr, box.x0, box.y0, w, h);
  cairo_set_line_width(cr, w / 120);
  cairo_stroke_preserve(cr);
  cairo_clip(cr);
  const auto wander = [&](double width, double from, double to) {
    cairo_set_line_width(cr, width);
    cairo_move_to(cr, box.x0, box.y0 + from * h);
    for (int i = 0; i < 4; ++i) {
      const double x = box.x0 + w * (i + 1) / 4,
                   y = box.y0 + h * (from + (to - from) * (i + 1) / 4);
      cairo_curve_to(cr, x - w / 5, y + h * random.between(-0.12, 0.12), x - w / 10,
                     y + h * random.between(-0.12, 0.12), x, y);
    }
    cairo_stroke(cr);
  };
  wander(w / 90, 0.2, 0.7);
  wander(w / 150, 0.85, 0.45);
  for (int i = 0; i < 3; ++i) wander(w / 400, random.between(0, 1), random.between(0, 1));
  for (int hill = 0; hill < 9; ++hill) {
    const double x = box.x0 + w * random.between(0.1, 0.9),
                 y = box.y0 + h * random.between(0.1, 0.9);
    const double radius = w * random.between(0.03, 0.08);
    cairo_set_line_width(cr, w / 500);
    for (int ray = 0; ray < 28; ++ray) {
      const double a = ray * 2 * std::numbers::pi / 28;
      cairo_move_to(cr, x + 0.5 * radius * std::cos(a), y + 0.5 * radius * std::sin(a));
      cairo_line_to(cr, x + radius * std::cos(a), y + radius * std::sin(a));
    }
    cairo_stroke(cr);
  }
  cairo_restore(cr);
}

void draw_ornament(cairo_t* cr, Point centre, double width_px) {
  const double half = width_px / 2, lozenge = width_px / 24;
  cairo_set_line_width(cr, width_px / 120);
  cairo_move_to(cr, centre.x - half, centre.y);
  cairo_line_to(cr, centre.x - 2 * lozenge, centre.y);
  cairo_move_to(cr, centre.x + 2 * lozenge, centre.y);
  cairo_line_to(cr, centre.x + half, centre.y);
  cairo_stroke(cr);
  cairo_move_to(cr, centre.x - lozenge, centre.y);
  cairo_line_to(cr, centre.x, centre.y - lozenge);
  cairo_line_to(cr, centre.x + lozenge, centre.y);
  cairo_line_to(cr, centre.x, centre.y + lozenge);
  cairo_close_path(cr);
  cairo_fill(cr);
}

}  // namespace linka
