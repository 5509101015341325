// SPDX-License-Identifier: GPL-3.0-or-later
// What the blocks of a page are, by their place, size and shape.
#pragma once

#include "stages/ocr/page_layout.h"

#include <vector>

namespace linka {

// Some lines of running text; a title page, a plate or a map has none.
bool has_body(const std::vector<ReadBlock>& blocks);

// Names every block and puts them into the order in which they are read: running heads and page
// numbers at the head first, those at the foot last, columns one after the other (blocks_order.h),
// notes in the margin after the block they stand beside, pictures beside their captions. Lines that
// are a block of their own kind (a page number, a footnote) leave the block they were read in.
// A page without a body keeps its blocks, put into rows (blocks_order.h).
void arrange_blocks(std::vector<ReadBlock>& blocks);

// "12", "— 12 —", "[12]", "xii", "12*"; with `capitals` also "XII".
bool is_page_number(const ReadLine& line, bool capitals);

}  // namespace linka
