// SPDX-License-Identifier: GPL-3.0-or-later
// Ink of the front and print that shines through differ in darkness: where both are there the
// darkness of all print has two modes, which Otsu's threshold (IEEE Trans. SMC 9, 1979) parts.
// Faded ink has none of that, so nothing is taken out unless much faint print lies away from dark
// print.
#include "stages/light/bleed.h"

#include <opencv2/imgproc.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>

namespace linka {
namespace {

constexpr double least_print = 0.12;    // darkness of what is looked at; less is the paper's grain
constexpr double strong_print = 0.2;    // fainter print of the back costs OCR nothing
constexpr double least_core = 0.3;      // darkness that no print of the back surely has
constexpr double core_reach_mm = 0.25;  // of a stroke's core over its soft ends
constexpr double soft_mm = 0.1;         // from what is kept to what is not
constexpr double least_faint = 0.25;    // faint print away from cores, as a share of the cores
constexpr double least_ink = 0.0005;    // of the page; less is a blank page

using Histogram = std::array<long, 256>;

Histogram histogram_of(const cv::Mat& grey) {
  Histogram count{};
  for (int y = 0; y < grey.rows; ++y) {
    const auto* row = grey.ptr<std::uint8_t>(y);
    for (int x = 0; x < grey.cols; ++x) ++count[row[x]];
  }
  return count;
}

// The value below `end` that parts the darker from the lighter best.
int otsu(const Histogram& count, int end) {
  double all = 0, sum = 0;
  for (int v = 0; v < end; ++v) {
    const auto n = static_cast<double>(count[static_cast<std::size_t>(v)]);
    all += n, sum += n * v;
  }
  double n = 0, part = 0, best = -1;
  int at = 0;
  for (int v = 0; v + 1 < end; ++v) {
    n += static_cast<double>(count[static_cast<std::size_t>(v)]);
    part += static_cast<double>(count[static_cast<std::size_t>(v)]) * v;
    if (n <= 0 || n >= all) continue;
    const double apart = part / n - (sum - part) / (all - n);
    const double between = n * (all - n) * apart * apart;
    if (between > best) best = between, at = v + 1;
  }
  return at;
}

}  // namespace

bool clear_bleed(cv::Mat& even, const cv::Mat& dark, double dpi, double white) {
  const auto px = [&](double mm) {
    return 2 * std::max(1, static_cast<int>(std::lround(dpi * mm / 25.4))) + 1;
  };
  const int faintest = static_cast<int>(white * (1 - least_print));
  const int core =
      std::min(otsu(histogram_of(even), faintest), static_cast<int>(white * (1 - least_core)));
  const cv::Mat cores = even < core;
  const double ink = cv::countNonZero(cores);
  if (ink < least_ink * static_cast<double>(even.total())) return false;
  cv::Mat keep;
  const int reach = px(core_reach_mm);
  cv::dilate(cores, keep, cv::getStructuringElement(cv::MORPH_RECT, {reach, reach}));
  if (cv::countNonZero(dark) > 0) {
    cv::Mat wide;
    cv::resize(dark, wide, even.size(), 0, 0, cv::INTER_NEAREST);
    keep |= wide;
  }
  const cv::Mat faint = (even < static_cast<int>(white * (1 - strong_print))) & (keep == 0);
  if (cv::countNonZero(faint) < least_faint * ink) return false;
  const int soft = px(soft_mm);
  cv::blur(keep, keep, {soft, soft});
  // white - (white - even) * keep
  cv::Mat ink_of;
  cv::subtract(white, even, ink_of);
  cv::multiply(ink_of, keep, ink_of, 1.0 / 255);
  cv::subtract(white, ink_of, even);
  return true;
}

}  // namespace linka
