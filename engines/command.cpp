// SPDX-License-Identifier: GPL-3.0-or-later
// Killing a process group does not reach a process that has left it (setsid). So the caller is a
// subreaper: whatever loses its parent becomes its child, and children are killed until there is
// none.
#include "engines/command.h"

#include "base/clock.h"
#include "base/files.h"
#include "base/text.h"
#include "engines/message.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <fstream>

namespace linka {
namespace fs = std::filesystem;
namespace {

constexpr int look_every_ms = 20;               // after the command's end and for `stop`
constexpr std::size_t most_said = 4096;         // of its standard error that is kept
constexpr rlim_t most_file_bytes = 1ull << 32;  // of one file that it writes
constexpr int kill_patience_ms = 5000;          // a process in the kernel may take its time to die

std::string replaced(std::string text, const std::string& what, const std::string& by) {
  for (std::size_t at = 0; (at = text.find(what, at)) != std::string::npos; at += by.size())
    text.replace(at, what.size(), by);
  return text;
}

struct Files {
  fs::path image, output;
};

std::vector<std::string> filled_in(std::vector<std::string> arguments, const Files& files,
                                   const PageRequest& page) {
  for (std::string& a : arguments) {
    a = replaced(std::move(a), "{image}", files.image.string());
    a = replaced(std::move(a), "{output}", files.output.string());
    a = replaced(std::move(a), "{models}", page.models);
    a = replaced(std::move(a), "{dpi}", std::to_string(page.dpi));
  }
  return arguments;
}

struct Pipe {
  Fd read, write;
};

Result<Pipe> make_pipe() {
  int fds[2] = {-1, -1};
  if (::pipe2(fds, O_CLOEXEC) != 0)
    return fail(ErrorKind::resource, "the engine cannot be started: {}", std::strerror(errno));
  ::fcntl(fds[0], F_SETFL, O_NONBLOCK);
  return Pipe{Fd(fds[0]), Fd(fds[1])};
}

// In the child: becomes the program, or ends with the reason in `trouble`.
[[noreturn]] void become(const std::vector<std::string>& arguments, const fs::path& folder, int out,
                         int err, int trouble) {
  ::setpgid(0, 0);
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  ::signal(SIGTERM, SIG_DFL);
  ::signal(SIGINT, SIG_DFL);
  ::signal(SIGPIPE, SIG_DFL);
  const rlimit no_core{0, 0}, file{most_file_bytes, most_file_bytes};
  ::setrlimit(RLIMIT_CORE, &no_core);
  ::setrlimit(RLIMIT_FSIZE, &file);
  const int nothing = ::open("/dev/null", O_RDONLY);
  ::dup2(nothing, 0);
  ::dup2(out, 1);
  ::dup2(err, 2);
  ::close_range(3, ~0u, CLOSE_RANGE_CLOEXEC);
  std::vector<char*> argv;
  for (const std::string& a : arguments) argv.push_back(const_cast<char*>(a.c_str()));
  argv.push_back(nullptr);
  if (::chdir(folder.c_str()) == 0) ::execvp(argv[0], argv.data());
  const int code = errno;
  [[maybe_unused]] const ssize_t n = ::write(trouble, &code, sizeof code);
  ::_exit(127);
}

// Takes what there is; true while more may come.
bool drain(const Fd& fd, Bytes& into, std::size_t most, bool keep_last) {
  std::array<std::uint8_t, 65536> room;
  for (;;) {
    const ssize_t n = ::read(fd.get(), room.data(), room.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return errno == EAGAIN;
    if (n == 0) return false;
    into.insert(into.end(), room.begin(), room.begin() + n);
    if (into.size() <= most) continue;
    if (!keep_last) return true;
    into.erase(into.begin(), into.end() - static_cast<std::ptrdiff_t>(most));
  }
}

// ": what it said last", or nothing.
std::string last_words(const Bytes& said) {
  const std::string text = trimmed(clean_utf8(string_of(said)));
  if (text.empty()) return {};
  return ": " + text.substr(text.find_last_of('\n') + 1).substr(0, 300);
}

struct Ended {
  int status = 0;
  bool late = false, stopped = false, too_much = false;
  int not_started = 0;  // errno
  Bytes out, err;
};

Result<Ended> run(const std::vector<std::string>& arguments, const fs::path& folder,
                  std::size_t most, std::int64_t deadline_ms, const std::function<bool()>& stop) {
  auto out = make_pipe(), err = make_pipe(), trouble = make_pipe();
  if (!out) return pass(out);
  if (!err) return pass(err);
  if (!trouble) return pass(trouble);
  const pid_t child = ::fork();
  if (child < 0)
    return fail(ErrorKind::resource, "the engine cannot be started: {}", std::strerror(errno));
  if (child == 0)
    become(arguments, folder, out->write.get(), err->write.get(), trouble->write.get());
  ::setpgid(child, child);  // both do it: who comes first is not known
  for (Pipe* p : {&*out, &*err, &*trouble}) p->write.close();
  Ended e;
  for (bool over = false; !over;) {
    pollfd p[2] = {{out->read.get(), POLLIN, 0}, {err->read.get(), POLLIN, 0}};
    ::poll(p, 2, look_every_ms);
    if (!drain(out->read, e.out, most, false)) out->read.close();
    if (!drain(err->read, e.err, most_said, true)) err->read.close();
    e.too_much = e.out.size() > most;
    e.late = steady_ms() >= deadline_ms;
    e.stopped = stop();
    over = ::waitpid(child, &e.status, WNOHANG) == child || e.late || e.stopped || e.too_much;
  }
  ::kill(-child, SIGKILL);
  kill_all_children();
  drain(out->read, e.out, most, false);
  drain(err->read, e.err, most_said, true);
  if (::read(trouble->read.get(), &e.not_started, sizeof e.not_started) < 0) e.not_started = 0;
  return e;
}

Result<Bytes> answer_in(const Files& files, const Ended& e, std::size_t most, bool to_file) {
  if (!to_file) return e.out;
  for (const fs::path& path : {files.output, fs::path(files.output.string() + ".xml")}) {
    std::error_code code;
    if (!fs::is_regular_file(path, code)) continue;
    auto bytes = read_file(path, most);
    if (bytes) return bytes;
    return fail(ErrorKind::unsupported,
                "the engine's answer has {} bytes, more than the {} allowed",
                fs::file_size(path, code), most);
  }
  return fail(ErrorKind::unsupported, "the engine wrote no answer{}", last_words(e.err));
}

}  // namespace

Result<Bytes> run_command(const EngineParams& params, const PageRequest& page,
                          const fs::path& folder, std::int64_t deadline_ms,
                          const std::function<bool()>& stop) {
  auto arguments = arguments_of(params.command);
  if (!arguments) return pass(arguments);
  if (arguments->empty()) return fail(ErrorKind::configuration, "engine.command is empty");
  // The command runs in the page's folder; a path in the profile counts from where linka runs.
  if (std::string& program = arguments->front(); program.find('/') != std::string::npos)
    program = fs::absolute(program).string();
  const Files files{fs::absolute(folder / "page.png"), fs::absolute(folder / "answer")};
  {
    std::ofstream image(files.image, std::ios::binary);
    image.write(reinterpret_cast<const char*>(page.png.data()),
                static_cast<std::streamsize>(page.png.size()));
    if (!image.flush())
      return fail(ErrorKind::resource, "{}: the page for the engine cannot be written",
                  files.image.string());
  }
  const std::size_t most = static_cast<std::size_t>(params.max_answer_mib) << 20;
  const auto e = run(filled_in(*arguments, files, page), folder, most, deadline_ms, stop);
  if (!e) return pass(e);
  const std::string& name = arguments->front();
  if (e->not_started != 0)
    return fail(ErrorKind::resource, "the engine {} cannot be started: {}", name,
                std::strerror(e->not_started));
  if (e->late)
    return fail(ErrorKind::resource, "the engine {} did not end in time and was killed", name);
  if (e->stopped) return fail(ErrorKind::cancelled, "nobody waits for this page any more");
  if (e->too_much)
    return fail(ErrorKind::unsupported, "the engine's answer is larger than the {} MiB allowed",
                params.max_answer_mib);
  if (WIFSIGNALED(e->status))
    return fail(ErrorKind::resource, "the engine {} was killed ({}){}", name,
                ::strsignal(WTERMSIG(e->status)), last_words(e->err));
  if (WEXITSTATUS(e->status) != 0)
    return fail(ErrorKind::unsupported, "the engine {} ended with code {}{}", name,
                WEXITSTATUS(e->status), last_words(e->err));
  auto answer = answer_in(files, *e, most, params.command.find("{output}") != std::string::npos);
  if (answer && answer->empty())
    return fail(ErrorKind::unsupported, "the engine's answer is empty{}", last_words(e->err));
  return answer;
}

void be_the_reaper() {
  ::prctl(PR_SET_CHILD_SUBREAPER, 1);
}

std::vector<pid_t> children_of_this_process() {
  std::vector<pid_t> children;
  const pid_t self = ::getpid();
  std::error_code code;
  for (fs::directory_iterator it("/proc", code), end; !code && it != end; it.increment(code)) {
    const std::string name = it->path().filename().string();
    pid_t pid = 0;
    if (std::from_chars(name.data(), name.data() + name.size(), pid).ec != std::errc{}) continue;
    std::ifstream stat(it->path() / "stat");
    std::string line;
    std::getline(stat, line);
    // pid (name) state parent ...: the name may hold anything, also brackets.
    const std::size_t bracket = line.rfind(')');
    if (bracket == std::string::npos || bracket + 4 > line.size()) continue;
    pid_t parent = 0;
    const char* at = line.data() + bracket + 4;
    std::from_chars(at, line.data() + line.size(), parent);
    if (parent == self) children.push_back(pid);
  }
  return children;
}

void kill_all_children() {
  const std::int64_t until = steady_ms() + kill_patience_ms;
  while (steady_ms() < until) {
    for (const pid_t pid : children_of_this_process()) ::kill(pid, SIGKILL);
    for (;;) {
      const pid_t ended = ::waitpid(-1, nullptr, WNOHANG);
      if (ended < 0 && errno == ECHILD) return;
      if (ended <= 0) break;
    }
    ::poll(nullptr, 0, 1);
  }
}

}  // namespace linka
