// SPDX-License-Identifier: GPL-3.0-or-later
#include "kramerius-export/rules.h"

#include "kramerius-export/rules_test_package.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <set>

namespace linka {
namespace {

namespace fs = std::filesystem;
using test::info_path;
using test::md5_path;
using test::mets_path;
using test::PackageForm;
using test::page_path;
using test::TestPackage;

CheckReport check(const fs::path& folder, const CheckOptions& options = {}) {
  const Result<CheckReport> report = check_package(folder, options);
  EXPECT_TRUE(report) << report.error().message;
  return report ? *report : CheckReport{};
}

std::string text_of(const CheckReport& report) {
  std::string all;
  for (const Finding& f : report.findings)
    all +=
        std::string(name_of(f.severity)) + " " + f.rule + " [" + f.file + "] " + f.message + "\n";
  return all;
}

// Rules that were broken, without notes.
std::set<std::string> broken(const CheckReport& report) {
  std::set<std::string> rules;
  for (const Finding& f : report.findings)
    if (f.severity != Severity::info) rules.insert(f.rule);
  return rules;
}

CheckOptions with_schemas() {
  const char* folder = std::getenv("LINKA_SCHEMAS");
  return {folder ? folder : ""};
}

TEST(Rules, AcceptAValidPackageOfEveryForm) {
  const std::pair<PackageForm, const char*> forms[] = {
      {PackageForm::strict_22, "monograph 2.2"},
      {PackageForm::monograph_21, "monograph 2.1"},
      {PackageForm::volume_of_several, "monograph 2.2"},
      {PackageForm::periodical_21, "periodical 2.1"},
      {PackageForm::periodical_20, "periodical 2.0"}};
  for (const auto& [form, standard] : forms) {
    TestPackage package(form);
    const CheckReport report = check(package.write());
    EXPECT_EQ(text_of(report), "") << standard;
    EXPECT_EQ(report.standard, standard);
    EXPECT_EQ(report.package_id, TestPackage::id);
    EXPECT_EQ(report.pages_seen, 2u);
    EXPECT_EQ(report.files_seen, 13u);
    EXPECT_GT(report.rules_applied, 100u);
    EXPECT_FALSE(report.has_errors());
  }
}

TEST(Rules, WarnOfThePublisherInTheCompatibleForm) {
  TestPackage package(PackageForm::compatible_22);
  const CheckReport report = check(package.write());
  EXPECT_FALSE(report.has_errors()) << text_of(report);
  EXPECT_THAT(broken(report), testing::ElementsAre("BIBLIOGRAPHIC_METADATA_MATCH_PROFILE_VOLUME"));
  EXPECT_THAT(text_of(report), testing::HasSubstr("originInfo/publisher is not expected here"));
  EXPECT_THAT(text_of(report), testing::HasSubstr("mods has no version (2 times)"));
}

TEST(Rules, KnowTheKindsOfVolumes) {
  const struct {
    const char *genre, *resource, *model;
  } kinds[] = {{"cartographic", "cartographic", "model:map"},
               {"graphic", "still image", "model:graphic"},
               {"sheetmusic", "notated music", "model:sheetmusic"}};
  for (const auto& kind : kinds) {
    TestPackage package;
    const std::string genre = kind.genre;
    ASSERT_TRUE(package.replace(mets_path(), "<mods:genre>volume", "<mods:genre>" + genre));
    ASSERT_TRUE(package.replace(mets_path(), "<mods:typeOfResource>text",
                                std::string("<mods:typeOfResource>") + kind.resource));
    ASSERT_TRUE(package.replace(mets_path(), "model:monograph", kind.model));
    if (genre == "sheetmusic") {
      ASSERT_TRUE(package.replace(mets_path(),
                                  "authority=\"siglaADR\">BOA001</mods:recordContentSource>",
                                  "authority=\"marcorg\">BOA001</mods:recordContentSource>"));
    }
    EXPECT_EQ(text_of(check(package.write())), "") << genre;
  }
}

TEST(Rules, KnowTheOlderRulesOfCataloguing) {
  const auto older = [](const std::string& standard) {
    TestPackage package;
    package.replace(mets_path(), "<mods:descriptionStandard>rda",
                    "<mods:descriptionStandard>" + standard);
    package.replace(mets_path(), " eventType=\"publication\"", "");
    return text_of(check(package.write()));
  };
  EXPECT_EQ(older("aacr"), "");
  EXPECT_THAT(older("own"),
              testing::HasSubstr("warning BIBLIOGRAPHIC_METADATA_MATCH_PROFILE_VOLUME"));
  EXPECT_THAT(older("own"), testing::Not(testing::HasSubstr("error")));
  EXPECT_THAT(older("rda"), testing::HasSubstr("originInfo/@eventType is missing"));
  TestPackage package;
  package.replace(mets_path(), "<mods:descriptionStandard>rda", "<mods:descriptionStandard>aacr");
  package.replace(mets_path(), " authority=\"marcform\"", "");
  package.replace(mets_path(), "<dc:date>1911</dc:date>", "");
  const std::string found = text_of(check(package.write()));
  for (const char* text : {"originInfo/@eventType is not expected", "form/@authority is missing",
                           "dc/date is missing"})
    EXPECT_THAT(found, testing::HasSubstr(text));
}

TEST(Rules, KnowTheRightsRecord) {
  const auto with_rights = [](const std::string& status) {
    TestPackage package;
    package.replace(
        page_path("amdsec", 1), "<mets:digiprovMD ID=\"EVT_001\">",
        "<mets:rightsMD ID=\"R_001\"><mets:mdWrap MDTYPE=\"OTHER\" OTHERMDTYPE=\"CopyrightMD\" "
        "MIMETYPE=\"text/xml\"><mets:xmlData><cmd:copyright "
        "xmlns:cmd=\"http://www.cdlib.org/inside/diglib/copyrightMD\" copyright.status=\"" +
            status +
            "\" publication.status=\"published\"/></mets:xmlData></mets:mdWrap></mets:rightsMD>"
            "<mets:digiprovMD ID=\"EVT_001\">");
    return broken(check(package.write(), with_schemas()));
  };
  EXPECT_THAT(with_rights("pd"), testing::IsEmpty());
  EXPECT_THAT(with_rights("free"),
              testing::Contains("COPYRIGHTMD_IN_SECONDARY_METS_MATCH_PROFILE"));
}

TEST(Rules, AcceptEveryFormByTheSchemasToo) {
  const CheckOptions options = with_schemas();
  if (options.schemas.empty()) GTEST_SKIP() << "LINKA_SCHEMAS names no folder of schemas";
  for (const PackageForm form :
       {PackageForm::strict_22, PackageForm::monograph_21, PackageForm::volume_of_several,
        PackageForm::periodical_21, PackageForm::periodical_20}) {
    TestPackage package(form);
    const CheckReport report = check(package.write(), options);
    EXPECT_EQ(text_of(report), "") << static_cast<int>(form);
    for (const std::string& note : report.not_checked)
      EXPECT_EQ(note.find("schema"), std::string::npos) << note;
  }
  TestPackage compatible(PackageForm::compatible_22);
  EXPECT_FALSE(check(compatible.write(), options).has_errors());
}

TEST(Rules, SayWhatCouldNotBeChecked) {
  TestPackage package;
  const CheckReport report = check(package.write());
  EXPECT_THAT(report.not_checked, testing::Contains(testing::HasSubstr("no folder of schemas")));
  EXPECT_THAT(report.not_checked, testing::Contains(testing::HasSubstr("URN_NBN_REGISTERED")));
  EXPECT_THAT(report.not_checked, testing::Contains(testing::HasSubstr("JHOVE")));
  const CheckReport nowhere = check(package.folder(), {"/nowhere/at/all"});
  EXPECT_THAT(nowhere.not_checked, testing::Contains(testing::HasSubstr("psp-mets.xsd")));
  EXPECT_THAT(nowhere.not_checked,
              testing::Contains(testing::HasSubstr("siglaInstitutionCodes.txt")));
}

TEST(Rules, AllHaveANameAndAMeaning) {
  std::set<std::string_view> names;
  for (const RuleInfo& rule : all_rules()) {
    EXPECT_TRUE(names.insert(rule.name).second) << rule.name;
    EXPECT_TRUE(rule.meaning.ends_with(".")) << rule.name;
  }
  EXPECT_TRUE(std::is_sorted(all_rules().begin(), all_rules().end(),
                             [](const RuleInfo& a, const RuleInfo& b) { return a.name < b.name; }));
}

// ---- one thing broken at a time

struct Break {
  std::string name;
  std::string file, from, to;
  std::string rule;
  Severity severity = Severity::error;
  std::set<std::string> also = {};  // rules that the same break touches by nature
  PackageForm form = PackageForm::strict_22;
};

std::ostream& operator<<(std::ostream& out, const Break& b) {
  return out << b.name;
}

class OneBreak : public testing::TestWithParam<Break> {};

TEST_P(OneBreak, IsFoundByItsRule) {
  const Break& b = GetParam();
  TestPackage package(b.form);
  ASSERT_TRUE(package.replace(b.file, b.from, b.to)) << "the package has no " << b.from;
  const CheckReport report = check(package.write());
  std::set<std::string> expected = b.also;
  expected.insert(b.rule);
  EXPECT_EQ(broken(report), expected) << text_of(report);
  Severity worst = Severity::info;
  for (const Finding& f : report.findings)
    if (f.rule == b.rule) worst = std::min(worst, f.severity);
  EXPECT_EQ(worst, b.severity) << text_of(report);
  for (const Finding& f : report.findings) {
    const auto known = std::find_if(all_rules().begin(), all_rules().end(),
                                    [&](const RuleInfo& r) { return r.name == f.rule; });
    ASSERT_NE(known, all_rules().end()) << f.rule << " is not in the list of rules";
    EXPECT_LE(known->severity, f.severity) << f.rule;
  }
}

constexpr Severity W = Severity::warning, E = Severity::error;
const std::string M = mets_path(), A = page_path("amdsec", 1), L = page_path("alto", 1),
                  I = info_path();
const std::string profile = "BIBLIOGRAPHIC_METADATA_MATCH_PROFILE_";
const std::string volume_profile = profile + "VOLUME", page_profile = profile + "PAGE";

std::vector<Break> info_breaks() {
  return {
      {"InfoNotWellFormed", I, "</info>", "", "INFO_XML_WELL_BUILT"},
      {"InfoOfAnotherPackage", I, "<packageid>xyz007", "<packageid>xyz008",
       "PSP_DIR_MATCHES_PSP_ID"},
      {"InfoWithAnotherMets", I, "<mainmets>mets", "<mainmets>main",
       "INFO_REFERENCES_PRIMARY-METS"},
      {"InfoWithADuplicate", I, "<creator>",
       "<titleid type=\"uuid\">7d3a0c52-19be-4f60-8a77-000000000001</titleid><creator>",
       "INFO_NO_DUPLICATE_IDENTIFIERS", W},
      {"InfoWithAForeignIdentifier", I, "<creator>",
       "<titleid type=\"ccnb\">cnb000000000</titleid><creator>",
       "LINKA_INFO_IDENTIFIERS_IN_RECORDS", W},
      {"InfoWithAPrefixedIdentifier", I, "<titleid type=\"uuid\">",
       "<titleid type=\"uuid\">uuid:", "LINKA_INFO_IDENTIFIERS_IN_RECORDS", W},
      {"InfoChecksumWrong", I, "checksum=\"((md5 ", "checksum=\"0((md5 ",
       "INFO_CHECKSUM_FILE_CHECKSUM_MATCHES"},
      {"InfoChecksumOfAnotherFile", I, ">/md5_", ">/md6_", "INFO_CHECKSUM_FILE_CHECKSUM_MATCHES"},
      {"InfoItemMissing", I, "((items))", "<itemlist itemtotal=\"0\"></itemlist>",
       "INFO_ITEMLIST_REFERENCES_ALL_FILES"},
      {"InfoTotalWrong", I, "((items))", "((items))<x/>", "LINKA_NOTHING_EMPTY", W},
      {"InfoEmptyNote", I, "</info>", "<note></note></info>", "LINKA_NOTHING_EMPTY", W},
      {"UnknownVersion", I, "<metadataversion>2.2", "<metadataversion>9.9", "LINKA_STANDARD_KNOWN"},
  };
}

std::vector<Break> header_breaks() {
  const std::string rule = "PRIMARY_METS_HEADER_MATCHES_PROFILE";
  return {
      {"MetsNotWellFormed", M, "</mets:structLink>", "", "LINKA_XML_WELL_FORMED"},
      {"UnknownType", M, "TYPE=\"Monograph\"", "TYPE=\"monograph\"", "LINKA_STANDARD_KNOWN"},
      {"NoLabel", M, "LABEL=\"Sto mostů, 1911\" ", "", rule},
      {"EmptyLabel",
       M,
       "LABEL=\"Sto mostů, 1911\" ",
       "LABEL=\"\" ",
       rule,
       E,
       {"LINKA_NOTHING_EMPTY"}},
      {"DateWithoutTime", M, "CREATEDATE=\"2025-01-20T12:30:00+01:00\"",
       "CREATEDATE=\"2025-01-20\"", rule},
      {"NoLastModified", M, "LASTMODDATE=\"2025-01-20T12:30:00+01:00\"", "", rule},
      {"NoArchivist", M, "ROLE=\"ARCHIVIST\"", "ROLE=\"EDITOR\"", rule},
      {"AgentIsAPerson", M, "TYPE=\"ORGANIZATION\"", "TYPE=\"INDIVIDUAL\"", rule},
      {"UnknownRootAttribute", M, "LABEL=", "OBJID=\"x\" LABEL=", rule, W},
      {"UnknownHeaderAttribute", M, "CREATEDATE=", "RECORDSTATUS=\"x\" CREATEDATE=", rule, W},
      {"ThirdAgent", M, "</mets:metsHdr>",
       "<mets:agent ROLE=\"EDITOR\" "
       "TYPE=\"ORGANIZATION\"><mets:name>BOA001</mets:name></mets:agent></mets:metsHdr>",
       rule, W},
      {"DefaultNamespaceOnMods", M, "<mods:mods ID=\"MODS_VOLUME_0001\"",
       "<mods:mods xmlns=\"urn:x\" ID=\"MODS_VOLUME_0001\"", volume_profile, W},
      {"ForeignPrefix", M, "<oai_dc:dc>",
       "<oai_dc:dc xmlns:d=\"http://purl.org/dc/elements/1.1/\"><d:source>BOA002</d:source>",
       "LINKA_CUSTOMARY_PREFIXES", W},
      {"RightsInTheMainMets", M, "<mets:fileSec>", "<mets:amdSec ID=\"R\"/><mets:fileSec>", rule,
       W},
  };
}

std::vector<Break> file_section_breaks() {
  const std::string groups = "PRIMARY-METS_FILESEC_ALL_FILEGROUPS_PRESENT",
                    mc = page_path("mastercopy", 1),
                    map = "PRIMARY-METS_PHYSICAL_STRUCTURAL_MAP_CORRECT";
  const std::string href = "xlink:href=\"" + mc + "\"";
  return {
      {"WrongUse", M, "USE=\"Layout\"", "USE=\"Images\"", groups},
      {"UnknownGroup", M, "ID=\"TXTGRP\"", "ID=\"TEXTGRP\"", groups, E, {map}},
      {"SizeNotANumber", M, "SIZE=\"((size " + mc + "))\"", "SIZE=\"many\"",
       "PRIMARY-METS_FILESEC_SIZES_MATCH"},
      {"SizeMissing", M, "SIZE=\"((size " + mc + "))\"", "", "PRIMARY-METS_FILESEC_SIZES_MATCH"},
      {"SizeWrong", M, "SIZE=\"((size " + mc + "))\"", "SIZE=\"7\"",
       "PRIMARY-METS_FILESEC_SIZES_MATCH", W},
      {"ChecksumWrong", M, "((md5 " + mc + "))", "00000000000000000000000000000000",
       "PRIMARY-METS_FILESEC_CHECKSUMS_MATCH", W},
      {"HrefLeavesThePackage",
       M,
       href,
       "xlink:href=\"mastercopy/../../secret\"",
       "LINKA_HREF_INSIDE_PACKAGE",
       E,
       {"PRIMARY-METS_FILESEC_ALL_MASTER_COPY_FILES_REFERENCED", map}},
      {"HrefAbsolute",
       M,
       href,
       "xlink:href=\"/etc/passwd\"",
       "LINKA_HREF_INSIDE_PACKAGE",
       E,
       {"PRIMARY-METS_FILESEC_ALL_MASTER_COPY_FILES_REFERENCED", map}},
      {"HrefIsAUrl",
       M,
       href,
       "xlink:href=\"file:///etc/passwd\"",
       "LINKA_HREF_INSIDE_PACKAGE",
       E,
       {"PRIMARY-METS_FILESEC_ALL_MASTER_COPY_FILES_REFERENCED", map}},
      {"HrefWithDot",
       M,
       href,
       "xlink:href=\"./" + mc + "\"",
       "PRIMARY-METS_FILESEC_ALL_MASTER_COPY_FILES_REFERENCED",
       E,
       {"PRIMARY-METS_FILESEC_CHECKSUMS_MATCH"}},
      {"HrefTwice",
       M,
       href,
       "xlink:href=\"" + page_path("mastercopy", 2) + "\"",
       "PRIMARY-METS_FILESEC_ALL_MASTER_COPY_FILES_REFERENCED",
       E,
       {"LINKA_PAGE_FILES_BELONG_TOGETHER"}},
      {"OddFileId",
       M,
       "ID=\"MC_0001\"",
       "ID=\"IMG_0001\"",
       "LINKA_FILE_IDS",
       W,
       {map, "LINKA_FILE_OF_ONE_PAGE"}},
      {"WrongMimeType", M, "MIMETYPE=\"image/jp2\"", "MIMETYPE=\"image/tiff\"",
       "LINKA_FILE_MIME_TYPES", W},
  };
}

std::vector<Break> map_breaks() {
  const std::string physical = "PRIMARY-METS_PHYSICAL_STRUCTURAL_MAP_CORRECT",
                    logical = "PRIMARY-METS_LOGICAL_STRUCTURAL_MAP_CORRECT",
                    links = "PRIMARY-METS_STRUCT_LINKS_CORRECT";
  return {
      {"NoPhysicalMap", M, "TYPE=\"PHYSICAL\"", "TYPE=\"OTHER\"", physical, E, {links}},
      {"TwoRecordsOfTheTop", M, "DMDID=\"MODSMD_VOLUME_0001\"",
       "DMDID=\"MODSMD_VOLUME_0001 DCMD_VOLUME_0001\"", physical},
      {"NoOrderLabel", M, "ORDERLABEL=\"ii\"", "", physical, E, {"LINKA_PAGE_RECORD_AGREES"}},
      {"OrderNotANumber",
       M,
       "ORDER=\"2\"",
       "ORDER=\"two\"",
       physical,
       E,
       {"LINKA_PAGE_RECORD_AGREES"}},
      {"OrderWithAGap",
       M,
       "ORDER=\"2\"",
       "ORDER=\"3\"",
       "LINKA_PAGES_IN_ORDER",
       W,
       {"LINKA_PAGE_RECORD_AGREES"}},
      {"UnknownPageType",
       M,
       "ORDERLABEL=\"ii\" TYPE=\"normalPage\"",
       "ORDERLABEL=\"ii\" TYPE=\"page\"",
       physical,
       W,
       {"LINKA_PAGE_RECORD_AGREES"}},
      {"PageLabelDiffers", M, "ORDERLABEL=\"ii\"", "ORDERLABEL=\"2\"", "LINKA_PAGE_RECORD_AGREES",
       W},
      {"PointerMissing",
       M,
       "<mets:fptr FILEID=\"TXT_0002\"/>",
       "",
       physical,
       E,
       {"LINKA_FILE_OF_ONE_PAGE"}},
      {"PointerToNothing",
       M,
       "<mets:fptr FILEID=\"TXT_0002\"/>",
       "<mets:fptr FILEID=\"TXT_0009\"/>",
       physical,
       E,
       {"LINKA_FILE_OF_ONE_PAGE"}},
      {"PointerToAnotherPage",
       M,
       "<mets:fptr FILEID=\"TXT_0002\"/>",
       "<mets:fptr FILEID=\"TXT_0001\"/>",
       "LINKA_PAGE_FILES_BELONG_TOGETHER",
       W,
       {"LINKA_FILE_OF_ONE_PAGE"}},
      {"PageDivIdIsOdd",
       M,
       "ID=\"DIV_P_PAGE_0002\"",
       "ID=\"DIV_P_0002\"",
       "LINKA_PAGE_DIV_HAS_RECORD",
       W,
       {links}},
      {"LogicalTypeUnknown", M, "TYPE=\"VOLUME\"", "TYPE=\"BOOK\"", logical},
      {"LogicalTypeOfAPeriodical", M, "TYPE=\"VOLUME\"", "TYPE=\"PERIODICAL_VOLUME\"", logical},
      {"LogicalIdTwice",
       M,
       "ID=\"MONOGRAPH_0001\"",
       "ID=\"VOLUME_0001\"",
       logical,
       W,
       {"LINKA_METS_IDS_UNIQUE"}},
      {"LogicalRecordMissing",
       M,
       "LABEL=\"Sto mostů\" DMDID=\"MODSMD_VOLUME_0001\"/>",
       "LABEL=\"Sto mostů\" DMDID=\"MODSMD_VOLUME_0002\"/>",
       logical,
       E,
       {"LINKA_RECORDS_IN_LOGICAL_MAP"}},
      {"AreaPointsAtNothing",
       M,
       "BEGIN=\"B1\"",
       "BEGIN=\"B9\"",
       "LINKA_TEXT_AREAS_RESOLVE",
       W,
       {},
       PackageForm::volume_of_several},
      {"PageNotLinked", M, "<mets:smLink xlink:from=\"VOLUME_0001\" xlink:to=\"DIV_P_PAGE_0002\"/>",
       "", links},
      {"LinkFromNothing", M, "xlink:from=\"VOLUME_0001\" xlink:to=\"DIV_P_PAGE_0002\"",
       "xlink:from=\"VOLUME_0009\" xlink:to=\"DIV_P_PAGE_0002\"", links},
      {"LinkToNothing", M, "xlink:to=\"DIV_P_PAGE_0002\"", "xlink:to=\"DIV_P_PAGE_0009\"", links},
      {"LinkWithAnotherPrefix",
       M,
       "<mets:smLink xlink:from=\"VOLUME_0001\"",
       "<mets:smLink xmlns:l=\"http://www.w3.org/1999/xlink\" l:from=\"VOLUME_0001\"",
       links,
       E,
       {}},
      {"PageWithoutAnOwner", M, "xlink:from=\"VOLUME_0001\" xlink:to=\"DIV_P_PAGE_0002\"",
       "xlink:from=\"MONOGRAPH_0001\" xlink:to=\"DIV_P_PAGE_0002\"", "LINKA_PAGE_HAS_ONE_OWNER", W},
  };
}

std::vector<Break> record_breaks() {
  const std::string mirror = "PRIMARY-METS_DC_IDENTIFIER_MATCH_MODS_IDENTIFIERS";
  const std::string
      urn_mods = "<mods:identifier type=\"urnnbn\">urn:nbn:cz:xyz007-00b00k</mods:identifier>",
      urn_dc = "<dc:identifier>urnnbn:urn:nbn:cz:xyz007-00b00k</dc:identifier>";
  const PackageForm several = PackageForm::volume_of_several,
                    periodical = PackageForm::periodical_21;
  return {
      {"NoTitle", M, "<mods:title>Sto mostů</mods:title>", "<mods:subTitle>x</mods:subTitle>",
       volume_profile},
      {"EmptyTitle", M, "<mods:title>Sto mostů", "<mods:title>", volume_profile},
      {"NoGenre", M, "<mods:genre>volume</mods:genre>", "", volume_profile},
      {"UnknownGenre", M, "<mods:genre>volume</mods:genre>", "<mods:genre>book</mods:genre>",
       volume_profile},
      {"WrongModsId", M, "MODS_VOLUME_0001", "MODS_VOLUME_1", volume_profile},
      {"NoPublication", M, "eventType=\"publication\"", "eventType=\"distribution\"",
       volume_profile},
      {"NoEventType", M, " eventType=\"publication\"", "", volume_profile},
      {"NoDateIssued", M, "<mods:dateIssued>1911</mods:dateIssued>", "", volume_profile},
      {"NoIssuance", M, "<mods:issuance>monographic</mods:issuance>", "", volume_profile},
      {"UnknownIssuance", M, "<mods:issuance>monographic", "<mods:issuance>serial", volume_profile},
      {"WrongAgentRole", M, "<mods:roleTerm>publisher", "<mods:roleTerm>printer", volume_profile},
      {"PublisherInStrictForm", M, "<mods:agent>",
       "<mods:publisher>Jiný</mods:publisher><mods:agent>", volume_profile, W},
      {"NoLanguage", M, "<mods:language>", "<mods:language objectPart=\"whole\">", volume_profile},
      {"TwoLanguagesInOne", M, "</mods:languageTerm>",
       "</mods:languageTerm><mods:languageTerm type=\"code\" "
       "authority=\"iso639-2b\">ger</mods:languageTerm>",
       volume_profile},
      {"NoForm", M, "<mods:form authority=\"marcform\">print</mods:form>", "", volume_profile},
      {"UnknownFormAuthority", M, "authority=\"marcform\"", "authority=\"other\"", volume_profile},
      {"FormWithType", M, "authority=\"marcform\"", "authority=\"marcform\" type=\"media\"",
       volume_profile, W},
      {"UnknownSubjectAuthority", M, "<mods:subject authority=\"czenas\">",
       "<mods:subject authority=\"lcsh\">", volume_profile, W},
      {"UnknownClassification", M, "<mods:classification authority=\"udc\"",
       "<mods:classification authority=\"ddc\"", volume_profile},
      {"NoShelf", M, "<mods:shelfLocator>II 77.123</mods:shelfLocator>", "", volume_profile},
      {"UnknownElement", M, "<mods:language>",
       "<mods:targetAudience>x</mods:targetAudience><mods:language>", volume_profile, W},
      {"UnknownAttribute", M, "<mods:note>Vít", "<mods:note lang=\"cze\">Vít", volume_profile, W},
      {"NoDescriptionStandard", M, "<mods:descriptionStandard>rda</mods:descriptionStandard>", "",
       volume_profile},
      {"CreationDateWithoutTime", M, "2024-11-05T07:15:00Z", "2024-11-05", volume_profile},
      {"UnknownRecordOrigin", M, "<mods:recordOrigin>human prepared", "<mods:recordOrigin>guessed",
       volume_profile, W},
      {"UnknownNamePart", M, "<mods:namePart type=\"family\">", "<mods:namePart type=\"surname\">",
       volume_profile},
      {"RoleWithoutAuthority", M, " authority=\"marcrelator\"", "", volume_profile},
      {"WrongTypeOfResource", M, "<mods:typeOfResource>text", "<mods:typeOfResource>cartographic",
       volume_profile},
      {"WrongModsVersion", M, "ID=\"MODS_VOLUME_0001\" version=\"3.8\"",
       "ID=\"MODS_VOLUME_0001\" version=\"3.5\"", volume_profile},
      {"NoDcHalf",
       M,
       "DCMD_VOLUME_0001",
       "DCXX_VOLUME_0001",
       volume_profile,
       E,
       {"LINKA_RECORD_IDS"}},
      {"NoDcTitle", M, "<dc:title>Sto mostů</dc:title>", "", volume_profile},
      {"NoModel", M, "model:monograph", "model:book", volume_profile},
      {"ModelOfSeveralVolumes", M, "model:monograph", "model:monographunit", volume_profile},
      {"DcContributor", M, "<dc:creator>", "<dc:contributor>x</dc:contributor><dc:creator>",
       volume_profile, W},
      {"NoDcFormat", M, "<dc:format>print</dc:format>", "", volume_profile},
      {"NoUrnNbn",
       M,
       urn_mods,
       "",
       "MODS_MANDATORY_IDENTIFIERS_PRESENT_LEVEL_VOLUME",
       E,
       {mirror, "LINKA_INFO_IDENTIFIERS_IN_RECORDS"}},
      {"NoUrnNbnInDc", M, urn_dc, "", "DC_MANDATORY_IDENTIFIERS_PRESENT_LEVEL_VOLUME", E, {mirror}},
      {"IssnInAMonograph",
       M,
       urn_mods,
       urn_mods + "<mods:identifier type=\"issn\">2049-3630</mods:identifier>",
       "MODS_PROHIBITED_IDENTIFIERS_NOT_PRESENT_LEVEL_VOLUME",
       W,
       {mirror}},
      {"IsbnCheckDigit",
       M,
       "<mods:identifier type=\"isbn\">80-85892-15-4",
       "<mods:identifier type=\"isbn\">80-85892-15-5",
       volume_profile,
       E,
       {mirror}},
      {"IsbnWithASmallX",
       M,
       "<mods:identifier type=\"isbn\">80-85892-15-4",
       "<mods:identifier type=\"isbn\">0-8044-2957-x",
       volume_profile,
       E,
       {mirror}},
      {"IsbnOfNoBook",
       M,
       "<mods:identifier type=\"isbn\">80-85892-15-4",
       "<mods:identifier type=\"isbn\">4006381333931",
       volume_profile,
       E,
       {mirror}},
      {"UuidWithPrefix",
       M,
       "<mods:identifier type=\"uuid\">7d3a0c52-19be-4f60-8a77-000000000001",
       "<mods:identifier type=\"uuid\">uuid:7d3a0c52-19be-4f60-8a77-000000000001",
       volume_profile,
       E,
       {mirror, "LINKA_INFO_IDENTIFIERS_IN_RECORDS"}},
      {"UrnNbnForm",
       M,
       ">urn:nbn:cz:xyz007-00b00k<",
       ">urn:nbn:de:xyz007-00b00k<",
       "MODS_IDENTIFIERS_URN_NBN_VALID",
       E,
       {mirror, "LINKA_INFO_IDENTIFIERS_IN_RECORDS"}},
      {"DcIdentifierWithSpace",
       M,
       "<dc:identifier>isbn:80-85892-15-4",
       "<dc:identifier>isbn:80-85892-15-4 brož.",
       "DC_IDENTIFIERS_NO_WHITE_SPACES",
       W,
       {mirror}},
      {"DcIdentifierWithoutType",
       M,
       "<dc:identifier>isbn:80-85892-15-4",
       "<dc:identifier>80-85892-15-4",
       "DC_IDENTIFIERS_CONTAIN_TYPE_AND_VALUE",
       W,
       {mirror}},
      {"TwoIdentifiersOfAType",
       M,
       urn_mods,
       urn_mods + "<mods:identifier type=\"isbn\">978-80-200-2600-2</mods:identifier>",
       "MODS_IDENTIFIERS_NO_DUPLICATES_WITHIN_DMDSEC",
       W,
       {mirror}},
      {"UuidTwice",
       M,
       "<mods:identifier type=\"uuid\">7d3a0c52-19be-4f60-8a77-000000000066",
       "<mods:identifier type=\"uuid\">7d3a0c52-19be-4f60-8a77-000000000065",
       "LINKA_UUID_UNIQUE",
       W,
       {"MODS_IDENTIFIERS_NO_DUPLICATES_ACROSS_DMDSECS", mirror}},
      {"UuidTwiceInDc",
       M,
       "<dc:identifier>uuid:7d3a0c52-19be-4f60-8a77-000000000066",
       "<dc:identifier>uuid:7d3a0c52-19be-4f60-8a77-000000000065",
       "DC_IDENTIFIERS_NO_DUPLICATES_ACROSS_DMDSECS",
       W,
       {mirror}},
      {"RecordIdOfNoLevel", M, "<mets:fileSec>",
       "<mets:dmdSec ID=\"MODSMD_SHELF_0001\"/><mets:fileSec>", "LINKA_RECORD_IDS", W},
      {"WrongWrapper", M, "MDTYPE=\"DC\"", "MDTYPE=\"OTHER\"", "LINKA_RECORD_WRAPPED", W},
      {"PageTypeOfPart",
       M,
       "<mods:part type=\"titlePage\">",
       "<mods:part type=\"title page\">",
       page_profile,
       E,
       {"LINKA_PAGE_RECORD_AGREES"}},
      {"PageNumberInTwoWords", M, "<mods:detail type=\"pageNumber\">",
       "<mods:detail type=\"page number\">", page_profile, W},
      {"PageGenre",
       M,
       ">reprePage<",
       ">page1<",
       page_profile,
       E,
       {"LINKA_ONE_REPRESENTATIVE_PAGE"}},
      {"NoRepresentativePage", M, ">reprePage<", ">page<", "LINKA_ONE_REPRESENTATIVE_PAGE", W},
      {"PageWithRecordInfo",
       M,
       "<mods:note>left</mods:note>",
       "<mods:note>left</mods:note><mods:recordInfo/>",
       page_profile,
       W,
       {"LINKA_NOTHING_EMPTY"}},
      {"PageWithDcFormat", M, "<dc:coverage>ii", "<dc:format>x</dc:format><dc:coverage>ii",
       page_profile, W},
      // several volumes
      {"DateOfAName",
       M,
       "<mods:genre>title</mods:genre>",
       "<mods:genre>title</mods:genre><mods:name><mods:namePart "
       "type=\"date\">1880-</mods:namePart></mods:name>",
       profile + "TITLE",
       E,
       {},
       several},
      {"OnlyRdaForms",
       M,
       "<mods:form authority=\"marcform\">",
       "<mods:form authority=\"rdacarrier\">",
       profile + "TITLE",
       E,
       {},
       several},
      {"NoTitleUuid",
       M,
       "<mods:identifier type=\"uuid\">7d3a0c52-19be-4f60-8a77-000000000002</mods:identifier>",
       "",
       "MODS_MANDATORY_IDENTIFIERS_PRESENT_LEVEL_TITLE",
       E,
       {mirror},
       several},
      {"ChapterType",
       M,
       "<mods:genre type=\"chapter\">",
       "<mods:genre type=\"novel\">",
       profile + "CHAPTER",
       E,
       {},
       several},
      {"ChapterCcnb",
       M,
       "<mods:identifier type=\"uuid\">7d3a0c52-19be-4f60-8a77-000000000003</mods:identifier>",
       "<mods:identifier "
       "type=\"uuid\">7d3a0c52-19be-4f60-8a77-000000000003</mods:identifier><mods:identifier "
       "type=\"ccnb\">cnb1</mods:identifier>",
       "MODS_PROHIBITED_IDENTIFIERS_NOT_PRESENT_LEVEL_CHAPTER",
       W,
       {mirror},
       several},
      {"ChapterWithForm",
       M,
       "<mods:genre type=\"chapter\">",
       "<mods:physicalDescription><mods:form>print</mods:form></"
       "mods:physicalDescription><mods:genre type=\"chapter\">",
       profile + "CHAPTER",
       W,
       {},
       several},
      {"PictureType",
       M,
       "<mods:genre type=\"photograph\">",
       "<mods:genre type=\"photo\">",
       profile + "PICTURE",
       E,
       {},
       several},
      {"SupplementFormWithoutType",
       M,
       " type=\"carrier\"",
       "",
       profile + "SUPPLEMENT",
       E,
       {},
       several},
      {"NoSupplementInDc",
       M,
       "model:supplement",
       "model:map",
       profile + "SUPPLEMENT",
       E,
       {},
       several},
      // periodical
      {"IssueType",
       M,
       "<mods:genre type=\"evening\">",
       "<mods:genre type=\"late\">",
       profile + "ISSUE",
       E,
       {},
       periodical},
      {"IssueDate", M, "07.04.1911", "1911-04-07", "LINKA_ISSUE_DATE", W, {}, periodical},
      {"IssueOriginWithEvent",
       M,
       "<mods:originInfo><mods:dateIssued>07",
       "<mods:originInfo eventType=\"publication\"><mods:dateIssued>07",
       profile + "ISSUE",
       W,
       {},
       periodical},
      {"IssnCheckDigit",
       M,
       "<mods:identifier type=\"issn\">2049-3630",
       "<mods:identifier type=\"issn\">2049-3631",
       profile + "TITLE",
       E,
       {mirror},
       periodical},
      {"ArticleWithoutSubjectInDc",
       M,
       "<dc:subject>pilíře</dc:subject>",
       "",
       profile + "ARTICLE",
       E,
       {},
       periodical},
      {"VolumeWithRecordInfo",
       M,
       "<mods:partNumber>12</mods:partNumber>\n</mods:titleInfo>",
       "<mods:partNumber>12</mods:partNumber>\n</"
       "mods:titleInfo><mods:recordInfo><mods:recordOrigin>x</mods:recordOrigin></mods:recordInfo>",
       volume_profile,
       W,
       {},
       periodical},
      {"NoSupplementType",
       M,
       " type=\"issue_supplement\"",
       "",
       profile + "SUPPLEMENT",
       E,
       {},
       periodical},
      {"FrequencyAuthority",
       M,
       "<mods:issuance>serial</mods:issuance>",
       "<mods:issuance>serial</mods:issuance><mods:frequency "
       "authority=\"x\">Monthly</mods:frequency>",
       profile + "TITLE",
       E,
       {},
       periodical},
      // monograph 2.1
      {"AgentInOldForm",
       M,
       "<mods:publisher>Tiskárna U Sovy</mods:publisher>",
       "<mods:agent><mods:namePart>x</mods:namePart></mods:agent>",
       volume_profile,
       W,
       {},
       PackageForm::monograph_21},
      {"NoDcDateInOldForm",
       M,
       "<dc:date>1911</dc:date>",
       "",
       volume_profile,
       E,
       {},
       PackageForm::monograph_21},
      {"OldPageTypeOnlyWarns",
       M,
       "<mods:genre type=\"titlePage\">",
       "<mods:genre type=\"preface\">",
       page_profile,
       W,
       {"LINKA_PAGE_RECORD_AGREES"},
       PackageForm::monograph_21},
  };
}

std::vector<Break> technical_breaks() {
  const std::string scan = "PREMIS_OBJECT_FOR_ORIGINAL_SCAN_MATCHES_PROFILE",
                    master = "PREMIS_OBJECT_FOR_MASTER_COPY_MATCHES_PROFILE",
                    layout = "PREMIS_OBJECT_FOR_ALTO_OCR_MATCHES_PROFILE",
                    event = "PREMIS_EVENT_MATCHES_PROFILE", agent = "PREMIS_AGENT_MATCHES_PROFILE",
                    links = "PREMIS_LINKING_CORRECT",
                    mix1 = "MIX_FOR_ORIGINAL_SCAN_MATCHES_PROFILE",
                    mix2 = "MIX_FOR_FIRST_MASTER_COPY_MATCHES_PROFILE",
                    map = "SECONDARY-METS_PHYSICAL_STRUCTURAL_MAP_CORRECT";
  const std::string mc = page_path("mastercopy", 1), text = page_path("txt", 1),
                    uc = page_path("usercopy", 1);
  return {
      {"PageMetsNotWellFormed", A, "</mets:amdSec>", "", "LINKA_XML_WELL_FORMED"},
      {"PageMetsWithoutLabel", A, "LABEL=\"Sto mostů, 1911\" ", "",
       "SECONDARY_METS_HEADER_MATCH_PROFILE"},
      {"ObjectWithoutNamespace", A,
       "<premis:object xmlns:premis=\"info:lc/xmlns/premis-v2\" "
       "xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" ",
       "<premis:object xmlns:premis=\"info:lc/xmlns/premis-v2\" ", "PREMIS_VALID_BY_XSD"},
      {"ObjectTypeWithoutPrefix", A, "xsi:type=\"premis:file\"", "xsi:type=\"file\"", scan},
      {"ObjectWithVersion", A, "xsi:type=\"premis:file\"",
       "xsi:type=\"premis:file\" version=\"2.2\"", scan, W},
      {"UnknownPreservationLevel", A, ">deleted<", ">gone<", scan},
      {"MasterCopyNotKept", A, ">preservation<", ">deleted<", master},
      {"DateWithTime", A, ">2025-01-20</premis:preservationLevelDateAssigned>",
       ">2025-01-20T10:00:00Z</premis:preservationLevelDateAssigned>", scan},
      {"NoDigest", A,
       "<premis:messageDigest>0123456789abcdef0123456789abcdef</premis:messageDigest>", "", scan},
      {"NotPronom", A, ">PRONOM<", ">OTHER<", scan},
      {"NoOriginalName", A, "<premis:originalName>scan.bin</premis:originalName>", "", scan},
      {"EmptyVersion", A, "<premis:formatVersion>6.0<", "<premis:formatVersion><", scan},
      {"ApplicationDate", A, "<premis:dateCreatedByApplication>2025-01-20T11:00:00+01:00",
       "<premis:dateCreatedByApplication>20. 1. 2025", scan},
      {"SubTypeUnknown", A, ">created from<", ">copied<", master, W},
      {"AltoFromTheScan", A, "<premis:relatedObjectIdentifierValue>master",
       "<premis:relatedObjectIdentifierValue>scan", layout, W},
      {"RelatedObjectMissing",
       A,
       "<premis:relatedObjectIdentifierValue>scan",
       "<premis:relatedObjectIdentifierValue>paper",
       links,
       E,
       {master}},
      {"RelatedEventMissing", A, "<premis:relatedEventIdentifierValue>encoded",
       "<premis:relatedEventIdentifierValue>painted", links},
      {"LinkingEventMissing", A, "<premis:linkingEventIdentifierValue>scanned",
       "<premis:linkingEventIdentifierValue>drawn", links},
      {"AgentMissing", A, "<premis:linkingAgentIdentifierValue>reader",
       "<premis:linkingAgentIdentifierValue>scribe", links},
      {"ObjectOfEventMissing", A, "<premis:linkingObjectIdentifierValue>layout",
       "<premis:linkingObjectIdentifierValue>text", links},
      {"AgentTwice", A, "<premis:agentIdentifierValue>reader",
       "<premis:agentIdentifierValue>encoder", links},
      {"EventType", A, "<premis:eventType>migration", "<premis:eventType>conversion", event, W},
      {"EventDetail", A, ">capture/digitization<", ">scanning<", event, W},
      {"EventDate", A, "<premis:eventDateTime>2025-01-20T11:30:00+01:00",
       "<premis:eventDateTime>yesterday", event},
      {"NoEvents", A, "ID=\"EVT_001\"", "ID=\"EVENT_001\"", links, E, {"LINKA_TECHNICAL_SECTION"}},
      {"AgentType", A, "<premis:agentType>software", "<premis:agentType>machine", agent, W},
      {"NoObjectOfTheAlto",
       A,
       "ID=\"OBJ_003\"",
       "ID=\"OBJ_004\"",
       layout,
       E,
       {"LINKA_ADMID_RESOLVES"}},
      {"DigestOfAnotherFile", A, "((md5 " + mc + "))", "00000000000000000000000000000000",
       "LINKA_PREMIS_DESCRIBES_THE_FILE", W},
      {"SizeOfAnotherFile", A, "((size " + mc + "))", "5", "LINKA_PREMIS_DESCRIBES_THE_FILE", W},
      {"WrapperWithVersion", A, "MDTYPE=\"PREMIS\"", "MDTYPE=\"PREMIS\" MDTYPEVERSION=\"2.2\"",
       scan, W},
      {"ByteOrder", A, ">little endian<", ">little-endian<", mix1},
      {"Orientation", A, ">normal*<", ">1<", mix1},
      {"CaptureDevice", A, ">reflection print scanner<", ">scanner<", mix1},
      {"Sensor", A, ">OneChipColourArea<", ">OneChipColorArea<", mix1},
      {"NoSerialNumber", A, "<mix:scannerModelSerialNo>77</mix:scannerModelSerialNo>", "", mix1},
      {"SamplingUnit", A, ">in.</mix:samplingFrequencyUnit>", ">inch</mix:samplingFrequencyUnit>",
       mix1},
      {"NoSourceData", A, "<mix:sourceData>scan.tif</mix:sourceData>", "", mix2},
      {"ImageWidth", A, "<mix:imageWidth>620", "<mix:imageWidth>621",
       "LINKA_MIX_DESCRIBES_THE_IMAGE", W},
      {"NoMixOfTheMaster",
       A,
       "ID=\"MIX_002\"",
       "ID=\"MIX_2\"",
       mix2,
       E,
       {"LINKA_TECHNICAL_SECTION", "LINKA_ADMID_RESOLVES"}},
      {"GroupMissing", A, "ID=\"TXTGRP\" USE=\"Text\"", "ID=\"TXTGRP\" USE=\"Texts\"",
       "SECONDARY-METS_FILESEC_ALL_FILEGROUPS_PRESENT"},
      {"TechnicalGroupHere",
       A,
       "ID=\"TXTGRP\" USE=\"Text\"",
       "ID=\"TECHMDGRP\" USE=\"Technical Metadata\"",
       "SECONDARY-METS_FILESEC_ALL_FILEGROUPS_PRESENT",
       E,
       {map}},
      {"FileOfAnotherPage", A, "xlink:href=\"" + text + "\"",
       "xlink:href=\"" + page_path("txt", 2) + "\"",
       "SECONDARY-METS_FILESEC_OCR-TEXT_FILE_REFERENCED"},
      {"HrefFromItsFolder",
       A,
       "xlink:href=\"" + uc + "\"",
       "xlink:href=\"../" + uc + "\"",
       "LINKA_HREF_INSIDE_PACKAGE",
       E,
       {"SECONDARY-METS_FILESEC_USER_COPY_FILE_REFERENCED"}},
      {"PageFileSize", A, "SIZE=\"((size " + uc + "))\"", "SIZE=\"1\"", "LINKA_PAGE_FILE_FACTS", W},
      {"AdmidToNothing", A, "ADMID=\"OBJ_003 EVT_003\"", "ADMID=\"OBJ_003 EVT_009\"",
       "LINKA_ADMID_RESOLVES", W},
      {"PageOfAPeriodical", A, "TYPE=\"MONOGRAPH_PAGE\"", "TYPE=\"PERIODICAL_PAGE\"", map},
      {"NoPointerToTheText", A, "<mets:fptr FILEID=\"TXT_0001\"/>", "", map},
      {"TechnicalIdTwice", A, "ID=\"AGENT_003\"", "ID=\"AGENT_002\"", "LINKA_METS_IDS_UNIQUE", W},
  };
}

std::vector<Break> text_breaks() {
  const std::string txt = page_path("txt", 1);
  return {
      {"AltoNotWellFormed", L, "</Layout>", "", "OCR-ALTO_FILES_VALID_BY_XSD"},
      {"AltoOfVersion3", L, "ns-v2#", "ns-v3#", "OCR-ALTO_FILES_VALID_BY_XSD"},
      {"AltoInLatin2", L, "encoding=\"UTF-8\"", "encoding=\"ISO-8859-2\"",
       "OCR-ALTO_FILES_IN_UTF8"},
      {"AltoPageSize", L, "HEIGHT=\"877\" WIDTH=\"620\">", "HEIGHT=\"900\" WIDTH=\"620\">",
       "LINKA_ALTO_PAGE_IS_THE_IMAGE", W},
      {"AltoIdTwice", L, "ID=\"S2\"", "ID=\"S1\"", "LINKA_ALTO_IDS_UNIQUE"},
      {"AltoStyleMissing", L, "STYLEREFS=\"T1 P1\"", "STYLEREFS=\"T1 P2\"",
       "LINKA_ALTO_STYLES_RESOLVE"},
      {"AltoInInches", L, ">pixel<", ">inch1200<", "LINKA_ALTO_IN_PIXELS", W},
      {"AltoBoxOffThePage", L, "HPOS=\"180\" VPOS=\"60\" WIDTH=\"30\"",
       "HPOS=\"180\" VPOS=\"60\" WIDTH=\"800\"", "LINKA_ALTO_BOXES_ON_THE_PAGE", W},
      {"AltoBlockInTheMargin", L,
       "<PrintSpace ID=\"SP1\" HPOS=\"0\" VPOS=\"0\" WIDTH=\"620\" HEIGHT=\"877\">",
       "<TopMargin ID=\"TM\" HPOS=\"0\" VPOS=\"0\" WIDTH=\"9\" HEIGHT=\"9\"><TextBlock ID=\"B0\" "
       "HPOS=\"1\" VPOS=\"1\" WIDTH=\"2\" HEIGHT=\"2\"/></TopMargin><PrintSpace ID=\"SP1\" "
       "HPOS=\"0\" VPOS=\"0\" WIDTH=\"620\" HEIGHT=\"877\">",
       "LINKA_ALTO_BLOCKS_IN_PRINT_SPACE", W},
      {"AltoEmptyContent", L, "CONTENT=\"Most\"", "CONTENT=\"\"", "LINKA_NOTHING_EMPTY", W},
      {"TextNotInUtf8", txt, "Most", "Mo\xe8t", "OCR-TEXT_FILES_IN_UTF8"},
      {"TextEmpty", txt, "Most 1\n", "", "LINKA_TEXT_AND_ALTO_AGREE", W},
  };
}

std::string name_of_case(const testing::TestParamInfo<Break>& info) {
  return info.param.name;
}

INSTANTIATE_TEST_SUITE_P(Info, OneBreak, testing::ValuesIn(info_breaks()), name_of_case);
INSTANTIATE_TEST_SUITE_P(Header, OneBreak, testing::ValuesIn(header_breaks()), name_of_case);
INSTANTIATE_TEST_SUITE_P(FileSection, OneBreak, testing::ValuesIn(file_section_breaks()),
                         name_of_case);
INSTANTIATE_TEST_SUITE_P(Maps, OneBreak, testing::ValuesIn(map_breaks()), name_of_case);
INSTANTIATE_TEST_SUITE_P(Records, OneBreak, testing::ValuesIn(record_breaks()), name_of_case);
INSTANTIATE_TEST_SUITE_P(Technical, OneBreak, testing::ValuesIn(technical_breaks()), name_of_case);
INSTANTIATE_TEST_SUITE_P(Texts, OneBreak, testing::ValuesIn(text_breaks()), name_of_case);

// ---- images

struct ImageBreak {
  std::string name;
  bool master;
  void (*change)(test::ImageHeader&);
};
std::ostream& operator<<(std::ostream& out, const ImageBreak& b) {
  return out << b.name;
}
class BrokenImage : public testing::TestWithParam<ImageBreak> {};

TEST_P(BrokenImage, IsRefused) {
  const ImageBreak& b = GetParam();
  TestPackage package;
  test::ImageHeader header = b.master ? test::master_header() : test::user_header();
  b.change(header);
  package.files[page_path(b.master ? "mastercopy" : "usercopy", 1)] = header.bytes();
  const CheckReport report = check(package.write());
  const std::string rule =
      b.master ? "MASTER-COPY_FILES_VALID_BY_JPYLYZER" : "USER-COPY_FILES_VALID_BY_JPYLYZER";
  std::set<std::string> rules = broken(report);
  rules.erase("LINKA_MIX_DESCRIBES_THE_IMAGE");  // channels
  EXPECT_THAT(rules, testing::ElementsAre(rule)) << text_of(report);
  EXPECT_TRUE(report.has_errors());
}

using H = test::ImageHeader;
INSTANTIATE_TEST_SUITE_P(
    Images, BrokenImage,
    testing::Values(
        ImageBreak{"LossyMaster", true, [](H& h) { h.reversible = false; }},
        ImageBreak{"LosslessUserCopy", false, [](H& h) { h.reversible = true; }},
        ImageBreak{"MasterInLayers", true, [](H& h) { h.layers = 2; }},
        ImageBreak{"UserCopyInOneLayer", false, [](H& h) { h.layers = 1; }},
        ImageBreak{"MasterTiles", true, [](H& h) { h.tile = 1024; }},
        ImageBreak{"UserCopyTiles", false, [](H& h) { h.tile = 4096; }},
        ImageBreak{"Progression", true, [](H& h) { h.progression = 0; }},
        ImageBreak{"Levels", true, [](H& h) { h.levels = 4; }},
        ImageBreak{"CodeBlocks", false, [](H& h) { h.block = 32; }},
        ImageBreak{"DefaultPrecincts", true, [](H& h) { h.precincts = "-"; }},
        ImageBreak{"LargePrecincts", true, [](H& h) { h.precincts = std::string(6, '\x88'); }},
        ImageBreak{"NoBypass", false, [](H& h) { h.bypass = false; }},
        ImageBreak{"NoSop", true, [](H& h) { h.sop = false; }},
        ImageBreak{"NoEph", true, [](H& h) { h.eph = false; }},
        ImageBreak{"TwoComponents", true, [](H& h) { h.components = 2; }},
        ImageBreak{"SixteenBits", true, [](H& h) { h.bits = 16; }},
        ImageBreak{"OneBit", true, [](H& h) { h.bits = 1; }},
        ImageBreak{"NoResolution", true, [](H& h) { h.pixels_per_metre = 0; }},
        ImageBreak{"LowResolution", false, [](H& h) { h.pixels_per_metre = 11000; }},
        ImageBreak{"NoComment", true, [](H& h) { h.comment = false; }},
        ImageBreak{"RegionOfInterest", true, [](H& h) { h.roi = true; }},
        ImageBreak{"CutOff", true, [](H& h) { h.complete = false; }},
        ImageBreak{"HardlyCompressed", false, [](H& h) { h.padding = 620 * 877 * 3 / 5; }}),
    [](const testing::TestParamInfo<ImageBreak>& image) { return image.param.name; });

TEST(RulesOfImages, AcceptSmallPrecinctsThroughoutAndSixLevels) {
  TestPackage package;
  H header = test::master_header();
  header.levels = 6;
  header.precincts = std::string(7, '\x77');
  package.files[page_path("mastercopy", 1)] = header.bytes();
  EXPECT_EQ(text_of(check(package.write())), "");
}

TEST(RulesOfImages, WantMasterAndUserCopyOfOneSize) {
  TestPackage package;
  H header = test::user_header();
  header.width = 600;
  package.files[page_path("usercopy", 1)] = header.bytes();
  EXPECT_THAT(broken(check(package.write())),
              testing::ElementsAre("LINKA_ALTO_PAGE_IS_THE_IMAGE", "LINKA_IMAGES_OF_EQUAL_SIZE"));
}

TEST(RulesOfImages, RefuseAFileThatIsNoImage) {
  TestPackage package;
  package.files[page_path("mastercopy", 1)] = "not an image";
  const CheckReport report = check(package.write());
  EXPECT_THAT(broken(report), testing::ElementsAre("MASTER-COPY_FILES_VALID_BY_JPYLYZER"));
  EXPECT_EQ(report.pages_seen, 1u);
}

// ---- the folder

TEST(RulesOfTheFolder, FindWhatIsMissing) {
  const struct {
    std::string file;
    std::vector<std::string> rules;
  } cases[] = {
      {info_path(), {"SINGLE_INFO_FILE_FOUND"}},
      {mets_path(), {"SINGLE_PRIMARY-METS_FILE_FOUND"}},
      {md5_path(), {"SINGLE_CHECKSUM_FILE_FOUND", "INFO_CHECKSUM_FILE_CHECKSUM_MATCHES"}},
      {page_path("txt", 2),
       {"NUMBER_OF_FILES_IN_DIRS_MATCH", "LINKA_PAGE_FILES_COMPLETE",
        "SECONDARY-METS_FILESEC_OCR-TEXT_FILE_REFERENCED",
        "PRIMARY-METS_FILESEC_ALL_OCR_TEXT_FILES_REFERENCED"}},
  };
  for (const auto& c : cases) {
    TestPackage package;
    package.files.erase(c.file);
    const CheckReport report = check(package.write());
    for (const std::string& rule : c.rules)
      EXPECT_THAT(broken(report), testing::Contains(rule)) << c.file << "\n" << text_of(report);
    EXPECT_TRUE(report.has_errors());
  }
}

TEST(RulesOfTheFolder, NameWhatDoesNotBelongThere) {
  const struct {
    std::string file, rule;
    Severity severity;
  } cases[] = {
      {"notes.txt", "NO_OTHER_TL_FILES_FOUND", E},
      {"preview/a.png", "NO_OTHER_TL_FILES_FOUND", E},
      {"LTP_MD.xml", "NO_TOLERATED_TL_FILES_FOUND", W},
      {"txt/Thumbs.db", "NO_EXTRA_FILES_IN_OCR-TEXT-DIR", E},
      {"alto/alto_other_0003.xml", "OCR-ALTO_FILENAMES_VALID", E},
      {"usercopy/uc_xyz007-00b00k_0003x.jp2", "USER-COPY_FILENAMES_VALID", E},
      {"amdsec/old/x.xml", "SECONDARY-METS_FILES_ARE_NOT_DIRS", E},
      {"mets_other.xml", "SINGLE_PRIMARY-METS_FILE_FOUND", E},
  };
  for (const auto& c : cases) {
    TestPackage package;
    package.files[c.file] = "x";
    const CheckReport report = check(package.write());
    bool found = false;
    for (const Finding& f : report.findings)
      found = found || (f.rule == c.rule && f.severity == c.severity);
    EXPECT_TRUE(found) << c.file << "\n" << text_of(report);
  }
}

TEST(RulesOfTheFolder, WantNamesOfOneLengthAndNumbersWithoutGaps) {
  TestPackage package;
  const auto move = [&](const std::string& from, const std::string& to) {
    package.files[to] = package.files[from];
    package.files.erase(from);
  };
  move(page_path("txt", 2), std::string("txt/txt_") + TestPackage::id + "_00002.txt");
  EXPECT_THAT(broken(check(package.write())), testing::Contains("OCR-TEXT_FILENAMES_LENGTHS_SAME"));
  TestPackage gap;
  for (const char* folder : {"mastercopy", "usercopy", "alto", "txt", "amdsec"}) {
    gap.files[page_path(folder, 5)] = gap.files[page_path(folder, 2)];
    gap.files.erase(page_path(folder, 2));
  }
  EXPECT_THAT(broken(check(gap.write())), testing::Contains("LINKA_PAGE_NUMBERS_WITHOUT_GAPS"));
}

TEST(RulesOfTheFolder, WantTheFolderNamedAsThePackage) {
  TestPackage package;
  const fs::path folder = package.write(), other = folder.parent_path() / "other";
  fs::rename(folder, other);
  const CheckReport report = check(other);
  EXPECT_THAT(broken(report), testing::ElementsAre("PSP_DIR_MATCHES_PSP_ID"));
  EXPECT_EQ(report.package_id, TestPackage::id);
}

TEST(RulesOfTheFolder, NeverTakeAnEmptyPackageForValid) {
  TestPackage package;
  package.files.clear();
  const CheckReport empty = check(package.write());
  EXPECT_EQ(empty.pages_seen, 0u);
  EXPECT_TRUE(empty.has_errors());
  TestPackage hollow;
  for (auto it = hollow.files.begin(); it != hollow.files.end();)
    it = it->first.find('/') != std::string::npos ? hollow.files.erase(it) : std::next(it);
  hollow.files[info_path()] = "<info/>";
  const CheckReport report = check(hollow.write());
  EXPECT_EQ(report.pages_seen, 0u);
  EXPECT_TRUE(report.has_errors());
  for (const char* rule : {"LINKA_PAGES_PRESENT", "INFO_REFERENCES_PRIMARY-METS",
                           "INFO_ITEMTOTAL_MATCHES_ITEMS_COUNT"})
    EXPECT_THAT(broken(report), testing::Contains(rule));
}

TEST(RulesOfTheFolder, ReadNothingThroughLinksAndPipes) {
  TestPackage package;
  const fs::path folder = package.write();
  const fs::path outside = folder.parent_path() / "outside.txt";
  std::ofstream(outside) << "outside";
  fs::remove(folder / page_path("txt", 1));
  fs::create_symlink(outside, folder / page_path("txt", 1));
  fs::rename(folder / "alto", folder.parent_path() / "alto");
  fs::create_directory_symlink(folder.parent_path() / "alto", folder / "alto");
  ASSERT_EQ(::mkfifo((folder / "usercopy" / "pipe.jp2").c_str(), 0600), 0);
  fs::remove(folder / mets_path());
  ASSERT_EQ(::mkfifo((folder / mets_path()).c_str(), 0600), 0);
  const CheckReport report = check(folder);
  std::set<std::string> files;
  for (const Finding& f : report.findings)
    if (f.rule == "LINKA_REGULAR_FILES_ONLY") files.insert(f.file);
  EXPECT_THAT(files, testing::UnorderedElementsAre(page_path("txt", 1), "alto", "usercopy/pipe.jp2",
                                                   mets_path()));
  EXPECT_EQ(report.files_seen, 13u - 1 - 2 - 1);
}

TEST(RulesOfTheFolder, AnswerWithAnErrorOnlyWhenThereIsNoFolder) {
  EXPECT_FALSE(check_package("/nowhere/at/all", {}));
  TestPackage package;
  const fs::path folder = package.write();
  EXPECT_FALSE(check_package(folder / info_path(), {}));
  EXPECT_TRUE(check_package(folder.string() + "/", {}));
}

TEST(RulesOfTheFolder, SurviveHostileXml) {
  std::string bomb = "<!DOCTYPE a [<!ENTITY a 'aaaaaaaaaa'>";
  for (char c = 'b'; c < 'k'; ++c) {
    bomb += std::string("<!ENTITY ") + c + " '";
    for (int i = 0; i < 10; ++i) bomb += std::string("&") + static_cast<char>(c - 1) + ";";
    bomb += "'>";
  }
  bomb += "]><a>&j;</a>";
  for (const std::string& content :
       {bomb, std::string(100000, '<'), std::string("\0\0\0", 3), std::string("<a/>")}) {
    TestPackage package;
    for (const std::string& file :
         {info_path(), mets_path(), page_path("alto", 1), page_path("amdsec", 1)})
      package.files[file] = content;
    const CheckReport report = check(package.write());
    EXPECT_TRUE(report.has_errors());
  }
}

TEST(RulesOfTheFolder, GiveTheSameReportTwice) {
  TestPackage package(PackageForm::periodical_21);
  package.replace(mets_path(), "<mods:genre", "<mods:genres");
  package.files["txt/Thumbs.db"] = "x";
  const fs::path folder = package.write();
  const CheckReport first = check(folder), second = check(folder);
  EXPECT_EQ(text_of(first), text_of(second));
  EXPECT_TRUE(std::is_sorted(
      first.findings.begin(), first.findings.end(), [](const Finding& a, const Finding& b) {
        return std::tie(a.file, a.rule, a.message) < std::tie(b.file, b.rule, b.message);
      }));
}

TEST(RulesOfTheFolder, KeepAFloodOfComplaintsShort) {
  TestPackage package;
  std::string flood;
  for (int i = 0; i < 5000; ++i) flood += "<mets:smLink xlink:from=\"x\" xlink:to=\"y\"/>";
  package.replace(mets_path(), "</mets:structLink>", flood + "</mets:structLink>");
  const CheckReport report = check(package.write());
  EXPECT_LT(report.findings.size(), 200u);
  EXPECT_THAT(text_of(report), testing::HasSubstr("and 9900 more of this kind"));
}

// ---- digests

TEST(RulesOfDigests, FindWrongLines) {
  const std::string line = "0123456789abcdef0123456789abcdef";
  const struct {
    std::string name, list, rule;
  } cases[] = {
      {"wrong digest", "", "CHECKSUM_FILE_ALL_CHECKSUMS_MATCH"},
      {"an empty line", "((digests))\n\n", "CHECKSUM_FILE_GENERATED_BY_GRAMMAR"},
      {"a comment", "# digests\n((digests))", "CHECKSUM_FILE_GENERATED_BY_GRAMMAR"},
      {"a byte order mark", "\xef\xbb\xbf((digests))", "CHECKSUM_FILE_ALL_CHECKSUMS_MATCH"},
      {"a file that is not there", "((digests))" + line + " /txt/none.txt\n",
       "CHECKSUM_FILE_ALL_PATHS_MATCH_FILES"},
      {"a file outside", "((digests))" + line + " /../../etc/passwd\n",
       "CHECKSUM_FILE_ALL_PATHS_MATCH_FILES"},
      {"the info file", "((digests))" + line + " /" + info_path() + "\n",
       "CHECKSUM_FILE_ALL_PATHS_MATCH_FILES"},
      {"nothing at all", " ", "CHECKSUM_FILE_ALL_PATHS_MATCH_FILES"},
  };
  for (const auto& c : cases) {
    TestPackage package;
    if (!c.list.empty()) package.files[md5_path()] = c.list;
    const fs::path folder = package.write();
    if (c.list.empty()) std::ofstream(folder / page_path("txt", 1), std::ios::app) << "more";
    EXPECT_THAT(broken(check(folder)), testing::Contains(c.rule)) << c.name;
  }
}

TEST(RulesOfDigests, RefuseTwoSeparatorsAndTakeTabsAndBackslashes) {
  for (const auto& [separator, good] :
       {std::pair("  /", false), std::pair(" */", false), std::pair("  ", false),
        std::pair(" ", false), std::pair("\t/", true), std::pair(" \\", true)}) {
    TestPackage package;
    const fs::path folder = package.write();
    std::ifstream in(folder / md5_path());
    std::string all, line;
    while (std::getline(in, line)) all += line.substr(0, 32) + separator + line.substr(34) + "\n";
    std::ofstream(folder / md5_path()) << all;
    std::set<std::string> rules = broken(check(folder));
    rules.erase("INFO_CHECKSUM_FILE_CHECKSUM_MATCHES");  // of the list itself
    EXPECT_EQ(rules.count("CHECKSUM_FILE_GENERATED_BY_GRAMMAR") == 0, good) << separator;
    EXPECT_EQ(rules.size(), good ? 0u : 1u) << separator;
  }
}

// ---- schemas

TEST(RulesBySchemas, FindWhatTheProfilesDoNot) {
  const CheckOptions options = with_schemas();
  if (options.schemas.empty()) GTEST_SKIP() << "LINKA_SCHEMAS names no folder of schemas";
  const struct {
    std::string file, from, to, rule;
  } cases[] = {
      {info_path(), "<size>99</size>", "<size>large</size>", "INFO_XML_VALID_BY_XSD"},
      {mets_path(), "<mets:structLink>", "<mets:structLink><mets:smLink/>", "LINKA_METS_SCHEMA"},
      {mets_path(), "<mods:place>", "<mods:place supplied=\"perhaps\">",
       "BIBLIOGRAPHIC_METADATA_MATCH_PROFILE_VOLUME"},
      {mets_path(), "<mods:dateIssued>", "<mods:dateIssued calendar=\"x\">",
       "BIBLIOGRAPHIC_METADATA_MATCH_PROFILE_VOLUME"},
      {page_path("amdsec", 1), "<premis:agentName>",
       "<premis:agentNames>x</premis:agentNames><premis:agentName>", "PREMIS_VALID_BY_XSD"},
      {page_path("amdsec", 1), ">sRGB<", "><mix:x/><", "MIX_VALID_BY_XSD"},
      {page_path("alto", 1), "<TextBlock ID=\"B1\"", "<TextBlock ROTATION2=\"1\" ID=\"B1\"",
       "OCR-ALTO_FILES_VALID_BY_XSD"},
      {mets_path(), ">BOA001</mods:physicalLocation>", ">XXX999</mods:physicalLocation>",
       "BIBLIOGRAPHIC_METADATA_MATCH_PROFILE_VOLUME"},
      {mets_path(), ">cze</mods:languageTerm>", ">cz</mods:languageTerm>",
       "BIBLIOGRAPHIC_METADATA_MATCH_PROFILE_VOLUME"},
      {mets_path(), "<mets:name>BOA001", "<mets:name>Knihovna",
       "PRIMARY_METS_HEADER_MATCHES_PROFILE"},
  };
  for (const auto& c : cases) {
    TestPackage package;
    ASSERT_TRUE(package.replace(c.file, c.from, c.to)) << c.from;
    const CheckReport report = check(package.write(), options);
    EXPECT_THAT(broken(report), testing::Contains(c.rule)) << text_of(report);
  }
}

}  // namespace
}  // namespace linka
