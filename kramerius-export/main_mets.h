// SPDX-License-Identifier: GPL-3.0-or-later
// The main METS of a package: the records of the volume and its pages, all files, the order of
// pages.
#pragma once

#include "formats/mods.h"
#include "kramerius-export/page_mets.h"

#include <string>
#include <vector>

namespace linka {

std::string to_main_mets(const std::vector<PlacedPage>& pages, const Record& record,
                         const PackageNames& names, const ModsStyle& style,
                         const std::string& mods_type_version);

}  // namespace linka
