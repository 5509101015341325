// SPDX-License-Identifier: GPL-3.0-or-later
// A shelf: where packages are kept for good. Any number of programs, also of several machines that
// share the disk, may work on one at a time.
//
//   <shelf>/shelf.json      quota, mirror
//           ocfl/           the storage root, OCFL 1.1 and nothing else in it
//           work/<claim>/   who is about to store something: how much, and what is not whole yet
//           books/          what was stored when (history.jsonl), the sum of it (tally.json)
//           audits/         which object was read last when (checked.jsonl), the last report
//           aside/          damaged files that a repair took out
//           locks/          one writer an object
//
// An object appears whole, by one rename; a new version takes the place of the older one in one
// step. The books can be made anew from ocfl/; nothing of what is stored needs another folder.
#pragma once

#include "base/owner_lock.h"
#include "base/result.h"
#include "shelf/inventory.h"
#include "shelf/storage.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace linka {

struct ShelfSettings {
  std::uint64_t quota_bytes = 0;  // 0: as much as the disk has
  std::filesystem::path mirror;   // another shelf with the same objects; may be empty
};

class Shelf {
 public:
  // Makes a new one. Error bad_input when something lies there already.
  static Result<Shelf> create(const std::filesystem::path& root, const ShelfSettings& settings);
  // Error bad_input when there is none.
  static Result<Shelf> open(const std::filesystem::path& root);

  Result<void> change(const ShelfSettings& settings);

  const ShelfSettings& settings() const { return settings_; }
  const std::filesystem::path& root() const { return root_; }
  std::filesystem::path objects() const { return root_ / "ocfl"; }
  std::filesystem::path work() const { return root_ / "work"; }
  std::filesystem::path books() const { return root_ / "books"; }
  std::filesystem::path audits() const { return root_ / "audits"; }
  std::filesystem::path aside() const { return root_ / "aside"; }

  // Waits until nobody else writes that object, or has the books (""). Error busy when that takes
  // too long.
  Result<OwnerLock> lock(const std::string& object) const;

  // Error bad_input when it is not on the shelf, or damaged.
  Result<ObjectInventory> inventory(const std::string& id) const;

 private:
  explicit Shelf(std::filesystem::path root) : root_(std::move(root)) {}
  std::filesystem::path root_;
  ShelfSettings settings_;
};

// The path below the storage root of every object there, in order. What is no object, and does not
// belong there either, is left to check_root(). `visit` may end it by an error.
Result<void> for_each_object(const Storage& storage,
                             const std::function<Result<void>(const std::string& path)>& visit);

}  // namespace linka
