// SPDX-License-Identifier: GPL-3.0-or-later
// Places where a test makes the program die, hang, or hear a refusal from the system. Compiled into
// the normal program and off: a place costs one load and one branch.
//
//   namespace { FailPoint renamed{"file-renamed", "after a file got its final name"}; }
//   if (const int refused = renamed.reached()) return failed(path, ..., refused);
//
// LINKA_FAIL_AT names the place and what happens there, several separated by commas:
//   file-renamed:die        this process ends as by kill -9, the first time anybody comes by
//   file-renamed:die@3      ... the third time
//   file-renamed:die+       ... every time: also the process that is started in its stead
//   file-renamed:die-all    the program's first process ends with it: a power cut, less the disk
//   file-flush:ENOSPC       the system seems to answer with this error; once. ENOSPC+ from then on
//   journal-flushed:hang    it stays there
// Visits are counted over all processes of the program together. LINKA_FAIL_LOG names a file that
// gets a line, the place's name, for every visit: what a test may ask for.
#pragma once

#include <atomic>
#include <string>
#include <vector>

namespace linka {

class FailPoint {
 public:
  // All three live as long as the program. Names are unique: small letters and hyphens.
  FailPoint(const char* name, const char* where) noexcept;
  FailPoint(const FailPoint&) = delete;
  FailPoint& operator=(const FailPoint&) = delete;

  // 0, or the errno that the caller treats as the system's answer. Places after the deed (a name
  // that says "done") ignore the answer.
  int reached() noexcept { return armed_.load(std::memory_order_relaxed) ? act() : 0; }

  // Whether anything may happen here; for what is done only to be stopped in its middle.
  bool armed() const { return armed_.load(std::memory_order_relaxed); }

  const char* name() const { return name_; }
  const char* where() const { return where_; }

 private:
  int act() noexcept;

  const char* name_;
  const char* where_;
  std::atomic<bool> armed_{false};
  std::atomic<unsigned>* left_ = nullptr;  // visits until it happens; shared with forked children
  int answer_ = 0;                         // an errno; die and hang are negative
  bool again_ = false;                     // every visit from then on
  FailPoint* next_;                        // all of the program in a chain

  friend std::vector<const FailPoint*> all_fail_points();
};

// Of this program, by name.
std::vector<const FailPoint*> all_fail_points();
// The deeds that LINKA_FAIL_AT knows, "die" first.
std::vector<const char*> all_deeds();
// What is wrong with LINKA_FAIL_AT (a name that no place has, an unknown deed); "" when nothing.
std::string fail_points_problem();

}  // namespace linka
