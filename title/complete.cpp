// SPDX-License-Identifier: GPL-3.0-or-later
// What is inherited fills only what is empty, a group of values at a time: a volume with one
// language of its own does not get the title's others as well.
#include "title/complete.h"

#include "base/translate.h"
#include "title/genres.h"
#include "title/mods_record.h"
#include "title/normalise.h"

#include <algorithm>
#include <map>
#include <set>

namespace linka {
namespace {

template <class T>
void fill(T& value, const T& above) {
  if (value == T{}) value = above;
}

bool has_own_title(const Record& record) {
  const TitleInfo* t = main_title(record);
  return t != nullptr && !t->title.empty();
}

void inherit_title(Record& record, const Record& above) {
  if (has_own_title(record)) return;
  const TitleInfo* from = main_title(above);
  if (from == nullptr) return;
  if (main_title(record) == nullptr) record.titles.insert(record.titles.begin(), TitleInfo{});
  for (TitleInfo& t : record.titles)
    if (t.type.empty()) {
      t.title = from->title;
      t.non_sort = from->non_sort;
      return;
    }
}

// A publication with a date alone gets its place and its publisher from above, and the other way
// round.
void inherit_publication(Record& record, const Record& above) {
  const auto publication = [](auto& origins) {
    return std::find_if(origins.begin(), origins.end(),
                        [](const Origin& o) { return o.event == "publication"; });
  };
  const auto from = publication(above.origins);
  if (from == above.origins.end()) return;
  if (record.origins.empty()) {
    record.origins.push_back(*from);
    record.origins.back().edition.clear();
    return;
  }
  const auto to = publication(record.origins);
  if (to == record.origins.end()) return;
  fill(to->country_codes, from->country_codes);
  fill(to->places, from->places);
  fill(to->agents, from->agents);
  fill(to->dates, from->dates);
}

void inherit_info(RecordInfo& info, const RecordInfo& above) {
  fill(info.source, above.source);
  fill(info.created, above.created);
  fill(info.changed, above.changed);
  fill(info.origin, above.origin);
  fill(info.language, above.language);
}

void inherit_library(Record& record, const Record& above) {
  fill(record.sigla, above.sigla);
  fill(record.archivist, above.archivist);
  fill(record.institution, above.institution);
  fill(record.collection, above.collection);
  fill(record.owner, above.owner);
  fill(record.scanner, above.scanner);
}

// A shelf mark without a library is that of the owner, else of who digitizes.
void own_locations(Record& record) {
  for (Location& l : record.locations)
    if (l.sigla.empty()) l.sigla = record.owner.empty() ? record.sigla : record.owner;
}

void inherit_common(Record& title, const Record& common, bool rules_are_common) {
  inherit_library(title, common);
  inherit_publication(title, common);
  fill(title.languages, common.languages);
  fill(title.locations, common.locations);
  inherit_info(title.info, common.info);
  if (rules_are_common) title.info.standard = common.info.standard;
}

void order_parts(std::vector<Part>& parts) {
  const auto rank = [](PartKind kind) {
    switch (kind) {
      case PartKind::chapter:
        return 0;
      case PartKind::article:
        return 1;
      case PartKind::picture:
        return 2;
      case PartKind::supplement:
        break;
    }
    return 3;
  };
  std::stable_sort(parts.begin(), parts.end(),
                   [&](const Part& a, const Part& b) { return rank(a.kind) < rank(b.kind); });
  for (Part& part : parts) order_parts(part.parts);
}

void complete_parts(std::vector<Part>& parts, DocumentKind kind, const Record& unit, Notes& notes) {
  for (Part& part : parts) {
    const RecordLevel level = level_of(part.kind, kind);
    inherit_part(part.record, level, unit);
    normalise(part.record, notes, level);
    complete_parts(part.parts, kind, unit, notes);
  }
}

// ---- years
// ---------------------------------------------------------------------------------------

std::string number_of(const Record& year) {
  const TitleInfo* t = main_title(year);
  return t == nullptr ? "" : t->part_number;
}

Record new_year(const std::string& number, const std::string& date) {
  Record out;
  TitleInfo t;
  t.part_number = number;
  out.titles.push_back(t);
  if (!date.empty()) {
    Origin o;
    o.dates.push_back({DateKind::issued, date, "", ""});
    out.origins.push_back(o);
  }
  return out;
}

// The last four digits in a row: the year of "05.1927" or "[1927]".
std::string year_in(const std::string& date) {
  std::size_t run = 0;
  for (std::size_t i = date.size(); i > 0; --i) {
    run = date[i - 1] >= '0' && date[i - 1] <= '9' ? run + 1 : 0;
    if (run == 4) return date.substr(i - 1, 4);
  }
  return {};
}

// The year an issue names, or the only one, or the one its date falls into.
const Record* year_of(const std::vector<Record>& years, const YearWord& word,
                      const std::string& issue_year) {
  const Record* found = nullptr;
  for (const Record& year : years) {
    const std::string number = number_of(year), date = issue_date(year);
    if (!word.number.empty() && number != word.number) continue;
    if (!word.date.empty() && date != word.date && !(!word.number.empty() && date.empty()))
      continue;
    if (word.number.empty() && word.date.empty() && years.size() > 1 &&
        (issue_year.empty() || date.find(issue_year) == std::string::npos))
      continue;
    if (found != nullptr) return nullptr;
    found = &year;
  }
  return found;
}

void give_year(Unit& unit, const YearWord& word, const std::vector<Record>& years,
               Problems& problems, Notes& notes) {
  if (unit.year) return;
  const std::string issue_year = year_in(issue_date(unit.record));
  if (const Record* year = year_of(years, word, issue_year)) {
    unit.year = *year;
    return;
  }
  if (!years.empty() && (!word.number.empty() || !word.date.empty())) {
    problems.mistake(word.place, "no year, or more than one, in [[years]] is {} {}", word.number,
                     word.date);
    return;
  }
  if (word.number.empty() && word.date.empty() && issue_year.empty()) return;
  unit.year = new_year(word.number, word.date.empty() ? issue_year : word.date);
  if (word.date.empty() && !issue_year.empty())
    note(notes, "The years of issues are taken from the dates of the issues.");
}

// Issues of one year give its date once, or alike.
void agree_on_years(Document& document, Notes& notes) {
  std::map<std::string, std::string> dates;
  for (const Unit& unit : document.units)
    if (unit.year && !number_of(*unit.year).empty() && !issue_date(*unit.year).empty())
      dates.emplace(number_of(*unit.year), issue_date(*unit.year));
  for (Unit& unit : document.units) {
    if (!unit.year) continue;
    const auto known = dates.find(number_of(*unit.year));
    if (issue_date(*unit.year).empty() && known != dates.end())
      unit.year = new_year(number_of(*unit.year), known->second);
    normalise(*unit.year, notes, RecordLevel::year);
  }
}

// A work of several volumes came out while its volumes did.
void date_of_work(Document& document, Notes& notes) {
  if (document.kind != DocumentKind::monograph || !document.title) return;
  if (!issue_date(*document.title).empty()) return;
  std::set<std::string> years;
  for (const Unit& unit : document.units)
    if (const std::string year = year_in(issue_date(unit.record)); !year.empty())
      years.insert(year);
  if (years.empty()) return;
  const std::string date =
      years.size() == 1 ? *years.begin() : *years.begin() + "-" + *years.rbegin();
  Record from;
  from.origins.emplace_back();
  from.origins.back().dates.push_back({DateKind::issued, date, "", ""});
  inherit_publication(*document.title, from);
  note(notes, "The title's date, {}, is that of its volumes.", date);
}

void no_language(Record& record, Notes& notes) {
  const bool silent = record.genre == "graphic" || record.genre == "sheetmusic";
  if (!silent || !record.languages.empty()) return;
  record.languages.push_back({"zxx", ""});
  note(notes, "No language is given; zxx (no linguistic content) is written.");
}

}  // namespace

void inherit_unit(Record& unit, const Document& document) {
  const bool periodical = document.kind == DocumentKind::periodical;
  if (document.title) {
    const Record& above = *document.title;
    inherit_title(unit, above);
    inherit_library(unit, above);
    fill(unit.languages, above.languages);
    fill(unit.locations, above.locations);
    inherit_info(unit.info, above.info);
    unit.info.standard = above.info.standard;
    if (!periodical) {
      inherit_publication(unit, above);
      fill(unit.names, above.names);
      fill(unit.forms, above.forms);
      unit.issuance = "multipart monograph";
    }
  }
  own_locations(unit);
}

void inherit_part(Record& part, RecordLevel level, const Record& unit) {
  const bool picture = level == RecordLevel::volume_picture || level == RecordLevel::issue_picture;
  const bool supplement =
      level == RecordLevel::volume_supplement || level == RecordLevel::issue_supplement;
  if (!picture) fill(part.languages, unit.languages);
  inherit_info(part.info, unit.info);
  part.info.standard = unit.info.standard;
  if (!supplement) return;
  inherit_title(part, unit);
  if (level != RecordLevel::issue_supplement || !part.origins.empty()) return;
  // A supplement came out with its issue.
  for (const Origin& o : unit.origins) {
    Origin date;
    date.dates = o.dates;
    if (!date.dates.empty()) part.origins.push_back(std::move(date));
  }
}

Document completed(ReadDocument read, Problems& problems, Notes& notes) {
  Document document = std::move(read.document);
  const bool periodical = document.kind == DocumentKind::periodical;
  if (document.title) {
    inherit_common(*document.title, read.common, read.common.info.standard != "rda");
    own_locations(*document.title);
    date_of_work(document, notes);
    if (read.from_mods) find_digitizing_library(*document.title, notes);
    normalise(*document.title, notes, periodical ? RecordLevel::periodical : RecordLevel::title);
  }
  for (std::size_t i = 0; i < document.units.size(); ++i) {
    Unit& unit = document.units[i];
    if (!document.title) inherit_common(unit.record, read.common, false);
    inherit_unit(unit.record, document);
    if (read.from_mods) find_digitizing_library(unit.record, notes);
    if (!periodical) no_language(unit.record, notes);
    normalise(unit.record, notes, periodical ? RecordLevel::issue : RecordLevel::volume);
    if (periodical)
      give_year(unit, i < read.words.size() ? read.words[i] : YearWord{}, read.years, problems,
                notes);
    order_parts(unit.parts);
    complete_parts(unit.parts, document.kind, unit.record, notes);
  }
  if (periodical) agree_on_years(document, notes);
  return document;
}

}  // namespace linka
