// SPDX-License-Identifier: GPL-3.0-or-later
// One writer at a time in a folder, on any file system. Two files: "lock", held by flock, and
// "lock.owner", which appears by link(2) and says who holds it. Where flock can be trusted (a local
// disk) it decides, and a crash or a reboot leaves nothing to tidy up. Where it may be missing or
// reach one machine only (NFS, SMB) the owner's file decides: the owner is gone when its process is
// no longer there or the machine has been started since; of another machine, when its sign of life,
// the file's time, is older than lock_patience_s.
#pragma once

#include "base/result.h"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

namespace linka {

inline constexpr int lock_heartbeat_s = 15, lock_patience_s = 120;

// Who holds a lock.
struct LockOwner {
  std::string host, user;
  long pid = 0;
  std::uint64_t pid_started = 0;  // clock ticks since the machine started
  std::string boot_id;            // of the machine's last start
  std::string machine_id;         // /etc/machine-id as a digest; may be empty
  std::string pid_space;          // processes of another container are not ours to see
  std::string since;              // ISO 8601
};
LockOwner lock_owner_here();
// "user anna on scanner2, process 4711, since 2025-03-14T09:15:00Z"
std::string in_words(const LockOwner& owner);

enum class TrustFlock { by_file_system, no };  // no: as on a network's file system

class OwnerLock {
 public:
  // The folder exists. Error busy, saying who holds it; else as a file cannot be written.
  static Result<OwnerLock> take(const std::filesystem::path& folder,
                                TrustFlock trust = TrustFlock::by_file_system);
  OwnerLock(OwnerLock&&) noexcept;
  OwnerLock& operator=(OwnerLock&&) noexcept;
  // Forked children inherit the flock, so that nobody begins while one of them is still dying.
  ~OwnerLock();

 private:
  struct Inner;
  explicit OwnerLock(std::unique_ptr<Inner> inner);
  std::unique_ptr<Inner> inner_;
};

}  // namespace linka
