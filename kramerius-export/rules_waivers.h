// SPDX-License-Identifier: GPL-3.0-or-later
// Waivers: findings that a library has decided to live with, written down with the reason. A waived
// finding is told apart and counted, never hidden.
#pragma once

#include "base/result.h"
#include "kramerius-export/rules.h"

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace linka {

struct Waiver {
  std::string rule;      // a name of rules.tsv
  std::string file;      // glob of the path within the package ("amdsec/*"); empty: every file
  std::string reason;    // never empty
  std::string until;     // "2027-03-31", the last day; empty: without end
  int line = 0;          // in the file of waivers
  std::size_t used = 0;  // findings that it took
  bool expired = false;
};

// A TOML file of [[waiver]] tables. Errors: configuration, with the line: an unknown rule or key, a
// waiver without a reason, a date that is none.
Result<std::vector<Waiver>> read_waivers(const std::filesystem::path& path);

// Takes the findings that a waiver speaks of out of the report's findings into its `waived`, counts
// them in the waivers, and marks waivers that ended before `today` ("2026-11-23") as expired.
void waive(CheckReport& report, std::vector<Waiver>& waivers, std::string_view today);

}  // namespace linka
