// SPDX-License-Identifier: GPL-3.0-or-later
// linka text, as the program, on a batch made here.
#include "base/files.h"
#include "formats/made_page.h"
#include "image/image_io.h"
#include "workspace/batch.h"
#include "workspace/facts_json.h"
#include "workspace/journal.h"
#include "workspace/page_text_json.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>

namespace linka {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

class TextVerb : public testing::Test {
 protected:
  void SetUp() override {
    root_ = fs::temp_directory_path() /
            fmt::format("linka-text-{}-{}", ::getpid(),
                        testing::UnitTest::GetInstance()->current_test_info()->name());
    fs::create_directories(root_ / "scans");
    for (const char* name : {"1.tif", "2.tif", "3.tif"})
      std::ofstream(root_ / "scans" / name) << name;
    auto batch = Batch::open_or_create(root_ / "book.batch", root_ / "scans");
    ASSERT_TRUE(batch) << batch.error().message;
    const auto inventory = take_inventory(batch->scans());
    ASSERT_TRUE(inventory && save_inventory(*batch, *inventory));
    auto journal = Journal::open(batch->journal(), "test");
    ASSERT_TRUE(journal);
    for (const InventoryFile& file : inventory->files)
      if (file.name != "3.tif") finish(*batch, *journal, file);
  }
  void TearDown() override { fs::remove_all(root_); }

  static void finish(const Batch& batch, Journal& journal, const InventoryFile& file) {
    ScanOutcome o;
    o.id = {file.name, 0};
    o.size_bytes = file.size_bytes;
    o.modified_ns = file.modified_ns;
    o.ended_at = "2025-03-14T09:15:00Z";
    const PageId id{o.id, Side::single};
    o.pages.push_back({id, PageState::done, {}});
    const fs::path folder = batch.page(id);
    fs::create_directories(folder);
    const Image picture = Image::make(400, 600, 1, {72, 72}, nullptr, [](std::uint8_t* p) {
      std::fill(p, p + 400 * 600, std::uint8_t{220});
    });
    const Bytes jpeg = *to_jpeg(picture, 80);
    ASSERT_TRUE(write_atomically(folder / "preview.jpg", ByteView(jpeg)));
    ASSERT_TRUE(write_atomically(folder / "text.json", to_json(made_page()).dump()));
    PageFacts facts;
    facts.id = id;
    facts.dpi = {300, 300};
    facts.made_at = "2025-03-14T09:15:00Z";
    facts.files = {{"preview.jpg", jpeg.size(), "", ""}};
    ASSERT_TRUE(write_atomically(folder / "facts.json", to_json(facts).dump()));
    ASSERT_TRUE(journal.ended(o));
  }

  int run(const std::string& arguments) {
    const std::string command = fmt::format("cd '{}' && LC_ALL=C '{}' text {} 2>&1", root_.string(),
                                            LINKA_PROGRAM, arguments);
    said_.clear();
    FILE* pipe = ::popen(command.c_str(), "r");
    char buffer[4096];
    for (std::size_t n; (n = std::fread(buffer, 1, sizeof buffer, pipe)) > 0;)
      said_.append(buffer, n);
    const int status = ::pclose(pipe);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }
  // Another text for a page: one line of running text and the page's number.
  void put_text(const std::string& page, const std::string& words) const {
    PageText text;
    text.width_px = 400;
    text.height_px = 600;
    text.blocks = {made_block(BlockKind::text, {made_line(words, 10, 10)}),
                   made_block(BlockKind::page_number, {made_line("12", 10, 500)})};
    std::ofstream(root_ / "book.batch/pages" / page / "text.json") << to_json(text).dump();
  }
  void put_profile(const std::string& toml) const {
    std::ofstream(root_ / "book.batch/profile.toml") << toml;
  }
  bool there(const std::string& name) const { return fs::exists(root_ / name); }
  std::string read(const std::string& name) const { return read_text(root_ / name).value_or(""); }

  fs::path root_;
  std::string said_;
};

TEST_F(TextVerb, WritesSeveralFormatsInOneGo) {
  EXPECT_EQ(run("book.batch --format alto-4.4,hocr,page,txt,pdf --image preview --out o"), 1)
      << said_;  // the third scan is not finished
  for (const char* page : {"1.tif-single", "2.tif-single"})
    for (const char* ending : {".alto.xml", ".hocr", ".page.xml", ".txt"})
      EXPECT_TRUE(there(std::string("o/") + page + ending)) << page << ending;
  EXPECT_TRUE(there("o/book.pdf"));
  EXPECT_THAT(read("o/1.tif-single.alto.xml"), HasSubstr("SCHEMAVERSION=\"4.4\""));
  EXPECT_THAT(said_, HasSubstr("1 scan is not finished"));
  EXPECT_EQ(std::distance(fs::directory_iterator(root_ / "o"), {}), 9);
}

TEST_F(TextVerb, VersionsOfAltoStandBesideEachOther) {
  EXPECT_EQ(run("book.batch --pages 1..2 --format alto-2.0,alto-4.2 --out o"), 0) << said_;
  EXPECT_TRUE(there("o/2.tif-single.alto-2.0.xml") && there("o/2.tif-single.alto-4.2.xml"));
}

TEST_F(TextVerb, OnePageGoesIntoTheFileThatIsNamed) {
  EXPECT_EQ(run("book.batch/pages/2.tif-single --format txt --fold --join --out two.txt"), 0)
      << said_;
  EXPECT_THAT(read("two.txt"), HasSubstr("zluťoučký\nkůň,\n\nMaistat"));
  EXPECT_EQ(run("2.tif --batch book.batch --format pdf --image preview --out two.pdf"), 0) << said_;
  EXPECT_TRUE(read("two.pdf").starts_with("%PDF-1.7"));
}

TEST_F(TextVerb, WordsRunOverFromPageToPage) {
  put_text("1.tif-single", "byl zlu-");
  put_text("2.tif-single", "ťoučký kůň");
  ASSERT_EQ(run("book.batch --pages 1..2 --format alto,txt,hocr --join --out o"), 0) << said_;
  EXPECT_THAT(read("o/1.tif-single.alto.xml"),
              HasSubstr("CONTENT=\"zlu\" SUBS_TYPE=\"HypPart1\" SUBS_CONTENT=\"zluťoučký\""));
  EXPECT_THAT(read("o/2.tif-single.alto.xml"),
              HasSubstr("CONTENT=\"ťoučký\" SUBS_TYPE=\"HypPart2\" SUBS_CONTENT=\"zluťoučký\""));
  EXPECT_THAT(read("o/1.tif-single.hocr"), HasSubstr("zlu\u00ad<"));
  EXPECT_EQ(read("o/1.tif-single.txt"), "byl zluťoučký\n\n12\n");
  EXPECT_EQ(read("o/2.tif-single.txt"), "kůň\n\n12\n");
  // A page alone is written as in the whole book.
  const std::string second = read("o/2.tif-single.alto.xml");
  ASSERT_EQ(run("2.tif --batch book.batch --format alto --out two.xml"), 0) << said_;
  EXPECT_THAT(read("two.xml"), HasSubstr("SUBS_CONTENT=\"zluťoučký\""));
  EXPECT_THAT(second, HasSubstr("SUBS_CONTENT=\"zluťoučký\""));
}

TEST_F(TextVerb, WordsJoinOverScansLeftOutButNotOverParkedOnes) {
  const auto batch = Batch::open(root_ / "book.batch");
  const auto inventory = load_inventory(*batch);
  ASSERT_TRUE(batch && inventory);
  auto journal = Journal::open(batch->journal(), "test");
  ASSERT_TRUE(journal);
  for (const InventoryFile& file : inventory->files) {
    if (file.name == "3.tif") finish(*batch, *journal, file);
    if (file.name != "2.tif") continue;
    ScanOutcome parked;
    parked.id = {file.name, 0};
    parked.size_bytes = file.size_bytes;
    parked.modified_ns = file.modified_ns;
    parked.parked = true;
    parked.reason.message = "no";
    ASSERT_TRUE(journal->ended(parked));
  }
  put_text("1.tif-single", "byl zlu-");
  put_text("3.tif-single", "ťoučký kůň");
  EXPECT_EQ(run("1.tif --batch book.batch --format txt --join --out one.txt"), 0) << said_;
  EXPECT_EQ(read("one.txt"), "byl zlu-\n\n12\n");
  ASSERT_TRUE(journal->excluded({"2.tif", 0}, "a colour chart"));
  EXPECT_EQ(run("1.tif --batch book.batch --format txt --join --out one.txt"), 0) << said_;
  EXPECT_EQ(read("one.txt"), "byl zluťoučký\n\n12\n");
}

TEST_F(TextVerb, TheProfileSaysHowTextIsWritten) {
  put_text("1.tif-single", "Maiſtat zlu-");
  put_text("2.tif-single", "ťoučký kůň");
  put_profile("[text]\njoin_words = true\nfold_letters = true\n");
  EXPECT_EQ(run("book.batch --pages 1 --format txt --out o"), 0) << said_;
  EXPECT_EQ(read("o/1.tif-single.txt"), "Maistat zluťoučký\n\n12\n");
  put_profile("[text]\nnonsense = 1\n");
  EXPECT_EQ(run("book.batch --pages 1 --format txt --out o"), 3) << said_;
}

TEST_F(TextVerb, BlocksOfAltoStandInsideEachOtherOrFlat) {
  EXPECT_EQ(run("1.tif --batch book.batch --format alto --out nested.xml"), 0) << said_;
  EXPECT_EQ(run("1.tif --batch book.batch --format alto --flat --out flat.xml"), 0) << said_;
  EXPECT_THAT(read("nested.xml"), HasSubstr("<ComposedBlock"));
  EXPECT_THAT(read("flat.xml"), testing::Not(HasSubstr("<ComposedBlock")));
  EXPECT_THAT(read("flat.xml"), HasSubstr("TB_1_heading"));
}

TEST_F(TextVerb, ThePdfHasTheHeadingsAsBookmarks) {
  EXPECT_EQ(run("book.batch --pages 1..2 --format pdf --image preview --out two.pdf"), 0) << said_;
  const std::string pdf = read("two.pdf");
  EXPECT_THAT(pdf, HasSubstr("/Outlines"));
  EXPECT_THAT(pdf, HasSubstr("(Nadpis)"));
  EXPECT_THAT(pdf, HasSubstr("/XYZ"));
}

TEST_F(TextVerb, TheRecordsChaptersAndLabelsStandInThePdf) {
  fs::remove(root_ / "scans/3.tif");  // as if the book had never had a third scan
  const auto batch = Batch::open(root_ / "book.batch");
  ASSERT_TRUE(batch && save_inventory(*batch, *take_inventory(batch->scans())));
  std::ofstream(root_ / "book.batch/record.toml") << R"(
title = "Kniha"
authors = ["Nováková, Anna"]
place = "Praha"
country = "xr"
publisher = "Nakladatel"
year = 1927
language = "cze"
urnnbn = "urn:nbn:cz:tst001-00001a"
sigla = "ABA001"
shelfmark = "1"
[pages]
labels = "xi-xii"
[[chapters]]
title = "O vode"
pages = "xii"
)";
  ASSERT_EQ(run("book.batch --format pdf,alto,hocr --image preview --out o"), 0) << said_;
  const std::string pdf = read("o/book.pdf");
  EXPECT_THAT(pdf, HasSubstr("(O vode)"));
  EXPECT_THAT(pdf, testing::Not(HasSubstr("(Nadpis)")));
  EXPECT_THAT(pdf, HasSubstr("/P (xii)"));
  EXPECT_THAT(read("o/2.tif-single.alto.xml"), HasSubstr("PRINTED_IMG_NR=\"xii\""));
  // A part of the book has the same labels, and the chapters that begin in it.
  ASSERT_EQ(run("book.batch --pages 2 --format pdf --image preview --out two.pdf"), 0) << said_;
  EXPECT_THAT(read("two.pdf"), HasSubstr("/P (xii)"));
  EXPECT_THAT(read("two.pdf"), HasSubstr("(O vode)"));
}

TEST_F(TextVerb, ADryRunWritesNothing) {
  EXPECT_EQ(run("book.batch --pages 1 --format txt,pdf --dry-run --json"), 0) << said_;
  const auto json = nlohmann::json::parse(said_);
  EXPECT_EQ(json["pages"].size(), 1u);
  EXPECT_EQ(json["pdf"], "book-text/book.pdf");
  EXPECT_FALSE(there("book-text"));
}

TEST_F(TextVerb, WhatCannotBeIsSaidWithItsCode) {
  EXPECT_EQ(run("book.batch --format docx"), 2);
  EXPECT_THAT(said_, HasSubstr("docx"));
  EXPECT_EQ(run("book.batch --pages x"), 2);
  EXPECT_EQ(run("book.batch --pages 3"), 4);  // not finished
  EXPECT_EQ(run("nowhere.batch"), 4);
  EXPECT_EQ(run("book.batch --pages 1 --format pdf --out o"), 4);  // no user copy
  EXPECT_FALSE(there("o/book.pdf"));
  std::ofstream(root_ / "book.batch/pages/1.tif-single/text.json") << "{";
  EXPECT_EQ(run("book.batch --pages 1..2 --out o"), 4);
  EXPECT_TRUE(there("o/2.tif-single.txt"));  // the neighbour is written
}

}  // namespace
}  // namespace linka
