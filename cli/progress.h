// SPDX-License-Identifier: GPL-3.0-or-later
// How far a run is, on stderr: one line that is written over on a terminal, now and then a line
// elsewhere.
#pragma once

#include "pipeline/pace.h"
#include "pipeline/run_batch.h"

#include <chrono>
#include <string>

namespace linka {

// "about 4 min left", "time left not known yet"
std::string left_in_words(const Progress& progress);
// "37/120 scans, 60 pages, 1 parked, 14.2 pages a minute, about 4 min left"; shortened from the end
// to `columns`.
std::string progress_line(const Progress& progress, std::size_t columns);

class ProgressDisplay {
 public:
  explicit ProgressDisplay(bool quiet);
  ~ProgressDisplay();
  ProgressDisplay(const ProgressDisplay&) = delete;
  ProgressDisplay& operator=(const ProgressDisplay&) = delete;

  void show(const Progress& progress);
  // Takes the line off the terminal, so that what follows begins at a clean one.
  void clear();

 private:
  bool quiet_, terminal_, line_shown_ = false;
  double last_shown_s_ = -1;
  std::size_t last_step_ = 0;
};

// The same for work that is only counted: "12 of 300 files looked at, about 4 min left".
class CountDisplay {
 public:
  // `sentence` has a place for how many are done and one for how many there are. Quiet: nothing.
  CountDisplay(const char* sentence, bool quiet);
  ~CountDisplay();
  CountDisplay(const CountDisplay&) = delete;
  CountDisplay& operator=(const CountDisplay&) = delete;

  void show(std::size_t done, std::size_t all);

 private:
  const char* sentence_;
  bool quiet_, terminal_, line_shown_ = false;
  std::chrono::steady_clock::time_point begun_, next_;
  Pace pace_;
};

}  // namespace linka
