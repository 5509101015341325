// SPDX-License-Identifier: GPL-3.0-or-later
// More of what the standard says in passing: one text changed in a good package, and what the
// national validator says of it.
#include "kramerius-export/rules_breaks_test.h"

#include <gtest/gtest.h>

namespace linka {
namespace {

using test::info_path;
using test::mets_path;
using test::PackageForm;
using test::page_path;
using test::TestPackage;

constexpr NationalVerdict refused = NationalVerdict::refused, warned = NationalVerdict::warned,
                          passed = NationalVerdict::passed;

struct Corner {
  std::string name;
  NationalVerdict verdict;
  std::string file, from, to;
  PackageForm form = PackageForm::strict_22;
  bool every_place = false;
};
std::ostream& operator<<(std::ostream& out, const Corner& c) {
  return out << c.name;
}

const std::string M = mets_path(), A = page_path("amdsec", 1), L = page_path("alto", 1),
                  I = info_path();
constexpr PackageForm several = PackageForm::volume_of_several,
                      periodical = PackageForm::periodical_21;

Corner everywhere(Corner corner) {
  corner.every_place = true;
  return corner;
}

std::vector<Corner> info_file() {
  return {
      {"ChecksumTypeInCapitals", warned, I, "checksum type=\"md5\"", "checksum type=\"MD5\""},
      {"ValidationWithoutVersion", warned, I, "<validation version=\"1\">", "<validation>"},
      {"ElementsInAnotherOrder", warned, I, "<creator>BOA001</creator>\n<size>99</size>",
       "<size>99</size>\n<creator>BOA001</creator>"},
      {"UrnNbnOfAPeriodical", warned, I, "<creator>",
       "<titleid type=\"urnnbn\">urn:nbn:cz:xyz007-00b00k</titleid><creator>", periodical},
      {"PackageIdInCapitals", refused, I, "<packageid>xyz007", "<packageid>XYZ007"},
      {"NoPackageId", refused, I, "<packageid>xyz007-00b00k</packageid>", ""},
  };
}

std::vector<Corner> records() {
  const std::string isbn = "<dc:identifier>isbn:80-85892-15-4</dc:identifier>";
  return {
      {"NoModsHalf", refused, M, "MODSMD_VOLUME_0001\"><", "MODSXX_VOLUME_0001\"><"},
      everywhere(
          {"UrnNbnInCapitals", passed, M, "urn:nbn:cz:xyz007-00b00k", "URN:NBN:CZ:XYZ007-00B00K"}),
      {"DcIdentifierEndsWithASpace", warned, M, "isbn:80-85892-15-4<", "isbn:80-85892-15-4 <"},
      {"DcIdentifierTwice", warned, M, isbn, isbn + isbn},
      {"NoteEmpty", refused, M, "<mods:note>Vít Sýkora</mods:note>", "<mods:note></mods:note>"},
      {"NoteAsAnEmptyTag", refused, M, "<mods:note>Vít Sýkora</mods:note>", "<mods:note/>"},
      {"UnknownTypeOfName", refused, M, "<mods:name type=\"personal\"",
       "<mods:name type=\"person\""},
      {"NameWithoutAPart", refused, M,
       "<mods:namePart type=\"family\">Sýkora</mods:namePart>\n<mods:namePart "
       "type=\"given\">Vít</mods:namePart>\n<mods:namePart "
       "type=\"date\">1871-1930</mods:namePart>\n",
       ""},
      {"UnknownRole", warned, M, ">aut<", ">xyz<"},
      {"RoleWithoutTerm", refused, M,
       "<mods:roleTerm type=\"code\" authority=\"marcrelator\">aut</mods:roleTerm>\n", ""},
      {"UnknownEvent", refused, M, "eventType=\"publication\"", "eventType=\"printing\""},
      {"ShelfOfNoLibrary", refused, M, "authority=\"siglaADR\">BOA001</mods:physicalLocation>",
       "authority=\"siglaADR\">Brno</mods:physicalLocation>"},
      {"TwoLibraries", refused, M, "<mods:shelfLocator>",
       "<mods:physicalLocation authority=\"siglaADR\">ABA001</mods:physicalLocation>"
       "<mods:shelfLocator>"},
      {"ClassificationWithoutAuthority", refused, M,
       "<mods:classification authority=\"udc\" edition", "<mods:classification edition"},
      {"SubjectWithoutAuthority", passed, M, "<mods:subject authority=\"czenas\">",
       "<mods:subject>"},
      {"AlternativeTitle", passed, M, "<mods:name ",
       "<mods:titleInfo type=\"alternative\"><mods:title>Mosty</mods:title></mods:titleInfo>"
       "<mods:name "},
      {"UnitOfAnIssuance", passed, M, ">monographic<", ">single unit<"},
      {"IssuanceOfASerial", refused, M, ">monographic<", ">serial<"},
      {"CopyrightBesidePublication", passed, M, "<mods:language>",
       "<mods:originInfo eventType=\"copyright\"><mods:copyrightDate>1910</mods:copyrightDate>"
       "<mods:issuance>monographic</mods:issuance></mods:originInfo><mods:language>"},
      {"UrnNbnOfAPage", warned, M, "<mods:part type=\"titlePage\">",
       "<mods:identifier type=\"urnnbn\">urn:nbn:cz:xyz007-00b00m</mods:identifier>"
       "<mods:part type=\"titlePage\">"},
      {"OriginOfAPage", warned, M, "<mods:part type=\"titlePage\">",
       "<mods:originInfo><mods:dateIssued>1911</mods:dateIssued></mods:originInfo>"
       "<mods:part type=\"titlePage\">"},
      {"TypedPartWithTheIndex", warned, M, "<mods:part><mods:detail type=\"pageIndex\">",
       "<mods:part type=\"titlePage\"><mods:detail type=\"pageIndex\">"},
      {"PageWithoutItsPartType", refused, M, "<mods:part type=\"titlePage\">", "<mods:part>"},
      {"PageWithoutGenre", refused, M, "<mods:genre type=\"titlePage\">reprePage</mods:genre>", ""},
      {"PageWithDcCreator", warned, M, "<dc:title>ii</dc:title>",
       "<dc:title>ii</dc:title><dc:creator>x</dc:creator>"},
      // several volumes
      {"TitleOfAChapterOfAType", warned, M, "<mods:titleInfo><mods:title>Dřevo",
       "<mods:titleInfo "
       "type=\"alternative\"><mods:title>Stromy</mods:title></"
       "mods:titleInfo><mods:titleInfo><mods:title>Dřevo",
       several},
      {"ChapterWithADescriptionStandard", warned, M, "<mods:recordInfo><mods:recordContentSource>",
       "<mods:recordInfo><mods:descriptionStandard>rda</mods:descriptionStandard>"
       "<mods:recordContentSource>",
       several},
      {"SubjectOfAChapterOfAnUnknownList", refused, M, "<mods:genre type=\"chapter\">",
       "<mods:subject authority=\"lcsh\"><mods:topic>x</mods:topic></mods:subject>"
       "<mods:genre type=\"chapter\">",
       several},
      {"SubjectOfAChapterWithoutTopic", refused, M, "<mods:genre type=\"chapter\">",
       "<mods:subject authority=\"czenas\"><mods:geographic>x</mods:geographic></mods:subject>"
       "<mods:genre type=\"chapter\">",
       several},
      {"ChapterWithoutDcLanguage", refused, M,
       "<dc:type>model:internalpart</dc:type>\n<dc:language>cze</dc:language>",
       "<dc:type>model:internalpart</dc:type>", several},
      {"OriginOfATitleWithIssuance", warned, M,
       "<mods:dateIssued>1911</mods:dateIssued>\n</mods:originInfo>",
       "<mods:dateIssued>1911</mods:dateIssued><mods:issuance>multipart monograph"
       "</mods:issuance>\n</mods:originInfo>",
       several},
      // periodicals
      {"IssueWithoutType", refused, M, "<mods:genre type=\"evening\">", "<mods:genre>", periodical},
      {"IssueDateEncoded", warned, M, "<mods:dateIssued>07.04.1911",
       "<mods:dateIssued encoding=\"marc\">07.04.1911", periodical},
      {"MutationOfAnIssue", passed, M, "<mods:genre type=\"evening\">",
       "<mods:titleInfo otherType=\"mutational edition\"><mods:title>Brno</mods:title>"
       "</mods:titleInfo><mods:genre type=\"evening\">",
       periodical},
      {"LanguageOfAPicture", warned, M, "<mods:genre type=\"photograph\">",
       "<mods:language><mods:languageTerm type=\"code\" authority=\"iso639-2b\">cze"
       "</mods:languageTerm></mods:language><mods:genre type=\"photograph\">",
       periodical},
      {"PictureWithoutDcSubject", refused, M, "<dc:subject>lávky</dc:subject>", "", periodical},
      {"IssueWithCcnb", warned, M, "<mods:genre type=\"evening\">",
       "<mods:identifier type=\"ccnb\">cnb000000009</mods:identifier>"
       "<mods:genre type=\"evening\">",
       periodical},
      {"ArticleOfAnUnknownType", refused, M, "<mods:genre type=\"study\">",
       "<mods:genre type=\"essay\">", periodical},
      {"TitleWithoutIssuance", refused, M, "<mods:issuance>serial</mods:issuance>", "", periodical},
      {"YearWithoutNumber", passed, M, "<mods:partNumber>12</mods:partNumber>",
       "<mods:title>Noviny</mods:title>", periodical},
      {"PageTypeOfThePartOfAPeriodical", refused, M, "<mods:part type=\"titlePage\">",
       "<mods:part type=\"leaf\">", periodical},
      {"PageTypeOfTheGenreOfAPeriodical", warned, M, "<mods:genre type=\"titlePage\">",
       "<mods:genre type=\"preface\">", periodical},
  };
}

std::vector<Corner> maps_and_files() {
  return {
      {"TopWithoutRecord", refused, M, " TYPE=\"MONOGRAPH\" DMDID=\"MODSMD_VOLUME_0001\"",
       " TYPE=\"MONOGRAPH\""},
      {"PageWithoutType", refused, M, "ORDERLABEL=\"ii\" TYPE=\"normalPage\"", "ORDERLABEL=\"ii\""},
      {"PageWithoutId", refused, M, "ID=\"DIV_P_PAGE_0002\" ", ""},
      {"LogicalWithoutType", refused, M, "ID=\"VOLUME_0001\" TYPE=\"VOLUME\"",
       "ID=\"VOLUME_0001\""},
      {"LinkWithoutTarget", refused, M,
       "<mets:smLink xlink:from=\"VOLUME_0001\" xlink:to=\"DIV_P_PAGE_0002\"/>",
       "<mets:smLink xlink:from=\"VOLUME_0001\"/>"},
      {"LinkTheOtherWay", refused, M, "xlink:from=\"VOLUME_0001\" xlink:to=\"DIV_P_PAGE_0002\"",
       "xlink:from=\"DIV_P_PAGE_0002\" xlink:to=\"VOLUME_0001\""},
      {"NoLinks", refused, M, "<mets:structLink>", "<mets:structLink/><mets:other>"},
      {"UnknownLibraryOfAnAgent", warned, M, "<mets:name>BOA001", "<mets:name>Brno"},
      {"NoSequence", passed, M, " SEQ=\"1\"", ""},
      {"NoTimeOfAFile", passed, M, " CREATED=\"2025-01-20T12:00:00Z\"", ""},
      {"NoHeaderOfAPage", refused, A, "<mets:metsHdr", "<mets:other"},
  };
}

std::vector<Corner> technical() {
  const std::string event_of_scan =
      "<premis:linkingEventIdentifier><premis:linkingEventIdentifierType>EventId"
      "</premis:linkingEventIdentifierType>\n<premis:linkingEventIdentifierValue>scanned"
      "</premis:linkingEventIdentifierValue>\n</premis:linkingEventIdentifier>\n";
  return {
      {"ScanWithoutEvent", refused, A, event_of_scan, ""},
      {"AltoWithAnEvent", warned, A,
       "recognized</premis:relatedEventIdentifierValue>\n</premis:relatedEventIdentification>\n"
       "</premis:relationship>\n",
       "recognized</premis:relatedEventIdentifierValue>\n</premis:relatedEventIdentification>\n"
       "</premis:relationship>\n" +
           event_of_scan},
      {"NoKeyOfTheFormat", refused, A,
       "<premis:formatRegistryKey>fmt/353</premis:formatRegistryKey>", ""},
      {"NoSizeOfTheScan", refused, A, "<premis:size>4711</premis:size>", ""},
      {"NoVersionOfTheProgram", refused, A,
       "<premis:creatingApplicationVersion>3</premis:creatingApplicationVersion>", ""},
      {"NoDetailOfAnEvent", refused, A,
       "<premis:eventDetail>capture/digitization</premis:eventDetail>", ""},
      {"NoNameOfAnAgent", passed, A, "<premis:agentName>reader 3</premis:agentName>", ""},
      {"NoTypeOfAnAgent", refused, A, "<premis:agentType>software</premis:agentType>", ""},
      {"DateAssignedLeftOut", passed, A,
       "<premis:preservationLevelDateAssigned>2025-01-20</premis:preservationLevelDateAssigned>",
       ""},
      {"NoCaptureAtAll", refused, A, "<mix:ImageCaptureMetadata>", "<mix:Other>"},
      {"NoProducer", refused, A, "<mix:imageProducer>BOA001</mix:imageProducer>", ""},
      {"NoCaptureDevice", passed, A,
       "<mix:captureDevice>reflection print scanner"
       "</mix:captureDevice>",
       ""},
      {"NoOrientation", refused, A, "<mix:orientation>normal*</mix:orientation>", ""},
      {"NoColourSpace", refused, A, "<mix:colorSpace>sRGB</mix:colorSpace>", ""},
      {"NoUnitOfBits", passed, A, "<mix:bitsPerSampleUnit>integer</mix:bitsPerSampleUnit>", ""},
      {"NoSamplesPerPixel", refused, A, "<mix:samplesPerPixel>3</mix:samplesPerPixel>", ""},
      {"NoSamplingPlane", passed, A,
       "<mix:samplingFrequencyPlane>object plane</mix:samplingFrequencyPlane>", ""},
      {"NoProcessingAgency", passed, A, "<mix:processingAgency>BOA001</mix:processingAgency>", ""},
      {"NoTimeOfProcessing", refused, A,
       "<mix:dateTimeProcessed>2025-01-20T11:00:00+01:00</mix:dateTimeProcessed>", ""},
      {"EmptyCompression", refused, A, ">Uncompressed<", "><"},
      {"ByteOrderInWords", refused, A, ">big endian<", ">network order<"},
  };
}

std::vector<Corner> layout() {
  return {
      {"StringWithoutContent", refused, L, " CONTENT=\"Most\"", ""},
      {"TwoSpacesInARow", refused, L, "<SP ", "<SP WIDTH=\"1\" HPOS=\"1\" VPOS=\"1\"/><SP "},
      {"LanguageOfALaterVersion", refused, L, "<TextBlock ID=\"B1\"",
       "<TextBlock LANG=\"cs\" ID=\"B1\""},
      {"LanguageOfABlock", passed, L, "<TextBlock ID=\"B1\"",
       "<TextBlock language=\"cs\" ID=\"B1\""},
      {"PageWithoutItsNumber", refused, L, " PHYSICAL_IMG_NR=\"1\"", ""},
      {"ConfidenceAboveOne", refused, L, "WC=\"0.9\"", "WC=\"90\""},
      {"BlockOutsideOfThePrintSpace", passed, L, "<PrintSpace ",
       "<TopMargin ID=\"TM\" HPOS=\"0\" VPOS=\"0\" WIDTH=\"1\" HEIGHT=\"1\"/><PrintSpace "},
      {"MarginAfterThePrintSpace", refused, L, "</PrintSpace>\n",
       "</PrintSpace>\n<TopMargin ID=\"TM\" HPOS=\"0\" VPOS=\"0\" WIDTH=\"1\" HEIGHT=\"1\"/>"},
  };
}

class Corners : public testing::TestWithParam<Corner> {};

// The schemas belong to the national validator: without them its verdict is not known.
TEST_P(Corners, AreJudgedAsTheNationalValidatorJudges) {
  const CheckOptions options = test::with_schemas();
  if (options.schemas.empty()) GTEST_SKIP() << "LINKA_SCHEMAS is not set";
  const Corner& c = GetParam();
  TestPackage package(c.form);
  ASSERT_TRUE(package.replace(c.file, c.from, c.to)) << "the package has no such text";
  if (c.every_place)
    while (package.replace(c.file, c.from, c.to)) {
    }
  const auto root = package.write();
  const CheckReport report = test::checked(root, options);
  EXPECT_EQ(name_of(report.verdict()), std::string(name_of(c.verdict))) << test::text_of(report);
  EXPECT_EQ(test::wrong_places(report, root), "");
}

const auto name_of_corner = [](const testing::TestParamInfo<Corner>& c) { return c.param.name; };
INSTANTIATE_TEST_SUITE_P(Info, Corners, testing::ValuesIn(info_file()), name_of_corner);
INSTANTIATE_TEST_SUITE_P(Records, Corners, testing::ValuesIn(records()), name_of_corner);
INSTANTIATE_TEST_SUITE_P(MapsAndFiles, Corners, testing::ValuesIn(maps_and_files()),
                         name_of_corner);
INSTANTIATE_TEST_SUITE_P(Technical, Corners, testing::ValuesIn(technical()), name_of_corner);
INSTANTIATE_TEST_SUITE_P(Layout, Corners, testing::ValuesIn(layout()), name_of_corner);

}  // namespace
}  // namespace linka
