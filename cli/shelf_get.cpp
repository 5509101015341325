// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/shelf_get.h"

#include "base/clock.h"
#include "base/translate.h"
#include "cli/console.h"
#include "cli/progress.h"
#include "formats/premis3.h"
#include "shelf/get.h"
#include "shelf/layout.h"

#include <algorithm>
#include <memory>
#include <string>

namespace linka {
namespace fs = std::filesystem;
using nlohmann::json;
namespace {

struct Options {
  fs::path root, out;
  std::string id, version, as = "files";
  bool json = false, quiet = false;
};

// PREMIS 3 of an object that is handed on: what it is, who stored which version when, and that
// every file was read and had its digest at that time (ISO 8601).
std::string premis_of(const ObjectInventory& inventory, const std::string& time) {
  const std::string program = "linka-" LINKA_VERSION;
  HandedEntity entity;
  entity.identifiers = {{inventory.id.starts_with("urn:nbn:") ? "URN:NBN" : "URI", inventory.id}};
  entity.agents = {{program, "linka", LINKA_VERSION, "software"}};
  for (std::size_t i = 0; i < inventory.versions.size(); ++i) {
    const ObjectVersion& version = inventory.versions[i];
    const std::string name = version.user_name.empty() ? "unknown" : version.user_name;
    const std::string agent = version.user_address.empty() ? name : version.user_address;
    if (std::none_of(entity.agents.begin(), entity.agents.end(),
                     [&](const HandedAgent& known) { return known.id == agent; }))
      entity.agents.push_back({agent, name, "", "person"});
    entity.events.push_back({version_name(i), "ingestion",
                             fmt::format("OCFL version {}: {}", version_name(i), version.message),
                             version.created, agent});
  }
  entity.events.push_back({"digests", "fixity check",
                           fmt::format("SHA-512 of every file of {}", inventory.head()), time,
                           program});
  entity.events.push_back({"handed-on", "dissemination", "OCFL 1.1, all versions", time, program});
  return premis3_text(entity);
}

Result<GotObject> got(const Shelf& shelf, const Options& options) {
  const std::string id = object_id_of(options.id);
  CountDisplay display(tr("{} of {} files fetched"), options.json || options.quiet);
  const GetProgress progress = [&](std::size_t done, std::size_t all) { display.show(done, all); };
  return guarded<GotObject>("shelf", [&] {
    if (options.as == "files") return get_object(shelf, id, options.version, options.out, progress);
    const auto about = [](const ObjectInventory& inventory) {
      return AddedFile{"metadata/premis.xml", premis_of(inventory, iso8601(now()))};
    };
    return get_storage_root(shelf, id, options.out, about, progress);
  });
}

ExitCode get(const Options& options) {
  if (options.as == "ocfl" && !options.version.empty())
    return explain_misuse(tr("--as ocfl takes all versions, and --version names one"), {},
                          options.json);
  const auto shelf = Shelf::open(options.root);
  if (!shelf) return explain_failure(shelf.error(), options.json);
  const auto object = got(*shelf, options);
  if (!object) return explain_failure(object.error(), options.json);
  if (options.json)
    return print_json({{"id", object->id},
                       {"version", object->version},
                       {"files", object->files},
                       {"bytes", object->bytes},
                       {"form", options.as},
                       {"folder", options.out.string()}},
                      ExitCode::done);
  print(say(trn("{} {}: {} file, {}, every byte as it was stored",
                "{} {}: {} files, {}, every byte as they were stored", object->files),
            object->id, object->version, object->files, size_in_words(object->bytes)));
  return ExitCode::done;
}

}  // namespace

void declare_shelf_get(CLI::App& shelf, Chosen& chosen) {
  CLI::App* verb = shelf.add_subcommand(
      "get", tr("fetch a package, byte for byte\n"
                "The folder appears whole, every file with the digest that it was stored with, or "
                "not at all. With --as ocfl it is a storage root of OCFL 1.1 that holds this "
                "object alone, with all its versions and one more, which adds PREMIS: an archive "
                "takes it as it is."));
  const auto o = std::make_shared<Options>();
  verb->add_option(tr("SHELF"), o->root, tr("the shelf's folder"))->required();
  verb->add_option(tr("ID"), o->id, tr("the object's id, or the package's name"))->required();
  takes(verb->add_option("-o,--out", o->out, tr("the new folder"))->required(), Value::folder);
  takes(verb->add_option("--version", o->version, tr("such as v2; the last one if not given")),
        Value::text);
  takes(verb->add_option("--as", o->as, tr("files of a version, or ocfl: the whole object"))
            ->check(CLI::IsMember({"files", "ocfl"})),
        Value::text);
  verb->add_flag("-q,--quiet", o->quiet, tr("no progress"));
  add_json(verb, o->json);
  verb->footer(
      "linka shelf get /srv/shelf tst001-00000a --out tst001-00000a --version v1\n"
      "linka shelf get /srv/shelf tst001-00000a --out tst001-00000a.ocfl --as ocfl");
  verb->callback([o, &chosen] { chosen.action = [o] { return get(*o); }; });
}

}  // namespace linka
