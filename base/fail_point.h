// SPDX-License-Identifier: GPL-3.0-or-later
// Places where a test makes the program die, hang, or hear a refusal from the system. Compiled into
// the normal program and off: a place costs one load and one branch.
//
//   namespace { FailPoint renamed{"file-renamed", "after a file got its final name"}; }
//   if (const int refused = renamed.reached()) return failed(path, ..., refused);
//
// LINKA_FAIL_AT names the place and what happens there, several separated by commas:
//   file-renamed:die        this process ends as by kill -9, the first time it comes by
//   file-renamed:die@3      ... the third time
//   file-flushed:ENOSPC     the system seems to answer with this error; once. ENOSPC+ from then on
//   journal-written:hang    it stays there
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

  const char* name() const { return name_; }
  const char* where() const { return where_; }

 private:
  int act() noexcept;

  const char* name_;
  const char* where_;
  std::atomic<bool> armed_{false};
  std::atomic<unsigned> left_{0};  // visits until it happens
  int answer_ = 0;                 // an errno; die and hang are negative
  bool again_ = false;             // every visit from then on
  FailPoint* next_;                // all of the program in a chain

  friend std::vector<const FailPoint*> all_fail_points();
};

// Of this program, by name.
std::vector<const FailPoint*> all_fail_points();
// What is wrong with LINKA_FAIL_AT (a name that no place has, an unknown deed); "" when nothing.
std::string fail_points_problem();

}  // namespace linka
