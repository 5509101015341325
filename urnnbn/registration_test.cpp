// SPDX-License-Identifier: GPL-3.0-or-later
// Messages held against the order and the demands of the resolver's interface, element by element.
#include "urnnbn/registration.h"

#include "base/files.h"
#include "formats/xml_reader.h"
#include "title/plan.h"
#include "title/title.h"
#include "urnnbn/answers.h"
#include "urnnbn/describe.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <map>
#include <set>

namespace linka {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

// Parent -> its children in their order, as the interface fixes it. A * stands after those that
// must be there.
using Order = std::map<std::string, std::vector<std::string>>;
std::vector<std::string> with_tail(std::vector<std::string> first) {
  for (const char* name : {"otherId", "documentType", "digitalBorn", "primaryOriginator",
                           "otherOriginator", "publication"})
    first.emplace_back(name);
  return first;
}
const Order& order() {
  static const Order table = {
      {"monograph", with_tail({"titleInfo*", "ccnb", "isbn"})},
      {"monograph/titleInfo", {"title*", "subTitle"}},
      {"monographVolume", with_tail({"titleInfo*", "ccnb", "isbn"})},
      {"monographVolume/titleInfo", {"monographTitle*", "volumeTitle*"}},
      {"periodicalIssue", with_tail({"titleInfo*", "ccnb", "issn"})},
      {"periodicalIssue/titleInfo", {"periodicalTitle*", "volumeTitle", "issueTitle*"}},
      {"otherEntity", with_tail({"titleInfo*", "ccnb", "isbn"})},
      {"otherEntity/titleInfo", {"title*", "subTitle"}},
      {"analytical",
       {"titleInfo*", "otherId", "documentType", "primaryOriginator", "otherOriginator",
        "sourceDocument*"}},
      {"analytical/titleInfo", {"title*", "subTitle"}},
      {"analytical/sourceDocument",
       {"titleInfo*", "ccnb", "isbn", "issn", "otherId", "publication"}},
      {"sourceDocument/titleInfo", {"title*", "volumeTitle", "issueTitle"}},
      {"publication", {"publisher", "place", "year"}},
      {"digitalDocument",
       {"archiverId", "urnNbn", "registrarScopeIdentifiers", "financed", "contractNumber",
        "technicalMetadata"}},
      {"technicalMetadata",
       {"format", "extent", "resolution", "compression", "color", "iccProfile", "pictureSize"}},
      {"resolution", {"horizontal", "vertical"}},
      {"color", {"model", "depth"}},
      {"pictureSize", {"width", "height"}},
      {"urnNbn", {"value", "predecessor"}},
      {"registrarScopeIdentifiers", {"id"}},
  };
  return table;
}

void check_element(const XmlElement& e, const std::string& above, std::set<std::string>& seen) {
  const std::string both = above + "/" + e.name();
  EXPECT_EQ(e.name_space(), "http://resolver.nkp.cz/v4/") << both;
  const auto children = e.children();
  if (children.empty()) {
    EXPECT_TRUE(!e.text().empty() || !e.attributes().empty()) << both << " is empty";
    return;
  }
  const auto row = order().contains(both) ? order().find(both) : order().find(e.name());
  ASSERT_NE(row, order().end()) << both << " has no row in the table";
  seen.insert(row->first);
  std::size_t place = 0;
  std::set<std::string> there;
  for (const XmlElement& child : children) {
    while (place < row->second.size() && row->second[place] != child.name() &&
           row->second[place] != child.name() + "*")
      ++place;
    EXPECT_LT(place, row->second.size()) << child.name() << " stands wrongly in " << both;
    ++place;
    there.insert(child.name());
    check_element(child, e.name(), seen);
  }
  for (const std::string& name : row->second)
    if (name.ends_with('*')) {
      EXPECT_TRUE(there.contains(name.substr(0, name.size() - 1))) << name << " in " << both;
    }
}

// The rows of the table that the message has used.
std::set<std::string> check_message(const std::string& message) {
  std::set<std::string> seen;
  const auto document =
      XmlDocument::parse({reinterpret_cast<const std::uint8_t*>(message.data()), message.size()});
  EXPECT_TRUE(document) << message;
  if (!document) return seen;
  const auto children = document->root().children();
  EXPECT_EQ(document->root().name(), "import");
  EXPECT_EQ(children.size(), 2u);
  EXPECT_EQ(children.back().name(), "digitalDocument");
  for (const XmlElement& child : children) check_element(child, "import", seen);
  return seen;
}

PageFacts page() {
  PageFacts facts;
  facts.width_px = 2480;
  facts.height_px = 3508;
  facts.channels = 3;
  facts.dpi = {299.9994, 300.0006};
  facts.source.icc_name = "scanner profile";
  return facts;
}
Jp2Properties master() {
  Jp2Properties j;
  j.is_jp2 = j.reversible = true;
  j.width_px = 2480;
  j.height_px = 3508;
  j.components = 3;
  j.bit_depth = {8, 8, 8};
  j.icc_bytes = 500;
  j.file_bytes = 10'000'000;
  return j;
}

// The first package of a title.toml of four pages.
PackagePlan planned(const std::string& toml) {
  const fs::path file =
      fs::temp_directory_path() / ("linka-registration-" + std::to_string(::getpid()) + ".toml");
  EXPECT_TRUE(write_atomically(file, toml));
  const auto loaded = load_document(file);
  fs::remove(file);
  EXPECT_TRUE(loaded) << loaded.error().message;
  if (!loaded) return {};
  Document document = loaded->document;
  for (std::size_t i = 0; i < document.units.size(); ++i)
    if (identifier_of(document.units[i].record, "uuid").empty())
      document.units[i].record.identifiers.push_back(
          {"uuid", "6a1b0c1e-0000-4000-8000-00000000000" + std::to_string(i), false});
  std::vector<PageForPlan> pages;
  for (int i = 1; i <= 4; ++i) pages.push_back({{{"000" + std::to_string(i), 0}, Side::single}});
  const auto units = plan_packages(document, pages, {}, {.urn_to_come = true});
  EXPECT_TRUE(units) << units.error().message;
  if (!units || !units->front().plan) {
    ADD_FAILURE() << units->front().plan.error().message;
    return {};
  }
  return *units->front().plan;
}
UrnRegistration described(const PackagePlan& plan, const PlannedPart* part = nullptr) {
  UrnRegistration r = registration_of(plan, part);
  r.technical = technical_of(page(), master(), plan.pages.size());
  return r;
}
std::string sent(const UrnRegistration& r) {
  EXPECT_THAT(problems_of(r), IsEmpty());
  return message_of(r);
}

const std::string library = "language = \"cze\"\nsigla = \"ABA001\"\n";

TEST(Registration, AFullMessageOfEveryElementKeepsTheOrder) {
  std::set<std::string> seen;
  for (const EntityKind kind :
       {EntityKind::monograph, EntityKind::monograph_volume, EntityKind::periodical_issue,
        EntityKind::other_entity, EntityKind::analytical}) {
    UrnRegistration r;
    UrnEntity& e = r.entity;
    e = {kind,
         "a",
         "b",
         "c",
         "d",
         "cnb000000017",
         "80-200-0001-1",
         "1210-9999",
         "o",
         "type",
         false,
         "Čapek & syn",
         "AUTHOR",
         "other",
         {"p", "q", "1929"}};
    r.source = e;
    r.uuid = "6a1b0c1e-0000-4000-8000-000000000001";
    r.urn = "urn:nbn:cz:tst001-00000a";
    r.predecessor = "urn:nbn:cz:tst001-000009";
    r.predecessor_note = "n";
    r.financed = "VISK 7";
    r.contract = "12/2026";
    r.technical = technical_of(page(), master(), 183);
    const auto rows = check_message(sent(r));
    seen.insert(rows.begin(), rows.end());
  }
  for (const auto& [name, children] : order()) EXPECT_TRUE(seen.contains(name)) << name;
}

TEST(Registration, AnEmptyMessageLeavesOutWhatIsEmpty) {
  UrnRegistration r;
  r.entity.title = "a";
  r.uuid = "6a1b0c1e-0000-4000-8000-000000000001";
  check_message(message_of(r));
  EXPECT_THAT(message_of(r), Not(HasSubstr("technicalMetadata")));
  EXPECT_THAT(problems_of(r), ElementsAre(HasSubstr("image")));
  EXPECT_THAT(problems_of({}),
              ElementsAre(HasSubstr("title"), HasSubstr("uuid"), HasSubstr("image")));
}

TEST(Registration, ABookOfOneVolume) {
  const std::string message = sent(described(planned(
      "title = \"Zahradníkův rok\"\nsubtitle = \"s obrázky\"\nyear = \"[1929]\"\n"
      "authors = [\"Čapek, Karel, 1890-1938\", \"Čapek, Josef\"]\npublisher = \"Aventinum\"\n"
      "place = \"Praha\"\nccnb = \"cnb000000017\"\nisbn = \"80-200-0001-1\"\n"
      "barcode = \"2610012345\"\n" +
      library)));
  check_message(message);
  for (const char* text : {"<monograph>",
                           "<title>Zahradníkův rok</title>",
                           "<subTitle>s obrázky</subTitle>",
                           "<ccnb>cnb000000017</ccnb>",
                           "<isbn>80-200-0001-1</isbn>",
                           "<otherId>2610012345</otherId>",
                           "<documentType>monografie</documentType>",
                           "<digitalBorn>false</digitalBorn>",
                           "<primaryOriginator type=\"AUTHOR\">Čapek, Karel</primaryOriginator>",
                           "<otherOriginator>Čapek, Josef</otherOriginator>",
                           "<publisher>Aventinum</publisher>",
                           "<place>Praha</place>",
                           "<year>1929</year>",
                           "<id type=\"uuid\">6a1b0c1e-0000-4000-8000-000000000000</id>",
                           "<format version=\"1.0\">image/jp2</format>",
                           "<extent>4</extent>",
                           "<horizontal>300</horizontal>",
                           "<vertical>300</vertical>",
                           "<compression ratio=\"2.6\">JPEG 2000 Lossless</compression>",
                           "<model>RGB</model>",
                           "<depth>24</depth>",
                           "<iccProfile>scanner profile</iccProfile>",
                           "<width>2480</width>",
                           "<height>3508</height>"})
    EXPECT_THAT(message, HasSubstr(text));
}

TEST(Registration, NumbersThatAreNotValidAreNotSent) {
  PackagePlan plan = planned("title = \"a\"\nyear = \"1927-1930\"\n" + library);
  plan.unit.identifiers.push_back({"ccnb", "cnb12", false});
  plan.unit.identifiers.push_back({"isbn", "80-200-0001-7", false});
  const std::string message = sent(described(plan));
  check_message(message);
  for (const char* name : {"<ccnb>", "<isbn>", "<year>"})
    EXPECT_THAT(message, Not(HasSubstr(name)));
}

TEST(Registration, AVolumeOfAWork) {
  const std::string message = sent(described(planned(
      "sigla = \"ABA001\"\n[title]\ntitle = \"Mlýny\"\nccnb = \"cnb000000017\"\nyear = 1927\n"
      "authors = [\"Vrba, Josef\"]\npublisher = \"N\"\nlanguage = \"cze\"\n"
      "[[volumes]]\nnumber = \"1\"\nname = \"Voda\"\nyear = 1928\n")));
  check_message(message);
  EXPECT_THAT(message, AllOf(HasSubstr("<monographTitle>Mlýny</monographTitle>"),
                             HasSubstr("<volumeTitle>1. Voda</volumeTitle>"),
                             HasSubstr("<ccnb>cnb000000017</ccnb>"), HasSubstr(">Vrba, Josef<"),
                             HasSubstr("<year>1928</year>")));
}

const std::string issue =
    "kind = \"periodical\"\n[title]\ntitle = \"Věstník\"\nyear = \"1925-1938\"\n"
    "issn = \"0231-5904\"\nccnb = \"cnb000000017\"\npublisher = \"Jednota\"\nlanguage = \"cze\"\n"
    "sigla = \"ABA001\"\n[[issues]]\nnumber = \"5\"\ndate = \"1.5.1927\"\nvolume = \"3\"\n"
    "year = 1927\n"
    "[[issues.articles]]\ntitle = \"O vodě\"\nauthors = [\"Vrba, Josef\"]\npages = \"#1-#2\"\n"
    "[[issues.supplements]]\ntitle = \"Mapa\"\nnumber = \"2\"\npages = \"#4\"\n";

TEST(Registration, AnIssueWithItsArticleAndSupplement) {
  const PackagePlan plan = planned(issue);
  const std::string message = sent(described(plan));
  check_message(message);
  EXPECT_THAT(message,
              AllOf(HasSubstr("<periodicalTitle>Věstník</periodicalTitle>"),
                    HasSubstr("<volumeTitle>3</volumeTitle>"),
                    HasSubstr("<issueTitle>5</issueTitle>"), HasSubstr("<issn>0231-5904</issn>"),
                    HasSubstr("<year>1927</year>"), HasSubstr("<publisher>Jednota</publisher>")));
  ASSERT_EQ(plan.parts.size(), 2u);
  const std::string article = sent(described(plan, &plan.parts[0]));
  check_message(article);
  EXPECT_THAT(article, AllOf(HasSubstr("<analytical>"), HasSubstr("<title>O vodě</title>"),
                             HasSubstr("<documentType>článek</documentType>"),
                             HasSubstr("<sourceDocument>"), HasSubstr("<title>Věstník</title>"),
                             HasSubstr("<issueTitle>5</issueTitle>"), Not(HasSubstr("digitalBorn")),
                             HasSubstr(identifier_of(plan.parts[0].record, "uuid"))));
  const std::string supplement = sent(described(plan, &plan.parts[1]));
  check_message(supplement);
  EXPECT_THAT(supplement, AllOf(HasSubstr("<otherEntity>"), HasSubstr("<title>Mapa. 2</title>"),
                                HasSubstr("<documentType>příloha</documentType>")));
}

TEST(Registration, MapsGraphicsAndSheetMusicAreOtherEntities) {
  for (const auto& [kind, word] : {std::pair{"map", "mapa"}, std::pair{"graphic", "grafika"},
                                   std::pair{"sheetmusic", "hudebnina"}}) {
    const std::string message = sent(described(
        planned(fmt::format("kind = \"{}\"\ntitle = \"a\"\nyear = 1893\n", kind) + library)));
    check_message(message);
    EXPECT_THAT(message, AllOf(HasSubstr("<otherEntity>"),
                               HasSubstr(fmt::format("<documentType>{}</documentType>", word))));
  }
  const std::string manuscript =
      sent(described(planned("kind = \"manuscript\"\ntitle = \"a\"\nyear = 1780\n" + library)));
  check_message(manuscript);
  EXPECT_THAT(manuscript, AllOf(HasSubstr("<monograph>"), HasSubstr("rukopis")));
}

TEST(Registration, CorporationsAndEventsAreNoAuthors) {
  for (const auto& [type, word] :
       {std::pair{"corporate", "CORPORATION"}, std::pair{"conference", "EVENT"}}) {
    const std::string message = sent(described(planned(
        fmt::format(
            "title = \"a\"\nyear = 1927\nauthors = [{{ name = \"Spolek\", type = \"{}\" }}]\n",
            type) +
        library)));
    EXPECT_THAT(message, HasSubstr(fmt::format("<primaryOriginator type=\"{}\">Spolek<", word)));
  }
}

TEST(Registration, OnlyAWholeYearIsAYear) {
  for (const auto& [date, year] :
       {std::pair{"1927", "1927"}, std::pair{"[1927?]", "1927"}, std::pair{"c1927", "1927"},
        std::pair{"1.5.1927", "1927"}, std::pair{"M. DCC. XXIV. [1724]", "1724"},
        std::pair{"1927-1930", ""}, std::pair{"1927-", ""}, std::pair{"19--", ""},
        std::pair{"192-", ""}, std::pair{"19uu", ""}, std::pair{"", ""}})
    EXPECT_EQ(one_year(date), year) << date;
}

TEST(Registration, TheFirstImageIsTold) {
  const UrnTechnical plain = technical_of(page(), std::nullopt, 7);
  EXPECT_EQ(plain.color_model, "sRGB");
  EXPECT_EQ(plain.depth, 24);
  EXPECT_EQ(plain.compression, "");
  Jp2Properties grey = master();
  grey.bit_depth = {8};
  grey.components = 1;
  grey.icc_bytes = 0;
  grey.reversible = false;
  PageFacts facts = page();
  facts.channels = 1;
  const UrnTechnical t = technical_of(facts, grey, 7);
  EXPECT_EQ(t.color_model, "BlackIsZero");
  EXPECT_EQ(t.depth, 8);
  EXPECT_EQ(t.icc_profile, "");
  EXPECT_EQ(t.compression, "JPEG 2000 Lossy");
  EXPECT_EQ(t.compression_ratio, "1.0");  // never below what was given
}

TEST(Registration, ADigitalInstanceKeepsTheOrder) {
  const std::string message =
      message_of_instance("https://k.example.org/a?b=1&c=2", "12", "image/jp2", "volně přístupné");
  EXPECT_LT(message.find("<url>https://k.example.org/a?b=1&amp;c=2</url>"),
            message.find("<digitalLibraryId>12</digitalLibraryId>"));
  EXPECT_LT(message.find("<digitalLibraryId>"), message.find("<format>"));
  EXPECT_LT(message.find("<format>"), message.find("<accessibility>"));
}

TEST(Answers, EveryCodeHasASentence) {
  std::set<std::string_view> sentences;
  for (const RefusalCode& row : refusal_codes()) {
    const UrnRefusal refusal{row.status, std::string(row.code), "detail"};
    EXPECT_THAT(refusal.words(), AllOf(HasSubstr(std::string(row.sentence)),
                                       HasSubstr(std::string(row.code)), HasSubstr("detail")));
    EXPECT_GT(row.sentence.size(), 15u) << row.code;
    const AfterRefusal after = refusal.after();
    EXPECT_EQ(after, row.status == 400   ? AfterRefusal::go_on
                     : row.status == 409 ? AfterRefusal::look_up
                     : row.status == 500 ? AfterRefusal::later
                                         : AfterRefusal::stop)
        << row.code;
  }
  EXPECT_EQ(refusal_codes().size(), 26u);
  EXPECT_THAT((UrnRefusal{401, "", ""}.words()), HasSubstr("user and password"));
  EXPECT_THAT((UrnRefusal{418, "", ""}.words()), HasSubstr("418"));
  EXPECT_THAT((UrnRefusal{400, "INCORRECT_PREDECESSOR_STATUS", ""}.words()),
              HasSubstr("deactivated"));
  EXPECT_THAT((UrnRefusal{404, "SOMETHING_NEW", "why"}.words()), HasSubstr("SOMETHING_NEW: why"));
}

}  // namespace
}  // namespace linka
