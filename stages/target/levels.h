// SPDX-License-Identifier: GPL-3.0-or-later
// How good the measured figures are by the limits of the published guidelines. Indicative only:
// the guidelines ask for their own targets, several scans and criteria that one target does not
// show. docs/targets.md gives the sources of every limit.
#pragma once

#include "stages/target/target.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace linka {

struct Criterion {
  std::string id;     // "colour_mean", "tone", ...: stable
  std::string label;  // English; a key of the catalogue
  std::string unit;   // "", "%", "ppi"
  int decimals = 2;
  double value = 0;
  std::optional<int> fadgi;  // stars 0...4; none: the guideline has no such limit
  std::optional<char> iso;   // 'A', 'B', 'C', or '-' when it is worse than C
  std::string limit;         // of the next better level, "<= 3"; empty at the best
};

struct Levels {
  std::vector<Criterion> criteria;  // those that were measured
  std::optional<int> fadgi;         // the lowest of the criteria
  std::optional<char> iso;
};
Levels levels_of(const TargetMeasures& measures);

// "1"..."4" (stars) or "A", "B", "C".
bool is_level(std::string_view level);
// Whether the overall level is at least that one.
bool reaches(const Levels& levels, std::string_view least);

}  // namespace linka
