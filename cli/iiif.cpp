// SPDX-License-Identifier: GPL-3.0-or-later
// linka iiif: packages as folders that any web server shows.
#include "handover/iiif.h"

#include "base/translate.h"
#include "cli/console.h"
#include "cli/handing.h"
#include "cli/language.h"
#include "cli/limits.h"
#include "handover/web_address.h"

#include <algorithm>
#include <memory>

namespace linka {
namespace fs = std::filesystem;
namespace {

using nlohmann::json;

struct Options : HandOptions {
  std::string base, rights, statement;
  int quality = 85;
  bool no_page = false;
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
  if (one.out != options.out) how.base = web_folder(options.base) + one.out.filename().string();
  how.rights = options.rights;
  how.statement = options.statement;
  how.quality = options.quality;
  how.decode = decoded_jp2;
  if (!options.no_page) how.page_files = page_files();
  return how;
}

Result<json> iiif_one(const Handing& one, const MakePages& make_pages, const Options& options) {
  if (options.dry_run)
    return would_make("folder", one, options, [](std::size_t pages) {
      return trn("{}: would show {} page", "{}: would show {} pages", pages);
    });
  IiifOptions how = wanted(options, one);
  how.make_pages = make_pages;
  const auto made =
      counted<MadeIiif>("iiif", tr("{} of {} pages made for the web"), options, [&](auto progress) {
        how.progress = progress;
        return write_iiif(one.package, one.out, how);
      });
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
  const auto make_pages = pages_on_threads(options);
  if (!make_pages)
    return explain_misuse(make_pages.error().message, tr("linka help iiif"), options.json);
  const auto handings = handings_of(options);
  if (!handings) return explain_failure(handings.error(), options.json);
  return hand_all(*handings, options.json,
                  [&](const Handing& one) { return iiif_one(one, *make_pages, options); });
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
  add_package_and_out(verb, *o, tr("folder to be made"));
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
  add_limits(verb, o->jobs, o->memory);
  add_hand_flags(verb, *o, tr("say what would be made and write nothing"));
  verb->footer(
      "linka iiif scans.batch/packages/tst001-00000a www/tst001-00000a --base "
      "https://library.example.org/tst001-00000a\n"
      "linka iiif scans.batch www --base https://library.example.org --rights "
      "https://creativecommons.org/publicdomain/mark/1.0/");
  verb->callback([o, &chosen] { chosen.action = [o] { return iiif(*o); }; });
}

}  // namespace linka
