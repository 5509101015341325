// SPDX-License-Identifier: GPL-3.0-or-later
// How the running text of a page goes from block to block, and from page to page: which line a line
// goes on in, and which word the end of a page breaks.
#pragma once

#include "model/page_text.h"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace linka {

// ---- on a page ---------------------------------------------------------------------------------

enum class TextFlow {
  running,  // text: goes on in the next block of its kind
  beside,   // notes, captions, page numbers, pictures ...: the running text passes them over
  end       // headings and tables: it does not run over these
};
constexpr TextFlow flow_of(BlockKind kind) {
  if (kind == BlockKind::text) return TextFlow::running;
  return kind == BlockKind::heading || kind == BlockKind::table ? TextFlow::end : TextFlow::beside;
}

// The first and the last word of a line that hold anything; null when none does.
const TextWord* first_word(const TextLine& line);
const TextWord* last_word(const TextLine& line);

struct FlowLine {
  std::size_t block = 0, line = 0;  // in PageText::blocks and their lines
  std::optional<std::size_t> next;  // in the list: where its text goes on on this page
};
// Every line with words, in reading order. A line goes on in the next one of its block; the last of
// a running block goes on in the next running block's first.
std::vector<FlowLine> flow_lines(const PageText& text);

// The lines the page's running text begins and ends with; null when a heading or a table comes
// first (last), or nothing at all.
const TextLine* first_running_line(const PageText& text);
const TextLine* last_running_line(const PageText& text);

// ---- from page to page -------------------------------------------------------------------------

// What its neighbours need of a page, so that the page itself can be let go.
struct PageEdge {
  bool passed_over = false;  // text runs on over it: a blank page, a plate with its caption
  std::string first_word;    // of the running text, with all its parts on this page
  std::string last_word;     // the same, with its hyphen when it has one
  bool equals_sign = false;  // = may be a hyphen: the page is read as Fraktur
};
PageEdge edge_of(const PageText& text);

// A word that the end of a page breaks: "zlu" and "ťoučký", without the hyphen between them.
struct BrokenWord {
  std::string begin, end;
};
// None when the text of the first page does not go on so on the second. Neither is passed over.
std::optional<BrokenWord> join_across(const PageEdge& before, const PageEdge& after);

// What the writers of a page want of its neighbours: the beginning of its first word on the page
// before, the end of its last word on the page after. Empty where no word is broken.
struct PageSeams {
  std::string previous_end, next_begin;
};
// Of pages in reading order, one each. nullopt: a page that is not known, which nothing joins over.
std::vector<PageSeams> seams_of(const std::vector<std::optional<PageEdge>>& pages);

}  // namespace linka
