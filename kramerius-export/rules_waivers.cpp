// SPDX-License-Identifier: GPL-3.0-or-later
#include "kramerius-export/rules_waivers.h"

#include "base/files.h"

#include <fnmatch.h>
#include <toml++/toml.h>

#include <algorithm>

namespace linka {

namespace fs = std::filesystem;

namespace {

constexpr auto wrong = ErrorKind::configuration;

// "2027-03-31" from a date or a text; empty when it is neither.
std::string date_of(const toml::node& node) {
  if (const auto date = node.value<toml::date>())
    return fmt::format("{:04}-{:02}-{:02}", date->year, date->month, date->day);
  const std::string text = node.value_or(std::string());
  const bool fits =
      text.size() == 10 && text[4] == '-' && text[7] == '-' &&
      std::count_if(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; }) == 8;
  return fits ? text : std::string();
}

Result<Waiver> waiver_of(const toml::table& table, const std::string& path) {
  Waiver waiver;
  waiver.line = static_cast<int>(table.source().begin.line);
  for (const auto& [key, node] : table) {
    const std::string name(key.str());
    if (name == "until") {
      waiver.until = date_of(node);
      if (waiver.until.empty())
        return fail(wrong, "{}: line {}: until is no date like 2027-03-31", path, waiver.line);
      continue;
    }
    std::string* text = name == "rule"     ? &waiver.rule
                        : name == "file"   ? &waiver.file
                        : name == "reason" ? &waiver.reason
                                           : nullptr;
    if (!text)
      return fail(wrong, "{}: line {}: a waiver knows rule, file, reason and until, not {}", path,
                  waiver.line, name);
    if (!node.is_string())
      return fail(wrong, "{}: line {}: {} is no text", path, waiver.line, name);
    *text = node.value_or(std::string());
  }
  if (!find_rule(waiver.rule))
    return fail(wrong, "{}: line {}: there is no rule '{}'", path, waiver.line, waiver.rule);
  if (waiver.reason.find_first_not_of(" \t\r\n") == std::string::npos)
    return fail(wrong, "{}: line {}: the waiver of {} gives no reason", path, waiver.line,
                waiver.rule);
  return waiver;
}

bool speaks_of(const Waiver& waiver, const Finding& finding) {
  return !waiver.expired && waiver.rule == finding.rule &&
         (waiver.file.empty() || ::fnmatch(waiver.file.c_str(), finding.file.c_str(), 0) == 0);
}

}  // namespace

Result<std::vector<Waiver>> read_waivers(const fs::path& path) {
  return guarded<std::vector<Waiver>>("waivers", [&]() -> Result<std::vector<Waiver>> {
    const Result<std::string> text = read_text(path, 1u << 20);
    if (!text) return pass(text);
    const std::string name = path.string();
    toml::table document;
    try {
      document = toml::parse(*text, name);
    } catch (const toml::parse_error& error) {
      return fail(wrong, "{}: line {}: {}", name, error.source().begin.line, error.description());
    }
    std::vector<Waiver> waivers;
    for (const auto& [key, node] : document) {
      const toml::array* list = key.str() == "waiver" ? node.as_array() : nullptr;
      if (!list)
        return fail(wrong, "{}: line {}: expected [[waiver]], not {}", name,
                    node.source().begin.line, key.str());
      for (const toml::node& one : *list) {
        const toml::table* table = one.as_table();
        if (!table) return fail(wrong, "{}: expected [[waiver]]", name);
        Result<Waiver> waiver = waiver_of(*table, name);
        if (!waiver) return pass(waiver);
        waivers.push_back(std::move(*waiver));
      }
    }
    return waivers;
  });
}

void waive(CheckReport& report, std::vector<Waiver>& waivers, std::string_view today) {
  for (Waiver& waiver : waivers) waiver.expired = !waiver.until.empty() && waiver.until < today;
  std::vector<Finding> kept;
  for (Finding& finding : report.findings) {
    const auto waiver = std::find_if(waivers.begin(), waivers.end(),
                                     [&](const Waiver& w) { return speaks_of(w, finding); });
    if (waiver == waivers.end()) {
      kept.push_back(std::move(finding));
      continue;
    }
    ++waiver->used;
    report.waived.push_back({std::move(finding), waiver->reason, waiver->until});
  }
  report.findings = std::move(kept);
}

}  // namespace linka
