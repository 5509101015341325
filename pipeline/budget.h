// SPDX-License-Identifier: GPL-3.0-or-later
// How much memory the scans in flight may use together. Each scan asks for what its header says it
// needs; a scan larger than the whole budget never fits and is told so by the caller.
#pragma once

#include "model/geometry.h"

#include <condition_variable>
#include <cstdint>
#include <mutex>

namespace linka {

class Budget {
 public:
  Budget(std::uint64_t bytes, std::size_t scans) : bytes_free_(bytes), scans_free_(scans) {}

  // Waits until there is room, or `stop` becomes true (asked every 100 ms): then false.
  template <class Stop>
  bool take(std::uint64_t bytes, Stop&& stop) {
    std::unique_lock lock(mutex_);
    for (;;) {
      if (stop()) return false;
      if (scans_free_ > 0 && bytes_free_ >= bytes) break;
      freed_.wait_for(lock, std::chrono::milliseconds(100));
    }
    bytes_free_ -= bytes;
    --scans_free_;
    return true;
  }
  void give_back(std::uint64_t bytes) {
    {
      const std::lock_guard lock(mutex_);
      bytes_free_ += bytes;
      ++scans_free_;
    }
    freed_.notify_one();
  }

 private:
  std::mutex mutex_;
  std::condition_variable freed_;
  std::uint64_t bytes_free_;
  std::size_t scans_free_;
};

// What a scan needs while its pages are on the line, beside decode_bytes for reading it: the pixels
// as scan and as pages, OpenJPEG's planes of 32-bit samples for both copies and the comparison, the
// engine's grey pictures. Measured per pixel, rounded up; channels is 1 or 3.
std::uint64_t memory_for(Size scan, int channels);
// Three quarters of what the machine (and its control group) still has.
std::uint64_t default_memory_budget();

}  // namespace linka
