// SPDX-License-Identifier: GPL-3.0-or-later
// What stands on a page: blocks of lines of words, in reading order, in pixels of the finished
// page.
#pragma once

#include "model/geometry.h"

#include <string>
#include <string_view>
#include <vector>

namespace linka {

// What a word may also be: another reading that was less sure.
struct TextAlternative {
  std::string content;
  double confidence = 0;
};

struct TextWord {
  std::string content;      // UTF-8, never empty, no white space
  Box box;                  // pixels of the page, inside it
  double confidence = 0;    // 0 = unsure ... 1 = sure
  std::string font_family;  // empty when the engine did not say
  double font_size_pt = 0;  // 0 when unknown
  bool bold = false;
  bool italic = false;
  std::string language;  // the model that read it ("ces", "frk"), empty when the block's
  std::vector<TextAlternative> alternatives = {};  // no more than three, the likeliest first
};

struct TextLine {
  Box box;
  double baseline_y = 0;  // at the line's left end
  std::vector<TextWord> words;
  bool hyphen_at_end = false;  // the last word ends in a hyphen that joins it to the next line
};

// Page numbers, running heads, catchwords and signatures are marked and stay in the text, where
// they are printed.
enum class BlockKind {
  text,
  heading,
  caption,
  table,
  illustration,  // a picture, a plate
  line,          // a rule
  footnote,
  marginalia,
  page_number,
  running_head,
  catchword,  // the next page's first word, at the foot
  ornament,   // a vignette, an ornamented rule
  signature,  // of a sheet, at the foot: "A2", "5*"
};
// Illustrations, rules and ornaments do not.
constexpr bool carries_text(BlockKind kind) {
  return kind != BlockKind::illustration && kind != BlockKind::line && kind != BlockKind::ornament;
}

struct TextBlock {
  BlockKind kind = BlockKind::text;
  Box box;
  std::vector<TextLine> lines;
  std::string language;  // ISO 639-2/B of most of its words ("cze", "ger", "lat"); empty: unknown
};

struct PageText {
  int width_px = 0, height_px = 0;  // of the page
  std::vector<TextBlock> blocks;    // reading order
  double mean_confidence = 0;       // over words; 0 when there are none
  std::string engine;               // "Tesseract"
  std::string engine_version;       // "5.3.0"
  std::string models;               // "ces+deu"
  double models_confidence = 0;     // 0...1, that these models suit the page
  double estimated_word_error = 0;  // 0...1, the share of words that are probably wrong
};

// Plain text in reading order: a line a line, an empty line between blocks, LF ends. Words broken
// at a line's end stay as printed.
std::string plain_text(const PageText& text);
std::size_t word_count(const PageText& text);

// The hyphen a word ends in, when a letter stands before it: - U+00AD U+2010 U+2E17 and = (how
// Fraktur's slanted double hyphen is often read). Empty when the word ends otherwise.
std::string_view trailing_hyphen(std::string_view word);

// Whether a word that ends in a hyphen goes on in `after`: in small letters, or in capitals after
// capitals. "Rakousko-" does not go on in "Uhersko": that hyphen belongs to the word and stays.
bool goes_on(std::string_view before, std::string_view after);

// Sets hyphen_at_end of every line whose last word goes on in the line that follows in the page's
// flow (page_flow.h). `equals_sign`: = counts as a hyphen, too. Words that the end of the page
// breaks are not known here: page_flow.h joins pages.
void mark_hyphens(PageText& text, bool equals_sign);

}  // namespace linka
