// SPDX-License-Identifier: GPL-3.0-or-later
// Is anything printed on this page?
#pragma once

#include "base/describe.h"
#include "base/result.h"
#include "image/image.h"

namespace linka {

struct BlankParams {
  double max_ink_share = 0.0005;
};

template <class Field>
void describe(BlankParams& p, Field&& field) {
  field("max_ink_share", p.max_ink_share, 0.0, 0.1,
        "a page with less ink than this share of its area is blank");
}

struct Blankness {
  bool is_blank = false;
  double confidence = 0;  // 0...1
  double ink_share = 0;   // 0...1, specks and the page's rim not counted
};

Result<Blankness> find_blank(const Image& page, const BlankParams& params);

}  // namespace linka
