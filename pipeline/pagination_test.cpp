// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/pagination.h"

#include "pipeline/review.h"
#include "workspace/facts_json.h"
#include "workspace/journal.h"
#include "workspace/page_text_json.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <memory>

namespace linka {
namespace {

namespace fs = std::filesystem;

// A batch whose pages lie there as if they had been made, each with its number at the foot.
class PaginationOfBatch : public testing::Test {
 protected:
  PaginationOfBatch() {
    std::string name = (fs::temp_directory_path() / "linka-pages-XXXXXX").string();
    root_ = ::mkdtemp(name.data());
    fs::create_directory(root_ / "scans");
  }
  ~PaginationOfBatch() override {
    std::error_code code;
    fs::remove_all(root_, code);
  }

  // numbers[i] is printed on the page of scan i + 1; 0: the scan is parked.
  void make(const std::vector<int>& numbers) {
    for (std::size_t i = 0; i < numbers.size(); ++i)
      std::ofstream(root_ / "scans" / name_of_scan(i)) << i;
    batch_ = std::make_unique<Batch>(*Batch::open_or_create(root_ / "book.batch", root_ / "scans"));
    inventory_ = *take_inventory(batch_->scans());
    ASSERT_TRUE(save_inventory(*batch_, inventory_));
    journal_ = std::make_unique<Journal>(*Journal::open(batch_->journal(), "test"));
    for (std::size_t i = 0; i < numbers.size(); ++i) end_scan(i, numbers[i]);
  }

  static std::string name_of_scan(std::size_t i) { return fmt::format("{:04}.tif", i + 1); }
  static PageId id_of(std::size_t i) { return {{name_of_scan(i), 0}, Side::single}; }

  void end_scan(std::size_t i, int number) {
    ScanOutcome o;
    o.id = {name_of_scan(i), 0};
    for (const InventoryFile& file : inventory_.files)
      if (file.name == o.id.name) {
        o.size_bytes = file.size_bytes;
        o.modified_ns = file.modified_ns;
      }
    o.parked = number == 0;
    if (o.parked) o.reason = {ErrorKind::bad_input, "damaged", "decode"};
    if (number != 0) o.pages.push_back({id_of(i), PageState::done, {}});
    if (number != 0) store(i, number, i % 2 == 0);
    ASSERT_TRUE(journal_->ended(o));
  }

  // Every second page keeps its hints; the text of the others is to be read again.
  void store(std::size_t i, int number, bool with_hints) const {
    PageText text;
    text.width_px = 1000;
    text.height_px = 1600;
    TextBlock block;
    block.kind = BlockKind::page_number;
    block.box = {480, 1500, 520, 1520};
    TextLine line;
    line.box = block.box;
    TextWord word;
    word.content = std::to_string(number);
    word.box = block.box;
    word.confidence = 0.95;
    line.words = {word};
    block.lines = {line};
    text.blocks = {block};
    PageFacts facts;
    facts.id = id_of(i);
    facts.dpi = {300, 300};
    if (with_hints) facts.hints = hints_of(text);
    fs::create_directories(batch_->page(facts.id));
    std::ofstream(batch_->page(facts.id) / "facts.json") << to_json(facts).dump();
    if (!with_hints) std::ofstream(batch_->page(facts.id) / "text.json") << to_json(text).dump();
  }

  BatchStatus status() const { return *status_of(*batch_, false); }

  const PageFinding* finding(const Review& review, std::size_t i, const std::string& check) const {
    const ReviewedPage* page = review.of(id_of(i));
    if (page == nullptr) return nullptr;
    for (const PageFinding& f : page->findings)
      if (f.check == check) return &f;
    return nullptr;
  }

  fs::path root_;
  std::unique_ptr<Batch> batch_;
  std::unique_ptr<Journal> journal_;
  Inventory inventory_;
};

TEST_F(PaginationOfBatch, TakesHintsOrReadsTheTextAgain) {
  make({1, 2, 3, 4, 5, 6, 7, 8});
  const auto p = pagination_of(*batch_, status(), {});
  ASSERT_TRUE(p) << p.error().message;
  EXPECT_EQ(p->pattern, "1-8");
  EXPECT_EQ(p->pages[3].read, "4");
}

TEST_F(PaginationOfBatch, AGapIsShownInTheReview) {
  make({1, 2, 3, 4, 5, 6, 9, 10, 11, 12, 13});
  const auto review = review_of(*batch_, status(), {});
  ASSERT_TRUE(review) << review.error().message;
  const PageFinding* gap = finding(*review, 6, "missing-pages");
  ASSERT_NE(gap, nullptr);
  EXPECT_EQ(gap->detail, "7-8|0006.tif-single|0007.tif-single");
  EXPECT_EQ(review->to_look, 1u);
  EXPECT_EQ(review->held, 0u);
  PaginationParams off;
  off.enabled = false;
  EXPECT_EQ(review_of(*batch_, status(), {}, off)->to_look, 0u);
}

TEST_F(PaginationOfBatch, AParkedScanIsNoGap) {
  make({1, 2, 3, 4, 5, 6, 0, 8, 9, 10, 11, 12});
  const auto review = review_of(*batch_, status(), {});
  ASSERT_TRUE(review) << review.error().message;
  EXPECT_EQ(review->to_look, 0u);
  EXPECT_EQ(pagination_of(*batch_, status(), {})->pattern, "1-6, 8-12");
}

TEST_F(PaginationOfBatch, LabelsOfTheRecordAreHeldAgainstTheNumbers) {
  make({1, 2, 3, 4, 5, 6, 7, 8});
  const auto review =
      review_of(*batch_, status(), {}, {}, {"1", "2", "3", "4", "4", "5", "6", "7"});
  ASSERT_TRUE(review) << review.error().message;
  const PageFinding* differs = finding(*review, 4, "label-differs");
  ASSERT_NE(differs, nullptr);
  EXPECT_EQ(differs->detail, "4|5");
  EXPECT_EQ(differs->value, 4);
}

}  // namespace
}  // namespace linka
