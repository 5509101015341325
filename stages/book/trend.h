// SPDX-License-Identifier: GPL-3.0-or-later
// What most of the pages have in common, and how far they usually are from it.
#pragma once

#include "model/page_facts.h"

#include <cstddef>
#include <vector>

namespace linka::book {

struct Trend {
  double middle = 0;
  double spread = 0;  // standard deviation as the median of the distances tells it (MAD x 1.4826)
  int count = 0;      // of the values it is made from
};
// The median of all. Robust up to half of wrong values.
Trend trend_of(std::vector<double> values);
// The median of the densest heap of values, `width` wide as a share; a count of 0 when less than
// half of the values are in it: there is no common value.
Trend heap_of(std::vector<double> values, double width);

// Size of the finished page in millimetres; 0 when it is not known.
struct SizeMm {
  double width = 0, height = 0;
};
SizeMm page_size(const PageFacts& facts);
// Of the scan, upright as it was used.
SizeMm scan_size(const PageFacts& facts);

constexpr double sure_side = 0.6;
// Whether it is known where the page ends there (left, top, right, bottom): its edge was seen, or
// the fold is there.
bool is_side_known(const PageFacts& facts, std::size_t side);
// Both sides of the page are known: its size says something of the book's.
bool has_sure_width(const PageFacts& facts);
bool has_sure_height(const PageFacts& facts);

// Has enough lines of text to be compared with others.
bool is_text(const PageFacts& facts);

}  // namespace linka::book
