// SPDX-License-Identifier: GPL-3.0-or-later
// Which pages a person should look at, the worst first: what each page's own checks found, what
// only the rest of the book shows, and what a person has said about it.
#pragma once

#include "base/result.h"
#include "model/correction.h"
#include "model/page_facts.h"
#include "stages/book/book.h"
#include "stages/pagination/pagination.h"
#include "workspace/batch.h"
#include "workspace/status.h"

#include <map>
#include <string>
#include <vector>

namespace linka {

struct ReviewedPage {
  PageId id;
  std::vector<PageFinding> findings;  // worst first, never empty
  double score = 0;                   // of the whole page; more is worse
  bool held = false;                  // must be looked at before it goes into a package
  bool accepted = false;              // a person has looked at it and it is good: never held
};

struct Review {
  std::vector<ReviewedPage> pages;  // worst first; pages with nothing to say are not in it
  // Of every page of the batch that is not left out; all but the first without settings, versions
  // and bend.
  std::map<PageId, PageFacts> facts;
  std::map<PageId, std::string> left_out;  // pages that a person left out, with the reason
  std::vector<std::string> unreadable;     // pages whose facts cannot be read, in words
  std::size_t pages_seen = 0, held = 0, to_look = 0;
  // What the pages' numbers say, without its findings; empty when that was not asked for.
  Pagination numbers = {};

  // The page's entry in `pages`; null when there is nothing to say about it.
  const ReviewedPage* of(const PageId& id) const;
  std::map<PageId, std::size_t> places;  // in `pages`
};

// Whether what else is known of the page speaks against the finding: a blank page has no print that
// could lie wrong or be blurred, and text that was read well stands upright.
bool is_contradicted(const PageFinding& finding, const PageFacts& facts);

// Reads the facts of every finished page of the batch. `labels`: of the record, held against the
// numbers that were read; may be empty.
Result<Review> review_of(const Batch& batch, const BatchStatus& status, const BookParams& params,
                         const PaginationParams& pagination = {},
                         const std::vector<std::string>& labels = {});

}  // namespace linka
