// SPDX-License-Identifier: GPL-3.0-or-later
// What is measured on each page for the checks: numbers only. What is wrong is judged from them, on
// the page alone (stages/check) and against the rest of the book (stages/book).
#pragma once

#include "model/geometry.h"

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace linka {

struct PageMeasures {
  bool measured = false;

  double sharpness = 0;      // how steep the edges of print are, in units that do not depend on
                             // contrast or resolution; larger is sharper; 0 = too little print
  double noise = 0;          // standard deviation of the bare paper, grey levels
  double paper_level = 0;    // brightness of the bare paper, 0...255; 0 = none found
  double ink_level = 0;      // brightness of the darkest print, 0...255
  double clipped_white = 0;  // share of the page at 255 in every channel, 0...1
  double clipped_black = 0;  // share at 0
  double unevenness = 0;     // (brightest - darkest part of the paper) / brightest, 0...1
  double left_over_skew_deg = 0, left_over_skew_confidence = 0;
  double text_height_mm =
      0;                  // median height of small letters by the scan's resolution; 0 = no text
  double flat_share = 0;  // share of rows in bands without any variation where there should be
  double ink_share = 0;
  double upside_down = 0;    // -1...1: > 0 the text looks upside down, < 0 upright; 0 = cannot tell
  double sideways = 0;       // -1...1: > 0 the lines run up or down the page, < 0 across it
  double covered_share = 0;  // share of the page under something that is not paper (a finger, a
                             // bookmark, a holder) that reaches in over the text
  double gutter_left = 0, gutter_right = 0;  // signs of a spine at each side, 0...1
  std::array<std::uint64_t, 4> hash{};       // perceptual hash, 256 bits; equal pages differ in few
                                             // (hash_distance); all 0: too little print for one

  bool bitonal = false;  // only black and white: says nothing of sharpness or exposure
  int letters = 0;       // how many letters stand on lines, and on how many lines
  int text_lines = 0;
  double text_line_mm = 0;    // median length of the lines
  int turn_deg = 0;           // the clockwise turn that would put the text upright: 0, 90, 180, 270
  double repeated_share = 0;  // share of rows that repeat other rows of the page exactly
  // From each edge of the page to the text: left, top, right, bottom; all 0 = no text.
  std::array<double, 4> margins_mm{};
};

// In how many of the 256 bits two hashes differ. The same page scanned twice: a few dozen at most;
// different pages: about 128. 256 when one of them is no hash.
inline int hash_distance(const std::array<std::uint64_t, 4>& a,
                         const std::array<std::uint64_t, 4>& b) {
  constexpr std::array<std::uint64_t, 4> none{};
  if (a == none || b == none) return 256;
  int bits = 0;
  for (std::size_t i = 0; i < a.size(); ++i) bits += std::popcount(a[i] ^ b[i]);
  return bits;
}

}  // namespace linka
