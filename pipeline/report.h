// SPDX-License-Identifier: GPL-3.0-or-later
// report.html and report.json of a batch: counts in and out, pages parked and unsure with a picture
// and the reason in words, times a stage, sizes.
#pragma once

#include "base/result.h"
#include "pipeline/review.h"
#include "workspace/batch.h"
#include "workspace/status.h"

#include <nlohmann/json_fwd.hpp>

#include <string>
#include <vector>

namespace linka {

// What the check of the package said.
struct ReportedPackage {
  std::string path;      // empty: there is no package
  bool checked = false;  // a check ran and saw pages
  std::size_t errors = 0, warnings = 0;
  std::vector<std::string> findings;     // the first few errors and warnings, a line each
  std::vector<std::string> not_checked;  // what the check could not look at, and why
};

// Writes both files (workspace/batch.h names them), in the operator's language.
Result<void> write_report(const Batch& batch, const BatchStatus& status, const Review& review,
                          const ReportedPackage& package);

// What an operator can do about a parked page or scan: one or two sentences in their language.
std::string advice_on(const Error& reason);

// {"kind", "message", "where"}
nlohmann::json to_json(const Error& error);
// [{"check", "urgency", "value", "limit", "score", "detail", "message"}]
nlohmann::json to_json(const std::vector<PageFinding>& findings);
// Sums, every scan with its pages and reasons, files that are no scans, observations, packages.
nlohmann::json to_json(const BatchStatus& status);

}  // namespace linka
