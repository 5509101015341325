// SPDX-License-Identifier: GPL-3.0-or-later
#include "stages/ocr/page_numbers.h"

#include "image/convert.h"
#include "model/roman.h"
#include "stages/ocr/roman_ink.h"

#include <opencv2/imgproc.hpp>

#include <algorithm>
#include <cmath>
#include <optional>
#include <string_view>
#include <utility>

namespace linka {
namespace {

constexpr double sure_figure = 0.9;    // confidence of a single figure without dashes
constexpr double likely_figure = 0.5;  // of figures between dashes
constexpr double sure_ink = 0.7;       // confidence of a Roman number by its ink alone
constexpr double sure_word = 0.9;      // a word read so is left as it was read
constexpr double set_apart = 1.2;      // em from the next word: no word space
constexpr double one_row = 0.6;        // em between the middles of words of one row
constexpr std::size_t most_signs = 9;  // of a Roman number: "xxxviii", and dirt
constexpr int least_contrast = 40;     // grey levels between paper and ink
constexpr std::size_t most_figures = 4;
constexpr std::size_t most_other_readings = 3;

constexpr const char* arabic = "0123456789";
constexpr const char* roman = "ivxlcIVXLC";

bool is_made_of(std::string_view text, std::string_view signs) {
  return !text.empty() && text.find_first_not_of(signs) == std::string_view::npos;
}

double middle_y(const Box& box) {
  return (box.y0 + box.y1) / 2;
}

// ---- the ink of one number ---------------------------------------------------------------------

// Without dashes and without the pieces that reach the picture's edge: they go on beyond it.
cv::Mat without_foreign_pieces(const cv::Mat& ink, double em) {
  cv::Mat labels, stats, centres, out = ink.clone();
  const int n = cv::connectedComponentsWithStats(ink, labels, stats, centres, 8, CV_32S);
  for (int i = 1; i < n; ++i) {
    const int x0 = stats.at<int>(i, cv::CC_STAT_LEFT), y0 = stats.at<int>(i, cv::CC_STAT_TOP),
              w = stats.at<int>(i, cv::CC_STAT_WIDTH), h = stats.at<int>(i, cv::CC_STAT_HEIGHT);
    const bool cut = x0 == 0 || y0 == 0 || x0 + w == ink.cols || y0 + h == ink.rows;
    const bool dash = w > 2 * h && h < 0.15 * em;
    if (cut || dash) out.setTo(0, labels == i);
  }
  return out;
}

// What stands in a box of the page and around it: dots above, room on the sides.
cv::Mat piece_around(const Image& page, const Box& number, double em) {
  const Box in = intersection({std::floor(number.x0 - 0.2 * em), std::floor(number.y0 - 0.45 * em),
                               std::ceil(number.x1 + 0.2 * em), std::ceil(number.y1 + 0.1 * em)},
                              page.box());
  if (in.empty()) return {};
  return view(page)(cv::Rect(static_cast<int>(in.x0), static_cast<int>(in.y0),
                             static_cast<int>(in.width()), static_cast<int>(in.height())));
}

// The grey levels of bare paper and of full ink in a piece of a page.
std::pair<int, int> paper_and_ink(const cv::Mat& piece) {
  std::vector<std::uint8_t> levels;
  for (int y = 0; y < piece.rows; ++y)
    levels.insert(levels.end(), piece.ptr<std::uint8_t>(y),
                  piece.ptr<std::uint8_t>(y) + piece.cols);
  const auto level = [&](double share) {
    const auto at = levels.begin() + static_cast<long>(share * static_cast<double>(levels.size()));
    std::nth_element(levels.begin(), at, levels.end());
    return static_cast<int>(*at);
  };
  const int paper = level(0.5);
  return {paper, level(0.02)};
}

// The Roman number that stands there. The hairlines of italic letters are pale and break, close
// letters run together: several limits between paper and ink are tried.
std::vector<InkNumber> roman_at(const Image& page, const Box& number, double em) {
  const cv::Mat piece = piece_around(page, number, em);
  if (piece.empty()) return {};
  const auto [paper, ink] = paper_and_ink(piece);
  if (paper - ink < least_contrast) return {};
  std::vector<InkNumber> all;
  for (const double share : {0.5, 0.35, 0.25}) {
    const cv::Mat dark = piece < paper - share * (paper - ink);
    for (InkNumber& n : roman_by_ink(without_foreign_pieces(dark, em))) {
      const auto known = std::find_if(all.begin(), all.end(),
                                      [&](const InkNumber& other) { return other.text == n.text; });
      if (known == all.end())
        all.push_back(std::move(n));
      else
        known->confidence = std::max(known->confidence, n.confidence);
    }
  }
  std::stable_sort(all.begin(), all.end(), [](const InkNumber& a, const InkNumber& b) {
    return a.confidence > b.confidence;
  });
  if (all.size() > most_other_readings) all.resize(most_other_readings);
  return all;
}

void add_other(TextWord& word, std::string content, double confidence) {
  auto& others = word.alternatives;
  if (content == word.content || content.empty()) return;
  std::erase_if(others, [&](const TextAlternative& a) { return a.content == content; });
  others.push_back({std::move(content), confidence});
  std::stable_sort(others.begin(), others.end(),
                   [](const auto& a, const auto& b) { return a.confidence > b.confidence; });
  if (others.size() > most_other_readings) others.resize(most_other_readings);
}

}  // namespace

bool is_convincing(const ReadLine& line) {
  std::size_t bytes = 0;
  double sum = 0;
  for (const TextWord& word : line.text.words) {
    bytes += word.content.size();
    sum += word.confidence * static_cast<double>(word.content.size());
  }
  return bytes >= 4 && sum >= convincing * static_cast<double>(bytes);
}

bool is_print(const ReadLine& line) {
  return line.text.words.size() >= 3 && is_convincing(line);
}

Box print_of(const std::vector<ReadBlock>& blocks) {
  Box print;
  for (const ReadBlock& block : blocks)
    for (const ReadLine& line : block.lines)
      if (is_print(line)) print = print.empty() ? line.text.box : hull(print, line.text.box);
  return print;
}

bool is_doubtful(const ReadLine& line, const Box& print) {
  const Box& box = line.text.box;
  return !print.empty() && line.text.words.size() <= 2 &&
         (box.y1 < print.y0 || box.y0 > print.y1) &&
         std::all_of(line.text.words.begin(), line.text.words.end(), [](const TextWord& word) {
           return word.confidence < convincing && word.content.size() <= 4;
         });
}

// ---- words that were read ----------------------------------------------------------------------

namespace {

constexpr std::string_view dashes[] = {"-", "—", "–", "―", "=", "~", "_"};

bool is_dash(const TextWord& word) {
  return std::find(std::begin(dashes), std::end(dashes), word.content) != std::end(dashes);
}

using Row = std::vector<TextWord*>;  // from left to right

// The two first rows of the page, or the two last, without dashes: above or below a number there
// may be dirt.
std::vector<Row> outer_rows(std::vector<ReadBlock>& blocks, bool first, double em) {
  Row all;
  for (ReadBlock& block : blocks)
    for (ReadLine& line : block.lines)
      for (TextWord& word : line.text.words)
        if (!is_dash(word)) all.push_back(&word);
  std::stable_sort(all.begin(), all.end(), [&](const TextWord* a, const TextWord* b) {
    return first ? middle_y(a->box) < middle_y(b->box) : middle_y(a->box) > middle_y(b->box);
  });
  std::vector<Row> rows;
  for (TextWord* word : all) {
    if (rows.empty() ||
        std::abs(middle_y(word->box) - middle_y(rows.back().front()->box)) > one_row * em) {
      if (rows.size() == 2) break;
      rows.emplace_back();
    }
    rows.back().push_back(word);
  }
  for (Row& row : rows)
    std::sort(row.begin(), row.end(),
              [](const TextWord* a, const TextWord* b) { return a->box.x0 < b->box.x0; });
  return rows;
}

// A word and the dashes that were read together with it: "—xiv—".
struct Dashed {
  std::string_view before, core, after;
};
Dashed dashed(std::string_view text) {
  Dashed out{text.substr(0, 0), text, text.substr(text.size())};
  const auto cut = [&](bool front) {
    for (const std::string_view dash : dashes)
      if (front ? out.core.starts_with(dash) : out.core.ends_with(dash)) {
        if (front)
          out.core.remove_prefix(dash.size());
        else
          out.core.remove_suffix(dash.size());
        return true;
      }
    return false;
  };
  while (cut(true)) {
  }
  while (cut(false)) {
  }
  const auto from = static_cast<std::size_t>(out.core.data() - text.data());
  out.before = text.substr(0, from);
  out.after = text.substr(from + out.core.size());
  return out;
}

bool may_be_roman(std::string_view text) {
  return text.size() <= most_signs + 2 && !is_made_of(text, arabic);
}

void compare_with_ink(TextWord& word, const Image& page, double em) {
  const std::string was = word.content;
  const Dashed parts = dashed(was);
  if (!may_be_roman(parts.core)) return;
  const std::vector<InkNumber> numbers = roman_at(page, word.box, em);
  if (numbers.empty()) return;
  const auto whole = [&](const InkNumber& n) {
    return std::string(parts.before) + n.text + std::string(parts.after);
  };
  const InkNumber& best = numbers.front();
  const auto same = std::find_if(numbers.begin(), numbers.end(),
                                 [&](const InkNumber& n) { return n.text == parts.core; });
  if (same != numbers.end()) {
    word.confidence = 1 - (1 - word.confidence) * (1 - same->confidence);
  } else if (best.confidence >= sure_ink &&
             (word.confidence < sure_word || roman_number(parts.core) > 0)) {
    word.content = whole(best);
    const double confidence = std::exchange(word.confidence, best.confidence);
    add_other(word, was, std::min(confidence, best.confidence));
  }
  for (const InkNumber& n : numbers) add_other(word, whole(n), n.confidence);
}

}  // namespace

void compare_numbers_with_ink(std::vector<ReadBlock>& blocks, const Image& page, double em) {
  if (em <= 0) return;
  for (const bool first : {true, false})
    for (const Row& row : outer_rows(blocks, first, em)) {
      const auto apart = [&](std::size_t left) {
        return row[left + 1]->box.x0 - row[left]->box.x1 > set_apart * em;
      };
      if (row.size() == 1 || apart(0)) compare_with_ink(*row.front(), page, em);
      if (row.size() > 1 && apart(row.size() - 2)) compare_with_ink(*row.back(), page, em);
    }
}

// ---- numbers that were lost --------------------------------------------------------------------

namespace {

// The figures by themselves on bare paper: what stands near them, such as dashes, is not read.
Image isolated(const Image& page, const Box& figures, double em) {
  const Box in =
      intersection({figures.x0 - 3, figures.y0 - 3, figures.x1 + 3, figures.y1 + 3}, page.box());
  const cv::Mat piece =
      view(page)(cv::Rect(static_cast<int>(in.x0), static_cast<int>(in.y0),
                          static_cast<int>(in.width()), static_cast<int>(in.height())));
  std::vector<std::uint8_t> edge;
  for (const int y : {0, piece.rows - 1})
    edge.insert(edge.end(), piece.ptr<std::uint8_t>(y), piece.ptr<std::uint8_t>(y) + piece.cols);
  std::nth_element(edge.begin(), edge.begin() + static_cast<long>(edge.size() / 2), edge.end());
  const int around = static_cast<int>(std::lround(0.5 * em));
  cv::Mat out;
  cv::copyMakeBorder(piece, out, around, around, around, around,
                     cv::BORDER_CONSTANT | cv::BORDER_ISOLATED, cv::Scalar(edge[edge.size() / 2]));
  return image_of(out, page.dpi());
}

// The picture as one word of these signs only; any when empty. It stands where the figures do.
std::optional<ReadLine> word_in(tesseract::TessBaseAPI& engine, const Image& picture,
                                const LoneFigures& row, const char* signs, double em) {
  engine.SetVariable("tessedit_char_whitelist", signs);
  std::vector<ReadLine> read = read_row(engine, picture.box(), picture);
  engine.SetVariable("tessedit_char_whitelist", "");
  if (read.size() != 1 || read.front().text.words.size() != 1) return {};
  ReadLine line = std::move(read.front());
  line.text.box = line.text.words.front().box = row.figures;
  line.text.baseline_y = line.end_baseline_y = row.figures.y1;
  if (line.size_px <= 0) line.size_px = em;
  return line;
}

const TextWord& only_word(const ReadLine& line) {
  return line.text.words.front();
}

// What was taken for letters is asked again as a number. A sign for each piece of ink, and dashes
// on both sides for Roman numbers, which any letters may look like.
std::optional<ReadLine> forced_number(tesseract::TessBaseAPI& engine, const Image& picture,
                                      const LoneFigures& row, double em) {
  std::optional<ReadLine> best;
  for (const char* signs : {arabic, roman}) {
    if (signs == roman && row.dashes.empty()) continue;
    if (signs == arabic && row.count > most_figures) continue;
    std::optional<ReadLine> line = word_in(engine, picture, row, signs, em);
    if (!line || only_word(*line).content.size() != row.count ||
        !is_made_of(only_word(*line).content, signs) ||
        only_word(*line).confidence < (row.dashes.empty() ? sure_figure : likely_figure))
      continue;
    if (!best || only_word(*line).confidence > only_word(*best).confidence) best = std::move(line);
  }
  return best;
}

bool is_number(const ReadLine& line, const LoneFigures& row, bool beside_head) {
  const TextWord& word = only_word(line);
  const bool expected = word.content.size() > 1 || !row.dashes.empty() || beside_head;
  const double least = expected ? convincing : sure_figure;
  return word.confidence >= least &&
         ((word.content.size() <= most_figures && is_made_of(word.content, arabic)) ||
          (!row.dashes.empty() && is_made_of(word.content, roman)));
}

// No other ink near by, but for rules and specks: within a picture many a stroke has a dot.
bool is_by_itself(const LoneFigures& row, const std::vector<Box>& rest, double em) {
  const Box& f = row.figures;
  const Box around{f.x0 - 1.5 * em, f.y0 - em, f.x1 + 1.5 * em, f.y1 + em};
  const Box own{f.x0 - 0.1 * em, f.y0 - 0.5 * em, f.x1 + 0.3 * em, f.y1 + 0.1 * em};
  return std::none_of(rest.begin(), rest.end(), [&](const Box& b) {
    const bool rule = b.width() > 3 * em && b.height() < 0.2 * em;
    const bool speck = std::max(b.width(), b.height()) < 0.1 * em;
    return !rule && !speck && !intersection(b, around).empty() && !(intersection(b, own) == b);
  });
}

// A line for a number that no engine has read.
ReadLine line_of(const LoneFigures& row, const InkNumber& number, double em,
                 const std::string& model) {
  ReadLine line;
  line.text.box = row.figures;
  line.text.baseline_y = line.end_baseline_y = row.figures.y1;
  line.size_px = em;
  TextWord word;
  word.content = number.text;
  word.box = row.figures;
  word.confidence = number.confidence;
  word.language = model;
  line.text.words.push_back(std::move(word));
  return line;
}

// A broken figure is none of the row's pieces: where the dashes do not stand alike on both sides,
// all between them is the number.
Box number_box(const LoneFigures& row, double em) {
  constexpr double apart = 6;  // pixels from a dash
  if (row.dashes.size() != 2) return row.figures;
  const double left = row.figures.x0 - row.dashes[0].x1, right = row.dashes[1].x0 - row.figures.x1;
  if (std::abs(left - right) < 0.3 * em) return row.figures;
  Box out = row.figures;
  out.x0 = std::min(out.x0, row.dashes[0].x1 + apart);
  out.x1 = std::max(out.x1, row.dashes[1].x0 - apart);
  return out;
}

// The row read as a number; nothing when it is none.
std::optional<ReadLine> number_in(tesseract::TessBaseAPI& engine, const Seen& seen,
                                  const LoneFigures& row, const std::vector<Box>& rest,
                                  bool beside_head, double em, const std::string& model) {
  const Image picture = isolated(seen.grey, number_box(row, em), em);
  show(engine, picture, seen.dpi);
  std::optional<ReadLine> read = word_in(engine, picture, row, "", em);
  if (read && is_number(*read, row, beside_head) && is_made_of(only_word(*read).content, arabic))
    return read;
  const std::vector<InkNumber> numbers = roman_at(seen.grey, row.figures, em);
  if (!numbers.empty() &&
      numbers.front().confidence >= (row.dashes.empty() ? sure_ink : likely_figure) &&
      (!row.dashes.empty() || is_by_itself(row, rest, em))) {
    ReadLine line = line_of(row, numbers.front(), em, model);
    for (const InkNumber& n : numbers) add_other(line.text.words.front(), n.text, n.confidence);
    return line;
  }
  if (read && is_number(*read, row, beside_head)) return read;
  return forced_number(engine, picture, row, em);
}

// Dashes are known by their shape.
void add_dashes(ReadLine& line, const LoneFigures& row) {
  const TextWord number = only_word(line);
  for (const Box& dash : row.dashes) {
    TextWord word;
    word.content = "\u2014";
    word.box = dash;
    word.confidence = number.confidence;
    word.language = number.language;
    auto& words = line.text.words;
    words.insert(dash.x1 < row.figures.x0 ? words.begin() : words.end(), std::move(word));
    line.text.box = hull(line.text.box, dash);
  }
}

// The print without a running head: what stands beside that may be a number, too.
Box print_below_head(const std::vector<ReadBlock>& blocks, const Box& print, double em) {
  constexpr double full = 0.8;  // of the print's width: a line of text
  double top = 1e9;
  for (const ReadBlock& block : blocks)
    for (const ReadLine& line : block.lines) top = std::min(top, middle_y(line.text.box));
  Box row, rest;
  for (const ReadBlock& block : blocks)
    for (const ReadLine& line : block.lines) {
      const Box& box = line.text.box;
      const bool in_row = middle_y(box) - top < one_row * em;
      if (in_row) row = row.empty() ? box : hull(row, box);
      if (!in_row && is_print(line)) rest = rest.empty() ? box : hull(rest, box);
    }
  if (row.empty() || rest.empty() || row.width() > full * print.width() || row.y1 > rest.y0)
    return print;
  return rest;
}

// Far enough from every word of its row.
bool stands_apart(const Box& figures, const std::vector<ReadBlock>& blocks, const Box& print,
                  double em) {
  for (const ReadBlock& block : blocks)
    for (const ReadLine& line : block.lines)
      for (const TextWord& word : line.text.words) {
        if (is_doubtful(line, print) || is_dash(word)) continue;
        const double gap = std::max(word.box.x0 - figures.x1, figures.x0 - word.box.x1);
        if (std::abs(middle_y(word.box) - middle_y(figures)) < one_row * em &&
            gap < set_apart * em && intersection(word.box, figures).empty())
          return false;
      }
  return true;
}

// In the row of the page's first line, and no line of text is as high as that.
bool is_beside_head(const Box& figures, const std::vector<ReadBlock>& blocks, double em) {
  const ReadLine* first = nullptr;
  for (const ReadBlock& block : blocks)
    for (const ReadLine& line : block.lines)
      if (first == nullptr || middle_y(line.text.box) < middle_y(first->text.box)) first = &line;
  return first != nullptr && std::abs(middle_y(first->text.box) - middle_y(figures)) < one_row * em;
}

}  // namespace

void add_page_numbers(tesseract::TessBaseAPI& engine, const Seen& seen,
                      std::vector<ReadBlock>& blocks, const std::vector<Box>& rest, double em) {
  const Box whole_print = print_of(blocks);
  if (em <= 0 || whole_print.empty()) return;
  const Box print = print_below_head(blocks, whole_print, em);
  std::vector<LoneFigures> rows = lone_figures(rest, print, em);
  std::erase_if(rows, [&](const LoneFigures& row) {
    return !stands_apart(row.figures, blocks, whole_print, em);
  });
  if (rows.empty()) return;
  std::string model;
  for (const ReadBlock& block : blocks)
    for (const ReadLine& line : block.lines)
      if (model.empty() && !line.text.words.empty()) model = line.text.words.front().language;
  for (const LoneFigures& row : rows) {
    std::optional<ReadLine> line =
        number_in(engine, seen, row, rest, is_beside_head(row.figures, blocks, em), em, model);
    if (!line) continue;
    add_dashes(*line, row);
    ReadBlock block;
    block.box = line->text.box;
    const bool above = row.figures.y1 <= print.y0 + em;
    block.lines.push_back(std::move(*line));
    for (ReadBlock& other : blocks)
      std::erase_if(other.lines, [&](const ReadLine& doubtful) {
        return is_doubtful(doubtful, whole_print) &&
               !intersection(doubtful.text.box, block.box).empty();
      });
    std::erase_if(blocks, [&](const ReadBlock& other) {
      return carries_text(other.kind)
                 ? other.lines.empty()
                 : other.kind == BlockKind::line && !intersection(other.box, block.box).empty();
    });
    blocks.insert(above ? blocks.begin() : blocks.end(), std::move(block));
  }
}

}  // namespace linka
