// SPDX-License-Identifier: GPL-3.0-or-later
// Long straight lines of a picture, level or upright: rules, staves, frames, the leaf's edges.
#pragma once

#include <opencv2/core.hpp>

#include <functional>

namespace linka {

struct Strokes {
  double fall_deg = 0;   // of the level ones; upright ones count by what stands square on them
  double length_mm = 0;  // of all that agree, lines side by side counted once
  double share = 0;      // 0...1: of everything straight, by the squares of the lengths
  double span = 0;       // 0...1: the longest, of the picture's height or width
};

// `seen`: whether a line through this pixel, of this direction (one pixel long, along the line),
// counts. Only lines within reach_deg of level or upright are taken, but all count for `share`.
Strokes strokes_of(const cv::Mat& picture, double dpi, double reach_deg,
                   const std::function<bool(cv::Point2f, cv::Point2f)>& seen);

}  // namespace linka
