// SPDX-License-Identifier: GPL-3.0-or-later
// The single measures; check.cpp puts them together. Units as in model/page_measures.h.
#pragma once

#include "model/page_measures.h"
#include "stages/check/page_view.h"

#include <array>
#include <cstdint>

namespace linka {

// How steep the edges of print are, 1/mm: one over the width that an edge would have if it rose all
// the way as fast as at its steepest. Of edges across and edges along the page the wider count, so
// that a picture moved one way is as blurred as one out of focus. After Marziliano, Dufaux, Winkler
// and Ebrahimi, "A no-reference perceptual blur metric" (ICIP 2002). 0 = too few edges.
double sharpness_of(const PageView& view);

struct Tone {
  double noise = 0, paper_level = 0, ink_level = 0, clipped_white = 0, clipped_black = 0,
         unevenness = 0, ink_share = 0;
};
Tone tone_of(const PageView& view);

struct Bands {
  double flat_share = 0, repeated_share = 0;
};
Bands bands_of(const PageView& view, double paper_level);

// How the text lies. Sideways by the direction in which letters follow each other (O'Gorman, "The
// document spectrum for page layout analysis", PAMI 1993); upside down by ascenders and accents
// against descenders (Bloomberg, Kopec and Dasari, "Measuring document image skew and orientation",
// SPIE 2422, 1995).
struct TextLie {
  double skew_deg = 0, skew_confidence = 0;
  double text_height_mm = 0;
  double upside_down = 0, sideways = 0;
  int turn_deg = 0;
  int letters = 0, lines = 0;
  double line_mm = 0;
  std::array<double, 4> margins_mm{};
};
TextLie text_lie_of(const PageView& view);

// The share of the page that is text under something reaching in over the edge.
double covered_share_of(const PageView& view);

struct Gutters {
  double left = 0, right = 0;
};
Gutters gutters_of(const PageView& view);

// Where there is more print and where less: 16 x 16 comparisons of neighbouring places in the print
// space, so that a scan laid a little differently has nearly the same. All 0: hardly any print.
std::array<std::uint64_t, 4> print_hash(const PageView& view);

}  // namespace linka
