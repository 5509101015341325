// SPDX-License-Identifier: GPL-3.0-or-later
// The rows of a TIFF's image, unpacked.
#pragma once

#include "stages/decode/reader.h"
#include "stages/decode/tiff_layout.h"

namespace linka {

// `file` is open at `directory` of `bytes`. All three outlive the rows.
Result<RowSource> tiff_rows(ByteView bytes, std::uint64_t directory, const TiffFile& file,
                            const TiffLayout& layout);

}  // namespace linka
