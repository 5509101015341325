// SPDX-License-Identifier: GPL-3.0-or-later
// Runs a program that moves files for us (rsync, ssh) and hears what it says.
#pragma once

#include "base/result.h"

#include <functional>
#include <string>
#include <vector>

namespace linka {

struct Ran {
  int status = 0;      // its exit status; 128 and the signal when one ended it
  std::string output;  // standard output, at most 64 MiB
  std::string said;    // the last line of standard error
};

// No shell; standard input is empty. `stop` is asked a few times a second; true ends the program
// and its process group: by SIGTERM, and by SIGKILL what does not hear that within seconds. Errors:
// missing (no such program), resource, cancelled.
Result<Ran> run_program(const std::vector<std::string>& words, const std::function<bool()>& stop);

}  // namespace linka
