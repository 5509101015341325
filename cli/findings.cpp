// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/findings.h"

#include "base/translate.h"
#include "cli/console.h"
#include "cli/language.h"

#include <algorithm>
#include <cstdlib>
#include <map>
#include <set>

namespace linka {

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

namespace {

// "mets_x.xml:12: "
std::string place_of(const Finding& finding) {
  if (finding.file.empty()) return {};
  return finding.file + (finding.line > 0 ? fmt::format(":{}", finding.line) : "") + ": ";
}

}  // namespace

std::string finding_line(const Finding& finding) {
  return fmt::format("{} {} {}{}", in_words(finding.severity), finding.rule, place_of(finding),
                     finding.message);
}

namespace {

std::string in_words(NationalVerdict verdict) {
  switch (verdict) {
    case NationalVerdict::refused:
      return tr("the national validator would refuse it");
    case NationalVerdict::warned:
      return tr("the national validator would warn");
    case NationalVerdict::passed:
      break;
  }
  return tr("the national validator would pass it");
}

void print_waived(const CheckReport& report) {
  for (const WaivedFinding& w : report.waived)
    print(say(tr("waived: {} ({}{})"), finding_line(w.finding), w.reason,
              w.until.empty() ? "" : say(tr(", until {}"), w.until)));
}

nlohmann::json to_json(const Finding& finding) {
  return {{"severity", name_of(finding.severity)},
          {"rule", finding.rule},
          {"file", finding.file},
          {"line", finding.line},
          {"xpath", finding.xpath},
          {"message", finding.message},
          {"national", finding.national}};
}

std::string sentence(std::string_view english, std::string_view czech) {
  return std::string(speaks_czech() ? czech : english);
}

std::string in_words(RuleOwner owner) {
  switch (owner) {
    case RuleOwner::national:
      return tr("the national validator's");
    case RuleOwner::stands_in:
      return tr("linka's, for what stops the national validator, too");
    case RuleOwner::own:
      break;
  }
  return tr("linka's, for what the national validator does not look at");
}

std::string how_in_words(std::string_view how) {
  if (how == "by-own-reader") return tr("by linka's own reader of JP2 files");
  if (how == "by-openjpeg") return tr("by decoding with OpenJPEG (--decode)");
  if (how == "not-checked") return tr("not checked: it would need the network");
  return tr("as the standard says");
}

std::string section_in_words(std::string_view section) {
  const std::map<std::string_view, const char*> words = {
      {"files", tr("names and places of files")},
      {"checksums", tr("the list of digests")},
      {"info", tr("the info file")},
      {"identifiers", tr("identifiers")},
      {"headers", tr("METS headers")},
      {"file-section", tr("files in the main METS")},
      {"page-file-section", tr("files in a page's METS")},
      {"maps", tr("structural maps")},
      {"images", tr("images")},
      {"records", tr("bibliographic records")},
      {"texts", tr("plain texts")},
      {"alto", tr("ALTO files")},
      {"technical", tr("technical records")},
      {"rights", tr("rights records")}};
  const auto found = words.find(section);
  return found == words.end() ? std::string(section) : std::string(found->second);
}

// "monograph 2.1, 2.2; periodical 2.0, 2.1"
std::string versions_in_words(std::string_view versions) {
  std::string all;
  for (const auto& [letter, name] : {std::pair('m', tr("monograph")), {'p', tr("periodical")}}) {
    std::string of_kind;
    for (std::size_t at = 0; at < versions.size(); ++at)
      if (versions[at] == letter)
        of_kind += (of_kind.empty() ? " " : ", ") + std::string(versions.substr(at + 1, 3));
    if (!of_kind.empty()) all += (all.empty() ? "" : "; ") + std::string(name) + of_kind;
  }
  return all;
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
  for (const Finding& finding : report.findings) switch (finding.severity) {
      case Severity::error:
        ++verdict.errors;
        break;
      case Severity::warning:
        ++verdict.warnings;
        break;
      case Severity::info:
        ++verdict.infos;
        break;
    }
  // A folder without a page and without a METS is no package at all; a package whose images are
  // gone is a broken one.
  const bool no_package = report.pages_seen == 0 && report.standard.empty();
  const bool unseen = report.pages_seen == 0 && verdict.errors == 0;
  if (no_package || unseen || report.rules_applied == 0)
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
    print(finding_line(finding));
  }
  if (unsaid > 0)
    print(say(trn("and {} more of the same; linka validate says them all",
                  "and {} more of the same; linka validate says them all", unsaid),
              unsaid));
  if (at_most == 0) print_waived(report);
  const std::size_t waived = report.waived.size();
  print(say(trn("{} page", "{} pages", report.pages_seen), report.pages_seen) + ", " +
        say(trn("{} file", "{} files", report.files_seen), report.files_seen) + ", " +
        say(trn("{} rule", "{} rules", report.rules_applied), report.rules_applied) + ": " +
        say(trn("{} error", "{} errors", verdict.errors), verdict.errors) + ", " +
        say(trn("{} warning", "{} warnings", verdict.warnings), verdict.warnings) +
        (waived == 0 ? "" : ", " + say(trn("{} waived", "{} waived", waived), waived)));
  for (const std::string& gap : report.not_checked) print(say(tr("not checked: {}"), gap));
  if (report.pages_seen == 0)
    print(tr("the check saw no page: nothing is proven"));
  else if (report.rules_applied == 0)
    print(tr("the check applied no rule: nothing is proven"));
  if (verdict.code != ExitCode::nothing_checked) print(in_words(report.verdict()));
}

nlohmann::json to_json(const CheckReport& report, const Verdict& verdict) {
  nlohmann::json findings = nlohmann::json::array(), waived = nlohmann::json::array();
  for (const Finding& finding : report.findings) findings.push_back(to_json(finding));
  for (const WaivedFinding& w : report.waived) {
    nlohmann::json one = to_json(w.finding);
    one["reason"] = w.reason;
    one["until"] = w.until;
    waived.push_back(one);
  }
  return {{"package", report.package_id},
          {"standard", report.standard},
          {"verdict", name_of(report.verdict())},
          {"pages", report.pages_seen},
          {"files", report.files_seen},
          {"rules_applied", report.rules_applied},
          {"counts",
           {{"error", verdict.errors},
            {"warning", verdict.warnings},
            {"info", verdict.infos},
            {"waived", report.waived.size()}}},
          {"findings", findings},
          {"waived", waived},
          {"not_checked", report.not_checked},
          {"exit_code", static_cast<int>(verdict.code)}};
}

nlohmann::json joined_json(const std::vector<nlohmann::json>& packages) {
  using nlohmann::json;
  json all = {{"findings", json::array()},
              {"waived", json::array()},
              {"counts", {{"error", 0}, {"warning", 0}, {"info", 0}, {"waived", 0}}},
              {"pages", 0},
              {"files", 0},
              {"rules_applied", 0},
              {"not_checked", json::array()},
              {"packages", packages}};
  std::set<std::string> gaps;
  std::string worst;
  const std::vector<std::string> order = {"", "passed", "warned", "refused"};
  const auto rank = [&](const std::string& verdict) {
    return std::find(order.begin(), order.end(), verdict) - order.begin();
  };
  for (const json& one : packages) {
    if (!one.contains("counts")) continue;
    for (const char* list : {"findings", "waived"})
      for (json finding : one[list]) {
        finding["package"] = one["package"];
        all[list].push_back(finding);
      }
    for (const auto& [name, count] : one["counts"].items())
      all["counts"][name] = all["counts"][name].get<std::size_t>() + count.get<std::size_t>();
    for (const char* sum : {"pages", "files"})
      all[sum] = all[sum].get<std::size_t>() + one[sum].get<std::size_t>();
    all["rules_applied"] =
        std::max(all["rules_applied"].get<std::size_t>(), one["rules_applied"].get<std::size_t>());
    for (const auto& gap : one["not_checked"]) gaps.insert(gap.get<std::string>());
    if (const std::string verdict = one["verdict"]; rank(verdict) > rank(worst)) worst = verdict;
  }
  all["verdict"] = worst;
  all["not_checked"] = gaps;
  return all;
}

void print_unused(const std::vector<Waiver>& waivers, const std::string& file) {
  for (const Waiver& w : waivers)
    if (w.expired)
      print(say(tr("{}: line {}: the waiver of {} ended on {}"), file, w.line, w.rule, w.until));
    else if (w.used == 0)
      print(say(tr("{}: line {}: the waiver of {} was not needed"), file, w.line, w.rule));
}

nlohmann::json unused_json(const std::vector<Waiver>& waivers, const std::string& file) {
  nlohmann::json unused = nlohmann::json::array();
  for (const Waiver& w : waivers)
    if (w.expired || w.used == 0)
      unused.push_back({{"waivers", file},
                        {"line", w.line},
                        {"rule", w.rule},
                        {"file", w.file},
                        {"reason", w.reason},
                        {"until", w.until},
                        {"expired", w.expired}});
  return unused;
}

void print_rules() {
  for (const RuleInfo& rule : all_rules())
    print(fmt::format("{} ({}): {}", rule.name, in_words(rule.severity),
                      sentence(rule.meaning, rule.meaning_cs)));
}

void print_rule(const RuleInfo& rule) {
  print(std::string(rule.name));
  const auto row = [](const char* name, const std::string& value) {
    const std::size_t used = width_of(name);
    print("  " + std::string(name) + std::string(used < 14 ? 14 - used : 1, ' ') + value);
  };
  row(tr("meaning"), sentence(rule.meaning, rule.meaning_cs));
  row(tr("at worst"), in_words(rule.severity));
  row(tr("rule of"), in_words(rule.owner));
  row(tr("part"), section_in_words(rule.section));
  row(tr("standards"), versions_in_words(rule.versions));
  row(tr("checked"), how_in_words(rule.how));
  row(tr("what to do"), sentence(rule.advice, rule.advice_cs));
}

nlohmann::json to_json(const RuleInfo& rule) {
  return {{"rule", rule.name},
          {"section", rule.section},
          {"severity", name_of(rule.severity)},
          {"owner", name_of(rule.owner)},
          {"how", rule.how},
          {"versions", rule.versions},
          {"meaning", {{"en", rule.meaning}, {"cs", rule.meaning_cs}}},
          {"advice", {{"en", rule.advice}, {"cs", rule.advice_cs}}}};
}

}  // namespace linka
