// SPDX-License-Identifier: GPL-3.0-or-later
#include "title/title.h"

#include "base/files.h"
#include "title/codes.h"
#include "title/normalise.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <optional>

namespace linka {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
namespace fs = std::filesystem;

constexpr const char* least = R"(title = "Kniha"
language = "ces"
year = 1927
urnnbn = "urn:nbn:cz:tst001-00000a"
sigla = "ABA001"
)";

class TitleFile : public testing::Test {
 protected:
  void SetUp() override {
    folder_ =
        fs::temp_directory_path() / ("linka-title-" + std::to_string(::getpid()) + "-" +
                                     testing::UnitTest::GetInstance()->current_test_info()->name());
    fs::create_directories(folder_);
  }
  void TearDown() override { fs::remove_all(folder_); }
  Result<LoadedRecord> load(std::string_view text) {
    const fs::path path = folder_ / "title.toml";
    EXPECT_TRUE(write_atomically(path, text));
    return load_record(path);
  }
  std::string complaint(std::string_view text) {
    const auto r = load(text);
    return r ? "" : r.error().message;
  }
  fs::path folder_;
};

TEST_F(TitleFile, TheLeastThatIsEnough) {
  const auto r = load(least);
  ASSERT_TRUE(r) << r.error().message;
  EXPECT_TRUE(r->notes.empty()) << r->notes[0];
  EXPECT_EQ(display_title(r->record), "Kniha, 1927");
  EXPECT_EQ(r->record.languages.at(0).code, "cze");
  EXPECT_EQ(r->record.forms.at(0).text, "print");
  EXPECT_EQ(r->record.issuance, "monographic");
}

TEST_F(TitleFile, TheSampleIsReadWithoutANote) {
  const auto r = load_record(fs::path(LINKA_SAMPLES) / "title.toml");
  ASSERT_TRUE(r) << r.error().message;
  EXPECT_TRUE(r->notes.empty()) << r->notes[0];
  EXPECT_EQ(package_id(r->record), "tst001-00000a");
  const auto& names = r->record.names;
  ASSERT_EQ(names.size(), 2u);
  EXPECT_TRUE(names[0].primary);
  EXPECT_EQ(names[0].parts.at(2).type, "date");
  EXPECT_THAT(names[1].roles, ElementsAre("ill"));
  EXPECT_FALSE(names[1].primary);
  EXPECT_EQ(r->record.info.created, "2025-02-01T00:00:00Z");
  EXPECT_EQ(r->record.info.changed, "2025-03-01T09:00:00Z");
  EXPECT_FALSE(r->record.labels.empty());
  EXPECT_EQ(r->record.types.at(1), "titlePage");
  EXPECT_EQ(r->record.locations.at(0).shelf_mark, "54 H 000001");
}

TEST_F(TitleFile, EverythingMissingIsNamedAtOnce) {
  const std::string said = complaint("place = \"Praha\"\n");
  for (const char* part : {"title.toml", "the title", "URN:NBN", "language", "year", "sigla"})
    EXPECT_THAT(said, HasSubstr(part));
}

TEST_F(TitleFile, AnEmptyFileIsARecordThatLacksAll) {
  EXPECT_THAT(complaint(""), HasSubstr("lacks the title"));
}

TEST_F(TitleFile, UnknownKeysAreRefusedWithTheirLine) {
  const std::string said =
      complaint(std::string(least) + "titel = \"x\"\n[pages]\nlabel = \"1\"\n");
  EXPECT_THAT(said, HasSubstr("title.toml:6: unknown key \"titel\"; is it title?"));
  EXPECT_THAT(said, HasSubstr("title.toml:8: unknown key \"label\" in [pages]; is it labels?"));
}

TEST_F(TitleFile, EveryMistakeIsToldWithItsLine) {
  const std::string said = complaint(
      "title = \"K\"\nlanguage = \"čeština\"\nyear = \"neznámý\"\nurnnbn = \"urn:nbn:cz:x\"\n"
      "sigla = \"aba001\"\nisbn = \"0-306-40615-3\"\ncountry = \"CZ\"\n"
      "authors = [{ name = \"A, B\", role = \"kdosi\" }]\n"
      "[pages]\nlabels = \"5-1\"\ntypes = { 0 = \"map\", 1 = \"mapa\" }\n");
  for (const char* part : {":2: ", ":3: ", ":4: ", ":5: ", ":6: ", ":7: ", ":8: ", ":10: ", ":11: ",
                           "check digit", "\"5-1\"", "\"0\" is no ordinal"})
    EXPECT_THAT(said, HasSubstr(part));
}

TEST_F(TitleFile, BrokenTomlNamesTheLine) {
  EXPECT_THAT(complaint("title = \"K\"\nyear = = 3\n"), HasSubstr("title.toml:2: "));
  EXPECT_THAT(complaint("title = \"K\"\nplace = \"Pra\xe1\"\n"), HasSubstr("title.toml:2: "));
  EXPECT_THAT(complaint(std::string(5000, '[')), HasSubstr("title.toml:1: "));
}

TEST_F(TitleFile, AFileThatIsNotThereIsNamed) {
  const auto r = load_record(folder_ / "none.toml");
  ASSERT_FALSE(r);
  EXPECT_THAT(r.error().message, HasSubstr("none.toml"));
}

TEST_F(TitleFile, ListedLabelsStandAsTheyAre) {
  const auto r = load(std::string(least) + "[pages]\nlabels = [\"1\", \"2-3\"]\n");
  ASSERT_TRUE(r);
  EXPECT_THAT(r->record.labels, ElementsAre("1", "2-3"));
}

TEST_F(TitleFile, ACataloguesModsStandsInsideAndTheRestBesideIt) {
  const std::string mods =
      "mods = '''<mods xmlns=\"http://www.loc.gov/mods/v3\"><titleInfo><title>Kniha</title>"
      "</titleInfo><originInfo><dateIssued>1927</dateIssued></originInfo><language>"
      "<languageTerm type=\"code\">ger</languageTerm></language>"
      "<identifier type=\"urnnbn\">urn:nbn:cz:tst001-00000b</identifier></mods>'''\n";
  const auto r = load(mods +
                      "urnnbn = \"urn:nbn:cz:tst001-00000a\"\nsigla = \"ABA001\"\n"
                      "[pages]\nlabels = \"1-3\"\n");
  ASSERT_TRUE(r) << r.error().message;
  EXPECT_EQ(display_title(r->record), "Kniha, 1927");
  EXPECT_EQ(package_id(r->record), "tst001-00000a");
  EXPECT_EQ(r->record.labels.size(), 3u);
  EXPECT_THAT(complaint(mods + "title = \"Jiná\"\n"), HasSubstr("beside mods it is not read"));
  EXPECT_THAT(complaint("mods = \"<html/>\"\n"), HasSubstr("no MODS record"));
}

TEST(Normalise, CompletesTheDatesOfCatalogues) {
  EXPECT_EQ(completed_date_time("20010213"), "2001-02-13T00:00:00Z");
  EXPECT_EQ(completed_date_time("990730"), "1999-07-30T00:00:00Z");
  EXPECT_EQ(completed_date_time("050730"), "2005-07-30T00:00:00Z");
  EXPECT_EQ(completed_date_time("20190315103000.0"), "2019-03-15T10:30:00");
  EXPECT_EQ(completed_date_time("20250314T101500Z"), "2025-03-14T10:15:00Z");
  EXPECT_EQ(completed_date_time("2001-02-13"), "2001-02-13T00:00:00Z");
  EXPECT_EQ(completed_date_time("2001-02-13T10:15:00+01:00"), "2001-02-13T10:15:00+01:00");
  EXPECT_EQ(completed_date_time("včera"), "");
  EXPECT_EQ(completed_date_time("20011399"), "");
}

TEST(Normalise, DoingItTwiceChangesNothingMore) {
  std::vector<std::string> notes;
  std::optional<Record> record(std::in_place);
  record->titles.push_back({"", "", "Kniha", "", "", ""});
  record->languages = {{"cze", ""}};
  record->origins.emplace_back();
  record->origins.back().dates.push_back({DateKind::issued, "1927", "", ""});
  normalise(*record, notes);
  const Record once = *record;
  normalise(*record, notes);
  EXPECT_EQ(once.origins.size(), record->origins.size());
  EXPECT_EQ(once.forms.size(), record->forms.size());
  EXPECT_EQ(once.identifiers.size(), record->identifiers.size());
  EXPECT_TRUE(notes.empty());
}

TEST(Normalise, WritesAnIsbnAsItsCheckIsMade) {
  const auto made = [](const char* value, bool invalid = false) {
    Record r;
    std::vector<std::string> notes;
    r.identifiers = {{"ISBN", value, invalid}};
    normalise(r, notes);
    return r;
  };
  EXPECT_EQ(identifier_of(made("0-8044-2957-x"), "isbn"), "0-8044-2957-X");
  EXPECT_EQ(identifier_of(made("978-80-200-2600-2 (brož.)"), "isbn"), "978-80-200-2600-2");
  EXPECT_EQ(identifier_of(made("978 80 200 26002"), "isbn"), "9788020026002");
  EXPECT_EQ(identifier_of(made("9-788020-026002"), "isbn"), "9788020026002");
  EXPECT_EQ(identifier_of(made("80-200-2600--9"), "isbn"), "");
  // A cancelled number stays an identifier only while its check digit is right.
  EXPECT_TRUE(made("80-200-0001-1", true).identifiers.at(0).invalid);
  for (const bool invalid : {false, true}) {
    const Record wrong = made("0-306-40615-3", invalid);
    EXPECT_TRUE(wrong.identifiers.empty());
    EXPECT_THAT(wrong.notes, ElementsAre("chybné ISBN 0-306-40615-3"));
  }
}

TEST(Normalise, LeavesOutIdentifiersThatDublinCoreCannotHold) {
  Record r;
  std::vector<std::string> notes;
  r.identifiers = {{"sysno:a", "1", false}, {"mark", "A:", false}, {"hdl", "a:b", false}};
  normalise(r, notes);
  ASSERT_EQ(r.identifiers.size(), 1u);
  EXPECT_EQ(r.identifiers[0].type, "hdl");
}

TEST(Codes, KnowLanguagesAndRoles) {
  EXPECT_EQ(language_code("ces"), "cze");
  EXPECT_EQ(language_code("CS"), "cze");
  EXPECT_EQ(language_code("ger"), "ger");
  EXPECT_EQ(language_code("xyz"), "");
  EXPECT_EQ(language_code("e g"), "");
  EXPECT_EQ(relator_code("trl"), "trl");
  EXPECT_EQ(relator_code("překladatel"), "trl");
  EXPECT_EQ(relator_code(""), "");
  EXPECT_EQ(relator_code("t a"), "");
}

}  // namespace
}  // namespace linka
