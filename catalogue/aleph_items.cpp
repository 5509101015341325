// SPDX-License-Identifier: GPL-3.0-or-later
// The copies of a record as Aleph's X-server tells them (op=item-data). Releases spell the names of
// the elements with hyphens, underlines or neither.
#include "base/text.h"
#include "catalogue/web.h"

#include <algorithm>

namespace linka {
namespace {

constexpr std::size_t most_items = 2000;  // of a long-lived periodical

// The first child of one of these names that is not empty; hyphens and the like do not count.
std::string text_of(const XmlElement& item, std::initializer_list<std::string_view> names) {
  for (const std::string_view wanted : names)
    for (const XmlElement& child : item.children()) {
      std::string name = lower_ascii(child.name());
      std::erase_if(name, [](char c) { return c == '-' || c == '_'; });
      if (name.starts_with("z30") && name.size() > 3) name = name.substr(3);
      if (name == wanted)
        if (const std::string text = trimmed(child.text()); !text.empty()) return text;
    }
  return {};
}

CatalogueItem item_of(const XmlElement& item) {
  CatalogueItem out;
  out.barcode = text_of(item, {"barcode"});
  out.shelf_mark = text_of(item, {"callno1", "callno", "callno2"});
  out.place = text_of(item, {"sublibrary", "library"});
  out.volume = text_of(item, {"description"});
  if (!out.volume.empty()) return out;
  out.volume = text_of(item, {"enumerationa", "enumerationb"});
  const std::string year = text_of(item, {"chronologicali", "chronologyi", "chronologicalj"});
  if (!year.empty()) out.volume += out.volume.empty() ? year : " (" + year + ")";
  return out;
}

}  // namespace

void add_aleph_items(const Catalogue& c, const std::string& secret, const HttpStop& stop,
                     Found& found) {
  for (Hit& hit : found.hits) {
    if (hit.id.empty()) continue;
    web::Parameters item_data = {{"op", "item-data"}};
    if (!c.database.empty()) item_data.emplace_back("base", c.database);
    item_data.emplace_back("doc_num", hit.id);
    const auto answer = web::fetch_xml(c, item_data, secret, stop);
    if (!answer) {
      found.notes.push_back(
          say(tr("The copies of {} are not told: {}"), hit.id, answer.error().message));
      return;
    }
    for (const XmlElement& item : answer->root().descendants("item")) {
      if (hit.items.size() == most_items) break;
      if (CatalogueItem one = item_of(item); !one.barcode.empty() || !one.shelf_mark.empty())
        hit.items.push_back(std::move(one));
    }
  }
}

}  // namespace linka
