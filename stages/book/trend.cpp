// SPDX-License-Identifier: GPL-3.0-or-later
#include "stages/book/trend.h"

#include <algorithm>
#include <cmath>

namespace linka::book {
namespace {

constexpr double deviation_of_mad = 1.4826;  // for values that are normally distributed
constexpr int least_letters = 150;
constexpr int least_lines = 5;

double median(std::vector<double>& values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

double mm(double px, double dpi) {
  return dpi > 0 && std::isfinite(px) ? mm_from_px(px, dpi) : 0;
}

}  // namespace

Trend trend_of(std::vector<double> values) {
  std::erase_if(values, [](double v) { return !std::isfinite(v); });
  if (values.empty()) return {};
  Trend t;
  t.count = static_cast<int>(values.size());
  t.middle = median(values);
  for (double& v : values) v = std::abs(v - t.middle);
  t.spread = deviation_of_mad * median(values);
  return t;
}

Trend heap_of(std::vector<double> values, double width) {
  std::erase_if(values, [](double v) { return !std::isfinite(v) || v <= 0; });
  std::sort(values.begin(), values.end());
  std::size_t best_first = 0, best = 0, first = 0;
  for (std::size_t last = 0; last < values.size(); ++last) {
    while (values[first] * (1 + width) < values[last]) ++first;
    if (last - first + 1 > best) best = last - first + 1, best_first = first;
  }
  if (best == 0 || 2 * best < values.size()) return {};
  const auto begin = values.begin() + static_cast<std::ptrdiff_t>(best_first);
  return trend_of({begin, begin + static_cast<std::ptrdiff_t>(best)});
}

SizeMm page_size(const PageFacts& f) {
  const double dpi = f.dpi.known() ? f.dpi.x : std::max(f.source.dpi.x, f.source.dpi.y);
  return {mm(f.crop.width(), dpi), mm(f.crop.height(), dpi)};
}

SizeMm scan_size(const PageFacts& f) {
  const SizeMm size{mm(f.source.width_px, f.source.dpi.x), mm(f.source.height_px, f.source.dpi.y)};
  return f.turn_deg % 180 != 0 ? SizeMm{size.height, size.width} : size;
}

bool is_side_known(const PageFacts& f, std::size_t side) {
  const bool at_fold =
      (f.id.side == Side::left && side == 2) || (f.id.side == Side::right && side == 0);
  return at_fold || f.crop_sides[side] >= sure_side;
}
bool has_sure_width(const PageFacts& f) {
  return is_side_known(f, 0) && is_side_known(f, 2);
}
bool has_sure_height(const PageFacts& f) {
  return is_side_known(f, 1) && is_side_known(f, 3);
}

bool is_text(const PageFacts& f) {
  return f.measures.measured && f.measures.letters >= least_letters &&
         f.measures.text_lines >= least_lines;
}

}  // namespace linka::book
