// SPDX-License-Identifier: GPL-3.0-or-later
// Every group of values has a short key for its usual shape and a table for any other. The short
// one is taken only when reading it back gives the very same value.
#include "title/write_record.h"

#include "title/write_document.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <tuple>

namespace linka {
namespace {

using enum RecordLevel;

const char* word_of(DateKind kind) {
  switch (kind) {
    case DateKind::issued:
      return "issued";
    case DateKind::created:
      return "created";
    case DateKind::copyright:
      return "copyright";
    case DateKind::other:
      break;
  }
  return "other";
}

std::string table_of(const TitleInfo& t) {
  return InlineTable()
      .add("type", t.type)
      .add("article", t.non_sort)
      .add("title", t.title)
      .add("subtitle", t.sub_title)
      .add("number", t.part_number)
      .add("name", t.part_name)
      .text();
}

// ---- titles
// --------------------------------------------------------------------------------------

void write_titles(TomlWriter& out, const Record& record, const Record& inherited) {
  const TitleInfo* main = main_title(record);
  const TitleInfo* above = main_title(inherited);
  if (main != nullptr) {
    const bool same =
        above != nullptr && above->title == main->title && above->non_sort == main->non_sort;
    if (!same) out.text("title", main->title);
    if (!same) out.text("article", main->non_sort);
    out.text("subtitle", main->sub_title);
    out.text("number", main->part_number);
    out.text("name", main->part_name);
  }
  std::vector<TitleInfo> further;
  for (const TitleInfo& t : record.titles)
    if (&t != main) further.push_back(t);
  // The short keys come back in this order.
  std::vector<TitleInfo> simple;
  for (const char* type : {"alternative", "uniform", "translated", "abbreviated"})
    for (const TitleInfo& t : further)
      if (t.type == type) simple.push_back({type, "", t.title, "", "", ""});
  if (simple == further) {
    for (const auto& [key, type] :
         {std::pair{"alternative_titles", "alternative"}, std::pair{"uniform_title", "uniform"},
          std::pair{"translated_title", "translated"},
          std::pair{"abbreviated_title", "abbreviated"}}) {
      std::vector<std::string> texts;
      for (const TitleInfo& t : further)
        if (t.type == type) texts.push_back(t.title);
      out.texts(key, texts);
    }
    return;
  }
  std::vector<std::string> tables;
  for (const TitleInfo& t : further) tables.push_back(table_of(t));
  out.list("further_titles", tables);
}

// ---- names
// ---------------------------------------------------------------------------------------

std::string table_of(const Name& name) {
  InlineTable t;
  if (name.type != "personal") t.add("type", name.type);
  std::string parts;
  for (const NamePart& p : name.parts)
    parts +=
        (parts.empty() ? "" : ", ") + InlineTable().add("type", p.type).add("text", p.text).text();
  if (!parts.empty()) t.raw("parts", "[" + parts + "]");
  t.add("et_al", name.et_al);
  t.add("roles", name.roles);
  if (name.roles.empty() && name.et_al.empty()) t.raw("roles", "[]");
  t.add("authority_id", name.identifier);
  t.add("alternative_names", name.alternative_names);
  t.raw("primary", name.primary ? "true" : "false");
  return t.text();
}

// "Nováková, Anna, 1880-1951", where that says all.
std::string text_of(const Name& name, bool first) {
  static constexpr std::array<const char*, 3> order{"family", "given", "date"};
  const bool plain_name = name.type == "personal" && name.identifier.empty() &&
                          name.alternative_names.empty() && name.et_al.empty() &&
                          name.roles == std::vector<std::string>{"aut"} && name.primary == first;
  if (!plain_name || name.parts.empty() || name.parts.size() > 3) return {};
  std::string out;
  for (std::size_t i = 0; i < name.parts.size(); ++i) {
    const NamePart& part = name.parts[i];
    const bool digits = part.text.find_first_of("0123456789") != std::string::npos;
    const std::string wanted = name.parts.size() == 1 ? "" : order[i];
    if (part.type != wanted || part.text.find(',') != std::string::npos ||
        (i > 0 && digits != (wanted == "date")))
      return {};
    out += (out.empty() ? "" : ", ") + part.text;
  }
  return out;
}

void write_names(TomlWriter& out, const Record& record, const Record& inherited) {
  if (record.names == inherited.names || record.names.empty()) return;
  std::vector<std::string> texts, tables;
  for (std::size_t i = 0; i < record.names.size(); ++i) {
    if (std::string text = text_of(record.names[i], i == 0); !text.empty())
      texts.push_back(std::move(text));
    tables.push_back(table_of(record.names[i]));
  }
  if (texts.size() == record.names.size())
    out.texts("authors", texts);
  else
    out.list("authors", tables);
}

// ---- origins
// -------------------------------------------------------------------------------------

std::string table_of(const Origin& o) {
  InlineTable t;
  t.raw("event", toml_text(o.event));
  t.add("country", o.country_codes).add("place", o.places).add("agent", o.agents);
  t.add("edition", o.edition);
  std::string dates;
  for (const OriginDate& d : o.dates)
    dates += (dates.empty() ? "" : ", ") + InlineTable()
                                               .add("kind", std::string(word_of(d.kind)))
                                               .add("text", d.text)
                                               .add("point", d.point)
                                               .add("qualifier", d.qualifier)
                                               .text();
  if (!dates.empty()) t.raw("dates", "[" + dates + "]");
  return t.text();
}

// One publication with one plain date: publisher, place, year.
bool simple_publication(const Origin& o) {
  const bool plain_date =
      o.dates.empty() || (o.dates.size() == 1 && o.dates[0].kind == DateKind::issued &&
                          o.dates[0].point.empty() && o.dates[0].qualifier.empty());
  return o.event == "publication" && plain_date;
}

void write_publication(TomlWriter& out, const Origin& o, const Origin& above, const char* date) {
  if (o.agents != above.agents) out.texts("publisher", o.agents);
  if (o.places != above.places) out.texts("place", o.places);
  if (o.country_codes != above.country_codes) out.texts("country", o.country_codes);
  out.text("edition", o.edition);
  if (!o.dates.empty() && o.dates != above.dates) out.text(date, o.dates[0].text);
}

void write_origins(TomlWriter& out, const Record& record, const Record& inherited,
                   RecordLevel level) {
  if (record.origins == inherited.origins || record.origins.empty()) return;
  const bool dated = level == issue || level == year;
  Origin above;
  if (inherited.origins.size() == 1 && inherited.origins[0].event == "publication")
    above = inherited.origins[0];
  const bool year_key = level != issue && level != year;
  if (record.origins.size() == 1 && simple_publication(record.origins[0]) &&
      (!dated || record.origins[0].edition.empty())) {
    write_publication(out, record.origins[0], above, year_key ? "year" : "date");
    return;
  }
  std::vector<std::string> tables;
  for (const Origin& o : record.origins) tables.push_back(table_of(o));
  out.list("origins", tables);
}

// ---- the rest
// ------------------------------------------------------------------------------------

void write_languages(TomlWriter& out, const Record& record, const Record& inherited) {
  if (record.languages == inherited.languages) return;
  std::vector<std::string> codes, tables;
  for (const Language& l : record.languages) {
    if (l.object.empty()) codes.push_back(l.code);
    tables.push_back(InlineTable().add("code", l.code).add("of", l.object).text());
  }
  if (codes.size() == record.languages.size())
    out.texts("language", codes);
  else
    out.list("language", tables);
}

void write_forms(TomlWriter& out, const Record& record, const Record& inherited) {
  out.texts("extent", record.extents);
  out.texts("physical_notes", record.physical_notes);
  out.text("resource", record.resource);
  if (record.forms == inherited.forms) return;
  std::vector<std::string> tables;
  for (const Form& f : record.forms)
    tables.push_back(
        InlineTable().add("authority", f.authority).add("text", f.text).add("type", f.type).text());
  out.list("forms", tables);
}

void write_subjects(TomlWriter& out, const Record& record) {
  std::vector<std::string> topics, tables;
  for (const Subject& s : record.subjects) {
    if (s == Subject{"czenas", {s.topics.empty() ? "" : s.topics[0]}, {}, {}, {}})
      topics.push_back(s.topics[0]);
    tables.push_back(InlineTable()
                         .raw("authority", toml_text(s.authority))
                         .add("topic", s.topics)
                         .add("geographic", s.geographic)
                         .add("temporal", s.temporal)
                         .add("name", s.names)
                         .text());
  }
  if (topics.size() == record.subjects.size())
    out.texts("subjects", topics);
  else
    out.list("subjects", tables);
  tables.clear();
  for (const Classification& c : record.classifications)
    tables.push_back(InlineTable()
                         .add("authority", c.authority)
                         .add("edition", c.edition)
                         .add("text", c.text)
                         .text());
  out.list("classifications", tables);
}

void write_related(TomlWriter& out, const Record& record) {
  std::vector<std::string> tables;
  for (const RelatedItem& item : record.related) {
    std::string titles;
    for (const TitleInfo& t : item.titles) titles += (titles.empty() ? "" : ", ") + table_of(t);
    InlineTable t;
    t.add("type", item.type);
    if (!titles.empty()) t.raw("titles", "[" + titles + "]");
    tables.push_back(t.add("notes", item.notes).text());
  }
  out.list("related", tables);
}

// Known numbers have keys of their own, which come back in this order; all else is a list.
void write_identifiers(TomlWriter& out, const Record& record, RecordLevel level) {
  std::vector<std::pair<const char*, const char*>> keys{{"uuid", "uuid"}, {"urnnbn", "urnnbn"}};
  const bool whole = level == volume || level == title || level == periodical ||
                     level == issue_supplement || level == volume_supplement;
  const bool digitized = level == volume || level == title || level == periodical || level == issue;
  if (whole) keys.emplace_back("ccnb", "ccnb");
  if (whole || level == issue) keys.emplace_back("isbn", "isbn");
  if (level == periodical || level == issue || level == issue_supplement)
    keys.emplace_back("issn", "issn");
  if (whole) keys.emplace_back("ismn", "ismn");
  if (digitized) keys.emplace_back("oclc", "oclc");
  if (digitized) keys.emplace_back("barcode", "barCode");
  std::size_t at = 0;
  for (const auto& [key, type] : keys) {
    if (at == record.identifiers.size()) break;
    const Identifier& id = record.identifiers[at];
    if (id.type != type || id.invalid) continue;
    out.text(key, id.value);
    ++at;
  }
  std::vector<std::string> tables;
  for (; at < record.identifiers.size(); ++at) {
    const Identifier& id = record.identifiers[at];
    InlineTable t;
    t.add("type", id.type).add("value", id.value);
    if (id.invalid) t.raw("invalid", "true");
    tables.push_back(t.text());
  }
  out.list("identifiers", tables);
}

void write_library(TomlWriter& out, const Record& record, const Record& inherited) {
  for (const auto& [key, own, above] :
       {std::tuple{"sigla", &record.sigla, &inherited.sigla},
        std::tuple{"archivist", &record.archivist, &inherited.archivist},
        std::tuple{"owner", &record.owner, &inherited.owner},
        std::tuple{"institution", &record.institution, &inherited.institution},
        std::tuple{"collection", &record.collection, &inherited.collection}})
    if (*own != *above) out.text(key, *own);
  if (record.locations == inherited.locations) return;
  const std::string usual = record.owner.empty() ? record.sigla : record.owner;
  std::vector<std::string> marks, tables;
  for (const Location& l : record.locations) {
    if (l.sigla == usual && l.url.empty() && !l.shelf_mark.empty()) marks.push_back(l.shelf_mark);
    tables.push_back(InlineTable()
                         .add("sigla", l.sigla)
                         .add("shelfmark", l.shelf_mark)
                         .add("url", l.url)
                         .text());
  }
  if (marks.size() == record.locations.size())
    out.texts("shelfmark", marks);
  else
    out.list("locations", tables);
}

void write_info(TomlWriter& out, const RecordInfo& info, const RecordInfo& above,
                const std::string& prefix) {
  RecordInfo left = info;
  const auto known = [](std::string& value, const std::string& there) {
    if (value == there) value.clear();
  };
  known(left.source, above.source);
  known(left.created, above.created);
  known(left.changed, above.changed);
  known(left.origin, above.origin);
  known(left.language, above.language);
  left.standard = RecordInfo{}.standard;
  if (left == RecordInfo{}) return;
  out.table(prefix + "record");
  out.text("source", left.source);
  out.text("created", left.created);
  out.text("changed", left.changed);
  out.text("id", left.identifier);
  out.text("id_source", left.identifier_source);
  out.text("origin", left.origin);
  out.text("language", left.language);
}

void write_pages(TomlWriter& out, const Record& record, const std::string& prefix) {
  if (record.labels.empty() && record.types.empty() && record.type_rules.empty() &&
      record.first_side.empty())
    return;
  out.table(prefix + "pages");
  const std::string pattern = pattern_of_labels(record.labels);
  const auto back = labels_of_pattern(pattern);
  if (back && *back == record.labels) {
    out.text("labels", pattern);
  } else {
    std::vector<std::string> texts;
    for (const std::string& label : record.labels) texts.push_back(toml_text(label));
    out.list("labels", texts);
  }
  InlineTable types;
  for (const auto& [ordinal, type] : record.types) types.add(std::to_string(ordinal), type);
  if (!types.empty()) out.raw("types", types.text());
  InlineTable rules;
  for (const auto& [which, type] : record.type_rules) rules.add(toml_text(which), type);
  if (!rules.empty()) out.raw("types_by_label", rules.text());
  out.text("first_side", record.first_side);
}

}  // namespace

std::string pattern_of_labels(const std::vector<std::string>& labels) {
  std::string out;
  for (std::size_t i = 0; i < labels.size();) {
    std::size_t last = i;
    for (std::size_t j = i + 2; j < labels.size(); ++j) {
      const auto counted = labels_of_pattern(labels[i] + "-" + labels[j]);
      const std::vector<std::string> there(labels.begin() + static_cast<std::ptrdiff_t>(i),
                                           labels.begin() + static_cast<std::ptrdiff_t>(j) + 1);
      if (!counted || *counted != there) break;
      last = j;
    }
    out += (out.empty() ? "" : ", ") + labels[i] + (last > i ? "-" + labels[last] : "");
    i = last + 1;
  }
  return out;
}

void write_scanner_keys(TomlWriter& out, const Scanner& s) {
  out.text("kind", s.kind);
  out.text("manufacturer", s.manufacturer);
  out.text("model", s.model);
  out.text("model_number", s.model_number);
  out.text("serial", s.serial);
  if (s.optical_dpi > 0) out.raw("optical_dpi", std::to_string(s.optical_dpi));
  out.text("sensor", s.sensor);
  out.text("software", s.software);
  out.text("software_version", s.software_version);
}

void write_keys(TomlWriter& out, const Record& record, const Record& inherited, RecordLevel level) {
  const bool whole = level == volume || level == title || level == periodical ||
                     level == issue_supplement || level == volume_supplement;
  write_titles(out, record, inherited);
  write_names(out, record, inherited);
  write_origins(out, record, inherited, level);
  if (whole && record.info.standard != inherited.info.standard)
    out.text("rules", record.info.standard);
  if (level == periodical || level == volume) {
    if (record.issuance != inherited.issuance) out.text("issuance", record.issuance);
    out.text("frequency", record.frequency);
  }
  write_languages(out, record, inherited);
  write_forms(out, record, inherited);
  out.texts("abstract", record.abstracts);
  out.texts("notes", record.notes);
  write_subjects(out, record);
  write_related(out, record);
  write_identifiers(out, record, level);
  if (level == volume || level == title || level == periodical || level == issue)
    write_library(out, record, inherited);
}

void write_tables(TomlWriter& out, const Record& record, const Record& inherited,
                  const std::string& prefix) {
  write_info(out, record.info, inherited.info, prefix);
  write_pages(out, record, prefix);
  if (record.scanner != inherited.scanner && record.scanner != Scanner{}) {
    out.table(prefix + "scanner");
    write_scanner_keys(out, record.scanner);
  }
}

}  // namespace linka
