// SPDX-License-Identifier: GPL-3.0-or-later
// Dot leaders: the rows of dots between a title and its page number in a table of contents. The
// models read them as letters and figures and lose what stands beside them.
#pragma once

#include "image/image.h"
#include "model/geometry.h"

#include <vector>

namespace linka {

// Dots of leaders: at least five dots on one height at even distances with nothing above or below
// them. An ellipsis, the dots of letters and specks are none. `ink`: boxes of the page's connected
// ink, in pixels at `dpi`.
std::vector<Box> leader_dots(const std::vector<Box>& ink, double dpi);

// The page with its leaders painted over; the same image when there are none. `grey` is upright,
// its light even; dpi 0: unknown, left alone.
Image without_leaders(const Image& grey, double dpi);

}  // namespace linka
