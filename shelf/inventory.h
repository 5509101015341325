// SPDX-License-Identifier: GPL-3.0-or-later
// The inventory of an OCFL 1.1 object: which bytes every version has under which names.
#pragma once

#include "base/result.h"
#include "shelf/storage.h"

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace linka {

inline constexpr const char* inventory_name = "inventory.json";
inline constexpr const char* sidecar_name = "inventory.json.sha512";
inline constexpr const char* object_declaration = "0=ocfl_object_1.1";
inline constexpr const char* root_declaration = "0=ocfl_1.1";
inline constexpr const char* inventory_type = "https://ocfl.io/1.1/spec/#inventory";

// What a declaration holds: "0=ocfl_1.1" -> "ocfl_1.1\n"
std::string declaration_text(std::string_view name);

inline constexpr std::uint64_t most_inventory_bytes = 1ull << 30;

std::string version_name(std::size_t index);  // 0 -> "v1"
bool is_version_name(std::string_view name);  // "v12", "v007"

struct ObjectVersion {
  std::string created;  // RFC 3339
  std::string message, user_name, user_address;
  std::map<std::string, std::string> state;  // logical path -> digest
};

struct ObjectInventory {
  std::string id;
  std::string digest_algorithm = "sha512";
  std::map<std::string, std::vector<std::string>> manifest;  // digest -> paths below the object
  std::map<std::string, std::vector<std::string>> md5;       // the same, in the block "fixity"
  std::vector<ObjectVersion> versions;                       // v1 first

  std::string head() const { return version_name(versions.size() - 1); }
};

// Same inventory, same text.
std::string text_of(const ObjectInventory& inventory);
// "<digest> inventory.json\n"
std::string sidecar_text(std::string_view inventory_text);

// An inventory that holds together: what `get` and a new version rely on. Error bad_input.
// check_object() says by its code what is wrong.
Result<ObjectInventory> inventory_from(std::string_view text);
// That of the object at a path below the storage root. Errors also as a file cannot be read.
Result<ObjectInventory> inventory_at(const Storage& storage, const std::string& object);

// The version of that name or number ("v2", "2"); the last one when empty. Error bad_input.
Result<std::size_t> version_index(const ObjectInventory& inventory, const std::string& version);

}  // namespace linka
