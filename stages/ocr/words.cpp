// SPDX-License-Identifier: GPL-3.0-or-later
#include "stages/ocr/words.h"

#include <algorithm>
#include <array>
#include <limits>

namespace linka {
namespace {

constexpr double thin_space = 0.55;  // em; a word space before a word is wider only in loose lines
constexpr double convincing = 0.6;   // confidence of a word that is certainly print
constexpr double garbage_below = 0.5;  // mean confidence of a block

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
  bool mixed = false;  // a capital or a digit after a small letter, or a sign between letters
};
Shape shape_of(std::string_view word) {
  Shape shape;
  int run = 0;
  char before = ' ';
  for (std::size_t i = 0; i < word.size(); ++i) {
    const char c = word[i];
    if ((c & '\xC0') == '\x80') continue;  // the rest of a character
    // Beyond Latin letters (U+00C0...U+024F) there are only signs.
    const auto byte = static_cast<unsigned char>(c);
    const bool letter = is_ascii_letter(c) || (byte >= 0xC3 && byte <= 0xC9);
    const bool small_before = before >= 'a' && before <= 'z';
    shape.letters += letter;
    shape.others += !letter;
    run = letter ? run + 1 : 0;
    shape.longest_run = std::max(shape.longest_run, run);
    shape.mixed |= small_before && ((c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'));
    shape.mixed |= letter && i > 0 &&
                   std::string_view("<>|{}[]\\/$%&@#~^*+_").find(before) != std::string_view::npos;
    before = c;
  }
  return shape;
}

bool is_solid(const TextWord& word, int letters) {
  return word.confidence >= convincing && shape_of(word.content).longest_run >= letters;
}

bool is_garbage(const ReadBlock& block) {
  double sum = 0, n = 0;
  for (const ReadLine& line : block.lines)
    for (const TextWord& word : line.text.words) {
      const Shape shape = shape_of(word.content);
      const bool number = shape.letters == 0 && word.confidence >= convincing &&
                          word.content.find_first_of("0123456789") != std::string::npos;
      if (is_solid(word, 3) || number) return false;
      sum += word.confidence * static_cast<double>(word.content.size());
      n += static_cast<double>(word.content.size());
    }
  return n > 0 && sum < garbage_below * n;
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

// The share of words that were wrong at these confidences, over some 19,000 words of real, rendered
// and badly read pages with known text; straight lines between.
constexpr std::array<double, 9> node = {0, 0.4, 0.6, 0.75, 0.85, 0.9, 0.925, 0.96, 1};
constexpr std::array<double, 9> wrong_roman = {0.9,  0.75, 0.6,   0.46, 0.31,
                                               0.13, 0.05, 0.008, 0.004};
constexpr std::array<double, 9> wrong_fraktur = {0.9, 0.75, 0.6,   0.45, 0.35,
                                                 0.2, 0.14, 0.038, 0.025};
constexpr double odds_mixed = 8;       // of words such as sl<vo, ReGen
constexpr double odds_no_letters = 2;  // numbers and signs

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

void drop_garbage(std::vector<ReadBlock>& blocks) {
  std::erase_if(
      blocks, [](const ReadBlock& block) { return carries_text(block.kind) && is_garbage(block); });
  for (ReadBlock& block : blocks) {
    if (!carries_text(block.kind)) continue;
    trim(block);
    std::erase_if(block.lines, [](const ReadLine& line) { return line.text.words.empty(); });
  }
  std::erase_if(blocks, [](const ReadBlock& block) {
    return carries_text(block.kind) && block.lines.empty();
  });
}

double word_error(std::string_view word, double confidence, bool fraktur) {
  const auto& share = fraktur ? wrong_fraktur : wrong_roman;
  const double c = std::clamp(confidence, 0.0, 1.0);
  std::size_t i = 1;
  while (i + 1 < node.size() && node[i] < c) ++i;
  const double t = (c - node[i - 1]) / (node[i] - node[i - 1]);
  const double error = share[i - 1] + t * (share[i] - share[i - 1]);
  const Shape shape = shape_of(word);
  double odds = error / (1 - error);
  if (shape.mixed) odds *= odds_mixed;
  if (shape.letters == 0) odds *= odds_no_letters;
  return odds / (1 + odds);
}

}  // namespace linka
