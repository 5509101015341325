// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/bend.h"
#include "model/geometry.h"
#include "model/ids.h"
#include "model/page_finding.h"
#include "model/page_measures.h"
#include "model/page_text.h"

#include <gtest/gtest.h>

#include <cmath>

namespace linka {
namespace {

TEST(Ids, TextIsAFolderNameAndComesBack) {
  for (const char* name : {"0001.tif", "sub/0001.tif", "a b.tif", "..", "Žába-left.tif", "x+2.tif"})
    for (int frame : {0, 1, 41}) {
      const PageId id{{name, frame}, Side::left};
      const std::string text = text_of(id);
      EXPECT_EQ(text.find('/'), std::string::npos);
      EXPECT_NE(text[0], '.');
      PageId back;
      ASSERT_TRUE(parse(text, back)) << text;
      EXPECT_EQ(back, id);
    }
}

TEST(Ids, NoTwoScansShareAText) {
  EXPECT_NE(text_of(ScanId{"a/b", 0}), text_of(ScanId{"a%2Fb", 0}));
  EXPECT_NE(text_of(ScanId{"a.tif", 1}), text_of(ScanId{"a.tif+2", 0}));
  EXPECT_NE(text_of(ScanId{"1.tif", 0}), text_of(ScanId{"1.jpg", 0}));
}

TEST(Ids, ReadingOrderIsNatural) {
  EXPECT_TRUE(reading_order(ScanId{"2.tif", 0}, ScanId{"10.tif", 0}));
  EXPECT_TRUE(reading_order(PageId{{"2.tif", 0}, Side::left}, PageId{{"2.tif", 0}, Side::right}));
}

TEST(Geometry, ATurnAndItsInverseCancel) {
  const Affine m = page_from_scan({1000, 2000}, {300, 300}, 2.5, {10, 20, 900, 1900});
  const Point p = inverse(m)(m({123, 456}));
  EXPECT_NEAR(p.x, 123, 1e-9);
  EXPECT_NEAR(p.y, 456, 1e-9);
}

TEST(Geometry, PositiveAnglesTurnClockwise) {
  const Point p = turn(90, {0, 0})({1, 0});  // east goes south: clockwise with y down
  EXPECT_NEAR(p.x, 0, 1e-12);
  EXPECT_NEAR(p.y, 1, 1e-12);
}

TEST(Geometry, UnequalResolutionsBecomeSquarePixels) {
  const Affine m = turned_from_scan({600, 300}, {600, 300}, 0);
  const Point p = m({600, 300});
  EXPECT_NEAR(p.x, 600, 1e-9);
  EXPECT_NEAR(p.y, 600, 1e-9);
}

TEST(Geometry, APointOfABentPageGoesToTheScanAndBack) {
  const Size scan{2000, 3000};
  const Box page{100, 200, 1900, 2700};
  Bend bend{page, 40, 2, {}};
  for (int row = 0; row < 2; ++row)
    for (int i = 0; i < 40; ++i) bend.offsets.push_back({1.0 * i / 10, 30 * std::sin(i / 6.0)});
  const Affine cut = page_from_scan(scan, {300, 300}, 3, page);
  for (const Point p : {Point{0, 0}, {1800, 2500}, {900, 17}, {3, 1200}}) {
    const Point there = scan_point_of(p, cut, bend, page);
    const Point back = page_point_of(there, cut, bend, page);
    EXPECT_NEAR(back.x, p.x, 1e-4);
    EXPECT_NEAR(back.y, p.y, 1e-4);
    const Point flat = scan_point_of(p, cut, {}, page);
    EXPECT_NEAR(page_point_of(flat, cut, {}, page).x, p.x, 1e-9);
  }
}

TEST(PageTextTest, PlainTextKeepsLinesAndPartsBlocks) {
  PageText t;
  TextWord a, b, c;
  a.content = "Příliš";
  b.content = "žluťoučký";
  c.content = "kůň";
  t.blocks = {{BlockKind::text, {}, {{{}, 0, {a, b}, false}}, ""},
              {BlockKind::illustration, {}, {}, ""},
              {BlockKind::text, {}, {{{}, 0, {c}, false}}, ""}};
  EXPECT_EQ(plain_text(t), "Příliš žluťoučký\n\nkůň\n");
  EXPECT_EQ(word_count(t), 3u);
}

TEST(Findings, EveryCheckHasWords) {
  for (const char* check :
       {"blur",         "cut-text",    "skew",        "dark",       "bright",   "clipped",
        "uneven",       "resolution",  "no-icc",      "doubled",    "swapped",  "upside-down",
        "sideways",     "covered",     "flat-band",   "near-blank", "odd-size", "odd-margins",
        "unsure-split", "unsure-skew", "unsure-crop", "low-dpi",    "no-dpi",   "hard-to-read"}) {
    const std::string words = in_words({check, Urgency::look, 0.25, 0.5, 2, "0007.tif"});
    EXPECT_NE(words, check);
    EXPECT_EQ(words.find_first_of("{}"), std::string::npos) << words;
  }
  EXPECT_EQ(in_words({"none-such", Urgency::look, 0, 0, 0, ""}), "none-such");
}

TEST(Findings, SharesAreToldInPercentAndNumbersInTheirUnit) {
  EXPECT_NE(in_words({"uneven", Urgency::look, 0.254, 0.2, 1.2, ""}).find("25 %"),
            std::string::npos);
  EXPECT_NE(in_words({"blur", Urgency::look, 3.456, 7, 2, ""}).find("3.46"), std::string::npos);
  EXPECT_NE(in_words({"doubled", Urgency::look, 3, 40, 2, "0007.tif"}).find("0007.tif"),
            std::string::npos);
}

TEST(Measures, HashesDifferInBitsAndNoHashIsLikeNone) {
  const std::array<std::uint64_t, 4> a{1, 2, 3, 4}, b{0, 2, 3, 4}, none{};
  EXPECT_EQ(hash_distance(a, a), 0);
  EXPECT_EQ(hash_distance(a, b), 1);
  EXPECT_EQ(hash_distance(none, none), 256);
}

}  // namespace
}  // namespace linka
