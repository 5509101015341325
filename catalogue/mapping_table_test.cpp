// SPDX-License-Identifier: GPL-3.0-or-later
// The mapping of docs/catalogues.md, a line of the table a test: one field and what becomes of it.
// Then the seven records through their old writing, and what Dublin Core makes of them.
#include "catalogue/catalogue_test_rows.h"
#include "catalogue/fetched.h"
#include "catalogue/iso2709.h"
#include "formats/dc.h"
#include "formats/record_level.h"
#include "formats/xml_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>

namespace linka {
namespace {

using made::Row;
using made::Rows;
using testing::AllOf;
using testing::Contains;
using testing::HasSubstr;
using testing::IsSupersetOf;
using testing::Not;

struct TableRow {
  const char* name;
  const char* fields;  // beside those of a plain book; LDR and 008 stand in for theirs
  Rows becomes;
};

std::string record_with(const std::string& fields) {
  std::string text;
  if (fields.find("LDR ") == std::string::npos) text += "LDR 00000nam#a2200000#i#4500\n";
  if (fields.find("\n008 ") == std::string::npos && !fields.starts_with("008 "))
    text += "008 210603s1927####xr#a###e######000#f#cze##\n";
  if (fields.find("245 ") == std::string::npos) text += "245 10 $a Kniha\n";
  return text + fields;
}

// Names of the table's rows without a place in the record; each must be told or be known as silent.
const std::vector<TableRow>& table() {
  static const std::vector<TableRow> rows = {
      {"leader/06 e",
       "LDR 00000nem#a2200000#i#4500\n",
       {{"genre", "cartographic"}, {"typeOfResource", "cartographic"}}},
      {"leader/06 c",
       "LDR 00000ncm#a2200000#i#4500\n",
       {{"genre", "sheetmusic"}, {"typeOfResource", "notated music"}}},
      {"leader/06 k",
       "LDR 00000nkm#a2200000#i#4500\n",
       {{"genre", "graphic"}, {"typeOfResource", "still image"}}},
      {"leader/06 a",
       "LDR 00000nam#a2200000#i#4500\n",
       {{"genre", "volume"}, {"typeOfResource", "text"}}},
      {"leader/07 m", "LDR 00000nam#a2200000#i#4500\n", {{"issuance", "monographic"}}},
      {"leader/07 s",
       "LDR 00000nas#a2200000#i#4500\n008 210101d19191938xr#wr#p#######0###b0cze##\n",
       {{"issuance", "serial"}}},
      {"leader/07 i", "LDR 00000nai#a2200000#i#4500\n", {{"issuance", "integrating resource"}}},
      {"001 003", "001 tst1\n003 CZ-PrTST\n", {{"recordIdentifier@CZ-PrTST", "tst1"}}},
      {"005", "005 20210607083015.0\n", {{"recordChangeDate", "2021-06-07T08:30:15"}}},
      {"008/00-05", "", {{"recordCreationDate", "2021-06-03T00:00:00Z"}}},
      {"008/07-14",
       "008 210603m19101912xr#a###e######000#f#cze##\n",
       {{"originInfo@publication/dateIssued@start", "1910"},
        {"originInfo@publication/dateIssued@end", "1912"}}},
      {"008/15-17", "264 _1 $a Praha\n", {{"originInfo@publication/placeTerm@code", "xr"}}},
      {"008/18-19",
       "LDR 00000nas#a2200000#i#4500\n008 210101d19191938xr#wr#p#######0###b0cze##\n",
       {{"frequency", "Weekly"}}},
      {"008/35-37", "", {{"language", "cze"}}},
      {"041 a b h",
       "041 1_ $a cze $b ger $h fre\n",
       {{"language", "cze"}, {"language@summary", "ger"}, {"language@translation", "fre"}}},
      {"008/23", "", {{"form@marcform", "print"}}},
      {"015 a z",
       "015 __ $a cnb000000017 $z cnb000000016\n",
       {{"identifier@ccnb", "cnb000000017"}, {"identifier@ccnb@invalid", "cnb000000016"}}},
      {"020 a z",
       "020 __ $a 80-200-0001-1 (váz.) : $c Kč 12\n020 __ $z 80-200-0001-7\n",
       {{"identifier@isbn", "80-200-0001-1"}, {"identifier@isbn@invalid", "80-200-0001-7"}}},
      {"022 a", "022 __ $a 1210-9999\n", {{"identifier@issn", "1210-9999"}}},
      {"024 2", "024 2_ $a M-66056-000-8\n", {{"identifier@ismn", "M-66056-000-8"}}},
      {"035 OCoLC", "035 __ $a (OCoLC)123456789\n", {{"identifier@oclc", "123456789"}}},
      {"040 a b e",
       "040 __ $a TST001 $b cze $e rda\n",
       {{"recordContentSource", "TST001"},
        {"languageOfCataloging", "cze"},
        {"descriptionStandard", "rda"}}},
      {"040 without e",
       "LDR 00000nam#a2200000#a#4500\n040 __ $a TST001 $b cze\n",
       {{"descriptionStandard", "aacr"}}},
      {"072 _7",
       "072 _7 $a 821.162.3-3 $x Česká próza $2 Konspekt $9 25\n",
       {{"subject@Konspekt/topic", "Česká próza"},
        {"classification@Konspekt", "25"},
        {"classification@udc@Konspekt", "821.162.3-3"}}},
      {"080", "080 __ $a 821.162.3-32 $2 MRF\n", {{"classification@udc", "821.162.3-32"}}},
      {"100 1",
       "100 1_ $a Nováková, Anna, $d 1880-1951 $7 tst0000001 $4 aut\n",
       {{"name@personal+primary",
         "family:Nováková | given:Anna | date:1880-1951 (aut) #tst0000001"}}},
      {"100 0",
       "100 0_ $a Bohumil $b II., $c opat\n",
       {{"name@personal+primary", "Bohumil | termsOfAddress:II. | termsOfAddress:opat"}}},
      {"700",
       "700 1_ $a Vrba, Josef $4 ill\n",
       {{"name@personal", "family:Vrba | given:Josef (ill)"}}},
      {"110",
       "110 2_ $a Zeměměřický ústav $4 ctg\n",
       {{"name@corporate+primary", "Zeměměřický ústav (ctg)"}}},
      {"710", "710 2_ $a Spolek. $b Odbor $4 isb\n", {{"name@corporate", "Spolek | Odbor (isb)"}}},
      {"711", "711 2_ $a Sjezd papírníků\n", {{"name@conference", "Sjezd papírníků"}}},
      {"130", "130 0_ $a Bible\n", {{"titleInfo@uniform/title", "Bible"}}},
      {"240",
       "240 10 $a Moulin de lune. $l Česky\n",
       {{"titleInfo@uniform/title", "Moulin de lune"}}},
      {"730", "730 0_ $a Bible\n", {{"titleInfo@uniform/title", "Bible"}}},
      {"210", "210 0_ $a Papír. Nov.\n", {{"titleInfo@abbreviated/title", "Papír. Nov."}}},
      {"245 a b n p c",
       "245 14 $a The mlýn : $b vyprávění. $n 2., $p Voda / $c Anna Nováková\n",
       {{"titleInfo/nonSort", "The"},
        {"titleInfo/title", "mlýn"},
        {"titleInfo/subTitle", "vyprávění"},
        {"titleInfo/partNumber", "2."},
        {"titleInfo/partName", "Voda"},
        {"note", "Anna Nováková"}}},
      {"246", "246 3_ $a Mlýn\n", {{"titleInfo@alternative/title", "Mlýn"}}},
      {"740", "740 0_ $a Mlýn\n", {{"titleInfo@alternative/title", "Mlýn"}}},
      {"250",
       "250 __ $a 1. vydání\n264 _1 $a Praha\n",
       {{"originInfo@publication/edition", "1. vydání"}}},
      {"260",
       "260 __ $a Praha : $b Vrba, $c 1927\n",
       {{"originInfo@publication/placeTerm", "Praha"},
        {"originInfo@publication/agent", "Vrba"},
        {"originInfo@publication/dateIssued", "1927"}}},
      {"264 _1",
       "264 _1 $a Praha : $b Vrba, $c [1927?]\n",
       {{"originInfo@publication/placeTerm", "Praha"},
        {"originInfo@publication/agent", "Vrba"},
        {"originInfo@publication/dateIssued@questionable", "[1927]"}}},
      {"264 ca",
       "264 _1 $a Praha : $b Vrba, $c [ca 1927]\n",
       {{"originInfo@publication/dateIssued@approximate", "[1927]"}}},
      {"264 _0", "264 _0 $a Praha : $b Vrba, $c 1927\n", {{"originInfo@production/agent", "Vrba"}}},
      {"264 _2",
       "264 _2 $a Praha : $b Vrba, $c 1927\n",
       {{"originInfo@distribution/agent", "Vrba"}}},
      {"264 _3", "264 _3 $a Brno : $b Tiskárna\n", {{"originInfo@manufacture/agent", "Tiskárna"}}},
      {"264 _4",
       "264 _1 $a Praha : $b Vrba, $c 1927\n264 _4 $c ©1926\n",
       {{"originInfo@copyright/copyrightDate", "1926"}}},
      {"300",
       "300 __ $a 312 stran : $b ilustrace ; $c 21 cm\n",
       {{"extent", "312 stran : ilustrace ; 21 cm"}}},
      {"337 338",
       "337 __ $a bez média $b n $2 rdamedia\n338 __ $a svazek $b nc $2 rdacarrier\n",
       {{"form@rdamedia", "bez média"}, {"form@rdacarrier", "svazek"}}},
      {"310",
       "LDR 00000nas#a2200000#i#4500\n008 210101d19191938xr##r#p#######0###b0cze##\n"
       "310 __ $a Týdně\n",
       {{"frequency", "Týdně"}}},
      {"490",
       "490 1_ $a Knihovnička ; $v sv. 3\n",
       {{"relatedItem@series/title", "Knihovnička"}, {"relatedItem@series/partNumber", "sv. 3"}}},
      {"830",
       "830 _0 $a Knihovnička ; $v sv. 3\n",
       {{"relatedItem@series/title", "Knihovnička"}, {"relatedItem@series/partNumber", "sv. 3"}}},
      {"500", "500 __ $a Přeloženo z francouzštiny\n", {{"note", "Přeloženo z francouzštiny"}}},
      {"505", "505 0_ $a Úvod -- Mlýny\n", {{"note", "Úvod -- Mlýny"}}},
      {"520", "520 2_ $a O mlýně.\n", {{"abstract", "O mlýně."}}},
      {"600",
       "600 17 $a Papírníková, Žofie, $d 1801-1860 $2 czenas\n",
       {{"subject@czenas/name", "Papírníková, Žofie, 1801-1860"}}},
      {"648", "648 _7 $a 20. století $2 czenas\n", {{"subject@czenas/temporal", "20. století"}}},
      {"650 z",
       "650 _7 $a papír $z Česko $2 czenas\n",
       {{"subject@czenas/topic", "papír"}, {"subject@czenas/geographic", "Česko"}}},
      {"650 eczenas", "650 _9 $a paper $2 eczenas\n", {{"subject@eczenas/topic", "paper"}}},
      {"651",
       "651 _7 $a Žďár (Česko) $2 czenas\n",
       {{"subject@czenas/geographic", "Žďár (Česko)"}}},
      {"653", "653 0_ $a mlýny $a luna\n", {{"subject/topic", "mlýny"}, {"subject/topic", "luna"}}},
      {"773",
       "773 0_ $t Papírnické noviny $g 1919\n",
       {{"relatedItem@host/title", "Papírnické noviny"}, {"relatedItem@host/note", "1919"}}},
      {"780",
       "780 00 $t Mlynářské listy $x 1210-2222\n",
       {{"relatedItem@preceding/title", "Mlynářské listy"}}},
      {"785",
       "785 00 $t Tiskařské noviny\n",
       {{"relatedItem@succeeding/title", "Tiskařské noviny"}}},
      {"856",
       "856 41 $u https://example.org/obalka.jpg\n",
       {{"url", "https://example.org/obalka.jpg"}}},
      {"910",
       "910 __ $a TST001 $b 54 F 1\n",
       {{"physicalLocation", "TST001"}, {"shelfLocator", "54 F 1"}}},
      {"996",
       "996 __ $b 2610000001 $c 54 F 1\n",
       {{"identifier@barCode", "2610000001"}, {"shelfLocator", "54 F 1"}}},
  };
  return rows;
}

TEST(MappingTable, EveryRowBecomesWhatItSays) {
  for (const TableRow& row : table()) {
    const made::Read r = made::read(record_with(row.fields));
    const Rows got = made::rows_of(r.record);
    for (const Row& wanted : row.becomes) {
      const bool there = std::find(got.begin(), got.end(), wanted) != got.end();
      std::cout << (there ? "  " : "! ") << row.name << '\t' << wanted.first << '\t'
                << wanted.second << '\n';
      EXPECT_THAT(got, Contains(wanted)) << row.name;
    }
  }
}

TEST(MappingTable, WhatHasNoPlaceInTheRecordIsTold) {
  const made::Read r = made::read(record_with("028 32 $a V. 12\n"));
  EXPECT_THAT(r.notes, Contains(HasSubstr("left out: 028")));
  // These stand in the MODS file.
  for (const char* field :
       {"655 _7 $a vyprávění $2 czenas\n", "787 0_ $t Mlýny\n", "321 __ $a Denně\n",
        "043 __ $a e-xr---\n", "336 __ $a text $b txt $2 rdacontent\n"})
    EXPECT_THAT(made::read(record_with(field)).notes, Not(Contains(HasSubstr("left out"))))
        << field;
}

// ---- the old writing ----------------------------------------------------------------------------

// Letters of our records in ANSEL: a mark before its letter, or a sign of its own.
std::string marc8_of(std::string text) {
  static const std::vector<std::pair<const char*, const char*>> letters = {{"á",
                                                                            "\xE2"
                                                                            "a"},
                                                                           {"é",
                                                                            "\xE2"
                                                                            "e"},
                                                                           {"í",
                                                                            "\xE2"
                                                                            "i"},
                                                                           {"ó",
                                                                            "\xE2"
                                                                            "o"},
                                                                           {"ú",
                                                                            "\xE2"
                                                                            "u"},
                                                                           {"ý",
                                                                            "\xE2"
                                                                            "y"},
                                                                           {"č",
                                                                            "\xE9"
                                                                            "c"},
                                                                           {"ď",
                                                                            "\xE9"
                                                                            "d"},
                                                                           {"ě",
                                                                            "\xE9"
                                                                            "e"},
                                                                           {"ň",
                                                                            "\xE9"
                                                                            "n"},
                                                                           {"ř",
                                                                            "\xE9"
                                                                            "r"},
                                                                           {"š",
                                                                            "\xE9"
                                                                            "s"},
                                                                           {"ť",
                                                                            "\xE9"
                                                                            "t"},
                                                                           {"ž",
                                                                            "\xE9"
                                                                            "z"},
                                                                           {"ů",
                                                                            "\xEA"
                                                                            "u"},
                                                                           {"ö",
                                                                            "\xE8"
                                                                            "o"},
                                                                           {"ü",
                                                                            "\xE8"
                                                                            "u"},
                                                                           {"Č",
                                                                            "\xE9"
                                                                            "C"},
                                                                           {"Ř",
                                                                            "\xE9"
                                                                            "R"},
                                                                           {"Š",
                                                                            "\xE9"
                                                                            "S"},
                                                                           {"Ž",
                                                                            "\xE9"
                                                                            "Z"},
                                                                           {"Á",
                                                                            "\xE2"
                                                                            "A"},
                                                                           {"Ú",
                                                                            "\xE2"
                                                                            "U"},
                                                                           {"ß", "\xC7"},
                                                                           {"©", "\xC3"},
                                                                           {"°", "\xC0"}};
  for (const auto& [letter, old] : letters)
    for (std::size_t at = text.find(letter); at != std::string::npos; at = text.find(letter, at))
      text.replace(at, std::string(letter).size(), old);
  return text;
}

TEST(MappingTable, TheSevenRecordsAreTheSameInUtf8AndInMarc8) {
  for (const auto& [name, text] : made::all_records()) {
    const Rows expected = made::rows_of(made::read(text).record);
    MarcRecord old = made::marc_of(text);
    for (MarcField& f : old.fields)
      for (MarcSubfield& s : f.subfields) s.value = marc8_of(s.value);
    for (const auto& [file, charset] :
         {std::pair{made::iso2709_of(made::marc_of(text), 'a'), "auto"},
          std::pair{made::iso2709_of(old, ' '), "marc-8"},
          std::pair{made::iso2709_of(old, ' '), "auto"}}) {
      std::vector<std::string> notes;
      const auto hits = hits_in_file(file, charset, notes);
      ASSERT_TRUE(hits) << name << ": " << hits.error().message;
      ASSERT_EQ(hits->size(), 1u);
      const auto fetched = fetched_from(hits->front().marc);
      ASSERT_TRUE(fetched) << name;
      made::expect_rows(std::string(name) + " " + charset, fetched->record, expected);
    }
  }
}

// ---- Dublin Core --------------------------------------------------------------------------------

// As a package writes it: what the level may hold, and a uuid.
std::string dc_of(const Record& catalogued, bool periodical) {
  Record record = catalogued;
  record.identifiers.push_back({"uuid", "6a1b0c1e-0000-4000-8000-000000000001", false});
  RecordPlace place;
  place.level = periodical ? RecordLevel::periodical : RecordLevel::volume;
  XmlWriter xml;
  write_dc(xml, record, held_at(record, place), place);
  std::string out = xml.done();
  // A document's root declares the prefixes.
  out.insert(out.find("<oai_dc:dc") + 10,
             " xmlns:oai_dc=\"http://www.openarchives.org/OAI/2.0/oai_dc/\""
             " xmlns:dc=\"http://purl.org/dc/elements/1.1/\"");
  return out;
}

TEST(DublinCore, SaysWhatTheRecordSays) {
  const std::string book =
      dc_of(made::read(made::monograph, {.barcode = "2610000001"}).record, false);
  for (const char* text :
       {"<dc:title>The měsíční mlýn : vyprávění o papíru</dc:title>", "<dc:creator>Nováková, Anna",
        "<dc:creator>Vrba, Josef", "<dc:publisher>Vrba a spol.</dc:publisher>",
        "<dc:language>cze</dc:language>", "<dc:subject>papír",
        "<dc:identifier>uuid:6a1b0c1e-0000-4000-8000-000000000001<",
        "<dc:identifier>ccnb:cnb000000017<", "<dc:identifier>isbn:80-200-0001-1<",
        "<dc:type>model:monograph</dc:type>"})
    EXPECT_THAT(book, HasSubstr(text));
  EXPECT_THAT(book, Not(HasSubstr("80-200-0001-7")));  // printed wrongly
  const std::string paper = dc_of(made::read(made::periodical).record, true);
  EXPECT_THAT(paper,
              AllOf(HasSubstr("<dc:title>Papírnické noviny"),
                    HasSubstr("<dc:type>model:periodical</dc:type>"), Not(HasSubstr("issn:"))));
  const std::string chart = dc_of(made::read(made::map).record, false);
  EXPECT_THAT(chart, HasSubstr("<dc:type>model:map</dc:type>"));
}

TEST(DublinCore, KeepsItsSchema) {
  const char* folder = std::getenv("LINKA_SCHEMAS");
  if (folder == nullptr) GTEST_SKIP() << "no LINKA_SCHEMAS";
  const auto schema = XmlSchema::load(std::filesystem::path(folder) / "dc_1.1.xsd");
  ASSERT_TRUE(schema) << schema.error().message;
  for (const auto& [name, text] : made::all_records()) {
    const std::string xml = dc_of(made::read(text).record, is_periodical(made::marc_of(text)));
    const auto document =
        XmlDocument::parse({reinterpret_cast<const std::uint8_t*>(xml.data()), xml.size()});
    ASSERT_TRUE(document) << name << ": " << document.error().message;
    for (const std::string& complaint : schema->check(*document))
      ADD_FAILURE() << name << ": " << complaint;
  }
}

}  // namespace
}  // namespace linka
