// SPDX-License-Identifier: GPL-3.0-or-later
// In which language a text is, by its function words: even a few lines, read with the model of
// another language, hold enough of them.
#pragma once

#include <string_view>

namespace linka {

enum class TextLanguage { czech, slovak, german, polish, english, latin };

struct LanguageGuess {
  TextLanguage language = TextLanguage::czech;
  double score =
      0;  // natural logarithm: how much likelier than words of no language; 0: none known
  double margin = 0;  // how much likelier than the second best language, as a natural logarithm
  int words = 0;      // function words of the language
};

// Compares without accents and in small letters, since the model may not know the accents. Letters
// that only Czech or only Slovak has speak against the other.
LanguageGuess language_of_text(std::string_view text);

// What the wrong model for a typeface leaves in a text. Fraktur models write long s where the print
// is Fraktur, and capital S inside words where it is not; roman models read long s as f, which
// makes words that are no words ("fich", "ift").
struct TypefaceTraces {
  int letters = 0;
  int long_s = 0;
  int f_for_s = 0;  // such words
  int inner_capital_s = 0;
};
TypefaceTraces typeface_traces(std::string_view text);

}  // namespace linka
