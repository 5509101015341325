// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/budget.h"

#include "pipeline/worker.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <random>
#include <thread>

namespace linka {
namespace {
using testing::ElementsAre;

constexpr auto never = [] { return false; };
constexpr std::array large_steps{StageName::read, StageName::check, StageName::master,
                                 StageName::user};

StepMemory scan_of(std::uint64_t held, std::uint64_t early, std::uint64_t largest) {
  StepMemory scan;
  scan.held = held;
  scan.early = early;
  for (const StageName step : large_steps)
    scan.steps[static_cast<std::size_t>(step)] = step == StageName::master ? largest : largest / 4;
  return scan;
}

// What a line does with a scan: enters, is cut, runs its large steps in any order, leaves.
class Line {
 public:
  Line(Budget& budget, std::vector<StepMemory> scans) : budget_(budget) {
    std::atomic<std::size_t> ended = 0;
    for (const StepMemory& scan : scans) {
      const auto place = budget_.enter(scan, never);
      workers_.emplace_back([this, scan, at = *place, &ended] {
        budget_.change(at, {scan.held, scan.largest()});
        std::atomic<int> left = static_cast<int>(large_steps.size());
        for (const StageName name : large_steps) {
          const Budget::Step step{scan.of(name), name == StageName::master};
          budget_.ask(step, [&, step] {
            std::thread([&, step] {
              std::this_thread::yield();
              budget_.done(step);
              --left;
            }).detach();
          });
        }
        while (left > 0) std::this_thread::yield();
        budget_.leave(at);
        ++ended;
      });
    }
    for (std::thread& worker : workers_) worker.join();
    ended_ = ended;
  }
  std::size_t ended() const { return ended_; }

 private:
  Budget& budget_;
  std::vector<std::thread> workers_;
  std::size_t ended_ = 0;
};

TEST(Budget, StaysUnderItsBytesWhateverTheScansAre) {
  std::mt19937 random(7);
  const auto up_to = [&](std::uint64_t most) { return random() % most; };
  for (int round = 0; round < 5; ++round) {
    constexpr std::uint64_t bytes = 1000;
    Budget budget(bytes, 6, 3);
    std::vector<StepMemory> scans;
    while (scans.size() < 40) {
      const StepMemory scan = scan_of(up_to(400), up_to(300), up_to(800));
      if (budget.fits_alone(scan)) scans.push_back(scan);
    }
    const Line line(budget, scans);
    EXPECT_EQ(line.ended(), scans.size());
    EXPECT_LE(budget.most().bytes, bytes);
    EXPECT_LE(budget.most().scans, 6u);
    EXPECT_LE(budget.most().steps, 3u);
  }
}

TEST(Budget, ALargeScanGoesAloneAndSmallOnesTogether) {
  const std::vector<StepMemory> small(8, scan_of(100, 50, 200));
  Budget budget(1000, 5, 2);
  EXPECT_EQ(Line(budget, small).ended(), 8u);
  EXPECT_GE(budget.most().scans, 4u);
  const std::vector<StepMemory> large(4, scan_of(300, 200, 700));
  Budget tight(1000, 5, 2);
  EXPECT_EQ(Line(tight, large).ended(), 4u);
  EXPECT_EQ(tight.most().scans, 1u);
  EXPECT_LE(tight.most().bytes, 1000u);
}

TEST(Budget, WhatFitsNotEvenAloneIsKnownBeforehand) {
  const Budget budget(1000, 5, 2);
  EXPECT_TRUE(budget.fits_alone(scan_of(300, 100, 700)));
  EXPECT_FALSE(budget.fits_alone(scan_of(300, 100, 701)));
  EXPECT_FALSE(budget.fits_alone(scan_of(300, 701, 100)));
}

TEST(Budget, AStepThatDoesNotFitLetsASmallerOneRunMeanwhile) {
  Budget budget(1000, 5, 2);
  const auto place = budget.enter(scan_of(200, 0, 700), never);
  std::vector<int> called;
  budget.ask({700}, [&] { called.push_back(1); });
  budget.ask({600}, [&] { called.push_back(2); });
  budget.ask({100}, [&] { called.push_back(3); });
  budget.ask({50}, [&] { called.push_back(4); });  // there would be room, but no thread
  EXPECT_THAT(called, ElementsAre(1, 3));
  budget.done({700});
  EXPECT_THAT(called, ElementsAre(1, 3, 2));
  budget.done({100});
  EXPECT_THAT(called, ElementsAre(1, 3, 2, 4));
  budget.done({600});
  budget.done({50});
  budget.leave(*place);
  EXPECT_EQ(budget.most().bytes, 1000u);
}

class BulkySteps : public testing::Test {
 protected:
  static constexpr StepMemory scan{.held = 200, .early = 300};
  static constexpr Budget::Holding cut{.now = 200, .largest = 700, .cut = true};

  void ask(const std::string& name, bool bulky) {
    budget_.ask({100, bulky}, [this, name] { called_.push_back(name); });
  }
  void ask_for_text_and_masters() {
    ask("text 1", false);
    for (const char* master : {"master 1", "master 2", "master 3"}) ask(master, true);
  }

  Budget budget_{1 << 20, 9, 3};  // with room for everything, on three threads
  std::vector<std::string> called_;
};

TEST_F(BulkySteps, GoFirstOnHalfOfTheThreads) {
  budget_.enter(scan, never);
  ask_for_text_and_masters();
  ask("text 2", false);
  EXPECT_THAT(called_, ElementsAre("text 1", "master 1", "master 2"));
  budget_.done({100, false});
  EXPECT_EQ(called_.back(), "text 2") << "a third master would be one too many";
  ask("text 3", false);
  budget_.done({100, true});
  EXPECT_EQ(called_.back(), "master 3") << "before a text that waits, too";
  budget_.done({100, true});
  EXPECT_EQ(called_.back(), "text 3");
  EXPECT_EQ(budget_.most().bulky_steps, 2u);
}

TEST_F(BulkySteps, RunOnAllThreadsWhenThereIsNothingElseToDo) {
  const auto place = budget_.enter(scan, never);
  ask_for_text_and_masters();
  budget_.done({100, false});
  EXPECT_EQ(called_.size(), 3u) << "the third thread cuts the scan";
  budget_.change(*place, cut);
  EXPECT_EQ(called_.back(), "master 3");
  EXPECT_EQ(budget_.most().bulky_steps, 3u);
}

TEST_F(BulkySteps, RunOnTheThreadThatIsTheOnlyOne) {
  Budget single(1 << 20, 9, 1);
  single.enter(scan, never);
  int masters = 0;
  single.ask({100, true}, [&] { ++masters; });
  EXPECT_EQ(masters, 1);
}

TEST(Budget, WaitsForRoomOnlyUntilItIsToldToStop) {
  Budget budget(1000, 5, 2);
  const auto first = budget.enter(scan_of(600, 0, 400), never);
  ASSERT_TRUE(first);
  int asked = 0;
  EXPECT_FALSE(budget.enter(scan_of(600, 0, 400), [&] { return ++asked > 1; }));
  budget.leave(*first);
  EXPECT_TRUE(budget.enter(scan_of(600, 0, 400), never));
}

TEST(StepMemory, GreyTakesLessThanColourAndAnOpeningLessThanItsScanAtATime) {
  const Size a4{3307, 4677};
  const StepMemory colour = step_memory(a4, 3, 46 << 20), grey = step_memory(a4, 1, 0);
  EXPECT_LT(grey.held * 2, colour.held);
  EXPECT_LT(grey.largest() * 2, colour.largest());
  const StepMemory halves = colour.with_pages_of(0.5);
  EXPECT_EQ(halves.held, colour.held);
  EXPECT_LT(halves.largest(), colour.largest() * 3 / 5);
  EXPECT_EQ(halves.of(StageName::deskew), 0u);
}

TEST(StepMemory, SaysWhatReadingTheFileTakesUntilItIsRead) {
  const Size a5{1748, 2480};
  EXPECT_GT(step_memory(a5, 3, 300 << 20).early, 300u << 20);
  EXPECT_LT(step_memory(a5, 3, 0).early, 300u << 20);
}

TEST(StepMemory, TwoColourPagesOfA4FitIntoOneAndAHalfGibibytes) {
  const std::uint64_t mib = 1 << 20;
  const std::uint64_t fixed = fixed_memory(170 * mib, 120 * mib, 2);
  const StepMemory page = step_memory({3307, 4677}, 3, 96 * mib);
  const std::uint64_t both = 2 * page.held + page.early + page.largest();
  EXPECT_LT(fixed + both, 1500 * mib);
}

TEST(StepMemory, FewerThreadsWhereTheirEnginesWouldTakeTheBudget) {
  const std::uint64_t mib = 1 << 20;
  EXPECT_EQ(threads_within(4096 * mib, 150 * mib, 100 * mib, 8), 8);
  const int few = threads_within(1024 * mib, 150 * mib, 100 * mib, 8);
  EXPECT_LT(few, 8);
  EXPECT_LE(fixed_memory(150 * mib, 100 * mib, few), 512 * mib);
  EXPECT_EQ(threads_within(1 * mib, 150 * mib, 100 * mib, 8), 1);
}

TEST(Order, FilesManyTimesTheUsualSizeComeFirst) {
  std::vector<WorkItem> items(7);
  const std::array<std::uint64_t, 7> sizes{50, 52, 900, 48, 120, 400, 51};
  for (std::size_t i = 0; i < items.size(); ++i) items[i].file.size_bytes = sizes[i];
  EXPECT_THAT(by_size_class(items, {0, 1, 2, 3, 4, 5, 6}), ElementsAre(2, 5, 0, 1, 3, 4, 6));
  EXPECT_THAT(by_size_class(items, {3, 1}), ElementsAre(3, 1));
  EXPECT_THAT(by_size_class(items, {}), ElementsAre());
}

}  // namespace
}  // namespace linka
