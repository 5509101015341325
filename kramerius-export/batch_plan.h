// SPDX-License-Identifier: GPL-3.0-or-later
// What of a batch goes into packages: its pages as far as they are made, and its record with the
// URN:NBN that were assigned.
#pragma once

#include "base/result.h"
#include "model/document.h"
#include "model/page_facts.h"
#include "title/plan.h"
#include "title/title.h"
#include "workspace/batch.h"
#include "workspace/journal.h"
#include "workspace/status.h"
#include "workspace/urn_register.h"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace linka {

// What planning and the fingerprint of a package need of a page.
struct KnownPage {
  bool is_blank = false;
  std::string fingerprint;
  std::string scan_sha256;  // of the scan's file
  std::uint64_t bytes = 0;
  std::string problem;  // its facts cannot be read
};

// The pages that go into packages, in reading order. A scan without pages stands for itself, so
// that it stops the package it belongs to and no other.
struct BatchPages {
  std::vector<PageForPlan> pages;
  std::map<PageId, KnownPage> known;    // of every page that nothing stops
  std::map<PageId, std::string> stops;  // why this one cannot be packaged
  std::vector<std::string> left_out;    // parked pages, when they were allowed
};

// `status`, `facts`: as the caller has read them just now; null: they are read, as are the facts of
// a page that is not among them.
// Errors: bad_input when there is no page at all, whatever status_of() says.
Result<BatchPages> pages_of_batch(const Batch& batch, const Replay& replayed, bool allow_parked,
                                  const BatchStatus* status = nullptr,
                                  const std::map<PageId, PageFacts>* facts = nullptr);

// How many pages stop a plan, those of `held` with the others, and why the first does; "" when none
// does.
std::string stopped_by(const BatchPages& pages, const std::map<PageId, std::string>& held,
                       const PackagePlan& plan);

// The batch's record, every object with the uuid and the URN:NBN that its register knows
// (title/urns.h); what that changed is among the notes. Errors as load_document(), and bad_input
// when the batch has no record.
Result<LoadedDocument> document_of(const Batch& batch);

}  // namespace linka
