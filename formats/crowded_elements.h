// SPDX-License-Identifier: GPL-3.0-or-later
// libxml2 compares every attribute of an element with every other: thirty thousand take
// it a second, a million a quarter of an hour. No format that we read has more than some dozen.
#pragma once

#include "base/bytes.h"

#include <cstddef>
#include <cstdint>

namespace linka {

// Looks at an XML file's bytes before they are parsed, piece by piece.
class CrowdedElements {
 public:
  static constexpr std::size_t most_attributes = 2000;
  // Whether an element with more has been seen so far.
  bool found_in(ByteView piece);

 private:
  enum class Place { text, opened, declared, tag, value, comment, data, instruction };
  void take(char c);
  bool ends_in(char a, char b) const { return last_[1] == a && last_[0] == b; }

  Place place_ = Place::text;
  char quote_ = 0;
  char last_[2] = {};     // the last sign and the one before
  std::size_t said_ = 0;  // signs after "<!"
  std::size_t attributes_ = 0;
  bool found_ = false;
};

}  // namespace linka
