// SPDX-License-Identifier: GPL-3.0-or-later
// MODS records of a volume and of its pages, in the shape the Czech national standard asks for. The
// records are written into a document whose root declares the prefix "mods".
#pragma once

#include "formats/xml_writer.h"
#include "model/record.h"

#include <string>

namespace linka {

// What differs between the versions of the standard.
struct ModsStyle {
  std::string version;            // the attribute mods/@version; empty: left out
  bool publisher_element = true;  // mods:publisher; false: mods:agent with a role (MODS 3.8)
  bool sigla_source = true;       // recordContentSource with a SIGLA code; false: left out
};

// One page as its record knows it.
struct PageRecord {
  int ordinal = 1;  // from 1; the number in the ids and the file names
  std::string uuid;
  std::string label;        // "[1]"
  std::string type;         // "titlePage"
  std::string position;     // "left" "right" "singlePage"
  bool represents = false;  // its picture stands for the whole volume
};

// mods:mods ID="MODS_VOLUME_0001". fallback_created is the record's time when it has none of its
// own.
void write_mods(XmlWriter& xml, const Record& record, const ModsStyle& style,
                const std::string& fallback_created);
// mods:mods ID="MODS_PAGE_0001"
void write_mods(XmlWriter& xml, const PageRecord& page, const ModsStyle& style);

// "0001": the number of a page in ids.
std::string ordinal_text(int ordinal);

}  // namespace linka
