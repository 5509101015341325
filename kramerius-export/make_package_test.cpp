// SPDX-License-Identifier: GPL-3.0-or-later
// A batch of two volumes: each package stands or falls by its own pages.
#include "kramerius-export/make_package.h"

#include "base/digest.h"
#include "base/files.h"
#include "kramerius-export/rules_test_package.h"
#include "workspace/facts_json.h"
#include "workspace/journal.h"
#include "workspace/page_text_json.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <unistd.h>

#include <optional>

namespace linka {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr const char* two_volumes =
    "sigla = \"ABA001\"\n[title]\ntitle = \"Mlýny\"\npublisher = \"N\"\nyear = 1927\n"
    "language = \"cze\"\n"
    "[[volumes]]\nnumber = \"1\"\nyear = 1927\nurnnbn = \"urn:nbn:cz:tst001-00000a\"\n"
    "page_count = 2\n"
    "[[volumes]]\nnumber = \"2\"\nyear = 1928\nurnnbn = \"urn:nbn:cz:tst001-00000b\"\n";

class MakePackages : public testing::Test {
 protected:
  void SetUp() override {
    const auto* info = testing::UnitTest::GetInstance()->current_test_info();
    folder_ = fs::temp_directory_path() / fmt::format("linka-make-{}-{}", ::getpid(), info->name());
    fs::remove_all(folder_);
    fs::create_directories(folder_ / "scans");
    for (int i = 1; i <= 4; ++i)
      ASSERT_TRUE(write_atomically(folder_ / "scans" / name(i), fmt::format("scan {}", i)));
    auto batch = Batch::open_or_create(folder_ / "batch", folder_ / "scans");
    ASSERT_TRUE(batch) << batch.error().message;
    batch_.emplace(std::move(*batch));
    ASSERT_TRUE(write_atomically(folder_ / "title.toml", two_volumes));
    ASSERT_TRUE(batch_->keep_record(folder_ / "title.toml"));
    for (int i = 1; i <= 4; ++i) finish(i);
  }
  void TearDown() override {
    batch_.reset();
    fs::remove_all(folder_);
  }

  static std::string name(int i) { return fmt::format("{:04}.tif", i); }
  static PageId id(int i) { return {{name(i), 0}, Side::single}; }

  // The scan's page stands in the batch, or is parked.
  void finish(int i, bool parked = false) {
    const auto inventory = take_inventory(folder_ / "scans");
    ASSERT_TRUE(inventory);
    ScanOutcome outcome;
    outcome.id = id(i).scan;
    outcome.sha256 = fmt::format("{:064}", i);
    for (const InventoryFile& file : inventory->files)
      if (file.name == name(i)) {
        outcome.size_bytes = file.size_bytes;
        outcome.modified_ns = file.modified_ns;
      }
    outcome.pages = {{id(i),
                      parked ? PageState::parked : PageState::done,
                      {ErrorKind::bad_input, "the page is blurred", {}}}};
    if (!parked) write_page(i);
    auto journal = Journal::open(batch_->journal(), "main");
    ASSERT_TRUE(journal);
    ASSERT_TRUE(journal->ended(outcome));
  }

  void write_page(int i) {
    PageFacts facts;
    facts.id = id(i);
    facts.source.file_name = name(i);
    facts.source.size_bytes = 6;
    facts.source.md5 = "0123456789abcdef0123456789abcdef";
    facts.source.format = "image/tiff";
    facts.source.width_px = 700;
    facts.source.height_px = 900;
    facts.source.samples_per_pixel = 3;
    facts.width_px = test::master_header().width;
    facts.height_px = test::master_header().height;
    facts.channels = 3;
    facts.dpi = {300, 300};
    facts.made_at = "2025-01-20T11:00:00Z";
    facts.versions = {{"linka", "1"}, {"OpenJPEG", "2.5.0"}};
    PageText text;
    text.width_px = facts.width_px;
    text.height_px = facts.height_px;
    const fs::path folder = batch_->page(facts.id);
    fs::create_directories(folder);
    for (const auto& [file, bytes] :
         {std::pair{"master.jp2", test::master_header().bytes()},
          std::pair{"user.jp2", test::user_header().bytes()},
          std::pair{"text.json", to_json(text).dump()}, std::pair{"text.txt", std::string()}}) {
      ASSERT_TRUE(write_atomically(folder / file, bytes));
      const auto digests = digest_file(folder / file);
      facts.files.push_back({file, digests->size_bytes, digests->md5, digests->sha256});
    }
    ASSERT_TRUE(write_atomically(folder / "facts.json", to_json(facts).dump()));
  }

  MadePackages made(const MakePackageOptions& options = {}) {
    auto r = make_packages(*batch_, options);
    EXPECT_TRUE(r) << r.error().message;
    return r ? *r : MadePackages{};
  }
  static std::vector<std::string> states(const MadePackages& made) {
    std::vector<std::string> out;
    for (const MadePackage& one : made.packages)
      out.push_back(one.id + " " + name_of(one.state) +
                    (one.state == PackageState::refused ? ": " + one.error.message : ""));
    return out;
  }

  fs::path folder_;
  std::optional<Batch> batch_;
};

TEST_F(MakePackages, EachVolumeIsAPackageAndIsKeptWhileNothingChanges) {
  EXPECT_THAT(states(made()), ElementsAre("tst001-00000a built", "tst001-00000b built"));
  EXPECT_TRUE(fs::is_directory(batch_->packages() / "tst001-00000b"));
  EXPECT_THAT(states(made()), ElementsAre("tst001-00000a kept", "tst001-00000b kept"));
  std::string record = two_volumes;
  record.replace(record.find("year = 1928"), 11, "year = 1929");
  ASSERT_TRUE(write_atomically(batch_->record(), record));
  EXPECT_THAT(states(made()), ElementsAre("tst001-00000a kept", "tst001-00000b built"));
}

TEST_F(MakePackages, AParkedPageStopsItsOwnPackageOnly) {
  finish(3, true);
  const auto result = made();
  EXPECT_THAT(states(result), ElementsAre("tst001-00000a built", HasSubstr("blurred")));
  EXPECT_TRUE(result.packages[1].waits);
  EXPECT_FALSE(fs::exists(batch_->packages() / "tst001-00000b"));
  MakePackageOptions without;
  without.allow_parked = true;
  const auto rest = made(without);
  EXPECT_THAT(states(rest), ElementsAre("tst001-00000a kept", "tst001-00000b built"));
  EXPECT_EQ(rest.left_out.size(), 1u);
}

TEST_F(MakePackages, AHeldPageAndANewScanStopTheirPackage) {
  MakePackageOptions options;
  options.held = {{id(1), "somebody should look at it"}};
  ASSERT_TRUE(write_atomically(folder_ / "scans" / name(5), "scan 5"));
  const auto result = made(options);
  EXPECT_THAT(states(result), ElementsAre(HasSubstr("look at it"), HasSubstr("not digitized")));
  EXPECT_TRUE(result.packages[0].waits && result.packages[1].waits);
}

TEST_F(MakePackages, ADryRunWritesNothing) {
  MakePackageOptions options;
  options.dry_run = true;
  EXPECT_THAT(states(made(options)), ElementsAre("tst001-00000a planned", "tst001-00000b planned"));
  EXPECT_FALSE(fs::exists(batch_->packages() / "tst001-00000a"));
}

TEST_F(MakePackages, OnlyTheNamedOnesAreBuilt) {
  MakePackageOptions options;
  options.only = {"tst001-00000b"};
  EXPECT_THAT(states(made(options)), ElementsAre("tst001-00000b built"));
  options.only = {"tst001-00000x"};
  const auto r = make_packages(*batch_, options);
  ASSERT_FALSE(r);
  EXPECT_THAT(r.error().message, HasSubstr("tst001-00000x"));
}

TEST_F(MakePackages, APackageThatIsNoLongerDescribedIsSaidAndLeftAlone) {
  made();
  fs::create_directories(batch_->packages() / ".tst001-00000c.building/alto");
  std::string record = two_volumes;
  record.replace(record.find("00000b"), 6, "00000c");
  ASSERT_TRUE(write_atomically(batch_->record(), record));
  const auto result = made();
  EXPECT_THAT(states(result), ElementsAre("tst001-00000a kept", "tst001-00000c built"));
  EXPECT_THAT(result.not_described, ElementsAre("tst001-00000b"));
  EXPECT_TRUE(fs::is_directory(batch_->packages() / "tst001-00000b"));
  EXPECT_EQ(std::distance(fs::directory_iterator(batch_->packages()), {}), 3);
}

TEST_F(MakePackages, ADamagedTextRefusesItsPackageOnly) {
  ASSERT_TRUE(write_atomically(batch_->page(id(2)) / "text.json", "{}"));
  EXPECT_THAT(states(made()), ElementsAre(HasSubstr("text.json"), "tst001-00000b built"));
}

}  // namespace
}  // namespace linka
