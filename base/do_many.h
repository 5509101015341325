// SPDX-License-Identifier: GPL-3.0-or-later
// Independent pieces of work that a caller may have done on several threads: folders that know no
// threads are lent them as a function.
#pragma once

#include "base/result.h"

#include <cstddef>
#include <functional>

namespace linka {

using PieceOfWork = std::function<Result<void>(std::size_t piece)>;

// Calls work(0) ... work(count - 1), each once, in any order, and comes back when all have ended.
// After a failure, which it answers, the rest may be left out.
using DoMany = std::function<Result<void>(std::size_t count, const PieceOfWork& work)>;

// On the thread that asks, in order.
inline Result<void> one_after_another(std::size_t count, const PieceOfWork& work) {
  for (std::size_t i = 0; i < count; ++i)
    if (auto done = work(i); !done) return done;
  return {};
}

}  // namespace linka
