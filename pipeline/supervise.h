// SPDX-License-Identifier: GPL-3.0-or-later
// The parent's side: starts the worker, watches it, and finds the scan to blame when it dies or
// hangs.
//
// A worker that crashes, or in which one step outlives its deadline, is ended with all that it
// started; the scan to blame runs again alone in a fresh worker, and is parked with the signal or
// deadline and the step when that fails too. A worker that somebody else kills (SIGKILL) is started
// again: no scan is to blame for that, unless the kernel says that it killed for want of memory, or
// the worker is killed again and again as long as that scan is alone on the line while others pass.
// When nothing passes, the run ends and says so.
#pragma once

#include "pipeline/board.h"
#include "pipeline/run_batch.h"
#include "pipeline/worker.h"
#include "workspace/journal.h"

#include <functional>

namespace linka {

// How long one step of one scan may take. The processor's time does not depend on what else the
// machine does, so its limit is the closer one; waiting (for a disk, an engine, a busy machine) has
// the other. Both grow with the scan.
struct Deadline {
  double wall_s = 0, cpu_s = 0;
};
// `pixels` of the scan as its header claims, 0 when not known yet. wall_s is page_timeout_s up to
// 40 megapixels (A4 at 600 dpi) and grows in proportion beyond; reading a large file takes its
// time.
Deadline deadline_of(std::uint64_t pixels, std::uint64_t file_bytes, double page_timeout_s,
                     double cpu_s_per_megapixel);

struct Supervision {
  double page_timeout_s = 300;
  double cpu_s_per_megapixel = 12;
  std::uint64_t memory_limit_bytes = 0;  // hard limit of the worker's data; 0 = none
  std::function<void()> tick;            // about five times a second
  std::function<void(std::string)> news;
};

// Which items of `work` are still to do, by the journal; asked again after each worker.
using StillToDo = std::function<Result<std::vector<std::size_t>>()>;

// Returns when nothing is left to do, a stop was asked for (SIGINT, SIGTERM; returns its number) or
// the worker noted on the board why it cannot go on (then 0, see Board::failed_kind).
Result<int> supervise(const Work& work, const StillToDo& still_to_do, Board& board,
                      Journal& journal, const Supervision& supervision);

}  // namespace linka
