// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/in_order.h"

#include <oneapi/tbb/global_control.h>
#include <oneapi/tbb/parallel_pipeline.h>
#include <oneapi/tbb/task_arena.h>

#include <algorithm>
#include <atomic>
#include <memory>
#include <thread>

namespace linka {

std::size_t threads_for(int jobs) {
  return jobs > 0 ? static_cast<std::size_t>(jobs)
                  : std::max(1u, std::thread::hardware_concurrency());
}

Result<void> in_order(std::size_t count, std::size_t at_once,
                      const std::function<Result<TakeMade>(std::size_t)>& make) {
  using tbb::filter_mode;
  using Made = std::shared_ptr<Result<TakeMade>>;  // a token has to be cheap to copy
  at_once = std::clamp<std::size_t>(at_once, 1, std::max<std::size_t>(1, count));
  std::size_t next = 0;
  std::atomic<bool> failed{false};
  Result<void> result;
  const auto number = [&](tbb::flow_control& control) -> std::size_t {
    if (next == count || failed) {
      control.stop();
      return 0;
    }
    return next++;
  };
  const auto made = [&](std::size_t i) -> Made {
    if (failed) return nullptr;
    return std::make_shared<Result<TakeMade>>(guarded<TakeMade>("page", [&] { return make(i); }));
  };
  const auto take = [&](const Made& one) {
    if (!result || !one) return;
    result = *one ? guarded<void>("page", [&] { return (**one)(); }) : pass(*one);
    if (!result) failed = true;
  };
  const tbb::global_control threads(tbb::global_control::max_allowed_parallelism, at_once);
  // What is made waits for its turn without keeping a thread.
  tbb::task_arena arena(static_cast<int>(at_once));
  arena.execute([&] {
    tbb::parallel_pipeline(
        2 * at_once, tbb::make_filter<void, std::size_t>(filter_mode::serial_in_order, number) &
                         tbb::make_filter<std::size_t, Made>(filter_mode::parallel, made) &
                         tbb::make_filter<Made, void>(filter_mode::serial_in_order, take));
  });
  return result;
}

}  // namespace linka
