// SPDX-License-Identifier: GPL-3.0-or-later
#include "workspace/page_hints_json.h"

#include "base/text.h"

#include <nlohmann/json.hpp>

#include <array>
#include <string_view>

namespace linka {
using nlohmann::json;
namespace {

// By NumberKind. Names are for ever: what is stored is read by later versions.
constexpr std::array<std::string_view, 4> kinds = {"a", "r", "l", "c"};

json of(NumberKind kind) {
  return kinds.at(static_cast<std::size_t>(kind));
}
NumberKind kind_of(const json& j) {
  for (std::size_t i = 0; i < kinds.size(); ++i)
    if (j.get<std::string>() == kinds[i]) return static_cast<NumberKind>(i);
  throw json::other_error::create(599, "no kind of number", static_cast<const json*>(nullptr));
}

json of(const NumberHint& n) {
  const int signs = (n.capitals ? 1 : 0) + (n.bracketed ? 2 : 0);
  return json::array({of(n.kind), n.value, n.weight, n.x, n.y, signs, clean_utf8(n.read)});
}
NumberHint number_of(const json& j) {
  const int signs = j.at(5);
  return {kind_of(j.at(0)), j.at(1),          j.at(2),          j.at(3),
          j.at(4),          (signs & 1) != 0, (signs & 2) != 0, j.at(6)};
}

}  // namespace

json to_json(const PageHints& hints) {
  json j = {{"v", hints.version}, {"w", hints.words}, {"l", hints.lines}};
  if (hints.size != 0) j["s"] = hints.size;
  if (hints.first_line != 0) j["f"] = hints.first_line;
  if (hints.picture_share != 0) j["p"] = hints.picture_share;
  if (hints.likeness != 0) j["k"] = hints.likeness;
  if (!hints.running_head.empty()) j["r"] = clean_utf8(hints.running_head);
  if (!hints.types.empty()) j["t"] = hints.types;
  for (const NumberHint& n : hints.numbers) j["n"].push_back(of(n));
  for (const HeadingHint& h : hints.headings)
    j["h"].push_back(json::array({clean_utf8(h.text), h.size, h.y}));
  for (const EntryHint& e : hints.entries)
    j["e"].push_back(json::array({clean_utf8(e.title), of(e.kind), e.value, e.x}));
  return j;
}

PageHints page_hints_from_json(const json& j) {
  try {
    PageHints out;
    out.version = j.value("v", 0);
    out.words = j.value("w", 0);
    out.lines = j.value("l", 0);
    out.size = j.value("s", 0.0);
    out.first_line = j.value("f", 0.0);
    out.picture_share = j.value("p", 0.0);
    out.likeness = j.value("k", std::uint64_t{0});
    out.running_head = j.value("r", std::string{});
    out.types = j.value("t", std::map<std::string, double>{});
    if (const auto it = j.find("n"); it != j.end())
      for (const json& n : *it) out.numbers.push_back(number_of(n));
    if (const auto it = j.find("h"); it != j.end())
      for (const json& h : *it) out.headings.push_back({h.at(0), h.at(1), h.at(2)});
    if (const auto it = j.find("e"); it != j.end())
      for (const json& e : *it)
        out.entries.push_back({e.at(0), kind_of(e.at(1)), e.at(2), e.at(3)});
    return out;
  } catch (const json::exception&) {
    return {};
  }
}

}  // namespace linka
