// SPDX-License-Identifier: GPL-3.0-or-later
// A package that nobody has touched since it was checked needs no second check: a run that finds
// everything done would else read every byte of it. What the check said is kept in the batch, with
// what the file system says of the package's and the schemas' files (name, inode, size, time of the
// last change of bytes and of the entry). The latter nobody can set back, so whatever is written to
// a file, under whatever name and date, is noticed. What changes without being written, on a dying
// disk, is what `linka verify` reads for.
#pragma once

#include "kramerius-export/rules.h"
#include "workspace/batch.h"

#include <filesystem>

namespace linka {

// As check_package; reads the package only when that is needed, and keeps what was found when it is
// no worse than a warning.
Result<CheckReport> check_package_once(const Batch& batch, const std::filesystem::path& package,
                                       const std::filesystem::path& schemas);

}  // namespace linka
