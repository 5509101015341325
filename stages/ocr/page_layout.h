// SPDX-License-Identifier: GPL-3.0-or-later
// Two repairs of what Tesseract's page layout leaves behind: lines torn in two, and lines it lost.
#pragma once

#include "model/page_text.h"

#include <vector>

namespace linka {

// A line as the engine saw it: all boxes in the pixels of the picture the engine was given.
struct ReadLine {
  TextLine text;              // baseline_y is that of the left end
  double end_baseline_y = 0;  // of the right end
  double size_px = 0;         // from the lowest descender to the tallest ascender, about one em
};

struct ReadBlock {
  BlockKind kind = BlockKind::text;
  Box box;
  std::vector<ReadLine> lines;
};

// 0 when there are none.
double median(std::vector<double> values);

// Where the lines of a page bend, Tesseract sees a column's edge in a wide word space and reads the
// right part of some lines as blocks of their own. Parts that go on at the same height after no
// more than a word space are made one line again and their blocks one block. Blocks that stand
// beside each other as columns do, with a gutter at most of their lines, stay apart. A wider gap is
// still no gutter when a word stands right above or below it.
void join_torn_lines(std::vector<ReadBlock>& blocks);

// Puts each line where it belongs by its place: into the block it stands in or next to, else as a
// block of its own.
void insert_lost_lines(std::vector<ReadBlock>& blocks, std::vector<ReadLine> lost);

// Where letters stand that no word covers: rows of letters, made of the boxes of connected ink.
// em_px is the size of the page's print; a row has `fewest` letters at least.
std::vector<Box> rows_of_letters(const std::vector<Box>& ink, double em_px, std::size_t fewest = 5);

// One to seven figures or small letters alone in their row above or below the print, and the dashes
// beside them.
struct LoneFigures {
  Box figures;
  std::size_t count = 0;    // of figures
  std::vector<Box> dashes;  // one on each side, or none
};
// Those nearest to the print, a few at most. `print`: where the lines of text are.
std::vector<LoneFigures> lone_figures(const std::vector<Box>& ink, const Box& print, double em_px);

// Letters above each other in a row that runs up or down the page; much longer than wide.
std::vector<Box> turned_rows_of_letters(const std::vector<Box>& ink, double em_px);

// Such rows that the engine has read, in one piece or in several: whatever it made of them.
struct TurnedRow {
  Box box;
  std::vector<std::size_t> blocks;  // indices, ascending; empty: no word covers it
};
std::vector<TurnedRow> turned_rows_of(const std::vector<ReadBlock>& blocks, double em_px);

}  // namespace linka
