// SPDX-License-Identifier: GPL-3.0-or-later
// linka shelf: packages kept for good.
#include "shelf/shelf.h"

#include "base/clock.h"
#include "base/translate.h"
#include "cli/console.h"
#include "cli/find.h"
#include "cli/plan_quantity.h"
#include "cli/progress.h"
#include "cli/shelf_audit.h"
#include "cli/shelf_get.h"
#include "cli/shelf_store.h"
#include "cli/verb.h"
#include "kramerius-export/verify.h"
#include "shelf/layout.h"

#include <map>
#include <memory>

namespace linka {
namespace fs = std::filesystem;
using nlohmann::json;
namespace {

struct Options {
  fs::path root, mirror;
  std::vector<fs::path> given;
  std::string id, quota, message, user, address;
  bool plain = false, dry_run = false, recount = false, by_books = false, json = false,
       quiet = false;
};

// The quota that was typed; nothing was typed: `otherwise`.
Result<std::uint64_t> typed_quota(const Options& options, std::uint64_t otherwise) {
  if (options.quota.empty()) return otherwise;
  if (options.quota == "none") return std::uint64_t{0};
  return bytes_from(options.quota);
}

ExitCode create(const Options& options) {
  const auto quota = typed_quota(options, 0);
  if (!quota) return explain_misuse("--quota: " + quota.error().message, {}, options.json);
  const auto shelf = Shelf::create(options.root, {*quota, options.mirror});
  if (!shelf) return explain_failure(shelf.error(), options.json);
  if (options.json)
    return print_json({{"shelf", shelf->root().string()}, {"quota_bytes", *quota}}, ExitCode::done);
  print(say(tr("made: {}"), shelf->root().string()));
  return ExitCode::done;
}

// A package as it was made, or the first thing that is wrong with it.
Result<void> verified(const fs::path& package) {
  const auto report = verify_package(package, {}, {});
  if (!report) return pass(report);
  if (report->files == 0)
    return fail(ErrorKind::bad_input,
                "{}: is no package that linka can verify; --plain stores any folder",
                package.string());
  if (!report->faults.empty())
    return fail(ErrorKind::bad_input, "{}: {}: {}", package.string(), report->faults.front().file,
                report->faults.front().message);
  return {};
}

Result<PutReport> add_one(const Shelf& shelf, const fs::path& package, const Options& options) {
  if (!options.plain)
    if (auto r = verified(package); !r) return pass(r);
  PutOptions how = put_options_of(package);
  if (!options.id.empty()) how.id = options.id;
  if (!options.message.empty()) how.message = options.message;
  how.user_name = options.user;
  how.user_address = options.address;
  how.dry_run = options.dry_run;
  CountDisplay display(tr("{} of {} files stored"), options.json || options.quiet);
  how.progress = [&](std::size_t done, std::size_t all) { display.show(done, all); };
  return put_object(shelf, package, how);
}

ExitCode add(const Options& options) {
  const auto shelf = Shelf::open(options.root);
  if (!shelf) return explain_failure(shelf.error(), options.json);
  auto meant = options.plain ? Result<MeantPackages>(MeantPackages{options.given, {}, {}})
                             : packages_meant(options.given);
  if (!meant) return explain_failure(meant.error(), options.json);
  if (!options.id.empty() && meant->packages.size() > 1)
    return explain_misuse(tr("--id names one package, and several are given"), {}, options.json);
  ShelfStored sum = store_each(meant->packages, [&](const fs::path& package) {
    auto put = add_one(*shelf, package, options);
    if (put && !options.json)
      print((options.dry_run ? tr("would be stored: ") : "") + line_about(*put));
    return put;
  });
  for (const fs::path& batch : meant->without) {
    sum.errors.push_back(
        {ErrorKind::bad_input, say(tr("{}: this batch has no package yet"), batch.string()), {}});
    sum.code = worse(sum.code, ExitCode::unusable_input);
  }
  for (const Error& error : sum.errors) remark("linka: " + error.message);
  return options.json ? print_json(to_json(sum), sum.code) : sum.code;
}

// What was stored, as it was written down then; no object is looked at.
ExitCode list_by_books(const Shelf& shelf, const Options& options) {
  const auto history = shelf_history(shelf);
  if (!history) return explain_failure(history.error(), options.json);
  std::map<std::string, const StoredVersion*> last;
  for (const StoredVersion& one : *history) last[one.id] = &one;
  json objects = json::array();
  for (const auto& [id, one] : last)
    if (options.json)
      objects.push_back(
          {{"id", id}, {"version", one->version}, {"created", one->at}, {"path", object_path(id)}});
    else
      print(fmt::format("{} {} {}", id, one->version, one->at));
  if (options.json) return print_json({{"objects", objects}}, ExitCode::done);
  if (last.empty()) remark(tr("the shelf is empty"));
  return ExitCode::done;
}

ExitCode list(const Options& options) {
  const auto shelf = Shelf::open(options.root);
  if (!shelf) return explain_failure(shelf.error(), options.json);
  if (options.by_books) return list_by_books(*shelf, options);
  const FolderStorage storage(shelf->objects());
  json objects = json::array();
  std::size_t count = 0, unreadable = 0;
  const auto walked = for_each_object(storage, [&](const std::string& path) -> Result<void> {
    ++count;
    const auto inventory = inventory_at(storage, path);
    if (!inventory) {
      ++unreadable;
      remark(fmt::format("linka: {}: {}", path, inventory.error().message));
      return {};
    }
    const ObjectVersion& last = inventory->versions.back();
    if (options.json)
      objects.push_back({{"id", inventory->id},
                         {"version", inventory->head()},
                         {"created", last.created},
                         {"files", last.state.size()},
                         {"path", path}});
    else
      print(fmt::format("{} {} {} {}", inventory->id, inventory->head(), last.created,
                        say(trn("{} file", "{} files", last.state.size()), last.state.size())));
    return {};
  });
  if (!walked) return explain_failure(walked.error(), options.json);
  const ExitCode code = unreadable > 0 ? ExitCode::rules_broken : ExitCode::done;
  if (options.json) return print_json({{"objects", objects}, {"unreadable", unreadable}}, code);
  if (count == 0) remark(tr("the shelf is empty"));
  return code;
}

ExitCode versions(const Options& options) {
  const auto shelf = Shelf::open(options.root);
  if (!shelf) return explain_failure(shelf.error(), options.json);
  const auto inventory = shelf->inventory(object_id_of(options.id));
  if (!inventory) return explain_failure(inventory.error(), options.json);
  json all = json::array();
  for (std::size_t i = 0; i < inventory->versions.size(); ++i) {
    const ObjectVersion& version = inventory->versions[i];
    const std::string name = version_name(i);
    std::size_t changed = 0;
    for (const auto& [path, digest] : version.state) {
      const auto before =
          i == 0 ? version.state.end() : inventory->versions[i - 1].state.find(path);
      const bool known =
          i > 0 && before != inventory->versions[i - 1].state.end() && before->second == digest;
      changed += !known;
    }
    all.push_back({{"version", name},
                   {"created", version.created},
                   {"message", version.message},
                   {"user", version.user_name},
                   {"files", version.state.size()},
                   {"changed", changed}});
    if (!options.json)
      print(say(tr("{} {}: {} files, {} of them new or changed; {}, {}"), name, version.created,
                version.state.size(), changed, version.user_name, version.message));
  }
  if (options.json) return print_json({{"id", inventory->id}, {"versions", all}}, ExitCode::done);
  return ExitCode::done;
}

void print_sums(const ShelfSums& sums, const std::optional<double>& pace) {
  if (sums.quota_bytes > 0) print(say(tr("quota: {}"), size_in_words(sums.quota_bytes)));
  print(say(tr("used: {} ({} objects, {} versions)"), size_in_words(sums.used_bytes), sums.objects,
            sums.versions));
  print(say(tr("reserved: {}"), size_in_words(sums.reserved_bytes)));
  for (const ShelfClaim& claim : sums.claims)
    print(say(tr("  {} for {} since {}"), size_in_words(claim.bytes), claim.what, claim.since));
  print(say(tr("free: {}"), size_in_words(sums.free_bytes())));
  if (const auto days = days_until_full(sums, pace))
    print(say(tr("at the pace of the last 30 days ({} a day) it is full in {} days"),
              size_in_words(static_cast<std::uint64_t>(*pace)), fmt::format("{:.0f}", *days)));
}

ExitCode quota(const Options& options) {
  auto shelf = Shelf::open(options.root);
  if (!shelf) return explain_failure(shelf.error(), options.json);
  ShelfSettings settings = shelf->settings();
  const auto bytes = typed_quota(options, settings.quota_bytes);
  if (!bytes) return explain_misuse("--set: " + bytes.error().message, {}, options.json);
  settings.quota_bytes = *bytes;
  if (!options.mirror.empty()) settings.mirror = options.mirror == "none" ? "" : options.mirror;
  if (!options.quota.empty() || !options.mirror.empty())
    if (auto r = shelf->change(settings); !r) return explain_failure(r.error(), options.json);
  std::int64_t corrected = 0;
  if (options.recount) {
    const auto more = recount_shelf(*shelf);
    if (!more) return explain_failure(more.error(), options.json);
    corrected = *more;
  }
  const auto sums = shelf_sums(*shelf);
  if (!sums) return explain_failure(sums.error(), options.json);
  const auto history = shelf_history(*shelf);
  if (!history) return explain_failure(history.error(), options.json);
  const auto pace = shelf_pace(*history, iso8601(now()));
  if (options.json) {
    json document = to_json(*sums);
    document["mirror"] = settings.mirror.string();
    document["bytes_a_day"] = pace ? json(*pace) : json();
    const auto days = days_until_full(*sums, pace);
    document["days_left"] = days ? json(*days) : json();
    if (options.recount) document["corrected_bytes"] = corrected;
    return print_json(std::move(document), ExitCode::done);
  }
  print_sums(*sums, pace);
  if (options.recount) print(say(tr("counted anew: the books were wrong by {} bytes"), corrected));
  return ExitCode::done;
}

}  // namespace

void declare_shelf(CLI::App& app, Chosen& chosen) {
  CLI::App* verb = app.add_subcommand(
      "shelf", tr("keep packages for good: versions, quota, and every byte proven again\n"
                  "A shelf is a folder with a storage root of OCFL 1.1 in it. Several programs "
                  "and machines may use it at once."));
  verb->require_subcommand(1);
  verb->footer(
      "linka shelf create /srv/shelf --quota 16TB\n"
      "linka run scans/ --shelf /srv/shelf\n"
      "linka shelf add /srv/shelf scans.batch\n"
      "linka shelf audit /srv/shelf --rate 50MB/s --for 2h");
  const auto o = std::make_shared<Options>();
  const auto inner = [&](const char* name, const std::string& text,
                         ExitCode (*act)(const Options&)) {
    CLI::App* one = verb->add_subcommand(name, text);
    one->add_option(tr("SHELF"), o->root, tr("the shelf's folder"))->required();
    add_json(one, o->json);
    one->callback([o, act, &chosen] { chosen.action = [o, act] { return act(*o); }; });
    return one;
  };

  CLI::App* creates = inner("create", tr("make a shelf"), create);
  takes(creates->add_option("--quota", o->quota, tr("room it may take, such as 16TB")),
        Value::text);
  takes(
      creates->add_option("--mirror", o->mirror, tr("another shelf that gives damaged files back")),
      Value::folder);
  creates->footer("linka shelf create /srv/shelf --quota 16TB --mirror /mnt/second/shelf");

  CLI::App* adds = inner("add",
                         tr("put packages on the shelf\n"
                            "A package that is there gets a new version; files that did not "
                            "change are shared. Every package is verified before."),
                         add);
  adds->add_option(tr("PACKAGE"), o->given, tr("folders of packages or batches"))->required();
  takes(adds->add_option("--id", o->id,
                         tr("the object's id, a URI; made from the folder's name if not given")),
        Value::text);
  takes(adds->add_option("--message", o->message, tr("why this version is stored")), Value::text);
  takes(adds->add_option("--user", o->user, tr("who stores it; the system's user if not given")),
        Value::text);
  takes(adds->add_option("--address", o->address, tr("a URI of that person: mailto:...")),
        Value::text);
  adds->add_flag("--plain", o->plain, tr("any folder, also one that is no package"));
  adds->add_flag("-n,--dry-run", o->dry_run, tr("say what would be stored and write nothing"));
  adds->add_flag("-q,--quiet", o->quiet, tr("no progress"));
  adds->footer(
      "linka shelf add /srv/shelf scans.batch\n"
      "linka shelf add /srv/shelf scans.batch/packages/tst001-00000a --message \"new OCR\"");

  declare_shelf_get(*verb, chosen);
  CLI::App* lists = inner("list",
                          tr("say what is on the shelf\n"
                             "Every object's inventory is read; one that is damaged is named, and "
                             "the exit code is then 5."),
                          list);
  lists->add_flag("--by-books", o->by_books,
                  tr("what was written down when it was stored, without reading the objects"));
  lists->footer("linka shelf list /srv/shelf\nlinka shelf list /srv/shelf --by-books");

  CLI::App* tells = inner("versions", tr("say which versions an object has"), versions);
  tells->add_option(tr("ID"), o->id, tr("the object's id, or the package's name"))->required();
  tells->footer("linka shelf versions /srv/shelf tst001-00000a");

  CLI::App* quotas = inner("quota",
                           tr("say how much is used, reserved and free\n"
                              "And when the shelf will be full at the pace of the last 30 days."),
                           quota);
  takes(quotas->add_option("--set", o->quota, tr("another quota, such as 20TB, or none")),
        Value::text);
  takes(quotas->add_option("--mirror", o->mirror, tr("another mirror, or none")), Value::folder);
  quotas->add_flag("--recount", o->recount,
                   tr("count all objects anew instead of believing the books"));
  quotas->footer("linka shelf quota /srv/shelf\nlinka shelf quota /srv/shelf --set 20TB");

  declare_shelf_audit(*verb, chosen);
}

}  // namespace linka
