// SPDX-License-Identifier: GPL-3.0-or-later
// What is done to the words after the engine: marks go to their words, what is no text goes. No
// word's letters are ever changed.
#pragma once

#include "stages/ocr/page_layout.h"

#include <vector>

namespace linka {

// A closing mark (, ; : . ! ?) that old print sets off by a thin space is read as a word of its
// own; it goes to the word before it.
void join_closing_marks(std::vector<ReadBlock>& blocks);

// Surely a word or a number of print, among drawings that are read as words as well.
bool is_surely_print(const TextWord& word);

// Pictures, borders and dirt read as words: text blocks without one convincing word that were read
// with low confidence or are single letters and signs, uncertain signs without letters beyond the
// ends of a block's lines, and lone stops and quotes that were hardly seen. On a sheet of few words
// without running text, a map, a plate or a title page, also lines between the others that hold no
// word which is surely print, and what stands apart from such words in their line.
void drop_garbage(std::vector<ReadBlock>& blocks);

}  // namespace linka
