// SPDX-License-Identifier: GPL-3.0-or-later
// linka status: what became of every scan.
#include "workspace/status.h"

#include "base/translate.h"
#include "cli/console.h"
#include "cli/delivery_view.h"
#include "cli/progress.h"
#include "cli/status_words.h"
#include "cli/verb.h"
#include "pipeline/report.h"
#include "workspace/ledger.h"

#include <memory>

namespace linka {
namespace {

struct Options {
  std::filesystem::path batch;
  bool json = false, all = false, check = false;
};

nlohmann::json to_json(const Ledger& ledger) {
  nlohmann::json faults = nlohmann::json::array();
  for (const LedgerFault& f : ledger.faults) {
    nlohmann::json one{{"kind", name_of(f.kind)}, {"name", f.name}, {"message", f.message}};
    if (!f.sha256_read.empty()) one["sha256_read"] = f.sha256_read;
    if (!f.sha256_now.empty()) one["sha256_now"] = f.sha256_now;
    faults.push_back(std::move(one));
  }
  return {{"files", ledger.files},      {"no_scans", ledger.no_scans},
          {"scans", ledger.scans},      {"stored", ledger.stored},
          {"parked", ledger.parked},    {"excluded", ledger.excluded},
          {"open", ledger.open},        {"missing", ledger.missing},
          {"pages", ledger.pages},      {"files_read", ledger.files_read},
          {"copies", ledger.copies},    {"faults", faults},
          {"adds_up", ledger.adds_up()}};
}

// What the ledger makes of the exit code.
ExitCode verdict_on(const Ledger& ledger, ExitCode status) {
  ExitCode code = status;
  if (!ledger.adds_up()) code = worse(code, ExitCode::internal);
  for (const LedgerFault& f : ledger.faults)
    if (f.kind == LedgerFaultKind::changed) code = worse(code, ExitCode::rules_broken);
  if (ledger.files_read == 0) code = worse(code, ExitCode::nothing_checked);
  return code;
}

void say_ledger(const Ledger& ledger) {
  for (const LedgerFault& f : ledger.faults) print(f.message);
  print(say(trn("{} file was read again and held against the digest of when it was digitized",
                "{} files were read again and held against the digests of when they were digitized",
                ledger.files_read),
            ledger.files_read));
  if (ledger.files_read == 0)
    print(tr("NOT checked: no scan of this batch has been read yet"));
  else if (ledger.faults.empty())
    print(tr("the ledger adds up, and no scan has changed"));
}

ExitCode say_status(const Options& options) {
  const Result<Batch> batch = Batch::open(options.batch);
  if (!batch) return explain_failure(batch.error(), options.json);
  const Result<BatchStatus> status = status_of(*batch, true);
  if (!status) return explain_failure(status.error(), options.json);
  ExitCode code = status->green() ? ExitCode::done : ExitCode::parked;
  Ledger ledger;
  if (options.check) {
    Result<Ledger> kept = guarded<Ledger>("ledger", [&] {
      CountDisplay counter(tr("{} of {} scans read"), options.json);
      return ledger_of(*batch, *status, true,
                       [&](std::size_t n, std::size_t all) { counter.show(n, all); });
    });
    if (!kept) return explain_failure(kept.error(), options.json);
    ledger = *std::move(kept);
    code = verdict_on(ledger, code);
  }
  if (options.json) {
    nlohmann::json document = to_json(*status);
    if (options.check) document["ledger"] = to_json(ledger);
    document["batch"] = batch->folder().string();
    document["deliveries"] = deliveries_json(*batch);
    return print_json(std::move(document), code);
  }
  for (const ScanStatus& scan : status->scans)
    if (options.all || scan.state != ScanState::done) print(line_about(scan));
  for (const InventoryFile& file : status->ignored)
    print(say(tr("{}  no scan: {}"), file.name, file.ignored));
  for (const std::string& note : notes_in_words(*status)) print(note);
  for (const std::string& line : sums_in_words(*status)) print(line);
  for (const std::string& line : delivery_lines(*batch)) print(line);
  if (options.check) say_ledger(ledger);
  return code;
}

}  // namespace

void declare_status(CLI::App& app, Chosen& chosen) {
  CLI::App* verb = app.add_subcommand(
      "status",
      tr("say what became of every scan of a batch\n"
         "Lists the scans that are not done, each with its reason, and adds up: every scan "
         "of the folder is a page, parked, or left out with a reason, or the batch is not "
         "complete (exit code 1). With --check every scan is read again: one whose bytes are "
         "others than those that were digitized is named with both digests (exit code 5)."));
  const auto o = std::make_shared<Options>();
  verb->add_option(tr("BATCH"), o->batch, tr("the batch's folder"))->required();
  verb->add_flag("--all", o->all, tr("list the scans that are done, too"));
  verb->add_flag("--check", o->check, tr("read every scan again and hold it against its digest"));
  add_json(verb, o->json);
  verb->footer(
      "linka status scans.batch\n"
      "linka status scans.batch --check\n"
      "linka status scans.batch --json");
  verb->callback([o, &chosen] { chosen.action = [o] { return say_status(*o); }; });
}

}  // namespace linka
