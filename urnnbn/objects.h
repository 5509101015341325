// SPDX-License-Identifier: GPL-3.0-or-later
// What of a batch is to be registered, described as far as the batch knows it.
#pragma once

#include "urnnbn/assign.h"
#include "urnnbn/registration.h"

#include <optional>
#include <string>
#include <vector>

namespace linka {

struct UrnObject {
  KnownUrn known;         // key, label; uuid once it is settled; urn and predecessor where assigned
  bool part = false;      // a supplement or an article
  std::string in_record;  // the URN:NBN that the record itself names; empty: none
  // bad_input: why it cannot be registered now.
  Result<UrnRegistration> registration = UrnRegistration{};
};

struct UrnObjects {
  std::vector<UrnObject> all;  // in the record's order
  std::vector<std::string> notes;
  UrnRegister known;
};

// Objects whose uuid is not stated get one that follows from their scans, so that the same scans
// always ask for the same document; once written down, the register's uuid counts. Errors: as
// assign_urns().
Result<UrnObjects> objects_of(const Batch& batch, const Resolver& resolver,
                              const AssignOptions& options);

}  // namespace linka
