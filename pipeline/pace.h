// SPDX-License-Identifier: GPL-3.0-or-later
// How fast a run goes and how long it will still take. Time goes by the bytes of the scans' files,
// not by their number: a map takes as long as twenty leaves.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>

namespace linka {

class Pace {
 public:
  struct Sample {
    double elapsed_s = 0;
    std::size_t pages = 0, scans = 0;  // ended by then
    std::uint64_t bytes = 0;           // of the ended scans' files
  };
  // What counts is the last minutes, not the whole run: of three minutes, or the last two samples.
  void note(const Sample& sample);
  double pages_per_minute() const;
  // None until three scans have ended within five seconds or more. `bytes_total`: of all files of
  // the run.
  std::optional<double> left_s(std::size_t scans_left, std::uint64_t bytes_total) const;

 private:
  double seconds() const;
  std::deque<Sample> samples_;
};

}  // namespace linka
