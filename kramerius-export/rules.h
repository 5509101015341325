// SPDX-License-Identifier: GPL-3.0-or-later
// What a finished package must satisfy: the rules of the national standard for monographs
// (2.1, 2.2) and periodicals (2.0, 2.1), by the names the national validator gives them, and our
// own, named LINKA_..., for what the standard asks in words and the validator does not look at.
// Nothing outside the package's folder and the folder of schemas is read, and no network is used.
#pragma once

#include "base/result.h"

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace linka {

enum class Severity { error, warning, note };
const char* name_of(Severity severity);  // "error", "warning", "note"

struct Finding {
  Severity severity = Severity::error;
  std::string rule;
  std::string file;     // path within the package; empty: the package as a whole
  std::string message;  // plain words with the offending value
};

struct CheckOptions {
  std::filesystem::path schemas;  // XML schemas and dictionaries/; may be empty
};

struct CheckReport {
  std::string package_id;
  std::string standard;           // "monograph 2.2"; empty when it cannot be told
  std::size_t pages_seen = 0;     // pages whose master copy was read; 0 means nothing was proven
  std::size_t files_seen = 0;     // files whose bytes were read
  std::size_t rules_applied = 0;  // rules that had something to look at
  std::vector<Finding> findings;  // sorted by file, rule, message
  std::vector<std::string> not_checked;  // what could not be checked, and why
  bool has_errors() const;
};

// Error only when the folder cannot be read at all; everything else is a finding.
Result<CheckReport> check_package(const std::filesystem::path& package,
                                  const CheckOptions& options);

struct RuleInfo {
  std::string_view name;
  Severity severity;         // the worst that a breach is reported as
  std::string_view meaning;  // one sentence
};
// Every rule that check_package can report, in alphabetical order.
const std::vector<RuleInfo>& all_rules();

}  // namespace linka
