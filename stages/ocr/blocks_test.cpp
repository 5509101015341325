// SPDX-License-Identifier: GPL-3.0-or-later
#include "stages/ocr/blocks_kind.h"
#include "stages/ocr/blocks_order.h"

#include <gtest/gtest.h>

#include <sstream>

namespace linka {
namespace {

constexpr double em = 40;
constexpr double pitch = 50;

// One word for the whole line, `width` px wide; the baseline at y.
ReadLine line_of(const std::string& text, double x, double y, double width, double size = em) {
  ReadLine line;
  std::istringstream in(text);
  std::vector<std::string> words;
  for (std::string word; in >> word;) words.push_back(word);
  const double step = width / static_cast<double>(words.size());
  for (std::size_t i = 0; i < words.size(); ++i) {
    TextWord& word = line.text.words.emplace_back();
    word.content = words[i];
    const double at = x + step * static_cast<double>(i);
    word.box = {at, y - 0.75 * size, i + 1 < words.size() ? at + 0.8 * step : x + width, y};
    word.confidence = 0.9;
  }
  line.text.box = {x, y - 0.75 * size, x + width, y};
  line.text.baseline_y = line.end_baseline_y = y;
  line.size_px = size;
  return line;
}

// `n` lines named a0, a1 ..., each with some letters more.
ReadBlock column(const std::string& name, int n, double x, double y, double width,
                 double size = em) {
  std::vector<ReadLine> lines;
  for (int i = 0; i < n; ++i)
    lines.push_back(line_of(name + std::to_string(i) + " textem plněný řádek", x,
                            y + pitch * i * size / em, width, size));
  return block_of_lines(std::move(lines), BlockKind::text);
}

ReadBlock one(const std::string& text, double x, double y, double width, double size = em) {
  return block_of_lines({line_of(text, x, y, width, size)}, BlockKind::text);
}

ReadBlock drawn(BlockKind kind, const Box& box) {
  ReadBlock block;
  block.kind = kind;
  block.box = box;
  return block;
}

// The first word of each block.
std::string order_of(const std::vector<ReadBlock>& blocks) {
  std::string out;
  for (const ReadBlock& block : blocks)
    out += (out.empty() ? "" : " ") +
           (block.lines.empty() ? std::string("-") : block.lines[0].text.words[0].content);
  return out;
}

BlockKind kind_of(const std::vector<ReadBlock>& blocks, const std::string& first_word) {
  for (const ReadBlock& block : blocks)
    if (!block.lines.empty() && block.lines[0].text.words[0].content == first_word)
      return block.kind;
  ADD_FAILURE() << "no block begins with " << first_word;
  return BlockKind::line;
}

TEST(Order, ColumnsOfTwoArticlesOneUnderTheOther) {
  // As the engine gives them: down the left column, then down the right one.
  std::vector<ReadBlock> blocks = {column("a", 8, 100, 200, 600), column("c", 8, 100, 900, 600),
                                   one("Nadpis článku", 500, 720, 500, 60),
                                   column("b", 8, 760, 200, 600), column("d", 8, 760, 900, 600)};
  order_blocks(blocks);
  EXPECT_EQ(order_of(blocks), "a0 b0 Nadpis c0 d0");
}

TEST(Order, AColumnThatRunsPastTheHeadingIsParted) {
  ReadBlock left = column("a", 8, 100, 200, 600);
  for (const ReadLine& line : column("c", 8, 100, 900, 600).lines) left.lines.push_back(line);
  std::vector<ReadBlock> blocks = {
      block_of_lines(left.lines, BlockKind::text), column("b", 8, 760, 200, 600),
      one("Nadpis článku", 500, 720, 500, 60), column("d", 8, 760, 900, 600)};
  order_blocks(blocks);
  EXPECT_EQ(order_of(blocks), "a0 b0 Nadpis c0 d0");
}

TEST(Order, AHeadingOfOneColumnPartsNothing) {
  std::vector<ReadBlock> blocks = {column("a", 8, 100, 200, 600), one("Nadpis", 250, 720, 300, 60),
                                   column("c", 8, 100, 900, 600), column("b", 20, 760, 200, 600)};
  order_blocks(blocks);
  EXPECT_EQ(order_of(blocks), "a0 Nadpis c0 b0");
}

TEST(Order, AHeadingOverTwoOfThreeColumns) {
  std::vector<ReadBlock> blocks = {
      one("Noviny", 100, 90, 1920, 80),        column("a", 8, 100, 200, 600),
      column("c", 8, 100, 900, 600),           column("b", 8, 760, 200, 600),
      one("Nadpis článku", 500, 720, 500, 60), column("d", 8, 760, 900, 600),
      column("e", 20, 1420, 200, 600)};
  order_blocks(blocks);
  EXPECT_EQ(order_of(blocks), "Noviny a0 b0 Nadpis c0 d0 e0");
}

TEST(Order, OneColumnStaysAsItIs) {
  std::vector<ReadBlock> blocks = {column("b", 8, 100, 700, 900), one("Nadpis", 300, 650, 300),
                                   column("a", 8, 100, 200, 900)};
  order_blocks(blocks);
  EXPECT_EQ(order_of(blocks), "b0 Nadpis a0");
}

TEST(Order, WordsScatteredOverAMapComeRowByRow) {
  const Box frame{200, 260, 2300, 3200};
  std::vector<ReadBlock> blocks = {
      one("Hůrka", 570, 2948, 92),     one("Brod", 1094, 1957, 70),
      one("Mapa", 1118, 244, 264, 60), one("Zálesí", 1381, 914, 89),
      one("Lhota", 381, 920, 86),      drawn(BlockKind::illustration, frame),
      one("Měřítko", 1105, 3249, 290)};
  arrange_blocks(blocks);
  EXPECT_EQ(order_of(blocks), "Mapa - Lhota Zálesí Brod Hůrka Měřítko");
}

TEST(Order, ListsSideBySideStayAsTheyAre) {
  std::vector<ReadBlock> blocks = {column("a", 8, 100, 200, 260), one("Nadpis", 500, 150, 200),
                                   column("b", 8, 460, 200, 260)};
  arrange_blocks(blocks);
  EXPECT_EQ(order_of(blocks), "a0 Nadpis b0");
}

TEST(Tables, PageNumbersGoToTheirRows) {
  std::vector<ReadLine> titles, numbers;
  for (int i = 0; i < 6; ++i) {
    titles.push_back(line_of("Kapitola " + std::to_string(i), 100, 200 + pitch * i, 500));
    numbers.push_back(line_of(std::to_string(10 + 7 * i), 900, 201 + pitch * i, 40));
  }
  std::vector<ReadBlock> blocks = {block_of_lines(titles, BlockKind::text),
                                   block_of_lines(numbers, BlockKind::text)};
  join_table_rows(blocks);
  ASSERT_EQ(blocks.size(), 1u);
  EXPECT_EQ(blocks[0].kind, BlockKind::table);
  ASSERT_EQ(blocks[0].lines.size(), 6u);
  EXPECT_EQ(blocks[0].lines[3].text.words.back().content, "31");
  EXPECT_EQ(blocks[0].box.x1, 940);
}

TEST(Tables, ColumnsOfProseAndLineNumbersAreNone) {
  std::vector<ReadBlock> prose = {column("a", 8, 100, 200, 600), column("b", 8, 760, 200, 600)};
  join_table_rows(prose);
  EXPECT_EQ(prose.size(), 2u);
  std::vector<ReadLine> numbers;
  for (int i = 4; i < 20; i += 5)
    numbers.push_back(line_of(std::to_string(i + 1), 900, 200 + pitch * i, 40));
  std::vector<ReadBlock> verse = {column("a", 20, 100, 200, 600),
                                  block_of_lines(numbers, BlockKind::text)};
  join_table_rows(verse);
  EXPECT_EQ(verse.size(), 2u);
}

TEST(PageNumbers, AsTheyArePrinted) {
  const auto says = [](const std::string& text, bool capitals) {
    return is_page_number(line_of(text, 0, 100, 100), capitals);
  };
  for (const char* text : {"12", "— 12 —", "[7]", "xiv", "(123)", "12*", "- 3 -", "4."})
    EXPECT_TRUE(says(text, false)) << text;
  for (const char* text : {"12345", "kapitola", "", "—", "1 a", "A 3"})
    EXPECT_FALSE(!std::string(text).empty() && says(text, false)) << text;
  EXPECT_FALSE(says("XIV", false));
  EXPECT_TRUE(says("XIV", true));
}

TEST(Kinds, HeadWithNumberFarToTheRightComesFirst) {
  std::vector<ReadBlock> blocks = {one("Kytice básní", 400, 100, 300),
                                   column("a", 20, 100, 220, 900), one("57", 960, 100, 40)};
  arrange_blocks(blocks);
  EXPECT_EQ(order_of(blocks), "Kytice 57 a0");
  EXPECT_EQ(kind_of(blocks, "Kytice"), BlockKind::running_head);
  EXPECT_EQ(kind_of(blocks, "57"), BlockKind::page_number);
}

TEST(Kinds, NumberInTheSameBlockAsTheBodyIsTakenOut) {
  std::vector<ReadLine> lines = {line_of("140", 100, 100, 60)};
  for (const ReadLine& line : column("a", 20, 100, 220, 900).lines) lines.push_back(line);
  std::vector<ReadBlock> blocks = {block_of_lines(lines, BlockKind::text)};
  arrange_blocks(blocks);
  EXPECT_EQ(order_of(blocks), "140 a0");
  EXPECT_EQ(kind_of(blocks, "140"), BlockKind::page_number);
  EXPECT_EQ(kind_of(blocks, "a0"), BlockKind::text);
}

TEST(Kinds, FootnotesAndTheNumberAtTheFoot) {
  std::vector<ReadBlock> blocks = {
      column("a", 16, 100, 220, 900), drawn(BlockKind::line, {100, 1010, 400, 1013}),
      column("*)", 3, 100, 1060, 900, 32), one("— 14 —", 500, 1300, 120)};
  arrange_blocks(blocks);
  EXPECT_EQ(order_of(blocks), "a0 - *)0 —");
  EXPECT_EQ(kind_of(blocks, "*)0"), BlockKind::footnote);
  EXPECT_EQ(kind_of(blocks, "—"), BlockKind::page_number);
}

TEST(Kinds, FootnotesInTheBlockOfTheBody) {
  ReadBlock body = column("a", 16, 100, 220, 900);
  for (const ReadLine& line : column("*)", 1, 100, 1080, 900, 32).lines) body.lines.push_back(line);
  for (const ReadLine& line : column("n", 2, 100, 1120, 900, 32).lines) body.lines.push_back(line);
  std::vector<ReadBlock> blocks = {block_of_lines(body.lines, BlockKind::text)};
  arrange_blocks(blocks);
  EXPECT_EQ(order_of(blocks), "a0 *)0");
  EXPECT_EQ(kind_of(blocks, "*)0"), BlockKind::footnote);
}

TEST(Kinds, NotesInTheMarginFollowTheirBlock) {
  std::vector<ReadBlock> blocks = {column("m", 2, 1050, 240, 180, 28),
                                   column("n", 2, 1050, 860, 180, 28),
                                   column("a", 10, 100, 220, 900), column("b", 10, 100, 800, 900)};
  arrange_blocks(blocks);
  EXPECT_EQ(order_of(blocks), "a0 m0 b0 n0");
  EXPECT_EQ(kind_of(blocks, "m0"), BlockKind::marginalia);
}

TEST(Kinds, HeadingsByTheirSizeOrPlace) {
  std::vector<ReadBlock> blocks = {one("VELKÝ", 350, 200, 400, 64), column("a", 10, 100, 320, 900),
                                   one("Uprostřed", 450, 900, 200), column("b", 10, 100, 1000, 900),
                                   one("nalevo", 100, 1540, 200)};
  arrange_blocks(blocks);
  EXPECT_EQ(kind_of(blocks, "VELKÝ"), BlockKind::heading);
  EXPECT_EQ(kind_of(blocks, "Uprostřed"), BlockKind::heading);
  EXPECT_EQ(kind_of(blocks, "a0"), BlockKind::text);
  EXPECT_EQ(kind_of(blocks, "nalevo"), BlockKind::text);
}

TEST(Kinds, ThePictureGoesBesideItsCaption) {
  std::vector<ReadBlock> blocks = {
      drawn(BlockKind::illustration, {200, 800, 900, 1200}), column("a", 10, 100, 220, 900),
      one("Obr. 3.", 400, 1260, 300, 34), column("b", 10, 100, 1400, 900),
      drawn(BlockKind::illustration, {450, 1930, 650, 1990})};
  arrange_blocks(blocks);
  EXPECT_EQ(order_of(blocks), "a0 - Obr. b0 -");
  EXPECT_EQ(kind_of(blocks, "Obr."), BlockKind::caption);
  EXPECT_EQ(blocks[1].kind, BlockKind::illustration);
  EXPECT_EQ(blocks[4].kind, BlockKind::ornament);
}

TEST(Kinds, Catchword) {
  std::vector<ReadBlock> blocks = {column("a", 20, 100, 220, 900), one("slo-", 900, 1220, 100)};
  arrange_blocks(blocks);
  EXPECT_EQ(kind_of(blocks, "slo-"), BlockKind::catchword);
}

TEST(Kinds, PagesWithoutABodyAndOddOnesStay) {
  std::vector<ReadBlock> title = {one("KYTICE", 300, 300, 400, 90), one("1861", 450, 900, 90)};
  arrange_blocks(title);
  EXPECT_EQ(order_of(title), "KYTICE 1861");
  EXPECT_EQ(kind_of(title, "1861"), BlockKind::text);
  std::vector<ReadBlock> none;
  arrange_blocks(none);
  std::vector<ReadBlock> picture = {drawn(BlockKind::illustration, {0, 0, 9, 9})};
  arrange_blocks(picture);
  EXPECT_EQ(picture.size(), 1u);
  std::vector<ReadBlock> same(50, column("a", 8, 100, 100, 600));
  arrange_blocks(same);
  std::vector<ReadBlock> sizeless = {column("a", 8, 100, 100, 600, 0)};
  arrange_blocks(sizeless);
}

}  // namespace
}  // namespace linka
