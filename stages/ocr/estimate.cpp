// SPDX-License-Identifier: GPL-3.0-or-later
// A logistic model of few signs gives each word its likelihood of being wrong; a page's share is
// their mean, with the words of rows that were not read counted as wrong. Nothing of a page as a
// whole goes into a word's likelihood but its language: what else was tried (mean confidence, share
// of words on no list) fitted the pages it was fitted to a little better and new kinds of pages
// worse.
//
// Fitted to 42,900 words on 150 readings with known text, each wrong or right by alignment with it:
// real roman and Fraktur prints, rendered and generated pages in six languages, as they are and
// blurred, noisy, faint, bold, small or with the back shining through, read by fitting and by wrong
// models. The fit asks that the pages' shares come out right in the mean (Poisson deviance), each
// kind of page counting by the square root of its number. How well it does: README.md.
#include "stages/ocr/estimate.h"

#include "image/convert.h"
#include "stages/ocr/language.h"
#include "stages/ocr/models.h"

#include <opencv2/imgproc.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <string>

namespace linka {
namespace {

// ---- the shape of a word -----------------------------------------------------------------------

std::vector<char32_t> characters(std::string_view text) {
  std::vector<char32_t> out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if ((byte & 0xC0) == 0x80 && !out.empty())
      out.back() = (out.back() << 6) | (byte & 0x3Fu);
    else
      out.push_back(byte < 0x80   ? byte
                    : byte < 0xE0 ? byte & 0x1Fu
                    : byte < 0xF0 ? byte & 0x0Fu
                                  : byte & 0x07u);
  }
  return out;
}

bool is_digit(char32_t c) {
  return c >= U'0' && c <= U'9';
}

// Latin letters, Greek and Cyrillic, and the ligatures of U+FB00.
bool is_letter(char32_t c) {
  return (c >= U'a' && c <= U'z') || (c >= U'A' && c <= U'Z') ||
         (c >= 0xC0 && c <= 0x24F && c != 0xD7 && c != 0xF7) || (c >= 0x370 && c <= 0x52F) ||
         (c >= 0x1E00 && c <= 0x1FFF) || (c >= 0xFB00 && c <= 0xFB06);
}

bool is_capital(char32_t c) {
  if (c >= U'A' && c <= U'Z') return true;
  if (c >= 0xC0 && c <= 0xDE) return c != 0xD7;
  const bool odd = (c & 1) != 0;
  if ((c >= 0x100 && c <= 0x137) || (c >= 0x14A && c <= 0x177)) return !odd;
  return ((c >= 0x139 && c <= 0x148) || (c >= 0x179 && c <= 0x17E)) && odd;
}

bool is_small(char32_t c) {
  return is_letter(c) && !is_capital(c);
}

bool is_one_of(char32_t c, std::u32string_view some) {
  return some.find(c) != std::u32string_view::npos;
}

struct Shape {
  int letters = 0;
  bool digits = false;
  bool odd_marks = false;  // marks that print does not put there: ",wird", two single quotes
  bool name = false;       // a capital, then small letters
};

bool has_odd_marks(const std::vector<char32_t>& c, std::size_t first_of_word) {
  constexpr std::u32string_view single = U"\u2018\u2019'", twofold = U"\"\u201C\u201D";
  constexpr std::u32string_view never = U"|\\<>{}=_~^&%$#@";
  if (first_of_word >= c.size()) return false;  // nothing but marks
  if (first_of_word > 0 && is_one_of(c[first_of_word - 1], U"*\u00B0.,;:!?'\"-/|\\")) return true;
  for (std::size_t i = 0; i < c.size(); ++i) {
    if (is_one_of(c[i], never)) return true;
    if (i == 0) continue;
    const bool after_single = is_one_of(c[i - 1], single);
    if (after_single && (is_one_of(c[i], single) || is_one_of(c[i], twofold))) return true;
    if (is_one_of(c[i - 1], twofold) && is_one_of(c[i], single)) return true;
    if (c[i - 1] == U'/' && c[i] == U'/') return true;
  }
  return false;
}

Shape shape_of(std::string_view word) {
  const std::vector<char32_t> c = characters(word);
  Shape shape;
  std::size_t first = c.size();
  for (std::size_t i = 0; i < c.size(); ++i) {
    shape.letters += is_letter(c[i]);
    shape.digits |= is_digit(c[i]);
    if (first == c.size() && (is_letter(c[i]) || is_digit(c[i]))) first = i;
  }
  shape.odd_marks = has_odd_marks(c, first);
  shape.name = first + 1 < c.size() && is_capital(c[first]) && is_small(c[first + 1]);
  return shape;
}

// ---- the model ---------------------------------------------------------------------------------

constexpr double surest = 0.99;      // confidences above say no more
constexpr double steep_below = 2.2;  // of doubt; beyond it more doubt makes little difference
constexpr int long_word = 8;         // letters

struct Weights {
  double base, doubt, much_doubt;  // per natural logarithm of what a confidence leaves open
  double unknown, lenient;
  double unknown_name, unknown_foreign, no_list_foreign;
  double known_long;  // for a known word of eight letters and more; less for a shorter one
  double number, marks, odd_marks, fraktur;
};
constexpr Weights weights = {.base = -7.65,
                             .doubt = 3.24,
                             .much_doubt = -1.35,
                             .unknown = 0.75,
                             .lenient = 0.81,
                             .unknown_name = -0.33,
                             .unknown_foreign = 4.60,
                             .no_list_foreign = 0.63,
                             .known_long = -1.35,
                             .number = 1.07,
                             .marks = -0.80,
                             .odd_marks = 1.29,
                             .fraktur = 1.28};

// 0 for the surest words, 3.9 for those without any confidence.
double doubt_at(double confidence) {
  const double open = 1 - std::clamp(confidence, 0.0, surest);
  return std::log(open + 0.01) + 3.9;
}

// What the word lists say, for a word of two letters and more.
double list_weight(const Shape& shape, const WordSigns& signs) {
  double sum = 0;
  if (signs.known == Known::no) {
    sum += weights.unknown + (shape.name ? weights.unknown_name : 0) +
           (signs.foreign ? weights.unknown_foreign : 0);
  } else if (signs.known == Known::no_list && signs.foreign) {
    sum += weights.no_list_foreign;
  } else if (signs.known == Known::leniently) {
    sum += weights.lenient;
  }
  return sum;
}

// ---- the words of a page -----------------------------------------------------------------------

std::string text_of(const ReadBlock& block) {
  std::string text;
  for (const ReadLine& line : block.lines) {
    for (const TextWord& word : line.text.words) text += word.content + " ";
    text += "\n";
  }
  return text;
}

std::string language_told_by(std::string_view text) {
  constexpr double clear = 5;  // logarithm of the odds
  constexpr std::array<std::string_view, 6> codes = {"cze", "slo", "ger", "pol", "eng", "lat"};
  const LanguageGuess guess = language_of_text(text);
  return guess.margin >= clear ? std::string(codes[static_cast<std::size_t>(guess.language)]) : "";
}

// The best of what the lists of both languages say.
Known known_in(const Dictionaries& words, std::string_view model, std::string_view text,
               std::string_view word) {
  const Known by_model = words.knows(model, word);
  if (text.empty() || text == model) return by_model;
  const Known by_text = words.knows(text, word);
  const Known best = std::max(by_model, by_text);
  const bool unsaid = by_model == Known::no_list || by_text == Known::no_list;
  return best == Known::no && unsaid ? Known::no_list : best;
}

// The word broken at the end of a line and that at the beginning of the next as one word; empty
// when the first does not end in a hyphen.
std::string rejoined(const ReadLine& line, const ReadLine& next) {
  if (line.text.words.empty() || next.text.words.empty()) return "";
  const std::string_view first = line.text.words.back().content;
  const std::string_view hyphen = trailing_hyphen(first);
  if (hyphen.empty()) return "";
  return std::string(first.substr(0, first.size() - hyphen.size())) +
         next.text.words.front().content;
}

std::vector<std::vector<JudgedWord>> judged_block(const ReadBlock& block, std::string_view language,
                                                  const Dictionaries& words) {
  std::vector<std::vector<JudgedWord>> lines;
  for (const ReadLine& line : block.lines) {
    std::vector<JudgedWord>& judged_line = lines.emplace_back();
    for (const TextWord& word : line.text.words) {
      const std::string model = language_of_model(word.language);
      JudgedWord& j = judged_line.emplace_back();
      j.signs.confidence = word.confidence;
      j.signs.known = known_in(words, model, language, word.content);
      j.signs.foreign = !language.empty() && language != model;
      j.signs.fraktur = reads_fraktur(word.language);
    }
  }
  for (std::size_t l = 0; l + 1 < lines.size(); ++l) {
    const std::string whole = rejoined(block.lines[l], block.lines[l + 1]);
    if (whole.empty()) continue;
    const TextWord& first = block.lines[l].text.words.back();
    const Known known = known_in(words, language_of_model(first.language), language, whole);
    for (JudgedWord* half : {&lines[l].back(), &lines[l + 1].front()})
      half->signs.known = std::max(half->signs.known, known);
  }
  for (std::size_t l = 0; l < lines.size(); ++l)
    for (std::size_t w = 0; w < lines[l].size(); ++w)
      lines[l][w].error = word_error(block.lines[l].text.words[w].content, lines[l][w].signs);
  return lines;
}

// ---- print that was not read -------------------------------------------------------------------

struct Print {
  double em_px = 0;    // the size of the page's print
  double word_px = 0;  // from one word to the next
};

Print print_of(const std::vector<ReadBlock>& blocks) {
  std::vector<double> sizes;
  double width = 0, n = 0;
  for (const ReadBlock& block : blocks)
    for (const ReadLine& line : block.lines) {
      if (line.size_px > 0) sizes.push_back(line.size_px);
      for (const TextWord& word : line.text.words) width += word.box.width();
      n += static_cast<double>(line.text.words.size());
    }
  const double em = median(std::move(sizes));
  return {em, n > 0 ? width / n + 0.4 * em : 0};
}

// Dark on light at half the size, without what is read.
cv::Mat ink_left(const Image& grey, const std::vector<ReadBlock>& blocks, double em_px) {
  cv::Mat small, ink;
  cv::resize(view(grey), small, cv::Size(), 0.5, 0.5, cv::INTER_AREA);
  cv::threshold(small, ink, 0, 255, cv::THRESH_BINARY_INV | cv::THRESH_OTSU);
  const auto clear = [&](const Box& b, double around) {
    const cv::Point from(static_cast<int>((b.x0 - around) / 2),
                         static_cast<int>((b.y0 - around) / 2));
    const cv::Point to(static_cast<int>((b.x1 + around) / 2) + 1,
                       static_cast<int>((b.y1 + around) / 2) + 1);
    const cv::Rect inside = cv::Rect(from, to) & cv::Rect(0, 0, ink.cols, ink.rows);
    if (!inside.empty()) ink(inside).setTo(0);
  };
  for (const ReadBlock& block : blocks) {
    if (!carries_text(block.kind)) clear(block.box, 2);
    for (const ReadLine& line : block.lines)
      for (const TextWord& word : line.text.words) clear(word.box, 0.15 * em_px);
  }
  return ink;
}

std::vector<Box> parts_of(const cv::Mat& ink) {
  cv::Mat labels, stats, centres;
  const int n = cv::connectedComponentsWithStats(ink, labels, stats, centres, 8, CV_32S);
  std::vector<Box> boxes;
  for (int i = 1; i < n; ++i) {
    const double x = 2.0 * stats.at<int>(i, cv::CC_STAT_LEFT);
    const double y = 2.0 * stats.at<int>(i, cv::CC_STAT_TOP);
    boxes.push_back({x, y, x + 2.0 * stats.at<int>(i, cv::CC_STAT_WIDTH),
                     y + 2.0 * stats.at<int>(i, cv::CC_STAT_HEIGHT)});
  }
  return boxes;
}

}  // namespace

double word_error(std::string_view word, const WordSigns& signs) {
  const Shape shape = shape_of(word);
  const double doubt = doubt_at(signs.confidence);
  double sum = weights.base + weights.doubt * doubt +
               weights.much_doubt * std::max(0.0, doubt - steep_below);
  if (shape.letters >= 2) sum += list_weight(shape, signs);
  if (signs.known >= Known::leniently)
    sum += weights.known_long * std::min(shape.letters, long_word) / long_word;
  if (shape.letters == 0) sum += shape.digits ? weights.number : weights.marks;
  if (shape.odd_marks) sum += weights.odd_marks;
  if (signs.fraktur) sum += weights.fraktur;
  return 1 / (1 + std::exp(-sum));
}

std::vector<std::string> languages_of(const std::vector<ReadBlock>& blocks) {
  std::vector<std::string> texts;
  std::string all;
  for (const ReadBlock& block : blocks) {
    texts.push_back(carries_text(block.kind) ? text_of(block) : "");
    all += texts.back();
  }
  const std::string of_page = language_told_by(all);
  std::vector<std::string> languages;
  for (const std::string& text : texts) {
    const std::string language = language_told_by(text);
    languages.push_back(language.empty() ? of_page : language);
  }
  return languages;
}

JudgedPage judged(const std::vector<ReadBlock>& blocks, const Dictionaries& words) {
  const std::vector<std::string> languages = languages_of(blocks);
  JudgedPage page(blocks.size());
  for (std::size_t b = 0; b < blocks.size(); ++b)
    if (carries_text(blocks[b].kind)) page[b] = judged_block(blocks[b], languages[b], words);
  return page;
}

double words_not_read(const Image& grey, const std::vector<ReadBlock>& blocks) {
  constexpr double shortest = 2.5, highest = 2.2;  // em
  const Print print = print_of(blocks);
  if (print.em_px <= 0 || std::min(grey.width(), grey.height()) < 2) return 0;
  double words = 0;
  for (const Box& row : rows_of_letters(parts_of(ink_left(grey, blocks, print.em_px)), print.em_px))
    if (row.width() > shortest * print.em_px && row.height() < highest * print.em_px)
      words += row.width() / print.word_px;
  return words;
}

double estimated_word_error(const JudgedPage& page, double not_read) {
  double sum = 0, n = 0;
  for (const auto& block : page)
    for (const auto& line : block)
      for (const JudgedWord& word : line) {
        sum += word.error;
        n += 1;
      }
  return n > 0 ? (sum + not_read) / (n + not_read) : 0;
}

}  // namespace linka
