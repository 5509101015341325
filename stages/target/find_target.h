// SPDX-License-Identifier: GPL-3.0-or-later
// Where in a scan a colour target lies.
#pragma once

#include "base/result.h"
#include "image/image.h"
#include "stages/target/homography.h"
#include "stages/target/lab_reader.h"
#include "stages/target/reference.h"

namespace linka {

struct FoundTarget {
  Homography scan_from_target;
  double agreement = 0;  // of the colours with the reference, 0...1 (share of variance explained)
};

// Turned any way, a few degrees askew, in mild perspective, on any bed. Mirrored targets are not
// found. Error bad_input when there is none.
Result<FoundTarget> find_target(const Image& scan, const LabReader& colours,
                                const TargetReference& target);

// How well the colours under such a place agree with the reference, 0...1.
double agreement_at(const Image& scan, const LabReader& colours, const TargetReference& target,
                    const Homography& scan_from_target);

}  // namespace linka
