// SPDX-License-Identifier: GPL-3.0-or-later
// linka iiif: packages as folders that any web server shows.
#include "handover/iiif.h"

#include "base/translate.h"
#include "cli/console.h"
#include "cli/handing.h"
#include "cli/language.h"
#include "cli/progress.h"
#include "cli/verb.h"

#include <algorithm>
#include <memory>

namespace linka {
namespace fs = std::filesystem;
namespace {

using nlohmann::json;

struct Options {
  fs::path given, out;
  std::string base, rights, statement;
  int quality = 85;
  bool no_page = false, dry_run = false, json = false, quiet = false;
};

// The files of the page for readers, as built or installed; none when they are not there.
std::vector<fs::path> page_files() {
  std::error_code code;
  const fs::path above = program_folder().parent_path();
  std::vector<fs::path> files;
  for (const fs::path& folder : {above / "web/viewer/page", above / "share/linka/viewer"}) {
    for (fs::directory_iterator it(folder, code), end; !code && it != end; it.increment(code))
      if (it->is_regular_file(code)) files.push_back(it->path());
    if (!files.empty()) break;
  }
  std::sort(files.begin(), files.end());
  return files;
}

IiifOptions wanted(const Options& options, const Handing& one) {
  IiifOptions how;
  how.base = options.base;
  if (one.out != options.out)
    how.base += (how.base.ends_with('/') ? "" : "/") + one.out.filename().string();
  how.rights = options.rights;
  how.statement = options.statement;
  how.quality = options.quality;
  how.decode = decoded_jp2;
  if (!options.no_page) how.page_files = page_files();
  return how;
}

Result<json> iiif_one(const Handing& one, const Options& options) {
  IiifOptions how = wanted(options, one);
  if (options.dry_run) {
    const auto document =
        guarded<HandedDocument>("iiif", [&] { return read_document(one.package); });
    if (!document) return pass(document);
    if (!options.json)
      print(say(trn("{}: would show {} page", "{}: would show {} pages", document->pages.size()),
                one.out.string(), document->pages.size()));
    return json{{"folder", one.out.string()}, {"pages", document->pages.size()}};
  }
  const Result<MadeIiif> made = [&] {
    CountDisplay display(tr("{} of {} pages made for the web"), options.json || options.quiet);
    how.progress = [&](std::size_t done, std::size_t of) { display.show(done, of); };
    return guarded<MadeIiif>("iiif", [&] { return write_iiif(one.package, one.out, how); });
  }();
  if (!made) return pass(made);
  if (!options.json) {
    print(say(trn("{}: {} page, {} files ({})", "{}: {} pages, {} files ({})", made->pages),
              made->folder.string(), made->pages, made->files, size_in_words(made->bytes)));
    print("  " + made->manifest);
    if (how.page_files.empty() && !options.no_page)
      print("  " + std::string(tr("without a page to show it: that part was not built")));
  }
  return json{{"folder", made->folder.string()},
              {"manifest", made->manifest},
              {"pages", made->pages},
              {"files", made->files},
              {"words", made->words},
              {"bytes", made->bytes},
              {"page", !how.page_files.empty()}};
}

ExitCode iiif(const Options& options) {
  IiifOptions probe;
  probe.base = options.base;
  probe.rights = options.rights;
  if (const auto fine = check_iiif(probe); !fine)
    return explain_misuse(fine.error().message, tr("linka help iiif"), options.json);
  const auto handings = handings_of(options.given, options.out);
  if (!handings) return explain_failure(handings.error(), options.json);
  return hand_all(*handings, options.json,
                  [&](const Handing& one) { return iiif_one(one, options); });
}

}  // namespace

void declare_iiif(CLI::App& app, Chosen& chosen) {
  CLI::App* verb = app.add_subcommand(
      "iiif",
      tr("make folders of packages that any web server shows (IIIF)\n"
         "Each folder holds a manifest (Presentation 3), the pictures as tiles (Image API 3, level "
         "0), the text with its places, an index of its words, and a page that shows all this in a "
         "browser. A batch's folder stands for all its packages; OUT then holds one folder each."));
  const auto o = std::make_shared<Options>();
  verb->add_option(tr("PACKAGE"), o->given, tr("a package's or a batch's folder"))->required();
  verb->add_option(tr("OUT"), o->out, tr("folder to be made"))->required();
  takes(verb->add_option("--base", o->base,
                         tr("address at which OUT will stand on the web: https://...")),
        Value::text)
      ->required();
  takes(verb->add_option("--rights", o->rights,
                         tr("address of the licence (Creative Commons, RightsStatements.org)")),
        Value::text);
  takes(verb->add_option("--statement", o->statement,
                         tr("what has to stand beside the document; the institution if not given")),
        Value::text);
  takes(verb->add_option("--quality", o->quality, tr("of the JPEG pictures, 1 to 100")),
        Value::number)
      ->check(whole_number(1, 100));
  verb->add_flag("--no-page", o->no_page, tr("without the page for browsers"));
  verb->add_flag("-n,--dry-run", o->dry_run, tr("say what would be made and write nothing"));
  verb->add_flag("-q,--quiet", o->quiet, tr("no progress"));
  add_json(verb, o->json);
  verb->footer(
      "linka iiif scans.batch/packages/tst001-00000a www/tst001-00000a --base "
      "https://library.example.org/tst001-00000a\n"
      "linka iiif scans.batch www --base https://library.example.org --rights "
      "https://creativecommons.org/publicdomain/mark/1.0/");
  verb->callback([o, &chosen] { chosen.action = [o] { return iiif(*o); }; });
}

}  // namespace linka
