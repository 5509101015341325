// SPDX-License-Identifier: GPL-3.0-or-later
// The batch's record, as far as the command line looks at it: where it lies and whether it will do.
#pragma once

#include "base/result.h"
#include "workspace/batch.h"

#include <filesystem>

namespace linka {

// title.toml, record.toml, record.xml, mods.xml, title.csv, issues.csv, volumes.csv or the only XML
// file beside the scans; empty when there is none, or more than one to choose from.
std::filesystem::path record_beside(const std::filesystem::path& scans);

// Whether the record can be read and says what packages need: an error when none of them could be
// made, a remark on stderr for each that could not. What its reader mended is said there, too,
// unless `quiet`. `urn_to_come`: a URN:NBN is not missed, because it is or will be assigned.
Result<void> check_record(const std::filesystem::path& record, bool quiet,
                          bool urn_to_come = false);

// Copies the record into the batch. One that needs other files, and a table, is written there in
// its normal form, so that the batch stays whole.
Result<void> keep_record(Batch& batch, const std::filesystem::path& record);

// Whether both describe the same, whatever their files look like.
bool same_record(const std::filesystem::path& a, const std::filesystem::path& b);

// When the record or a file it names was last worked on.
std::filesystem::file_time_type last_change(const std::filesystem::path& record);

}  // namespace linka
