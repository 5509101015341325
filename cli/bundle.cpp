// SPDX-License-Identifier: GPL-3.0-or-later
// linka bundle: the texts of packages as plain files; linka publish: what is published, told to
// machines.
#include "handover/bundle.h"

#include "base/text.h"
#include "base/translate.h"
#include "cli/console.h"
#include "cli/handing.h"
#include "handover/publish.h"

#include <memory>

namespace linka {
namespace fs = std::filesystem;
namespace {

using nlohmann::json;

struct Options : HandOptions {
  std::string form, what = "txt,alto,csv";
};

Result<BundleOptions> wanted(const Options& options) {
  BundleOptions how;
  how.text = how.alto = how.tables = false;
  for (const std::string& part : split_text(options.what, ',')) {
    const std::string name = trimmed(part);
    if (name != "txt" && name != "alto" && name != "csv")
      return fail(ErrorKind::configuration, "'{}' is none of txt, alto and csv", name);
    (name == "txt" ? how.text : name == "alto" ? how.alto : how.tables) = true;
  }
  how.form = form_of(options.form, options.out);
  return how;
}

Result<json> bundle_one(const Handing& one, BundleOptions how, const Options& options) {
  if (options.dry_run)
    return would_make("bundle", one, options, [](std::size_t pages) {
      return trn("{}: would hold {} page", "{}: would hold {} pages", pages);
    });
  const auto made = counted<MadeBundle>("bundle", tr("{} of {} pages put into the bundle"), options,
                                        [&](auto progress) {
                                          how.progress = progress;
                                          return write_bundle(one.package, one.out, how);
                                        });
  if (!made) return pass(made);
  if (!options.json)
    print(say(trn("{}: {} page, {} files ({})", "{}: {} pages, {} files ({})", made->pages),
              made->path.string(), made->pages, made->files, size_in_words(made->bytes)));
  return json{{"bundle", made->path.string()},
              {"pages", made->pages},
              {"files", made->files},
              {"words", made->words},
              {"bytes", made->bytes}};
}

ExitCode bundle(const Options& options) {
  const auto how = wanted(options);
  if (!how) return explain_misuse(how.error().message, tr("linka help bundle"), options.json);
  const auto handings = handings_of(options, bag_file_name("", how->form));
  if (!handings) return explain_failure(handings.error(), options.json);
  return hand_all(*handings, options.json,
                  [&](const Handing& one) { return bundle_one(one, *how, options); });
}

struct PublishVerb {
  std::vector<fs::path> given;
  fs::path out;
  PublishOptions how;
  bool dry_run = false, json = false;
};

ExitCode publish_all(const PublishVerb& verb) {
  if (const auto fine = check_publish(verb.how); !fine)
    return explain_misuse(fine.error().message, tr("linka help publish"), verb.json);
  const auto meant = packages_to_hand(verb.given);
  if (!meant) return explain_failure(meant.error(), verb.json);
  std::size_t documents = meant->packages.size();
  if (!verb.dry_run) {
    const auto done = guarded<std::size_t>(
        "publish", [&] { return publish(meant->packages, verb.out, verb.how); });
    if (!done) return explain_failure(done.error(), verb.json);
    documents = *done;
  }
  if (verb.json)
    return print_json({{"folder", verb.out.string()},
                       {"documents", documents},
                       {"files", {"catalogue.jsonld", "oai.xml"}},
                       {"dry_run", verb.dry_run}},
                      ExitCode::done);
  for (const char* file : {"catalogue.jsonld", "oai.xml"}) print((verb.out / file).string());
  return ExitCode::done;
}

}  // namespace

void declare_bundle(CLI::App& app, Chosen& chosen) {
  CLI::App* verb = app.add_subcommand(
      "bundle",
      tr("put the texts of packages together: plain text, ALTO and tables (CSV)\n"
         "Tables of pages, parts, words with their places, and of the record. A batch's folder "
         "stands for all its packages; OUT is then a folder for the bundles."));
  const auto o = std::make_shared<Options>();
  add_package_and_out(verb, *o, tr("the bundle: a folder, or a name that ends in .tar or .zip"));
  add_form(verb, o->form);
  takes(verb->add_option("--what", o->what, tr("txt, alto, csv; several with commas")),
        Value::text);
  add_hand_flags(verb, *o, tr("say what would be made and write nothing"));
  verb->footer(
      "linka bundle scans.batch texts/ --form zip\n"
      "linka bundle scans.batch/packages/tst001-00000a text.zip --what txt,csv");
  verb->callback([o, &chosen] { chosen.action = [o] { return bundle(*o); }; });
}

void declare_publish(CLI::App& app, Chosen& chosen) {
  CLI::App* verb = app.add_subcommand(
      "publish",
      tr("tell machines what is published: open data and OAI-PMH\n"
         "Writes catalogue.jsonld (DCAT-AP) and oai.xml (an OAI-PMH static repository) for the "
         "packages whose folders linka iiif made, to stand beside those folders. Older ones are "
         "replaced."));
  const auto o = std::make_shared<PublishVerb>();
  verb->add_option(tr("PACKAGE"), o->given, tr("folders of packages or batches"))->required();
  takes(verb->add_option("-o,--out", o->out, tr("folder for the two files"))->required(),
        Value::folder);
  takes(
      verb->add_option("--base", o->how.base, tr("address of that folder on the web: https://..."))
          ->required(),
      Value::text);
  takes(verb->add_option("--name", o->how.name,
                         tr("the repository's name, a domain: library.example.org"))
            ->required(),
        Value::text);
  takes(verb->add_option("--email", o->how.email, tr("address of who answers for it"))->required(),
        Value::text);
  takes(verb->add_option("--publisher", o->how.publisher,
                         tr("whose data it is; the institution if not given")),
        Value::text);
  takes(verb->add_option("--gateway", o->how.gateway,
                         tr("address of the gateway that speaks OAI-PMH for it")),
        Value::text);
  takes(verb->add_option("--rights", o->how.rights, tr("address of the licence of the data")),
        Value::text);
  verb->add_flag("-n,--dry-run", o->dry_run, tr("say what would be made and write nothing"));
  add_json(verb, o->json);
  verb->footer(
      "linka publish scans.batch -o www --base https://library.example.org/iiif --name "
      "library.example.org --email data@library.example.org");
  verb->callback([o, &chosen] { chosen.action = [o] { return publish_all(*o); }; });
}

}  // namespace linka
