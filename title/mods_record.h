// SPDX-License-Identifier: GPL-3.0-or-later
// MODS 3.x, any prefix -> Record, as found. What has no place in such a record is noted;
// normalise() mends the rest.
#pragma once

#include "base/bytes.h"
#include "base/result.h"
#include "title/document_keys.h"

#include <string>
#include <vector>

namespace linka {

// The one record of that level: of several the one whose genre says so, else the first. `file` is
// what messages call the document. Errors: bad_input (no MODS in it, broken XML), unsupported (a
// periodical where a volume is asked for).
Result<Record> record_from_mods(ByteView xml, const std::string& file,
                                std::vector<std::string>& notes,
                                RecordLevel level = RecordLevel::volume);

// A whole file: one volume, or a collection with a record for the title and one for each volume or
// issue, told apart by their genres ("title", "volume", "issue"); a "volume" before issues is their
// year. Errors as above.
Result<ReadDocument> document_from_mods(ByteView xml, const std::string& file,
                                        std::vector<std::string>& notes);

// MODS does not say who digitizes. When nothing else does, it is the library that holds the volume,
// or the one that described it.
void find_digitizing_library(Record& record, std::vector<std::string>& notes);

}  // namespace linka
