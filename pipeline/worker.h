// SPDX-License-Identifier: GPL-3.0-or-later
// The worker process: everything that touches a scan's bytes happens here, so that the parent lives
// on when a library crashes or hangs.
#pragma once

#include "pipeline/board.h"
#include "pipeline/steps.h"
#include "workspace/journal.h"

#include <functional>
#include <set>
#include <string>
#include <vector>

namespace linka {

// One file of the input with what is known of it.
struct WorkItem {
  InventoryFile file;
  std::set<int> frames_done;  // frames that need no work
  std::set<int> frames_only;  // when not empty: only these
};

struct Work {
  const Tools* tools = nullptr;
  std::vector<WorkItem> items;
  int threads = 1;
  std::uint64_t memory_bytes = 0;
  std::uint64_t fixed_memory_bytes = 0;  // of these, what is taken whatever the scans are
  double disk_bytes_per_pixel = 0;       // what a scan's pixel becomes on the disk; 0: not reckoned
  // For tests of the supervision: called in the worker, as part of decoding that scan.
  std::function<void(const ScanId&)> misbehave;
};

// In which order files come onto the line: as given, but those that are many times the usual size
// come first. What is left at the end would else be one of them, with the other threads idle.
std::vector<std::size_t> by_size_class(const std::vector<WorkItem>& items,
                                       std::vector<std::size_t> indices);

// Runs the items given by their indices and returns the process's exit code: 0 when all ended or a
// stop was asked for or noted on the board. Called in a forked child; never throws.
int run_worker(const Work& work, const std::vector<std::size_t>& indices, Board& board,
               Journal& journal);

}  // namespace linka
