// SPDX-License-Identifier: GPL-3.0-or-later
// What a check found on a page. Facts keep the check's name and its numbers; the words are made
// when somebody reads them, in his language.
#pragma once

#include <string>

namespace linka {

enum class Urgency {
  note,  // worth knowing
  look,  // a person should look
  hold   // a person must look before the page goes into a package
};
const char* name_of(Urgency urgency);  // "note", "look", "hold"

struct PageFinding {
  std::string check;  // "blur", "cut-text", ...: the names in in_words()
  Urgency urgency = Urgency::look;
  double value = 0;  // what was measured, in the check's own unit
  double limit = 0;  // what it was held against
  double score = 0;  // how far beyond the limit: 1 = just at it, more is worse; comparable between
                     // checks and used to put the worst pages first
  std::string detail;  // a name or place where the numbers do not say all ("0007.tif", "left")
  bool operator==(const PageFinding&) const = default;
};

// A sentence for an operator, translated: what is wrong and what to do about it.
std::string in_words(const PageFinding& finding);

}  // namespace linka
