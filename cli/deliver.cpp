// SPDX-License-Identifier: GPL-3.0-or-later
// linka deliver: finished packages brought to a Kramerius, proven, with a receipt.
#include "delivery/deliver.h"

#include "base/translate.h"
#include "cli/console.h"
#include "cli/delivery_view.h"
#include "cli/findings.h"
#include "cli/verb.h"
#include "delivery/check_target.h"
#include "delivery/receipt.h"
#include "stages/decode/decode.h"

#include <csignal>
#include <memory>

namespace linka {
namespace fs = std::filesystem;
namespace {

struct Options {
  std::vector<fs::path> packages;
  fs::path targets, key_file, schemas;
  std::string to;
  bool check_target = false, list_targets = false;
  bool dry_run = false, again = false, json = false, quiet = false;
  int every = 0;
};

volatile std::sig_atomic_t asked_to_stop = 0;

extern "C" void ask_to_stop(int signal) {
  asked_to_stop = signal;
}

// While it lives, the first SIGINT or SIGTERM asks for a clean stop, the second ends at once.
class StopSignals {
 public:
  StopSignals() {
    struct sigaction action {};
    action.sa_handler = ask_to_stop;
    action.sa_flags = static_cast<int>(SA_RESETHAND);
    ::sigaction(SIGINT, &action, &old_int_);
    ::sigaction(SIGTERM, &action, &old_term_);
  }
  StopSignals(const StopSignals&) = delete;
  StopSignals& operator=(const StopSignals&) = delete;
  ~StopSignals() {
    ::sigaction(SIGINT, &old_int_, nullptr);
    ::sigaction(SIGTERM, &old_term_, nullptr);
  }

 private:
  struct sigaction old_int_ {
  }, old_term_{};
};

Result<std::vector<Target>> targets_of(const Options& options) {
  const fs::path file = options.targets.empty() ? usual_settings("targets.toml") : options.targets;
  if (file.empty())
    return fail(ErrorKind::configuration,
                "no file says which servers there are: --targets FILE, or "
                "~/.config/linka/targets.toml");
  return load_targets(file);
}

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

DeliverOptions deliver_options(const Options& options, const fs::path& key_file) {
  DeliverOptions how;
  how.dry_run = options.dry_run;
  how.again = options.again;
  how.every = options.every;
  how.key_file = key_file;
  how.schemas = schemas_folder(options.schemas);
  how.version = LINKA_VERSION;
  how.decode = [](ByteView jp2) -> Result<void> {
    const Result<ScanImage> image = decode(jp2, 0, DecodeParams{300, 4000});
    if (!image) return pass(image);
    return {};
  };
  how.make_jpegs = jpegs_of_jp2;
  if (!options.quiet) how.news = [](const std::string& line) { remark(line); };
  return how;
}

ExitCode deliver_all(const Target& target, KrameriusServer& server, const Options& options) {
  fs::path key_file = options.key_file;
  if (key_file.empty()) {
    const auto usual = usual_receipt_key();
    if (!usual) return explain_failure(usual.error(), options.json);
    key_file = *usual;
  }
  const Result<std::vector<fs::path>> packages = packages_in(options.packages);
  if (!packages) return explain_failure(packages.error(), options.json);
  if (packages->empty()) {
    const Error nothing{ErrorKind::bad_input, tr("there is no package to deliver"), "deliver"};
    explain_failure(nothing, options.json);
    return ExitCode::nothing_checked;
  }
  DeliverOptions how = deliver_options(options, key_file);
  StepDisplay display(options.quiet || options.json);
  how.progress = [&display](const std::string& step, std::size_t done, std::size_t of) {
    display.show(step, done, of);
  };
  if (how.news)
    how.news = [&display](const std::string& line) {
      display.clear();
      remark(line);
    };
  ExitCode code = ExitCode::done;
  nlohmann::json list = nlohmann::json::array();
  for (const fs::path& package : *packages) {
    const Delivery delivery = deliver(server, package, how);
    display.clear();
    ExitCode one = code_of(delivery);
    if (one == ExitCode::interrupted && asked_to_stop != 0)
      one = exit_code_of_signal(asked_to_stop);
    code = worse_delivery(code, one);
    if (options.json)
      list.push_back(to_json(delivery, one));
    else
      print_delivery(delivery);
    // What says nothing about this package would meet the next one, too.
    if (asked_to_stop != 0 || one == ExitCode::no_space) break;
  }
  if (options.json)
    return print_json({{"target", target.id}, {"server", target.server}, {"deliveries", list}},
                      code);
  return code;
}

ExitCode run_deliver(const Options& options) {
  const auto targets = targets_of(options);
  if (!targets) return explain_failure(targets.error(), options.json);
  if (options.list_targets) return list_targets(*targets, options.json);
  if (options.to.empty() && targets->size() != 1)
    return explain_misuse(tr("no target is named: --to TARGET"), tr("linka deliver --targets-list"),
                          options.json);
  const auto target =
      options.to.empty() ? Result<Target>(targets->front()) : target_named(*targets, options.to);
  if (!target) return explain_failure(target.error(), options.json);
  if (!options.check_target && options.packages.empty())
    return explain_misuse(tr("no package is named"), tr("linka help deliver"), options.json);
  const StopSignals signals;
  auto server = KrameriusServer::open(*target, [] { return asked_to_stop != 0; });
  if (!server) return explain_failure(server.error(), options.json);
  if (!options.quiet)
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
  takes(verb->add_option("--to", o->to, tr("the target's id; not needed when there is one only")),
        Value::text);
  takes(verb->add_option("--targets", o->targets,
                         tr("file that describes the targets; else ~/.config/linka/targets.toml or "
                            "/etc/linka/targets.toml")),
        Value::file)
      ->check(CLI::ExistingFile);
  verb->add_flag("--check-target", o->check_target,
                 tr("ask the server for everything a delivery needs, and deliver nothing"));
  verb->add_flag("--targets-list", o->list_targets, tr("list the targets and stop"));
  takes(verb->add_option("--every", o->every,
                         tr("ask for the images of one page in so many; else as the target says")),
        Value::number)
      ->check(whole_number(1, 100000));
  verb->add_flag("--again", o->again,
                 tr("deliver once more what was delivered, or start anew what may have been "
                    "started"));
  takes(verb->add_option("--key-file", o->key_file,
                         tr("key that signs receipts; else ~/.config/linka/receipt.key, made when "
                            "it is not there")),
        Value::file);
  takes(verb->add_option("--schemas", o->schemas,
                         tr("folder of the XML schemas that the package is checked against")),
        Value::folder);
  verb->add_flag("-n,--dry-run", o->dry_run, tr("say what would be done and change nothing"));
  verb->add_flag("-q,--quiet", o->quiet, tr("no progress and no news, the outcome alone"));
  add_json(verb, o->json);
  verb->footer(
      "linka deliver --check-target --to k7\n"
      "linka deliver scans.batch --to k7\n"
      "linka deliver scans.batch/packages/tst001-00000a --to k7 --every 10 --json");
  verb->callback([o, &chosen] { chosen.action = [o] { return run_deliver(*o); }; });
}

}  // namespace linka
