// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/premis.h"

#include "formats/premis3.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace linka {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(Premis, AnObjectDeclaresItsPrefixesItself) {
  XmlWriter xml;
  PremisObject o;
  o.id = "PS_1";
  o.preservation = "deleted";
  write_premis(xml, o);
  const std::string text = xml.done();
  EXPECT_THAT(text, HasSubstr("<premis:object xmlns:premis=\"info:lc/xmlns/premis-v2\" "
                              "xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" "
                              "xsi:type=\"premis:file\">"));
  EXPECT_THAT(text, Not(HasSubstr("relationship")));
}

TEST(Premis, ADerivedObjectNamesItsOriginAndTheEvent) {
  XmlWriter xml;
  PremisObject o;
  o.id = "MC_1";
  o.created_from = "PS_1";
  o.created_by = "MC_creation_001";
  o.events = {"MC_creation_001"};
  write_premis(xml, o);
  const std::string text = xml.done();
  EXPECT_THAT(text, HasSubstr("<premis:relatedObjectIdentifierValue>PS_1<"));
  EXPECT_THAT(text, HasSubstr("<premis:relatedEventIdentifierValue>MC_creation_001<"));
  EXPECT_THAT(text, HasSubstr("<premis:linkingEventIdentifierValue>MC_creation_001<"));
}

TEST(Premis, AnAgentWithoutANoteHasNone) {
  XmlWriter xml;
  write_premis(xml, PremisAgent{"encoder_001", "OpenJPEG 2.5.0", "software", ""});
  EXPECT_THAT(xml.done(), Not(HasSubstr("agentNote")));
}

TEST(Premis, AnEventOfAPackageNamesThePackageAndWhoDidIt) {
  HandedEntity entity;
  entity.identifiers = {{"URN:NBN", "urn:nbn:cz:tst001-00000a"}, {"local", "another"}};
  entity.events = {{"v1", "ingestion", "stored & kept", "2025-03-14T09:15:00Z", "anna"}};
  entity.agents = {{"anna", "Anna", "", "person"}};
  const std::string text = premis3_text(entity);
  EXPECT_THAT(text, HasSubstr("<premis:eventDetail>stored &amp; kept<"));
  EXPECT_THAT(text, HasSubstr("<premis:linkingAgentIdentifierValue>anna<"));
  EXPECT_THAT(text, HasSubstr("<premis:linkingObjectIdentifierType>URN:NBN<"));
  EXPECT_THAT(text, Not(HasSubstr("linkingObjectIdentifierValue>another")));
  EXPECT_THAT(text, Not(HasSubstr("agentVersion")));
}

}  // namespace
}  // namespace linka
