// SPDX-License-Identifier: GPL-3.0-or-later
// How an image's samples lie in a TIFF and what they mean.
#pragma once

#include "base/result.h"
#include "stages/decode/color.h"
#include "stages/decode/decode.h"
#include "stages/decode/tiff_file.h"

#include <cstdint>
#include <vector>

namespace linka {

struct TiffLayout {
  Size size;
  int bits = 1, samples = 1;
  int photometric = PHOTOMETRIC_MINISBLACK;
  int compression = COMPRESSION_NONE;
  bool separate = false, tiled = false, by_rgba = false, signed_ab = false;
  PixelKind kind;                     // of the unpacked rows
  std::vector<std::uint8_t> palette;  // R, G, B for each value, when by palette
};

// Refuses by name what we do not read. Writes what it learns to facts.
Result<TiffLayout> read_layout(TIFF* tiff, SourceFacts& facts, const DecodeParams& params);

}  // namespace linka
