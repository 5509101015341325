// SPDX-License-Identifier: GPL-3.0-or-later
// linka record: the book's record from a library's catalogue.
#include "base/files.h"
#include "base/text.h"
#include "base/translate.h"
#include "cli/catalogue_answer.h"
#include "cli/console.h"
#include "cli/verb.h"

#include <memory>

namespace linka {
namespace fs = std::filesystem;
namespace {

struct Options {
  CatalogueQuestion question;
  fs::path output;
  bool replace = false, json = false;
};

// kniha.xml -> kniha.marc.xml
fs::path marc_beside(const fs::path& output) {
  fs::path stem = output;
  if (stem.extension() == ".xml") stem.replace_extension();
  stem += ".marc.xml";
  return stem;
}

Result<void> keep(const Options& options, const Fetched& fetched) {
  std::error_code code;
  const fs::path marc = marc_beside(options.output);
  for (const fs::path& file : {options.output, marc})
    if (!options.replace && fs::exists(file, code))
      return fail(ErrorKind::bad_input, "{} is there already; --replace writes over it",
                  file.string());
  if (const auto kept = write_atomically(marc, std::string_view(fetched.marcxml)); !kept)
    return pass(kept);
  return write_atomically(options.output, std::string_view(fetched.mods));
}

ExitCode say_fetched(const Options& options, const CatalogueAnswer& answer, const Fetched& fetched,
                     std::size_t picked) {
  std::vector<std::string> notes = answer.found.notes;
  notes.insert(notes.end(), fetched.notes.begin(), fetched.notes.end());
  const std::vector<std::string> missing = missing_parts(
      fetched.record, fetched.periodical ? RecordLevel::periodical : RecordLevel::volume);
  if (options.json) {
    nlohmann::json document = question_as_json(options.question, answer);
    document["picked"] = picked;
    document["title"] = display_title(fetched.record);
    document["periodical"] = fetched.periodical;
    document["notes"] = notes;
    document["missing"] = missing;
    if (options.output.empty()) {
      document["mods"] = fetched.mods;
      document["marcxml"] = fetched.marcxml;
    } else {
      document["file"] = options.output.string();
      document["marc_file"] = marc_beside(options.output).string();
    }
    return print_json(std::move(document), ExitCode::done);
  }
  if (options.output.empty()) std::fputs(fetched.mods.c_str(), stdout);
  for (const std::string& sentence : notes) remark(say(tr("record: {}"), sentence));
  if (!missing.empty()) {
    std::string list;
    for (const std::string& part : missing) list += (list.empty() ? "" : ", ") + part;
    remark(say(tr("a package needs besides: {}"), list));
  }
  if (!options.output.empty())
    print(say(tr("{}: {} (MARC in {})"), options.output.string(), display_title(fetched.record),
              marc_beside(options.output).string()));
  return ExitCode::done;
}

ExitCode record(const Options& options) {
  const CatalogueQuestion& question = options.question;
  if (question.marc.empty() && (question.from.empty() || question.value.empty()))
    return explain_misuse(tr("a record is asked of a catalogue: --from CATALOGUE --by KEY ID"),
                          tr("--marc FILE reads one from a file."), options.json);
  const Result<CatalogueAnswer> answer = ask_catalogue(question);
  if (!answer) return explain_failure(answer.error(), options.json);
  if (const ExitCode code = say_choice(question, *answer, options.json); code != ExitCode::done)
    return code;
  const Result<std::size_t> picked = picked_hit(question, *answer);
  if (!picked) return explain_misuse(picked.error().message, {}, options.json);
  const Result<Fetched> fetched = fetch_hit(question, *answer, *picked);
  if (!fetched) return explain_failure(fetched.error(), options.json);
  if (!options.output.empty())
    if (const Result<void> kept = keep(options, *fetched); !kept)
      return explain_failure(kept.error(), options.json);
  return say_fetched(options, *answer, *fetched, *picked + 1);
}

}  // namespace

void declare_record(CLI::App& app, Chosen& chosen) {
  CLI::App* verb = app.add_subcommand(
      "record",
      tr("fetch the book's record from a library's catalogue\n"
         "Asks a catalogue over Z39.50, SRU, OAI-PMH or the Aleph X-server, turns its MARC 21 "
         "into MODS and keeps both. When several records are found, they are listed and none is "
         "taken; --pick says which. Values that are doubtful are told, not mended."));
  const auto o = std::make_shared<Options>();
  verb->add_option(tr("ID"), o->question.value,
                   tr("what to look for: the barcode, number or title"));
  takes(verb->add_option("--from", o->question.from, tr("the catalogue, by its id in the file")),
        Value::text);
  takes(verb->add_option("--by", o->question.by,
                         tr("barcode (so when not given), ccnb, issn, isbn, sysno, title or "
                            "signature")),
        Value::text);
  takes(verb->add_option("--catalogues", o->question.catalogues,
                         tr("the file that describes the catalogues; if not given, "
                            "~/.config/linka/catalogues.toml, then /etc/linka/catalogues.toml")),
        Value::file);
  takes(verb->add_option("--marc", o->question.marc,
                         tr("a record in a file (MARCXML or ISO 2709) instead of a catalogue's")),
        Value::file);
  takes(verb->add_option("--charset", o->question.charset,
                         tr("of that file: utf-8, marc-8, cp1250 or iso-8859-2; told from its "
                            "bytes when not given")),
        Value::text);
  takes(verb->add_option("--pick", o->question.pick, tr("which of several records, by its number"))
            ->check(whole_number(1, 100)),
        Value::number);
  takes(verb->add_option("-o,--output", o->output,
                         tr("write MODS into this file and the MARC beside it; if not given, MODS "
                            "goes to standard output")),
        Value::file);
  verb->add_flag("--replace", o->replace, tr("write over files that are there"));
  add_json(verb, o->json);
  verb->footer(
      "linka record --from nkc --by barcode 2610000001 --output record.xml\n"
      "linka record --from mzk --by title \"Měsíční mlýn\" --pick 2 -o record.xml\n"
      "linka record --marc kniha.mrc --charset cp1250 -o record.xml");
  verb->callback([o, &chosen] { chosen.action = [o] { return record(*o); }; });
}

}  // namespace linka
