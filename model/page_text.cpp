// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/page_text.h"

#include "model/page_flow.h"

#include <array>
#include <cstdint>

namespace linka {
namespace {

struct CodePoint {
  char32_t value = 0;
  std::size_t bytes = 0;  // 0: there is none
};

// Both expect UTF-8; bytes that are not come out as something that is no letter.
CodePoint first_of(std::string_view text) {
  if (text.empty()) return {};
  const auto lead = static_cast<std::uint8_t>(text[0]);
  const std::size_t n = lead < 0x80 ? 1 : lead < 0xc0 ? 0 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
  if (n == 0 || n > text.size()) return {0, 1};
  char32_t value = n == 1 ? lead : lead & (0x7fu >> n);
  for (std::size_t i = 1; i < n; ++i)
    value = value << 6 | (static_cast<std::uint8_t>(text[i]) & 0x3fu);
  return {value, n};
}

CodePoint last_of(std::string_view text) {
  std::size_t at = text.size();
  while (at > 0 && text.size() - at < 4) {
    --at;
    if ((static_cast<std::uint8_t>(text[at]) & 0xc0) != 0x80) return first_of(text.substr(at));
  }
  return {};
}

// Of the scripts old print in Central Europe uses; the C library's answers depend on the locale.
bool is_letter(char32_t c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         (c >= 0xc0 && c <= 0x24f && c != 0xd7 && c != 0xf7) || (c >= 0x300 && c <= 0x36f) ||
         (c >= 0x370 && c <= 0x52f) || (c >= 0x1e00 && c <= 0x1fff) ||
         (c >= 0xa720 && c <= 0xa7ff) || (c >= 0xfb00 && c <= 0xfb06);
}

bool is_small(char32_t c) {
  const bool odd = c % 2 == 1;
  if (c < 0x80) return c >= 'a' && c <= 'z';
  if (c < 0x100) return c >= 0xdf && c != 0xf7;
  if (c <= 0x137) return odd;
  if (c <= 0x148) return !odd;
  if (c <= 0x177) return odd || c == 0x138;
  if (c <= 0x17f) return c == 0x17f || (!odd && c != 0x178);  // long s; z with its accents
  if (c >= 0x370 && c <= 0x3ff) return c >= 0x3ac && c != 0x3f4;
  if (c >= 0x400 && c <= 0x45f) return c >= 0x430;
  if (c >= 0x1e00 && c <= 0x1eff) return odd;
  return c >= 0xfb00 && c <= 0xfb06;
}

}  // namespace

std::string plain_text(const PageText& text) {
  std::string out;
  for (const TextBlock& block : text.blocks) {
    if (block.lines.empty()) continue;
    if (!out.empty()) out += '\n';
    for (const TextLine& line : block.lines) {
      for (std::size_t i = 0; i < line.words.size(); ++i) {
        if (i > 0) out += ' ';
        out += line.words[i].content;
      }
      out += '\n';
    }
  }
  return out;
}

std::size_t word_count(const PageText& text) {
  std::size_t n = 0;
  for (const TextBlock& block : text.blocks)
    for (const TextLine& line : block.lines) n += line.words.size();
  return n;
}

std::string_view trailing_hyphen(std::string_view word) {
  constexpr std::array<std::string_view, 5> hyphens = {"-", "\u00ad", "\u2010", "\u2e17", "="};
  for (std::string_view hyphen : hyphens)
    if (word.ends_with(hyphen)) {
      const std::string_view stem = word.substr(0, word.size() - hyphen.size());
      return is_letter(last_of(stem).value) ? word.substr(stem.size()) : std::string_view{};
    }
  return {};
}

bool goes_on(std::string_view before, std::string_view after) {
  before.remove_suffix(trailing_hyphen(before).size());
  const char32_t next = first_of(after).value;
  if (!is_letter(next)) return false;
  return is_small(next) || !is_small(last_of(before).value);
}

void mark_hyphens(PageText& text, bool equals_sign) {
  for (TextBlock& block : text.blocks)
    for (TextLine& line : block.lines) line.hyphen_at_end = false;
  const std::vector<FlowLine> lines = flow_lines(text);
  for (const FlowLine& at : lines) {
    if (!at.next) continue;
    const FlowLine& next = lines[*at.next];
    TextLine& line = text.blocks[at.block].lines[at.line];
    const std::string& last = last_word(line)->content;
    const std::string_view hyphen = trailing_hyphen(last);
    line.hyphen_at_end =
        !hyphen.empty() && (equals_sign || hyphen != "=") &&
        goes_on(last, first_word(text.blocks[next.block].lines[next.line])->content);
  }
}

}  // namespace linka
