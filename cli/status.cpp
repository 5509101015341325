// SPDX-License-Identifier: GPL-3.0-or-later
// linka status: what became of every scan.
#include "workspace/status.h"

#include "base/translate.h"
#include "cli/console.h"
#include "cli/status_words.h"
#include "cli/verb.h"
#include "pipeline/report.h"

#include <memory>

namespace linka {
namespace {

struct Options {
  std::filesystem::path batch;
  bool json = false, all = false;
};

ExitCode say_status(const Options& options) {
  const Result<Batch> batch = Batch::open(options.batch);
  if (!batch) return explain_failure(batch.error(), options.json);
  const Result<BatchStatus> status = status_of(*batch, true);
  if (!status) return explain_failure(status.error(), options.json);
  const ExitCode code = status->green() ? ExitCode::done : ExitCode::parked;
  if (options.json) {
    nlohmann::json document = to_json(*status);
    document["batch"] = batch->folder().string();
    return print_json(std::move(document), code);
  }
  for (const ScanStatus& scan : status->scans)
    if (options.all || scan.state != ScanState::done) print(line_about(scan));
  for (const InventoryFile& file : status->ignored)
    print(say(tr("{}  no scan: {}"), file.name, file.ignored));
  for (const std::string& note : notes_in_words(*status)) print(note);
  for (const std::string& line : sums_in_words(*status)) print(line);
  return code;
}

}  // namespace

void declare_status(CLI::App& app, Chosen& chosen) {
  CLI::App* verb = app.add_subcommand(
      "status",
      tr("say what became of every scan of a batch\n"
         "Lists the scans that are not done, each with its reason, and adds up: every scan "
         "of the folder is a page, parked, or left out with a reason, or the batch is not "
         "complete (exit code 1)."));
  const auto o = std::make_shared<Options>();
  verb->add_option(tr("BATCH"), o->batch, tr("the batch's folder"))->required();
  verb->add_flag("--all", o->all, tr("list the scans that are done, too"));
  add_json(verb, o->json);
  verb->footer(
      "linka status scans.batch\n"
      "linka status scans.batch --json");
  verb->callback([o, &chosen] { chosen.action = [o] { return say_status(*o); }; });
}

}  // namespace linka
