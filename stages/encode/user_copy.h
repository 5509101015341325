// SPDX-License-Identifier: GPL-3.0-or-later
// The codestream of a user copy.
#pragma once

#include "base/bytes.h"
#include "base/result.h"
#include "image/image.h"

#include <cstddef>

namespace linka {

// Appends the best codestream of at most `budget_bytes`, or all there is when that is less. A page
// too small for that gets more, but never more than `most_bytes`. Errors: bad_input when not even a
// picture of nothing is that small; resource. Works with 25 MB and what all planes that are coded
// take, a tenth to a third of the page.
Result<void> append_user_codestream(const Image& page, double budget_bytes, double most_bytes,
                                    Bytes& file);

}  // namespace linka
