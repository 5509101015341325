// SPDX-License-Identifier: GPL-3.0-or-later
// Many things of one kind made on several threads and taken one after another, in order: what comes
// out is the same for any number of threads.
#pragma once

#include "base/result.h"

#include <cstddef>
#include <functional>

namespace linka {

// Threads for `jobs`; 0: as many as the machine has processors.
std::size_t threads_for(int jobs);

// What is done with a thing that was made.
using TakeMade = std::function<Result<void>()>;

// Calls make(0) ... make(count - 1) in any order, at most `at_once` at a time, and what each gives
// in order, one at a time. At most twice as many are begun and not yet taken. Nothing is taken
// after the first failure, which comes back: the one that one thread would have met first.
// On at least one thread. They are oneTBB's and stay: a process that forks afterwards (a run does)
// has a child without them, so no process does both.
Result<void> in_order(std::size_t count, std::size_t at_once,
                      const std::function<Result<TakeMade>(std::size_t)>& make);

}  // namespace linka
