// SPDX-License-Identifier: GPL-3.0-or-later
// How a leaf rises towards its spine, from its upper and lower edges.
#pragma once

#include <opencv2/core.hpp>

#include <functional>
#include <optional>

namespace linka {

// How much lower than flat the leaf lies at (x, y); pixels about the picture's middle, in the frame
// turned so that the rows are level.
struct LeafBend {
  bool left = false;  // where the spine is
  double x = 0;       // here the edges are bent by top_bend and bottom_bend
  double length = 1;  // L of exp(-u / L)
  double top_y = 0, bottom_y = 0;
  double top_bend = 0, bottom_bend = 0;
  double at(double px, double py) const;
};

// Where the page looked at was cut from a spread: the fold is there, and the edges are followed all
// the way.
struct CutSides {
  bool left = false, right = false;
};

// level: the paper, print closed over (Paper::level). `text`: the box of the text. `wanted`:
// whether a pixel is on the page looked at. Empty when the two edges are not clearly there.
std::optional<LeafBend> bend_of_leaf(const cv::Mat& level, const cv::Rect& text, double dpi,
                                     double fall_deg, CutSides cut,
                                     const std::function<bool(cv::Point)>& wanted);

}  // namespace linka
