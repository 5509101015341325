// SPDX-License-Identifier: GPL-3.0-or-later
// linka shelf audit, and what it says to people, scripts and a monitoring system.
#pragma once

#include "base/clock.h"
#include "cli/exit_codes.h"
#include "cli/verb.h"
#include "shelf/audit.h"
#include "shelf/books.h"

#include <nlohmann/json.hpp>

#include <filesystem>
#include <string>

namespace linka {

void declare_shelf_audit(CLI::App& shelf, Chosen& chosen);

// The file that holds the report of a shelf's last audit, as to_json() has it.
std::filesystem::path last_report_of(const Shelf& shelf);
// Nothing read: nothing_checked. Something wrong, repaired or not: rules_broken.
ExitCode code_of(const AuditReport& report);
nlohmann::json to_json(const AuditReport& report);
// A time of a report, without its milliseconds; the epoch when there is none.
Time read_time(const std::string& at);
// For the textfile collector of a Prometheus node exporter.
std::string metrics_of(const AuditReport& report, const ShelfSums& sums);

}  // namespace linka
