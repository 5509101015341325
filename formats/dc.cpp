// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/dc.h"

#include <algorithm>
#include <vector>

namespace linka {
namespace {

// The values of one Dublin Core element, each once.
class Values {
 public:
  void add(const std::string& value) {
    if (!value.empty() && std::find(list_.begin(), list_.end(), value) == list_.end())
      list_.push_back(value);
  }
  void add(const std::vector<std::string>& values) {
    for (const std::string& v : values) add(v);
  }
  void write(XmlWriter& xml, std::string_view element) const {
    for (const std::string& v : list_) xml.leaf(element, v);
  }
  bool empty() const { return list_.empty(); }

 private:
  std::vector<std::string> list_;
};

std::string text_of(const TitleInfo& t) {
  std::string out = t.title;
  if (out.empty()) {  // a year: "3"
    out = t.part_number;
    if (!t.part_name.empty()) out += (out.empty() ? "" : ". ") + t.part_name;
    return out;
  }
  if (!t.non_sort.empty()) out = t.non_sort + (t.non_sort.ends_with('\'') ? "" : " ") + out;
  if (!t.sub_title.empty()) out += " : " + t.sub_title;
  for (const std::string* part : {&t.part_number, &t.part_name})
    if (!part->empty()) out += (out.ends_with('.') ? " " : ". ") + *part;
  return out;
}

// "Nováková, Anna, 1880-1951"
std::string text_of(const Name& name) {
  std::string out;
  for (std::string_view type : {"", "family", "given", "termsOfAddress", "date"})
    for (const NamePart& part : name.parts)
      if (part.type == type) out += (out.empty() ? "" : ", ") + part.text;
  return out;
}

void add_subjects(Values& subjects, const Record& record, const RecordPlace& place) {
  if (place.level == RecordLevel::year) return;
  for (const Subject& s : record.subjects) {
    subjects.add(s.topics);
    subjects.add(s.geographic);
    subjects.add(s.temporal);
    subjects.add(s.names);
  }
  for (const Classification& c : record.classifications)
    if (c.authority == "udc") subjects.add(c.text);
  if (place.level != RecordLevel::article && place.level != RecordLevel::issue_picture) return;
  // Mandatory in parts of issues.
  for (const Classification& c : record.classifications)
    if (subjects.empty()) subjects.add(c.text);
  if (subjects.empty()) subjects.add(place.genre_type);
  if (subjects.empty()) subjects.add(genre_of(record, place.level));
}

void add_origins(Values& publishers, Values& coverage, const Record& held,
                 const RecordPlace& place) {
  const bool aacr_title = place.level == RecordLevel::title && held.info.standard != "rda";
  for (const Origin& origin : held.origins) {
    const bool published =
        origin.event.empty() || origin.event == "publication" || origin.event == "production";
    if (published && !aacr_title) publishers.add(origin.agents);
    coverage.add(origin.places);
  }
  for (const Origin& origin : held.origins) coverage.add(origin.country_codes);
  if (is_internal_part(place.level) && !place.first_label.empty())
    coverage.add(place.first_label == place.last_label || place.last_label.empty()
                     ? place.first_label
                     : place.first_label + "-" + place.last_label);
}

void add_sources(Values& sources, const Record& held) {
  for (const Location& location : held.locations) {
    sources.add(location.sigla);
    sources.add(location.shelf_mark);
  }
}

}  // namespace

void write_dc(XmlWriter& xml, const Record& record, const Record& held, const RecordPlace& place) {
  Values titles, creators, types, publishers, coverage, languages, formats, descriptions, subjects,
      identifiers, sources;
  const RecordLevel level = place.level;
  for (const TitleInfo& t : held.titles) titles.add(text_of(t));
  for (const Name& name : held.names) creators.add(text_of(name));
  types.add(dc_model(held, place));
  if (level != RecordLevel::title && level != RecordLevel::periodical) types.add(held.resource);
  add_origins(publishers, coverage, held, place);
  if (level != RecordLevel::volume_picture) {
    for (const Language& l : held.languages)
      if (l.object.empty()) languages.add(l.code);
    if (languages.empty())
      for (const Language& l : held.languages) languages.add(l.code);
  }
  for (const Form& form : held.forms) formats.add(form.text);
  formats.add(held.extents);
  descriptions.add(held.notes);
  descriptions.add(held.abstracts);
  add_subjects(subjects, record, place);
  for (const Identifier& id : held.identifiers)
    if (!id.invalid) identifiers.add(id.type + ":" + id.value);
  if (level != RecordLevel::volume_supplement) add_sources(sources, held);

  xml.open("oai_dc:dc");
  titles.write(xml, "dc:title");
  creators.write(xml, "dc:creator");
  types.write(xml, "dc:type");
  publishers.write(xml, "dc:publisher");
  coverage.write(xml, "dc:coverage");
  if (!is_internal_part(level)) xml.leaf("dc:date", issue_date(held));
  languages.write(xml, "dc:language");
  formats.write(xml, "dc:format");
  descriptions.write(xml, "dc:description");
  subjects.write(xml, "dc:subject");
  identifiers.write(xml, "dc:identifier");
  sources.write(xml, "dc:source");
  xml.close();
}

void write_dc(XmlWriter& xml, const PageRecord& page) {
  xml.open("oai_dc:dc");
  xml.leaf("dc:title", page.label);
  xml.leaf("dc:identifier", "uuid:" + page.uuid);
  xml.leaf("dc:coverage", page.label);
  xml.leaf("dc:type", "model:page");
  xml.leaf("dc:description", page.note);
  xml.close();
}

}  // namespace linka
