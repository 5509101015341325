// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/exit_codes.h"

#include "base/translate.h"

#include <csignal>

namespace linka {

ExitCode exit_code_of(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::bad_input:
    case ErrorKind::unsupported:
      return ExitCode::unusable_input;
    case ErrorKind::configuration:
      return ExitCode::configuration;
    case ErrorKind::missing:
      return ExitCode::missing;
    case ErrorKind::no_space:
      return ExitCode::no_space;
    case ErrorKind::io:
    case ErrorKind::resource:
      return ExitCode::try_again;
    case ErrorKind::busy:
      return ExitCode::busy;
    case ErrorKind::cancelled:
      return ExitCode::interrupted;
    case ErrorKind::internal:
      break;
  }
  return ExitCode::internal;
}

ExitCode exit_code_of_signal(int signal) {
  return signal == SIGTERM ? ExitCode::terminated : ExitCode::interrupted;
}

ExitCode worse(ExitCode a, ExitCode b) {
  const auto weight = [](ExitCode code) {
    switch (code) {
      case ExitCode::done:
        return 0;
      case ExitCode::parked:
        return 1;
      case ExitCode::nothing_checked:
        return 2;
      case ExitCode::rules_broken:
        return 3;
      default:
        return 4;
    }
  };
  return weight(b) > weight(a) ? b : a;
}

std::vector<ExitMeaning> exit_meanings() {
  return {
      {ExitCode::done, tr("all is done and in order")},
      {ExitCode::parked, tr("finished, but pages are parked or the batch is not complete")},
      {ExitCode::usage, tr("the command line is wrong")},
      {ExitCode::configuration, tr("a profile or setting is wrong")},
      {ExitCode::unusable_input, tr("the scans, record or package given cannot be used")},
      {ExitCode::rules_broken, tr("a package breaks rules of the standard")},
      {ExitCode::no_space, tr("the disk is full or a quota is reached")},
      {ExitCode::missing, tr("a program, OCR model or schema that is needed is not installed")},
      {ExitCode::refused, tr("the repository or the resolver refused")},
      {ExitCode::busy, tr("another run holds the batch")},
      {ExitCode::nothing_checked, tr("a check found nothing to check")},
      {ExitCode::several_found, tr("a catalogue found several records; one must be chosen")},
      {ExitCode::nothing_found, tr("a catalogue found no record")},
      {ExitCode::delivery_failed, tr("the repository tried to take a package in and failed")},
      {ExitCode::delivery_unknown,
       tr("a delivery was begun and it is not known how it ended; run again to ask")},
      {ExitCode::not_proven, tr("a package was delivered, but not everything has arrived")},
      {ExitCode::not_genuine, tr("a receipt is not what was signed")},
      {ExitCode::internal, tr("a mistake in the program; please report it")},
      {ExitCode::try_again, tr("a passing fault of disk or memory; try again")},
      {ExitCode::interrupted, tr("stopped by Ctrl-C; run again to go on")},
      {ExitCode::terminated, tr("stopped by the system (SIGTERM); run again to go on")},
  };
}

}  // namespace linka
