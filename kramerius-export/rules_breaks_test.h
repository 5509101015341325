// SPDX-License-Identifier: GPL-3.0-or-later
// What the tests of the package check share: how a package is broken, checked and told about.
#pragma once

#include "kramerius-export/rules.h"
#include "kramerius-export/rules_test_package.h"

#include <filesystem>
#include <ostream>
#include <set>
#include <string>
#include <vector>

namespace linka::test {

// A text replaced in one file of a good package.
struct Break {
  std::string name;
  std::string file, from, to;
  std::string rule;
  Severity severity = Severity::error;
  std::set<std::string> also = {};  // rules that the same break touches by nature
  PackageForm form = PackageForm::strict_22;
};

inline std::ostream& operator<<(std::ostream& out, const Break& b) {
  return out << b.name;
}

std::vector<Break> all_breaks();  // rules_breaks_test.cpp

CheckReport checked(const std::filesystem::path& folder, const CheckOptions& options = {});
// "error RULE [file] message", a line a finding.
std::string text_of(const CheckReport& report);
// Rules that were broken, without notes.
std::set<std::string> broken(const CheckReport& report);
// What is wrong with the XPaths of the findings: each must find exactly one node in its file, and a
// finding with a line must have one.
std::string wrong_places(const CheckReport& report, const std::filesystem::path& folder);
// $LINKA_SCHEMAS as options, with nothing when it is not set.
CheckOptions with_schemas();

}  // namespace linka::test
