// SPDX-License-Identifier: GPL-3.0-or-later
// The book's record, as far as the command line looks at it: where it lies and whether it will do.
#pragma once

#include "base/result.h"

#include <filesystem>

namespace linka {

// title.toml, record.toml, record.xml, mods.xml or the only XML file beside the scans; empty when
// there is none, or more than one to choose from.
std::filesystem::path record_beside(const std::filesystem::path& scans);

// Whether the record can be read and says what a package needs. What its reader mended is said on
// stderr unless `quiet`.
Result<void> check_record(const std::filesystem::path& record, bool quiet);

}  // namespace linka
