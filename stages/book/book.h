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
  double majority = 0.8;
  double doubt = 0.2;
  double deviations = 5;
  double blur_share = 0.85;
  double odd_size_mm = 4;
  double odd_margin_mm = 8;
  int doubled_bits = 60;
  double paper_levels = 20;
  double ink_levels = 30;
  double more_uneven = 0.1;
  double other_scale = 1.25;
  double less_readable = 0.15;
};

template <class Field>
void describe(BookParams& p, Field&& field) {
  field("vote", p.vote, "doubtful scans follow the rest of the batch");
  field("least_pages", p.least_pages, 3, 1000, "smaller batches have no say");
  field("majority", p.majority, 0.5, 1.0, "share of the scans that must agree for a vote");
  field("doubt", p.doubt, 0.0, 0.5,
        "a scan that is surer than 1 - doubt of its own count of pages is not told another");
  field("deviations", p.deviations, 2.0, 20.0,
        "how far beyond the book's usual spread a page stands out");
  field("blur_share", p.blur_share, 0.1, 1.0, "blur: sharpness as a share of the book's");
  field("odd_size_mm", p.odd_size_mm, 0.5, 100.0, "odd-size: least difference from the book's");
  field("odd_margin_mm", p.odd_margin_mm, 0.5, 100.0,
        "odd-margins: by how much a margin must be narrower than the book's");
  field("doubled_bits", p.doubled_bits, 0, 128,
        "doubled: pages whose hashes differ in no more bits may be the same");
  field("paper_levels", p.paper_levels, 1.0, 255.0,
        "dark: how much darker than the book's the paper is, of 255");
  field("ink_levels", p.ink_levels, 1.0, 255.0,
        "bright: how much paler than the book's the print is, of 255");
  field("more_uneven", p.more_uneven, 0.01, 1.0, "uneven: how much more than the book's");
  field("other_scale", p.other_scale, 1.05, 10.0,
        "resolution: how many times larger or smaller letters and page are");
  field("less_readable", p.less_readable, 0.01, 1.0,
        "hard-to-read: confidence of the text below the book's");
}

// `pages`: of the whole batch, in reading order, as each scan alone made them or as an earlier hint
// did; the answer is the same for both. Only scans that are to be made again with the hint (because
// it may change something) are in it. What persons decided (PageFacts::decided) votes, and is never
// voted over.
std::map<ScanId, BookHint> hints(const std::vector<PageFacts>& pages, const BookParams& params);

// What is wrong with pages by comparison with their book: blurred against the book's own sharpness,
// odd size, scanned twice, left and right swapped, other resolution ... Pages without findings are
// not in it.
std::map<PageId, std::vector<PageFinding>> judge_book(const std::vector<PageFacts>& pages,
                                                      const BookParams& params);

struct RankedPage {
  PageId id;
  std::vector<PageFinding> findings;  // worst first, never empty, a check and place once
  double score = 0;                   // of the whole page; more is worse
  bool held = false;                  // one of the findings is a hold
};

// All pages with anything to look at: what was found on the page alone (PageFacts::findings) and
// what the book showed. Holds first, then the pages to look at, then those with notes only; worst
// first in each. A finding that is not a hold and that more than a quarter of the book has is a
// word about the book and puts no page before another.
std::vector<RankedPage> ranked(const std::vector<PageFacts>& pages,
                               const std::map<PageId, std::vector<PageFinding>>& of_book);

}  // namespace linka
