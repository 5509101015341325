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

void Budget::ask(std::uint64_t bytes, std::function<void()> go) {
  std::unique_lock lock(mutex_);
  asked_.push_back({bytes, std::move(go)});
  call_who_fits(std::move(lock));
}

void Budget::done(std::uint64_t bytes) {
  std::unique_lock lock(mutex_);
  --running_;
  working_ -= bytes;
  call_who_fits(std::move(lock));
}

void Budget::call_who_fits(std::unique_lock<std::mutex> lock) {
  std::vector<std::function<void()>> called;
  for (auto it = asked_.begin(); it != asked_.end() && running_ < steps_;) {
    // The first one fits by itself: that was asked when its scan was let in.
    if (running_ > 0 && held_ + working_ + it->bytes > bytes_) {
      ++it;
      continue;
    }
    ++running_;
    working_ += it->bytes;
    called.push_back(std::move(it->go));
    it = asked_.erase(it);
  }
  most_.bytes = std::max(most_.bytes, held_ + working_);
  most_.steps = std::max(most_.steps, running_);
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
