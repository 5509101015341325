// SPDX-License-Identifier: GPL-3.0-or-later
#include "stages/book/book.h"

#include <algorithm>
#include <string>
#include <tuple>
#include <utility>

namespace linka {
namespace {

constexpr double common_share = 0.25;   // of the pages: more is a word about the book
constexpr double common_weight = 0.05;  // and nearly nothing about a page
constexpr double further_weight = 0.1;  // of findings beside the worst
constexpr std::size_t least_pages = 8;

bool is_worse(const PageFinding& a, const PageFinding& b) {
  return std::tuple(-static_cast<int>(a.urgency), -a.score, a.check, a.detail) <
         std::tuple(-static_cast<int>(b.urgency), -b.score, b.check, b.detail);
}

// Both the page and the book may say the same; the worse of the two is kept.
std::vector<PageFinding> merged(std::vector<PageFinding> all) {
  std::stable_sort(all.begin(), all.end(), is_worse);
  std::vector<PageFinding> out;
  for (PageFinding& f : all) {
    const bool said = std::any_of(out.begin(), out.end(), [&](const PageFinding& o) {
      return o.check == f.check && (o.detail == f.detail || o.detail.empty() || f.detail.empty());
    });
    if (!said) out.push_back(std::move(f));
  }
  return out;
}

struct Place {
  int tier = 0;  // of the most urgent finding that says something of this page
  double score = 0;
};

Place place_of(const std::vector<PageFinding>& findings,
               const std::map<std::string, bool>& is_common) {
  Place place;
  double sum = 0, worst = 0;
  for (const PageFinding& f : findings) {
    const bool common = f.urgency != Urgency::hold && is_common.at(f.check);
    const double score = f.score * (common ? common_weight : 1);
    place.tier = std::max(place.tier, common ? 0 : static_cast<int>(f.urgency));
    worst = std::max(worst, score);
    sum += score;
  }
  place.score = worst + further_weight * (sum - worst);
  return place;
}

}  // namespace

std::vector<RankedPage> ranked(const std::vector<PageFacts>& pages,
                               const std::map<PageId, std::vector<PageFinding>>& of_book) {
  std::vector<RankedPage> out;
  std::map<std::string, std::size_t> pages_with;
  for (const PageFacts& f : pages) {
    std::vector<PageFinding> all = f.findings;
    if (const auto it = of_book.find(f.id); it != of_book.end())
      all.insert(all.end(), it->second.begin(), it->second.end());
    if (all.empty()) continue;
    RankedPage page{f.id, merged(std::move(all)), 0, false};
    page.held = page.findings.front().urgency == Urgency::hold;
    std::map<std::string, bool> seen;
    for (const PageFinding& x : page.findings)
      if (!std::exchange(seen[x.check], true)) ++pages_with[x.check];
    out.push_back(std::move(page));
  }
  std::map<std::string, bool> is_common;
  for (const auto& [check, count] : pages_with)
    is_common[check] =
        pages.size() >= least_pages &&
        static_cast<double>(count) > common_share * static_cast<double>(pages.size());
  std::map<PageId, int> tiers;
  for (RankedPage& page : out) {
    const Place place = place_of(page.findings, is_common);
    page.score = place.score;
    tiers[page.id] = place.tier;
  }
  std::stable_sort(out.begin(), out.end(), [&](const RankedPage& a, const RankedPage& b) {
    const int ta = tiers[a.id], tb = tiers[b.id];
    return ta != tb ? ta > tb : a.score > b.score;
  });
  return out;
}

}  // namespace linka
