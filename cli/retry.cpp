// SPDX-License-Identifier: GPL-3.0-or-later
// linka retry: parked scans once more, with the profile and the record that the batch keeps.
#include "base/clock.h"
#include "base/translate.h"
#include "cli/console.h"
#include "cli/find.h"
#include "cli/text_quality.h"
#include "cli/verb.h"
#include "cli/work.h"
#include "profiles/profile.h"
#include "workspace/facts_json.h"
#include "workspace/journal.h"

#include <algorithm>
#include <memory>

namespace linka {
namespace {

struct Options {
  std::filesystem::path batch;
  std::vector<std::string> scans;
  double ocr_below = -1;    // 0...1; < 0: not asked for
  std::string read_before;  // a day, "2026-01-31"
  std::string language;     // models to read with from now on
  bool dry_run = false;
  WorkOptions work;
  bool is_about_text() const { return ocr_below >= 0 || !read_before.empty() || !language.empty(); }
};

// The finished pages that the reasons given point at; a reason that is not given points at all.
std::vector<PageId> pages_to_read(const Batch& batch, const BatchStatus& status,
                                  const std::vector<ScanId>& named, const Options& options) {
  std::vector<PageId> out;
  for (const ScanStatus& scan : status.scans) {
    if (!named.empty() && std::find(named.begin(), named.end(), scan.id) == named.end()) continue;
    for (const PageOutcome& page : scan.pages) {
      if (page.state != PageState::done) continue;
      const Result<PageFacts> facts = load_facts(batch, page.id);
      if (!facts || facts->is_blank) continue;
      if (options.ocr_below >= 0 && text_quality(*facts).value_or(1) >= options.ocr_below) continue;
      if (!options.read_before.empty() && facts->read_at.substr(0, 10) >= options.read_before)
        continue;
      out.push_back(page.id);
    }
  }
  return out;
}

Result<void> keep_language(const Batch& batch, const std::vector<PageId>& pages,
                           const std::string& models) {
  const Result<Replay> replayed = replay(batch.journal());
  if (!replayed) return pass(replayed);
  Result<Journal> journal = Journal::open(batch.journal(), "operator");
  if (!journal) return pass(journal);
  for (const PageId& page : pages) {
    PageCorrection c;
    if (const auto it = replayed->page_corrections.find(page);
        it != replayed->page_corrections.end())
      c = it->second;
    c.models = models == "auto" ? std::string{} : models;
    if (const auto written = journal->corrected(page, c); !written) return written;
  }
  return {};
}

ExitCode say_plan(const std::vector<PageId>& pages, bool json) {
  nlohmann::json names = nlohmann::json::array();
  for (const PageId& page : pages) names.push_back(text_of(page));
  if (json) return print_json({{"dry_run", true}, {"read_again", names}}, ExitCode::done);
  for (const PageId& page : pages) print(text_of(page));
  print(say(trn("{} page would be read again", "{} pages would be read again", pages.size()),
            pages.size()));
  return ExitCode::done;
}

// Only the text is made again; the images stay as they are.
ExitCode read_again(Batch& batch, const BatchStatus& status, const std::vector<ScanId>& named,
                    RunOptions job, const Options& options) {
  const std::vector<PageId> pages = pages_to_read(batch, status, named, options);
  if (options.dry_run) return say_plan(pages, options.work.json);
  if (!options.language.empty()) {
    OcrParams params = job.profile.ocr;
    params.models = options.language;
    if (const Result<void> engines = OcrEngines::check(params); !engines)
      return explain_failure(engines.error(), options.work.json);
    if (const auto kept = keep_language(batch, pages, options.language); !kept)
      return explain_failure(kept.error(), options.work.json);
  }
  for (const PageId& page : pages) {
    job.read_again.insert(text_of(page));
    job.only.insert(text_of(page.scan));
  }
  if (pages.empty() && !options.work.json) remark(tr("no page is to be read again"));
  if (pages.empty()) job.only.insert("-");  // nothing at all, rather than everything
  WorkOptions work = options.work;
  work.whole_batch = true;
  return work_on(batch, job, work);
}

ExitCode retry(const Options& options) {
  const bool json = options.work.json;
  if (options.dry_run && !options.is_about_text())
    return explain_misuse(tr("--dry-run needs --ocr-below, --model-older-than or --language"), {},
                          json);
  if (!options.read_before.empty() &&
      (options.read_before.size() != 10 ||
       iso8601(parse_iso8601(options.read_before + "T00:00:00Z")).substr(0, 10) !=
           options.read_before))
    return explain_misuse(
        say(tr("--model-older-than {}: give a day such as 2026-01-31"), options.read_before), {},
        json);
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
  if (options.is_about_text()) return read_again(*batch, *status, *named, job, options);
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
  takes(verb->add_option("--ocr-below", o->ocr_below,
                         tr("read pages again whose text is probably worse than this (0.8: fewer "
                            "than 80 of 100 words right); images stay as they are"))
            ->check(CLI::Range(0.0, 1.0)),
        Value::number);
  takes(verb->add_option("--model-older-than", o->read_before,
                         tr("read pages again whose text was read before this day (2026-01-31)")),
        Value::text);
  takes(verb->add_option("--language", o->language,
                         tr("read these pages with these models from now on (frk, ces+deu); auto "
                            "lets the program choose")),
        Value::text);
  verb->add_flag("-n,--dry-run", o->dry_run,
                 tr("with one of these three: say which pages would be read again"));
  add_work_options(verb, o->work);
  verb->footer(
      "linka retry scans.batch\n"
      "linka retry scans.batch --ocr-below 0.8\n"
      "linka retry scans.batch 0007.tif --language frk\n"
      "linka retry scans.batch 0007.tif 0012.tif");
  verb->callback([o, &chosen] { chosen.action = [o] { return retry(*o); }; });
}

}  // namespace linka
