// SPDX-License-Identifier: GPL-3.0-or-later
// linka deliver: finished packages brought to a Kramerius, proven, with a receipt.
#include "base/translate.h"
#include "cli/clean_stop.h"
#include "cli/console.h"
#include "cli/delivering.h"
#include "cli/verb.h"
#include "delivery/check_target.h"

#include <memory>

namespace linka {
namespace fs = std::filesystem;
namespace {

struct Options {
  std::vector<fs::path> packages;
  DeliveryChoice how;
  bool check_target = false, list_targets = false, json = false;
};

ExitCode list_targets(const std::vector<Target>& targets, bool json) {
  nlohmann::json list = nlohmann::json::array();
  for (const Target& t : targets) {
    list.push_back({{"id", t.id}, {"name", t.name}, {"server", t.server}});
    if (!json) print(say("{}  {}  {}", t.id, t.server, t.name));
  }
  return json ? print_json({{"targets", list}}, ExitCode::done) : ExitCode::done;
}

ExitCode check(const Target& target, KrameriusServer& server, bool json) {
  const std::vector<TargetAnswer> answers = check_target(server);
  ExitCode code = ExitCode::done;
  nlohmann::json list = nlohmann::json::array();
  for (const TargetAnswer& a : answers) {
    if (a.verdict == TargetAnswer::Verdict::wrong)
      code = worse(code, a.error.kind == ErrorKind::io ? ExitCode::try_again : ExitCode::refused);
    list.push_back({{"asked", a.asked}, {"verdict", name_of(a.verdict)}, {"answer", a.answer}});
    if (!json) print(say("{}  {}: {}", mark_of(a.verdict), a.asked, a.answer));
  }
  if (json) return print_json({{"target", target.id}, {"answers", list}}, code);
  return code;
}

ExitCode deliver_all(const Target& target, KrameriusServer& server, const Options& options) {
  const Result<std::vector<fs::path>> packages = packages_in(options.packages);
  if (!packages) return explain_failure(packages.error(), options.json);
  if (packages->empty()) {
    const Error nothing{ErrorKind::bad_input, tr("there is no package to deliver"), "deliver"};
    explain_failure(nothing, options.json);
    return ExitCode::nothing_checked;
  }
  const Result<Deliveries> ended = deliver_packages(target, server, *packages, options.how);
  if (!ended) return explain_failure(ended.error(), options.json);
  return options.json ? print_json(to_json(*ended, target), ended->code) : ended->code;
}

ExitCode run_deliver(const Options& options) {
  const auto targets = described_targets(options.how);
  if (!targets) return explain_failure(targets.error(), options.json);
  if (options.list_targets) return list_targets(*targets, options.json);
  if (options.how.to.empty() && targets->size() != 1)
    return explain_misuse(tr("no target is named: --to TARGET"), tr("linka deliver --targets-list"),
                          options.json);
  const auto target = chosen_target(options.how);
  if (!target) return explain_failure(target.error(), options.json);
  if (!options.check_target && options.packages.empty())
    return explain_misuse(tr("no package is named"), tr("linka help deliver"), options.json);
  const CleanStop stop;
  auto server = KrameriusServer::open(*target, &CleanStop::asked);
  if (!server) return explain_failure(server.error(), options.json);
  if (!options.how.quiet)
    for (const std::string& warning : target->warnings) remark(say(tr("warning: {}"), warning));
  if (options.check_target) return check(*target, *server, options.json);
  return deliver_all(*target, *server, options);
}

}  // namespace

void declare_deliver(CLI::App& app, Chosen& chosen) {
  CLI::App* verb = app.add_subcommand(
      "deliver",
      tr("bring finished packages to a Kramerius, with proof and receipt\n"
         "Checks the package, makes the import folder, places images and folder, starts the "
         "import, waits for it and for the index, asks the server for every page, and signs a "
         "receipt. Stopped anywhere, the same command goes on. A batch's folder stands for all its "
         "packages. Servers are described in targets.toml."));
  const auto o = std::make_shared<Options>();
  verb->add_option(tr("PACKAGE"), o->packages, tr("a package's or a batch's folder"));
  takes(
      verb->add_option("--to", o->how.to, tr("the target's id; not needed when there is one only")),
      Value::text);
  takes(verb->add_option("--targets", o->how.targets,
                         tr("file that describes the targets; else ~/.config/linka/targets.toml or "
                            "/etc/linka/targets.toml")),
        Value::file)
      ->check(CLI::ExistingFile);
  verb->add_flag("--check-target", o->check_target,
                 tr("ask the server for everything a delivery needs, and deliver nothing"));
  verb->add_flag("--targets-list", o->list_targets, tr("list the targets and stop"));
  takes(verb->add_option("--every", o->how.every,
                         tr("ask for the images of one page in so many; else as the target says")),
        Value::number)
      ->check(whole_number(1, 100000));
  verb->add_flag("--again", o->how.again,
                 tr("deliver once more what was delivered, or start anew what may have been "
                    "started"));
  takes(verb->add_option("--key-file", o->how.key_file,
                         tr("key that signs receipts; else ~/.config/linka/receipt.key, made when "
                            "it is not there")),
        Value::file);
  takes(verb->add_option("--schemas", o->how.schemas,
                         tr("folder of the XML schemas that the package is checked against")),
        Value::folder);
  verb->add_flag("-n,--dry-run", o->how.dry_run, tr("say what would be done and change nothing"));
  verb->add_flag("-q,--quiet", o->how.quiet, tr("no progress and no news, the outcome alone"));
  add_json(verb, o->json);
  verb->footer(
      "linka deliver --check-target --to k7\n"
      "linka deliver scans.batch --to k7\n"
      "linka deliver scans.batch/packages/tst001-00000a --to k7 --every 10 --json");
  verb->callback([o, &chosen] {
    o->how.json = o->json;
    chosen.action = [o] { return run_deliver(*o); };
  });
}

}  // namespace linka
