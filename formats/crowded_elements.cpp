// SPDX-License-Identifier: GPL-3.0-or-later
// Knows just enough of XML to tell tags from what only looks like them. Of UTF-16 the zero bytes
// are passed over.
#include "formats/crowded_elements.h"

#include <cstring>

namespace linka {

bool CrowdedElements::found_in(ByteView piece) {
  for (std::size_t i = 0; i < piece.size() && !found_; ++i) {
    if (place_ == Place::text || place_ == Place::value) {  // nothing before its end is looked at
      const void* const end =
          std::memchr(&piece[i], place_ == Place::text ? '<' : quote_, piece.size() - i);
      if (end == nullptr) break;
      i = static_cast<std::size_t>(static_cast<const std::uint8_t*>(end) - piece.data());
    }
    if (piece[i] == 0) continue;
    take(static_cast<char>(piece[i]));
    last_[1] = last_[0];
    last_[0] = static_cast<char>(piece[i]);
  }
  return found_;
}

void CrowdedElements::take(char c) {
  switch (place_) {
    case Place::text:
      if (c == '<') place_ = Place::opened;
      break;
    case Place::opened:
      attributes_ = 0;
      said_ = 0;
      place_ = c == '!'   ? Place::declared
               : c == '?' ? Place::instruction
               : c == '/' ? Place::text
                          : Place::tag;
      break;
    case Place::declared:
      // "<!--" and "<![" of CDATA; anything else (DOCTYPE) may hold tags again.
      ++said_;
      if (said_ == 1 && c == '[')
        place_ = Place::data;
      else if (said_ == 2 && c == '-' && last_[0] == '-')
        place_ = Place::comment;
      else if (said_ > 1 || c != '-')
        place_ = c == '<' ? Place::opened : Place::text;
      break;
    case Place::tag:
      if (c == '"' || c == '\'') {
        quote_ = c;
        place_ = Place::value;
      } else if (c == '>') {
        place_ = Place::text;
      } else if (c == '<') {
        place_ = Place::opened;
      } else if (c == '=') {
        found_ = ++attributes_ > most_attributes;
      }
      break;
    case Place::value:
      if (c == quote_) place_ = Place::tag;
      break;
    case Place::comment:
      if (c == '>' && ends_in('-', '-')) place_ = Place::text;
      break;
    case Place::data:
      if (c == '>' && ends_in(']', ']')) place_ = Place::text;
      break;
    case Place::instruction:
      if (c == '>' && last_[0] == '?') place_ = Place::text;
      break;
  }
}

}  // namespace linka
