// SPDX-License-Identifier: GPL-3.0-or-later
// What else a doubtful word may be: words of its language that the print could have been taken for.
#pragma once

#include "stages/ocr/dictionary.h"
#include "stages/ocr/estimate.h"

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace linka {

struct Suggestion {
  std::string word;
  double cost = 0;  // the less the likelier; 1 for one usual confusion
};

// Words that one of the confusions OCR makes (u for n, rn for m, a missing accent, long s for f
// ...) may have turned into `word`, the likeliest first, no more than three. `is_word` is asked no
// more than `questions` times, which go down by what was used.
std::vector<Suggestion> one_confusion_away(std::string_view word, bool fraktur,
                                           const std::function<bool(const std::string&)>& is_word,
                                           int& questions);
// The same for two usual confusions at different places; many more questions.
std::vector<Suggestion> two_confusions_away(std::string_view word, bool fraktur,
                                            const std::function<bool(const std::string&)>& is_word,
                                            int& questions);

// Fills the alternatives of words that are on no list of their language and probably wrong. Their
// contents stay. An alternative's confidence is its share of the word's likelihood to be wrong, and
// never more than the word's own.
void suggest(std::vector<ReadBlock>& blocks, const JudgedPage& page, const Dictionaries& words);

}  // namespace linka
