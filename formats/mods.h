// SPDX-License-Identifier: GPL-3.0-or-later
// MODS records of every level of a package and of its pages, in the shape the Czech national
// standard asks for (monograph 2.2 and 2.1, periodical 2.1 and 2.0). The records are written into a
// document whose root declares the prefix "mods".
#pragma once

#include "formats/record_level.h"
#include "formats/xml_writer.h"
#include "model/record.h"

#include <string>
#include <string_view>

namespace linka {

// What differs between the versions of the standard.
struct ModsStyle {
  std::string version;             // the attribute mods/@version; empty: left out
  bool publisher_element = true;   // mods:publisher; false: mods:agent with a role (MODS 3.8)
  bool sigla_source = true;        // recordContentSource with a SIGLA code; false: left out
  bool alternative_names = false;  // mods:alternativeName (MODS 3.8)
  bool old_words = false;          // "table of content", as the versions before had it
};

// Non-sorting words as they have to stand in mods:nonSort: with a blank behind them, but for an
// apostrophe or a hyphen. Kramerius puts the title right behind.
std::string non_sort_text(std::string_view text);

// One page as its record knows it.
struct PageRecord {
  int ordinal = 1;  // from 1; the number in the ids and the file names
  std::string uuid;
  std::string label;              // "[1]"
  std::string type;               // "titlePage"
  std::string position;           // "left" "right" "singlePage"
  bool represents = false;        // its picture stands for the whole volume or issue
  std::string resource = "text";  // "text" "still image" "notated music" "cartographic"
  std::string note = {};          // on its condition; empty: none
};

// mods:mods ID="MODS_VOLUME_0001". `held` is what held_at leaves of a record; fallback_created is
// the record's time when it has none of its own.
void write_mods(XmlWriter& xml, const Record& held, const RecordPlace& place,
                const ModsStyle& style, const std::string& fallback_created);
// mods:mods ID="MODS_PAGE_0001"
void write_mods(XmlWriter& xml, const PageRecord& page, const ModsStyle& style);

}  // namespace linka
