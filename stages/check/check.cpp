// SPDX-License-Identifier: GPL-3.0-or-later
// The measures are made here; limits and words come later, so that a limit can be changed without
// looking at a pixel again.
#include "stages/check/check.h"

#include "stages/check/measures.h"

#include <cmath>

namespace linka {

Result<PageMeasures> measure(const Image& page, const CheckParams& params) {
  return guarded<PageMeasures>("check", [&]() -> Result<PageMeasures> {
    if (page.empty()) return fail(ErrorKind::bad_input, "there is no image");
    PageMeasures m;
    if (!params.enabled) return m;
    const PageView view = page_view(page);
    m.bitonal = view.bitonal;
    const Tone tone = tone_of(view);
    m.noise = tone.noise;
    m.paper_level = tone.paper_level;
    m.ink_level = tone.ink_level;
    m.clipped_white = tone.clipped_white;
    m.clipped_black = tone.clipped_black;
    m.unevenness = tone.unevenness;
    m.ink_share = tone.ink_share;
    m.sharpness = sharpness_of(view);
    const Bands bands = bands_of(view, tone.paper_level);
    m.flat_share = bands.flat_share;
    m.repeated_share = bands.repeated_share;
    const TextLie lie = text_lie_of(view);
    m.left_over_skew_deg = lie.skew_deg;
    m.left_over_skew_confidence = lie.skew_confidence;
    m.text_height_mm = lie.text_height_mm;
    m.upside_down = lie.upside_down;
    m.sideways = lie.sideways;
    m.turn_deg = lie.turn_deg;
    m.letters = lie.letters;
    m.text_lines = lie.lines;
    m.text_line_mm = lie.line_mm;
    m.margins_mm = lie.margins_mm;
    m.covered_share = covered_share_of(view);
    const Gutters gutters = gutters_of(view);
    m.gutter_left = gutters.left;
    m.gutter_right = gutters.right;
    m.hash = print_hash(view);
    m.measured = true;
    return m;
  });
}

}  // namespace linka
