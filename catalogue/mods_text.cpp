// SPDX-License-Identifier: GPL-3.0-or-later
// All that the catalogue says, not only what the level of a package may hold: a package's writer
// looks to that itself. Where the record has kept all of a field it is written from the record,
// else from the field.
#include "catalogue/mods_text.h"

#include "base/clock.h"
#include "catalogue/mapping.h"
#include "catalogue/marc_text.h"
#include "formats/mods_parts.h"
#include "title/codes.h"

#include <algorithm>
#include <array>

namespace linka {
namespace {

// What one field becomes when it stands alone.
Record part_of(const MarcField& field, mapping::Rule rule, const MarcRecord& marc) {
  Record record;
  const MarcContext context;
  Notes told;  // with the whole record
  mapping::State state{marc, context, record, told};
  rule(field, state);
  return record;
}

// Czech catalogues name the language of a text in $9.
std::string text_language(const MarcField& field) {
  return language_code(field.first('9'));
}

std::vector<std::string> clean(const MarcField& field, std::string_view codes) {
  std::vector<std::string> out;
  for (const MarcSubfield& s : field.subfields)
    if (codes.find(s.code) != std::string_view::npos)
      if (std::string text = without_isbd(s.value, FinalPeriod::drop); !text.empty())
        out.push_back(std::move(text));
  return out;
}

bool is_digits(std::string_view text) {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// ---- titles, kinds ------------------------------------------------------------------------------

// Those, too, that say in another field what the record has from a first one.
void write_titles(XmlWriter& xml, const Record& record, const MarcRecord& marc) {
  std::vector<TitleInfo> titles = record.titles;
  for (const MarcField& field : marc.fields)
    if (mapping::rule_for(field.tag) == mapping::other_title)
      for (TitleInfo& t : part_of(field, mapping::other_title, marc).titles)
        if (std::find(titles.begin(), titles.end(), t) == titles.end())
          titles.push_back(std::move(t));
  for (const TitleInfo& t : titles) write_part(xml, t);
}

void write_kind(XmlWriter& xml, const Record& record, const MarcRecord& marc, RecordLevel level) {
  const bool by_hand = std::string_view("dft").find(marc.leader_at(6)) != std::string_view::npos;
  xml.leaf("mods:typeOfResource", {{"manuscript", by_hand ? "yes" : ""}}, record.resource);
  xml.leaf("mods:genre", genre_of(record, level));
  for (const MarcField* field : marc.of("336")) {
    std::vector<std::string> words = field->all('a');
    if (words.empty()) words = field->all('b');
    for (const std::string& word : words)
      xml.leaf("mods:genre", {{"authority", "rdacontent"}}, word);
  }
  for (const MarcField* field : marc.of("655"))
    for (const std::string& word : clean(*field, "a"))
      xml.leaf("mods:genre", {{"authority", field->first('2')}}, word);
}

// ---- where and when it came out -----------------------------------------------------------------

// The one date of 008 stands with the publication: as the printed date, where both say the same.
struct CodedDate {
  std::string text, qualifier;
  std::size_t same_as;  // index of the date that says the same; beyond the last: none does
};

CodedDate coded_date(const Origin& origin, const MarcRecord& marc) {
  const std::vector<OriginDate> coded = coded_dates(marc.control("008"));
  if (coded.size() != 1 || !coded[0].point.empty()) return {};
  std::string printed = coded[0].text;
  std::replace(printed.begin(), printed.end(), 'u', '-');
  const auto same = std::find_if(origin.dates.begin(), origin.dates.end(), [&](const auto& d) {
    return d.kind == DateKind::issued && d.text == printed && d.qualifier == coded[0].qualifier;
  });
  return {coded[0].text, coded[0].qualifier, static_cast<std::size_t>(same - origin.dates.begin())};
}

void write_dates(XmlWriter& xml, const Origin& origin, const CodedDate& coded) {
  for (std::size_t i = 0; i < origin.dates.size(); ++i) {
    const OriginDate& d = origin.dates[i];
    const bool by_code = !d.point.empty() || (!coded.text.empty() && i == coded.same_as);
    xml.leaf(mods_element_of(d.kind),
             {{"type", d.kind == DateKind::other ? std::string_view(origin.event) : ""},
              {"encoding", by_code ? "marc" : ""},
              {"point", d.point},
              {"qualifier", d.qualifier}},
             by_code && d.point.empty() ? coded.text : d.text);
  }
  if (coded.same_as >= origin.dates.size())
    xml.leaf("mods:dateIssued", {{"encoding", "marc"}, {"qualifier", coded.qualifier}}, coded.text);
}

// As 008 says it in MARC's words, then as the fields do.
void write_frequencies(XmlWriter& xml, const MarcRecord& marc) {
  xml.leaf("mods:frequency", {{"authority", "marcfrequency"}}, mapping::coded_frequency(marc));
  for (const char* tag : {"310", "321"})
    for (const MarcField* field : marc.of(tag))
      for (const std::string& words : clean(*field, "a")) xml.leaf("mods:frequency", words);
}

void write_origin(XmlWriter& xml, const Origin& origin, bool leads, const Record& record,
                  const MarcRecord& marc) {
  // Events are RDA's; older rules tell the printing from the publishing only.
  const bool names_events = record.info.standard == "rda" || marc.first("264") != nullptr;
  xml.open("mods:originInfo");
  if (names_events || origin.event != "publication") xml.attribute("eventType", origin.event);
  for (const std::string& code : origin.country_codes)
    xml.open("mods:place")
        .leaf("mods:placeTerm", {{"type", "code"}, {"authority", "marccountry"}}, code)
        .close();
  for (const std::string& place : origin.places)
    xml.open("mods:place").leaf("mods:placeTerm", {{"type", "text"}}, place).close();
  for (const std::string& agent : origin.agents) xml.leaf("mods:publisher", agent);
  const bool dated = leads && origin.event == "publication";
  write_dates(xml, origin, dated ? coded_date(origin, marc) : CodedDate{});
  xml.leaf("mods:edition", origin.edition);
  xml.leaf("mods:issuance", record.issuance);
  if (leads) write_frequencies(xml, marc);
  xml.close();
}

void write_origins(XmlWriter& xml, const Record& record, const MarcRecord& marc) {
  std::vector<Origin> origins = record.origins;
  if (origins.empty()) origins.emplace_back();
  auto lead = std::find_if(origins.begin(), origins.end(),
                           [](const Origin& o) { return o.event == "publication"; });
  if (lead == origins.end()) lead = origins.begin();
  for (auto o = origins.begin(); o != origins.end(); ++o)
    write_origin(xml, *o, o == lead, record, marc);
}

void write_description(XmlWriter& xml, const Record& record, const MarcRecord& marc) {
  std::vector<std::string> details;
  for (const MarcField* field : marc.of("300"))
    for (std::string& text : clean(*field, "b")) details.push_back(std::move(text));
  if (record.forms.empty() && record.extents.empty() && record.physical_notes.empty()) return;
  xml.open("mods:physicalDescription");
  for (const Form& form : record.forms)
    xml.leaf("mods:form", {{"authority", form.authority}, {"type", form.type}}, form.text);
  for (const std::string& text : record.extents) xml.leaf("mods:extent", text);
  for (const std::string& text : details) xml.leaf("mods:note", text);
  for (const std::string& text : record.physical_notes) xml.leaf("mods:note", text);
  xml.close();
}

// ---- notes, subjects ----------------------------------------------------------------------------

void write_notes(XmlWriter& xml, const MarcRecord& marc) {
  bool titled = false;
  for (const MarcField& field : marc.fields) {
    const mapping::Rule rule = mapping::rule_for(field.tag);
    const std::string language = text_language(field);
    if (rule == mapping::main_title && !titled) {
      const Record part = part_of(field, rule, marc);
      titled = main_title(part) != nullptr;
      for (const std::string& text : part.notes)
        xml.leaf("mods:note", {{"type", "statement of responsibility"}}, text);
    } else if (rule == mapping::abstract) {
      for (const std::string& text : part_of(field, rule, marc).abstracts)
        xml.leaf("mods:abstract", {{"lang", language}}, text);
    } else if (rule == mapping::plain_note) {
      for (const std::string& text : part_of(field, rule, marc).notes)
        xml.leaf(field.tag == "505" ? "mods:tableOfContents" : "mods:note", {{"lang", language}},
                 text);
    }
  }
}

void write_subject_name(XmlWriter& xml, const MarcField& field, const MarcRecord& marc) {
  if (field.tag == "600" && !without_isbd(field.first('a'), FinalPeriod::drop).empty()) {
    for (Name& name : part_of(field, mapping::personal_name, marc).names) {
      name.roles.clear();
      write_part(xml, name, {});
    }
    return;
  }
  xml.open("mods:name")
      .attribute("type", field.tag == "600"   ? "personal"
                         : field.tag == "611" ? "conference"
                                              : "corporate");
  for (const MarcSubfield& s : field.subfields)
    if (std::string_view("abncd").find(s.code) != std::string_view::npos)
      xml.leaf("mods:namePart", {{"type", s.code == 'd' ? "date" : ""}},
               without_isbd(s.value, FinalPeriod::drop));
  xml.close();
}

void write_subject(XmlWriter& xml, const Subject& subject, const MarcField& field,
                   const MarcRecord& marc) {
  xml.open("mods:subject");
  if (!subject.authority.empty()) xml.attribute("authority", subject.authority);
  if (!subject.names.empty()) write_subject_name(xml, field, marc);
  std::vector<std::string> topics = subject.topics;
  if (field.tag == "630") {
    for (TitleInfo& t : part_of(field, mapping::other_title, marc).titles) {
      t.type.clear();
      write_part(xml, t);
      topics = clean(field, "xv");
    }
  }
  const std::string language = field.tag == "653" ? text_language(field) : std::string{};
  for (const std::string& text : topics) xml.leaf("mods:topic", {{"lang", language}}, text);
  for (const std::string& text : subject.geographic) xml.leaf("mods:geographic", text);
  for (const std::string& text : subject.temporal) xml.leaf("mods:temporal", text);
  xml.close();
}

void write_subjects(XmlWriter& xml, const MarcRecord& marc) {
  for (const MarcField* field : marc.of("043")) {
    const std::vector<std::string> codes = field->all('a');
    if (codes.empty()) continue;
    xml.open("mods:subject");
    for (const std::string& code : codes)
      xml.leaf("mods:geographicCode", {{"authority", "marcgac"}}, code);
    xml.close();
  }
  std::vector<Subject> written;
  for (const MarcField& field : marc.fields) {
    const mapping::Rule rule = mapping::rule_for(field.tag);
    if (rule != mapping::subject && rule != mapping::konspekt) continue;
    for (Subject& s : part_of(field, rule, marc).subjects) {
      if (std::find(written.begin(), written.end(), s) != written.end()) continue;
      write_subject(xml, s, field, marc);
      written.push_back(std::move(s));
    }
  }
}

// ---- other works, the record --------------------------------------------------------------------

void write_item(XmlWriter& xml, const RelatedItem& item) {
  for (const TitleInfo& t : item.titles) write_part(xml, t);
  for (const std::string& note : item.notes) {
    if (note.starts_with("ISSN "))
      xml.leaf("mods:identifier", {{"type", "issn"}}, std::string_view(note).substr(5));
    else if (note.starts_with("ISBN "))
      xml.leaf("mods:identifier", {{"type", "isbn"}}, std::string_view(note).substr(5));
    else
      xml.leaf("mods:note", note);
  }
  xml.close();
}

void write_related(XmlWriter& xml, const Record& record, const MarcRecord& marc) {
  for (const RelatedItem& item : record.related) {
    xml.open("mods:relatedItem");
    if (!item.type.empty()) xml.attribute("type", item.type);
    write_item(xml, item);
  }
  // Related in a way that MODS has no word for; the catalogue's own words are the label.
  for (const MarcField* field : marc.of("787"))
    for (const RelatedItem& item : part_of(*field, mapping::related, marc).related) {
      xml.open("mods:relatedItem").attribute("otherType", "other");
      if (const auto words = clean(*field, "i"); !words.empty())
        xml.attribute("displayLabel", words.front());
      write_item(xml, item);
    }
}

void write_record_info(XmlWriter& xml, const RecordInfo& info, const MarcRecord& marc) {
  xml.open("mods:recordInfo");
  xml.leaf("mods:descriptionStandard", info.standard);
  xml.leaf("mods:recordContentSource", {{"authority", is_sigla(info.source) ? "siglaADR" : ""}},
           info.source);
  if (const std::string day = marc.control("008").substr(0, 6); day.size() == 6 && is_digits(day))
    xml.leaf("mods:recordCreationDate", {{"encoding", "marc"}}, day);
  else
    xml.leaf("mods:recordCreationDate", {{"encoding", "iso8601"}},
             info.created.empty() ? iso8601(now()) : info.created);
  xml.leaf("mods:recordChangeDate", {{"encoding", "iso8601"}}, info.changed);
  xml.leaf("mods:recordIdentifier", {{"source", info.identifier_source}}, info.identifier);
  xml.leaf("mods:recordOrigin", info.origin);
  if (!info.language.empty())
    xml.open("mods:languageOfCataloging")
        .leaf("mods:languageTerm", {{"type", "code"}, {"authority", "iso639-2b"}}, info.language)
        .close();
  xml.close();
}

}  // namespace

std::string mods_text(const Record& record, const MarcRecord& marc) {
  RecordPlace place;
  place.level = is_periodical(marc) ? RecordLevel::periodical : RecordLevel::volume;
  ModsStyle style;
  style.alternative_names = true;
  XmlWriter xml;
  xml.open("mods:modsCollection").attribute("xmlns:mods", "http://www.loc.gov/mods/v3");
  xml.open("mods:mods").attribute("ID", "MODS_" + record_id(place)).attribute("version", "3.8");
  write_titles(xml, record, marc);
  for (const Name& name : record.names) write_part(xml, name, style);
  write_kind(xml, record, marc, place.level);
  write_origins(xml, record, marc);
  for (const Language& language : record.languages) write_part(xml, language);
  write_description(xml, record, marc);
  write_notes(xml, marc);
  write_subjects(xml, marc);
  for (const Classification& c : record.classifications) write_part(xml, c);
  write_related(xml, record, marc);
  for (const Location& location : record.locations) write_part(xml, location);
  for (const Identifier& id : record.identifiers) write_part(xml, id);
  write_record_info(xml, record.info, marc);
  xml.close();
  return xml.done();
}

}  // namespace linka
