// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/pdf_bookmarks.h"

#include "formats/page_parts.h"
#include "formats/plain.h"

#include <algorithm>
#include <cmath>

namespace linka {
namespace {

constexpr double least_confidence = 0.6;
constexpr std::size_t longest_title = 120;  // characters

double confidence_of(const TextBlock& block) {
  double sum = 0;
  int words = 0;
  for (const TextLine& line : block.lines)
    for (const TextWord& word : line.words) {
      sum += std::isfinite(word.confidence) ? word.confidence : 0;
      ++words;
    }
  return words > 0 ? sum / words : 0;
}

bool says_anything(const std::string& text) {
  return std::any_of(text.begin(), text.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           static_cast<unsigned char>(c) >= 0x80;
  });
}

std::string words_of(const TextBlock& block, bool fold) {
  PageText alone;
  alone.blocks = {block};
  std::string text = to_plain(alone, {.join_words = true, .fold = fold});
  while (!text.empty() && text.back() == '\n') text.pop_back();
  std::replace(text.begin(), text.end(), '\n', ' ');
  return text;
}

// At the end of a word where there is one.
std::string shortened(std::string title) {
  std::size_t at = 0, characters = 0;
  for (; at < title.size() && characters <= longest_title; ++at)
    if ((title[at] & '\xc0') != '\x80') ++characters;
  if (characters <= longest_title) return title;
  title.resize(at - 1);
  if (const std::size_t space = title.rfind(' '); space != std::string::npos && space > 0)
    title.resize(space);
  return title + "\u2026";
}

}  // namespace

std::vector<PdfBookmark> heading_bookmarks(const PageText& text, std::size_t page, bool fold) {
  std::vector<PdfBookmark> marks;
  bool after_heading = false;
  for (const TextBlock& block : text.blocks) {
    if (block.kind != BlockKind::heading) {
      after_heading = false;
      continue;
    }
    const std::string title = words_of(block, fold);
    if (!says_anything(title) || confidence_of(block) < least_confidence) continue;
    if (after_heading) {
      marks.back().title += " " + title;
    } else {
      const Pixels place = pixels_of(block.box, page_of(text));
      marks.push_back({title, page, 0, double(place.y0)});
    }
    after_heading = true;
  }
  for (PdfBookmark& mark : marks) mark.title = shortened(std::move(mark.title));
  return marks;
}

}  // namespace linka
