// SPDX-License-Identifier: GPL-3.0-or-later
// A scan's bytes -> pixels. TIFF (libtiff), JPEG (libjpeg), PNG (libpng), JPEG 2000 (OpenJPEG); colour
// by lcms2. The content decides what a file is, never its name.
#pragma once

#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/describe.h"
#include "base/result.h"
#include "image/image.h"
#include "model/page_facts.h"

namespace linka {

struct DecodeParams {
  double default_dpi = 300;
  double max_megapixels = 600;
  double max_file_mb = 16000;
};

template <class Field>
void describe(DecodeParams& p, Field&& field) {
  field("default_dpi", p.default_dpi, 72.0, 2400.0,
        "resolution of scans whose file gives none, or an absurd one");
  field("max_megapixels", p.max_megapixels, 1.0, 4000.0,
        "larger scans are refused before a pixel is decoded");
  field("max_file_mb", p.max_file_mb, 1.0, 1e6,
        "larger files are refused before they are read, in millions of bytes");
}

// What a file says of itself, read without decoding pixels.
struct ScanHeader {
  std::string format;         // "image/tiff", ... ; as SourceFacts
  std::vector<Size> frames;   // one entry an image in the file, stored sizes; never empty
  // Bytes that decoding frame i needs at most, beside the file's own (image buffers, library's own).
  std::vector<std::uint64_t> decode_bytes;
};

struct ScanImage {
  Image image;         // upright (orientation obeyed), 8 bits, grey or R, G, B, no alpha
  SourceFacts source;  // everything but file_name, size_bytes, digests and modified_at
};

// Errors: bad_input (no image, damaged), unsupported (a kind we refuse by name). The message says what
// is wrong in one sentence; the caller adds the file's name.
Result<ScanHeader> probe(ByteView bytes, const DecodeParams& params);

// Whether a frame of that size (ScanHeader's) may be decoded at all. Error unsupported or bad_input.
Result<void> check_limits(Size frame, const DecodeParams& params);

// frame counts from 0. A damaged image is an error, never a part of a picture without a word: what
// the library could not read is not made up.
Result<ScanImage> decode(ByteView bytes, int frame, const DecodeParams& params);

}  // namespace linka
