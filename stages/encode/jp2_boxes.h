// SPDX-License-Identifier: GPL-3.0-or-later
// The boxes around a codestream (ISO/IEC 15444-1 Annex I): size, resolution and colour of the page.
#pragma once

#include "base/bytes.h"
#include "base/result.h"
#include "image/image.h"

#include <cstdint>

namespace linka {

// value = numerator / denominator * 10^exponent
struct BoxRatio {
  std::uint16_t numerator = 0, denominator = 1;
  std::int8_t exponent = 0;
  bool operator==(const BoxRatio&) const = default;
};

// Pixels per metre as a resolution box holds them. A whole number of dots per inch becomes the
// nearest whole number of pixels per metre (300 dpi: 11811/1), another the nearest fraction.
BoxRatio pixels_per_metre(double dpi);

// Whether the profile may stand in a JP2 file and fits the pixels: a scanner's or monitor's profile
// of one curve (grey) or three curves and a matrix (RGB) over XYZ, and no table.
bool is_restricted_icc(ByteView profile, int channels);

// Everything before the codestream, ending in the head of its box, whose length is still 0.
Bytes boxes_before_codestream(const Image& page);

// Fills in the length of the codestream's box once the codestream stands behind its head.
// Errors: unsupported, for more than the 4 GiB a box of this form can hold.
Result<void> close_codestream_box(Bytes& file, std::size_t codestream_at);

}  // namespace linka
