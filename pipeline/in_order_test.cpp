// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/in_order.h"

#include <gtest/gtest.h>

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <numeric>
#include <stdexcept>
#include <vector>

namespace linka {
namespace {

// The later half is made first: the first thing waits until the others of its kind have been made.
TEST(InOrder, TakesInOrderWhateverIsMadeFirst) {
  for (const std::size_t threads : {1, 2, 7}) {
    std::vector<std::size_t> taken, all(50);
    std::iota(all.begin(), all.end(), 0);
    std::mutex mutex;
    std::condition_variable made_next;
    std::vector<bool> made(all.size());
    const auto r = in_order(all.size(), threads, [&](std::size_t i) -> Result<TakeMade> {
      std::unique_lock lock(mutex);
      made[i] = true;
      made_next.notify_all();
      if (i == 0 && threads > 1) made_next.wait(lock, [&] { return made[1]; });
      return [&taken, i]() -> Result<void> {
        taken.push_back(i);
        return {};
      };
    });
    EXPECT_TRUE(r);
    EXPECT_EQ(taken, all) << threads;
  }
}

TEST(InOrder, NoMoreAtATimeThanAllowed) {
  constexpr int threads = 3;
  std::atomic<int> making{0}, most{0}, begun{0}, taken{0}, most_open{0};
  const auto at_least = [](std::atomic<int>& most_seen, int now) {
    for (int before = most_seen; before < now && !most_seen.compare_exchange_weak(before, now);) {
    }
  };
  const auto r = in_order(200, threads, [&](std::size_t) -> Result<TakeMade> {
    at_least(most, ++making);
    at_least(most_open, ++begun - taken);
    --making;
    return [&]() -> Result<void> {
      ++taken;
      return {};
    };
  });
  EXPECT_TRUE(r);
  EXPECT_LE(most, threads);
  EXPECT_LE(most_open, 2 * threads);
}

// Whichever thread is faster, the failure is that of the first page, and what stands before it is
// taken.
TEST(InOrder, TheFirstFailureInOrderComesBack) {
  for (const std::size_t threads : {1, 4}) {
    std::vector<std::size_t> taken;
    const auto r = in_order(20, threads, [&](std::size_t i) -> Result<TakeMade> {
      if (i == 5 || i == 6) return fail(ErrorKind::bad_input, "number {}", i);
      return [&taken, i]() -> Result<void> {
        taken.push_back(i);
        return {};
      };
    });
    ASSERT_FALSE(r);
    EXPECT_EQ(r.error().message, "number 5");
    EXPECT_EQ(taken.size(), 5u);
  }
}

TEST(InOrder, AFailureOfTakingAndAnExceptionEndTheWork) {
  std::size_t taken = 0;
  const auto refused = in_order(9, 2, [&](std::size_t) -> Result<TakeMade> {
    return [&taken]() -> Result<void> {
      if (++taken == 3) return fail(ErrorKind::no_space, "full");
      return {};
    };
  });
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::no_space);
  EXPECT_EQ(taken, 3u);
  const auto thrown = in_order(
      9, 2, [](std::size_t) -> Result<TakeMade> { throw std::runtime_error("a library's"); });
  ASSERT_FALSE(thrown);
  EXPECT_EQ(thrown.error().kind, ErrorKind::internal);
  EXPECT_TRUE(in_order(0, 2, [](std::size_t) -> Result<TakeMade> {
    return fail(ErrorKind::internal, "nobody asked");
  }));
}

}  // namespace
}  // namespace linka
