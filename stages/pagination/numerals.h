// SPDX-License-Identifier: GPL-3.0-or-later
// Numbers as printed and as misread.
#pragma once

#include "model/page_hints.h"
#include "model/roman.h"

#include <string>
#include <string_view>
#include <vector>

namespace linka {

struct NumberReading {
  NumberKind kind = NumberKind::arabic;
  int value = 0;
  double weight = 0;  // 0...1; 1: nothing had to be guessed
  bool capitals = false, bracketed = false;
};

// Every way to read a word as a page number, the likeliest first; signs around it ("- 12 -",
// "(12)") do not count. Empty for words that are none. A letter is read as the digit it is mistaken
// for (l I | for 1, O for 0, S for 5, B for 8 ...) at the cost of weight; a sheet signature ("2*")
// and a number like a year weigh little.
std::vector<NumberReading> readings_of(std::string_view word);

// True when a reader may take one number for the other: one digit more, less or different.
bool alike(NumberKind kind, int a, int b);

// The label of a value: "12" "xii" "XII" "7r" "113/114".
std::string number_text(NumberKind kind, int value, bool capitals);
// By how much a value grows from one page to the next.
constexpr int step_of(NumberKind kind) {
  return kind == NumberKind::column ? 2 : 1;
}

}  // namespace linka
