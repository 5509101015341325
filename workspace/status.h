// SPDX-License-Identifier: GPL-3.0-or-later
// What became of every scan of the input: inputs = pages + parked + explained exclusions, or the
// batch is not green.
#pragma once

#include "base/result.h"
#include "workspace/batch.h"
#include "workspace/journal.h"

#include <string>
#include <vector>

namespace linka {

enum class ScanState {
  done,      // its pages are stored
  parked,    // it, or one of its pages, failed; the reason is known
  excluded,  // left out by the operator, with a reason
  pending,   // not done yet
  changed,   // done once, but the file is another one now
  missing    // done or known once, and no longer in the folder
};
const char* name_of(ScanState state);
// The same for people, in their language.
std::string in_words(ScanState state);

struct ScanStatus {
  ScanId id;
  ScanState state = ScanState::pending;
  std::vector<PageOutcome> pages;
  Error reason;        // parked
  std::string remark;  // excluded, changed, missing: in words
  std::string sha256;  // of the file as it was read; empty when it never was
};

struct BatchStatus {
  std::vector<ScanStatus> scans;          // reading order
  std::vector<InventoryFile> ignored;     // files that are no scans
  std::vector<std::string> observations;  // gaps, same numbers, same content twice
  std::vector<std::string> packages;      // folder names under packages/
  std::size_t pages_done = 0, scans_done = 0, scans_parked = 0, scans_excluded = 0,
              scans_pending = 0, scans_missing = 0;
  std::size_t damaged_journal_lines = 0;
  // Every scan is done or excluded, none pending, changed, missing or parked, and there is one.
  bool green() const;
};

// The folders that stand complete under packages/, by name.
std::vector<std::string> packages_standing(const Batch& batch);

// `fresh_inventory`: look into the scans' folder again instead of trusting the last run's list;
// when the folder cannot be reached the last list is used and an observation says so.
Result<BatchStatus> status_of(const Batch& batch, bool fresh_inventory);
// What the journal and the last run's list of scans say alone, for a batch whose scans and pages
// may be gone for good: nothing else is read. `packages` are those that were ever finished.
Result<BatchStatus> journaled_status_of(const Batch& batch);

}  // namespace linka
