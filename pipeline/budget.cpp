// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/budget.h"

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <string>

namespace linka {

std::uint64_t memory_for(Size scan, int channels) {
  const auto pixels =
      static_cast<std::uint64_t>(scan.width) * static_cast<std::uint64_t>(scan.height);
  return pixels * (16u * static_cast<std::uint64_t>(channels) + 14u) + (48u << 20);
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
