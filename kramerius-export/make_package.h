// SPDX-License-Identifier: GPL-3.0-or-later
// From the pages of a batch to its packages: which page is in which, in which order, with which
// label. A package that cannot be built does not hinder the next.
#pragma once

#include "base/do_many.h"
#include "base/result.h"
#include "formats/plain.h"
#include "model/document.h"
#include "model/page_facts.h"
#include "workspace/batch.h"
#include "workspace/status.h"

#include <cstdint>
#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace linka {

struct MakePackageOptions {
  std::string standard = "2.2";  // as PackageOptions
  std::string periodical_standard = "2.1";
  bool rights = false;
  PlainOptions plain = {};
  bool nested_blocks = false;       // ALTO: as AltoOptions::nested
  bool allow_parked = false;        // leave parked pages out instead of refusing
  bool dry_run = false;             // say what would be built
  bool anew = false;                // also when the very same package stands there already
  std::set<std::string> only = {};  // package ids; empty: all
  std::map<PageId, PageProposal> proposals = {};  // what was read on the scans
  std::map<PageId, std::string> held = {};        // pages that stop their package, and why
  DoMany do_many = one_after_another;             // how a package's pages are read and placed
  // What the caller has read of this batch just now; null: it is read.
  const BatchStatus* status = nullptr;
  const std::map<PageId, PageFacts>* facts = nullptr;
};

enum class PackageState { built, kept, planned, refused };
const char* name_of(PackageState state);  // "built" "kept" "planned" "refused"

struct MadePackage {
  PackageState state = PackageState::built;
  std::filesystem::path path;
  std::string id;     // "" when its URN:NBN is not known
  std::string label;  // "Věstník, ročník 3 (1927), číslo 5"
  std::string where;  // "title.toml line 12": where it is described
  std::size_t pages = 0;
  std::uint64_t bytes = 0;
  std::vector<std::string> notes;  // what planning mended, left open or proposed
  Error error;                     // why it was refused
  bool waits = false;              // refused because pages are parked, held or still to be done
};

struct MadePackages {
  std::vector<MadePackage> packages;       // in the order in which they are described
  std::vector<std::string> notes;          // what the record's reader mended or left out
  std::vector<std::string> left_out;       // parked pages, when they were allowed
  std::vector<std::string> not_described;  // packages that stand there and are described no more
};

// Errors: bad_input when there is no record, it cannot be read, its packages cannot be told apart,
// or `only` names one that is not described. What is wrong with one package is in its outcome.
Result<MadePackages> make_packages(const Batch& batch, const MakePackageOptions& options);

}  // namespace linka
