// SPDX-License-Identifier: GPL-3.0-or-later
// Each kind of record, field by field: the whole list of what comes out is expected, so that
// nothing can come out unseen. The table is printed as it is compared.
#include "catalogue/marc_record.h"

#include "catalogue/catalogue_test_records.h"
#include "catalogue/catalogue_test_rows.h"
#include "catalogue/mods_text.h"
#include "formats/xml_reader.h"
#include "title/mods_record.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace linka {
namespace {

using made::expect_rows;
using made::read;
using made::Read;
using made::Row;
using made::Rows;
using made::rows_of;

using testing::Contains;
using testing::HasSubstr;
using testing::Not;
using testing::UnorderedElementsAreArray;

TEST(MarcRecord, AMonograph) {
  const Read r = read(made::monograph, {.barcode = "2610000001"});
  expect_rows("monograph", r.record,
              {{"titleInfo/nonSort", "The"},
               {"titleInfo/title", "měsíční mlýn"},
               {"titleInfo/subTitle", "vyprávění o papíru"},
               {"titleInfo@uniform/title", "Moulin de lune"},
               {"titleInfo@alternative/title", "Mlýn"},
               {"name@personal+primary",
                "family:Nováková | given:Anna | date:1880-1951 (aut) (trl) #tst0000001"},
               {"name@personal", "family:Vrba | given:Josef | date:1890- (ill)"},
               {"name@corporate", "Spolek papírníků | Odbor mlýnů (isb)"},
               {"typeOfResource", "text"},
               {"genre", "volume"},
               {"originInfo@publication/placeTerm@code", "xr"},
               {"originInfo@publication/placeTerm", "V Praze"},
               {"originInfo@publication/agent", "Vrba a spol."},
               {"originInfo@publication/dateIssued@questionable", "[1927]"},
               {"originInfo@publication/edition", "1. vydání"},
               {"originInfo@manufacture/placeTerm", "V Brně"},
               {"originInfo@manufacture/agent", "Tiskárna U Papíru"},
               {"originInfo@copyright/copyrightDate", "1926"},
               {"issuance", "monographic"},
               {"language", "cze"},
               {"language@summary", "ger"},
               {"language@translation", "fre"},
               {"form@marcform", "print"},
               {"form@rdamedia", "bez média"},
               {"form@rdacarrier", "svazek"},
               {"extent", "312 stran : ilustrace ; 21 cm"},
               {"abstract", "O mlýně, který mlel za úplňku."},
               {"note", "Anna Nováková ; obrázky kreslil Josef Vrba"},
               {"note", "Přeloženo z francouzštiny"},
               {"subject@Konspekt/topic", "Česká próza"},
               {"subject@czenas/name", "Papírníková, Žofie, 1801-1860"},
               {"subject@czenas/temporal", "20. století"},
               {"subject@czenas/topic", "papír"},
               {"subject@czenas/geographic", "Česko"},
               {"subject@eczenas/topic", "paper"},
               {"subject@czenas/geographic", "Žďár (Česko)"},
               {"subject/topic", "mlýny"},
               {"subject/topic", "luna"},
               {"classification@udc@Konspekt", "821.162.3-3"},
               {"classification@Konspekt", "25"},
               {"classification@udc", "821.162.3-32"},
               {"relatedItem@series/title", "Knihovnička papírníkova"},
               {"relatedItem@series/partNumber", "sv. 3"},
               {"relatedItem@otherVersion/title", "Mlýnské písně"},
               {"relatedItem@otherVersion/note", "Dvořák, Emil"},
               {"relatedItem@otherVersion/note", "Adaptace"},
               {"physicalLocation", "TST001"},
               {"shelfLocator", "54 F 1"},
               {"url", "https://example.org/obalka.jpg"},
               {"identifier@ccnb", "cnb000000017"},
               {"identifier@ccnb@invalid", "cnb000000016"},
               {"identifier@isbn", "80-200-0001-1"},
               {"identifier@isbn@invalid", "80-200-0001-7"},
               {"identifier@oclc", "123456789"},
               {"identifier@barCode", "2610000001"},
               {"descriptionStandard", "rda"},
               {"recordContentSource", "TST001"},
               {"recordCreationDate", "2021-06-03T00:00:00Z"},
               {"recordChangeDate", "2021-06-07T08:30:15"},
               {"recordIdentifier@CZ-PrTST", "tst20270000001"},
               {"recordOrigin", "machine generated"},
               {"languageOfCataloging", "cze"}});
  EXPECT_THAT(r.notes, Not(Contains(HasSubstr("left out"))));  // 655 is of the MODS file only
}

TEST(MarcRecord, AWorkOfSeveralVolumes) {
  const Read r = read(made::multivolume, {.id_source = "CZ-PrTST", .sysno = "000123456"});
  expect_rows("multi-volume", r.record,
              {{"titleInfo/title", "Dějiny papíru"},
               {"titleInfo/partNumber", "2."},
               {"titleInfo/partName", "Papír ruční"},
               {"name@personal+primary",
                "Bohumil | termsOfAddress:II. | termsOfAddress:opat | date:asi 1850-"},
               {"typeOfResource", "text"},
               {"genre", "volume"},
               {"originInfo@publication/placeTerm@code", "xr"},
               {"originInfo@publication/placeTerm", "Praha"},
               {"originInfo@publication/agent", "Vrba"},
               {"originInfo@publication/dateIssued", "1911"},
               {"originInfo@publication/dateIssued@start", "1910"},
               {"originInfo@publication/dateIssued@end", "1912"},
               {"originInfo@manufacture/placeTerm", "V Brně"},
               {"originInfo@manufacture/agent", "Knihtiskárna"},
               {"originInfo@manufacture/dateOther", "1912"},
               {"issuance", "multipart monograph"},
               {"language", "cze"},
               {"form@marcform", "print"},
               {"extent", "3 sv. ; 8°"},
               {"identifier@sysno", "000123456"},
               {"descriptionStandard", "aacr"},
               {"recordContentSource", "TST001"},
               {"recordCreationDate", "1999-01-01T00:00:00Z"},
               {"recordChangeDate", "1999-07-30T00:00:00Z"},
               {"recordIdentifier@CZ-PrTST", "tst20270000002"},
               {"recordOrigin", "machine generated"},
               {"languageOfCataloging", "cze"}});
  EXPECT_THAT(r.notes, Contains(HasSubstr("several volumes")));
  EXPECT_THAT(r.notes, Contains(HasSubstr("dates disagree")));
  EXPECT_THAT(r.notes, Contains(HasSubstr("2 copies (TST001 II 12; TST001 II 13)")));
}

TEST(MarcRecord, APeriodical) {
  const Read r = read(made::periodical);
  EXPECT_TRUE(is_periodical(made::marc_of(made::periodical)));
  expect_rows("periodical", r.record,
              {{"titleInfo/title", "Papírnické noviny"},
               {"titleInfo/subTitle", "list mlynářů i tiskařů"},
               {"titleInfo@abbreviated/title", "Papír. Nov."},
               {"name@corporate+primary", "Papírnická jednota (isb)"},
               {"typeOfResource", "text"},
               {"genre", "volume"},
               {"originInfo@publication/placeTerm@code", "xr"},
               {"originInfo@publication/placeTerm", "Praha"},
               {"originInfo@publication/agent", "Papírnická jednota"},
               {"originInfo@publication/dateIssued", "1919-1938"},
               {"originInfo@publication/dateIssued@start", "1919"},
               {"originInfo@publication/dateIssued@end", "1938"},
               {"issuance", "serial"},
               {"frequency", "Weekly"},
               {"language", "cze"},
               {"form@marcform", "print"},
               {"form@rdamedia", "bez média"},
               {"form@rdacarrier", "svazek"},
               {"extent", "20 svazků ; 42 cm"},
               {"note", "Roč. 1, č. 1 (1919)-roč. 20, č. 52 (1938)"},
               {"relatedItem@preceding/title", "Mlynářské listy"},
               {"relatedItem@preceding/note", "ISSN 1210-2222"},
               {"relatedItem@succeeding/title", "Tiskařské noviny"},
               {"relatedItem@succeeding/note", "1939-1942"},
               {"identifier@issn", "1210-9999"},
               {"identifier@issn@invalid", "1210-1111"},
               {"descriptionStandard", "rda"},
               {"recordContentSource", "TST001"},
               {"recordCreationDate", "2021-01-01T00:00:00Z"},
               {"recordIdentifier@CZ-PrTST", "tst20270000003"},
               {"recordOrigin", "machine generated"},
               {"languageOfCataloging", "cze"}});
  EXPECT_THAT(r.notes, Contains(HasSubstr("ISSN 1210-9999")));
}

TEST(MarcRecord, AMap) {
  const Read r = read(made::map);
  expect_rows("map", r.record,
              {{"titleInfo/title", "Mapa okolí Papírova"},
               {"name@corporate+primary", "Zeměměřický ústav (ctg)"},
               {"typeOfResource", "cartographic"},
               {"genre", "cartographic"},
               {"originInfo@publication/placeTerm@code", "xr"},
               {"originInfo@publication/placeTerm", "Papírov"},
               {"originInfo@publication/agent", "Zeměměřický ústav"},
               {"originInfo@publication/dateIssued@approximate", "[1893]"},
               {"issuance", "monographic"},
               {"language", "cze"},
               {"form@marcform", "print"},
               {"form@gmd", "kartografický dokument"},
               {"extent", "1 mapa : barevná ; 52 x 41 cm"},
               {"note", "1:75 000"},
               {"subject@czenas/geographic", "Papírov (Česko)"},
               {"descriptionStandard", "rda"},
               {"recordContentSource", "TST001"},
               {"recordCreationDate", "2021-01-01T00:00:00Z"},
               {"recordIdentifier@CZ-PrTST", "tst20270000004"},
               {"recordOrigin", "machine generated"},
               {"languageOfCataloging", "cze"}});
}

TEST(MarcRecord, SheetMusic) {
  const Read r = read(made::sheet_music);
  expect_rows("sheet music", r.record,
              {{"titleInfo/title", "Mlýnské písně"},
               {"titleInfo/subTitle", "op. 3"},
               {"titleInfo@translated/title", "Mühlenlieder"},
               {"name@personal+primary", "family:Dvořák | given:Emil | date:1870-1930 (cmp)"},
               {"typeOfResource", "notated music"},
               {"genre", "sheetmusic"},
               {"originInfo@publication/placeTerm@code", "xr"},
               {"originInfo@publication/placeTerm", "Praha"},
               {"originInfo@publication/agent", "Vrba"},
               {"originInfo@publication/dateIssued", "1905"},
               {"originInfo@copyright/copyrightDate", "1904"},
               {"issuance", "monographic"},
               {"language", "zxx"},
               {"form@marcform", "print"},
               {"extent", "1 partitura (12 s.) ; 34 cm"},
               {"note", "Emil Dvořák"},
               {"identifier@ismn", "M-66056-000-8"},
               {"descriptionStandard", "rda"},
               {"recordContentSource", "TST001"},
               {"recordCreationDate", "2021-01-01T00:00:00Z"},
               {"recordIdentifier@CZ-PrTST", "tst20270000005"},
               {"recordOrigin", "machine generated"},
               {"languageOfCataloging", "cze"}});
  EXPECT_THAT(r.notes, Contains(HasSubstr("028")));
}

TEST(MarcRecord, AManuscript) {
  const Read r = read(made::manuscript);
  expect_rows("manuscript", r.record,
              {{"titleInfo/title", "Liber molendini"},
               {"typeOfResource", "text"},
               {"genre", "volume"},
               {"originInfo@publication/placeTerm@code", "xr"},
               {"originInfo@publication/dateIssued@approximate", "[1780-1799]"},
               {"originInfo@publication/dateIssued@start@questionable", "1780"},
               {"originInfo@publication/dateIssued@end@questionable", "1799"},
               {"issuance", "monographic"},
               {"language", "lat"},
               {"form@gmd", "rukopis"},
               {"extent", "48 listů ; 20 cm"},
               {"note", "Psáno jednou rukou"},
               {"descriptionStandard", "aacr"},
               {"recordContentSource", "TST001"},
               {"recordCreationDate", "2021-01-01T00:00:00Z"},
               {"recordIdentifier@CZ-PrTST", "tst20270000006"},
               {"recordOrigin", "machine generated"},
               {"languageOfCataloging", "cze"}});
}

TEST(MarcRecord, AnOldPrint) {
  const Read r = read(made::old_print);
  expect_rows("old print", r.record,
              {{"titleInfo/nonSort", "Die"},
               {"titleInfo/title", "löbliche Kunst des Papiermachens"},
               {"name@personal+primary",
                "family:Müller | given:Johann Georg | termsOfAddress:Papiermacher (aut)"},
               {"typeOfResource", "text"},
               {"genre", "volume"},
               {"originInfo@publication/placeTerm@code", "xr"},
               {"originInfo@publication/placeTerm", "Gedruckt zu Prag"},
               {"originInfo@publication/agent", "bey Matthias Hößl"},
               {"originInfo@publication/dateIssued@inferred", "[1724]"},
               {"issuance", "monographic"},
               {"language", "ger"},
               {"form@marcform", "print"},
               {"extent", "[8], 112, [4] s. : il. ; 4°"},
               {"note", "... von Johann Georg Müller"},
               {"note", "Knihopis, 0001"},
               {"descriptionStandard", "aacr"},
               {"recordContentSource", "TST001"},
               {"recordCreationDate", "2021-01-01T00:00:00Z"},
               {"recordIdentifier@CZ-PrTST", "tst20270000007"},
               {"recordOrigin", "machine generated"},
               {"languageOfCataloging", "cze"}});
  EXPECT_THAT(r.notes, Contains(HasSubstr("is written as [1724]")));
}

TEST(MarcRecord, OnlyTheItemAskedForEnters) {
  const auto rows = [](const MarcContext& context) {
    std::vector<Row> out;
    for (const Row& row : rows_of(read(made::monograph, context).record))
      if (row.first == "physicalLocation" || row.first == "shelfLocator" ||
          row.first == "identifier@barCode")
        out.push_back(row);
    return out;
  };
  EXPECT_THAT(rows({.barcode = "2610000002"}),
              UnorderedElementsAreArray(
                  Rows{{"shelfLocator", "54 F 2"}, {"identifier@barCode", "2610000002"}}));
  EXPECT_THAT(rows({.signature = "54 F 1"}),
              UnorderedElementsAreArray(Rows{{"physicalLocation", "TST001"},
                                             {"shelfLocator", "54 F 1"},
                                             {"identifier@barCode", "2610000001"}}));
  EXPECT_TRUE(rows({}).empty());
}

TEST(MarcRecord, DoubtfulValuesAreSaidAndKept) {
  const Read r = read(
      "LDR 00000nam#a2200000#i#4500\n008 210603s1930####xr############000#0#cze##\n"
      "015 __ $a cnb12\n020 __ $a 80-200-0001-9\n100 1_ $a Vrba $4 xyz\n245 13 $a Kniha\n"
      "264 _1 $a Praha $c 1927\n024 7_ $a urn:nbn:cz:tst001-00000a $2 urn\n"
      "856 40 $u http://kramerius.example.org/uuid/1\n");
  EXPECT_EQ(identifier_of(r.record, "ccnb"), "cnb12");
  EXPECT_EQ(identifier_of(r.record, "isbn"), "80-200-0001-9");
  EXPECT_EQ(identifier_of(r.record, "urnnbn"), "");
  for (const char* word :
       {"ccnb cnb12", "ISBN 80-200-0001-9", "role \"xyz\"", "do not sort", "1927 as printed, 1930",
        "urn:nbn:cz:tst001-00000a", "kramerius.example.org", "rules of description"})
    EXPECT_THAT(r.notes, Contains(HasSubstr(word)));
}

TEST(MarcRecord, WhatIsNoBookIsRefused) {
  std::vector<std::string> notes;
  const auto authority = record_from_marc(
      made::marc_of("LDR 00000nz##a2200000n##4500\n100 1_ $a Vrba, Josef\n"), {}, notes);
  ASSERT_FALSE(authority);
  EXPECT_EQ(authority.error().kind, ErrorKind::unsupported);
  const auto untitled = record_from_marc(
      made::marc_of("LDR 00000nam#a2200000#i#4500\n100 1_ $a Vrba, Josef\n"), {}, notes);
  ASSERT_FALSE(untitled);
  EXPECT_EQ(untitled.error().kind, ErrorKind::bad_input);
  EXPECT_FALSE(record_from_marc({}, {}, notes));
}

TEST(MarcRecord, OddFieldsNeverCrash) {
  std::vector<std::string> notes;
  for (int tag = 10; tag < 1000; ++tag)
    for (const char* rest : {"__ $a ", "11 $a x $b y $c z $d - $t t", "99 $2 x", "77 $z [ $x ("}) {
      MarcRecord marc = made::marc_of("LDR 00000nam\n008 21\n245 10 $a Kniha\n");
      const MarcRecord more = made::marc_of(fmt::format("{:03} {}\n", tag, rest));
      marc.fields.insert(marc.fields.end(), more.fields.begin(), more.fields.end());
      (void)record_from_marc(marc, {}, notes);
    }
}

ByteView bytes_of(const std::string& text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

TEST(ModsText, ReadsBackAsTheSameBook) {
  for (const auto& [name, text] : made::all_records()) {
    if (std::string_view(name) == "periodical") continue;
    const Read r = read(text);
    const std::string xml = mods_text(r.record, made::marc_of(text));
    EXPECT_THAT(xml, Not(HasSubstr("type=\"uuid\""))) << name;
    std::vector<std::string> notes;
    const auto again = record_from_mods(bytes_of(xml), "made.xml", notes);
    ASSERT_TRUE(again) << name << ": " << again.error().message;
    EXPECT_EQ(again->titles, r.record.titles) << name;
    EXPECT_EQ(again->languages, r.record.languages) << name;
    EXPECT_EQ(again->subjects, r.record.subjects) << name;
    if (!r.record.info.identifier_source.empty()) {
      EXPECT_EQ(again->info.identifier, r.record.info.identifier) << name;
    }
    EXPECT_EQ(issue_date(*again), issue_date(r.record)) << name;
  }
}

}  // namespace
}  // namespace linka
