// SPDX-License-Identifier: GPL-3.0-or-later
// Evens the light of a page for the copy that OCR reads. Never used for master or user copy.
#pragma once

#include "base/describe.h"
#include "base/result.h"
#include "image/image.h"

namespace linka {

struct LightParams {
  bool enabled = true;
  double window_mm = 12.0;
};

template <class Field>
void describe(LightParams& p, Field&& field) {
  field("enabled", p.enabled, "even the light of the copy that OCR reads");
  field("window_mm", p.window_mm, 2.0, 100.0, "size of the neighbourhood whose paper is white");
}

// Grey or colour page -> grey page of the same size and resolution with paper near white.
Result<Image> even_light(const Image& page, const LightParams& params);

}  // namespace linka
