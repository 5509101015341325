// SPDX-License-Identifier: GPL-3.0-or-later
// What a resolver of URN:NBN may answer, in plain words.
#pragma once

#include "base/result.h"

#include <string>
#include <string_view>
#include <vector>

namespace linka {

// What a refusal means for the rest of a batch.
enum class AfterRefusal {
  go_on,    // this document is at fault; the next one may be better
  stop,     // whoever asks is at fault; the next one would be refused, too
  look_up,  // it is registered already
  later     // the resolver is at fault
};

struct UrnRefusal {
  int status = 0;
  std::string code;     // "INVALID_DATA"; "" when the answer had none
  std::string message;  // the resolver's own words, short
  AfterRefusal after() const;
  // "the message does not follow the resolver's schema (INVALID_DATA: ...)"
  std::string words() const;
  Error error() const;  // of the kind that goes with it
};

// All codes that the resolver knows, for the documentation and tests.
struct RefusalCode {
  int status;
  std::string_view code;      // or its beginning, when it ends in an underscore
  std::string_view sentence;  // in English
};
const std::vector<RefusalCode>& refusal_codes();

}  // namespace linka
