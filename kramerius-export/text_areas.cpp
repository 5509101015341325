// SPDX-License-Identifier: GPL-3.0-or-later
#include "kramerius-export/text_areas.h"

#include "base/text.h"

#include <algorithm>
#include <functional>
#include <optional>
#include <set>

namespace linka {
namespace {

constexpr double most_words = 0.67;  // of a title that must stand in its heading
constexpr std::size_t most_lines = 4;

// Words without the signs around them; small letters as far as ASCII goes.
std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words;
  std::string word;
  for (const char c : lower_ascii(text) + " ") {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (c & '\x80') != 0;
    if (letter) {
      word += c;
    } else if (!word.empty()) {
      words.push_back(word);
      word.clear();
    }
  }
  return words;
}

std::vector<std::string> words_of(const TextBlock& block) {
  std::string text;
  for (const TextLine& line : block.lines)
    for (const TextWord& word : line.words) text += word.content + " ";
  return words_of(text);
}

// How much of the title the block is; 0 when it is something else.
double likeness(const std::vector<std::string>& title, const TextBlock& block) {
  if (!carries_text(block.kind) || block.lines.size() > most_lines || title.empty()) return 0;
  const std::vector<std::string> words = words_of(block);
  if (words.size() > 2 * title.size() + 1) return 0;
  const std::set<std::string> there(words.begin(), words.end());
  const auto found = std::count_if(title.begin(), title.end(),
                                   [&](const std::string& word) { return there.contains(word); });
  const double share = static_cast<double>(found) / static_cast<double>(title.size());
  if (share < most_words) return 0;
  return share + (block.kind == BlockKind::heading ? 0.5 : 0);
}

std::optional<std::size_t> heading_of(const Entity& part, const PageText& text) {
  const std::vector<std::string> title = words_of(part.label);
  std::optional<std::size_t> best;
  double most = 0;
  for (std::size_t i = 0; i < text.blocks.size(); ++i) {
    if (text.blocks[i].kind == BlockKind::running_head) continue;
    if (const double like = likeness(title, text.blocks[i]); like > most) most = like, best = i;
  }
  return best;
}

bool is_picture(const Entity& part) {
  return part.place.level == RecordLevel::volume_picture ||
         part.place.level == RecordLevel::issue_picture;
}

std::optional<std::size_t> only_picture_of(const PageText& text) {
  std::optional<std::size_t> only;
  for (std::size_t i = 0; i < text.blocks.size(); ++i)
    if (text.blocks[i].kind == BlockKind::illustration) {
      if (only) return {};
      only = i;
    }
  return only;
}

}  // namespace

PartsByPage parts_by_first_page(Structure& structure) {
  PartsByPage parts;
  const std::function<void(Entity&)> walk = [&](Entity& e) {
    const RecordLevel level = e.place.level;
    if (!e.pages.empty() &&
        (level == RecordLevel::chapter || level == RecordLevel::article || is_picture(e)))
      parts[e.pages.front()].push_back(&e);
    for (Entity& inner : e.below) walk(inner);
  };
  walk(structure.top);
  return parts;
}

void find_text_areas(const PartsByPage& parts, std::size_t page, const PageText& text,
                     const std::vector<std::string>& block_ids) {
  const auto begin_here = parts.find(page);
  if (begin_here == parts.end()) return;
  for (Entity* const part : begin_here->second) {
    std::optional<std::size_t> block;
    if (!is_picture(*part))
      block = heading_of(*part, text);
    else if (part->pages.size() == 1)
      block = only_picture_of(text);
    if (block && *block < block_ids.size() && !block_ids[*block].empty())
      part->areas.push_back({is_picture(*part) ? "IMAGE" : "TITLE", page, block_ids[*block]});
  }
}

}  // namespace linka
