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

}  // namespace

void write_dc(XmlWriter& xml, const Record& record) {
  Values titles, creators, publishers, coverage, dates, languages, formats, descriptions, subjects,
      identifiers, sources;
  for (const TitleInfo& t : record.titles) titles.add(text_of(t));
  for (const Name& name : record.names) creators.add(text_of(name));
  for (const Origin& origin : record.origins) {
    if (origin.event == "publication" || origin.event == "production")
      publishers.add(origin.agents);
    coverage.add(origin.places);
  }
  for (const Origin& origin : record.origins) coverage.add(origin.country_codes);
  dates.add(issue_date(record));
  for (const Language& l : record.languages)
    if (l.object.empty()) languages.add(l.code);
  if (languages.empty())
    for (const Language& l : record.languages) languages.add(l.code);
  for (const Form& form : record.forms) formats.add(form.text);
  formats.add(record.extents);
  descriptions.add(record.notes);
  descriptions.add(record.abstracts);
  for (const Subject& s : record.subjects) {
    subjects.add(s.topics);
    subjects.add(s.geographic);
    subjects.add(s.temporal);
    subjects.add(s.names);
  }
  for (const Classification& c : record.classifications)
    if (c.authority == "udc") subjects.add(c.text);
  identifiers.add("uuid:" + volume_uuid(record));
  for (const Identifier& id : record.identifiers)
    if (!id.invalid && id.type != "uuid") identifiers.add(id.type + ":" + id.value);
  for (const Location& location : record.locations)
    if (!location.sigla.empty() && !location.shelf_mark.empty()) {
      sources.add(location.sigla);
      sources.add(location.shelf_mark);
    }

  xml.open("oai_dc:dc");
  titles.write(xml, "dc:title");
  creators.write(xml, "dc:creator");
  xml.leaf("dc:type", "model:monograph");
  xml.leaf("dc:type", "text");
  publishers.write(xml, "dc:publisher");
  coverage.write(xml, "dc:coverage");
  dates.write(xml, "dc:date");
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
  xml.close();
}

}  // namespace linka
