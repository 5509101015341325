// SPDX-License-Identifier: GPL-3.0-or-later
// From a package's structure to Kramerius's objects: which model each is, who owns whom, which page
// stands where.
#pragma once

#include "base/result.h"
#include "kramerius-export/foxml/foxml.h"
#include "kramerius-export/foxml/psp.h"

#include <string>
#include <string_view>
#include <vector>

namespace linka {

struct FoxmlNode {
  FoxmlObject object;
  const PspRecord* mods = nullptr;  // of all but pages
  const PspRecord* dublin_core = nullptr;
  std::string fallback_title;          // for a record that has no title
  std::string cover;                   // pid of the page whose picture stands for it; "" mostly
  std::vector<std::string> relations;  // "hasPage" ...: one for each of object.children
  // Of a page:
  std::string type, number, index, placement;
  const PspFile *image = nullptr, *text = nullptr, *alto = nullptr, *technical = nullptr;
};

struct FoxmlPlan {
  std::vector<FoxmlNode> nodes;  // from the top down, each parent before its children
  std::string unit;              // pid
  std::vector<std::string> notes;
};

// The nodes look into `psp`. Errors: bad_input.
Result<FoxmlPlan> plan_objects(const Psp& psp);

// What Kramerius makes of a div of the logical map: "periodical", "monographunit", ...; "" when it
// does not know the word. "PAGE" is "page". A volume counts as one of several; sound documents have
// their models, too.
std::string_view model_of_div(std::string_view type);
// The relation from a parent to a child of that model: "hasUnit"; "" for a model that stands on
// top.
std::string_view relation_to(std::string_view model);
// Whether smLink's `from` makes the pages its own, by the beginning of its name.
bool owns_pages(std::string_view div_id);
bool is_known_model(std::string_view model);
// What a single volume is: "map", "graphic", "sheetmusic", "manuscript" or "monograph".
std::string_view model_of_volume(const XmlElement& mods);

}  // namespace linka
