// SPDX-License-Identifier: GPL-3.0-or-later
// linka urnnbn: the URN:NBN of a batch's packages, asked of a resolver.
#include "base/files.h"
#include "base/text.h"
#include "base/translate.h"
#include "cli/console.h"
#include "cli/progress.h"
#include "cli/urn_view.h"
#include "cli/verb.h"
#include "model/record.h"
#include "profiles/profile.h"

#include <memory>

namespace linka {
namespace fs = std::filesystem;
namespace {

struct Options {
  fs::path batch, resolvers, urns;
  std::string at, state, successor_of, note, instance;
  int reserve = 0;
  bool complete = false, without_parked = false, with_held = false, dry_run = false, json = false;
};

ExitCode say_state(const Options& options, const Resolver& resolver) {
  const std::string urn = lower_ascii(trimmed(options.state));
  if (!is_urnnbn(urn))
    return explain_misuse(say(tr("\"{}\" is no URN:NBN"), options.state), {}, options.json);
  auto password = read_secret(resolver.password);
  if (!password) return explain_failure(password.error(), options.json);
  const auto reply = UrnClient(resolver, std::move(*password)).state(urn);
  if (reply.end == UrnEnd::refused) {
    const Error error = reply.error();
    if (options.json)
      return print_json({{"resolver", resolver.id},
                         {"urnnbn", urn},
                         {"error", {{"kind", name_of(error.kind)}, {"message", error.message}}}},
                        ExitCode::refused);
    remark("linka: " + error.message);
    return ExitCode::refused;
  }
  if (reply.end != UrnEnd::done) return explain_failure(reply.error(), options.json);
  if (options.json)
    return print_json({{"resolver", resolver.id},
                       {"kind", resolver.test ? "test" : "production"},
                       {"urnnbn", urn},
                       {"state", reply.value.status},
                       {"predecessors", reply.value.predecessors},
                       {"successors", reply.value.successors}},
                      ExitCode::done);
  print(say(tr("{}: {} ({})"), urn, reply.value.status, words_for(resolver)));
  for (const std::string& other : reply.value.predecessors) print(say(tr("replaces {}"), other));
  for (const std::string& other : reply.value.successors) print(say(tr("replaced by {}"), other));
  return ExitCode::done;
}

ExitCode reserve(const Options& options, const Batch& batch, const Resolver& resolver) {
  if (options.dry_run) {
    print(say(tr("{} would be reserved at {}"), options.reserve, words_for(resolver)));
    return ExitCode::done;
  }
  const auto urns = reserve_urns(batch, resolver, static_cast<std::size_t>(options.reserve));
  if (!urns) return explain_failure(urns.error(), options.json);
  if (options.json)
    return print_json({{"resolver", resolver.id},
                       {"kind", resolver.test ? "test" : "production"},
                       {"reserved", *urns}},
                      ExitCode::done);
  for (const std::string& urn : *urns) print(urn);
  print(
      say(trn("{} reserved for this batch at {}", "{} reserved for this batch at {}", urns->size()),
          urns->size(), words_for(resolver)));
  return ExitCode::done;
}

Result<std::vector<std::string>> listed_urns(const fs::path& file) {
  std::vector<std::string> out;
  if (file.empty()) return out;
  const auto text = read_text(file, 16u << 20);
  if (!text) return pass(text);
  for (const std::string& line : split_text(*text, '\n')) {
    const std::string urn = lower_ascii(trimmed(line));
    if (urn.empty() || urn.starts_with('#')) continue;
    if (!is_urnnbn(urn))
      return fail(ErrorKind::bad_input, "{}: \"{}\" is no URN:NBN", file.string(), urn);
    out.push_back(urn);
  }
  return out;
}

Result<UrnReport> ask(const Options& options, const Batch& batch,
                      const DescribedResolvers& resolvers) {
  auto profile = load_profile(batch.profile().string());
  if (!profile) return pass(profile);
  FinishOptions ending;
  ending.profile = *std::move(profile);
  ending.without_parked = options.without_parked;
  ending.with_held = options.with_held;
  auto assign = assign_options(batch, ending, resolvers);
  if (!assign) return pass(assign);
  auto urns = listed_urns(options.urns);
  if (!urns) return pass(urns);
  assign->urns = std::move(*urns);
  assign->dry_run = options.dry_run;
  assign->successor_of = lower_ascii(trimmed(options.successor_of));
  assign->predecessor_note = options.note;
  CountDisplay display(tr("{} of {} asked for"), options.json);
  assign->progress = [&](std::size_t done, std::size_t all) {
    if (all > 1) display.show(done, all);
  };
  if (options.complete) return complete_urns(batch, resolvers.one, *assign);
  if (!options.instance.empty())
    return add_instances(batch, resolvers.one, options.instance, *assign);
  return assign_urns(batch, resolvers.one, *assign);
}

ExitCode urnnbn(const Options& options) {
  const auto resolvers = resolver_at(options.at, options.resolvers);
  if (!resolvers) return explain_failure(resolvers.error(), options.json);
  if (!options.state.empty()) return say_state(options, resolvers->one);
  if (options.batch.empty())
    return explain_misuse(tr("which batch? linka urnnbn BATCH --at RESOLVER"), {}, options.json);
  Result<Batch> batch = Batch::open(options.batch);
  if (!batch) return explain_failure(batch.error(), options.json);
  if (!options.dry_run)
    if (const auto locked = batch->lock(); !locked)
      return explain_failure(locked.error(), options.json);
  if (options.reserve > 0) return reserve(options, *batch, resolvers->one);
  const Result<UrnReport> report =
      guarded<UrnReport>("urnnbn", [&] { return ask(options, *batch, *resolvers); });
  if (!report) return explain_failure(report.error(), options.json);
  const ExitCode code = code_of(*report);
  if (options.json) {
    nlohmann::json document = to_json(*report, resolvers->one);
    document["batch"] = batch->folder().string();
    document["dry_run"] = options.dry_run;
    return print_json(std::move(document), code);
  }
  print_urns(*report, resolvers->one);
  return code;
}

}  // namespace

void declare_urnnbn(CLI::App& app, Chosen& chosen) {
  CLI::App* verb = app.add_subcommand(
      "urnnbn",
      tr("ask a resolver for the URN:NBN of a batch's packages\n"
         "Each volume and issue that has none yet is registered, once: the resolver is asked by "
         "our uuid first, and what is sent is written down before. The URN:NBN stands in the batch "
         "and goes into its packages. The same command goes on where it was stopped."));
  const auto o = std::make_shared<Options>();
  verb->add_option(tr("BATCH"), o->batch, tr("the batch's folder"));
  takes(verb->add_option("--at", o->at, tr("the resolver, by its id in the file"))->required(),
        Value::text);
  takes(verb->add_option("--resolvers", o->resolvers,
                         tr("the file that describes the resolvers; if not given, "
                            "~/.config/linka/resolvers.toml, then /etc/linka/resolvers.toml")),
        Value::file);
  takes(verb->add_option("--reserve", o->reserve,
                         tr("reserve so many URN:NBN for this batch and register nothing"))
            ->check(whole_number(1, 100000)),
        Value::number);
  takes(verb->add_option("--urns", o->urns,
                         tr("a file of URN:NBN of the registrar's own numbering, one a line, to "
                            "be used in their order")),
        Value::file);
  takes(verb->add_option("--state", o->state,
                         tr("say in which state this URN:NBN is; no batch is needed")),
        Value::text);
  takes(verb->add_option("--successor-of", o->successor_of,
                         tr("register the batch's one package as the successor of this "
                            "deactivated URN:NBN")),
        Value::text);
  takes(verb->add_option("--note", o->note, tr("a note about the predecessor")), Value::text);
  takes(verb->add_option("--instance", o->instance,
                         tr("tell the resolver where the document is shown: an address in which "
                            "{uuid} and {urnnbn} stand for the document's")),
        Value::text);
  verb->add_flag("--complete", o->complete,
                 tr("send what is known now, to fill what is empty in the resolver's records"));
  verb->add_flag("--without-parked", o->without_parked,
                 tr("register even when pages are parked, without them"));
  verb->add_flag("--with-held", o->with_held,
                 tr("register even with pages that somebody should look at first"));
  verb->add_flag("-n,--dry-run", o->dry_run,
                 tr("look up only; say what would be registered and write nothing"));
  add_json(verb, o->json);
  verb->footer(
      "linka urnnbn scans.batch --at nkp\n"
      "linka urnnbn scans.batch --at zkouska --dry-run --json\n"
      "linka urnnbn --at nkp --state urn:nbn:cz:aba001-00000a\n"
      "linka urnnbn scans.batch --at nkp --instance "
      "https://kramerius.example.org/view/uuid:{uuid}");
  verb->callback([o, &chosen] { chosen.action = [o] { return urnnbn(*o); }; });
}

}  // namespace linka
