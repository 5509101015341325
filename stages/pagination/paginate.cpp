// SPDX-License-Identifier: GPL-3.0-or-later
#include "stages/pagination/numerals.h"
#include "stages/pagination/parts.h"

#include <algorithm>
#include <optional>
#include <string_view>

namespace linka {
namespace {

// "[12]" -> brackets and 12; nothing for labels that do not count on ("12a").
struct Counted {
  NumberKind kind = NumberKind::arabic;
  int value = 0;
  bool capitals = false, bracketed = false;
  bool operator==(const Counted&) const = default;
};

std::optional<Counted> counted(std::string_view label) {
  Counted out;
  if (label.size() > 2 && label.front() == '[' && label.back() == ']') {
    out.bracketed = true;
    label = label.substr(1, label.size() - 2);
  }
  if (const int roman = roman_number(label); roman > 0) {
    out.kind = NumberKind::roman;
    out.value = roman;
    out.capitals = label.front() < 'a';
    return out;
  }
  const bool leaf = label.size() > 1 && (label.back() == 'r' || label.back() == 'v');
  const bool back = leaf && label.back() == 'v';
  if (leaf) label.remove_suffix(1);
  if (label.empty() || label.size() > 5 || label.front() == '0' ||
      label.find_first_not_of("0123456789") != std::string_view::npos)
    return {};
  for (char c : label) out.value = out.value * 10 + (c - '0');
  if (leaf) {
    out.kind = NumberKind::leaf;
    out.value = 2 * out.value + (back ? 1 : 0);
  }
  return out;
}

// The same number, brackets or not.
bool same_number(const std::string& a, const std::string& b) {
  auto x = counted(a), y = counted(b);
  if (!x || !y) return a == b;
  x->bracketed = y->bracketed = x->capitals = y->capitals = false;
  return *x == *y;
}

}  // namespace

std::string pattern_of(const std::vector<std::string>& labels) {
  std::string out;
  for (std::size_t i = 0; i < labels.size();) {
    std::size_t last = i;
    const auto first = counted(labels[i]);
    if (first)
      for (auto want = *first; last + 1 < labels.size(); ++last) {
        ++want.value;
        if (counted(labels[last + 1]) != want) break;
      }
    if (!out.empty()) out += ", ";
    out += labels[i];
    if (last > i) out += "-" + labels[last];
    i = last + 1;
  }
  return out;
}

Pagination paginate(const std::vector<NumberedPage>& pages, const PaginationParams& params) {
  Pagination out;
  const Volume volume{pages, fit(pages), params};
  out.pages = labelled(volume);
  propose_types(volume, out.pages);
  out.divisions = divisions_of(volume, out.pages);
  if (params.enabled) out.findings = number_findings(volume);
  std::vector<std::string> labels;
  for (const ProposedPage& page : out.pages) labels.push_back(page.label);
  out.pattern = pattern_of(labels);
  return out;
}

std::map<PageId, std::vector<PageFinding>> compare_labels(const Pagination& pagination,
                                                          const std::vector<std::string>& labels,
                                                          const PaginationParams& params) {
  std::map<PageId, std::vector<PageFinding>> out;
  PageFinding* open = nullptr;  // of the run of pages that differ
  for (std::size_t i = 0; i < std::min(labels.size(), pagination.pages.size()); ++i) {
    const ProposedPage& page = pagination.pages[i];
    // What was not read neither differs nor agrees.
    if (page.read.empty() || page.label_confidence < params.least_confidence) continue;
    if (same_number(page.label, labels[i])) {
      open = nullptr;
    } else if (open != nullptr) {
      open->value += 1;
    } else {
      auto& list = out[page.id];
      list.push_back({"label-differs", Urgency::look, 1, 0, 2, labels[i] + "|" + page.label});
      open = &list.back();
    }
  }
  return out;
}

}  // namespace linka
