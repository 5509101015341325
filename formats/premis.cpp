// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/premis.h"

#include <fmt/format.h>

namespace linka {
namespace {

constexpr const char* premis_name = "info:lc/xmlns/premis-v2";
constexpr const char* xsi_name = "http://www.w3.org/2001/XMLSchema-instance";

XmlWriter& start(XmlWriter& xml, const char* element) {
  return xml.open(element).attribute("xmlns:premis", premis_name).attribute("xmlns:xsi", xsi_name);
}

// <premis:stem> with its Type and Value.
void identifier(XmlWriter& xml, std::string_view container, std::string_view stem,
                std::string_view type, std::string_view value) {
  xml.open(fmt::format("premis:{}", container))
      .leaf(fmt::format("premis:{}Type", stem), type)
      .leaf(fmt::format("premis:{}Value", stem), value)
      .close();
}

}  // namespace

void write_premis(XmlWriter& xml, const PremisObject& o) {
  start(xml, "premis:object").attribute("xsi:type", "premis:file");
  identifier(xml, "objectIdentifier", "objectIdentifier", "file", o.id);
  xml.open("premis:preservationLevel")
      .leaf("premis:preservationLevelValue", o.preservation)
      .leaf("premis:preservationLevelDateAssigned", o.assigned)
      .close();
  xml.open("premis:objectCharacteristics").leaf("premis:compositionLevel", "0");
  xml.open("premis:fixity")
      .leaf("premis:messageDigestAlgorithm", "MD5")
      .leaf("premis:messageDigest", o.md5)
      .leaf("premis:messageDigestOriginator", o.md5_by)
      .close();
  xml.leaf("premis:size", std::to_string(o.size_bytes));
  xml.open("premis:format");
  xml.open("premis:formatDesignation")
      .leaf("premis:formatName", o.format)
      .leaf("premis:formatVersion", o.format_version)
      .close();
  xml.open("premis:formatRegistry")
      .leaf("premis:formatRegistryName", "PRONOM")
      .leaf("premis:formatRegistryKey", o.pronom)
      .close();
  xml.close();
  xml.open("premis:creatingApplication")
      .leaf("premis:creatingApplicationName", o.application)
      .leaf("premis:creatingApplicationVersion", o.application_version)
      .leaf("premis:dateCreatedByApplication", o.application_date)
      .close();
  xml.close();
  xml.leaf("premis:originalName", o.original_name);
  if (!o.created_from.empty()) {
    xml.open("premis:relationship")
        .leaf("premis:relationshipType", "derivation")
        .leaf("premis:relationshipSubType", "created from");
    identifier(xml, "relatedObjectIdentification", "relatedObjectIdentifier", "file",
               o.created_from);
    identifier(xml, "relatedEventIdentification", "relatedEventIdentifier", "EventId",
               o.created_by);
    xml.close();
  }
  for (const std::string& event : o.events)
    identifier(xml, "linkingEventIdentifier", "linkingEventIdentifier", "EventId", event);
  xml.close();
}

void write_premis(XmlWriter& xml, const PremisEvent& e) {
  start(xml, "premis:event");
  identifier(xml, "eventIdentifier", "eventIdentifier", "EventId", e.id);
  xml.leaf("premis:eventType", e.type);
  xml.leaf("premis:eventDateTime", e.time);
  xml.leaf("premis:eventDetail", e.detail);
  xml.open("premis:eventOutcomeInformation").leaf("premis:eventOutcome", "successful").close();
  xml.open("premis:linkingAgentIdentifier")
      .leaf("premis:linkingAgentIdentifierType", "AgentId")
      .leaf("premis:linkingAgentIdentifierValue", e.agent)
      .leaf("premis:linkingAgentRole", e.role)
      .close();
  identifier(xml, "linkingObjectIdentifier", "linkingObjectIdentifier", "file", e.object);
  xml.close();
}

void write_premis(XmlWriter& xml, const PremisAgent& a) {
  start(xml, "premis:agent");
  identifier(xml, "agentIdentifier", "agentIdentifier", "AgentId", a.id);
  xml.leaf("premis:agentName", a.name);
  xml.leaf("premis:agentType", a.type);
  xml.leaf("premis:agentNote", a.note);
  xml.close();
}

}  // namespace linka
