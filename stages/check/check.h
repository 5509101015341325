// SPDX-License-Identifier: GPL-3.0-or-later
// Is the page good? Measured on the finished page; judged on the page alone. What only the rest of
// the book can tell is judged in stages/book.
#pragma once

#include "base/describe.h"
#include "base/result.h"
#include "image/image.h"
#include "model/page_facts.h"
#include "model/page_finding.h"
#include "model/page_measures.h"

#include <vector>

namespace linka {

struct CheckParams {
  bool enabled = true;
  double max_edge_width = 0.25;
  double max_skew_deg = 0.3;
  double min_paper = 110;
  double max_ink = 150;
  double max_clipped_paper = 0.25;
  double max_clipped_ink = 0.25;
  double max_unevenness = 0.25;
  double min_text_height_mm = 1.1;
  double max_text_height_mm = 2.8;
  double max_flat_share = 0.002;
  double max_upside_down = 0.4;
  double max_sideways = 0.5;
  double max_covered_share = 0.001;
  double near_blank_ink_share = 0.012;
  double min_dpi = 298;
};

template <class Field>
void describe(CheckParams& p, Field&& field) {
  field("enabled", p.enabled, "measure every page and judge it");
  field("max_edge_width", p.max_edge_width, 0.05, 2.0,
        "blur: width of the edges of print, as a share of the height of small letters");
  field("max_skew_deg", p.max_skew_deg, 0.05, 5.0, "skew left over in the finished page");
  field("min_paper", p.min_paper, 0.0, 255.0, "brightness of the paper; below it the page is dark");
  field("max_ink", p.max_ink, 0.0, 255.0, "brightness of the print; above it the print is pale");
  field("max_clipped_paper", p.max_clipped_paper, 0.0, 1.0,
        "share of the page that may be pure white");
  field("max_clipped_ink", p.max_clipped_ink, 0.0, 10.0,
        "pure black, as a share of what is printed");
  field("max_unevenness", p.max_unevenness, 0.0, 1.0,
        "how much the light on the paper may fall across the page");
  field("min_text_height_mm", p.min_text_height_mm, 0.1, 10.0,
        "height of small letters (x); smaller: the resolution is taken for wrong");
  field("max_text_height_mm", p.max_text_height_mm, 0.5, 50.0, "the same, larger");
  field("max_flat_share", p.max_flat_share, 0.0, 1.0,
        "share of the rows in empty or repeated strips");
  field("max_upside_down", p.max_upside_down, 0.05, 1.0,
        "how surely text stands on its head before it is said");
  field("max_sideways", p.max_sideways, 0.05, 1.0,
        "how surely lines run up or down the page before it is said");
  field("max_covered_share", p.max_covered_share, 0.0, 1.0,
        "share of the page whose text lies under a finger or a bookmark");
  field("near_blank_ink_share", p.near_blank_ink_share, 0.0, 0.1,
        "pages with some print, but less than this share of it, are pointed out");
  field("min_dpi", p.min_dpi, 0.0, 2400.0,
        "resolution that scans should have; 300 in dots a centimetre is 299.7 in a file");
}

// `page`: the finished page, at its own resolution.
Result<PageMeasures> measure(const Image& page, const CheckParams& params);

// What is wrong by these numbers alone. Each finding's score is how many times the value is beyond
// its limit. Nothing when the page was not measured or checks are off.
std::vector<PageFinding> judge(const PageMeasures& measures, const CheckParams& params);

// What the scan's file says, or does not say, of itself: "no-icc", "no-dpi", "low-dpi". `channels`:
// of the decoded scan.
std::vector<PageFinding> judge_source(const SourceFacts& source, int channels,
                                      const CheckParams& params);

}  // namespace linka
