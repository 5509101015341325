// SPDX-License-Identifier: GPL-3.0-or-later
// A page's text for reading and searching: a line a line, an empty line between blocks, LF ends.
#pragma once

#include "model/page_flow.h"
#include "model/page_text.h"

#include <string>

namespace linka {

struct PlainOptions {
  bool join_words = false;  // a broken word stands whole on the line (and the page) it begins
  bool fold = false;        // old letters as today's (page_parts.h: modern_letters)
  PageSeams seams = {};     // where words are joined: the parts on the neighbouring pages
};
std::string to_plain(const PageText& text, const PlainOptions& options);

}  // namespace linka
