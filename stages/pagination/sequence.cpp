// SPDX-License-Identifier: GPL-3.0-or-later
// How much each number that was read weighs, and what is usual in the volume, learnt from a first
// fit; the fit itself is in path.cpp.
#include "stages/pagination/sequence.h"

#include "stages/pagination/path.h"

#include <algorithm>
#include <array>
#include <bit>

namespace linka {
namespace {

// Hints come from a file, too, and may be anything.
double believable(const NumberHint& hint) {
  constexpr int greatest = 99'999;
  const bool possible = hint.value >= 1 && hint.value <= greatest && hint.weight > 0;
  return possible ? std::min(1.0, hint.weight) : 0;
}

bool is_foot(const NumberHint& hint) {
  return hint.y > 0.5;
}

// A number that stands unchanged on page after page is a year, a chapter or an issue.
void weaken_constant(std::vector<NumberedPage>& pages) {
  constexpr int near_pages = 6;
  std::vector<NumberedPage> before = pages;
  const int n = static_cast<int>(pages.size());
  for (int i = 0; i < n; ++i)
    for (NumberHint& hint : pages[static_cast<std::size_t>(i)].hints.numbers) {
      int again = 0;
      for (int j = std::max(0, i - near_pages); j <= std::min(n - 1, i + near_pages); ++j) {
        const auto& others = before[static_cast<std::size_t>(j)].hints.numbers;
        again +=
            j != i && std::any_of(others.begin(), others.end(), [&](const NumberHint& o) {
              return o.kind == hint.kind && o.value == hint.value && is_foot(o) == is_foot(hint);
            });
      }
      if (again >= 2) hint.weight *= 0.05;
    }
}

// Where the numbers of the book stand: head or foot; left, middle or right.
std::size_t zone_of(const NumberHint& hint) {
  const std::size_t third = hint.x < 0.33 ? 0 : hint.x < 0.67 ? 1 : 2;
  return (is_foot(hint) ? 3 : 0) + third;
}

// Numbers elsewhere than where the first fit found them weigh less: signatures, numbers in the
// text.
void weaken_elsewhere(std::vector<NumberedPage>& pages, const std::vector<Fitted>& fitted) {
  std::array<double, 6> matches{};
  double all = 0;
  for (std::size_t i = 0; i < pages.size(); ++i)
    if (fitted[i].match >= 0) {
      const NumberHint& hint = pages[i].hints.numbers[static_cast<std::size_t>(fitted[i].match)];
      matches[zone_of(hint)] += hint.weight;
      all += hint.weight;
    }
  if (all < 6) return;
  for (NumberedPage& page : pages)
    for (NumberHint& hint : page.hints.numbers)
      hint.weight *= std::clamp(0.3 + 7 * matches[zone_of(hint)] / all, 0.3, 1.0);
}

// Whether pictures count in this book: where most of them do one thing, the others do it, too.
Customs customs_of(const std::vector<NumberedPage>& pages, const std::vector<Fitted>& fitted) {
  constexpr double against_custom = 9;
  int counted = 0, not_counted_ = 0;
  for (std::size_t i = 0; i < pages.size(); ++i)
    if (fitted[i].sequence >= 0 && is_picture(pages[i]) && fitted[i].match < 0)
      ++(fitted[i].counted ? counted : not_counted_);
  Customs customs;
  if (not_counted_ >= 2 && counted <= std::max(1, not_counted_ / 3))
    customs = {against_custom, 0.5};
  else if (counted >= 2 && not_counted_ <= counted / 3)
    customs.first_plate = cost_not_counted_text;
  return customs;
}

}  // namespace

double speaks_for(const NumberHint& hint, NumberKind kind, int value) {
  if (hint.kind == kind && hint.value == value) return hint.weight;
  if (hint.kind != NumberKind::arabic) return 0;
  const long number = hint.value;
  if (kind == NumberKind::leaf && value == 2 * number) return 0.9 * hint.weight;
  if (kind == NumberKind::column && (value == number || value + 1L == number))
    return 0.6 * hint.weight;
  return 0;
}

bool same_text(const PageHints& a, const PageHints& b) {
  constexpr int most_bits = 12;  // of 64; different pages of one book differ in about 32
  return a.likeness != 0 && b.likeness != 0 && std::popcount(a.likeness ^ b.likeness) <= most_bits;
}

std::vector<Fitted> fit(const std::vector<NumberedPage>& given) {
  std::vector<NumberedPage> pages = given;
  for (NumberedPage& page : pages)
    for (NumberHint& hint : page.hints.numbers) hint.weight = believable(hint);
  weaken_constant(pages);
  const std::vector<Fitted> first = likeliest_path(pages, {});
  weaken_elsewhere(pages, first);
  return likeliest_path(pages, customs_of(pages, first));
}

}  // namespace linka
