// SPDX-License-Identifier: GPL-3.0-or-later
// Where a page's number stands: alone in a row at the head or foot, or at an end of the running
// head. Each word that may be one becomes a hint for every way it can be read; which of them is
// right only the pages around can tell (sequence.cpp).
#include "stages/pagination/numerals.h"
#include "stages/pagination/reading.h"

#include <algorithm>
#include <cmath>

namespace linka {
namespace {

constexpr double marked_number = 1.0;  // the reader's layout calls it a page number
constexpr double end_of_head = 0.9;
constexpr double alone = 0.85;      // in the first or last row
constexpr double alone_near = 0.4;  // in the second
constexpr double set_apart = 0.6;   // at a row's end, far from the next word
constexpr double in_text = 0.15;
constexpr double wide_gap = 1.5;  // of the letters' size: wider than between words
constexpr std::size_t most_hints = 8;
constexpr double outer_part = 0.3;  // of the page's height, at head and foot

// A row of the page: the words of all lines at one height, left to right.
struct Row {
  std::vector<const TextWord*> words;
  BlockKind kind = BlockKind::text;
  double y = 0, height = 0;
};

std::vector<Row> rows_of(const std::vector<HintLine>& lines) {
  std::vector<Row> rows;
  for (const HintLine& l : lines) {
    if (l.kind == BlockKind::signature || l.kind == BlockKind::catchword) continue;
    const bool same = !rows.empty() && l.centre_y() - rows.back().y < 0.5 * rows.back().height;
    if (!same) rows.push_back({{}, l.kind, l.centre_y(), l.line->box.height()});
    Row& row = rows.back();
    // A number and a running head in one row: both speak for it.
    if (l.kind == BlockKind::running_head || l.kind == BlockKind::page_number) row.kind = l.kind;
    for (const TextWord& word : l.line->words)
      if (!folded(word.content).empty()) row.words.push_back(&word);
  }
  std::erase_if(rows, [](const Row& row) { return row.words.empty(); });
  return rows;
}

class Collector {
 public:
  Collector(double width, double height) : width_(width), height_(height) {}

  void add(const TextWord& word, double context) {
    add_text(word.content, word, context * (0.5 + 0.5 * word.confidence));
    for (const TextAlternative& other : word.alternatives)
      add_text(other.content, word, context * 0.5 * (0.5 + 0.5 * other.confidence));
  }
  // Two numbers, one after the other: a page of two numbered columns.
  void add_columns(const TextWord& left, const TextWord& right, double context) {
    for (const NumberReading& a : readings_of(left.content))
      for (const NumberReading& b : readings_of(right.content))
        if (a.kind == NumberKind::arabic && b.kind == NumberKind::arabic && b.value == a.value + 1)
          out_.push_back({NumberKind::column, a.value, context * std::min(a.weight, b.weight), 0.5,
                          middle_y(left), false, false, left.content + " " + right.content});
  }
  std::vector<NumberHint> taken() {
    std::stable_sort(out_.begin(), out_.end(),
                     [](const NumberHint& a, const NumberHint& b) { return a.weight > b.weight; });
    if (out_.size() > most_hints) out_.resize(most_hints);
    return std::move(out_);
  }

 private:
  double middle_y(const TextWord& word) const {
    return std::clamp((word.box.y0 + word.box.y1) / 2 / height_, 0.0, 1.0);
  }
  void add_text(const std::string& text, const TextWord& word, double weight) {
    const double x = std::clamp((word.box.x0 + word.box.x1) / 2 / width_, 0.0, 1.0);
    for (const NumberReading& r : readings_of(text)) {
      // Letters of a sentence are seldom numbers.
      const bool of_text = weight < 0.3 && r.kind == NumberKind::roman;
      if (!of_text && r.weight * weight >= 0.03)
        out_.push_back(
            {r.kind, r.value, r.weight * weight, x, middle_y(word), r.capitals, r.bracketed, text});
    }
  }

  double width_, height_;
  std::vector<NumberHint> out_;
};

double gap_beside(const Row& row, std::size_t word) {
  double gap = 1e9;
  if (word > 0) gap = std::min(gap, row.words[word]->box.x0 - row.words[word - 1]->box.x1);
  if (word + 1 < row.words.size())
    gap = std::min(gap, row.words[word + 1]->box.x0 - row.words[word]->box.x1);
  return gap;
}

double context_of(const Row& row, std::size_t word, std::size_t rank) {
  if (row.kind == BlockKind::page_number && row.words.size() <= 2) return marked_number;
  if (row.words.size() == 1) return rank == 0 ? alone : alone_near;
  if (row.kind == BlockKind::running_head || row.kind == BlockKind::page_number) return end_of_head;
  if (gap_beside(row, word) > wide_gap * row.height) return rank == 0 ? set_apart : in_text;
  return rank == 0 ? in_text : 0;
}

void look_at(const Row& row, std::size_t rank, Collector& out) {
  const std::size_t last = row.words.size() - 1;
  const double first_context = context_of(row, 0, rank);
  if (first_context > 0) out.add(*row.words.front(), first_context);
  if (last == 0) return;
  const double last_context = context_of(row, last, rank);
  if (last_context > 0) out.add(*row.words.back(), last_context);
  if (first_context > in_text && last_context > in_text)
    out.add_columns(*row.words.front(), *row.words.back(), std::min(first_context, last_context));
}

}  // namespace

std::vector<NumberHint> number_hints(const PageText& text, const std::vector<HintLine>& lines) {
  const std::vector<Row> rows = rows_of(lines);
  const double height = std::max(1, text.height_px);
  Collector out(std::max(1, text.width_px), height);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const Row& row = rows[i];
    const std::size_t below = rows.size() - 1 - i;
    const bool marked = row.kind == BlockKind::page_number || row.kind == BlockKind::running_head;
    const bool head = i <= 1 && row.y < outer_part * height;
    const bool foot = below <= 1 && row.y > (1 - outer_part) * height;
    if (!marked && !head && !foot) continue;
    look_at(row, marked ? 0 : head && (!foot || i < below) ? i : below, out);
  }
  return out.taken();
}

}  // namespace linka
