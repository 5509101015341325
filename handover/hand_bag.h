// SPDX-License-Identifier: GPL-3.0-or-later
// What a bag says of a package that is handed on.
#pragma once

#include "base/clock.h"
#include "handover/bag.h"

#include <filesystem>
#include <string>
#include <vector>

namespace linka {

struct PackageWords {
  BagInfo info;              // Source-Organization, External-Identifier (URN:NBN, uuid),
                             // External-Description, Internal-Sender-Identifier
  std::vector<BagTag> tags;  // metadata/premis.xml: PREMIS 3 of the package as a whole: what it is,
                             // that digests were made of it and it was put into a bag, when and by
                             // which program
};
// Empty when the folder is no package: any folder can be bagged.
PackageWords words_of_package(const std::filesystem::path& folder, const std::string& program,
                              const std::string& version, Time made_at);

}  // namespace linka
