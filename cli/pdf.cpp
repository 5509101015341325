// SPDX-License-Identifier: GPL-3.0-or-later
// linka pdf: packages as searchable PDF/A for readers.
#include "base/translate.h"
#include "cli/console.h"
#include "cli/handing.h"
#include "cli/limits.h"
#include "handover/pdf_book.h"

#include <memory>

namespace linka {
namespace {

using nlohmann::json;

struct Options : HandOptions {
  std::string look = "web";
  int dpi = 0, quality = 0;
  bool fold = false;
};

Result<json> pdf_one(const Handing& one, PdfBookOptions how, const Options& options) {
  if (options.dry_run)
    return would_make("pdf", one, options, [](std::size_t pages) {
      return trn("{}: would have {} page", "{}: would have {} pages", pages);
    });
  const auto made =
      counted<MadePdf>("pdf", tr("{} of {} pages put into the PDF"), options, [&](auto progress) {
        how.progress = progress;
        return write_pdf_book(one.package, one.out, how);
      });
  if (!made) return pass(made);
  if (!options.json)
    print(say(trn("{}: {} page ({})", "{}: {} pages ({})", made->pages), made->file.string(),
              made->pages, size_in_words(made->bytes)));
  return json{{"pdf", made->file.string()},
              {"pages", made->pages},
              {"bookmarks", made->bookmarks},
              {"words", made->words},
              {"bytes", made->bytes}};
}

ExitCode pdf(const Options& options) {
  PdfBookOptions how;
  how.look = *pdf_look(options.look);
  if (options.dpi > 0) how.look.dpi = options.dpi;
  if (options.quality > 0) how.look.quality = options.quality;
  how.fold = options.fold;
  how.creator = "linka " LINKA_VERSION;
  how.decode = decoded_jp2;
  auto make_pages = pages_on_threads(options);
  if (!make_pages)
    return explain_misuse(make_pages.error().message, tr("linka help pdf"), options.json);
  how.make_pages = *std::move(make_pages);
  const auto handings = handings_of(options, ".pdf");
  if (!handings) return explain_failure(handings.error(), options.json);
  return hand_all(*handings, options.json,
                  [&](const Handing& one) { return pdf_one(one, how, options); });
}

}  // namespace

void declare_pdf(CLI::App& app, Chosen& chosen) {
  CLI::App* verb = app.add_subcommand(
      "pdf",
      tr("make searchable PDFs of packages (PDF/A-2u)\n"
         "Pictures of a size for the web or for print, with the text under them, bookmarks from "
         "the record and the pages' own numbers. A batch's folder stands for all its packages; OUT "
         "is then a folder for the PDFs."));
  const auto o = std::make_shared<Options>();
  add_package_and_out(verb, *o, tr("the PDF to be made"));
  takes(verb->add_option("--for", o->look,
                         tr("web (150 dpi, quality 60) or print (300 dpi, quality 80)"))
            ->check(CLI::IsMember({"web", "print"})),
        Value::text);
  takes(verb->add_option("--dpi", o->dpi, tr("resolution of the pictures; never enlarged")),
        Value::number)
      ->check(whole_number(36, 1200));
  takes(verb->add_option("--quality", o->quality, tr("of the JPEG pictures, 1 to 100")),
        Value::number)
      ->check(whole_number(1, 100));
  verb->add_flag("--fold", o->fold, tr("old letters as today's: long s, ligatures"));
  add_limits(verb, o->jobs, o->memory);
  add_hand_flags(verb, *o, tr("say what would be made and write nothing"));
  verb->footer(
      "linka pdf scans.batch pdfs/\n"
      "linka pdf scans.batch/packages/tst001-00000a kniha.pdf --for print\n"
      "linka pdf scans.batch/packages/tst001-00000a small.pdf --dpi 100 --quality 50");
  verb->callback([o, &chosen] { chosen.action = [o] { return pdf(*o); }; });
}

}  // namespace linka
