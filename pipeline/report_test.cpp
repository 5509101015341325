// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/report.h"

#include "image/image_io.h"
#include "workspace/facts_json.h"
#include "workspace/journal.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <unistd.h>

#include <filesystem>
#include <fstream>

namespace linka {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

std::string read(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::size_t count(const std::string& text, const std::string& part) {
  std::size_t n = 0;
  for (std::size_t at = 0; (at = text.find(part, at)) != std::string::npos; at += part.size()) ++n;
  return n;
}

// A batch whose scans have ended without having been run: its journal and pages are written here.
class Report : public testing::Test {
 protected:
  Report() {
    std::string name = (fs::temp_directory_path() / "linka-report-XXXXXX").string();
    root_ = ::mkdtemp(name.data());
    fs::create_directory(root_ / "scans");
  }
  ~Report() override {
    std::error_code code;
    fs::remove_all(root_, code);
  }

  void scan(const std::string& name) { std::ofstream(root_ / "scans" / name) << name; }

  void open() {
    batch_ = std::make_unique<Batch>(*Batch::open_or_create(root_ / "book.batch", root_ / "scans"));
    inventory_ = *take_inventory(batch_->scans());
    ASSERT_TRUE(save_inventory(*batch_, inventory_));
    journal_ = std::make_unique<Journal>(*Journal::open(batch_->journal(), "test"));
  }

  ScanOutcome outcome(const std::string& name) const {
    ScanOutcome o;
    o.id = {name, 0};
    for (const InventoryFile& file : inventory_.files)
      if (file.name == name) {
        o.size_bytes = file.size_bytes;
        o.modified_ns = file.modified_ns;
      }
    o.ended_at = "2025-03-14T09:15:00Z";
    return o;
  }

  void done(const std::string& name, const std::vector<Side>& sides,
            const std::string& doubt = {}) {
    ScanOutcome o = outcome(name);
    for (const Side side : sides) {
      const PageId id{{name, 0}, side};
      o.pages.push_back({id, PageState::done, {}});
      PageFacts facts;
      facts.id = id;
      facts.source.file_name = name;
      facts.source.size_bytes = 25'000'000;
      facts.width_px = 1800;
      facts.height_px = 2700;
      facts.dpi = {300, 300};
      facts.words = 250;
      facts.text_confidence = 0.93;
      facts.crop_confidence = 0.8;
      facts.files = {{"master.jp2", 6'000'000, "", ""}};
      facts.stage_ms = {{"ocr", 2000}, {"encode", 900}};
      facts.versions = {{"linka", "0.1.0"}};
      if (!doubt.empty()) facts.findings = {{doubt, Urgency::look, 0.2, 0.5, 1.5, {}}};
      fs::create_directories(batch_->page(id));
      std::ofstream(batch_->page(id) / "facts.json") << to_json(facts).dump();
      std::ofstream(batch_->page(id) / "master.jp2").close();
      fs::resize_file(batch_->page(id) / "master.jp2", facts.files.front().size_bytes);
      const Image picture = Image::make(400, 600, 1, {72, 72}, nullptr, [](std::uint8_t* p) {
        std::fill(p, p + 400 * 600, std::uint8_t{220});
      });
      const Bytes jpeg = *to_jpeg(picture, 80);
      ASSERT_TRUE(write_atomically(batch_->page(id) / "preview.jpg", ByteView(jpeg)));
    }
    ASSERT_TRUE(journal_->ended(o));
  }

  void parked(const std::string& name, const Error& reason) {
    ScanOutcome o = outcome(name);
    o.parked = true;
    o.reason = reason;
    ASSERT_TRUE(journal_->ended(o));
  }

  void write() {
    const Result<BatchStatus> status = status_of(*batch_, true);
    ASSERT_TRUE(status) << status.error().message;
    const Result<Review> review = review_of(*batch_, *status, {});
    ASSERT_TRUE(review) << review.error().message;
    const Result<void> written = write_report(*batch_, *status, *review, {});
    ASSERT_TRUE(written) << written.error().message;
    html_ = read(batch_->report_html());
    json_ = json::parse(read(batch_->report_json()));
  }

  fs::path root_;
  std::unique_ptr<Batch> batch_;
  std::unique_ptr<Journal> journal_;
  Inventory inventory_;
  std::string html_;
  json json_;
};

TEST_F(Report, AccountsForEveryScan) {
  for (const char* name : {"0001.tif", "0002.tif", "0003.tif", "0004.tif", "0005.tif", "notes.txt"})
    scan(name);
  open();
  done("0001.tif", {Side::single});
  done("0002.tif", {Side::left, Side::right});
  parked("0003.tif", {ErrorKind::bad_input, "the file ends early", "decode"});
  ASSERT_TRUE(journal_->excluded({"0004.tif", 0}, "colour chart"));
  write();
  EXPECT_FALSE(json_["complete"]);
  EXPECT_EQ(json_["sums"]["scans"], 5);
  EXPECT_EQ(json_["sums"]["done"], 2);
  EXPECT_EQ(json_["sums"]["parked"], 1);
  EXPECT_EQ(json_["sums"]["excluded"], 1);
  EXPECT_EQ(json_["sums"]["pending"], 1);
  EXPECT_EQ(json_["sums"]["pages"], 3);
  EXPECT_EQ(json_["scans"][2]["reason"]["message"], "the file ends early");
  EXPECT_EQ(json_["stages"]["ocr"]["total_ms"], 6000);
  EXPECT_NE(html_.find("verdict no"), std::string::npos);
  EXPECT_NE(html_.find("the file ends early"), std::string::npos);
  EXPECT_NE(html_.find("colour chart"), std::string::npos);
  EXPECT_NE(html_.find("notes.txt"), std::string::npos);
  for (const char* name : {"0001.tif", "0002.tif", "0003.tif", "0004.tif", "0005.tif"})
    EXPECT_NE(html_.find(name), std::string::npos) << name;
}

TEST_F(Report, SaysThatACompleteBatchIsComplete) {
  scan("1.tif");
  open();
  done("1.tif", {Side::single});
  write();
  EXPECT_TRUE(json_["complete"]);
  EXPECT_NE(html_.find("verdict ok"), std::string::npos);
  EXPECT_EQ(count(html_, "<img"), 0u);
}

TEST_F(Report, ShowsUnsurePagesWithPictureAndReason) {
  scan("1.tif");
  scan("2.tif");
  open();
  done("1.tif", {Side::single}, "not sure where the page ends");
  done("2.tif", {Side::single});
  write();
  EXPECT_EQ(count(html_, "<img src=\"data:image/jpeg;base64,"), 1u);
  EXPECT_NE(html_.find("<li>not sure where the page ends</li>"), std::string::npos);
  EXPECT_EQ(json_["sums"]["unsure_pages"], 1);
}

TEST_F(Report, NamesOfFilesCannotBecomeMarkup) {
  const std::string evil = "<script>alert(1)<&\"'.tif";
  std::ofstream(root_ / "scans" / "x<b>&.tif") << "x";
  open();
  parked("x<b>&.tif", {ErrorKind::bad_input, evil, "decode"});
  write();
  EXPECT_EQ(html_.find("<script"), std::string::npos);
  EXPECT_EQ(html_.find("x<b>"), std::string::npos);
  EXPECT_NE(html_.find("x&lt;b&gt;&amp;.tif"), std::string::npos);
}

TEST_F(Report, IsOneFileThatNeedsNoOther) {
  scan("1.tif");
  open();
  done("1.tif", {Side::left, Side::right}, "doubt");
  write();
  for (const char* outside : {"http:", "https:", "<script", "<link", "url(", "src=\"/"})
    EXPECT_EQ(html_.find(outside), std::string::npos) << outside;
  EXPECT_EQ(count(html_, "<div"), count(html_, "</div>"));
  EXPECT_EQ(count(html_, "<tr"), count(html_, "</tr>"));
  EXPECT_EQ(count(html_, "<table>"), count(html_, "</table>"));
}

TEST_F(Report, OfAnEmptyBatchSaysSo) {
  open();
  write();
  EXPECT_FALSE(json_["complete"]);
  EXPECT_NE(html_.find("there is no scan"), std::string::npos);
}

TEST(Advice, IsThereForEveryKindOfError) {
  for (int kind = 0; kind <= static_cast<int>(ErrorKind::internal); ++kind)
    EXPECT_FALSE(advice_on({static_cast<ErrorKind>(kind), "", ""}).empty()) << kind;
}

}  // namespace
}  // namespace linka
