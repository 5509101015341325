// SPDX-License-Identifier: GPL-3.0-or-later
// Flat, roughly square regions of a picture, and the regular grids they form.
#pragma once

#include "model/geometry.h"

#include <opencv2/core.hpp>

#include <vector>

namespace linka {

struct FlatRegion {
  Point centre;
  double area = 0;
};
// lab: CV_32FC3. `aspect` is the greatest ratio of a region's sides. Each region once, largest
// first.
std::vector<FlatRegion> flat_regions(const cv::Mat& lab, double aspect);

struct GridNode {
  int i = 0, j = 0;  // steps along the grid's two directions; j is i turned clockwise
  Point at;
};
using Grid = std::vector<GridNode>;
// Grids of at least least_nodes regions, the fullest first, none twice. `stretch`: how much longer
// a step along one direction may be than along the other.
std::vector<Grid> grids_of(const std::vector<FlatRegion>& regions, std::size_t least_nodes,
                           double stretch);

}  // namespace linka
