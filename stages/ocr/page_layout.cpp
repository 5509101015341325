// SPDX-License-Identifier: GPL-3.0-or-later
#include "stages/ocr/page_layout.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <numeric>
#include <optional>
#include <tuple>

namespace linka {
namespace {

// All in em of the larger of the two lines.
constexpr double widest_word_space = 0.7;  // gutters without a rule start at about one em
constexpr double widest_loose_space = 2;   // where a word above or below spans it
constexpr double widest_letter_gap = 0.09;
constexpr double same_height = 0.35;  // two parts of one line: how far their baselines may differ
constexpr double overlap_allowed = 0.5;  // of their boxes
constexpr double same_print = 1.7;       // ratio of their sizes
constexpr double tight_share = 0.75;     // of two blocks' neighbouring lines, to be one block
constexpr double near_block = 2.5;       // a lost line this far above or below belongs to the block

bool carries_text(const ReadBlock& block) {
  return linka::carries_text(block.kind);
}

struct Place {
  std::size_t block = 0, line = 0;
  auto operator<=>(const Place&) const = default;
};

const ReadLine& at(const std::vector<ReadBlock>& blocks, Place place) {
  return blocks[place.block].lines[place.line];
}

double left_of(const ReadLine& line) {
  return line.text.words.front().box.x0;
}
double right_of(const ReadLine& line) {
  return line.text.words.back().box.x1;
}

struct Neighbours {
  Place left, right;
  double gap_em = 0;
};

// The gap between two parts of what may be one line, in em; nothing when they are not side by side.
std::optional<double> gap_between(const ReadLine& left, const ReadLine& right) {
  const double em = std::max(left.size_px, right.size_px);
  if (em <= 0 || em > same_print * std::min(left.size_px, right.size_px)) return std::nullopt;
  if (std::abs(left.end_baseline_y - right.text.baseline_y) > same_height * em) return std::nullopt;
  const double gap = (left_of(right) - right_of(left)) / em;
  if (gap < -overlap_allowed || left_of(right) <= left_of(left) ||
      right_of(right) <= right_of(left))
    return std::nullopt;
  return gap;
}

// Every pair of lines of which each is the other's nearest.
std::vector<Neighbours> neighbours_of(const std::vector<ReadBlock>& blocks) {
  std::vector<Place> places;
  for (std::size_t b = 0; b < blocks.size(); ++b)
    if (carries_text(blocks[b]))
      for (std::size_t l = 0; l < blocks[b].lines.size(); ++l)
        if (!blocks[b].lines[l].text.words.empty()) places.push_back({b, l});
  std::map<Place, Neighbours> nearest_of_left, nearest_of_right;
  for (const Place& left : places)
    for (const Place& right : places) {
      if (left == right) continue;
      const auto gap = gap_between(at(blocks, left), at(blocks, right));
      if (!gap) continue;
      const Neighbours pair{left, right, *gap};
      const auto keep = [&](std::map<Place, Neighbours>& nearest, const Place& place) {
        const auto [found, fresh] = nearest.try_emplace(place, pair);
        if (!fresh && pair.gap_em < found->second.gap_em) found->second = pair;
      };
      keep(nearest_of_left, left);
      keep(nearest_of_right, right);
    }
  std::vector<Neighbours> pairs;
  for (const auto& [left, pair] : nearest_of_left)
    if (nearest_of_right.at(pair.right).left == left) pairs.push_back(pair);
  return pairs;
}

// A rule or a picture stands between the two. One that they stand in does not.
bool is_parted(const std::vector<ReadBlock>& blocks, const ReadLine& left, const ReadLine& right) {
  const Box gap{
      std::min(right_of(left), left_of(right)) - 1, std::max(left.text.box.y0, right.text.box.y0),
      std::max(right_of(left), left_of(right)) + 1, std::min(left.text.box.y1, right.text.box.y1)};
  return std::any_of(blocks.begin(), blocks.end(), [&](const ReadBlock& block) {
    const bool around = block.box.x0 <= left_of(left) && block.box.x1 >= right_of(right);
    return !carries_text(block) && !around && block.box.height() > block.box.width() &&
           !intersection(block.box, gap).empty();
  });
}

enum class Beside { nothing, word, gutter };

// What stands in the nearest line above or below a gap: a word, or a gap between two lines.
Beside beside_gap(const std::vector<ReadBlock>& blocks, const ReadLine& left, const ReadLine& right,
                  bool above) {
  const double em = std::max(left.size_px, right.size_px);
  const double gap_x0 = right_of(left), gap_x1 = left_of(right);
  double nearest = 2 * em;
  Beside found = Beside::nothing;
  for (const ReadBlock& block : blocks)
    for (const ReadLine& line : block.lines) {
      if (!carries_text(block) || line.text.words.empty()) continue;
      const double away = above ? left.end_baseline_y - line.text.baseline_y
                                : line.text.baseline_y - left.end_baseline_y;
      if (away < 0.5 * em || away > nearest) continue;
      // As far on both sides as the gap is no line's mere end.
      if (left_of(line) > gap_x0 - em || right_of(line) < gap_x1 + em) continue;
      const bool word =
          std::any_of(line.text.words.begin(), line.text.words.end(),
                      [&](const TextWord& w) { return w.box.x0 < gap_x1 && w.box.x1 > gap_x0; });
      nearest = away;
      found = word ? Beside::word : Beside::gutter;
    }
  return found;
}

// A word spans the gap right above or below it, so no gutter runs there.
bool is_crossed(const std::vector<ReadBlock>& blocks, const ReadLine& left, const ReadLine& right) {
  const Beside above = beside_gap(blocks, left, right, true);
  const Beside below = beside_gap(blocks, left, right, false);
  return (above == Beside::word) != (below == Beside::word)
             ? above == Beside::nothing || below == Beside::nothing
             : above == Beside::word;
}

bool is_letter_byte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c & '\x80') != 0;
}

void append(ReadLine& line, ReadLine&& rest) {
  const double em = std::max(line.size_px, rest.size_px);
  TextWord& last = line.text.words.back();
  TextWord& next = rest.text.words.front();
  std::size_t taken = 0;
  if (left_of(rest) - right_of(line) <= widest_letter_gap * em &&
      is_letter_byte(last.content.back()) && is_letter_byte(next.content.front())) {
    last.content += next.content;  // torn in the middle of a word
    last.box = hull(last.box, next.box);
    last.confidence = std::min(last.confidence, next.confidence);
    taken = 1;
  }
  const bool longer = rest.text.box.width() > line.text.box.width();
  if (longer) line.size_px = rest.size_px;
  for (std::size_t i = taken; i < rest.text.words.size(); ++i)
    line.text.words.push_back(std::move(rest.text.words[i]));
  line.text.box = hull(line.text.box, rest.text.box);
  line.end_baseline_y = rest.end_baseline_y;
}

}  // namespace

double median(std::vector<double> values) {
  if (values.empty()) return 0;
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

void join_torn_lines(std::vector<ReadBlock>& blocks) {
  const std::vector<Neighbours> pairs = neighbours_of(blocks);
  const auto is_tight = [&](const Neighbours& pair) {
    return pair.gap_em <= widest_word_space ||
           (pair.gap_em <= widest_loose_space &&
            is_crossed(blocks, at(blocks, pair.left), at(blocks, pair.right)));
  };
  struct Count {
    std::size_t all = 0, tight = 0;
  };
  std::map<std::pair<std::size_t, std::size_t>, Count> counts;
  for (const Neighbours& pair : pairs) {
    Count& count = counts[std::minmax(pair.left.block, pair.right.block)];
    ++count.all;
    count.tight += is_tight(pair);
  }

  std::map<Place, Place> next;
  std::vector<std::size_t> root(blocks.size());
  std::iota(root.begin(), root.end(), std::size_t{0});
  const auto root_of = [&](std::size_t block) {
    while (root[block] != block) block = root[block];
    return block;
  };
  for (const Neighbours& pair : pairs) {
    const Count& count = counts[std::minmax(pair.left.block, pair.right.block)];
    const bool one_block =
        pair.left.block == pair.right.block ||
        static_cast<double>(count.tight) >= tight_share * static_cast<double>(count.all);
    if (!is_tight(pair) || !one_block ||
        is_parted(blocks, at(blocks, pair.left), at(blocks, pair.right)))
      continue;
    next[pair.left] = pair.right;
    const std::size_t left = root_of(pair.left.block), right = root_of(pair.right.block);
    root[std::max(left, right)] = std::min(left, right);
  }
  if (next.empty()) return;

  std::map<Place, bool> is_rest;
  for (const auto& [left, right] : next) is_rest[right] = true;
  std::vector<ReadBlock> joined(blocks.size());
  std::vector<bool> grew(blocks.size());
  for (std::size_t b = 0; b < blocks.size(); ++b) {
    ReadBlock& target = joined[root_of(b)];
    if (root_of(b) == b) {
      target.kind = blocks[b].kind;
      target.box = blocks[b].box;
    } else {
      target.box = hull(target.box, blocks[b].box);
      grew[root_of(b)] = true;
    }
    for (std::size_t l = 0; l < blocks[b].lines.size(); ++l) {
      Place place{b, l};
      if (is_rest.contains(place)) continue;
      ReadLine line = std::move(blocks[b].lines[l]);
      for (auto found = next.find(place); found != next.end(); found = next.find(place)) {
        place = found->second;
        append(line, std::move(blocks[place.block].lines[place.line]));
      }
      target.lines.push_back(std::move(line));
    }
  }
  std::vector<ReadBlock> kept;
  for (std::size_t b = 0; b < joined.size(); ++b) {
    if (root_of(b) != b) continue;
    if (grew[b])
      std::stable_sort(joined[b].lines.begin(), joined[b].lines.end(),
                       [](const ReadLine& x, const ReadLine& y) {
                         return x.text.baseline_y < y.text.baseline_y;
                       });
    kept.push_back(std::move(joined[b]));
  }
  blocks = std::move(kept);
}

void insert_lost_lines(std::vector<ReadBlock>& blocks, std::vector<ReadLine> lost) {
  for (ReadLine& line : lost) {
    const Box& box = line.text.box;
    ReadBlock* home = nullptr;
    double least = near_block * line.size_px;
    std::size_t after = 0;  // where a block of its own would stand
    for (std::size_t b = 0; b < blocks.size(); ++b) {
      ReadBlock& block = blocks[b];
      const double beside = std::min(box.x1, block.box.x1) - std::max(box.x0, block.box.x0);
      if (!carries_text(block) || block.lines.empty() || 2 * beside < box.width()) continue;
      if (block.box.y0 < box.y0) after = b + 1;
      const double away = std::max({0.0, block.box.y0 - box.y1, box.y0 - block.box.y1});
      if (away < least) {
        least = away;
        home = &block;
      }
    }
    if (home == nullptr) {
      ReadBlock own;
      own.box = box;
      own.lines.push_back(std::move(line));
      blocks.insert(blocks.begin() + static_cast<std::ptrdiff_t>(after), std::move(own));
      continue;
    }
    home->box = hull(home->box, box);
    const auto below = std::find_if(home->lines.begin(), home->lines.end(), [&](const ReadLine& l) {
      return l.text.baseline_y > line.text.baseline_y;
    });
    home->lines.insert(below, std::move(line));
  }
}

std::vector<Box> rows_of_letters(const std::vector<Box>& ink, double em_px, std::size_t fewest) {
  constexpr std::size_t too_many = 4000;  // a picture, a map, noise
  std::vector<Box> letters;
  for (const Box& box : ink)
    if (box.height() > 0.25 * em_px && box.height() < 1.6 * em_px && box.width() > 0.08 * em_px &&
        box.width() < 3 * em_px)
      letters.push_back(box);
  if (letters.size() < fewest || letters.size() > too_many) return {};
  std::sort(letters.begin(), letters.end(), [](const Box& a, const Box& b) {
    return std::tie(a.x0, a.y0, a.x1, a.y1) < std::tie(b.x0, b.y0, b.x1, b.y1);
  });
  struct Row {
    Box all, last;
    std::size_t n = 0;
  };
  std::vector<Row> rows;
  for (const Box& letter : letters) {
    Row* best = nullptr;
    double least = std::numeric_limits<double>::max();
    for (Row& row : rows) {
      const double gap = letter.x0 - row.last.x1;
      const double shift = std::abs((letter.y0 + letter.y1) / 2 - (row.last.y0 + row.last.y1) / 2);
      if (gap > 1.5 * em_px || shift > 0.5 * em_px || shift + std::max(0.0, gap) >= least) continue;
      least = shift + std::max(0.0, gap);
      best = &row;
    }
    if (best == nullptr) best = &rows.emplace_back(Row{letter, letter, 0});
    best->all = hull(best->all, letter);
    best->last = letter;
    ++best->n;
  }
  std::vector<Box> boxes;
  for (const Row& row : rows)
    if (row.n >= fewest) boxes.push_back(row.all);
  std::sort(boxes.begin(), boxes.end(), [](const Box& a, const Box& b) {
    return std::tie(a.y0, a.x0, a.x1, a.y1) < std::tie(b.y0, b.x0, b.x1, b.y1);
  });
  return boxes;
}

namespace {

constexpr double far_from_print = 6;  // em: a number further away is none of the page

bool stands_beside(const Box& a, const Box& b) {
  const double y = (b.y0 + b.y1) / 2;
  return y > a.y0 && y < a.y1;
}

// A dash within 4 em of the figures, on the side asked for.
std::optional<Box> dash_beside(const std::vector<Box>& ink, const Box& figures, bool left,
                               double em) {
  std::optional<Box> best;
  for (const Box& b : ink) {
    const double gap = left ? figures.x0 - b.x1 : b.x0 - figures.x1;
    if (gap < 0 || gap > 4 * em || b.height() > 0.3 * em || b.width() < 0.3 * em ||
        b.width() > 3 * em || b.width() < 3 * b.height() || !stands_beside(figures, b))
      continue;
    if (!best || (left ? b.x1 > best->x1 : b.x0 < best->x0)) best = b;
  }
  return best;
}

}  // namespace

std::vector<LoneFigures> lone_figures(const std::vector<Box>& ink, const Box& print, double em) {
  constexpr std::size_t most_rows = 4, most_figures = 7, too_many = 4000;
  if (em <= 0 || ink.size() > too_many) return {};
  const auto away = [&](const Box& b) { return std::max(print.y0 - b.y1, b.y0 - print.y1) / em; };
  std::vector<Box> figures;
  for (const Box& b : ink)
    if (b.height() > 0.33 * em && b.height() < 1.2 * em && b.width() > 0.08 * em &&
        b.width() < 1.3 * em && away(b) > 0 && away(b) < far_from_print)
      figures.push_back(b);
  std::sort(figures.begin(), figures.end(), [](const Box& a, const Box& b) {
    return std::tie(a.x0, a.y0, a.x1, a.y1) < std::tie(b.x0, b.y0, b.x1, b.y1);
  });
  struct Row {
    Box box;
    std::size_t n = 1;
  };
  std::vector<Row> rows;
  for (const Box& b : figures) {
    const auto row = std::find_if(rows.begin(), rows.end(), [&](const Row& r) {
      return b.x0 - r.box.x1 < 0.6 * em && stands_beside(r.box, b);
    });
    if (row == rows.end()) {
      rows.push_back({b});
    } else {
      row->box = hull(row->box, b);
      ++row->n;
    }
  }
  std::vector<LoneFigures> found;
  for (const Row& row : rows) {
    const bool alone = std::none_of(rows.begin(), rows.end(), [&](const Row& other) {
      return &other != &row && stands_beside(row.box, other.box);
    });
    if (!alone || row.n > most_figures) continue;
    LoneFigures& one = found.emplace_back(LoneFigures{row.box, row.n, {}});
    const auto left = dash_beside(ink, row.box, true, em),
               right = dash_beside(ink, row.box, false, em);
    if (left && right) one.dashes = {*left, *right};
  }
  std::stable_sort(found.begin(), found.end(), [&](const LoneFigures& a, const LoneFigures& b) {
    return std::make_tuple(a.dashes.empty(), away(a.figures)) <
           std::make_tuple(b.dashes.empty(), away(b.figures));
  });
  if (found.size() > most_rows) found.resize(most_rows);
  return found;
}

std::vector<Box> turned_rows_of_letters(const std::vector<Box>& ink, double em_px) {
  constexpr double longer = 5;  // than wide
  const auto across = [](const Box& b) { return Box{b.y0, b.x0, b.y1, b.x1}; };
  std::vector<Box> boxes;
  for (const Box& box : ink) boxes.push_back(across(box));
  std::vector<Box> rows;
  for (const Box& row : rows_of_letters(boxes, em_px))
    if (row.width() > longer * row.height()) rows.push_back(across(row));
  return rows;
}

std::vector<TurnedRow> turned_rows_of(const std::vector<ReadBlock>& blocks, double em_px) {
  constexpr double longer = 3;  // of a piece that shows that the row is turned
  const auto is_piece = [&](const ReadBlock& block) {
    return carries_text(block) && block.lines.size() == 1 && block.box.width() <= 2 * em_px;
  };
  const auto goes_on = [&](const Box& row, const Box& box) {
    const double x = (box.x0 + box.x1) / 2;
    const double gap = std::max(box.y0 - row.y1, row.y0 - box.y1);
    return x > row.x0 && x < row.x1 && gap <= 1.5 * em_px;
  };
  std::vector<bool> taken(blocks.size());
  std::vector<TurnedRow> rows;
  for (std::size_t seed = 0; seed < blocks.size(); ++seed) {
    const Box& box = blocks[seed].box;
    if (taken[seed] || !is_piece(blocks[seed]) || box.height() <= longer * box.width()) continue;
    TurnedRow row{box, {seed}};
    taken[seed] = true;
    for (std::size_t b = 0; b < blocks.size(); ++b) {
      if (taken[b] || !is_piece(blocks[b]) || !goes_on(row.box, blocks[b].box)) continue;
      taken[b] = true;
      row.box = hull(row.box, blocks[b].box);
      row.blocks.push_back(b);
      b = static_cast<std::size_t>(-1);  // a longer row reaches further: once more from the first
    }
    std::sort(row.blocks.begin(), row.blocks.end());
    rows.push_back(std::move(row));
  }
  return rows;
}

}  // namespace linka
