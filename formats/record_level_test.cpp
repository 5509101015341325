// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/record_level.h"

#include "formats/dc.h"
#include "formats/mods.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>

namespace linka {
namespace {

using testing::HasSubstr;
using testing::Not;
using enum RecordLevel;

constexpr std::array every_level{
    volume,           title,   periodical, year,           issue,        volume_supplement,
    issue_supplement, chapter, article,    volume_picture, issue_picture};

// Something in every member that a level may or may not hold.
Record full() {
  Record r;
  TitleInfo t;
  t.title = "Věstník";
  t.part_number = "3";
  TitleInfo other = t;
  other.type = "alternative";
  r.titles = {t, other};
  Name author;
  author.parts = {{"family", "Nováková"}, {"given", "Anna"}, {"date", "1880-"}};
  author.alternative_names = {"Novak, A."};
  Name others;
  others.et_al = "a další";
  r.names = {author, others};
  Origin o;
  o.places = {"Praha"};
  o.agents = {"Spolek"};
  o.dates = {{DateKind::issued, "1927", "start", ""}, {DateKind::issued, "1928", "end", ""}};
  o.edition = "1. vydání";
  r.origins = {o};
  r.frequency = "Monthly";
  r.languages = {{"cze", ""}};
  r.forms = {{"marcform", "print"}, {"rdacarrier", "svazek"}, {"gmd", "text"}};
  r.extents = {"14 svazků"};
  r.physical_notes = {"potrhané"};
  r.abstracts = {"O papíru."};
  r.notes = {"Poznámka"};
  Subject s;
  s.authority = "agrovoc";
  s.topics = {"papír"};
  s.geographic = {"Praha"};
  s.names = {"Vrba, Josef"};
  r.subjects = {s};
  r.classifications = {{"udc", "Konspekt", "676"}, {"ddc", "", "600"}};
  RelatedItem series;
  series.type = "series";
  series.titles = {t};
  r.related = {series};
  r.locations = {{"ABA001", "54 H 1"}, {"ABA001", ""}};
  r.identifiers = {{"isbn", "0-306-40615-2", false},
                   {"issn", "0231-5904", false},
                   {"ccnb", "cnb000000001", false},
                   {"urnnbn", "urn:nbn:cz:tst001-00000a", false},
                   {"uuid", "0f5c1d2e-7a41-4c8b-9e30-000000000101", false},
                   {"isbn", "80-85892-15-4", false}};
  r.info.source = "ABA001";
  r.info.identifier = "nkc1";
  r.info.identifier_source = "CZ-PrNK";
  r.info.language = "cze";
  return r;
}

RecordPlace at(RecordLevel level) {
  RecordPlace place;
  place.level = level;
  place.genre_type = level == issue ? "normal" : "unspecified";
  return place;
}

std::string mods(const Record& r, const RecordPlace& place,
                 const ModsStyle& style = {"3.8", false, true, true, false}) {
  XmlWriter xml;
  write_mods(xml, held_at(r, place), place, style, "2025-03-14T10:20:00Z");
  return xml.done();
}

std::string dc(const Record& r, const RecordPlace& place) {
  XmlWriter xml;
  write_dc(xml, r, held_at(r, place), place);
  return xml.done();
}

TEST(RecordLevel, EveryLevelBeginsWithItsUuid) {
  for (const RecordLevel level : every_level) {
    const Record held = held_at(full(), at(level));
    ASSERT_FALSE(held.identifiers.empty());
    EXPECT_EQ(held.identifiers[0].type, "uuid");
    EXPECT_EQ(held.identifiers[0].value, "0f5c1d2e-7a41-4c8b-9e30-000000000101");
  }
}

TEST(RecordLevel, IdentifiersAreThoseOfTheLevelAndEachTypeOnce) {
  const auto types = [](RecordLevel level) {
    std::vector<std::string> out;
    for (const Identifier& id : held_at(full(), at(level)).identifiers) out.push_back(id.type);
    return out;
  };
  using testing::ElementsAre;
  EXPECT_THAT(types(volume), ElementsAre("uuid", "isbn", "ccnb", "urnnbn"));
  EXPECT_THAT(types(periodical), ElementsAre("uuid", "isbn", "issn", "ccnb"));
  EXPECT_THAT(types(year), ElementsAre("uuid", "isbn", "urnnbn"));
  EXPECT_THAT(types(issue), ElementsAre("uuid", "isbn", "issn", "urnnbn"));
  EXPECT_THAT(types(chapter), ElementsAre("uuid", "issn", "urnnbn"));
  EXPECT_THAT(types(article), ElementsAre("uuid", "isbn", "urnnbn"));
}

TEST(RecordLevel, AYearIsANumberAndADate) {
  const std::string text = mods(full(), at(year));
  EXPECT_THAT(text, HasSubstr("<mods:mods ID=\"MODS_VOLUME_0001\""));
  EXPECT_THAT(text, HasSubstr("<mods:originInfo>\n"));
  EXPECT_THAT(text, HasSubstr("<mods:dateIssued>1927-1928<"));
  for (const char* block : {"recordInfo", "language", "mods:form", "subject", "location", "agent",
                            "abstract", "typeOfResource", "relatedItem", "edition", "issuance"})
    EXPECT_THAT(text, Not(HasSubstr(block))) << block;
  EXPECT_THAT(dc(full(), at(year)), HasSubstr("<dc:type>model:periodicalvolume<"));
}

TEST(RecordLevel, AYearWithoutANumberIsCalledByItsDate) {
  Record r = full();
  r.titles.clear();
  EXPECT_THAT(mods(r, at(year)), HasSubstr("<mods:partNumber>1927-1928<"));
  EXPECT_THAT(dc(r, at(year)), HasSubstr("<dc:title>1927-1928<"));
}

TEST(RecordLevel, AnIssueHasNoEventNoRecordInfoAndNoPlacesAsSubjects) {
  const std::string text = mods(full(), at(issue));
  EXPECT_THAT(text, HasSubstr("<mods:genre type=\"normal\">issue<"));
  EXPECT_THAT(text, HasSubstr("<mods:namePart>Spolek<"));
  EXPECT_THAT(text, HasSubstr("<mods:dateIssued>1927-1928<"));
  for (const char* block : {"recordInfo", "eventType", "iso8601", "geographic", "classification",
                            "mods:form", "typeOfResource", "issuance", "edition"})
    EXPECT_THAT(text, Not(HasSubstr(block))) << block;
  Record regional = full();
  regional.titles[1].type = "mutational edition";
  EXPECT_THAT(mods(regional, at(issue)), HasSubstr("<mods:titleInfo otherType=\"mutational"));
  EXPECT_THAT(mods(regional, at(volume)), Not(HasSubstr("mutational")));
}

TEST(RecordLevel, APeriodicalSaysHowOftenItComes) {
  const std::string text = mods(full(), at(periodical));
  EXPECT_THAT(text, HasSubstr("<mods:frequency authority=\"marcfrequency\">Monthly<"));
  EXPECT_THAT(text, HasSubstr("<mods:issuance>serial<"));
  EXPECT_THAT(text, Not(HasSubstr("mods:edition")));
  EXPECT_THAT(text, Not(HasSubstr("gmd")));
  EXPECT_THAT(text, Not(HasSubstr("agrovoc")));
  EXPECT_THAT(mods(full(), at(volume)), Not(HasSubstr("frequency")));
}

TEST(RecordLevel, AWorkOfSeveralVolumesTakesWholeSpansOfYearsOnly) {
  EXPECT_THAT(mods(full(), at(title)), Not(HasSubstr("type=\"date\"")));
  EXPECT_THAT(mods(full(), at(volume)), HasSubstr("type=\"date\">1880-<"));
  EXPECT_THAT(mods(full(), at(title)), Not(HasSubstr("issuance")));
}

TEST(RecordLevel, FormsAreTypedWhereTheStandardWantsIt) {
  const auto forms = [](RecordPlace place, std::vector<Form> given) {
    Record r = full();
    r.forms = std::move(given);
    return held_at(r, place).forms;
  };
  // One volume: never a type.
  EXPECT_EQ(forms(at(volume), {{"rdamedia", "bez média", "media"}})[0].type, "");
  // A supplement of a book: always, and rather from RDA.
  const auto supplement =
      forms(at(volume_supplement), {{"marcform", "print"}, {"rdacarrier", "list"}});
  ASSERT_EQ(supplement.size(), 1u);
  EXPECT_EQ(supplement[0].text, "list");
  EXPECT_EQ(supplement[0].type, "carrier");
  EXPECT_EQ(forms(at(volume_supplement), {})[0].type, "carrier");
  // Several volumes and sheet music: one that is not from RDA.
  RecordPlace several = at(volume);
  several.several_volumes = true;
  EXPECT_EQ(forms(several, {{"rdacarrier", "svazek"}})[0].authority, "marcform");
  EXPECT_EQ(forms(several, {{"rdacarrier", "svazek"}})[1].type, "carrier");
}

TEST(RecordLevel, APartHoldsSubjectsWithTopicsOnly) {
  Record r = full();
  Subject place;
  place.authority = "czenas";
  place.geographic = {"Brno"};
  r.subjects = {place};
  EXPECT_THAT(mods(r, at(chapter)), Not(HasSubstr("subject")));
  EXPECT_THAT(dc(r, at(chapter)), HasSubstr("<dc:subject>Brno<"));
  place.topics = {"mosty"};
  place.names = {"Vrba, Josef"};
  r.subjects = {place};
  EXPECT_THAT(mods(r, at(chapter)), HasSubstr("<mods:name authority=\"czenas\">"));
}

TEST(RecordLevel, PartsOfIssuesAlwaysHaveASubject) {
  Record r = full();
  r.subjects.clear();
  r.classifications.clear();
  RecordPlace news = at(article);
  news.genre_type = "news";
  EXPECT_THAT(dc(r, news), HasSubstr("<dc:subject>news<"));
  EXPECT_THAT(dc(r, at(chapter)), Not(HasSubstr("dc:subject")));
  EXPECT_THAT(dc(full(), news), HasSubstr("<dc:subject>papír<"));
}

TEST(RecordLevel, PicturesHaveNoLanguageInPeriodicals) {
  EXPECT_THAT(mods(full(), at(issue_picture)), Not(HasSubstr("language")));
  EXPECT_THAT(mods(full(), at(volume_picture)), HasSubstr("languageTerm"));
  EXPECT_THAT(dc(full(), at(volume_picture)), Not(HasSubstr("dc:language")));
}

TEST(RecordLevel, AChapterSaysWhereItStands) {
  RecordPlace place = at(chapter);
  place.first_index = 2;
  place.last_index = 3;
  place.first_label = "1";
  place.last_label = "2";
  const std::string text = mods(full(), place);
  EXPECT_THAT(text, HasSubstr("<mods:part type=\"pageIndex\">"));
  EXPECT_THAT(text, HasSubstr("<mods:end>3</mods:end>"));
  EXPECT_THAT(text, HasSubstr("<mods:part type=\"pageNumber\">"));
  EXPECT_THAT(dc(full(), place), HasSubstr("<dc:coverage>1-2<"));
}

TEST(RecordLevel, KindsOfVolumesAreNamedEverywhereAlike) {
  for (const auto& [genre, resource, model] :
       {std::tuple{"volume", "text", "model:monograph"},
        std::tuple{"cartographic", "cartographic", "model:map"},
        std::tuple{"graphic", "still image", "model:graphic"},
        std::tuple{"sheetmusic", "notated music", "model:sheetmusic"}}) {
    Record r = full();
    r.genre = genre;
    const std::string text = mods(r, at(volume));
    EXPECT_THAT(text, HasSubstr(std::string("<mods:genre>") + genre + "<"));
    EXPECT_THAT(text, HasSubstr(std::string("<mods:typeOfResource>") + resource + "<"));
    EXPECT_THAT(dc(r, at(volume)), HasSubstr(std::string("<dc:type>") + model + "<"));
    const bool music = r.genre == "sheetmusic";
    EXPECT_EQ(text.find("mods:caption") != std::string::npos, music);
    EXPECT_EQ(text.find("recordContentSource") == std::string::npos, music);
  }
}

TEST(RecordLevel, OtherFormsOfANameAreOfTheNewestMods) {
  EXPECT_THAT(mods(full(), at(volume)), HasSubstr("<mods:alternativeName>"));
  EXPECT_THAT(mods(full(), at(volume), {}), Not(HasSubstr("alternativeName")));
}

TEST(RecordLevel, TheOlderVersionsHaveOlderWords) {
  RecordPlace place = at(chapter);
  place.genre_type = "tableOfContents";
  EXPECT_THAT(mods(full(), place), HasSubstr("type=\"tableOfContents\">chapter<"));
  EXPECT_THAT(mods(full(), place, {"3.6", true, false, false, true}),
              HasSubstr("type=\"table of content\">chapter<"));
}

TEST(RecordLevel, DatesOfIssuesHaveTheirForms) {
  for (const char* good :
       {"1927", "05.1927", "01.05.1927", "05.-06.1927", "01.-02.05.1927", "30.04.-01.05.1927"})
    EXPECT_TRUE(is_issue_date(good)) << good;
  for (const char* bad : {"", "1927-05", "[1927]", "5.1927", "květen 1927"})
    EXPECT_FALSE(is_issue_date(bad)) << bad;
}

}  // namespace
}  // namespace linka
