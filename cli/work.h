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
  // After the pages: what has no URN:NBN is registered there; finished packages are delivered.
  std::string urnnbn, deliver;  // ids of a resolver and a target; empty: not asked for
  std::filesystem::path resolvers, targets;
  std::filesystem::path shelf;  // finished packages are kept there; empty: nowhere
};

void add_work_options(CLI::App* verb, WorkOptions& options);

void add_way_out_options(CLI::App* verb, WorkOptions& options);

// Whether the resolver and the target that are named are described, before hours of work.
Result<void> check_way_out(const WorkOptions& options);

// Runs, then registers, packages (unless a selection of scans was asked for or packaging is off),
// checks, reports and delivers.
ExitCode work_on(Batch& batch, RunOptions run, const WorkOptions& options);

}  // namespace linka
