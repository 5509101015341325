// SPDX-License-Identifier: GPL-3.0-or-later
// linka explain: how one page came to be what it is, or why there is none.
#include "base/translate.h"
#include "cli/console.h"
#include "cli/find.h"
#include "cli/status_words.h"
#include "cli/verb.h"
#include "pipeline/report.h"
#include "workspace/facts_json.h"

#include <algorithm>
#include <cmath>
#include <memory>

namespace linka {
namespace fs = std::filesystem;
namespace {

struct Options {
  std::string page;
  fs::path batch;
  bool json = false;
};

void row(const char* name, const std::string& value) {
  if (value.empty()) return;
  const std::size_t used = width_of(name);
  print("  " + std::string(name) + std::string(used < 14 ? 14 - used : 1, ' ') + value);
}

std::string share(double value) {
  return fmt::format("{:.0f} %", value * 100);
}

void print_found(const PageFacts& f) {
  print(tr("What was found"));
  const Box region = box_of(f.region);
  row(tr("split"), say(tr("{} page, {} sure; x {} to {} of the scan"),
                       f.id.side == Side::single ? tr("single")
                       : f.id.side == Side::left ? tr("left")
                                                 : tr("right"),
                       share(f.split_confidence), fmt::format("{:.0f}", region.x0),
                       fmt::format("{:.0f}", region.x1)));
  row(tr("skew"),
      f.angle_deg == 0
          ? say(tr("left as it is, {} sure"), share(f.skew_confidence))
          : say(f.angle_deg > 0 ? tr("turned by {}° clockwise, {} sure")
                                : tr("turned by {}° anticlockwise, {} sure"),
                fmt::format("{:.2f}", std::abs(f.angle_deg)), share(f.skew_confidence)));
  row(tr("crop"), say(tr("{} × {} px at {}, {}; {} sure"), fmt::format("{:.0f}", f.crop.width()),
                      fmt::format("{:.0f}", f.crop.height()), fmt::format("{:.0f}", f.crop.x0),
                      fmt::format("{:.0f}", f.crop.y0), share(f.crop_confidence)));
  for (const Neighbour& n : f.neighbours)
    row(tr("beside it"), n.kind == "target"   ? tr("a colour target")
                         : n.kind == "ruler"  ? tr("a ruler")
                         : n.kind == "finger" ? tr("a finger")
                                              : tr("a holder"));
  if (!f.bend.empty()) row(tr("curve"), say(tr("flattened, {} sure"), share(f.bend_confidence)));
  for (const auto& [what, who] : f.decided)
    row(tr("decided"),
        say(who == "person" ? tr("{}, by a person") : tr("{}, by the rest of the book"), what));
  row(tr("page"), say(tr("{} × {} px, {} dpi, {}"), f.width_px, f.height_px,
                      fmt::format("{:.0f}", f.dpi.x), f.channels == 1 ? tr("grey") : tr("colour")) +
                      (f.resampled ? "" : std::string(", ") + tr("the scan's own pixels")));
  row(tr("blank"), say(f.is_blank ? tr("yes, {} sure ({} ink)") : tr("no, {} sure ({} ink)"),
                       share(f.blank_confidence), fmt::format("{:.2f} %", f.ink_share * 100)));
  row(tr("text"), say(trn("{} word, {} sure on average", "{} words, {} sure on average", f.words),
                      f.words, share(f.text_confidence)) +
                      (f.ocr_models.empty() ? "" : " (" + f.ocr_models + ")"));
  row(tr("read by"), f.ocr_engine);
  const MasterCheck& m = f.master_check;
  row(tr("master copy"), !m.compared ? std::string(tr("not decoded again"))
                         : m.identical
                             ? std::string(tr("decoded again: every pixel equal"))
                             : say(tr("decoded again: differs by up to {}"), m.max_difference));
  if (f.user_psnr_db > 0)
    row(tr("user copy"), say(tr("{} dB from the page"), fmt::format("{:.1f}", f.user_psnr_db)));
}

void print_facts(const Batch& batch, const PageFacts& f) {
  print(say(tr("Page {}"), text_of(f.id)));
  row(tr("folder"), batch.page(f.id).string());
  row(tr("made"), f.made_at);
  for (const PageFinding& finding : f.findings)
    row(finding.urgency == Urgency::hold   ? tr("HELD")
        : finding.urgency == Urgency::look ? tr("LOOK")
                                           : tr("note"),
        in_words(finding));
  print(tr("Made from"));
  const SourceFacts& s = f.source;
  row(tr("scan"), s.frames > 1 ? say(tr("{}, image {} of {}"), s.file_name, s.frame + 1, s.frames)
                               : s.file_name);
  row(tr("size"), size_in_words(s.size_bytes) + " (" + std::to_string(s.size_bytes) + ")");
  row("SHA-256", s.sha256);
  row("MD5", s.md5);
  row(tr("changed"), s.modified_at);
  row(tr("format"), s.format + (s.format_version.empty() ? "" : " " + s.format_version) +
                        (s.compression.empty() ? "" : ", " + s.compression) +
                        (s.color_space.empty() ? "" : ", " + s.color_space));
  row(tr("image"),
      say(tr("{} × {} px, {} dpi"), s.width_px, s.height_px, fmt::format("{:.0f}", s.dpi.x)) +
          (s.dpi_from_file ? "" : std::string(" ") + tr("(assumed)")) +
          (s.orientation == 1 ? "" : say(tr(", turned upright (orientation {})"), s.orientation)));
  const std::string device = s.device.make + (s.device.make.empty() ? "" : " ") + s.device.model;
  row(tr("scanner"), device);
  row(tr("scanned"), s.device.captured_at);
  for (const std::string& note : s.notes) row(tr("note"), note);
  print_found(f);
  print(tr("Files"));
  for (const WrittenFile& file : f.files)
    row(file.name.c_str(), fmt::format("{:>9}  {}", size_in_words(file.size_bytes), file.sha256));
  print(tr("Times"));
  double total = 0;
  for (const auto& [stage, ms] : f.stage_ms) {
    total += ms;
    row(stage.c_str(), fmt::format("{:>8.0f} ms", ms));
  }
  row(tr("together"), fmt::format("{:>8.0f} ms", total));
  print(tr("Versions"));
  for (const auto& [name, version] : f.versions) row(name.c_str(), version);
  print(tr("Settings"));
  for (const auto& [name, value] : f.params) print("  " + name + " = " + value);
}

void print_parked(const std::string& what, const Error& reason) {
  print(what);
  row(tr("parked"), reason.message);
  row(tr("where"), reason.where);
  row(tr("what to do"), advice_on(reason));
}

ExitCode explain(const Options& options) {
  const Result<Asked> asked = find_page(options.page, options.batch);
  if (!asked) return explain_failure(asked.error(), options.json);
  const ScanStatus& scan = asked->scan;
  nlohmann::json document{{"batch", asked->batch.folder().string()},
                          {"scan", text_of(scan.id)},
                          {"file", asked->batch.scan_file(scan.id).string()},
                          {"state", name_of(scan.state)},
                          {"pages", nlohmann::json::array()}};
  if (!scan.remark.empty()) document["remark"] = scan.remark;
  if (!options.json && !scan.remark.empty()) print(line_about(scan));
  ExitCode code = scan.state == ScanState::done || scan.state == ScanState::excluded
                      ? ExitCode::done
                      : ExitCode::parked;
  for (const PageOutcome& page : scan.pages) {
    if (page.state == PageState::parked) {
      document["pages"].push_back({{"page", text_of(page.id)},
                                   {"state", "parked"},
                                   {"reason", to_json(page.reason)},
                                   {"advice", advice_on(page.reason)}});
      if (!options.json) print_parked(say(tr("Page {}"), text_of(page.id)), page.reason);
      continue;
    }
    const Result<PageFacts> facts = load_facts(asked->batch, page.id);
    if (!facts && scan.state == ScanState::pending) {
      document["pages"].push_back({{"page", text_of(page.id)}, {"state", "lost"}});
      continue;
    }
    if (!facts) {
      if (!options.json) remark("linka: " + facts.error().message);
      document["pages"].push_back({{"page", text_of(page.id)}, {"error", to_json(facts.error())}});
      code = worse(code, exit_code_of(facts.error().kind));
      continue;
    }
    document["pages"].push_back({{"page", text_of(page.id)},
                                 {"state", "done"},
                                 {"folder", asked->batch.page(page.id).string()},
                                 {"facts", to_json(*facts)}});
    if (!options.json) print_facts(asked->batch, *facts);
  }
  if (scan.state == ScanState::parked && scan.pages.empty()) {
    document["reason"] = to_json(scan.reason);
    document["advice"] = advice_on(scan.reason);
    if (!options.json) print_parked(say(tr("Scan {}"), name_for_people(scan.id)), scan.reason);
  }
  if (scan.pages.empty() && scan.state == ScanState::pending && !options.json)
    print(line_about(scan));
  return options.json ? print_json(document, code) : code;
}

}  // namespace

void declare_explain(CLI::App& app, Chosen& chosen) {
  CLI::App* verb = app.add_subcommand(
      "explain",
      tr("say how a page was made, or why there is none\n"
         "The scan it came from with its digests, what every stage found and how sure it "
         "was, the settings, versions, times and files. For a parked page: the reason and "
         "what can be done."));
  const auto o = std::make_shared<Options>();
  verb->add_option(tr("PAGE"), o->page,
                   tr("a page's folder, or the name of a page or scan (0007.tif)"))
      ->required();
  takes(verb->add_option("--batch", o->batch,
                         tr("the batch's folder; the one this folder belongs to if not given")),
        Value::folder);
  add_json(verb, o->json);
  verb->footer(
      "linka explain 0007.tif --batch scans.batch\n"
      "linka explain scans.batch/pages/0007.tif-left --json");
  verb->callback([o, &chosen] { chosen.action = [o] { return explain(*o); }; });
}

}  // namespace linka
