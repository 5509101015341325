// SPDX-License-Identifier: GPL-3.0-or-later
// The parts of hints_of(): a page's lines, and what is read from them.
#pragma once

#include "model/page_hints.h"
#include "model/page_text.h"

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace linka {

// A line that carries text, with the kind of its block.
struct HintLine {
  BlockKind kind = BlockKind::text;
  const TextLine* line = nullptr;
  double size = 0;  // of its letters
  double centre_y() const { return (line->box.y0 + line->box.y1) / 2; }
};

// Top to bottom, lines of one height from left to right.
std::vector<HintLine> lines_of(const PageText& text);
// The words with single spaces between them.
std::string text_of(const TextLine& line);

// Small letters, no accents, long s as s, only letters, digits and single spaces: what words are
// compared by. Knows the letters of Czech, Slovak, German, Polish and Latin; others stay.
std::string folded(std::string_view text);

// Letters to change, add or leave out (Levenshtein) to make one of the other; bytes count as
// letters.
std::size_t edits(std::string_view a, std::string_view b);

std::vector<NumberHint> number_hints(const PageText& text, const std::vector<HintLine>& lines);
std::vector<EntryHint> contents_entries(const PageText& text, const std::vector<HintLine>& lines);

// The page type that a heading names ("Obsah" -> "tableOfContents"); empty for any other heading.
std::string_view type_of_heading(std::string_view heading);
// What the words of a page without such a heading say of its type, 0...1 each.
std::map<std::string, double> types_by_words(const std::vector<HintLine>& lines);

// Simhash of the words (Charikar 2002): equal texts, also when a few words are read differently,
// differ in few of the 64 bits. 0 when there are fewer than 20 words.
std::uint64_t likeness_of(const std::vector<HintLine>& lines);

}  // namespace linka
