// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "image/image.h"

namespace linka {

// The image turned clockwise by 90, 180 or 270 degrees, every pixel as it was; 0 gives it back.
// Resolutions trade places with the axes.
Image quarter_turned(const Image& image, int degrees);

}  // namespace linka
