// SPDX-License-Identifier: GPL-3.0-or-later
// The table of rules, rules.tsv, which the build turns into the string below, read once.
#include "kramerius-export/rules.h"

#include <algorithm>
#include <cassert>

namespace linka {

extern const char* const rules_table;  // made from rules.tsv

namespace {

constexpr std::size_t columns = 10;

std::string_view next_field(std::string_view& rest, char end) {
  const std::size_t at = std::min(rest.find(end), rest.size());
  const std::string_view field = rest.substr(0, at);
  rest.remove_prefix(std::min(at + 1, rest.size()));
  return field;
}

RuleInfo rule_of(std::string_view line) {
  std::string_view fields[columns];
  for (std::string_view& field : fields) field = next_field(line, '\t');
  const Severity severity = fields[2] == "error"     ? Severity::error
                            : fields[2] == "warning" ? Severity::warning
                                                     : Severity::info;
  const RuleOwner owner = fields[3] == "national"    ? RuleOwner::national
                          : fields[3] == "stands-in" ? RuleOwner::stands_in
                                                     : RuleOwner::own;
  return {fields[0], fields[1], severity,  owner,     fields[4],
          fields[5], fields[6], fields[7], fields[8], fields[9]};
}

std::vector<RuleInfo> read_table() {
  std::vector<RuleInfo> rules;
  std::string_view rest = rules_table;
  bool headings = true;
  while (!rest.empty()) {
    const std::string_view line = next_field(rest, '\n');
    if (line.empty() || line[0] == '#') continue;
    if (!headings) rules.push_back(rule_of(line));
    headings = false;
  }
  return rules;
}

}  // namespace

const char* name_of(RuleOwner owner) {
  switch (owner) {
    case RuleOwner::national:
      return "national";
    case RuleOwner::stands_in:
      return "stands-in";
    default:
      return "own";
  }
}

const std::vector<RuleInfo>& all_rules() {
  static const std::vector<RuleInfo> rules = read_table();
  return rules;
}

const RuleInfo* find_rule(std::string_view name) {
  const std::vector<RuleInfo>& rules = all_rules();
  const auto found =
      std::lower_bound(rules.begin(), rules.end(), name,
                       [](const RuleInfo& rule, std::string_view n) { return rule.name < n; });
  return found != rules.end() && found->name == name ? &*found : nullptr;
}

}  // namespace linka
