// SPDX-License-Identifier: GPL-3.0-or-later
// The font of text that is never seen: a TrueType file of empty glyphs, made here.
#pragma once

#include "base/bytes.h"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace linka {

// Characters get numbers from 1 in the order of first use; the number is glyph and CID at once.
class GlyphNumbers {
 public:
  // The numbers of a text's characters, 4 hexadecimal digits each. Bad UTF-8, U+0000, U+FEFF and
  // U+FFFE, which PDF/A-2u has no place for, count as U+FFFD; so does all after 65,534 characters.
  std::string hex(std::string_view utf8);
  std::size_t count() const { return characters_.size(); }  // without .notdef
  // Number -> Unicode, as a CMap.
  std::string to_unicode() const;

 private:
  int number_of(char32_t c);
  std::vector<char32_t> characters_;
  std::map<char32_t, int> numbers_;
};
// How many characters hex() would write.
std::size_t characters_of(std::string_view utf8);

// In thousandths of the font size: every glyph's width, and the box that words are fitted with.
inline constexpr int glyph_width = 500;
inline constexpr int glyph_ascent = 800;
inline constexpr int glyph_descent = -200;

// Tables glyf, loca, head, hhea, hmtx, maxp, cmap, name, post; `glyphs` empty ones with .notdef.
Bytes empty_font(std::size_t glyphs);

}  // namespace linka
