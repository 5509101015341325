// SPDX-License-Identifier: GPL-3.0-or-later
#include "stages/target/levels.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace linka {
namespace {

constexpr double none = std::numeric_limits<double>::quiet_NaN();

// One row a criterion: limits from the best level to the worst that is still one. NaN: no limit.
struct Limits {
  const char* id;
  const char* label;
  const char* unit;
  int decimals;
  bool more_is_better;
  std::array<double, 4> fadgi;  // 4, 3, 2, 1 star
  std::array<double, 3> iso;    // A, B, C
};

// For the catalogue: the words are looked up where they are shown.
constexpr const char* marked(const char* text) {
  return text;
}

// FADGI: Technical Guidelines for Digitizing Cultural Heritage Materials, 3rd edition 2023, bound
// volumes, general collections; evenness: Technical Guidelines 2010, lightness non-uniformity.
// ISO: ISO 19264-1:2021, annex B.
constexpr std::array<Limits, 9> table{{
    {"colour_mean", marked("colour, mean dE2000"), "", 2, false, {2, 3.5, 5, 6.5}, {4, 5, 5}},
    {"colour_90",
     marked("colour, 90 % of patches"),
     "",
     2,
     false,
     {4, 7, 10, 13},
     {none, none, none}},
    {"colour_max",
     marked("colour, worst patch"),
     "",
     2,
     false,
     {none, none, none, none},
     {10, 15, 15}},
    {"tone", marked("tone, greatest dL*"), "", 2, false, {1.5, 3, 4.5, 6}, {2, 3, 4}},
    {"white_balance", marked("white balance, greatest"), "", 2, false, {2, 4, 6, 8}, {3, 4, 5}},
    {"noise", marked("noise, greatest L*"), "", 2, false, {1, 2, 3, 4}, {1.6, 2, 2.2}},
    {"evenness", marked("unevenness of light"), "%", 1, false, {1, 3, 5, none}, {none, none, none}},
    {"mtf10", marked("sampling efficiency, MTF10"), "%", 1, true, {90, 80, 70, 60}, {85, 80, 70}},
    {"sampling",
     marked("sampling rate"),
     "ppi",
     0,
     true,
     {396, 294, 242.5, 190},
     {none, none, none}},
}};

bool keeps(double value, double limit, bool more_is_better) {
  return more_is_better ? value >= limit : value <= limit;
}

std::string words_of(double limit, const Limits& row) {
  return fmt::format("{} {:.{}f}{}{}", row.more_is_better ? ">=" : "<=", limit,
                     limit == std::floor(limit) ? 0 : 1, *row.unit != '\0' ? " " : "", row.unit);
}

Criterion judged(const Limits& row, double value) {
  Criterion c{row.id, row.label, row.unit, row.decimals, value, {}, {}, {}};
  // What a person reads is judged: 2.004 shown as 2.00 keeps a limit of 2.
  const double scale = std::pow(10.0, row.decimals);
  const double read = std::round(value * scale) / scale;
  double next = none;
  if (!std::isnan(row.fadgi[0])) {
    c.fadgi = 0;
    for (std::size_t i = 4; i-- > 0;)
      // The last level of a row without a limit of its own takes the rest.
      if (std::isnan(row.fadgi[i]) || keeps(read, row.fadgi[i], row.more_is_better))
        c.fadgi = 4 - static_cast<int>(i);
      else
        next = std::isnan(next) ? row.fadgi[i] : next;
  }
  if (!std::isnan(row.iso[0])) {
    c.iso = '-';
    for (std::size_t i = 3; i-- > 0;)
      if (keeps(read, row.iso[i], row.more_is_better))
        c.iso = static_cast<char>('A' + static_cast<int>(i));
      else if (!c.fadgi)
        next = std::isnan(next) ? row.iso[i] : next;
  }
  if (!std::isnan(next)) c.limit = words_of(next, row);
  return c;
}

std::optional<double> value_of(const TargetMeasures& m, std::string_view id) {
  if (id == "colour_mean") return m.delta_e.mean;
  if (id == "colour_90") return m.delta_e_90;
  if (id == "colour_max") return m.delta_e.greatest;
  if (id == "tone") return m.tone.greatest;
  if (id == "white_balance")
    return m.colour ? std::optional(m.white_balance.greatest) : std::nullopt;
  if (id == "noise") return m.noise.greatest;
  if (id == "evenness") return m.unevenness ? std::optional(100 * *m.unevenness) : std::nullopt;
  if (id == "mtf10")
    return m.sampling_efficiency ? std::optional(100 * *m.sampling_efficiency) : std::nullopt;
  if (id == "sampling")
    return m.sampling ? std::optional(std::min(m.sampling->x, m.sampling->y)) : std::nullopt;
  return std::nullopt;
}

// '-' sorts before the letters but is the worst.
int rank(char iso) {
  return iso == '-' ? 0 : 'D' - iso;
}

}  // namespace

Levels levels_of(const TargetMeasures& measures) {
  Levels levels;
  for (const Limits& row : table) {
    const std::optional<double> value = value_of(measures, row.id);
    if (!value) continue;
    const Criterion c = judged(row, *value);
    if (c.fadgi) levels.fadgi = std::min(levels.fadgi.value_or(4), *c.fadgi);
    if (c.iso && (!levels.iso || rank(*c.iso) < rank(*levels.iso))) levels.iso = c.iso;
    levels.criteria.push_back(c);
  }
  return levels;
}

bool is_level(std::string_view level) {
  return level.size() == 1 && std::string_view("1234ABC").find(level) != std::string_view::npos;
}

bool reaches(const Levels& levels, std::string_view least) {
  if (!is_level(least)) return false;
  if (least[0] >= 'A') return levels.iso && rank(*levels.iso) >= rank(least[0]);
  return levels.fadgi && *levels.fadgi >= least[0] - '0';
}

}  // namespace linka
