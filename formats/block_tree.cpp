// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/block_tree.h"

#include "formats/page_parts.h"

#include <algorithm>
#include <cmath>

namespace linka {
namespace {

constexpr double figure_gap = 0.05;      // of the page's longer side, from a picture to its caption
constexpr std::size_t column_lines = 3;  // fewer lines make no column
constexpr double beside_overlap = 0.1;   // of the narrower: so much two columns may share
constexpr double beside_height = 0.2;    // of the lower: so much they must stand side by side
constexpr double below_overlap = 0.5;    // of the narrower: so much blocks of one column share
constexpr double spanned_share = 0.6;    // of a column's width that lies under what spans it
constexpr std::size_t most_blocks = 300;  // beyond, no columns are looked for: no page of print

double shared_x(const Box& a, const Box& b) {
  return std::min(a.x1, b.x1) - std::max(a.x0, b.x0);
}
double shared_y(const Box& a, const Box& b) {
  return std::min(a.y1, b.y1) - std::max(a.y0, b.y0);
}

bool stand_beside(const Box& a, const Box& b) {
  return shared_x(a, b) < beside_overlap * std::min(a.width(), b.width()) &&
         shared_y(a, b) > beside_height * std::min(a.height(), b.height());
}

BlockNode node_of(const TextBlock& block, Size page) {
  const Pixels p = pixels_of(block.box, page);
  BlockNode node;
  node.block = &block;
  node.box = {double(p.x0), double(p.y0), double(p.x1), double(p.y1)};
  return node;
}

BlockNode group_of(BlockGroup group, std::vector<BlockNode> inside) {
  BlockNode node;
  node.group = group;
  node.box = inside.front().box;
  for (const BlockNode& child : inside) node.box = hull(node.box, child.box);
  node.inside = std::move(inside);
  return node;
}

bool is(const BlockNode& node, BlockKind kind) {
  return node.block != nullptr && node.block->kind == kind;
}

std::size_t lines_in(const BlockNode& node) {
  std::size_t n = 0;
  if (node.block != nullptr && carries_text(node.block->kind)) n = node.block->lines.size();
  for (const BlockNode& child : node.inside) n += lines_in(child);
  return n;
}

using Nodes = std::vector<BlockNode>;

// ---- pictures and notes ------------------------------------------------------------------------

bool stands_near(const BlockNode& a, const BlockNode& b, Size page) {
  const double gap = std::max(-shared_x(a.box, b.box), -shared_y(a.box, b.box));
  return gap <= figure_gap * std::max(page.width, page.height);
}

// How many nodes from `at` on are one picture with its captions: the caption may come first.
std::size_t figure_at(const Nodes& nodes, std::size_t at, Size page) {
  std::size_t end = at;
  const bool caption_first = is(nodes[end], BlockKind::caption) && end + 1 < nodes.size() &&
                             is(nodes[end + 1], BlockKind::illustration) &&
                             stands_near(nodes[end], nodes[end + 1], page);
  if (caption_first) ++end;
  if (!is(nodes[end], BlockKind::illustration)) return 0;
  const BlockNode& picture = nodes[end++];
  while (end < nodes.size() && is(nodes[end], BlockKind::caption) &&
         stands_near(picture, nodes[end], page)) {
    const bool of_the_next =
        caption_first && end + 1 < nodes.size() && is(nodes[end + 1], BlockKind::illustration);
    if (of_the_next) break;
    ++end;
  }
  return end - at > 1 ? end - at : 0;
}

std::size_t notes_at(const Nodes& nodes, std::size_t at) {
  std::size_t end = at;
  if (is(nodes[end], BlockKind::line)) ++end;
  while (end < nodes.size() && is(nodes[end], BlockKind::footnote)) ++end;
  const bool any = end > at && is(nodes[end - 1], BlockKind::footnote);
  return any && end - at > 1 ? end - at : 0;
}

Nodes with_small_groups(Nodes nodes, Size page) {
  Nodes out;
  for (std::size_t i = 0; i < nodes.size();) {
    const std::size_t figure = figure_at(nodes, i, page);
    const std::size_t n = figure > 0 ? figure : notes_at(nodes, i);
    if (n > 0) {
      const auto from = nodes.begin() + static_cast<std::ptrdiff_t>(i);
      Nodes inside(from, from + static_cast<std::ptrdiff_t>(n));
      out.push_back(group_of(figure > 0 ? BlockGroup::figure : BlockGroup::notes, inside));
      i += n;
    } else if (is(nodes[i], BlockKind::table)) {
      out.push_back(group_of(BlockGroup::table, {nodes[i++]}));
    } else {
      out.push_back(nodes[i++]);
    }
  }
  return out;
}

// ---- columns -----------------------------------------------------------------------------------

bool may_stand_in_a_column(const BlockNode& node) {
  if (node.block == nullptr) return true;
  switch (node.block->kind) {
    case BlockKind::page_number:
    case BlockKind::running_head:
    case BlockKind::catchword:
    case BlockKind::signature:
    case BlockKind::marginalia:
      return false;
    case BlockKind::line:
      return node.box.width() > node.box.height();
    default:
      return true;
  }
}

// Whether two blocks of text that stand beside each other both lie under (or over) it.
class Spans {
 public:
  explicit Spans(const Nodes& nodes) : nodes_(nodes) {
    for (std::size_t a = 0; a < nodes.size(); ++a)
      for (std::size_t b = a + 1; b < nodes.size(); ++b)
        if (lines_in(nodes[a]) > 0 && lines_in(nodes[b]) > 0 &&
            stand_beside(nodes[a].box, nodes[b].box))
          pairs_.push_back({a, b});
  }
  bool operator()(std::size_t at) const {
    const auto covers = [&](std::size_t other) {
      const Box& box = nodes_[other].box;
      return other != at && shared_x(nodes_[at].box, box) >= spanned_share * box.width();
    };
    return std::any_of(pairs_.begin(), pairs_.end(),
                       [&](const Pair& pair) { return covers(pair.a) && covers(pair.b); });
  }

 private:
  struct Pair {
    std::size_t a, b;
  };
  const Nodes& nodes_;
  std::vector<Pair> pairs_;
};

bool goes_on_below(const BlockNode& run, const BlockNode& node) {
  const double narrower = std::min(run.box.width(), node.box.width());
  const double last_middle = (run.inside.back().box.y0 + run.inside.back().box.y1) / 2;
  return shared_x(run.box, node.box) >= below_overlap * narrower && node.box.y0 >= last_middle;
}

// Runs of blocks one below the other; whatever parts them is a run of its own.
Nodes runs_of(const Nodes& nodes) {
  const Spans spans(nodes);
  Nodes runs;
  bool open = false;
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    const bool fits = may_stand_in_a_column(nodes[i]) && !spans(i);
    if (fits && open && goes_on_below(runs.back(), nodes[i])) {
      runs.back().inside.push_back(nodes[i]);
      runs.back().box = hull(runs.back().box, nodes[i].box);
    } else if (fits) {
      runs.push_back(group_of(BlockGroup::column, {nodes[i]}));
    } else {
      runs.push_back(nodes[i]);
    }
    open = fits;
  }
  return runs;
}

Nodes with_columns(Nodes nodes) {
  if (nodes.size() < 2 || nodes.size() > most_blocks) return nodes;
  const Nodes runs = runs_of(nodes);
  const auto is_run = [](const BlockNode& n) {
    return n.group == BlockGroup::column && lines_in(n) >= column_lines;
  };
  Nodes out;
  for (const BlockNode& run : runs) {
    const bool column = is_run(run) && std::any_of(runs.begin(), runs.end(), [&](const auto& b) {
                          return &b != &run && is_run(b) && stand_beside(run.box, b.box);
                        });
    if (column || run.group != BlockGroup::column)
      out.push_back(run);
    else
      out.insert(out.end(), run.inside.begin(), run.inside.end());
  }
  return out;
}

}  // namespace

const char* name_of(BlockGroup group) {
  switch (group) {
    case BlockGroup::table:
      return "table";
    case BlockGroup::figure:
      return "figure";
    case BlockGroup::notes:
      return "notes";
    case BlockGroup::column:
      return "column";
    case BlockGroup::none:
      break;
  }
  return "";
}

std::vector<BlockNode> block_tree(const PageText& text) {
  const Size page = page_of(text);
  Nodes nodes;
  for (const TextBlock& block : text.blocks)
    if (is_written(block)) nodes.push_back(node_of(block, page));
  return with_columns(with_small_groups(std::move(nodes), page));
}

}  // namespace linka
