// SPDX-License-Identifier: GPL-3.0-or-later
// Which version of the national standard is written, and what that means for the records.
#pragma once

#include "base/result.h"
#include "formats/mods.h"
#include "model/document.h"

#include <string>

namespace linka {

struct WrittenStandard {
  bool periodical = false;
  std::string metadata_version;   // "2.2": what the info file says
  std::string mods_type_version;  // "3.8": mdWrap/@MDTYPEVERSION
  std::string mets_type;          // "Monograph" "Periodical"
  std::string page_div;           // "MONOGRAPH_PAGE" "PERIODICAL_PAGE"
  ModsStyle mods;
};

// Monographs "2.2", "2.2-strict" or "2.1", periodicals "2.1" or "2.0" (PackageOptions says what
// they mean). Error: configuration.
Result<WrittenStandard> standard_of(DocumentKind kind, const std::string& monograph,
                                    const std::string& periodical);

// The type of a page as this version knows it. Words it does not know are given by the nearest one,
// else by "normalPage"; in periodicals only words are used that both of its lists hold.
std::string page_type_in(const WrittenStandard& standard, const std::string& type);

// mods:typeOfResource of a page: from its own type, else from the genre of the volume.
std::string page_resource(const std::string& type, const std::string& genre);

}  // namespace linka
