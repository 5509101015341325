// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/plan_estimate.h"
#include "cli/plan_quantity.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <set>

namespace linka {
namespace {

Inventory folder_of(std::size_t tiffs, std::size_t jpegs) {
  Inventory out;
  for (std::size_t i = 0; i < tiffs; ++i)
    out.files.push_back({"a/" + std::to_string(i) + ".tif", 1000 * (i + 1), 0, ""});
  for (std::size_t i = 0; i < jpegs; ++i)
    out.files.push_back({std::to_string(i) + ".jpg", 100 * (i + 1), 0, ""});
  out.files.push_back({"Thumbs.db", 1, 0, "made by the system"});
  return out;
}

TEST(PlanSample, HasSmallAndLargeOfEveryKind) {
  const auto sample = sample_of(folder_of(900, 100), 20, 1);
  ASSERT_EQ(sample.size(), 20u);
  std::size_t jpegs = 0, small = 0, large = 0;
  std::set<std::string> names;
  for (const InventoryFile& file : sample) {
    names.insert(file.name);
    jpegs += file.name.ends_with(".jpg");
    small += file.name.ends_with(".tif") && file.size_bytes < 200'000;
    large += file.name.ends_with(".tif") && file.size_bytes > 700'000;
  }
  EXPECT_EQ(names.size(), 20u) << "no file twice";
  EXPECT_EQ(jpegs, 2u);
  EXPECT_EQ(small, 4u);
  EXPECT_EQ(large, 4u);
}

TEST(PlanSample, IsTheSameForTheSameSeed) {
  const auto names = [](std::uint64_t seed) {
    std::vector<std::string> out;
    for (const InventoryFile& file : sample_of(folder_of(900, 100), 10, seed))
      out.push_back(file.name);
    return out;
  };
  EXPECT_EQ(names(3), names(3));
  EXPECT_NE(names(3), names(4));
}

TEST(PlanSample, OfFewFilesIsAllOfThem) {
  EXPECT_EQ(sample_of(folder_of(3, 2), 24, 1).size(), 5u);
  EXPECT_TRUE(sample_of({}, 24, 1).empty());
}

SampledScan scan_of(std::size_t pages, double master) {
  SampledScan scan;
  scan.pages = pages;
  scan.of(Amount::master) = master;
  return scan;
}

TEST(PlanEstimate, EqualPagesLeaveNoDoubt) {
  const std::vector<SampledScan> sample(12, scan_of(2, 20e6));
  const Range page = per_page(sample, {Amount::master}, 1);
  EXPECT_DOUBLE_EQ(page.low, 10e6);
  EXPECT_DOUBLE_EQ(page.likely, 10e6);
  EXPECT_DOUBLE_EQ(page.high, 10e6);
  EXPECT_DOUBLE_EQ(pages_per_file(sample, 1).likely, 2);
}

TEST(PlanEstimate, NothingComesOfNothing) {
  EXPECT_EQ(per_page({}, {Amount::master}, 1).likely, 0);
  EXPECT_EQ(per_page({scan_of(0, 0)}, {Amount::master}, 1).likely, 0);
}

// The bounds are to hold the truth nine times of ten, also for sizes that are far from normal.
TEST(PlanEstimate, TheBoundsHoldTheTruthAsOftenAsTheySay) {
  std::mt19937_64 random(7);
  const double spread = 0.6, truth = 15e6 * std::exp(spread * spread / 2);
  int held = 0;
  constexpr int trials = 300;
  for (int trial = 0; trial < trials; ++trial) {
    std::vector<SampledScan> sample;
    std::normal_distribution<double> normal(0, spread);
    for (int i = 0; i < 24; ++i) sample.push_back(scan_of(1, 15e6 * std::exp(normal(random))));
    const Range page = per_page(sample, {Amount::master}, static_cast<std::uint64_t>(trial));
    held += page.low <= truth && truth <= page.high;
  }
  EXPECT_GE(held, trials * 84 / 100);
  EXPECT_LE(held, trials * 96 / 100);
}

TEST(PlanEstimate, WhatTheSampleDoesNotDecideIsSaid) {
  EXPECT_EQ(fit_of({8, 9, 10}, 10), Fit::fits);
  EXPECT_EQ(fit_of({8, 9, 10}, 9), Fit::may_not);
  EXPECT_EQ(fit_of({8, 9, 10}, 7), Fit::does_not);
}

TEST(PlanQuantity, SizesAsDisksAreSold) {
  EXPECT_EQ(*bytes_from("16TB"), 16'000'000'000'000u);
  EXPECT_EQ(*bytes_from("1.5 GiB"), 1'610'612'736u);
  EXPECT_EQ(*bytes_from("800m"), 800'000'000u);
  EXPECT_EQ(*bytes_from("12"), 12u);
  EXPECT_EQ(*rate_from("50MB/s"), 50'000'000u);
  EXPECT_EQ(*seconds_from("2h"), 7200);
  EXPECT_EQ(*seconds_from("90"), 90);
  for (const char* wrong : {"", "TB", "1XB", "-1G", "1e30T", "nan", "1i"})
    EXPECT_FALSE(bytes_from(wrong)) << wrong;
  for (const char* wrong : {"0", "x", "1y"}) EXPECT_FALSE(seconds_from(wrong)) << wrong;
  EXPECT_FALSE(rate_from("0MB/s"));
}

}  // namespace
}  // namespace linka
