// SPDX-License-Identifier: GPL-3.0-or-later
// Pictures as old books print them.
#pragma once

#include "model/geometry.h"
#include "samples/random.h"

#include <cairo.h>

namespace linka {

// A small woodcut of a water mill under the moon, in lines; fills the box.
void draw_vignette(cairo_t* cr, const Box& box);
// A photograph of a river valley as a halftone of dots (screen at 45 degrees), drawn into the 8-bit
// alpha surface `ink`, within the box.
void draw_plate(cairo_surface_t* ink, const Box& box, double dpi, Random random);
// The lines of a map within a frame: hills, a river with an arm, roads. No two `random`s draw
// alike.
void draw_map(cairo_t* cr, const Box& box, Random random);
// A rule with a lozenge in its middle.
void draw_ornament(cairo_t* cr, Point centre, double width_px);

}  // namespace linka
