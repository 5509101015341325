// SPDX-License-Identifier: GPL-3.0-or-later
// Holds a batch against the promises of docs/nothing-lost.md.
#pragma once

#include "base/result.h"
#include "cli/chaos_book.h"

#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace linka {

using Tree = std::map<std::string, std::string>;  // file below a folder -> SHA-256
Tree tree_of(const std::filesystem::path& folder);

// A page's folder -> which file its master copy is on the disk. A page that is made again gets
// another one.
using MadePages = std::map<std::string, std::uint64_t>;

// What a book becomes when nobody disturbs it.
struct Quiet {
  Tree packages, scans;
  std::map<std::string, std::size_t> visits;  // of the fail points
  double seconds = 0;
  int exit_code = 0;
};

struct Judgement {
  std::vector<std::string> broken;            // "P4: ..."
  std::map<std::string, std::size_t> proven;  // promise -> how often
  MadePages pages;                            // that the journal calls done
};

// After a run that was disturbed. `before`: pages that were done before it.
Judgement judge_wreck(const std::filesystem::path& batch, const SampleBook& book,
                      const Quiet& quiet, const MadePages& before);
// After a run that was not.
Judgement judge_whole(const std::filesystem::path& batch, const SampleBook& book,
                      const Quiet& quiet, const MadePages& before);

}  // namespace linka
