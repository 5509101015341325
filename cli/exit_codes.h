// SPDX-License-Identifier: GPL-3.0-or-later
// What the program's exit code says. The man page and docs/exit-codes.md follow this list.
#pragma once

#include "base/result.h"

#include <string>
#include <vector>

namespace linka {

enum class ExitCode : int {
  done = 0,
  parked = 1,
  usage = 2,
  configuration = 3,
  unusable_input = 4,
  rules_broken = 5,
  no_space = 6,
  missing = 7,
  refused = 8,
  busy = 9,
  nothing_checked = 10,
  several_found = 11,
  nothing_found = 12,
  delivery_failed = 13,
  delivery_unknown = 14,
  not_proven = 15,
  not_genuine = 16,
  internal = 70,
  try_again = 75,
  interrupted = 130,
  terminated = 143
};

ExitCode exit_code_of(ErrorKind kind);
// The code of a run that a signal (SIGINT, SIGTERM) stopped.
ExitCode exit_code_of_signal(int signal);

// The code that says more about two things that happened: a broken package outweighs parked pages,
// an error outweighs both.
ExitCode worse(ExitCode a, ExitCode b);

struct ExitMeaning {
  ExitCode code;
  std::string meaning;  // in the operator's language
};
std::vector<ExitMeaning> exit_meanings();

}  // namespace linka
