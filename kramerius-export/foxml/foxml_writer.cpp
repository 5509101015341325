// SPDX-License-Identifier: GPL-3.0-or-later
#include "kramerius-export/foxml/foxml_writer.h"

#include "kramerius-export/foxml/base64.h"
#include "kramerius-export/foxml/foxml.h"

namespace linka {
namespace {

constexpr std::string_view model_space = "info:fedora/fedora-system:def/model#";
constexpr std::string_view view_space = "info:fedora/fedora-system:def/view#";

}  // namespace

FoxmlWriter::FoxmlWriter(XmlWriter::Sink sink, std::string_view pid, std::string_view label,
                         std::string created)
    : xml_(std::move(sink)), created_(std::move(created)) {
  xml_.open("foxml:digitalObject")
      .attribute("xmlns:foxml", "info:fedora/fedora-system:def/foxml#")
      .attribute("VERSION", "1.1")
      .attribute("PID", pid);
  xml_.open("foxml:objectProperties");
  const auto property = [&](std::string_view space, std::string_view name, std::string_view value) {
    xml_.open("foxml:property")
        .attribute("NAME", std::string(space) + std::string(name))
        .attribute("VALUE", value)
        .close();
  };
  property(model_space, "state", "Active");
  property(model_space, "label", cut_text(label, foxml_label_limit));
  property(model_space, "ownerId", "fedoraAdmin");
  property(model_space, "createdDate", created_);
  property(view_space, "lastModifiedDate", created_);
  xml_.close();
}

void FoxmlWriter::begin(std::string_view id, std::string_view group, std::string_view mime,
                        std::string_view format_uri) {
  xml_.open("foxml:datastream")
      .attribute("ID", id)
      .attribute("CONTROL_GROUP", group)
      .attribute("STATE", "A")
      .attribute("VERSIONABLE", "false");
  xml_.open("foxml:datastreamVersion")
      .attribute("ID", std::string(id) + ".1")
      .attribute("CREATED", created_)
      .attribute("MIMETYPE", mime);
  if (!format_uri.empty()) xml_.attribute("FORMAT_URI", format_uri);
}

void FoxmlWriter::end() {
  xml_.close().close().close();
}

void FoxmlWriter::inline_xml(std::string_view id, std::string_view format_uri,
                             const std::function<void(XmlWriter&)>& write) {
  begin(id, "X", id == "RELS-EXT" ? "application/rdf+xml" : "text/xml", format_uri);
  xml_.open("foxml:xmlContent");
  write(xml_);
  end();
}

void FoxmlWriter::embedded(std::string_view id, std::string_view mime, ByteView bytes) {
  begin(id, "M", mime, {});
  xml_.open("foxml:binaryContent").text("\n");
  write_base64(bytes, [&](std::string_view piece) { xml_.text(piece); });
  end();
}

void FoxmlWriter::located(std::string_view id, std::string_view mime, std::string_view url) {
  begin(id, "E", mime, {});
  xml_.open("foxml:contentLocation").attribute("TYPE", "URL").attribute("REF", url);
  end();
}

void FoxmlWriter::done() {
  xml_.done();
}

void write_relations(XmlWriter& xml, const FoxmlRelations& relations) {
  const auto resource = [&](const std::string& name, const std::string& target) {
    xml.open(name).attribute("rdf:resource", "info:fedora/" + target).close();
  };
  xml.open("rdf:RDF")
      .attribute("xmlns:rdf", "http://www.w3.org/1999/02/22-rdf-syntax-ns#")
      .attribute("xmlns:fedora-model", model_space)
      .attribute("xmlns:oai", "http://www.openarchives.org/OAI/2.0/")
      .attribute("xmlns:kramerius", "http://www.nsdl.org/ontologies/relationships#");
  // Right behind its parent: Kramerius appends to the parent's first node where it moves images.
  xml.open_here("rdf:Description").attribute("rdf:about", "info:fedora/" + relations.pid);
  resource("fedora-model:hasModel", "model:" + relations.model);
  xml.leaf("oai:itemID", relations.pid);
  for (const auto& [relation, child] : relations.children) resource("kramerius:" + relation, child);
  for (const std::string& page : relations.pages) resource("kramerius:isOnPage", page);
  xml.leaf("kramerius:policy", relations.policy);
  for (const std::string& licence : relations.licences) xml.leaf("kramerius:license", licence);
  xml.leaf("kramerius:tiles-url", relations.tiles);
  xml.close().close();
}

std::string cut_text(std::string_view text, std::size_t most) {
  std::size_t units = 0, end = 0;
  for (std::size_t i = 0; i < text.size();) {
    const auto byte = static_cast<unsigned char>(text[i]);
    const std::size_t length = byte < 0x80 ? 1 : byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4;
    units += length == 4 ? 2 : 1;
    if (units > most) return std::string(text.substr(0, end));
    i += length;
    end = std::min(i, text.size());
  }
  return std::string(text);
}

}  // namespace linka
