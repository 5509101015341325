// SPDX-License-Identifier: GPL-3.0-or-later
// Small Roman numbers told by their ink. The models know few of them: "xii" in a running head comes
// back as "rii", "di" or not at all. But nothing else in print is made of dotted strokes and of
// letters that narrow towards their foot or their middle.
#pragma once

#include <opencv2/core.hpp>

#include <string>
#include <vector>

namespace linka {

struct InkNumber {
  std::string text;  // a Roman number in its usual spelling, small: "xiv"
  double confidence = 0;
};

// `ink`: CV_8UC1, what is not 0 is ink, of a row that holds the number and nothing else (no
// dashes), with the dots above it. The likeliest first, at most three; empty when some of the ink
// is no letter of such a number. Capitals ("XIV") come as small letters where they look the same.
std::vector<InkNumber> roman_by_ink(const cv::Mat& ink);

}  // namespace linka
