// SPDX-License-Identifier: GPL-3.0-or-later
// linka retry: parked scans once more, with the profile and the record that the batch keeps.
#include "base/translate.h"
#include "cli/console.h"
#include "cli/find.h"
#include "cli/verb.h"
#include "cli/work.h"
#include "profiles/profile.h"

#include <memory>

namespace linka {
namespace {

struct Options {
  std::filesystem::path batch;
  std::vector<std::string> scans;
  WorkOptions work;
};

ExitCode retry(const Options& options) {
  const bool json = options.work.json;
  Result<Batch> batch = Batch::open(options.batch);
  if (!batch) return explain_failure(batch.error(), json);
  if (const auto locked = batch->lock(); !locked) return explain_failure(locked.error(), json);
  RunOptions job;
  Result<Profile> profile = load_profile(batch->profile().string());
  if (!profile) return explain_failure(profile.error(), json);
  job.profile = *std::move(profile);
  job.retry_parked = true;
  job.command = "linka retry " + options.batch.string();
  const Result<BatchStatus> status = status_of(*batch, true);
  if (!status) return explain_failure(status.error(), json);
  const Result<std::vector<ScanId>> named = find_scans(*status, options.scans);
  if (!named) return explain_failure(named.error(), json);
  for (const ScanId& scan : *named) job.only.insert(text_of(scan));
  if (named->empty())
    for (const ScanStatus& scan : status->scans)
      if (scan.state == ScanState::parked || scan.state == ScanState::changed)
        job.only.insert(text_of(scan.id));
  WorkOptions work = options.work;
  work.whole_batch = true;
  if (job.only.empty() && !json) remark(tr("no scan is parked; what is not done yet is done"));
  return work_on(*batch, job, work);
}

}  // namespace

void declare_retry(CLI::App& app, Chosen& chosen) {
  CLI::App* verb = app.add_subcommand(
      "retry",
      tr("run parked scans of a batch again\n"
         "With the profile and the record of the last run; a scan that was replaced under its "
         "name is taken, too. When nothing is left parked, the package is built, as linka run "
         "does."));
  const auto o = std::make_shared<Options>();
  verb->add_option(tr("BATCH"), o->batch, tr("the batch's folder"))->required();
  verb->add_option(tr("SCAN"), o->scans,
                   tr("only these scans; all parked and replaced ones if not given"));
  add_work_options(verb, o->work);
  verb->footer(
      "linka retry scans.batch\n"
      "linka retry scans.batch 0007.tif 0012.tif");
  verb->callback([o, &chosen] { chosen.action = [o] { return retry(*o); }; });
}

}  // namespace linka
