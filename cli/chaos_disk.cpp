// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/chaos_disk.h"

#include "base/files.h"

#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <unistd.h>

#include <fstream>
#include <utility>

namespace linka {
namespace fs = std::filesystem;
namespace {

// Mounts of our own: as root, else as root of a world of our own.
bool own_mounts() {
  if (::unshare(CLONE_NEWNS) != 0) {
    const uid_t user = ::geteuid();
    const gid_t group = ::getegid();
    if (::unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0) return false;
    std::ofstream("/proc/self/setgroups") << "deny";
    std::ofstream("/proc/self/uid_map") << "0 " << user << " 1";
    std::ofstream("/proc/self/gid_map") << "0 " << group << " 1";
  }
  return ::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0;
}

}  // namespace

ChaosDisk ChaosDisk::make(const fs::path& folder) {
  ChaosDisk disk(folder);
  if (!make_folders(folder) || !own_mounts()) return disk;
  const std::string size = "size=" + std::to_string(chaos_disk_mib) + "m";
  disk.real_ = ::mount("linka", folder.c_str(), "tmpfs", 0, size.c_str()) == 0;
  return disk;
}

ChaosDisk::ChaosDisk(ChaosDisk&& other) noexcept
    : folder_(std::move(other.folder_)), real_(std::exchange(other.real_, false)) {}

ChaosDisk::~ChaosDisk() {
  if (real_) ::umount2(folder_.c_str(), MNT_DETACH);
}

void ChaosDisk::fill(std::size_t bytes_left) const {
  const auto free = free_space(folder_);
  if (!real_ || !free || *free <= bytes_left) return;
  const int fd = ::open((folder_ / "filler").c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
  if (fd < 0) return;
  const int failed = ::posix_fallocate(fd, 0, static_cast<off_t>(*free - bytes_left));
  ::close(fd);
  if (failed != 0) empty();
}

void ChaosDisk::empty() const {
  if (real_) ::unlink((folder_ / "filler").c_str());
}

}  // namespace linka
