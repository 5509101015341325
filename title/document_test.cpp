// SPDX-License-Identifier: GPL-3.0-or-later
// Whole files: read, planned against made-up scans, written back.
#include "base/files.h"
#include "title/issue_date.h"
#include "title/plan.h"
#include "title/title.h"
#include "title/write_document.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <random>

namespace linka {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
namespace fs = std::filesystem;

class DocumentFile : public testing::Test {
 protected:
  void SetUp() override {
    folder_ =
        fs::temp_directory_path() / ("linka-document-" + std::to_string(::getpid()) + "-" +
                                     testing::UnitTest::GetInstance()->current_test_info()->name());
    fs::create_directories(folder_);
  }
  void TearDown() override { fs::remove_all(folder_); }
  fs::path write(const std::string& name, std::string_view text) {
    EXPECT_TRUE(write_atomically(folder_ / name, text));
    return folder_ / name;
  }
  LoadedDocument load(std::string_view text) {
    auto r = load_document(write("title.toml", text));
    EXPECT_TRUE(r) << (r ? "" : r.error().message);
    return r ? *r : LoadedDocument{};
  }
  std::string complaint(std::string_view text) {
    const auto r = load_document(write("title.toml", text));
    return r ? "" : r.error().message;
  }
  fs::path folder_;
};

LoadedDocument sample(const std::string& name) {
  auto r = load_document(fs::path(LINKA_SAMPLES) / name);
  EXPECT_TRUE(r) << name << (r ? "" : r.error().message);
  return r ? *r : LoadedDocument{};
}

std::vector<PageForPlan> scans(const std::string& folder, int count) {
  std::vector<PageForPlan> out;
  for (int i = 1; i <= count; ++i)
    out.push_back(
        {{{folder + (folder.empty() ? "" : "/") + fmt::format("{:04}.tif", i), 0}, Side::single},
         false});
  return out;
}

std::vector<PlannedUnit> planned(const Document& document, const std::vector<PageForPlan>& pages,
                                 const std::map<PageId, PageProposal>& proposals = {}) {
  auto r = plan_packages(document, pages, proposals, {});
  EXPECT_TRUE(r) << (r ? "" : r.error().message);
  return r ? *r : std::vector<PlannedUnit>{};
}

const PackagePlan& plan_of(const PlannedUnit& unit) {
  EXPECT_TRUE(unit.plan) << (unit.plan ? "" : unit.plan.error().message);
  static const PackagePlan none;
  return unit.plan ? *unit.plan : none;
}

std::string labels_of(const PackagePlan& plan) {
  std::string out;
  for (const PlannedPage& page : plan.pages) out += (out.empty() ? "" : " ") + page.label;
  return out;
}

Document without_places(Document document) {
  for (Unit& unit : document.units) unit.where.clear();
  return document;
}

void expect_same(const Document& a, const Document& b, const std::string& what) {
  EXPECT_EQ(a.kind, b.kind) << what;
  EXPECT_EQ(a.title == b.title, true) << what;
  EXPECT_EQ(a.rights == b.rights, true) << what;
  EXPECT_EQ(a.devices == b.devices, true) << what;
  ASSERT_EQ(a.units.size(), b.units.size()) << what;
  for (std::size_t i = 0; i < a.units.size(); ++i) {
    const Unit &x = a.units[i], &y = b.units[i];
    EXPECT_TRUE(x.record.titles == y.record.titles) << what;
    EXPECT_TRUE(x.record.names == y.record.names) << what;
    EXPECT_TRUE(x.record.origins == y.record.origins) << what;
    EXPECT_TRUE(x.record.forms == y.record.forms) << what;
    EXPECT_TRUE(x.record.identifiers == y.record.identifiers) << what;
    EXPECT_TRUE(x.record.locations == y.record.locations) << what;
    EXPECT_TRUE(x.record.info == y.record.info) << what;
    EXPECT_TRUE(x.record == y.record) << what << " unit " << i;
    EXPECT_TRUE(x.year == y.year) << what << " unit " << i;
    EXPECT_TRUE(x.parts == y.parts) << what << " unit " << i;
    EXPECT_EQ(x.genre_type + x.scans, y.genre_type + y.scans) << what;
    EXPECT_EQ(x.page_count, y.page_count) << what;
  }
}

const std::vector<std::string> samples{
    "title.toml",      "title-chapters.toml", "title-volumes.toml",    "title-periodical.toml",
    "title-map.toml",  "title-graphic.toml",  "title-sheetmusic.toml", "title-manuscript.toml",
    "title-issues.csv"};

// ---- reading
// ---------------------------------------------------------------------------------------

TEST_F(DocumentFile, EverySampleComesBackFromItsNormalForm) {
  for (const std::string& name : samples) {
    const Document once = sample(name).document;
    const std::string text = document_text(once);
    const auto again = load_document(write("again.toml", text));
    ASSERT_TRUE(again) << name << again.error().message << "\n" << text;
    expect_same(without_places(once), without_places(again->document), name + "\n" + text);
    EXPECT_EQ(document_text(again->document), text) << name;
    EXPECT_TRUE(again->notes.empty() || again->notes.size() == 0u) << name << again->notes[0];
  }
}

TEST_F(DocumentFile, ChaptersAndPicturesKnowTheirPages) {
  const Document d = sample("title-chapters.toml").document;
  const auto units = planned(d, scans("", 13));
  ASSERT_EQ(units.size(), 1u);
  const PackagePlan& plan = plan_of(units[0]);
  EXPECT_EQ(labels_of(plan), "[1] [2] [3] [4] 1 2 3 4 5 6 7 8 [9]");
  EXPECT_EQ(plan.pages[0].type, "titlePage");
  EXPECT_EQ(plan.pages[3].type, "tableOfContents");
  EXPECT_EQ(plan.pages[4].type, "normalPage");
  ASSERT_EQ(plan.parts.size(), 3u);
  EXPECT_EQ(plan.parts[0].genre_type, "preface");
  EXPECT_THAT(plan.parts[0].pages, ElementsAre(4, 5));
  ASSERT_EQ(plan.parts[1].parts.size(), 2u);
  EXPECT_EQ(plan.parts[1].parts[0].genre_type, "subchapter");
  EXPECT_EQ(plan.parts[1].parts[1].genre_type, "photograph");
  EXPECT_THAT(plan.parts[1].parts[1].pages, ElementsAre(8));
  EXPECT_EQ(plan.parts[2].kind, PartKind::supplement);
  EXPECT_THAT(plan.parts[2].pages, ElementsAre(12));
  EXPECT_EQ(plan.parts[1].record.languages.at(0).code, "cze");
  EXPECT_TRUE(plan.parts[1].parts[1].record.languages.empty());
  EXPECT_EQ(plan.parts[2].record.forms.at(0).type, "media");
}

TEST_F(DocumentFile, VolumesInheritFromTheirTitle) {
  const LoadedDocument loaded = sample("title-volumes.toml");
  const Document& d = loaded.document;
  ASSERT_TRUE(d.title);
  ASSERT_EQ(d.units.size(), 3u);
  EXPECT_EQ(issue_date(*d.title), "1927-1930");
  EXPECT_THAT(loaded.notes, Contains(HasSubstr("1927-1930")));
  for (const Unit& unit : d.units) {
    EXPECT_EQ(unit.record.sigla, "ABA001");
    EXPECT_EQ(unit.record.titles.at(0).title, "Velká kniha mlýnů");
    EXPECT_EQ(unit.record.issuance, "multipart monograph");
    EXPECT_THAT(unit.record.origins.at(0).agents, ElementsAre("Smyšlené nakladatelství"));
    EXPECT_EQ(unit.record.names.size(), 1u);
    EXPECT_EQ(unit.record.locations.at(0).shelf_mark, "54 H 000003");
  }
  EXPECT_EQ(issue_date(d.units[2].record), "1930");
  auto pages = scans("1", 4);
  for (const auto& page : scans("2", 3)) pages.push_back(page);
  for (const auto& page : scans("3", 2)) pages.push_back(page);
  const auto units = planned(d, pages);
  ASSERT_EQ(units.size(), 3u);
  EXPECT_EQ(units[0].label, "Velká kniha mlýnů. 1. Voda, 1927");
  EXPECT_EQ(units[1].id, "tst001-00002b");
  EXPECT_EQ(labels_of(plan_of(units[0])), "[1] [2] 3 4");
  EXPECT_EQ(labels_of(plan_of(units[2])), "[1] [2]");
  EXPECT_THAT(plan_of(units[1]).parts.at(0).pages, ElementsAre(1, 2));
}

TEST_F(DocumentFile, IssuesOfAYearArePlannedByTheirCounts) {
  const Document d = sample("title-periodical.toml").document;
  const auto units = planned(d, scans("", 14));
  ASSERT_EQ(units.size(), 3u);
  EXPECT_EQ(units[0].label, "Mlynářský věstník, ročník 3 (1927), číslo 1");
  const PackagePlan& first = plan_of(units[0]);
  EXPECT_EQ(issue_date(first.unit), "01.1927");
  EXPECT_EQ(issue_date(plan_of(units[1]).unit), "01.02.1927");
  EXPECT_EQ(issue_date(plan_of(units[2]).unit), "03.-04.1927");
  EXPECT_EQ(first.genre_type, "normal");
  ASSERT_EQ(first.parts.size(), 2u);
  EXPECT_EQ(first.parts[1].genre_type, "news");
  EXPECT_EQ(first.parts[1].record.subjects.at(0).topics.at(0), "zprávy");
  EXPECT_THAT(units[0].notes, Contains(HasSubstr("no subject")));
  EXPECT_EQ(plan_of(units[1]).parts.at(0).genre_type, "photograph");
  const PlannedPart& supplement = plan_of(units[2]).parts.at(0);
  EXPECT_EQ(supplement.genre_type, "issue_supplement");
  EXPECT_THAT(supplement.pages, ElementsAre(4, 5));
  EXPECT_EQ(supplement.record.titles.at(0).title, "Mlynářský věstník");
  EXPECT_EQ(supplement.record.titles.at(0).part_name, "Příloha mládeže");
  EXPECT_EQ(issue_date(supplement.record), "03.-04.1927");
  EXPECT_EQ(first.title->issuance, "serial");
  EXPECT_EQ(first.title->frequency, "Monthly");
}

TEST_F(DocumentFile, KindsOfSingleThingsHaveTheirForms) {
  const Record map = sample("title-map.toml").document.units.at(0).record;
  EXPECT_EQ(map.genre, "cartographic");
  EXPECT_EQ(map.forms.at(0).authority, "rdacarrier");
  EXPECT_EQ(map.forms.at(0).type, "carrier");
  const LoadedDocument graphic = sample("title-graphic.toml");
  EXPECT_EQ(graphic.document.units.at(0).record.genre, "graphic");
  EXPECT_EQ(graphic.document.units.at(0).record.languages.at(0).code, "zxx");
  EXPECT_THAT(graphic.notes, Contains(HasSubstr("zxx")));
  const Record music = sample("title-sheetmusic.toml").document.units.at(0).record;
  EXPECT_EQ(music.genre, "sheetmusic");
  EXPECT_EQ(music.forms.at(0).authority, "marcform");
  const Record manuscript = sample("title-manuscript.toml").document.units.at(0).record;
  EXPECT_EQ(manuscript.genre, "volume");
  EXPECT_EQ(manuscript.origins.at(0).event, "production");
  EXPECT_EQ(manuscript.forms.at(0).text, "manuscript");
  EXPECT_EQ(manuscript.issuance, "single unit");
  for (const char* name :
       {"title-map.toml", "title-graphic.toml", "title-sheetmusic.toml", "title-manuscript.toml"})
    plan_of(planned(sample(name).document, scans("", 4)).at(0));
}

// ---- mistakes
// --------------------------------------------------------------------------------------

constexpr const char* volumes = R"([title]
title = "D"
language = "cze"
sigla = "ABA001"
year = 1927
)";

TEST_F(DocumentFile, MistakesAreNamedWithTheirLines) {
  const struct {
    const char* text;
    std::vector<const char*> said;
  } table[]{
      {"[[volumes]]\nnumbr = \"1\"\n", {":7: unknown key \"numbr\" in [[volumes]]; is it number?"}},
      {"[[volumes]]\nnumber = \"1\"\nname = \"a\"\npart_name = \"b\"\n",
       {":9: name and part_name are two names of one key"}},
      {"[[volumes]]\nkind = \"socha\"\n", {":7: the kind \"socha\" is not known"}},
      {"[[volumes]]\n[[volumes.articles]]\ntitle = \"A\"\n", {"a book has no articles"}},
      {"[[volumes]]\n[[volumes.chapters]]\npages = \"1\"\n", {":7: a part needs a title"}},
      {"[[volumes]]\n[[volumes.chapters]]\ntitle = \"A\"\ntype = \"mapa\"\n",
       {":9: \"mapa\" is no kind of such a part; known are abstract"}},
      {"[[volumes]]\n[[volumes.chapters]]\ntitle = \"A\"\npublisher = \"x\"\n",
       {":9: unknown key \"publisher\" in [[chapters]]"}},
      {"[[years]]\nnumber = \"1\"\n[[volumes]]\nnumber = \"1\"\n",
       {"only a periodical has [[years]]"}},
      {"[[issues]]\ndate = \"32.1.1927\"\n[[issues]]\ndate = \"1.5.27\"\n",
       {":7: \"32.1.1927\" is no date", ":9: \"1.5.27\" is no date"}},
      {"[[issues]]\ntype = \"divné\"\n", {":7: \"divné\" is no kind of issue"}},
      {"[[issues]]\nissn = \"1234-5678\"\n", {":7: the form or the check digit of the ISSN"}},
      {"[[issues]]\nvolume = \"9\"\n[[years]]\nnumber = \"3\"\ndate = \"1927\"\n",
       {":7: no year, or more than one, in [[years]] is 9"}},
      {"[[issues]]\npage_count = \"12\"\n", {":7: page_count must be a whole number"}},
      {"[[issues]]\n[issues.pages]\nfirst_side = \"up\"\n", {":8: first_side is left or right"}},
      {"[rights]\nstatus = \"volné\"\n[[issues]]\nnumber = \"1\"\n",
       {":7: the status is copyrighted"}},
      {"[[devices]]\nkind = \"kamera\"\n[[issues]]\nnumber = \"1\"\n",
       {":7: the kind of scanner is", ":6: a device needs the model or the serial number"}},
      {"", {"the work has no volumes"}},
  };
  for (const auto& row : table) {
    const std::string said = complaint(std::string(volumes) + row.text);
    for (const char* part : row.said) EXPECT_THAT(said, HasSubstr(part)) << row.text;
  }
}

TEST_F(DocumentFile, WhatAUnitLacksIsToldWhenItIsPlanned) {
  const LoadedDocument loaded =
      load("kind = \"periodical\"\ntitle = \"V\"\n[[issues]]\nnumber = \"1\"\n");
  const auto units = planned(loaded.document, scans("", 2));
  ASSERT_EQ(units.size(), 1u);
  ASSERT_FALSE(units[0].plan);
  for (const char* part : {"title.toml:3", "the URN:NBN", "the language", "sigla", "its year",
                           "the record of the title lacks", "the title needs a uuid"})
    EXPECT_THAT(units[0].plan.error().message, HasSubstr(part));
}

TEST_F(DocumentFile, RandomBytesAndHalfFilesDoNotCrash) {
  std::mt19937 random(7);
  std::vector<std::string> texts;
  for (const std::string& name : samples)
    texts.push_back(*read_text(fs::path(LINKA_SAMPLES) / name));
  for (int i = 0; i < 300; ++i) {
    std::string text =
        i % 4 == 0 ? std::string(random() % 300, ' ') : texts[random() % texts.size()];
    if (i % 4 == 0)
      for (char& c : text) c = static_cast<char>(random());
    else
      for (auto n = 1 + random() % 6; n > 0; --n)
        text[random() % text.size()] = static_cast<char>(random());
    if (i % 3 == 0) text.resize(random() % (text.size() + 1));
    const auto r = load_document(write("x", text));
    if (r) (void)plan_packages(r->document, scans("", 9), {}, {});
  }
}

// ---- planning
// --------------------------------------------------------------------------------------

constexpr const char* book = R"(title = "K"
language = "cze"
sigla = "ABA001"
year = 1927
urnnbn = "urn:nbn:cz:tst001-00000a"
)";

TEST_F(DocumentFile, UuidsAreTheSameForEver) {
  const auto uuid = [](const Record& r) { return identifier_of(r, "uuid"); };
  const auto units = planned(sample("title-periodical.toml").document, scans("", 14));
  ASSERT_EQ(units.size(), 3u);
  const PackagePlan& plan = plan_of(units[0]);
  EXPECT_EQ(uuid(*plan.title), "29393b67-43e2-5d15-80e7-c9e67fe3b317");
  EXPECT_EQ(uuid(*plan.year), "fd87c039-576b-5065-98e0-e0db927ca513");
  EXPECT_EQ(uuid(plan.unit), "c6f45f4e-1382-5110-8d5a-498587ec33ba");
  EXPECT_EQ(uuid(plan.parts.at(0).record), "c4d6f66a-e975-5b17-9515-bf7b3f441764");
  EXPECT_EQ(uuid(*plan_of(units[1]).year), uuid(*plan.year));
  EXPECT_EQ(uuid(plan.unit), volume_uuid(sample("title-periodical.toml").document.units[0].record));
}

TEST_F(DocumentFile, ScansAreNamedByFoldersRangesAndPatterns) {
  const auto of = [&](const std::string& text) {
    auto pages = scans("a", 5);
    for (const auto& page : scans("b", 3)) pages.push_back(page);
    const LoadedDocument loaded = load(std::string(volumes) +
                                       "[[volumes]]\nurnnbn = \"urn:nbn:cz:"
                                       "tst001-00000a\"\nscans = \"" +
                                       text +
                                       "\"\n[[volumes]]\n"
                                       "urnnbn = \"urn:nbn:cz:tst001-00000b\"\n");
    const auto r = plan_packages(loaded.document, pages, {}, {});
    if (!r) return r.error().message;
    if (!r->at(0).plan) return r->at(0).plan.error().message;
    std::string out;
    for (const PlannedPage& page : r->at(0).plan->pages)
      out += (out.empty() ? "" : " ") + page.id.scan.name.substr(0, 6);
    return out;
  };
  EXPECT_EQ(of("b"), "b/0001 b/0002 b/0003");
  EXPECT_EQ(of("a/0002-0004"), "a/0002 a/0003 a/0004");
  EXPECT_EQ(of("a/0004.tif - b/0001.tif"), "a/0004 a/0005 b/0001");
  EXPECT_EQ(of("a/0004-0009"), "a/0004 a/0005");
  EXPECT_EQ(of("b/0003, a/0001"), "b/0003 a/0001");
  EXPECT_EQ(of("*3.tif"), "a/0003 b/0003");
  EXPECT_EQ(of("0005"), "a/0005");
  EXPECT_THAT(of("0003"), HasSubstr("may be a/0003.tif or b/0003.tif"));
  EXPECT_THAT(of("c"), HasSubstr("no scan of the batch is called \"c\""));
  EXPECT_THAT(of("a/0004-0002"), HasSubstr("run backwards"));
}

TEST_F(DocumentFile, PagesThatNobodyOrTwoTakeAreAnError) {
  const std::string two = std::string(volumes) +
                          "[[volumes]]\nscans = \"0001-0003\"\n"
                          "[[volumes]]\nscans = \"0003-0005\"\n";
  const auto doubled = plan_packages(load(two).document, scans("", 5), {}, {});
  ASSERT_FALSE(doubled);
  EXPECT_THAT(doubled.error().message, HasSubstr("0003.tif-single is claimed by two"));
  EXPECT_THAT(doubled.error().message, HasSubstr("title.toml:8"));
  const std::string few =
      std::string(volumes) + "[[volumes]]\npage_count = 2\n[[volumes]]\npage_count = 2\n";
  const auto left = plan_packages(load(few).document, scans("", 5), {}, {});
  ASSERT_FALSE(left);
  EXPECT_THAT(left.error().message, HasSubstr("belongs to no unit (0005.tif"));
  const auto open = plan_packages(
      load(std::string(volumes) + "[[volumes]]\n[[volumes]]\n").document, scans("", 5), {}, {});
  ASSERT_FALSE(open);
  EXPECT_THAT(open.error().message, HasSubstr("give scans or page_count"));
  const std::string alike =
      std::string(volumes) +
      "[[volumes]]\nurnnbn = \"urn:nbn:cz:tst001-00000a\"\nscans = \"0001\"\n"
      "[[volumes]]\nurnnbn = \"urn:nbn:cz:tst001-00000a\"\nscans = \"0002\"\n";
  const auto same = plan_packages(load(alike).document, scans("", 2), {}, {});
  ASSERT_FALSE(same);
  EXPECT_THAT(same.error().message, HasSubstr("two packages would be called tst001-00000a"));
}

TEST_F(DocumentFile, OneBadUnitDoesNotHinderTheNext) {
  const std::string text = std::string(volumes) +
                           "[[volumes]]\nurnnbn = \"urn:nbn:cz:tst001-00000a\"\nscans = \"0001\"\n"
                           "[volumes.pages]\nlabels = \"1-9\"\n"
                           "[[volumes]]\nurnnbn = \"urn:nbn:cz:tst001-00000b\"\nscans = \"0002\"\n";
  const auto units = planned(load(text).document, scans("", 2));
  ASSERT_EQ(units.size(), 2u);
  ASSERT_FALSE(units[0].plan);
  EXPECT_THAT(units[0].plan.error().message, HasSubstr("9 labels are given for 1 pages: those "
                                                       "from \"2\" on"));
  plan_of(units[1]);
}

TEST_F(DocumentFile, LabelsTwiceAskForOrdinals) {
  const std::string text = std::string(book) +
                           "[pages]\nlabels = \"1-3, 1-3\"\n[[chapters]]\n"
                           "title = \"A\"\npages = \"2-3\"\n";
  const auto bad = planned(load(text).document, scans("", 6));
  ASSERT_FALSE(bad.at(0).plan);
  EXPECT_THAT(bad[0].plan.error().message,
              HasSubstr("more than one page is labelled \"2\": say which by ordinal, #2 or #5"));
  const std::string good = std::string(book) +
                           "[pages]\nlabels = \"1-3, 1-3\"\n[[chapters]]\n"
                           "title = \"A\"\npages = \"#5-6\"\n";
  EXPECT_THAT(plan_of(planned(load(good).document, scans("", 6)).at(0)).parts.at(0).pages,
              ElementsAre(4, 5));
}

TEST_F(DocumentFile, SupplementsOwnTheirScansAndLabels) {
  const std::string text = std::string(book) +
                           "[pages]\nlabels = \"1-3\"\n[[supplements]]\n"
                           "title = \"Mapy\"\nscans = \"0003-0004\"\n"
                           "[supplements.pages]\nlabels = \"I-II\"\n"
                           "types = { 1 = \"map\" }\n";
  const auto units = planned(load(text).document, scans("", 5));
  const PackagePlan& plan = plan_of(units.at(0));
  EXPECT_EQ(labels_of(plan), "1 2 I II 3");
  EXPECT_EQ(plan.pages.at(2).type, "map");
  EXPECT_THAT(plan.parts.at(0).pages, ElementsAre(2, 3));
  const std::string both = std::string(book) +
                           "[[supplements]]\ntitle = \"A\"\npages = \"#1-#2\"\n"
                           "[[supplements]]\ntitle = \"B\"\npages = \"#2\"\n";
  const auto bad = planned(load(both).document, scans("", 5));
  ASSERT_FALSE(bad.at(0).plan);
  EXPECT_THAT(bad[0].plan.error().message, HasSubstr("belongs to two supplements"));
  const std::string none = std::string(book) +
                           "[[supplements]]\ntitle = \"A\"\n[[chapters]]\n"
                           "title = \"B\"\n";
  const auto empty = planned(load(none).document, scans("", 5));
  ASSERT_FALSE(empty.at(0).plan);
  EXPECT_THAT(empty[0].plan.error().message, HasSubstr("the supplement \"A\" has no pages"));
  EXPECT_THAT(empty[0].notes, Contains(HasSubstr("the chapter \"B\" stands on no page")));
}

TEST_F(DocumentFile, WhatIsGivenComesBeforeWhatWasRead) {
  const auto pages = scans("", 4);
  std::map<PageId, PageProposal> proposals;
  proposals[pages[0].id] = {pages[0].id, "5", 0.9, "titlePage", 0.9};
  proposals[pages[2].id] = {pages[2].id, "7", 0.9, "map", 0.9};
  proposals[pages[3].id] = {pages[3].id, "8", 0.9, "index", 0.2};
  const std::string text = std::string(book) +
                           "[pages]\nlabels = \"[1]-[2]\"\nfirst_side = "
                           "\"right\"\ntypes = { 3 = \"table\" }\n";
  const auto units = planned(load(text).document, pages, proposals);
  const PackagePlan& plan = plan_of(units.at(0));
  EXPECT_EQ(labels_of(plan), "[1] [2] 7 8");
  EXPECT_EQ(plan.pages[0].type, "titlePage");
  EXPECT_EQ(plan.pages[2].type, "table");
  EXPECT_EQ(plan.pages[3].type, "normalPage");
  EXPECT_EQ(plan.pages[0].position + plan.pages[1].position, "rightleft");
  auto plain_plan = plan_packages(load(text).document, pages, proposals, {false});
  ASSERT_TRUE(plain_plan);
  EXPECT_EQ(labels_of(plan_of(plain_plan->at(0))), "[1] [2] [3] [4]");
}

TEST_F(DocumentFile, DevicesLieBesideTheRecord) {
  write("devices.toml",
        "[[devices]]\nmake = \"Fiktiv\"\nmodel = \"A2\"\nserial = \"1\"\n"
        "kind = \"reflection print scanner\"\n[[devices]]\nmodel = \"A2\"\nserial = \"2\"\n");
  const LoadedDocument loaded = load(book);
  ASSERT_EQ(loaded.document.devices.size(), 2u);
  EXPECT_EQ(loaded.files.size(), 2u);
  CaptureDevice tags;
  tags.model = "A2";
  EXPECT_EQ(device_for(loaded.document.devices, tags), nullptr);
  tags.serial = "2";
  ASSERT_NE(device_for(loaded.document.devices, tags), nullptr);
  EXPECT_EQ(device_for(loaded.document.devices, tags)->serial, "2");
  tags.serial = "3";
  EXPECT_EQ(device_for(loaded.document.devices, tags), nullptr);
}

TEST_F(DocumentFile, ACollectionOfModsIsAWorkOfVolumes) {
  const std::string one =
      "<titleInfo><title>D</title><partNumber>{}</partNumber></titleInfo><genre>{}</genre>"
      "<originInfo eventType=\"publication\"><dateIssued>1927</dateIssued></originInfo>"
      "<language><languageTerm type=\"code\">cze</languageTerm></language>"
      "<identifier type=\"urnnbn\">urn:nbn:cz:tst001-00000{}</identifier>"
      "<location><physicalLocation>ABA001</physicalLocation><shelfLocator>1</shelfLocator>"
      "</location>";
  std::string text = "<modsCollection xmlns=\"http://www.loc.gov/mods/v3\">";
  for (const auto& [number, genre, id] :
       {std::tuple{"", "title", "x"}, std::tuple{"1", "volume", "a"},
        std::tuple{"2", "volume", "b"}}) {
    std::string record = one;
    for (const char* value : {number, genre, id}) record.replace(record.find("{}"), 2, value);
    text += "<mods>" + record + "</mods>";
  }
  const auto loaded = load_document(write("mods.xml", text + "</modsCollection>"));
  ASSERT_TRUE(loaded) << loaded.error().message;
  ASSERT_TRUE(loaded->document.title);
  ASSERT_EQ(loaded->document.units.size(), 2u);
  EXPECT_EQ(package_id(loaded->document.units[1].record), "tst001-00000b");
  EXPECT_EQ(loaded->document.units[1].record.titles.at(0).part_number, "2");
}

TEST_F(DocumentFile, ModsMayLieInFilesOfTheirOwn) {
  write("v.xml",
        "<mods xmlns=\"http://www.loc.gov/mods/v3\"><titleInfo><title>V</title></titleInfo>"
        "<originInfo eventType=\"publication\"><dateIssued>1925</dateIssued><issuance>serial"
        "</issuance><frequency>Monthly</frequency></originInfo><language><languageTerm "
        "type=\"code\">cze</languageTerm></language><identifier type=\"issn\">0231-5904"
        "</identifier></mods>");
  const LoadedDocument loaded = load(
      "sigla = \"ABA001\"\n[title]\nmods = \"v.xml\"\n[[issues]]\nnumber = \"1\"\ndate = "
      "\"5/1927\"\nvolume = \"3\"\nurnnbn = \"urn:nbn:cz:tst001-00000a\"\n");
  EXPECT_EQ(identifier_of(*loaded.document.title, "issn"), "0231-5904");
  EXPECT_EQ(loaded.document.title->frequency, "Monthly");
  EXPECT_EQ(loaded.document.units.at(0).record.titles.at(0).title, "V");
  EXPECT_EQ(loaded.files.size(), 2u);
  plan_of(planned(loaded.document, scans("", 1)).at(0));
}

// ---- dates
// -----------------------------------------------------------------------------------------

TEST(IssueDate, HasOneFormForAllThatPeopleWrite) {
  const std::pair<const char*, const char*> table[]{{"1.5.1927", "01.05.1927"},
                                                    {"1. 5. 1927", "01.05.1927"},
                                                    {"01.05.1927", "01.05.1927"},
                                                    {"1927-05-01", "01.05.1927"},
                                                    {"1927-05", "05.1927"},
                                                    {"5/1927", "05.1927"},
                                                    {"05.1927", "05.1927"},
                                                    {"1927", "1927"},
                                                    {"1. května 1927", "01.05.1927"},
                                                    {"Květen 1927", "05.1927"},
                                                    {"květen–červen 1927", "05.-06.1927"},
                                                    {"05.-06.1927", "05.-06.1927"},
                                                    {"1.-7.5.1927", "01.-07.05.1927"},
                                                    {"01.-07.05.1927", "01.-07.05.1927"},
                                                    {"28.5.-3.6.1927", "28.05.-03.06.1927"},
                                                    {"28.05.-03.06.1927", "28.05.-03.06.1927"},
                                                    {"1.5.1927 0:00:00", "01.05.1927"},
                                                    {"1927-05-01T00:00:00", "01.05.1927"},
                                                    {"30.2.1927", ""},
                                                    {"1.13.1927", ""},
                                                    {"1.5.27", ""},
                                                    {"včera", ""},
                                                    {"", ""},
                                                    {"7.-1.5.1927", ""},
                                                    {"1927-1928", ""},
                                                    {"1 2 3 1927", ""},
                                                    {"-", ""},
                                                    {"1.5.1927-", ""}};
  for (const auto& [given, form] : table) EXPECT_EQ(issue_date_form(given), form) << given;
}

}  // namespace
}  // namespace linka
