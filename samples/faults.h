// SPDX-License-Identifier: GPL-3.0-or-later
// What goes wrong at a scanner, done to a good scan: exact, repeatable, and as strong as asked for.
// Sizes are in millimetres at the scan's resolution (300 dpi where it does not say). Each gives a
// new image of the same size, channels, resolution and profile unless it says otherwise.
#pragma once

#include "image/image.h"
#include "model/geometry.h"

#include <cstdint>

namespace linka {

enum class Edge { left, top, right, bottom };

// Out of focus: a disc of this radius (0.1: soft at 300 dpi; 0.25: hard to read).
Image out_of_focus(const Image& scan, double radius_mm);
// Moved while it was taken, along this direction (clockwise from the right).
Image moved(const Image& scan, double length_mm, double direction_deg);
// Light times 2^stops, in linear light; what is beyond white is lost.
Image exposed(const Image& scan, double stops);
// Light falls off across the scan towards `direction_deg` until `share_lost` (0...1) is gone.
Image unevenly_lit(const Image& scan, double share_lost, double direction_deg);
// Sensor noise of this deviation (grey levels), added.
Image with_noise(const Image& scan, double deviation, std::uint64_t seed);

// A transmission fault: rows from `top_mm` on, `height_mm` of them.
enum class Band { grey, black, white, repeated };  // repeated: the row above, over and over
Image with_band(const Image& scan, double top_mm, double height_mm, Band kind);

// A finger that holds the leaf down: it comes in over `edge` of the leaf (scan pixels), at the
// share `along` of it (0...1), and lies `reach_mm` deep over the page.
Image with_finger(const Image& scan, const Box& leaf, Edge edge, double along, double reach_mm,
                  std::uint64_t seed);
// A paper strip or ribbon left in the book: from the leaf's upper edge down, at the share `along`.
Image with_bookmark(const Image& scan, const Box& leaf, double along, double width_mm,
                    double length_mm, std::uint64_t seed);

// Turned by quarters clockwise, exactly; 1 and 3 swap width and height (and the resolutions).
Image quarter_turned(const Image& scan, int quarters);
// Turned clockwise about its middle by any angle, on a canvas of the same size; what comes in from
// outside has the colour of the scan's own corners.
Image turned_scan(const Image& scan, double degrees);
// Only this part of it (whole pixels, clipped to the scan; never empty).
Image part_of(const Image& scan, const Box& box);

}  // namespace linka
