// SPDX-License-Identifier: GPL-3.0-or-later
// Where an object lies in the storage root: extension 0003-hash-and-id-n-tuple-storage-layout of
// the OCFL community, SHA-256 in three folders of three signs, then the id itself, so that a person
// finds it by name.
#pragma once

#include <string>
#include <string_view>

namespace linka {

inline constexpr const char* shelf_layout_name = "0003-hash-and-id-n-tuple-storage-layout";

// "object-01" -> "3c0/ff4/240/object-01". Letters, digits, '-' and '_' stay, every other byte
// becomes %xx; more than 100 signs are cut and end in the digest.
std::string object_path(std::string_view id);

// The texts of the storage root's own files.
std::string layout_json();         // ocfl_layout.json
std::string layout_config_json();  // extensions/<name>/config.json

// What a folder of a package is called on the shelf: "tst001-00000a" ->
// "urn:nbn:cz:tst001-00000a", a UUID -> "urn:uuid:...", a URI stays, other names -> "linka:NAME".
std::string object_id_of(std::string_view name);

// An empty element, "." or "..".
bool has_bad_element(std::string_view path);
// A name that OCFL takes as a path: UTF-8, no bad element, no '/' at either end.
bool is_logical_path(std::string_view path);

}  // namespace linka
