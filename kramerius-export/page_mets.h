// SPDX-License-Identifier: GPL-3.0-or-later
// The technical METS of one page: how its files came to be (PREMIS) and what its images are (MIX).
#pragma once

#include "formats/jp2.h"
#include "kramerius-export/main_mets.h"
#include "kramerius-export/package.h"

#include <array>
#include <optional>

namespace linka {

// A page in its package: its number, its record, its files.
struct PlacedPage {
  const PackagePage* source = nullptr;
  PageRecord record;
  std::string made_at;                      // date-time
  std::array<PlacedFile, 5> files;          // as package_folders
  std::optional<Jp2Properties> master_jp2;  // when the master copy could be read as one
};

// amd_mets_<id>_<nnnn>.xml. The page's own file in amdsec/ is not looked at. With `rights` the
// plan's copyright is recorded, too.
std::string to_page_mets(const PlacedPage& page, const PackagePlan& plan, const PackageNames& names,
                         const WrittenStandard& standard, bool rights);

}  // namespace linka
