// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/files.h"
#include "samples/book.h"
#include "samples/scan_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <tiffio.h>
#include <unistd.h>

#include <filesystem>

// Pango draws the pages; fontconfig keeps its caches until the end.
extern "C" const char* __lsan_default_suppressions() {  // NOLINT: the name is the sanitizer's
  return "leak:libfontconfig\nleak:libpango\nleak:libglib\n";
}

namespace linka {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

class SampleFolder : public testing::Test {
 protected:
  SampleFolder() {
    folder_ =
        fs::temp_directory_path() / ("linka-samples-test-" + std::to_string(getpid()) + "-" +
                                     testing::UnitTest::GetInstance()->current_test_info()->name());
    fs::remove_all(folder_);
  }
  ~SampleFolder() override { fs::remove_all(folder_); }
  json truth(const fs::path& book) { return json::parse(read_text(book / "truth.json").value()); }

  fs::path folder_;
};

BookOrder small_order() {
  BookOrder order;
  order.dpi = 150;
  order.pages = 8;
  return order;
}

struct Raster {
  int width = 0, height = 0;
  std::vector<std::uint32_t> abgr;  // rows from the top
  int green(int x, int y) const {
    return static_cast<int>(TIFFGetG(abgr[static_cast<std::size_t>(y * width + x)]));
  }
};

Raster raster_of(const fs::path& path) {
  Raster r;
  TIFF* tiff = TIFFOpen(path.c_str(), "r");
  if (!tiff) return r;
  TIFFGetField(tiff, TIFFTAG_IMAGEWIDTH, &r.width);
  TIFFGetField(tiff, TIFFTAG_IMAGELENGTH, &r.height);
  r.abgr.resize(static_cast<std::size_t>(r.width) * static_cast<std::size_t>(r.height));
  TIFFReadRGBAImageOriented(tiff, static_cast<std::uint32_t>(r.width),
                            static_cast<std::uint32_t>(r.height), r.abgr.data(),
                            ORIENTATION_TOPLEFT, 0);
  TIFFClose(tiff);
  return r;
}

TEST_F(SampleFolder, TheSameSeedMakesTheSameBytes) {
  const auto one = make_book(folder_ / "one", small_order());
  ASSERT_TRUE(one) << one.error().message;
  ASSERT_TRUE(make_book(folder_ / "two", small_order()));
  int files = 0;
  for (const auto& entry : fs::directory_iterator(folder_ / "one")) {
    ++files;
    EXPECT_EQ(read_file(entry.path()).value(),
              read_file(folder_ / "two" / entry.path().filename()).value())
        << entry.path();
  }
  EXPECT_EQ(files, *one + 1);
  BookOrder other = small_order();
  other.seed = 2;
  ASSERT_TRUE(make_book(folder_ / "other", other));
  EXPECT_NE(read_file(folder_ / "one/0003.tif").value(),
            read_file(folder_ / "other/0003.tif").value());
}

// The light falls off towards the fold, so ink is what is clearly darker than the lightest pixel of
// the word's own surroundings.
TEST_F(SampleFolder, EveryWordOfTheTruthStandsInInkInsideItsLeaf) {
  BookOrder order = small_order();
  order.dpi = 200;
  ASSERT_TRUE(make_book(folder_, order));
  std::size_t words = 0;
  const json scans = truth(folder_)["scans"];
  for (const json& scan : scans) {
    const Raster raster = raster_of(folder_ / scan["file"].get<std::string>());
    ASSERT_EQ(raster.width, scan["width"]);
    ASSERT_EQ(raster.height, scan["height"]);
    for (const json& page : scan["pages"]) {
      Quad leaf;
      for (std::size_t i = 0; i < 4; ++i) leaf[i] = {page["leaf"][i][0], page["leaf"][i][1]};
      const Box bounds = box_of(leaf);
      for (const json& word : page["words"]) {
        const Box b{word["box"][0], word["box"][1], word["box"][2], word["box"][3]};
        ASSERT_EQ(intersection(b, bounds), b);
        ++words;
        // Ink touches each edge of the box, as near as half a stroke of lean type.
        int darkest = 255, lightest = 0;
        Box ink{1e9, 1e9, 0, 0};
        for (int y = static_cast<int>(b.y0); y < static_cast<int>(b.y1) + 1; ++y)
          for (int x = static_cast<int>(b.x0); x < static_cast<int>(b.x1) + 1; ++x) {
            darkest = std::min(darkest, raster.green(x, y));
            lightest = std::max(lightest, raster.green(x, y));
          }
        for (int y = static_cast<int>(b.y0); y < static_cast<int>(b.y1) + 1; ++y)
          for (int x = static_cast<int>(b.x0); x < static_cast<int>(b.x1) + 1; ++x)
            if (raster.green(x, y) < (darkest + lightest) / 2)
              ink = hull(ink, {x + 0.0, y + 0.0, x + 1.0, y + 1.0});
        const std::string text = word["text"];
        if (text == "–" || text == "...") continue;  // a box without paper in it
        EXPECT_GT(lightest - darkest, 50) << scan["file"] << ' ' << text;
        EXPECT_NEAR(ink.x0, b.x0, 4) << scan["file"] << ' ' << text;
        EXPECT_NEAR(ink.x1, b.x1, 4) << scan["file"] << ' ' << text;
        EXPECT_NEAR(ink.y0, b.y0, 6) << scan["file"] << ' ' << text;
        EXPECT_NEAR(ink.y1, b.y1, 6) << scan["file"] << ' ' << text;
      }
    }
  }
  EXPECT_GT(words, 700u);
}

TEST_F(SampleFolder, TheTextIsTheWordsInOrder) {
  ASSERT_TRUE(make_book(folder_, small_order()));
  const json scans = truth(folder_)["scans"];
  ASSERT_FALSE(scans.empty());
  for (const json& scan : scans)
    for (const json& page : scan["pages"]) {
      std::string text = page["text"];
      for (char& c : text)
        if (c == '\n') c = ' ';
      std::vector<std::string> words;
      for (const json& word : page["words"]) words.push_back(word["text"]);
      EXPECT_EQ(words_of(text), words);
      EXPECT_EQ(page["is_blank"].get<bool>(), words.empty() && page["pictures"].empty());
    }
}

TEST_F(SampleFolder, ASpreadHasTwoPagesOnTheirSidesOfTheFold) {
  BookOrder order = small_order();
  order.kind = BatchKind::spreads;
  order.pages = 5;
  ASSERT_TRUE(make_book(folder_, order));
  const json scans = truth(folder_)["scans"];
  ASSERT_EQ(scans.size(), 3u);
  EXPECT_TRUE(scans[0]["fold"].is_null());
  for (std::size_t i = 1; i < scans.size(); ++i) {
    ASSERT_EQ(scans[i]["pages"].size(), 2u);
    EXPECT_EQ(scans[i]["pages"][0]["side"], "left");
    const double x_top = scans[i]["fold"][0][0], x_bottom = scans[i]["fold"][1][0];
    for (const json& word : scans[i]["pages"][0]["words"])
      EXPECT_LT(word["box"][2].get<double>(), std::max(x_top, x_bottom));
    for (const json& word : scans[i]["pages"][1]["words"])
      EXPECT_GT(word["box"][0].get<double>(), std::min(x_top, x_bottom));
  }
}

TEST_F(SampleFolder, AScanNamesItsScannerResolutionAndColours) {
  BookOrder order = small_order();
  order.pages = 3;
  ASSERT_TRUE(make_book(folder_, order));
  TIFF* tiff = TIFFOpen((folder_ / "0001.tif").c_str(), "r");
  ASSERT_NE(tiff, nullptr);
  const char *make = nullptr, *model = nullptr, *software = nullptr, *date = nullptr;
  float dpi = 0;
  std::uint32_t icc_size = 0;
  void* icc = nullptr;
  EXPECT_EQ(TIFFGetField(tiff, TIFFTAG_MAKE, &make), 1);
  EXPECT_EQ(TIFFGetField(tiff, TIFFTAG_MODEL, &model), 1);
  EXPECT_EQ(TIFFGetField(tiff, TIFFTAG_SOFTWARE, &software), 1);
  EXPECT_EQ(TIFFGetField(tiff, TIFFTAG_DATETIME, &date), 1);
  EXPECT_EQ(TIFFGetField(tiff, TIFFTAG_XRESOLUTION, &dpi), 1);
  EXPECT_EQ(TIFFGetField(tiff, TIFFTAG_ICCPROFILE, &icc_size, &icc), 1);
  EXPECT_EQ(std::string(date), "2025:02:03 09:01:00");
  EXPECT_FLOAT_EQ(dpi, 150);
  EXPECT_EQ(icc_size, srgb_profile().size());
  TIFFClose(tiff);
}

TEST_F(SampleFolder, GermanIsSetInFrakturWithLongS) {
  BookOrder order = small_order();
  order.language = ProseLanguage::german;
  order.pages = 3;
  ASSERT_TRUE(make_book(folder_, order));
  const std::string text = truth(folder_)["scans"][2]["pages"][0]["text"];
  EXPECT_THAT(text, testing::HasSubstr("ſ"));
  EXPECT_THAT(text, testing::Not(testing::HasSubstr("ſ ")));
}

TEST_F(SampleFolder, ColumnsAreReadOneAfterTheOther) {
  BookOrder order = small_order();
  order.pages = 1;
  order.kind = BatchKind::singles;
  order.all = LeafKind::text;
  order.setting = {8, 3};
  ASSERT_TRUE(make_book(folder_, order));
  const json page = truth(folder_)["scans"][0]["pages"][0];
  EXPECT_EQ(page["type"], "normalPage");
  int jumps_up = 0;
  double left = 0, y = 0;
  for (const json& word : page["words"]) {
    const double top = word["box"][1], x = word["box"][0];
    if (y - top > 100) {  // far more than a line: the next column
      EXPECT_GT(x, left + 50);
      left = x;
      ++jumps_up;
    }
    y = top;
  }
  EXPECT_EQ(jumps_up, 2);
}

TEST(Prose, BreaksWordsBetweenAVowelAndAConsonant) {
  std::vector<std::string> heads;
  for (const Hyphenated& h : hyphenations("trpělivosti,")) heads.push_back(h.head);
  EXPECT_THAT(heads, testing::ElementsAre("trpě-", "trpěli-"));
  EXPECT_TRUE(hyphenations("voda").empty());
  EXPECT_TRUE(hyphenations("1927").empty());
}

TEST(Prose, WritesLongSInsideWordsOnly) {
  EXPECT_EQ(with_long_s("Das Haus, es stand still."), "Das Haus, es ſtand ſtill.");
}

TEST(Book, FrontMatterAndLoosePlatesAreCountedApart) {
  BookOrder order;
  order.pages = 40;
  order.front = 6;
  order.loose_plates = true;
  const std::vector<LeafPlan> plans = plans_of(order);
  ASSERT_EQ(plans.size(), 40u);
  EXPECT_EQ(plans[0].kind, LeafKind::title);
  EXPECT_EQ(plans[5].label, "vi");
  EXPECT_EQ(plans[6].label, "1");
  EXPECT_EQ(plans[19].label, "14");
  EXPECT_EQ(plans[20].kind, LeafKind::plate);
  EXPECT_EQ(plans[20].label, "-");
  EXPECT_EQ(plans[21].kind, LeafKind::blank);
  EXPECT_EQ(plans[22].label, "15");
  EXPECT_EQ(plans[39].kind, LeafKind::contents);
  for (std::size_t i = 0; i < plans.size(); ++i)
    EXPECT_EQ(plans[i].number, static_cast<int>(i) + 1) << "the side of the page";
}

TEST(Book, CoversMapIndexAndAdvertisementsStandAroundTheBook) {
  BookOrder order;
  order.pages = 20;
  order.extras = true;
  const std::vector<LeafPlan> plans = plans_of(order);
  ASSERT_EQ(plans.size(), 20u);
  EXPECT_EQ(plans[0].kind, LeafKind::cover);
  EXPECT_STREQ(page_type_of(plans[0].kind, true), "frontCover");
  EXPECT_EQ(plans[2].kind, LeafKind::title);
  EXPECT_EQ(plans[2].label, "1");
  EXPECT_EQ(plans[15].kind, LeafKind::contents);
  EXPECT_EQ(plans[16].kind, LeafKind::map);
  EXPECT_EQ(plans[17].label, "15");
  EXPECT_STREQ(page_type_of(plans[19].kind, false), "backCover");
}

TEST(Book, AnIssueCountsItsPagesFromTheOneBefore) {
  BookOrder order;
  order.pages = 8;
  order.issue = true;
  const std::vector<LeafPlan> plans = plans_of(order);
  ASSERT_EQ(plans.size(), 8u);
  EXPECT_EQ(plans[0].kind, LeafKind::masthead);
  EXPECT_EQ(plans[0].label, "65");
  EXPECT_EQ(plans[2].kind, LeafKind::article);
  EXPECT_EQ(plans[2].chapter, 1);
  EXPECT_EQ(plans[7].kind, LeafKind::advertisement);
}

}  // namespace
}  // namespace linka
