// SPDX-License-Identifier: GPL-3.0-or-later
// Page numbers that the engine lost or misread. Its layout takes one or two figures above or below
// the print for dirt and the dashes beside them for rules; its models read small Roman numbers as
// other letters. Everything is in the pixels that the engine is shown.
#pragma once

#include "stages/ocr/engine.h"
#include "stages/ocr/page_layout.h"

#include <vector>

namespace linka {

// Mean confidence of a line, or of a word, that is surely print.
constexpr double convincing = 0.7;

// Whether the line's text was read with confidence; single letters never convince.
bool is_convincing(const ReadLine& line);
// Three words and more, read with confidence.
bool is_print(const ReadLine& line);
// Where the lines of print are; empty when there are none.
Box print_of(const std::vector<ReadBlock>& blocks);
// One or two words above or below the print that the engine hardly believes itself: mostly a page
// number that it took for letters.
bool is_doubtful(const ReadLine& line, const Box& print);

// Words at the ends of the two first and the two last rows that may be Roman numbers are compared
// with their ink (roman_ink.h). Where that surely says another number the word gets it, and what
// the engine read stays as another reading; where it is less sure, it is the other reading. `page`
// is grey.
void compare_numbers_with_ink(std::vector<ReadBlock>& blocks, const Image& page, double em);

// `rest`: boxes of the ink that no word covers. Numbers alone in their row become blocks, the first
// or the last; those beside a running head, too. `engine` shows another picture afterwards.
void add_page_numbers(tesseract::TessBaseAPI& engine, const Seen& seen,
                      std::vector<ReadBlock>& blocks, const std::vector<Box>& rest, double em);

}  // namespace linka
