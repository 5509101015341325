// SPDX-License-Identifier: GPL-3.0-or-later
// What the sample books say: sentences of our own, dealt like cards, so that no page repeats
// another and every word is a real one.
#pragma once

#include "samples/random.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace linka {

enum class ProseLanguage { czech, german, latin };

std::optional<ProseLanguage> language_named(std::string_view name);  // "cs", "de", "la"
const char* iso639_3(ProseLanguage language);                        // "ces", "deu", "lat"
// For the choice of glyphs. Latin is set as Italian: as Latin, EB Garamond would draw u at a word's
// beginning as v, and the page would not say what the truth says.
const char* pango_language(ProseLanguage language);

// The fixed texts of one book.
struct BookWords {
  std::string author, title, subtitle, motto;
  std::vector<std::string> imprint;   // lines at the foot of the title page
  std::vector<std::string> chapters;  // headings, used in turn
  std::vector<std::string> notes;     // footnotes
  std::vector<std::string> captions;  // under plates
  std::vector<std::vector<std::string>> verses;
  std::string contents;  // heading of the table of contents
  // Of what stands beside the text of a book, and in an issue of a periodical.
  std::string map, map_scale;
  std::vector<std::string> places;  // on the map
  std::string index;                // heading
  std::vector<std::string> entries;
  std::string advertisements;  // heading
  std::vector<std::string> offers;
  std::string masthead, issue;  // name of the periodical; volume, number and date
};
const BookWords& book_words(ProseLanguage language);

class Storyteller {
 public:
  Storyteller(ProseLanguage language, Random random);
  // Words of one paragraph, punctuation attached. German comes with the long s of Fraktur.
  std::vector<std::string> paragraph();

 private:
  const std::vector<std::string>* sentences_;
  bool long_s_ = false;
  Random random_;
  std::vector<std::size_t> deck_;
};

std::vector<std::string> words_of(std::string_view text);
// Every s that does not end its word becomes a long one, as Fraktur wants it.
std::string with_long_s(std::string_view text);

// A word cut in two; the head carries its hyphen.
struct Hyphenated {
  std::string head, tail;
};
// Every place where a word may be broken at a line's end, left to right: only between a vowel and a
// consonant (or ch) that a vowel follows, which is right in all three languages.
std::vector<Hyphenated> hyphenations(const std::string& word);

}  // namespace linka
