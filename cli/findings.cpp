// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/findings.h"

#include "base/translate.h"
#include "cli/console.h"
#include "cli/language.h"

#include <cstdlib>
#include <map>

namespace linka {
namespace {

std::string in_words(Severity severity) {
  switch (severity) {
    case Severity::error:
      return tr("error");
    case Severity::warning:
      return tr("warning");
    case Severity::info:
      break;
  }
  return tr("note");
}

}  // namespace

std::filesystem::path schemas_folder(const std::filesystem::path& given) {
  if (!given.empty()) return given;
  if (const char* set = std::getenv("LINKA_SCHEMAS"); set != nullptr && *set != '\0') return set;
  const std::filesystem::path installed =
      program_folder().parent_path() / "share" / "linka" / "schemas";
  std::error_code code;
  return std::filesystem::is_directory(installed, code) ? installed : std::filesystem::path();
}

Verdict verdict_on(const CheckReport& report, bool warnings_as_errors) {
  Verdict verdict;
  for (const Finding& finding : report.findings) {
    if (finding.severity == Severity::error) ++verdict.errors;
    if (finding.severity == Severity::warning) ++verdict.warnings;
  }
  if (report.pages_seen == 0 || report.rules_applied == 0)
    verdict.code = ExitCode::nothing_checked;
  else if (verdict.errors > 0 || (warnings_as_errors && verdict.warnings > 0))
    verdict.code = ExitCode::rules_broken;
  return verdict;
}

void print_findings(const CheckReport& report, const Verdict& verdict, std::size_t at_most) {
  std::map<std::string, std::size_t> said;
  std::size_t unsaid = 0;
  for (const Finding& finding : report.findings) {
    if (at_most > 0 && finding.severity == Severity::info) continue;
    if (at_most > 0 && said[finding.rule]++ >= at_most) {
      ++unsaid;
      continue;
    }
    print(fmt::format("{} {} {}{}{}", in_words(finding.severity), finding.rule, finding.file,
                      finding.file.empty() ? "" : ": ", finding.message));
  }
  if (unsaid > 0)
    print(say(trn("and {} more of the same; linka validate says them all",
                  "and {} more of the same; linka validate says them all", unsaid),
              unsaid));
  print(say(trn("{} page", "{} pages", report.pages_seen), report.pages_seen) + ", " +
        say(trn("{} file", "{} files", report.files_seen), report.files_seen) + ", " +
        say(trn("{} rule", "{} rules", report.rules_applied), report.rules_applied) + ": " +
        say(trn("{} error", "{} errors", verdict.errors), verdict.errors) + ", " +
        say(trn("{} warning", "{} warnings", verdict.warnings), verdict.warnings));
  for (const std::string& gap : report.not_checked) print(say(tr("not checked: {}"), gap));
  if (report.pages_seen == 0)
    print(tr("the check saw no page: nothing is proven"));
  else if (report.rules_applied == 0)
    print(tr("the check applied no rule: nothing is proven"));
}

nlohmann::json to_json(const CheckReport& report, const Verdict& verdict) {
  nlohmann::json findings = nlohmann::json::array();
  for (const Finding& finding : report.findings)
    findings.push_back({{"severity", name_of(finding.severity)},
                        {"rule", finding.rule},
                        {"file", finding.file},
                        {"message", finding.message}});
  return {{"package", report.package_id},      {"standard", report.standard},
          {"pages", report.pages_seen},        {"files", report.files_seen},
          {"rules", report.rules_applied},     {"errors", verdict.errors},
          {"warnings", verdict.warnings},      {"findings", findings},
          {"not_checked", report.not_checked}, {"exit_code", static_cast<int>(verdict.code)}};
}

}  // namespace linka
