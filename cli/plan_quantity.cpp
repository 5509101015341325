// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/plan_quantity.h"

#include "base/text.h"

#include <charconv>
#include <cmath>
#include <optional>
#include <string_view>
#include <utility>

namespace linka {
namespace {

// The number at a text's beginning and the word after it, in small letters.
std::optional<std::pair<double, std::string>> split_quantity(const std::string& text) {
  const std::string bare = lower_ascii(trimmed(text));
  double value = 0;
  const auto [end, code] = std::from_chars(bare.data(), bare.data() + bare.size(), value);
  if (code != std::errc{} || !std::isfinite(value) || value < 0) return {};
  return std::pair{value, trimmed(std::string_view(end, bare.data() + bare.size()))};
}

// 0 when there is no such unit.
double bytes_of_unit(std::string unit) {
  if (unit.ends_with('b')) unit.pop_back();
  const double base = unit.ends_with('i') ? 1024 : 1000;
  if (unit.ends_with('i')) unit.pop_back();
  if (unit.empty()) return base == 1000 ? 1 : 0;
  const std::size_t power = std::string_view("kmgtp").find(unit);
  if (unit.size() != 1 || power == std::string_view::npos) return 0;
  return std::pow(base, static_cast<double>(power + 1));
}

}  // namespace

Result<std::uint64_t> bytes_from(const std::string& text) {
  const auto parts = split_quantity(text);
  const double unit = parts ? bytes_of_unit(parts->second) : 0;
  const double bytes = parts ? parts->first * unit : 0;
  if (unit == 0 || bytes >= 1e18)
    return fail(ErrorKind::configuration, "\"{}\" is no size; give one such as 16TB or 800GB",
                text);
  return static_cast<std::uint64_t>(std::llround(bytes));
}

Result<std::uint64_t> rate_from(const std::string& text) {
  std::string bare = trimmed(text);
  if (bare.ends_with("/s")) bare.resize(bare.size() - 2);
  const auto bytes = bytes_from(bare);
  if (!bytes || *bytes == 0)
    return fail(ErrorKind::configuration, "\"{}\" is no rate; give one such as 50MB/s", text);
  return *bytes;
}

Result<double> seconds_from(const std::string& text) {
  const auto parts = split_quantity(text);
  double unit = 0;
  if (parts) {
    const std::string& word = parts->second;
    if (word.empty() || word == "s") unit = 1;
    if (word == "m" || word == "min") unit = 60;
    if (word == "h") unit = 3600;
    if (word == "d") unit = 86400;
  }
  if (unit == 0 || parts->first <= 0 || parts->first * unit > 1e10)
    return fail(ErrorKind::configuration, "\"{}\" is no time; give one such as 90s, 30m, 2h or 1d",
                text);
  return parts->first * unit;
}

}  // namespace linka
