// SPDX-License-Identifier: GPL-3.0-or-later
#include "kramerius-export/rules.h"

#include "kramerius-export/rules_breaks_test.h"
#include "kramerius-export/rules_internal.h"
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

using test::broken;
using test::text_of;
using test::with_schemas;

CheckReport check(const fs::path& folder, const CheckOptions& options = {}) {
  return test::checked(folder, options);
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
  EXPECT_THAT(report.not_checked, testing::Contains(testing::HasSubstr("decoded whole: 0 of 4")));
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

constexpr Severity W = Severity::warning, E = Severity::error;

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
  rules.erase("LINKA_MIX_DESCRIBES_THE_IMAGE");     // channels
  rules.erase("MASTER-COPY_FILES_VALID_BY_JHOVE");  // a file that is cut off
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
  EXPECT_THAT(broken(report), testing::ElementsAre("MASTER-COPY_FILES_VALID_BY_JHOVE",
                                                   "MASTER-COPY_FILES_VALID_BY_JPYLYZER"));
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

TEST(RulesOfTheFolder, SayTheSameInWhateverOrderFilesAreRead) {
  TestPackage package;
  for (const int page : {1, 2}) {
    EXPECT_TRUE(
        package.replace(page_path("amdsec", page), "<premis:eventType>", "<premis:eventType>x"));
    EXPECT_TRUE(package.replace(page_path("alto", page), "<MeasurementUnit>pixel",
                                "<MeasurementUnit>mm10"));
    EXPECT_TRUE(
        package.replace(page_path("amdsec", page), "<premis:agentName>", "<premis:agentName> "));
  }
  package.files[page_path("usercopy", 2)] = "no image";
  const fs::path folder = package.write();
  const std::string in_order = text_of(check(folder, with_schemas()));
  CheckOptions options = with_schemas();
  options.do_many = [](std::size_t count, const PieceOfWork& work) -> Result<void> {
    for (std::size_t i = count; i-- > 0;)
      if (auto done = work(i); !done) return done;
    return {};
  };
  EXPECT_NE(in_order, "");
  EXPECT_EQ(text_of(check(folder, options)), in_order);
}

// Of one rule in one file a hundred findings are kept, whoever finds them.
TEST(RulesOfTheFolder, CountWhatSeveralPartsFind) {
  using rules::Findings;
  const auto say_n = [](Findings& f, int from, int n) {
    for (int i = from; i < from + n; ++i)
      f.warning("LINKA_TEXT_AREAS_RESOLVE", "mets.xml", {}, fmt::format("{:03}", i));
  };
  Findings whole, sum;
  say_n(whole, 0, 300);
  for (const auto& [from, n] : {std::pair(0, 40), std::pair(40, 150), std::pair(190, 110)}) {
    Findings part;
    say_n(part, from, n);
    sum.add(std::move(part));
  }
  const auto a = whole.taken(), b = sum.taken();
  ASSERT_EQ(a.size(), 101u);
  ASSERT_EQ(b.size(), a.size());
  for (std::size_t i = 0; i < a.size(); ++i) EXPECT_EQ(a[i].message, b[i].message);
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
