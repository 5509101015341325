// SPDX-License-Identifier: GPL-3.0-or-later
// linka run: a folder of scans -> a finished package.
#include "base/translate.h"
#include "cli/console.h"
#include "cli/fetched_record.h"
#include "cli/find.h"
#include "cli/limits.h"
#include "cli/record.h"
#include "cli/status_words.h"
#include "cli/verb.h"
#include "cli/work.h"
#include "profiles/profile.h"
#include "stages/ocr/ocr.h"
#include "workspace/urn_register.h"

#include <algorithm>
#include <memory>

namespace linka {
namespace fs = std::filesystem;
namespace {

struct Options {
  fs::path scans, record, out;
  std::string profile = "monograph", pages, record_from;
  CatalogueQuestion catalogue;
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

// The scans that --pages counts, as far as they are known: of a batch that is there already, else
// as the folder tells.
Result<std::vector<ScanId>> known_scans(const Options& options, const Result<Batch>& batch) {
  std::vector<ScanId> ids;
  if (batch) {
    const Result<BatchStatus> status = status_of(*batch, true);
    if (!status) return pass(status);
    for (const ScanStatus& scan : status->scans) ids.push_back(scan.id);
    return ids;
  }
  const Result<Inventory> inventory = take_inventory(options.scans);
  if (!inventory) return pass(inventory);
  for (const InventoryFile& file : inventory->files)
    if (file.ignored.empty()) ids.push_back({file.name, 0});
  std::sort(ids.begin(), ids.end(),
            [](const ScanId& a, const ScanId& b) { return reading_order(a, b); });
  return ids;
}

// What would be run; nothing is written.
Result<std::vector<ScanId>> plan(const Result<Batch>& batch, const std::vector<ScanId>& all,
                                 const RunOptions& run) {
  if (batch) return pending_scans(*batch, run);
  std::vector<ScanId> chosen;
  for (const ScanId& id : all)
    if (run.only.empty() || run.only.contains(text_of(id))) chosen.push_back(id);
  return chosen;
}

ExitCode say_plan(const Options& options, const Result<std::vector<ScanId>>& scans,
                  const RunOptions& run, const std::string& record) {
  if (!scans) return explain_failure(scans.error(), options.work.json);
  if (options.work.json) {
    nlohmann::json names = nlohmann::json::array();
    for (const ScanId& id : *scans) names.push_back(text_of(id));
    return print_json({{"dry_run", true},
                       {"batch", batch_folder(options).string()},
                       {"profile", run.profile.name},
                       {"record", record},
                       {"scans", names}},
                      ExitCode::done);
  }
  for (const ScanId& id : *scans) print(name_for_people(id));
  print(say(trn("{} scan would be run", "{} scans would be run", scans->size()), scans->size()));
  print(say(tr("batch: {}"), batch_folder(options).string()));
  print(say(tr("profile: {}"), run.profile.name));
  if (!record.empty()) print(say(tr("record: {}"), record));
  return ExitCode::done;
}

// The record to go by. One that is not named is the batch's copy, or the one beside the scans when
// somebody has worked on that since it was copied.
fs::path record_meant(const Options& options, const Result<Batch>& batch) {
  if (!options.record.empty()) return options.record;
  const fs::path kept = batch ? batch->record() : fs::path();
  const fs::path beside = record_beside(options.scans);
  if (kept.empty()) {
    if (!beside.empty() && !options.work.quiet)
      remark(say(tr("the record is {}"), beside.string()));
    return beside;
  }
  if (beside.empty()) return kept;
  if (same_record(beside, kept)) return kept;
  if (last_change(beside) > last_change(kept)) {
    remark(say(tr("the record beside the scans is newer than the batch's copy and is taken: {}"),
               beside.string()));
    return beside;
  }
  remark(say(tr("the batch's copy of the record is newer than {} and is taken; --record names the "
                "other one"),
             beside.string()));
  return kept;
}

ExitCode run(Options options) {
  const bool json = options.work.json;
  RunOptions job;
  Result<Profile> profile = load_profile(options.profile);
  if (!profile) return explain_failure(profile.error(), json);
  job.profile = *std::move(profile);
  job.retry_parked = options.retry_parked;
  job.command = "linka run " + options.scans.string();
  if (!options.record_from.empty()) {
    Result<CatalogueQuestion> question = catalogue_question(options.record_from);
    if (!question) return explain_misuse(question.error().message, {}, json);
    question->catalogues = options.catalogue.catalogues;
    question->pick = options.catalogue.pick;
    options.catalogue = *std::move(question);
  }
  if (!options.work.memory.empty())
    if (const auto bytes = memory_of(options.work.memory); !bytes)
      return explain_misuse(bytes.error().message, {}, json);
  if (const Result<std::size_t> scans = count_scans(options.scans); !scans)
    return explain_failure(scans.error(), json);
  const Result<Batch> there = Batch::open(batch_folder(options));
  std::error_code code;
  if (!there && fs::exists(batch_folder(options) / "batch.json", code))
    return explain_failure(there.error(), json);

  // The record, the servers and the models are looked at before hours of work, not after.
  if (const Result<void> known = check_way_out(options.work); !known)
    return explain_failure(known.error(), json);
  FetchedRecord fetched;
  if (!options.record_from.empty()) {
    ExitCode code_of_asking = ExitCode::done;
    fetched = FetchedRecord::of(options.catalogue, there, json, code_of_asking);
    if (code_of_asking != ExitCode::done) return code_of_asking;
  }
  const fs::path record =
      options.record_from.empty() ? record_meant(options, there) : fetched.record();
  if (record.empty() && !options.work.no_package)
    return explain_misuse(tr("the book's record is needed: --record FILE"),
                          tr("Without one, --no-package makes the pages only."), json);
  if (!record.empty()) {
    const bool urn_to_come = options.work.no_package || !options.work.urnnbn.empty() ||
                             (there && fs::exists(urn_register_of(there->folder()), code));
    const Result<void> complete = check_record(record, options.work.quiet, urn_to_come);
    if (!complete) return explain_failure(complete.error(), json);
  }
  if (job.profile.ocr.enabled)
    if (const Result<void> engines = OcrEngines::check(job.profile.ocr); !engines)
      return explain_failure(engines.error(), json);
  // Where each scan stands is asked only when it counts: it means looking at every page.
  const bool by_number = options.dry_run || !options.pages.empty();
  const Result<std::vector<ScanId>> scans =
      by_number ? known_scans(options, there) : std::vector<ScanId>();
  if (!scans) return explain_failure(scans.error(), json);
  Result<std::set<std::string>> only = selected(*scans, options.pages);
  if (!only) return explain_misuse(only.error().message, {}, json);
  job.only = *std::move(only);
  if (options.dry_run) return say_plan(options, plan(there, *scans, job), job, record.string());

  Result<Batch> batch = Batch::open_or_create(batch_folder(options), options.scans);
  if (!batch && batch.error().kind == ErrorKind::configuration)
    return explain_misuse(batch.error().message, {}, json);
  if (!batch) return explain_failure(batch.error(), json);
  if (!options.record_from.empty()) {
    if (const Result<void> kept = fetched.keep_in(*batch); !kept)
      return explain_failure(kept.error(), json);
  } else if (!record.empty() && !fs::equivalent(record, batch->record(), code))
    if (const Result<void> kept = keep_record(*batch, record); !kept)
      return explain_failure(kept.error(), json);
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
  takes(verb->add_option(
            "-r,--record", o->record,
            tr("the book's record: TOML, CSV or MODS; if not given, title.toml or the one "
               "XML beside the scans")),
        Value::file);
  takes(verb->add_option("--record-from", o->record_from,
                         tr("the record from a library's catalogue: CATALOGUE:BARCODE, or "
                            "CATALOGUE:KEY:VALUE with ccnb, issn, isbn, sysno ..."))
            ->excludes("--record"),
        Value::text);
  takes(verb->add_option("--catalogues", o->catalogue.catalogues,
                         tr("the file that describes the catalogues; if not given, "
                            "~/.config/linka/catalogues.toml, then /etc/linka/catalogues.toml")),
        Value::file);
  takes(verb->add_option("--pick", o->catalogue.pick, tr("which of several records, by its number"))
            ->check(whole_number(1, 100)),
        Value::number);
  takes(verb->add_option("-o,--out", o->out,
                         tr("the batch's folder; NAME-OF-SCANS.batch here if not given")),
        Value::folder);
  takes(verb->add_option("--pages", o->pages,
                         tr("only these scans, counted from 1 in reading order: 3..10,15 or 20..")),
        Value::text);
  verb->add_flag("--retry-parked", o->retry_parked, tr("run parked scans again, too"));
  verb->add_flag("-n,--dry-run", o->dry_run, tr("say what would be run and write nothing"));
  add_way_out_options(verb, o->work);
  add_work_options(verb, o->work);
  verb->footer(
      "linka run scans/ --profile monograph --record kniha.toml\n"
      "linka run scans/ --record kniha.xml --out /data/babicka.batch --jobs 8\n"
      "linka run scans/ --record-from nkc:2610000001 --urnnbn nkp --deliver k7\n"
      "linka run scans/ --no-package --pages 1..5");
  verb->callback([o, &chosen] { chosen.action = [o] { return run(*o); }; });
}

}  // namespace linka
