// SPDX-License-Identifier: GPL-3.0-or-later
// title.toml -> everything it describes, as written. Tables of volumes or issues may lie in a CSV
// file beside it, devices in a TOML file.
#pragma once

#include "base/result.h"
#include "title/document_keys.h"

#include <filesystem>
#include <string>
#include <string_view>

namespace linka {

// `path` is what messages call the text; files it names lie in the same folder. Mistakes go to
// `reading`; the error alone (bad_input) is a text that is no TOML.
Result<ReadDocument> document_from_toml(std::string_view text, const std::filesystem::path& path,
                                        Reading& reading);

}  // namespace linka
