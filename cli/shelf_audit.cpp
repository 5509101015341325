// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/shelf_audit.h"

#include "base/clock.h"
#include "base/files.h"
#include "base/translate.h"
#include "cli/console.h"
#include "cli/plan_quantity.h"
#include "cli/progress.h"
#include "shelf/layout.h"

#include <memory>

namespace linka {
namespace fs = std::filesystem;
using nlohmann::json;
namespace {

struct Options {
  fs::path root, mirror, report, metrics;
  std::string rate, time, only;
  bool no_repair = false, json = false, quiet = false;
};

json to_json(const ShelfFinding& finding) {
  return {{"code", finding.code}, {"path", finding.path}, {"message", finding.message}};
}

void print_findings(const std::vector<ShelfFinding>& findings) {
  for (const ShelfFinding& finding : findings)
    print(fmt::format("{} {}: {}", finding.code, finding.path, finding.message));
}

void print_report(const AuditReport& report) {
  print_findings(report.root);
  for (const AuditedObject& one : report.not_whole) {
    print_findings(one.check.findings);
    for (const RepairedFile& file : one.repaired)
      if (file.aside.empty())
        print(say(tr("repaired: {} was missing"), file.path));
      else
        print(say(tr("repaired: {}; the bad one is kept as {}"), file.path, file.aside.string()));
    if (!one.whole_now) print(say(tr("NOT repaired: {}: {}"), one.check.path, one.not_repaired));
  }
  print(say(trn("{} of {} object read: {} files, {} in {}",
                "{} of {} objects read: {} files, {} in {}", report.objects),
            report.checked, report.objects, report.files, size_in_words(report.bytes),
            time_in_words(report.elapsed_s)));
  if (report.out_of_time) print(tr("the time was up; the next audit goes on with the others"));
  if (report.never_checked > 0)
    print(say(
        trn("{} object was never read yet", "{} objects were never read yet", report.never_checked),
        report.never_checked));
  if (!report.oldest_check.empty()) print(say(tr("read longest ago: {}"), report.oldest_check));
  if (report.checked == 0)
    print(tr("NOT checked: nothing was read"));
  else if (report.errors == 0)
    print(report.warnings == 0 ? tr("every byte is as it was stored")
                               : tr("every byte is as it was stored; see the warnings"));
  else
    print(
        say(trn("{} thing is wrong; {} files repaired, {} objects still damaged",
                "{} things are wrong; {} files repaired, {} objects still damaged", report.errors),
            report.errors, report.repaired_files, report.damaged_objects));
}

ExitCode audit(const Options& options) {
  AuditOptions how;
  if (!options.rate.empty()) {
    const auto rate = rate_from(options.rate);
    if (!rate) return explain_misuse("--rate: " + rate.error().message, {}, options.json);
    how.rate_bytes_s = *rate;
  }
  if (!options.time.empty()) {
    const auto time = seconds_from(options.time);
    if (!time) return explain_misuse("--for: " + time.error().message, {}, options.json);
    how.for_s = *time;
  }
  how.mirror = options.mirror;
  how.repair = !options.no_repair;
  if (!options.only.empty()) how.only = object_id_of(options.only);
  const auto shelf = Shelf::open(options.root);
  if (!shelf) return explain_failure(shelf.error(), options.json);
  const auto report = [&] {
    CountDisplay display(tr("{} of {} objects read"), options.json || options.quiet);
    how.progress = [&](std::size_t done, std::size_t all) { display.show(done, all); };
    return audit_shelf(*shelf, how);
  }();
  if (!report) return explain_failure(report.error(), options.json);
  const ExitCode code = code_of(*report);
  json document = to_json(*report);
  document["shelf"] = shelf->root().string();
  document["exit_code"] = static_cast<int>(code);
  const std::string text = document.dump(2, ' ', false, json::error_handler_t::replace) + "\n";
  for (const fs::path& file : {last_report_of(*shelf), options.report})
    if (!file.empty())
      if (auto r = write_atomically(file, std::string_view(text)); !r)
        return explain_failure(r.error(), options.json);
  if (!options.metrics.empty()) {
    const auto sums = shelf_sums(*shelf);
    if (!sums) return explain_failure(sums.error(), options.json);
    const std::string metrics = metrics_of(*report, *sums);
    if (auto r = write_atomically(options.metrics, std::string_view(metrics)); !r)
      return explain_failure(r.error(), options.json);
  }
  if (options.json) return print_json(document, code);
  print_report(*report);
  return code;
}

}  // namespace

fs::path last_report_of(const Shelf& shelf) {
  return shelf.audits() / "report.json";
}

ExitCode code_of(const AuditReport& report) {
  if (report.errors > 0) return ExitCode::rules_broken;
  return report.checked == 0 ? ExitCode::nothing_checked : ExitCode::done;
}

json to_json(const AuditReport& report) {
  json out = {{"started", report.started},
              {"ended", report.ended},
              {"elapsed_s", report.elapsed_s},
              {"objects", report.objects},
              {"checked", report.checked},
              {"files", report.files},
              {"bytes", report.bytes},
              {"never_checked", report.never_checked},
              {"oldest_check", report.oldest_check},
              {"errors", report.errors},
              {"warnings", report.warnings},
              {"repaired_files", report.repaired_files},
              {"damaged_objects", report.damaged_objects},
              {"out_of_time", report.out_of_time},
              {"root", json::array()},
              {"not_whole", json::array()}};
  for (const ShelfFinding& finding : report.root) out["root"].push_back(to_json(finding));
  for (const AuditedObject& one : report.not_whole) {
    json object = {{"id", one.check.id},         {"path", one.check.path},
                   {"whole_now", one.whole_now}, {"not_repaired", one.not_repaired},
                   {"findings", json::array()},  {"repaired", json::array()}};
    for (const ShelfFinding& finding : one.check.findings)
      object["findings"].push_back(to_json(finding));
    for (const RepairedFile& file : one.repaired)
      object["repaired"].push_back({{"path", file.path}, {"aside", file.aside.string()}});
    out["not_whole"].push_back(std::move(object));
  }
  return out;
}

Time read_time(const std::string& at) {
  return at.size() < 19 ? Time{} : parse_iso8601(at.substr(0, 19) + "Z");
}

std::string metrics_of(const AuditReport& report, const ShelfSums& sums) {
  std::string out;
  const auto gauge = [&out](const char* name, const char* help, auto value) {
    out += fmt::format(
        "# HELP linka_shelf_{0} {1}\n# TYPE linka_shelf_{0} gauge\nlinka_shelf_{0} {2}\n", name,
        help, value);
  };
  gauge("objects", "Objects on the shelf.", sums.objects);
  gauge("versions", "Versions of all objects.", sums.versions);
  gauge("quota_bytes", "Room the shelf may take, 0 without a quota.", sums.quota_bytes);
  gauge("used_bytes", "Bytes stored.", sums.used_bytes);
  gauge("reserved_bytes", "Bytes reserved by running work.", sums.reserved_bytes);
  gauge("free_bytes", "Bytes that may still be reserved.", sums.free_bytes());
  gauge("audit_checked_objects", "Objects that the last audit read.", report.checked);
  gauge("audit_checked_bytes", "Bytes that the last audit read.", report.bytes);
  gauge("audit_errors", "What the last audit found wrong, repaired or not.", report.errors);
  gauge("audit_repaired_files", "Files that the last audit repaired.", report.repaired_files);
  gauge("audit_damaged_objects", "Objects still damaged after the last audit.",
        report.damaged_objects);
  gauge("audit_never_checked_objects", "Objects that no audit has read.", report.never_checked);
  const auto seconds = [](const std::string& at) {
    return static_cast<std::int64_t>(read_time(at).time_since_epoch().count());
  };
  gauge("audit_oldest_check_timestamp_seconds", "When the object that waits longest was read.",
        seconds(report.oldest_check));
  gauge("audit_end_timestamp_seconds", "When the last audit ended.", seconds(report.ended));
  return out;
}

void declare_shelf_audit(CLI::App& shelf, Chosen& chosen) {
  CLI::App* verb = shelf.add_subcommand(
      "audit",
      tr("read what is stored again: is every byte as it was?\n"
         "Makes all digests anew and holds every object against the rules of OCFL 1.1. What "
         "nobody has read for longest comes first; a stopped audit is gone on with. A damaged "
         "file is given back by the mirror, if there is one, and the bad one is kept. Ends with "
         "5 when something was wrong, repaired or not, and with 10 when nothing was read."));
  const auto o = std::make_shared<Options>();
  verb->add_option(tr("SHELF"), o->root, tr("the shelf's folder"))->required();
  takes(verb->add_option("--rate", o->rate, tr("read no faster than this, such as 50MB/s")),
        Value::text);
  takes(verb->add_option("--for", o->time,
                         tr("begin no object later than this after the start, such as 2h")),
        Value::text);
  takes(verb->add_option("--only", o->only, tr("this object alone, by its id")), Value::text);
  takes(verb->add_option("--mirror", o->mirror,
                         tr("another shelf with the same objects; that of the shelf's settings if "
                            "not given")),
        Value::folder);
  verb->add_flag("--no-repair", o->no_repair, tr("only say what is damaged"));
  takes(verb->add_option("--report", o->report, tr("file for the report (JSON), too")),
        Value::file);
  takes(verb->add_option("--metrics", o->metrics,
                         tr("file for the numbers in Prometheus's text format")),
        Value::file);
  verb->add_flag("-q,--quiet", o->quiet, tr("no progress"));
  add_json(verb, o->json);
  verb->footer(
      "linka shelf audit /srv/shelf --rate 50MB/s --for 2h\n"
      "linka shelf audit /srv/shelf --mirror /mnt/second/shelf --metrics "
      "/var/lib/prometheus/node-exporter/linka.prom");
  verb->callback([o, &chosen] { chosen.action = [o] { return audit(*o); }; });
}

}  // namespace linka
