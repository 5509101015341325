// SPDX-License-Identifier: GPL-3.0-or-later
// Pages drawn for the tests of this folder.
#pragma once

#include "image/image.h"

#include <pango/pangocairo.h>

#include <string>
#include <vector>

namespace linka {

// A page of one paragraph a string, set at x, y (millimetres), as `font` says ("TeX Gyre Termes
// 12").
struct Print {
  double x_mm = 0, y_mm = 0, width_mm = 0;
  std::string font;
  std::string text;  // with its own line breaks
};

inline Image page_of(const std::vector<Print>& prints, double width_mm, double height_mm, Dpi dpi) {
  const int w = static_cast<int>(px_from_mm(width_mm, dpi.x));
  const int h = static_cast<int>(px_from_mm(height_mm, dpi.y));
  cairo_surface_t* surface = cairo_image_surface_create(CAIRO_FORMAT_A8, w, h);
  cairo_t* cairo = cairo_create(surface);
  cairo_scale(cairo, dpi.x / 72, dpi.y / 72);
  for (const Print& print : prints) {
    cairo_move_to(cairo, print.x_mm / 25.4 * 72, print.y_mm / 25.4 * 72);
    PangoLayout* layout = pango_cairo_create_layout(cairo);
    pango_cairo_context_set_resolution(pango_layout_get_context(layout), 72);
    PangoFontDescription* font = pango_font_description_from_string(print.font.c_str());
    pango_layout_set_font_description(layout, font);
    pango_layout_set_text(layout, print.text.c_str(), -1);
    pango_cairo_show_layout(cairo, layout);
    pango_font_description_free(font);
    g_object_unref(layout);
  }
  cairo_surface_flush(surface);
  const unsigned char* ink = cairo_image_surface_get_data(surface);
  const auto stride = static_cast<std::size_t>(cairo_image_surface_get_stride(surface));
  Image page = Image::make(w, h, 1, dpi, nullptr, [&](std::uint8_t* out) {
    for (int y = 0; y < h; ++y)
      for (int x = 0; x < w; ++x)
        *out++ = static_cast<std::uint8_t>(
            235 -
            ink[static_cast<std::size_t>(y) * stride + static_cast<std::size_t>(x)] * 215 / 255);
  });
  cairo_destroy(cairo);
  cairo_surface_destroy(surface);
  return page;
}

}  // namespace linka
