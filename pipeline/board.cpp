// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/board.h"

#include <signal.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <chrono>
#include <ctime>
#include <memory>
#include <new>

namespace linka {
namespace {

Board* crash_board = nullptr;
thread_local int current_slot = -1;
thread_local int current_stage = -1;
thread_local const Board* own_board = nullptr;
thread_local BoardStep* own_step = nullptr;

std::int64_t own_cpu_ns() {
  timespec t{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return static_cast<std::int64_t>(t.tv_sec) * 1'000'000'000 + t.tv_nsec;
}

// A place of this thread's own, kept until the process ends.
BoardStep* place_of_this_thread(Board& board) {
  if (own_board == &board) return own_step;
  own_board = &board;
  own_step = nullptr;
  const int self = static_cast<int>(::syscall(SYS_gettid));
  for (BoardStep& step : board.steps) {
    int none = 0;
    if (step.thread.compare_exchange_strong(none, self)) return own_step = &step;
  }
  return nullptr;
}

extern "C" void on_crash(int signal_number) {
  if (crash_board != nullptr && current_slot >= 0) {
    const BoardSlot& slot = crash_board->slots[static_cast<std::size_t>(current_slot)];
    crash_board->crash_frame = slot.frame.load();
    crash_board->crash_stage = current_stage;
    crash_board->crash_item = slot.item.load();
  }
  // SA_RESETHAND has put the default action back: dying by the same signal tells the parent.
  ::raise(signal_number);
}

// A thread whose stack overflowed needs another one to say so.
struct AlternateStack {
  static constexpr std::size_t size = 64 * 1024;
  std::unique_ptr<char[]> memory{new char[size]};
  AlternateStack() {
    stack_t stack{};
    stack.ss_sp = memory.get();
    stack.ss_size = size;
    ::sigaltstack(&stack, nullptr);
  }
  ~AlternateStack() {
    stack_t off{};
    off.ss_flags = SS_DISABLE;
    ::sigaltstack(&off, nullptr);
  }
  AlternateStack(const AlternateStack&) = delete;
  AlternateStack& operator=(const AlternateStack&) = delete;
};

}  // namespace

const char* name_of(StageName stage) {
  static constexpr std::array names{"probe",  "decode",  "split", "deskew", "crop",
                                    "dewarp", "compare", "cut",   "ocr",    "check",
                                    "master", "user",    "store"};
  const auto i = static_cast<std::size_t>(stage);
  return i < names.size() ? names[i] : "?";
}

Result<Board*> make_board() {
  void* memory =
      ::mmap(nullptr, sizeof(Board), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) return fail(ErrorKind::resource, "no shared memory for the run");
  return new (memory) Board;
}

void free_board(Board* board) {
  ::munmap(board, sizeof(Board));
}

void clear_for_next_worker(Board& board) {
  for (BoardSlot& slot : board.slots) slot.item = -1;
  for (BoardStep& step : board.steps) {
    step.thread = 0;
    step.slot = -1;
  }
  board.crash_item = -1;
  board.crash_stage = -1;
  board.worker_ended = 0;
}

OnBoard::OnBoard(Board& board, int slot, StageName stage) : step_(place_of_this_thread(board)) {
  thread_local AlternateStack stack;
  current_slot = slot;
  current_stage = static_cast<int>(stage);
  if (step_ == nullptr) return;
  step_->stage = current_stage;
  step_->since_ms = steady_ms();
  step_->since_cpu_ns = own_cpu_ns();
  step_->slot = slot;
}

OnBoard::~OnBoard() {
  if (step_ != nullptr) step_->slot = -1;
  current_slot = -1;
  current_stage = -1;
}

void note_crashes_on(Board& board) {
  crash_board = &board;
  for (int signal_number : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT}) {
    struct sigaction action {};
    action.sa_handler = on_crash;
    action.sa_flags = static_cast<int>(SA_RESETHAND | SA_ONSTACK | SA_NODEFER);
    ::sigaction(signal_number, &action, nullptr);
  }
}

}  // namespace linka
