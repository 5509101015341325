// SPDX-License-Identifier: GPL-3.0-or-later
// How far a page is turned.
#pragma once

#include "base/describe.h"
#include "base/result.h"
#include "image/image.h"
#include "model/geometry.h"

namespace linka {

struct DeskewParams {
  double max_angle_deg = 15.0;
  double min_angle_deg = 0.05;
  double min_confidence = 0.5;
};

template <class Field>
void describe(DeskewParams& p, Field&& field) {
  field("max_angle_deg", p.max_angle_deg, 0.5, 45.0, "widest skew searched for, either way");
  field("min_angle_deg", p.min_angle_deg, 0.0, 5.0, "smaller skews are left alone");
  field("min_confidence", p.min_confidence, 0.0, 1.0, "below this the page is left alone");
}

struct Skew {
  double angle_deg = 0;     // the turn to apply, clockwise on the screen; 0 = leave alone
  double confidence = 0;    // 0...1
  double measured_deg = 0;  // what was measured, also when it is left alone
};

// The skew of the part of the scan inside `region`. A page whose skew cannot be told with
// confidence comes back with 0: a wrong turn costs more than a small skew.
Result<Skew> deskew(const Image& scan, const Quad& region, const DeskewParams& params);

}  // namespace linka
