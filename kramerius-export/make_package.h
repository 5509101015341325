// SPDX-License-Identifier: GPL-3.0-or-later
// From the pages of a batch to its package: what is in, in which order, with which label.
#pragma once

#include "base/result.h"
#include "workspace/batch.h"

#include <string>
#include <vector>

namespace linka {

struct MakePackageOptions {
  std::string standard = "2.2";  // as PackageOptions
  bool allow_parked = false;     // leave parked pages out instead of refusing
  bool dry_run = false;          // say what would be built
  bool anew = false;             // also when the very same package stands there already
};

struct MadePackage {
  std::filesystem::path path;
  std::string id;
  std::size_t pages = 0;
  std::uint64_t bytes = 0;
  bool kept = false;                  // the very same package stood there already
  std::vector<std::string> left_out;  // parked pages, when they were allowed
  std::vector<std::string> notes;     // what the record's reader mended or left out
};

// Errors: bad_input when pages are pending or parked (unless allowed), or the record lacks
// something.
Result<MadePackage> make_package(const Batch& batch, const MakePackageOptions& options);

}  // namespace linka
