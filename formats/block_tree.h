// SPDX-License-Identifier: GPL-3.0-or-later
// The blocks of a page as a tree: tables, pictures with their captions, notes with the rule above
// them, columns. Only what stands together in reading order is put together, so that the tree read
// from left to right is the page's own order.
#pragma once

#include "model/page_text.h"

#include <vector>

namespace linka {

enum class BlockGroup {
  none,    // a single block
  table,   // its text
  figure,  // a picture and its captions
  notes,   // footnotes that follow each other, and the rule above them
  column   // what stands in one of several columns beside each other
};
const char* name_of(BlockGroup group);  // "column"

struct BlockNode {
  BlockGroup group = BlockGroup::none;
  const TextBlock* block = nullptr;  // null in a group
  std::vector<BlockNode> inside;     // of a group, never empty; a column may hold groups
  Box box;                           // of everything inside
};

// Every block that is written (page_parts.h), once. The pointers point into `text`.
//
// A column is a run of blocks one below the other with another run beside it, both of at least
// three lines, with less than a tenth of the narrower one's width in common. What spans two of them
// (a heading, a picture) parts the runs, and so do page numbers, running heads and marginalia.
std::vector<BlockNode> block_tree(const PageText& text);

}  // namespace linka
