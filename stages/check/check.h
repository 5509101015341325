// SPDX-License-Identifier: GPL-3.0-or-later
// Is the page good? Measured on the finished page; judged on the page alone. What only the rest of
// the book can tell is judged in stages/book.
#pragma once

#include "base/describe.h"
#include "base/result.h"
#include "image/image.h"
#include "model/page_finding.h"
#include "model/page_measures.h"

#include <vector>

namespace linka {

struct CheckParams {
  bool enabled = true;
};

template <class Field>
void describe(CheckParams& p, Field&& field) {
  field("enabled", p.enabled, "measure every page and judge it");
}

// `page`: the finished page, at its own resolution.
Result<PageMeasures> measure(const Image& page, const CheckParams& params);

// What is wrong by these numbers alone.
std::vector<PageFinding> judge(const PageMeasures& measures, const CheckParams& params);

}  // namespace linka
