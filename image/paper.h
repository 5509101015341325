// SPDX-License-Identifier: GPL-3.0-or-later
// What a reduced grey page is made of, for measuring: the paper as if nothing were printed on it,
// the print, the pieces of print that have the size of letters, and the lines of text they form.
// Every size is in millimetres at the picture's resolution.
#pragma once

#include "image/image.h"

#include <opencv2/core.hpp>

#include <vector>

namespace linka {

// The image's resolution; 300 where it is unknown or makes the sheet absurdly large (screen
// resolutions of 72 or 96 that programs write when they know nothing).
Image with_plausible_dpi(const Image& image);

bool is_finite(const Quad& region);

struct Paper {
  cv::Mat level;  // CV_8U: brightness of the paper (or scanner bed), print closed over
  cv::Mat print;  // CV_8U: how much darker than the paper, 0...255 of its level; 0 = not print
};
// grey: CV_8UC1.
Paper paper_of(const cv::Mat& grey, double dpi);

// A connected piece of print with the size of a letter or of a word whose letters touch.
struct Letter {
  cv::Rect box;
  int label = 0;  // in Letters::labels
  int line = -1;  // index in Letters::lines; -1: stands alone
};
struct LetterRow {
  cv::Rect box;
  int letters = 0;
};
struct Letters {
  std::vector<Letter> all;
  std::vector<LetterRow> lines;  // rows of at least three letters, or of a word as long
  cv::Mat labels;                // CV_32S
  int on_lines = 0;              // how many letters are on a line
};
Letters letters_of(const cv::Mat& print, double dpi);

}  // namespace linka
