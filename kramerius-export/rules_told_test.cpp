// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/files.h"
#include "kramerius-export/rules_breaks_test.h"
#include "kramerius-export/rules_internal.h"

#include <gtest/gtest.h>

#include <cstdlib>

namespace linka::test {

namespace fs = std::filesystem;

CheckReport checked(const fs::path& folder, const CheckOptions& options) {
  const Result<CheckReport> report = check_package(folder, options);
  EXPECT_TRUE(report) << report.error().message;
  return report ? *report : CheckReport{};
}

std::string text_of(const CheckReport& report) {
  std::string all;
  for (const Finding& f : report.findings)
    all +=
        std::string(name_of(f.severity)) + " " + f.rule + " [" + f.file + "] " + f.message + "\n";
  return all;
}

std::set<std::string> broken(const CheckReport& report) {
  std::set<std::string> rules;
  for (const Finding& f : report.findings)
    if (f.severity != Severity::info) rules.insert(f.rule);
  return rules;
}

std::string wrong_places(const CheckReport& report, const fs::path& folder) {
  std::string all;
  for (const Finding& f : report.findings) {
    if (f.xpath.empty()) {
      if (f.line > 0) all += f.rule + " has a line, but no XPath\n";
      continue;
    }
    const Result<Bytes> bytes = read_file(folder / f.file);
    if (!bytes) return f.file + " cannot be read";
    const Result<XmlDocument> document = XmlDocument::parse(*bytes);
    if (!document) return f.file + " is no XML";
    const Result<std::size_t> found = document->count(f.xpath, rules::customary_prefixes());
    if (!found || *found != 1)
      all += fmt::format("{}: {} finds {} nodes\n", f.rule, f.xpath, found ? *found : 0);
  }
  return all;
}

CheckOptions with_schemas() {
  const char* folder = std::getenv("LINKA_SCHEMAS");
  return {folder ? folder : ""};
}

}  // namespace linka::test
