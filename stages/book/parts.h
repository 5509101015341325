// SPDX-License-Identifier: GPL-3.0-or-later
// The parts of judge_book() that look at pages together.
#pragma once

#include "stages/book/book.h"

#include <map>
#include <vector>

namespace linka::book {

using Found = std::map<PageId, std::vector<PageFinding>>;

// "doubled": pages that are the same page again.
void find_doubled(const std::vector<PageFacts>& pages, const BookParams& params, Found& found);
// "swapped": two scans of single pages in a row that changed places.
void find_swapped(const std::vector<PageFacts>& pages, const BookParams& params, Found& found);

}  // namespace linka::book
