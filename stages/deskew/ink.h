// SPDX-License-Identifier: GPL-3.0-or-later
// The print of a page as dots that know which letter they belong to. Turning a page, for measuring,
// is turning its dots.
#pragma once

#include "image/paper.h"

#include <opencv2/core.hpp>

#include <functional>
#include <vector>

namespace linka {

struct Dot {
  float x, y;    // pixels about the middle of the page's picture
  float weight;  // 0...1: how dark
};

// A piece of print with the size of a letter, or of a word whose letters touch.
struct Glyph {
  std::size_t first_dot, last_dot;  // [first, last)
};

struct Ink {
  std::vector<Glyph> glyphs;
  std::vector<Dot> dots;  // glyph by glyph
  double dpi = 0;
};

// The letters that stand in rows and whose middle is `wanted`.
Ink ink_of(const Letters& letters, const cv::Mat& print, double dpi,
           const std::function<bool(const cv::Rect&)>& wanted);

// The direction of most rows of letters, within reach_deg of level.
struct Direction {
  double fall_deg = 0;  // how much the rows fall to the right
  double contrast = 0;  // the criterion there, as a multiple of its median over all angles
  bool inside = false;  // not at the end of the range
};
Direction direction_of(const Ink& ink, double reach_deg);

}  // namespace linka
