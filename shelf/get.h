// SPDX-License-Identifier: GPL-3.0-or-later
// What is on a shelf, given back: the files of a version, or the whole object as an archive takes
// it. Every file has the digest that it was stored with, or nothing is written.
#pragma once

#include "base/result.h"
#include "shelf/inventory.h"
#include "shelf/shelf.h"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>

namespace linka {

struct GotObject {
  std::string id, version;
  std::size_t files = 0;
  std::uint64_t bytes = 0;
};
using GetProgress = std::function<void(std::size_t, std::size_t)>;  // files done, of how many

// Writes the files of a version ("v2"; the last one when empty) into a new folder, which appears
// whole. Errors: bad_input when there is no such object or version, something lies in the folder's
// place, or a file is damaged.
Result<GotObject> get_object(const Shelf& shelf, const std::string& id, const std::string& version,
                             const std::filesystem::path& to, const GetProgress& progress = {});

// A file that says something of the object, for who gets it.
struct AddedFile {
  std::string name;  // "metadata/premis.xml"
  std::string text;
};

// The object with all its versions, byte for byte as they are stored, alone in a new folder that is
// a storage root of OCFL 1.1. What `about` makes of the inventory is added as one more version of
// the copy, unless the object has a file of that name. Errors as get_object().
Result<GotObject> get_storage_root(const Shelf& shelf, const std::string& id,
                                   const std::filesystem::path& to,
                                   const std::function<AddedFile(const ObjectInventory&)>& about,
                                   const GetProgress& progress = {});

}  // namespace linka
