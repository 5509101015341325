// SPDX-License-Identifier: GPL-3.0-or-later
#include "workspace/batch.h"
#include "workspace/facts_json.h"
#include "workspace/journal.h"
#include "workspace/status.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <unistd.h>

#include <fstream>

namespace linka {
namespace {
namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;

class WorkspaceTest : public testing::Test {
 protected:
  void SetUp() override {
    root_ = fs::path(testing::TempDir()) / ("linka-workspace-" + std::to_string(::getpid())) /
            testing::UnitTest::GetInstance()->current_test_info()->name();
    fs::remove_all(root_);
    fs::create_directories(root_ / "scans");
  }
  void put(const std::string& name, const std::string& content = "x") {
    fs::create_directories((root_ / "scans" / name).parent_path());
    std::ofstream(root_ / "scans" / name) << content;
  }
  Batch batch() {
    auto b = Batch::open_or_create(root_ / "batch", root_ / "scans");
    EXPECT_TRUE(b) << b.error().message;
    return std::move(*b);
  }
  ScanOutcome done(const std::string& name) {
    const auto inventory = take_inventory(root_ / "scans");
    ScanOutcome o;
    o.id = {name, 0};
    for (const InventoryFile& f : inventory->files)
      if (f.name == name) {
        o.size_bytes = f.size_bytes;
        o.modified_ns = f.modified_ns;
      }
    o.pages = {{PageId{o.id, Side::single}, PageState::done, {}}};
    return o;
  }
  fs::path root_;
};

TEST_F(WorkspaceTest, InventoryIsInNaturalOrderAndListsWhatItIgnores) {
  for (const char* name : {"10.tif", "2.tif", "Thumbs.db", ".hidden", "title.toml", "sub/1.tif"})
    put(name);
  const auto i = take_inventory(root_ / "scans");
  ASSERT_TRUE(i);
  std::vector<std::string> scans, ignored;
  for (const InventoryFile& f : i->files) (f.ignored.empty() ? scans : ignored).push_back(f.name);
  EXPECT_THAT(scans, ElementsAre("2.tif", "10.tif", "sub/1.tif"));
  EXPECT_THAT(ignored, ElementsAre(".hidden", "Thumbs.db", "title.toml"));
}

TEST_F(WorkspaceTest, GapsAndDoubleNumbersAreReported) {
  for (const char* name : {"s_001.tif", "s_002.tif", "s_002.jpg", "s_005.tif"}) put(name);
  const auto i = take_inventory(root_ / "scans");
  ASSERT_TRUE(i);
  EXPECT_THAT(i->observations, ElementsAre(HasSubstr("s_002.jpg, s_002.tif"), HasSubstr("3 to 4")));
}

TEST_F(WorkspaceTest, ASecondRunFindsTheBatchBusy) {
  const Batch first = batch();
  const auto second = Batch::open_or_create(root_ / "batch", root_ / "scans");
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().kind, ErrorKind::busy);
}

TEST_F(WorkspaceTest, ABatchWhoseBeginningWasCutShortIsBegunAgain) {
  fs::create_directories(root_ / "batch");
  std::ofstream(root_ / "batch/.batch.json.4711.0.tmp") << "{";
  std::ofstream(root_ / "batch/lock.owner") << "{";
  EXPECT_TRUE(Batch::open_or_create(root_ / "batch", root_ / "scans"));
}

TEST_F(WorkspaceTest, AFolderWithOtherThingsIsNotTakenForABatch) {
  fs::create_directories(root_ / "home");
  std::ofstream(root_ / "home/letter.txt") << "dear";
  EXPECT_FALSE(Batch::open_or_create(root_ / "home", root_ / "scans"));
}

TEST_F(WorkspaceTest, TheJournalComesBackAsItWasWritten) {
  const Batch b = batch();
  auto j = Journal::open(b.journal(), "test");
  ASSERT_TRUE(j);
  ScanOutcome o;
  o.id = {"a b.tif", 2};
  o.sha256 = "00ff";
  o.pages = {{PageId{o.id, Side::left}, PageState::done, {}},
             {PageId{o.id, Side::right}, PageState::parked, {ErrorKind::bad_input, "why", "ocr"}}};
  ASSERT_TRUE(j->started(o.id));
  ASSERT_TRUE(j->ended(o));
  ASSERT_TRUE(j->started({"other.tif", 0}));
  const auto r = replay(b.journal());
  ASSERT_TRUE(r);
  const ScanOutcome& back = r->outcomes.at(o.id);
  ASSERT_EQ(back.pages.size(), 2u);
  EXPECT_EQ(back.pages[1].reason.message, "why");
  EXPECT_EQ(r->unfinished.size(), 1u);
}

TEST_F(WorkspaceTest, ATornLastLineIsNoEventAndSwallowsNothing) {
  const Batch b = batch();
  {
    auto j = Journal::open(b.journal(), "test");
    ASSERT_TRUE(j->ended(done("1.tif")));
    ASSERT_TRUE(j->ended(done("2.tif")));
  }
  const fs::path file = b.journal() / "test.jsonl";
  fs::resize_file(file, fs::file_size(file) - 7);
  EXPECT_EQ(replay(b.journal())->outcomes.size(), 1u);
  EXPECT_EQ(replay(b.journal())->damaged_lines, 0u);
  {
    auto j = Journal::open(b.journal(), "test");
    ASSERT_TRUE(j->ended(done("3.tif")));
  }
  EXPECT_EQ(replay(b.journal())->outcomes.size(), 2u);
}

TEST_F(WorkspaceTest, ARottenLineIsCounted) {
  const Batch b = batch();
  {
    auto j = Journal::open(b.journal(), "test");
    ASSERT_TRUE(j->ended(done("1.tif")));
    ASSERT_TRUE(j->ended(done("2.tif")));
  }
  std::fstream f(b.journal() / "test.jsonl", std::ios::in | std::ios::out);
  f.seekp(60);
  f.put('#');
  f.close();
  EXPECT_EQ(replay(b.journal())->damaged_lines, 1u);
}

TEST_F(WorkspaceTest, StatusAccountsForEveryScan) {
  for (const char* name : {"1.tif", "2.tif", "3.tif", "4.tif"}) put(name);
  const Batch b = batch();
  auto j = Journal::open(b.journal(), "test");
  ASSERT_TRUE(j->ended(done("1.tif")));
  fs::create_directories(b.page({{"1.tif", 0}, Side::single}));
  PageFacts facts;
  facts.id = {{"1.tif", 0}, Side::single};
  std::ofstream(b.page(facts.id) / "facts.json") << to_json(facts).dump();
  ScanOutcome parked = done("2.tif");
  parked.parked = true;
  parked.pages.clear();
  parked.reason = {ErrorKind::bad_input, "damaged", "decode"};
  ASSERT_TRUE(j->ended(parked));
  ASSERT_TRUE(j->excluded({"3.tif", 0}, "scanned twice"));
  ASSERT_TRUE(j->ended(done("gone.tif")));
  auto s = status_of(b, true);
  ASSERT_TRUE(s);
  EXPECT_EQ(s->scans.size(), 5u);
  EXPECT_EQ(s->scans_done, 1u);
  EXPECT_EQ(s->scans_parked, 1u);
  EXPECT_EQ(s->scans_excluded, 1u);
  EXPECT_EQ(s->scans_pending, 1u);
  EXPECT_EQ(s->scans_missing, 1u);
  EXPECT_FALSE(s->green());
}

TEST_F(WorkspaceTest, AnEmptyFolderIsNotGreen) {
  EXPECT_FALSE(status_of(batch(), true)->green());
}

TEST_F(WorkspaceTest, AChangedScanIsNotDone) {
  put("1.tif");
  const Batch b = batch();
  auto j = Journal::open(b.journal(), "test");
  ASSERT_TRUE(j->ended(done("1.tif")));
  put("1.tif", "longer than before");
  EXPECT_EQ(status_of(b, true)->scans.at(0).state, ScanState::changed);
}

TEST_F(WorkspaceTest, StatusWithoutTheScansGoesByTheLastRun) {
  put("1.tif");
  const Batch b = batch();
  ASSERT_TRUE(save_inventory(b, *take_inventory(b.scans())));
  fs::rename(root_ / "scans", root_ / "away");
  const auto s = status_of(b, true);
  ASSERT_TRUE(s) << s.error().message;
  EXPECT_EQ(s->scans_pending, 1u);
  EXPECT_THAT(s->observations, ElementsAre(HasSubstr("cannot be reached")));
}

TEST_F(WorkspaceTest, StatusWithoutAnInventoryLooksIntoTheFolder) {
  put("1.tif");
  const Batch b = batch();
  for (const char* damaged : {"", "{", "[]", "{\"files\":[{\"name\":3}]}"}) {
    std::ofstream(b.inventory()) << damaged;
    EXPECT_EQ(load_inventory(b).error().kind, ErrorKind::bad_input) << damaged;
    const auto s = status_of(b, false);
    ASSERT_TRUE(s) << damaged << s.error().message;
    EXPECT_EQ(s->scans_pending, 1u) << damaged;
  }
}

TEST_F(WorkspaceTest, ALinkToAFolderIsNotFollowedAndSaidSo) {
  put("1.tif");
  fs::create_directories(root_ / "elsewhere");
  std::ofstream(root_ / "elsewhere/2.tif") << "x";
  fs::create_directory_symlink(root_ / "elsewhere", root_ / "scans/more");
  fs::create_directory_symlink(".", root_ / "scans/round");
  const auto i = take_inventory(root_ / "scans");
  ASSERT_TRUE(i);
  ASSERT_EQ(i->files.size(), 3u);
  EXPECT_EQ(i->files[1].name, "more");
  EXPECT_FALSE(i->files[1].ignored.empty());
  EXPECT_THAT(i->observations, ElementsAre(HasSubstr("more"), HasSubstr("round")));
}

TEST_F(WorkspaceTest, ADamagedBatchIsRefusedByName) {
  EXPECT_THAT(Batch::open(root_ / "scans").error().message, HasSubstr("not a batch"));
  EXPECT_THAT(Batch::open(root_ / "nowhere").error().message, HasSubstr("not a batch"));
  batch();
  for (const char* damaged : {"", "{", "[]", "null", "{\"scans\":3}", "{\"scans\":\"\"}"}) {
    std::ofstream(root_ / "batch/batch.json") << damaged;
    const auto b = Batch::open(root_ / "batch");
    ASSERT_FALSE(b) << damaged;
    EXPECT_EQ(b.error().kind, ErrorKind::bad_input) << damaged;
    EXPECT_THAT(b.error().message, HasSubstr("batch.json")) << damaged;
  }
  fs::remove(root_ / "batch/batch.json");
  EXPECT_TRUE(Batch::open_or_create(root_ / "batch", root_ / "scans"));
}

TEST_F(WorkspaceTest, AScansFileIsNamedAlsoWhenItHasGone) {
  put("1.tif");
  const Batch b = batch();
  const auto one = Batch::open_or_create(root_ / "one", root_ / "scans/1.tif");
  ASSERT_TRUE(one);
  for (int round = 0; round < 2; ++round) {
    EXPECT_EQ(b.scan_file({"1.tif", 0}), root_ / "scans/1.tif");
    EXPECT_EQ(one->scan_file({"1.tif", 0}), root_ / "scans/1.tif");
    fs::remove_all(root_ / "scans");
  }
}

TEST_F(WorkspaceTest, LongNamesHaveFoldersOfTheirOwn) {
  const Batch b = batch();
  std::string name;
  for (int i = 0; i < 60; ++i) name += "ř";
  const fs::path left = b.page({{name + "1.tif", 0}, Side::left});
  const fs::path right = b.page({{name + "1.tif", 0}, Side::right});
  const fs::path other = b.page({{name + "2.tif", 0}, Side::left});
  EXPECT_LE(left.filename().string().size(), 230u);
  EXPECT_NE(left, right);
  EXPECT_NE(left, other);
  EXPECT_EQ(b.page({{"0001.tif", 0}, Side::left}).filename(), "0001.tif-left");
}

TEST_F(WorkspaceTest, WhatIsMissingOfAPageIsSaid) {
  const Batch b = batch();
  const PageId id{{"1.tif", 0}, Side::single};
  EXPECT_THAT(lost_of_page(b, id), HasSubstr("no longer"));
  fs::create_directories(b.page(id));
  for (const char* damaged : {"", "{", "{}", "{\"page\":\"2.tif-single\"}", "[3]"}) {
    std::ofstream(b.page(id) / "facts.json") << damaged;
    EXPECT_THAT(lost_of_page(b, id), HasSubstr("facts.json")) << damaged;
    EXPECT_THAT(load_facts(b, id).error().message, HasSubstr("1.tif-single")) << damaged;
  }
  PageFacts facts;
  facts.id = id;
  facts.files = {{"master.jp2", 5, "", ""}};
  std::ofstream(b.page(id) / "facts.json") << to_json(facts).dump();
  EXPECT_THAT(lost_of_page(b, id), HasSubstr("master.jp2"));
  std::ofstream(b.page(id) / "master.jp2") << "four";
  EXPECT_THAT(lost_of_page(b, id), HasSubstr("damaged"));
  std::ofstream(b.page(id) / "master.jp2") << "fives";
  EXPECT_EQ(lost_of_page(b, id), "");
}

TEST(FactsJson, RoundTripKeepsEverything) {
  PageFacts f;
  f.id = {{"x.tif", 3}, Side::right};
  f.source.device.make = "Žofie";
  f.source.bits_per_sample = {8, 8, 8};
  f.source.dpi = {300, 299.5};
  f.region = quad_of({1.5, 2, 3, 4});
  f.crop = {0.1, 0.2, 1e6 / 3, 4};
  f.files = {{"master.jp2", 12, "aa", "bb"}};
  f.stage_ms["ocr"] = 12.25;
  f.versions["OpenJPEG"] = "2.5.0";
  f.findings = {{"blur", Urgency::hold, 0.5, 0.25, 2, "x"}};
  f.bend = {{0, 0, 10, 20}, 2, 2, {{1, 2}, {3, 4}, {5, 6}, {7, 8.5}}};
  f.measures.hash = {1, ~0ull, 3, 4};
  f.decided["angle"] = "person";
  const auto back = page_facts_from_json(to_json(f));
  ASSERT_TRUE(back);
  EXPECT_EQ(to_json(*back).dump(), to_json(f).dump());
  EXPECT_EQ(back->id, f.id);
  EXPECT_EQ(back->crop, f.crop);
  EXPECT_EQ(back->bend, f.bend);
  EXPECT_EQ(back->findings, f.findings);
  EXPECT_EQ(back->measures.hash, f.measures.hash);
}

}  // namespace
}  // namespace linka
