// SPDX-License-Identifier: GPL-3.0-or-later
// report.html and report.json of a batch: counts in and out, pages parked and unsure with a picture
// and the reason in words, times a stage, sizes.
#pragma once

#include "base/result.h"
#include "workspace/batch.h"
#include "workspace/status.h"

#include <nlohmann/json_fwd.hpp>

#include <string>

namespace linka {

// Writes both files (workspace/batch.h names them), in the operator's language. package_path may be
// empty. Reads facts.json of every page; nothing else is touched.
Result<void> write_report(const Batch& batch, const BatchStatus& status,
                          const std::string& package_path);

// What an operator can do about a parked page or scan: one or two sentences in their language.
std::string advice_on(const Error& reason);

// {"kind", "message", "where"}
nlohmann::json to_json(const Error& error);
// Sums, every scan with its pages and reasons, files that are no scans, observations, packages.
nlohmann::json to_json(const BatchStatus& status);

}  // namespace linka
