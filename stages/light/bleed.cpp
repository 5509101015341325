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
#include <numeric>

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

// A page is worked on so many rows at a time: what lies between its steps is as large as they are.
constexpr int rows_at_once = 256;

cv::Range widened(cv::Range rows, int by, const cv::Mat& page) {
  return {std::max(0, rows.start - by), std::min(page.rows, rows.end + by)};
}

// What is surely of this side: round the cores, and all that is `dark`, a mask as wide as the page.
class Kept {
 public:
  Kept(const cv::Mat& even, const cv::Mat& dark, int core, int reach)
      : even_(even), core_(core), reach_(reach) {
    if (cv::countNonZero(dark) == 0) return;
    cv::resize(dark, dark_, {even.cols, dark.rows}, 0, 0, cv::INTER_NEAREST);
  }

  // 255 where it is, 0 elsewhere.
  cv::Mat in(cv::Range rows) const {
    const cv::Range seen = widened(rows, reach_ / 2, even_);
    cv::Mat keep;
    cv::dilate(even_.rowRange(seen) < core_, keep,
               cv::getStructuringElement(cv::MORPH_RECT, {reach_, reach_}));
    keep = keep.rowRange(rows.start - seen.start, rows.end - seen.start);
    for (int y = rows.start; !dark_.empty() && y < rows.end; ++y)
      keep.row(y - rows.start) |= dark_.row(dark_row(y));
    return keep;
  }

 private:
  int dark_row(int y) const {
    return std::min(dark_.rows - 1,
                    static_cast<int>(y * (1 / (static_cast<double>(even_.rows) / dark_.rows))));
  }

  const cv::Mat& even_;
  int core_, reach_;
  cv::Mat dark_;
};

// white - (white - even) * keep, with a soft edge. Rows above, where that is done, show the same
// cores as before: nothing is taken from them, and nothing becomes darker.
void take_out(cv::Mat& even, const Kept& kept, cv::Range rows, int soft, double white) {
  const cv::Range seen = widened(rows, soft / 2, even);
  cv::Mat keep, ink;
  cv::blur(kept.in(seen), keep, {soft, soft});
  keep = keep.rowRange(rows.start - seen.start, rows.end - seen.start);
  cv::Mat strip = even.rowRange(rows);
  cv::subtract(white, strip, ink);
  cv::multiply(ink, keep, ink, 1.0 / 255);
  cv::subtract(white, ink, strip);
}

}  // namespace

bool clear_bleed(cv::Mat& even, const cv::Mat& dark, double dpi, double white) {
  const auto px = [&](double mm) {
    return 2 * std::max(1, static_cast<int>(std::lround(dpi * mm / 25.4))) + 1;
  };
  const auto strips = [&](const auto& with) {
    for (int y = 0; y < even.rows; y += rows_at_once)
      with(cv::Range(y, std::min(even.rows, y + rows_at_once)));
  };
  const Histogram count = histogram_of(even);
  const int faintest = static_cast<int>(white * (1 - least_print));
  const int core = std::min(otsu(count, faintest), static_cast<int>(white * (1 - least_core)));
  const double ink = static_cast<double>(std::accumulate(count.begin(), count.begin() + core, 0L));
  if (ink < least_ink * static_cast<double>(even.total())) return false;
  const Kept kept(even, dark, core, px(core_reach_mm));
  double faint = 0;
  strips([&](cv::Range rows) {
    faint += cv::countNonZero((even.rowRange(rows) < static_cast<int>(white * (1 - strong_print))) &
                              (kept.in(rows) == 0));
  });
  if (faint < least_faint * ink) return false;
  strips([&](cv::Range rows) { take_out(even, kept, rows, px(soft_mm), white); });
  return true;
}

}  // namespace linka
