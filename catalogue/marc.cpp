// SPDX-License-Identifier: GPL-3.0-or-later
#include "catalogue/marc.h"

#include "base/text.h"
#include "catalogue/letters.h"
#include "formats/xml_writer.h"

#include <algorithm>

namespace linka {
namespace {

constexpr std::size_t most_records = 1000;
constexpr std::size_t leader_size = 24;

char one_of_attribute(const XmlElement& e, const char* name, const char* other) {
  std::string value = e.attribute(name);
  if (value.empty()) value = e.attribute(other);
  return value.empty() ? ' ' : value.front();
}

std::string either(const XmlElement& e, const char* name, const char* other) {
  const std::string value = e.attribute(name);
  return value.empty() ? e.attribute(other) : value;
}

MarcField field_of(const XmlElement& e) {
  MarcField field;
  field.tag = either(e, "tag", "id");
  field.ind1 = one_of_attribute(e, "ind1", "i1");
  field.ind2 = one_of_attribute(e, "ind2", "i2");
  for (const XmlElement& s : e.children("subfield")) {
    const std::string code = either(s, "code", "label");
    if (!code.empty()) field.subfields.push_back({code.front(), composed(s.own_text())});
  }
  return field;
}

// Aleph writes ^ for a blank in fixed fields.
std::string fixed_text(const XmlElement& e) {
  std::string text = e.own_text();
  if (e.name() == "fixfield") std::replace(text.begin(), text.end(), '^', ' ');
  return composed(text);
}

bool is_record(const XmlElement& e) {
  if (e.name() == "oai_marc") return true;
  return e.name() == "record" && (e.child("datafield") || e.child("controlfield"));
}

}  // namespace

std::string MarcField::first(char code) const {
  for (const MarcSubfield& s : subfields)
    if (s.code == code)
      if (std::string text = trimmed(s.value); !text.empty()) return text;
  return {};
}

std::vector<std::string> MarcField::all(char code) const {
  std::vector<std::string> out;
  for (const MarcSubfield& s : subfields)
    if (s.code == code)
      if (std::string text = trimmed(s.value); !text.empty()) out.push_back(std::move(text));
  return out;
}

std::string MarcRecord::control(std::string_view tag) const {
  for (const MarcControlField& c : controls)
    if (c.tag == tag) return c.value;
  return {};
}

std::vector<const MarcField*> MarcRecord::of(std::string_view tag) const {
  std::vector<const MarcField*> out;
  for (const MarcField& f : fields)
    if (f.tag == tag) out.push_back(&f);
  return out;
}

const MarcField* MarcRecord::first(std::string_view tag) const {
  for (const MarcField& f : fields)
    if (f.tag == tag) return &f;
  return nullptr;
}

char MarcRecord::leader_at(std::size_t position) const {
  return position < leader.size() ? leader[position] : ' ';
}

Result<MarcRecord> marc_from_xml(const XmlElement& element) {
  MarcRecord record;
  for (const XmlElement& e : element.children()) {
    const std::string name = e.name();
    if (name == "leader") {
      record.leader = e.own_text();
    } else if (name == "controlfield" || name == "fixfield") {
      const std::string tag = either(e, "tag", "id");
      if (tag == "LDR" || tag == "000")
        record.leader = fixed_text(e);
      else
        record.controls.push_back({tag, fixed_text(e)});
    } else if (name == "datafield" || name == "varfield") {
      record.fields.push_back(field_of(e));
    }
  }
  if (record.fields.empty())
    return fail(ErrorKind::bad_input, "<{}> at line {} is no MARC record with fields",
                element.name(), element.line());
  record.leader = clean_utf8(record.leader);
  if (record.leader.size() < leader_size) record.leader.resize(leader_size, ' ');
  return record;
}

Result<std::vector<MarcRecord>> marc_in_xml(ByteView xml) {
  const auto document = XmlDocument::parse(xml);
  if (!document) return pass(document);
  std::vector<MarcRecord> out;
  std::vector<XmlElement> open{document->root()};
  while (!open.empty()) {
    const XmlElement e = open.back();
    open.pop_back();
    if (is_record(e)) {
      if (out.size() >= most_records)
        return fail(ErrorKind::bad_input, "more than {} records in one answer", most_records);
      auto record = marc_from_xml(e);
      if (!record) return pass(record);
      out.push_back(*std::move(record));
      continue;
    }
    const std::vector<XmlElement> children = e.children();
    open.insert(open.end(), children.rbegin(), children.rend());
  }
  return out;
}

std::string marcxml_of(const MarcRecord& record) {
  XmlWriter xml;
  xml.open("record").attribute("xmlns", "http://www.loc.gov/MARC21/slim");
  xml.leaf("leader", record.leader);
  for (const MarcControlField& c : record.controls)
    xml.open("controlfield").attribute("tag", c.tag).text(c.value).close();
  for (const MarcField& f : record.fields) {
    xml.open("datafield").attribute("tag", f.tag);
    xml.attribute("ind1", std::string(1, f.ind1)).attribute("ind2", std::string(1, f.ind2));
    for (const MarcSubfield& s : f.subfields)
      xml.open("subfield").attribute("code", std::string(1, s.code)).text(s.value).close();
    xml.close();
  }
  xml.close();
  return xml.done();
}

}  // namespace linka
