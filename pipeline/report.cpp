// SPDX-License-Identifier: GPL-3.0-or-later
// The report answers, from the top down, what an operator asks at the end of a batch: is it
// complete, where is every scan (a map with one cell a scan, in reading order), what went wrong and
// what can be done, what should a person look at, and then the figures. It is one file without
// scripts, so that it can be sent by mail, opened anywhere and printed.
#include "pipeline/report.h"

#include "base/clock.h"
#include "base/fail_point.h"
#include "base/text.h"
#include "base/translate.h"
#include "pipeline/report_html.h"
#include "workspace/facts_json.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <set>

namespace linka {
namespace {

using nlohmann::json;

FailPoint one_written{"report-html-written",
                      "after the report for people, before the one for programs"};
FailPoint both_written{"report-written", "after both reports"};

ReportedBatch collect(const Batch& batch, const BatchStatus& status, const Review& review,
                      const ReportedPackage& package) {
  ReportedBatch found{batch, status, package, review, {}, {}, 0, 0};
  std::set<std::string> scans_counted;
  for (const ScanStatus& scan : status.scans)
    for (const PageOutcome& page : scan.pages) {
      if (page.state != PageState::done) continue;
      const auto facts_of_page = review.facts.find(page.id);
      if (facts_of_page == review.facts.end()) continue;
      const PageFacts* facts = &facts_of_page->second;
      if (facts->is_blank) ++found.blank;
      found.words += facts->words;
      if (scans_counted.insert(scan.id.name).second) found.sizes.scans += facts->source.size_bytes;
      for (const WrittenFile& file : facts->files) {
        found.sizes.pages += file.size_bytes;
        found.sizes.files[file.name] += file.size_bytes;
      }
      for (const auto& [stage, ms] : facts->stage_ms) {
        StageTime& time = found.times[stage];
        time.total_ms += ms;
        ++time.pages;
        if (ms > time.longest_ms) {
          time.longest_ms = ms;
          time.longest_page = text_of(page.id);
        }
      }
    }
  return found;
}

// ---- words ----

json report_json(const ReportedBatch& found) {
  json document = to_json(found.status);
  document["batch"] = found.batch.folder().string();
  document["scans_folder"] = found.batch.scans().string();
  document["written_at"] = iso8601(now());
  document["package"] = {
      {"path", found.package.path},         {"checked", found.package.checked},
      {"errors", found.package.errors},     {"warnings", found.package.warnings},
      {"findings", found.package.findings}, {"not_checked", found.package.not_checked}};
  document["sums"]["unsure_pages"] = found.review.to_look;
  document["sums"]["held_pages"] = found.review.held;
  document["sums"]["pages_left_out"] = found.review.left_out.size();
  document["sums"]["blank_pages"] = found.blank;
  document["sums"]["words"] = found.words;
  document["unreadable"] = found.review.unreadable;
  document["bytes"] = {
      {"scans", found.sizes.scans}, {"pages", found.sizes.pages}, {"files", found.sizes.files}};
  document["stages"] = json::object();
  for (const auto& [stage, time] : found.times)
    document["stages"][stage] = {{"total_ms", time.total_ms},
                                 {"pages", time.pages},
                                 {"longest_ms", time.longest_ms},
                                 {"longest_page", time.longest_page}};
  document["pages"] = json::array();
  for (const ScanStatus& scan : found.status.scans)
    for (const PageOutcome& page : scan.pages) {
      json p{{"page", text_of(page.id)}, {"scan", text_of(page.id.scan)}};
      p["state"] = page.state == PageState::done ? "done" : "parked";
      if (page.state == PageState::parked) {
        p["reason"] = to_json(page.reason);
        p["advice"] = advice_on(page.reason);
      }
      if (const auto it = found.review.facts.find(page.id); it != found.review.facts.end()) {
        const PageFacts& f = it->second;
        p["findings"] = json::array();
        if (const ReviewedPage* reviewed = found.review.of(page.id)) {
          p["findings"] = to_json(reviewed->findings);
          p["held"] = reviewed->held;
          p["score"] = reviewed->score;
        }
        p.update({{"width_px", f.width_px},
                  {"height_px", f.height_px},
                  {"dpi", f.dpi.x},
                  {"split_confidence", f.split_confidence},
                  {"angle_deg", f.angle_deg},
                  {"skew_confidence", f.skew_confidence},
                  {"crop_confidence", f.crop_confidence},
                  {"is_blank", f.is_blank},
                  {"words", f.words},
                  {"text_confidence", f.text_confidence},
                  {"stage_ms", f.stage_ms}});
      }
      document["pages"].push_back(p);
    }
  return document;
}

}  // namespace

std::string advice_on(const Error& reason) {
  if (reason.where == "engine")
    return tr(
        "The text engine that the profile names gave no usable answer. See to the engine and run "
        "linka retry, or let Tesseract step in (engine.fallback).");
  switch (reason.kind) {
    case ErrorKind::bad_input:
      return tr(
          "The file is damaged or is no scan. Scan the page again under the same name and run "
          "linka retry; if it is no page of the book, leave it out with linka exclude.");
    case ErrorKind::unsupported:
      return tr(
          "The file is of a kind that is not read. Save it as TIFF, JPEG, PNG or JPEG 2000 and "
          "run linka retry.");
    case ErrorKind::configuration:
      return tr("A setting does not fit. Change the profile and run linka run again.");
    case ErrorKind::missing:
      return tr(
          "Something that is needed is not installed. Install what is named and run linka "
          "retry.");
    case ErrorKind::io:
      return tr(
          "The disk or the network failed. See that the folder can be reached and run linka "
          "retry.");
    case ErrorKind::no_space:
      return tr("The disk is full. Make room and run linka retry.");
    case ErrorKind::resource:
      return tr("Memory ran out. Run linka retry with fewer --jobs or more --memory.");
    case ErrorKind::busy:
      return tr("Something else held what was needed. Run linka retry.");
    case ErrorKind::cancelled:
      return tr("The run was stopped. Run linka run again; it goes on where it was.");
    case ErrorKind::internal:
      break;
  }
  return tr(
      "The program or one of its libraries failed at this page. Run linka retry once; if it is "
      "parked again, keep the scan and report it.");
}

json to_json(const Error& error) {
  return {{"kind", name_of(error.kind)}, {"message", error.message}, {"where", error.where}};
}

json to_json(const std::vector<PageFinding>& findings) {
  json out = json::array();
  for (const PageFinding& f : findings)
    out.push_back({{"check", f.check},
                   {"urgency", name_of(f.urgency)},
                   {"value", f.value},
                   {"limit", f.limit},
                   {"score", f.score},
                   {"detail", f.detail},
                   {"message", in_words(f)}});
  return out;
}

json to_json(const BatchStatus& status) {
  json scans = json::array();
  for (const ScanStatus& scan : status.scans) {
    json pages = json::array();
    for (const PageOutcome& page : scan.pages) {
      json p{{"page", text_of(page.id)},
             {"side", name_of(page.id.side)},
             {"state", page.state == PageState::done ? "done" : "parked"}};
      if (page.state == PageState::parked) p["reason"] = to_json(page.reason);
      pages.push_back(p);
    }
    json s{{"scan", text_of(scan.id)},
           {"file", scan.id.name},
           {"frame", scan.id.frame + 1},
           {"state", name_of(scan.state)},
           {"pages", pages}};
    if (scan.state == ScanState::parked) {
      s["reason"] = to_json(scan.reason);
      s["advice"] = advice_on(scan.reason);
    }
    if (!scan.remark.empty()) s["remark"] = scan.remark;
    if (!scan.sha256.empty()) s["sha256"] = scan.sha256;
    scans.push_back(s);
  }
  json ignored = json::array();
  for (const InventoryFile& file : status.ignored)
    ignored.push_back({{"file", file.name}, {"why", file.ignored}});
  return {{"complete", status.green()},
          {"sums",
           {{"scans", status.scans.size()},
            {"done", status.scans_done},
            {"parked", status.scans_parked},
            {"excluded", status.scans_excluded},
            {"pending", status.scans_pending},
            {"missing", status.scans_missing},
            {"pages", status.pages_done},
            {"ignored_files", status.ignored.size()}}},
          {"scans", scans},
          {"ignored", ignored},
          {"observations", status.observations},
          {"packages", status.packages},
          {"damaged_journal_lines", status.damaged_journal_lines}};
}

Result<void> write_report(const Batch& batch, const BatchStatus& status, const Review& review,
                          const ReportedPackage& package) {
  const ReportedBatch found = collect(batch, status, review, package);
  const std::string html = report_html(found);
  if (const auto written = write_atomically(batch.report_html(), html); !written) return written;
  one_written.reached();
  auto written = write_atomically(
      batch.report_json(),
      report_json(found).dump(1, ' ', false, json::error_handler_t::replace) + "\n");
  both_written.reached();
  return written;
}

}  // namespace linka
