// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/sandbox.h"

#include "base/translate.h"
#include "pipeline/syscall_filter.h"

#include <fcntl.h>
#include <linux/landlock.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <set>

namespace linka {
namespace fs = std::filesystem;
namespace {

// Landlock's interface as of its sixth version; the headers of Debian 12 know the second.
struct Ruleset {
  std::uint64_t files = 0;
  std::uint64_t network = 0;
  std::uint64_t scoped = 0;
};
constexpr std::uint64_t refer = 1ull << 13, truncating = 1ull << 14, device_control = 1ull << 15;
constexpr std::uint64_t tcp = 3;  // bind and connect
constexpr std::uint64_t abstract_sockets = 1, signals = 2;

constexpr std::uint64_t reading_file = LANDLOCK_ACCESS_FS_READ_FILE;
constexpr std::uint64_t reading = reading_file | LANDLOCK_ACCESS_FS_READ_DIR;
constexpr std::uint64_t writing_file = LANDLOCK_ACCESS_FS_WRITE_FILE | truncating;
constexpr std::uint64_t writing =
    writing_file | LANDLOCK_ACCESS_FS_REMOVE_DIR | LANDLOCK_ACCESS_FS_REMOVE_FILE |
    LANDLOCK_ACCESS_FS_MAKE_CHAR | LANDLOCK_ACCESS_FS_MAKE_DIR | LANDLOCK_ACCESS_FS_MAKE_REG |
    LANDLOCK_ACCESS_FS_MAKE_SOCK | LANDLOCK_ACCESS_FS_MAKE_FIFO | LANDLOCK_ACCESS_FS_MAKE_BLOCK |
    LANDLOCK_ACCESS_FS_MAKE_SYM | refer;

// A fail point of a test may have to end the parent.
bool may_signal_others() {
  return std::getenv("LINKA_FAIL_AT") != nullptr;
}

std::uint64_t known_to(int version) {
  std::uint64_t known = (LANDLOCK_ACCESS_FS_MAKE_SYM << 1) - 1;
  if (version >= 2) known |= refer;
  if (version >= 3) known |= truncating;
  if (version >= 5) known |= device_control;
  return known;
}

// What the C library, its locales and character sets, TBB and OpenMP look at while they work.
std::vector<fs::path> places_of_the_system() {
  std::vector<fs::path> places{"/usr",         "/lib",          "/lib64",         "/etc",
                               "/proc/self",   "/proc/meminfo", "/proc/cpuinfo",  "/proc/stat",
                               "/proc/sys",    "/sys/devices",  "/sys/fs/cgroup", "/sys/kernel/mm",
                               "/dev/urandom", "/dev/zero"};
  // Libraries that lie elsewhere: beside the program, in a user's own prefix.
  std::ifstream maps("/proc/self/maps");
  std::set<fs::path> folders;
  for (std::string line; std::getline(maps, line);) {
    const std::size_t path = line.find('/');
    if (path == std::string::npos || line.find(" r-xp ") == std::string::npos) continue;
    folders.insert(fs::path(line.substr(path)).parent_path());
  }
  folders.erase("/");
  places.insert(places.end(), folders.begin(), folders.end());
  return places;
}

class Landlock {
 public:
  explicit Landlock(int version) : known_(known_to(version)) {
    Ruleset rules;
    rules.files = known_ & (reading | writing | device_control | LANDLOCK_ACCESS_FS_EXECUTE);
    if (version >= 4) rules.network = tcp;
    if (version >= 6) rules.scoped = abstract_sockets | (may_signal_others() ? 0 : signals);
    const std::size_t size = version >= 6 ? 24 : version >= 4 ? 16 : 8;
    ruleset_ = static_cast<int>(::syscall(SYS_landlock_create_ruleset, &rules, size, 0));
  }
  ~Landlock() {
    if (ruleset_ >= 0) ::close(ruleset_);
  }
  Landlock(const Landlock&) = delete;
  Landlock& operator=(const Landlock&) = delete;

  // What is not there needs no right.
  void allow(const fs::path& path, std::uint64_t rights) {
    const int fd = ::open(path.c_str(), O_PATH | O_CLOEXEC);
    if (fd < 0) return;
    struct stat st {};
    landlock_path_beneath_attr beneath{};
    beneath.parent_fd = fd;
    beneath.allowed_access = rights & known_;
    if (::fstat(fd, &st) == 0 && !S_ISDIR(st.st_mode))
      beneath.allowed_access &= reading_file | writing_file;
    ::syscall(SYS_landlock_add_rule, ruleset_, LANDLOCK_RULE_PATH_BENEATH, &beneath, 0);
    ::close(fd);
  }
  void enforce() {
    if (ruleset_ >= 0) ::syscall(SYS_landlock_restrict_self, ruleset_, 0);
  }

 private:
  std::uint64_t known_;
  int ruleset_ = -1;
};

void limit(int what, rlim_t most) {
  rlimit now{};
  if (::getrlimit(static_cast<__rlimit_resource_t>(what), &now) != 0) return;
  now.rlim_cur = std::min(now.rlim_cur, most);
  now.rlim_max = std::min(now.rlim_max, most);
  ::setrlimit(static_cast<__rlimit_resource_t>(what), &now);
}

void limit_resources(const Sandbox& sandbox) {
  limit(RLIMIT_CORE, 0);
  limit(RLIMIT_NOFILE, 1024);
  limit(RLIMIT_MEMLOCK, 0);
  limit(RLIMIT_MSGQUEUE, 0);
  // A write beyond the limit is an error to be told, not a death.
  ::signal(SIGXFSZ, SIG_IGN);
#ifndef __SANITIZE_ADDRESS__  // a sanitizer maps terabytes of shadow
  if (sandbox.data_bytes == 0) return;
  limit(RLIMIT_DATA, sandbox.data_bytes);
  // No file that the worker makes is larger than the pixels it was made of.
  limit(RLIMIT_FSIZE, sandbox.data_bytes);
  // Beside data: libraries, mapped scans, and what the allocator reserves for each thread.
  constexpr rlim_t beside_data = 256ull << 30;
  limit(RLIMIT_AS, sandbox.data_bytes + beside_data);
#endif
}

}  // namespace

int landlock_version() {
  const long version =
      ::syscall(SYS_landlock_create_ruleset, nullptr, 0, LANDLOCK_CREATE_RULESET_VERSION);
  return version < 0 ? 0 : static_cast<int>(version);
}

bool has_seccomp() {
  return knows_this_machine() && ::prctl(PR_GET_SECCOMP) >= 0;
}

std::vector<std::string> sandbox_of_this_kernel() {
  std::vector<std::string> out;
  if (const int version = landlock_version(); version >= 1) {
    out.push_back(tr("opens nothing but scans, pages, models and libraries (Landlock)"));
    out.push_back(tr("writes only to the pages and the journal of the batch (Landlock)"));
    if (version < 3) out.push_back(tr("this kernel cannot forbid shortening files (Landlock)"));
  }
  if (has_seccomp()) {
    out.push_back(tr("no network (seccomp)"));
    out.push_back(tr("no other processes and programs (seccomp)"));
  }
  out.push_back(tr("limited memory, no new privileges, no core files"));
  return out;
}

void enter_sandbox(const Sandbox& sandbox) {
  limit_resources(sandbox);
  if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return;
  if (const int version = landlock_version(); version >= 1) {
    Landlock rules(version);
    for (const fs::path& place : places_of_the_system()) rules.allow(place, reading);
    for (const char* device : {"/dev/null", "/dev/shm"}) rules.allow(device, reading | writing);
    for (const fs::path& place : sandbox.readable) rules.allow(place, reading);
    for (const fs::path& place : sandbox.writable) rules.allow(place, reading | writing);
    rules.enforce();
  }
  filter_system_calls(may_signal_others());
}

std::vector<SandboxProbe> try_sandbox() {
  const pid_t us = ::getpid();
  const auto refused = [](const std::function<bool()>& attempt) {
    const pid_t child = ::fork();
    if (child == 0) {
      enter_sandbox({});
      ::_exit(attempt() ? 1 : 0);
    }
    int status = 0;
    while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    return child > 0 && WIFEXITED(status) && WEXITSTATUS(status) == 0;
  };
  std::string folder = (fs::temp_directory_path() / "linka-sandbox-XXXXXX").string();
  if (::mkdtemp(folder.data()) == nullptr) folder.clear();
  const std::string file = folder + "/file";
  std::ofstream(file) << "x";
  std::vector<SandboxProbe> out;
  out.push_back(
      {"network", refused([] { return ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0) >= 0; })});
  out.push_back({"write", refused([&] {
                   return ::open(file.c_str(), O_WRONLY | O_TRUNC | O_CLOEXEC) >= 0;
                 })});
  out.push_back({"read", refused([&] { return ::open(file.c_str(), O_RDONLY | O_CLOEXEC) >= 0; })});
  out.push_back({"rights", refused([&] { return ::chmod(file.c_str(), 0777) == 0; })});
  out.push_back({"program", refused([] {
                   // When it is let, it is this program that says 1.
                   ::execl("/bin/false", "false", nullptr);
                   return errno != EACCES && errno != EPERM;
                 })});
  out.push_back({"process", refused([] {
                   const pid_t child = ::fork();
                   if (child == 0) ::_exit(0);
                   return child > 0;
                 })});
  out.push_back(
      {"trace", refused([us] { return ::ptrace(PTRACE_SEIZE, us, nullptr, nullptr) == 0; })});
  out.push_back({"signal", refused([us] { return ::kill(us, 0) == 0; })});
  std::error_code code;
  if (!folder.empty()) fs::remove_all(folder, code);
  return out;
}

}  // namespace linka
