// SPDX-License-Identifier: GPL-3.0-or-later
// The codestream of a user copy.
#pragma once

#include "base/bytes.h"
#include "base/result.h"
#include "image/image.h"

#include <cstddef>

namespace linka {

// The best codestream of at most `budget_bytes`, or all there is when that is less. Never more than
// `most_bytes`; bad_input when not even a picture of nothing is that small.
Result<Bytes> user_codestream(const Image& page, double budget_bytes, double most_bytes);

}  // namespace linka
