// SPDX-License-Identifier: GPL-3.0-or-later
// The order in which blocks are read, and rows that were read column by column.
#pragma once

#include "stages/ocr/page_layout.h"

#include <vector>

namespace linka {

// Where a block's words stand; the block's own box when it has none.
Box ink_of(const ReadBlock& block);
ReadBlock block_of_lines(std::vector<ReadLine> lines, BlockKind kind);

// Columns are read one after the other, but not across a heading, picture or rule that reaches over
// the gutter: what stands above it comes first, in all its columns, then what stands below. A
// recursive X-Y cut (Nagy and Seth, 1984) that cuts only between columns and at what spans them;
// everything else stays as the engine ordered it.
void order_blocks(std::vector<ReadBlock>& blocks);

// Words scattered over the page, as on a map, a plate or a title page, come row by row from the
// top, each row from the left; so do rules and pictures among them. Where blocks of some lines
// stand side by side, everything stays as the engine ordered it.
void order_scattered(std::vector<ReadBlock>& blocks);

// A column of page numbers or of short cells beside lines at the same heights: a table of contents,
// a list. They become one table block, row by row.
void join_table_rows(std::vector<ReadBlock>& blocks);

}  // namespace linka
