// SPDX-License-Identifier: GPL-3.0-or-later
// One object as FOXML 1.1, stream after stream.
#pragma once

#include "base/bytes.h"
#include "formats/xml_writer.h"

#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace linka {

class FoxmlWriter {
 public:
  // The root and the object's properties. `label` is cut to what Kramerius keeps; `created` is
  // "2026-05-04T08:15:30.000Z".
  FoxmlWriter(XmlWriter::Sink sink, std::string_view pid, std::string_view label,
              std::string created);
  // XML inside the object; `write` writes one element.
  void inline_xml(std::string_view id, std::string_view format_uri,
                  const std::function<void(XmlWriter&)>& write);
  void embedded(std::string_view id, std::string_view mime, ByteView bytes);
  void located(std::string_view id, std::string_view mime, std::string_view url);
  void done();

 private:
  void begin(std::string_view id, std::string_view group, std::string_view mime,
             std::string_view format_uri);
  void end();
  XmlWriter xml_;
  std::string created_;
};

// "uuid:..." and what is said of it in RELS-EXT.
struct FoxmlRelations {
  std::string pid, model;
  std::vector<std::pair<std::string, std::string>> children;  // relation, pid; in order
  std::vector<std::string> pages;                             // isOnPage
  std::string policy;                                         // "policy:private"; "" = none
  std::vector<std::string> licences;
  std::string tiles;  // "" = none
};
void write_relations(XmlWriter& xml, const FoxmlRelations& relations);

// At most so many UTF-16 units (what Java counts), never a broken character.
std::string cut_text(std::string_view text, std::size_t most);

}  // namespace linka
