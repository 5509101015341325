// SPDX-License-Identifier: GPL-3.0-or-later
// What was mended in a record, told once.
#pragma once

#include "base/translate.h"

#include <fmt/format.h>

#include <algorithm>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace linka {

using Notes = std::vector<std::string>;

// Beyond this many a record is not odd but foreign, and nobody reads on.
constexpr std::size_t most_notes = 200;

// The sentence reaches a person in their language when the catalogue has it (base/translate.h).
template <class... Args>
void note(Notes& notes, fmt::format_string<Args...> text, Args&&... args) {
  if (notes.size() > most_notes) return;
  const fmt::string_view english = text;  // a literal, so it ends in a zero
  std::string sentence = notes.size() == most_notes
                             ? std::string(tr("More was mended or left out than is told here."))
                             : fmt::vformat(tr(english.data()), fmt::make_format_args(args...));
  if (std::find(notes.begin(), notes.end(), sentence) == notes.end())
    notes.push_back(std::move(sentence));
}

inline bool one_of(std::string_view word, std::initializer_list<std::string_view> words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

}  // namespace linka
