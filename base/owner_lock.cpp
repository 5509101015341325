// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/owner_lock.h"

#include "base/clock.h"
#include "base/digest.h"
#include "base/fail_point.h"
#include "base/files.h"
#include "base/text.h"

#include <fcntl.h>
#include <linux/magic.h>
#include <nlohmann/json.hpp>
#include <pwd.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <condition_variable>
#include <cstring>
#include <fstream>
#include <mutex>
#include <optional>
#include <sstream>
#include <thread>

namespace linka {
namespace fs = std::filesystem;
using nlohmann::json;
namespace {

FailPoint taking{"lock-take", "before a batch is locked"};
FailPoint taken{"lock-taken", "after a batch was locked"};

std::string first_line(const char* path) {
  std::ifstream in(path);
  std::string line;
  std::getline(in, line);
  return line;
}

// Field 22 of /proc/PID/stat: when the process started, in ticks since the machine did.
std::optional<std::uint64_t> started(long pid) {
  std::ifstream in("/proc/" + std::to_string(pid) + "/stat");
  std::string all;
  std::getline(in, all);
  const std::size_t after_name = all.rfind(')');
  if (after_name == std::string::npos) return {};
  std::istringstream rest(all.substr(after_name + 2));
  std::string field;
  for (int i = 3; i <= 22; ++i)
    if (!(rest >> field)) return {};
  return std::strtoull(field.c_str(), nullptr, 10);
}

std::string user_name() {
  if (const passwd* p = ::getpwuid(::geteuid())) return p->pw_name;
  return std::to_string(::geteuid());
}

std::string text_of_owner(const LockOwner& o) {
  return json{{"host", clean_utf8(o.host)},
              {"user", clean_utf8(o.user)},
              {"pid", o.pid},
              {"pid_started", o.pid_started},
              {"boot_id", o.boot_id},
              {"machine", o.machine_id},
              {"pid_space", o.pid_space},
              {"since", o.since}}
             .dump() +
         "\n";
}

std::optional<LockOwner> read_owner(const fs::path& file) {
  const auto text = read_text(file, 1 << 16);
  if (!text) return {};
  const json j = json::parse(*text, nullptr, false);
  if (!j.is_object()) return {};
  try {
    return LockOwner{j.at("host"),    j.at("user"),    j.at("pid"),       j.at("pid_started"),
                     j.at("boot_id"), j.at("machine"), j.at("pid_space"), j.at("since")};
  } catch (const json::exception&) {
    return {};
  }
}

// File systems of one machine, on which flock is what it says.
bool is_local(const fs::path& folder) {
  struct statfs st {};
  if (::statfs(folder.c_str(), &st) != 0) return false;
  constexpr std::array<std::uint64_t, 7> kinds{
      EXT4_SUPER_MAGIC,      XFS_SUPER_MAGIC,  BTRFS_SUPER_MAGIC, TMPFS_MAGIC,
      OVERLAYFS_SUPER_MAGIC, F2FS_SUPER_MAGIC, 0x2fc12fc1 /* ZFS, of another project */};
  return std::find(kinds.begin(), kinds.end(), static_cast<std::uint64_t>(st.f_type)) !=
         kinds.end();
}

// How old a file is by its own file system's clock, which may not be ours.
double age_s(const fs::path& file, const fs::path& fresh) {
  struct stat old {
  }, now{};
  if (::stat(file.c_str(), &old) != 0 || ::stat(fresh.c_str(), &now) != 0) return 0;
  return static_cast<double>(now.st_mtim.tv_sec - old.st_mtim.tv_sec);
}

enum class Holder { alive, gone, unknown };

Holder holder(const LockOwner& owner, const LockOwner& here) {
  const bool same_machine = !owner.machine_id.empty() && owner.machine_id == here.machine_id;
  if (owner.boot_id != here.boot_id) return same_machine ? Holder::gone : Holder::unknown;
  if (owner.pid_space != here.pid_space) return Holder::unknown;
  const auto since = started(owner.pid);
  return since && *since == owner.pid_started ? Holder::alive : Holder::gone;
}

tl::unexpected<Error> busy(const fs::path& folder, const std::optional<LockOwner>& owner) {
  if (!owner) return fail(ErrorKind::busy, "{}: another run holds it", folder.string());
  return fail(ErrorKind::busy, "{}: another run holds it: {}", folder.string(), in_words(*owner));
}

tl::unexpected<Error> unlockable(const fs::path& file, int error_number) {
  return fail(kind_of_errno(error_number), "{}: {}: {}", file.string(), tr("cannot be locked"),
              std::strerror(error_number));
}

}  // namespace

LockOwner lock_owner_here() {
  LockOwner o;
  std::array<char, 256> name{};
  if (::gethostname(name.data(), name.size() - 1) == 0) o.host = name.data();
  o.user = user_name();
  o.pid = ::getpid();
  o.pid_started = started(o.pid).value_or(0);
  o.boot_id = first_line("/proc/sys/kernel/random/boot_id");
  if (const std::string id = first_line("/etc/machine-id"); !id.empty())
    o.machine_id = sha256_hex("linka " + id).substr(0, 16);
  std::error_code code;
  o.pid_space = fs::read_symlink("/proc/self/ns/pid", code).string();
  o.since = wall_clock_text();
  return o;
}

std::string in_words(const LockOwner& owner) {
  return say(tr("user {} on {}, process {}, since {}"), owner.user, owner.host, owner.pid,
             owner.since);
}

struct OwnerLock::Inner {
  fs::path file;  // lock.owner
  int fd = -1;
  pid_t process = 0;  // who took it; a forked child only keeps the flock
  std::thread heart;
  std::mutex mutex;
  std::condition_variable ended;
  bool end = false;

  ~Inner() {
    if (::getpid() == process) {
      if (heart.joinable()) {
        {
          const std::lock_guard lock(mutex);
          end = true;
        }
        ended.notify_one();
        heart.join();
      }
      ::unlink(file.c_str());
    } else if (heart.joinable()) {
      heart.detach();  // it runs in the parent alone
    }
    if (fd >= 0) ::close(fd);
  }

  void beat() {
    heart = std::thread([this] {
      // Signals are the main thread's.
      sigset_t all;
      ::sigfillset(&all);
      ::pthread_sigmask(SIG_BLOCK, &all, nullptr);
      std::unique_lock lock(mutex);
      while (!ended.wait_for(lock, std::chrono::seconds(lock_heartbeat_s), [this] { return end; }))
        ::utimensat(AT_FDCWD, file.c_str(), nullptr, 0);
    });
  }

  // Makes lock.owner ours: 0, EEXIST when somebody has it, or what went wrong. `own` is a file with
  // our name in it.
  int claim(const fs::path& own, const std::string& text) const {
    if (::link(own.c_str(), file.c_str()) == 0) return 0;
    const int e = errno;
    if (e == EEXIST || (e != EPERM && e != EOPNOTSUPP && e != ENOSYS)) {
      // The answer to a link that was made can get lost on a network.
      struct stat st {};
      return e == EEXIST && ::stat(own.c_str(), &st) == 0 && st.st_nlink == 2 ? 0 : e;
    }
    const int plain = ::open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
    if (plain < 0) return errno;
    const bool written =
        ::write(plain, text.data(), text.size()) == static_cast<ssize_t>(text.size());
    const int failed = written ? 0 : errno;
    ::close(plain);
    return failed;
  }

  // Takes the file of an owner who is gone out of the way; not one that came since.
  void clear_away(const std::optional<LockOwner>& judged) const {
    const fs::path aside = file.parent_path() / fmt::format(".lock.{}.gone.tmp", ::getpid());
    if (::rename(file.c_str(), aside.c_str()) != 0) return;
    const auto moved = read_owner(aside);
    const bool same = moved.has_value() == judged.has_value() &&
                      (!moved || text_of_owner(*moved) == text_of_owner(*judged));
    if (!same && ::link(aside.c_str(), file.c_str()) != 0) return;
    ::unlink(aside.c_str());
  }
};

OwnerLock::OwnerLock(std::unique_ptr<Inner> inner) : inner_(std::move(inner)) {}
OwnerLock::OwnerLock(OwnerLock&&) noexcept = default;
OwnerLock& OwnerLock::operator=(OwnerLock&&) noexcept = default;
OwnerLock::~OwnerLock() = default;

Result<OwnerLock> OwnerLock::take(const fs::path& folder, TrustFlock trust) {
  const fs::path lock_file = folder / "lock";
  if (const int e = taking.reached()) return unlockable(lock_file, e);
  auto inner = std::make_unique<Inner>();
  inner->file = folder / "lock.owner";
  inner->fd = ::open(lock_file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  if (inner->fd < 0)
    return fail(kind_of_errno(errno), "{}: {}: {}", lock_file.string(), tr("cannot be opened"),
                std::strerror(errno));
  bool flocked = true;
  while (::flock(inner->fd, LOCK_EX | LOCK_NB) != 0) {
    if (errno == EINTR) continue;
    if (errno == EWOULDBLOCK) return busy(folder, read_owner(inner->file));
    if (errno != ENOLCK && errno != EOPNOTSUPP && errno != ENOSYS && errno != EINVAL)
      return unlockable(lock_file, errno);
    flocked = false;
    break;
  }
  const bool trusted = flocked && trust == TrustFlock::by_file_system && is_local(folder);
  const LockOwner here = lock_owner_here();
  const std::string text = text_of_owner(here);
  const fs::path own = folder / fmt::format(".lock.{}.{}.tmp", here.host, here.pid);
  // A trusted lock is void after a power cut, whatever its owner's file says then.
  if (auto r = trusted ? write_unflushed(own, text) : write_atomically(own, text); !r)
    return pass(r);
  int claimed = EEXIST;
  std::optional<LockOwner> owner;
  for (int attempt = 0; attempt < 5 && claimed == EEXIST; ++attempt) {
    claimed = inner->claim(own, text);
    if (claimed != EEXIST) break;
    owner = read_owner(inner->file);
    const Holder state = owner ? holder(*owner, here) : Holder::unknown;
    const bool silent = age_s(inner->file, own) > lock_patience_s;
    if (state == Holder::alive || (state == Holder::unknown && !trusted && !silent)) break;
    inner->clear_away(owner);
  }
  ::unlink(own.c_str());
  // ENOENT: who has the lock has tidied up and taken our file for somebody's leftover.
  if (claimed == EEXIST || claimed == ENOENT) return busy(folder, owner);
  if (claimed != 0) return unlockable(inner->file, claimed);
  inner->process = ::getpid();
  if (!trusted) inner->beat();
  taken.reached();
  return OwnerLock(std::move(inner));
}

}  // namespace linka
