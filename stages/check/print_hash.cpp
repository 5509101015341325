// SPDX-License-Identifier: GPL-3.0-or-later
#include "stages/check/measures.h"

#include <opencv2/imgproc.hpp>

#include <algorithm>

namespace linka {
namespace {

constexpr int cells = 16;
constexpr double least_print = 0.002;  // of the page

// First and last index between which all but `tail` of the sum on either side lie.
std::pair<int, int> span(const std::vector<double>& sums, double tail) {
  double all = 0;
  for (const double s : sums) all += s;
  const auto n = static_cast<int>(sums.size());
  int first = 0, last = n - 1;
  for (double sum = 0;
       first < n - 1 && (sum += sums[static_cast<std::size_t>(first)]) < tail * all;)
    ++first;
  for (double sum = 0; last > first && (sum += sums[static_cast<std::size_t>(last)]) < tail * all;)
    --last;
  return {first, last};
}

}  // namespace

std::array<std::uint64_t, 4> print_hash(const PageView& view) {
  std::array<std::uint64_t, 4> hash{};
  const double by = std::min(1.0, 50 / view.small_dpi);
  cv::Mat print = reduced_by(view.paper.print, by);
  print.convertTo(print, CV_32F, 1.0 / 255);
  if (print.rows < cells || print.cols < cells) return hash;
  if (cv::mean(view.paper.print > 0)[0] / 255 < least_print) return hash;
  // The rim is left out: what stands there changes with the crop.
  const int rim = print.cols / 30;
  print = print({rim, rim, print.cols - 2 * rim, print.rows - 2 * rim});
  std::vector<double> columns, rows;
  cv::reduce(print, columns, 0, cv::REDUCE_SUM, CV_64F);
  cv::reduce(print.t(), rows, 0, cv::REDUCE_SUM, CV_64F);
  const auto [x0, x1] = span(columns, 0.03);
  const auto [y0, y1] = span(rows, 0.03);
  const double step_x = (x1 - x0) / static_cast<double>(cells);
  const double step_y = (y1 - y0) / static_cast<double>(cells - 1);
  if (step_x < 1 || step_y < 0.5) return hash;
  cv::Mat soft;
  cv::GaussianBlur(print, soft, {}, step_x * 0.35, std::max(0.5, step_y * 0.45),
                   cv::BORDER_CONSTANT);
  const auto at = [&](int i, int j) {
    const int x = std::clamp(static_cast<int>(x0 + i * step_x), 0, soft.cols - 1);
    const int y = std::clamp(static_cast<int>(y0 + j * step_y), 0, soft.rows - 1);
    return soft.at<float>(y, x);
  };
  for (int j = 0; j < cells; ++j)
    for (int i = 0; i < cells; ++i)
      if (at(i, j) > at(i + 1, j))
        hash[static_cast<std::size_t>(j) / 4] |=
            std::uint64_t{1} << ((static_cast<unsigned>(j) % 4) * 16 + static_cast<unsigned>(i));
  return hash;
}

}  // namespace linka
