// SPDX-License-Identifier: GPL-3.0-or-later
#include "catalogue/mods_text.h"

#include "base/clock.h"
#include "formats/mods.h"

namespace linka {
namespace {

// The writer gives every volume a uuid; without a URN:NBN it would be everybody's.
std::string without_uuid(std::string xml) {
  constexpr std::string_view begin = "<mods:identifier type=\"uuid\">", end = "</mods:identifier>";
  const std::size_t at = xml.find(begin);
  if (at == std::string::npos) return xml;
  const std::size_t line = xml.rfind('\n', at);
  const std::size_t stop = xml.find(end, at) + end.size();
  return xml.erase(line, stop - line);
}

}  // namespace

std::string mods_text(const Record& record, bool /*periodical*/) {
  XmlWriter xml;
  xml.open("mods:modsCollection").attribute("xmlns:mods", "http://www.loc.gov/mods/v3");
  write_mods(xml, record, {"3.8", false, true}, iso8601(now()));
  return identifier_of(record, "uuid").empty() ? without_uuid(xml.done()) : xml.done();
}

}  // namespace linka
