// SPDX-License-Identifier: GPL-3.0-or-later
// What a check has found so far; severities come from the table of rules.
#pragma once

#include "kramerius-export/foxml/foxml.h"

#include <string>
#include <string_view>

namespace linka {

class FoxmlFindings {
 public:
  explicit FoxmlFindings(FoxmlReport& report) : report_(report) {}
  // `file` is within the folder; "" = the folder as a whole.
  void add(std::string_view rule, std::string file, int line, std::string message);
  void add(Finding finding);

 private:
  FoxmlReport& report_;
};

// By file, line, rule, message; the same finding once.
void sort_findings(FoxmlReport& report);

}  // namespace linka
