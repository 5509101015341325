// SPDX-License-Identifier: GPL-3.0-or-later
// Runs one function in a process of its own, so that a library that crashes or hangs on a damaged
// file takes nobody with it.
#pragma once

#include "base/result.h"

#include <functional>

namespace linka {

// What `work` returned. Error bad_input when the process died of a signal or was still busy after
// timeout_s; the message says which and begins with `subject`.
Result<void> in_child(const std::string& subject, double timeout_s,
                      const std::function<Result<void>()>& work);

}  // namespace linka
