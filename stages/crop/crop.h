// SPDX-License-Identifier: GPL-3.0-or-later
// Where the page ends. The guard against cutting text works on the uncropped image.
#pragma once

#include "base/describe.h"
#include "base/result.h"
#include "image/image.h"
#include "model/book_hint.h"
#include "model/geometry.h"
#include "model/neighbour.h"

#include <array>
#include <string>
#include <vector>

namespace linka {

struct CropParams {
  std::string mode = "edge";
  double margin_mm = 0.2;
  double min_confidence = 0.4;
  std::string beside = "leave";
};

template <class Field>
void describe(CropParams& p, Field&& field) {
  field("mode", p.mode, Choices{"edge", "content", "none"},
        "edge: the edge of the leaf; content: what is printed; none: the whole region");
  field("margin_mm", p.margin_mm, 0.0, 50.0, "added around the box where a side was found");
  field("min_confidence", p.min_confidence, 0.0, 1.0, "below this the whole region is kept");
  field("beside", p.beside, Choices{"leave", "keep"},
        "keep: colour targets and rulers found beside the page are kept as pictures of their own");
}

struct Crop {
  Box box;                // in the turned frame (turned_from_scan), whole pixels, never empty
  double confidence = 0;  // 0...1
  Box content;            // hull of what is printed, same frame; empty when nothing was found
  // Words of this page lie outside the box, or print is cut by its edge or by the scan's, or comes
  // within 0.3 mm of an edge of the leaf: to be looked at. What belongs to the facing page does
  // not count.
  bool touches_content = false;
  int words_outside = 0;     // that may be this page's: on paper, beyond a side that parts no pages
  bool cut_by_scan = false;  // lines of this page run into the edge of the scan itself
  // How sure each side is: left, top, right, bottom, 0...1; 0 = no edge was found there and the box
  // ends with the region (or where the book's size says).
  std::array<double, 4> sides{};
  std::vector<Neighbour> neighbours;  // what lies beside the page and is not it
};

// `angle_deg` is the turn that will be applied. A box that cannot be told with confidence is the
// whole region; a box never leaves the region's bounding box in the turned frame, clipped to the
// scan's. `hint`: the size of the book's leaves, for sides without an edge of their own.
Result<Crop> crop(const Image& scan, const Quad& region, double angle_deg, const CropParams& params,
                  const BookHint& hint = {});

}  // namespace linka
