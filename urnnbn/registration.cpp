// SPDX-License-Identifier: GPL-3.0-or-later
// The order of elements is the schema's: a message in another order is refused as a whole. Empty
// elements are left out, because the schema knows none.
#include "urnnbn/registration.h"

#include "base/text.h"
#include "base/translate.h"
#include "formats/xml_writer.h"
#include "model/record.h"

#include <algorithm>
#include <utility>

namespace linka {
namespace {

constexpr const char* name_space = "http://resolver.nkp.cz/v4/";

// Opens an element when its first content is written, and closes what was opened.
class Lazy {
 public:
  Lazy(XmlWriter& xml, std::string_view name) : xml_(xml), name_(name) {}
  Lazy(const Lazy&) = delete;
  Lazy& operator=(const Lazy&) = delete;
  ~Lazy() {
    if (open_) xml_.close();
  }
  XmlWriter& need() {
    if (!std::exchange(open_, true)) xml_.open(name_);
    return xml_;
  }
  void leaf(std::string_view name, const std::string& text) {
    if (!text.empty()) need().leaf(name, text);
  }
  void number(std::string_view name, int value) {
    if (value > 0) need().leaf(name, std::to_string(value));
  }

 private:
  XmlWriter& xml_;
  std::string_view name_;
  bool open_ = false;
};

void write_publication(XmlWriter& xml, const UrnPublication& p) {
  Lazy publication(xml, "publication");
  publication.leaf("publisher", p.publisher);
  publication.leaf("place", p.place);
  publication.leaf("year", p.year);
}

void write_originators(XmlWriter& xml, const UrnEntity& e) {
  xml.leaf("primaryOriginator", {{"type", e.originator_type}}, e.originator);
  xml.leaf("otherOriginator", e.other_originator);
}

void write_titles(XmlWriter& xml, const UrnEntity& e) {
  xml.open("titleInfo");
  switch (e.kind) {
    case EntityKind::monograph_volume:
      xml.leaf("monographTitle", e.title).leaf("volumeTitle", e.volume_title);
      break;
    case EntityKind::periodical_issue:
      xml.leaf("periodicalTitle", e.title)
          .leaf("volumeTitle", e.volume_title)
          .leaf("issueTitle", e.issue_title);
      break;
    case EntityKind::monograph:
    case EntityKind::other_entity:
    case EntityKind::analytical:
      xml.leaf("title", e.title).leaf("subTitle", e.sub_title);
      break;
  }
  xml.close();
}

void write_source(XmlWriter& xml, const UrnEntity& s) {
  xml.open("sourceDocument").open("titleInfo");
  xml.leaf("title", s.title)
      .leaf("volumeTitle", s.volume_title)
      .leaf("issueTitle", s.issue_title)
      .close();
  xml.leaf("ccnb", s.ccnb).leaf("isbn", s.isbn).leaf("issn", s.issn).leaf("otherId", s.other_id);
  write_publication(xml, s.publication);
  xml.close();
}

void write_entity(XmlWriter& xml, const UrnRegistration& r) {
  const UrnEntity& e = r.entity;
  xml.open(element_of(e.kind));
  write_titles(xml, e);
  if (e.kind == EntityKind::analytical) {
    xml.leaf("otherId", e.other_id).leaf("documentType", e.document_type);
    write_originators(xml, e);
    write_source(xml, r.source);
  } else {
    xml.leaf("ccnb", e.ccnb);
    xml.leaf(e.kind == EntityKind::periodical_issue ? "issn" : "isbn",
             e.kind == EntityKind::periodical_issue ? e.issn : e.isbn);
    xml.leaf("otherId", e.other_id).leaf("documentType", e.document_type);
    xml.leaf("digitalBorn", e.digital_born ? "true" : "false");
    write_originators(xml, e);
    write_publication(xml, e.publication);
  }
  xml.close();
}

void write_technical(XmlWriter& xml, const UrnTechnical& t) {
  Lazy technical(xml, "technicalMetadata");
  if (!t.format.empty()) technical.need().leaf("format", {{"version", t.format_version}}, t.format);
  technical.number("extent", t.extent);
  if (t.dpi_x > 0 && t.dpi_y > 0) {
    technical.need();
    Lazy resolution(xml, "resolution");
    resolution.number("horizontal", t.dpi_x);
    resolution.number("vertical", t.dpi_y);
  }
  if (!t.compression.empty())
    technical.need().leaf("compression", {{"ratio", t.compression_ratio}}, t.compression);
  if (!t.color_model.empty() || t.depth > 0) {
    technical.need();
    Lazy color(xml, "color");
    color.leaf("model", t.color_model);
    color.number("depth", t.depth);
  }
  technical.leaf("iccProfile", t.icc_profile);
  if (t.width_px > 0 && t.height_px > 0) {
    technical.need();
    Lazy size(xml, "pictureSize");
    size.number("width", t.width_px);
    size.number("height", t.height_px);
  }
}

void write_document(XmlWriter& xml, const UrnRegistration& r) {
  xml.open("digitalDocument");
  if (!r.urn.empty() || !r.predecessor.empty()) {
    xml.open("urnNbn").leaf("value", r.urn);
    if (!r.predecessor.empty()) {
      xml.open("predecessor").attribute("value", r.predecessor);
      if (!r.predecessor_note.empty()) xml.attribute("note", r.predecessor_note);
      xml.close();
    }
    xml.close();
  }
  xml.open("registrarScopeIdentifiers").leaf("id", {{"type", "uuid"}}, r.uuid).close();
  xml.leaf("financed", r.financed).leaf("contractNumber", r.contract);
  write_technical(xml, r.technical);
  xml.close();
}

}  // namespace

std::string_view element_of(EntityKind kind) {
  constexpr std::string_view names[] = {"monograph", "monographVolume", "periodicalIssue",
                                        "otherEntity", "analytical"};
  return names[static_cast<int>(kind)];
}

std::string message_of(const UrnRegistration& r) {
  XmlWriter xml;
  xml.open("import").attribute("xmlns", name_space);
  write_entity(xml, r);
  write_document(xml, r);
  return xml.done();
}

std::string message_of_instance(const std::string& url, const std::string& library,
                                const std::string& format, const std::string& accessibility) {
  XmlWriter xml;
  xml.open("digitalInstance").attribute("xmlns", name_space);
  xml.leaf("url", url).leaf("digitalLibraryId", library);
  xml.leaf("format", format).leaf("accessibility", accessibility);
  return xml.done();
}

std::vector<std::string> problems_of(const UrnRegistration& r) {
  std::vector<std::string> out;
  const auto need = [&](const std::string& text, const char* what) {
    if (trimmed(text).empty()) out.push_back(say(tr("{} is missing"), what));
  };
  const UrnEntity& e = r.entity;
  need(e.title, e.kind == EntityKind::periodical_issue ? tr("the title of the periodical")
                                                       : tr("the title"));
  if (e.kind == EntityKind::monograph_volume)
    need(e.volume_title, tr("the number or name of the volume"));
  if (e.kind == EntityKind::periodical_issue)
    need(e.issue_title, tr("the number or date of the issue"));
  if (e.kind == EntityKind::analytical)
    need(r.source.title, tr("the title of what the article stands in"));
  if (!is_uuid(r.uuid)) out.push_back(say(tr("\"{}\" is no uuid"), r.uuid));
  for (const std::string* urn : {&r.urn, &r.predecessor})
    if (!urn->empty() && !is_urnnbn(*urn)) out.push_back(say(tr("\"{}\" is no URN:NBN"), *urn));
  if (r.technical.width_px <= 0 || r.technical.height_px <= 0 || r.technical.extent <= 0)
    out.emplace_back(tr("no page with a known image is there"));
  return out;
}

}  // namespace linka
