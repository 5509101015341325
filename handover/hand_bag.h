// SPDX-License-Identifier: GPL-3.0-or-later
// What bag-info.txt says of a package that is handed on.
#pragma once

#include "handover/bag.h"

#include <filesystem>
#include <string>

namespace linka {

// Source-Organization, External-Identifier (URN:NBN, uuid), External-Description,
// Internal-Sender-Identifier. Empty when the folder is no package: any folder can be bagged.
BagInfo info_of_package(const std::filesystem::path& folder);

}  // namespace linka
