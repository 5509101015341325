// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/supervise.h"

#include "base/translate.h"
#include "pipeline/sandbox.h"

#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <fstream>
#include <optional>
#include <set>
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

struct Culprit {
  int item = -1;
  int frame = 0;
  int stage = -1;
};

enum class HowEnded { finished, crashed, hung, killed, out_of_memory };

struct Ending {
  HowEnded how = HowEnded::finished;
  int signal_number = 0;
  std::optional<Culprit> culprit;
};

std::optional<Culprit> overdue(const Board& board, double timeout_s) {
  const std::int64_t now = steady_ms();
  for (const BoardSlot& slot : board.slots) {
    if (slot.item < 0) continue;
    for (std::size_t s = 0; s < board_stages; ++s)
      if (slot.running[s] > 0 && static_cast<double>(now - slot.since_ms[s]) > timeout_s * 1000)
        return Culprit{slot.item, slot.frame, static_cast<int>(s)};
  }
  return {};
}

// The only scan in flight, when there is just one: then it is to blame even without a note.
std::optional<Culprit> only_one_in_flight(const Board& board) {
  std::optional<Culprit> found;
  for (const BoardSlot& slot : board.slots) {
    if (slot.item < 0) continue;
    if (found) return {};
    found = Culprit{slot.item, slot.frame, -1};
    for (std::size_t s = 0; s < board_stages; ++s)
      if (slot.running[s] > 0) found->stage = static_cast<int>(s);
  }
  return found;
}

void clear(Board& board) {
  for (BoardSlot& slot : board.slots) {
    slot.item = -1;
    for (auto& running : slot.running) running = 0;
  }
  board.crash_item = -1;
  board.crash_stage = -1;
}

class Supervisor {
 public:
  Supervisor(const Work& work, const StillToDo& still_to_do, Board& board, Journal& journal,
             const Supervision& s)
      : work_(work), still_to_do_(still_to_do), board_(board), journal_(journal), s_(s) {}

  Result<int> run() {
    const StopSignals signals;
    int useless_kills = 0;
    for (;;) {
      const auto todo = still_to_do_();
      if (!todo) return pass(todo);
      if (todo->empty()) return 0;
      const std::uint64_t ended_before = board_.scans_ended;
      const auto ending = run_one(*todo, work_.threads);
      if (!ending) return pass(ending);
      if (asked_to_stop != 0) return static_cast<int>(asked_to_stop);
      if (board_.failed_kind >= 0) return 0;
      switch (ending->how) {
        case HowEnded::finished:
          if (board_.scans_ended == ended_before)
            return fail(ErrorKind::internal, "the worker ended without doing anything");
          break;
        case HowEnded::killed:
          // Somebody's kill -9 is nobody's fault; but do not spin when it happens at once each
          // time.
          s_.news(tr("the worker was killed; it is started again"));
          useless_kills = board_.scans_ended == ended_before ? useless_kills + 1 : 0;
          if (useless_kills > 3) std::this_thread::sleep_for(std::chrono::milliseconds(200));
          if (useless_kills > 2000)
            return fail(ErrorKind::resource, "{}", tr("the worker is killed again and again"));
          break;
        default:
          if (auto r = try_alone(*ending); !r) return pass(r);
          if (asked_to_stop != 0) return static_cast<int>(asked_to_stop);
      }
    }
  }

 private:
  // Forks a worker for these items and watches until it ends.
  Result<Ending> run_one(const std::vector<std::size_t>& items, int threads) {
    clear(board_);
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
      ::_exit(code);
    }
    Ending ending;
    for (;;) {
      int status = 0;
      const pid_t done = ::waitpid(child, &status, WNOHANG);
      if (done == child) {
        if (ending.how == HowEnded::hung) return ending;
        return judged(status, ooms_before);
      }
      if (done < 0 && errno != EINTR)
        return fail(ErrorKind::internal, "the worker was lost: {}", std::strerror(errno));
      if (asked_to_stop != 0) {
        board_.stop = 1;
        if (times_asked > 1) end(child);
      }
      if (ending.how != HowEnded::hung)
        if (const auto late = overdue(board_, s_.page_timeout_s)) {
          ending = {HowEnded::hung, SIGKILL, late};
          end(child);
        }
      s_.tick();
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
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
    const struct rlimit no_core { 0, 0 };
    ::setrlimit(RLIMIT_CORE, &no_core);
#ifndef __SANITIZE_ADDRESS__  // a sanitizer maps terabytes of shadow
    if (s_.memory_limit_bytes > 0) {
      const struct rlimit data { s_.memory_limit_bytes, s_.memory_limit_bytes };
      ::setrlimit(RLIMIT_DATA, &data);
    }
#endif
    note_crashes_on(board_);
    enter_sandbox(work_.tools->batch.folder());
  }

  Ending judged(int status, long long ooms_before) const {
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return {};
    Ending ending;
    ending.how = HowEnded::crashed;
    if (WIFSIGNALED(status)) ending.signal_number = WTERMSIG(status);
    if (ending.signal_number == SIGKILL)
      ending.how = oom_kills() > ooms_before ? HowEnded::out_of_memory : HowEnded::killed;
    if (board_.crash_item >= 0)
      ending.culprit = Culprit{board_.crash_item, board_.crash_frame, board_.crash_stage};
    else
      ending.culprit = only_one_in_flight(board_);
    return ending;
  }

  std::string what_happened(const Ending& e) const {
    const char* stage = e.culprit && e.culprit->stage >= 0
                            ? name_of(static_cast<StageName>(e.culprit->stage))
                            : tr("an unknown stage");
    switch (e.how) {
      case HowEnded::hung:
        return say(tr("took longer than {:.0f} s in {}"), s_.page_timeout_s, stage);
      case HowEnded::out_of_memory:
        return say(tr("the machine ran out of memory in {}"), stage);
      default:
        return e.signal_number != 0
                   ? say(tr("a library crashed in {} ({})"), stage, ::strsignal(e.signal_number))
                   : say(tr("the worker ended by itself in {}"), stage);
    }
  }

  // Every scan that may be to blame runs alone; who fails again is parked.
  Result<void> try_alone(const Ending& first) {
    std::vector<Culprit> suspects;
    if (first.culprit) {
      suspects.push_back(*first.culprit);
    } else {
      for (const BoardSlot& slot : board_.slots)
        if (slot.item >= 0) suspects.push_back({slot.item, slot.frame, -1});
    }
    s_.news(what_happened(first));
    if (suspects.empty())
      return fail(ErrorKind::internal, "the worker crashed before it took a scan: {}",
                  what_happened(first));
    for (const Culprit& suspect : suspects) {
      const auto item = static_cast<std::size_t>(suspect.item);
      s_.news(say(tr("{} is tried once more, alone"), work_.items[item].file.name));
      for (;;) {
        const auto todo = still_to_do_();
        if (!todo) return pass(todo);
        if (std::find(todo->begin(), todo->end(), item) == todo->end()) break;
        const auto ending = run_one({item}, 1);
        if (!ending) return pass(ending);
        if (asked_to_stop != 0 || board_.failed_kind >= 0) return {};
        if (ending->how == HowEnded::finished) break;
        if (ending->how == HowEnded::killed) continue;
        const Culprit& who = ending->culprit ? *ending->culprit : suspect;
        if (auto r = park(who, what_happened(*ending)); !r) return r;
        break;
      }
    }
    return {};
  }

  Result<void> park(const Culprit& who, const std::string& reason) {
    const WorkItem& item = work_.items[static_cast<std::size_t>(who.item)];
    ScanOutcome o;
    o.id = {item.file.name, who.frame};
    o.size_bytes = item.file.size_bytes;
    o.modified_ns = item.file.modified_ns;
    o.fingerprint = work_.tools->fingerprint_of(o.id);
    o.hint = work_.tools->decisions.hint(o.id);
    o.parked = true;
    o.reason = {ErrorKind::internal, reason,
                who.stage >= 0 ? name_of(static_cast<StageName>(who.stage)) : "worker"};
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
};

}  // namespace

Result<int> supervise(const Work& work, const StillToDo& still_to_do, Board& board,
                      Journal& journal, const Supervision& supervision) {
  return Supervisor(work, still_to_do, board, journal, supervision).run();
}

}  // namespace linka
