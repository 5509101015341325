// SPDX-License-Identifier: GPL-3.0-or-later
// Every kind of document the standards know, built from a plan and held against the rules: what
// hangs below what, who owns a page, what the records say. With LINKA_SCHEMAS also against the XML
// schemas.
#include "base/digest.h"
#include "base/files.h"
#include "base/text.h"
#include "formats/xml_reader.h"
#include "kramerius-export/package.h"
#include "kramerius-export/rules.h"
#include "kramerius-export/rules_test_package.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <map>
#include <set>

namespace linka {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

// A uuid for tests from one number.
std::string uuid(int n) {
  return fmt::format("0f5c1d2e-7a41-4c8b-9e30-{:012}", n);
}

Record titled(const std::string& text, int number) {
  Record r;
  TitleInfo t;
  t.title = text;
  r.titles = {t};
  r.identifiers = {{"uuid", uuid(number), false}};
  r.info.source = "ABA001";
  r.info.created = "2025-02-01T08:30:00Z";
  return r;
}

Record catalogued(const std::string& text, int number, const std::string& date) {
  Record r = titled(text, number);
  Name author;
  author.primary = true;
  author.parts = {{"family", "Nováková"}, {"given", "Anna"}, {"date", "1880-1951"}};
  author.roles = {"aut"};
  r.names = {author};
  Origin o;
  o.country_codes = {"xr"};
  o.places = {"Praha"};
  o.agents = {"Fiktivní nakladatelství"};
  o.dates = {{DateKind::issued, date, "", ""}};
  o.edition = "1. vydání";
  r.origins = {o};
  r.languages = {{"cze", ""}};
  r.forms = {{"marcform", "print"}, {"rdacarrier", "svazek"}};
  r.extents = {"4 strany ; 21 cm"};
  r.notes = {"Poznámka"};
  Subject s;
  s.authority = "czenas";
  s.topics = {"papír"};
  r.subjects = {s};
  r.classifications = {{"udc", "Konspekt", "676"}, {"Konspekt", "", "19"}};
  r.locations = {{"ABA001", "54 H 000001"}};
  r.info.identifier = "nkc1";
  r.info.identifier_source = "CZ-PrNK";
  r.info.language = "cze";
  return r;
}

void digitized(Record& r, const std::string& urn) {
  r.identifiers.push_back({"urnnbn", urn, false});
  r.sigla = "ABA001";
  r.institution = "Smyšlená knihovna";
}

PlannedPart part(PartKind kind, const std::string& text, int number, const std::string& type,
                 std::vector<std::size_t> pages) {
  PlannedPart p;
  p.kind = kind;
  p.record = titled(text, number);
  p.record.languages = {{"cze", ""}};
  Subject s;
  s.authority = "czenas";
  s.topics = {"mlýny"};
  p.record.subjects = {s};
  p.genre_type = type;
  p.pages = std::move(pages);
  return p;
}

class Kinds : public testing::Test {
 protected:
  void SetUp() override {
    const auto* info = testing::UnitTest::GetInstance()->current_test_info();
    folder_ =
        fs::temp_directory_path() / fmt::format("linka-kinds-{}-{}", ::getpid(), info->name());
    fs::remove_all(folder_);
    fs::create_directories(folder_ / "pages");
    ASSERT_TRUE(write_atomically(folder_ / "pages/master.jp2", test::master_header().bytes()));
    ASSERT_TRUE(write_atomically(folder_ / "pages/user.jp2", test::user_header().bytes()));
    options_.folder = folder_ / "out";
    options_.created = parse_iso8601("2025-03-14T10:20:00Z");
    options_.program_version = "0.1.0";
    options_.replace = true;
    plan_ = book();
  }
  void TearDown() override { fs::remove_all(folder_); }

  static std::vector<PlannedPage> pages(int count) {
    std::vector<PlannedPage> out;
    for (int i = 1; i <= count; ++i)
      out.push_back({{{fmt::format("{:04}.tif", i), 0}, Side::single},
                     fmt::format("[{}]", i),
                     i == 1 ? "titlePage" : "normalPage"});
    return out;
  }

  static PackagePlan book() {
    PackagePlan plan;
    plan.unit = catalogued("Ukázková kniha", 1, "1927");
    digitized(plan.unit, "urn:nbn:cz:tst001-0001ab");
    plan.pages = pages(6);
    return plan;
  }

  static PackagePlan several_volumes() {
    PackagePlan plan = book();
    plan.title = catalogued("Ukázkové dílo", 9, "1927");
    plan.title->identifiers.push_back({"ccnb", "cnb000000002", false});
    plan.unit.identifiers.push_back({"ccnb", "cnb000000002", false});
    plan.unit.titles[0].part_number = "1";
    plan.parts = {part(PartKind::chapter, "O vodě", 21, "chapter", {1, 2}),
                  part(PartKind::supplement, "Mapová příloha", 24, "", {5})};
    plan.parts[0].parts = {part(PartKind::chapter, "O mlýnech", 22, "subchapter", {2}),
                           part(PartKind::picture, "Mlýn", 23, "illustration", {2})};
    plan.parts[1].parts = {part(PartKind::picture, "Mapa", 25, "map", {5})};
    return plan;
  }

  static PackagePlan periodical() {
    PackagePlan plan;
    plan.kind = DocumentKind::periodical;
    plan.title = catalogued("Ukázkový věstník", 39, "1925-1938");
    plan.title->identifiers.push_back({"issn", "0231-5904", false});
    plan.title->frequency = "Monthly";
    Record year;
    TitleInfo number;
    number.part_number = "3";
    year.titles = {number};
    Origin o;
    o.dates = {{DateKind::issued, "1927", "", ""}};
    year.origins = {o};
    year.identifiers = {{"uuid", uuid(38), false}};
    plan.year = year;
    plan.unit = catalogued("Ukázkový věstník", 31, "05.1927");
    plan.unit.titles[0].part_number = "5";
    digitized(plan.unit, "urn:nbn:cz:tst001-0003ab");
    plan.genre_type = "normal";
    plan.pages = pages(6);
    plan.parts = {part(PartKind::article, "O mlýnech", 35, "mainArticle", {1, 2}),
                  part(PartKind::supplement, "Příloha mládeže", 37, "issue_supplement", {4}),
                  part(PartKind::supplement, "Obsah ročníku", 40, "volume_supplement", {5})};
    plan.parts[0].parts = {part(PartKind::picture, "Mlýn", 36, "photograph", {2})};
    return plan;
  }

  Result<PackagePage> page_of(const PlannedPage& planned) const {
    PackagePage p;
    p.facts.id = planned.id;
    SourceFacts& s = p.facts.source;
    s.file_name = planned.id.scan.name;
    s.size_bytes = 4711;
    s.md5 = "0123456789abcdef0123456789abcdef";
    s.modified_at = "2025-01-20T10:00:00Z";
    s.format = "image/tiff";
    s.format_version = "6.0";
    s.compression = "Uncompressed";
    s.byte_order = "little endian";
    s.color_space = "RGB";
    s.width_px = 700;
    s.height_px = 900;
    s.bits_per_sample = {8, 8, 8};
    s.samples_per_pixel = 3;
    p.facts.width_px = p.text.width_px = test::master_header().width;
    p.facts.height_px = p.text.height_px = test::master_header().height;
    p.facts.channels = 3;
    p.facts.dpi = {300, 300};
    p.facts.made_at = "2025-01-20T11:00:00Z";
    p.facts.versions = {{"linka", "1"}, {"OpenJPEG", "2.5.0"}, {"Tesseract", "5.3.0"}};
    p.master = folder_ / "pages/master.jp2";
    p.user = folder_ / "pages/user.jp2";
    if (heading_ != "") p.text.blocks = blocks_under(heading_);
    return p;
  }

  // A heading, a paragraph that has its words, too, and one picture.
  static std::vector<TextBlock> blocks_under(const std::string& heading) {
    const auto line = [](const std::string& text, double y) {
      TextLine out;
      double x = 20;
      for (const std::string& word : split_text(text, ' ')) {
        TextWord w;
        w.content = word;
        w.box = {x, y, x + 40, y + 20};
        x += 50;
        out.box = out.words.empty() ? w.box : hull(out.box, w.box);
        out.words.push_back(w);
      }
      out.baseline_y = y + 18;
      return out;
    };
    const TextLine title = line(heading, 40), text = line("Dnes " + heading + " a jinde dál", 90);
    return {{BlockKind::text, text.box, {text}, "cze"},
            {BlockKind::heading, title.box, {title}, "cze"},
            {BlockKind::illustration, {20, 200, 300, 400}, {}, ""}};
  }

  fs::path built() {
    const auto r = build_package(
        plan_, [this](const PlannedPage& p) { return page_of(p); }, options_);
    EXPECT_TRUE(r) << r.error().message;
    return r ? r->path : fs::path();
  }
  std::string refused() {
    const auto r = build_package(
        plan_, [this](const PlannedPage& p) { return page_of(p); }, options_);
    return r ? "" : r.error().message;
  }

  // The main METS; it stays alive as long as the test.
  XmlElement mets() {
    const fs::path path = built();
    const std::string text = *read_text(path / ("mets_" + path.filename().string() + ".xml"));
    documents_.push_back(std::move(
        *XmlDocument::parse({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()})));
    return documents_.back().root();
  }

  // "TITLE_0001/VOLUME_0001/..." of each div in the logical map.
  static std::vector<std::string> divs(const XmlElement& root) {
    std::vector<std::string> out;
    const std::function<void(const XmlElement&, const std::string&)> walk =
        [&](const XmlElement& e, const std::string& above) {
          for (const XmlElement& div : e.children("div")) {
            const std::string path = above + (above.empty() ? "" : "/") + div.attribute("ID");
            out.push_back(path);
            walk(div, path);
          }
        };
    for (const XmlElement& map : root.children("structMap"))
      if (map.attribute("TYPE") == "LOGICAL") walk(map, "");
    return out;
  }
  static std::vector<std::string> links_from(const XmlElement& root, const std::string& div) {
    std::vector<std::string> out;
    for (const XmlElement& link : root.descendants("smLink"))
      if (link.attribute("xlink:from") == div)
        out.push_back(link.attribute("xlink:to").substr(std::string("DIV_P_PAGE_").size()));
    return out;
  }
  static std::vector<std::string> models(const XmlElement& root) {
    std::vector<std::string> out;
    for (const XmlElement& type : root.descendants("type"))
      if (type.text().starts_with("model:") && type.text() != "model:page")
        out.push_back(type.text().substr(6));
    return out;
  }

  // Errors and warnings of the rules, but those of the portable form.
  void obeys_the_rules(const std::string& what) {
    const char* schemas = std::getenv("LINKA_SCHEMAS");
    const auto report = check_package(built(), {schemas == nullptr ? "" : schemas});
    ASSERT_TRUE(report) << report.error().message;
    EXPECT_EQ(report->pages_seen, plan_.pages.size()) << what;
    for (const Finding& f : report->findings) {
      const bool portable = options_.standard == "2.2" && plan_.kind == DocumentKind::monograph &&
                            f.severity == Severity::warning &&
                            f.message.find("publisher") != std::string::npos;
      EXPECT_TRUE(f.severity == Severity::info || portable)
          << what << ": " << f.rule << " [" << f.file << "] " << f.message;
    }
  }

  fs::path folder_;
  std::string heading_;  // of every page; empty: pages without text
  PackagePlan plan_;
  PackageOptions options_;
  std::vector<XmlDocument> documents_;
};

TEST_F(Kinds, OneVolumeHangsInAFrameWithoutARecord) {
  const XmlElement root = mets();
  EXPECT_THAT(divs(root), ElementsAre("MONOGRAPH_0001", "MONOGRAPH_0001/VOLUME_0001"));
  EXPECT_THAT(links_from(root, "VOLUME_0001"),
              ElementsAre("0001", "0002", "0003", "0004", "0005", "0006"));
  EXPECT_THAT(models(root), ElementsAre("monograph"));
}

TEST_F(Kinds, AVolumeOfSeveralHangsBelowItsTitleAndOwnsWhatItsSupplementDoesNot) {
  plan_ = several_volumes();
  const XmlElement root = mets();
  EXPECT_EQ(root.attribute("LABEL"), "Ukázková kniha. 1, 1927");
  EXPECT_THAT(divs(root), ElementsAre("MONOGRAPH_0001", "MONOGRAPH_0001/VOLUME_0001",
                                      "MONOGRAPH_0001/VOLUME_0001/CHAP_0001",
                                      "MONOGRAPH_0001/VOLUME_0001/CHAP_0001/CHAP_0002",
                                      "MONOGRAPH_0001/VOLUME_0001/CHAP_0001/PICT_0001",
                                      "MONOGRAPH_0001/VOLUME_0001/SUPPLEMENT_0001",
                                      "MONOGRAPH_0001/VOLUME_0001/SUPPLEMENT_0001/PICT_0002"));
  EXPECT_THAT(links_from(root, "VOLUME_0001"), ElementsAre("0001", "0002", "0003", "0004", "0005"));
  EXPECT_THAT(links_from(root, "SUPPLEMENT_0001"), ElementsAre("0006"));
  EXPECT_THAT(links_from(root, "CHAP_0001"), ElementsAre("0002", "0003"));
  EXPECT_THAT(links_from(root, "CHAP_0002"), ElementsAre("0003"));
  EXPECT_THAT(links_from(root, "PICT_0002"), ElementsAre("0006"));
  EXPECT_THAT(links_from(root, "MONOGRAPH_0001"), IsEmpty());
  EXPECT_THAT(models(root),
              ElementsAre("monograph", "monographunit", "internalpart", "internalpart",
                          "internalpart", "supplement", "internalpart"));
}

TEST_F(Kinds, ANumberStandsOnceInAPackage) {
  plan_ = several_volumes();
  std::multiset<std::string> seen;
  for (const XmlElement& id : mets().descendants("identifier"))
    if (id.has("type")) seen.insert(id.attribute("type") + ":" + id.text());
  EXPECT_EQ(seen.count("ccnb:cnb000000002"), 1u);
  for (const std::string& one : seen) EXPECT_EQ(seen.count(one), 1u) << one;
}

TEST_F(Kinds, AnIssueHangsBelowItsYearAndItsTitle) {
  plan_ = periodical();
  const XmlElement root = mets();
  EXPECT_EQ(root.attribute("TYPE"), "Periodical");
  EXPECT_EQ(root.attribute("LABEL"), "Ukázkový věstník, ročník 3 (1927), číslo 5");
  EXPECT_THAT(divs(root), ElementsAre("TITLE_0001", "TITLE_0001/VOLUME_0001",
                                      "TITLE_0001/VOLUME_0001/ISSUE_0001",
                                      "TITLE_0001/VOLUME_0001/ISSUE_0001/ART_0001",
                                      "TITLE_0001/VOLUME_0001/ISSUE_0001/ART_0001/PICT_0001",
                                      "TITLE_0001/VOLUME_0001/ISSUE_0001/SUPPLEMENT_0001",
                                      "TITLE_0001/VOLUME_0001/SUPPLEMENT_0002"));
  EXPECT_THAT(links_from(root, "ISSUE_0001"), ElementsAre("0001", "0002", "0003", "0004"));
  EXPECT_THAT(links_from(root, "SUPPLEMENT_0001"), ElementsAre("0005"));
  EXPECT_THAT(links_from(root, "SUPPLEMENT_0002"), ElementsAre("0006"));
  EXPECT_THAT(links_from(root, "VOLUME_0001"), IsEmpty());
  EXPECT_THAT(models(root),
              ElementsAre("periodical", "periodicalvolume", "periodicalitem", "internalpart",
                          "internalpart", "supplement", "supplement"));
  const fs::path package = options_.folder / "tst001-0003ab";
  const std::string amd = *read_text(package / "amdsec/amd_mets_tst001-0003ab_0001.xml");
  EXPECT_THAT(amd, HasSubstr("TYPE=\"PERIODICAL_PAGE\""));
  const std::string info = *read_text(package / "info_tst001-0003ab.xml");
  EXPECT_THAT(info, HasSubstr("<metadataversion>2.1<"));
  EXPECT_THAT(info, HasSubstr("<titleid type=\"issn\">0231-5904<"));
  EXPECT_THAT(info, Not(HasSubstr("urnnbn")));
}

TEST_F(Kinds, EveryKindObeysTheRules) {
  const std::map<std::string, PackagePlan> monographs = [] {
    std::map<std::string, PackagePlan> out{{"book", book()},
                                           {"several volumes", several_volumes()}};
    for (const char* genre : {"cartographic", "graphic", "sheetmusic"}) {
      PackagePlan plan = book();
      plan.unit.genre = genre;
      out[genre] = plan;
    }
    return out;
  }();
  for (const char* standard : {"2.2", "2.2-strict", "2.1"})
    for (const char* rules : {"rda", "aacr"})
      for (const auto& [kind, plan] : monographs) {
        options_.standard = standard;
        plan_ = plan;
        plan_.unit.info.standard = rules;
        if (plan_.title) plan_.title->info.standard = rules;
        obeys_the_rules(fmt::format("{} {} {}", kind, standard, rules));
      }
  for (const char* standard : {"2.1", "2.0"})
    for (const char* rules : {"rda", "aacr"}) {
      options_.periodical_standard = standard;
      plan_ = periodical();
      plan_.title->info.standard = rules;
      obeys_the_rules(fmt::format("periodical {} {}", standard, rules));
    }
}

TEST_F(Kinds, PartsPointAtTheirTitlesAndPictures) {
  heading_ = "O mlýnech.";
  plan_ = several_volumes();
  const auto areas = [&] {
    std::vector<std::string> out;
    for (const XmlElement& div : mets().descendants("div"))
      for (const XmlElement& pointer : div.children("fptr"))
        for (const XmlElement& area : pointer.children("area"))
          out.push_back(div.attribute("ID") + " " + div.attribute("TYPE") + " " +
                        area.attribute("FILEID") + " " + area.attribute("BEGIN"));
    return out;
  };
  // The chapter about water has another title than the page; its subchapter has this one.
  EXPECT_THAT(areas(), ElementsAre("CHAP_0002_0001 TITLE ALTO_0003 TB_2_heading",
                                   "PICT_0001_0001 IMAGE ALTO_0003 IL_1",
                                   "PICT_0002_0001 IMAGE ALTO_0006 IL_1"));
  obeys_the_rules("several volumes with text");
  plan_ = periodical();
  EXPECT_THAT(areas(), ElementsAre("ART_0001_0001 TITLE ALTO_0002 TB_2_heading",
                                   "PICT_0001_0001 IMAGE ALTO_0003 IL_1"));
  obeys_the_rules("an issue with text");
}

TEST_F(Kinds, WordsForPagesAreThoseOfBothListsOfPeriodicals) {
  const auto types = [&] {
    std::vector<std::string> out;
    for (const XmlElement& genre : mets().descendants("genre"))
      if (genre.text() == "page" || genre.text() == "reprePage")
        out.push_back(genre.attribute("type"));
    return out;
  };
  const std::vector<std::string> words{"frontispiece", "preface",   "flyLeaf",
                                       "frontJacket",  "titlePage", "table"};
  plan_ = periodical();
  for (std::size_t i = 0; i < words.size(); ++i) plan_.pages[i].type = words[i];
  EXPECT_THAT(types(), ElementsAre("illustration", "normalPage", "normalPage", "jacket",
                                   "titlePage", "table"));
  plan_ = book();
  for (std::size_t i = 0; i < words.size(); ++i) plan_.pages[i].type = words[i];
  EXPECT_THAT(types(), ElementsAre("frontispiece", "preface", "flyLeaf", "frontJacket", "titlePage",
                                   "table"));
}

TEST_F(Kinds, WhatIsRepeatedOverIssuesKeepsItsUuid) {
  plan_ = periodical();
  std::map<std::string, std::string> first;
  const auto uuids = [&] {
    std::map<std::string, std::string> out;
    for (const XmlElement& mods : mets().descendants("mods"))
      out[mods.attribute("ID")] = mods.child("identifier").text();
    return out;
  };
  const auto may = uuids();
  plan_.unit.identifiers = {{"uuid", uuid(51), false}};
  digitized(plan_.unit, "urn:nbn:cz:tst001-0004ab");
  const auto june = uuids();
  EXPECT_EQ(may.at("MODS_TITLE_0001"), june.at("MODS_TITLE_0001"));
  EXPECT_EQ(may.at("MODS_VOLUME_0001"), june.at("MODS_VOLUME_0001"));
  EXPECT_NE(may.at("MODS_ISSUE_0001"), june.at("MODS_ISSUE_0001"));
  EXPECT_NE(may.at("MODS_PAGE_0001"), june.at("MODS_PAGE_0001"));
  EXPECT_EQ(june, uuids());
}

TEST_F(Kinds, WhatCannotBeInAPackageIsNamed) {
  plan_.parts = {part(PartKind::article, "Zprávy", 61, "news", {1})};
  EXPECT_THAT(refused(), HasSubstr("Zprávy"));
  plan_.parts = {part(PartKind::supplement, "A", 61, "", {1}),
                 part(PartKind::supplement, "B", 62, "", {1})};
  EXPECT_THAT(refused(), HasSubstr("two supplements"));
  plan_.parts = {part(PartKind::chapter, "A", 1, "chapter", {1})};
  EXPECT_THAT(refused(), HasSubstr("another record"));
  plan_.parts = {part(PartKind::chapter, "A", 61, "chapter", {9})};
  EXPECT_THAT(refused(), HasSubstr("page 10"));
  plan_.parts = {part(PartKind::chapter, "A", 61, "chapter", {1})};
  plan_.parts[0].record.identifiers.clear();
  EXPECT_THAT(refused(), HasSubstr("no uuid"));
  plan_ = periodical();
  plan_.year.reset();
  EXPECT_THAT(refused(), HasSubstr("year"));
}

TEST_F(Kinds, APackageCountsToFourNines) {
  plan_.pages = pages(10000);
  EXPECT_THAT(refused(), HasSubstr("10000 pages"));
  EXPECT_FALSE(fs::exists(options_.folder));
  plan_.pages.pop_back();
  EXPECT_TRUE(digest_of(plan_, options_));
}

TEST_F(Kinds, APageThatCannotBeLoadedLeavesNothing) {
  int loaded = 0;
  const auto r = build_package(
      plan_,
      [&](const PlannedPage& p) -> Result<PackagePage> {
        if (++loaded == 4) return fail(ErrorKind::bad_input, "the text is damaged");
        return page_of(p);
      },
      options_);
  ASSERT_FALSE(r);
  EXPECT_EQ(r.error().message, "the text is damaged");
  EXPECT_TRUE(fs::is_empty(options_.folder));
}

TEST_F(Kinds, ThePlansDigestIsOfAllThatIsWritten) {
  plan_ = several_volumes();
  const std::string before = *digest_of(plan_, options_);
  options_.created = parse_iso8601("2026-01-01T00:00:00Z");
  EXPECT_EQ(before, *digest_of(plan_, options_));
  const auto differs = [&](auto change) {
    PackagePlan changed = plan_;
    change(changed);
    return *digest_of(changed, options_) != before;
  };
  EXPECT_TRUE(differs([](PackagePlan& p) { p.pages[2].label = "3"; }));
  EXPECT_TRUE(differs([](PackagePlan& p) { p.unit.institution = "Jiná knihovna"; }));
  EXPECT_TRUE(differs([](PackagePlan& p) { p.title->notes.emplace_back("Jiná"); }));
  EXPECT_TRUE(differs([](PackagePlan& p) { p.parts[0].parts[0].genre_type = "preface"; }));
  EXPECT_TRUE(
      differs([](PackagePlan& p) { p.devices.emplace_back().kind = "digital still camera"; }));
}

TEST_F(Kinds, CopyrightIsRecordedWhenAskedFor) {
  plan_.rights = {"copyrighted", "published", "1926", "1927", "Dědicové & spol.", "Vyhrazeno", ""};
  const auto amd = [&] { return *read_text(built() / "amdsec/amd_mets_tst001-0001ab_0002.xml"); };
  EXPECT_THAT(amd(), Not(HasSubstr("rightsMD")));
  options_.rights = true;
  EXPECT_THAT(amd(), HasSubstr("copyright.status=\"copyrighted\""));
  EXPECT_THAT(amd(), HasSubstr("<cmd:name>Dědicové &amp; spol.<"));
  obeys_the_rules("rights");
}

TEST_F(Kinds, PostprocessingStandsOnlyWhereItTookPlace) {
  const auto amd_of = [&](auto change) {
    const auto r = build_package(
        plan_,
        [&](const PlannedPage& p) {
          auto page = page_of(p);
          change(page->facts);
          return page;
        },
        options_);
    EXPECT_TRUE(r) << r.error().message;
    return *read_text(r->path / "amdsec/amd_mets_tst001-0001ab_0001.xml");
  };
  const auto as_scanned = [](PageFacts& f) {
    f.source.width_px = f.width_px;
    f.source.height_px = f.height_px;
  };
  EXPECT_THAT(amd_of(as_scanned), Not(HasSubstr("POSTPROCESSING")));
  const std::string turned = amd_of([&](PageFacts& f) {
    as_scanned(f);
    f.angle_deg = 1.5;
  });
  EXPECT_THAT(turned, HasSubstr("derivation/POSTPROCESSING_creation"));
  EXPECT_THAT(turned, HasSubstr("deskewed by 1.50 degrees"));
  EXPECT_THAT(amd_of([](PageFacts&) {}), HasSubstr("cropped to"));
  const std::string read = amd_of([](PageFacts& f) { f.read_at = "2025-01-22T09:00:00Z"; });
  EXPECT_THAT(read, HasSubstr("<premis:eventDateTime>2025-01-22T09:00:00Z<"));
}

TEST_F(Kinds, TheDeviceIsTheOneTheScanNames) {
  Scanner camera{"digital still camera", "Fiktiv", "F5", "F5-1", "777",
                 "OneChipColorArea",     "",       "",   0};
  Scanner other{"reflection print scanner", "Jiný", "A2", "A2-1", "1",
                "ColorTriLinear",           "S",    "1",  600};
  plan_.devices = {other, camera};
  const auto r = build_package(
      plan_,
      [&](const PlannedPage& p) {
        auto page = page_of(p);
        page->facts.source.device.make = "Fiktiv";
        page->facts.source.device.model = "f5";
        page->facts.source.device.serial = "777";
        return page;
      },
      options_);
  ASSERT_TRUE(r) << r.error().message;
  const std::string amd = *read_text(r->path / "amdsec/amd_mets_tst001-0001ab_0001.xml");
  EXPECT_THAT(amd, HasSubstr("<mix:cameraSensor>OneChipColorArea<"));
  EXPECT_THAT(amd, Not(HasSubstr("ScannerCapture")));
}

TEST_F(Kinds, AWordBrokenByAPageIsWholeInBothAltos) {
  const auto words = [](const std::string& content) {
    PageText text;
    TextWord w;
    w.content = content;
    w.box = {10, 10, 100, 30};
    TextLine line;
    line.box = w.box;
    line.baseline_y = 28;
    line.words = {w};
    line.hyphen_at_end = content.ends_with('-');
    text.blocks = {{BlockKind::text, w.box, {line}, "cze"}};
    return text;
  };
  const auto r = build_package(
      plan_,
      [&](const PlannedPage& p) {
        auto page = page_of(p);
        const int n = std::stoi(p.id.scan.name);
        PageText text = n == 2 ? words("zlu-") : n == 4 ? words("ťoučký") : PageText{};
        text.width_px = page->text.width_px;
        text.height_px = page->text.height_px;
        page->text = text;
        return page;
      },
      options_);
  ASSERT_TRUE(r) << r.error().message;
  for (const int n : {2, 4})
    EXPECT_THAT(*read_text(r->path / fmt::format("alto/alto_tst001-0001ab_{:04}.xml", n)),
                HasSubstr("SUBS_CONTENT=\"zluťoučký\""))
        << n;
}

}  // namespace
}  // namespace linka
