// SPDX-License-Identifier: GPL-3.0-or-later
// Sharpness from one slanted edge: the edge-based spatial frequency response of ISO 12233 (e-SFR).
#pragma once

#include "base/result.h"

#include <opencv2/core.hpp>

#include <vector>

namespace linka {

struct EdgeResponse {
  bool upright = true;   // the edge runs from top to bottom; sharpness is that along x
  double angle_deg = 0;  // away from the upright or level direction, 0...45
  // Cycles a pixel at which the response first falls to a half and to a tenth; 1 when it never
  // does below one cycle a pixel.
  double mtf50 = 0, mtf10 = 0;
  // MTF10 as part of what the sampling can hold (half a cycle a pixel), at most 1.
  double sampling_efficiency = 0;
  double greatest_modulation = 0;  // above 1: sharpened
  std::vector<double> response;    // at 0, 0.01, ... 1 cycles a pixel
};

// `luminance`: CV_32FC1, linear in light, cut so that one edge crosses it between two even fields,
// at least 16 px wide and high. Error bad_input when it holds no edge that can be measured; the
// message says why.
Result<EdgeResponse> edge_response(const cv::Mat& luminance);

}  // namespace linka
