// SPDX-License-Identifier: GPL-3.0-or-later
// Mistakes that people made in the files they wrote: all are collected and told at once.
#pragma once

#include "base/translate.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

namespace linka {

// Where in a file: "title.toml:12", "issues.csv row 3, column Číslo".
struct FilePlace {
  std::string file;
  std::size_t line = 0;
  std::string text;
};

class Problems {
 public:
  // Of a file of many thousand rows in the wrong shape nobody reads every one.
  static constexpr std::size_t most_told = 60;

  template <class... Args>
  void mistake(const FilePlace& place, fmt::format_string<Args...> text, Args&&... args) {
    const fmt::string_view english = text;  // a literal, so it ends in a zero
    add(place, fmt::vformat(tr(english.data()), fmt::make_format_args(args...)));
  }
  void add(const FilePlace& place, const std::string& sentence) {
    if (std::find(files_.begin(), files_.end(), place.file) == files_.end())
      files_.push_back(place.file);
    const auto order = std::find(files_.begin(), files_.end(), place.file) - files_.begin();
    list_.push_back({{static_cast<std::size_t>(order), place.line}, place.text + ": " + sentence});
  }
  bool none() const { return list_.empty(); }
  // In the order of the files and their lines, parted by semicolons.
  std::string all() {
    std::stable_sort(list_.begin(), list_.end(),
                     [](const auto& a, const auto& b) { return a.first < b.first; });
    std::string out;
    for (std::size_t i = 0; i < std::min(list_.size(), most_told); ++i)
      out += (i == 0 ? "" : "; ") + list_[i].second;
    if (list_.size() > most_told)
      out +=
          "; " + say(trn("and {} more mistake", "and {} more mistakes", list_.size() - most_told),
                     list_.size() - most_told);
    return out;
  }

 private:
  std::vector<std::string> files_;
  std::vector<std::pair<std::pair<std::size_t, std::size_t>, std::string>> list_;
};

}  // namespace linka
