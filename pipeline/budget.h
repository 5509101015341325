// SPDX-License-Identifier: GPL-3.0-or-later
// How much memory the scans on the line may use together: who may come onto it, and which of the
// large steps may run.
//
// A scan holds its pixels as long as it is on the line, and until its pages are cut what the small
// steps before take, too. It is let in when the largest step of any scan still fits beside what all
// hold, so that there is always one that can go on. The large steps (reading, checking, the two
// copies) ask one by one, and are called when a thread and the memory are there; meanwhile the
// threads have other work. A scan that fits no otherwise goes alone, one step after another.
//
// The bulky ones among them (master copies: three times the memory of any other step) go before the
// others, but on no more than half of the threads, rounded up, as long as the rest have something
// else to do. So what the line takes at its worst is what it takes all the time, not a rare
// meeting.
#pragma once

#include "pipeline/step_memory.h"

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <list>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

namespace linka {

class Budget {
 public:
  // `bytes` for all scans together; at most `scans` of them, and `steps` large steps at once.
  Budget(std::uint64_t bytes, std::size_t scans, std::size_t steps)
      : bytes_(bytes), scans_(scans), steps_(steps), bulky_steps_((steps + 1) / 2) {}

  struct Holding {
    std::uint64_t now = 0;      // bytes
    std::uint64_t largest = 0;  // step that will be asked for
    bool cut = false;           // nothing but large steps is left to do
  };
  using Place = std::list<Holding>::iterator;

  // Whether the scan fits at all, alone.
  bool fits_alone(const StepMemory& scan) const { return scan.most_alone() <= bytes_; }

  // For one thread. Waits until there is room, or `stop` becomes true (asked every 100 ms): then
  // none. Who does not fit alone is let in alone all the same; ask before.
  template <class Stop>
  std::optional<Place> enter(const StepMemory& scan, Stop&& stop) {
    const Holding holding{scan.held + scan.early, scan.largest()};
    std::unique_lock lock(mutex_);
    while (!stop()) {
      if (has_room_for(holding)) return insert(holding);
      waits_ = &holding;
      left_.wait_for(lock, std::chrono::milliseconds(100));
      waits_ = nullptr;
    }
    return {};
  }
  // When more is known of the scan, or its pages are cut. Only downwards.
  void change(Place place, Holding holding);
  void leave(Place place);

  struct Step {
    std::uint64_t bytes = 0;  // that it works with
    bool bulky = false;
  };
  // Calls `go` when the step may run: at once or later, from a thread that has called `done`,
  // `change` or `leave`. The bulky ones first, then first come, first served, but for those that do
  // not fit yet. Each call of `go` is to be followed by one of `done`.
  void ask(Step step, std::function<void()> go);
  void done(Step step);

  // The most that was held and worked with at any time, and the most scans and steps at once.
  struct Most {
    std::uint64_t bytes = 0;
    std::size_t scans = 0, steps = 0, bulky_steps = 0;
  };
  Most most() const;

 private:
  struct Asked {
    Step step;
    std::function<void()> go;
  };
  bool has_room_for(const Holding& scan) const;
  Place insert(const Holding& scan);
  std::size_t idle() const;
  bool may_run(Step step) const;
  void call(bool bulky, std::size_t most, std::vector<std::function<void()>>& called);
  void call_who_fits(std::unique_lock<std::mutex> lock);

  std::uint64_t bytes_;
  std::size_t scans_, steps_, bulky_steps_;
  mutable std::mutex mutex_;
  std::condition_variable left_;
  std::list<Holding> line_;
  const Holding* waits_ = nullptr;  // to be let in
  std::deque<Asked> asked_;
  std::uint64_t held_ = 0, working_ = 0;
  std::size_t running_ = 0, bulky_running_ = 0;
  Most most_;
};

// Three quarters of what the machine (and its control group) still has.
std::uint64_t default_memory_budget();

}  // namespace linka
