// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/clean_stop.h"

#include <csignal>

namespace linka {
namespace {

volatile std::sig_atomic_t asked_to_stop = 0;
struct sigaction old_int {
}, old_term{};

extern "C" void ask_to_stop(int signal) {
  asked_to_stop = signal;
}

}  // namespace

CleanStop::CleanStop() {
  asked_to_stop = 0;
  struct sigaction action {};
  action.sa_handler = ask_to_stop;
  action.sa_flags = static_cast<int>(SA_RESETHAND);
  ::sigaction(SIGINT, &action, &old_int);
  ::sigaction(SIGTERM, &action, &old_term);
}

CleanStop::~CleanStop() {
  ::sigaction(SIGINT, &old_int, nullptr);
  ::sigaction(SIGTERM, &old_term, nullptr);
}

int CleanStop::signal() {
  return asked_to_stop;
}

Result<void> CleanStop::go_on() {
  if (asked()) return fail(ErrorKind::cancelled, "stopped on request");
  return {};
}

}  // namespace linka
