// SPDX-License-Identifier: GPL-3.0-or-later
// What of a document bears a URN:NBN, and one that a resolver gave brought into its record.
#pragma once

#include "model/document.h"
#include "model/urn.h"

#include <cstddef>
#include <string>
#include <vector>

namespace linka {

// A volume, an issue, a supplement or an article as the record tells it from the others:
// "volume 2", "issue 3 (1927) 5", "volume 2 / supplement Mapa". Two that would be called the same
// are counted. The key does not depend on where in the record it stands.
struct UrnBearer {
  std::string key;
  std::size_t unit = 0;        // in Document::units
  const Part* part = nullptr;  // null: the unit itself; dies with the document
};
// Every unit, and of its parts the supplements and articles at any depth, in the record's order.
std::vector<UrnBearer> urn_bearers(const Document& document);

struct AppliedUrns {
  std::vector<std::string> notes;      // a sentence each
  std::vector<KnownUrn> without_home;  // assigned to what the record describes no more
};

// Gives every object its uuid and its URN:NBN, as far as they are known. A production URN:NBN goes
// before one of a test. What the record itself says stays, unless it names the predecessor of what
// was assigned. An object is told by its own uuid, else by its key; of a record of one unit the one
// unit is meant whatever it is called now.
AppliedUrns apply_urns(Document& document, const std::vector<KnownUrn>& known);

}  // namespace linka
