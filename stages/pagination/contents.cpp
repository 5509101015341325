// SPDX-License-Identifier: GPL-3.0-or-later
// A table of contents is known by its lines: words, leaders, a number, and the numbers grow. A
// title of several lines ends where its number stands.
#include "stages/pagination/numerals.h"
#include "stages/pagination/reading.h"

#include <algorithm>

namespace linka {
namespace {

constexpr std::size_t least_entries = 3;
constexpr double least_share = 0.4;    // of the page's lines end in a number
constexpr double least_growing = 0.6;  // of the numbers are not smaller than the one before
constexpr std::size_t longest_title = 300;

bool is_leader(std::string_view word) {
  constexpr std::string_view dots = ".,·:;-_~ '\"*";
  std::size_t others = 0, all = 0;
  for (std::size_t i = 0; i < word.size(); ++all) {
    const auto byte = static_cast<unsigned char>(word[i]);
    const std::size_t n = byte < 0x80 ? 1 : byte < 0xE0 ? 2 : byte < 0xF0 ? 3 : 4;
    const std::string_view sign = word.substr(i, n);
    const bool dot = dots.find(sign) != std::string_view::npos || sign == "…" || sign == "·" ||
                     sign == "•" || sign == "—" || sign == "–";
    others += dot ? 0 : 1;
    i += n;
  }
  return others == 0 || (all >= 5 && others * 3 <= all);  // leaders are read with stray letters
}

std::string without_leaders(std::string word) {
  while (word.size() > 2 && (word.ends_with("..") || word.ends_with(" ."))) word.pop_back();
  while (word.ends_with("…")) word.resize(word.size() - std::string_view("…").size());
  return word;
}

// "....12" -> "12"
std::string_view after_leaders(std::string_view word) {
  const std::size_t dots = word.find_last_of(".,");
  return dots != std::string_view::npos && dots + 1 < word.size() && dots > 0
             ? word.substr(dots + 1)
             : word;
}

struct Ended {
  EntryHint entry;
  bool has_number = false;
};

// Numbers of a column of contents are surely read or not at all: no letter is guessed alone.
const NumberReading* best_of(const std::vector<NumberReading>& readings) {
  constexpr double least_weight = 0.5;
  return readings.empty() || readings.front().weight < least_weight ? nullptr : &readings.front();
}

Ended ended(const std::vector<const TextWord*>& words, double width) {
  Ended out;
  out.entry.x = words.front()->box.x0 / width;
  std::size_t end = words.size();
  if (words.size() >= 2) {
    const auto readings = readings_of(after_leaders(words.back()->content));
    if (const NumberReading* r = best_of(readings)) {
      out.has_number = true;
      out.entry.kind = r->kind;
      out.entry.value = r->value;
      --end;
    }
  }
  for (std::size_t i = 0; i < end; ++i) {
    if (is_leader(words[i]->content)) continue;
    const std::string word = without_leaders(words[i]->content);
    out.entry.title += (out.entry.title.empty() ? "" : " ") + word;
  }
  return out;
}

std::vector<std::vector<const TextWord*>> rows_of(const std::vector<HintLine>& lines) {
  std::vector<std::vector<const TextWord*>> rows;
  double y = -1e9, height = 0;
  for (const HintLine& l : lines) {
    if (l.kind == BlockKind::page_number || l.kind == BlockKind::running_head ||
        l.kind == BlockKind::heading ||
        (l.line->words.size() <= 3 && !type_of_heading(text_of(*l.line)).empty()))
      continue;
    if (rows.empty() || l.centre_y() - y > 0.5 * height) {
      rows.emplace_back();
      y = l.centre_y();
      height = l.line->box.height();
    }
    for (const TextWord& word : l.line->words) rows.back().push_back(&word);
  }
  return rows;
}

bool is_contents(const std::vector<EntryHint>& entries, std::size_t rows) {
  if (entries.size() < least_entries ||
      static_cast<double>(entries.size()) < least_share * static_cast<double>(rows))
    return false;
  std::size_t growing = 0;
  for (std::size_t i = 1; i < entries.size(); ++i)
    growing += entries[i].value >= entries[i - 1].value ? 1 : 0;
  const auto steps = static_cast<double>(entries.size() - 1);
  const bool moves = entries.back().value != entries.front().value;
  return moves && static_cast<double>(growing) >= least_growing * steps;
}

bool has_letters(std::string_view text) {
  const std::string plain = folded(text);
  return std::count_if(plain.begin(), plain.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || static_cast<unsigned char>(c) >= 0x80;
         }) >= 2;
}

}  // namespace

std::vector<EntryHint> contents_entries(const PageText& text, const std::vector<HintLine>& lines) {
  const double width = std::max(1, text.width_px);
  const auto rows = rows_of(lines);
  std::vector<EntryHint> entries;
  EntryHint open;  // a title whose number is still to come
  for (const auto& row : rows) {
    if (row.empty()) continue;
    Ended line = ended(row, width);
    if (!open.title.empty()) {
      line.entry.title = open.title + " " + line.entry.title;
      line.entry.x = open.x;
      open = {};
    }
    if (line.entry.title.size() > longest_title) continue;
    if (!line.has_number)
      open = line.entry;
    else if (has_letters(line.entry.title))
      entries.push_back(line.entry);
  }
  if (!is_contents(entries, rows.size())) return {};
  return entries;
}

}  // namespace linka
