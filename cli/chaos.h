// SPDX-License-Identifier: GPL-3.0-or-later
// Rounds of trouble for a small batch: kills, errors of the system, full disks, flipped bits. After
// each trouble and at each round's end the batch is held against the promises.
#pragma once

#include "base/result.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <vector>

namespace linka {

struct ChaosOptions {
  std::size_t rounds = 20, first_round = 1;
  std::uint64_t seed = 1;
  std::filesystem::path folder;  // where it works; made, and removed when all went well
  bool keep = false;
  std::function<void(std::size_t, std::size_t)> progress;  // rounds ended, of how many
};

struct ChaosReport {
  std::size_t rounds = 0, starts = 0;
  std::size_t kills_of_runs = 0, kills_of_workers = 0, deaths_at_places = 0;
  std::size_t errors = 0;                // that the system seemed to answer with
  std::size_t fills = 0, full_runs = 0;  // disks filled; runs that ended for it
  std::size_t flips = 0, flips_found = 0, flips_mended = 0;
  std::size_t pages_made = 0, pages_kept = 0;  // kept: done before a start, and not made again
  std::string fill_with;                       // "a file system of 80 MiB", "a limit on file sizes"
  std::map<std::string, std::size_t> proven;   // "P1" -> how often
  std::vector<std::string> failures;           // "round 17: P4: ..."
};

// The same seed makes the same troubles; the moments of kills depend on the machine. Errors: what
// keeps it from beginning at all.
Result<ChaosReport> make_chaos(const ChaosOptions& options);

}  // namespace linka
