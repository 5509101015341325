// SPDX-License-Identifier: GPL-3.0-or-later
// Lines of text as strings of points: the feet of the letters that stand on one baseline, and the
// heads of those that reach the same x-height.
#pragma once

#include "image/paper.h"

#include <functional>
#include <vector>

namespace linka::dewarping {

// A letter, or a letter's width of a word whose letters touch.
struct Piece {
  double x = 0;               // its middle
  double head = 0, foot = 0;  // where its ink begins and ends, to a part of a pixel
  double height() const { return foot - head; }
};

// Of the letters that stand on lines; `inside` is asked for the middle of each letter's box.
std::vector<Piece> pieces_of(const cv::Mat& print, const Letters& letters,
                             const std::function<bool(cv::Point2d)>& inside);

enum class Along { feet, heads, edge };

struct Strand {
  Along along = Along::feet;        // a baseline, an x-height line, or an edge of the page
  std::vector<cv::Point2d> points;  // left to right
  double length() const { return points.back().x - points.front().x; }
};

// Strings the pieces together, left to right, each to the nearest that stands as high (or reaches
// as high) once `lift` is taken off: how far below its straight line something at this point lies.
// `slack`: how steep a curve may be left. Descenders, commas and quotes stand elsewhere and are
// passed over. Strands are at least five points long.
std::vector<Strand> strands_of(const std::vector<Piece>& pieces, Along along,
                               const std::function<double(cv::Point2d)>& lift, double slack);

// The upper and the lower edge of the paper in a picture of a page, where something darker is seen
// beyond them: at most one strand each, a point every other column. Cut edges are not quite
// parallel to the text.
std::vector<Strand> page_edges_of(const Paper& paper, const cv::Mat& grey, double dpi);

}  // namespace linka::dewarping
