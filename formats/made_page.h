// SPDX-License-Identifier: GPL-3.0-or-later
// Pages of text for tests: one with everything a page can have, and one of nonsense.
#pragma once

#include "model/page_text.h"

#include <limits>
#include <sstream>
#include <string>
#include <vector>

namespace linka {

// Words of 100 x 40 px each, 20 px apart, from x, y on.
inline TextLine made_line(const std::string& words, double x, double y, bool hyphen = false) {
  TextLine line;
  std::istringstream in(words);
  for (std::string content; in >> content; x += 120) {
    TextWord word;
    word.content = content;
    word.box = {x, y, x + 100, y + 40};
    word.confidence = 0.956;
    word.font_size_pt = 11;
    line.box = line.words.empty() ? word.box : hull(line.box, word.box);
    line.words.push_back(word);
  }
  line.baseline_y = y + 30.4;
  line.hyphen_at_end = hyphen;
  return line;
}

inline TextBlock made_block(BlockKind kind, const std::vector<TextLine>& lines) {
  TextBlock block;
  block.kind = kind;
  block.lines = lines;
  block.box = lines.front().box;
  for (const TextLine& line : lines) block.box = hull(block.box, line.box);
  block.language = "cze";
  return block;
}

inline TextBlock made_picture(BlockKind kind, const Box& box) {
  TextBlock block;
  block.kind = kind;
  block.box = box;
  return block;
}

// A block of every kind; text with a broken word, with old letters, with another reading.
inline PageText made_page() {
  PageText page;
  page.width_px = 1748;
  page.height_px = 2480;
  page.mean_confidence = 0.956;
  page.engine = "Tesseract";
  page.engine_version = "5.3.0";
  page.models = "ces+frk";
  page.estimated_word_error = 0.03;
  page.blocks = {
      made_block(BlockKind::heading, {made_line("Nadpis", 200, 140)}),
      made_block(BlockKind::text,
                 {made_line("byl zlu-", 200, 240, true), made_line("ťoučký kůň,", 200, 300)}),
      made_block(BlockKind::text, {made_line("Maiſtat & <Rakousko-", 200, 400),
                                   made_line("Uhersko \"dům\"", 200, 460)}),
      made_block(BlockKind::table, {made_line("1 2", 200, 600), made_line("3 4", 200, 660)}),
      made_picture(BlockKind::illustration, {200, 800, 900, 1400}),
      made_block(BlockKind::caption, {made_line("Obr. 1", 200, 1420)}),
      made_picture(BlockKind::line, {200, 1500, 1500, 1504}),
      made_block(BlockKind::footnote, {made_line("1) Pozn.", 200, 1600)}),
      made_block(BlockKind::marginalia, {made_line("srv.", 1600, 700)}),
      made_block(BlockKind::page_number, {made_line("12", 900, 2300)}),
      made_block(BlockKind::running_head, {made_line("Hlava", 900, 60)}),
      made_block(BlockKind::catchword, {made_line("další", 1500, 2200)}),
      made_picture(BlockKind::ornament, {600, 1800, 1000, 2000}),
      made_block(BlockKind::signature, {made_line("5*", 300, 2300)}),
  };
  page.blocks[2].lines[0].words[0].bold = true;
  page.blocks[2].lines[1].words[0].alternatives = {{"Uherfko", 0.3}, {"", 0.1}};
  page.blocks[2].lines[0].words[1].italic = true;
  page.blocks[2].lines[0].words[1].language = "deu";
  page.blocks[2].lines[0].words[0].language = "frk";
  page.blocks[2].lines[1].words[1].font_family = "Old \"Standard\"";
  return page;
}

// Boxes outside, upside down and endless; broken UTF-8, control characters, nothing at all.
inline PageText nonsense_page() {
  const double endless = std::numeric_limits<double>::infinity();
  const double no_number = std::numeric_limits<double>::quiet_NaN();
  PageText page = made_page();
  page.blocks[0].box = {-50, -50, 9999, 9999};
  page.blocks[1].box = {900, 900, 100, 100};
  page.blocks[1].lines[0].box = {endless, -endless, no_number, 3};
  page.blocks[1].lines[0].baseline_y = no_number;
  page.blocks[1].lines[1].words[0].box = {no_number, endless, -endless, 0};
  page.blocks[1].lines[1].words[0].confidence = no_number;
  page.blocks[1].lines[1].words[0].content = "a\x01\xff\xfe";
  page.blocks[1].lines[1].words[1].content.clear();
  page.blocks[1].language = "no language!";
  page.blocks[2].lines[0].words[0].font_size_pt = -endless;
  page.blocks[2].lines[0].words[0].confidence = 7;
  page.blocks[2].lines[1].words.clear();
  page.blocks[2].lines[1].hyphen_at_end = true;
  page.blocks[3].lines.clear();
  page.blocks[5].lines[0].hyphen_at_end = true;
  page.mean_confidence = -1;
  return page;
}

}  // namespace linka
