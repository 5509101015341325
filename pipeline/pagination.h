// SPDX-License-Identifier: GPL-3.0-or-later
// Page numbers, page types and chapters of a batch, proposed from its pages' texts.
#pragma once

#include "base/result.h"
#include "model/page_facts.h"
#include "profiles/profile.h"
#include "stages/pagination/pagination.h"
#include "workspace/batch.h"
#include "workspace/status.h"

#include <vector>

namespace linka {

// A finished page, and how many pages just before it are known to be there but were not made.
struct PageInOrder {
  const PageFacts* facts = nullptr;
  int absent_before = 0;
};

// The page as pagination takes it. The hints kept with the page are taken when they are of today's
// kind; else its text is read again, and a page without a readable text has none.
NumberedPage numbered(const Batch& batch, const PageInOrder& page);

// At most so many pages of the scan are there and not made: parked, open, changed, missing.
int absent_pages(const ScanStatus& scan);

// Of every finished page of the batch that is not left out, in reading order: pages[i] is the i-th
// of them, as in the package. Errors: a journal or facts that cannot be read.
Result<Pagination> pagination_of(const Batch& batch, const BatchStatus& status,
                                 const Profile& profile);

}  // namespace linka
