// SPDX-License-Identifier: GPL-3.0-or-later
// linka run: a folder of scans -> a finished package.
#include "base/text.h"
#include "base/translate.h"
#include "cli/console.h"
#include "cli/find.h"
#include "cli/record.h"
#include "cli/status_words.h"
#include "cli/verb.h"
#include "cli/work.h"
#include "profiles/profile.h"

#include <algorithm>
#include <memory>

namespace linka {
namespace fs = std::filesystem;
namespace {

struct Options {
  fs::path scans, record, out;
  std::string profile = "monograph", pages;
  bool dry_run = false, retry_parked = false;
  WorkOptions work;
};

fs::path batch_folder(const Options& options) {
  if (!options.out.empty()) return options.out;
  std::error_code code;
  const fs::path scans = fs::weakly_canonical(fs::absolute(options.scans, code), code);
  return fs::path(".") / (scans.filename().string() + ".batch");
}

Result<std::size_t> count_scans(const fs::path& scans) {
  std::error_code code;
  if (!fs::exists(scans, code))
    return fail(ErrorKind::bad_input, "{}",
                say(tr("{}: there is no such folder of scans"), scans.string()));
  const Result<Inventory> inventory = take_inventory(scans);
  if (!inventory) return pass(inventory);
  const auto count = std::count_if(inventory->files.begin(), inventory->files.end(),
                                   [](const InventoryFile& f) { return f.ignored.empty(); });
  if (count == 0)
    return fail(ErrorKind::bad_input, "{}",
                say(tr("{}: there is no scan in this folder"), scans.string()));
  return static_cast<std::size_t>(count);
}

// The scans that --pages selects, by position in reading order.
Result<std::set<std::string>> selected(const std::vector<ScanId>& scans, const std::string& pages) {
  std::set<std::string> names;
  if (pages.empty()) return names;
  const Result<std::set<std::size_t>> positions = positions_of(pages, scans.size());
  if (!positions) return pass(positions);
  for (const std::size_t at : *positions) names.insert(text_of(scans[at - 1]));
  return names;
}

Result<std::vector<ScanId>> scans_of(const Batch& batch) {
  const Result<BatchStatus> status = status_of(batch, true);
  if (!status) return pass(status);
  std::vector<ScanId> ids;
  for (const ScanStatus& scan : status->scans) ids.push_back(scan.id);
  return ids;
}

// As far as the scans' folder tells when there is no batch yet.
Result<std::vector<ScanId>> scans_in(const fs::path& folder) {
  const Result<Inventory> inventory = take_inventory(folder);
  if (!inventory) return pass(inventory);
  std::vector<ScanId> ids;
  for (const InventoryFile& file : inventory->files)
    if (file.ignored.empty()) ids.push_back({file.name, 0});
  std::sort(ids.begin(), ids.end(),
            [](const ScanId& a, const ScanId& b) { return reading_order(a, b); });
  return ids;
}

// What would be run; nothing is written.
Result<std::vector<ScanId>> plan(const Options& options, RunOptions run) {
  const Result<Batch> batch = Batch::open(batch_folder(options));
  const Result<std::vector<ScanId>> all = batch ? scans_of(*batch) : scans_in(options.scans);
  if (!all) return pass(all);
  Result<std::set<std::string>> only = selected(*all, options.pages);
  if (!only) return pass(only);
  run.only = *std::move(only);
  if (batch) return pending_scans(*batch, run);
  std::vector<ScanId> chosen;
  for (const ScanId& id : *all)
    if (run.only.empty() || run.only.contains(text_of(id))) chosen.push_back(id);
  return chosen;
}

ExitCode say_plan(const Options& options, const RunOptions& run, const std::string& record) {
  const Result<std::vector<ScanId>> scans = plan(options, run);
  if (!scans) return explain_failure(scans.error(), options.work.json);
  if (options.work.json) {
    nlohmann::json names = nlohmann::json::array();
    for (const ScanId& id : *scans) names.push_back(text_of(id));
    print_json({{"dry_run", true},
                {"batch", batch_folder(options).string()},
                {"profile", run.profile.name},
                {"record", record},
                {"scans", names}});
    return ExitCode::done;
  }
  for (const ScanId& id : *scans) print(name_for_people(id));
  print(say(trn("{} scan would be run", "{} scans would be run", scans->size()), scans->size()));
  print(say(tr("batch: {}"), batch_folder(options).string()));
  print(say(tr("profile: {}"), run.profile.name));
  if (!record.empty()) print(say(tr("record: {}"), record));
  return ExitCode::done;
}

ExitCode run(const Options& options) {
  const bool json = options.work.json;
  RunOptions job;
  Result<Profile> profile = load_profile(options.profile);
  if (!profile) return explain_failure(profile.error(), json);
  job.profile = *std::move(profile);
  job.retry_parked = options.retry_parked;
  job.command = "linka run " + options.scans.string();
  if (!options.work.memory.empty())
    if (const auto bytes = bytes_of(options.work.memory); !bytes)
      return explain_failure(bytes.error(), json);
  if (const Result<std::size_t> scans = count_scans(options.scans); !scans)
    return explain_failure(scans.error(), json);

  // The record is looked at before hours of work, not after.
  fs::path record = options.record;
  if (record.empty()) {
    const Result<Batch> batch = Batch::open(batch_folder(options));
    if (batch) record = batch->record();
  }
  if (record.empty()) {
    record = record_beside(options.scans);
    if (!record.empty() && !options.work.quiet)
      remark(say(tr("the record is {}"), record.string()));
  }
  if (record.empty() && !options.work.no_package)
    return explain_misuse(tr("the book's record is needed: --record FILE"),
                          tr("Without one, --no-package makes the pages only."), json);
  if (!record.empty()) {
    const Result<void> complete = check_record(record, options.work.quiet);
    if (!complete) return explain_failure(complete.error(), json);
  }
  if (options.dry_run) return say_plan(options, job, record.string());

  Result<Batch> batch = Batch::open_or_create(batch_folder(options), options.scans);
  if (!batch) return explain_failure(batch.error(), json);
  std::error_code code;
  if (!record.empty() && !fs::equivalent(record, batch->record(), code))
    if (const Result<void> kept = batch->keep_record(record); !kept)
      return explain_failure(kept.error(), json);
  if (!options.pages.empty()) {
    const Result<std::vector<ScanId>> scans = scans_of(*batch);
    if (!scans) return explain_failure(scans.error(), json);
    Result<std::set<std::string>> only = selected(*scans, options.pages);
    if (!only) return explain_failure(only.error(), json);
    job.only = *std::move(only);
  }
  return work_on(*batch, job, options.work);
}

}  // namespace

void declare_run(CLI::App& app, Chosen& chosen) {
  CLI::App* verb = app.add_subcommand(
      "run", tr("turn a folder of scans into a finished package\n"
                "Makes the pages of every scan, builds the package, checks it and writes a report. "
                "The scans are only read. Started again, it goes on where it was; pages whose scan "
                "and settings have not changed are not made twice."));
  const auto o = std::make_shared<Options>();
  verb->add_option(tr("SCANS"), o->scans, tr("the folder of scans, or one file"))->required();
  takes(verb->add_option("-p,--profile", o->profile,
                         tr("settings by name or file; monograph if not given")),
        Value::profile);
  takes(verb->add_option("-r,--record", o->record,
                         tr("the book's record: TOML or MODS; if not given, title.toml or the one "
                            "XML beside the scans")),
        Value::file);
  takes(verb->add_option("-o,--out", o->out,
                         tr("the batch's folder; NAME-OF-SCANS.batch here if not given")),
        Value::folder);
  takes(verb->add_option("--pages", o->pages,
                         tr("only these scans, counted from 1 in reading order: 3..10,15")),
        Value::text);
  verb->add_flag("--retry-parked", o->retry_parked, tr("run parked scans again, too"));
  verb->add_flag("-n,--dry-run", o->dry_run, tr("say what would be run and write nothing"));
  add_work_options(verb, o->work);
  verb->footer(
      "linka run scans/ --profile monograph --record kniha.toml\n"
      "linka run scans/ --record kniha.xml --out /data/babicka.batch --jobs 8\n"
      "linka run scans/ --no-package --pages 1..5");
  verb->callback([o, &chosen] { chosen.action = [o] { return run(*o); }; });
}

}  // namespace linka
