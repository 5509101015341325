// SPDX-License-Identifier: GPL-3.0-or-later
#include "workspace/page_text_json.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace linka {
namespace {
using nlohmann::json;

TextWord word_of(const std::string& content, const Box& box, double confidence = 0) {
  TextWord word;
  word.content = content;
  word.box = box;
  word.confidence = confidence;
  return word;
}

TextBlock block_of(BlockKind kind, const Box& box) {
  TextBlock block;
  block.kind = kind;
  block.box = box;
  return block;
}

PageText full_page() {
  PageText page;
  page.width_px = 1748;
  page.height_px = 2480;
  page.mean_confidence = 0.1 + 0.2;
  page.engine = "Tesseract";
  page.engine_version = "5.3.0";
  page.models = "ces+deu";
  TextBlock block = block_of(BlockKind::heading, {1, 2, 300, 40.25});
  block.language = "cze";
  TextLine line{.box = {1, 2, 300, 40}, .baseline_y = 1.0 / 3, .words = {}, .hyphen_at_end = true};
  line.words.push_back({.content = "žluťou\"čký-\n",
                        .box = {1, 2, 299.99999999999994, 40},
                        .confidence = 0.9629150390625,
                        .font_family = "Serif",
                        .font_size_pt = 11.5,
                        .bold = true,
                        .italic = true,
                        .language = "deu",
                        .alternatives = {{"žlutoučky-", 0.25}, {"zluťoučký-", 0.1}}});
  line.words.push_back(word_of("kůň", {-0.0, 0, 5e-324, 1e300}));
  block.lines = {line, TextLine{}};
  page.blocks = {block, block_of(BlockKind::illustration, {0, 50, 10, 60}),
                 block_of(BlockKind::line, {0, 70, 100, 71})};
  return page;
}

void expect_same(const PageText& a, const PageText& b) {
  EXPECT_EQ(a.width_px, b.width_px);
  EXPECT_EQ(a.height_px, b.height_px);
  EXPECT_EQ(a.mean_confidence, b.mean_confidence);
  EXPECT_EQ(a.engine, b.engine);
  EXPECT_EQ(a.engine_version, b.engine_version);
  EXPECT_EQ(a.models, b.models);
  ASSERT_EQ(a.blocks.size(), b.blocks.size());
  for (std::size_t i = 0; i < a.blocks.size(); ++i) {
    const TextBlock &p = a.blocks[i], &q = b.blocks[i];
    EXPECT_EQ(p.kind, q.kind);
    EXPECT_EQ(p.box, q.box);
    EXPECT_EQ(p.language, q.language);
    ASSERT_EQ(p.lines.size(), q.lines.size());
    for (std::size_t k = 0; k < p.lines.size(); ++k) {
      const TextLine &l = p.lines[k], &m = q.lines[k];
      EXPECT_EQ(l.box, m.box);
      EXPECT_EQ(l.baseline_y, m.baseline_y);
      EXPECT_EQ(l.hyphen_at_end, m.hyphen_at_end);
      ASSERT_EQ(l.words.size(), m.words.size());
      for (std::size_t w = 0; w < l.words.size(); ++w) {
        const TextWord &x = l.words[w], &y = m.words[w];
        EXPECT_EQ(x.content, y.content);
        EXPECT_EQ(x.box, y.box);
        EXPECT_EQ(x.confidence, y.confidence);
        EXPECT_EQ(x.font_family, y.font_family);
        EXPECT_EQ(x.font_size_pt, y.font_size_pt);
        EXPECT_EQ(x.bold, y.bold);
        EXPECT_EQ(x.italic, y.italic);
        EXPECT_EQ(x.language, y.language);
        ASSERT_EQ(x.alternatives.size(), y.alternatives.size());
        for (std::size_t n = 0; n < x.alternatives.size(); ++n) {
          EXPECT_EQ(x.alternatives[n].content, y.alternatives[n].content);
          EXPECT_EQ(x.alternatives[n].confidence, y.alternatives[n].confidence);
        }
      }
    }
  }
}

TEST(PageTextJson, ComesBackExactly) {
  const PageText page = full_page();
  const std::string written = to_json(page).dump();
  const auto back = page_text_from_json(json::parse(written));
  ASSERT_TRUE(back) << back.error().message;
  expect_same(*back, page);
  EXPECT_EQ(to_json(*back).dump(), written);
}

TEST(PageTextJson, AnEmptyPageComesBack) {
  PageText page;
  page.width_px = 3;
  page.height_px = 4;
  EXPECT_EQ(to_json(page).dump(), R"({"blocks":[],"size":[3,4]})");
  const auto back = page_text_from_json(to_json(page));
  ASSERT_TRUE(back);
  expect_same(*back, page);
}

TEST(PageTextJson, AWordIsShort) {
  PageText page;
  TextBlock block;
  TextLine line;
  line.box = {0, 0, 9, 8};
  line.baseline_y = 7;
  line.words = {word_of("ano", {1, 2, 3, 4}, 0.5)};
  block.lines = {line};
  page.blocks.push_back(block);
  EXPECT_EQ(to_json(page)["blocks"][0]["l"][0].dump(),
            R"({"b":[0,0,9,8],"w":[{"b":[1,2,3,4],"c":0.5,"t":"ano"}],"y":7})");
}

TEST(PageTextJson, UnknownKeysArePassedOver) {
  const auto text = page_text_from_json(
      json::parse(R"({"size":[1,2],"later":1,"blocks":[{"later":[],"l":[{"later":0}]}]})"));
  ASSERT_TRUE(text);
  EXPECT_EQ(text->blocks.at(0).lines.size(), 1u);
}

TEST(PageTextJson, WhatIsNoTextIsRefused) {
  for (const char* bad :
       {"null", "[]", "3", "{}", R"({"size":[1]})", R"({"size":[-1,2]})", R"({"size":[1e20,2]})",
        R"({"size":["1",2]})", R"({"size":[1,2],"blocks":{}})", R"({"size":[1,2],"blocks":[1]})",
        R"({"size":[1,2],"blocks":[{"k":"poem"}]})", R"({"size":[1,2],"blocks":[{"b":[1,2,3]}]})",
        R"({"size":[1,2],"blocks":[{"b":[1,2,3,true]}]})",
        R"({"size":[1,2],"blocks":[{"l":[[]]}]})", R"({"size":[1,2],"blocks":[{"l":[{"w":[7]}]}]})",
        R"({"size":[1,2],"blocks":[{"l":[{"w":[{"t":7}]}]}]})", R"({"size":[1,2],"engine":[]})"}) {
    const auto text = page_text_from_json(json::parse(bad));
    ASSERT_FALSE(text) << bad;
    EXPECT_EQ(text.error().kind, ErrorKind::bad_input) << bad;
  }
}

}  // namespace
}  // namespace linka
