// SPDX-License-Identifier: GPL-3.0-or-later
// <batch>/urnnbn.jsonl: what was asked of a resolver of URN:NBN and what it gave, one line an event
// (base/event_log.h), each on the disk before the next step. Only what these lines say counts: a
// registration that stands here as begun and not as ended is looked up before it is made again.
#pragma once

#include "base/event_log.h"
#include "base/result.h"
#include "model/urn.h"

#include <cstddef>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace linka {

// Where a line's URN:NBN comes from; stands in every line about a resolver.
struct UrnSource {
  std::string resolver, address, registrar;
  bool test = false;
};

// A registration or another request that must not be made twice, begun and without an end.
struct BegunUrn {
  std::string urn;  // asked for; empty: the resolver's choice
  int tries = 0;    // how many times it was begun
};

struct UrnRegister {
  // One for each object and kind of resolver (production, test), production first; the last word
  // counts. Objects with a uuid and no URN:NBN stand once, with an empty urn.
  std::vector<KnownUrn> known;
  std::map<std::pair<std::string, std::string>, BegunUrn> begun;  // by resolver and uuid
  // Reserved at a resolver for this batch and not used yet.
  std::map<std::string, std::vector<std::string>> reserved;
  // URN:NBN -> addresses of digital instances that were added.
  std::map<std::string, std::vector<std::string>> instances, instances_begun;
  std::size_t damaged_lines = 0;

  const KnownUrn* assigned(const std::string& uuid, bool test) const;  // null when there is none
};

std::filesystem::path urn_register_of(const std::filesystem::path& batch_folder);
// Nothing when there is no such file. Errors: io.
Result<UrnRegister> read_urns(const std::filesystem::path& batch_folder);

// Writes lines; each returns when its line is on the disk. Errors: io, no_space.
class UrnWriter {
 public:
  static Result<UrnWriter> open(const std::filesystem::path& batch_folder);

  // The uuid under which an object will be registered, for ever.
  Result<void> named(const KnownUrn& object);
  // A request is about to be sent. `urn`: the one asked for, or empty.
  Result<void> about(const KnownUrn& object, const UrnSource& at, const std::string& urn,
                     const std::string& message_sha256);
  // The object has `object.urn`. `how`: "registered" or "found".
  Result<void> assigned(const KnownUrn& object, const UrnSource& at, const std::string& how);
  // The resolver said no; nothing was registered.
  Result<void> refused(const KnownUrn& object, const UrnSource& at, const std::string& code,
                       const std::string& message);
  Result<void> about_reserving(const UrnSource& at, std::size_t count);
  Result<void> reserved(const UrnSource& at, const std::vector<std::string>& urns);
  Result<void> about_instance(const std::string& urn, const UrnSource& at, const std::string& url);
  Result<void> instance(const std::string& urn, const UrnSource& at, const std::string& url);

 private:
  explicit UrnWriter(EventLog log) : log_(std::move(log)) {}
  EventLog log_;
};

}  // namespace linka
