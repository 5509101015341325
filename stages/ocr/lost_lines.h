// SPDX-License-Identifier: GPL-3.0-or-later
// What the engine's layout left out of a page's text although it is printed: lines, page numbers,
// lines that are turned. Found in the ink that no word covers.
#pragma once

#include "stages/ocr/engine.h"
#include "stages/ocr/page_layout.h"

namespace linka {

// `engine` has just read the page that is `seen`, and `blocks` are what it found; it shows another
// picture afterwards. Lost lines are read and put in their places, torn ones joined, page numbers
// and turned lines become blocks of their own.
void add_lost_lines(tesseract::TessBaseAPI& engine, const Seen& seen,
                    std::vector<ReadBlock>& blocks);

}  // namespace linka
