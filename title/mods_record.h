// SPDX-License-Identifier: GPL-3.0-or-later
// MODS 3.x, one record or a collection, any prefix -> Record, as found. What has no place in a
// volume's record is noted; normalise() mends the rest.
#pragma once

#include "base/bytes.h"
#include "base/result.h"
#include "model/record.h"

#include <string>
#include <vector>

namespace linka {

// `file` is what messages call the document. Errors: bad_input (no MODS in it, broken XML),
// unsupported (a periodical).
Result<Record> record_from_mods(ByteView xml, const std::string& file,
                                std::vector<std::string>& notes);

// MODS does not say who digitizes. When nothing else does, it is the library that holds the volume,
// or the one that described it.
void find_digitizing_library(Record& record, std::vector<std::string>& notes);

}  // namespace linka
