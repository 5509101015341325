// SPDX-License-Identifier: GPL-3.0-or-later
// Everything that a delivery needs of a target, asked before the first one, each answer in plain
// words. Nothing is started; in the folders a file is made and taken away again.
#pragma once

#include "delivery/server.h"

#include <string>
#include <vector>

namespace linka {

struct TargetAnswer {
  enum class Verdict { good, doubtful, wrong };
  std::string asked;  // "the token"
  Verdict verdict = Verdict::good;
  std::string answer;
  Error error;  // of what is wrong
};
const char* name_of(TargetAnswer::Verdict verdict);  // "good", "doubtful", "wrong"
const char* mark_of(TargetAnswer::Verdict verdict);  // "ok", "??", "!!"

std::vector<TargetAnswer> check_target(KrameriusServer& server);

}  // namespace linka
