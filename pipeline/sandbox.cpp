// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/sandbox.h"

#include <fcntl.h>
#include <linux/filter.h>
#include <linux/landlock.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstdint>

namespace linka {
namespace {

// Landlock's first version of 2021: what every kernel that has it knows.
constexpr std::uint64_t writing = LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_REMOVE_DIR |
                                  LANDLOCK_ACCESS_FS_REMOVE_FILE | LANDLOCK_ACCESS_FS_MAKE_CHAR |
                                  LANDLOCK_ACCESS_FS_MAKE_DIR | LANDLOCK_ACCESS_FS_MAKE_REG |
                                  LANDLOCK_ACCESS_FS_MAKE_SOCK | LANDLOCK_ACCESS_FS_MAKE_FIFO |
                                  LANDLOCK_ACCESS_FS_MAKE_BLOCK | LANDLOCK_ACCESS_FS_MAKE_SYM;

int landlock_version() {
  return static_cast<int>(
      ::syscall(SYS_landlock_create_ruleset, nullptr, 0, LANDLOCK_CREATE_RULESET_VERSION));
}

void write_only_below(const std::filesystem::path& folder) {
  if (landlock_version() < 1) return;
  landlock_ruleset_attr rules{};
  rules.handled_access_fs = writing;
  const int ruleset = static_cast<int>(
      ::syscall(SYS_landlock_create_ruleset, &rules, sizeof rules.handled_access_fs, 0));
  if (ruleset < 0) return;
  bool ready = true;
  for (const char* path : {folder.c_str(), "/dev/null", "/dev/shm"}) {
    landlock_path_beneath_attr beneath{};
    const int fd = ::open(path, O_PATH | O_CLOEXEC);
    if (fd < 0) continue;
    beneath.parent_fd = fd;
    beneath.allowed_access =
        path == folder.c_str() ? writing : std::uint64_t{LANDLOCK_ACCESS_FS_WRITE_FILE};
    if (::syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &beneath, 0) != 0 &&
        path == folder.c_str())
      ready = false;
    ::close(fd);
  }
  if (ready) ::syscall(SYS_landlock_restrict_self, ruleset, 0);
  ::close(ruleset);
}

// socket() answers EACCES for the internet's families; everything else passes.
void no_network() {
#if defined(__x86_64__) || defined(__aarch64__)
  const auto family = static_cast<std::uint32_t>(offsetof(seccomp_data, args[0]));
  const auto number = static_cast<std::uint32_t>(offsetof(seccomp_data, nr));
  sock_filter program[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, number),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_socket, 0, 4),
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, family),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, AF_INET, 1, 0),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, AF_INET6, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EACCES),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  };
  const sock_fprog filter{sizeof program / sizeof program[0], program};
  ::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter);
#endif
}

}  // namespace

std::vector<std::string> sandbox_of_this_kernel() {
  std::vector<std::string> out;
  if (landlock_version() >= 1) out.emplace_back("writes only below the batch's folder (Landlock)");
  if (::prctl(PR_GET_SECCOMP) >= 0) out.emplace_back("no network (seccomp)");
  out.emplace_back("no new privileges, no core files");
  return out;
}

void enter_sandbox(const std::filesystem::path& writable) {
  if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return;
  write_only_below(writable);
  no_network();
}

}  // namespace linka
