// SPDX-License-Identifier: GPL-3.0-or-later
// A package that is valid, broken in one way where Kramerius's conversion stumbles.
#include "kramerius-export/foxml/foxml.h"
#include "kramerius-export/rules_test_package.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cctype>
#include <fstream>
#include <functional>
#include <set>

namespace linka {
namespace {

namespace fs = std::filesystem;
using test::info_path;
using test::mets_path;
using test::PackageForm;
using test::page_path;
using test::TestPackage;
using testing::ElementsAre;
using testing::IsEmpty;

std::set<std::string> rules_of(const fs::path& package) {
  std::set<std::string> out;
  const auto report = check_converting_import(package);
  EXPECT_TRUE(report) << report.error().message;
  if (report)
    for (const Finding& f : report->findings)
      if (f.severity != Severity::info || f.rule == "IMPORT_DC" || f.rule == "IMPORT_TEXT_EMPTY" ||
          f.rule == "IMPORT_MASTER_MISSING" || f.rule == "IMPORT_DATE")
        out.insert(f.rule);
  return out;
}

bool cut(TestPackage& p, const std::string& file, const std::string& begin, const std::string& end,
         const std::string& to = "") {
  std::string& text = p.files[file];
  const std::size_t at = text.find(begin);
  const std::size_t stop = at == std::string::npos ? at : text.find(end, at + begin.size());
  if (stop == std::string::npos) return false;
  text.replace(at, stop + end.size() - at, to);
  return true;
}

using Break = std::function<bool(TestPackage&)>;
struct Broken {
  const char* rule;
  const char* how;
  PackageForm form;
  Break breaks;
};

Break in_mets(std::string from, std::string to) {
  return [=](TestPackage& p) { return p.replace(mets_path(), from, to); };
}

constexpr PackageForm book = PackageForm::compatible_22, volume = PackageForm::volume_of_several,
                      issue = PackageForm::periodical_21;

std::vector<Broken> all_broken() {
  return {
      {"IMPORT_PACKAGE_ID", "none", book,
       [](TestPackage& p) { return cut(p, info_path(), "<packageid>", "</packageid>"); }},
      {"IMPORT_PACKAGE_ID_SIGNS", "a slash", book,
       [](TestPackage& p) { return p.replace(info_path(), "<packageid>", "<packageid>a/"); }},
      {"IMPORT_INFO", "not well-formed", book,
       [](TestPackage& p) { return p.replace(info_path(), "</info>", ""); }},
      {"IMPORT_METS", "not well-formed", book, in_mets("</mets:structLink>", "")},
      {"IMPORT_METS", "not there", book,
       [](TestPackage& p) { return p.replace(info_path(), "<mainmets>", "<mainmets>x"); }},
      {"IMPORT_FILE_GROUP", "another ID", book, in_mets("ID=\"TECHMDGRP\"", "ID=\"AMDGRP\"")},
      {"IMPORT_FILE_HREF", "no folder", book, in_mets("xlink:href=\"usercopy/", "xlink:href=\"")},
      {"IMPORT_POINTER", "an unknown file", book,
       in_mets("<mets:fptr FILEID=\"ALTO_", "<mets:fptr FILEID=\"ALTX_")},
      {"IMPORT_FILE_TWICE", "two layouts", book,
       in_mets("<mets:fptr FILEID=\"ALTO_0001\"/>",
               "<mets:fptr FILEID=\"ALTO_0001\"/><mets:fptr FILEID=\"ALTO_0002\"/>")},
      {"IMPORT_NO_IMAGE", "no user copy", book, in_mets("<mets:fptr FILEID=\"UC_0001\"/>", "")},
      {"IMPORT_MAPS", "no physical map", book, in_mets("TYPE=\"PHYSICAL\"", "TYPE=\"OTHER\"")},
      {"IMPORT_DIV_TYPE", "another word", volume, in_mets("TYPE=\"CHAPTER\"", "TYPE=\"PART\"")},
      {"IMPORT_RECORD", "not there", volume,
       in_mets("DMDID=\"MODSMD_CHAP_0001\"", "DMDID=\"MODSMD_X\"")},
      {"IMPORT_DC", "none", book,
       in_mets("<mets:dmdSec ID=\"DCMD_VOLUME_0001\"", "<mets:dmdSec ID=\"DCX\"")},
      {"IMPORT_UUID", "none", book,
       in_mets("<mods:identifier type=\"uuid\">", "<mods:identifier type=\"other\">")},
      {"IMPORT_UUID_LAST", "an empty one behind", book,
       in_mets("</mods:identifier>",
               "</mods:identifier><mods:identifier type=\"uuid\" invalid=\"yes\"/>")},
      {"IMPORT_UUID_LAST", "a blank before it", book,
       in_mets("<mods:identifier type=\"uuid\">", "<mods:identifier type=\"uuid\"> ")},
      {"IMPORT_UUID_SEVERAL", "another before it", book,
       in_mets("<mods:identifier type=\"uuid\">",
               "<mods:identifier type=\"uuid\">99999999-0000-4000-8000-000000000099"
               "</mods:identifier><mods:identifier type=\"uuid\">")},
      {"IMPORT_PAGE_RECORD", "another name", book,
       [](TestPackage& p) {
         bool any = false;
         while (p.replace(mets_path(), "DIV_P_PAGE_0001", "PAGE_0001")) any = true;
         return any;
       }},
      {"IMPORT_LINKS", "none", book,
       [](TestPackage& p) {
         return cut(p, mets_path(), "<mets:structLink>", "</mets:structLink>");
       }},
      {"IMPORT_TEXT_CONTROL", "U+0006", book,
       [](TestPackage& p) {
         p.files[page_path("txt", 1)] = "slovo\x06\n";
         return true;
       }},
      {"IMPORT_TEXT_BOM", "a BOM", book,
       [](TestPackage& p) {
         p.files[page_path("txt", 1)] = "\xef\xbb\xbfslovo\n";
         return true;
       }},
      {"IMPORT_TEXT_ENCODING", "Latin 2", book,
       [](TestPackage& p) {
         p.files[page_path("txt", 1)] = "p\xf8\xedli\xb9\n";
         return true;
       }},
      {"IMPORT_TEXT_EMPTY", "empty", book,
       [](TestPackage& p) {
         p.files[page_path("txt", 1)] = "";
         return true;
       }},
      {"IMPORT_FILE_EMPTY", "an empty user copy", book,
       [](TestPackage& p) {
         p.files[page_path("usercopy", 1)] = "";
         return true;
       }},
      {"IMPORT_ALTO", "cut", book,
       [](TestPackage& p) {
         p.files[page_path("alto", 1)] = "<alto>";
         return true;
       }},
      {"IMPORT_FILE_MISSING", "a user copy", book,
       [](TestPackage& p) { return p.files.erase(page_path("usercopy", 1)) == 1; }},
      {"IMPORT_MASTER_MISSING", "a master copy", book,
       [](TestPackage& p) { return p.files.erase(page_path("mastercopy", 1)) == 1; }},
      {"IMPORT_TITLE", "none", book,
       [](TestPackage& p) { return cut(p, mets_path(), "<mods:titleInfo>", "</mods:titleInfo>"); }},
      {"IMPORT_NON_SORT", "glued", book,
       in_mets("<mods:title>", "<mods:nonSort>Ten</mods:nonSort><mods:title>")},
      {"IMPORT_BARCODE", "small letters", book,
       in_mets(
           "<mods:identifier type=\"uuid\">",
           "<mods:identifier type=\"barcode\">1</mods:identifier><mods:identifier type=\"uuid\">")},
      {"IMPORT_PAGE_PARENTS", "from the year, too", issue,
       in_mets("<mets:structLink>",
               "<mets:structLink><mets:smLink xlink:from=\"VOLUME_0001\" "
               "xlink:to=\"DIV_P_PAGE_0001\"/>")},
      {"IMPORT_PAGE_OF_FRAME", "from the frame", book,
       in_mets("xlink:from=\"VOLUME_0001\"", "xlink:from=\"MONOGRAPH_0001\"")},
      {"IMPORT_LINK", "to nowhere", book,
       in_mets("<mets:structLink>",
               "<mets:structLink><mets:smLink xlink:from=\"VOLUME_0001\" xlink:to=\"DIV_X\"/>")},
  };
}

TEST(ImportCheck, AGoodPackageHasNoFaults) {
  for (const PackageForm form :
       {PackageForm::strict_22, PackageForm::compatible_22, PackageForm::monograph_21,
        PackageForm::volume_of_several, PackageForm::periodical_21, PackageForm::periodical_20}) {
    TestPackage package(form);
    const auto report = check_converting_import(package.write());
    ASSERT_TRUE(report) << report.error().message;
    for (const Finding& f : report->findings)
      if (f.severity != Severity::info)
        ADD_FAILURE() << static_cast<int>(form) << " " << f.rule << " " << f.line << " "
                      << f.message;
    EXPECT_GT(report->pages, 0u);
  }
}

TEST(ImportCheck, EachFaultIsFoundByItsRuleAlone) {
  for (const Broken& one : all_broken()) {
    SCOPED_TRACE(std::string(one.rule) + ": " + one.how);
    TestPackage package(one.form);
    ASSERT_TRUE(one.breaks(package)) << "nothing was broken";
    EXPECT_THAT(rules_of(package.write()), ElementsAre(one.rule));
  }
}

TEST(ImportCheck, UuidsInBracesAndCapitalsAreFine) {
  TestPackage package;
  std::string& mets = package.files[mets_path()];
  const std::string begin = "<mods:identifier type=\"uuid\">";
  const std::size_t at = mets.find(begin) + begin.size(), end = mets.find('<', at);
  std::string uuid = mets.substr(at, end - at);
  for (char& c : uuid) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  mets.replace(at, end - at, "{" + uuid + "}");
  EXPECT_THAT(rules_of(package.write()), IsEmpty());
}

TEST(ImportCheck, APublisherThatWillNotBeFoundIsSaid) {
  TestPackage package(PackageForm::strict_22);
  const auto report = check_converting_import(package.write());
  ASSERT_TRUE(report);
  EXPECT_THAT(report->findings,
              testing::Contains(testing::Field(&Finding::rule, "IMPORT_PUBLISHER")));
  EXPECT_FALSE(report->has_errors());
}

TEST(ImportCheck, NoFolderIsNoPackage) {
  EXPECT_FALSE(check_converting_import("/no/such/folder"));
}

}  // namespace
}  // namespace linka
