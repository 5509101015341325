// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/translate.h"
#include "cli/console.h"
#include "cli/findings.h"
#include "cli/finish.h"
#include "cli/labels.h"
#include "cli/status_words.h"
#include "pipeline/report.h"

#include <algorithm>

namespace linka {
namespace {

constexpr std::size_t findings_said = 3;  // of one rule, at the end of a run
constexpr std::size_t waiting_said = 10;  // more scans that only wait their turn are counted

bool is_ready(const BatchStatus& status, bool without_parked) {
  return status.scans_pending == 0 && status.scans_missing == 0 && status.pages_done > 0 &&
         (status.scans_parked == 0 || without_parked);
}

void package_and_check(const Batch& batch, const FinishOptions& options, Finish& finish) {
  const auto failed = [&](const Error& error) {
    finish.errors.push_back(error);
    finish.code = worse(finish.code, exit_code_of(error.kind));
  };
  for (const bool anew : {false, true}) {
    Result<MadePackage> made = guarded<MadePackage>("package", [&] {
      return make_package(batch,
                          {options.profile.package.standard, options.without_parked, false, anew});
    });
    if (!made) return failed(made.error());
    finish.package = *std::move(made);
    const Result<CheckReport> check = guarded<CheckReport>("validate", [&] {
      return check_package(finish.package->path, {schemas_folder(options.schemas)});
    });
    if (!check) return failed(check.error());
    finish.check = *check;
    // A package that was kept and breaks rules has been damaged since it was made.
    if (!finish.package->kept || verdict_on(*check, false).code == ExitCode::done) break;
  }
  finish.code = worse(finish.code, verdict_on(*finish.check, false).code);
}

// What the report tells of the package; notes are left to linka validate.
ReportedPackage reported(const Finish& finish) {
  ReportedPackage out;
  if (!finish.package) return out;
  out.path = finish.package->path.string();
  if (!finish.check) return out;
  constexpr std::size_t lines = 12;
  const Verdict verdict = verdict_on(*finish.check, false);
  out.checked = verdict.code != ExitCode::nothing_checked;
  out.errors = verdict.errors;
  out.warnings = verdict.warnings;
  for (const Severity severity : {Severity::error, Severity::warning})
    for (const Finding& f : finish.check->findings)
      if (f.severity == severity && out.findings.size() < lines)
        out.findings.push_back(
            fmt::format("{} {} {}: {}", name_of(f.severity), f.rule, f.file, f.message));
  out.not_checked = finish.check->not_checked;
  return out;
}

}  // namespace

std::string why_not_ready(const BatchStatus& status, const Review& review, bool without_parked,
                          bool with_held) {
  if (is_ready(status, without_parked)) {
    if (review.held == 0 || with_held) return {};
    return say(
        trn("{} page is held until somebody has looked at it: linka review says why; mend it "
            "or accept it with linka correct, or package with it (--with-held)",
            "{} pages are held until somebody has looked at them: linka review says why; mend "
            "or accept them with linka correct, or package with them (--with-held)",
            review.held),
        review.held);
  }
  if (status.pages_done == 0) return tr("there is no finished page");
  if (status.scans_pending > 0)
    return say(
        trn("{} scan is still to be done", "{} scans are still to be done", status.scans_pending),
        status.scans_pending);
  if (status.scans_missing > 0)
    return say(trn("{} scan is missing; put it back, or leave it out with linka exclude",
                   "{} scans are missing; put them back, or leave them out with linka exclude",
                   status.scans_missing),
               status.scans_missing);
  return say(trn("{} scan is parked; mend it and say linka retry, leave it out with linka exclude, "
                 "or package without it (--without-parked)",
                 "{} scans are parked; mend them and say linka retry, leave them out with linka "
                 "exclude, or package without them (--without-parked)",
                 status.scans_parked),
             status.scans_parked);
}

Finish finish_batch(const Batch& batch, const FinishOptions& options) {
  Finish finish;
  finish.batch = batch.folder();
  // What lies in the folder now counts: a scan may have come or gone since the run began.
  Result<BatchStatus> status = status_of(batch, true);
  if (!status) {
    finish.errors.push_back(status.error());
    finish.code = exit_code_of(status.error().kind);
    return finish;
  }
  finish.status = *std::move(status);
  finish.status_known = true;
  if (!finish.status.green()) finish.code = ExitCode::parked;
  Result<Review> review = guarded<Review>("review", [&] {
    return review_of(batch, finish.status, options.profile.book, options.profile.pagination,
                     stated_labels(batch));
  });
  if (!review) {
    finish.errors.push_back(review.error());
    finish.code = exit_code_of(review.error().kind);
    return finish;
  }
  finish.review = *std::move(review);
  if (finish.review.held > 0 && !options.with_held) finish.code = ExitCode::parked;
  if (!options.package)
    finish.no_package = options.why_no_package;
  else
    finish.no_package =
        why_not_ready(finish.status, finish.review, options.without_parked, options.with_held);
  if (finish.no_package.empty()) package_and_check(batch, options, finish);
  // The package just made belongs into the report's list.
  if (finish.package)
    if (Result<BatchStatus> again = status_of(batch, true)) finish.status = *std::move(again);
  const Result<void> written = guarded<void>("report", [&] {
    return write_report(batch, finish.status, finish.review, reported(finish));
  });
  if (written) {
    finish.report = batch.report_html();
  } else {
    finish.errors.push_back(written.error());
    finish.code = worse(finish.code, exit_code_of(written.error().kind));
  }
  return finish;
}

void print_finish(const Finish& finish, const RunSummary* run) {
  const auto waits = [](const ScanStatus& scan) {
    return scan.state == ScanState::pending && scan.remark.empty();
  };
  const auto waiting = static_cast<std::size_t>(
      std::count_if(finish.status.scans.begin(), finish.status.scans.end(), waits));
  for (const ScanStatus& scan : finish.status.scans)
    if (scan.state != ScanState::done && (waiting <= waiting_said || !waits(scan)))
      print(line_about(scan));
  if (waiting > waiting_said)
    print(say(trn("{} scan not done yet; linka status names it",
                  "{} scans not done yet; linka status names them", waiting),
              waiting));
  for (const std::string& note : notes_in_words(finish.status)) print(note);
  if (finish.status_known)
    for (const std::string& line : sums_in_words(finish.status)) print(line);
  if (finish.review.to_look > 0)
    print(say(trn("{} page should be looked at: linka review {}",
                  "{} pages should be looked at, the worst first: linka review {}",
                  finish.review.to_look),
              finish.review.to_look, finish.batch.string()));
  if (finish.package) {
    for (const std::string& page : finish.package->left_out)
      print(say(tr("left out of the package: {}"), page));
    for (const std::string& note : finish.package->notes) print(say(tr("record: {}"), note));
    print(say(trn("package: {} ({} page, {})", "package: {} ({} pages, {})", finish.package->pages),
              finish.package->path.string(), finish.package->pages,
              size_in_words(finish.package->bytes)));
  } else if (!finish.no_package.empty()) {
    print(say(tr("no package: {}"), finish.no_package));
  }
  if (finish.check) print_findings(*finish.check, verdict_on(*finish.check, false), findings_said);
  if (!finish.report.empty()) print(say(tr("report: {}"), finish.report.string()));
  if (run != nullptr && run->pages_done > 0)
    print(say(trn("time: {} for {} page", "time: {} for {} pages", run->pages_done),
              time_in_words(run->elapsed_s), run->pages_done));
  for (const Error& error : finish.errors) remark("linka: " + error.message);
}

nlohmann::json to_json(const Finish& finish, const RunSummary* run) {
  nlohmann::json document = nlohmann::json::object();
  if (finish.status_known) document["status"] = to_json(finish.status);
  if (finish.package)
    document["package"] = {
        {"path", finish.package->path.string()}, {"id", finish.package->id},
        {"pages", finish.package->pages},        {"bytes", finish.package->bytes},
        {"left_out", finish.package->left_out},  {"notes", finish.package->notes}};
  document["review"] = {{"to_look", finish.review.to_look},
                        {"held", finish.review.held},
                        {"left_out", finish.review.left_out.size()}};
  if (!finish.no_package.empty()) document["no_package"] = finish.no_package;
  if (finish.check) document["check"] = to_json(*finish.check, verdict_on(*finish.check, false));
  if (!finish.report.empty()) document["report"] = finish.report.string();
  for (const Error& error : finish.errors) document["errors"].push_back(to_json(error));
  if (run != nullptr) {
    document["run"] = {{"scans_to_do", run->scans_to_do}, {"scans_ended", run->scans_ended},
                       {"pages_done", run->pages_done},   {"scans_parked", run->scans_parked},
                       {"elapsed_s", run->elapsed_s},     {"stopped_by_signal", run->stopped_by},
                       {"sandbox", run->sandbox}};
    if (run->stopped) document["run"]["stopped"] = to_json(*run->stopped);
  }
  return document;
}

}  // namespace linka
