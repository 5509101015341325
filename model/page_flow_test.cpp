// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/page_flow.h"

#include <gtest/gtest.h>

#include <sstream>

namespace linka {
namespace {

TextBlock block_of(const std::vector<std::string>& lines, BlockKind kind = BlockKind::text) {
  TextBlock block;
  block.kind = kind;
  for (const std::string& text : lines) {
    TextLine line;
    std::istringstream in(text);
    for (std::string content; in >> content;) {
      line.words.emplace_back();
      line.words.back().content = content;
    }
    block.lines.push_back(line);
  }
  return block;
}

PageText page_of(std::vector<TextBlock> blocks, bool equals_sign = false) {
  PageText page;
  page.blocks = std::move(blocks);
  if (equals_sign) page.models = "frk+Fraktur";
  mark_hyphens(page, equals_sign);
  return page;
}

// "begin|end" of the word that the end of the first page breaks; empty when it breaks none.
std::string joined(const PageText& before, const PageText& after) {
  const auto word = join_across(edge_of(before), edge_of(after));
  return word ? word->begin + "|" + word->end : std::string();
}
std::string joined(const std::string& before, const std::string& after) {
  return joined(page_of({block_of({before})}), page_of({block_of({after})}));
}

TEST(PageFlow, ALineGoesOnInTheNextOfItsText) {
  const PageText page = page_of(
      {block_of({"a", "b"}), block_of({"1) note", "more"}, BlockKind::footnote), block_of({"c"}),
       block_of({"head"}, BlockKind::heading), block_of({"d", ""}), block_of({"e"})});
  const std::vector<FlowLine> lines = flow_lines(page);
  ASSERT_EQ(lines.size(), 8u);
  const std::vector<std::optional<std::size_t>> next = {1, 4, 3, {}, {}, {}, 7, {}};
  for (std::size_t i = 0; i < lines.size(); ++i) EXPECT_EQ(lines[i].next, next[i]) << i;
}

TEST(PageFlow, RunningTextBeginsAndEndsBetweenWhatLiesBesideIt) {
  const PageText page = page_of(
      {block_of({"head"}, BlockKind::running_head), block_of({"first", "b"}), block_of({"last"}),
       block_of({"*) note"}, BlockKind::footnote), block_of({"12"}, BlockKind::page_number)});
  ASSERT_NE(first_running_line(page), nullptr);
  EXPECT_EQ(first_running_line(page)->words[0].content, "first");
  EXPECT_EQ(last_running_line(page)->words[0].content, "last");
  const PageText chapter = page_of({block_of({"I."}, BlockKind::heading), block_of({"text"})});
  EXPECT_EQ(first_running_line(chapter), nullptr);
  EXPECT_NE(last_running_line(chapter), nullptr);
  EXPECT_EQ(last_running_line({}), nullptr);
}

TEST(PageFlow, AWordIsBrokenByTheEndOfAPage) {
  EXPECT_EQ(joined("byl zlu-", "ťoučký kůň"), "zlu|ťoučký");
  EXPECT_EQ(joined("KNI-", "HOVNA"), "KNI|HOVNA");
  EXPECT_EQ(joined("Rakousko-", "Uhersko"), "");
  EXPECT_EQ(joined("konec", "věty"), "");
  EXPECT_EQ(joined("1848-", "devět"), "");
}

TEST(PageFlow, TheEqualsSignJoinsPagesOfFraktur) {
  EXPECT_EQ(joined("Ge=", "fang"), "");
  EXPECT_EQ(joined(page_of({block_of({"Ge="})}, true), page_of({block_of({"fang"})}, true)),
            "Ge|fang");
}

TEST(PageFlow, WhatLiesBesideTheTextIsPassedOver) {
  const PageText before =
      page_of({block_of({"57"}, BlockKind::page_number), block_of({"byl zlu-"}),
               block_of({"1) srov-"}, BlockKind::footnote),
               block_of({"ťoučký"}, BlockKind::catchword), block_of({"5*"}, BlockKind::signature)});
  const PageText after =
      page_of({block_of({"hlava"}, BlockKind::running_head),
               block_of({"srv."}, BlockKind::marginalia), block_of({"ťoučký kůň"})});
  EXPECT_EQ(joined(before, after), "zlu|ťoučký");
}

TEST(PageFlow, AHeadingEndsTheText) {
  const PageText before = page_of({block_of({"byl zlu-"})});
  EXPECT_EQ(joined(before, page_of({block_of({"nadpis"}, BlockKind::heading), block_of({"ty"})})),
            "");
  EXPECT_EQ(joined(page_of({block_of({"zlu-"}), block_of({"n"}, BlockKind::heading)}),
                   page_of({block_of({"ty"})})),
            "");
}

TEST(PageFlow, AWordMayFillWholeLinesOnBothSides) {
  EXPECT_EQ(joined(page_of({block_of({"a nej-", "nebez-"})}),
                   page_of({block_of({"pečněj-", "ší ze všech"})})),
            "nejnebez|pečnější");
}

TEST(PageFlow, SeamsPassOverBlankPagesAndPlatesButNotOverGaps) {
  const auto text = [](const std::string& line) {
    return std::optional(edge_of(page_of({block_of({line})})));
  };
  const std::optional<PageEdge> blank = edge_of({});
  const std::optional<PageEdge> plate = edge_of(
      page_of({block_of({}, BlockKind::illustration), block_of({"obr. 5-"}, BlockKind::caption),
               block_of({"57"}, BlockKind::page_number)}));
  const auto seams = seams_of({text("byl zlu-"), blank, plate, text("ťoučký a sta-"), text("rý"),
                               text("ne-"), std::nullopt, text("spojí")});
  ASSERT_EQ(seams.size(), 8u);
  EXPECT_EQ(seams[0].previous_end, "");
  EXPECT_EQ(seams[0].next_begin, "ťoučký");
  EXPECT_EQ(seams[1].next_begin + seams[2].previous_end, "");
  EXPECT_EQ(seams[3].previous_end, "zlu");
  EXPECT_EQ(seams[3].next_begin, "rý");
  EXPECT_EQ(seams[4].previous_end, "sta");
  EXPECT_EQ(seams[5].next_begin + seams[7].previous_end, "");
  EXPECT_TRUE(seams_of({}).empty());
}

TEST(PageFlow, BytesThatAreNotTextJoinNothing) {
  EXPECT_EQ(joined("\xc5-", "\xc5"), "");
  EXPECT_EQ(joined("-", "a"), "");
  EXPECT_EQ(joined("", ""), "");
}

}  // namespace
}  // namespace linka
