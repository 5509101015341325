// SPDX-License-Identifier: GPL-3.0-or-later
// linka package: the package of a batch whose pages are made.
#include "base/translate.h"
#include "cli/console.h"
#include "cli/finish.h"
#include "cli/labels.h"
#include "cli/verb.h"
#include "profiles/profile.h"

#include <memory>

namespace linka {
namespace {

struct Options {
  std::filesystem::path batch, schemas;
  bool without_parked = false, with_held = false, dry_run = false, json = false;
};

ExitCode say_plan(const Batch& batch, const Profile& profile, const Options& options) {
  const Result<BatchStatus> status = status_of(batch, true);
  if (!status) return explain_failure(status.error(), options.json);
  const Result<Review> review =
      review_of(batch, *status, profile.book, profile.pagination, stated_labels(batch));
  if (!review) return explain_failure(review.error(), options.json);
  if (const std::string why =
          why_not_ready(*status, *review, options.without_parked, options.with_held);
      !why.empty()) {
    if (options.json) return print_json({{"dry_run", true}, {"no_package", why}}, ExitCode::parked);
    print(say(tr("no package: {}"), why));
    return ExitCode::parked;
  }
  const Result<MadePackage> made = guarded<MadePackage>("package", [&] {
    return make_package(batch, {profile.package.standard, options.without_parked, true});
  });
  if (!made) return explain_failure(made.error(), options.json);
  if (options.json) {
    return print_json({{"dry_run", true},
                       {"path", made->path.string()},
                       {"id", made->id},
                       {"pages", made->pages},
                       {"bytes", made->bytes},
                       {"left_out", made->left_out},
                       {"notes", made->notes}},
                      ExitCode::done);
  }
  for (const std::string& page : made->left_out)
    print(say(tr("left out of the package: {}"), page));
  for (const std::string& note : made->notes) print(say(tr("record: {}"), note));
  print(
      say(trn("would be built: {} ({} page, {})", "would be built: {} ({} pages, {})", made->pages),
          made->path.string(), made->pages, size_in_words(made->bytes)));
  return ExitCode::done;
}

ExitCode package(const Options& options) {
  Result<Batch> batch = Batch::open(options.batch);
  if (!batch) return explain_failure(batch.error(), options.json);
  const Result<Profile> profile = load_profile(batch->profile().string());
  if (!profile) return explain_failure(profile.error(), options.json);
  if (options.dry_run) return say_plan(*batch, *profile, options);
  if (const auto locked = batch->lock(); !locked)
    return explain_failure(locked.error(), options.json);
  FinishOptions ending;
  ending.profile = *profile;
  ending.without_parked = options.without_parked;
  ending.with_held = options.with_held;
  ending.schemas = options.schemas;
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
      "package", tr("build the package of a batch whose pages are made\n"
                    "Builds it under a temporary name, checks it and writes the report. Refuses "
                    "while pages are parked or still to be done."));
  const auto o = std::make_shared<Options>();
  verb->add_option(tr("BATCH"), o->batch, tr("the batch's folder"))->required();
  verb->add_flag("--without-parked", o->without_parked,
                 tr("build the package even when pages are parked, without them"));
  verb->add_flag("--with-held", o->with_held,
                 tr("build the package even with pages that somebody should look at first"));
  takes(verb->add_option("--schemas", o->schemas,
                         tr("folder of the XML schemas that the package is checked against")),
        Value::folder);
  verb->add_flag("-n,--dry-run", o->dry_run, tr("say what would be built and write nothing"));
  add_json(verb, o->json);
  verb->footer(
      "linka package scans.batch\n"
      "linka package scans.batch --without-parked");
  verb->callback([o, &chosen] { chosen.action = [o] { return package(*o); }; });
}

}  // namespace linka
