// SPDX-License-Identifier: GPL-3.0-or-later
#include "handover/hand_bag.h"

#include "base/text.h"
#include "formats/xml_writer.h"
#include "handover/document.h"

#include <algorithm>
#include <utility>

namespace linka {

namespace {

// <premis:stemIdentifier> with its type and value.
void identifier(XmlWriter& xml, const std::string& stem, const std::string& type,
                const std::string& value) {
  xml.open("premis:" + stem + "Identifier");
  xml.leaf("premis:" + stem + "IdentifierType", type);
  xml.leaf("premis:" + stem + "IdentifierValue", value);
  xml.close();
}

struct BagEvent {
  std::string id, type, detail;
};

void write_event(XmlWriter& xml, const BagEvent& event, const std::string& object,
                 const std::string& agent, Time at) {
  xml.open("premis:event");
  identifier(xml, "event", "local", event.id);
  xml.leaf("premis:eventType", event.type);
  xml.leaf("premis:eventDateTime", iso8601(at));
  xml.open("premis:eventDetailInformation").leaf("premis:eventDetail", event.detail).close();
  xml.open("premis:eventOutcomeInformation").leaf("premis:eventOutcome", "success").close();
  identifier(xml, "linkingAgent", "local", agent);
  identifier(xml, "linkingObject", "uuid", object);
  xml.close();
}

BagInfo info_of(const HandedDocument& document) {
  BagInfo info;
  const auto add = [&](const char* label, const std::string& value) {
    std::string line = trimmed(clean_utf8(value));
    std::replace_if(
        line.begin(), line.end(), [](char c) { return c == '\n' || c == '\r'; }, ' ');
    if (!line.empty()) info.emplace_back(label, std::move(line));
  };
  add("Source-Organization", document.institution);
  add("External-Identifier", document.urnnbn);
  add("External-Identifier", "uuid:" + document.uuid);
  add("External-Description", document.title);
  add("Internal-Sender-Identifier", document.id);
  return info;
}

std::string premis_of(const HandedDocument& document, const std::string& name,
                      const std::string& program, const std::string& version, Time made_at) {
  const std::string object = "uuid:" + document.uuid, agent = program + "-" + version;
  XmlWriter xml;
  xml.open("premis:premis");
  xml.attribute("xmlns:premis", "http://www.loc.gov/premis/v3");
  xml.attribute("xmlns:xsi", "http://www.w3.org/2001/XMLSchema-instance");
  xml.attribute("xsi:schemaLocation",
                "http://www.loc.gov/premis/v3 https://www.loc.gov/standards/premis/v3/premis.xsd");
  xml.attribute("version", "3.0");
  xml.open("premis:object").attribute("xsi:type", "premis:intellectualEntity");
  identifier(xml, "object", "uuid", object);
  if (!document.urnnbn.empty()) identifier(xml, "object", "urnnbn", document.urnnbn);
  identifier(xml, "object", "NDK package", document.id);
  xml.leaf("premis:originalName", name);
  xml.close();
  const BagEvent events[] = {
      {"digests", "message digest calculation", "SHA-256 and SHA-512 of every file"},
      {"bag", "information package creation", "BagIt 1.0 (RFC 8493)"}};
  for (const BagEvent& event : events) write_event(xml, event, object, agent, made_at);
  xml.open("premis:agent");
  identifier(xml, "agent", "local", agent);
  xml.leaf("premis:agentName", program);
  xml.leaf("premis:agentType", "software");
  xml.leaf("premis:agentVersion", version);
  xml.close();
  return xml.done();
}

}  // namespace

PackageWords words_of_package(const std::filesystem::path& folder, const std::string& program,
                              const std::string& version, Time made_at) {
  const auto document = guarded<HandedDocument>("package", [&] { return read_document(folder); });
  if (!document) return {};
  const std::string premis =
      premis_of(*document, folder.filename().string(), program, version, made_at);
  return {info_of(*document), {{"metadata/premis.xml", premis}}};
}

}  // namespace linka
