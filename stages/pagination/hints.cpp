// SPDX-License-Identifier: GPL-3.0-or-later
// A page's text, reduced to what pagination asks of it. Everything is relative to the page and its
// own print: neither the resolution nor the language matters.
#include "stages/pagination/pagination.h"
#include "stages/pagination/reading.h"

#include <algorithm>
#include <bit>

namespace linka {
namespace {

constexpr double heading_size = 1.18;     // of the body's letters
constexpr std::size_t most_headings = 6;  // a page
constexpr std::size_t longest_heading = 160;
constexpr std::size_t most_words_of_a_name = 7;  // of a part: "Seznam vyobrazení v textu"
constexpr double same_row = 0.5;                 // of a line's height

double size_of(const TextLine& line) {
  std::vector<double> sizes;
  for (const TextWord& word : line.words)
    sizes.push_back(word.font_size_pt > 0 ? word.font_size_pt : word.box.height() * 0.72);
  if (sizes.empty()) return 0;
  const auto middle = sizes.begin() + static_cast<std::ptrdiff_t>(sizes.size() / 2);
  std::nth_element(sizes.begin(), middle, sizes.end());
  return *middle;
}

// Of most letters.
double body_size(const std::vector<HintLine>& lines) {
  std::vector<std::pair<double, std::size_t>> sizes;
  std::size_t all = 0;
  for (const HintLine& l : lines)
    for (const TextWord& word : l.line->words) {
      sizes.emplace_back(l.size, word.content.size());
      all += word.content.size();
    }
  std::sort(sizes.begin(), sizes.end());
  std::size_t sum = 0;
  for (const auto& [size, letters] : sizes)
    if ((sum += letters) * 2 >= all) return size;
  return 0;
}

bool is_margin(BlockKind kind) {
  return kind == BlockKind::page_number || kind == BlockKind::running_head ||
         kind == BlockKind::catchword || kind == BlockKind::marginalia ||
         kind == BlockKind::footnote || kind == BlockKind::signature;
}

std::size_t letters_in(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return static_cast<unsigned char>(c) >= 0x80 || (c >= 'a' && c <= 'z') ||
           (c >= 'A' && c <= 'Z');
  }));
}

bool is_heading(const HintLine& l, double body, double top, std::size_t lines) {
  if (is_margin(l.kind) || l.kind == BlockKind::caption || l.kind == BlockKind::table) return false;
  const std::string text = text_of(*l.line);
  if (text.size() > longest_heading || letters_in(text) < 2) return false;
  if (l.line->words.size() <= most_words_of_a_name && !type_of_heading(text).empty() &&
      (l.size >= body || l.centre_y() < top))
    return true;
  if (letters_in(text) + (lines < 4 ? 0u : 2u) < 3) return l.kind == BlockKind::heading;
  return l.kind == BlockKind::heading || (body > 0 && l.size >= heading_size * body);
}

// Without what an ornament beside it was read as.
std::string heading_text(const TextLine& line) {
  std::string out;
  for (const TextWord& word : line.words)
    if (!folded(word.content).empty()) out += (out.empty() ? "" : " ") + word.content;
  return out;
}

std::vector<HeadingHint> headings_of(const PageText& text, const std::vector<HintLine>& lines,
                                     double body) {
  std::vector<HeadingHint> out;
  const double height = std::max(1, text.height_px);
  const HintLine* last = nullptr;
  for (const HintLine& l : lines) {
    if (!is_heading(l, body, height / 3, lines.size())) {
      if (!is_margin(l.kind)) last = nullptr;
      continue;
    }
    const bool goes_on = last != nullptr && !out.empty() &&
                         l.line->box.y0 - last->line->box.y1 < 1.2 * last->line->box.height() &&
                         std::abs(l.size - last->size) < 0.2 * last->size &&
                         out.back().text.size() < longest_heading;
    if (goes_on)
      out.back().text += " " + heading_text(*l.line);
    else if (out.size() < most_headings)
      out.push_back({heading_text(*l.line), l.size, l.line->box.y0 / height});
    last = &l;
  }
  return out;
}

// Shadows and frames are sometimes taken for a picture of the whole page: what has text all over it
// is none.
double picture_share(const PageText& text, const std::vector<HintLine>& lines) {
  constexpr double words_of_text = 30;
  double area = 0;
  for (const TextBlock& block : text.blocks) {
    if (block.kind != BlockKind::illustration) continue;
    double words = 0;
    for (const HintLine& l : lines)
      for (const TextWord& word : l.line->words)
        words += intersection(word.box, block.box).area() > 0.5 * word.box.area() ? 1 : 0;
    area += block.box.area() * std::max(0.0, 1 - words / words_of_text);
  }
  const double page = static_cast<double>(text.width_px) * text.height_px;
  return page > 0 ? std::min(1.0, area / page) : 0;
}

std::string running_head(const std::vector<HintLine>& lines) {
  std::string out;
  for (const HintLine& l : lines)
    if (l.kind == BlockKind::running_head)
      for (const TextWord& word : l.line->words)
        if (letters_in(word.content) >= 2) out += (out.empty() ? "" : " ") + word.content;
  return out.size() > longest_heading ? std::string{} : out;
}

std::uint64_t hash_of(std::string_view text) {  // FNV-1a, mixed
  std::uint64_t h = 0xcbf29ce484222325u;
  for (char c : text) h = (h ^ static_cast<unsigned char>(c)) * 0x100000001b3u;
  h ^= h >> 31;
  h *= 0x9E3779B97F4A7C15u;
  return h ^ (h >> 29);
}

}  // namespace

std::vector<HintLine> lines_of(const PageText& text) {
  std::vector<HintLine> lines;
  for (const TextBlock& block : text.blocks) {
    if (!carries_text(block.kind)) continue;
    for (const TextLine& line : block.lines)
      if (!line.words.empty()) lines.push_back({block.kind, &line, size_of(line)});
  }
  std::stable_sort(lines.begin(), lines.end(), [](const HintLine& a, const HintLine& b) {
    return a.centre_y() < b.centre_y();
  });
  // Within a row, from left to right.
  for (std::size_t from = 0; from < lines.size();) {
    std::size_t to = from + 1;
    while (to < lines.size() && lines[to].centre_y() - lines[from].centre_y() <
                                    same_row * lines[from].line->box.height())
      ++to;
    std::stable_sort(
        lines.begin() + static_cast<std::ptrdiff_t>(from),
        lines.begin() + static_cast<std::ptrdiff_t>(to),
        [](const HintLine& a, const HintLine& b) { return a.line->box.x0 < b.line->box.x0; });
    from = to;
  }
  return lines;
}

std::string text_of(const TextLine& line) {
  std::string out;
  for (const TextWord& word : line.words) out += (out.empty() ? "" : " ") + word.content;
  return out;
}

std::uint64_t likeness_of(const std::vector<HintLine>& lines) {
  constexpr std::size_t least_words = 20;
  std::array<int, 64> votes{};
  std::size_t words = 0;
  std::string before;
  for (const HintLine& l : lines) {
    if (l.kind == BlockKind::page_number || l.kind == BlockKind::running_head) continue;
    for (const TextWord& word : l.line->words) {
      const std::string plain = folded(word.content);
      if (plain.size() < 2) continue;
      ++words;
      const std::uint64_t h = hash_of(before + " " + plain);
      for (std::size_t bit = 0; bit < 64; ++bit) votes[bit] += (h >> bit & 1) != 0 ? 1 : -1;
      before = plain;
    }
  }
  if (words < least_words) return 0;
  std::uint64_t out = 0;
  for (std::size_t bit = 0; bit < 64; ++bit)
    if (votes[bit] > 0) out |= std::uint64_t{1} << bit;
  return out == 0 ? 1 : out;
}

PageHints hints_of(const PageText& text) {
  PageHints out;
  out.version = hints_version;
  const std::vector<HintLine> lines = lines_of(text);
  const double height = std::max(1, text.height_px);
  out.numbers = number_hints(text, lines);
  out.size = body_size(lines);
  out.headings = headings_of(text, lines, out.size);
  out.entries = contents_entries(text, lines);
  out.types = types_by_words(lines);
  for (const HeadingHint& heading : out.headings)
    if (const std::string_view type = type_of_heading(heading.text); !type.empty())
      out.types[std::string(type)] =
          std::max(out.types[std::string(type)], heading.y < 0.45 ? 0.9 : 0.5);
  out.running_head = running_head(lines);
  out.likeness = likeness_of(lines);
  out.picture_share = picture_share(text, lines);
  for (const HintLine& l : lines) {
    out.words += static_cast<int>(l.line->words.size());
    ++out.lines;
    if (out.first_line == 0 && l.kind != BlockKind::page_number &&
        l.kind != BlockKind::running_head)
      out.first_line = l.line->box.y0 / height;
  }
  return out;
}

}  // namespace linka
