// SPDX-License-Identifier: GPL-3.0-or-later
// Independent work on threads that have ended when it is done. A process that is still to fork may
// use these; oneTBB's threads live on, and would be missing in the child.
#pragma once

#include "base/do_many.h"
#include "base/result.h"

#include <cstddef>
#include <functional>

namespace linka {

// Calls work(0) ... work(count - 1), each once, in any order and at most `at_once` at a time; the
// calling thread is one of them. Nothing more is begun after a failure. The failure of the lowest
// number comes back.
Result<void> on_threads(std::size_t count, std::size_t at_once, const PieceOfWork& work);

// on_threads() to be lent, with so many threads; 0: as many as the machine has processors.
DoMany threads_to_lend(int jobs);

}  // namespace linka
