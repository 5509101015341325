// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/on_threads.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <latch>
#include <stdexcept>
#include <thread>

namespace linka {
namespace {

TEST(OnThreads, DoesEveryThingOnce) {
  for (const std::size_t threads : {0u, 1u, 3u, 200u}) {
    std::array<std::atomic<int>, 100> done{};
    ASSERT_TRUE(on_threads(done.size(), threads, [&](std::size_t i) -> Result<void> {
      ++done[i];
      return {};
    }));
    for (const auto& n : done) EXPECT_EQ(n, 1);
  }
  EXPECT_TRUE(on_threads(0, 4, [](std::size_t) { return Result<void>(); }));
}

TEST(OnThreads, WorksAtTheSameTime) {
  std::latch all(3);  // nobody passes before all three are there
  ASSERT_TRUE(on_threads(3, 3, [&](std::size_t) -> Result<void> {
    all.arrive_and_wait();
    return {};
  }));
}

TEST(OnThreads, TellsTheFailureOfTheLowestNumber) {
  std::latch both(2);
  const auto result = on_threads(2, 2, [&](std::size_t i) -> Result<void> {
    both.arrive_and_wait();
    return fail(ErrorKind::io, "{}", i);
  });
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().message, "0");
}

TEST(OnThreads, BeginsNothingAfterAFailure) {
  int begun = 0;
  const auto result = on_threads(10, 1, [&](std::size_t i) -> Result<void> {
    ++begun;
    if (i == 3) throw std::runtime_error("three");
    return {};
  });
  ASSERT_FALSE(result);
  EXPECT_EQ(begun, 4);
}

TEST(OnThreads, LeavesAProcessThatMayFork) {
  const auto nothing = [](std::size_t) { return Result<void>(); };
  ASSERT_TRUE(on_threads(8, 4, nothing));
  const pid_t child = ::fork();
  if (child == 0) ::_exit(on_threads(8, 4, nothing) ? 0 : 1);
  int status = -1;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
}

}  // namespace
}  // namespace linka
