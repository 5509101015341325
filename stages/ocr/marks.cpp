// SPDX-License-Identifier: GPL-3.0-or-later
#include "stages/ocr/marks.h"

#include "stages/ocr/models.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <string_view>

namespace linka {
namespace {

// All in em of the line, which is measured from the lowest descender to the tallest ascender;
// heights above the baseline are positive. Small letters of Fraktur reach to 0.55.
constexpr double least_ink = 0.06;    // lower and narrower than this is a speck
constexpr double stroke_least = 0.2;  // of a quotation mark: height
constexpr double stroke_most = 0.65;
constexpr double stroke_width = 0.32;
constexpr double strokes_apart = 0.35;
constexpr double strokes_level = 0.12;                // difference of their upper ends
constexpr double low_top = 0.45, low_bottom = -0.08;  // a comma's
constexpr double high_top = 0.65, high_bottom = 0.12;
constexpr double dot_most = 0.28;                    // width and height
constexpr double dot_top = 0.3, dot_bottom = -0.05;  // of a full stop
constexpr double comma_least = 0.3;                  // height
constexpr double told_apart = 0.6;  // share of the page's commas that look like one
constexpr double upper_dot = 0.25;  // of a colon: stands above this
constexpr double star_least = 0.2, star_most = 0.55;  // width and height
constexpr double star_bottom = 0.15, bracket_least = 0.65;
constexpr double hyphen_least = 0.15, hyphen_most = 0.45;  // width
constexpr double hyphen_height = 0.42;
constexpr double hyphen_bottom = 0.07, hyphen_top = 0.58;  // where it stands
constexpr double hyphen_gap = 0.02;                        // to the letter before it
constexpr double thin_space = 0.55;    // a word space is wider only in loose lines
constexpr std::size_t short_word = 6;  // bytes
constexpr std::string_view low_quote = "\u201e", high_quote = "\u201c";

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c & '\x80') != 0;
}

bool has_letter(std::string_view text) {
  return std::any_of(text.begin(), text.end(), is_letter);
}

double baseline_at(const ReadLine& line, double x) {
  const Box& box = line.text.box;
  const double t = box.width() > 0 ? std::clamp((x - box.x0) / box.width(), 0.0, 1.0) : 0;
  return line.text.baseline_y + t * (line.end_baseline_y - line.text.baseline_y);
}

// Ink over the line's height between two places, from left to right, without specks; what reaches
// further than the place is another word's.
std::vector<Box> ink_of_word(const ReadLine& line, const Box& word, const InkIn& ink_in) {
  const double em = line.size_px, y = baseline_at(line, (word.x0 + word.x1) / 2);
  std::vector<Box> ink = ink_in({word.x0, y - em, word.x1, y + 0.35 * em});
  std::erase_if(ink, [&](const Box& b) {
    return std::max(b.width(), b.height()) < least_ink * em || (b.x0 + b.x1) / 2 < word.x0 ||
           (b.x0 + b.x1) / 2 > word.x1;
  });
  std::sort(ink.begin(), ink.end(), [](const Box& a, const Box& b) { return a.x0 < b.x0; });
  return ink;
}

void replace(TextWord& word, std::string content) {
  if (content == word.content) return;
  word.alternatives.push_back({word.content, word.confidence});
  word.content = std::move(content);
}

// A piece of ink by its place in the line.
struct Piece {
  double width = 0, height = 0;
  double top = 0, bottom = 0;  // above the baseline
};
Piece piece_of(const Box& box, double em, double baseline) {
  return {box.width() / em, box.height() / em, (baseline - box.y0) / em, (baseline - box.y1) / em};
}

bool is_comma(const Piece& p) {
  return p.width <= stroke_width && p.height >= comma_least && p.height <= stroke_most &&
         p.top <= low_top && p.bottom <= low_bottom;
}

bool is_full_stop(const Piece& p) {
  return p.width <= dot_most && p.height <= dot_most && p.top <= dot_top && p.bottom >= dot_bottom;
}

bool is_raised_dot(const Piece& p) {
  return p.width <= dot_most && p.height <= dot_most && p.bottom >= upper_dot;
}

// Two short strokes side by side, low or high.
std::string quote_of(const std::vector<Box>& ink, double em, double baseline) {
  if (ink.size() != 2) return "";
  const Piece a = piece_of(ink[0], em, baseline), b = piece_of(ink[1], em, baseline);
  for (const Piece& p : {a, b})
    if (p.height < stroke_least || p.height > stroke_most || p.width > stroke_width) return "";
  if (std::abs(a.top - b.top) > strokes_level || ink[1].x0 - ink[0].x1 > strokes_apart * em ||
      std::max(a.height, b.height) > 1.6 * std::min(a.height, b.height))
    return "";
  if (std::max(a.top, b.top) <= low_top && std::max(a.bottom, b.bottom) <= low_bottom)
    return std::string(low_quote);
  if (std::min(a.top, b.top) >= high_top && std::min(a.bottom, b.bottom) >= high_bottom)
    return std::string(high_quote);
  return "";
}

// A dot above a dot or a comma.
std::string colon_of(std::vector<Box> ink, double em, double baseline) {
  if (ink.size() != 2) return "";
  if (ink[0].y0 > ink[1].y0) std::swap(ink[0], ink[1]);
  const bool stacked = std::min(ink[0].x1, ink[1].x1) - std::max(ink[0].x0, ink[1].x0) > 0;
  if (!stacked || !is_raised_dot(piece_of(ink[0], em, baseline))) return "";
  const Piece lower = piece_of(ink[1], em, baseline);
  if (is_full_stop(lower)) return ":";
  return lower.height <= stroke_most && lower.bottom <= low_bottom && lower.top <= low_top ? ";"
                                                                                           : "";
}

// Stars of a note, raised, before a bracket.
std::string note_of(const std::vector<Box>& ink, double em, double baseline,
                    std::string_view content) {
  if (!content.ends_with(')') || ink.size() < 2 || ink.size() > 5) return "";
  if (piece_of(ink.back(), em, baseline).height < bracket_least) return "";
  for (std::size_t i = 0; i + 1 < ink.size(); ++i) {
    const Piece p = piece_of(ink[i], em, baseline);
    if (p.bottom < star_bottom || std::max(p.width, p.height) > star_most ||
        std::min(p.width, p.height) < star_least)
      return "";
  }
  return std::string(ink.size() - 1, '*') + ")";
}

void name_short_marks(ReadLine& line, const InkIn& ink_in) {
  for (TextWord& word : line.text.words) {
    if (word.content.size() > short_word || !reads_fraktur(word.language)) continue;
    const double em = line.size_px, y = baseline_at(line, (word.box.x0 + word.box.x1) / 2);
    const std::vector<Box> ink = ink_of_word(line, word.box, ink_in);
    std::string mark = quote_of(ink, em, y);
    if (mark.empty()) mark = colon_of(ink, em, y);
    if (mark.empty()) mark = note_of(ink, em, y, word.content);
    if (!mark.empty()) replace(word, std::move(mark));
  }
}

// A word that ends in a full stop or a comma, and which of the two its ink is; 0: neither.
struct Stop {
  TextWord* word = nullptr;
  char read = 0, seen = 0;
};

void add_stops(std::vector<Stop>& stops, ReadLine& line, const InkIn& ink_in) {
  for (TextWord& word : line.text.words) {
    const char mark = word.content.back();
    if (word.content.size() < 2 || (mark != ',' && mark != '.') || !reads_fraktur(word.language))
      continue;
    const std::vector<Box> ink = ink_of_word(line, word.box, ink_in);
    if (ink.size() < 2) continue;
    const Piece last = piece_of(ink.back(), line.size_px, baseline_at(line, word.box.x1));
    stops.push_back({&word, mark, is_full_stop(last) ? '.' : is_comma(last) ? ',' : '\0'});
  }
}

// A full stop taken for a comma, or the other way round. Some founts have commas hardly taller than
// full stops, so the page's own must be told apart by their ink before one of them is.
void name_stops(const std::vector<Stop>& stops) {
  for (const char mark : {',', '.'}) {
    const auto count = [&](char seen) {
      return static_cast<double>(std::count_if(stops.begin(), stops.end(), [&](const Stop& stop) {
        return stop.read == mark && (seen == 0 || stop.seen == seen);
      }));
    };
    const char other = mark == ',' ? '.' : ',';
    if (count(mark) < told_apart * count(0)) continue;
    for (const Stop& stop : stops)
      if (stop.read == mark && stop.seen == other) {
        std::string& content = stop.word->content;
        replace(*stop.word, content.substr(0, content.size() - 1) + other);
      }
  }
}

// One or two short strokes one above the other, which stand above the baseline.
bool is_hyphen(const Box& box, double em, double baseline) {
  return box.width() >= hyphen_least * em && box.width() <= hyphen_most * em &&
         box.height() <= hyphen_height * em && box.y1 <= baseline - hyphen_bottom * em &&
         box.y0 >= baseline - hyphen_top * em;
}

void cut_last_character(std::string& text) {
  while (text.size() > 1 && (text.back() & '\xC0') == '\x80') text.pop_back();
  if (!text.empty()) text.pop_back();
}

// The hyphen of a line that goes on in the next.
void name_hyphen(ReadLine& line, const InkIn& ink_in) {
  TextWord& word = line.text.words.back();
  if (!reads_fraktur(word.language) || word.content.ends_with('-') || word.content.ends_with('='))
    return;
  const double em = line.size_px, y = baseline_at(line, word.box.x1);
  std::vector<Box> ink = ink_of_word(line, word.box, ink_in);
  if (ink.empty()) return;
  Box last = ink.back();
  ink.pop_back();
  while (!ink.empty() && ink.back().x1 > last.x0 + 0.5 * last.width()) {
    last = hull(last, ink.back());
    ink.pop_back();
  }
  double before = word.box.x0 - em;
  for (const Box& b : ink) before = std::max(before, b.x1);
  if (!is_hyphen(last, em, y) || last.x0 - before < hyphen_gap * em) return;
  std::string content = word.content;
  cut_last_character(content);
  if (!ink.empty() && !has_letter(content)) return;
  replace(word, content + "-");
}

bool goes_on_small(const ReadLine& line) {
  const std::string& first = line.text.words.front().content;
  return (first[0] >= 'a' && first[0] <= 'z') || first.starts_with("\u017f");
}

// "*", "**)", and a mark after it.
bool is_note_mark(std::string_view word) {
  constexpr std::string_view dagger = "\u2020";
  std::size_t marks = 0;
  for (;; ++marks) {
    if (word.starts_with('*'))
      word.remove_prefix(1);
    else if (word.starts_with(dagger))
      word.remove_prefix(dagger.size());
    else
      break;
  }
  return marks > 0 && marks <= 4 && word.find_first_not_of(").,;:!?") == std::string_view::npos;
}

void append(TextWord& word, TextWord&& next, double confidence) {
  for (TextAlternative& other : word.alternatives) other.content += next.content;
  for (TextAlternative& other : next.alternatives)
    word.alternatives.push_back({word.content + other.content, other.confidence});
  word.content += next.content;
  word.box = hull(word.box, next.box);
  word.confidence = confidence;
}

}  // namespace

void name_marks(std::vector<ReadBlock>& blocks, const InkIn& ink_in) {
  std::vector<Stop> stops;
  for (ReadBlock& block : blocks)
    for (std::size_t i = 0; i < block.lines.size(); ++i) {
      ReadLine& line = block.lines[i];
      if (line.size_px <= 0 || line.text.words.empty()) continue;
      name_short_marks(line, ink_in);
      add_stops(stops, line, ink_in);
      const bool more = i + 1 < block.lines.size() && !block.lines[i + 1].text.words.empty();
      if (more && goes_on_small(block.lines[i + 1])) name_hyphen(line, ink_in);
    }
  name_stops(stops);
}

void join_marks(std::vector<ReadBlock>& blocks) {
  for (ReadBlock& block : blocks)
    for (ReadLine& line : block.lines) {
      std::vector<TextWord> joined;
      for (TextWord& word : line.text.words) {
        const bool near =
            !joined.empty() && word.box.x0 - joined.back().box.x1 <= thin_space * line.size_px;
        const bool opened = near && joined.back().content == low_quote && has_letter(word.content);
        const bool closes = near && has_letter(joined.back().content) &&
                            (word.content == high_quote || is_note_mark(word.content) ||
                             (word.content == "-" && &word == &line.text.words.back()));
        if (!opened && !closes) {
          joined.push_back(std::move(word));
          continue;
        }
        const double confidence = opened ? word.confidence : joined.back().confidence;
        if (opened) joined.back().language = word.language;
        append(joined.back(), std::move(word), confidence);
      }
      line.text.words = std::move(joined);
    }
}

}  // namespace linka
