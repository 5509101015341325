// SPDX-License-Identifier: GPL-3.0-or-later
// Marks of old print told by their ink: the Fraktur models read quotation marks that stand apart as
// "11" or "y", and the short hyphen at a line's end as a letter. No letter looks so: the ink is too
// small and stands too low or too high. What the engine read stays as the word's other reading.
#pragma once

#include "stages/ocr/page_layout.h"

#include <functional>
#include <vector>

namespace linka {

// The boxes of the connected ink that reaches into a box, whole, in the same pixels.
using InkIn = std::function<std::vector<Box>(const Box&)>;

// Names such marks in words that a Fraktur model has read. Sizes and places are in em of the line.
void name_marks(std::vector<ReadBlock>& blocks, const InkIn& ink_in);

// An opening quotation mark goes to the word after it, a closing one and the mark of a note ("*)")
// to the word before it, where no more than a thin space parts them.
void join_marks(std::vector<ReadBlock>& blocks);

}  // namespace linka
