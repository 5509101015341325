// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/text.h"
#include "catalogue/mapping.h"
#include "catalogue/marc_text.h"

#include <algorithm>

namespace linka::mapping {
namespace {

std::string event_of(const MarcField& field) {
  if (field.tag == "260") return "publication";
  switch (field.ind2) {
    case '0':
      return "production";
    case '2':
      return "distribution";
    case '3':
      return "manufacture";
    case '4':
      return "copyright";
    default:
      return "publication";
  }
}

bool is_empty(const Origin& o) {
  return o.places.empty() && o.agents.empty() && o.dates.empty();
}

std::vector<std::string> texts_of(const MarcField& field, char code) {
  std::vector<std::string> out;
  for (const std::string& text : field.all(code)) {
    std::string clean = without_isbd(text, FinalPeriod::drop);
    if (!clean.empty()) out.push_back(std::move(clean));
  }
  return out;
}

void set_dates(Origin& origin, const MarcField& field, char code, State& state) {
  for (const std::string& text : field.all(code))
    for (OriginDate date : printed_dates(text, state.notes)) {
      if (origin.event == "copyright") date.kind = DateKind::copyright;
      if (date.kind == DateKind::issued &&
          (origin.event == "distribution" || origin.event == "manufacture" ||
           origin.event == "production"))
        date.kind = DateKind::other;
      origin.dates.push_back(std::move(date));
    }
}

void keep(Origin origin, State& state) {
  // A copyright date beside the date of issue is an event of its own.
  Origin copyright;
  copyright.event = "copyright";
  if (origin.event == "publication")
    for (const OriginDate& d : origin.dates)
      if (d.kind == DateKind::copyright) copyright.dates.push_back(d);
  if (!copyright.dates.empty())
    std::erase_if(origin.dates, [](const OriginDate& d) { return d.kind == DateKind::copyright; });
  if (!is_empty(origin)) state.record.origins.push_back(std::move(origin));
  if (!copyright.dates.empty()) state.record.origins.push_back(std::move(copyright));
}

Origin& publication_of(Record& record) {
  for (Origin& o : record.origins)
    if (o.event == "publication") return o;
  for (Origin& o : record.origins)
    if (o.event == "production") return o;
  record.origins.insert(record.origins.begin(), Origin{});
  return record.origins.front();
}

std::string country_code(std::string_view field_008) {
  if (field_008.size() < 18) return {};
  const std::string code = trimmed(field_008.substr(15, 3));
  const bool letters = !code.empty() && std::all_of(code.begin(), code.end(),
                                                    [](char c) { return c >= 'a' && c <= 'z'; });
  return letters && code != "xx" && code != "und" ? code : std::string{};
}

// A set of several volumes or a part of one, by the leader or as the extent says.
bool has_several_volumes(const State& state) {
  const char level = state.marc.leader_at(19);
  if (level == 'a' || level == 'b' || level == 'c') return true;
  const MarcField* extent = state.marc.first("300");
  if (extent == nullptr) return false;
  std::string text = extent->first('a');
  std::erase_if(text, [](char c) { return c == '[' || c == ']'; });
  std::size_t digits = 0;
  while (digits < text.size() && text[digits] >= '0' && text[digits] <= '9') ++digits;
  if (digits == 0 || text.substr(0, digits) == "1") return false;
  const std::string word = trimmed(text.substr(digits));
  return word.starts_with("sv") || word.starts_with("díl") || word.starts_with("d.") ||
         word.starts_with("v.") || word.starts_with("volumes") || word.starts_with("Bd");
}

void set_issuance(State& state) {
  const bool several = has_several_volumes(state);
  switch (state.marc.leader_at(7)) {
    case 's':
    case 'b':
      state.record.issuance = "serial";
      return;
    case 'i':
      state.record.issuance = "integrating resource";
      return;
    case 'a':
      note(state.notes,
           "The record describes a part of another work (leader/07 \"a\"), not a volume of its "
           "own.");
      break;
    default:
      break;
  }
  state.record.issuance = several ? "multipart monograph" : "monographic";
  if (several)
    note(state.notes,
         "The record describes a work of several volumes; which volume lies here has to be said "
         "(part number, part name, year).");
}

void set_dates_of_008(State& state, const std::string& field_008) {
  const std::vector<OriginDate> coded = coded_dates(field_008);
  Origin& origin = publication_of(state.record);
  const auto issued = [](const OriginDate& d) { return d.kind != DateKind::copyright; };
  const auto printed = std::find_if(origin.dates.begin(), origin.dates.end(), issued);
  if (coded.empty()) return;
  const std::string code_year = first_year(coded.front().text);
  if (printed == origin.dates.end()) {
    for (OriginDate d : coded) {
      // Alone, MARC's unknown digits are written as everywhere else.
      if (d.point.empty()) std::replace(d.text.begin(), d.text.end(), 'u', '-');
      if (origin.event == "production") d.kind = DateKind::other;
      origin.dates.push_back(std::move(d));
    }
    note(state.notes, "No date is printed in the record; {} is taken from field 008.",
         origin.dates.back().text);
    return;
  }
  const std::string year = first_year(printed->text);
  if (!year.empty() && !code_year.empty() && year != code_year)
    note(state.notes, "The dates disagree: {} as printed, {} in field 008.", printed->text,
         coded.front().text);
  // A span beside the printed words, for those who sort by it.
  if (coded.size() == 2) origin.dates.insert(origin.dates.end(), coded.begin(), coded.end());
}

}  // namespace

void publication(const MarcField& field, State& state) {
  Origin origin;
  origin.event = event_of(field);
  origin.places = texts_of(field, 'a');
  origin.agents = texts_of(field, 'b');
  set_dates(origin, field, 'c', state);
  keep(std::move(origin), state);
  if (field.tag != "260") return;
  Origin printer;
  printer.event = "manufacture";
  for (const char code : {'e', 'f'}) {
    auto& list = code == 'e' ? printer.places : printer.agents;
    list = texts_of(field, code);
  }
  set_dates(printer, field, 'g', state);
  keep(std::move(printer), state);
}

void edition(const MarcField& field, State& state) {
  std::string text = without_isbd(field.first('a'));
  if (const std::string more = without_isbd(field.first('b')); !more.empty()) text += ", " + more;
  Origin& origin = publication_of(state.record);
  if (!text.empty()) origin.edition += (origin.edition.empty() ? "" : ", ") + text;
}

void finish_origins(State& state) {
  const std::string field_008 = state.marc.control("008");
  // 250 comes before 264 and has made an empty event; it belongs to the publication.
  std::vector<Origin>& origins = state.record.origins;
  const auto only_edition = [](const Origin& o) { return is_empty(o) && !o.edition.empty(); };
  const auto lonely = std::find_if(origins.begin(), origins.end(), only_edition);
  if (lonely != origins.end() && origins.size() > 1) {
    const std::string edition = lonely->edition;
    origins.erase(lonely);
    publication_of(state.record).edition = edition;
  }
  set_issuance(state);
  set_dates_of_008(state, field_008);
  if (const std::string code = country_code(field_008); !code.empty())
    publication_of(state.record).country_codes.push_back(code);
  const bool dated =
      std::any_of(origins.begin(), origins.end(), [](const Origin& o) { return !o.dates.empty(); });
  if (!dated) note(state.notes, "The record says no date of publication.");
  std::erase_if(origins, [](const Origin& o) {
    return is_empty(o) && o.edition.empty() && o.country_codes.empty();
  });
}

}  // namespace linka::mapping
