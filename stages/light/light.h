// SPDX-License-Identifier: GPL-3.0-or-later
// Evens the light of a page: for the copy that OCR reads, and gently for the user copy. The master
// keeps the scan's own light.
#pragma once

#include "base/describe.h"
#include "base/result.h"
#include "image/image.h"

#include <string>

namespace linka {

struct LightParams {
  bool enabled = true;
  double window_mm = 12.0;
  bool bleed = true;
  std::string user = "off";
  double user_strength = 0.7;
};

template <class Field>
void describe(LightParams& p, Field&& field) {
  field("enabled", p.enabled, "even the light of the copy that OCR reads");
  field("window_mm", p.window_mm, 2.0, 100.0, "size of the neighbourhood whose paper is white");
  field("bleed", p.bleed, "take print of the back that shines through out of the copy for OCR");
  field("user", p.user, Choices{"off", "gentle"},
        "gentle: even slow unevenness of the paper in the user copy; the master is never touched");
  field("user_strength", p.user_strength, 0.0, 1.0,
        "share of the unevenness that is taken out of the user copy");
}

// Grey or colour page -> grey page of the same size and resolution with paper near white. Without a
// colour profile: its values are shares of the paper's light and no colours.
Result<Image> even_light(const Image& page, const LightParams& params);

// The page as it is but for slow unevenness of its paper (a gutter's shadow, vignetting), by
// `user_strength`: size, channels, resolution and colour profile stay. With user = "off", on a page
// without enough paper, and where nothing is uneven, the same pixels come back.
//
// Every sample of a pixel is multiplied by the same gain, as encoded. Under a profile whose tone
// curves are powers (sRGB and Adobe RGB nearly so) that is the same as more light on the paper:
// a product of encoded values is a product of linear ones, so the ratios of the three lights,
// hence hue and saturation as the profile means them, stay, whatever its primaries are.
Result<Image> even_background(const Image& page, const LightParams& params);

}  // namespace linka
