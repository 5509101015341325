// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/on_threads.h"

#include "pipeline/in_order.h"

#include <algorithm>
#include <atomic>
#include <mutex>
#include <system_error>
#include <thread>
#include <vector>

namespace linka {

Result<void> on_threads(std::size_t count, std::size_t at_once, const PieceOfWork& work) {
  std::atomic<std::size_t> next{0};
  std::atomic<bool> failed{false};
  std::mutex mutex;
  std::size_t failed_at = count;
  Result<void> result;
  const auto take_part = [&] {
    for (std::size_t i = next++; i < count && !failed; i = next++) {
      Result<void> one = guarded<void>("threads", [&] { return work(i); });
      if (one) continue;
      failed = true;
      const std::lock_guard lock(mutex);
      if (i < failed_at) result = pass(one);
      failed_at = std::min(failed_at, i);
    }
  };
  std::vector<std::jthread> others;
  try {
    while (others.size() + 1 < std::min(count, at_once)) others.emplace_back(take_part);
  } catch (const std::system_error&) {
    // As many as the system gives; one is always there.
  }
  take_part();
  others.clear();
  return result;
}

DoMany threads_to_lend(int jobs) {
  const std::size_t at_once = threads_for(jobs);
  return [at_once](std::size_t count, const PieceOfWork& work) {
    return on_threads(count, at_once, work);
  };
}

}  // namespace linka
