// SPDX-License-Identifier: GPL-3.0-or-later
// One function for each block of the record, in the order the record is written. The rule behind
// all of them: a value that has one right form is given it; a value that the record of a volume
// cannot hold is left out and named, never passed on to be refused later.
#include "title/normalise.h"

#include "base/text.h"
#include "title/codes.h"
#include "title/notes.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <initializer_list>
#include <iterator>
#include <unordered_set>

namespace linka {
namespace {

using enum RecordLevel;

bool among(RecordLevel level, std::initializer_list<RecordLevel> levels) {
  return std::find(levels.begin(), levels.end(), level) != levels.end();
}
// Things with a publisher and a form of their own, as against parts, issues and years.
bool is_whole(RecordLevel level) {
  return among(level, {volume, title, periodical, volume_supplement, issue_supplement});
}

bool digit(char c) {
  return c >= '0' && c <= '9';
}

// One line, single spaces.
void squeeze(std::string& text) {
  std::string out;
  for (char c : clean_utf8(text)) {
    const bool blank = c == ' ' || c == '\t' || c == '\n' || c == '\r';
    if (!blank)
      out += c;
    else if (!out.empty() && out.back() != ' ')
      out += ' ';
  }
  if (!out.empty() && out.back() == ' ') out.pop_back();
  text = std::move(out);
}

// Squeezed, the empty ones gone, each once.
void squeeze(std::vector<std::string>& texts) {
  std::vector<std::string> out;
  std::unordered_set<std::string> seen;
  for (std::string& t : texts) {
    squeeze(t);
    if (!t.empty() && seen.insert(t).second) out.push_back(std::move(t));
  }
  texts = std::move(out);
}

std::string without_space(std::string_view text) {
  std::string out;
  for (char c : clean_utf8(text))
    if (c != ' ' && c != '\t' && c != '\n' && c != '\r') out += c;
  return out;
}

void titles(Record& record, Notes& notes, RecordLevel level) {
  std::vector<TitleInfo> out;
  bool have_main = false;
  for (TitleInfo t : record.titles) {
    for (std::string* s : {&t.non_sort, &t.title, &t.sub_title, &t.part_number, &t.part_name})
      squeeze(*s);
    // A year has a number, seldom a name, and no title of its own.
    const bool numbered = !t.part_number.empty() || !t.part_name.empty();
    if (t.title.empty() && !(level != volume && numbered)) continue;
    if (!one_of(t.type, {"", "abbreviated", "alternative", "translated", "uniform"})) {
      note(notes, "The title \"{}\" has the unknown type \"{}\" and is kept as alternative.",
           t.title, t.type);
      t.type = "alternative";
    }
    if (t.type.empty() && have_main) {
      note(notes, "The second main title \"{}\" is kept as alternative.", t.title);
      t.type = "alternative";
    }
    have_main = have_main || t.type.empty();
    out.push_back(std::move(t));
  }
  // The title proper leads.
  std::stable_partition(out.begin(), out.end(), [](const TitleInfo& t) { return t.type.empty(); });
  record.titles = std::move(out);
}

// "1880-1951"
bool is_closed_life(const std::string& dates) {
  if (dates.size() != 9 || dates[4] != '-') return false;
  for (std::size_t i = 0; i < dates.size(); ++i)
    if (i != 4 && !digit(dates[i])) return false;
  return true;
}

void names(Record& record, Notes& notes, RecordLevel level) {
  std::vector<Name> out;
  bool have_primary = false;
  for (Name name : record.names) {
    squeeze(name.et_al);
    squeeze(name.identifier);
    std::vector<NamePart> parts;
    std::string shown;
    for (NamePart part : name.parts) {
      squeeze(part.text);
      if (part.text.empty()) continue;
      if (!one_of(part.type, {"", "family", "given", "date", "termsOfAddress"})) part.type.clear();
      if (level == title && part.type == "date" && !is_closed_life(part.text)) {
        note(notes, "The dates \"{}\" are left out: a title's record takes them as 1880-1951 only.",
             part.text);
        continue;
      }
      shown += (shown.empty() ? "" : ", ") + part.text;
      parts.push_back(std::move(part));
    }
    name.parts = std::move(parts);
    if (name.parts.empty() && name.et_al.empty()) continue;
    if (!one_of(name.type, {"personal", "corporate", "conference", "family"}))
      name.type = "personal";
    std::vector<std::string> roles;
    for (const std::string& role : name.roles) {
      const std::string code = relator_code(role);
      if (code.empty())
        note(notes, "The role \"{}\" of {} is no MARC relator code and is left out.", role, shown);
      else if (std::find(roles.begin(), roles.end(), code) == roles.end())
        roles.push_back(code);
    }
    name.roles = std::move(roles);
    squeeze(name.alternative_names);
    if (name.primary && have_primary) {
      note(notes, "{} is a second main entry and is written as a further name.", shown);
      name.primary = false;
    }
    have_primary = have_primary || name.primary;
    if (!name.et_al.empty()) name = {name.type, false, {}, {}, {}, name.et_al};
    out.push_back(std::move(name));
  }
  record.names = std::move(out);
}

void append(std::vector<std::string>& to, const std::vector<std::string>& from) {
  to.insert(to.end(), from.begin(), from.end());
  squeeze(to);
}

bool has_date(const Origin& origin, DateKind kind) {
  return std::any_of(origin.dates.begin(), origin.dates.end(),
                     [&](const OriginDate& d) { return d.kind == kind; });
}

std::string digits_of(const std::string& text) {
  std::string out;
  std::copy_if(text.begin(), text.end(), std::back_inserter(out), digit);
  return out;
}

// Of several dates of one kind: the one as printed, else a span's two ends, else the first.
void one_date_a_kind(Origin& origin, Notes& notes) {
  std::vector<OriginDate> out;
  for (const DateKind kind :
       {DateKind::issued, DateKind::created, DateKind::copyright, DateKind::other}) {
    const OriginDate *plain = nullptr, *start = nullptr, *end = nullptr;
    for (const OriginDate& d : origin.dates) {
      if (d.kind != kind) continue;
      const OriginDate*& place = d.point == "start" ? start : d.point == "end" ? end : plain;
      if (place == nullptr)
        place = &d;
      else if (digits_of(place->text) != digits_of(d.text))
        note(notes, "The date {} is left out: {} stands already.", d.text, place->text);
    }
    if (plain != nullptr) {
      out.push_back(*plain);
    } else if (start != nullptr && end != nullptr && start->text != end->text) {
      out.push_back(*start);
      out.push_back(*end);
    } else if (start != nullptr || end != nullptr) {
      out.push_back(start != nullptr ? *start : *end);
      out.back().point.clear();
    }
  }
  origin.dates = std::move(out);
}

void clean_origin(Origin& origin, Notes& notes) {
  squeeze(origin.places);
  squeeze(origin.agents);
  squeeze(origin.edition);
  std::vector<std::string> codes;
  for (std::string code : origin.country_codes) {
    code = lower_ascii(without_space(code));
    while (code.ends_with('-')) code.pop_back();
    const bool letters =
        std::all_of(code.begin(), code.end(), [](char c) { return c >= 'a' && c <= 'z'; });
    if (!letters || code.size() < 2 || code.size() > 3)
      note(notes, "The country code \"{}\" is no MARC country code and is left out.", code);
    else if (std::find(codes.begin(), codes.end(), code) == codes.end())
      codes.push_back(code);
  }
  origin.country_codes = std::move(codes);
  std::vector<OriginDate> dates;
  for (OriginDate d : origin.dates) {
    squeeze(d.text);
    // MARC's way of saying unknown digits, and "still going on".
    const bool marc = d.text.size() == 4 && std::all_of(d.text.begin(), d.text.end(), [](char c) {
                        return digit(c) || c == 'u';
                      });
    if (marc) std::replace(d.text.begin(), d.text.end(), 'u', '-');
    if (d.text.empty() || (d.point == "end" && d.text == "9999")) continue;
    if (!one_of(d.point, {"", "start", "end"})) d.point.clear();
    if (!one_of(d.qualifier, {"", "approximate", "inferred", "questionable"})) d.qualifier.clear();
    dates.push_back(std::move(d));
  }
  origin.dates = std::move(dates);
}

bool empty(const Origin& o) {
  return o.country_codes.empty() && o.places.empty() && o.agents.empty() && o.dates.empty() &&
         o.edition.empty();
}

Origin& event_of(std::vector<Origin>& origins, const std::string& event) {
  for (Origin& o : origins)
    if (o.event == event) return o;
  origins.emplace_back();
  origins.back().event = event;
  return origins.back();
}

// The first four digits in a row: "1926" of "c1926".
std::string year_in(const std::string& text) {
  std::size_t run = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    run = digit(text[i]) ? run + 1 : 0;
    if (run == 4) return text.substr(i - 3, 4);
  }
  return {};
}

// A publication must have its date. Where none is stated it is inferred from the next best one, in
// the order that RDA gives to cataloguers.
void infer_publication_date(std::vector<Origin>& origins, Notes& notes) {
  const auto publication = std::find_if(origins.begin(), origins.end(),
                                        [](const Origin& o) { return o.event == "publication"; });
  if (publication == origins.end()) return;
  for (const char* event : {"copyright", "distribution", "manufacture", "production"})
    for (const Origin& o : origins)
      for (const OriginDate& d : o.dates) {
        const std::string year = o.event == event ? year_in(d.text) : std::string{};
        if (year.empty()) continue;
        note(notes, "The year of publication is not stated; [{}] is inferred from the {} date {}.",
             year, event, d.text);
        publication->dates.push_back({DateKind::issued, "[" + year + "]", "", "inferred"});
        return;
      }
}

// RDA: each originInfo is one event, with the date that belongs to it.
void part_events(Record& record, Notes& notes) {
  std::vector<Origin> in = std::move(record.origins);
  std::vector<Origin> out;
  for (Origin& o : in) {
    std::string event = lower_ascii(o.event);
    if (!one_of(event, {"publication", "production", "distribution", "manufacture", "copyright"})) {
      if (!event.empty())
        note(notes, "The event \"{}\" is unknown and is read as publication.", o.event);
      const bool only_copyright = has_date(o, DateKind::copyright) &&
                                  !has_date(o, DateKind::issued) && o.agents.empty() &&
                                  o.places.empty() && o.edition.empty();
      event = only_copyright ? "copyright" : "publication";
    }
    o.event = event;
    std::vector<OriginDate> own, copyright;
    for (OriginDate d : o.dates) {
      if (event == "copyright" && d.kind == DateKind::issued) d.kind = DateKind::copyright;
      if (event != "publication" && event != "copyright" && d.kind == DateKind::issued)
        d.kind = DateKind::other;
      if (d.kind == DateKind::copyright && event != "copyright")
        copyright.push_back(std::move(d));
      else if (d.kind == DateKind::other && one_of(event, {"publication", "copyright"}))
        note(notes, "The date {} belongs to no event that is known and is left out.", d.text);
      else
        own.push_back(std::move(d));
    }
    o.dates = std::move(own);
    // A second publication without a date of its own says where else the book came out.
    const bool undated = event == "publication" && !has_date(o, DateKind::issued);
    const bool there = std::any_of(out.begin(), out.end(),
                                   [](const Origin& p) { return p.event == "publication"; });
    if (undated && there) {
      Origin& first = event_of(out, "publication");
      append(first.places, o.places);
      append(first.agents, o.agents);
      append(first.country_codes, o.country_codes);
      if (first.edition.empty()) first.edition = o.edition;
    } else if (!empty(o)) {
      out.push_back(std::move(o));
    }
    if (!copyright.empty()) {
      Origin& c = event_of(out, "copyright");
      c.dates.insert(c.dates.end(), copyright.begin(), copyright.end());
    }
  }
  std::erase_if(out, [](const Origin& o) {
    return o.event == "copyright" && !has_date(o, DateKind::copyright);
  });
  // The undated publication that came first gives way to a dated one.
  const bool dated = std::any_of(out.begin(), out.end(), [](const Origin& o) {
    return o.event == "publication" && has_date(o, DateKind::issued);
  });
  if (dated) {
    Origin rest;
    std::erase_if(out, [&](const Origin& o) {
      if (o.event != "publication" || has_date(o, DateKind::issued)) return false;
      append(rest.places, o.places);
      append(rest.agents, o.agents);
      append(rest.country_codes, o.country_codes);
      return true;
    });
    Origin& first = event_of(out, "publication");
    append(first.places, rest.places);
    append(first.agents, rest.agents);
    append(first.country_codes, rest.country_codes);
  } else {
    infer_publication_date(out, notes);
  }
  record.origins = std::move(out);
}

// AACR2: one originInfo, without events.
void join_events(Record& record, Notes& notes) {
  Origin all;
  for (const Origin& o : record.origins) {
    if (one_of(o.event, {"distribution", "manufacture"})) {
      for (const std::string& agent : o.agents)
        note(notes, "{} ({}) is left out: by AACR2 only publishers are written.", agent, o.event);
      continue;
    }
    append(all.places, o.places);
    append(all.agents, o.agents);
    append(all.country_codes, o.country_codes);
    if (all.edition.empty()) all.edition = o.edition;
    for (const OriginDate& d : o.dates)
      if (d.kind != DateKind::other) all.dates.push_back(d);
  }
  // AACR2 knows dates of issue only; "c1926" is one where no other is stated.
  const bool issued = has_date(all, DateKind::issued);
  std::vector<OriginDate> dates;
  for (OriginDate& d : all.dates) {
    if (d.kind == DateKind::copyright && issued) {
      note(notes, "The copyright date {} is left out: by AACR2 the date of issue stands alone.",
           d.text);
      continue;
    }
    if (d.kind == DateKind::copyright) d.kind = DateKind::issued;
    dates.push_back(std::move(d));
  }
  all.dates = std::move(dates);
  record.origins.clear();
  if (!empty(all)) record.origins.push_back(std::move(all));
}

void rules_of_description(Record& record, Notes& notes) {
  std::string& standard = record.info.standard;
  const std::string found = lower_ascii(without_space(standard));
  if (found == "rda") {
    standard = "rda";
  } else if (found == "aacr" || found == "aacr2") {
    standard = "aacr";
  } else {
    const bool events = std::any_of(record.origins.begin(), record.origins.end(),
                                    [](const Origin& o) { return !o.event.empty(); });
    note(notes, "The rules of description are {}; they are written as {}.",
         found.empty() ? "not named" : "\"" + standard + "\"", events ? "rda" : "aacr");
    standard = events ? "rda" : "aacr";
  }
}

// Of issues and years only dates, places and who published are written, without events.
void plain_origin(Record& record) {
  Origin all;
  for (const Origin& o : record.origins) {
    append(all.places, o.places);
    append(all.agents, o.agents);
    append(all.country_codes, o.country_codes);
    for (OriginDate d : o.dates) {
      d.kind = DateKind::issued;
      all.dates.push_back(std::move(d));
    }
  }
  record.origins.clear();
  if (!empty(all)) record.origins.push_back(std::move(all));
}

void issuance(Record& record, Notes& notes, RecordLevel level) {
  if (level == periodical) {
    if (one_of(record.issuance, {"serial", "continuing", "integrating resource"})) return;
    record.issuance = "serial";
    return;
  }
  record.frequency.clear();
  if (level != volume) {
    record.issuance.clear();
    return;
  }
  if (one_of(record.issuance, {"monographic", "multipart monograph", "single unit"})) return;
  if (!record.issuance.empty())
    note(notes, "The issuance \"{}\" is none of a volume; it is written as monographic.",
         record.issuance);
  record.issuance = "monographic";
}

void origins(Record& record, Notes& notes, RecordLevel level) {
  for (Origin& o : record.origins) clean_origin(o, notes);
  std::erase_if(record.origins, [](const Origin& o) { return empty(o); });
  issuance(record, notes, level);
  if (!is_whole(level)) {
    if (record.info.standard.empty()) record.info.standard = "rda";
    if (among(level, {year, issue}))
      plain_origin(record);
    else
      record.origins.clear();
    for (Origin& o : record.origins) one_date_a_kind(o, notes);
    return;
  }
  rules_of_description(record, notes);
  if (record.info.standard == "rda")
    part_events(record, notes);
  else
    join_events(record, notes);
  for (Origin& o : record.origins) {
    one_date_a_kind(o, notes);
    if (among(level, {title, volume_supplement, issue_supplement})) o.edition.clear();
  }
}

void languages(Record& record, Notes& notes) {
  std::vector<Language> out;
  for (Language l : record.languages) {
    const std::string code = language_code(l.code);
    if (code.empty()) {
      note(notes, "\"{}\" is no ISO 639-2 language code and is left out.", l.code);
      continue;
    }
    squeeze(l.object);
    if (!one_of(l.object,
                {"", "summary", "table of contents", "accompanying material", "translation"})) {
      note(notes, "The language {} is of \"{}\", which is not recorded, and is left out.", code,
           l.object);
      continue;
    }
    l.code = code;
    const bool there = std::any_of(out.begin(), out.end(), [&](const Language& have) {
      return have.code == l.code && have.object == l.object;
    });
    if (!there) out.push_back(std::move(l));
  }
  record.languages = std::move(out);
}

// What is printed and nothing more is known of.
Form usual_form(const Record& record, RecordLevel level) {
  const bool rda = record.info.standard == "rda";
  const bool sheet = level == volume && one_of(record.genre, {"cartographic", "graphic"});
  if (rda && sheet) return {"rdacarrier", "list", "carrier"};
  if (level == volume_supplement) return {"rdamedia", "bez média", "media"};
  return {"marcform", "print"};
}

// The type goes with the authority where the record knows it, and is not written elsewhere.
void form_type(Form& form, const Record& record, RecordLevel level) {
  form.type.clear();
  const bool known =
      level != volume || record.genre != "volume" || record.issuance == "multipart monograph";
  if (!known) return;
  if (form.authority == "rdamedia") form.type = "media";
  if (form.authority == "rdacarrier") form.type = "carrier";
}

void description(Record& record, Notes& notes, RecordLevel level) {
  std::vector<Form> forms;
  for (Form form : record.forms) {
    squeeze(form.text);
    if (form.text.empty()) continue;
    if (!one_of(form.authority,
                {"", "marcform", "rdamedia", "rdacarrier", "marccategory", "marcsmd", "gmd"})) {
      note(notes, "The form \"{}\" is kept without its authority \"{}\".", form.text,
           form.authority);
      form.authority.clear();
    }
    const bool aacr = record.info.standard == "aacr" && level != volume_supplement;
    if (aacr && form.authority.starts_with("rda")) {
      note(notes, "The form \"{}\" is left out: a record by AACR2 has no {}.", form.text,
           form.authority);
      continue;
    }
    form_type(form, record, level);
    // By AACR2 a form without its list is refused.
    if (aacr && form.authority.empty()) form.authority = form.text == "print" ? "marcform" : "gmd";
    const bool there = std::any_of(forms.begin(), forms.end(), [&](const Form& have) {
      return have.authority == form.authority && have.text == form.text;
    });
    if (!there) forms.push_back(std::move(form));
  }
  if (forms.empty()) forms.push_back(usual_form(record, level));
  if (!is_whole(level)) forms.clear();
  record.forms = std::move(forms);
  if (!is_whole(level)) record.physical_notes.clear();
  if (!is_whole(level) && level != issue) record.extents.clear();
  squeeze(record.extents);
  squeeze(record.physical_notes);
  squeeze(record.abstracts);
  squeeze(record.notes);
}

void content(Record& record, Notes& notes) {
  std::vector<Subject> subjects;
  for (Subject s : record.subjects) {
    for (auto* list : {&s.topics, &s.geographic, &s.temporal, &s.names}) squeeze(*list);
    if (s.topics.empty() && s.geographic.empty() && s.temporal.empty() && s.names.empty()) continue;
    if (!one_of(s.authority,
                {"", "czenas", "eczenas", "Konspekt", "czmesh", "mednas", "msvkth", "agrovoc"})) {
      note(notes, "Subjects are kept without their authority \"{}\", which is not recorded.",
           s.authority);
      s.authority.clear();
    }
    subjects.push_back(std::move(s));
  }
  record.subjects = std::move(subjects);

  std::vector<Classification> classes;
  for (Classification c : record.classifications) {
    squeeze(c.text);
    if (c.text.empty()) continue;
    if (lower_ascii(c.authority) == "konspekt") c.authority = "Konspekt";
    if (!one_of(c.authority, {"udc", "Konspekt"})) {
      note(notes, "The classification \"{}\" is neither udc nor Konspekt and is left out.", c.text);
      continue;
    }
    c.edition = lower_ascii(c.edition) == "konspekt" && c.authority == "udc" ? "Konspekt" : "";
    classes.push_back(std::move(c));
  }
  record.classifications = std::move(classes);

  std::vector<RelatedItem> related;
  for (RelatedItem r : record.related) {
    std::erase_if(r.titles, [](TitleInfo& t) {
      for (std::string* s : {&t.non_sort, &t.title, &t.sub_title, &t.part_number, &t.part_name})
        squeeze(*s);
      if (!one_of(t.type, {"", "abbreviated", "alternative", "translated", "uniform"}))
        t.type.clear();
      return t.title.empty();
    });
    squeeze(r.notes);
    if (r.titles.empty()) continue;
    if (!one_of(r.type, {"preceding", "succeeding", "original", "host", "constituent", "series",
                         "otherVersion", "otherFormat", "isReferencedBy"})) {
      note(notes,
           "The related item \"{}\" has the type \"{}\", which is not recorded, and is left out.",
           r.titles[0].title, r.type);
      continue;
    }
    related.push_back(std::move(r));
  }
  record.related = std::move(related);
}

void locations(Record& record, Notes& notes, RecordLevel level) {
  std::vector<Location> out;
  for (Location l : record.locations) {
    std::string found = l.sigla;
    squeeze(found);
    l.sigla = without_space(l.sigla);
    squeeze(l.shelf_mark);
    if (!l.sigla.empty() && !is_sigla(l.sigla)) {
      note(notes, "The location \"{}\" is no library code (as ABA001) and is left out.", found);
      continue;
    }
    squeeze(l.url);
    if (l.sigla.empty() || (l.shelf_mark.empty() && level == volume)) {
      if (!l.sigla.empty() || !l.shelf_mark.empty())
        note(notes, "The location {} is left out: library code and shelf mark go together.",
             l.sigla.empty() ? l.shelf_mark : l.sigla);
      continue;
    }
    const bool there = std::any_of(out.begin(), out.end(), [&](const Location& have) {
      return have.sigla == l.sigla && have.shelf_mark == l.shelf_mark;
    });
    if (!there) out.push_back(std::move(l));
  }
  record.locations = std::move(out);
}

// Upper case, and hyphens only where they part an ISBN into its four or five groups.
std::string tidy_isbn(std::string value) {
  for (char& c : value)
    if (c == 'x') c = 'X';
  const std::vector<std::string> groups = split_text(value, '-');
  std::string bare;
  for (const std::string& group : groups) bare += group;
  const std::size_t expected = bare.size() == 13 ? 5 : 4;
  std::array<std::size_t, 5> longest{3, 5, 7, 7, 1};
  bool parted = groups.size() == expected;
  for (std::size_t i = 0; parted && i < groups.size(); ++i)
    parted = !groups[i].empty() && groups[i].size() <= longest[i + 5 - expected];
  return parted ? value : bare;
}

std::string tidy_value(const std::string& type, std::string_view raw) {
  std::string value = trimmed(raw);
  if (type == "isbn" || type == "ismn" || type == "issn") {
    // "80-200-0001-5 (váz.)"
    value = value.substr(0, value.find('('));
  }
  value = without_space(value);
  if (type == "isbn") value = tidy_isbn(std::move(value));
  if (type == "uuid" || type == "urnnbn") value = lower_ascii(value);
  if (type == "uuid" && value.starts_with("uuid:")) value = value.substr(5);
  return value;
}

// Identifiers that a record of that level must not have (7.2 of the specification).
bool has_no(RecordLevel level, const std::string& type) {
  switch (level) {
    case volume_supplement:
    case chapter:
    case volume_picture:
      return one_of(type, {"isbn", "ismn", "ccnb"});
    case periodical:
      return type == "urnnbn";
    case year:
    case article:
    case issue_picture:
      return one_of(type, {"issn", "ccnb"});
    case issue:
      return type == "ccnb";
    default:
      return false;
  }
}

void identifiers(Record& record, Notes& notes, RecordLevel level) {
  std::vector<Identifier> out;
  for (Identifier id : record.identifiers) {
    id.type = without_space(id.type);
    for (std::string_view known : {"uuid", "urnnbn", "isbn", "issn", "ismn", "ccnb", "barCode"})
      if (lower_ascii(id.type) == lower_ascii(known)) id.type = known;
    id.value = tidy_value(id.type, id.value);
    if (id.value.empty()) continue;
    if (id.type.empty()) {
      note(notes, "The identifier \"{}\" names no type and is left out.", id.value);
      continue;
    }
    if (id.type == "issn" && level == volume) {
      note(notes, "The ISSN {} is left out: a volume has none.", id.value);
      continue;
    }
    if (has_no(level, id.type)) {
      note(notes, "The identifier {} {} is left out: the standard has none at that level.", id.type,
           id.value);
      continue;
    }
    if (id.type == "issn" && !is_issn(id.value)) {
      note(notes, "The ISSN {} has a wrong form or check digit and is kept as a note.", id.value);
      record.notes.push_back("chybné ISSN " + id.value);
      continue;
    }
    // Marked invalid or not, a number with a wrong check digit makes the record invalid.
    if (id.type == "isbn" && !is_isbn(id.value)) {
      note(notes, "The ISBN {} has a wrong form or check digit and is kept as a note.", id.value);
      record.notes.push_back("chybné ISBN " + id.value);
      continue;
    }
    if (id.type.find(':') != std::string::npos || id.value.ends_with(':')) {
      note(notes, "The identifier {} {} is left out: in Dublin Core the colon parts the two.",
           id.type, id.value);
      continue;
    }
    if (id.invalid && (id.type == "uuid" || id.type == "urnnbn")) {
      note(notes, "The invalid {} {} is left out.", id.type, id.value);
      continue;
    }
    const auto same = std::find_if(out.begin(), out.end(), [&](const Identifier& have) {
      return have.type == id.type && have.invalid == id.invalid;
    });
    if (same != out.end()) {
      if (same->value != id.value)
        note(notes, "A second {}{}, {}, is left out: {} stands already.",
             id.invalid ? "invalid " : "", id.type, id.value, same->value);
      continue;
    }
    out.push_back(std::move(id));
  }
  // A number that is both valid and invalid is valid.
  std::vector<Identifier> kept;
  for (const Identifier& id : out) {
    const bool doubled =
        id.invalid && std::any_of(out.begin(), out.end(), [&](const auto& other) {
          return !other.invalid && other.type == id.type && other.value == id.value;
        });
    if (!doubled) kept.push_back(id);
  }
  record.identifiers = std::move(kept);
}

void complete(std::string& date, const char* what, Notes& notes) {
  if (date.empty()) return;
  const std::string whole = completed_date_time(date);
  if (whole.empty())
    note(notes, "The date of the record's {}, \"{}\", is no date and is left out.", what, date);
  date = whole;
}

void record_info(Record& record, Notes& notes) {
  RecordInfo& info = record.info;
  info.source = without_space(info.source);
  if (!info.source.empty() && !is_sigla(info.source)) {
    note(notes, "The record's source \"{}\" is no library code (as ABA001) and is left out.",
         info.source);
    info.source.clear();
  }
  complete(info.created, "creation", notes);
  complete(info.changed, "change", notes);
  squeeze(info.identifier);
  squeeze(info.identifier_source);
  if (!info.identifier.empty() && info.identifier_source.empty()) {
    note(notes, "The record's number {} is left out: it does not say whose it is.",
         info.identifier);
    info.identifier.clear();
  }
  if (!info.origin.empty() && info.origin != "human prepared") info.origin = "machine generated";
  if (!info.language.empty()) {
    const std::string code = language_code(info.language);
    if (code.empty())
      note(notes, "The language of cataloguing, \"{}\", is no ISO 639-2 code and is left out.",
           info.language);
    info.language = code;
  }
}

}  // namespace

std::string completed_date_time(std::string_view raw) {
  std::string text = trimmed(raw);
  if (is_date_time(text)) return text;
  const auto made = [](std::string_view y, std::string_view m, std::string_view d,
                       std::string_view clock, std::string_view zone) -> std::string {
    std::string out = fmt::format("{}-{}-{}T{}{}", y, m, d, clock, zone);
    return is_date_time(out) ? out : std::string{};
  };
  constexpr std::string_view midnight = "00:00:00";
  const auto count =
      static_cast<std::size_t>(std::find_if_not(text.begin(), text.end(), digit) - text.begin());
  const std::string_view t(text);
  const std::string_view rest = t.substr(count);
  if (count == 6 && rest.empty()) {
    // MARC 008: two digits for the year; catalogues of this kind begin in the late sixties.
    const std::string year = (t[0] >= '6' ? "19" : "20") + text.substr(0, 2);
    return made(year, t.substr(2, 2), t.substr(4, 2), midnight, "Z");
  }
  if (count == 8 && rest.empty())
    return made(t.substr(0, 4), t.substr(4, 2), t.substr(6, 2), midnight, "Z");
  if (count == 4 && rest.empty()) return made(t, "01", "01", midnight, "Z");
  if (count == 14 && (rest.empty() || rest.front() == '.'))
    return made(t.substr(0, 4), t.substr(4, 2), t.substr(6, 2),
                fmt::format("{}:{}:{}", t.substr(8, 2), t.substr(10, 2), t.substr(12, 2)), "");
  // 20250314T101500Z
  if (count == 8 && rest.size() >= 7 && rest.front() == 'T')
    return made(t.substr(0, 4), t.substr(4, 2), t.substr(6, 2),
                fmt::format("{}:{}:{}", rest.substr(1, 2), rest.substr(3, 2), rest.substr(5, 2)),
                rest.substr(7));
  // 2001-02-13
  if (count == 4 && text.size() == 10 && t[4] == '-' && t[7] == '-')
    return made(t.substr(0, 4), t.substr(5, 2), t.substr(8, 2), midnight, "Z");
  return {};
}

void normalise(Record& record, std::vector<std::string>& notes, RecordLevel level) {
  titles(record, notes, level);
  names(record, notes, level);
  origins(record, notes, level);
  languages(record, notes);
  description(record, notes, level);
  content(record, notes);
  locations(record, notes, level);
  identifiers(record, notes, level);
  record_info(record, notes);
  for (std::string* s : {&record.institution, &record.collection}) squeeze(*s);
  for (std::string* s : {&record.sigla, &record.archivist, &record.owner}) *s = without_space(*s);
}

}  // namespace linka
