// SPDX-License-Identifier: GPL-3.0-or-later
// linka package: the packages of a batch whose pages are made.
#include "base/translate.h"
#include "cli/console.h"
#include "cli/finish.h"
#include "cli/labels.h"
#include "cli/limits.h"
#include "cli/verb.h"
#include "profiles/profile.h"

#include <memory>
#include <string>
#include <vector>

namespace linka {
namespace {

struct Options {
  std::filesystem::path batch, schemas;
  std::vector<std::string> only;
  bool without_parked = false, with_held = false, dry_run = false, json = false;
  int jobs = 0;
};

FinishOptions ending_of(const Profile& profile, const Options& options) {
  FinishOptions ending;
  ending.profile = profile;
  ending.without_parked = options.without_parked;
  ending.with_held = options.with_held;
  ending.only = {options.only.begin(), options.only.end()};
  ending.schemas = options.schemas;
  ending.jobs = options.jobs;
  return ending;
}

ExitCode say_no_package(const std::string& why, bool as_json) {
  if (as_json) return print_json({{"dry_run", true}, {"no_package", why}}, ExitCode::parked);
  print(say(tr("no package: {}"), why));
  return ExitCode::parked;
}

nlohmann::json planned_json(const MadePackages& planned) {
  nlohmann::json document = {{"dry_run", true},
                             {"left_out", planned.left_out},
                             {"notes", planned.notes},
                             {"not_described", planned.not_described}};
  document["packages"] = nlohmann::json::array();
  for (const MadePackage& one : planned.packages) document["packages"].push_back(to_json(one));
  // A batch of one package answers as it always has.
  if (planned.packages.size() == 1) {
    const nlohmann::json one = to_json(planned.packages.front());
    for (const char* key : {"path", "id", "pages", "bytes", "no_package"})
      if (one.contains(key)) document[key] = one[key];
  }
  return document;
}

ExitCode say_plan(const Batch& batch, const Profile& profile, const Options& options) {
  const Result<BatchStatus> status = status_of(batch, true);
  if (!status) return explain_failure(status.error(), options.json);
  const Result<Review> review =
      review_of(batch, *status, profile.book, profile.pagination, stated_labels(batch));
  if (!review) return explain_failure(review.error(), options.json);
  const FinishOptions ending = ending_of(profile, options);
  if (const std::string why = why_not_ready(batch, *status, *review, ending); !why.empty())
    return say_no_package(why, options.json);
  MakePackageOptions making = package_options(batch, *status, *review, ending);
  making.dry_run = true;
  const Result<MadePackages> planned = make_packages(batch, making);
  if (!planned) return explain_failure(planned.error(), options.json);
  ExitCode code = ExitCode::done;
  for (const MadePackage& one : planned->packages) code = worse(code, code_of(one));
  if (options.json) return print_json(planned_json(*planned), code);
  for (const std::string& page : planned->left_out)
    print(say(tr("left out of the package: {}"), page));
  for (const std::string& note : planned->notes) print(say(tr("record: {}"), note));
  for (const MadePackage& one : planned->packages) {
    for (const std::string& note : one.notes) print(say(tr("record: {}"), note));
    print(line_about(one));
  }
  return code;
}

ExitCode package(const Options& options) {
  Result<Batch> batch = Batch::open(options.batch);
  if (!batch) return explain_failure(batch.error(), options.json);
  const Result<Profile> profile = load_profile(batch->profile().string());
  if (!profile) return explain_failure(profile.error(), options.json);
  if (options.dry_run) return say_plan(*batch, *profile, options);
  if (const auto locked = batch->lock(); !locked)
    return explain_failure(locked.error(), options.json);
  const FinishOptions ending = ending_of(*profile, options);
  const Finish finish = finish_batch(*batch, ending);
  if (options.json) {
    nlohmann::json document = to_json(finish, nullptr);
    document["batch"] = batch->folder().string();
    print_json(document, finish.code);
    for (const Error& error : finish.errors) remark("linka: " + error.message);
  } else {
    print_finish(finish, nullptr);
  }
  return finish.code;
}

}  // namespace

void declare_package(CLI::App& app, Chosen& chosen) {
  CLI::App* verb = app.add_subcommand(
      "package", tr("build the packages of a batch whose pages are made\n"
                    "Builds each under a temporary name, checks it and writes the report. A "
                    "package with pages that are parked, held or still to be done is refused; the "
                    "others are built."));
  const auto o = std::make_shared<Options>();
  verb->add_option(tr("BATCH"), o->batch, tr("the batch's folder"))->required();
  takes(verb->add_option(tr("PACKAGE"), o->only,
                         tr("only these packages, named by their ids; all if none is given")),
        Value::text);
  verb->add_flag("--without-parked", o->without_parked,
                 tr("build the package even when pages are parked, without them"));
  verb->add_flag("--with-held", o->with_held,
                 tr("build the package even with pages that somebody should look at first"));
  takes(verb->add_option("--schemas", o->schemas,
                         tr("folder of the XML schemas that the package is checked against")),
        Value::folder);
  add_jobs(verb, o->jobs);
  verb->add_flag("-n,--dry-run", o->dry_run, tr("say what would be built and write nothing"));
  add_json(verb, o->json);
  verb->footer(
      "linka package scans.batch\n"
      "linka package volume.batch tst001-00000a --dry-run\n"
      "linka package scans.batch --without-parked");
  verb->callback([o, &chosen] { chosen.action = [o] { return package(*o); }; });
}

}  // namespace linka
