// SPDX-License-Identifier: GPL-3.0-or-later
// How far two images differ.
#pragma once

#include "image/image.h"

namespace linka {

struct Difference {
  bool same_shape = false;   // width, height and channels agree; else the rest is meaningless
  bool identical = false;    // every sample equal
  int max_difference = 255;  // largest difference of a sample
  double psnr_db = 0;        // 10 log10(255^2 / mean squared error); 999 when identical
};
Difference difference(const Image& a, const Image& b);

}  // namespace linka
