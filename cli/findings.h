// SPDX-License-Identifier: GPL-3.0-or-later
// What a check of a package found, for people and as JSON.
#pragma once

#include "cli/exit_codes.h"
#include "kramerius-export/rules.h"

#include <nlohmann/json.hpp>

#include <filesystem>

namespace linka {

// --schemas when given, else $LINKA_SCHEMAS, else the installed share/linka/schemas if it is there;
// empty: schemas are not checked, and the report says so.
std::filesystem::path schemas_folder(const std::filesystem::path& given);

struct Verdict {
  std::size_t errors = 0, warnings = 0;
  ExitCode code = ExitCode::done;
};
// nothing_checked when the check saw no page or applied no rule, else rules_broken on errors.
Verdict verdict_on(const CheckReport& report, bool warnings_as_errors);

// A line a finding, then the sums, then what was not checked.
// `at_most` of each rule, errors and warnings only; 0: everything.
void print_findings(const CheckReport& report, const Verdict& verdict, std::size_t at_most = 0);
nlohmann::json to_json(const CheckReport& report, const Verdict& verdict);

}  // namespace linka
