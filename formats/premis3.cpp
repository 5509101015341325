// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/premis3.h"

#include "formats/xml_writer.h"

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

void write(XmlWriter& xml, const HandedEvent& event,
           const std::pair<std::string, std::string>& object) {
  xml.open("premis:event");
  identifier(xml, "event", "local", event.id);
  xml.leaf("premis:eventType", event.type);
  xml.leaf("premis:eventDateTime", event.time);
  xml.open("premis:eventDetailInformation").leaf("premis:eventDetail", event.detail).close();
  xml.open("premis:eventOutcomeInformation").leaf("premis:eventOutcome", "success").close();
  identifier(xml, "linkingAgent", "local", event.agent);
  identifier(xml, "linkingObject", object.first, object.second);
  xml.close();
}

void write(XmlWriter& xml, const HandedAgent& agent) {
  xml.open("premis:agent");
  identifier(xml, "agent", "local", agent.id);
  xml.leaf("premis:agentName", agent.name);
  xml.leaf("premis:agentType", agent.type);
  xml.leaf("premis:agentVersion", agent.version);
  xml.close();
}

}  // namespace

std::string premis3_text(const HandedEntity& entity) {
  XmlWriter xml;
  xml.open("premis:premis");
  xml.attribute("xmlns:premis", "http://www.loc.gov/premis/v3");
  xml.attribute("xmlns:xsi", "http://www.w3.org/2001/XMLSchema-instance");
  xml.attribute("xsi:schemaLocation",
                "http://www.loc.gov/premis/v3 https://www.loc.gov/standards/premis/v3/premis.xsd");
  xml.attribute("version", "3.0");
  xml.open("premis:object").attribute("xsi:type", "premis:intellectualEntity");
  for (const auto& [type, value] : entity.identifiers) identifier(xml, "object", type, value);
  xml.leaf("premis:originalName", entity.original_name);
  xml.close();
  for (const HandedEvent& event : entity.events) write(xml, event, entity.identifiers.front());
  for (const HandedAgent& agent : entity.agents) write(xml, agent);
  return xml.done();
}

}  // namespace linka
