// SPDX-License-Identifier: GPL-3.0-or-later
#include "stages/ocr/blocks_order.h"

#include <algorithm>
#include <cmath>
#include <optional>

namespace linka {
namespace {

// All in em of the page's print.
constexpr double least_gutter = 0.6;
constexpr double column_width = 7;       // of the middle line; narrower is a list or a margin
constexpr std::size_t column_lines = 3;  // fewer do not show a column
constexpr double reach = 0.8;            // how far into both columns what spans them goes at least
constexpr double same_row = 0.35;        // difference of the baselines
constexpr double scattered_row = 0.5;    // the same of words far apart from each other
constexpr double cell_width = 5;         // of the middle cell of a table's column, at most
constexpr double rows_shared = 0.8;      // of the cells that stand at the height of another
constexpr double rows_numbered = 0.4;    // of a table's lines, at least: some take two

using Blocks = std::vector<ReadBlock>;
using Set = std::vector<std::size_t>;  // indices into the blocks

double em_of(const Blocks& blocks) {
  std::vector<double> sizes;
  for (const ReadBlock& block : blocks)
    for (const ReadLine& line : block.lines)
      if (line.size_px > 0) sizes.push_back(line.size_px);
  return median(std::move(sizes));
}

double middle_width(const ReadBlock& block) {
  std::vector<double> widths;
  for (const ReadLine& line : block.lines) widths.push_back(line.text.box.width());
  return median(std::move(widths));
}

double centre_y(const Box& box) {
  return (box.y0 + box.y1) / 2;
}

bool is_upright(const Box& box) {
  return box.height() > box.width();
}

// A block that goes on above and below `y` becomes two.
void part_at(Blocks& blocks, std::size_t at, double y) {
  std::vector<ReadLine> above, below;
  for (ReadLine& line : blocks[at].lines)
    (centre_y(line.text.box) < y ? above : below).push_back(std::move(line));
  const BlockKind kind = blocks[at].kind;
  blocks[at] = block_of_lines(std::move(above), kind);
  blocks.insert(blocks.begin() + static_cast<std::ptrdiff_t>(at) + 1,
                block_of_lines(std::move(below), kind));
}

class Order {
 public:
  Order(const Blocks& blocks, double em) : em_(em) {
    for (const ReadBlock& block : blocks) {
      boxes_.push_back(ink_of(block));
      n_lines_.push_back(carries_text(block.kind) ? block.lines.size() : 0);
      widths_.push_back(carries_text(block.kind) ? middle_width(block) : 0);
      is_rule_.push_back(block.kind == BlockKind::line && is_upright(block.box));
    }
  }

  Set of(Set set) const {
    if (set.size() < 2) return set;
    if (const auto column = first_column(set)) {
      const auto [left, right] = *column;
      return joined(of(left), of(right));
    }
    const auto across = spanning(set);
    if (!across) return set;
    Set above, below;
    for (const std::size_t i : set)
      if (i != *across)
        (centre_y(boxes_[i]) < centre_y(boxes_[*across]) ? above : below).push_back(i);
    return joined(joined(of(above), {*across}), of(below));
  }

 private:
  static Set joined(Set first, const Set& rest) {
    first.insert(first.end(), rest.begin(), rest.end());
    return first;
  }

  bool is_column(const Set& set) const {
    std::size_t lines = 0;
    std::vector<double> widths;
    for (const std::size_t i : set) {
      lines += n_lines_[i];
      widths.insert(widths.end(), n_lines_[i], widths_[i]);
    }
    return lines >= column_lines && median(std::move(widths)) >= column_width * em_;
  }

  // Cuts the set at the leftmost gutter with columns on both sides of it.
  std::optional<std::pair<Set, Set>> first_column(const Set& set) const {
    Set by_left;
    for (const std::size_t i : set)
      if (!is_rule_[i]) by_left.push_back(i);
    std::stable_sort(by_left.begin(), by_left.end(),
                     [&](std::size_t a, std::size_t b) { return boxes_[a].x0 < boxes_[b].x0; });
    for (std::size_t k = 1; k < by_left.size(); ++k) {
      double end = boxes_[by_left[0]].x1;
      for (std::size_t j = 0; j < k; ++j) end = std::max(end, boxes_[by_left[j]].x1);
      const double start = boxes_[by_left[k]].x0;
      if (start - end < least_gutter * em_) continue;
      std::pair<Set, Set> parts;
      for (const std::size_t i : set) {
        const double x = (boxes_[i].x0 + boxes_[i].x1) / 2;
        (x < (start + end) / 2 ? parts.first : parts.second).push_back(i);
      }
      if (is_column(parts.first) && is_column(parts.second)) return parts;
    }
    return {};
  }

  // Two columns of text side by side, and b reaches into both from above or below.
  bool spans(std::size_t b, std::size_t left, std::size_t right) const {
    const Box &box = boxes_[b], &l = boxes_[left], &r = boxes_[right];
    if (b == left || b == right || !is_column({left}) || !is_column({right})) return false;
    if (r.x0 - l.x1 < least_gutter * em_) return false;
    const double beside = std::min(l.y1, r.y1) - std::max(l.y0, r.y0);
    if (2 * beside < std::min(l.height(), r.height())) return false;
    if (box.x0 > l.x1 - reach * em_ || box.x1 < r.x0 + reach * em_) return false;
    const double top = std::min(l.y0, r.y0), bottom = std::max(l.y1, r.y1);
    return centre_y(box) <= top || centre_y(box) >= bottom;
  }

  // The topmost block that parts the whole set: it spans columns and nothing stands beside it.
  std::optional<std::size_t> spanning(const Set& set) const {
    std::optional<std::size_t> best;
    for (const std::size_t b : set) {
      if (is_rule_[b] || (best && boxes_[b].y0 >= boxes_[*best].y0)) continue;
      const bool alone = std::none_of(set.begin(), set.end(), [&](std::size_t i) {
        const double y = centre_y(boxes_[b]);
        return i != b && !is_rule_[i] && boxes_[i].y0 < y && boxes_[i].y1 > y;
      });
      const bool found = alone && std::any_of(set.begin(), set.end(), [&](std::size_t l) {
                           return std::any_of(set.begin(), set.end(),
                                              [&](std::size_t r) { return spans(b, l, r); });
                         });
      if (found) best = b;
    }
    return best;
  }

  double em_;
  std::vector<Box> boxes_;
  std::vector<std::size_t> n_lines_;
  std::vector<double> widths_;
  std::vector<bool> is_rule_;
};

// Columns that the engine took for one block although a heading stands in their middle.
void part_around_headings(Blocks& blocks) {
  constexpr std::size_t most = 1000;  // blocks; more is no page
  for (std::size_t b = 0; b < blocks.size() && blocks.size() < most; ++b) {
    const Box across = ink_of(blocks[b]);
    if (!carries_text(blocks[b].kind) || blocks[b].lines.size() > column_lines) continue;
    for (std::size_t i = 0; i < blocks.size(); ++i) {
      const Box box = ink_of(blocks[i]);
      if (i == b || blocks[i].lines.size() < 2 || box.x0 >= across.x1 || box.x1 <= across.x0)
        continue;
      std::size_t above = 0, beside = 0;
      for (const ReadLine& line : blocks[i].lines) {
        const double y = centre_y(line.text.box);
        above += y < across.y0;
        beside += y >= across.y0 && y <= across.y1;
      }
      if (above == 0 || above == blocks[i].lines.size() || beside > 0) continue;
      part_at(blocks, i, centre_y(across));
      if (i < b) ++b;
      ++i;
    }
  }
}

// ---- scattered words ---------------------------------------------------------------------------

bool stand_side_by_side(const ReadBlock& a, const ReadBlock& b) {
  const Box one = ink_of(a), other = ink_of(b);
  const double beside = std::min(one.y1, other.y1) - std::max(one.y0, other.y0);
  return (one.x1 <= other.x0 || other.x1 <= one.x0) &&
         2 * beside > std::min(one.height(), other.height());
}

bool has_blocks_side_by_side(const Blocks& blocks) {
  std::vector<const ReadBlock*> large;
  for (const ReadBlock& block : blocks)
    if (carries_text(block.kind) && block.lines.size() >= column_lines) large.push_back(&block);
  for (std::size_t i = 0; i < large.size(); ++i)
    for (std::size_t j = i + 1; j < large.size(); ++j)
      if (stand_side_by_side(*large[i], *large[j])) return true;
  return false;
}

double height_of_first_line(const ReadBlock& block) {
  return block.lines.empty() ? block.box.y0 : block.lines.front().text.baseline_y;
}

// ---- tables ------------------------------------------------------------------------------------

bool is_figure(const ReadLine& line) {
  if (line.text.words.size() != 1) return false;
  const std::string& word = line.text.words.front().content;
  return word.size() <= 5 &&
         std::any_of(word.begin(), word.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// Page numbers beside titles, or two columns of cells. Numbers at a few lines only count lines.
bool are_of_a_table(const ReadBlock& left, const ReadBlock& right, double em) {
  if (static_cast<double>(right.lines.size()) <
      rows_numbered * static_cast<double>(left.lines.size()))
    return false;
  const auto figures = std::count_if(right.lines.begin(), right.lines.end(), is_figure);
  return 2 * static_cast<std::size_t>(figures) > right.lines.size() ||
         (middle_width(left) <= cell_width * em && middle_width(right) <= cell_width * em);
}

std::optional<std::size_t> row_beside(const ReadBlock& block, const ReadLine& cell, bool is_left,
                                      double em) {
  for (std::size_t i = 0; i < block.lines.size(); ++i) {
    const ReadLine& line = block.lines[i];
    const double y = is_left ? line.end_baseline_y : line.text.baseline_y;
    const double cell_y = is_left ? cell.text.baseline_y : cell.end_baseline_y;
    if (std::abs(y - cell_y) <= same_row * em) return i;
  }
  return {};
}

// Joins the cells of `right` to the rows of `left` where most of them share a row.
bool join_rows(ReadBlock& left, ReadBlock& right, double em) {
  if (left.lines.size() < column_lines || right.lines.size() < column_lines) return false;
  if (ink_of(left).x1 > ink_of(right).x0 || !are_of_a_table(left, right, em)) return false;
  std::vector<std::optional<std::size_t>> rows;
  for (const ReadLine& cell : right.lines) rows.push_back(row_beside(left, cell, true, em));
  const auto shared = std::count_if(rows.begin(), rows.end(), [](const auto& r) { return !!r; });
  if (static_cast<double>(shared) < rows_shared * static_cast<double>(rows.size())) return false;
  std::vector<ReadLine> alone;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    ReadLine& cell = right.lines[i];
    if (!rows[i]) {
      alone.push_back(std::move(cell));
      continue;
    }
    ReadLine& row = left.lines[*rows[i]];
    for (TextWord& word : cell.text.words) row.text.words.push_back(std::move(word));
    row.text.box = hull(row.text.box, cell.text.box);
    row.end_baseline_y = cell.end_baseline_y;
  }
  std::vector<ReadLine> lines = std::move(left.lines);
  for (ReadLine& line : alone) lines.push_back(std::move(line));
  std::stable_sort(lines.begin(), lines.end(), [](const ReadLine& a, const ReadLine& b) {
    return a.text.baseline_y < b.text.baseline_y;
  });
  left = block_of_lines(std::move(lines), BlockKind::table);
  return true;
}

bool join_two_columns(Blocks& blocks, double em) {
  for (ReadBlock& left : blocks)
    for (auto right = blocks.begin(); right != blocks.end(); ++right) {
      if (&left == &*right || !join_rows(left, *right, em)) continue;
      blocks.erase(right);
      return true;
    }
  return false;
}

}  // namespace

Box ink_of(const ReadBlock& block) {
  std::optional<Box> all;
  for (const ReadLine& line : block.lines)
    for (const TextWord& word : line.text.words) all = all ? hull(*all, word.box) : word.box;
  return all.value_or(block.box);
}

ReadBlock block_of_lines(std::vector<ReadLine> lines, BlockKind kind) {
  ReadBlock block;
  block.kind = kind;
  block.lines = std::move(lines);
  block.box = ink_of(block);
  return block;
}

void order_blocks(std::vector<ReadBlock>& blocks) {
  const double em = em_of(blocks);
  if (em <= 0 || blocks.size() < 3) return;
  part_around_headings(blocks);
  Set all(blocks.size());
  for (std::size_t i = 0; i < all.size(); ++i) all[i] = i;
  Blocks ordered;
  for (const std::size_t i : Order(blocks, em).of(all)) ordered.push_back(std::move(blocks[i]));
  blocks = std::move(ordered);
}

void order_scattered(std::vector<ReadBlock>& blocks) {
  const double em = em_of(blocks);
  if (em <= 0 || has_blocks_side_by_side(blocks)) return;
  const auto y = height_of_first_line;
  std::stable_sort(blocks.begin(), blocks.end(),
                   [&](const ReadBlock& a, const ReadBlock& b) { return y(a) < y(b); });
  for (auto row = blocks.begin(); row != blocks.end();) {
    const double last = y(*row) + scattered_row * em;
    auto end = std::next(row);
    while (end != blocks.end() && y(*end) <= last && carries_text(row->kind) &&
           carries_text(end->kind))
      ++end;
    std::stable_sort(row, end, [](const ReadBlock& a, const ReadBlock& b) {
      return ink_of(a).x0 < ink_of(b).x0;
    });
    row = end;
  }
}

void join_table_rows(std::vector<ReadBlock>& blocks) {
  const double em = em_of(blocks);
  while (join_two_columns(blocks, em)) {
  }
}

}  // namespace linka
