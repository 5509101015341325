// SPDX-License-Identifier: GPL-3.0-or-later
// Straight edges and folds in a picture of paper. Everything here looks for upright lines going
// left from a start; the other sides are seen by turning the picture (Sight::turned).
#pragma once

#include "image/paper.h"

#include <opencv2/core.hpp>

#include <vector>

namespace linka {

// A picture of paper, reduced, and what is known of it.
struct Sight {
  double dpi = 0;
  cv::Mat shade;                  // CV_8U: as scanned
  cv::Mat level;                  // CV_8U: print closed over
  cv::Mat letters;                // CV_8U: 255 in the boxes of letters
  cv::Mat inside;                 // CV_8U: 255 in the region looked at
  cv::Mat on_scan;                // CV_8U: 255 on the scan
  std::vector<cv::Point2f> text;  // centres of letters on lines
  double paper = 0;               // brightness under the text; 0: too little text

  // Mirrored about the diagonal, so that what was at the top is at the left; then left for right.
  Sight turned(bool transposed, bool flipped) const;
};
Sight sight_of(const cv::Mat& grey, const cv::Mat& inside, const cv::Mat& on_scan, double dpi,
               const Paper& paper, const Letters& letters);

struct Rows {
  int first = 0, last = 0;  // [first, last)
  double middle() const { return (first + last) / 2.0; }
  int count() const { return last - first; }
};

// Lines x(y) = x + slope * (y - middle of the rows) with centre - reach <= slope <= centre + reach,
// the slopes as angles in degrees.
struct Tilts {
  double centre_deg = 0, reach_deg = 1.5;
};

struct Line {
  double x = 0, slope = 0;
  double support = 0;  // share of the rows that agree, 0...1
  double depth = 0;    // of a valley: grey levels
};

struct Steps {
  std::vector<Line> lines;
  double reached = 0;  // x where the region ends, the median of the rows
};

// Where paper ends: lines along which most rows step down to something darker (or up to a white
// scanner lid), met going left from x = start. `level`: one of the sight's pictures.
Steps steps_of(const Sight& sight, const cv::Mat& level, const Rows& rows, int start,
               const Tilts& tilts);

struct ValleyParams {
  double least_depth = 0.035;  // of the paper's brightness
  bool shaded = true;          // fades over millimetres to a side, as shadow does
  double least_support = 0.7;
  bool narrow_strip = false;  // of the page beyond only some millimetres may be there
};
// Folds: straight valleys of shadow with paper on both sides and no letters on them, left of x =
// start.
std::vector<Line> valleys_of(const Sight& sight, const Rows& rows, int start, const Tilts& tilts,
                             const ValleyParams& params);

}  // namespace linka
