// SPDX-License-Identifier: GPL-3.0-or-later
// linka correct: what a person decides about a page beats what the line found, for ever; only what
// depends on it is made again.
#include "base/text.h"
#include "base/translate.h"
#include "cli/console.h"
#include "cli/find.h"
#include "cli/status_words.h"
#include "cli/verb.h"
#include "cli/work.h"
#include "profiles/profile.h"
#include "workspace/correction_json.h"
#include "workspace/journal.h"

#include <charconv>
#include <cmath>
#include <memory>
#include <optional>

namespace linka {
namespace {

struct Options {
  std::string page;
  std::filesystem::path batch;
  std::string angle, box, grow, gutter, flatten, leave_out;
  int turn = -1, pages = 0;
  bool take_in = false, accept = false, reset = false, later = false, dry_run = false;
  WorkOptions work;
};

// "1.5,2,-3" -> numbers, when there are as many as asked for.
std::optional<std::vector<double>> numbers(const std::string& text, std::size_t least,
                                           std::size_t most) {
  std::vector<double> out;
  std::size_t begin = 0;
  for (;;) {
    const std::size_t comma = text.find(',', begin);
    const std::string part = trimmed(text.substr(begin, comma - begin));
    double value = 0;
    const auto [end, code] = std::from_chars(part.data(), part.data() + part.size(), value);
    if (code != std::errc{} || end != part.data() + part.size() || !std::isfinite(value)) return {};
    out.push_back(value);
    if (comma == std::string::npos) break;
    begin = comma + 1;
  }
  if (out.size() < least || out.size() > most) return {};
  return out;
}

Error misuse(std::string text) {
  return {ErrorKind::configuration, std::move(text), "correct"};
}

bool is_about_page(const Options& o) {
  return !o.angle.empty() || !o.box.empty() || !o.grow.empty() || !o.flatten.empty() ||
         !o.leave_out.empty() || o.take_in || o.accept;
}
bool is_about_scan(const Options& o) {
  return o.turn >= 0 || o.pages != 0 || !o.gutter.empty();
}

Result<ScanCorrection> with_options(ScanCorrection c, const Options& o) {
  if (o.turn >= 0) c.turn_deg = o.turn;
  if (o.pages != 0) {
    c.pages = o.pages;
    if (o.pages == 1) c.fold_x.reset();
  }
  if (!o.gutter.empty()) {
    const auto x = numbers(o.gutter, 1, 2);
    if (!x)
      return tl::unexpected(
          misuse(say(tr("--gutter {}: give one x or two, such as 1830 or 1830,1842"), o.gutter)));
    c.fold_x = {x->front(), x->back()};
    c.pages.reset();
  }
  return c;
}

Result<PageCorrection> with_options(PageCorrection c, const Options& o) {
  if (!o.angle.empty()) {
    const auto angle = numbers(o.angle, 1, 1);
    if (!angle || std::abs(angle->front()) > 45)
      return tl::unexpected(misuse(
          say(tr("--angle {}: give degrees between -45 and 45; --turn is for more"), o.angle)));
    c.angle_deg = angle->front();
  }
  if (!o.box.empty()) {
    const auto b = numbers(o.box, 4, 4);
    if (!b || (*b)[2] <= (*b)[0] || (*b)[3] <= (*b)[1])
      return tl::unexpected(
          misuse(say(tr("--box {}: give LEFT,TOP,RIGHT,BOTTOM in pixels of the scan"), o.box)));
    c.box = Box{(*b)[0], (*b)[1], (*b)[2], (*b)[3]};
    c.grow_mm.reset();
  }
  if (!o.grow.empty()) {
    const auto mm = numbers(o.grow, 4, 4);
    if (!mm)
      return tl::unexpected(
          misuse(say(tr("--grow {}: give LEFT,TOP,RIGHT,BOTTOM in millimetres"), o.grow)));
    c.grow_mm = {(*mm)[0], (*mm)[1], (*mm)[2], (*mm)[3]};
  }
  if (!o.flatten.empty()) c.flatten = o.flatten == "on";
  if (!o.leave_out.empty()) c.left_out = trimmed(o.leave_out);
  if (o.take_in) c.left_out.clear();
  if (o.accept) c.accepted = true;
  return c;
}

struct Plan {
  ScanId scan;
  std::optional<PageId> page;
  ScanCorrection scan_before, scan_after;
  PageCorrection page_before, page_after;
  bool changes_pixels() const {
    PageCorrection a = page_before, b = page_after;
    a.accepted = b.accepted = false;
    a.left_out.clear();
    b.left_out.clear();
    return a != b || scan_before != scan_after;
  }
};

Result<Plan> plan(const Options& o, const Asked& asked) {
  if (!o.reset && !is_about_page(o) && !is_about_scan(o))
    return tl::unexpected(
        misuse(tr("say what is to be corrected, such as --angle 1.2 or --accept")));
  const Result<Replay> replayed = replay(asked.batch.journal());
  if (!replayed) return pass(replayed);
  Plan p;
  p.scan = asked.scan.id;
  if (const auto it = replayed->scan_corrections.find(p.scan);
      it != replayed->scan_corrections.end())
    p.scan_before = it->second;
  if (asked.scan.pages.size() == 1) p.page = asked.scan.pages.front().id;
  if (is_about_page(o) && !p.page) {
    if (asked.scan.pages.empty())
      return tl::unexpected(Error{ErrorKind::bad_input,
                                  say(tr("{}: no page has come of this scan yet"), o.page),
                                  "correct"});
    return tl::unexpected(
        misuse(say(tr("{} holds two pages; say which: {} or {}"), o.page,
                   text_of(asked.scan.pages.front().id), text_of(asked.scan.pages.back().id))));
  }
  if (p.page)
    if (const auto it = replayed->page_corrections.find(*p.page);
        it != replayed->page_corrections.end())
      p.page_before = it->second;
  const auto scan = with_options(o.reset ? ScanCorrection{} : p.scan_before, o);
  if (!scan) return pass(scan);
  p.scan_after = *scan;
  const auto page = with_options(o.reset ? PageCorrection{} : p.page_before, o);
  if (!page) return pass(page);
  p.page_after = *page;
  return p;
}

Result<void> write_down(const Plan& p, const Batch& batch) {
  Result<Journal> journal = Journal::open(batch.journal(), "operator");
  if (!journal) return pass(journal);
  if (p.scan_after != p.scan_before)
    if (const auto r = journal->corrected(p.scan, p.scan_after); !r) return r;
  if (p.page && p.page_after != p.page_before)
    if (const auto r = journal->corrected(*p.page, p.page_after); !r) return r;
  return {};
}

nlohmann::json json_of(const Plan& p) {
  nlohmann::json out{{"scan", text_of(p.scan)}, {"scan_correction", to_json(p.scan_after)}};
  if (p.page) {
    out["page"] = text_of(*p.page);
    out["page_correction"] = to_json(p.page_after);
  }
  out["made_again"] = p.changes_pixels();
  return out;
}

ExitCode say_plan(const Plan& p, const Options& o, const Batch& batch) {
  if (o.work.json) {
    nlohmann::json document = json_of(p);
    document["dry_run"] = o.dry_run;
    return print_json(document, ExitCode::done);
  }
  const std::string name = p.page ? text_of(*p.page) : text_of(p.scan);
  if (p.scan_after == p.scan_before && p.page_after == p.page_before)
    print(say(tr("{}: that is how it was already"), name));
  else if (o.dry_run)
    print(say(p.changes_pixels() ? tr("{}: would be corrected and made again")
                                 : tr("{}: would be noted; nothing is made again"),
              name));
  else
    print(say(tr("{}: noted"), name));
  if (!o.dry_run)
    print(say(p.changes_pixels() ? tr("linka retry {} {} makes it again")
                                 : tr("linka package {} brings report and package up to date"),
              batch.folder().string(), p.scan.name));
  return ExitCode::done;
}

ExitCode correct(const Options& o) {
  const bool json = o.work.json;
  Result<Asked> asked = find_page(o.page, o.batch);
  if (!asked) return explain_failure(asked.error(), json);
  Batch& batch = asked->batch;
  if (!o.dry_run)
    if (const auto locked = batch.lock(); !locked) return explain_failure(locked.error(), json);
  const Result<Plan> p = plan(o, *asked);
  if (!p && p.error().kind == ErrorKind::configuration)
    return explain_misuse(p.error().message, {}, json);
  if (!p) return explain_failure(p.error(), json);
  if (o.dry_run) return say_plan(*p, o, batch);
  if (const auto written = write_down(*p, batch); !written)
    return explain_failure(written.error(), json);
  if (o.later || !p->changes_pixels()) return say_plan(*p, o, batch);
  RunOptions job;
  Result<Profile> profile = load_profile(batch.profile().string());
  if (!profile) return explain_failure(profile.error(), json);
  job.profile = *std::move(profile);
  job.retry_parked = true;
  job.only = {text_of(p->scan)};
  job.command = "linka correct " + o.page;
  return work_on(batch, job, o.work);
}

}  // namespace

void declare_correct(CLI::App& app, Chosen& chosen) {
  CLI::App* verb = app.add_subcommand(
      "correct",
      tr("say what is right for a page: angle, box, fold, turn, or that it is good as it is\n"
         "What a person says beats what the line finds, for ever and in every later run. Only what "
         "depends on it is made again. Several corrections of a page add up; --reset takes all "
         "back."));
  const auto o = std::make_shared<Options>();
  verb->add_option(tr("PAGE"), o->page,
                   tr("a page's folder, or the name of a page or scan (0007.tif-left, 0007.tif)"))
      ->required();
  takes(verb->add_option("--batch", o->batch,
                         tr("the batch's folder; the one this folder belongs to if not given")),
        Value::folder);
  takes(
      verb->add_option("--angle", o->angle,
                       tr("turn the page by this many degrees, clockwise; 0 leaves it as scanned")),
      Value::number);
  takes(verb->add_option("--box", o->box,
                         tr("the page on the scan: LEFT,TOP,RIGHT,BOTTOM in its pixels")),
        Value::text);
  takes(verb->add_option("--grow", o->grow,
                         tr("widen the box that was found: LEFT,TOP,RIGHT,BOTTOM in millimetres; "
                            "less than 0 narrows it")),
        Value::text);
  takes(verb->add_option("--gutter", o->gutter,
                         tr("where two pages part: x in pixels of the scan, or x at the top and at "
                            "the bottom")),
        Value::text);
  takes(verb->add_option("--pages", o->pages, tr("the scan holds one page or two"))
            ->check(whole_number(1, 2)),
        Value::number);
  verb->add_option("--turn", o->turn, tr("turn the whole scan first, clockwise: 0, 90, 180 or 270"))
      ->check(CLI::IsMember({0, 90, 180, 270}));
  verb->add_option("--flatten", o->flatten, tr("flatten curved paper: on or off"))
      ->check(CLI::IsMember({"on", "off"}));
  takes(verb->add_option("--leave-out", o->leave_out,
                         tr("leave the page out of the package; the value says why")),
        Value::text);
  verb->add_flag("--take-in", o->take_in, tr("take a page back in that was left out"));
  verb->add_flag("--accept", o->accept,
                 tr("somebody has looked and the page is good as it is: it is held no longer"));
  verb->add_flag("--reset", o->reset, tr("take back all that was said of this page and its scan"));
  verb->add_flag("--later", o->later, tr("note it only; the next run makes the page again"));
  verb->add_flag("-n,--dry-run", o->dry_run, tr("say what would be done and write nothing"));
  add_work_options(verb, o->work);
  verb->footer(
      "linka correct 0007.tif-left --angle 1.3 --batch scans.batch\n"
      "linka correct 0007.tif --gutter 1830,1842\n"
      "linka correct 0012.tif --turn 180\n"
      "linka correct 0031.tif --leave-out \"second try\"\n"
      "linka correct 0040.tif --accept");
  verb->callback([o, &chosen] { chosen.action = [o] { return correct(*o); }; });
}

}  // namespace linka
