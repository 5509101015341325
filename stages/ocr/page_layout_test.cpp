// SPDX-License-Identifier: GPL-3.0-or-later
#include "stages/ocr/page_layout.h"

#include <gtest/gtest.h>

#include <sstream>

namespace linka {
namespace {

constexpr double em = 40;

// Words of 100 px with 12 px between them, 30 px tall, from x on; the baseline at y, `slope` px
// lower at the right end.
ReadLine line_of(const std::string& words, double x, double y, double slope = 0) {
  ReadLine line;
  std::istringstream in(words);
  for (std::string content; in >> content; x += 112) {
    TextWord& word = line.text.words.emplace_back();
    word.content = content;
    word.box = {x, y - 30, x + 100, y + slope};
    word.confidence = 0.9;
    line.text.box = line.text.words.size() == 1 ? word.box : hull(line.text.box, word.box);
  }
  line.text.baseline_y = y;
  line.end_baseline_y = y + slope;
  line.size_px = em;
  return line;
}

ReadBlock block_of(std::vector<ReadLine> lines, BlockKind kind = BlockKind::text) {
  ReadBlock block;
  block.kind = kind;
  block.box = lines.front().text.box;
  for (const ReadLine& line : lines) block.box = hull(block.box, line.text.box);
  block.lines = std::move(lines);
  return block;
}

std::string text_of(const std::vector<ReadBlock>& blocks) {
  std::string out;
  for (const ReadBlock& block : blocks) {
    if (!out.empty()) out += "|";
    for (std::size_t l = 0; l < block.lines.size(); ++l) {
      if (l > 0) out += "/";
      for (std::size_t w = 0; w < block.lines[l].text.words.size(); ++w)
        out += (w > 0 ? " " : "") + block.lines[l].text.words[w].content;
    }
  }
  return out;
}

TEST(TornLines, BecomeOneLineOfOneBlock) {
  std::vector<ReadBlock> blocks = {
      block_of({line_of("a1 a2", 100, 100, 6), line_of("b1 b2 b3 b4", 100, 160, 12)}),
      block_of({line_of("a3 a4", 326, 108, 6)})};
  join_torn_lines(blocks);
  EXPECT_EQ(text_of(blocks), "a1 a2 a3 a4/b1 b2 b3 b4");
  EXPECT_EQ(blocks[0].lines[0].text.box.x1, 538);
  EXPECT_EQ(blocks[0].lines[0].end_baseline_y, 114);
  EXPECT_EQ(blocks[0].lines[0].text.baseline_y, 100);
}

TEST(TornLines, PartsOfThreeBlocksComeInOrder) {
  std::vector<ReadBlock> blocks = {
      block_of({line_of("a1", 100, 100), line_of("b1", 100, 160)}),
      block_of({line_of("a2", 214, 100)}),
      block_of({line_of("a3", 328, 102), line_of("c1 c2 c3", 100, 220)})};
  join_torn_lines(blocks);
  EXPECT_EQ(text_of(blocks), "a1 a2 a3/b1/c1 c2 c3");
}

TEST(TornLines, AWideSpaceUnderAWordIsNoGutter) {
  std::vector<ReadBlock> blocks = {
      block_of({line_of("a1 a2 a3 a4", 100, 100), line_of("b1", 100, 160)}),
      block_of({line_of("b2", 250, 160)}), block_of({line_of("c1 c2 c3 c4", 100, 220)})};
  join_torn_lines(blocks);
  EXPECT_EQ(text_of(blocks), "a1 a2 a3 a4/b1 b2|c1 c2 c3 c4");
}

TEST(TornLines, AHeadingAboveTwoColumnsClosesNoGutter) {
  std::vector<ReadBlock> blocks = {block_of({line_of("h1 h2 h3 h4", 100, 100)}),
                                   block_of({line_of("a1", 100, 160), line_of("a2", 100, 220)}),
                                   block_of({line_of("b1", 250, 160), line_of("b2", 250, 220)})};
  join_torn_lines(blocks);
  EXPECT_EQ(text_of(blocks), "h1 h2 h3 h4|a1/a2|b1/b2");
}

TEST(LoneFigures, AreFoundWithTheDashesBesideThem) {
  const Box print{100, 300, 900, 1500};
  const std::vector<Box> ink = {{480, 200, 500, 225}, {505, 200, 525, 225}, {400, 210, 440, 215},
                                {560, 210, 600, 215}, {120, 320, 140, 345}, {300, 1700, 303, 1703}};
  const auto rows = lone_figures(ink, print, em);
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_EQ(rows[0].figures.x0, 480);
  EXPECT_EQ(rows[0].figures.x1, 525);
  ASSERT_EQ(rows[0].dashes.size(), 2U);
  EXPECT_EQ(rows[0].dashes[0].x0, 400);
}

TEST(LoneFigures, ARowOfLettersAndWhatIsFarAwayAreNone) {
  const Box print{100, 300, 900, 1500};
  std::vector<Box> ink = {{500, 0, 520, 25}};
  for (double x = 300; x < 500; x += 25) ink.push_back({x, 1600, x + 20, 1625});
  EXPECT_TRUE(lone_figures(ink, print, em).empty());
  EXPECT_TRUE(lone_figures({}, print, em).empty());
}

TEST(TornLines, AWordTornInTheMiddleIsOneWord) {
  std::vector<ReadBlock> blocks = {block_of({line_of("i s", 100, 100)}),
                                   block_of({line_of("pánku a", 314, 100)})};
  blocks[0].lines[0].text.words[1].confidence = 0.5;
  join_torn_lines(blocks);
  EXPECT_EQ(text_of(blocks), "i spánku a");
  EXPECT_EQ(blocks[0].lines[0].text.words[1].confidence, 0.5);
  EXPECT_EQ(blocks[0].lines[0].text.words[1].box.x1, 414);
}

TEST(TornLines, ColumnsStayApart) {
  const auto columns = [](double gutter) {
    std::vector<ReadLine> left, right;
    for (int i = 0; i < 10; ++i) {
      left.push_back(line_of("a b", 100, 100 + 60 * i));
      right.push_back(line_of("c d", 312 + gutter, 100 + 60 * i));
    }
    // One long line reaches into the gutter.
    left[4].text.words.back().box.x1 += gutter - 10;
    return std::vector<ReadBlock>{block_of(left), block_of(right)};
  };
  for (const double gutter : {1.0 * em, 2.0 * em}) {
    std::vector<ReadBlock> blocks = columns(gutter);
    const std::string before = text_of(blocks);
    join_torn_lines(blocks);
    EXPECT_EQ(text_of(blocks), before);
  }
}

TEST(TornLines, ARuleBetweenKeepsThemApart) {
  ReadBlock rule;
  rule.kind = BlockKind::line;
  rule.box = {318, 0, 321, 900};
  std::vector<ReadBlock> blocks = {block_of({line_of("a b", 100, 100)}), rule,
                                   block_of({line_of("c d", 330, 100)})};
  const std::string before = text_of(blocks);
  join_torn_lines(blocks);
  EXPECT_EQ(text_of(blocks), before);
}

TEST(TornLines, APictureAroundThemPartsNothing) {
  ReadBlock sheet;
  sheet.kind = BlockKind::illustration;
  sheet.box = {0, 0, 1700, 2400};
  std::vector<ReadBlock> blocks = {block_of({line_of("a b", 100, 100)}), sheet,
                                   block_of({line_of("c d", 330, 100)})};
  join_torn_lines(blocks);
  EXPECT_EQ(text_of(blocks), "a b c d|");
}

TEST(TornLines, AnotherHeightOrAnotherSizeIsAnotherLine) {
  std::vector<ReadBlock> lower = {block_of({line_of("a", 100, 100)}),
                                  block_of({line_of("b", 212, 120)})};
  join_torn_lines(lower);
  EXPECT_EQ(lower.size(), 2u);
  std::vector<ReadBlock> larger = {block_of({line_of("a", 100, 100)}),
                                   block_of({line_of("b", 212, 100)})};
  larger[0].lines[0].size_px = 2 * em;
  join_torn_lines(larger);
  EXPECT_EQ(larger.size(), 2u);
}

TEST(TornLines, NothingIsNothing) {
  std::vector<ReadBlock> none;
  join_torn_lines(none);
  EXPECT_TRUE(none.empty());
}

TEST(LostLines, GoIntoTheBlockTheyStandIn) {
  std::vector<ReadBlock> blocks = {
      block_of({line_of("left column", 100, 100), line_of("goes on", 100, 220)}),
      block_of({line_of("right column", 600, 100), line_of("goes on", 600, 220)})};
  insert_lost_lines(blocks, {line_of("lost here", 600, 160), line_of("and below", 100, 280)});
  EXPECT_EQ(text_of(blocks), "left column/goes on/and below|right column/lost here/goes on");
}

TEST(LostLines, FarFromEveryBlockTheyAreOne) {
  std::vector<ReadBlock> blocks = {block_of({line_of("first one", 100, 100)}),
                                   block_of({line_of("last one", 100, 900)})};
  insert_lost_lines(blocks, {line_of("all alone", 100, 500)});
  EXPECT_EQ(text_of(blocks), "first one|all alone|last one");
}

std::vector<Box> letters(int n, double x, double y) {
  std::vector<Box> boxes;
  for (int i = 0; i < n; ++i) boxes.push_back({x + 25 * i, y, x + 25 * i + 18, y + 24});
  return boxes;
}

TEST(RowsOfLetters, AreFoundAmongSpecks) {
  std::vector<Box> ink = letters(12, 100, 100);
  const std::vector<Box> second = letters(8, 150, 160);
  ink.insert(ink.end(), second.begin(), second.end());
  for (int i = 0; i < 50; ++i) ink.push_back({7.0 * i, 300, 7.0 * i + 2, 303});  // dust
  ink.push_back({0, 0, 900, 5});                                                 // a rule
  ink.push_back({0, 400, 500, 900});                                             // a picture
  const std::vector<Box> rows = rows_of_letters(ink, em);
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_EQ(rows[0], (Box{100, 100, 393, 124}));
  EXPECT_EQ(rows[1], (Box{150, 160, 343, 184}));
}

TEST(RowsOfLetters, AFewLettersAreNoRowAndTooManyArePicture) {
  EXPECT_TRUE(rows_of_letters(letters(4, 100, 100), em).empty());
  EXPECT_TRUE(rows_of_letters({}, em).empty());
  std::vector<Box> texture;
  for (int i = 0; i < 100; ++i) {
    const std::vector<Box> row = letters(100, 0, 30.0 * i);
    texture.insert(texture.end(), row.begin(), row.end());
  }
  EXPECT_TRUE(rows_of_letters(texture, em).empty());
}

TEST(RowsOfLetters, ThatRunUpThePage) {
  std::vector<Box> ink;
  for (const Box& b : letters(14, 100, 700)) ink.push_back({b.y0, b.x0, b.y1, b.x1});
  const std::vector<Box> flat = letters(12, 100, 100);
  ink.insert(ink.end(), flat.begin(), flat.end());
  const std::vector<Box> rows = turned_rows_of_letters(ink, em);
  ASSERT_EQ(rows.size(), 1u);
  EXPECT_EQ(rows[0], (Box{700, 100, 724, 443}));
  EXPECT_TRUE(turned_rows_of_letters(flat, em).empty());
}

TEST(TurnedRows, OfThePiecesTheEngineFound) {
  const auto piece = [](const Box& box) {
    ReadBlock block = block_of({line_of("a", 0, 0)});
    block.box = block.lines[0].text.box = block.lines[0].text.words[0].box = box;
    return block;
  };
  const std::vector<ReadBlock> blocks = {
      block_of({line_of("a b c", 100, 100), line_of("d e f", 100, 160)}),
      piece({900, 700, 930, 715}), piece({900, 100, 934, 500}), piece({900, 505, 930, 690}),
      piece({905, 1000, 930, 1015})};
  const std::vector<TurnedRow> rows = turned_rows_of(blocks, em);
  ASSERT_EQ(rows.size(), 1u);
  EXPECT_EQ(rows[0].blocks, (std::vector<std::size_t>{1, 2, 3}));
  EXPECT_EQ(rows[0].box, (Box{900, 100, 934, 715}));
}

}  // namespace
}  // namespace linka
