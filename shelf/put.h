// SPDX-License-Identifier: GPL-3.0-or-later
// Puts a folder on a shelf: a new object, or a new version of one that is there.
#pragma once

#include "base/result.h"
#include "shelf/books.h"
#include "shelf/shelf.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>

namespace linka {

struct PutOptions {
  std::string id;  // a URI
  std::string message;
  std::string user_name, user_address;  // the system's user when empty
  bool dry_run = false;
  std::function<void(std::size_t, std::size_t)> progress = {};  // files done, of how many
};

struct PutReport {
  std::string id, version, path;  // path: below the storage root
  bool unchanged = false;         // the last version has these very files; nothing was stored
  std::size_t files = 0, new_files = 0;
  // new: what the object did not have yet, and its inventory (none in a dry run).
  std::uint64_t bytes = 0, new_bytes = 0;
};

// Every file of the folder, byte for byte; links and devices in it are refused, empty folders are
// not kept. After success all of it is on the disk under its final name and in the books. `claim`
// may be null: room is then claimed for as long as it takes; one that is too small grows. Errors:
// no_space with the numbers, configuration without an id, bad_input, io, busy when others store the
// same object all the time.
Result<PutReport> put_object(const Shelf& shelf, const std::filesystem::path& folder,
                             const PutOptions& options, Claim* claim = nullptr);

}  // namespace linka
