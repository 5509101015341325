// SPDX-License-Identifier: GPL-3.0-or-later
// linka selftest: the promises of docs/nothing-lost.md, put to the test on the machine where they
// are to hold.
#include "base/fail_point.h"
#include "base/translate.h"
#include "cli/chaos.h"
#include "cli/console.h"
#include "cli/progress.h"
#include "cli/verb.h"

#include <unistd.h>

#include <algorithm>
#include <memory>

namespace linka {
namespace {

// Places are named for tests and told in English, as the names are.
ExitCode say_points(bool json) {
  if (json) {
    nlohmann::json points = nlohmann::json::array();
    for (const FailPoint* point : all_fail_points())
      points.push_back({{"name", point->name()}, {"where", point->where()}});
    return print_json({{"points", points}, {"deeds", all_deeds()}}, ExitCode::done);
  }
  std::size_t width = 0;
  for (const FailPoint* point : all_fail_points())
    width = std::max(width, width_of(point->name()) + 2);
  for (const FailPoint* point : all_fail_points()) {
    std::string name = point->name();
    name.resize(width, ' ');
    print(name + point->where());
  }
  std::string deeds;
  for (const char* deed : all_deeds()) deeds += std::string(deeds.empty() ? "" : " ") + deed;
  print(say(tr("what can happen there: {}"), deeds));
  return ExitCode::done;
}

struct ChaosChoice {
  int rounds = 20, first = 1, seed = 1;
  std::filesystem::path folder;
  bool keep = false, json = false;
};

nlohmann::json to_json(const ChaosReport& r, const ChaosChoice& choice) {
  return {{"seed", choice.seed},
          {"first_round", choice.first},
          {"rounds", r.rounds},
          {"starts", r.starts},
          {"kills_of_runs", r.kills_of_runs},
          {"kills_of_workers", r.kills_of_workers},
          {"deaths_at_places", r.deaths_at_places},
          {"errors", r.errors},
          {"fills", r.fills},
          {"full_runs", r.full_runs},
          {"fill_with", r.fill_with},
          {"flips", r.flips},
          {"flips_found", r.flips_found},
          {"flips_mended", r.flips_mended},
          {"pages_made", r.pages_made},
          {"pages_kept", r.pages_kept},
          {"proven", r.proven},
          {"failures", r.failures}};
}

void say_chaos(const ChaosReport& r, const ChaosChoice& choice) {
  print(say(trn("{} round with seed {}, {} starts of the program",
                "{} rounds with seed {}, {} starts of the program", r.rounds),
            r.rounds, choice.seed, r.starts));
  print(say(tr("killed: {} runs, {} workers, {} at a certain place"), r.kills_of_runs,
            r.kills_of_workers, r.deaths_at_places));
  print(say(tr("errors of the system: {}"), r.errors));
  print(say(tr("disks filled ({}): {}, runs that ended for it: {}"), r.fill_with, r.fills,
            r.full_runs));
  print(say(tr("bits flipped: {}, found by linka verify: {}, made again: {}"), r.flips,
            r.flips_found, r.flips_mended));
  print(say(tr("pages made: {}, pages that were done before a start and stayed: {}"), r.pages_made,
            r.pages_kept));
  std::string proven;
  for (const auto& [promise, times] : r.proven)
    proven += fmt::format("{}{} {}", proven.empty() ? "" : ", ", promise, times);
  print(say(tr("promises held, and how often: {}"), proven));
  for (const std::string& text : r.failures) print(say(tr("BROKEN: {}"), text));
  if (!r.failures.empty())
    print(tr("NOT held: see the lines above"));
  else if (r.rounds == 0)
    print(tr("NOT checked: there was no round"));
  else
    print(tr("every promise was held"));
}

ExitCode chaos(const ChaosChoice& choice) {
  ChaosOptions options;
  options.rounds = static_cast<std::size_t>(choice.rounds);
  options.first_round = static_cast<std::size_t>(choice.first);
  options.seed = static_cast<std::uint64_t>(choice.seed);
  options.keep = choice.keep;
  std::error_code code;
  options.folder = choice.folder.empty() ? std::filesystem::temp_directory_path(code) /
                                               fmt::format("linka-selftest-{}", ::getpid())
                                         : std::filesystem::absolute(choice.folder, code);
  CountDisplay display(tr("{} of {} rounds"), choice.json);
  options.progress = [&](std::size_t ended, std::size_t all) { display.show(ended, all); };
  const Result<ChaosReport> report = make_chaos(options);
  if (!report) return explain_failure(report.error(), choice.json);
  const ExitCode verdict = !report->failures.empty() ? ExitCode::internal
                           : report->rounds == 0     ? ExitCode::nothing_checked
                                                     : ExitCode::done;
  if (choice.json) return print_json(to_json(*report, choice), verdict);
  say_chaos(*report, choice);
  return verdict;
}

void declare_chaos(CLI::App* verb, Chosen& chosen) {
  CLI::App* chaos_verb = verb->add_subcommand(
      "chaos",
      tr("disturb small batches again and again, and see that nothing is lost\n"
         "Each round digitizes a few drawn pages while the program is killed at random moments "
         "and places, hears errors of the system, finds the disk full; then a bit of what is "
         "finished is flipped. After each trouble the batch is held against the promises of "
         "docs/nothing-lost.md (exit code 70 when one is broken). The folder should lie on the "
         "disk that is to be trusted."));
  const auto o = std::make_shared<ChaosChoice>();
  takes(chaos_verb->add_option("--rounds", o->rounds, tr("how many; 20 if not given"))
            ->check(whole_number(1, 1000000)),
        Value::number);
  takes(chaos_verb->add_option("--seed", o->seed, tr("what chance begins with; 1 if not given"))
            ->check(whole_number(0, 2000000000)),
        Value::number);
  takes(chaos_verb
            ->add_option("--from", o->first,
                         tr("the first round's number, to repeat one; 1 if not given"))
            ->check(whole_number(1, 1000000)),
        Value::number);
  takes(chaos_verb->add_option("--dir", o->folder,
                               tr("an empty or new folder to work in; a temporary one if not "
                                  "given")),
        Value::folder);
  chaos_verb->add_flag("--keep", o->keep, tr("leave the folder as it is at the end"));
  add_json(chaos_verb, o->json);
  chaos_verb->footer(
      "linka selftest chaos --rounds 300 --dir /data/selftest\n"
      "linka selftest chaos --seed 7 --from 41 --rounds 1 --keep");
  chaos_verb->callback([o, &chosen] { chosen.action = [o] { return chaos(*o); }; });
}

}  // namespace

void declare_selftest(CLI::App& app, Chosen& chosen) {
  CLI::App* verb = app.add_subcommand(
      "selftest",
      tr("put the program's promises to the test on this machine\n"
         "Nothing is lost, whatever ends a run and wherever: this is how it is proven."));
  verb->require_subcommand(1);
  verb->footer(
      "linka selftest chaos --rounds 300 --dir /data/selftest\n"
      "linka selftest points");
  declare_chaos(verb, chosen);
  const auto json = std::make_shared<bool>(false);
  CLI::App* points = verb->add_subcommand(
      "points", tr("list the places where a test can make the program die or hear an error\n"
                   "LINKA_FAIL_AT=PLACE:DEED sets one off, PLACE:DEED@3 at the third visit, "
                   "PLACE:DEED+ at every one. LINKA_FAIL_LOG=FILE lists the visits."));
  add_json(points, *json);
  points->footer(
      "linka selftest points\n"
      "LINKA_FAIL_AT=page-stored:die-all linka run scans/ --no-package");
  points->callback([json, &chosen] { chosen.action = [json] { return say_points(*json); }; });
}

}  // namespace linka
