// SPDX-License-Identifier: GPL-3.0-or-later
// linka selftest: the promises of docs/nothing-lost.md, put to the test on the machine where they
// are to hold.
#include "base/fail_point.h"
#include "base/translate.h"
#include "cli/console.h"
#include "cli/verb.h"

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

}  // namespace

void declare_selftest(CLI::App& app, Chosen& chosen) {
  CLI::App* verb = app.add_subcommand(
      "selftest",
      tr("put the program's promises to the test on this machine\n"
         "Nothing is lost, whatever ends a run and wherever: this is how it is proven."));
  verb->require_subcommand(1);
  verb->footer("linka selftest points");
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
