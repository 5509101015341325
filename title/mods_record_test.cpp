// SPDX-License-Identifier: GPL-3.0-or-later
#include "title/mods_record.h"

#include "title/normalise.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace linka {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;

struct Read {
  Record record;
  std::vector<std::string> notes;
  std::string error;
};

Read read(std::string_view xml) {
  Read out;
  auto r = record_from_mods({reinterpret_cast<const std::uint8_t*>(xml.data()), xml.size()},
                            "book.xml", out.notes);
  if (!r) {
    out.error = r.error().message;
    return out;
  }
  out.record = std::move(*r);
  find_digitizing_library(out.record, out.notes);
  normalise(out.record, out.notes);
  return out;
}

// As a catalogue gives it: default name space, publisher and no events, MARC dates, two of many
// things.
constexpr const char* catalogue = R"(<?xml version="1.0" encoding="UTF-8"?>
<modsCollection xmlns="http://www.loc.gov/mods/v3"><mods version="3.5">
<titleInfo><nonSort>The </nonSort><title>Moon
  mill</title></titleInfo>
<titleInfo type="alternative"><title>Mill</title></titleInfo>
<name type="personal" usage="primary" authority="naf"><namePart>Smith, Ann</namePart>
  <namePart type="date">1880-1951</namePart>
  <role><roleTerm type="text">author</roleTerm><roleTerm type="code" authority="marcrelator">aut</roleTerm></role></name>
<name type="personal"><namePart>Doe, John</namePart><role><roleTerm type="text">helper</roleTerm></role></name>
<typeOfResource>text</typeOfResource><genre authority="marcgt">book</genre>
<originInfo><place><placeTerm type="code" authority="marccountry">xr</placeTerm></place>
  <place><placeTerm type="code" authority="iso3166">cz</placeTerm></place>
  <place><placeTerm type="text">Praha :</placeTerm></place>
  <publisher>Nakladatel</publisher><publisher>Druhý</publisher>
  <dateIssued>[1927]</dateIssued><dateIssued encoding="marc">1927</dateIssued>
  <copyrightDate encoding="marc">1926</copyrightDate><issuance>monographic</issuance></originInfo>
<language><languageTerm authority="iso639-2b" type="code">cze</languageTerm></language>
<language objectPart="summary"><languageTerm authority="iso639-2b" type="code">ger</languageTerm></language>
<physicalDescription><form authority="marcform">print</form><extent>312 s.</extent>
  <digitalOrigin>reformatted digital</digitalOrigin></physicalDescription>
<tableOfContents>1. One</tableOfContents>
<note type="statement of responsibility">Ann Smith</note>
<subject authority="lcsh"><topic>Paper</topic></subject>
<subject authority="czenas"><topic>papír</topic><geographic>Praha</geographic></subject>
<classification authority="lcc">TS1</classification><classification authority="udc" edition="MRF">676</classification>
<relatedItem type="series"><titleInfo><title>Edice</title></titleInfo><identifier type="issn">1234-5679</identifier></relatedItem>
<location><physicalLocation>ABA001</physicalLocation><shelfLocator>54 H 1</shelfLocator></location>
<identifier type="isbn">0-306-40615-2 (váz.)</identifier><identifier type="isbn">978-0-306-40615-7</identifier>
<identifier type="isbn" invalid="yes">0-306-40615-3</identifier>
<identifier type="uuid">uuid:0F5C1D2E-7A41-4C8B-9E30-000000000101</identifier>
<identifier type="urnnbn">urn:nbn:cz:TST001-00000A</identifier><identifier type="issn">1234-5679</identifier>
<identifier type="urnnbn">urn:nbn:cz:tst001-00000a</identifier>
<recordInfo><descriptionStandard>aacr2</descriptionStandard><recordContentSource authority="marcorg">CZ-PrNK</recordContentSource>
  <recordCreationDate encoding="marc">990730</recordCreationDate><recordChangeDate encoding="iso8601">20190315103000.0</recordChangeDate>
  <recordIdentifier source="CZ-PrNK">nkc1</recordIdentifier><recordOrigin>Converted by a style sheet</recordOrigin>
  <languageOfCataloging><languageTerm authority="iso639-2b" type="code">cze</languageTerm></languageOfCataloging></recordInfo>
</mods></modsCollection>)";

TEST(ModsRecord, TakesACataloguesRecordAndSaysWhatItMended) {
  const Read r = read(catalogue);
  ASSERT_EQ(r.error, "");
  EXPECT_TRUE(missing_parts(r.record).empty());
  EXPECT_EQ(display_title(r.record), "The Moon mill, [1927]");
  EXPECT_EQ(r.record.info.standard, "aacr");
  ASSERT_EQ(r.record.origins.size(), 1u);
  EXPECT_THAT(r.record.origins[0].agents, ElementsAre("Nakladatel", "Druhý"));
  EXPECT_THAT(r.record.origins[0].country_codes, ElementsAre("xr"));
  ASSERT_EQ(r.record.origins[0].dates.size(), 1u);
  EXPECT_EQ(r.record.origins[0].dates[0].text, "[1927]");
  EXPECT_EQ(identifier_of(r.record, "uuid"), "0f5c1d2e-7a41-4c8b-9e30-000000000101");
  EXPECT_EQ(identifier_of(r.record, "isbn"), "0-306-40615-2");
  EXPECT_EQ(identifier_of(r.record, "issn"), "");
  EXPECT_EQ(std::count_if(r.record.identifiers.begin(), r.record.identifiers.end(),
                          [](const Identifier& i) { return i.type == "urnnbn"; }),
            1);
  EXPECT_THAT(r.record.names[0].roles, ElementsAre("aut"));
  EXPECT_TRUE(r.record.names[1].roles.empty());
  EXPECT_EQ(r.record.subjects[0].authority, "");
  ASSERT_EQ(r.record.classifications.size(), 1u);
  EXPECT_EQ(r.record.classifications[0].edition, "");
  EXPECT_EQ(r.record.info.created, "1999-07-30T00:00:00Z");
  EXPECT_EQ(r.record.info.changed, "2019-03-15T10:30:00");
  EXPECT_EQ(r.record.info.origin, "machine generated");
  EXPECT_EQ(r.record.sigla, "ABA001");
  for (const char* part : {"helper", "lcsh", "TS1", "A second isbn", "ISSN", "CZ-PrNK",
                           "digitalOrigin", "The copyright date 1926", "0-306-40615-3"})
    EXPECT_THAT(r.notes, Contains(HasSubstr(part))) << part;
  EXPECT_THAT(r.record.notes, ElementsAre("1. One", "Ann Smith", "chybné ISBN 0-306-40615-3"));
}

TEST(ModsRecord, AnyPrefixAndNoCollectionWillDo) {
  const Read r = read(
      "<m:mods xmlns:m=\"http://www.loc.gov/mods/v3\"><m:titleInfo><m:title>T</m:title>"
      "</m:titleInfo><m:originInfo eventType=\"Publication\"><m:agent><m:namePart>N</m:namePart>"
      "</m:agent><m:dateIssued encoding=\"marc\" point=\"start\">1927</m:dateIssued>"
      "<m:dateIssued encoding=\"marc\" point=\"end\">19uu</m:dateIssued></m:originInfo>"
      "<m:recordInfo><m:descriptionStandard>RDA</m:descriptionStandard></m:recordInfo></m:mods>");
  ASSERT_EQ(r.error, "");
  EXPECT_EQ(r.record.info.standard, "rda");
  ASSERT_EQ(r.record.origins.size(), 1u);
  EXPECT_EQ(r.record.origins[0].event, "publication");
  EXPECT_THAT(r.record.origins[0].agents, ElementsAre("N"));
  EXPECT_EQ(issue_date(r.record), "1927-19--");
}

TEST(ModsRecord, RdaPartsTheEvents) {
  const Read r = read(
      "<mods xmlns=\"http://www.loc.gov/mods/v3\"><titleInfo><title>T</title></titleInfo>"
      "<originInfo eventType=\"publication\"><publisher>N</publisher><dateIssued>1927</dateIssued>"
      "<copyrightDate>1926</copyrightDate></originInfo>"
      "<originInfo eventType=\"manufacture\"><publisher>Tiskárna</publisher>"
      "<dateIssued>1928</dateIssued></originInfo>"
      "<originInfo eventType=\"publication\"><publisher>Druhý</publisher></originInfo>"
      "<recordInfo><descriptionStandard>rda</descriptionStandard></recordInfo></mods>");
  ASSERT_EQ(r.record.origins.size(), 3u);
  EXPECT_THAT(r.record.origins[0].agents, ElementsAre("N", "Druhý"));
  EXPECT_EQ(r.record.origins[0].dates.size(), 1u);
  EXPECT_EQ(r.record.origins[1].event, "copyright");
  EXPECT_EQ(r.record.origins[2].event, "manufacture");
  EXPECT_EQ(r.record.origins[2].dates.at(0).kind, DateKind::other);
}

TEST(ModsRecord, AnAgentsRoleSaysWhatItDidWhereNoEventDoes) {
  const char* agents =
      "<agent><namePart>N</namePart><role><roleTerm>publisher</roleTerm></role></agent>"
      "<agent><namePart>T</namePart><role><roleTerm>manufacturer</roleTerm></role></agent>";
  const auto made = [&](const char* rules) {
    return read(fmt::format("<mods xmlns=\"http://www.loc.gov/mods/v3\"><originInfo>{}"
                            "<dateIssued>1927</dateIssued></originInfo><recordInfo>"
                            "<descriptionStandard>{}</descriptionStandard></recordInfo></mods>",
                            agents, rules))
        .record.origins;
  };
  const auto rda = made("rda"), aacr = made("aacr");
  ASSERT_EQ(rda.size(), 2u);
  EXPECT_THAT(rda[0].agents, ElementsAre("N"));
  EXPECT_EQ(rda[1].event, "manufacture");
  ASSERT_EQ(aacr.size(), 1u);
  EXPECT_THAT(aacr[0].agents, ElementsAre("N"));
}

TEST(ModsRecord, RdaInfersAYearOfPublicationFromAnotherDate) {
  const Read r = read(
      "<mods xmlns=\"http://www.loc.gov/mods/v3\"><titleInfo><title>T</title></titleInfo>"
      "<originInfo eventType=\"publication\"><publisher>N</publisher></originInfo>"
      "<originInfo eventType=\"manufacture\"><dateIssued>1928</dateIssued></originInfo>"
      "<originInfo eventType=\"copyright\"><copyrightDate>©1926</copyrightDate></originInfo>"
      "<originInfo eventType=\"copyright\"><dateCreated>1925</dateCreated></originInfo>"
      "<recordInfo><descriptionStandard>rda</descriptionStandard></recordInfo></mods>");
  ASSERT_EQ(r.record.origins.size(), 3u);
  ASSERT_EQ(r.record.origins[0].dates.size(), 1u);
  EXPECT_EQ(r.record.origins[0].dates[0].text, "[1926]");
  EXPECT_EQ(r.record.origins[0].dates[0].qualifier, "inferred");
  EXPECT_THAT(r.notes, Contains(HasSubstr("[1926] is inferred")));
}

TEST(ModsRecord, Aacr2KnowsNoRdaFormsAndTakesACopyrightDateForTheDate) {
  const Read r = read(
      "<mods xmlns=\"http://www.loc.gov/mods/v3\"><titleInfo><title>T</title></titleInfo>"
      "<originInfo><publisher>N</publisher><copyrightDate>c1926</copyrightDate></originInfo>"
      "<physicalDescription><form authority=\"rdamedia\">bez média</form>"
      "<form authority=\"rdacarrier\">svazek</form></physicalDescription>"
      "<recordInfo><descriptionStandard>aacr</descriptionStandard></recordInfo></mods>");
  EXPECT_EQ(issue_date(r.record), "c1926");
  EXPECT_EQ(r.record.origins.at(0).dates.at(0).kind, DateKind::issued);
  ASSERT_EQ(r.record.forms.size(), 1u);
  EXPECT_EQ(r.record.forms[0].authority, "marcform");
  EXPECT_THAT(r.notes, Contains(HasSubstr("svazek")));
}

TEST(ModsRecord, PeriodicalsAndOtherXmlAreRefused) {
  EXPECT_THAT(read("<mods xmlns=\"http://www.loc.gov/mods/v3\"><originInfo><issuance>serial"
                   "</issuance></originInfo></mods>")
                  .error,
              HasSubstr("periodical"));
  EXPECT_THAT(read("<html/>").error, HasSubstr("no MODS record; its root is <html>"));
  EXPECT_THAT(read("<mods><titleInfo>").error, HasSubstr("book.xml"));
  EXPECT_NE(read("<!DOCTYPE m [<!ENTITY a \"b\">]><mods>&a;</mods>").error, "");
}

TEST(ModsRecord, AFileOfTooManyElementsIsRefusedAtOnce) {
  std::string xml = "<mods xmlns=\"http://www.loc.gov/mods/v3\">";
  for (int i = 0; i < 30000; ++i) xml += "<note>x</note>";
  EXPECT_THAT(read(xml + "</mods>").error, HasSubstr("too many"));
}

TEST(ModsRecord, EndlessOddityIsToldOnlySoFar) {
  std::string xml = "<mods xmlns=\"http://www.loc.gov/mods/v3\">";
  for (int i = 0; i < 5000; ++i) xml += "<targetAudience>x</targetAudience>\n";
  EXPECT_LT(read(xml + "</mods>").notes.size(), 210u);
}

}  // namespace
}  // namespace linka
