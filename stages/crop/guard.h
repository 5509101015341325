// SPDX-License-Identifier: GPL-3.0-or-later
// No word of the page may be cut: what is printed decides over every edge that was found.
#pragma once

#include "image/paper.h"
#include "stages/crop/leaf.h"

#include <opencv2/core.hpp>

#include <vector>

namespace linka {

// The letters that do not stand in one of the boxes.
Letters without(const Letters& letters, const std::vector<Box>& boxes);

// Rows of letters that stand on paper. The grain of a scanner bed or of a black border has the
// size of letters too.
class PageLetters {
 public:
  PageLetters(const Letters& letters, const Paper& paper);

  // Letters with those off the paper left out, and the lines they form.
  const Letters& letters() const { return letters_; }
  // Each line's letters from left to right.
  const std::vector<std::vector<Letter>>& rows() const { return rows_; }
  // Pieces beside the lines that are as dark as the text and as high as its letters: a page
  // number, an initial, the rest of a marginal note.
  const std::vector<cv::Rect>& single() const { return single_; }
  // Brightness of the paper where the text stands; 0 without text.
  double paper() const { return paper_; }

 private:
  Letters letters_;
  std::vector<std::vector<Letter>> rows_;
  std::vector<cv::Rect> single_;
  double paper_ = 0;
};

// The box with every line of text that crosses one of its sides, unless that side parts the page
// from the next. A side without an edge of its own moves out to everything printed.
Box holding_text(const Box& box, const LeafEdges& leaf, const PageLetters& text,
                 const Frame& frame);

// The hull of the lines of text in the box; empty without any. `sure`: without long thin single
// pieces, which may be a word whose letters touch, or the shadow beside a leaf.
Box hull_of_text(const Box& box, const PageLetters& text, bool sure = false);

struct Cuts {
  int words_outside = 0;   // on paper, outside the box, and not known to be another page's
  bool by_scan = false;    // lines of this page run into the edge of the scan
  bool by_region = false;  // likewise into the edge of the region, inside the scan
  bool by_box = false;     // letters of a line lie on both sides of one of the box's sides
};
Cuts cuts_of(const Box& box, const LeafEdges& leaf, const PageLetters& text, const Paper& paper,
             const Frame& frame);

}  // namespace linka
