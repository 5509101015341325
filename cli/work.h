// SPDX-License-Identifier: GPL-3.0-or-later
// Running what is to be done of a batch and ending it: what `linka run` and `linka retry` share.
#pragma once

#include "base/result.h"
#include "cli/exit_codes.h"
#include "cli/finish.h"
#include "cli/verb.h"

#include <cstdint>
#include <filesystem>
#include <string>

namespace linka {

struct WorkOptions {
  int jobs = 0;
  std::string memory;  // "4G"
  bool json = false, quiet = false, no_package = false, without_parked = false;
  bool with_held = false, any_space = false;
  std::filesystem::path schemas;
  bool whole_batch = false;  // package although RunOptions::only names scans
};

void add_work_options(CLI::App* verb, WorkOptions& options);

// "4G", "512M", "2.5 GB" -> bytes (of 1024). Error configuration.
Result<std::uint64_t> memory_of(const std::string& text);

// Runs, then packages (unless a selection of scans was asked for or packaging is off), checks and
// reports.
ExitCode work_on(Batch& batch, RunOptions run, const WorkOptions& options);

}  // namespace linka
