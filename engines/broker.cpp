// SPDX-License-Identifier: GPL-3.0-or-later
// Who dies takes what is below with him: the broker is killed when the parent dies, each page's
// process is told (SIGTERM) when the broker dies and then kills its command; what a page's process
// leaves behind when it is killed itself becomes the broker's child, which kills what it does not
// know.
#include "engines/broker.h"

#include "base/clock.h"
#include "engines/command.h"
#include "engines/http.h"

#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstring>
#include <set>

namespace linka {
namespace fs = std::filesystem;
namespace {

constexpr std::uint64_t most_request_bytes = 1ull << 31;
constexpr std::int64_t request_ms = 60'000;  // to receive a page from the worker
constexpr std::int64_t reply_ms = 10'000;    // to hand the answer back
constexpr int look_every_ms = 100;
constexpr std::int64_t shortest_life_ms = 1000;  // a broker that dies sooner is restarted slowly

volatile sig_atomic_t asked_to_end = 0;
extern "C" void on_end(int) {
  asked_to_end = 1;
}

std::int64_t whole_number(const std::string& text) {
  std::int64_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

Result<Bytes> answer_to(const Fields& fields, const EngineParams& params, const fs::path& folder,
                        const std::function<bool()>& stop) {
  if (fields.size() != 4) return fail(ErrorKind::internal, "a page was handed over incompletely");
  PageRequest page{fields[0], string_of(fields[1]),
                   static_cast<int>(whole_number(string_of(fields[2])))};
  const std::int64_t deadline = steady_ms() + whole_number(string_of(fields[3]));
  if (params.kind == "http") return ask_service(params, page, deadline, stop);
  const fs::path own = folder / std::to_string(::getpid());
  std::error_code code;
  fs::create_directories(own, code);
  if (code)
    return fail(ErrorKind::resource, "{}: cannot be made: {}", own.string(), code.message());
  auto answer = run_command(params, page, own, deadline, stop);
  fs::remove_all(own, code);
  return answer;
}

// A page's process, from its forking to its end.
void serve_page(const Fd& connection, const EngineParams& params, const fs::path& folder) {
  const auto fields =
      receive_message(connection.get(), most_request_bytes, steady_ms() + request_ms);
  if (!fields) return;
  const auto stop = [&] { return asked_to_end != 0 || is_hung_up(connection.get()); };
  const auto answer =
      guarded<Bytes>("engine", [&] { return answer_to(*fields, params, folder, stop); });
  if (asked_to_end != 0) return;  // the broker has died: the connection's end says so
  const Fields reply = answer ? Fields{bytes_of("answer"), *answer}
                              : Fields{bytes_of("failed"), bytes_of(answer.error().message),
                                       bytes_of(name_of(answer.error().kind))};
  (void)send_message(connection.get(), reply, steady_ms() + reply_ms);
}

// Dies or is told when `parent` dies.
void follow(pid_t parent, int signal_number) {
  ::prctl(PR_SET_PDEATHSIG, signal_number);
  if (::getppid() != parent) ::_exit(0);
}

void bury(std::set<pid_t>& pages) {
  bool any = false;
  for (pid_t pid = 0; (pid = ::waitpid(-1, nullptr, WNOHANG)) > 0; any = true) pages.erase(pid);
  if (!any) return;
  for (const pid_t pid : children_of_this_process())
    if (!pages.contains(pid)) ::kill(pid, SIGKILL);
}

[[noreturn]] void be_the_broker(int door, const EngineParams& params, const fs::path& folder,
                                pid_t parent) {
  ::setpgid(0, 0);
  follow(parent, SIGKILL);
  ::signal(SIGINT, SIG_IGN);
  ::signal(SIGTERM, SIG_DFL);
  be_the_reaper();
  const pid_t self = ::getpid();
  for (std::set<pid_t> pages;;) {
    const Fd connection = receive_fd(door, look_every_ms);
    bury(pages);
    if (!connection) continue;
    const pid_t page = ::fork();
    if (page == 0) {
      struct sigaction action {};
      action.sa_handler = on_end;
      ::sigaction(SIGTERM, &action, nullptr);
      follow(self, SIGTERM);
      be_the_reaper();
      serve_page(connection, params, folder);
      ::_exit(0);
    }
    if (page > 0) pages.insert(page);
  }
}

}  // namespace

Result<Broker> Broker::start(const EngineParams& params, const fs::path& folder) {
  auto doors = socket_pair(SOCK_SEQPACKET);
  if (!doors) return pass(doors);
  std::error_code code;
  fs::remove_all(folder, code);
  fs::create_directories(folder, code);
  if (code)
    return fail(kind_of_errno(code.value()), "{}: cannot be made: {}", folder.string(),
                code.message());
  Broker broker(params, folder, std::move(*doors));
  if (!broker.fork_it())
    return fail(ErrorKind::resource,
                "the process that talks to the text engine cannot be started: {}",
                std::strerror(errno));
  return broker;
}

bool Broker::fork_it() {
  const pid_t parent = ::getpid();
  started_ms_ = steady_ms();
  pid_ = ::fork();
  if (pid_ == 0) be_the_broker(doors_.second.get(), params_, folder_, parent);
  return pid_ > 0;
}

Broker::Broker(Broker&& other) noexcept
    : params_(std::move(other.params_)),
      folder_(std::move(other.folder_)),
      doors_(std::move(other.doors_)),
      pid_(other.pid_),
      started_ms_(other.started_ms_) {
  other.pid_ = -1;
  other.folder_.clear();
}

Broker::~Broker() {
  if (pid_ > 0) {
    ::kill(pid_, SIGKILL);
    while (::waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {
    }
  }
  std::error_code code;
  if (!folder_.empty()) fs::remove_all(folder_, code);
}

bool Broker::look_after() {
  if (pid_ > 0 && ::waitpid(pid_, nullptr, WNOHANG) == 0) return false;
  if (steady_ms() - started_ms_ < shortest_life_ms) {
    pid_ = -1;
    return false;
  }
  fork_it();
  return true;
}

}  // namespace linka
