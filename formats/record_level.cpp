// SPDX-License-Identifier: GPL-3.0-or-later
// One function a block, in the order in which the standard describes them.
#include "formats/record_level.h"

#include "base/text.h"

#include <fmt/format.h>

#include <algorithm>
#include <initializer_list>
#include <utility>

namespace linka {
namespace {

using enum RecordLevel;
using Words = std::initializer_list<std::string_view>;

bool among(std::string_view word, Words words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

bool among(RecordLevel level, std::initializer_list<RecordLevel> levels) {
  return std::find(levels.begin(), levels.end(), level) != levels.end();
}

bool is_supplement(RecordLevel level) {
  return level == volume_supplement || level == issue_supplement;
}

bool is_picture(RecordLevel level) {
  return level == volume_picture || level == issue_picture;
}

// 9 stands for a digit.
bool looks_like(std::string_view text, std::string_view form) {
  if (text.size() != form.size()) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool digit = text[i] >= '0' && text[i] <= '9';
    if (form[i] == '9' ? !digit : text[i] != form[i]) return false;
  }
  return true;
}

void keep_titles(Record& r, RecordLevel level) {
  const bool plain_only = is_supplement(level) || is_internal_part(level);
  std::erase_if(r.titles, [&](const TitleInfo& t) {
    const bool empty =
        t.title.empty() && (level != year || (t.part_number.empty() && t.part_name.empty()));
    const bool regional = t.type == "mutational edition";  // of an issue
    return empty || (plain_only && !t.type.empty()) || (regional && level != issue);
  });
  // A year without a number is called by its date.
  if (level == year && r.titles.empty()) {
    TitleInfo by_date;
    by_date.part_number = issue_date(r);
    if (!by_date.part_number.empty()) r.titles.push_back(std::move(by_date));
  }
}

void keep_names(Record& r, RecordLevel level) {
  for (Name& name : r.names)
    std::erase_if(name.parts, [&](const NamePart& part) {
      // A work of several volumes takes whole spans of years only.
      return part.text.empty() ||
             (level == title && part.type == "date" && !looks_like(part.text, "9999-9999"));
    });
  std::erase_if(r.names, [&](const Name& name) {
    if (!name.et_al.empty()) return level == volume_supplement;  // each name has a type there
    return name.parts.empty();
  });
}

// Publishers and places of all events together, with one date: an issue.
void one_origin(Record& r, bool with_publishers) {
  Origin all;
  all.event.clear();
  for (const Origin& o : r.origins) {
    if (!with_publishers || !among(o.event, {"publication", "production", ""})) continue;
    all.country_codes.insert(all.country_codes.end(), o.country_codes.begin(),
                             o.country_codes.end());
    all.places.insert(all.places.end(), o.places.begin(), o.places.end());
    all.agents.insert(all.agents.end(), o.agents.begin(), o.agents.end());
  }
  if (const std::string date = issue_date(r); !date.empty())
    all.dates.push_back({DateKind::issued, date, "", ""});
  r.origins.clear();
  if (!all.dates.empty() || !all.agents.empty() || !all.places.empty() ||
      !all.country_codes.empty())
    r.origins.push_back(std::move(all));
}

bool has_issued(const Origin& origin) {
  return std::any_of(origin.dates.begin(), origin.dates.end(),
                     [](const OriginDate& d) { return d.kind == DateKind::issued; });
}

void keep_origins(Record& r, const RecordPlace& place) {
  const RecordLevel level = place.level;
  if (is_internal_part(level)) r.origins.clear();
  if (level == year) one_origin(r, false);
  if (level == issue) one_origin(r, true);
  const bool aacr = r.info.standard != "rda";
  if (is_supplement(level))
    std::erase_if(r.origins, [&](const Origin& o) {
      // Origin is free here, but one without its mandatory date is refused.
      if ((aacr || o.event == "publication") && !has_issued(o)) return true;
      return aacr && level == volume_supplement &&
             std::any_of(o.dates.begin(), o.dates.end(), [](const OriginDate& d) {
               return d.kind == DateKind::issued && !is_issue_date(d.text);
             });
    });
  if (level != volume)
    for (Origin& o : r.origins) o.edition.clear();
}

void keep_issuance(Record& r, const RecordPlace& place) {
  if (place.level != periodical) r.frequency.clear();
  if (place.level == periodical) {
    if (!among(r.issuance, {"continuing", "serial", "integrating resource"})) r.issuance = "serial";
  } else if (place.level != volume) {
    r.issuance.clear();
  } else if (place.several_volumes) {
    r.issuance = "multipart monograph";
  } else if (!among(r.issuance, {"monographic", "multipart monograph", "single unit"})) {
    r.issuance = "monographic";
  }
}

void keep_languages(Record& r, RecordLevel level) {
  if (level == year || level == issue_picture) r.languages.clear();
  std::erase_if(r.languages, [](const Language& l) { return l.code.empty(); });
}

std::string carrier_or_media(const Form& form) {
  if (among(form.type, {"media", "carrier"})) return form.type;
  if (form.authority == "rdamedia") return "media";
  return form.authority == "rdacarrier" ? "carrier" : "";
}

void keep_forms(Record& r, const RecordPlace& place) {
  const RecordLevel level = place.level;
  if (among(level, {year, issue}) || is_internal_part(level)) {
    r.forms.clear();
    return;
  }
  const auto is_rda = [](const Form& f) { return f.authority.starts_with("rda"); };
  const bool picture_or_map = level == volume && among(r.genre, {"cartographic", "graphic"});
  const bool knows_gmd = level == title || (level == volume && !picture_or_map);
  std::erase_if(r.forms, [&](const Form& f) {
    return f.text.empty() || (!knows_gmd && f.authority == "gmd");
  });
  // Each form of a supplement to a book says whether it is medium or carrier.
  const bool always_typed = level == volume_supplement;
  if (always_typed && std::any_of(r.forms.begin(), r.forms.end(), is_rda))
    std::erase_if(r.forms, [&](const Form& f) { return !is_rda(f); });
  const bool wants_plain =
      level == title || (level == volume && (place.several_volumes || r.genre == "sheetmusic"));
  if (r.forms.empty() || (wants_plain && std::all_of(r.forms.begin(), r.forms.end(), is_rda)))
    r.forms.insert(r.forms.begin(), Form{"marcform", "print"});
  const bool untyped = level == volume && !place.several_volumes && r.genre == "volume";
  for (Form& f : r.forms) {
    f.type = untyped ? "" : carrier_or_media(f);
    if (always_typed && f.type.empty()) f.type = "carrier";
  }
}

void keep_description(Record& r, RecordLevel level) {
  if (level == year || is_internal_part(level)) r.extents.clear();
  if (is_internal_part(level)) r.physical_notes.clear();
  if (level == year) {
    r.abstracts.clear();
    r.notes.clear();
  }
  if (among(level, {year, issue})) r.classifications.clear();
  std::erase_if(r.classifications, [](const Classification& c) {
    return c.text.empty() || !among(c.authority, {"udc", "Konspekt"});
  });
  if (!among(level, {volume, periodical, issue, issue_supplement, article, issue_picture}))
    r.related.clear();
  if (!among(level, {volume, title, periodical, issue, issue_supplement})) r.locations.clear();
  std::erase_if(r.locations, [&](const Location& l) {
    return l.sigla.empty() || (l.shelf_mark.empty() && level == volume);
  });
}

void keep_subjects(Record& r, RecordLevel level) {
  if (level == year) r.subjects.clear();
  const bool part = is_internal_part(level);
  for (Subject& s : r.subjects) {
    const bool known =
        among(s.authority, {"", "czenas", "eczenas", "Konspekt", "czmesh", "mednas"}) ||
        (!is_of_periodical(level) && among(s.authority, {"msvkth", "agrovoc"}));
    if (!known) s.authority.clear();
    // Names of a part's subject are from the national file of subjects or not there.
    if (part && s.authority != "czenas") s.names.clear();
    if (level == issue) s.geographic.clear();
  }
  std::erase_if(r.subjects, [&](const Subject& s) {
    if (part) return s.topics.empty();
    return s.topics.empty() && s.geographic.empty() && s.temporal.empty() && s.names.empty();
  });
}

bool belongs(std::string_view type, RecordLevel level) {
  switch (level) {
    case volume:
      return type != "issn";
    case title:
    case issue_supplement:
      return true;
    case volume_supplement:
    case chapter:
    case volume_picture:
      return !among(type, {"isbn", "ismn", "ccnb"});
    case periodical:
      return type != "urnnbn";
    case issue:
      return type != "ccnb";
    case year:
    case article:
    case issue_picture:
      break;
  }
  return !among(type, {"issn", "ccnb"});
}

bool well_formed(const Identifier& id, RecordLevel level) {
  if (id.type == "urnnbn") return is_urnnbn(id.value);
  if (id.type == "isbn") return is_isbn(id.value);
  if (id.type == "issn" && is_of_periodical(level)) return is_issn(id.value);
  return !id.type.empty() && !id.value.empty();
}

void keep_identifiers(Record& r, RecordLevel level) {
  const std::string uuid =
      level == volume || level == issue ? volume_uuid(r) : identifier_of(r, "uuid");
  std::vector<Identifier> kept{{"uuid", uuid, false}};
  for (const Identifier& id : r.identifiers) {
    if (id.type == "uuid" || !belongs(id.type, level) || !well_formed(id, level)) continue;
    const bool there = std::any_of(kept.begin(), kept.end(), [&](const Identifier& have) {
      return have.type == id.type && (have.value == id.value || (!have.invalid && !id.invalid));
    });
    if (!there) kept.push_back(id);
  }
  r.identifiers = std::move(kept);
}

void keep_resource(Record& r, RecordLevel level) {
  if (level == volume) {
    r.resource = r.genre == "cartographic" ? "cartographic"
                 : r.genre == "graphic"    ? "still image"
                 : r.genre == "sheetmusic" ? "notated music"
                                           : "text";
  } else if (level == periodical) {
    r.resource = "text";
  } else if (!is_supplement(level)) {
    r.resource.clear();
  }
}

void keep_record_info(Record& r, RecordLevel level) {
  if (is_internal_part(level)) r.info.standard.clear();
  if (is_internal_part(level) || is_supplement(level)) {
    r.info.identifier.clear();
    r.info.identifier_source.clear();
    r.info.language.clear();
  }
}

}  // namespace

bool is_internal_part(RecordLevel level) {
  return level == chapter || level == article || is_picture(level);
}

bool is_of_periodical(RecordLevel level) {
  return among(level, {periodical, year, issue, issue_supplement, article, issue_picture});
}

std::string_view level_word(RecordLevel level) {
  switch (level) {
    case title:
    case periodical:
      return "TITLE";
    case volume:
    case year:
      return "VOLUME";
    case issue:
      return "ISSUE";
    case volume_supplement:
    case issue_supplement:
      return "SUPPL";
    case chapter:
      return "CHAP";
    case article:
      return "ART";
    case volume_picture:
    case issue_picture:
      break;
  }
  return "PICT";
}

std::string ordinal_text(int ordinal) {
  return fmt::format("{:04}", ordinal);
}

std::string record_id(const RecordPlace& place) {
  return fmt::format("{}_{}", level_word(place.level), ordinal_text(place.number));
}

std::string genre_of(const Record& record, RecordLevel level) {
  switch (level) {
    case volume:
      return record.genre.empty() ? "volume" : record.genre;
    case title:
    case periodical:
      return "title";
    case year:
      return "volume";
    case issue:
      return "issue";
    case volume_supplement:
    case issue_supplement:
      return "supplement";
    case chapter:
      return "chapter";
    case article:
      return "article";
    case volume_picture:
    case issue_picture:
      break;
  }
  return "picture";
}

std::string dc_model(const Record& record, const RecordPlace& place) {
  switch (place.level) {
    case volume:
      if (record.genre == "cartographic") return "model:map";
      if (record.genre == "graphic") return "model:graphic";
      if (record.genre == "sheetmusic") return "model:sheetmusic";
      return place.several_volumes ? "model:monographunit" : "model:monograph";
    case title:
      return "model:monograph";
    case periodical:
      return "model:periodical";
    case year:
      return "model:periodicalvolume";
    case issue:
      return "model:periodicalitem";
    case volume_supplement:
    case issue_supplement:
      return "model:supplement";
    case chapter:
    case article:
    case volume_picture:
    case issue_picture:
      break;
  }
  return "model:internalpart";
}

bool is_issue_date(std::string_view text) {
  const Words forms = {"9999",        "99.9999",        "99.99.9999",
                       "99.-99.9999", "99.-99.99.9999", "99.99.-99.99.9999"};
  return std::any_of(forms.begin(), forms.end(),
                     [&](std::string_view form) { return looks_like(text, form); });
}

Record held_at(const Record& record, const RecordPlace& place) {
  Record r = record;
  keep_titles(r, place.level);
  keep_names(r, place.level);
  keep_origins(r, place);
  keep_issuance(r, place);
  keep_languages(r, place.level);
  keep_forms(r, place);
  keep_description(r, place.level);
  keep_subjects(r, place.level);
  keep_identifiers(r, place.level);
  keep_resource(r, place.level);
  keep_record_info(r, place.level);
  return r;
}

}  // namespace linka
