// SPDX-License-Identifier: GPL-3.0-or-later
// PREMIS 3 of a package as a whole, for an archive that takes it: what it is, what happened to it
// and by whom. The history of each page is in PREMIS 2.2 inside the package (formats/premis.h).
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace linka {

struct HandedEvent {
  std::string id;            // unique in the document: "digests"
  std::string type, detail;  // "message digest calculation", a phrase
  std::string time;          // ISO 8601
  std::string agent;         // id of one of the agents
};

struct HandedAgent {
  std::string id;             // "linka-0.1.0"
  std::string name, version;  // version may be empty
  std::string type;           // "software" "person"
};

struct HandedEntity {
  // Type and value: {"uuid", "uuid:..."}. Events refer to the first; there is one.
  std::vector<std::pair<std::string, std::string>> identifiers;
  std::string original_name;
  std::vector<HandedEvent> events;  // all of them succeeded
  std::vector<HandedAgent> agents;
};

// The document.
std::string premis3_text(const HandedEntity& entity);

}  // namespace linka
