// SPDX-License-Identifier: GPL-3.0-or-later
// What a check of a package found, for people and as JSON.
#pragma once

#include "cli/exit_codes.h"
#include "kramerius-export/rules.h"
#include "kramerius-export/rules_waivers.h"

#include <nlohmann/json.hpp>

#include <filesystem>
#include <string>
#include <vector>

namespace linka {

// --schemas when given, else $LINKA_SCHEMAS, else the installed share/linka/schemas if it is there;
// empty: schemas are not checked, and the report says so.
std::filesystem::path schemas_folder(const std::filesystem::path& given);

std::string in_words(Severity severity);  // "error", in the operator's language
// "error LINKA_UUID_UNIQUE mets_x.xml:12: ..."
std::string finding_line(const Finding& finding);

struct Verdict {
  std::size_t errors = 0, warnings = 0, infos = 0;  // without the waived ones
  ExitCode code = ExitCode::done;
};
// nothing_checked when there is no package (no page and no METS) or no rule was applied, else
// rules_broken on errors.
// Waived findings count for neither.
Verdict verdict_on(const CheckReport& report, bool warnings_as_errors);

// A line a finding, then what was waived, the sums, and what was not checked.
// `at_most` of each rule, errors and warnings only; 0: everything.
void print_findings(const CheckReport& report, const Verdict& verdict, std::size_t at_most = 0);
nlohmann::json to_json(const CheckReport& report, const Verdict& verdict);
// The answers about several packages as one: findings and sums together, each with its package.
nlohmann::json joined_json(const std::vector<nlohmann::json>& packages);

// Waivers that took nothing, or are over.
void print_unused(const std::vector<Waiver>& waivers, const std::string& file);
nlohmann::json unused_json(const std::vector<Waiver>& waivers, const std::string& file);

// linka validate --explain: all rules in short, or all about one.
void print_rules();
void print_rule(const RuleInfo& rule);
nlohmann::json to_json(const RuleInfo& rule);

}  // namespace linka
