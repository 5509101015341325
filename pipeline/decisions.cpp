// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/decisions.h"

#include "workspace/correction_json.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace linka {
namespace {

template <class Key, class Value>
const Value& found(const std::map<Key, Value>& map, const Key& key) {
  static const Value none{};
  const auto it = map.find(key);
  return it == map.end() ? none : it->second;
}

}  // namespace

const ScanCorrection& Decisions::of(const ScanId& scan) const {
  return found(scans, scan);
}
const PageCorrection& Decisions::of(const PageId& page) const {
  return found(pages, page);
}
const BookHint& Decisions::hint(const ScanId& scan) const {
  return found(hints, scan);
}

std::string Decisions::text_for(const ScanId& scan) const {
  std::string text;
  if (const ScanCorrection& c = of(scan); !c.empty()) text += to_json(c).dump();
  for (const Side side : {Side::single, Side::left, Side::right}) {
    PageCorrection c = of(PageId{scan, side});
    c.left_out.clear();
    c.accepted = false;
    if (!c.empty()) text += std::string(name_of(side)) + to_json(c).dump();
  }
  if (const BookHint& h = hint(scan); h != BookHint{})
    text += fmt::format("hint {} {} {} {}", h.pages, h.page_width_mm, h.page_height_mm, h.models);
  return text;
}

}  // namespace linka
