// SPDX-License-Identifier: GPL-3.0-or-later
// Single pages lie with the spine now left, now right. Where two scans in a row have it on the
// wrong side by the count of the scans around them, they changed places. A scan too many or too few
// shifts the count for all that follow, so only the neighbourhood is asked, and both halves of it.
#include "stages/book/parts.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace linka::book {
namespace {

constexpr double clear_sign = 0.15;  // of gutter_left - gutter_right
constexpr std::size_t around = 8;    // scans each way
constexpr int least_each_way = 3;    // of them with a clear sign
constexpr double agreeing = 0.85;
constexpr double highest = 1;

// 1: the spine is on the left, -1: on the right, 0: cannot be told.
int spine(const PageFacts& f) {
  const double sign = f.measures.gutter_left - f.measures.gutter_right;
  return f.id.side != Side::single || std::abs(sign) < clear_sign ? 0 : sign > 0 ? 1 : -1;
}

// How the neighbours on one side of the pair agree with it, -1...1; 0 when they do not say.
double agreement(const std::vector<int>& signs, std::size_t from, std::size_t to, int expected) {
  int clear = 0, sum = 0;
  for (std::size_t i = from; i < to; ++i) {
    if (signs[i] == 0) continue;
    ++clear;
    sum += signs[i] * (i % 2 == 0 ? 1 : -1) * expected;
  }
  return clear < least_each_way ? 0 : static_cast<double>(sum) / clear;
}

}  // namespace

void find_swapped(const std::vector<PageFacts>& pages, const BookParams& params, Found& found) {
  std::vector<int> signs;
  for (const PageFacts& f : pages) signs.push_back(spine(f));
  const std::size_t n = signs.size();
  if (n < static_cast<std::size_t>(params.least_pages)) return;
  for (std::size_t i = 0; i + 1 < n; ++i) {
    if (signs[i] == 0 || signs[i + 1] != -signs[i]) continue;
    // What the pair says of the count: neighbours in order say the contrary on both sides.
    const int pair = signs[i] * (i % 2 == 0 ? 1 : -1);
    const double before = agreement(signs, i < around ? 0 : i - around, i, pair);
    const double after = agreement(signs, i + 2, std::min(n, i + 2 + around), pair);
    const bool at_end = i < static_cast<std::size_t>(least_each_way) ||
                        i + 2 + static_cast<std::size_t>(least_each_way) > n;
    const double worst = at_end ? std::min(before, after) : std::max(before, after);
    if (worst > -(2 * agreeing - 1)) continue;
    for (const std::size_t k : {i, i + 1})
      found[pages[k].id].push_back(
          {"swapped", Urgency::look, -worst, 2 * agreeing - 1, 1 + highest * -worst, {}});
    ++i;
  }
}

}  // namespace linka::book
