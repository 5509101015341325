// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/page_flow.h"

#include <algorithm>

namespace linka {
namespace {

bool has_content(const TextWord& word) {
  return !word.content.empty();
}

const TextLine& line_at(const PageText& text, const FlowLine& at) {
  return text.blocks[at.block].lines[at.line];
}

bool is_one_word(const TextLine& line) {
  return first_word(line) == last_word(line);
}

std::string without_hyphen(const std::string& word) {
  return word.substr(0, word.size() - trailing_hyphen(word).size());
}

bool runs(const PageText& text, const FlowLine& at) {
  return flow_of(text.blocks[at.block].kind) == TextFlow::running;
}

bool ends(const PageText& text, const FlowLine& at) {
  return flow_of(text.blocks[at.block].kind) == TextFlow::end;
}

// The place in `lines` that the running text begins or ends at, walking from that end of the page.
template <class Iterator>
std::optional<std::size_t> outermost(const PageText& text, const std::vector<FlowLine>& lines,
                                     Iterator from, Iterator to) {
  const auto found =
      std::find_if(from, to, [&](const FlowLine& at) { return runs(text, at) || ends(text, at); });
  if (found == to || ends(text, *found)) return {};
  return static_cast<std::size_t>(&*found - lines.data());
}

// The word a line begins with, and what it goes on with in the lines below.
std::string word_from(const PageText& text, const std::vector<FlowLine>& lines, std::size_t at) {
  std::string whole;
  for (std::optional<std::size_t> i = at; i; i = lines[*i].next) {
    const TextLine& line = line_at(text, lines[*i]);
    const bool goes_on = line.hyphen_at_end && is_one_word(line) && lines[*i].next;
    whole += goes_on ? without_hyphen(first_word(line)->content) : first_word(line)->content;
    if (!goes_on) break;
  }
  return whole;
}

// The word a line ends with, and what went before it in the lines above.
std::string word_up_to(const PageText& text, const std::vector<FlowLine>& lines, std::size_t at) {
  std::string whole = last_word(line_at(text, lines[at]))->content;
  while (is_one_word(line_at(text, lines[at]))) {
    const auto before =
        std::find_if(lines.begin(), lines.end(), [at](const FlowLine& l) { return l.next == at; });
    if (before == lines.end() || !line_at(text, *before).hyphen_at_end) break;
    whole = without_hyphen(last_word(line_at(text, *before))->content) + whole;
    at = static_cast<std::size_t>(before - lines.begin());
  }
  return whole;
}

// Frk, Fraktur and deu_latf read the slanted double hyphen of Fraktur as =.
bool reads_equals_signs(const PageText& text) {
  for (const char* model : {"frk", "Fraktur", "latf"})
    if (text.models.find(model) != std::string::npos) return true;
  for (const TextBlock& block : text.blocks)
    for (const TextLine& line : block.lines)
      if (const TextWord* last = last_word(line);
          line.hyphen_at_end && last != nullptr && last->content.ends_with('='))
        return true;
  return false;
}

}  // namespace

const TextWord* first_word(const TextLine& line) {
  const auto it = std::find_if(line.words.begin(), line.words.end(), has_content);
  return it == line.words.end() ? nullptr : &*it;
}

const TextWord* last_word(const TextLine& line) {
  const auto it = std::find_if(line.words.rbegin(), line.words.rend(), has_content);
  return it == line.words.rend() ? nullptr : &*it;
}

std::vector<FlowLine> flow_lines(const PageText& text) {
  std::vector<FlowLine> lines;
  constexpr std::size_t none = static_cast<std::size_t>(-1);
  std::size_t open = none;  // the last line of running text, as long as it may go on
  for (std::size_t b = 0; b < text.blocks.size(); ++b) {
    const TextBlock& block = text.blocks[b];
    if (!carries_text(block.kind)) continue;
    bool first = true;
    for (std::size_t l = 0; l < block.lines.size(); ++l) {
      if (first_word(block.lines[l]) == nullptr) continue;
      if (!first)
        lines.back().next = lines.size();
      else if (flow_of(block.kind) == TextFlow::running && open != none)
        lines[open].next = lines.size();
      lines.push_back({b, l, {}});
      first = false;
    }
    if (first || flow_of(block.kind) == TextFlow::beside) continue;
    open = flow_of(block.kind) == TextFlow::running ? lines.size() - 1 : none;
  }
  return lines;
}

const TextLine* first_running_line(const PageText& text) {
  const std::vector<FlowLine> lines = flow_lines(text);
  const auto at = outermost(text, lines, lines.begin(), lines.end());
  return at ? &line_at(text, lines[*at]) : nullptr;
}

const TextLine* last_running_line(const PageText& text) {
  const std::vector<FlowLine> lines = flow_lines(text);
  const auto at = outermost(text, lines, lines.rbegin(), lines.rend());
  return at ? &line_at(text, lines[*at]) : nullptr;
}

PageEdge edge_of(const PageText& text) {
  const std::vector<FlowLine> lines = flow_lines(text);
  PageEdge edge;
  edge.passed_over = std::none_of(lines.begin(), lines.end(), [&](const FlowLine& at) {
    return runs(text, at) || ends(text, at);
  });
  edge.equals_sign = reads_equals_signs(text);
  if (const auto at = outermost(text, lines, lines.begin(), lines.end()))
    edge.first_word = word_from(text, lines, *at);
  if (const auto at = outermost(text, lines, lines.rbegin(), lines.rend()))
    edge.last_word = word_up_to(text, lines, *at);
  return edge;
}

std::optional<BrokenWord> join_across(const PageEdge& before, const PageEdge& after) {
  const std::string_view hyphen = trailing_hyphen(before.last_word);
  if (hyphen.empty() || after.first_word.empty()) return {};
  if (hyphen == "=" && !before.equals_sign) return {};
  if (!goes_on(before.last_word, after.first_word)) return {};
  return BrokenWord{without_hyphen(before.last_word), after.first_word};
}

std::vector<PageSeams> seams_of(const std::vector<std::optional<PageEdge>>& pages) {
  std::vector<PageSeams> seams(pages.size());
  std::optional<std::size_t> before;  // the last page that text may run on from
  for (std::size_t i = 0; i < pages.size(); ++i) {
    if (!pages[i]) {
      before.reset();
      continue;
    }
    if (pages[i]->passed_over) continue;
    if (before)
      if (auto word = join_across(*pages[*before], *pages[i])) {
        seams[*before].next_begin = std::move(word->end);
        seams[i].previous_end = std::move(word->begin);
      }
    before = i;
  }
  return seams;
}

}  // namespace linka
