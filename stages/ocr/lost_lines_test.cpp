// SPDX-License-Identifier: GPL-3.0-or-later
#include "stages/ocr/lost_lines.h"

#include "stages/ocr/models.h"
#include "stages/ocr/ocr_test_page.h"

#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

namespace linka {
namespace {

constexpr Dpi dpi{300, 300};

// `page` with a river of 1 mm, a bar across the first `bar_mm` and hatching below it.
Image drawn_over(const Image& page, double bar_mm) {
  return Image::make(page.width(), page.height(), 1, dpi, nullptr, [&](std::uint8_t* out) {
    for (int y = 0; y < page.height(); ++y)
      for (int x = 0; x < page.width(); ++x) {
        const double x_mm = x / dpi.x * 25.4, y_mm = y / dpi.y * 25.4;
        const bool river = std::abs(y_mm - 34 - 3 * std::sin(x_mm / 6)) < 0.5;
        const bool bar = x_mm < bar_mm && std::abs(y_mm - 46) < 1;
        const bool hatching = x_mm > 10 && x_mm < 30 && y_mm > 50 && y_mm < 53.5 &&
                              std::fmod(x_mm + 0.3 * (y_mm - 50), 1.2) < 0.25;
        *out++ = river || bar || hatching ? 20 : page.row(y)[x];
      }
  });
}

// The page as if the engine's layout had taken all of it for one picture.
std::vector<ReadBlock> read_as_a_picture(const Image& page) {
  EnginePool pool;
  pool.use(models_named({"ces"}, "").value().folder);
  const Engine engine = pool.lend("ces").value();
  const Seen seen = seen_by_engine(page);
  show(*engine, seen.grey, seen.dpi);
  ReadBlock picture;
  picture.kind = BlockKind::illustration;
  picture.box = seen.grey.box();
  std::vector<ReadBlock> blocks = {picture};
  add_lost_lines(*engine, seen, blocks);
  return blocks;
}

std::string text_of(const std::vector<ReadBlock>& blocks) {
  std::string text;
  for (const ReadBlock& block : blocks)
    for (const ReadLine& line : block.lines)
      for (const TextWord& word : line.text.words) text += word.content + " ";
  return text;
}

TEST(NamesInPictures, AreReadBesideWhatIsDrawn) {
  if (!models_named({"ces"}, "")) GTEST_SKIP() << "the Tesseract model ces is not installed";
  const Image page =
      page_of({{.x_mm = 15, .y_mm = 12, .font = "DejaVu Serif 10", .text = "Lhota"},
               {.x_mm = 45, .y_mm = 25, .font = "DejaVu Serif 10", .text = "Mlýn"},
               {.x_mm = 40, .y_mm = 43, .font = "DejaVu Serif 10", .text = "Zálesí"}},
              80, 60, dpi);
  const std::vector<ReadBlock> blocks = read_as_a_picture(drawn_over(page, 39));
  EXPECT_EQ(text_of(blocks), "Lhota Mlýn Zálesí ");
  ASSERT_EQ(blocks.size(), 4u);
  EXPECT_EQ(blocks[0].kind, BlockKind::illustration);
  EXPECT_NEAR(blocks[2].lines[0].text.words[0].box.x0, px_from_mm(45, 300), 12);
  EXPECT_NEAR(blocks[3].lines[0].text.baseline_y, blocks[3].lines[0].text.words[0].box.y1, 8);
}

TEST(NamesInPictures, WhatIsDrawnAloneIsNone) {
  if (!models_named({"ces"}, "")) GTEST_SKIP() << "the Tesseract model ces is not installed";
  EXPECT_EQ(text_of(read_as_a_picture(drawn_over(page_of({}, 80, 60, dpi), 70))), "");
}

}  // namespace
}  // namespace linka
