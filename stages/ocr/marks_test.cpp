// SPDX-License-Identifier: GPL-3.0-or-later
#include "stages/ocr/marks.h"

#include <gtest/gtest.h>

namespace linka {
namespace {

constexpr double em = 50, baseline = 100;

// Ink by its place above the baseline, in hundredths of an em.
Box ink(double x0, double x1, double top, double bottom) {
  return {x0 * em / 100, baseline - top * em / 100, x1 * em / 100, baseline - bottom * em / 100};
}

struct Print {
  std::vector<ReadBlock> blocks = std::vector<ReadBlock>(1);
  std::vector<Box> all;

  void line() {
    ReadLine& added = blocks[0].lines.emplace_back();
    added.size_px = em;
    added.text.baseline_y = added.end_baseline_y = baseline;
  }
  void word(const std::string& content, const std::vector<Box>& pieces,
            const std::string& model = "frk") {
    if (blocks[0].lines.empty()) line();
    TextWord word;
    word.content = content;
    word.language = model;
    word.confidence = 0.6;
    word.box = pieces.front();
    for (const Box& piece : pieces) word.box = hull(word.box, piece);
    ReadLine& last = blocks[0].lines.back();
    last.text.box = last.text.words.empty() ? word.box : hull(last.text.box, word.box);
    last.text.words.push_back(word);
    all.insert(all.end(), pieces.begin(), pieces.end());
  }
  // Words of the first line, with a stroke between them.
  std::string named() {
    name_marks(blocks, [&](const Box& box) {
      std::vector<Box> found;
      for (const Box& piece : all)
        if (!intersection(piece, box).empty()) found.push_back(piece);
      return found;
    });
    join_marks(blocks);
    std::string text;
    for (const TextWord& word : blocks[0].lines[0].text.words)
      text += (text.empty() ? "" : "|") + word.content;
    return text;
  }
};

std::vector<Box> small_letters(double x0, int n) {
  std::vector<Box> pieces;
  for (int i = 0; i < n; ++i) pieces.push_back(ink(x0 + 45 * i, x0 + 45 * i + 38, 55, 0));
  return pieces;
}

std::vector<Box> with(std::vector<Box> pieces, const Box& more) {
  pieces.push_back(more);
  return pieces;
}

TEST(Marks, TwoLowStrokesAreAnOpeningQuote) {
  Print print;
  print.word("11", {ink(0, 20, 36, -18), ink(30, 50, 36, -18)});
  print.word("aber", small_letters(70, 4));
  EXPECT_EQ(print.named(), "„aber");
  const TextWord& word = print.blocks[0].lines[0].text.words[0];
  ASSERT_FALSE(word.alternatives.empty());
  EXPECT_EQ(word.alternatives[0].content, "11aber");
}

TEST(Marks, TwoRaisedStrokesAreAClosingQuote) {
  Print print;
  print.word("hier.", small_letters(0, 5));
  print.word("//", {ink(235, 255, 82, 25), ink(262, 282, 82, 25)});
  EXPECT_EQ(print.named(), "hier.“");
}

TEST(Marks, FiguresAndLettersStayWhatTheyAre) {
  Print print;
  print.word("11", {ink(0, 20, 75, 0), ink(30, 50, 75, 0)});
  print.word("ii", {ink(100, 120, 55, 0), ink(130, 150, 55, 0)});
  EXPECT_EQ(print.named(), "11|ii");
}

TEST(Marks, ARomanModelIsBelieved) {
  Print print;
  print.word("11", {ink(0, 20, 36, -18), ink(30, 50, 36, -18)}, "ces");
  EXPECT_EQ(print.named(), "11");
}

TEST(Marks, ADotAboveACommaIsASemicolonAndAboveADotAColon) {
  Print print;
  print.word("z", {ink(0, 20, 57, 37), ink(0, 22, 28, -9)});
  print.word("3", {ink(200, 220, 57, 37), ink(200, 222, 18, 0)});
  EXPECT_EQ(print.named(), ";|:");
}

TEST(Marks, StarsBeforeABracketAreTheMarkOfANote) {
  Print print;
  print.word("KEF)", {ink(0, 35, 69, 25), ink(40, 75, 69, 20), ink(80, 115, 69, 25),
                      ink(120, 150, 70, -15)});
  EXPECT_EQ(print.named(), "***)");
}

const Box full_stop = ink(140, 158, 17, 0), comma = ink(140, 162, 36, -17);

Box moved(const Box& box, double by) {
  return {box.x0 + by * em / 100, box.y0, box.x1 + by * em / 100, box.y1};
}

TEST(Marks, AFullStopIsToldFromACommaWhereTheFountTellsThemApart) {
  Print print;
  print.word("nun,", with(small_letters(0, 3), full_stop));
  print.word("nun.", with(small_letters(300, 3), moved(comma, 300)));
  for (int i = 2; i < 5; ++i) {
    print.word("so,", with(small_letters(300 * i, 3), moved(comma, 300 * i)));
    print.word("so.", with(small_letters(300 * i + 1500, 3), moved(full_stop, 300 * i + 1500)));
  }
  EXPECT_TRUE(print.named().starts_with("nun.|nun,|so,|so.|"));
}

TEST(Marks, CommasThatLookLikeFullStopsStayWhatWasRead) {
  Print print;
  for (int i = 0; i < 3; ++i)
    print.word("so,", with(small_letters(300 * i, 3), moved(full_stop, 300 * i)));
  EXPECT_EQ(print.named(), "so,|so,|so,");
}

TEST(Marks, AShortHyphenAtALinesEndIsNoLetter) {
  Print print;
  print.word("ents", with(small_letters(0, 3), ink(140, 164, 48, 11)));
  print.line();
  print.word("gegen", small_letters(1000, 5));
  EXPECT_EQ(print.named(), "ent-");
}

TEST(Marks, AnEndingLetterIsNoHyphen) {
  Print print;
  print.word("ents", small_letters(0, 4));
  print.line();
  print.word("gegen", small_letters(1000, 5));
  EXPECT_EQ(print.named(), "ents");
}

TEST(Marks, TheMarkOfANoteGoesToItsWord) {
  Print print;
  print.word("Thaler", small_letters(0, 6), "ces");
  print.word("*)", {ink(290, 325, 80, 40), ink(330, 350, 80, -10)}, "ces");
  print.word("und", small_letters(450, 3), "ces");
  EXPECT_EQ(print.named(), "Thaler*)|und");
}

TEST(Marks, NothingIsNothing) {
  std::vector<ReadBlock> blocks(1);
  name_marks(blocks, [](const Box&) { return std::vector<Box>{}; });
  join_marks(blocks);
  EXPECT_EQ(blocks.size(), 1U);
}

}  // namespace
}  // namespace linka
