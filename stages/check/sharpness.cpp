// SPDX-License-Identifier: GPL-3.0-or-later
// An edge's width is the contrast of print and paper divided by the edge's slope: paper darker or
// print paler changes both alike. The contrast is that of the surroundings, not of the edge: a
// stroke smeared by a movement keeps its own steps narrow and only gets pale. The steeper edges of
// each direction count, which bold and fine letters have alike. Edges that run across the direction
// looked along are left out, they would seem wide. Noise breaks edges into pieces: rows are
// smoothed along the edge, never across.
#include "stages/check/measures.h"

#include <opencv2/imgproc.hpp>

#include <algorithm>
#include <cmath>

namespace linka {
namespace {

constexpr double patch_mm = 4;
constexpr std::size_t most_patches = 120;
constexpr double least_step = 0.2;  // of the patch's contrast: smaller steps are noise or paper
constexpr int least_contrast = 25;  // grey levels
constexpr std::size_t least_edges = 60;
constexpr double steeper = 0.7;  // the edge taken of each direction: this share is less steep
constexpr double rarer = 0.05;   // one direction with fewer edges than this share has no say

// Appends the slopes, contrasts per pixel, of the edges met going along the rows of `patch`.
void add_slopes(const cv::Mat& patch, std::vector<float>& slopes) {
  cv::Mat even;
  cv::sepFilter2D(patch, even, CV_16S, cv::Matx13f(0, 1, 0), cv::Matx31f(1, 2, 1));
  double low = 0, high = 0;
  cv::minMaxLoc(even, &low, &high);
  if (high - low < 4 * least_contrast) return;
  const int least = static_cast<int>(least_step * (high - low));
  for (int y = 1; y + 1 < even.rows; ++y) {
    const auto* row = even.ptr<short>(y);
    const auto* above = even.ptr<short>(y - 1);
    const auto* below = even.ptr<short>(y + 1);
    for (int x = 0; x + 1 < even.cols;) {
      const int sign = row[x + 1] >= row[x] ? 1 : -1;
      int end = x, steepest = 0, at = x;
      while (end + 1 < even.cols && sign * (row[end + 1] - row[end]) >= 0) {
        const int slope = sign * (row[end + 1] - row[end]);
        if (slope > steepest) steepest = slope, at = end;
        ++end;
      }
      const int step = std::abs(row[end] - row[x]);
      const int across = std::abs(below[at] + below[at + 1] - above[at] - above[at + 1]) / 4;
      const bool whole = x > 0 && end + 1 < even.cols;  // not cut by the patch
      if (whole && step >= least && 2 * across <= steepest)
        slopes.push_back(static_cast<float>(steepest / (high - low)));
      x = std::max(end, x + 1);
    }
  }
}

}  // namespace

double sharpness_of(const PageView& view) {
  std::vector<float> along_rows, along_columns;
  for (const cv::Rect& box : text_patches(view, view.letters, patch_mm, most_patches)) {
    const cv::Mat patch = view.grey(box);
    add_slopes(patch, along_rows);
    add_slopes(patch.t(), along_columns);
  }
  const std::size_t edges = along_rows.size() + along_columns.size();
  if (edges < least_edges) return 0;
  double slope = 1;
  for (std::vector<float>* slopes : {&along_rows, &along_columns})
    if (static_cast<double>(slopes->size()) >= rarer * static_cast<double>(edges))
      slope = std::min(slope, quantile(*slopes, steeper));
  return px_from_mm(slope, view.dpi);
}

}  // namespace linka
