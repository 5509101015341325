// SPDX-License-Identifier: GPL-3.0-or-later
#include "workspace/ledger.h"

#include "base/digest.h"
#include "base/event_log.h"
#include "base/files.h"
#include "workspace/journal.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <unistd.h>

namespace linka {
namespace {
namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::IsEmpty;

class LedgerTest : public testing::Test {
 protected:
  void SetUp() override {
    root_ = fs::path(testing::TempDir()) / ("linka-ledger-" + std::to_string(::getpid())) /
            testing::UnitTest::GetInstance()->current_test_info()->name();
    fs::remove_all(root_);
    fs::create_directories(root_ / "scans");
  }
  void TearDown() override { fs::remove_all(root_); }

  void scan(const std::string& name, const std::string& bytes) {
    ASSERT_TRUE(write_atomically(root_ / "scans" / name, bytes));
  }
  Batch batch() {
    auto made = Batch::open_or_create(root_ / "batch", root_ / "scans");
    EXPECT_TRUE(made) << made.error().message;
    const auto inventory = take_inventory(root_ / "scans");
    EXPECT_TRUE(save_inventory(*made, *inventory));
    return std::move(*made);
  }
  // A scan as it stands in the folder now, and its page.
  void done(const Batch& batch, const std::string& name, bool with_page = true) {
    ScanOutcome o;
    o.id = {name, 0};
    const auto inventory = take_inventory(batch.scans());
    for (const InventoryFile& f : inventory->files)
      if (f.name == name) {
        o.size_bytes = f.size_bytes;
        o.modified_ns = f.modified_ns;
      }
    o.sha256 = digest_file(batch.scan_file(o.id))->sha256;
    const PageId page{o.id, Side::single};
    if (with_page) {
      o.pages = {{page, PageState::done, {}}};
      ASSERT_TRUE(make_folders(batch.page(page)));
      ASSERT_TRUE(write_atomically(batch.page(page) / "facts.json",
                                   nlohmann::json{{"page", text_of(page)}}.dump()));
    }
    auto journal = Journal::open(batch.journal(), "main");
    ASSERT_TRUE(journal->ended(o));
  }
  Ledger ledger(const Batch& batch, bool read = false) {
    const auto status = status_of(batch, true);
    EXPECT_TRUE(status);
    auto kept = ledger_of(batch, *status, read);
    EXPECT_TRUE(kept) << kept.error().message;
    return *kept;
  }
  static std::vector<std::string> kinds(const Ledger& ledger) {
    std::vector<std::string> out;
    for (const LedgerFault& f : ledger.faults) out.emplace_back(name_of(f.kind));
    return out;
  }

  fs::path root_;
};

TEST_F(LedgerTest, AddsUpFromTheFirstMomentOn) {
  for (const char* name : {"1.tif", "2.tif", "3.tif", "4.tif"}) scan(name, name);
  scan("Thumbs.db", "made by the system");
  const Batch b = batch();
  EXPECT_THAT(kinds(ledger(b)), IsEmpty());
  EXPECT_EQ(ledger(b).open, 4u);
  done(b, "1.tif");
  auto journal = Journal::open(b.journal(), "main");
  ScanOutcome parked;
  parked.id = {"2.tif", 0};
  const auto inventory = take_inventory(b.scans());
  for (const InventoryFile& f : inventory->files)
    if (f.name == "2.tif") {
      parked.size_bytes = f.size_bytes;
      parked.modified_ns = f.modified_ns;
    }
  parked.parked = true;
  parked.reason = {ErrorKind::bad_input, "no image", "decode"};
  ASSERT_TRUE(journal->ended(parked));
  ASSERT_TRUE(journal->excluded({"3.tif", 0}, "colour chart"));
  const Ledger l = ledger(b);
  EXPECT_THAT(kinds(l), IsEmpty());
  EXPECT_EQ(l.files, 5u);
  EXPECT_EQ(l.no_scans, 1u);
  EXPECT_EQ(l.scans, 4u);
  EXPECT_EQ(l.stored, 1u);
  EXPECT_EQ(l.parked, 1u);
  EXPECT_EQ(l.excluded, 1u);
  EXPECT_EQ(l.open, 1u);
}

TEST_F(LedgerTest, AScanThatCameToNothingIsTheProgramsFault) {
  scan("1.tif", "a scan");
  const Batch b = batch();
  done(b, "1.tif", false);
  const Ledger l = ledger(b);
  EXPECT_THAT(kinds(l), ElementsAre("no-page"));
  EXPECT_FALSE(l.adds_up());
}

TEST_F(LedgerTest, AScanCountedTwiceIsSeen) {
  scan("1.tif", "a scan");
  const Batch b = batch();
  done(b, "1.tif");
  auto status = status_of(b, true);
  status->scans.push_back(status->scans.front());
  const auto l = ledger_of(b, *status, false);
  EXPECT_FALSE(l->adds_up());
  EXPECT_THAT(kinds(*l), testing::Contains("counted-twice"));
  status->scans.clear();
  EXPECT_THAT(kinds(*ledger_of(b, *status, false)), testing::Contains("not-counted"));
}

TEST_F(LedgerTest, AReplacementOfTheSameSizeAndTimeIsFoundWithBothDigests) {
  scan("1.tif", "one");
  scan("2.tif", "two");
  const Batch b = batch();
  done(b, "1.tif");
  done(b, "2.tif");
  EXPECT_EQ(ledger(b, true).files_read, 2u);
  EXPECT_THAT(kinds(ledger(b, true)), IsEmpty());
  const fs::path file = root_ / "scans/2.tif";
  const auto time = fs::last_write_time(file);
  ASSERT_TRUE(write_atomically(file, std::string_view("owt")));
  fs::last_write_time(file, time);
  EXPECT_TRUE(status_of(b, true)->green());
  const Ledger l = ledger(b, true);
  ASSERT_THAT(kinds(l), ElementsAre("changed"));
  EXPECT_EQ(l.faults[0].name, "2.tif");
  EXPECT_EQ(l.faults[0].sha256_read, sha256_hex("two"));
  EXPECT_EQ(l.faults[0].sha256_now, sha256_hex("owt"));
  EXPECT_TRUE(l.adds_up()) << "the sum is right all the same";
}

TEST_F(LedgerTest, WhatVanishedIsNamedAlsoWhenNobodyHadComeToIt) {
  scan("1.tif", "one");
  scan("2.tif", "two");
  const Batch b = batch();
  done(b, "1.tif");
  fs::remove(root_ / "scans/1.tif");
  fs::remove(root_ / "scans/2.tif");
  const Ledger l = ledger(b, true);
  EXPECT_THAT(kinds(l), ElementsAre("vanished", "vanished"));
  EXPECT_EQ(l.faults[0].sha256_read, sha256_hex("one"));
  EXPECT_FALSE(status_of(b, true)->green());
}

TEST_F(LedgerTest, TheSameContentTwiceIsTold) {
  scan("1.tif", "one");
  scan("2.tif", "two");
  scan("10.tif", "one");
  const Batch b = batch();
  for (const char* name : {"1.tif", "2.tif", "10.tif"}) done(b, name);
  EXPECT_THAT(ledger(b).copies, ElementsAre(ElementsAre("1.tif", "10.tif")));
}

TEST_F(LedgerTest, TheLaterLineCountsWhateverTheClockSaid) {
  const fs::path folder = root_ / "journal";
  const auto line = [](const char* time, const char* fingerprint) {
    return event_line({{"type", "ended"},
                       {"scan", "1.tif"},
                       {"time", time},
                       {"fingerprint", fingerprint},
                       {"pages", nlohmann::json::array()}});
  };
  ASSERT_TRUE(make_folders(folder));
  ASSERT_TRUE(write_atomically(
      folder / "main.jsonl",
      line("2038-01-01T00:00:00.000Z", "first") + line("2001-01-01T00:00:00.000Z", "second")));
  const auto replayed = replay(folder);
  ASSERT_TRUE(replayed);
  EXPECT_EQ(replayed->outcomes.at({"1.tif", 0}).fingerprint, "second");
}

}  // namespace
}  // namespace linka
