// SPDX-License-Identifier: GPL-3.0-or-later
// How a batch ends, whichever verb got it there: package, check, report, and the closing words.
#pragma once

#include "cli/exit_codes.h"
#include "kramerius-export/make_package.h"
#include "kramerius-export/rules.h"
#include "pipeline/review.h"
#include "pipeline/run_batch.h"
#include "profiles/profile.h"
#include "workspace/batch.h"
#include "workspace/status.h"

#include <nlohmann/json.hpp>

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace linka {

struct FinishOptions {
  Profile profile;
  bool package = true;         // false: only the report
  std::string why_no_package;  // said when package is false
  bool without_parked = false;
  bool with_held = false;  // also with pages that a person has not looked at yet
  std::filesystem::path schemas;
};

struct Finish {
  std::filesystem::path batch;
  BatchStatus status;
  bool status_known = false;
  Review review;
  std::optional<MadePackage> package;
  std::string no_package;  // why there is none
  std::optional<CheckReport> check;
  std::vector<Error> errors;  // packaging, checking or reporting failed
  std::filesystem::path report;
  ExitCode code = ExitCode::done;
};

// Why no package can be built now; empty when it can.
std::string why_not_ready(const BatchStatus& status, const Review& review, bool without_parked,
                          bool with_held);

// Pages parked or still to do are an answer (exit code parked), not an error.
Finish finish_batch(const Batch& batch, const FinishOptions& options);

// `run` may be null: nothing was run.
void print_finish(const Finish& finish, const RunSummary* run);
nlohmann::json to_json(const Finish& finish, const RunSummary* run);

}  // namespace linka
