// SPDX-License-Identifier: GPL-3.0-or-later
// The book's own measure: what its pages have in common, what that says about a doubtful scan, and
// which pages stand out. Pure functions over numbers; no pixels.
#pragma once

#include "base/describe.h"
#include "model/book_hint.h"
#include "model/page_facts.h"
#include "model/page_finding.h"

#include <map>
#include <vector>

namespace linka {

struct BookParams {
  bool vote = true;
  int least_pages = 8;
};

template <class Field>
void describe(BookParams& p, Field&& field) {
  field("vote", p.vote, "doubtful scans follow the rest of the batch");
  field("least_pages", p.least_pages, 3, 1000, "smaller batches have no say");
}

// `pages`: of the whole batch, in reading order, as each scan alone made them or as an earlier hint
// did; the answer is the same for both. Only scans that are to be made again with the hint (because
// it changes something) are in it.
std::map<ScanId, BookHint> hints(const std::vector<PageFacts>& pages, const BookParams& params);

// What is wrong with pages by comparison with their book: blurred against the book's own sharpness,
// odd size, scanned twice, left and right swapped, other resolution ... Pages without findings are
// not in it.
std::map<PageId, std::vector<PageFinding>> judge_book(const std::vector<PageFacts>& pages,
                                                      const BookParams& params);

}  // namespace linka
