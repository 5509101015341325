// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/block_tree.h"

#include "formats/made_page.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

namespace linka {
namespace {

using testing::ElementsAre;

// A block of so many lines, each as wide as the block.
TextBlock text_at(double x0, double y0, double x1, int lines, BlockKind kind = BlockKind::text) {
  TextBlock block;
  block.kind = kind;
  block.box = {x0, y0, x1, y0 + 50.0 * lines};
  for (int i = 0; i < lines; ++i) {
    TextLine line;
    line.box = {x0, y0 + 50.0 * i, x1, y0 + 50.0 * i + 40};
    TextWord word;
    word.content = "slovo";
    word.box = line.box;
    line.words.push_back(word);
    block.lines.push_back(line);
  }
  return block;
}

PageText page_of(std::vector<TextBlock> blocks) {
  PageText page;
  page.width_px = 2000;
  page.height_px = 3000;
  page.blocks = std::move(blocks);
  return page;
}

// "column(0 figure(1 2)) 3": the blocks by their place in the text.
std::string shape_of(const PageText& page) {
  std::string out;
  const std::function<void(const std::vector<BlockNode>&)> walk =
      [&](const std::vector<BlockNode>& nodes) {
        for (const BlockNode& node : nodes) {
          if (!out.empty() && out.back() != '(') out += ' ';
          if (node.block != nullptr) {
            out += std::to_string(node.block - page.blocks.data());
            continue;
          }
          out += name_of(node.group) + std::string("(");
          walk(node.inside);
          out += ")";
        }
      };
  walk(block_tree(page));
  return out;
}

TEST(BlockTree, OneColumnIsNone) {
  const PageText page =
      page_of({text_at(900, 40, 1100, 1, BlockKind::page_number), text_at(200, 200, 1800, 10),
               text_at(600, 800, 1400, 1, BlockKind::heading), text_at(200, 900, 1800, 20)});
  EXPECT_EQ(shape_of(page), "0 1 2 3");
  EXPECT_EQ(shape_of(page_of({})), "");
}

TEST(BlockTree, ColumnsStandBesideEachOther) {
  const PageText page =
      page_of({text_at(900, 40, 1100, 1, BlockKind::running_head), text_at(200, 200, 950, 10),
               text_at(200, 720, 700, 2), text_at(200, 840, 950, 20), text_at(1050, 200, 1800, 15),
               text_at(1050, 1000, 1800, 15), text_at(900, 2900, 1100, 1, BlockKind::page_number)});
  EXPECT_EQ(shape_of(page), "0 column(1 2 3) column(4 5) 6");
  const std::vector<BlockNode> tree = block_tree(page);
  EXPECT_EQ(tree[1].box, (Box{200, 200, 950, 1840}));
}

TEST(BlockTree, WhatSpansTheColumnsPartsThem) {
  const PageText page = page_of({text_at(200, 100, 1800, 2, BlockKind::heading),
                                 text_at(200, 250, 950, 10), text_at(1050, 250, 1800, 10),
                                 made_picture(BlockKind::illustration, {200, 800, 1800, 1400}),
                                 text_at(200, 1500, 950, 10), text_at(1050, 1500, 1800, 10)});
  EXPECT_EQ(shape_of(page), "0 column(1) column(2) 3 column(4) column(5)");
}

TEST(BlockTree, ThreeColumnsAreThree) {
  const PageText page = page_of({text_at(100, 100, 650, 30), text_at(700, 100, 1250, 28),
                                 text_at(700, 1550, 1100, 2), text_at(1300, 100, 1900, 30)});
  EXPECT_EQ(shape_of(page), "column(0) column(1 2) column(3)");
}

TEST(BlockTree, AFewWordsBesideTheTextAreNoColumn) {
  const PageText page = page_of({text_at(200, 200, 1500, 20), text_at(1600, 400, 1800, 2)});
  EXPECT_EQ(shape_of(page), "0 1");
}

TEST(BlockTree, APictureStandsWithItsCaption) {
  const auto caption = [](double y) { return text_at(300, y, 900, 1, BlockKind::caption); };
  const auto picture = [](double y) {
    return made_picture(BlockKind::illustration, {200, y, 1000, y + 500});
  };
  EXPECT_EQ(shape_of(page_of({picture(100), caption(620), text_at(200, 900, 1800, 10)})),
            "figure(0 1) 2");
  EXPECT_EQ(shape_of(page_of({caption(100), picture(170), caption(800), picture(870)})),
            "figure(0 1) figure(2 3)");
  EXPECT_EQ(shape_of(page_of({picture(100), caption(2000)})), "0 1");  // too far away
  EXPECT_EQ(shape_of(page_of({picture(100), picture(700), caption(1210)})), "0 figure(1 2)");
  EXPECT_EQ(shape_of(page_of({caption(100)})), "0");
}

TEST(BlockTree, NotesStandTogetherWithTheirRule) {
  const PageText page =
      page_of({text_at(200, 200, 1800, 20), made_picture(BlockKind::line, {200, 1300, 600, 1304}),
               text_at(200, 1350, 1800, 2, BlockKind::footnote),
               text_at(200, 1500, 1800, 1, BlockKind::footnote)});
  EXPECT_EQ(shape_of(page), "0 notes(1 2 3)");
  EXPECT_EQ(shape_of(page_of({text_at(200, 1350, 1800, 2, BlockKind::footnote)})), "0");
}

TEST(BlockTree, ColumnsHoldTheirPicturesAndTables) {
  const PageText page = page_of(
      {text_at(200, 200, 950, 10), made_picture(BlockKind::illustration, {250, 750, 900, 1200}),
       text_at(300, 1210, 850, 1, BlockKind::caption), text_at(200, 1300, 950, 4, BlockKind::table),
       text_at(1050, 200, 1800, 30)});
  EXPECT_EQ(shape_of(page), "column(0 figure(1 2) table(3)) column(4)");
}

TEST(BlockTree, EveryWrittenBlockStandsOnceAndInOrder) {
  for (const PageText& page : {made_page(), nonsense_page()}) {
    std::vector<const TextBlock*> seen;
    const std::function<void(const std::vector<BlockNode>&)> walk =
        [&](const std::vector<BlockNode>& nodes) {
          for (const BlockNode& node : nodes) {
            EXPECT_EQ(node.block == nullptr, !node.inside.empty());
            if (node.block != nullptr) seen.push_back(node.block);
            walk(node.inside);
          }
        };
    walk(block_tree(page));
    EXPECT_TRUE(std::is_sorted(seen.begin(), seen.end()));
    EXPECT_GE(seen.size(), page.blocks.size() - 1);
  }
}

TEST(BlockTree, HundredsOfBlocksAreTakenAsTheyStand) {
  std::vector<TextBlock> many;
  for (int i = 0; i < 1000; ++i)
    many.push_back(text_at(i % 2 * 1000, i * 2, i % 2 * 1000 + 900, 4));
  EXPECT_EQ(block_tree(page_of(many)).size(), 1000u);
}

}  // namespace
}  // namespace linka
