// SPDX-License-Identifier: GPL-3.0-or-later
// linka record: the book's record from a library's catalogue.
#include "base/files.h"
#include "base/text.h"
#include "base/translate.h"
#include "catalogue/fetched.h"
#include "cli/console.h"
#include "cli/verb.h"

#include <algorithm>
#include <memory>

namespace linka {
namespace fs = std::filesystem;
namespace {

struct Options {
  fs::path catalogues, marc, output;
  std::string from, by = "barcode", value, charset = "auto";
  int pick = 0;
  bool replace = false, json = false;
};

// What was asked and what there is to choose from.
struct Answer {
  Catalogue catalogue;  // of a file: nothing in it
  SearchKey key = SearchKey::barcode;
  Found found;
};

Result<Answer> ask(const Options& options) {
  Answer answer;
  if (!options.marc.empty()) {
    const auto bytes = read_text(options.marc, 64u << 20);
    if (!bytes) return pass(bytes);
    auto hits = hits_in_file(*bytes, options.charset, answer.found.notes);
    if (!hits) return pass(hits, options.marc.string());
    answer.found.total = hits->size();
    answer.found.hits = *std::move(hits);
    return answer;
  }
  const fs::path file = options.catalogues.empty() ? usual_catalogues() : options.catalogues;
  if (file.empty())
    return fail(ErrorKind::configuration,
                "no file says which catalogues there are: --catalogues FILE, or "
                "~/.config/linka/catalogues.toml");
  const auto all = load_catalogues(file);
  if (!all) return pass(all);
  auto catalogue = catalogue_named(*all, options.from);
  if (!catalogue) return pass(catalogue);
  const auto key = search_key_of(options.by);
  if (!key) return pass(key);
  auto found = look_up(*catalogue, *key, options.value);
  if (!found) return pass(found);
  answer.catalogue = *std::move(catalogue);
  answer.key = *key;
  answer.found = *std::move(found);
  return answer;
}

nlohmann::json hits_as_json(const Found& found) {
  nlohmann::json hits = nlohmann::json::array();
  for (std::size_t i = 0; i < found.hits.size(); ++i) {
    const HitLine line = line_of(found.hits[i].marc);
    hits.push_back({{"number", i + 1},
                    {"id", found.hits[i].id},
                    {"title", line.title},
                    {"author", line.author},
                    {"year", line.year},
                    {"publisher", line.publisher}});
  }
  return hits;
}

nlohmann::json question_as_json(const Options& options, const Answer& answer) {
  return {{"catalogue", options.from},
          {"by", options.by},
          {"value", options.value},
          {"total", answer.found.total},
          {"hits", hits_as_json(answer.found)}};
}

ExitCode none_found(const Options& options, const Answer& answer) {
  if (options.json) return print_json(question_as_json(options, answer), ExitCode::nothing_found);
  for (const std::string& sentence : answer.found.notes) remark(sentence);
  if (!options.marc.empty())
    remark(say(tr("{} holds no record"), options.marc.string()));
  else
    remark(
        say(tr("{} knows no record with {} {}"), answer.catalogue.name, options.by, options.value));
  return ExitCode::nothing_found;
}

ExitCode several_found(const Options& options, const Answer& answer) {
  const Found& found = answer.found;
  if (options.json) return print_json(question_as_json(options, answer), ExitCode::several_found);
  for (std::size_t i = 0; i < found.hits.size(); ++i) {
    const HitLine line = line_of(found.hits[i].marc);
    std::string text = fmt::format("{:3}  {}", i + 1, line.title);
    for (const std::string& part : {line.author, line.year, line.publisher, found.hits[i].id})
      text += "  |  " + (part.empty() ? std::string("-") : part);
    print(text);
  }
  remark(say(trn("{} record was found", "{} records were found", found.total), found.total));
  if (found.total > found.hits.size())
    remark(say(tr("these are the first {}; a narrower question finds fewer"), found.hits.size()));
  remark(tr("choose one with --pick NUMBER"));
  return ExitCode::several_found;
}

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

ExitCode say_fetched(const Options& options, const Answer& answer, const Fetched& fetched,
                     std::size_t picked) {
  std::vector<std::string> notes = answer.found.notes;
  notes.insert(notes.end(), fetched.notes.begin(), fetched.notes.end());
  const std::vector<std::string> missing = missing_parts(
      fetched.record, fetched.periodical ? RecordLevel::periodical : RecordLevel::volume);
  if (options.json) {
    nlohmann::json document = question_as_json(options, answer);
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
  if (options.marc.empty() && (options.from.empty() || options.value.empty()))
    return explain_misuse(tr("a record is asked of a catalogue: --from CATALOGUE --by KEY ID"),
                          tr("--marc FILE reads one from a file."), options.json);
  const Result<Answer> answer = guarded<Answer>("catalogue", [&] { return ask(options); });
  if (!answer) return explain_failure(answer.error(), options.json);
  const Found& found = answer->found;
  if (found.hits.empty()) return none_found(options, *answer);
  // One that was not asked for alone is not taken alone: there may be more than are shown.
  if (options.pick == 0 && found.total > 1) return several_found(options, *answer);
  const auto picked = static_cast<std::size_t>(std::max(options.pick, 1));
  if (picked > found.hits.size())
    return explain_misuse(
        say(tr("--pick {}: there are {} records to choose from"), picked, found.hits.size()), {},
        options.json);
  const Hit& hit = found.hits[picked - 1];
  const Result<Fetched> fetched = guarded<Fetched>("catalogue", [&] {
    return options.marc.empty() ? fetched_from(answer->catalogue, hit, answer->key, options.value)
                                : fetched_from(hit.marc);
  });
  if (!fetched) return explain_failure(fetched.error(), options.json);
  if (!options.output.empty())
    if (const Result<void> kept = keep(options, *fetched); !kept)
      return explain_failure(kept.error(), options.json);
  return say_fetched(options, *answer, *fetched, picked);
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
  verb->add_option(tr("ID"), o->value, tr("what to look for: the barcode, number or title"));
  takes(verb->add_option("--from", o->from, tr("the catalogue, by its id in the file")),
        Value::text);
  takes(verb->add_option("--by", o->by,
                         tr("barcode (so when not given), ccnb, issn, isbn, sysno, title or "
                            "signature")),
        Value::text);
  takes(verb->add_option("--catalogues", o->catalogues,
                         tr("the file that describes the catalogues; if not given, "
                            "~/.config/linka/catalogues.toml, then /etc/linka/catalogues.toml")),
        Value::file);
  takes(verb->add_option("--marc", o->marc,
                         tr("a record in a file (MARCXML or ISO 2709) instead of a catalogue's")),
        Value::file);
  takes(verb->add_option("--charset", o->charset,
                         tr("of that file: utf-8, marc-8, cp1250 or iso-8859-2; told from its "
                            "bytes when not given")),
        Value::text);
  takes(verb->add_option("--pick", o->pick, tr("which of several records, by its number"))
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
