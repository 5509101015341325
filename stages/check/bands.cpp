// SPDX-License-Identifier: GPL-3.0-or-later
// A broken transfer leaves strips across the whole page: filled with one value, one row again and
// again, or rows that stood elsewhere already. Where paper has noise, as every scan in greys or
// colour has, two rows that are the same do not happen by themselves. A page without noise
// (bitonal, or its paper whitened) has equal rows in every margin; there a strip counts only when
// its value is not the paper's.
//
// The page is looked at in narrow columns, so that a strip is still found after the page was turned
// straight by a few degrees.
#include "stages/check/measures.h"

#include <opencv2/imgproc.hpp>

#include <algorithm>
#include <cstring>
#include <string_view>
#include <unordered_map>

namespace linka {
namespace {

constexpr double least_mm = 0.8;              // more than a block of JPEG at 300 dpi
constexpr double rim_mm = 5, at_rim_mm = 15;  // a strip there may be scanner bed: only if higher
constexpr int columns = 48;
constexpr double noisy = 0.4;       // grey levels between neighbouring rows, the median
constexpr double still = 0.12;      // of the median: as good as equal
constexpr double smeared = 0.09;    // of the difference along the row: turned by 5 degrees
constexpr int least_repeated = 8;   // rows
constexpr double not_paper = 0.12;  // of the paper's level

// Means over `columns` equal parts of every row.
cv::Mat in_columns(const cv::Mat& pixels) {
  const cv::Mat whole = pixels.colRange(0, pixels.cols / columns * columns);
  cv::Mat means;
  cv::resize(whole, means, {columns, pixels.rows}, 0, 0, cv::INTER_AREA);
  return means;
}
// The mean difference of neighbours in each column of each row: CV_8U, 8 = one grey level.
cv::Mat steps_of(const cv::Mat& a, const cv::Mat& b) {
  cv::Mat steps;
  cv::absdiff(a, b, steps);
  steps.convertTo(steps, CV_8U, 8);
  return in_columns(steps);
}

double flat_share_of(const PageView& view, double paper_level) {
  const cv::Mat& grey = view.grey;
  const int least = std::max(4, static_cast<int>(px_from_mm(least_mm, view.dpi)));
  if (grey.cols < 4 * columns || grey.rows < 4 * least) return 0;
  const cv::Mat upper = grey.rowRange(0, grey.rows - 1), lower = grey.rowRange(1, grey.rows);
  const cv::Mat steps = steps_of(upper, lower), level = in_columns(lower);
  const cv::Mat across = steps_of(lower.colRange(0, grey.cols - 1), lower.colRange(1, grey.cols));
  std::vector<float> all;
  for (int y = 0; y < steps.rows; y += 3)
    for (int x = 0; x < columns; ++x) all.push_back(steps.at<std::uint8_t>(y, x));
  const double median = quantile(all, 0.5);
  const bool has_noise = median >= 8 * noisy && !view.bitonal;
  // One row again and again: what differs along it makes it differ downwards when it was turned.
  const auto limit = [&](int x, int y) {
    return has_noise ? std::max(still * median, smeared * across.at<std::uint8_t>(y, x)) : 0;
  };
  const bool white_is_paper = paper_level >= 240;

  cv::Mat mask(steps.size(), CV_8UC1, cv::Scalar(0));
  for (int x = 0; x < columns; ++x)
    for (int y = 0, run = 0; y <= steps.rows; ++y) {
      bool counts = y < steps.rows && steps.at<std::uint8_t>(y, x) <= limit(x, y);
      if (counts) {
        const int value = level.at<std::uint8_t>(y, x);
        if (!has_noise || white_is_paper)
          counts = std::abs(value - paper_level) > not_paper * paper_level && value < 250;
      }
      if (counts) {
        ++run;
        continue;
      }
      if (run >= least)
        for (int i = y - run; i < y; ++i) mask.at<std::uint8_t>(i, x) = 255;
      run = 0;
    }
  cv::Mat labels, stats, centres;
  const int count = cv::connectedComponentsWithStats(mask, labels, stats, centres, 8, CV_32S);
  const int width = static_cast<int>((has_noise ? 0.9 : 0.97) * columns);
  const int near_rim = static_cast<int>(px_from_mm(rim_mm, view.dpi));
  const int at_rim = static_cast<int>(px_from_mm(at_rim_mm, view.dpi));
  double rows = 0;
  for (int i = 1; i < count; ++i) {
    if (stats.at<int>(i, cv::CC_STAT_WIDTH) < width) continue;
    const int top = stats.at<int>(i, cv::CC_STAT_TOP);
    const int height = stats.at<int>(i, cv::CC_STAT_HEIGHT);
    const double mean_height = stats.at<int>(i, cv::CC_STAT_AREA) / static_cast<double>(columns);
    const bool rim = top <= near_rim || top + height >= steps.rows - near_rim;
    if (rim && mean_height < at_rim) continue;
    rows += mean_height;
  }
  return rows / grey.rows;
}

// Rows that are byte for byte rows further up, several in turn. Only where nothing was resampled.
double repeated_share_of(const PageView& view) {
  const cv::Mat& grey = view.grey;
  const auto bytes = [&](int y) {
    return std::string_view(reinterpret_cast<const char*>(grey.ptr(y)),
                            static_cast<std::size_t>(grey.cols));
  };
  if (grey.cols < 200 || view.bitonal) return 0;
  std::unordered_map<std::string_view, int> seen;
  seen.reserve(static_cast<std::size_t>(grey.rows));
  int repeated = 0, run = 0, distance = 0;
  for (int y = 0; y <= grey.rows; ++y) {
    int from = -1;
    if (y < grey.rows) {
      const std::string_view row = bytes(y);
      const bool even = std::memcmp(row.data(), row.data() + 1, row.size() - 1) == 0;
      const auto [place, is_new] = seen.try_emplace(row, y);
      if (!is_new && !even) from = place->second;
      // Rows of a noiseless page repeat by themselves, but at changing distances.
    }
    const int d = from < 0 ? 0 : y - from;
    if (d > 1 && d == distance) {
      ++run;
      continue;
    }
    if (run >= least_repeated) repeated += run;
    run = d > 1 ? 1 : 0;
    distance = d;
  }
  return static_cast<double>(repeated) / grey.rows;
}

}  // namespace

Bands bands_of(const PageView& view, double paper_level) {
  return {flat_share_of(view, paper_level), repeated_share_of(view)};
}

}  // namespace linka
