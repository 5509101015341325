// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/roman.h"

#include <algorithm>
#include <array>
#include <utility>

namespace linka {

std::string roman_text(int value, bool capitals) {
  static constexpr std::array<std::pair<int, const char*>, 13> steps{{{1000, "m"},
                                                                      {900, "cm"},
                                                                      {500, "d"},
                                                                      {400, "cd"},
                                                                      {100, "c"},
                                                                      {90, "xc"},
                                                                      {50, "l"},
                                                                      {40, "xl"},
                                                                      {10, "x"},
                                                                      {9, "ix"},
                                                                      {5, "v"},
                                                                      {4, "iv"},
                                                                      {1, "i"}}};
  std::string out;
  if (value > 3999) return out;
  for (const auto& [step, sign] : steps)
    for (; value >= step; value -= step) out += sign;
  if (capitals)
    for (char& c : out) c = static_cast<char>(c - 'a' + 'A');
  return out;
}

int roman_number(std::string_view text) {
  constexpr std::string_view small = "ivxlcdm", great = "IVXLCDM";
  constexpr std::array<int, 7> values{1, 5, 10, 50, 100, 500, 1000};
  if (text.empty() || text.size() > 15) return 0;
  const bool capitals = text.front() >= 'A' && text.front() <= 'Z';
  int sum = 0, last = 0;
  for (auto c = text.rbegin(); c != text.rend(); ++c) {
    const std::size_t at = (capitals ? great : small).find(*c);
    if (at == std::string_view::npos) return 0;
    sum += values[at] < last ? -values[at] : values[at];
    last = std::max(last, values[at]);
  }
  return sum > 0 && roman_text(sum, capitals) == text ? sum : 0;
}

}  // namespace linka
