// SPDX-License-Identifier: GPL-3.0-or-later
// The technical METS of one page: how its files came to be (PREMIS) and what its images are (MIX).
#pragma once

#include "formats/jp2.h"
#include "formats/mets.h"
#include "formats/mods.h"
#include "kramerius-export/package.h"

#include <optional>
#include <string>

namespace linka {

struct PlacedFile {
  std::string href;  // "mastercopy/mc_tst001-00000a_0001.jp2"
  std::uint64_t size_bytes = 0;
  std::string md5;
};

// A page in its package: its number, its record, its files.
struct PlacedPage {
  const PackagePage* source = nullptr;
  PageRecord record;
  std::string made_at;  // date-time
  PlacedFile master, user, alto, txt, amd;
  std::optional<Jp2Properties> master_jp2;  // when the master copy could be read as one
};

struct PackageNames {
  std::string id;          // "tst001-00000a"
  std::string created;     // date-time of the package
  std::string created_on;  // its date
  std::string program, program_version;
  MetsHeader header;
};

// amd_mets_<id>_<nnnn>.xml. page.amd is not looked at.
std::string to_page_mets(const PlacedPage& page, const Record& record, const PackageNames& names);

}  // namespace linka
