// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/mods.h"

#include <fmt/format.h>

namespace linka {
namespace {

void start(XmlWriter& xml, const std::string& id, const ModsStyle& style) {
  xml.open("mods:mods").attribute("ID", id);
  if (!style.version.empty()) xml.attribute("version", style.version);
}

void write(XmlWriter& xml, const TitleInfo& t) {
  if (t.title.empty()) return;
  xml.open("mods:titleInfo");
  if (!t.type.empty()) xml.attribute("type", t.type);
  xml.leaf("mods:nonSort", t.non_sort);
  xml.leaf("mods:title", t.title);
  xml.leaf("mods:subTitle", t.sub_title);
  xml.leaf("mods:partNumber", t.part_number);
  xml.leaf("mods:partName", t.part_name);
  xml.close();
}

void write(XmlWriter& xml, const Name& name) {
  xml.open("mods:name");
  // "And others" stands in a name of its own, which has no kind.
  if (!name.et_al.empty()) {
    xml.leaf("mods:etal", name.et_al).close();
    return;
  }
  xml.attribute("type", name.type);
  if (name.primary) xml.attribute("usage", "primary");
  for (const NamePart& part : name.parts)
    xml.leaf("mods:namePart", {{"type", part.type}}, part.text);
  xml.leaf("mods:nameIdentifier", name.identifier);
  for (const std::string& role : name.roles)
    xml.open("mods:role")
        .leaf("mods:roleTerm", {{"type", "code"}, {"authority", "marcrelator"}}, role)
        .close();
  xml.close();
}

const char* element_of(DateKind kind) {
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

std::string_view role_in(const std::string& event) {
  if (event == "production") return "producer";
  if (event == "distribution") return "distributor";
  if (event == "manufacture") return "manufacturer";
  return "publisher";
}

void write(XmlWriter& xml, const Origin& origin, const Record& record, const ModsStyle& style) {
  xml.open("mods:originInfo");
  if (record.info.standard == "rda") xml.attribute("eventType", origin.event);
  for (const std::string& code : origin.country_codes)
    xml.open("mods:place")
        .leaf("mods:placeTerm", {{"type", "code"}, {"authority", "marccountry"}}, code)
        .close();
  for (const std::string& place : origin.places)
    xml.open("mods:place").leaf("mods:placeTerm", {{"type", "text"}}, place).close();
  for (const std::string& agent : origin.agents) {
    if (style.publisher_element) {
      xml.leaf("mods:publisher", agent);
      continue;
    }
    xml.open("mods:agent").leaf("mods:namePart", agent);
    if (origin.event != "copyright")
      xml.open("mods:role").leaf("mods:roleTerm", role_in(origin.event)).close();
    xml.close();
  }
  for (const OriginDate& date : origin.dates)
    xml.leaf(element_of(date.kind),
             {{"type", date.kind == DateKind::other ? std::string_view(origin.event) : ""},
              {"encoding", date.point.empty() ? "" : "marc"},
              {"point", date.point},
              {"qualifier", date.qualifier}},
             date.text);
  xml.leaf("mods:edition", origin.edition);
  xml.leaf("mods:issuance", record.issuance);
  xml.close();
}

void write(XmlWriter& xml, const Subject& subject) {
  if (subject.topics.empty() && subject.geographic.empty() && subject.temporal.empty() &&
      subject.names.empty())
    return;
  xml.open("mods:subject");
  if (!subject.authority.empty()) xml.attribute("authority", subject.authority);
  for (const std::string& t : subject.topics) xml.leaf("mods:topic", t);
  for (const std::string& t : subject.geographic) xml.leaf("mods:geographic", t);
  for (const std::string& t : subject.temporal) xml.leaf("mods:temporal", t);
  for (const std::string& t : subject.names) xml.open("mods:name").leaf("mods:namePart", t).close();
  xml.close();
}

void write(XmlWriter& xml, const RecordInfo& info, const ModsStyle& style,
           const std::string& fallback_created) {
  xml.open("mods:recordInfo");
  xml.leaf("mods:descriptionStandard", info.standard);
  if (style.sigla_source)
    xml.leaf("mods:recordContentSource", {{"authority", "siglaADR"}}, info.source);
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

}  // namespace

std::string ordinal_text(int ordinal) {
  return fmt::format("{:04}", ordinal);
}

void write_mods(XmlWriter& xml, const Record& record, const ModsStyle& style,
                const std::string& fallback_created) {
  start(xml, "MODS_VOLUME_0001", style);
  for (const TitleInfo& t : record.titles) write(xml, t);
  for (const Name& name : record.names) write(xml, name);
  xml.leaf("mods:typeOfResource", "text");
  xml.leaf("mods:genre", "volume");
  for (const Origin& origin : record.origins) write(xml, origin, record, style);
  for (const Language& language : record.languages) {
    xml.open("mods:language");
    if (!language.object.empty()) xml.attribute("objectPart", language.object);
    xml.leaf("mods:languageTerm", {{"type", "code"}, {"authority", "iso639-2b"}}, language.code);
    xml.close();
  }
  xml.open("mods:physicalDescription");
  for (const Form& form : record.forms)
    xml.leaf("mods:form", {{"authority", form.authority}}, form.text);
  for (const std::string& extent : record.extents) xml.leaf("mods:extent", extent);
  for (const std::string& note : record.physical_notes) xml.leaf("mods:note", note);
  xml.close();
  for (const std::string& text : record.abstracts) xml.leaf("mods:abstract", text);
  for (const std::string& text : record.notes) xml.leaf("mods:note", text);
  for (const Subject& subject : record.subjects) write(xml, subject);
  for (const Classification& c : record.classifications)
    xml.leaf("mods:classification", {{"authority", c.authority}, {"edition", c.edition}}, c.text);
  for (const RelatedItem& item : record.related) {
    xml.open("mods:relatedItem").attribute("type", item.type);
    for (const TitleInfo& t : item.titles) write(xml, t);
    for (const std::string& note : item.notes) xml.leaf("mods:note", note);
    xml.close();
  }
  for (const Location& location : record.locations) {
    // The standard wants both halves or none.
    if (location.sigla.empty() || location.shelf_mark.empty()) continue;
    xml.open("mods:location");
    xml.leaf("mods:physicalLocation", {{"authority", "siglaADR"}}, location.sigla);
    xml.leaf("mods:shelfLocator", location.shelf_mark);
    xml.close();
  }
  xml.leaf("mods:identifier", {{"type", "uuid"}}, volume_uuid(record));
  for (const Identifier& id : record.identifiers)
    if (id.type != "uuid")
      xml.leaf("mods:identifier", {{"type", id.type}, {"invalid", id.invalid ? "yes" : ""}},
               id.value);
  write(xml, record.info, style, fallback_created);
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
  xml.leaf("mods:typeOfResource", "text");
  xml.close();
}

}  // namespace linka
