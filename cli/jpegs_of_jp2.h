// SPDX-License-Identifier: GPL-3.0-or-later
// Pictures of a user copy for readers; a FoxmlOptions::make_jpegs.
#pragma once

#include "base/bytes.h"
#include "base/result.h"

#include <filesystem>
#include <vector>

namespace linka {

// One JPEG for each height: so high at most, never enlarged; 0: whole. Errors: of the file and its
// decoding, naming it.
Result<std::vector<Bytes>> jpegs_of_jp2(const std::filesystem::path& jp2,
                                        const std::vector<int>& heights);

}  // namespace linka
