// SPDX-License-Identifier: GPL-3.0-or-later
// The XPath of an element, as a person would write it: one step a level, told apart from its
// sisters by its ID where that is enough.
#include "kramerius-export/rules_internal.h"

namespace linka::rules {
namespace {

bool same_kind(const XmlElement& a, const XmlElement& b) {
  return a.name() == b.name() && a.name_space() == b.name_space();
}

std::string name_in_xpath(const XmlElement& e) {
  const std::string uri = e.name_space();
  if (uri.empty()) return e.name();
  for (const auto& [prefix, known] : customary_prefixes())
    if (known == uri) return prefix + ":" + e.name();
  const char quote = uri.find('\'') == std::string::npos ? '\'' : '"';
  return fmt::format("*[local-name()='{0}' and namespace-uri()={1}{2}{1}]", e.name(), quote, uri);
}

// "[@ID='MC_0001']", "[3]", or nothing for an only child.
std::string told_apart(const XmlElement& e) {
  const XmlElement parent = e.parent();
  if (!parent) return {};
  const std::string id = e.attribute("ID");
  std::size_t of_kind = 0, place = 0, with_id = 0;
  for (const XmlElement& sister : parent.children(e.name())) {
    if (!same_kind(sister, e)) continue;
    ++of_kind;
    if (sister == e) place = of_kind;
    if (!id.empty() && sister.attribute("ID") == id) ++with_id;
  }
  if (with_id == 1 && id.find('\'') == std::string::npos) return "[@ID='" + id + "']";
  return of_kind > 1 ? fmt::format("[{}]", place) : std::string();
}

}  // namespace

const std::vector<std::pair<std::string, std::string>>& customary_prefixes() {
  static const std::vector<std::pair<std::string, std::string>> prefixes = {
      {"mets", "http://www.loc.gov/METS/"},
      {"mods", "http://www.loc.gov/mods/v3"},
      {"dc", "http://purl.org/dc/elements/1.1/"},
      {"oai_dc", "http://www.openarchives.org/OAI/2.0/oai_dc/"},
      {"premis", "info:lc/xmlns/premis-v2"},
      {"mix", "http://www.loc.gov/mix/v20"},
      {"cmd", "http://www.cdlib.org/inside/diglib/copyrightMD"},
      {"alto", "http://www.loc.gov/standards/alto/ns-v2#"},
      {"xlink", "http://www.w3.org/1999/xlink"},
      {"xsi", "http://www.w3.org/2001/XMLSchema-instance"}};
  return prefixes;
}

std::string xpath_of(const Place& place) {
  if (!place.element) return {};
  std::string path;
  for (XmlElement e = place.element; e; e = e.parent())
    path = "/" + name_in_xpath(e) + told_apart(e) + path;
  // What is missing has no path of its own: it is missed in its element.
  if (place.attribute.empty() || !place.element.has(place.attribute)) return path;
  const std::size_t colon = place.attribute.find(':');
  if (colon == std::string::npos) return path + "/@" + place.attribute;
  const std::string prefix = place.attribute.substr(0, colon);
  for (const char* customary : {"xlink", "xsi"})
    if (prefix == customary) return path + "/@" + place.attribute;
  return path + "/@*[name()='" + place.attribute + "']";
}

}  // namespace linka::rules
