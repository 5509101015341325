// SPDX-License-Identifier: GPL-3.0-or-later
// The state of many batches in one folder, a few numbers each, from what their journals and lists
// of scans say. The numbers are kept in <folder>/batches.index beside what they were reckoned from
// (name, size and time of those files), so that only batches whose journal has grown are read
// again. The index is never the truth: it may be deleted or damaged at any time and is made anew
// from the journals.
#pragma once

#include "base/result.h"

#include <cstddef>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace linka {

// What one batch's journal says of its scans; scans and pages themselves are not looked at.
struct BatchSummary {
  std::string name;  // of its folder
  std::size_t scans = 0, done = 0, parked = 0, excluded = 0, pending = 0, missing = 0;
  std::size_t pages = 0, packages = 0, damaged_journal_lines = 0;
  bool complete = false;
  std::string problem;  // why nothing can be said of it; the numbers are 0 then
};

struct BatchesSummary {
  std::vector<BatchSummary> batches;  // natural order of their names
  BatchSummary sums;                  // complete: all are, and there is one
  std::size_t complete = 0;
  std::size_t journals_read = 0;  // of the batches; the others stood in the index
  std::string index_problem;      // why the index could not be written; empty when it could
};

std::filesystem::path batch_index_of(const std::filesystem::path& folder);
// Whether there are batches directly below the folder.
bool holds_batches(const std::filesystem::path& folder);

// `rebuild`: the index that is there is not used. `progress` hears after each journal that was read
// how many of how many. Needs no lock: a batch that is worked on shows what its journal says by
// now. Errors: bad_input when the folder holds no batch, io when it cannot be read.
Result<BatchesSummary> summary_of_batches(
    const std::filesystem::path& folder, bool rebuild,
    const std::function<void(std::size_t, std::size_t)>& progress = {});

}  // namespace linka
