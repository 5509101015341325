// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/page_text.h"

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

bool joined(const std::string& first, const std::string& second, bool equals_sign = false) {
  PageText page;
  page.blocks = {block_of({first, second})};
  mark_hyphens(page, equals_sign);
  return page.blocks[0].lines[0].hyphen_at_end;
}

TEST(PageTextHyphens, JoinAWordThatGoesOn) {
  EXPECT_TRUE(joined("byl zlu-", "ťoučký kůň"));
  EXPECT_TRUE(joined("po\u2010", "žár"));
  EXPECT_TRUE(joined("po\u00ad", "žár"));
  EXPECT_TRUE(joined("Ge\u2e17", "ſang"));
  EXPECT_TRUE(joined("KNI-", "HOVNA"));
}

TEST(PageTextHyphens, LeaveOtherDashesAlone) {
  EXPECT_FALSE(joined("Rakousko-", "Uhersko"));
  EXPECT_FALSE(joined("řekl -", "a odešel"));
  EXPECT_FALSE(joined("1848-", "devět"));
  EXPECT_FALSE(joined("po-", "1848"));
  EXPECT_FALSE(joined("konec", "věty"));
  EXPECT_FALSE(joined("-", "a"));
}

TEST(PageTextHyphens, EqualsSignCountsOnlyWhereAsked) {
  EXPECT_FALSE(joined("Ge=", "fang"));
  EXPECT_TRUE(joined("Ge=", "fang", true));
}

TEST(PageTextHyphens, JoinAcrossTextBlocksButNotOverAHeading) {
  PageText page;
  page.blocks = {block_of({"první slou-"}), block_of({"pec běží do-"}),
                 block_of({"nadpis"}, BlockKind::heading), block_of({"konec"})};
  mark_hyphens(page, false);
  EXPECT_TRUE(page.blocks[0].lines[0].hyphen_at_end);
  EXPECT_FALSE(page.blocks[1].lines[0].hyphen_at_end);
}

TEST(PageTextHyphens, JoinOverWhatStandsBesideTheText) {
  PageText page;
  page.blocks = {block_of({"první slou-"}), block_of({}, BlockKind::illustration),
                 block_of({"*) po-", "známka"}, BlockKind::footnote), block_of({"pec"})};
  mark_hyphens(page, false);
  EXPECT_TRUE(page.blocks[0].lines[0].hyphen_at_end);
  EXPECT_TRUE(page.blocks[2].lines[0].hyphen_at_end);
  EXPECT_FALSE(page.blocks[2].lines[1].hyphen_at_end);
}

TEST(PageTextHyphens, SurviveBytesThatAreNotText) {
  EXPECT_FALSE(joined("\xff\xfe-", "\x80"));
  EXPECT_FALSE(joined("\xc5-", "\xc5"));
}

TEST(PageTextPlain, EndsLinesAndPartsBlocks) {
  PageText page;
  page.blocks = {block_of({"a b", "c"}), block_of({}, BlockKind::illustration), block_of({"d"})};
  EXPECT_EQ(plain_text(page), "a b\nc\n\nd\n");
  EXPECT_EQ(word_count(page), 4u);
}

}  // namespace
}  // namespace linka
