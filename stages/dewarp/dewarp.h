// SPDX-License-Identifier: GPL-3.0-or-later
// Curled and arched pages: how far each part of the page is displaced from where it would lie flat.
// Measured only; the pixels are resampled once, with everything else (image/convert.h).
#pragma once

#include "base/describe.h"
#include "base/result.h"
#include "image/image.h"
#include "model/bend.h"
#include "model/geometry.h"

namespace linka {

struct DewarpParams {
  std::string mode = "auto";
  double min_bend_mm = 0.4;
  double min_confidence = 0.6;
};

template <class Field>
void describe(DewarpParams& p, Field&& field) {
  field("mode", p.mode, Choices{"auto", "off"},
        "auto: curved pages are flattened where lines of text or the page's edges show the curve");
  field("min_bend_mm", p.min_bend_mm, 0.05, 50.0, "less curved pages are left as they are");
  field("min_confidence", p.min_confidence, 0.0, 1.0, "below this the page is left as it is");
}

struct Dewarp {
  Bend bend;              // empty: leave the page as it is
  double confidence = 0;  // 0...1, that the bend (or flatness) is right
  double bend_mm = 0;     // how far the worst line of text leaves its straight line, as measured
};

// `angle_deg` is the turn and `page` the crop box that will be applied (turned frame). A bend never
// moves anything printed out of the box.
Result<Dewarp> dewarp(const Image& scan, const Quad& region, double angle_deg, const Box& page,
                      const DewarpParams& params);

}  // namespace linka
