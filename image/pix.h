// SPDX-License-Identifier: GPL-3.0-or-later
// Leptonica's pictures, owned. Leptonica 1.82 counts references without atomics: share a PIX
// between threads by shared_ptr, never by pixClone.
#pragma once

#include "base/handle.h"
#include "image/image.h"

#include <leptonica/allheaders.h>

#include <memory>

namespace linka {

using PixPtr = std::unique_ptr<PIX, DestroyWith<pixDestroy>>;
using BoxPtr = std::unique_ptr<BOX, DestroyWith<boxDestroy>>;

// A copy of the image: 8 bits for grey, 32 bits for colour. Null when there is no memory for it.
PixPtr pix_of(const Image& image);

}  // namespace linka
