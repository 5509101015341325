// SPDX-License-Identifier: GPL-3.0-or-later
// title.toml -> Record, as written: nothing is mended here, mistakes are refused with their line.
#pragma once

#include "base/result.h"
#include "model/record.h"

#include <string>
#include <string_view>

namespace linka {

// `file` is what messages call the text. Errors: bad_input, every mistake in one message.
Result<Record> record_from_toml(std::string_view text, const std::string& file);

}  // namespace linka
