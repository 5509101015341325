// SPDX-License-Identifier: GPL-3.0-or-later
// What lies on the scanner beside the page: colour targets, rulers, fingers, holders.
#pragma once

#include "image/edges.h"
#include "image/image.h"
#include "stages/crop/crop.h"
#include "stages/crop/leaf.h"

#include <opencv2/core.hpp>

#include <string>
#include <vector>

namespace linka {

// The frame's colours at about 50 dpi.
struct Surroundings {
  cv::Mat rgb;       // CV_8UC3; a grey scan has three equal channels
  double scale = 1;  // of these pixels per frame pixel
  double dpi = 0;
  bool colour = false;
};
Surroundings surroundings_of(const Image& scan, const Frame& frame);

// Found before the leaf is: frame pixels.
struct Beside {
  std::string kind;
  Box box;
};
// Targets: five or more even patches of like size in rows or columns, of five colours or greys.
// Rulers: ticks at a millimetre's or a sixteenth inch's pitch over 30 mm and more. Neither is
// looked for where the text stands.
std::vector<Beside> targets_and_rulers(const Surroundings& around, const Frame& frame,
                                       const Letters& letters);

// Ends the region where they begin, so that no edge of theirs is taken for the leaf's.
void take_off(const std::vector<Beside>& aids, const Frame& frame, Sight& sight);

// Those that lie outside the leaf or over its edge, and fingers and holders that reach in from
// outside; scan pixels.
std::vector<Neighbour> neighbours_of(const std::vector<Beside>& aids, const Surroundings& around,
                                     const Frame& frame, const Sight& sight, const Box& box);

}  // namespace linka
