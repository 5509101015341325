// SPDX-License-Identifier: GPL-3.0-or-later
// Pages of 300 dpi for tests of the encoder, the same on every machine.
#pragma once

#include "image/drawn_page.h"

#include <algorithm>

namespace linka {

// `sample(x, y, channel)` for every sample; what is outside 0...255 is cut off.
template <class Sample>
Image sampled(int width, int height, int channels, Sample&& sample) {
  return Image::make(width, height, channels, Dpi{300, 300}, nullptr, [&](std::uint8_t* out) {
    for (int y = 0; y < height; ++y)
      for (int x = 0; x < width; ++x)
        for (int c = 0; c < channels; ++c)
          *out++ = static_cast<std::uint8_t>(std::clamp(static_cast<int>(sample(x, y, c)), 0, 255));
  });
}

// Every sample by itself: what no encoder can make small.
inline Image noise(int width, int height, int channels) {
  drawn::Numbers numbers{7};
  return sampled(width, height, channels, [&](int, int, int) { return numbers.next(256); });
}

}  // namespace linka
