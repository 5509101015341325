// SPDX-License-Identifier: GPL-3.0-or-later
// A good folder, broken in one way: that rule fires and no other.
#include "kramerius-export/foxml/base64.h"
#include "kramerius-export/foxml/foxml_test_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <functional>

namespace linka {
namespace {

namespace fs = std::filesystem;
using test::FoxmlFolder;
using test::PackageForm;
using testing::ElementsAre;
using testing::IsEmpty;

using Break = std::function<bool(const FoxmlFolder&)>;

struct Broken {
  const char* rule;
  const char* how;
  PackageForm form;
  Break breaks;
};

std::string base64(std::string_view text) {
  return to_base64({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
}

// A stream of a page's embedded text, exchanged.
bool with_text(const FoxmlFolder& f, std::string_view text) {
  const std::string page = f.file_of("page");
  const std::string whole = f.text_of(page);
  const std::size_t stream = whole.find("ID=\"TEXT_OCR\"");
  if (stream == std::string::npos) return false;
  const std::size_t begin = whole.find("<foxml:binaryContent>", stream) + 21;
  const std::size_t end = whole.find("</foxml:binaryContent>", stream);
  f.write(page, whole.substr(0, begin) + base64(text) + whole.substr(end));
  return true;
}

std::string relation(const std::string& name, const std::string& pid) {
  return "<kramerius:" + name + " rdf:resource=\"info:fedora/" + pid + "\"/>";
}

// Another relation behind oai:itemID.
bool add_relation(const FoxmlFolder& f, const std::string& file, const std::string& element) {
  return f.replace(file, "</oai:itemID>", "</oai:itemID>\n" + element);
}

Break in_top(std::string from, std::string to) {
  return [=](const FoxmlFolder& f) { return f.replace(f.file_of("monograph"), from, to); };
}
Break in_page(std::string from, std::string to) {
  return [=](const FoxmlFolder& f) { return f.replace(f.file_of("page"), from, to); };
}

constexpr PackageForm book = PackageForm::compatible_22, volume = PackageForm::volume_of_several,
                      issue = PackageForm::periodical_21;

const std::string foreign = "uuid:99999999-0000-4000-8000-000000000099";

std::vector<Broken> all_broken() {
  return {
      {"FOXML_UPDATE_LIST", "a list", book,
       [](const FoxmlFolder& f) {
         f.write("update.list", "");
         return true;
       }},
      {"FOXML_SYMLINK", "a link", book,
       [](const FoxmlFolder& f) {
         fs::create_symlink("elsewhere", f.folder() / "link");
         return true;
       }},
      {"FOXML_READABLE", "closed", book,
       [](const FoxmlFolder& f) {
         fs::permissions(f.folder() / f.file_of("page"), fs::perms::owner_all);
         return true;
       }},
      {"FOXML_NOT_XML", "cut short", book,
       [](const FoxmlFolder& f) {
         f.write("more.xml", f.text_of(f.file_of("page")).substr(0, 900));
         return true;
       }},
      {"FOXML_NOT_XML", "declares entities", book,
       [](const FoxmlFolder& f) {
         f.write("more.xml", "<!DOCTYPE a [<!ENTITY e 'x'>]><a>&e;</a>");
         return true;
       }},
      {"FOXML_NOT_FOXML", "other XML", book,
       [](const FoxmlFolder& f) {
         f.write("more.xml", "<info/>");
         return true;
       }},
      {"FOXML_FILE_NAME", "another name", book,
       [](const FoxmlFolder& f) {
         fs::rename(f.folder() / f.file_of("page"), f.folder() / "page.xml");
         return true;
       }},
      {"FOXML_VERSION", "1.0", book, in_top("VERSION=\"1.1\"", "VERSION=\"1.0\"")},
      {"FOXML_PID_TWICE", "a copy", book,
       [](const FoxmlFolder& f) {
         fs::create_directory(f.folder() / "again");
         fs::copy_file(f.folder() / f.file_of("page"), f.folder() / "again" / f.file_of("page"));
         return true;
       }},
      {"FOXML_PROPERTIES", "none", book,
       [](const FoxmlFolder& f) {
         return f.replace_between(f.file_of("monograph"), "<foxml:objectProperties>",
                                  "</foxml:objectProperties>", "");
       }},
      {"FOXML_STATE", "deleted", book, in_top("VALUE=\"Active\"", "VALUE=\"Deleted\"")},
      {"FOXML_LABEL", "256 characters", book,
       [](const FoxmlFolder& f) {
         return f.replace_between(f.file_of("page"), "model#label\" VALUE=\"", "\"",
                                  "model#label\" VALUE=\"" + std::string(256, 'x') + "\"");
       }},
      {"FOXML_STREAM_TWICE", "two texts", book, in_page("ID=\"ALTO\"", "ID=\"TEXT_OCR\"")},
      {"FOXML_STREAM_UNKNOWN", "another name", book,
       [](const FoxmlFolder& f) {
         return f.replace(f.file_of("page"), "ID=\"ALTO", "ID=\"ALTA", true);
       }},
      {"FOXML_STREAM_VERSIONS", "two", book,
       [](const FoxmlFolder& f) {
         return f.replace(f.file_of("page"), "<foxml:datastreamVersion ID=\"IMG_FULL.1\"",
                          "<foxml:datastreamVersion ID=\"IMG_FULL.0\" MIMETYPE=\"image/jpeg\"/>\n"
                          "<foxml:datastreamVersion ID=\"IMG_FULL.1\"");
       }},
      {"FOXML_VERSION_ID", "no dot", book, in_top("ID=\"BIBLIO_MODS.1\"", "ID=\"BIBLIO_MODS1\"")},
      {"FOXML_VERSION_ID", "no number", book, in_top("ID=\"RELS-EXT.1\"", "ID=\"RELS-EXT.1a\"")},
      {"FOXML_MIMETYPE", "none", book, in_page(" MIMETYPE=\"text/plain\"", "")},
      {"FOXML_MIMETYPE", "JP2 from a URL", book,
       in_page("MIMETYPE=\"image/jpeg\"", "MIMETYPE=\"image/jp2\"")},
      {"FOXML_CONTENT", "a group that does not fit", book,
       in_page("ID=\"IMG_THUMB\" CONTROL_GROUP=\"E\"", "ID=\"IMG_THUMB\" CONTROL_GROUP=\"X\"")},
      {"FOXML_CONTENT", "no URL", book, in_page("TYPE=\"URL\"", "TYPE=\"INTERNAL_ID\"")},
      {"FOXML_BASE64", "foreign characters", book,
       in_page("<foxml:binaryContent>", "<foxml:binaryContent>%")},
      {"FOXML_URL", "no address", book, in_page("REF=\"https://", "REF=\"/data/")},
      {"FOXML_URL", "inside the repository", book,
       in_page("REF=\"https://images.example.org/", "REF=\"http://local.fedora.server/")},
      {"FOXML_MODS", "none", book,
       [](const FoxmlFolder& f) {
         return f.replace_between(f.file_of("monograph"), "<foxml:datastream ID=\"BIBLIO_MODS\"",
                                  "</foxml:datastream>", "");
       }},
      {"FOXML_MODS_ROOT", "a bare record", book,
       [](const FoxmlFolder& f) {
         const std::string file = f.file_of("monograph");
         return f.replace(file, "<mods:modsCollection ", "<mods:mods ") &&
                f.replace(file, "</mods:modsCollection>", "</mods:mods>");
       }},
      {"FOXML_TITLE", "none", book,
       [](const FoxmlFolder& f) {
         return f.replace_between(f.file_of("monograph"), "<mods:titleInfo>", "</mods:titleInfo>",
                                  "");
       }},
      {"FOXML_MODS_UUID", "another", book,
       [](const FoxmlFolder& f) {
         return f.replace_between(f.file_of("monograph"), "<mods:identifier type=\"uuid\">", "<",
                                  "<mods:identifier type=\"uuid\">" + foreign.substr(5) + "<");
       }},
      {"FOXML_BARCODE", "small letters", book,
       in_top("<mods:identifier type=\"uuid\">",
              "<mods:identifier type=\"barcode\">26</mods:identifier><mods:identifier "
              "type=\"uuid\">")},
      {"FOXML_DATE", "in words", book,
       [](const FoxmlFolder& f) {
         return f.replace_between(f.file_of("monograph"), "<mods:dateIssued", "</mods:dateIssued>",
                                  "<mods:dateIssued>kolem 1927</mods:dateIssued>");
       }},
      {"FOXML_NON_SORT", "no blank", book,
       in_top("<mods:title>", "<mods:nonSort>Ten</mods:nonSort><mods:title>")},
      {"FOXML_DC", "none", book,
       [](const FoxmlFolder& f) {
         return f.replace_between(f.file_of("page"), "<foxml:datastream ID=\"DC\"",
                                  "</foxml:datastream>", "");
       }},
      {"FOXML_DC_TYPE", "another model", book, in_top("model:monograph<", "model:map<")},
      {"FOXML_RELS", "none", book,
       [](const FoxmlFolder& f) {
         return f.replace_between(f.file_of("page", 1), "<foxml:datastream ID=\"RELS-EXT\"",
                                  "</foxml:datastream>", "");
       }},
      {"FOXML_RELS", "not inline", book,
       in_page("ID=\"RELS-EXT\" CONTROL_GROUP=\"X\"", "ID=\"RELS-EXT\" CONTROL_GROUP=\"M\"")},
      {"FOXML_RDF_PREFIX", "another prefix", book,
       [](const FoxmlFolder& f) {
         const std::string file = f.file_of("monograph");
         return f.replace(file, "xmlns:rdf=", "xmlns:r=") &&
                f.replace(file, "<rdf:", "<r:", true) && f.replace(file, "</rdf:", "</r:", true) &&
                f.replace(file, " rdf:", " r:", true);
       }},
      {"FOXML_ABOUT", "another object", book,
       [](const FoxmlFolder& f) {
         return f.replace_between(f.file_of("page"), "rdf:about=\"", "\"",
                                  "rdf:about=\"info:fedora/" + foreign + "\"");
       }},
      {"FOXML_MODEL", "capital letters", book,
       in_page("info:fedora/model:page", "info:fedora/model:Page")},
      {"FOXML_MODEL", "another prefix", book, in_page("info:fedora/model:page", "model:page")},
      {"FOXML_ITEM_ID", "none", book,
       [](const FoxmlFolder& f) {
         return f.replace_between(f.file_of("page"), "<oai:itemID>", "</oai:itemID>", "");
       }},
      {"FOXML_RELATION", "an unknown word", volume,
       [](const FoxmlFolder& f) {
         return add_relation(f, f.file_of("monographunit"),
                             relation("hasChapter", f.pid_of("page")));
       }},
      {"FOXML_TARGET", "no PID", book,
       [](const FoxmlFolder& f) {
         return add_relation(f, f.file_of("monograph"), relation("hasPage", "model:page"));
       }},
      {"FOXML_DANGLING", "an object that is not there", book,
       [](const FoxmlFolder& f) {
         return add_relation(f, f.file_of("monograph"), relation("hasPage", foreign));
       }},
      {"FOXML_CHILD_TWICE", "a page twice", book,
       [](const FoxmlFolder& f) {
         return add_relation(f, f.file_of("monograph"), relation("hasPage", f.pid_of("page")));
       }},
      {"FOXML_TWO_PARENTS", "two relations", book,
       [](const FoxmlFolder& f) {
         return add_relation(f, f.file_of("monograph"),
                             relation("hasIntCompPart", f.pid_of("page")));
       }},
      {"FOXML_TWO_PARENTS", "two objects", issue,
       [](const FoxmlFolder& f) {
         return add_relation(f, f.file_of("periodicalvolume"),
                             relation("hasPage", f.pid_of("page")));
       }},
      {"FOXML_CYCLE", "a chapter below itself", volume,
       [](const FoxmlFolder& f) {
         const std::string self = relation("hasIntCompPart", f.pid_of("internalpart"));
         return f.replace(f.file_of("monographunit"), self, "") &&
                add_relation(f, f.file_of("internalpart"), self);
       }},
      {"FOXML_ON_PAGE", "a chapter", volume,
       [](const FoxmlFolder& f) {
         return add_relation(f, f.file_of("internalpart"),
                             relation("isOnPage", f.pid_of("monographunit")));
       }},
      {"FOXML_CHILD_KIND", "a volume below a page's relation", volume,
       [](const FoxmlFolder& f) {
         return f.replace(f.file_of("monograph"), "kramerius:hasUnit", "kramerius:hasVolume");
       }},
      {"FOXML_ORPHAN", "a page nobody owns", book,
       [](const FoxmlFolder& f) {
         const std::size_t last = f.made().objects.front().children.size() - 1;
         return f.replace(f.file_of("monograph"), relation("hasPage", f.pid_of("page", last)), "");
       }},
      {"FOXML_TOP", "two books", book,
       [](const FoxmlFolder& f) {
         std::string text = f.text_of(f.file_of("monograph"));
         const std::string own = f.pid_of("monograph").substr(5), other = foreign.substr(5);
         for (std::size_t at = text.find(own); at != std::string::npos; at = text.find(own, at + 1))
           text.replace(at, own.size(), other);
         for (std::size_t at = text.find("<kramerius:hasPage"); at != std::string::npos;
              at = text.find("<kramerius:hasPage"))
           text.erase(at, text.find("/>", at) + 2 - at);
         f.write(other + ".xml", text);
         return true;
       }},
      {"FOXML_POLICY", "a bare word", book, in_top("policy:public", "public")},
      {"FOXML_PAGE_PART", "two parts", book,
       in_page("<mods:detail type=\"pageIndex\">",
               "</mods:part><mods:part><mods:detail type=\"pageIndex\">")},
      {"FOXML_PAGE_TYPE", "none", book,
       [](const FoxmlFolder& f) {
         return f.replace_between(f.file_of("page"), "<mods:part type=\"", "\"",
                                  "<mods:part type=\"\"");
       }},
      {"FOXML_PAGE_TYPE_WORD", "another word", book,
       [](const FoxmlFolder& f) {
         return f.replace_between(f.file_of("page"), "<mods:part type=\"", "\"",
                                  "<mods:part type=\"leaf\"");
       }},
      {"FOXML_PAGE_NUMBER", "none", book,
       in_page("<mods:detail type=\"pageNumber\">", "<mods:detail type=\"number\">")},
      {"FOXML_PAGE_INDEX", "no number", book,
       in_page("<mods:number>1</mods:number>", "<mods:number>I</mods:number>")},
      {"FOXML_PAGE_INDEX", "a gap", book,
       [](const FoxmlFolder& f) {
         return f.replace(f.file_of("page", 1), "<mods:number>2</mods:number>",
                          "<mods:number>7</mods:number>");
       }},
      {"FOXML_PAGE_INDEX", "backwards", book,
       [](const FoxmlFolder& f) {
         const std::string file = f.file_of("monograph");
         const std::string a = f.pid_of("page", 0), b = f.pid_of("page", 1);
         return f.replace(file, relation("hasPage", a), "@") &&
                f.replace(file, relation("hasPage", b), relation("hasPage", a)) &&
                f.replace(file, "@", relation("hasPage", b));
       }},
      {"FOXML_PAGE_IMAGES", "no thumbnail", book,
       [](const FoxmlFolder& f) {
         return f.replace_between(f.file_of("page"), "<foxml:datastream ID=\"IMG_THUMB\"",
                                  "</foxml:datastream>", "");
       }},
      {"FOXML_TILES", "none", book,
       [](const FoxmlFolder& f) {
         return f.replace_between(f.file_of("page"), "<kramerius:tiles-url>",
                                  "</kramerius:tiles-url>", "");
       }},
      {"FOXML_TILES_FORM", "a slash", book,
       in_page("</kramerius:tiles-url>", "/</kramerius:tiles-url>")},
      {"FOXML_TILES_FORM", "info.json", book,
       in_page("</kramerius:tiles-url>", "/info.json</kramerius:tiles-url>")},
      {"FOXML_TILES_FORM", "a word that is exchanged", book,
       in_page("<kramerius:tiles-url>https://images", "<kramerius:tiles-url>https://zoomify")},
      {"FOXML_TEXT_CONTROL", "U+0006", book,
       [](const FoxmlFolder& f) { return with_text(f, "slovo\x06\n"); }},
      {"FOXML_TEXT_BOM", "a BOM", book,
       [](const FoxmlFolder& f) { return with_text(f, "\xef\xbb\xbfslovo\n"); }},
      {"FOXML_TEXT_ENCODING", "Latin 2", book,
       [](const FoxmlFolder& f) { return with_text(f, "p\xf8\xedli\xb9\n"); }},
      {"FOXML_TEXT_EMPTY", "empty", book, [](const FoxmlFolder& f) { return with_text(f, ""); }},
      {"FOXML_ALTO", "other XML", book,
       [](const FoxmlFolder& f) {
         const std::string page = f.file_of("page"), whole = f.text_of(page);
         const std::size_t stream = whole.find("ID=\"ALTO\"");
         const std::size_t begin = whole.find("<foxml:binaryContent>", stream) + 21;
         const std::size_t end = whole.find("</foxml:binaryContent>", stream);
         f.write(page, whole.substr(0, begin) + base64("<html/>") + whole.substr(end));
         return true;
       }},
  };
}

TEST(FoxmlCheck, AGoodFolderHasNoFindings) {
  for (const PackageForm form :
       {PackageForm::strict_22, PackageForm::compatible_22, PackageForm::monograph_21,
        PackageForm::volume_of_several, PackageForm::periodical_21, PackageForm::periodical_20}) {
    const FoxmlFolder f(form);
    const auto report = check_foxml(f.folder(), {});
    ASSERT_TRUE(report) << report.error().message;
    for (const Finding& finding : report->findings)
      ADD_FAILURE() << static_cast<int>(form) << " " << finding.rule << " " << finding.file << ":"
                    << finding.line << ": " << finding.message;
    EXPECT_EQ(report->objects, f.made().objects.size());
    EXPECT_FALSE(report->has_errors());
  }
}

TEST(FoxmlCheck, YearsBesideAPrintedDateAreEnough) {
  const FoxmlFolder f;
  ASSERT_TRUE(f.replace_between(f.file_of("monograph"), "<mods:dateIssued", "</mods:dateIssued>",
                                "<mods:dateIssued>kolem 1927</mods:dateIssued>"
                                "<mods:dateIssued point=\"start\">1927</mods:dateIssued>"));
  EXPECT_THAT(f.rules(), IsEmpty());
}

TEST(FoxmlCheck, EachFaultIsFoundByItsRuleAlone) {
  for (const Broken& one : all_broken()) {
    SCOPED_TRACE(std::string(one.rule) + ": " + one.how);
    const FoxmlFolder f(one.form);
    ASSERT_TRUE(one.breaks(f)) << "nothing was broken";
    EXPECT_THAT(f.rules(), ElementsAre(one.rule));
  }
}

FoxmlImages inside(FoxmlImages::Kind kind) {
  FoxmlImages images;
  images.kind = kind;
  return images;
}

TEST(FoxmlCheck, PicturesInsideTheObjectsAreLookedAt) {
  {
    const FoxmlFolder f(book, inside(FoxmlImages::Kind::embedded_jpeg));
    EXPECT_THAT(f.rules(), IsEmpty());
    ASSERT_TRUE(add_relation(f, f.file_of("page"),
                             "<kramerius:tiles-url>https://i.org/a</kramerius:tiles-url>"));
    EXPECT_THAT(f.rules(), ElementsAre("FOXML_TILES"));
  }
  const FoxmlFolder f(book, inside(FoxmlImages::Kind::embedded_jpeg));
  ASSERT_TRUE(f.replace_between(f.file_of("page"), "<foxml:binaryContent>", "</",
                                "<foxml:binaryContent>" + base64("GIF89a") + "</"));
  EXPECT_THAT(f.rules(), ElementsAre("FOXML_CONTENT_TYPE"));
}

TEST(FoxmlCheck, NothingStandsBeforeTheDescriptionWhereKrameriusMovesImages) {
  const FoxmlFolder f(book, inside(FoxmlImages::Kind::moved_by_kramerius));
  EXPECT_THAT(f.rules(), IsEmpty());
  ASSERT_TRUE(f.replace(f.file_of("page"), "<rdf:Description", "\n<rdf:Description"));
  EXPECT_THAT(f.rules(), ElementsAre("FOXML_RDF_BLANK"));
}

TEST(FoxmlCheck, LicencesAndUrnsAreThoseOfTheTarget) {
  const FoxmlFolder f;
  FoxmlCheckOptions options;
  options.licences = {"onsite"};
  EXPECT_THAT(f.rules(options), ElementsAre("FOXML_LICENCE"));
  options.licences = {"onsite", "public"};
  options.urnnbn = true;
  EXPECT_THAT(f.rules(options), IsEmpty());
  ASSERT_TRUE(f.replace(f.file_of("monograph"), "type=\"urnnbn\"", "type=\"other\""));
  EXPECT_THAT(f.rules(options), ElementsAre("FOXML_URNNBN"));
}

TEST(FoxmlCheck, WhatTheTargetHasIsNotMissed) {
  const FoxmlFolder f(issue);
  const std::string year = f.pid_of("periodicalvolume"), file = f.file_of("periodical");
  fs::remove(f.folder() / f.file_of("periodicalvolume"));
  EXPECT_THAT(f.rules(), testing::Contains("FOXML_DANGLING"));
  FoxmlCheckOptions options;
  options.known = {year};
  EXPECT_THAT(f.rules(options), testing::Not(testing::Contains("FOXML_DANGLING")));
}

TEST(FoxmlCheck, ImagesLieInTheirPlacesWhole) {
  const FoxmlFolder f;
  FoxmlCheckOptions options;
  options.image_root = f.folder().parent_path() / "images";
  options.images = f.made().images;
  ASSERT_FALSE(options.images.empty());
  EXPECT_THAT(f.rules(options), ElementsAre("FOXML_IMAGE_PLACE"));
  for (const PlacedImage& image : options.images) {
    fs::create_directories((options.image_root / image.target).parent_path());
    fs::copy_file(image.source, options.image_root / image.target);
  }
  EXPECT_THAT(f.rules(options), IsEmpty());
  std::ofstream(options.image_root / options.images.back().target, std::ios::app) << "x";
  EXPECT_THAT(f.rules(options), ElementsAre("FOXML_IMAGE_PLACE"));
}

TEST(FoxmlCheck, AsksForAFewImages) {
  const FoxmlFolder f;
  FoxmlCheckOptions options;
  std::vector<std::string> asked;
  options.reach = [&](const std::string& url) -> Result<void> {
    asked.push_back(url);
    return {};
  };
  EXPECT_THAT(f.rules(options), IsEmpty());
  ASSERT_GE(asked.size(), 2u);
  EXPECT_THAT(asked[0], testing::EndsWith("/full/max/0/default.jpg"));
  EXPECT_THAT(asked[1], testing::EndsWith(".jp2/info.json"));
  options.reach = [](const std::string&) -> Result<void> {
    return fail(ErrorKind::io, "{}", "404");
  };
  EXPECT_THAT(f.rules(options), ElementsAre("FOXML_IMAGE_URL"));
}

TEST(FoxmlCheck, TheFolderItselfIsLookedAt) {
  const FoxmlFolder f;
  const fs::path odd = f.folder().parent_path() / "odd name";
  fs::copy(f.folder(), odd);
  const auto report = check_foxml(odd, {});
  ASSERT_TRUE(report);
  ASSERT_EQ(report->findings.size(), 1u);
  EXPECT_EQ(report->findings[0].rule, "FOXML_FOLDER_NAME");
  fs::create_directory(f.folder().parent_path() / "empty");
  const auto empty = check_foxml(f.folder().parent_path() / "empty", {});
  ASSERT_TRUE(empty);
  ASSERT_EQ(empty->findings.size(), 1u);
  EXPECT_EQ(empty->findings[0].rule, "FOXML_EMPTY");
  EXPECT_FALSE(check_foxml(f.folder() / "none", {}));
}

TEST(FoxmlCheck, EveryRuleOfTheTableIsTried) {
  std::set<std::string_view> tried;
  for (const Broken& one : all_broken()) tried.insert(one.rule);
  // These have tests of their own.
  tried.insert({"FOXML_FOLDER_NAME", "FOXML_EMPTY", "FOXML_CONTENT_TYPE", "FOXML_RDF_BLANK",
                "FOXML_LICENCE", "FOXML_URNNBN", "FOXML_IMAGE_PLACE", "FOXML_IMAGE_URL",
                "FOXML_PID"});
  for (const FoxmlRule& rule : foxml_rules())
    if (rule.name.starts_with("FOXML_")) {
      EXPECT_TRUE(tried.contains(rule.name)) << rule.name;
    }
}

TEST(FoxmlCheck, APidIsAUuidInLowerCase) {
  const FoxmlFolder f;
  std::string text = f.text_of(f.file_of("monograph"));
  const std::string own = f.pid_of("monograph");
  const std::string bad = "uuid:NOT-" + own.substr(9);
  for (std::size_t at = text.find(own); at != std::string::npos; at = text.find(own, at + 1))
    text.replace(at, own.size(), bad);
  f.write(f.file_of("monograph"), text);
  EXPECT_THAT(f.rules(), testing::Contains("FOXML_PID"));
}

}  // namespace
}  // namespace linka
