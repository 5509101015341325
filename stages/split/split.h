// SPDX-License-Identifier: GPL-3.0-or-later
// One scan -> the pages on it.
#pragma once

#include "base/describe.h"
#include "base/result.h"
#include "image/image.h"
#include "model/book_hint.h"
#include "model/geometry.h"
#include "model/ids.h"

#include <vector>

namespace linka {

struct SplitParams {
  std::string mode = "auto";
  double min_confidence = 0.5;
};

template <class Field>
void describe(SplitParams& p, Field&& field) {
  field("mode", p.mode, Choices{"auto", "never", "always"},
        "auto: a spread is split when the fold is found; always: every scan is a spread");
  field("min_confidence", p.min_confidence, 0.0, 1.0, "below this the scan stays whole");
}

struct PagePart {
  Side side = Side::single;
  Quad region{};  // scan pixels
};

struct SplitResult {
  std::vector<PagePart> parts;  // one (single) or two (left, right)
  double confidence = 0;        // 0...1, that this number of pages is right
  Point fold_top, fold_bottom;  // where the fold meets the scan's edges; only with two parts
  // What the scan alone says, whatever a hint or the settings made of it: the confidence that it is
  // a spread. The book's vote is taken over these.
  double spread_confidence = 0;
};

// `scan` at any resolution; measured on a reduced grey copy. `hint.pages` decides a scan that alone
// could be either; it never cuts through text.
Result<SplitResult> split(const Image& scan, const SplitParams& params, const BookHint& hint = {});
// The two parts on both sides of a given fold (a person's): confidence 1.
SplitResult split_at(Size scan, Point fold_top, Point fold_bottom);

}  // namespace linka
