// SPDX-License-Identifier: GPL-3.0-or-later
// Every stored byte proven again, a part each night: the object that nobody has read for longest
// comes first, and what was read is written down after each.
#pragma once

#include "base/result.h"
#include "shelf/check.h"
#include "shelf/shelf.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace linka {

struct AuditOptions {
  std::uint64_t rate_bytes_s = 0;  // 0: as fast as it goes
  double for_s = 0;                // no object is begun later than this; 0: until all are read
  std::string only;                // an object's id; empty: all
  std::filesystem::path mirror;    // another shelf; empty: that of the settings
  bool repair = true;              // when there is a mirror
  std::function<void(std::size_t, std::size_t)> progress = {};  // objects read, of how many
};

struct RepairedFile {
  std::string path;             // below the storage root
  std::filesystem::path aside;  // the bad file; empty when it was missing
};

struct AuditedObject {
  ShelfCheck check;  // as it was found
  std::vector<RepairedFile> repaired;
  std::string not_repaired;  // why not, a sentence; empty when it was, or nothing was wrong
  bool whole_now = true;
};

struct AuditReport {
  std::string started, ended;
  std::size_t objects = 0;  // on the shelf
  std::size_t checked = 0, files = 0;
  std::uint64_t bytes = 0;
  std::size_t never_checked = 0;  // at the end
  std::string oldest_check;       // of those that were read at least once; ISO 8601
  std::size_t errors = 0, warnings = 0, repaired_files = 0;
  std::size_t damaged_objects = 0;  // still, at the end
  bool out_of_time = false;
  double elapsed_s = 0;
  std::vector<ShelfFinding> root;        // what is wrong between objects
  std::vector<AuditedObject> not_whole;  // with a finding, warnings too
};

// One audit at a time: error busy. Errors: configuration when the mirror is no shelf; bad_input
// when `only` is not there; io when what was read cannot be written down.
Result<AuditReport> audit_shelf(const Shelf& shelf, const AuditOptions& options);

// Gives damaged files of an object back from another shelf that has it whole. The bad ones are kept
// in aside(), each with a note why.
Result<AuditedObject> repair_object(const Shelf& shelf, const Shelf& mirror, ShelfCheck found);

}  // namespace linka
