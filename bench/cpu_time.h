// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ctime>

namespace linka {

// CPU seconds of this process so far, all its threads together.
inline double cpu_seconds() {
  timespec t{};
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_nsec) * 1e-9;
}

}  // namespace linka
