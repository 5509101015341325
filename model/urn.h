// SPDX-License-Identifier: GPL-3.0-or-later
// The URN:NBN of a volume, an issue or a part as a resolver gave it, and what it was given to.
#pragma once

#include <string>

namespace linka {

struct KnownUrn {
  std::string key;          // what the object is called in the batch's record (title/urns.h)
  std::string uuid;         // under which the resolver knows it
  std::string label;        // for people
  std::string urn;          // empty: none is assigned, only the uuid is settled
  std::string predecessor;  // the URN:NBN that this one replaces; empty: none
  std::string resolver;     // its id in resolvers.toml; of a URN:NBN only
  bool test = false;        // the resolver is one for tests: never for production
};

}  // namespace linka
