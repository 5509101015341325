// SPDX-License-Identifier: GPL-3.0-or-later
// Bookmarks of a PDF, and those that the headings on its pages make.
#pragma once

#include "model/page_text.h"

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace linka {

struct PdfBookmark {
  std::string title;
  std::size_t page = 0;             // from 0
  int level = 0;                    // 0 outermost; a level may be left out on the way down
  std::optional<double> y_px = {};  // where on the page, in pixels of its text; none: all of it
};

// One bookmark a heading, in reading order, all of one level; headings that follow each other
// directly make one. Headings read with a mean confidence below 0.6, or without a letter or digit,
// make none; titles end after 120 characters. `fold`: old letters as today's.
std::vector<PdfBookmark> heading_bookmarks(const PageText& text, std::size_t page, bool fold);

}  // namespace linka
