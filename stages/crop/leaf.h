// SPDX-License-Identifier: GPL-3.0-or-later
// The leaf's four sides in a reduced picture of the turned page.
#pragma once

#include "image/edges.h"
#include "image/image.h"
#include "model/geometry.h"

#include <opencv2/core.hpp>

#include <array>
#include <vector>

namespace linka {

// A picture whose sides are the region's bounding box in the turned frame, reduced.
struct Frame {
  Box limits;                    // turned frame, whole pixels
  double scale = 1;              // frame pixels per turned pixel
  double dpi = 0;                // of the frame
  cv::Mat grey;                  // CV_8U
  cv::Mat inside;                // CV_8U: 255 in the region and the scan
  cv::Mat on_scan;               // CV_8U: 255 in the scan
  Affine from_scan;              // frame pixels from scan pixels
  Box scan;                      // the scan's, scan pixels
  Quad region{};                 // frame pixels
  bool off_scan(Point p) const;  // frame pixels
};
// An empty `limits` when the region lies outside the scan.
Frame frame_of(const Image& scan, const Quad& region, double angle_deg);

Box in_turned(const Box& box, const Frame& frame);

// One side of the leaf, measured in a picture turned so that outwards is to the left.
struct LeafSide {
  bool found = false, is_fold = false;
  bool facing = false;  // behind a dark gutter paper returns: the facing page
  double x = 0;         // at the middle of the rows looked at
  double slope = 0;     // x per row
  double support = 0;   // share of the rows that agree
  Rows rows;            // where it was looked for
  double reached = 0;   // where the region ends, x, at the middle of the rows

  // What is beyond belongs to another page for certain.
  bool ends_page() const;
};

enum SideName { left_side, top_side, right_side, bottom_side };

struct LeafEdges {
  Box box;                        // frame pixels
  std::array<LeafSide, 4> sides;  // by SideName
  bool any() const;
};
// `covered`: what lies beside or on the leaf's edge and hides it.
LeafEdges leaf_of(const Sight& sight, const std::vector<Box>& covered);

// A side without an edge of its own ends with the scan; of a turned page that leaves wedges that
// were never scanned. Moves such sides inwards until the box holds scanned pixels only; where that
// would take more than some millimetres of paper, half of it.
Box without_wedges(const LeafEdges& leaf, const Frame& frame);

}  // namespace linka
