// SPDX-License-Identifier: GPL-3.0-or-later
// Books made of numbers: what the scans alone say, what the book makes of it, and what it says when
// the scans have been made again by its word.
#include "stages/book/book.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>

namespace linka {
namespace {

constexpr double dpi = 300;
constexpr double page_width = 130, page_height = 200;

double px(double mm) {
  return std::round(px_from_mm(mm, dpi));
}

// The same numbers everywhere.
class Dice {
 public:
  explicit Dice(unsigned seed) : engine_(seed) {}
  std::uint64_t bits() { return engine_(); }
  double unit() { return static_cast<double>(engine_() >> 11) * 0x1.0p-53; }
  double around(double middle, double reach) { return middle + reach * (2 * unit() - 1); }

 private:
  std::mt19937_64 engine_;
};

struct MadeScan {
  double width_mm = 150, height_mm = 220;
  double spread = 0.02;
};

PageFacts page_of(int number, Side side, const MadeScan& scan, Dice& dice) {
  PageFacts f;
  f.id = {{fmt::format("{:04}.tif", number), 0}, side};
  f.source.dpi = f.dpi = {dpi, dpi};
  f.source.width_px = static_cast<int>(px(scan.width_mm));
  f.source.height_px = static_cast<int>(px(scan.height_mm));
  f.spread_confidence = scan.spread;
  f.split_confidence = std::max(scan.spread, 1 - scan.spread);
  f.crop = {0, 0, px(dice.around(page_width, 0.5)), px(dice.around(page_height, 0.5))};
  f.crop_sides = {0.9, 0.9, 0.9, 0.9};
  PageMeasures& m = f.measures;
  m.measured = true;
  m.sharpness = dice.around(4, 0.25);
  m.paper_level = dice.around(225, 4);
  m.ink_level = dice.around(50, 5);
  m.unevenness = dice.around(0.08, 0.03);
  m.text_height_mm = dice.around(1.7, 0.05);
  m.letters = 1400;
  m.text_lines = 34;
  m.ink_share = dice.around(0.08, 0.005);
  m.upside_down = dice.around(-0.6, 0.1);
  const bool right_hand = side == Side::single ? number % 2 == 1 : side == Side::right;
  m.gutter_left = right_hand ? 0.8 : 0.05;
  m.gutter_right = right_hand ? 0.05 : 0.8;
  m.margins_mm = {17, 16, 16, 20};
  for (std::uint64_t& word : m.hash) word = dice.bits();
  f.words = 250;
  f.text_confidence = dice.around(0.9, 0.03);
  return f;
}

std::vector<PageFacts> single_pages(int count, unsigned seed = 1) {
  Dice dice(seed);
  std::vector<PageFacts> out;
  for (int i = 1; i <= count; ++i) out.push_back(page_of(i, Side::single, {}, dice));
  return out;
}

// As the split makes them: with the hint where the scan itself leaves it open.
std::vector<PageFacts> made(const std::vector<MadeScan>& scans,
                            const std::map<ScanId, BookHint>& said = {}) {
  std::vector<PageFacts> out;
  for (std::size_t i = 0; i < scans.size(); ++i) {
    Dice dice(static_cast<unsigned>(100 + i));
    const int number = static_cast<int>(i) + 1;
    const auto hint = said.find({fmt::format("{:04}.tif", number), 0});
    const bool hinted = hint != said.end() && hint->second.pages != 0;
    const bool two = hinted ? hint->second.pages == 2 : scans[i].spread >= 0.5;
    for (const Side side :
         two ? std::vector<Side>{Side::left, Side::right} : std::vector<Side>{Side::single}) {
      PageFacts f = page_of(number, side, scans[i], dice);
      if (hinted) f.decided["pages"] = "book";
      // A spread that stayed whole is as wide as two pages.
      if (!two && scans[i].width_mm > 200) f.crop.x1 = px(2 * page_width);
      out.push_back(std::move(f));
    }
  }
  return out;
}

std::map<ScanId, BookHint> settled_hints(const std::vector<MadeScan>& scans) {
  const auto first = hints(made(scans), {});
  EXPECT_EQ(hints(made(scans, first), {}), first);
  return first;
}

bool says(const std::map<PageId, std::vector<PageFinding>>& found, const PageFacts& f,
          const std::string& check) {
  const auto it = found.find(f.id);
  return it != found.end() && std::any_of(it->second.begin(), it->second.end(),
                                          [&](const PageFinding& x) { return x.check == check; });
}

// ---- the vote

TEST(Hints, DoubtfulSpreadsFollowTheOthers) {
  std::vector<MadeScan> scans(20, {290, 220, 0.97});
  scans[3].spread = 0.3;
  scans[9].spread = 0.6;
  const auto said = settled_hints(scans);
  ASSERT_EQ(said.size(), 2U);
  EXPECT_EQ(said.at({"0004.tif", 0}).pages, 2);
  EXPECT_EQ(said.at({"0010.tif", 0}).pages, 2);
  EXPECT_NEAR(said.at({"0004.tif", 0}).page_width_mm, page_width, 0.6);
  EXPECT_NEAR(said.at({"0004.tif", 0}).page_height_mm, page_height, 0.6);
}

TEST(Hints, DoubtfulSinglePagesFollowTheOthers) {
  std::vector<MadeScan> scans(20, {180, 220, 0.03});
  scans[5].spread = 0.7;
  const auto said = settled_hints(scans);
  ASSERT_EQ(said.size(), 1U);
  EXPECT_EQ(said.at({"0006.tif", 0}).pages, 1);
}

// Pages of a book set in Fraktur; on two of them there is too little text to tell.
TEST(Hints, PagesThatDoNotTellTheirModelsGoByTheOthers) {
  std::vector<PageFacts> pages = made(std::vector<MadeScan>(20, {180, 220, 0.03}));
  for (PageFacts& f : pages) {
    f.words = 250;
    f.ocr_models = "frk+Fraktur";
    f.models_confidence = 0.99;
  }
  for (const std::size_t i : {std::size_t{4}, std::size_t{11}}) {
    pages[i].words = 3;
    pages[i].ocr_models = "ces";
    pages[i].models_confidence = 0.5;
  }
  pages[12].words = 0;  // a plate asks nothing
  pages[12].models_confidence = 0.5;
  pages[12].ocr_models.clear();
  const auto said = hints(pages, {});
  ASSERT_EQ(said.size(), 2U);
  EXPECT_EQ(said.at(pages[4].id.scan).models, "frk+Fraktur");
  EXPECT_EQ(said.at(pages[11].id.scan).models, "frk+Fraktur");
  // Made again by it, they say the same; and when a person has spoken there is no question.
  pages[4].ocr_models = pages[11].ocr_models = "frk+Fraktur";
  pages[4].decided["models"] = pages[11].decided["models"] = "book";
  EXPECT_EQ(hints(pages, {}), said);
  pages[4].decided["models"] = "person";
  EXPECT_EQ(hints(pages, {}).size(), 1U);
}

TEST(Hints, BooksInTwoTypefacesSayNothingOfModels) {
  std::vector<PageFacts> pages = made(std::vector<MadeScan>(20, {180, 220, 0.03}));
  for (std::size_t i = 0; i < pages.size(); ++i) {
    pages[i].words = i == 7 ? 3 : 250;
    pages[i].ocr_models = i % 2 == 0 ? "frk+Fraktur" : "ces";
    pages[i].models_confidence = i == 7 ? 0.5 : 0.99;
  }
  EXPECT_TRUE(hints(pages, {}).empty());
}

TEST(Hints, SameForEveryMixOfDoubts) {
  for (unsigned seed = 0; seed < 40; ++seed) {
    Dice dice(seed);
    std::vector<MadeScan> scans;
    const int count = 5 + static_cast<int>(dice.bits() % 40);
    for (int i = 0; i < count; ++i)
      scans.push_back({dice.around(290, 20), dice.around(220, 10),
                       dice.unit() < 0.8 ? dice.around(0.93, 0.06) : dice.unit()});
    settled_hints(scans);
  }
}

TEST(Hints, OtherShapesAreNotForced) {
  // Spreads with a cover and a foldout: both plainly one page, of other shapes.
  std::vector<MadeScan> scans(20, {290, 220, 0.97});
  scans[0] = {150, 220, 0.02};
  scans[10] = {480, 220, 0.2};
  EXPECT_TRUE(settled_hints(scans).empty());
}

TEST(Hints, APlainSpreadAmongSinglePagesStays) {
  std::vector<MadeScan> scans(20, {180, 220, 0.03});
  scans[5].spread = 0.97;
  EXPECT_TRUE(settled_hints(scans).empty());
}

TEST(Hints, NobodyIsToldWhenScansDisagree) {
  std::vector<MadeScan> scans;
  for (int i = 0; i < 30; ++i)
    scans.push_back({290, 220, i % 10 == 0 ? 0.45 : i % 2 == 0 ? 0.95 : 0.05});
  EXPECT_TRUE(settled_hints(scans).empty());
}

TEST(Hints, SmallBatchesAndTheSwitchAreObeyed) {
  std::vector<MadeScan> few(3, {290, 220, 0.97});
  few[1].spread = 0.4;
  EXPECT_TRUE(hints(made(few), {}).empty());
  std::vector<MadeScan> scans(20, {290, 220, 0.97});
  scans[3].spread = 0.4;
  BookParams off;
  off.vote = false;
  EXPECT_TRUE(hints(made(scans), off).empty());
  EXPECT_TRUE(hints({}, {}).empty());
}

TEST(Hints, APersonsWordIsNotVotedOver) {
  std::vector<MadeScan> scans(20, {290, 220, 0.97});
  scans[3].spread = 0;
  auto pages = made(scans);
  for (PageFacts& f : pages)
    if (f.id.scan.name == "0004.tif") f.decided["pages"] = "person";
  EXPECT_FALSE(hints(pages, {}).contains({"0004.tif", 0}));
}

TEST(Hints, ASideThatWasNotSeenGetsTheBooksSize) {
  auto pages = single_pages(30);
  PageFacts& f = pages[7];
  f.crop.x1 = px(148);
  f.crop_sides[2] = 0;
  const auto said = hints(pages, {});
  ASSERT_EQ(said.size(), 1U);
  const BookHint& hint = said.at(f.id.scan);
  EXPECT_NEAR(hint.page_width_mm, page_width, 0.6);
  EXPECT_EQ(hint.pages, 1);
  // Made with it: the width is the book's, the side is still not one that was seen.
  f.crop.x1 = px(hint.page_width_mm);
  f.crop_sides[2] = 0.3;
  EXPECT_EQ(hints(pages, {}), said);
}

TEST(Hints, TheFoldIsAKnownSide) {
  auto pages = made(std::vector<MadeScan>(20, {290, 220, 0.97}));
  for (PageFacts& f : pages) f.crop_sides[f.id.side == Side::left ? 2 : 0] = 0;
  EXPECT_TRUE(hints(pages, {}).empty());
  pages[9].crop_sides[1] = 0;
  const auto said = hints(pages, {});
  ASSERT_EQ(said.size(), 1U);
  EXPECT_NEAR(said.begin()->second.page_width_mm, page_width, 0.6);
  EXPECT_EQ(said.begin()->second.pages, 2);
}

TEST(Hints, LoosePlatesHaveNoCommonSize) {
  auto pages = single_pages(30);
  Dice dice(5);
  for (PageFacts& f : pages) f.crop.x1 = px(dice.around(200, 90));
  pages[7].crop_sides = {0.9, 0.9, 0, 0.9};
  const auto said = hints(pages, {});
  for (const auto& [id, hint] : said) EXPECT_EQ(hint.page_width_mm, 0);
}

// ---- pages against their book

TEST(JudgeBook, AGoodBookIsLeftInPeace) {
  for (unsigned seed = 1; seed < 20; ++seed)
    EXPECT_TRUE(judge_book(single_pages(100, seed), {}).empty()) << seed;
}

struct Spoil {
  const char* check;
  void (*spoil)(PageFacts&);
};
TEST(JudgeBook, NamesWhatStandsOut) {
  const Spoil spoils[] = {
      {"blur", [](PageFacts& f) { f.measures.sharpness = 2; }},
      {"dark", [](PageFacts& f) { f.measures.paper_level = 150; }},
      {"bright", [](PageFacts& f) { f.measures.ink_level = 130; }},
      {"clipped", [](PageFacts& f) { f.measures.clipped_white = 0.6; }},
      {"uneven", [](PageFacts& f) { f.measures.unevenness = 0.4; }},
      {"hard-to-read", [](PageFacts& f) { f.text_confidence = 0.5; }},
      {"odd-size", [](PageFacts& f) { f.crop.x1 = px(page_width - 11); }},
      {"odd-margins", [](PageFacts& f) { f.measures.margins_mm[2] = 3; }},
      {"upside-down", [](PageFacts& f) { f.measures.upside_down = 0.3; }},
      {"resolution",
       [](PageFacts& f) {
         f.source.dpi = f.dpi = {450, 450};
         f.measures.text_height_mm /= 1.5;
       }},
  };
  for (const Spoil& s : spoils) {
    auto pages = single_pages(60);
    s.spoil(pages[33]);
    const auto found = judge_book(pages, {});
    EXPECT_TRUE(says(found, pages[33], s.check)) << s.check;
    EXPECT_EQ(found.size(), 1U) << s.check;
    for (const auto& [id, findings] : found)
      for (const PageFinding& f : findings) EXPECT_GE(f.score, 1) << s.check;
    const auto order = ranked(pages, found);
    ASSERT_FALSE(order.empty());
    EXPECT_EQ(order.front().id, pages[33].id) << s.check;
  }
}

TEST(JudgeBook, AnUnevenBookIsJudgedByItsOwnSpread) {
  auto pages = single_pages(60);
  Dice dice(3);
  for (PageFacts& f : pages) f.measures.sharpness = dice.around(4, 2);
  pages[20].measures.sharpness = 1.8;
  EXPECT_TRUE(judge_book(pages, {}).empty());
}

TEST(JudgeBook, FindsThePageThatWasScannedTwice) {
  auto pages = single_pages(60);
  PageFacts again = pages[30];
  again.id.scan.name = "0031b.tif";
  Dice dice(9);
  for (int i = 0; i < 12; ++i) again.measures.hash[i % 4] ^= 1ULL << (dice.bits() % 64);
  pages.insert(pages.begin() + 31, again);
  const auto found = judge_book(pages, {});
  ASSERT_TRUE(says(found, pages[30], "doubled"));
  ASSERT_TRUE(says(found, pages[31], "doubled"));
  EXPECT_EQ(found.at(again.id).front().detail, pages[30].id.scan.name);
  EXPECT_EQ(found.at(again.id).front().urgency, Urgency::hold);
  EXPECT_EQ(ranked(pages, found).front().id, again.id);
}

TEST(JudgeBook, FormsAndBlankPagesAreNotDoubled) {
  auto pages = single_pages(60);
  Dice dice(4);
  for (PageFacts& f : pages) {  // the same form, filled in
    f.measures.hash = pages[0].measures.hash;
    for (int i = 0; i < 40; ++i) f.measures.hash[i % 4] ^= 1ULL << (dice.bits() % 64);
  }
  EXPECT_TRUE(judge_book(pages, {}).empty());
  pages = single_pages(60);
  for (std::size_t i = 10; i < 14; ++i) {
    pages[i].is_blank = true;
    pages[i].measures.hash = pages[10].measures.hash;
  }
  EXPECT_TRUE(judge_book(pages, {}).empty());
}

TEST(JudgeBook, FindsSwappedPagesAndForgivesAMissingOne) {
  auto pages = single_pages(60);
  std::swap(pages[30], pages[31]);
  auto found = judge_book(pages, {});
  EXPECT_TRUE(says(found, pages[30], "swapped"));
  EXPECT_TRUE(says(found, pages[31], "swapped"));
  EXPECT_EQ(found.size(), 2U);
  pages = single_pages(60);
  pages.erase(pages.begin() + 30);
  EXPECT_TRUE(judge_book(pages, {}).empty());
}

TEST(JudgeBook, OddInputDoesNoHarm) {
  EXPECT_TRUE(judge_book({}, {}).empty());
  std::vector<PageFacts> nothing(20);
  for (int i = 0; i < 20; ++i)
    nothing[static_cast<std::size_t>(i)].id.scan.name = std::to_string(i);
  EXPECT_TRUE(judge_book(nothing, {}).empty());
  EXPECT_TRUE(hints(nothing, {}).empty());
  for (PageFacts& f : nothing) {
    f.measures.measured = true;
    f.measures.letters = 500;
    f.measures.text_lines = 20;
    f.measures.sharpness = f.measures.paper_level = std::nan("");
    f.crop = {0, 0, std::nan(""), 1};
    f.dpi = {1, 1};
    f.spread_confidence = std::nan("");
  }
  judge_book(nothing, {});
  hints(nothing, {});
}

// ---- the order

TEST(Ranked, HoldsFirstThenWorst) {
  auto pages = single_pages(30);
  pages[3].findings = {{"near-blank", Urgency::note, 0, 0, 50, {}}};
  pages[7].findings = {{"dark", Urgency::look, 60, 110, 1.8, {}}};
  pages[9].findings = {{"covered", Urgency::hold, 0.01, 0.001, 1.2, {}}};
  pages[12].findings = {{"dark", Urgency::look, 40, 110, 2.7, {}}};
  const auto order = ranked(pages, {});
  ASSERT_EQ(order.size(), 4U);
  EXPECT_EQ(order[0].id, pages[9].id);
  EXPECT_TRUE(order[0].held);
  EXPECT_EQ(order[1].id, pages[12].id);
  EXPECT_EQ(order[2].id, pages[7].id);
  EXPECT_EQ(order[3].id, pages[3].id);
}

TEST(Ranked, SaysAThingOnceAndKeepsTheWorse) {
  auto pages = single_pages(30);
  pages[4].findings = {{"blur", Urgency::look, 2, 2.2, 1.1, {}}};
  const std::map<PageId, std::vector<PageFinding>> book = {
      {pages[4].id, {{"blur", Urgency::look, 2, 3, 1.5, {}}}}};
  const auto order = ranked(pages, book);
  ASSERT_EQ(order.size(), 1U);
  ASSERT_EQ(order[0].findings.size(), 1U);
  EXPECT_EQ(order[0].findings[0].score, 1.5);
}

TEST(Ranked, WhatTheWholeBookHasPutsNoPageFirst) {
  auto pages = single_pages(30);
  for (PageFacts& f : pages) f.findings = {{"low-dpi", Urgency::look, 100, 300, 3, {}}};
  pages[17].findings.push_back({"uneven", Urgency::note, 0.3, 0.25, 1.2, {}});
  const auto order = ranked(pages, {});
  ASSERT_EQ(order.size(), pages.size());
  EXPECT_EQ(order.front().id, pages[17].id);
}

}  // namespace
}  // namespace linka
