// SPDX-License-Identifier: GPL-3.0-or-later
// Damages by chapter of the standard, each with what the national validator says of it. Our rules
// of our own may warn beside that, but never turn its verdict.
#include "kramerius-export/rules_breaks_test.h"

#include <gtest/gtest.h>

#include <fstream>
#include <functional>

namespace linka {
namespace {

namespace fs = std::filesystem;
using test::ImageHeader;
using test::info_path;
using test::md5_path;
using test::mets_path;
using test::PackageForm;
using test::page_path;
using test::TestPackage;

constexpr NationalVerdict refused = NationalVerdict::refused, warned = NationalVerdict::warned,
                          passed = NationalVerdict::passed;

struct Damage {
  std::string name;
  NationalVerdict verdict;
  std::function<bool(TestPackage&)> before;    // false: the package has not what is to be damaged
  std::function<void(const fs::path&)> after;  // in the written folder
  PackageForm form = PackageForm::strict_22;
  bool by_schema = false;  // only the schemas tell
};
std::ostream& operator<<(std::ostream& out, const Damage& d) {
  return out << d.name;
}

using Before = std::function<bool(TestPackage&)>;
using After = std::function<void(const fs::path&)>;

// A text replaced in a file.
Damage text(std::string name, NationalVerdict verdict, std::string file, std::string from,
            std::string to, PackageForm form = PackageForm::strict_22) {
  return {std::move(name), verdict, [=](TestPackage& p) { return p.replace(file, from, to); },
          nullptr,         form,    false};
}
Damage by_schema(Damage damage) {
  damage.by_schema = true;
  return damage;
}
// A whole file made anew from what it was.
Damage whole(std::string name, NationalVerdict verdict, std::string file,
             std::function<std::string(std::string)> change) {
  return {std::move(name),
          verdict,
          [=](TestPackage& p) {
            p.files[file] = change(p.files[file]);
            return true;
          },
          nullptr,
          PackageForm::strict_22,
          false};
}
// Something done to the folder after it was written.
Damage folder(std::string name, NationalVerdict verdict, After after) {
  return {std::move(name), verdict, nullptr, std::move(after), PackageForm::strict_22, false};
}
// A file more.
Damage added(std::string name, NationalVerdict verdict, std::string file) {
  return folder(std::move(name), verdict, [=](const fs::path& root) {
    fs::create_directories((root / file).parent_path());
    std::ofstream(root / file) << "x";
  });
}
Damage renamed(std::string name, std::string from, std::string to) {
  return folder(std::move(name), refused,
                [=](const fs::path& root) { fs::rename(root / from, root / to); });
}
Damage image(std::string name, NationalVerdict verdict, bool master,
             std::function<void(ImageHeader&)> change) {
  return {std::move(name),
          verdict,
          [=](TestPackage& p) {
            ImageHeader header = master ? test::master_header() : test::user_header();
            change(header);
            p.files[page_path(master ? "mastercopy" : "usercopy", 1)] = header.bytes();
            return true;
          },
          nullptr,
          PackageForm::strict_22,
          false};
}

const std::string M = mets_path(), A = page_path("amdsec", 1), L = page_path("alto", 1),
                  I = info_path(), S = md5_path();
const std::string id = TestPackage::id;

std::string replaced_all(std::string text, const std::string& from, const std::string& to) {
  for (std::size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size())
    text.replace(at, from.size(), to);
  return text;
}

// Every line of the list of digests made anew; the info file's digest of it is made to fit.
Damage lines(std::string name, NationalVerdict verdict,
             std::function<std::string(const std::string& digest, const std::string& path)> line) {
  return {std::move(name),
          verdict,
          [=](TestPackage& p) {
            const fs::path root = p.write();
            std::ifstream in(root / md5_path());
            std::string all;
            for (std::string one; std::getline(in, one);)
              all += line(one.substr(0, 32), one.substr(33));
            p.files[md5_path()] = all;
            return true;
          },
          nullptr,
          PackageForm::strict_22,
          false};
}

std::vector<Damage> structure_and_names() {
  return {
      folder("Untouched", passed, [](const fs::path&) {}),
      renamed("InfoInCapitals", I, "INFO_" + id + ".xml"),
      renamed("MetsOfAnotherName", M, "mets_other.xml"),
      renamed("Md5OfAnotherName", S, "md5.md5"),
      renamed("MetsMissing", M, "../mets.xml"),
      renamed("Md5Missing", S, "../md5.md5"),
      renamed("InfoMissing", I, "../info.xml"),
      renamed("FolderInCapitals", "txt", "TXT"),
      renamed("FolderMissing", "txt", "../txt"),
      added("FileTooMuch", refused, "notes.txt"),
      added("FolderTooMuch", refused, "preview/1.png"),
      added("ToleratedFile", warned, ".DS_Store"),
      added("ToleratedLtpFile", warned, "LTP_MD.xml"),
      added("ToleratedNameAsFolder", refused, "LTP_MD.xml/x"),
      added("ThumbsInAFolder", refused, "usercopy/Thumbs.db"),
      added("SubFolder", refused, "alto/old/x.xml"),
      added("HiddenFileInAFolder", refused, "txt/.DS_Store"),
      renamed("PageInCapitals", page_path("txt", 1), "txt/TXT_" + id + "_0001.txt"),
      renamed("ExtensionInCapitals", page_path("mastercopy", 1),
              "mastercopy/mc_" + id + "_0001.JP2"),
      renamed("NumberOfAnotherLength", page_path("txt", 2), "txt/txt_" + id + "_00002.txt"),
      renamed("PageMissing", page_path("alto", 2), "../alto.xml"),
      folder("EmptyFolder", refused,
             [](const fs::path& root) { fs::create_directory(root / "empty"); }),
      folder("MetsIsAFolder", refused,
             [](const fs::path& root) {
               fs::remove(root / M);
               fs::create_directory(root / M);
             }),
      {"InfoByItsShortName", passed, [](TestPackage& p) { return p.files.count(I) > 0; }, nullptr,
       PackageForm::strict_22, false},
  };
}

std::vector<Damage> digests() {
  return {
      lines("LinesAsTheyAre", passed, [](auto& d, auto& p) { return d + " " + p + "\n"; }),
      lines("Tabs", passed, [](auto& d, auto& p) { return d + "\t" + p + "\n"; }),
      lines("TwoSpaces", refused, [](auto& d, auto& p) { return d + "  " + p + "\n"; }),
      lines("SpaceAndAsterisk", refused, [](auto& d, auto& p) { return d + " *" + p + "\n"; }),
      lines("NoLeadingSlash", warned,
            [](auto& d, auto& p) { return d + " " + p.substr(1) + "\n"; }),
      lines("DotAndSlash", warned, [](auto& d, auto& p) { return d + " ." + p + "\n"; }),
      lines("Backslashes", passed,
            [](auto& d, auto& p) { return d + " " + replaced_all(p, "/", "\\") + "\n"; }),
      lines("CarriageReturns", passed, [](auto& d, auto& p) { return d + " " + p + "\r\n"; }),
      lines("DigestsInCapitals", passed,
            [](auto d, auto& p) {
              for (char& c : d) c = static_cast<char>(std::toupper(c));
              return d + " " + p + "\n";
            }),
      lines("DigestCutOff", refused, [](auto& d, auto& p) { return d.substr(1) + " " + p + "\n"; }),
      lines("EveryLineTwice", passed,
            [](auto& d, auto& p) { return d + " " + p + "\n" + d + " " + p + "\n"; }),
      lines("NoSeparator", refused, [](auto& d, auto& p) { return d + p + "\n"; }),
      text("EmptyLine", refused, S, "((digests))", "((digests))\n\n"),
      text("Comment", refused, S, "((digests))", "# made today\n((digests))"),
      text("ByteOrderMark", refused, S, "((digests))", "\xef\xbb\xbf((digests))"),
      text("FileThatIsNotThere", refused, S, "((digests))",
           "((digests))0123456789abcdef0123456789abcdef /txt/none.txt\n"),
      text("TheInfoFile", refused, S, "((digests))",
           "((digests))0123456789abcdef0123456789abcdef /" + I + "\n"),
      text("NothingAtAll", refused, S, "((digests))", ""),
      folder("FileChanged", refused,
             [](const fs::path& root) {
               std::ofstream(root / page_path("txt", 1), std::ios::app) << "more";
             }),
  };
}

std::vector<Damage> info_file() {
  return {
      text("NotWellFormed", refused, I, "</info>", ""),
      text("OtherPackageId", refused, I, "<packageid>xyz007", "<packageid>xyz008"),
      text("OtherMets", refused, I, "<mainmets>mets", "<mainmets>main"),
      text("MetsWithASlash", refused, I, "<mainmets>mets", "<mainmets>/mets"),
      text("NoMainMets", refused, I, "<mainmets>" + M + "</mainmets>", ""),
      text("WrongDigestOfTheList", refused, I, "checksum=\"((md5 ", "checksum=\"0((md5 "),
      text("NoItems", refused, I, "((items))", "<itemlist itemtotal=\"0\"></itemlist>"),
      {"WrongTotal", passed,
       [](TestPackage& p) { return p.replace(I, "((items))", "((items))") && p.files.count(I); },
       [](const fs::path& root) {
         std::ifstream in(root / I);
         std::string all((std::istreambuf_iterator<char>(in)), {});
         all.replace(all.find("itemtotal=\"13\""), 14, "itemtotal=\"99\"");
         std::ofstream(root / I) << all;
       },
       PackageForm::strict_22, false},
      text("IdentifierTwice", warned, I, "<creator>",
           "<titleid type=\"uuid\">7d3a0c52-19be-4f60-8a77-000000000001</titleid><creator>"),
      text("UnknownVersion", refused, I, "<metadataversion>2.2", "<metadataversion>3.0"),
      by_schema(text("NoVersion", warned, I, "<metadataversion>2.2</metadataversion>", "")),
      by_schema(text("SizeIsAWord", warned, I, "<size>99", "<size>large")),
      by_schema(text("BarCodeAsTitleId", warned, I, "<creator>",
                     "<titleid type=\"barCode\">1</titleid><creator>")),
      by_schema(text("UnknownElement", warned, I, "<creator>", "<colour>red</colour><creator>")),
      text("ForeignIdentifier", passed, I, "<creator>",
           "<titleid type=\"ccnb\">cnb000000000</titleid><creator>"),
      whole("InfoWithAComment", passed, I,
            [](std::string s) { return replaced_all(s, "<info>", "<info><!-- made today -->"); }),
  };
}

std::vector<Damage> headers() {
  return {
      text("NotWellFormed", refused, M, "</mets:structLink>", ""),
      text("TypeInSmallLetters", refused, M, "TYPE=\"Monograph\"", "TYPE=\"monograph\""),
      text("NoType", refused, M, " TYPE=\"Monograph\"", ""),
      text("NoLabel", refused, M, "LABEL=\"Sto mostů, 1911\" ", ""),
      text("DateWithoutTime", refused, M, "CREATEDATE=\"2025-01-20T12:30:00+01:00\"",
           "CREATEDATE=\"2025-01-20\""),
      text("DateInBasicForm", passed, M, "CREATEDATE=\"2025-01-20T12:30:00+01:00\"",
           "CREATEDATE=\"20250120T123000Z\""),
      text("DateWithoutSeconds", passed, M, "CREATEDATE=\"2025-01-20T12:30:00+01:00\"",
           "CREATEDATE=\"2025-01-20T12:30+01\""),
      text("DateWithMilliseconds", passed, M, "CREATEDATE=\"2025-01-20T12:30:00+01:00\"",
           "CREATEDATE=\"2025-01-20T12:30:00.125\""),
      text("DateWithTwoDigitsOfASecond", refused, M, "CREATEDATE=\"2025-01-20T12:30:00+01:00\"",
           "CREATEDATE=\"2025-01-20T12:30:00.12Z\""),
      text("DateOfThe25thHour", refused, M, "CREATEDATE=\"2025-01-20T12:30:00+01:00\"",
           "CREATEDATE=\"2025-01-20T25:30:00Z\""),
      text("DateWithASpace", refused, M, "CREATEDATE=\"2025-01-20T12:30:00+01:00\"",
           "CREATEDATE=\"2025-01-20 12:30:00\""),
      text("NoLastModified", refused, M, " LASTMODDATE=\"2025-01-20T12:30:00+01:00\"", ""),
      text("NoArchivist", refused, M, "ROLE=\"ARCHIVIST\"", "ROLE=\"EDITOR\""),
      text("AgentIsAPerson", refused, M, "TYPE=\"ORGANIZATION\"", "TYPE=\"INDIVIDUAL\""),
      text("AgentWithoutName", refused, M, "<mets:name>BOA001</mets:name>", ""),
      text("ThirdAgent", warned, M, "</mets:metsHdr>",
           "<mets:agent ROLE=\"EDITOR\" TYPE=\"ORGANIZATION\"><mets:name>BOA001</mets:name>"
           "</mets:agent></mets:metsHdr>"),
      text("RootAttribute", warned, M, "LABEL=", "OBJID=\"x\" LABEL="),
      text("HeaderAttribute", warned, M, "CREATEDATE=", "ID=\"h\" CREATEDATE="),
      text("RightsSection", warned, M, "<mets:fileSec>", "<mets:amdSec ID=\"R\"/><mets:fileSec>"),
      text("PageWithoutLabel", refused, A, "LABEL=\"Sto mostů, 1911\" ", ""),
      text("PageRootAttribute", warned, A, "LABEL=", "OBJID=\"x\" LABEL="),
      text("PageHeaderAttribute", passed, A, "CREATEDATE=", "ID=\"h\" CREATEDATE="),
      text("PageNotWellFormed", refused, A, "</mets:amdSec>", ""),
      whole("ByteOrderMark", passed, M, [](const std::string& s) { return "\xef\xbb\xbf" + s; }),
      whole("CarriageReturns", passed, M,
            [](const std::string& s) { return replaced_all(s, "\n", "\r\n"); }),
      text("CommentsAndInstructions", passed, M, "<mets:fileSec>",
           "<!-- files --><?note here?><mets:fileSec>"),
      text("CommentInAValue", passed, M, "<mods:title>Sto", "<mods:title><!-- title -->Sto"),
      text("NoSchemaLocation", passed, M,
           " xsi:schemaLocation=\"http://www.loc.gov/METS/ mets.xsd\"", ""),
      whole("OtherNamespaceOfMets", refused, M,
            [](const std::string& s) {
              return replaced_all(s, "http://www.loc.gov/METS/\"", "http://www.loc.gov/METS/v2\"");
            }),
      whole("OtherNamespaceOfMods", refused, M,
            [](const std::string& s) {
              return replaced_all(s, "http://www.loc.gov/mods/v3\"",
                                  "http://www.loc.gov/mods/v4\"");
            }),
      whole(
          "OtherPrefixOfXlink", refused, M,
          [](const std::string& s) { return replaced_all(s, "xlink:", "xl:").replace(0, 0, ""); }),
  };
}

std::vector<Damage> records() {
  const std::string urn =
      "<mods:identifier type=\"urnnbn\">urn:nbn:cz:xyz007-00b00k</mods:identifier>";
  const PackageForm several = PackageForm::volume_of_several,
                    periodical = PackageForm::periodical_21;
  return {
      text("NoTitle", refused, M, "<mods:title>Sto mostů</mods:title>",
           "<mods:subTitle>x</mods:subTitle>"),
      text("EmptyTitle", refused, M, "<mods:title>Sto mostů", "<mods:title>"),
      text("SpacesAroundATitle", passed, M, "<mods:title>Sto mostů", "<mods:title>  Sto mostů "),
      text("NoGenre", refused, M, "<mods:genre>volume</mods:genre>", ""),
      text("SpacesAroundAGenre", refused, M, "<mods:genre>volume<", "<mods:genre> volume <"),
      text("SecondGenre", passed, M, "<mods:genre>volume</mods:genre>",
           "<mods:genre>volume</mods:genre><mods:genre>biography</mods:genre>"),
      text("UnknownElement", warned, M, "<mods:language>",
           "<mods:targetAudience>x</mods:targetAudience><mods:language>"),
      text("UnknownAttribute", warned, M, "<mods:note>Vít", "<mods:note lang=\"cze\">Vít"),
      text("EmptyAttribute", refused, M, "type=\"code\" authority=\"iso639-2b\"",
           "type=\"\" authority=\"iso639-2b\""),
      text("NoEventType", refused, M, " eventType=\"publication\"", ""),
      text("NoDateIssued", refused, M, "<mods:dateIssued>1911</mods:dateIssued>", ""),
      text("DateIssuedInWords", passed, M, "<mods:dateIssued>1911", "<mods:dateIssued>[asi 1911]"),
      text("NoIssuance", refused, M, "<mods:issuance>monographic</mods:issuance>", ""),
      text("Publisher38", warned, M, "<mods:agent>",
           "<mods:publisher>x</mods:publisher><mods:agent>"),
      text("AgentWithoutRole", refused, M,
           "<mods:role><mods:roleTerm>publisher</mods:roleTerm>\n</mods:role>\n", ""),
      text("PlaceWithoutType", refused, M, "<mods:placeTerm type=\"text\">", "<mods:placeTerm>"),
      text("NoLanguage", refused, M, "<mods:language>", "<mods:language objectPart=\"all\">"),
      text("NoForm", refused, M, "<mods:form authority=\"marcform\">print</mods:form>", ""),
      text("FormOfAnUnknownList", refused, M, "authority=\"marcform\"", "authority=\"mine\""),
      text("FormWithAType", warned, M, "authority=\"marcform\"",
           "authority=\"marcform\" type=\"media\""),
      text("SubjectOfAnUnknownList", warned, M, "<mods:subject authority=\"czenas\">",
           "<mods:subject authority=\"lcsh\">"),
      text("UnknownClassification", refused, M, "<mods:classification authority=\"udc\"",
           "<mods:classification authority=\"ddc\""),
      text("NoShelf", refused, M, "<mods:shelfLocator>II 77.123</mods:shelfLocator>", ""),
      text("CreationDateWithoutTime", refused, M, "2024-11-05T07:15:00Z", "2024-11-05"),
      text("NoCreationDate", refused, M,
           "<mods:recordCreationDate "
           "encoding=\"iso8601\">2024-11-05T07:15:00Z</mods:recordCreationDate>",
           ""),
      text("UnknownOrigin", warned, M, "<mods:recordOrigin>human prepared",
           "<mods:recordOrigin>guessed"),
      text("NoRecordOrigin", passed, M, "<mods:recordOrigin>human prepared</mods:recordOrigin>",
           ""),
      text("NoMainName", passed, M, " usage=\"primary\"", ""),
      text("NoModsVersion", passed, M, "ID=\"MODS_VOLUME_0001\" version=\"3.8\"",
           "ID=\"MODS_VOLUME_0001\""),
      text("OtherModsVersion", refused, M, "ID=\"MODS_VOLUME_0001\" version=\"3.8\"",
           "ID=\"MODS_VOLUME_0001\" version=\"3.5\""),
      text("ModsIdOfOneDigit", refused, M, "MODS_VOLUME_0001\" v", "MODS_VOLUME_1\" v"),
      text("RoleWithoutAuthority", refused, M, " authority=\"marcrelator\"", ""),
      text("NoDcHalf", refused, M, "DCMD_VOLUME_0001", "DCXX_VOLUME_0001"),
      text("NoDcTitle", refused, M, "<dc:title>Sto mostů</dc:title>", ""),
      text("OtherModel", refused, M, "model:monograph", "model:book"),
      text("DcContributor", warned, M, "<dc:creator>",
           "<dc:contributor>x</dc:contributor><dc:creator>"),
      text("DcRights", warned, M, "<dc:creator>", "<dc:rights>x</dc:rights><dc:creator>"),
      text("NoDcDate", passed, M, "<dc:date>1911</dc:date>", ""),
      text("EmptyDcSource", refused, M, "<dc:source>BOA001", "<dc:source>"),
      text("DefaultNamespaceOnMods", warned, M, "<mods:mods ID=\"MODS_VOLUME_0001\"",
           "<mods:mods xmlns=\"urn:x\" ID=\"MODS_VOLUME_0001\""),
      text("UnknownDescriptionStandard", warned, M, "<mods:descriptionStandard>rda",
           "<mods:descriptionStandard>own"),
      text("NoDescriptionStandard", refused, M,
           "<mods:descriptionStandard>rda</mods:descriptionStandard>", ""),
      // identifiers
      text("NoUrnNbn", refused, M, urn, ""),
      text("NoUrnNbnInDc", refused, M,
           "<dc:identifier>urnnbn:urn:nbn:cz:xyz007-00b00k</dc:identifier>", ""),
      text("UrnNbnOfAnotherForm", refused, M, ">urn:nbn:cz:xyz007-00b00k<",
           ">urn:nbn:cz:xyz007-00b0<"),
      text("UuidWithPrefix", refused, M, "type=\"uuid\">7d3a0c52-19be-4f60-8a77-000000000001",
           "type=\"uuid\">uuid:7d3a0c52-19be-4f60-8a77-000000000001"),
      text("UuidWithASpace", refused, M, "type=\"uuid\">7d3a0c52-19be-4f60-8a77-000000000001",
           "type=\"uuid\"> 7d3a0c52-19be-4f60-8a77-000000000001"),
      text("UuidInCapitals", warned, M, "type=\"uuid\">7d3a0c52-19be-4f60-8a77-000000000001",
           "type=\"uuid\">7D3A0C52-19BE-4F60-8A77-000000000001"),
      text("IsbnCheckDigit", refused, M, "type=\"isbn\">80-85892-15-4",
           "type=\"isbn\">80-85892-15-5"),
      text("IsbnOfTheWrongLength", refused, M, "type=\"isbn\">80-85892-15-4",
           "type=\"isbn\">80-85892-15"),
      text("InvalidIsbnKept", warned, M, "type=\"isbn\">80", "type=\"isbn\" invalid=\"yes\">80"),
      text("IssnInAMonograph", warned, M, urn,
           urn + "<mods:identifier type=\"issn\">2049-3630</mods:identifier>"),
      text("OtherIdentifierInMods", warned, M, urn,
           urn + "<mods:identifier type=\"barCode\">1</mods:identifier>"),
      text("DcIdentifierWithoutType", warned, M, "<dc:identifier>isbn:", "<dc:identifier>"),
      text("DcIdentifierWithASpace", warned, M, "<dc:identifier>isbn:80-85892-15-4",
           "<dc:identifier>isbn:80-85892-15-4 brož."),
      text("PageUuidTwice", warned, M, "type=\"uuid\">7d3a0c52-19be-4f60-8a77-000000000066",
           "type=\"uuid\">7d3a0c52-19be-4f60-8a77-000000000065"),
      whole("PageUuidTwiceInBothHalves", passed, M,
            [](const std::string& s) {
              return replaced_all(s, "7d3a0c52-19be-4f60-8a77-000000000066",
                                  "7d3a0c52-19be-4f60-8a77-000000000065");
            }),
      whole("UuidOfTheVolumeOnAPage", warned, M,
            [](const std::string& s) {
              return replaced_all(s, "7d3a0c52-19be-4f60-8a77-000000000066",
                                  "7d3a0c52-19be-4f60-8a77-000000000001");
            }),
      text("TwoOfAType", warned, M, urn,
           urn + "<mods:identifier type=\"isbn\">978-80-200-2600-2</mods:identifier>"),
      // pages
      text("PageTypeOfThePart", refused, M, "<mods:part type=\"titlePage\">",
           "<mods:part type=\"page\">"),
      text("PageTypeOfTheGenre", refused, M, "<mods:genre type=\"titlePage\">",
           "<mods:genre type=\"x\">"),
      text("PageGenre", refused, M, ">reprePage<", ">thePage<"),
      text("PageNumberInTwoWords", warned, M, "<mods:detail type=\"pageNumber\">",
           "<mods:detail type=\"page number\">"),
      text("PageExtentWithoutUnit", refused, M, " unit=\"pages\"", ""),
      text("PageNote", refused, M, "<mods:note>right", "<mods:note>top"),
      text("PageWithoutNote", passed, M, "<mods:note>right</mods:note>", ""),
      text("PageUuidMissing", refused, M,
           "<mods:identifier type=\"uuid\">7d3a0c52-19be-4f60-8a77-000000000065</mods:identifier>",
           ""),
      text("PageWithRecordInfo", warned, M, "<mods:note>left</mods:note>",
           "<mods:note>left</mods:note><mods:recordInfo><mods:recordOrigin>x</mods:recordOrigin></"
           "mods:recordInfo>"),
      text("PageWithDcFormat", warned, M, "<dc:coverage>ii",
           "<dc:format>x</dc:format><dc:coverage>ii"),
      text("PageModel", refused, M, "model:page", "model:leaf"),
      text("NoRepresentativePage", passed, M, ">reprePage<", ">page<"),
      // several volumes
      text("TitleWithoutUuid", refused, M,
           "<mods:identifier type=\"uuid\">7d3a0c52-19be-4f60-8a77-000000000002</mods:identifier>",
           "", several),
      text("TitleDateOfAName", refused, M, "<mods:genre>title</mods:genre>",
           "<mods:genre>title</mods:genre><mods:name><mods:namePart "
           "type=\"date\">1880-</mods:namePart></mods:name>",
           several),
      text("TitleOnlyRdaForms", refused, M, "<mods:form authority=\"marcform\">",
           "<mods:form authority=\"rdacarrier\">", several),
      text("ChapterType", refused, M, "<mods:genre type=\"chapter\">",
           "<mods:genre type=\"novel\">", several),
      text("ChapterWithoutTitle", refused, M, "<mods:title>Dřevo</mods:title>",
           "<mods:subTitle>x</mods:subTitle>", several),
      text("ChapterWithForm", warned, M, "<mods:genre type=\"chapter\">",
           "<mods:physicalDescription><mods:form>print</mods:form></mods:physicalDescription>"
           "<mods:genre type=\"chapter\">",
           several),
      text("PictureType", refused, M, "<mods:genre type=\"photograph\">",
           "<mods:genre type=\"photo\">", several),
      text("SupplementFormWithoutType", refused, M, " type=\"carrier\"", "", several),
      text("SupplementModel", refused, M, "model:supplement", "model:map", several),
      // periodicals
      text("IssueType", refused, M, "<mods:genre type=\"evening\">", "<mods:genre type=\"late\">",
           periodical),
      text("IssueOfASequence", passed, M, "<mods:genre type=\"evening\">",
           "<mods:genre type=\"sequence_2\">", periodical),
      text("IssueDateInIsoOrder", passed, M, "07.04.1911", "1911-04-07", periodical),
      text("IssueWithoutUrnNbn", refused, M, urn, "", periodical),
      text("IssueOriginWithEvent", warned, M, "<mods:originInfo><mods:dateIssued>07",
           "<mods:originInfo eventType=\"publication\"><mods:dateIssued>07", periodical),
      text("IssnCheckDigit", refused, M, "type=\"issn\">2049-3630", "type=\"issn\">2049-3631",
           periodical),
      text("ArticleWithoutDcSubject", refused, M, "<dc:subject>pilíře</dc:subject>", "",
           periodical),
      text("VolumeWithRecordInfo", warned, M, "<mods:genre>volume</mods:genre>",
           "<mods:genre>volume</mods:genre><mods:recordInfo><mods:recordOrigin>x</"
           "mods:recordOrigin></mods:recordInfo>",
           periodical),
      text("VolumeWithoutDate", refused, M,
           "<mods:originInfo><mods:dateIssued>1911</mods:dateIssued>\n</mods:originInfo>", "",
           periodical),
      text("SupplementType", refused, M, " type=\"issue_supplement\"", "", periodical),
      text("TitleWithUrnNbn", warned, M,
           "<mods:identifier type=\"issn\">2049-3630</mods:identifier>",
           "<mods:identifier type=\"issn\">2049-3630</mods:identifier>"
           "<mods:identifier type=\"urnnbn\">urn:nbn:cz:xyz007-00b00m</mods:identifier>",
           periodical),
      // monograph 2.1
      by_schema(text("OldAgent", refused, M, "<mods:publisher>Tiskárna U Sovy</mods:publisher>",
                     "<mods:agent><mods:namePart>x</mods:namePart></mods:agent>",
                     PackageForm::monograph_21)),
      text("OldWithoutDcDate", refused, M, "<dc:date>1911</dc:date>", "",
           PackageForm::monograph_21),
      text("OldPageType", warned, M, "<mods:genre type=\"titlePage\">",
           "<mods:genre type=\"preface\">", PackageForm::monograph_21),
  };
}

std::vector<Damage> files_and_maps() {
  const std::string mc = page_path("mastercopy", 1), href = "xlink:href=\"" + mc + "\"";
  return {
      text("GroupMissing", refused, M, "ID=\"TXTGRP\"", "ID=\"TEXTGRP\""),
      text("GroupUse", refused, M, "USE=\"Layout\"", "USE=\"Images\""),
      text("FileNotListed", refused, M, href, "xlink:href=\"" + page_path("mastercopy", 2) + "\""),
      text("FileOfNoFolder", refused, M, href, "xlink:href=\"mastercopy/none.jp2\""),
      text("LocationType", refused, M, "<mets:FLocat LOCTYPE=\"URL\"",
           "<mets:FLocat LOCTYPE=\"OTHER\""),
      text("SizeWrong", warned, M, "SIZE=\"((size " + mc + "))\"", "SIZE=\"7\""),
      text("SizeMissing", refused, M, "SIZE=\"((size " + mc + "))\"", ""),
      text("SizeInWords", refused, M, "SIZE=\"((size " + mc + "))\"", "SIZE=\"7 B\""),
      text("DigestWrong", warned, M, "((md5 " + mc + "))", "00000000000000000000000000000000"),
      text("DigestTypeWrong", passed, M, "CHECKSUMTYPE=\"MD5\"", "CHECKSUMTYPE=\"SHA-1\""),
      text("MimeType", passed, M, "MIMETYPE=\"image/jp2\"", "MIMETYPE=\"image/tiff\""),
      text("LinkLeavesThePackage", refused, M, href, "xlink:href=\"../../etc/passwd\""),
      text("NoPhysicalMap", refused, M, "TYPE=\"PHYSICAL\"", "TYPE=\"OTHER\""),
      text("TopWithoutType", refused, M, "LABEL=\"Sto mostů\" TYPE=\"MONOGRAPH\" DMDID",
           "LABEL=\"Sto mostů\" DMDID"),
      text("TopOfAnyType", passed, M, "LABEL=\"Sto mostů\" TYPE=\"MONOGRAPH\" DMDID",
           "LABEL=\"Sto mostů\" TYPE=\"book\" DMDID"),
      text("TwoRecordsOfTheTop", refused, M, "DMDID=\"MODSMD_VOLUME_0001\"",
           "DMDID=\"MODSMD_VOLUME_0001 DCMD_VOLUME_0001\""),
      text("NoOrder", refused, M, " ORDER=\"2\"", ""),
      text("OrderInWords", refused, M, " ORDER=\"2\"", " ORDER=\"two\""),
      text("OrderWithAGap", passed, M, " ORDER=\"2\"", " ORDER=\"7\""),
      text("NoOrderLabel", refused, M, " ORDERLABEL=\"ii\"", ""),
      text("EmptyOrderLabel", refused, M, " ORDERLABEL=\"ii\"", " ORDERLABEL=\"\""),
      text("PageTypeUnknown", warned, M, "ORDERLABEL=\"ii\" TYPE=\"normalPage\"",
           "ORDERLABEL=\"ii\" TYPE=\"leaf\""),
      text("PointerMissing", refused, M, "<mets:fptr FILEID=\"TXT_0002\"/>", ""),
      text("PointerToNothing", refused, M, "<mets:fptr FILEID=\"TXT_0002\"/>",
           "<mets:fptr FILEID=\"TXT_0009\"/>"),
      text("PointerToAnotherPage", passed, M, "<mets:fptr FILEID=\"TXT_0002\"/>",
           "<mets:fptr FILEID=\"TXT_0001\"/>"),
      text("NoLogicalMap", refused, M, "TYPE=\"LOGICAL\"", "TYPE=\"OTHER\""),
      text("LogicalTypeUnknown", refused, M, "TYPE=\"VOLUME\"", "TYPE=\"BOOK\""),
      text("LogicalWithoutId", refused, M, "ID=\"MONOGRAPH_0001\" ", ""),
      text("LogicalIdTwice", passed, M, "ID=\"MONOGRAPH_0001\"", "ID=\"VOLUME_0001\""),
      text("LogicalRecordMissing", refused, M, "LABEL=\"Sto mostů\" DMDID=\"MODSMD_VOLUME_0001\"/>",
           "LABEL=\"Sto mostů\" DMDID=\"MODSMD_VOLUME_0002\"/>"),
      text("PageNotLinked", refused, M,
           "<mets:smLink xlink:from=\"VOLUME_0001\" xlink:to=\"DIV_P_PAGE_0002\"/>", ""),
      text("LinkFromNothing", refused, M, "xlink:from=\"VOLUME_0001\" xlink:to=\"DIV_P_PAGE_0002\"",
           "xlink:from=\"VOLUME_0009\" xlink:to=\"DIV_P_PAGE_0002\""),
      text("LinkToNothing", refused, M, "xlink:to=\"DIV_P_PAGE_0002\"",
           "xlink:to=\"DIV_P_PAGE_0009\""),
      text("PageOfTwoOwners", passed, M, "<mets:structLink>",
           "<mets:structLink><mets:smLink xlink:from=\"MONOGRAPH_0001\" "
           "xlink:to=\"DIV_P_PAGE_0001\"/>"),
      by_schema(text("MetsAgainstItsSchema", passed, M, "<mets:structLink>",
                     "<mets:structLink xlink:colour=\"red\">")),
      text("PageGroupUse", refused, A, "USE=\"Text\"", "USE=\"Texts\""),
      text("PageGroupTooMuch", refused, A, "ID=\"TXTGRP\" USE=\"Text\"",
           "ID=\"TECHMDGRP\" USE=\"Technical Metadata\""),
      text("PageFileOfAnotherPage", refused, A, "xlink:href=\"" + page_path("txt", 1) + "\"",
           "xlink:href=\"" + page_path("txt", 2) + "\""),
      text("PageHrefFromItsFolder", refused, A, "xlink:href=\"usercopy/",
           "xlink:href=\"../usercopy/"),
      text("PageFileSize", passed, A, "SIZE=\"((size " + mc + "))\"", "SIZE=\"1\""),
      text("PageMapType", refused, A, "TYPE=\"MONOGRAPH_PAGE\"", "TYPE=\"PERIODICAL_PAGE\""),
      text("PagePointerMissing", refused, A, "<mets:fptr FILEID=\"TXT_0001\"/>", ""),
  };
}

std::vector<Damage> technical() {
  return {
      text("ObjectWithoutItsNamespace", refused, A,
           "<premis:object xmlns:premis=\"info:lc/xmlns/premis-v2\" "
           "xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" ",
           "<premis:object xmlns:premis=\"info:lc/xmlns/premis-v2\" "),
      text("ObjectTypeWithoutPrefix", refused, A, "xsi:type=\"premis:file\"", "xsi:type=\"file\""),
      text("ObjectVersion", warned, A, "xsi:type=\"premis:file\"",
           "xsi:type=\"premis:file\" version=\"2.2\""),
      text("PreservationOfTheScan", refused, A, ">deleted<", ">preservation<"),
      text("PreservationOfTheMaster", refused, A, ">preservation<", ">deleted<"),
      text("DateAssignedWithTime", refused, A, ">2025-01-20</premis:pre",
           ">2025-01-20T10:00:00Z</premis:pre"),
      text("CompositionLevel", warned, A, "<premis:compositionLevel>0",
           "<premis:compositionLevel>7"),
      text("NoOriginator", refused, A,
           "<premis:messageDigestOriginator>test</premis:messageDigestOriginator>", ""),
      text("NotPronom", refused, A, ">PRONOM<", ">OTHER<"),
      text("NoOriginalName", refused, A, "<premis:originalName>scan.bin</premis:originalName>", ""),
      text("ApplicationDate", refused, A,
           "<premis:dateCreatedByApplication>2025-01-20T11:00:00+01:00",
           "<premis:dateCreatedByApplication>20. 1. 2025"),
      text("SubTypeUnknown", warned, A, ">created from<", ">copied<"),
      text("AltoFromTheScan", warned, A, "<premis:relatedObjectIdentifierValue>master",
           "<premis:relatedObjectIdentifierValue>scan"),
      text("RelatedEventMissing", refused, A, "<premis:relatedEventIdentifierValue>encoded",
           "<premis:relatedEventIdentifierValue>painted"),
      text("LinkedAgentMissing", refused, A, "<premis:linkingAgentIdentifierValue>reader",
           "<premis:linkingAgentIdentifierValue>scribe"),
      text("LinkedObjectMissing", refused, A, "<premis:linkingObjectIdentifierValue>layout",
           "<premis:linkingObjectIdentifierValue>text"),
      text("AgentTwice", refused, A, "<premis:agentIdentifierValue>reader",
           "<premis:agentIdentifierValue>encoder"),
      text("EventType", warned, A, "<premis:eventType>migration", "<premis:eventType>conversion"),
      text("EventDetail", warned, A, ">capture/digitization<", ">scanning<"),
      text("EventDate", refused, A, "<premis:eventDateTime>2025-01-20T11:30:00+01:00",
           "<premis:eventDateTime>yesterday"),
      text("AgentType", warned, A, "<premis:agentType>software", "<premis:agentType>machine"),
      text("WrapperVersion", warned, A, "MDTYPE=\"PREMIS\"",
           "MDTYPE=\"PREMIS\" MDTYPEVERSION=\"2.2\""),
      text("WrapperType", refused, A, "MDTYPE=\"PREMIS\"", "MDTYPE=\"OTHER\""),
      text("SectionAttribute", warned, A, "<mets:techMD ID=\"OBJ_001\"",
           "<mets:techMD STATUS=\"x\" ID=\"OBJ_001\""),
      text(
          "FurtherObjectWrapped", passed, A, "<mets:digiprovMD ID=\"EVT_001\">",
          "<mets:techMD ID=\"OBJ_004\"><mets:mdWrap MDTYPE=\"OTHER\" MIMETYPE=\"text/xml\">"
          "<mets:xmlData><premis:object xmlns:premis=\"info:lc/xmlns/premis-v2\" "
          "xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" xsi:type=\"premis:file\">"
          "<premis:objectIdentifier><premis:objectIdentifierType>file</premis:objectIdentifierType>"
          "<premis:objectIdentifierValue>more</premis:objectIdentifierValue>"
          "</premis:objectIdentifier><premis:objectCharacteristics><premis:compositionLevel>0"
          "</premis:compositionLevel><premis:format><premis:formatDesignation><premis:formatName>x"
          "</premis:formatName></premis:formatDesignation></premis:format>"
          "</premis:objectCharacteristics></premis:object></mets:xmlData></mets:mdWrap>"
          "</mets:techMD><mets:digiprovMD ID=\"EVT_001\">"),
      text("NoObjectOfTheAlto", refused, A, "ID=\"OBJ_003\"", "ID=\"OBJ_004\""),
      text("NoMixOfTheMaster", refused, A, "ID=\"MIX_002\"", "ID=\"MIX_2\""),
      text("DigestOfAnotherFile", passed, A,
           "<premis:messageDigest>((md5 " + page_path("mastercopy", 1),
           "<premis:messageDigest>((md5 " + page_path("mastercopy", 2)),
      text("ByteOrder", refused, A, ">little endian<", ">little-endian<"),
      text("Orientation", refused, A, ">normal*<", ">1<"),
      text("CaptureDevice", refused, A, ">reflection print scanner<", ">scanner<"),
      text("Sensor", refused, A, ">OneChipColourArea<", ">OneChipColorArea<"),
      text("NoSerialNumber", refused, A, "<mix:scannerModelSerialNo>77</mix:scannerModelSerialNo>",
           ""),
      text("SamplingUnit", refused, A, ">in.</mix:samplingFrequencyUnit>",
           ">inch</mix:samplingFrequencyUnit>"),
      text("NoSourceData", refused, A, "<mix:sourceData>scan.tif</mix:sourceData>", ""),
      text("ImageWidth", passed, A, "<mix:imageWidth>620", "<mix:imageWidth>621"),
      text("WidthInWords", refused, A, "<mix:imageWidth>620", "<mix:imageWidth>620 px"),
      by_schema(text("PremisElement", refused, A, "<premis:agentName>",
                     "<premis:agentNames>x</premis:agentNames><premis:agentName>")),
      by_schema(text("MixElement", refused, A, ">sRGB<", "><mix:x/><")),
  };
}

std::vector<Damage> texts() {
  const std::string txt = page_path("txt", 1);
  return {
      text("AltoNotWellFormed", refused, L, "</Layout>", ""),
      text("AltoOfVersion3", refused, L, "ns-v2#", "ns-v3#"),
      by_schema(text("AltoRotation", refused, L, "<Page ID", "<Page ROTATION=\"0\" ID")),
      by_schema(text(
          "AltoEmptyBlock", passed, L, "</PrintSpace>",
          "<TextBlock ID=\"B9\" HPOS=\"1\" VPOS=\"1\" WIDTH=\"1\" HEIGHT=\"1\"/></PrintSpace>")),
      by_schema(
          text("AltoFraction", refused, L, "ID=\"B1\" HPOS=\"50\"", "ID=\"B1\" HPOS=\"50.5\"")),
      text("AltoIdTwice", refused, L, "ID=\"S2\"", "ID=\"S1\""),
      text("AltoStyleMissing", refused, L, "STYLEREFS=\"T1 P1\"", "STYLEREFS=\"T1 P2\""),
      text("AltoPageSize", passed, L, "HEIGHT=\"877\" WIDTH=\"620\">",
           "HEIGHT=\"900\" WIDTH=\"620\">"),
      text("AltoInInches", passed, L, ">pixel<", ">inch1200<"),
      whole("AltoByteOrderMark", passed, L,
            [](const std::string& s) { return "\xef\xbb\xbf" + s; }),
      text("TextInLatin2", refused, txt, "Most", "Mo\xe8t"),
      whole("TextEmpty", passed, txt, [](const std::string&) { return std::string(); }),
      whole("TextByteOrderMark", passed, txt,
            [](const std::string& s) { return "\xef\xbb\xbf" + s; }),
      whole("TextWithCarriageReturns", passed, txt,
            [](const std::string& s) { return replaced_all(s, "\n", "\r\n"); }),
  };
}

std::vector<Damage> images() {
  using H = ImageHeader;
  return {
      image("LossyMaster", refused, true, [](H& h) { h.reversible = false; }),
      image("LosslessUserCopy", refused, false, [](H& h) { h.reversible = true; }),
      image("MasterInLayers", refused, true, [](H& h) { h.layers = 2; }),
      image("UserCopyInOneLayer", refused, false, [](H& h) { h.layers = 1; }),
      image("MasterTiles", refused, true, [](H& h) { h.tile = 1024; }),
      image("Progression", refused, true, [](H& h) { h.progression = 0; }),
      image("FourLevels", refused, true, [](H& h) { h.levels = 4; }),
      image("SixLevels", passed, true, [](H& h) { h.levels = 6; }),
      image("CodeBlocks", refused, false, [](H& h) { h.block = 32; }),
      image("DefaultPrecincts", refused, true, [](H& h) { h.precincts = "-"; }),
      image("LargePrecincts", refused, true, [](H& h) { h.precincts = std::string(6, '\x88'); }),
      image("SmallPrecincts", passed, true, [](H& h) { h.precincts = std::string(6, '\x77'); }),
      image("NoBypass", refused, false, [](H& h) { h.bypass = false; }),
      image("NoSop", refused, true, [](H& h) { h.sop = false; }),
      image("NoEph", refused, true, [](H& h) { h.eph = false; }),
      image("UserCopyWithSop", passed, false, [](H& h) { h.sop = h.eph = true; }),
      image("Alpha", refused, true, [](H& h) { h.components = 4, h.alpha = true; }),
      image("GreyWithAlpha", refused, true, [](H& h) { h.components = 2, h.alpha = true; }),
      image("Grey", passed, true, [](H& h) { h.components = 1; }),
      image("SixteenBits", refused, true, [](H& h) { h.bits = 16; }),
      image("OneBit", refused, true, [](H& h) { h.bits = 1; }),
      image("NoResolution", refused, true, [](H& h) { h.pixels_per_metre = 0; }),
      image("LowResolution", refused, false, [](H& h) { h.pixels_per_metre = 11000; }),
      image("NoComment", refused, true, [](H& h) { h.comment = false; }),
      image("RegionOfInterest", refused, true, [](H& h) { h.roi = true; }),
      image("CutOff", refused, true, [](H& h) { h.complete = false; }),
      image("HardlyCompressed", refused, false, [](H& h) { h.padding = 620 * 877 * 3 / 5; }),
      image("UserCopyOfAnotherSize", passed, false, [](H& h) { h.width = 600; }),
      whole("NoImage", refused, page_path("mastercopy", 1),
            [](const std::string&) { return std::string("not an image"); }),
      whole("HalfAnImage", refused, page_path("usercopy", 1),
            [](const std::string& s) { return s.substr(0, s.size() / 2); }),
  };
}

class Damaged : public testing::TestWithParam<Damage> {};

TEST_P(Damaged, IsJudgedAsTheNationalValidatorJudges) {
  const Damage& d = GetParam();
  const CheckOptions options = test::with_schemas();
  if (d.by_schema && options.schemas.empty()) GTEST_SKIP() << "LINKA_SCHEMAS is not set";
  TestPackage package(d.form);
  if (d.before) {
    ASSERT_TRUE(d.before(package));
  }
  const fs::path root = package.write();
  if (d.after) d.after(root);
  const CheckReport report = test::checked(root, options);
  EXPECT_EQ(name_of(report.verdict()), std::string(name_of(d.verdict))) << test::text_of(report);
  // An error is always one of the national validator's, too.
  EXPECT_EQ(report.has_errors(), d.verdict == refused) << test::text_of(report);
  EXPECT_EQ(test::wrong_places(report, root), "");
}

const auto name_of_damage = [](const testing::TestParamInfo<Damage>& d) { return d.param.name; };
INSTANTIATE_TEST_SUITE_P(Structure, Damaged, testing::ValuesIn(structure_and_names()),
                         name_of_damage);
INSTANTIATE_TEST_SUITE_P(Digests, Damaged, testing::ValuesIn(digests()), name_of_damage);
INSTANTIATE_TEST_SUITE_P(Info, Damaged, testing::ValuesIn(info_file()), name_of_damage);
INSTANTIATE_TEST_SUITE_P(Headers, Damaged, testing::ValuesIn(headers()), name_of_damage);
INSTANTIATE_TEST_SUITE_P(Records, Damaged, testing::ValuesIn(records()), name_of_damage);
INSTANTIATE_TEST_SUITE_P(FilesAndMaps, Damaged, testing::ValuesIn(files_and_maps()),
                         name_of_damage);
INSTANTIATE_TEST_SUITE_P(Technical, Damaged, testing::ValuesIn(technical()), name_of_damage);
INSTANTIATE_TEST_SUITE_P(Texts, Damaged, testing::ValuesIn(texts()), name_of_damage);
INSTANTIATE_TEST_SUITE_P(Images, Damaged, testing::ValuesIn(images()), name_of_damage);

}  // namespace
}  // namespace linka
