// SPDX-License-Identifier: GPL-3.0-or-later
#include "title/words.h"

#include <algorithm>
#include <array>
#include <utility>

namespace linka {
namespace {

using Pair = std::pair<std::string_view, char>;

constexpr std::array<Pair, 40> marked_letters{
    {{"á", 'a'}, {"ä", 'a'}, {"č", 'c'}, {"ď", 'd'}, {"é", 'e'}, {"ě", 'e'}, {"ë", 'e'},
     {"í", 'i'}, {"ľ", 'l'}, {"ĺ", 'l'}, {"ň", 'n'}, {"ó", 'o'}, {"ô", 'o'}, {"ö", 'o'},
     {"ř", 'r'}, {"ŕ", 'r'}, {"š", 's'}, {"ť", 't'}, {"ú", 'u'}, {"ů", 'u'}, {"ü", 'u'},
     {"ý", 'y'}, {"ž", 'z'}, {"Á", 'a'}, {"Č", 'c'}, {"Ď", 'd'}, {"É", 'e'}, {"Ě", 'e'},
     {"Í", 'i'}, {"Ľ", 'l'}, {"Ň", 'n'}, {"Ó", 'o'}, {"Ř", 'r'}, {"Š", 's'}, {"Ť", 't'},
     {"Ú", 'u'}, {"Ů", 'u'}, {"Ý", 'y'}, {"Ž", 'z'}, {"Ö", 'o'}}};

char without_mark(std::string_view two_bytes) {
  for (const auto& [letter, bare] : marked_letters)
    if (letter == two_bytes) return bare;
  return 0;
}

std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t corner = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t above = row[j];
      row[j] = std::min({above + 1, row[j - 1] + 1, corner + (a[i - 1] == b[j - 1] ? 0u : 1u)});
      corner = above;
    }
  }
  return row[b.size()];
}

}  // namespace

std::string plain(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const bool digit = c >= '0' && c <= '9', small = c >= 'a' && c <= 'z';
    if (digit || small) {
      out += c;
    } else if (c >= 'A' && c <= 'Z') {
      out += static_cast<char>(c - 'A' + 'a');
    } else if (static_cast<unsigned char>(c) >= 0x80) {
      const char bare = without_mark(text.substr(i, 2));
      out += bare == 0 ? c : bare;
      if (bare != 0) ++i;
    }
  }
  return out;
}

std::string nearest_word(std::string_view word, const std::vector<std::string>& known) {
  std::string nearest;
  std::size_t distance = 4;
  if (word.size() >= 64) return nearest;
  for (const std::string& k : known)
    if (const std::size_t d = edit_distance(word, k); d < distance && d < k.size()) {
      distance = d;
      nearest = k;
    }
  return nearest;
}

}  // namespace linka
