// SPDX-License-Identifier: GPL-3.0-or-later
// The parent's side: starts the worker, watches it, and finds the scan to blame when it dies or
// hangs.
//
// A worker that crashes, or in which one stage outlives its deadline, is ended; the scan to blame
// runs again alone in a fresh worker, and is parked with the reason when that fails too. A worker
// that somebody else kills (SIGKILL) is simply started again: no scan is to blame for that, unless
// the kernel says that it killed for want of memory.
#pragma once

#include "pipeline/board.h"
#include "pipeline/run_batch.h"
#include "pipeline/worker.h"
#include "workspace/journal.h"

#include <functional>

namespace linka {

struct Supervision {
  double page_timeout_s = 300;
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
