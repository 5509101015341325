// SPDX-License-Identifier: GPL-3.0-or-later
#include "workspace/batch_index.h"

#include "base/files.h"
#include "workspace/batch.h"
#include "workspace/journal.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

namespace linka {
namespace {
namespace fs = std::filesystem;

class BatchIndexTest : public testing::Test {
 protected:
  void SetUp() override {
    root_ = fs::path(testing::TempDir()) / ("linka-index-" + std::to_string(::getpid())) /
            testing::UnitTest::GetInstance()->current_test_info()->name();
    fs::remove_all(root_);
    fs::create_directories(root_ / "batches");
  }
  void TearDown() override { fs::remove_all(root_); }

  // A batch of scans of which the first `done` are digitized.
  void batch(const std::string& name, int scans, int done) {
    fs::create_directories(root_ / name);
    for (int i = 1; i <= scans; ++i)
      ASSERT_TRUE(write_atomically(root_ / name / (std::to_string(i) + ".tif"), name));
    auto made = Batch::open_or_create(folder() / name, root_ / name);
    ASSERT_TRUE(made) << made.error().message;
    const auto inventory = take_inventory(root_ / name);
    ASSERT_TRUE(save_inventory(*made, *inventory));
    for (int i = 1; i <= done; ++i) end(name, inventory->files[static_cast<std::size_t>(i - 1)]);
  }
  void end(const std::string& name, const InventoryFile& file, bool parked = false) {
    ScanOutcome o;
    o.id = {file.name, 0};
    o.size_bytes = file.size_bytes;
    o.modified_ns = file.modified_ns;
    o.parked = parked;
    o.reason = {ErrorKind::bad_input, "broken", "decode"};
    if (!parked) o.pages = {{PageId{o.id, Side::single}, PageState::done, {}}};
    auto journal = Journal::open(folder() / name / "journal", "main");
    ASSERT_TRUE(journal);
    ASSERT_TRUE(journal->ended(o));
  }
  InventoryFile file_of(const std::string& name, std::size_t i) {
    return take_inventory(root_ / name)->files[i];
  }
  BatchesSummary summary(bool rebuild = false) {
    const auto found = summary_of_batches(folder(), rebuild);
    EXPECT_TRUE(found) << found.error().message;
    return found.value_or(BatchesSummary{});
  }
  fs::path folder() const { return root_ / "batches"; }

  fs::path root_;
};

TEST_F(BatchIndexTest, CountsWhatTheJournalsSay) {
  batch("b10", 3, 3);
  batch("b2", 4, 1);
  end("b2", file_of("b2", 2), true);
  fs::create_directories(folder() / "no batch");
  const BatchesSummary all = summary();
  ASSERT_EQ(all.batches.size(), 2u);
  EXPECT_EQ(all.batches[0].name, "b2");  // natural order
  EXPECT_EQ(all.batches[0].done, 1u);
  EXPECT_EQ(all.batches[0].parked, 1u);
  EXPECT_EQ(all.batches[0].pending, 2u);
  EXPECT_FALSE(all.batches[0].complete);
  EXPECT_TRUE(all.batches[1].complete);
  EXPECT_EQ(all.sums.scans, 7u);
  EXPECT_EQ(all.sums.pages, 4u);
  EXPECT_EQ(all.complete, 1u);
  EXPECT_FALSE(all.sums.complete);
}

TEST_F(BatchIndexTest, ReadsAgainOnlyTheJournalThatHasGrown) {
  batch("a", 2, 1);
  batch("b", 2, 2);
  EXPECT_EQ(summary().journals_read, 2u);
  EXPECT_EQ(summary().journals_read, 0u);
  end("a", file_of("a", 1));
  const BatchesSummary all = summary();
  EXPECT_EQ(all.journals_read, 1u);
  EXPECT_TRUE(all.sums.complete);
  EXPECT_EQ(summary(true).journals_read, 2u);
}

TEST_F(BatchIndexTest, NeedsNeitherPagesNorScansThatAreGone) {
  batch("a", 2, 2);
  fs::remove_all(root_ / "a");
  fs::remove_all(folder() / "a" / "pages");
  EXPECT_TRUE(summary().sums.complete);
}

TEST_F(BatchIndexTest, IsMadeAnewWhereItIsDamagedOrGone) {
  batch("a", 1, 1);
  batch("b", 1, 1);
  summary();
  std::string index = *read_text(batch_index_of(folder()));
  index[index.find("\"pages\":1") + 8] = '7';  // its checksum fits no more
  ASSERT_TRUE(write_atomically(batch_index_of(folder()), index));
  BatchesSummary all = summary();
  EXPECT_EQ(all.journals_read, 1u);
  EXPECT_EQ(all.sums.pages, 2u);
  EXPECT_EQ(summary().journals_read, 0u);
  fs::remove(batch_index_of(folder()));
  EXPECT_EQ(summary().journals_read, 2u);
}

TEST_F(BatchIndexTest, SaysWhichBatchCannotBeRead) {
  batch("a", 1, 1);
  batch("b", 1, 1);
  ASSERT_TRUE(write_atomically(folder() / "b" / "inventory.json", std::string_view("{")));
  const BatchesSummary all = summary();
  EXPECT_TRUE(all.batches[0].complete);
  EXPECT_FALSE(all.batches[1].problem.empty());
  EXPECT_FALSE(all.sums.complete);
}

TEST_F(BatchIndexTest, ForgetsBatchesThatAreGone) {
  batch("a", 1, 1);
  batch("b", 1, 0);
  EXPECT_FALSE(summary().sums.complete);
  fs::remove_all(folder() / "b");
  EXPECT_TRUE(summary().sums.complete);
  EXPECT_THAT(*read_text(batch_index_of(folder())), testing::Not(testing::HasSubstr("\"b\"")));
}

TEST_F(BatchIndexTest, AnswersThoughTheIndexCannotBeKept) {
  batch("a", 1, 1);
  fs::create_directories(batch_index_of(folder()));  // in its place
  const BatchesSummary all = summary();
  EXPECT_TRUE(all.sums.complete);
  EXPECT_FALSE(all.index_problem.empty());
}

TEST_F(BatchIndexTest, RefusesAFolderWithoutBatches) {
  EXPECT_FALSE(holds_batches(folder()));
  const auto none = summary_of_batches(folder(), false);
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().kind, ErrorKind::bad_input);
}

}  // namespace
}  // namespace linka
