// SPDX-License-Identifier: GPL-3.0-or-later
// linka status: what became of every scan; of a folder of batches, the state of each.
#include "workspace/status.h"

#include "base/translate.h"
#include "cli/console.h"
#include "cli/delivery_view.h"
#include "cli/progress.h"
#include "cli/status_words.h"
#include "cli/verb.h"
#include "pipeline/report.h"
#include "workspace/batch_index.h"
#include "workspace/ledger.h"

#include <memory>

namespace linka {
namespace {

struct Options {
  std::filesystem::path batch;
  bool json = false, all = false, check = false, rebuild = false;
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

// ---- many batches ----

nlohmann::json numbers_json(const BatchSummary& s) {
  return {{"complete", s.complete}, {"scans", s.scans},
          {"done", s.done},         {"parked", s.parked},
          {"excluded", s.excluded}, {"pending", s.pending},
          {"missing", s.missing},   {"pages", s.pages},
          {"packages", s.packages}, {"damaged_journal_lines", s.damaged_journal_lines}};
}

nlohmann::json to_json(const BatchesSummary& all) {
  nlohmann::json batches = nlohmann::json::array();
  for (const BatchSummary& one : all.batches) {
    nlohmann::json j = numbers_json(one);
    j["batch"] = one.name;
    if (!one.problem.empty()) j["problem"] = one.problem;
    batches.push_back(std::move(j));
  }
  nlohmann::json sums = numbers_json(all.sums);
  sums["batches"] = all.batches.size();
  sums["batches_complete"] = all.complete;
  nlohmann::json out{{"batches", batches}, {"sums", sums}, {"journals_read", all.journals_read}};
  if (!all.index_problem.empty()) out["index_problem"] = all.index_problem;
  return out;
}

std::string line_about(const BatchSummary& s) {
  if (!s.problem.empty()) return s.name + "  " + s.problem;
  return s.name + "  " +
         say(tr("{} done + {} parked + {} left out + {} to do + {} missing; {} pages, {} packages"),
             s.done, s.parked, s.excluded, s.pending, s.missing, s.pages, s.packages);
}

ExitCode say_batches(const Options& options) {
  if (options.check)
    return explain_misuse(tr("--check reads the scans of one batch; name that batch"), {},
                          options.json);
  const Result<BatchesSummary> all = guarded<BatchesSummary>("status", [&] {
    CountDisplay counter(tr("{} of {} batches"), options.json);
    return summary_of_batches(options.batch, options.rebuild,
                              [&](std::size_t n, std::size_t of) { counter.show(n, of); });
  });
  if (!all) return explain_failure(all.error(), options.json);
  const ExitCode code = all->sums.complete ? ExitCode::done : ExitCode::parked;
  if (options.json) {
    nlohmann::json document = to_json(*all);
    document["folder"] = options.batch.string();
    return print_json(std::move(document), code);
  }
  for (const BatchSummary& one : all->batches)
    if (options.all || !one.complete) print(line_about(one));
  print(say(trn("{} batch, {} complete", "{} batches, {} complete", all->batches.size()),
            all->batches.size(), all->complete));
  print(line_about(all->sums).substr(2));
  if (!all->index_problem.empty())
    remark(say(tr("the index of batches is not kept: {}"), all->index_problem));
  return code;
}

ExitCode say_status(const Options& options) {
  std::error_code none;
  if (!std::filesystem::exists(options.batch / "batch.json", none) && holds_batches(options.batch))
    return say_batches(options);
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
         "others than those that were digitized is named with both digests (exit code 5). Of a "
         "folder of batches it lists those that are not complete, as their journals say; what "
         "was read is kept there in batches.index, which may be deleted at any time."));
  const auto o = std::make_shared<Options>();
  verb->add_option(tr("BATCH"), o->batch, tr("the batch's folder, or a folder of batches"))
      ->required();
  verb->add_flag("--all", o->all, tr("list the scans or batches that are done, too"));
  verb->add_flag("--check", o->check, tr("read every scan again and hold it against its digest"));
  verb->add_flag("--rebuild", o->rebuild,
                 tr("of a folder of batches: read every journal again, whatever the index says"));
  add_json(verb, o->json);
  verb->footer(
      "linka status scans.batch\n"
      "linka status /data/batches\n"
      "linka status scans.batch --check\n"
      "linka status scans.batch --json");
  verb->callback([o, &chosen] { chosen.action = [o] { return say_status(*o); }; });
}

}  // namespace linka
