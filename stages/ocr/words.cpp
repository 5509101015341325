// SPDX-License-Identifier: GPL-3.0-or-later
#include "stages/ocr/words.h"

#include "stages/ocr/blocks_kind.h"

#include <algorithm>
#include <array>
#include <limits>

namespace linka {
namespace {

constexpr double thin_space = 0.55;  // em; a word space before a word is wider only in loose lines
constexpr double convincing = 0.6;   // confidence of a word that is certainly print
constexpr double certain = 0.85;     // of a word of two letters
constexpr double likely_number = 0.45;    // of a word of digits alone, such as a page's number
constexpr double garbage_below = 0.5;     // mean confidence of a block
constexpr double fragments_below = 0.75;  // the same, of single letters and signs
constexpr int fewest_fragments = 4;
constexpr double speck_below = 0.5;
constexpr std::size_t words_of_a_sheet = 60;  // at most, of a map, a plate, a title page
constexpr double sure_number = 0.75;          // there, between other print
constexpr double sure_letter = 0.9;
constexpr double set_apart = 1.5;  // em to the next word of a line: no word space

bool is_closing_mark(std::string_view word) {
  return !word.empty() && word.size() <= 3 &&
         word.find_first_not_of(",;:.!?") == std::string_view::npos;
}

bool is_ascii_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

// Letters, and how many of them stand together at most; UTF-8's two bytes for an accented letter
// are one.
struct Shape {
  int letters = 0, others = 0, longest_run = 0;
};
Shape shape_of(std::string_view word) {
  Shape shape;
  int run = 0;
  for (const char c : word) {
    if ((c & '\xC0') == '\x80') continue;  // the rest of a character
    // Beyond Latin letters (U+00C0...U+024F) there are only signs.
    const auto byte = static_cast<unsigned char>(c);
    const bool letter = is_ascii_letter(c) || (byte >= 0xC3 && byte <= 0xC9);
    shape.letters += letter;
    shape.others += !letter;
    run = letter ? run + 1 : 0;
    shape.longest_run = std::max(shape.longest_run, run);
  }
  return shape;
}

bool is_solid(const TextWord& word, int letters) {
  return word.confidence >= convincing && shape_of(word.content).longest_run >= letters;
}

// A word of two letters that was read with certainty is print too ("De", "ad").
bool is_print(const TextWord& word) {
  const Shape shape = shape_of(word.content);
  const std::size_t first = word.content.find_first_of("0123456789");
  const bool bare = word.content.find_first_not_of("0123456789") == std::string::npos;
  const bool number = shape.letters == 0 && first != std::string::npos &&
                      word.confidence >= (bare ? likely_number : convincing);
  return is_solid(word, 3) || number || (shape.longest_run == 2 && word.confidence >= certain);
}

// Ornaments and woodcuts are read as single letters and signs, some of them with confidence.
bool is_fragments(const ReadBlock& block, double mean_confidence) {
  int words = 0;
  for (const ReadLine& line : block.lines)
    for (const TextWord& word : line.text.words) {
      ++words;
      if (shape_of(word.content).longest_run >= 2 ||
          word.content.find_first_of("0123456789") != std::string::npos)
        return false;
    }
  return words >= fewest_fragments && mean_confidence < fragments_below;
}

bool is_garbage(const ReadBlock& block) {
  double sum = 0, n = 0;
  for (const ReadLine& line : block.lines)
    for (const TextWord& word : line.text.words) {
      if (is_print(word)) return false;
      sum += word.confidence * static_cast<double>(word.content.size());
      n += static_cast<double>(word.content.size());
    }
  return n > 0 && (sum < garbage_below * n || is_fragments(block, sum / n));
}

// ---- sheets ------------------------------------------------------------------------------------

// On a map, a plate or a title page much of the ink is drawn, and lines of a drawing are read as
// words ("W", "118", "|", "ŠNŇ") here and there with confidence. So there a word must be surer.

bool is_capitals(std::string_view word) {
  return std::none_of(word.begin(), word.end(), [](char c) { return c >= 'a' && c <= 'z'; });
}

std::size_t sure_words_of(const ReadLine& line) {
  return static_cast<std::size_t>(
      std::count_if(line.text.words.begin(), line.text.words.end(), is_surely_print));
}

bool is_sheet(const std::vector<ReadBlock>& blocks) {
  std::size_t words = 0;
  for (const ReadBlock& block : blocks)
    for (const ReadLine& line : block.lines) words += sure_words_of(line);
  if (words > words_of_a_sheet) return false;
  std::vector<ReadBlock> print = blocks;
  for (ReadBlock& block : print)
    std::erase_if(block.lines, [](const ReadLine& line) { return sure_words_of(line) == 0; });
  return !has_body(print);
}

// What is left and right of a line's sure words, and further from the next word than in a line.
void trim(ReadLine& line) {
  std::vector<TextWord>& words = line.text.words;
  const auto apart = [&](const TextWord& a, const TextWord& b) {
    return b.box.x0 - a.box.x1 > set_apart * line.size_px;
  };
  const auto first = std::find_if(words.begin(), words.end(), is_surely_print);
  const auto last = std::find_if(words.rbegin(), words.rend(), is_surely_print).base();
  auto from = first, to = last;
  while (from != words.begin() && !apart(*std::prev(from), *from)) --from;
  while (to != words.end() && !apart(*std::prev(to), *to)) ++to;
  words.erase(to, words.end());
  words.erase(words.begin(), from);
}

void drop_drawings(std::vector<ReadBlock>& blocks) {
  double top = std::numeric_limits<double>::max(), bottom = 0;  // of what is surely print
  for (const ReadBlock& block : blocks)
    for (const ReadLine& line : block.lines)
      if (sure_words_of(line) > 0) {
        top = std::min(top, line.text.box.y0);
        bottom = std::max(bottom, line.text.box.y1);
      }
  // A page number or a signature may be misread; it stands above or below everything else.
  const auto is_drawn = [&](const ReadLine& line) {
    return sure_words_of(line) == 0 && line.text.box.y1 > top && line.text.box.y0 < bottom;
  };
  for (ReadBlock& block : blocks) {
    if (!carries_text(block.kind)) continue;
    std::erase_if(block.lines, is_drawn);
    for (ReadLine& line : block.lines)
      if (sure_words_of(line) > 0) trim(line);
  }
}

// A lone stop or quote that was hardly seen is a speck: of 32 such words on pages with known text
// none was print.
bool is_speck(const TextWord& word) {
  constexpr std::array<std::string_view, 9> marks = {
      ".", ",", "'", "\"", "\u2018", "\u2019", "\u201c", "\u201d", "\u201e"};
  return word.confidence < speck_below &&
         std::find(marks.begin(), marks.end(), word.content) != marks.end();
}

void drop_specks(ReadBlock& block) {
  for (ReadLine& line : block.lines) std::erase_if(line.text.words, is_speck);
}

// Uncertain signs left and right of everything certain in a block.
void trim(ReadBlock& block) {
  double x0 = std::numeric_limits<double>::max(), x1 = std::numeric_limits<double>::lowest();
  for (const ReadLine& line : block.lines)
    for (const TextWord& word : line.text.words)
      if (is_solid(word, 2)) {
        x0 = std::min(x0, word.box.x0);
        x1 = std::max(x1, word.box.x1);
      }
  if (x0 > x1) return;
  for (ReadLine& line : block.lines)
    std::erase_if(line.text.words, [&](const TextWord& word) {
      const bool outside = word.box.x1 <= x0 || word.box.x0 >= x1;
      return outside && word.confidence < convincing && shape_of(word.content).letters == 0 &&
             word.content.find_first_of("0123456789-.,;:!?") == std::string::npos;
    });
}

}  // namespace

void join_closing_marks(std::vector<ReadBlock>& blocks) {
  for (ReadBlock& block : blocks)
    for (ReadLine& line : block.lines) {
      std::vector<TextWord> joined;
      for (TextWord& word : line.text.words) {
        const bool mark = !joined.empty() && is_closing_mark(word.content) &&
                          shape_of(joined.back().content).letters > 0 &&
                          word.box.x0 - joined.back().box.x1 <= thin_space * line.size_px;
        if (!mark) {
          joined.push_back(std::move(word));
          continue;
        }
        TextWord& last = joined.back();
        last.content += word.content;
        for (TextAlternative& other : last.alternatives) other.content += word.content;
        last.box = hull(last.box, word.box);
        last.confidence = std::min(last.confidence, word.confidence);
      }
      line.text.words = std::move(joined);
    }
}

bool is_surely_print(const TextWord& word) {
  const Shape shape = shape_of(word.content);
  const bool digits =
      shape.letters == 0 && word.content.find_first_of("0123456789") != std::string::npos;
  if (digits) return word.confidence >= sure_number;
  if (shape.letters == 1) return shape.others == 0 && word.confidence >= sure_letter;
  if (shape.longest_run < 2) return false;
  const bool is_long = shape.longest_run >= 3 && !is_capitals(word.content);
  return word.confidence >= (is_long ? convincing : certain);
}

void drop_garbage(std::vector<ReadBlock>& blocks) {
  std::erase_if(
      blocks, [](const ReadBlock& block) { return carries_text(block.kind) && is_garbage(block); });
  if (is_sheet(blocks)) drop_drawings(blocks);
  for (ReadBlock& block : blocks) {
    if (!carries_text(block.kind)) continue;
    drop_specks(block);
    trim(block);
    std::erase_if(block.lines, [](const ReadLine& line) { return line.text.words.empty(); });
  }
  std::erase_if(blocks, [](const ReadBlock& block) {
    return carries_text(block.kind) && block.lines.empty();
  });
}

}  // namespace linka
