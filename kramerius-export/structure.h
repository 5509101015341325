// SPDX-License-Identifier: GPL-3.0-or-later
// How a package is built up: which records there are, how they hang together, which of them owns a
// page and which only stand on it.
//
//   one volume        (MONOGRAPH) > VOLUME > chapters, pictures, supplements
//   several volumes   TITLE > VOLUME > ...
//   periodical        TITLE > VOLUME, the year > ISSUE > articles, pictures, supplements
//                     a supplement of the year hangs below VOLUME
#pragma once

#include "base/result.h"
#include "formats/record_level.h"
#include "model/document.h"

#include <cstddef>
#include <string>
#include <vector>

namespace linka {

// What of a page's text a part is: a block of the page's ALTO file.
struct PartArea {
  std::string type;      // "TITLE", "IMAGE"
  std::size_t page = 0;  // from 0
  std::string block;     // its ID in the ALTO file
};

// Something that has a record: a volume, an issue, a chapter ...
struct Entity {
  RecordPlace place;
  Record record;         // as planned; has a uuid among its identifiers
  Record held;           // what of it is written
  std::string label;     // "ročník 3 (1927)"
  std::string div_id;    // "VOLUME_0001", "SUPPLEMENT_0001", "CHAP_0002": begins as Kramerius wants
  std::string div_type;  // "PERIODICAL_VOLUME"
  std::vector<std::size_t> pages;  // that it owns (volume, issue, supplement) or stands on
  std::vector<PartArea> areas;     // found while the pages are placed (text_areas.h)
  std::vector<Entity> below;
};

struct Structure {
  bool periodical = false;
  std::string label;     // "Ukázkový věstník, ročník 3 (1927), číslo 5"
  Entity top;            // TITLE, or VOLUME of a work of one volume
  std::string unit_dmd;  // "MODSMD_VOLUME_0001": the volume or issue that the package is of
};

// Errors: bad_input: a part that the kind of document does not know, a page out of the plan or of
// two supplements, two records with one uuid or one without.
Result<Structure> structure_of(const PackagePlan& plan);

// The records in the order in which they are written: from the top down, each part before those
// within it.
std::vector<const Entity*> entities_of(const Structure& structure);

}  // namespace linka
