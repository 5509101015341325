// SPDX-License-Identifier: GPL-3.0-or-later
// What a server must have after a delivery: read from the FOXML folder that was made of a package,
// and kept beside the delivery's journal, so that a proof years later asks for the same.
#pragma once

#include "base/result.h"
#include "formats/xml_reader.h"
#include "kramerius-export/foxml/foxml.h"

#include <nlohmann/json_fwd.hpp>

#include <cstddef>
#include <filesystem>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace linka {

// What a record (MODS) says that a reader would search for.
struct ObjectRecord {
  std::string title, date;                         // the main title alone
  std::vector<std::string> authors;                // family names or whole names
  std::map<std::string, std::string> identifiers;  // type -> value, the first of each
  std::string page_type, page_number;
  bool operator==(const ObjectRecord&) const = default;
};
ObjectRecord record_in(const XmlElement& mods);

struct ExpectedObject {
  std::string pid, model, label;
  std::vector<std::string> children;     // own ones, in order
  std::string text_sha256, alto_sha256;  // "" when it has none
  std::string image_sha256;              // of an image inside the object, "" when there is none
  bool tiles = false;                    // tiles-url is there
  int width_px = 0, height_px = 0;       // of a page's image; 0: not known
  ObjectRecord record;
  std::string user_copy;  // name of its file in the package; of a page
};

struct Expected {
  std::string top, unit;
  std::vector<ExpectedObject> objects;  // parents before children
  std::vector<PlacedImage> images;      // to lie on the image server
  std::vector<std::string> notes;
  std::set<std::string> known;  // pids that were there before; others keep their records

  // Nothing when it is not among them.
  const ExpectedObject* find(std::string_view pid) const;
  std::size_t pages() const;
  // "page [3] (uc_tst001-00000a_0005.jp2)", "article O mlýnech"
  std::string words_for(std::string_view pid) const;

 private:
  mutable std::map<std::string, std::size_t, std::less<>> places_;  // made when first asked
};

// Reads the folder object by object. Errors: io, bad_input.
Result<Expected> expected_of(const FoxmlExport& made);

nlohmann::json to_json(const Expected& expected);
// Error bad_input.
Result<Expected> expected_from(const nlohmann::json& document);

}  // namespace linka
