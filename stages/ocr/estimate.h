// SPDX-License-Identifier: GPL-3.0-or-later
// How many words of a page are probably wrong, without knowing the right ones: from the engine's
// confidence in each word, what the word lists say of it, its shape, and print that no word covers.
#pragma once

#include "image/image.h"
#include "stages/ocr/dictionary.h"
#include "stages/ocr/page_layout.h"

#include <string_view>
#include <vector>

namespace linka {

// What can be told of one word.
struct WordSigns {
  double confidence = 0;
  Known known = Known::no_list;  // by the list of its model's language or of its text's own
  bool foreign = false;          // the text around is in another language than the model's
  bool fraktur = false;          // read by a Fraktur model
};

// 0...1: how likely the word is wrong. Higher for less confidence, and for words on no list.
double word_error(std::string_view word, const WordSigns& signs);

struct JudgedWord {
  WordSigns signs;
  double error = 0;  // word_error
};
// By block, line and word, as the blocks have them; empty for what carries no text.
using JudgedPage = std::vector<std::vector<std::vector<JudgedWord>>>;

// A block's language is that of its function words, else of the page's; the halves of a word broken
// at a line's end are asked for together.
JudgedPage judged(const std::vector<ReadBlock>& blocks, const Dictionaries& words);

// The languages (ISO 639-2/B) whose lists are asked for each block's words, beside that of a word's
// own model; empty where nothing tells.
std::vector<std::string> languages_of(const std::vector<ReadBlock>& blocks);

// How many words stand in rows of print that no word, picture or rule covers. `grey` is what the
// blocks' boxes are pixels of.
double words_not_read(const Image& grey, const std::vector<ReadBlock>& blocks);

// The share of words that are probably wrong or missing, 0...1; 0 for a page without words.
double estimated_word_error(const JudgedPage& page, double not_read);

}  // namespace linka
