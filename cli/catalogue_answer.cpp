// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/catalogue_answer.h"

#include "base/files.h"
#include "base/translate.h"
#include "cli/console.h"

#include <algorithm>

namespace linka {
namespace fs = std::filesystem;
namespace {

Result<CatalogueAnswer> ask(const CatalogueQuestion& question) {
  CatalogueAnswer answer;
  if (!question.marc.empty()) {
    const auto bytes = read_text(question.marc, 64u << 20);
    if (!bytes) return pass(bytes);
    auto hits = hits_in_file(*bytes, question.charset, answer.found.notes);
    if (!hits) return pass(hits, question.marc.string());
    answer.found.total = hits->size();
    answer.found.hits = *std::move(hits);
    return answer;
  }
  const fs::path file = question.catalogues.empty() ? usual_catalogues() : question.catalogues;
  if (file.empty())
    return fail(ErrorKind::configuration,
                "no file says which catalogues there are: --catalogues FILE, or "
                "~/.config/linka/catalogues.toml");
  const auto all = load_catalogues(file);
  if (!all) return pass(all);
  auto catalogue = catalogue_named(*all, question.from);
  if (!catalogue) return pass(catalogue);
  const auto key = search_key_of(question.by);
  if (!key) return pass(key);
  auto found = look_up(*catalogue, *key, question.value);
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

ExitCode none_found(const CatalogueQuestion& question, const CatalogueAnswer& answer, bool json) {
  if (json) return print_json(question_as_json(question, answer), ExitCode::nothing_found);
  for (const std::string& sentence : answer.found.notes) remark(sentence);
  if (!question.marc.empty())
    remark(say(tr("{} holds no record"), question.marc.string()));
  else
    remark(say(tr("{} knows no record with {} {}"), answer.catalogue.name, question.by,
               question.value));
  return ExitCode::nothing_found;
}

ExitCode several_found(const CatalogueQuestion& question, const CatalogueAnswer& answer,
                       bool json) {
  const Found& found = answer.found;
  if (json) return print_json(question_as_json(question, answer), ExitCode::several_found);
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

}  // namespace

Result<CatalogueQuestion> catalogue_question(const std::string& text) {
  CatalogueQuestion out;
  const std::size_t colon = text.find(':');
  if (colon == 0 || colon == std::string::npos || colon + 1 == text.size())
    return fail(ErrorKind::configuration,
                "\"{}\" names no record: CATALOGUE:BARCODE or CATALOGUE:KEY:VALUE", text);
  out.from = text.substr(0, colon);
  out.value = text.substr(colon + 1);
  const std::size_t second = out.value.find(':');
  if (second == std::string::npos) return out;
  const Result<SearchKey> key = search_key_of(out.value.substr(0, second));
  if (!key) return pass(key);
  out.by = name_of(*key);
  out.value.erase(0, second + 1);
  return out;
}

Result<CatalogueAnswer> ask_catalogue(const CatalogueQuestion& question) {
  return guarded<CatalogueAnswer>("catalogue", [&] { return ask(question); });
}

nlohmann::json question_as_json(const CatalogueQuestion& question, const CatalogueAnswer& answer) {
  return {{"catalogue", question.from},
          {"by", question.by},
          {"value", question.value},
          {"total", answer.found.total},
          {"hits", hits_as_json(answer.found)}};
}

ExitCode say_choice(const CatalogueQuestion& question, const CatalogueAnswer& answer, bool json) {
  const Found& found = answer.found;
  if (found.hits.empty()) return none_found(question, answer, json);
  // One that was not asked for alone is not taken alone: there may be more than are shown.
  if (question.pick == 0 && found.total > 1) return several_found(question, answer, json);
  return ExitCode::done;
}

Result<std::size_t> picked_hit(const CatalogueQuestion& question, const CatalogueAnswer& answer) {
  const auto picked = static_cast<std::size_t>(std::max(question.pick, 1));
  if (picked > answer.found.hits.size())
    return fail(ErrorKind::configuration, "--pick {}: there are {} records to choose from", picked,
                answer.found.hits.size());
  return picked - 1;
}

Result<Fetched> fetch_hit(const CatalogueQuestion& question, const CatalogueAnswer& answer,
                          std::size_t picked) {
  const Hit& hit = answer.found.hits[picked];
  return guarded<Fetched>("catalogue", [&] {
    return question.marc.empty() ? fetched_from(answer.catalogue, hit, answer.key, question.value)
                                 : fetched_from(hit.marc);
  });
}

}  // namespace linka
