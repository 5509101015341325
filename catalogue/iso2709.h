// SPDX-License-Identifier: GPL-3.0-or-later
// ISO 2709, the exchange format in which Z39.50 servers send MARC 21: a leader, a directory of
// tags, lengths and offsets, then the fields.
#pragma once

#include "catalogue/marc.h"

#include <string>
#include <string_view>
#include <vector>

namespace linka {

// One record. `charset` as text_from() takes it, or "auto": what the record is (UTF-8 where its
// bytes are that, else MARC-8). Lengths and offsets that do not fit are told from the field ends
// where that can be done, because some servers count characters instead of bytes; that is noted.
// Errors: bad_input (too short, no directory, bytes that are none of the character set).
Result<MarcRecord> marc_from_iso2709(std::string_view bytes, std::string_view charset,
                                     std::vector<std::string>& notes);

}  // namespace linka
