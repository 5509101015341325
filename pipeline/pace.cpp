// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/pace.h"

namespace linka {

constexpr double window_s = 180;

void Pace::note(const Sample& sample) {
  samples_.push_back(sample);
  while (samples_.size() > 2 && samples_.front().elapsed_s < sample.elapsed_s - window_s)
    samples_.pop_front();
}

double Pace::seconds() const {
  return samples_.empty() ? 0 : samples_.back().elapsed_s - samples_.front().elapsed_s;
}

double Pace::pages_per_minute() const {
  const double span = seconds();
  return span > 0
             ? 60.0 * static_cast<double>(samples_.back().pages - samples_.front().pages) / span
             : 0;
}

std::optional<double> Pace::left_s(std::size_t scans_left, std::uint64_t bytes_total) const {
  constexpr std::size_t least_scans = 3;
  constexpr double least_s = 5;
  if (scans_left == 0) return 0.0;
  if (seconds() < least_s || samples_.back().scans - samples_.front().scans < least_scans)
    return {};
  const std::uint64_t ended = samples_.back().bytes - samples_.front().bytes;
  if (ended == 0) return {};
  const std::uint64_t left =
      bytes_total > samples_.back().bytes ? bytes_total - samples_.back().bytes : 0;
  return seconds() / static_cast<double>(ended) * static_cast<double>(left);
}

}  // namespace linka
