// SPDX-License-Identifier: GPL-3.0-or-later
// What was mended in a record, told once.
#pragma once

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

template <class... Args>
void note(Notes& notes, fmt::format_string<Args...> text, Args&&... args) {
  if (notes.size() > most_notes) return;
  std::string sentence = notes.size() == most_notes
                             ? std::string("More was mended or left out than is told here.")
                             : fmt::format(text, std::forward<Args>(args)...);
  if (std::find(notes.begin(), notes.end(), sentence) == notes.end())
    notes.push_back(std::move(sentence));
}

inline bool one_of(std::string_view word, std::initializer_list<std::string_view> words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

}  // namespace linka
