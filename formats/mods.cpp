// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/mods.h"

#include "base/text.h"
#include "formats/mods_parts.h"

namespace linka {
namespace {

void start(XmlWriter& xml, const std::string& id, const ModsStyle& style) {
  xml.open("mods:mods").attribute("ID", id);
  if (!style.version.empty()) xml.attribute("version", style.version);
}

std::string_view role_in(const std::string& event) {
  if (event == "production") return "producer";
  if (event == "distribution") return "distributor";
  if (event == "manufacture") return "manufacturer";
  return "publisher";
}

// Events are RDA's. The origin of an issue or a year is of no event.
bool names_events(const Record& record, RecordLevel level) {
  return record.info.standard == "rda" && level != RecordLevel::year && level != RecordLevel::issue;
}

void write_agent(XmlWriter& xml, const std::string& agent, const Origin& origin,
                 const ModsStyle& style) {
  if (style.publisher_element) {
    xml.leaf("mods:publisher", agent);
    return;
  }
  xml.open("mods:agent").leaf("mods:namePart", agent);
  if (origin.event != "copyright")
    xml.open("mods:role").leaf("mods:roleTerm", role_in(origin.event)).close();
  xml.close();
}

void write(XmlWriter& xml, const Origin& origin, const Record& record, RecordLevel level,
           const ModsStyle& style) {
  xml.open("mods:originInfo");
  if (names_events(record, level)) xml.attribute("eventType", origin.event);
  for (const std::string& code : origin.country_codes)
    xml.open("mods:place")
        .leaf("mods:placeTerm", {{"type", "code"}, {"authority", "marccountry"}}, code)
        .close();
  for (const std::string& place : origin.places)
    xml.open("mods:place").leaf("mods:placeTerm", {{"type", "text"}}, place).close();
  for (const std::string& agent : origin.agents) write_agent(xml, agent, origin, style);
  for (const OriginDate& date : origin.dates)
    xml.leaf(mods_element_of(date.kind),
             {{"type", date.kind == DateKind::other ? std::string_view(origin.event) : ""},
              {"encoding", date.point.empty() ? "" : "marc"},
              {"point", date.point},
              {"qualifier", date.qualifier}},
             date.text);
  xml.leaf("mods:edition", origin.edition);
  xml.leaf("mods:issuance", record.issuance);
  xml.leaf("mods:frequency", {{"authority", "marcfrequency"}}, record.frequency);
  xml.close();
}

void write_description(XmlWriter& xml, const Record& record) {
  if (record.forms.empty() && record.extents.empty() && record.physical_notes.empty()) return;
  xml.open("mods:physicalDescription");
  for (const Form& form : record.forms)
    xml.leaf("mods:form", {{"authority", form.authority}, {"type", form.type}}, form.text);
  for (const std::string& extent : record.extents) xml.leaf("mods:extent", extent);
  for (const std::string& note : record.physical_notes) xml.leaf("mods:note", note);
  xml.close();
}

void write(XmlWriter& xml, const Subject& subject, RecordLevel level) {
  xml.open("mods:subject");
  if (!subject.authority.empty()) xml.attribute("authority", subject.authority);
  for (const std::string& t : subject.topics) xml.leaf("mods:topic", t);
  for (const std::string& t : subject.geographic) xml.leaf("mods:geographic", t);
  for (const std::string& t : subject.temporal) xml.leaf("mods:temporal", t);
  for (const std::string& t : subject.names) {
    xml.open("mods:name");
    // In parts held_at leaves names of this file only.
    if (is_internal_part(level)) xml.attribute("authority", "czenas");
    xml.leaf("mods:namePart", t).close();
  }
  xml.close();
}

void write(XmlWriter& xml, const RelatedItem& item) {
  xml.open("mods:relatedItem");
  if (!item.type.empty()) xml.attribute("type", item.type);
  for (const TitleInfo& t : item.titles) write_part(xml, t);
  for (const std::string& note : item.notes) xml.leaf("mods:note", note);
  xml.close();
}

// Where a chapter or an article stands: which images, and the numbers printed on them.
void write_range(XmlWriter& xml, const char* type, const std::string& first,
                 const std::string& last) {
  if (first.empty()) return;
  xml.open("mods:part").attribute("type", type);
  xml.open("mods:detail").attribute("type", type).leaf("mods:number", first).close();
  xml.open("mods:extent").leaf("mods:start", first).leaf("mods:end", last).close();
  xml.close();
}

void write_parts(XmlWriter& xml, const Record& record, const RecordPlace& place) {
  if (place.level == RecordLevel::chapter || place.level == RecordLevel::article) {
    if (place.first_index > 0)
      write_range(xml, "pageIndex", std::to_string(place.first_index),
                  std::to_string(place.last_index));
    write_range(xml, "pageNumber", place.first_label, place.last_label);
  }
  // Sheet music names its volume here, too.
  const TitleInfo* t = main_title(record);
  if (place.level == RecordLevel::volume && record.genre == "sheetmusic" && t != nullptr &&
      !t->part_number.empty())
    xml.open("mods:part")
        .attribute("type", "volume")
        .open("mods:detail")
        .leaf("mods:caption", t->part_number)
        .close()
        .close();
}

// Levels without a record of their own in the catalogue say nothing of it.
bool has_record_info(RecordLevel level) {
  return level != RecordLevel::year && level != RecordLevel::issue;
}

void write_record_info(XmlWriter& xml, const Record& record, RecordLevel level,
                       const ModsStyle& style, const std::string& fallback_created) {
  const RecordInfo& info = record.info;
  const bool part = is_internal_part(level);
  xml.open("mods:recordInfo");
  xml.leaf("mods:descriptionStandard", info.standard);
  // Sheet music is still asked for another code than the one we have.
  const bool sheet_music = level == RecordLevel::volume && record.genre == "sheetmusic";
  if (style.sigla_source && !sheet_music)
    xml.leaf("mods:recordContentSource", {{"authority", part ? "" : "siglaADR"}}, info.source);
  xml.leaf("mods:recordCreationDate", {{"encoding", "iso8601"}},
           info.created.empty() ? fallback_created : info.created);
  xml.leaf("mods:recordChangeDate", {{"encoding", "iso8601"}}, info.changed);
  if (!info.identifier_source.empty())
    xml.leaf("mods:recordIdentifier", {{"source", info.identifier_source}}, info.identifier);
  xml.leaf("mods:recordOrigin", info.origin);
  if (!info.language.empty())
    xml.open("mods:languageOfCataloging")
        .leaf("mods:languageTerm", {{"authority", "iso639-2b"}}, info.language)
        .close();
  xml.close();
}

std::string genre_type_in(const ModsStyle& style, const std::string& type) {
  return style.old_words && type == "tableOfContents" ? "table of content" : type;
}

// A volume's genre has no type, and a supplement's only in periodicals.
bool has_genre_type(RecordLevel level) {
  return level == RecordLevel::issue || level == RecordLevel::issue_supplement ||
         is_internal_part(level);
}

}  // namespace

std::string non_sort_text(std::string_view text) {
  const std::string plain = trimmed(text);
  if (plain.empty()) return {};
  for (const std::string_view joining : {"'", "-", "\xe2\x80\x99", "\xca\xbc"})
    if (plain.ends_with(joining)) return plain;
  return plain + " ";
}

void write_part(XmlWriter& xml, const TitleInfo& t) {
  if (t.title.empty() && t.part_number.empty() && t.part_name.empty()) return;
  xml.open("mods:titleInfo");
  if (t.type == "mutational edition")
    xml.attribute("otherType", t.type);
  else if (!t.type.empty())
    xml.attribute("type", t.type);
  xml.leaf("mods:nonSort", non_sort_text(t.non_sort));
  xml.leaf("mods:title", t.title);
  xml.leaf("mods:subTitle", t.sub_title);
  xml.leaf("mods:partNumber", t.part_number);
  xml.leaf("mods:partName", t.part_name);
  xml.close();
}

void write_part(XmlWriter& xml, const Name& name, const ModsStyle& style) {
  xml.open("mods:name");
  // "And others" stands in a name of its own, which has no kind.
  if (!name.et_al.empty()) {
    xml.leaf("mods:etal", name.et_al).close();
    return;
  }
  if (!name.type.empty()) xml.attribute("type", name.type);
  if (name.primary) xml.attribute("usage", "primary");
  for (const NamePart& part : name.parts)
    xml.leaf("mods:namePart", {{"type", part.type}}, part.text);
  xml.leaf("mods:nameIdentifier", name.identifier);
  for (const std::string& role : name.roles)
    xml.open("mods:role")
        .leaf("mods:roleTerm", {{"type", "code"}, {"authority", "marcrelator"}}, role)
        .close();
  if (style.alternative_names)
    for (const std::string& other : name.alternative_names)
      if (!other.empty()) xml.open("mods:alternativeName").leaf("mods:namePart", other).close();
  xml.close();
}

const char* mods_element_of(DateKind kind) {
  switch (kind) {
    case DateKind::issued:
      return "mods:dateIssued";
    case DateKind::created:
      return "mods:dateCreated";
    case DateKind::copyright:
      return "mods:copyrightDate";
    case DateKind::other:
      break;
  }
  return "mods:dateOther";
}

void write_part(XmlWriter& xml, const Language& language) {
  xml.open("mods:language");
  if (!language.object.empty()) xml.attribute("objectPart", language.object);
  xml.leaf("mods:languageTerm", {{"type", "code"}, {"authority", "iso639-2b"}}, language.code);
  xml.close();
}

void write_part(XmlWriter& xml, const Classification& c) {
  xml.leaf("mods:classification", {{"authority", c.authority}, {"edition", c.edition}}, c.text);
}

void write_part(XmlWriter& xml, const Identifier& id) {
  xml.leaf("mods:identifier", {{"type", id.type}, {"invalid", id.invalid ? "yes" : ""}}, id.value);
}

void write_part(XmlWriter& xml, const Location& location) {
  xml.open("mods:location");
  xml.leaf("mods:physicalLocation", {{"authority", "siglaADR"}}, location.sigla);
  xml.leaf("mods:shelfLocator", location.shelf_mark);
  xml.leaf("mods:url", location.url);
  xml.close();
}

void write_mods(XmlWriter& xml, const Record& held, const RecordPlace& place,
                const ModsStyle& style, const std::string& fallback_created) {
  const RecordLevel level = place.level;
  start(xml, "MODS_" + record_id(place), style);
  for (const TitleInfo& t : held.titles) write_part(xml, t);
  for (const Name& name : held.names) write_part(xml, name, style);
  xml.leaf("mods:typeOfResource", held.resource);
  xml.leaf("mods:genre",
           {{"type", has_genre_type(level) ? genre_type_in(style, place.genre_type) : ""}},
           genre_of(held, level));
  for (const Origin& origin : held.origins) write(xml, origin, held, level, style);
  for (const Language& language : held.languages) write_part(xml, language);
  write_description(xml, held);
  for (const std::string& text : held.abstracts) xml.leaf("mods:abstract", text);
  for (const std::string& text : held.notes) xml.leaf("mods:note", text);
  for (const Subject& subject : held.subjects) write(xml, subject, level);
  for (const Classification& c : held.classifications) write_part(xml, c);
  for (const RelatedItem& item : held.related) write(xml, item);
  for (const Location& location : held.locations) write_part(xml, location);
  for (const Identifier& id : held.identifiers) write_part(xml, id);
  write_parts(xml, held, place);
  if (has_record_info(level)) write_record_info(xml, held, level, style, fallback_created);
  xml.close();
}

void write_mods(XmlWriter& xml, const PageRecord& page, const ModsStyle& style) {
  start(xml, "MODS_PAGE_" + ordinal_text(page.ordinal), style);
  xml.leaf("mods:identifier", {{"type", "uuid"}}, page.uuid);
  xml.open("mods:part").attribute("type", page.type);
  xml.open("mods:detail").attribute("type", "pageNumber").leaf("mods:number", page.label).close();
  xml.open("mods:extent").attribute("unit", "pages").leaf("mods:start", page.label).close();
  xml.close();
  xml.open("mods:part")
      .open("mods:detail")
      .attribute("type", "pageIndex")
      .leaf("mods:number", std::to_string(page.ordinal))
      .close()
      .close();
  xml.leaf("mods:note", page.position);
  xml.leaf("mods:genre", {{"type", page.type}}, page.represents ? "reprePage" : "page");
  xml.leaf("mods:typeOfResource", page.resource);
  if (!page.note.empty()) xml.open("mods:physicalDescription").leaf("mods:note", page.note).close();
  xml.close();
}

}  // namespace linka
