// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/plain.h"

#include "base/text.h"
#include "formats/page_parts.h"

namespace linka {
namespace {

// Of a broken word the first part gives the whole, the further ones nothing.
std::string written(const TextWord& word, const JoinedWords& joined, const PlainOptions& options) {
  const auto part = joined.find(&word);
  std::string out = part == joined.end()              ? word.content
                    : part->second.part == "HypPart1" ? part->second.whole
                                                      : std::string();
  out = clean_utf8(out);
  return options.fold ? modern_letters(out) : out;
}

}  // namespace

std::string to_plain(const PageText& text, const PlainOptions& options) {
  const JoinedWords joined = options.join_words ? joined_words(text, options.seams) : JoinedWords{};
  std::string out;
  for (const TextBlock& block : text.blocks) {
    if (!carries_text(block.kind) || !is_written(block)) continue;
    if (!out.empty()) out += '\n';
    for (const TextLine& line : block.lines) {
      std::string words;
      for (const TextWord& word : line.words) {
        const std::string one = written(word, joined, options);
        if (!one.empty()) words += (words.empty() ? "" : " ") + one;
      }
      if (!words.empty()) out += words + '\n';
    }
  }
  return out;
}

}  // namespace linka
