// SPDX-License-Identifier: GPL-3.0-or-later
// What parent and worker both see: a small piece of shared memory in which the worker notes where
// every scan in flight and every thread stands. When the worker dies or hangs, the parent reads
// from it which scan to blame.
#pragma once

#include "base/clock.h"
#include "base/result.h"

#include <array>
#include <atomic>
#include <cstdint>
#include <string>

namespace linka {

enum class StageName {
  probe,
  decode,
  split,
  deskew,
  crop,
  dewarp,
  compare,
  cut,
  read,
  check,
  master,
  user,
  store,
  count
};
const char* name_of(StageName stage);

inline constexpr std::size_t board_slots = 256;    // scans in flight at once, at most
inline constexpr std::size_t board_threads = 512;  // threads that work at once; more go unwatched

// One scan in flight. Plain atomics: a process may die at any instruction.
struct BoardSlot {
  std::atomic<int> item{-1};  // index in the run's list of files; -1 = free
  std::atomic<int> frame{0};
  std::atomic<std::uint64_t> pixels{0};  // of the scan, as its header claims; 0 = not known yet
  std::atomic<std::uint64_t> file_bytes{0};
};

// What one thread of the worker is at.
struct BoardStep {
  std::atomic<int> thread{0};  // the kernel's number; 0 = no thread has this place
  std::atomic<int> slot{-1};   // -1 = at nothing
  std::atomic<int> stage{-1};
  std::atomic<std::int64_t> since_ms{0};      // steady clock
  std::atomic<std::int64_t> since_cpu_ns{0};  // of the thread's own processor time
};

struct Board {
  std::array<BoardSlot, board_slots> slots{};
  std::array<BoardStep, board_threads> steps{};
  std::atomic<int> crash_item{-1};  // set by the signal handler of the thread that crashed
  std::atomic<int> crash_frame{0};
  std::atomic<int> crash_stage{-1};
  std::atomic<int> stop{0};  // the parent asks the worker to finish what is in flight and end
  std::atomic<int> worker_ended{0};  // the worker came to its own end; a library's exit() does not
  std::atomic<std::uint64_t> scans_total{0}, scans_ended{0}, scans_parked{0}, pages_done{0};
  std::atomic<std::uint64_t> bytes_total{0}, bytes_ended{0};  // of their files
  // Scans that the worker parked, in words; a ring, of which the parent reads what is new.
  std::atomic<std::uint64_t> news_count{0};
  std::array<std::array<char, 320>, 64> news{};
  std::atomic<int> failed_kind{-1};  // ErrorKind that ended the run early
  std::array<char, 1024> failed_message{};
};

// Mapped shared and anonymous, so that it outlives the worker. Error resource.
Result<Board*> make_board();
void free_board(Board* board);

// Frees all slots and places for a new worker.
void clear_for_next_worker(Board& board);

// Marks a stage as running in a slot for its lifetime, and this thread as working on it.
class OnBoard {
 public:
  OnBoard(Board& board, int slot, StageName stage);
  ~OnBoard();
  OnBoard(const OnBoard&) = delete;
  OnBoard& operator=(const OnBoard&) = delete;

 private:
  BoardStep* step_;
};

// Installs handlers for SIGSEGV, SIGBUS, SIGFPE, SIGILL and SIGABRT that note on the board what the
// crashing thread was at, and then let the process die of the signal.
void note_crashes_on(Board& board);

}  // namespace linka
