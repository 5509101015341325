// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/supervise.h"

#include "base/translate.h"
#include "pipeline/sandbox.h"

#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <optional>
#include <set>
#include <sstream>
#include <thread>

namespace linka {
namespace {

volatile sig_atomic_t asked_to_stop = 0;  // the signal's number
volatile sig_atomic_t times_asked = 0;

extern "C" void on_stop(int signal_number) {
  asked_to_stop = signal_number;
  times_asked = times_asked + 1;
}

// While it lives, SIGINT and SIGTERM ask for a clean stop.
class StopSignals {
 public:
  StopSignals() {
    asked_to_stop = 0;
    times_asked = 0;
    struct sigaction action {};
    action.sa_handler = on_stop;
    ::sigaction(SIGINT, &action, &old_int_);
    ::sigaction(SIGTERM, &action, &old_term_);
  }
  ~StopSignals() {
    ::sigaction(SIGINT, &old_int_, nullptr);
    ::sigaction(SIGTERM, &old_term_, nullptr);
  }
  StopSignals(const StopSignals&) = delete;
  StopSignals& operator=(const StopSignals&) = delete;

 private:
  struct sigaction old_int_ {
  }, old_term_{};
};

// How often the kernel has killed somebody for want of memory since it booted.
long long oom_kills() {
  std::ifstream vmstat("/proc/vmstat");
  for (std::string line; std::getline(vmstat, line);)
    if (line.starts_with("oom_kill ")) return std::atoll(line.c_str() + 9);
  return 0;
}

// The time on processors that a thread of another process has had; none when it is gone.
std::optional<std::int64_t> cpu_ns_of(pid_t process, int thread) {
  const std::string task = fmt::format("/proc/{}/task/{}/", process, thread);
  std::int64_t ns = 0;
  if (std::ifstream(task + "schedstat") >> ns) return ns;
  // Without the kernel's statistics: hundredths of a second, after the name in brackets.
  std::ifstream file(task + "stat");
  std::string line;
  if (!std::getline(file, line) || line.rfind(')') == std::string::npos) return {};
  std::istringstream rest(line.substr(line.rfind(')') + 1));
  std::string skipped;
  for (int i = 0; i < 11; ++i) rest >> skipped;
  std::int64_t user = 0, system = 0;
  if (!(rest >> user >> system)) return {};
  return (user + system) * (1'000'000'000 / std::max(1L, ::sysconf(_SC_CLK_TCK)));
}

struct Culprit {
  int item = -1;
  int frame = 0;
  int stage = -1;
};

enum class HowEnded { finished, crashed, too_slow, too_busy, killed, out_of_memory };

struct Ending {
  HowEnded how = HowEnded::finished;
  int signal_number = 0;
  std::optional<Culprit> culprit;
  std::vector<Culprit> in_flight;
  double limit_s = 0;  // of a deadline
};

bool is_late(const Ending& e) {
  return e.how == HowEnded::too_slow || e.how == HowEnded::too_busy;
}

// The scans in flight, each with a stage that works at it.
std::vector<Culprit> in_flight(const Board& board) {
  std::vector<Culprit> out;
  for (std::size_t i = 0; i < board.slots.size(); ++i) {
    const BoardSlot& slot = board.slots[i];
    if (slot.item < 0) continue;
    Culprit c{slot.item, slot.frame, -1};
    for (const BoardStep& step : board.steps)
      if (step.slot == static_cast<int>(i)) c.stage = step.stage;
    out.push_back(c);
  }
  return out;
}

// How many times a worker may be killed from outside without one scan ended before that looks like
// the fault of a scan, and how many times while that scan is alone.
constexpr int kills_before_alone = 3;
constexpr int kills_alone = 3;
// Workers that died before they took a scan: the machine or the program is broken.
constexpr int deaths_before_a_scan = 3;
// A parent that saw nothing for so long was stopped or asleep, and the worker with it.
constexpr std::int64_t asleep_ms = 3000;

class Supervisor {
 public:
  Supervisor(const Work& work, const StillToDo& still_to_do, Board& board, Journal& journal,
             const Supervision& s)
      : work_(work), still_to_do_(still_to_do), board_(board), journal_(journal), s_(s) {}

  Result<int> run() {
    const StopSignals signals;
    for (;;) {
      const auto todo = still_to_do_();
      if (!todo) return pass(todo);
      if (todo->empty()) return 0;
      const std::uint64_t ended_before = board_.scans_ended;
      const auto ending = run_one(*todo, work_.threads);
      if (!ending) return pass(ending);
      if (asked_to_stop != 0) return static_cast<int>(asked_to_stop);
      if (board_.failed_kind >= 0) return 0;
      if (board_.scans_ended != ended_before) kills_ = empty_deaths_ = 0;
      Result<void> on;
      if (ending->how == HowEnded::finished) {
        if (board_.scans_ended == ended_before)
          return fail(ErrorKind::internal, "the worker ended without doing anything");
      } else if (ending->how == HowEnded::killed) {
        on = after_a_kill(*ending, *todo);
      } else {
        on = after_a_death(*ending);
      }
      if (!on) return pass(on);
      if (asked_to_stop != 0) return static_cast<int>(asked_to_stop);
      if (board_.failed_kind >= 0) return 0;
    }
  }

 private:
  // Forks a worker for these items and watches until it ends.
  Result<Ending> run_one(const std::vector<std::size_t>& items, int threads) {
    clear_for_next_worker(board_);
    const long long ooms_before = oom_kills();
    const pid_t parent = ::getpid();
    const pid_t child = ::fork();
    if (child < 0)
      return fail(ErrorKind::resource, "the worker cannot be started: {}", std::strerror(errno));
    if (child == 0) {
      be_a_worker(parent);
      Work work = work_;
      work.threads = threads;
      const int code = run_worker(work, items, board_, journal_);
      board_.worker_ended = 1;
      ::_exit(code);
    }
    ::setpgid(child, child);
    Ending ending;
    std::int64_t seen_ms = steady_ms();
    for (;;) {
      if (has_ended(child)) {
        // What it started ends with it; its number is still taken, so nobody else is meant.
        ::kill(-child, SIGKILL);
        int status = 0;
        if (::waitpid(child, &status, 0) != child)
          return fail(ErrorKind::internal, "the worker was lost: {}", std::strerror(errno));
        return is_late(ending) ? ending : judged(status, ooms_before);
      }
      if (asked_to_stop != 0) {
        board_.stop = 1;
        if (times_asked > 1) end(child);
      }
      const std::int64_t now = steady_ms();
      if (now - seen_ms > asleep_ms) pardon(now - seen_ms);
      seen_ms = now;
      if (!is_late(ending))
        if (const auto late = overdue(child)) {
          ending = *late;
          end(child);
        }
      s_.tick();
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
  }

  static bool has_ended(pid_t child) {
    siginfo_t info{};
    return ::waitid(P_PID, static_cast<id_t>(child), &info, WEXITED | WNOHANG | WNOWAIT) == 0 &&
           info.si_pid == child;
  }

  void pardon(std::int64_t ms) {
    for (BoardStep& step : board_.steps)
      if (step.slot >= 0) step.since_ms += ms;
  }

  std::optional<Ending> overdue(pid_t child) const {
    const std::int64_t now = steady_ms();
    for (const BoardStep& step : board_.steps) {
      const int at = step.slot;
      if (at < 0) continue;
      const BoardSlot& slot = board_.slots[static_cast<std::size_t>(at)];
      if (slot.item < 0) continue;
      const Culprit who{slot.item, slot.frame, step.stage};
      const Deadline limit =
          deadline_of(slot.pixels, slot.file_bytes, s_.page_timeout_s, s_.cpu_s_per_megapixel);
      const double wall_s = static_cast<double>(now - step.since_ms) / 1e3;
      if (wall_s > limit.wall_s)
        return Ending{HowEnded::too_slow, SIGKILL, who, in_flight(board_), limit.wall_s};
      if (wall_s <= limit.cpu_s) continue;
      const std::int64_t before = step.since_cpu_ns;
      const auto cpu_ns = cpu_ns_of(child, step.thread);
      if (cpu_ns && static_cast<double>(*cpu_ns - before) / 1e9 > limit.cpu_s && step.slot == at &&
          step.since_cpu_ns == before)
        return Ending{HowEnded::too_busy, SIGKILL, who, in_flight(board_), limit.cpu_s};
    }
    return {};
  }

  static void end(pid_t child) {
    ::kill(-child, SIGKILL);
    ::kill(child, SIGKILL);
  }

  void be_a_worker(pid_t parent) const {
    ::setpgid(0, 0);
    // The worker does not outlive its parent, however that one dies.
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::getppid() != parent) ::_exit(1);
    ::signal(SIGINT, SIG_IGN);
    ::signal(SIGTERM, SIG_IGN);
    // What a library prints must not get into the program's answer.
    ::dup2(STDERR_FILENO, STDOUT_FILENO);
    note_crashes_on(board_);
    enter_sandbox(sandbox_of_the_worker());
  }

  Sandbox sandbox_of_the_worker() const {
    const Batch& batch = work_.tools->batch;
    Sandbox sandbox;
    sandbox.data_bytes = s_.memory_limit_bytes;
    sandbox.writable = {batch.pages(), batch.journal()};
    sandbox.readable = {batch.scans(), batch.folder()};
    // A scan may be a link to a file elsewhere.
    for (const WorkItem& item : work_.items) {
      const std::filesystem::path path = batch.scan_file({item.file.name, 0});
      std::error_code code;
      if (std::filesystem::is_symlink(path, code)) sandbox.readable.push_back(path);
    }
    for (const char* name : {"TESSDATA_PREFIX", "DICPATH"})
      if (const char* folders = std::getenv(name)) {
        std::istringstream list(folders);
        for (std::string folder; std::getline(list, folder, ':');)
          sandbox.readable.emplace_back(folder);
      }
    if (!work_.tools->profile.ocr.tessdata.empty())
      sandbox.readable.emplace_back(work_.tools->profile.ocr.tessdata);
    return sandbox;
  }

  Ending judged(int status, long long ooms_before) const {
    // A library that calls exit() may say 0; only the worker itself knows that it was at its end.
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0 && board_.worker_ended != 0) return {};
    Ending ending;
    ending.how = HowEnded::crashed;
    ending.in_flight = in_flight(board_);
    if (WIFSIGNALED(status)) ending.signal_number = WTERMSIG(status);
    if (ending.signal_number == SIGKILL)
      ending.how = oom_kills() > ooms_before ? HowEnded::out_of_memory : HowEnded::killed;
    if (board_.crash_item >= 0)
      ending.culprit = Culprit{board_.crash_item, board_.crash_frame, board_.crash_stage};
    else if (ending.in_flight.size() == 1)
      ending.culprit = ending.in_flight.front();
    return ending;
  }

  std::string what_happened(const Ending& e) const {
    const char* stage = e.culprit && e.culprit->stage >= 0
                            ? name_of(static_cast<StageName>(e.culprit->stage))
                            : tr("an unknown stage");
    switch (e.how) {
      case HowEnded::too_slow:
        return say(tr("took longer than {:.0f} s in {}"), e.limit_s, stage);
      case HowEnded::too_busy:
        return say(tr("used more than {:.0f} s of processor time in {}"), e.limit_s, stage);
      case HowEnded::out_of_memory:
        return say(tr("the machine ran out of memory in {}"), stage);
      case HowEnded::killed:
        return say(tr("the worker was killed in {}"), stage);
      default:
        return e.signal_number != 0
                   ? say(tr("a library crashed in {} ({})"), stage, ::strsignal(e.signal_number))
                   : say(tr("the worker ended by itself in {}"), stage);
    }
  }

  // Every scan that may be to blame runs alone; who fails again is parked.
  Result<void> after_a_death(const Ending& first) {
    std::vector<Culprit> suspects = first.in_flight;
    if (first.culprit) suspects = {*first.culprit};
    s_.news(what_happened(first));
    if (suspects.empty()) {
      if (++empty_deaths_ < deaths_before_a_scan) return {};
      return fail(ErrorKind::internal, "the worker crashed {} times before it took a scan: {}",
                  empty_deaths_, what_happened(first));
    }
    for (const Culprit& suspect : suspects) {
      const auto ending = run_alone(suspect);
      if (!ending) return pass(ending);
      if (!*ending) return {};
      if ((*ending)->how == HowEnded::finished || (*ending)->how == HowEnded::killed) continue;
      const Culprit& who = (*ending)->culprit ? *(*ending)->culprit : suspect;
      if (auto r = park(who, what_happened(**ending), ErrorKind::internal); !r) return r;
    }
    return {};
  }

  // Somebody's kill -9 is nobody's fault. When no scan ends between kills, though, it may be that a
  // guard of the machine's memory kills for the sake of one scan: those in flight go alone then. A
  // scan that never ends while others do is set aside; when none does, the run ends.
  Result<void> after_a_kill(const Ending& last, const std::vector<std::size_t>& todo) {
    s_.news(tr("the worker was killed; it is started again"));
    if (++kills_ < kills_before_alone) return {};
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
    std::vector<Culprit> suspects = last.in_flight;
    for (const std::size_t item : todo)
      if (suspects.size() < 2 && (suspects.empty() || suspects[0].item != static_cast<int>(item)))
        suspects.push_back({static_cast<int>(item), 0, -1});
    std::vector<Culprit> killed;
    bool any_ended = false;
    for (const Culprit& suspect : suspects) {
      const auto ending = run_alone(suspect);
      if (!ending) return pass(ending);
      if (!*ending) return {};
      if ((*ending)->how == HowEnded::killed) {
        killed.push_back((*ending)->culprit.value_or(suspect));
        if (killed.size() >= 2 && !any_ended) break;  // it is not the scans
        continue;
      }
      any_ended = true;
      if ((*ending)->how == HowEnded::finished) continue;
      const Culprit& who = (*ending)->culprit ? *(*ending)->culprit : suspect;
      if (auto r = park(who, what_happened(**ending), ErrorKind::internal); !r) return r;
    }
    if (!any_ended)
      return fail(ErrorKind::resource,
                  "the worker is killed again and again ({} times, the last time at {}), and no "
                  "scan gets done; somebody or something on this machine ends it",
                  kills_ + kills_alone * static_cast<int>(killed.size()),
                  killed.empty() ? std::string("?") : name_of_item(killed.back()));
    kills_ = 0;
    for (const Culprit& who : killed)
      if (auto r = park(who,
                        say(tr("the worker was killed {} times while it was alone with this scan, "
                               "perhaps for want of memory; other scans passed"),
                            kills_alone),
                        ErrorKind::resource);
          !r)
        return r;
    return {};
  }

  // How a worker that has this scan alone ended; none when the run is to stop.
  Result<std::optional<Ending>> run_alone(const Culprit& suspect) {
    const auto item = static_cast<std::size_t>(suspect.item);
    s_.news(say(tr("{} is tried once more, alone"), work_.items[item].file.name));
    Ending ending;
    for (int kills = 0; kills < kills_alone;) {
      const auto todo = still_to_do_();
      if (!todo) return pass(todo);
      if (std::find(todo->begin(), todo->end(), item) == todo->end())
        return std::optional<Ending>(Ending{});
      const auto ended = run_one({item}, 1);
      if (!ended) return pass(ended);
      if (asked_to_stop != 0 || board_.failed_kind >= 0) return std::optional<Ending>{};
      ending = *ended;
      if (ending.how != HowEnded::killed) break;
      ++kills;
      std::this_thread::sleep_for(std::chrono::milliseconds(100));
    }
    return std::optional<Ending>(ending);
  }

  std::string name_of_item(const Culprit& who) const {
    return work_.items[static_cast<std::size_t>(who.item)].file.name;
  }

  Result<void> park(const Culprit& who, const std::string& reason, ErrorKind kind) {
    const WorkItem& item = work_.items[static_cast<std::size_t>(who.item)];
    ScanOutcome o;
    o.id = {item.file.name, who.frame};
    o.size_bytes = item.file.size_bytes;
    o.modified_ns = item.file.modified_ns;
    o.fingerprint = work_.tools->fingerprint_of(o.id);
    o.hint = work_.tools->decisions.hint(o.id);
    o.parked = true;
    o.reason = {kind, reason,
                who.stage >= 0 ? name_of(static_cast<StageName>(who.stage)) : "worker"};
    board_.bytes_ended += item.file.size_bytes;
    ++board_.scans_ended;
    ++board_.scans_parked;
    s_.news(say(tr("{} is parked: {}"), item.file.name, reason));
    return journal_.ended(o);
  }

  const Work& work_;
  const StillToDo& still_to_do_;
  Board& board_;
  Journal& journal_;
  const Supervision& s_;
  int kills_ = 0;         // from outside, since a scan ended
  int empty_deaths_ = 0;  // before a scan was taken, likewise
};

}  // namespace

Deadline deadline_of(std::uint64_t pixels, std::uint64_t file_bytes, double page_timeout_s,
                     double cpu_s_per_megapixel) {
  constexpr double usual_megapixels = 40, least_cpu_s = 30;
  const double any_page_cpu_s = std::min(least_cpu_s, page_timeout_s / 2);
  constexpr double slow_disk_mb_per_s = 5, slow_digest_mb_per_s = 40;
  const double megapixels = static_cast<double>(pixels) / 1e6;
  const double mb = static_cast<double>(file_bytes) / 1e6;
  // What is usual for a page of 40 megapixels is in page_timeout_s.
  constexpr double usual_mb = 300;
  Deadline d;
  d.wall_s = page_timeout_s * std::max(1.0, megapixels / usual_megapixels) +
             std::max(0.0, mb - usual_mb) / slow_disk_mb_per_s;
  d.cpu_s = std::min(d.wall_s,
                     any_page_cpu_s + cpu_s_per_megapixel * megapixels + mb / slow_digest_mb_per_s);
  return d;
}

Result<int> supervise(const Work& work, const StillToDo& still_to_do, Board& board,
                      Journal& journal, const Supervision& supervision) {
  return Supervisor(work, still_to_do, board, journal, supervision).run();
}

}  // namespace linka
