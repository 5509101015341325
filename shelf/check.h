// SPDX-License-Identifier: GPL-3.0-or-later
// Is an object, or a whole storage root, what OCFL 1.1 says it is? Every finding has the code that
// the OCFL editors publish (ocfl.io/1.1/spec/validation-codes): E... must not be, W... should not.
#pragma once

#include "base/result.h"
#include "shelf/storage.h"

#include <nlohmann/json_fwd.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace linka {

struct ShelfFinding {
  std::string code;     // "E092"
  std::string path;     // below the storage root
  std::string message;  // a sentence for a person
  bool is_error() const { return code.starts_with('E'); }
};

// The codes that are looked for. Those that no reader can tell from the files (how a writer works,
// what a client may support) are not among them.
const std::vector<std::string>& ocfl_codes();

struct ShelfCheck {
  std::string path, id, head;
  std::size_t files = 0;    // content files whose bytes were read
  std::uint64_t bytes = 0;  // the same
  std::vector<ShelfFinding> findings;
  // What a copy elsewhere could give back: files below the object that are not there or have other
  // bytes than they should, with the digest that they should have ("" for inventories and
  // sidecars).
  std::map<std::string, std::string> damaged;
  bool whole() const;  // no error
};

// `pace` hears how many bytes were read; its error ends the check. Without `read_content` only
// names and inventories are looked at. Errors: of `pace`; resource. A disk that cannot read a file
// is a finding.
Result<ShelfCheck> check_object(const Storage& storage, const std::string& path, bool read_content,
                                const std::function<Result<void>(std::uint64_t)>& pace = {});

struct CheckedRoot {
  std::vector<ShelfFinding> findings;  // of the root itself and of what lies between objects
  std::vector<std::string> objects;    // their paths
};
// `read_ids`: also whether every object lies where its id belongs, which reads every inventory.
Result<CheckedRoot> check_root(const Storage& storage, bool read_ids = true);

// The same of the root's own declaration and layout alone: no object is looked for.
struct RootWords {
  std::vector<ShelfFinding> findings;
  bool known_layout = false;  // objects lie where object_path() says
};
Result<RootWords> check_storage_root(const Storage& storage);

// An inventory as JSON, for check.cpp.
struct CheckedInventory {
  std::string id, head, algorithm = "sha512", content = "content", type;
  std::map<std::string, std::set<std::string>> manifest;             // digest -> paths
  std::map<std::string, std::map<std::string, std::string>> fixity;  // algorithm -> path -> digest
  std::map<std::string, std::map<std::string, std::string>> states;  // version -> path -> digest
  std::map<std::string, std::string> told;  // version -> created, message and user as one text
  bool usable = false;                      // enough of it is there to look further
};
// Codes with sentences; where they are is the caller's to say.
using Codes = std::vector<std::pair<std::string, std::string>>;
CheckedInventory check_inventory(const std::string& text, Codes& codes);

// The folder "extensions" of a root or an object, which have codes of their own for the same.
struct ExtensionCodes {
  const char *file, *unregistered;
};
void check_extensions(const Storage& storage, const std::string& folder,
                      const ExtensionCodes& codes, std::vector<ShelfFinding>& findings);

}  // namespace linka
