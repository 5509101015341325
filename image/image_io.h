// SPDX-License-Identifier: GPL-3.0-or-later
// Small pictures for people: PNG and JPEG bytes of an image, written by Leptonica.
#pragma once

#include "base/bytes.h"
#include "base/result.h"
#include "image/image.h"

namespace linka {

Result<Bytes> to_png(const Image& image);
// quality 1...100. With max_edge_px > 0 the picture is reduced so that neither side is longer.
Result<Bytes> to_jpeg(const Image& image, int quality, int max_edge_px = 0);

}  // namespace linka
