// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/page_text.h"

namespace linka {

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

}  // namespace linka
