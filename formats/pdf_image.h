// SPDX-License-Identifier: GPL-3.0-or-later
// What a PDF must know of a picture that it takes in as it is.
#pragma once

#include "base/bytes.h"
#include "base/result.h"

#include <string>

namespace linka {

struct PdfImage {
  std::string filter;  // "/DCTDecode" or "/JPXDecode"
  int width_px = 0, height_px = 0;
  int components = 0;       // 1 grey, 3 colour
  Bytes profile;            // ICC, of a JPEG that carries one
  bool own_colors = false;  // a JP2 whose ICC profile rules; the PDF then names no colour space
};

// By content. Errors: bad_input for what is neither or damaged; unsupported for what PDF/A-2 or our
// pages have no place for: CMYK, opacity, samples of other than 8 bits, unknown colour spaces.
Result<PdfImage> read_pdf_image(ByteView bytes);

// The sRGB profile (ICC version 2) for the output intent, without a date: always the same bytes.
Bytes srgb_profile();

}  // namespace linka
