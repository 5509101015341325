// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/child.h"

#include <poll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstring>

namespace linka {
namespace {

// The answer on the pipe: "ok", or the error's kind, a line end and the message.
void send(int fd, const std::string& text) {
  std::size_t done = 0;
  while (done < text.size()) {
    const ssize_t n = ::write(fd, text.data() + done, text.size() - done);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return;
    done += static_cast<std::size_t>(n);
  }
}

[[noreturn]] void be_child(int fd, const std::function<Result<void>()>& work) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  const rlimit no_core{0, 0};
  ::setrlimit(RLIMIT_CORE, &no_core);
  const Result<void> result = guarded<void>("", work);
  send(fd,
       result ? "ok" : std::string(name_of(result.error().kind)) + "\n" + result.error().message);
  std::fflush(nullptr);
  ::_exit(0);
}

}  // namespace

Result<void> in_child(const std::string& subject, double timeout_s,
                      const std::function<Result<void>()>& work) {
  int ends[2];
  if (::pipe(ends) != 0)
    return fail(ErrorKind::resource, "no pipe can be opened: {}", std::strerror(errno));
  std::fflush(nullptr);
  const pid_t pid = ::fork();
  if (pid < 0) {
    const int e = errno;
    ::close(ends[0]);
    ::close(ends[1]);
    return fail(ErrorKind::resource, "no process can be started: {}", std::strerror(e));
  }
  if (pid == 0) {
    ::close(ends[0]);
    be_child(ends[1], work);
  }
  ::close(ends[1]);
  using Clock = std::chrono::steady_clock;
  const auto deadline =
      Clock::now() + std::chrono::milliseconds(static_cast<long>(timeout_s * 1e3));
  std::string answer;
  bool late = false;
  for (char buffer[4096];;) {
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now()).count();
    if (left <= 0) {
      late = true;
      ::kill(pid, SIGKILL);
      break;
    }
    pollfd ready{ends[0], POLLIN, 0};
    if (::poll(&ready, 1, static_cast<int>(std::min<long>(left, 60000))) <= 0) continue;
    const ssize_t n = ::read(ends[0], buffer, sizeof buffer);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) break;
    answer.append(buffer, static_cast<std::size_t>(n));
  }
  ::close(ends[0]);
  int status = 0;
  while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) continue;
  if (late)
    return fail(ErrorKind::bad_input, "{}: still not read after {:.0f} s", subject, timeout_s);
  if (WIFSIGNALED(status))
    return fail(ErrorKind::bad_input, "{}: the library that reads it crashed ({})", subject,
                ::strsignal(WTERMSIG(status)));
  if (answer == "ok") return {};
  const std::size_t line_end = answer.find('\n');
  if (line_end == std::string::npos)
    return fail(ErrorKind::internal, "{}: its reader ended without an answer", subject);
  return tl::unexpected(
      Error{error_kind_of(answer.substr(0, line_end)), answer.substr(line_end + 1), subject});
}

}  // namespace linka
