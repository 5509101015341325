// SPDX-License-Identifier: GPL-3.0-or-later
// Runs what is still to do of a batch: a parent that supervises and a worker process with the
// graph.
#pragma once

#include "base/result.h"
#include "profiles/profile.h"
#include "workspace/batch.h"
#include "workspace/status.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace linka {

struct Progress {
  std::size_t scans_total = 0;   // of this run
  std::size_t scans_ended = 0;   // of this run, done or parked
  std::size_t pages_done = 0;    // of this run
  std::size_t scans_parked = 0;  // of this run
  double elapsed_s = 0;
  double pages_per_minute = 0;         // over the last minutes
  std::optional<double> left_s;        // none until enough is known to be honest
  std::vector<std::string> in_flight;  // "0007.tif: ocr"
  std::vector<std::string> news;       // since the last call: parked scans and restarts, in words
};

struct RunOptions {
  Profile profile;
  int jobs = 0;                      // threads; 0 = the machine's processors
  std::uint64_t memory_bytes = 0;    // budget; 0 = three quarters of what is available
  bool retry_parked = false;         // parked scans are tried again
  std::set<std::string> only;        // text_of(ScanId) of the scans to run; empty = all
  std::set<std::string> read_again;  // text_of(PageId): pages whose text is read once more
  bool any_space = false;            // do not ask beforehand whether the disk has room for it all
  std::string command;               // for the journal: the command line
  std::function<void(const Progress&)> progress;  // called about five times a second; may be empty
  // For tests of the supervision alone: called in the worker, as part of decoding that scan.
  std::function<void(const ScanId&)> misbehave;
};

struct RunSummary {
  std::size_t scans_to_do = 0, scans_ended = 0, pages_done = 0, scans_parked = 0;
  double elapsed_s = 0;
  int stopped_by = 0;                // SIGINT or SIGTERM when the run was asked to stop; else 0
  std::optional<Error> stopped;      // what made the run end early: no_space, io ...
  std::vector<std::string> sandbox;  // what the worker gave up, in words
};

// The scans that `run_batch` would run, in order. Nothing is written.
Result<std::vector<ScanId>> pending_scans(const Batch& batch, const RunOptions& options);

// Needs the batch's lock. Takes stock of the folder, runs, and returns when all is done or stopped.
// Errors only for what ends a run before it begins (missing models, unreadable folder).
Result<RunSummary> run_batch(Batch& batch, const RunOptions& options);

}  // namespace linka
