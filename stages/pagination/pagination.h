// SPDX-License-Identifier: GPL-3.0-or-later
// Page numbers, page types and chapters, proposed from what the pages say: numbers at head and foot
// fitted as sequences over the whole volume, words and layout of headings, the table of contents.
// Pure functions over texts and numbers; no pixels, no files.
#pragma once

#include "base/describe.h"
#include "model/ids.h"
#include "model/page_finding.h"
#include "model/page_hints.h"
#include "model/page_text.h"

#include <cstddef>
#include <map>
#include <string>
#include <vector>

namespace linka {

struct PaginationParams {
  bool enabled = true;
  double least_confidence = 0.8;
  double odd_size_share = 1.25;
};

template <class Field>
void describe(PaginationParams& p, Field&& field) {
  field("enabled", p.enabled, "read page numbers and look whether pages are missing");
  field("least_confidence", p.least_confidence, 0.0, 1.0,
        "how sure the numbering must be around a page before something is said about it");
  field("odd_size_share", p.odd_size_share, 1.05, 10.0,
        "a page so many times wider or higher than the book's may be a folded plate or map");
}

// What hints_of() reads today; hints of another version are to be read again.
constexpr int hints_version = 2;

// Reads a page's text for hints. Takes no settings: the hints are kept with the page.
PageHints hints_of(const PageText& text);

// A page as pagination sees it.
struct NumberedPage {
  PageId id;
  bool is_blank = false;
  double width_mm = 0, height_mm = 0;  // 0 = not known
  double paper_level = 0;              // brightness of the bare paper, 0...255; 0 = not known
  int absent_before = 0;  // at most so many pages before this one are known, but were not made
  PageHints hints;
};

struct ProposedPage {
  PageId id;
  std::string label;  // "12" "xii" "[5]" "[12a]" "7r" "113/114"
  double label_confidence = 0;
  bool printed = false;  // the number stands on the page; else it was counted and is in brackets
  std::string read;      // the number as read on this page; empty when it was not
  int sequence = -1;     // which sequence of numbers it belongs to, from 0; -1: none
  bool counted = true;   // false: it stands between the numbers (a plate)
  std::string type;      // a word of the standard (model/record.h)
  double type_confidence = 0;
};

// A chapter or an article, as a draft.
struct ProposedDivision {
  std::string title;
  int level = 1;                              // 1 = outermost
  std::size_t first_page = 0, last_page = 0;  // in Pagination::pages, both belong to it
  double confidence = 0;
  std::string label_of_first;
  bool from_contents = false;  // the table of contents names it
};

struct Pagination {
  std::vector<ProposedPage> pages;          // one a page, in the order given
  std::vector<ProposedDivision> divisions;  // in the order of their first pages
  // "missing-pages", "repeated-page", "swapped-pages", "parity-break"; pages without are not in it.
  std::map<PageId, std::vector<PageFinding>> findings;
  // The labels as record.toml takes them: "[1]-[4], i-xii, 1-312".
  std::string pattern;
};

// `pages`: of the whole volume, in reading order. A number that was wrongly read breaks nothing and
// raises no alarm; a gap does. Deterministic.
Pagination paginate(const std::vector<NumberedPage>& pages, const PaginationParams& params);

// The labels that a person gave, against what was read: "label-differs" on pages whose printed
// number was surely read and is another one. Labels beyond the pages, or missing ones, are left
// alone.
std::map<PageId, std::vector<PageFinding>> compare_labels(const Pagination& pagination,
                                                          const std::vector<std::string>& labels,
                                                          const PaginationParams& params);

// Labels -> a pattern that labels_of_pattern (model/record.h) reads back.
std::string pattern_of(const std::vector<std::string>& labels);

}  // namespace linka
