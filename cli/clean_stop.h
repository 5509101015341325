// SPDX-License-Identifier: GPL-3.0-or-later
// A verb that ends cleanly when somebody asks it to.
#pragma once

#include "base/result.h"

namespace linka {

// While it lives, the first SIGINT or SIGTERM asks for a clean stop, the second ends at once. One
// at a time.
class CleanStop {
 public:
  CleanStop();
  CleanStop(const CleanStop&) = delete;
  CleanStop& operator=(const CleanStop&) = delete;
  ~CleanStop();
  static bool asked() { return signal() != 0; }
  static int signal();          // 0 when nobody asked
  static Result<void> go_on();  // error cancelled when somebody asked
};

}  // namespace linka
