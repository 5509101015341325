// SPDX-License-Identifier: GPL-3.0-or-later
// One picture as files that a IIIF Image API 3 client asks for at level 0: tiles of 512 px in
// powers of two, whole pictures of a few sizes, info.json.
#pragma once

#include "base/result.h"
#include "handover/sink.h"
#include "image/image.h"

#include <string>
#include <vector>

namespace linka {

// Half as wide and high (odd edges rounded up), each pixel the mean of the four it was.
Image halved(const Image& image);
// Pixels [x, x + width) x [y, y + height), inside the image.
Image cut_out(const Image& image, int x, int y, int width, int height);

struct IiifImageOptions {
  int quality = 85;  // of the JPEG files
};

// Files below `place` ("images/7a77..."); `id` is the address of that folder. Sizes of the whole
// pictures come back, the smallest first. Errors: of the sink.
Result<std::vector<Size>> write_iiif_image(Sink& sink, const std::string& place,
                                           const std::string& id, const Image& image,
                                           const IiifImageOptions& options);

}  // namespace linka
