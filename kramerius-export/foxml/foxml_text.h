// SPDX-License-Identifier: GPL-3.0-or-later
// A page's plain text as Kramerius's index can hold it.
#pragma once

#include "base/bytes.h"

#include <string>
#include <vector>

namespace linka {

struct CleanText {
  std::string text;                // UTF-8 with line feeds; empty when there is nothing but blanks
  std::vector<std::string> notes;  // what was mended, in words
};
// No byte-order mark, no control character but line feed and tab; lines end in a line feed; bytes
// that are no UTF-8 become U+FFFD.
CleanText clean_text(ByteView bytes);

// What would harm a text in the index. `most_seen` control characters and the like are counted, not
// more.
struct TextFaults {
  bool byte_order_mark = false, not_utf8 = false, control = false, blank = true;
  unsigned code = 0;  // of the first control character
};
TextFaults faults_in(ByteView bytes);

}  // namespace linka
