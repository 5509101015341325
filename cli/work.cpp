// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/work.h"

#include "base/text.h"
#include "base/translate.h"
#include "cli/clean_stop.h"
#include "cli/console.h"
#include "cli/delivering.h"
#include "cli/findings.h"
#include "cli/limits.h"
#include "cli/progress.h"
#include "cli/shelf_store.h"
#include "cli/urn_view.h"
#include "pipeline/report.h"

#include <optional>

namespace linka {
namespace fs = std::filesystem;
namespace {

// What was asked of a resolver on the way.
struct Registered {
  DescribedResolvers resolvers;
  UrnReport report;
};

Result<Registered> registered(const Batch& batch, const FinishOptions& ending,
                              const WorkOptions& options) {
  auto resolvers = resolver_at(options.urnnbn, options.resolvers);
  if (!resolvers) return pass(resolvers);
  auto assign = assign_options(batch, ending, *resolvers);
  if (!assign) return pass(assign);
  auto report = assign_urns(batch, resolvers->one, *assign);
  if (!report) return pass(report);
  return Registered{*std::move(resolvers), *std::move(report)};
}

DeliveryChoice delivery_choice(const WorkOptions& options) {
  DeliveryChoice choice;
  choice.to = options.deliver;
  choice.targets = options.targets;
  choice.schemas = options.schemas;
  choice.quiet = options.quiet;
  choice.json = options.json;
  return choice;
}

// The packages that stand whole and broke no rule.
std::vector<fs::path> deliverable(const Finish& finish) {
  std::vector<fs::path> out;
  for (const PackageEnding& one : finish.packages)
    if (one.check && verdict_on(*one.check, false).code == ExitCode::done)
      out.push_back(one.made.path);
  return out;
}

Result<Deliveries> delivered(const std::vector<fs::path>& packages, const Target& target,
                             const DeliveryChoice& choice) {
  const CleanStop stop;
  auto server = KrameriusServer::open(target, &CleanStop::asked);
  if (!server) return pass(server);
  return deliver_packages(target, *server, packages, choice);
}

// Delivers what the batch has finished and says so; in `document` too, when that is given.
ExitCode deliver_finished(const Finish& finish, const WorkOptions& options,
                          nlohmann::json* document) {
  const std::vector<fs::path> packages = deliverable(finish);
  if (packages.empty()) {
    remark(tr("nothing was delivered: no package is finished"));
    return ExitCode::done;  // why there is none has its own code
  }
  const DeliveryChoice choice = delivery_choice(options);
  const Result<Target> target = chosen_target(choice);
  const Result<Deliveries> ended =
      target ? guarded<Deliveries>("deliver", [&] { return delivered(packages, *target, choice); })
             : Result<Deliveries>(pass(target));
  if (!ended) {
    remark("linka: " + ended.error().message);
    if (document != nullptr) (*document)["errors"].push_back(to_json(ended.error()));
    return exit_code_of(ended.error().kind);
  }
  if (document != nullptr) (*document)["delivery"] = to_json(*ended, *target);
  return ended->code;
}

std::string why_no_package(const Batch& batch, const RunOptions& run, const RunSummary& summary,
                           const WorkOptions& options) {
  if (summary.stopped_by != 0)
    return tr("the run was stopped; the same command goes on where it was");
  if (summary.stopped) return tr("the run ended early; the same command goes on where it was");
  if (options.no_package) return tr("none was asked for");
  if (batch.record().empty())
    return tr("the batch has no record; linka run with --record gives it one");
  if (!run.only.empty() && !options.whole_batch)
    return tr("only some scans were asked for; linka package builds it");
  return {};
}

}  // namespace

void add_work_options(CLI::App* verb, WorkOptions& options) {
  add_limits(verb, options.jobs, options.memory);
  verb->add_flag("--any-space", options.any_space,
                 tr("begin although the disk seems too small for all pages"));
  verb->add_flag("--no-package", options.no_package, tr("make the pages only, no package"));
  verb->add_flag("--without-parked", options.without_parked,
                 tr("build the package even when pages are parked, without them"));
  verb->add_flag("--with-held", options.with_held,
                 tr("build the package even with pages that somebody should look at first"));
  takes(verb->add_option("--schemas", options.schemas,
                         tr("folder of the XML schemas that the package is checked against")),
        Value::folder);
  verb->add_flag("-q,--quiet", options.quiet, tr("no progress"));
  add_json(verb, options.json);
}

void add_way_out_options(CLI::App* verb, WorkOptions& options) {
  takes(verb->add_option("--urnnbn", options.urnnbn,
                         tr("register packages without a URN:NBN at this resolver, by its id "
                            "(linka urnnbn)")),
        Value::text);
  takes(verb->add_option("--resolvers", options.resolvers,
                         tr("the file that describes the resolvers; if not given, "
                            "~/.config/linka/resolvers.toml, then /etc/linka/resolvers.toml")),
        Value::file);
  takes(verb->add_option("--deliver", options.deliver,
                         tr("deliver finished packages to this target, by its id (linka deliver)")),
        Value::text);
  takes(verb->add_option("--targets", options.targets,
                         tr("file that describes the targets; else ~/.config/linka/targets.toml or "
                            "/etc/linka/targets.toml")),
        Value::file);
  takes(verb->add_option("--shelf", options.shelf,
                         tr("keep finished packages on this shelf; room for them is reserved "
                            "before the work begins (linka shelf)")),
        Value::folder);
}

Result<void> check_way_out(const WorkOptions& options) {
  if (!options.urnnbn.empty())
    if (const auto resolver = resolver_at(options.urnnbn, options.resolvers); !resolver)
      return pass(resolver);
  if (!options.shelf.empty())
    if (const auto shelf = Shelf::open(options.shelf); !shelf) return pass(shelf);
  if (options.deliver.empty()) return {};
  const Result<Target> target = chosen_target(delivery_choice(options));
  if (!target) return pass(target);
  return {};
}

ExitCode work_on(Batch& batch, RunOptions run, const WorkOptions& options) {
  if (!options.memory.empty()) {
    const Result<std::uint64_t> bytes = memory_of(options.memory);
    if (!bytes) return explain_misuse(bytes.error().message, {}, options.json);
    run.memory_bytes = *bytes;
  }
  run.jobs = options.jobs;
  run.any_space = options.any_space;
  const auto room = guarded<std::unique_ptr<ShelfRoom>>(
      "shelf", [&] { return room_on_shelf(options.shelf, batch, run.profile); });
  if (!room) return explain_failure(room.error(), options.json);
  ProgressDisplay display(options.quiet);
  run.progress = [&display](const Progress& progress) { display.show(progress); };
  const Result<RunSummary> summary =
      guarded<RunSummary>("run", [&] { return run_batch(batch, run); });
  display.clear();
  if (!summary) return explain_failure(summary.error(), options.json);

  FinishOptions ending;
  ending.profile = run.profile;
  ending.without_parked = options.without_parked;
  ending.with_held = options.with_held;
  ending.schemas = options.schemas;
  ending.jobs = options.jobs;
  ending.why_no_package = why_no_package(batch, run, *summary, options);
  ending.package = ending.why_no_package.empty();
  std::optional<Result<Registered>> urns;
  if (ending.package && !options.urnnbn.empty())
    urns = guarded<Registered>("urnnbn", [&] { return registered(batch, ending, options); });
  Finish finish = finish_batch(batch, ending);
  if (summary->stopped) {
    finish.errors.push_back(*summary->stopped);
    finish.code = exit_code_of(summary->stopped->kind);
  }
  if (summary->stopped_by != 0) finish.code = exit_code_of_signal(summary->stopped_by);
  if (urns && !*urns) finish.errors.push_back(urns->error());
  ExitCode code = finish.code;
  if (urns) code = worse(code, *urns ? code_of((*urns)->report) : exit_code_of(urns->error().kind));
  nlohmann::json document;
  if (options.json) {
    document = to_json(finish, &*summary);
    document["batch"] = batch.folder().string();
    if (urns && *urns) document["urnnbn"] = to_json((*urns)->report, (*urns)->resolvers.one);
  } else {
    print_finish(finish, &*summary);
    if (urns && *urns) print_urns((*urns)->report, (*urns)->resolvers.one);
  }
  if (ending.package && *room) {
    const ShelfStored stored = store_on_shelf(**room, deliverable(finish));
    for (const Error& error : stored.errors) remark("linka: " + error.message);
    for (const PutReport& one : stored.stored)
      if (!options.json) print(line_about(one));
    if (options.json) document["shelf"] = to_json(stored);
    code = worse(code, stored.code);
  }
  if (ending.package && !options.deliver.empty())
    code =
        worse_delivery(code, deliver_finished(finish, options, options.json ? &document : nullptr));
  if (options.json) {
    print_json(document, code);
    for (const Error& error : finish.errors) remark("linka: " + error.message);
  }
  return code;
}

}  // namespace linka
