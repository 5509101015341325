// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/pace.h"

#include <gtest/gtest.h>

namespace linka {
namespace {

constexpr std::uint64_t mb = 1'000'000;

TEST(Pace, SaysNothingBeforeItKnowsEnough) {
  Pace pace;
  EXPECT_FALSE(pace.left_s(10, 100 * mb));
  pace.note({0, 0, 0, 0});
  pace.note({60, 2, 2, 20 * mb});
  EXPECT_FALSE(pace.left_s(8, 100 * mb));
  pace.note({61, 3, 3, 30 * mb});
  EXPECT_TRUE(pace.left_s(7, 100 * mb));
  EXPECT_EQ(*pace.left_s(0, 100 * mb), 0);
}

TEST(Pace, LargeScansTakeTheTimeOfManySmallOnes) {
  Pace pace;
  pace.note({0, 0, 0, 0});
  for (int i = 1; i <= 10; ++i)
    pace.note({10.0 * i, static_cast<std::size_t>(i), static_cast<std::size_t>(i),
               static_cast<std::uint64_t>(i) * 10 * mb});
  // One scan is left, and it is as large as the ten before together.
  EXPECT_NEAR(*pace.left_s(1, 200 * mb), 100, 1);
  EXPECT_NEAR(pace.pages_per_minute(), 6, 0.01);
}

TEST(Pace, GoesByTheLastMinutes) {
  Pace pace;
  for (int i = 0; i <= 100; ++i)  // ten times as slow from the fiftieth minute on
    pace.note({60.0 * i, static_cast<std::size_t>(i), static_cast<std::size_t>(i),
               static_cast<std::uint64_t>(i < 50 ? i * 10 : 500 + i - 50) * mb});
  EXPECT_NEAR(*pace.left_s(10, 560 * mb), 600, 10);
}

TEST(Pace, MoreBytesThanReckonedLeaveNoTime) {
  Pace pace;
  pace.note({0, 0, 0, 0});
  pace.note({10, 5, 5, 50 * mb});
  EXPECT_EQ(*pace.left_s(1, 40 * mb), 0);
}

}  // namespace
}  // namespace linka
