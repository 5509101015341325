// SPDX-License-Identifier: GPL-3.0-or-later
// title.toml -> Record, as written: nothing is mended here, mistakes are refused with their line.
// The key `mods` may hold a catalogue's MODS as text; what is said beside it is then only what MODS
// does not know: identifiers, who digitizes, pages, scanner.
#pragma once

#include "base/result.h"
#include "model/record.h"

#include <string>
#include <string_view>
#include <vector>

namespace linka {

// `file` is what messages call the text. Errors: bad_input, every mistake in one message.
Result<Record> record_from_toml(std::string_view text, const std::string& file,
                                std::vector<std::string>& notes);

}  // namespace linka
