// SPDX-License-Identifier: GPL-3.0-or-later
// An edge's width is its step divided by its steepest slope: paper darker or print paler changes
// both alike, bold or fine letters change neither, and so many edges are looked at that it does not
// matter how much is printed. Edges that run across the direction looked along are left out, they
// would seem wide. Noise breaks edges into pieces: rows are smoothed along the edge, never across.
#include "stages/check/measures.h"

#include <opencv2/imgproc.hpp>

#include <algorithm>
#include <cmath>

namespace linka {
namespace {

constexpr double patch_mm = 4;
constexpr std::size_t most_patches = 120;
constexpr double least_step = 0.3;  // of the patch's contrast: smaller steps are noise or paper
constexpr int least_contrast = 25;  // grey levels
constexpr std::size_t least_edges = 60;
constexpr double rarer = 0.05;  // one direction with fewer edges than this share has no say

// Appends the widths, in pixels, of the edges met going along the rows of `patch`.
void add_widths(const cv::Mat& patch, std::vector<float>& widths) {
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
        widths.push_back(static_cast<float>(step) / static_cast<float>(steepest));
      x = std::max(end, x + 1);
    }
  }
}

}  // namespace

double sharpness_of(const PageView& view) {
  std::vector<float> along_rows, along_columns;
  for (const cv::Rect& box : text_patches(view, patch_mm, most_patches)) {
    const cv::Mat patch = view.grey(box);
    add_widths(patch, along_rows);
    add_widths(patch.t(), along_columns);
  }
  const std::size_t edges = along_rows.size() + along_columns.size();
  if (edges < least_edges) return 0;
  double width = 0;
  for (std::vector<float>* widths : {&along_rows, &along_columns})
    if (static_cast<double>(widths->size()) >= rarer * static_cast<double>(edges))
      width = std::max(width, quantile(*widths, 0.5));
  return width > 0 ? 1 / mm_from_px(width, view.dpi) : 0;
}

}  // namespace linka
