// SPDX-License-Identifier: GPL-3.0-or-later
// RELS-EXT: who the object is and what it leads to.
#include "base/text.h"
#include "base/translate.h"
#include "formats/xml_parts.h"
#include "kramerius-export/foxml/foxml_check_streams.h"
#include "kramerius-export/foxml/foxml_plan.h"
#include "model/record.h"

#include <algorithm>
#include <array>

namespace linka {
namespace {

constexpr std::string_view rdf_space = "http://www.w3.org/1999/02/22-rdf-syntax-ns#";
constexpr auto own_relations =
    std::to_array<std::string_view>({"hasPage", "hasUnit", "hasVolume", "hasItem", "hasIntCompPart",
                                     "hasSoundUnit", "hasTrack", "containsTrack"});
constexpr std::string_view object_start = "info:fedora/", model_start = "info:fedora/model:";

// rdf:resource, whatever its prefix.
std::string resource_of(const XmlElement& e) {
  for (const auto& [name, value] : e.attributes())
    if (name == "resource" || name.ends_with(":resource")) return value;
  return {};
}

std::string about_of(const XmlElement& e) {
  for (const auto& [name, value] : e.attributes())
    if (name == "about" || name.ends_with(":about")) return value;
  return {};
}

}  // namespace

void StreamChecker::check_rels(const XmlElement& root) {
  const auto descriptions = root.children("Description");
  if (root.name() != "RDF" || root.name_space() != rdf_space || descriptions.size() != 1) {
    say_it(
        "FOXML_RELS", root.line(),
        say(tr("the relations are <{}> with {} descriptions"), root.name(), descriptions.size()));
    return;
  }
  const XmlElement& description = descriptions.front();
  if (root.prefix() != "rdf")
    say_it("FOXML_RDF_PREFIX", root.line(), say(tr("the prefix is \"{}\""), root.prefix()));
  if (begins_with_text(root)) blank_line_ = description.line();
  const std::string about = about_of(description);
  if (about != std::string(object_start) + object_.pid)
    say_it("FOXML_ABOUT", description.line(), say(tr("the relations are about \"{}\""), about));
  int models = 0, policies = 0;
  bool item = false;
  for (const XmlElement& e : description.children()) check_relation(e, models, policies, item);
  if (models != 1)
    say_it("FOXML_MODEL", description.line(), say(tr("the object has {} models"), models));
  if (!item) say_it("FOXML_ITEM_ID", description.line(), tr("there is no oai:itemID"));
}

void StreamChecker::check_relation(const XmlElement& e, int& models, int& policies, bool& item) {
  const std::string name = e.name(), target = resource_of(e);
  if (name == "hasModel") {
    ++models;
    const std::string model =
        target.starts_with(model_start) ? target.substr(model_start.size()) : std::string();
    if (is_known_model(model))
      object_.model = model;
    else
      say_it("FOXML_MODEL", e.line(), say(tr("the model is \"{}\""), target));
  } else if (name == "itemID") {
    item = true;
    if (e.text() != object_.pid)
      say_it("FOXML_ITEM_ID", e.line(), say(tr("oai:itemID is \"{}\""), e.text()));
  } else if (name == "policy") {
    const std::string text = e.text();
    if ((text != "policy:public" && text != "policy:private") || ++policies > 1)
      say_it("FOXML_POLICY", e.line(), say(tr("the policy is \"{}\""), text));
  } else if (name == "license") {
    object_.licences.push_back({name, e.text(), e.line()});
  } else if (name == "tiles-url") {
    check_tiles(e);
  } else if (!target.empty() && !target.starts_with("info:fedora/donator:")) {
    const bool own =
        std::find(own_relations.begin(), own_relations.end(), name) != own_relations.end();
    if (!own && name != "isOnPage" && name != "contains") {
      say_it("FOXML_RELATION", e.line(), say(tr("the relation \"{}\" is not known"), name));
      return;
    }
    const std::string pid =
        target.starts_with(object_start) ? target.substr(object_start.size()) : std::string();
    if (!pid.starts_with("uuid:") || !is_uuid(pid.substr(5)))
      say_it("FOXML_TARGET", e.line(), say(tr("{} leads to \"{}\""), name, target));
    else if (name != "contains")
      (own ? object_.children : object_.pages).push_back({name, pid, e.line()});
  }
}

void StreamChecker::check_tiles(const XmlElement& e) {
  object_.tiles = e.text();
  const std::string lower = lower_ascii(object_.tiles);
  std::string rest = lower;
  if (const std::size_t at = rest.find("?zoomify="); at != std::string::npos) rest.erase(at, 9);
  const bool exchanged =
      rest.find("zoomify") != std::string::npos || rest.find("deepzoom") != std::string::npos;
  if (!(lower.starts_with("http://") || lower.starts_with("https://")) || lower.ends_with("/") ||
      lower.ends_with("/info.json") || lower.find(' ') != std::string::npos || exchanged)
    say_it("FOXML_TILES_FORM", e.line(), say(tr("tiles-url is \"{}\""), object_.tiles));
}

}  // namespace linka
