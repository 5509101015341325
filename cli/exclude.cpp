// SPDX-License-Identifier: GPL-3.0-or-later
// linka exclude: a scan that is no page of the book is left out, with the reason on record.
#include "base/text.h"
#include "base/translate.h"
#include "cli/console.h"
#include "cli/find.h"
#include "cli/status_words.h"
#include "cli/verb.h"
#include "workspace/journal.h"
#include "workspace/status.h"

#include <memory>

namespace linka {
namespace {

struct Options {
  std::filesystem::path batch;
  std::vector<std::string> scans;
  std::string reason;
  bool undo = false, json = false;
};

Result<std::vector<ScanId>> write_down(const Options& options) {
  Result<Batch> batch = Batch::open(options.batch);
  if (!batch) return pass(batch);
  if (const auto locked = batch->lock(); !locked) return pass(locked);
  const Result<BatchStatus> status = status_of(*batch, true);
  if (!status) return pass(status);
  const Result<std::vector<ScanId>> scans = find_scans(*status, options.scans);
  if (!scans) return pass(scans);
  Result<Journal> journal = Journal::open(batch->journal(), "operator");
  if (!journal) return pass(journal);
  for (const ScanId& scan : *scans) {
    const Result<void> written =
        options.undo ? journal->included(scan) : journal->excluded(scan, trimmed(options.reason));
    if (!written) return pass(written);
  }
  return *scans;
}

ExitCode exclude(const Options& options) {
  if (!options.undo && trimmed(options.reason).empty())
    return explain_misuse(tr("a scan is left out only with a reason"),
                          tr("Give it: --reason \"colour chart\"."), options.json);
  const Result<std::vector<ScanId>> scans = write_down(options);
  if (!scans) return explain_failure(scans.error(), options.json);
  if (options.json) {
    nlohmann::json names = nlohmann::json::array();
    for (const ScanId& scan : *scans) names.push_back(text_of(scan));
    return print_json({{"scans", names}, {"excluded", !options.undo}, {"reason", options.reason}},
                      ExitCode::done);
  }
  for (const ScanId& scan : *scans)
    print(options.undo ? say(tr("{}: belongs to the batch again"), name_for_people(scan))
                       : say(tr("{}: left out ({})"), name_for_people(scan), options.reason));
  print(say(tr("linka package {} brings report and package up to date"), options.batch.string()));
  return ExitCode::done;
}

}  // namespace

void declare_exclude(CLI::App& app, Chosen& chosen) {
  CLI::App* verb = app.add_subcommand(
      "exclude", tr("leave a scan out of the batch, with the reason on record\n"
                    "For scans that are no pages of the book: a colour chart, a second try of the "
                    "same page. The scan's file stays where it is."));
  const auto o = std::make_shared<Options>();
  verb->add_option(tr("BATCH"), o->batch, tr("the batch's folder"))->required();
  verb->add_option(tr("SCAN"), o->scans, tr("the scan's file name, as linka status says it"))
      ->required();
  takes(verb->add_option("--reason", o->reason, tr("why, in a few words")), Value::text);
  verb->add_flag("--undo", o->undo, tr("take the scan back in"));
  add_json(verb, o->json);
  verb->footer(
      "linka exclude scans.batch 0001.tif --reason \"colour chart\"\n"
      "linka exclude scans.batch 0001.tif --undo");
  verb->callback([o, &chosen] { chosen.action = [o] { return exclude(*o); }; });
}

}  // namespace linka
