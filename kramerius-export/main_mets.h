// SPDX-License-Identifier: GPL-3.0-or-later
// The main METS of a package: the records of every level and of the pages, all files, the order of
// pages, what belongs to what.
#pragma once

#include "formats/mets.h"
#include "formats/mods.h"
#include "kramerius-export/placed_files.h"
#include "kramerius-export/standard.h"
#include "kramerius-export/structure.h"

#include <array>
#include <string>
#include <vector>

namespace linka {

struct PackageNames {
  std::string id;          // "tst001-00000a"
  std::string created;     // date-time of the package
  std::string created_on;  // its date
  std::string program, program_version;
  MetsHeader header;
};

// What the main METS says of a page, kept for every page until it is written.
struct MainPage {
  PageRecord record;
  std::string made_at;              // date-time
  std::array<PlacedFile, 5> files;  // as package_folders; hrefs need not be there
};

void write_main_mets(XmlWriter& xml, const Structure& structure, const std::vector<MainPage>& pages,
                     const PackageNames& names, const WrittenStandard& standard);

}  // namespace linka
