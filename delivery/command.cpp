// SPDX-License-Identifier: GPL-3.0-or-later
#include "delivery/command.h"

#include "base/text.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <optional>

extern char** environ;

namespace linka {
namespace {

constexpr std::size_t most_output = 64u << 20, most_said = 16384;
constexpr int look_every_ms = 200;                     // for `stop`
constexpr auto time_to_end = std::chrono::seconds(5);  // before it is killed

// Two ends of a pipe, closed when they go.
struct Pipe {
  std::array<int, 2> ends{-1, -1};
  bool open() { return ::pipe2(ends.data(), O_CLOEXEC) == 0; }
  void close(std::size_t end) {
    if (ends[end] >= 0) ::close(ends[end]);
    ends[end] = -1;
  }
  ~Pipe() {
    close(0);
    close(1);
  }
};

Result<pid_t> start(const std::vector<std::string>& words, Pipe& out, Pipe& err) {
  posix_spawn_file_actions_t files;
  posix_spawn_file_actions_init(&files);
  posix_spawn_file_actions_addopen(&files, 0, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&files, out.ends[1], 1);
  posix_spawn_file_actions_adddup2(&files, err.ends[1], 2);
  posix_spawnattr_t how;
  posix_spawnattr_init(&how);
  sigset_t usual;
  sigemptyset(&usual);
  sigaddset(&usual, SIGPIPE);
  posix_spawnattr_setsigdefault(&how, &usual);
  posix_spawnattr_setflags(&how, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF);
  std::vector<char*> arguments;
  for (const std::string& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  pid_t pid = -1;
  const int error =
      ::posix_spawnp(&pid, arguments.front(), &files, &how, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&files);
  posix_spawnattr_destroy(&how);
  if (error == ENOENT)
    return fail(ErrorKind::missing, "the program {} is not installed", words.front());
  if (error != 0)
    return fail(ErrorKind::resource, "{} cannot be started: {}", words.front(),
                std::strerror(error));
  return pid;
}

// Reads what there is; false at the end.
bool take(int fd, std::string& text, std::size_t most) {
  std::array<char, 65536> room;
  const ssize_t n = ::read(fd, room.data(), room.size());
  if (n < 0 && errno == EINTR) return true;
  if (n <= 0) return false;
  text.append(room.data(), static_cast<std::size_t>(n));
  if (text.size() > most) text.erase(0, text.size() - most);
  return true;
}

std::string last_line(const std::string& text) {
  const std::string whole = trimmed(clean_utf8(text));
  const std::size_t at = whole.rfind('\n');
  return at == std::string::npos ? whole : whole.substr(at + 1);
}

}  // namespace

Result<Ran> run_program(const std::vector<std::string>& words, const std::function<bool()>& stop) {
  Pipe out, err;
  if (!out.open() || !err.open())
    return fail(ErrorKind::resource, "no pipe can be opened: {}", std::strerror(errno));
  const auto pid = start(words, out, err);
  if (!pid) return pass(pid);
  out.close(1);
  err.close(1);
  Ran ran;
  std::string said;
  using Clock = std::chrono::steady_clock;
  std::optional<Clock::time_point> stopped;
  while (out.ends[0] >= 0 || err.ends[0] >= 0) {
    std::array<pollfd, 2> ready{{{out.ends[0], POLLIN, 0}, {err.ends[0], POLLIN, 0}}};
    const int n = ::poll(ready.data(), ready.size(), look_every_ms);
    if (!stopped && stop && stop()) {
      stopped = Clock::now();
      ::kill(-*pid, SIGTERM);
    }
    if (stopped && Clock::now() - *stopped > time_to_end) {
      ::kill(-*pid, SIGKILL);
      break;
    }
    if (n <= 0) continue;
    if (ready[0].revents != 0 && !take(out.ends[0], ran.output, most_output)) out.close(0);
    if (ready[1].revents != 0 && !take(err.ends[0], said, most_said)) err.close(0);
  }
  int status = 0;
  while (::waitpid(*pid, &status, 0) < 0 && errno == EINTR) {
  }
  if (stopped) return fail(ErrorKind::cancelled, "stopped on request");
  ran.status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  ran.said = last_line(said);
  return ran;
}

}  // namespace linka
