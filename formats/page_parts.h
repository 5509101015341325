// SPDX-License-Identifier: GPL-3.0-or-later
// What every writer of a page's text asks: whole pixels, broken words, old letters, languages.
#pragma once

#include "model/page_flow.h"
#include "model/page_text.h"

#include <map>
#include <string>
#include <string_view>

namespace linka {

// ---- whole pixels ------------------------------------------------------------------------------

struct Pixels {
  int x0 = 0, y0 = 0, x1 = 0, y1 = 0;
};
int whole_pixel(double value, int low, int high);
// Outwards to whole pixels, inside the page, at least one pixel each way.
Pixels pixels_of(const Box& box, Size page);
Pixels hull_of(const Pixels& a, const Pixels& b);
// The page of a text, at least one pixel each way.
Size page_of(const PageText& text);

// ---- what is written ---------------------------------------------------------------------------

bool is_written(const TextLine& line);
// Pictures, ornaments and rules are; other blocks when a line of theirs is.
bool is_written(const TextBlock& block);

// Shortest, without an exponent: "11", "9.5"; nothing finite is lost but digits after the second.
std::string short_number(double value);
// "0.96", inside 0...1.
std::string two_decimals(double ratio);

// ---- words broken at the end of a line or a page -----------------------------------------------

struct WordPart {
  std::string content;  // without the hyphen
  std::string hyphen;   // of a first half
  std::string part;     // "HypPart1", "HypPart2"
  std::string whole;    // the word both halves make
};
using JoinedWords = std::map<const TextWord*, WordPart>;

// Every part of a broken word. A word may run over more than two lines: its first part is HypPart1,
// every further part HypPart2, and all carry the whole. `seams` are the parts that stand on the
// neighbouring pages (model/page_flow.h). The keys point into `text`.
JoinedWords joined_words(const PageText& text, const PageSeams& seams = {});

// ---- letters and languages ---------------------------------------------------------------------

// Old letter forms as today's readers type them: long s and r rotunda, the Latin ligatures of
// Unicode's presentation forms, vowels with a small e above. All else stays, accents too.
std::string modern_letters(std::string_view text);

// xsd:language, as far as libraries use it: "cze", "cs", "cs-CZ".
bool is_language(std::string_view code);
// "ces", "cze" -> "cs" (BCP 47 wants the shortest); codes without a two-letter form stay, names of
// models that are no language ("Fraktur", "frk") give nothing.
std::string short_language(std::string_view code);
// "ces", "cs" -> "cze": ISO 639-2/B, what libraries catalogue in; else as above.
std::string library_language(std::string_view code);
// "cze" -> "Czech"; empty when it is none of the languages known here.
std::string english_language(std::string_view code);

}  // namespace linka
