// SPDX-License-Identifier: GPL-3.0-or-later
// How much is on a shelf, how much is promised, and what was stored when. One writer at a time (the
// lock of the books); whatever was stored and not written down when its writer died is written down
// by the next one.
#pragma once

#include "base/owner_lock.h"
#include "base/result.h"
#include "shelf/shelf.h"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace linka {

// One version of one object.
struct StoredVersion {
  std::string at;  // ISO 8601
  std::string id, version;
  std::uint64_t bytes = 0;  // that this version added
  std::size_t files = 0;    // the same
};

struct ShelfClaim {
  std::string what;  // for people: "scans.batch"
  std::uint64_t bytes = 0;
  std::string since;  // ISO 8601
};

struct ShelfSums {
  std::uint64_t quota_bytes = 0;  // 0: none
  std::uint64_t used_bytes = 0;   // of all versions: content, and inventories about
  std::uint64_t reserved_bytes = 0;
  std::uint64_t disk_free_bytes = 0;
  std::size_t objects = 0, versions = 0;
  std::vector<ShelfClaim> claims;  // those whose owner is at work

  // What may still be claimed: of quota and disk the lesser.
  std::uint64_t free_bytes() const;
};
// Claims of programs that are no more are swept first.
Result<ShelfSums> shelf_sums(const Shelf& shelf);

// Everything that was ever stored, oldest first.
Result<std::vector<StoredVersion>> shelf_history(const Shelf& shelf);
// Bytes a day over the last `days`, counted from the first thing stored when that is later. None
// when nothing was, or within less than a day.
std::optional<double> shelf_pace(const std::vector<StoredVersion>& history, const std::string& now,
                                 double days = 30);
// At that pace. None when there is none, or nothing comes.
std::optional<double> days_until_full(const ShelfSums& sums, std::optional<double> pace);

// Makes the books anew from the storage root, which is what counts. What was wrong with them: bytes
// found minus bytes written down.
Result<std::int64_t> recount_shelf(const Shelf& shelf);

// Room that is kept for somebody, as long as the process lives; and the folder in which an object
// becomes whole.
class Claim {
 public:
  // Error no_space, with the numbers, when so much is not free.
  static Result<Claim> take(const Shelf& shelf, std::uint64_t bytes, const std::string& what);
  Claim(Claim&& other) noexcept;
  Claim& operator=(Claim&& other) = delete;
  ~Claim();  // gives back what is left

  const std::filesystem::path& folder() const { return folder_; }
  // Error no_space, and the claim as it was.
  Result<void> grow_to(std::uint64_t bytes);
  // Before an object gets its place: whoever finds this claim abandoned knows whether it got it, by
  // the sidecar of its version.
  Result<void> announce(const StoredVersion& stored, const std::string& sidecar);
  // It has its place: writes it down, and makes the claim less by as much.
  Result<void> settle(const StoredVersion& stored);

 private:
  Claim(const Shelf& shelf, std::filesystem::path folder, OwnerLock lock, std::uint64_t bytes,
        std::string what);
  Shelf shelf_;  // its own: a claim outlives the call that took it
  std::filesystem::path folder_;
  std::optional<OwnerLock> lock_;
  std::uint64_t bytes_;
  std::string what_;
};

}  // namespace linka
