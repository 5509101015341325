// SPDX-License-Identifier: GPL-3.0-or-later
// Does a language have this word? Asked of the word lists in Hunspell's format that the system has.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace linka {

enum class Known {
  no_list,    // the language has no word list here: nothing can be said
  no,         // not a word of the language
  leniently,  // a word once an old spelling is put into today's ("Theil", "dwůr")
  yes,
};

// The lists are read when a language is first asked for and then shared. Safe to call from many
// threads; answers depend on the word and the list alone. A list that is missing or damaged is no
// error.
class Dictionaries {
 public:
  // Where the system keeps them: DICPATH's folders, then Debian's.
  Dictionaries();
  explicit Dictionaries(std::vector<std::filesystem::path> folders);
  Dictionaries(Dictionaries&&) noexcept;
  Dictionaries& operator=(Dictionaries&&) noexcept;
  ~Dictionaries();

  // `language` in ISO 639-2/B ("cze"); `word` in UTF-8. Marks around the word (quotes, stops), long
  // s and ligatures do not matter. What holds no letter, or is longer than words are, is not known.
  Known knows(std::string_view language, std::string_view word) const;
  // The word as it stands, or with all spellings that go together put into today's; false without a
  // list. Cheaper than knows().
  bool lists(std::string_view language, std::string_view word) const;

  // The lists that are there, without reading them: "cs_CZ", "de_DE" ...
  std::vector<std::string> installed() const;
  // SHA-256 of all of them, for the fingerprint of a page; empty when there are none.
  std::string digest() const;

 private:
  struct Inner;
  std::unique_ptr<Inner> inner_;
};

// The word without marks around it and inner soft hyphens, long s and ligatures as plain letters.
std::string bare_word(std::string_view word);

// The word in spellings of today, when it may be an old one: each rule of its language alone, then
// those that go together. Empty when no rule changes it.
std::vector<std::string> modern_spellings(std::string_view language, std::string_view word);

}  // namespace linka
