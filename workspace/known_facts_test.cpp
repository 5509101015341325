// SPDX-License-Identifier: GPL-3.0-or-later
#include "workspace/known_facts.h"

#include "base/files.h"
#include "base/scratch_folder.h"
#include "workspace/facts_json.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <chrono>
#include <fstream>
#include <optional>
#include <thread>

namespace linka {
namespace {
namespace fs = std::filesystem;

class KnownFactsTest : public testing::Test {
 protected:
  void SetUp() override {
    scratch_.emplace(*ScratchFolder::temporary("linka-known-facts"));
    fs::create_directories(scratch_->path() / "scans");
    batch_.emplace(*Batch::open_or_create(scratch_->path() / "batch", scratch_->path() / "scans"));
    fs::create_directories(batch_->page(page));
    write(100);
  }

  // Into the file that is there, always as many bytes; returns when a later change would show.
  void write(int width) {
    PageFacts facts;
    facts.id = page;
    facts.width_px = width;
    facts.params["a"] = "b";
    std::ofstream(facts_file(*batch_, page)) << to_json(facts).dump(1);
    wait();
  }
  void wait() const {
    while (is_within_tick(stamp_of(facts_file(*batch_, page))->latest_ns()))
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  std::shared_ptr<const PageFacts> known() const {
    const auto facts = short_facts(*batch_, page);
    return facts ? *facts : nullptr;
  }

  const PageId page{{"1.tif", 0}, Side::left};
  std::optional<ScratchFolder> scratch_;
  std::optional<Batch> batch_;
};

TEST_F(KnownFactsTest, AreReadOnceAndShort) {
  const auto first = known();
  ASSERT_TRUE(first);
  EXPECT_EQ(first->width_px, 100);
  EXPECT_TRUE(first->params.empty());
  EXPECT_EQ(known(), first) << "the file was read again";
}

TEST_F(KnownFactsTest, AChangeIsNoticedWhateverItsDateSays) {
  ASSERT_TRUE(known());
  const auto date = fs::last_write_time(facts_file(*batch_, page));
  write(200);
  fs::last_write_time(facts_file(*batch_, page), date);
  ASSERT_TRUE(known());
  EXPECT_EQ(known()->width_px, 200);
}

TEST_F(KnownFactsTest, APageMadeAnewIsNoticed) {
  ASSERT_TRUE(known());
  PageFacts anew;
  anew.id = page;
  anew.width_px = 300;
  ASSERT_TRUE(write_atomically(facts_file(*batch_, page), to_json(anew).dump()));
  ASSERT_TRUE(known());
  EXPECT_EQ(known()->width_px, 300);
}

TEST_F(KnownFactsTest, WhatHasGoneOrBrokenIsNoticed) {
  ASSERT_TRUE(known());
  std::ofstream(facts_file(*batch_, page)) << "{";
  EXPECT_FALSE(known());
  fs::remove(facts_file(*batch_, page));
  EXPECT_FALSE(known());
}

// A file written just now could be written again without its times telling.
TEST_F(KnownFactsTest, WhatWasWrittenInThisMomentIsReadAgain) {
  for (int width = 200; width < 400; ++width) {
    PageFacts facts;
    facts.id = page;
    facts.width_px = width;
    std::ofstream(facts_file(*batch_, page)) << to_json(facts).dump(1);
    ASSERT_TRUE(known());
    EXPECT_EQ(known()->width_px, width);
  }
}

}  // namespace
}  // namespace linka
