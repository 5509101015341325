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
#include <set>
#include <string>
#include <vector>

namespace linka {

struct FinishOptions {
  Profile profile;
  bool package = true;         // false: only the report
  std::string why_no_package;  // said when package is false
  bool without_parked = false;
  bool with_held = false;           // also with pages that a person has not looked at yet
  std::set<std::string> only = {};  // ids of packages; empty: all
  std::filesystem::path schemas;
  int jobs = 0;  // threads; 0: the machine's processors
};

// A package and what the check says of it.
struct PackageEnding {
  MadePackage made;
  std::optional<CheckReport> check;  // none when it was refused
};

struct Finish {
  std::filesystem::path batch;
  BatchStatus status;
  bool status_known = false;
  Review review;
  std::vector<PackageEnding> packages;
  std::vector<std::string> record_notes;   // what the record's reader mended or left out
  std::vector<std::string> left_out;       // parked pages that no package has
  std::vector<std::string> not_described;  // packages of an earlier record
  std::string no_package;                  // why there is none at all
  std::vector<Error> errors;               // packaging, checking or reporting failed
  std::filesystem::path report;
  ExitCode code = ExitCode::done;
};

// Why no package can be built now; empty when one can. Of several packages that a record describes
// those can be built whose own pages are all there.
std::string why_not_ready(const Batch& batch, const BatchStatus& status, const Review& review,
                          const FinishOptions& options);

// What the packages are made with: the profile's standards, held pages, what was read on the scans.
// It looks at `status` and `review`, which must outlive it.
MakePackageOptions package_options(const Batch& batch, const BatchStatus& status,
                                   const Review& review, const FinishOptions& options);

// The exit code that a refused package asks for; done for one that was not.
ExitCode code_of(const MadePackage& made);
// "no package tst001-0001ab: ...", "package: ... (4 pages, 12 MB)"
std::string line_about(const MadePackage& made);
nlohmann::json to_json(const MadePackage& made);

// Pages parked or still to do are an answer (exit code parked), not an error.
Finish finish_batch(const Batch& batch, const FinishOptions& options);

// `run` may be null: nothing was run.
void print_finish(const Finish& finish, const RunSummary* run);
nlohmann::json to_json(const Finish& finish, const RunSummary* run);

}  // namespace linka
