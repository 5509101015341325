// SPDX-License-Identifier: GPL-3.0-or-later
#include "title/csv.h"

#include "base/files.h"
#include "title/csv_columns.h"
#include "title/plan.h"
#include "title/title.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

namespace linka {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
namespace fs = std::filesystem;

Result<CsvTable> parse(std::string_view text) {
  return parse_csv({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
}

TEST(Csv, ReadsWhatSpreadsheetsWrite) {
  const auto t = parse(
      "\xef\xbb\xbf"
      "a;b;c\r\n1;\"dva; tři\r\nčtyři\";\"\"\"x\"\"\"\r\n=\"0012\";;\n");
  ASSERT_TRUE(t);
  EXPECT_EQ(t->separator, ';');
  EXPECT_EQ(t->encoding, "UTF-8");
  ASSERT_EQ(t->rows.size(), 3u);
  EXPECT_THAT(t->rows[1], ElementsAre("1", "dva; tři\r\nčtyři", "\"x\""));
  EXPECT_THAT(t->rows[2], ElementsAre("0012", "", ""));
}

TEST(Csv, TellsSeparatorAndEncodingFromTheContent) {
  EXPECT_EQ(parse("a,b,c\n")->separator, ',');
  EXPECT_EQ(parse("a\tb;x\tc\n")->separator, '\t');
  EXPECT_EQ(parse("sep=,\na,b\n")->rows.at(0).size(), 2u);
  EXPECT_THAT(parse("\"a,b\";c\n")->rows.at(0), ElementsAre("a,b", "c"));
  const auto czech = parse("N\xe1zev;\xc8\xedslo\nP\xf8\xedloha;1\n");  // Windows-1250
  EXPECT_EQ(czech->encoding, "Windows-1250");
  EXPECT_THAT(czech->rows.at(0), ElementsAre("Název", "Číslo"));
  EXPECT_EQ(czech->rows.at(1).at(0), "Příloha");
  const auto wide =
      parse(std::string_view("\xff\xfe"
                             "a\0;\0\x0d\x01\n\0",
                             10));
  EXPECT_EQ(wide->encoding, "UTF-16");
  EXPECT_THAT(wide->rows.at(0), ElementsAre("a", "č"));
}

TEST(Csv, ATableThatIsBrokenOrEmptyIsRefused) {
  EXPECT_FALSE(parse(""));
  const auto open = parse("a;b\n1;\"dva\n3;4\n");
  ASSERT_FALSE(open);
  EXPECT_THAT(open.error().message, HasSubstr("row 2"));
}

TEST(Csv, KnowsColumnsByCzechAndEnglishNames) {
  for (const char* name : {"Ročník", "ROCNIK", " ročník ", "year_number"})
    EXPECT_EQ(column_key(name), "year_number") << name;
  EXPECT_EQ(column_key("URN:NBN"), "urnnbn");
  EXPECT_EQ(column_key("Počet stran"), "page_count");
  EXPECT_EQ(column_key("Název části"), "name");
  EXPECT_EQ(column_key("barva"), "");
  EXPECT_EQ(nearest_column("Rocnk"), "rocnik");
}

class CsvFile : public testing::Test {
 protected:
  void SetUp() override {
    folder_ =
        fs::temp_directory_path() / ("linka-csv-" + std::to_string(::getpid()) + "-" +
                                     testing::UnitTest::GetInstance()->current_test_info()->name());
    fs::create_directories(folder_);
  }
  void TearDown() override { fs::remove_all(folder_); }
  Result<LoadedDocument> load(const std::string& name, std::string_view text) {
    EXPECT_TRUE(write_atomically(folder_ / name, text));
    return load_document(folder_ / name);
  }
  fs::path folder_;
};

TEST_F(CsvFile, ATableAloneDescribesAYear) {
  const auto r = load_document(fs::path(LINKA_SAMPLES) / "title-issues.csv");
  ASSERT_TRUE(r) << r.error().message;
  const Document& d = r->document;
  EXPECT_EQ(d.kind, DocumentKind::periodical);
  ASSERT_TRUE(d.title);
  EXPECT_EQ(identifier_of(*d.title, "issn"), "0231-5904");
  EXPECT_EQ(issue_date(*d.title), "1925-1938");
  ASSERT_EQ(d.units.size(), 2u);
  EXPECT_EQ(issue_date(d.units[0].record), "01.01.1927");
  EXPECT_EQ(issue_date(*d.units[0].year), "1927");
  EXPECT_EQ(d.units[0].year->titles.at(0).part_number, "3");
  EXPECT_THAT(d.units[0].record.labels, ElementsAre("1", "2", "3", "4"));
  ASSERT_EQ(d.units[0].parts.size(), 2u);
  EXPECT_EQ(d.units[0].parts[0].genre_type, "mainArticle");
  EXPECT_EQ(d.units[0].parts[0].record.names.size(), 2u);
  EXPECT_EQ(d.units[1].parts.at(0).scans, "1927/02p");
  EXPECT_THAT(d.units[0].where, HasSubstr("title-issues.csv row 2"));
}

// The table of a library: Excel's encoding and separator, dates and numbers as it likes them.
TEST_F(CsvFile, ExcelsTableBesideTheRecord) {
  const std::string csv =
      "\xc8\xedslo;Ro\xe8n\xedk;Rok;Datum;URN:NBN;Po\xe8"
      "et stran;\xc8\xe1rov\xfd k\xf3"
      "d\r\n"
      "1.0;3.0;1927;1.5.1927 0:00:00;urn:nbn:cz:tst001-00000a;2.0;=\"0012\"\r\n"
      "2;3;1927;kv\xec"
      "ten 1927;URN:NBN:CZ:tst001-00000b;2;\r\n\r\n";
  ASSERT_TRUE(write_atomically(folder_ / "issues.csv", csv));
  const auto r =
      load("title.toml",
           "issues = \"issues.csv\"\n[title]\ntitle = \"V\"\nlanguage = \"cze\"\nsigla = "
           "\"ABA001\"\nyear = \"1925\"\n");
  ASSERT_TRUE(r) << r.error().message;
  ASSERT_EQ(r->document.units.size(), 2u);
  const Unit& first = r->document.units[0];
  EXPECT_EQ(first.record.titles.at(0).part_number, "1");
  EXPECT_EQ(first.year->titles.at(0).part_number, "3");
  EXPECT_EQ(issue_date(first.record), "01.05.1927");
  EXPECT_EQ(first.page_count, 2);
  EXPECT_EQ(identifier_of(first.record, "barCode"), "0012");
  EXPECT_EQ(package_id(r->document.units[1].record), "tst001-00000b");
  EXPECT_EQ(issue_date(r->document.units[1].record), "05.1927");
  EXPECT_EQ(r->files.size(), 2u);
}

TEST_F(CsvFile, MistakesAreNamedWithRowAndColumn) {
  const auto r =
      load("issues.csv",
           "Název,Číslo,Datum,Rocnk,část,strany,typ\nV,1,41.5.1927,3,,,\n,,,,kapitla,2,\n"
           ",9,,,článek,2,\n,1,,,článek,2,divný\n");
  ASSERT_FALSE(r);
  for (const char* part : {"issues.csv row 1: unknown column 4 \"Rocnk\"; is it rocnik?",
                           "issues.csv row 2, column Datum: \"41.5.1927\" is no date",
                           "issues.csv row 3, column část: \"kapitla\" is no part",
                           "issues.csv row 4, column Číslo: no issue or volume above",
                           "issues.csv row 5, column typ: \"divný\" is no kind of such a part",
                           "issues.csv row 5: a part needs a title"})
    EXPECT_THAT(r.error().message, HasSubstr(part));
}

TEST_F(CsvFile, RowsOfOneTitleAreItsVolumesAndOthersBooks) {
  const auto work = load("a.csv",
                         "title,number,name,year,urnnbn,sigla,language,author,author\n"
                         "D,1,Voda,1927,urn:nbn:cz:tst001-00000a,ABA001,cze,\"A, B\",\"C, D\"\n"
                         "D,2,Vítr,1928,urn:nbn:cz:tst001-00000b,ABA001,cze,,\n");
  ASSERT_TRUE(work) << work.error().message;
  ASSERT_TRUE(work->document.title);
  EXPECT_EQ(work->document.title->names.size(), 2u);
  EXPECT_EQ(work->document.units.at(1).record.titles.at(0).part_name, "Vítr");
  const auto books = load("b.csv",
                          "title,year,urnnbn,sigla,language\n"
                          "D,1927,urn:nbn:cz:tst001-00000a,ABA001,cze\n"
                          "E,1928,urn:nbn:cz:tst001-00000b,ABA001,cze\n");
  ASSERT_TRUE(books) << books.error().message;
  EXPECT_FALSE(books->document.title);
  ASSERT_EQ(books->document.units.size(), 2u);
  EXPECT_EQ(display_title(books->document.units[1].record), "E, 1928");
}

TEST_F(CsvFile, LevelsNestParts) {
  const auto r = load("a.csv",
                      "část;úroveň;název;strany;rok;urnnbn;sigla;jazyk\n"
                      ";;K;1-9;1927;urn:nbn:cz:tst001-00000a;ABA001;cze\n"
                      "kapitola;1;A;1-5;;;;\nkapitola;2;Aa;1-2;;;;\nkapitola;2;Ab;3-5;;;;\n"
                      "kapitola;1;B;6-9;;;;\n");
  ASSERT_TRUE(r) << r.error().message;
  const auto& parts = r->document.units.at(0).parts;
  ASSERT_EQ(parts.size(), 2u);
  ASSERT_EQ(parts[0].parts.size(), 2u);
  EXPECT_EQ(parts[0].parts[1].record.titles.at(0).title, "Ab");
}

}  // namespace
}  // namespace linka
