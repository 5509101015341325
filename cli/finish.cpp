// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/finish.h"

#include "base/translate.h"
#include "cli/checked_before.h"
#include "cli/console.h"
#include "cli/findings.h"
#include "cli/labels.h"
#include "cli/status_words.h"
#include "pipeline/on_threads.h"
#include "pipeline/pagination.h"
#include "pipeline/report.h"
#include "title/title.h"
#include "workspace/ledger.h"

#include <algorithm>
#include <map>

namespace linka {
namespace {

constexpr std::size_t findings_said = 3;  // of one rule, at the end of a run
constexpr std::size_t waiting_said = 10;  // more scans that only wait their turn are counted

bool is_ready(const BatchStatus& status, bool without_parked) {
  return status.scans_pending == 0 && status.scans_missing == 0 && status.pages_done > 0 &&
         (status.scans_parked == 0 || without_parked);
}

// How many packages the record describes; 1 when it cannot be read, which is said later.
std::size_t described_packages(const Batch& batch) {
  if (batch.record().empty()) return 1;
  const auto loaded =
      guarded<LoadedDocument>("record", [&] { return load_document(batch.record()); });
  return loaded ? loaded->document.units.size() : 1;
}

Result<CheckReport> checked(const MadePackage& made, CheckedBefore& before) {
  return guarded<CheckReport>("validate", [&] { return before.check(made.path); });
}

// One package's check. A package that was kept and breaks rules has been damaged since it was made:
// it is built anew, once.
Result<PackageEnding> check_one(const Batch& batch, const MakePackageOptions& making,
                                CheckedBefore& before, MadePackage made) {
  Result<CheckReport> check = checked(made, before);
  if (!check) return pass(check);
  if (made.state == PackageState::kept && verdict_on(*check, false).code != ExitCode::done) {
    MakePackageOptions again = making;
    again.anew = true;
    again.only = {made.id};
    Result<MadePackages> anew = make_packages(batch, again);
    if (!anew) return pass(anew);
    made = std::move(anew->packages.front());
    if (made.state == PackageState::refused) return PackageEnding{std::move(made), {}};
    check = checked(made, before);
    if (!check) return pass(check);
  }
  return PackageEnding{std::move(made), std::move(*check)};
}

void package_and_check(const Batch& batch, const FinishOptions& options, Finish& finish) {
  const auto failed = [&](const Error& error) {
    finish.errors.push_back(error);
    finish.code = worse(finish.code, exit_code_of(error.kind));
  };
  const MakePackageOptions making = package_options(batch, finish.status, finish.review, options);
  Result<MadePackages> made = make_packages(batch, making);
  if (!made) return failed(made.error());
  finish.record_notes = std::move(made->notes);
  finish.left_out = std::move(made->left_out);
  finish.not_described = std::move(made->not_described);
  CheckOptions check{schemas_folder(options.schemas)};
  check.do_many = threads_to_lend(options.jobs);
  CheckedBefore before(batch, check);
  for (MadePackage& one : made->packages) {
    if (one.state == PackageState::refused) {
      finish.code = worse(finish.code, code_of(one));
      finish.packages.push_back({std::move(one), {}});
      continue;
    }
    Result<PackageEnding> ending = check_one(batch, making, before, std::move(one));
    if (!ending) {
      failed(ending.error());
      continue;
    }
    finish.code = worse(finish.code, code_of(ending->made));
    if (ending->check) finish.code = worse(finish.code, verdict_on(*ending->check, false).code);
    finish.packages.push_back(*std::move(ending));
  }
  before.keep();
}

// What the report tells of the packages; notes are left to linka validate.
ReportedPackage reported(const Batch& batch, const Finish& finish) {
  ReportedPackage out;
  constexpr std::size_t lines = 12;
  std::size_t seen = 0;
  for (const PackageEnding& one : finish.packages) {
    if (one.made.state == PackageState::refused) {
      if (out.findings.size() < lines) out.findings.push_back(line_about(one.made));
      continue;
    }
    out.path = ++seen == 1 ? one.made.path.string() : batch.packages().string();
    if (!one.check) continue;
    const Verdict verdict = verdict_on(*one.check, false);
    out.checked = (seen == 1 || out.checked) && verdict.code != ExitCode::nothing_checked;
    out.errors += verdict.errors;
    out.warnings += verdict.warnings;
    for (const Severity severity : {Severity::error, Severity::warning})
      for (const Finding& f : one.check->findings)
        if (f.severity == severity && out.findings.size() < lines)
          out.findings.push_back(
              fmt::format("{} {} {}: {}", name_of(f.severity), f.rule, f.file, f.message));
    if (seen == 1) out.not_checked = one.check->not_checked;
  }
  return out;
}

std::map<PageId, PageProposal> proposals_of(const Batch& batch, const BatchStatus& status,
                                            const Review& review, const Profile& profile) {
  std::map<PageId, PageProposal> out;
  Result<Pagination> anew = Pagination{};
  const bool read_already = review.unreadable.empty() && !review.numbers.pages.empty();
  if (!read_already)
    anew = guarded<Pagination>("pagination", [&] { return pagination_of(batch, status, profile); });
  if (!anew) return out;  // the record's own words and the pages' order are enough
  for (const ProposedPage& page : read_already ? review.numbers.pages : anew->pages)
    if (!page.label.empty())
      out[page.id] = {page.id, page.label, page.label_confidence, page.type, page.type_confidence};
  return out;
}

}  // namespace

ExitCode code_of(const MadePackage& made) {
  if (made.state != PackageState::refused) return ExitCode::done;
  return made.waits ? ExitCode::parked : exit_code_of(made.error.kind);
}

MakePackageOptions package_options(const Batch& batch, const BatchStatus& status,
                                   const Review& review, const FinishOptions& options) {
  MakePackageOptions out;
  out.standard = options.profile.package.standard;
  out.periodical_standard = options.profile.package.periodical_standard;
  out.rights = options.profile.package.rights;
  out.plain.join_words = options.profile.text.join_words;
  out.plain.fold = options.profile.text.fold_letters;
  out.nested_blocks = options.profile.package.nested_blocks;
  out.allow_parked = options.without_parked;
  out.only = options.only;
  out.do_many = threads_to_lend(options.jobs);
  out.proposals = proposals_of(batch, status, review, options.profile);
  out.status = &status;
  out.facts = &review.facts;
  if (!options.with_held)
    for (const ReviewedPage& page : review.pages)
      if (page.held)
        out.held[page.id] =
            say(tr("{} is held until somebody has looked at it: linka review says why"),
                text_of(page.id));
  return out;
}

std::string why_not_ready(const Batch& batch, const BatchStatus& status, const Review& review,
                          const FinishOptions& options) {
  if (status.pages_done > 0 && described_packages(batch) > 1) return {};  // each by itself
  if (is_ready(status, options.without_parked)) {
    if (review.held == 0 || options.with_held) return {};
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
  const Result<Ledger> ledger = ledger_of(batch, finish.status, false);
  if (!ledger || !ledger->adds_up()) {
    if (!ledger)
      finish.errors.push_back(ledger.error());
    else
      for (const LedgerFault& fault : ledger->faults)
        if (is_the_programs(fault.kind))
          finish.errors.push_back({ErrorKind::internal, fault.message, "ledger"});
    finish.no_package = tr("the ledger of the batch does not add up");
    finish.code = exit_code_of(finish.errors.back().kind);
    return finish;
  }
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
    finish.no_package = why_not_ready(batch, finish.status, finish.review, options);
  if (finish.no_package.empty()) package_and_check(batch, options, finish);
  // The package just made belongs into the report's list.
  if (!finish.packages.empty()) finish.status.packages = packages_standing(batch);
  const Result<void> written = guarded<void>("report", [&] {
    return write_report(batch, finish.status, finish.review, reported(batch, finish));
  });
  if (written) {
    finish.report = batch.report_html();
  } else {
    finish.errors.push_back(written.error());
    finish.code = worse(finish.code, exit_code_of(written.error().kind));
  }
  return finish;
}

std::string line_about(const MadePackage& made) {
  const std::string name = !made.id.empty()      ? made.id
                           : !made.where.empty() ? made.where
                                                 : made.label;
  switch (made.state) {
    case PackageState::refused:
      return say(tr("no package {}: {}"), name, made.error.message);
    case PackageState::planned:
      return say(
          trn("would be built: {} ({} page, {})", "would be built: {} ({} pages, {})", made.pages),
          made.path.string(), made.pages, size_in_words(made.bytes));
    case PackageState::built:
    case PackageState::kept:
      break;
  }
  return say(trn("package: {} ({} page, {})", "package: {} ({} pages, {})", made.pages),
             made.path.string(), made.pages, size_in_words(made.bytes));
}

nlohmann::json to_json(const MadePackage& made) {
  nlohmann::json out = {
      {"id", made.id},       {"state", name_of(made.state)}, {"path", made.path.string()},
      {"label", made.label}, {"where", made.where},          {"pages", made.pages},
      {"bytes", made.bytes}, {"notes", made.notes}};
  if (made.state == PackageState::refused) {
    out["no_package"] = made.error.message;
    out["waits"] = made.waits;
  }
  return out;
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
  for (const std::string& page : finish.left_out)
    print(say(tr("left out of the package: {}"), page));
  for (const std::string& note : finish.record_notes) print(say(tr("record: {}"), note));
  for (const PackageEnding& one : finish.packages) {
    for (const std::string& note : one.made.notes) print(say(tr("record: {}"), note));
    print(line_about(one.made));
    if (one.check) print_findings(*one.check, verdict_on(*one.check, false), findings_said);
  }
  for (const std::string& id : finish.not_described)
    print(say(tr("the package {} stands there and is no longer described; it was left alone"), id));
  if (!finish.no_package.empty()) print(say(tr("no package: {}"), finish.no_package));
  if (!finish.report.empty()) print(say(tr("report: {}"), finish.report.string()));
  if (run != nullptr && run->pages_done > 0)
    print(say(trn("time: {} for {} page", "time: {} for {} pages", run->pages_done),
              time_in_words(run->elapsed_s), run->pages_done));
  for (const Error& error : finish.errors) remark("linka: " + error.message);
}

nlohmann::json to_json(const Finish& finish, const RunSummary* run) {
  nlohmann::json document = nlohmann::json::object();
  if (finish.status_known) document["status"] = to_json(finish.status);
  document["packages"] = nlohmann::json::array();
  for (const PackageEnding& one : finish.packages) {
    nlohmann::json package = to_json(one.made);
    if (one.check) package["check"] = to_json(*one.check, verdict_on(*one.check, false));
    document["packages"].push_back(std::move(package));
  }
  // A batch of one package answers as it always has.
  if (finish.packages.size() == 1) {
    const PackageEnding& one = finish.packages.front();
    if (one.made.state != PackageState::refused) {
      document["package"] = to_json(one.made);
      document["package"]["left_out"] = finish.left_out;
    } else {
      document["no_package"] = one.made.error.message;
    }
    if (one.check) document["check"] = to_json(*one.check, verdict_on(*one.check, false));
  }
  document["left_out"] = finish.left_out;
  document["record_notes"] = finish.record_notes;
  document["not_described"] = finish.not_described;
  document["review"] = {{"to_look", finish.review.to_look},
                        {"held", finish.review.held},
                        {"left_out", finish.review.left_out.size()}};
  if (!finish.no_package.empty()) document["no_package"] = finish.no_package;
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
