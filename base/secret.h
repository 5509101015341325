// SPDX-License-Identifier: GPL-3.0-or-later
// Passwords and keys: from a file that is its owner's alone, or from the service manager. Never
// from a command line, never in a message.
#pragma once

#include "base/result.h"

#include <filesystem>
#include <string>
#include <string_view>

namespace linka {

// The first line of the file. Errors: configuration, when it cannot be read, is empty, or others
// than its owner may read it.
Result<std::string> secret_in(const std::filesystem::path& file);

// The credential of that name, as systemd hands it to a service (a file in $CREDENTIALS_DIRECTORY).
// Errors: configuration, as above, and when there is no such directory or the name is none.
Result<std::string> credential_named(std::string_view name);

}  // namespace linka
