// SPDX-License-Identifier: GPL-3.0-or-later
// The name under which something is made until it is whole: ".NAME.PROCESS.building" beside it.
#pragma once

#include "base/result.h"

#include <filesystem>

namespace linka {

// A name for what becomes `out`. Its folder is made; what a killed maker of `out` left there is
// removed. Errors: bad_input when `out` is there already; io.
Result<std::filesystem::path> half_made_name(const std::filesystem::path& out);

// The same as a folder, made and empty. Errors name `out`.
Result<std::filesystem::path> half_made_folder(const std::filesystem::path& out);

// Comes by after each file or page that went into something half made; `path` is what an error
// names. Errors: io, no_space (only those that a test asks for).
Result<void> part_went_in(const std::filesystem::path& path);

// "PATH: cannot be written: ...", of the kind that the errno has.
tl::unexpected<Error> not_written(const std::filesystem::path& path, int error_number);

// The final name, never in the place of somebody else's, flushed. Errors: bad_input when `to` is
// there already; io.
Result<void> give_name(const std::filesystem::path& from, const std::filesystem::path& to);

}  // namespace linka
