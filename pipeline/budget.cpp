// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/budget.h"

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <string>

namespace linka {

bool Budget::has_room_for(const Holding& scan) const {
  if (line_.empty()) return true;
  if (line_.size() >= scans_) return false;
  std::uint64_t largest = scan.largest;
  for (const Holding& other : line_) largest = std::max(largest, other.largest);
  return held_ + scan.now + std::max(largest, working_) <= bytes_;
}

Budget::Place Budget::insert(const Holding& scan) {
  held_ += scan.now;
  const Place place = line_.insert(line_.end(), scan);
  most_.scans = std::max(most_.scans, line_.size());
  most_.bytes = std::max(most_.bytes, held_ + working_);
  return place;
}

void Budget::change(Place place, Holding holding) {
  std::unique_lock lock(mutex_);
  held_ = held_ - place->now + holding.now;
  *place = holding;
  call_who_fits(std::move(lock));
}

void Budget::leave(Place place) {
  std::unique_lock lock(mutex_);
  held_ -= place->now;
  line_.erase(place);
  call_who_fits(std::move(lock));
}

void Budget::ask(Step step, std::function<void()> go) {
  std::unique_lock lock(mutex_);
  asked_.push_back({step, std::move(go)});
  call_who_fits(std::move(lock));
}

void Budget::done(Step step) {
  std::unique_lock lock(mutex_);
  --running_;
  if (step.bulky) --bulky_running_;
  working_ -= step.bytes;
  call_who_fits(std::move(lock));
}

// Threads that neither work at a large step nor on what comes before the cut, be it of the scan
// that is to be let in next.
std::size_t Budget::idle() const {
  std::size_t busy = running_;
  for (const Holding& scan : line_) busy += scan.cut ? 0 : 1;
  if (waits_ != nullptr && has_room_for(*waits_)) ++busy;
  return steps_ - std::min(steps_, busy);
}

bool Budget::may_run(Step step) const {
  if (running_ == steps_) return false;
  // The first one fits by itself: that was asked when its scan was let in.
  return running_ == 0 || held_ + working_ + step.bytes <= bytes_;
}

// Whoever of these may run, but for bulky ones only to `most` of them.
void Budget::call(bool bulky, std::size_t most, std::vector<std::function<void()>>& called) {
  for (auto it = asked_.begin(); it != asked_.end();) {
    if (it->step.bulky != bulky || (bulky && bulky_running_ >= most) || !may_run(it->step)) {
      ++it;
      continue;
    }
    ++running_;
    if (bulky) ++bulky_running_;
    working_ += it->step.bytes;
    called.push_back(std::move(it->go));
    it = asked_.erase(it);
  }
}

void Budget::call_who_fits(std::unique_lock<std::mutex> lock) {
  std::vector<std::function<void()>> called;
  call(true, bulky_steps_, called);
  call(false, 0, called);
  call(true, bulky_running_ + idle(), called);
  most_.bytes = std::max(most_.bytes, held_ + working_);
  most_.steps = std::max(most_.steps, running_);
  most_.bulky_steps = std::max(most_.bulky_steps, bulky_running_);
  lock.unlock();
  left_.notify_one();
  for (const auto& go : called) go();
}

Budget::Most Budget::most() const {
  const std::lock_guard lock(mutex_);
  return most_;
}

std::uint64_t default_memory_budget() {
  std::uint64_t available = 2ull << 30;
  std::ifstream meminfo("/proc/meminfo");
  for (std::string line; std::getline(meminfo, line);) {
    unsigned long long kib = 0;
    if (std::sscanf(line.c_str(), "MemAvailable: %llu kB", &kib) == 1) available = kib << 10;
  }
  // A batch job's share is a control group's limit, which /proc/meminfo does not know.
  std::ifstream group("/proc/self/cgroup");
  for (std::string line; std::getline(group, line);)
    if (line.starts_with("0::")) {
      std::uint64_t limit = 0;
      std::ifstream max("/sys/fs/cgroup" + line.substr(3) + "/memory.max");
      if (max >> limit) available = std::min(available, limit);
    }
  return available / 4 * 3;
}

}  // namespace linka
