// SPDX-License-Identifier: GPL-3.0-or-later
// What a scan of a colour target says about the device that made it. No step of the line: a
// measurement of its own, that `linka target` asks for.
#pragma once

#include "base/result.h"
#include "image/image.h"
#include "stages/target/find_target.h"
#include "stages/target/reference.h"
#include "stages/target/slanted_edge.h"

#include <optional>
#include <string>
#include <vector>

namespace linka {

struct TargetParams {
  // Centres of the four corner patches in the scan: that of the first patch, then along the first
  // row and around. Empty: the target is looked for.
  std::optional<Quad> corner_patches;
  std::vector<Box> edges;  // in the scan, instead of the reference's; empty: the reference's
};

struct PatchMeasure {
  std::string name;
  bool neutral = false;
  Lab wanted, measured;  // under D50
  double delta_e = 0;    // CIEDE2000
  double noise = 0;      // standard deviation of L*
  Point centre;          // in the scan
  int pixels = 0;
};

struct EdgeMeasure {
  Box box;  // in the scan
  EdgeResponse response;
};

// A figure over several patches.
struct Spread {
  double mean = 0, greatest = 0;
};

struct TargetMeasures {
  Quad grid{};              // corners of the grid in the scan, from the first patch on clockwise
  int turned_deg = 0;       // 0, 90, 180 or 270: how the target lies, clockwise
  double skew_deg = 0;      // beyond that, clockwise
  double agreement = 0;     // of the colours with the reference, 0...1
  bool colour = true;       // false: a grey scan, of which neutral patches alone are judged
  bool own_profile = true;  // false: sRGB was assumed

  std::vector<PatchMeasure> patches;
  Spread delta_e;                    // CIEDE2000; of a grey scan the neutral patches
  double delta_e_90 = 0;             // nine of ten patches are at least so good
  Spread tone;                       // |L* - wanted| of the neutral patches
  double tone_mean_signed = 0;       // of L* - wanted: above 0, the scan is too light
  Spread white_balance;              // distance in a*, b* of the neutral patches; 0 of a grey scan
  Spread noise;                      // standard deviation of L* of the neutral patches
  std::optional<double> unevenness;  // (lightest - darkest) / mean of the fields, in luminance
  std::vector<EdgeMeasure> edges;    // those that could be measured
  std::optional<double> mtf50, mtf10;         // cycles a pixel, the lowest of the edges
  std::optional<double> sampling_efficiency;  // 0...1, the lowest of the edges
  std::optional<double> greatest_modulation;  // the greatest of the edges
  std::optional<Dpi> sampling;     // pixels an inch of the target as it is, along the scan's x, y
  std::optional<Dpi> resolution;   // what of it is resolved: sampling times efficiency
  std::vector<std::string> notes;  // what could not be measured and what was assumed
};

// Errors: bad_input (no target, or one too small to measure).
Result<TargetMeasures> measure_target(const Image& scan, const TargetReference& target,
                                      const TargetParams& params);

}  // namespace linka
