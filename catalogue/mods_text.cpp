// SPDX-License-Identifier: GPL-3.0-or-later
#include "catalogue/mods_text.h"

#include "base/clock.h"
#include "formats/mods.h"

namespace linka {

std::string mods_text(const Record& record, bool periodical) {
  // All that the catalogue says, not only what the level of a package may hold: a package's writer
  // looks to that itself.
  RecordPlace place;
  place.level = periodical ? RecordLevel::periodical : RecordLevel::volume;
  ModsStyle style;
  style.version = "3.8";
  style.publisher_element = false;
  style.alternative_names = true;
  XmlWriter xml;
  xml.open("mods:modsCollection").attribute("xmlns:mods", "http://www.loc.gov/mods/v3");
  write_mods(xml, record, place, style, iso8601(now()));
  return xml.done();
}

}  // namespace linka
