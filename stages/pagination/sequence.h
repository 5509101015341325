// SPDX-License-Identifier: GPL-3.0-or-later
// The numbers of a volume as sequences.
#pragma once

#include "stages/pagination/pagination.h"

#include <cstddef>
#include <vector>

namespace linka {

// What a page is among the numbers.
struct Fitted {
  int sequence = -1;    // from 0; -1: before, between or after the numbers
  bool counted = true;  // false: a page between the numbers; `value` is that of the last one before
  NumberKind kind = NumberKind::arabic;
  int value = 0;
  int jump = 0;    // pages of numbers left out (> 0) or gone back (< 0) just before this page
  int match = -1;  // in hints.numbers: where the value was read; -1: it was not
  // The line that the page lies on: equal for pages whose numbers agree about each other.
  long offset = 0;
};

// The likeliest numbering of all pages together.
std::vector<Fitted> fit(const std::vector<NumberedPage>& pages);

// How much the hint speaks for the page being number `value` of that kind, 0...1.
double speaks_for(const NumberHint& hint, NumberKind kind, int value);

// Equal texts: the same page taken twice.
bool same_text(const PageHints& a, const PageHints& b);

}  // namespace linka
