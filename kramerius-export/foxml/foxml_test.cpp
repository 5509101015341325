// SPDX-License-Identifier: GPL-3.0-or-later
#include "kramerius-export/foxml/foxml.h"

#include "base/digest.h"
#include "base/files.h"
#include "kramerius-export/foxml/base64.h"
#include "kramerius-export/foxml/foxml_test_folder.h"
#include "kramerius-export/foxml/foxml_text.h"
#include "kramerius-export/foxml/foxml_writer.h"
#include "kramerius-export/foxml/mods_copy.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

namespace linka {
namespace {

namespace fs = std::filesystem;
using test::FoxmlFolder;
using test::PackageForm;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

std::map<std::string, int> models_of(const FoxmlExport& made) {
  std::map<std::string, int> out;
  for (const FoxmlObject& o : made.objects) ++out[o.model];
  return out;
}

TEST(Foxml, AVolumeBecomesABookWithItsPages) {
  const FoxmlFolder f(PackageForm::strict_22);
  const FoxmlExport& made = f.made();
  ASSERT_FALSE(made.objects.empty());
  EXPECT_EQ(made.objects.front().model, "monograph");
  EXPECT_EQ(made.top, made.objects.front().pid);
  EXPECT_EQ(made.unit, made.top);
  EXPECT_EQ(made.images.size(), static_cast<std::size_t>(models_of(made)["page"]));
  const std::string page = f.text_of(f.file_of("page"));
  EXPECT_THAT(page, HasSubstr("<mods:number>1</mods:number>"));
  EXPECT_THAT(page, HasSubstr("ID=\"TEXT_OCR.1\" CREATED=\"2026-05-04T08:15:30.000Z\""));
  EXPECT_THAT(page, HasSubstr("<rdf:RDF"));
  EXPECT_THAT(page, HasSubstr("\"><rdf:Description rdf:about=\"info:fedora/uuid:"));
  // The standard's agent is a publisher here.
  EXPECT_THAT(f.text_of(f.file_of("monograph")), HasSubstr("<mods:publisher>"));
}

TEST(Foxml, RelationsComeInTheirOrder) {
  const FoxmlFolder f(PackageForm::volume_of_several);
  const std::string unit = f.text_of(f.file_of("monographunit"));
  const auto at = [&](const std::string& text) { return unit.find(text); };
  EXPECT_LT(at("fedora-model:hasModel"), at("<oai:itemID>"));
  EXPECT_LT(at("<oai:itemID>"), at("kramerius:hasPage"));
  EXPECT_LT(unit.rfind("kramerius:hasPage"), at("kramerius:hasIntCompPart"));
  EXPECT_LT(unit.rfind("kramerius:hasIntCompPart"), at("<kramerius:policy>"));
  EXPECT_EQ(at("<kramerius:license>"), std::string::npos);
  const std::string top = f.text_of(f.file_of("monograph"));
  EXPECT_LT(top.find("<kramerius:policy>"), top.find("<kramerius:license>public<"));
  EXPECT_THAT(top, HasSubstr("kramerius:hasUnit"));
}

TEST(Foxml, AnIssueBringsTheWholeChainAndNoMoreOfWhatIsKnown) {
  test::TestPackage package(PackageForm::periodical_21);
  const fs::path psp = package.write();
  FoxmlOptions options;
  options.images = test::image_server();
  options.licences = {"public"};
  const auto plan = plan_foxml(psp, options);
  ASSERT_TRUE(plan) << plan.error().message;
  ASSERT_GE(plan->objects.size(), 4u);
  EXPECT_EQ(plan->objects[0].model, "periodical");
  EXPECT_EQ(plan->objects[1].model, "periodicalvolume");
  EXPECT_EQ(plan->objects[2].model, "periodicalitem");
  EXPECT_EQ(plan->unit, plan->objects[2].pid);
  options.known = {plan->objects[0].pid, plan->objects[1].pid};
  const fs::path out = psp.parent_path() / "foxml";
  const auto made = export_foxml(psp, out, options);
  ASSERT_TRUE(made) << made.error().message;
  const auto text = [&](std::size_t n) {
    return *read_text(out / (made->objects[n].pid.substr(5) + ".xml"));
  };
  EXPECT_THAT(text(0), Not(HasSubstr("kramerius:license")));
  EXPECT_THAT(text(0), Not(HasSubstr("kramerius:policy")));
  EXPECT_THAT(text(0), HasSubstr("kramerius:hasVolume"));
  EXPECT_THAT(text(2), HasSubstr("<kramerius:license>public"));
  FoxmlCheckOptions check;
  check.known = options.known;
  const auto report = check_foxml(out, check);
  ASSERT_TRUE(report);
  EXPECT_THAT(report->findings, IsEmpty());
}

TEST(Foxml, SamePackageSameBytes) {
  const FoxmlFolder a, b;
  ASSERT_FALSE(a.made().objects.empty());
  for (const FoxmlObject& o : a.made().objects) {
    const std::string file = o.pid.substr(5) + ".xml";
    EXPECT_EQ(a.text_of(file), b.text_of(file)) << file;
  }
}

TEST(Foxml, AnExportThatFailsLeavesNothing) {
  test::TestPackage package;
  const fs::path psp = package.write();
  const fs::path out = psp.parent_path() / "foxml";
  FoxmlOptions options;
  options.images = test::image_server();
  fs::remove(psp / test::page_path("usercopy", 2));
  const auto made = export_foxml(psp, out, options);
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().kind, ErrorKind::bad_input);
  EXPECT_THAT(made.error().message, HasSubstr("uc_"));
  EXPECT_FALSE(fs::exists(out));
  EXPECT_FALSE(fs::exists(psp.parent_path() / ".foxml.building"));
}

TEST(Foxml, RefusesByName) {
  test::TestPackage package;
  const fs::path psp = package.write(), out = psp.parent_path() / "foxml";
  FoxmlOptions options;
  options.images = test::image_server();
  const auto refused = [&](const fs::path& to) {
    const auto made = export_foxml(psp, to, options);
    return made ? std::string() : made.error().message;
  };
  EXPECT_THAT(refused(psp.parent_path() / "odd name"), HasSubstr("odd name"));
  fs::create_directory(out);
  EXPECT_THAT(refused(out), HasSubstr("already"));
  options.policy = "closed";
  EXPECT_THAT(refused(psp.parent_path() / "b"), HasSubstr("closed"));
  options.policy = "public";
  options.licences = {"two words"};
  EXPECT_THAT(refused(psp.parent_path() / "b"), HasSubstr("two words"));
  options.licences.clear();
  options.images = {};
  EXPECT_THAT(refused(psp.parent_path() / "b"), HasSubstr("JPEG"));
  EXPECT_FALSE(export_foxml(psp / "none", psp.parent_path() / "b", options));
  bool asked = false;
  options.images = test::image_server();
  options.cancelled = [&] { return asked = true; };
  EXPECT_EQ(export_foxml(psp, psp.parent_path() / "b", options).error().kind, ErrorKind::cancelled);
  EXPECT_TRUE(asked);
}

TEST(Foxml, TextsAreCleanedAndEmptyOnesLeftOut) {
  test::TestPackage package;
  package.files[test::page_path("txt", 1)] = "\xef\xbb\xbfslovo\x06\r\nkonec\f";
  package.files[test::page_path("txt", 2)] = " \n\n";
  const fs::path psp = package.write();
  FoxmlOptions options;
  options.images = test::image_server();
  const auto made = export_foxml(psp, psp.parent_path() / "foxml", options);
  ASSERT_TRUE(made) << made.error().message;
  const std::string clean = "slovo\nkonec\n";
  int seen = 0;
  for (const FoxmlObject& o : made->objects) {
    if (o.model != "page" || seen == 2) continue;
    const std::string text = *read_text(made->folder / (o.pid.substr(5) + ".xml"));
    if (++seen == 1)
      EXPECT_THAT(text, HasSubstr(to_base64(
                            {reinterpret_cast<const std::uint8_t*>(clean.data()), clean.size()})));
    else
      EXPECT_THAT(text, Not(HasSubstr("TEXT_OCR")));
    EXPECT_EQ(o.has_text, seen == 1);
  }
  EXPECT_THAT(made->notes, testing::Contains(HasSubstr("byte-order mark")));
}

TEST(FoxmlImages, PresetsNameEachStreamAsTheServerWantsIt) {
  const auto iip = images_preset("iipimage", "http://images/fcgi-bin/iipsrv.fcgi", "/data");
  ASSERT_TRUE(iip);
  EXPECT_EQ(iip->full, "http://images/fcgi-bin/iipsrv.fcgi?FIF=/data/{place}&WID=999999&CVT=jpeg");
  const auto iiif = images_preset("iiif2", "https://images/iiif/2/", "");
  ASSERT_TRUE(iiif);
  EXPECT_EQ(iiif->tiles, "https://images/iiif/2/{place_id}");
  EXPECT_EQ(iiif->full, "https://images/iiif/2/{place_id}/full/full/0/default.jpg");
  EXPECT_TRUE(images_preset("mzk", "https://images"));
  EXPECT_FALSE(images_preset("other", "https://images"));
  EXPECT_FALSE(images_preset("iiif3", "images"));
  EXPECT_FALSE(images_preset("iiif3", "https://deepzoom.example.org/iiif"));
  for (const std::string_view name : image_presets())
    EXPECT_TRUE(images_preset(name, "https://images", "/d")) << name;
}

TEST(FoxmlImages, PatternsAreLookedAt) {
  FoxmlImages images = test::image_server();
  EXPECT_TRUE(check_images(images));
  images.place = "{package}/all.jp2";
  EXPECT_FALSE(check_images(images));
  images.place = "{package}/../{file}";
  EXPECT_FALSE(check_images(images));
  images.place = "{package}/{fiel}";
  EXPECT_THAT(check_images(images).error().message, HasSubstr("{fiel}"));
  images.place = "{year}/{file}";
  images.tiles += "/info.json";
  EXPECT_FALSE(check_images(images));
  images.tiles = "https://images/{place";
  EXPECT_FALSE(check_images(images));
}

TEST(FoxmlMods, TitlesAreAsKrameriusShowsThem) {
  const auto shown = [](const std::string& inside) {
    const std::string text = "<mods xmlns='http://www.loc.gov/mods/v3'>" + inside + "</mods>";
    const auto doc =
        XmlDocument::parse({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
    return shown_title(doc->root());
  };
  EXPECT_EQ(
      shown("<titleInfo><nonSort>The</nonSort><title>Mills</title><subTitle>a "
            "story</subTitle><partNumber>2</partNumber><partName>Water</partName></titleInfo>"),
      "The Mills: a story. 2. Water");
  EXPECT_EQ(shown("<titleInfo><nonSort>L'</nonSort><title>eau</title></titleInfo>"), "L'eau");
  EXPECT_EQ(shown("<titleInfo type='uniform'><title>U</title></titleInfo>"
                  "<titleInfo><partNumber>3</partNumber></titleInfo>"),
            "3");
  EXPECT_EQ(shown("<titleInfo type='abbreviated'><title>A</title></titleInfo>"
                  "<titleInfo type='uniform'><title>U</title></titleInfo>"),
            "U");
  EXPECT_EQ(shown(""), "");
}

TEST(FoxmlMods, DatesAreKnownByTheirForm) {
  for (const char* known : {"1929",        "1929-1931",      "1929 - 1931",
                            "04.1929",     "4.5.1929",       "04. 05. 1929",
                            "4.-6.5.1929", "30.4.-2.5.1929", "30.12.1928-2.1.1929",
                            "4.-5.1929",   "12.1928-1.1929", "[1929]",
                            "[1929?]",     "1929]",          "c1929",
                            "p1929",       "192-",           "19--",
                            "19uu",        "184u-19uu"})
    EXPECT_TRUE(is_known_date(known)) << known;
  for (const char* unknown : {"", "asi 1929",
                              "1929\xe2\x80\x93"
                              "1931",
                              "[1929-1931]",
                              "\xc2\xa9"
                              "1929",
                              "1929-", "kolem roku 1929"})
    EXPECT_FALSE(is_known_date(unknown)) << unknown;
  EXPECT_THAT(years_in("mezi 1920 a 1930, 12345"), ElementsAre("1920", "1930"));
}

TEST(FoxmlMods, ACopyIsMendedAndNothingElse) {
  const std::string text =
      "<m:mods xmlns:m='http://www.loc.gov/mods/v3' xmlns:x='urn:x' version='3.8'>"
      "<m:titleInfo><m:nonSort>Die</m:nonSort><m:title>Mühle &amp; Bach</m:title></m:titleInfo>"
      "<m:originInfo eventType='copyright'><m:copyrightDate>1928</m:copyrightDate></m:originInfo>"
      "<m:originInfo eventType='publication'><m:agent><m:namePart>Nakladatel</m:namePart>"
      "<m:role><m:roleTerm>publisher</m:roleTerm></m:role></m:agent>"
      "<m:dateIssued>asi 1927</m:dateIssued></m:originInfo>"
      "<m:genre/><m:extension><x:own a='1'>v</x:own></m:extension>"
      "<m:identifier type='barcode'>26</m:identifier><m:identifier type='uuid'>OLD</m:identifier>"
      "<m:identifier type='isbn' invalid='yes'>1</m:identifier></m:mods>";
  const auto doc =
      XmlDocument::parse({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
  ASSERT_TRUE(doc);
  XmlWriter xml;
  std::vector<std::string> notes;
  write_mods_copy(xml, doc->root(), {"6a1b0c1e-0000-4000-8000-000000000001", ""}, notes);
  EXPECT_EQ(xml.done(), R"(<?xml version="1.0" encoding="UTF-8"?>
<mods:modsCollection xmlns:mods="http://www.loc.gov/mods/v3" xmlns:xlink="http://www.w3.org/1999/xlink">
  <mods:mods version="3.8">
    <mods:titleInfo>
      <mods:nonSort>Die </mods:nonSort>
      <mods:title>Mühle &amp; Bach</mods:title>
    </mods:titleInfo>
    <mods:originInfo eventType="publication">
      <mods:publisher>Nakladatel</mods:publisher>
      <mods:dateIssued>asi 1927</mods:dateIssued>
      <mods:dateIssued encoding="marc" point="start">1927</mods:dateIssued>
      <mods:dateIssued encoding="marc" point="end">1927</mods:dateIssued>
    </mods:originInfo>
    <mods:originInfo eventType="copyright">
      <mods:copyrightDate>1928</mods:copyrightDate>
    </mods:originInfo>
    <mods:extension>
      <x:own xmlns:x="urn:x" a="1">v</x:own>
    </mods:extension>
    <mods:identifier type="uuid">6a1b0c1e-0000-4000-8000-000000000001</mods:identifier>
    <mods:identifier type="barCode">26</mods:identifier>
    <mods:identifier type="isbn" invalid="yes">1</mods:identifier>
  </mods:mods>
</mods:modsCollection>
)");
  EXPECT_EQ(notes.size(), 1u);
}

TEST(Base64, IsReadAsItWasWritten) {
  for (std::size_t size : {0u, 1u, 2u, 3u, 56u, 57u, 58u, 60000u}) {
    Bytes bytes(size);
    for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<std::uint8_t>(i * 7 + size);
    const std::string text = to_base64(bytes);
    Base64Reader reader;
    Bytes back;
    for (std::size_t at = 0; at < text.size(); at += 5)
      EXPECT_TRUE(reader.add(std::string_view(text).substr(at, 5), back));
    EXPECT_TRUE(reader.whole());
    EXPECT_EQ(back, bytes) << size;
  }
  for (const char* bad : {"AAA", "AA=A", "A===", "AAAA====", "AA%A", "AA==AA=="}) {
    Base64Reader reader;
    Bytes back;
    reader.add(bad, back);
    EXPECT_FALSE(reader.whole()) << bad;
  }
}

TEST(FoxmlWriter, LabelsAreCutBetweenCharacters) {
  EXPECT_EQ(cut_text("čaj", 2), "ča");
  EXPECT_EQ(cut_text("a\xf0\x9f\x98\x80z", 2), "a");  // two UTF-16 units do not fit
  EXPECT_EQ(cut_text("abc", 3), "abc");
}

}  // namespace
}  // namespace linka
