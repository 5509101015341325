// SPDX-License-Identifier: GPL-3.0-or-later
// What `linka record` writes, element by element: every row of the mapping of docs/catalogues.md
// with its variants. The table is printed as it is compared.
#include "catalogue/mods_text.h"

#include "catalogue/catalogue_test_rows.h"
#include "formats/record_level.h"
#include "formats/xml_reader.h"
#include "title/mods_record.h"
#include "title/normalise.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>

namespace linka {
namespace {

using made::Row;
using made::Rows;
using testing::Contains;
using testing::HasSubstr;
using testing::Not;

ByteView bytes_of(const std::string& text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

// "originInfo[eventType=publication]/dateIssued[encoding=marc]" -> "1927"
void add_rows(Rows& rows, const XmlElement& e, const std::string& parent) {
  std::string marks;
  for (const auto& [name, value] : e.attributes())
    marks += (marks.empty() ? "" : ",") + name + "=" + value;
  const std::string path = parent + e.name() + (marks.empty() ? "" : "[" + marks + "]");
  if (e.children().empty()) rows.emplace_back(path, e.text());
  for (const XmlElement& child : e.children()) add_rows(rows, child, path + "/");
}

std::string mods_of(const std::string& fields) {
  return mods_text(made::read(fields).record, made::marc_of(fields));
}

Rows mods_rows(const std::string& fields) {
  const auto document = XmlDocument::parse(bytes_of(mods_of(fields)));
  EXPECT_TRUE(document);
  Rows rows;
  if (document)
    for (const XmlElement& e : document->root().child("mods").children()) add_rows(rows, e, "");
  return rows;
}

struct TableRow {
  const char* name;
  const char* fields;  // beside those of a plain book; LDR, 008 and 245 stand in for theirs
  Rows becomes;
};

std::string record_with(const std::string& fields) {
  std::string text;
  if (fields.find("LDR ") == std::string::npos) text += "LDR 00000nam#a2200000#i#4500\n";
  if (fields.find("008 2") == std::string::npos)
    text += "008 210603s1927####xr#a###e######000#f#cze##\n";
  if (fields.find("245 ") == std::string::npos) text += "245 10 $a Kniha\n";
  return text + fields;
}

constexpr const char* paper =
    "LDR 00000nas#a2200000#i#4500\n008 210101d19191938xr#wr#p#######0###b0cze##\n";
const std::string published = "originInfo[eventType=publication]/";

Rows kind(const char* resource, const char* genre) {
  return {{"typeOfResource", resource}, {"genre", genre}};
}

// Leader, 00X and the numbers.
const std::vector<TableRow>& numbers() {
  static const std::vector<TableRow> rows = {
      {"leader/06 a", "LDR 00000nam\n", kind("text", "volume")},
      {"leader/06 c", "LDR 00000ncm\n", kind("notated music", "sheetmusic")},
      {"leader/06 d",
       "LDR 00000ndm\n",
       {{"typeOfResource[manuscript=yes]", "notated music"}, {"genre", "sheetmusic"}}},
      {"leader/06 e", "LDR 00000nem\n", kind("cartographic", "cartographic")},
      {"leader/06 f", "LDR 00000nfm\n", {{"typeOfResource[manuscript=yes]", "cartographic"}}},
      {"leader/06 g", "LDR 00000ngm\n", kind("moving image", "volume")},
      {"leader/06 i", "LDR 00000nim\n", kind("sound recording-nonmusical", "volume")},
      {"leader/06 j", "LDR 00000njm\n", kind("sound recording-musical", "volume")},
      {"leader/06 k", "LDR 00000nkm\n", kind("still image", "graphic")},
      {"leader/06 m", "LDR 00000nmm\n", kind("software, multimedia", "volume")},
      {"leader/06 o", "LDR 00000nom\n", kind("mixed material", "volume")},
      {"leader/06 p", "LDR 00000npm\n", kind("mixed material", "volume")},
      {"leader/06 r", "LDR 00000nrm\n", kind("three dimensional object", "volume")},
      {"leader/06 t", "LDR 00000ntm\n", {{"typeOfResource[manuscript=yes]", "text"}}},
      {"leader/07 m", "264 _1 $a Praha\n", {{published + "issuance", "monographic"}}},
      {"leader/07 s", paper, {{"originInfo/issuance", "serial"}, {"genre", "title"}}},
      {"leader/07 b", "LDR 00000nab\n", {{"originInfo/issuance", "serial"}, {"genre", "title"}}},
      {"leader/07 i", "LDR 00000nai\n", {{"originInfo/issuance", "integrating resource"}}},
      {"001 003",
       "001 tst1\n003 CZ-PrTST\n",
       {{"recordInfo/recordIdentifier[source=CZ-PrTST]", "tst1"}}},
      {"001 alone", "001 tst1\n", {{"recordInfo/recordIdentifier", "tst1"}}},
      {"005",
       "005 20210607083015.0\n",
       {{"recordInfo/recordChangeDate[encoding=iso8601]", "2021-06-07T08:30:15"}}},
      {"008/00-05", "", {{"recordInfo/recordCreationDate[encoding=marc]", "210603"}}},
      {"008/07-14 one",
       "264 _1 $a Praha $c [1927?]\n",
       {{published + "dateIssued[qualifier=questionable]", "[1927]"},
        {published + "dateIssued[encoding=marc]", "1927"}}},
      {"008/07-14 the same",
       "264 _1 $a Praha $c 1927\n",
       {{published + "dateIssued[encoding=marc]", "1927"}}},
      {"008/07-14 unknown digits",
       "008 210603s19uu####xr#a###e######000#f#cze##\n264 _1 $a Praha\n",
       {{published + "dateIssued[encoding=marc]", "19uu"}}},
      {"008/07-14 two",
       "008 210603m19101912xr#a###e######000#f#cze##\n264 _1 $a Praha $c 1910-1912\n",
       {{published + "dateIssued", "1910-1912"},
        {published + "dateIssued[encoding=marc,point=start]", "1910"},
        {published + "dateIssued[encoding=marc,point=end]", "1912"}}},
      {"008/15-17",
       "264 _1 $a Praha\n",
       {{published + "place/placeTerm[type=code,authority=marccountry]", "xr"}}},
      {"008/18-19", paper, {{"originInfo/frequency[authority=marcfrequency]", "Weekly"}}},
      {"310 321",
       "LDR 00000nas#a2200000#i#4500\n008 210101d19191938xr#wr#p#######0###b0cze##\n"
       "310 __ $a Týdně\n321 __ $a Denně, $b 1919-1920\n321 __ $a Měsíčně\n",
       {{"originInfo/frequency[authority=marcfrequency]", "Weekly"},
        {"originInfo/frequency", "Týdně"},
        {"originInfo/frequency", "Denně"},
        {"originInfo/frequency", "Měsíčně"}}},
      {"008/35-37", "", {{"language/languageTerm[type=code,authority=iso639-2b]", "cze"}}},
      {"041",
       "041 1_ $a cze $a slo $b ger $h fre\n",
       {{"language/languageTerm[type=code,authority=iso639-2b]", "cze"},
        {"language/languageTerm[type=code,authority=iso639-2b]", "slo"},
        {"language[objectPart=summary]/languageTerm[type=code,authority=iso639-2b]", "ger"},
        {"language[objectPart=translation]/languageTerm[type=code,authority=iso639-2b]", "fre"}}},
      {"008/23", "", {{"physicalDescription/form[authority=marcform]", "print"}}},
      {"008/23 b",
       "008 210603s1927####xr#a###eb#####000#f#cze##\n",
       {{"physicalDescription/form[authority=marcform]", "microfiche"}}},
      {"007",
       "007 hd\n008 210603s1927####xr#a###e|#####000#f#cze##\n",
       {{"physicalDescription/form[authority=marcform]", "microfilm"}}},
      {"015",
       "015 __ $a cnb000000017 $z cnb000000016\n",
       {{"identifier[type=ccnb]", "cnb000000017"},
        {"identifier[type=ccnb,invalid=yes]", "cnb000000016"}}},
      {"020",
       "020 __ $a 80-200-0001-1 (váz.) : $c Kč 12\n020 __ $z 80-200-0001-7\n",
       {{"identifier[type=isbn]", "80-200-0001-1"},
        {"identifier[type=isbn,invalid=yes]", "80-200-0001-7"}}},
      {"022",
       "022 __ $a 1210-9997 $y 1210-1111\n",
       {{"identifier[type=issn]", "1210-9997"},
        {"identifier[type=issn,invalid=yes]", "1210-1111"}}},
      {"024", "024 2_ $a M-66056-000-8\n", {{"identifier[type=ismn]", "M-66056-000-8"}}},
      {"024 7", "024 7_ $a 10.1000/1 $2 doi\n", {{"identifier[type=doi]", "10.1000/1"}}},
      {"035", "035 __ $a (OCoLC)123456789\n", {{"identifier[type=oclc]", "123456789"}}},
      {"040",
       "040 __ $a TST001 $b cze $e rda\n",
       {{"recordInfo/recordContentSource[authority=siglaADR]", "TST001"},
        {"recordInfo/descriptionStandard", "rda"},
        {"recordInfo/languageOfCataloging/languageTerm[type=code,authority=iso639-2b]", "cze"}}},
      {"040 aacr", "040 __ $a TST001 $e aacr2\n", {{"recordInfo/descriptionStandard", "aacr"}}},
      {"040 sheet music",
       "LDR 00000ncm\n040 __ $a TST001\n",
       {{"recordInfo/recordContentSource[authority=siglaADR]", "TST001"}}},
      {"072",
       "072 _7 $a 821.162.3-3 $x Česká próza $2 Konspekt $9 25\n",
       {{"subject[authority=Konspekt]/topic", "Česká próza"},
        {"classification[authority=Konspekt]", "25"},
        {"classification[authority=udc,edition=Konspekt]", "821.162.3-3"}}},
      {"080",
       "080 __ $a 821.162.3-32 $2 MRF\n",
       {{"classification[authority=udc]", "821.162.3-32"}}},
  };
  return rows;
}

Rows personal(const char* usage) {
  const std::string name = std::string("name[type=personal") + usage + "]/";
  return {{name + "namePart[type=family]", "Nováková"},
          {name + "namePart[type=given]", "Anna"},
          {name + "namePart[type=termsOfAddress]", "Dr."},
          {name + "namePart[type=date]", "1880-1951"},
          {name + "nameIdentifier", "tst0000001"},
          {name + "role/roleTerm[type=code,authority=marcrelator]", "aut"}};
}

// Names, titles, origin and description.
const std::vector<TableRow>& descriptions() {
  static const std::vector<TableRow> rows = {
      {"100 1", "100 1_ $a Nováková, Anna, $c Dr., $d 1880-1951 $7 tst0000001 $4 aut\n",
       personal(",usage=primary")},
      {"100 0",
       "100 0_ $a Bohumil $b II., $c opat\n",
       {{"name[type=personal,usage=primary]/namePart", "Bohumil"},
        {"name[type=personal,usage=primary]/namePart[type=termsOfAddress]", "II."},
        {"name[type=personal,usage=primary]/namePart[type=termsOfAddress]", "opat"}}},
      {"700", "700 1_ $a Nováková, Anna, $c Dr., $d 1880-1951 $7 tst0000001 $4 aut\n",
       personal("")},
      {"110", "110 2_ $a Ústav\n", {{"name[type=corporate,usage=primary]/namePart", "Ústav"}}},
      {"710",
       "710 2_ $a Spolek. $b Odbor\n",
       {{"name[type=corporate]/namePart", "Spolek"}, {"name[type=corporate]/namePart", "Odbor"}}},
      {"111",
       "111 2_ $a Sjezd papírníků\n",
       {{"name[type=conference,usage=primary]/namePart", "Sjezd papírníků"}}},
      {"711",
       "711 2_ $a Sjezd papírníků $d (1999)\n",
       {{"name[type=conference]/namePart", "Sjezd papírníků"}}},
      {"130", "130 0_ $a Bible\n", {{"titleInfo[type=uniform]/title", "Bible"}}},
      {"240 246",
       "240 10 $a Moulin\n246 3_ $a Moulin\n",
       {{"titleInfo[type=uniform]/title", "Moulin"},
        {"titleInfo[type=alternative]/title", "Moulin"}}},
      {"130 as 245", "130 0_ $a Kniha\n", {{"titleInfo[type=uniform]/title", "Kniha"}}},
      {"240", "240 10 $a Moulin $l Česky\n", {{"titleInfo[type=uniform]/title", "Moulin"}}},
      {"730", "730 0_ $a Bible\n", {{"titleInfo[type=uniform]/title", "Bible"}}},
      {"210", "210 0_ $a Pap. Nov.\n", {{"titleInfo[type=abbreviated]/title", "Pap. Nov."}}},
      {"246", "246 3_ $a Mlýn\n", {{"titleInfo[type=alternative]/title", "Mlýn"}}},
      {"740", "740 0_ $a Mlýn\n", {{"titleInfo[type=alternative]/title", "Mlýn"}}},
      {"245",
       "245 14 $a The mlýn : $b vyprávění. $n 2., $p Voda / $c Anna Nováková\n",
       {{"titleInfo/nonSort", "The"},
        {"titleInfo/title", "mlýn"},
        {"titleInfo/subTitle", "vyprávění"},
        {"titleInfo/partNumber", "2."},
        {"titleInfo/partName", "Voda"},
        {"note[type=statement of responsibility]", "Anna Nováková"}}},
      {"250", "250 __ $a 1. vydání\n264 _1 $a Praha\n", {{published + "edition", "1. vydání"}}},
      {"260",
       "260 __ $a Praha : $b Vrba, $c 1926\n",
       {{"originInfo/place/placeTerm[type=text]", "Praha"},
        {"originInfo/publisher", "Vrba"},
        {"originInfo/dateIssued", "1926"}}},
      {"264 _1",
       "264 _1 $a Praha : $b Vrba, $c 1926\n264 _1 $a Brno : $b Papír, $c 1926\n",
       {{published + "place/placeTerm[type=text]", "Praha"},
        {published + "publisher", "Vrba"},
        {published + "dateIssued", "1926"},
        {published + "place/placeTerm[type=text]", "Brno"},
        {published + "publisher", "Papír"}}},
      {"264 aacr",
       "040 __ $a TST001 $e aacr2\n264 _1 $a Praha\n264 _3 $b Papír\n",
       {{published + "place/placeTerm[type=text]", "Praha"},
        {"originInfo[eventType=manufacture]/publisher", "Papír"}}},
      {"264 _0",
       "264 _0 $a Praha : $b Vrba\n",
       {{"originInfo[eventType=production]/publisher", "Vrba"}}},
      {"264 _2", "264 _2 $b Vrba\n", {{"originInfo[eventType=distribution]/publisher", "Vrba"}}},
      {"264 _3", "264 _3 $b Vrba\n", {{"originInfo[eventType=manufacture]/publisher", "Vrba"}}},
      {"264 _4",
       "264 _1 $a Praha\n264 _4 $c ©1926\n",
       {{"originInfo[eventType=copyright]/copyrightDate", "1926"}}},
      {"300",
       "300 __ $a 312 stran : $b ilustrace ; $c 21 cm\n",
       {{"physicalDescription/extent", "312 stran : ilustrace ; 21 cm"},
        {"physicalDescription/note", "ilustrace"}}},
      {"336",
       "336 __ $a text $b txt $2 rdacontent\n336 __ $b sti $2 rdacontent\n",
       {{"genre[authority=rdacontent]", "text"}, {"genre[authority=rdacontent]", "sti"}}},
      {"337 338",
       "337 __ $a bez média $b n $2 rdamedia\n338 __ $a svazek $b nc $2 rdacarrier\n",
       {{"physicalDescription/form[authority=rdamedia,type=media]", "bez média"},
        {"physicalDescription/form[authority=rdacarrier,type=carrier]", "svazek"}}},
      {"490",
       "490 1_ $a Knihovnička ; $v sv. 3\n",
       {{"relatedItem[type=series]/titleInfo/title", "Knihovnička"},
        {"relatedItem[type=series]/titleInfo/partNumber", "sv. 3"}}},
      {"830",
       "830 _0 $a Knihovnička ; $v sv. 3\n",
       {{"relatedItem[type=series]/titleInfo/title", "Knihovnička"},
        {"relatedItem[type=series]/titleInfo/partNumber", "sv. 3"}}},
      {"500", "500 __ $a Z francouzštiny\n", {{"note", "Z francouzštiny"}}},
      {"504 546",
       "504 __ $a Rejstřík\n546 __ $a Česky\n",
       {{"note", "Rejstřík"}, {"note", "Česky"}}},
      {"505", "505 0_ $a Úvod -- Mlýny\n", {{"tableOfContents", "Úvod -- Mlýny"}}},
      {"505 9", "505 0_ $a Úvod $9 cze\n", {{"tableOfContents[lang=cze]", "Úvod"}}},
      {"520", "520 2_ $a O mlýně.\n", {{"abstract", "O mlýně."}}},
      {"520 9",
       "520 2_ $a O mlýně. $9 cze\n520 2_ $a Of a mill. $9 eng\n",
       {{"abstract[lang=cze]", "O mlýně."}, {"abstract[lang=eng]", "Of a mill."}}},
  };
  return rows;
}

// Subjects, other works, places.
const std::vector<TableRow>& subjects() {
  static const std::string czenas = "subject[authority=czenas]/";
  static const std::vector<TableRow> rows = {
      {"043",
       "043 __ $a e-xr--- $a e-gx---\n",
       {{"subject/geographicCode[authority=marcgac]", "e-xr---"},
        {"subject/geographicCode[authority=marcgac]", "e-gx---"}}},
      {"600",
       "600 17 $a Papírníková, Žofie, $d 1801-1860 $x dílo $2 czenas\n",
       {{czenas + "name[type=personal]/namePart[type=family]", "Papírníková"},
        {czenas + "name[type=personal]/namePart[type=given]", "Žofie"},
        {czenas + "name[type=personal]/namePart[type=date]", "1801-1860"},
        {czenas + "topic", "dílo"}}},
      {"610",
       "610 27 $a Ústav. $b Odbor $2 czenas\n",
       {{czenas + "name[type=corporate]/namePart", "Ústav"},
        {czenas + "name[type=corporate]/namePart", "Odbor"}}},
      {"611",
       "611 27 $a Sjezd $d 1999 $2 czenas\n",
       {{czenas + "name[type=conference]/namePart", "Sjezd"},
        {czenas + "name[type=conference]/namePart[type=date]", "1999"}}},
      {"630",
       "630 07 $a Bible. $p Genesis $x překlady $2 czenas\n",
       {{czenas + "titleInfo/title", "Bible"},
        {czenas + "titleInfo/partName", "Genesis"},
        {czenas + "topic", "překlady"}}},
      {"648", "648 _7 $a 20. století $2 czenas\n", {{czenas + "temporal", "20. století"}}},
      {"650",
       "650 _7 $a papír $x dějiny $y 1900-1910 $z Česko $2 czenas\n",
       {{czenas + "topic", "papír"},
        {czenas + "topic", "dějiny"},
        {czenas + "temporal", "1900-1910"},
        {czenas + "geographic", "Česko"}}},
      {"650 eczenas",
       "650 _9 $a paper $2 eczenas\n",
       {{"subject[authority=eczenas]/topic", "paper"}}},
      {"650 _0", "650 _0 $a Paper\n", {{"subject[authority=lcsh]/topic", "Paper"}}},
      {"651", "651 _7 $a Žďár $2 czenas\n", {{czenas + "geographic", "Žďár"}}},
      {"653", "653 0_ $a mlýny $a luna\n", {{"subject/topic", "mlýny"}, {"subject/topic", "luna"}}},
      {"653 9",
       "653 0_ $a mlýny $9 cze\n653 0_ $a mills $9 eng\n",
       {{"subject/topic[lang=cze]", "mlýny"}, {"subject/topic[lang=eng]", "mills"}}},
      {"655",
       "655 _7 $a vyprávění $7 fd1 $2 czenas\n655 _9 $a tales $2 eczenas\n",
       {{"genre[authority=czenas]", "vyprávění"}, {"genre[authority=eczenas]", "tales"}}},
      {"655 without 2", "655 _4 $a vyprávění\n", {{"genre", "vyprávění"}}},
      {"773",
       "773 0_ $t Noviny $g 1919\n",
       {{"relatedItem[type=host]/titleInfo/title", "Noviny"},
        {"relatedItem[type=host]/note", "1919"}}},
      {"780",
       "780 00 $t Listy $x 1210-2222\n",
       {{"relatedItem[type=preceding]/titleInfo/title", "Listy"},
        {"relatedItem[type=preceding]/identifier[type=issn]", "1210-2222"}}},
      {"785", "785 00 $t Listy\n", {{"relatedItem[type=succeeding]/titleInfo/title", "Listy"}}},
      {"787",
       "787 08 $i Doplněk k: $t Listy\n787 0_ $t Noviny\n",
       {{"relatedItem[otherType=other,displayLabel=Doplněk k]/titleInfo/title", "Listy"},
        {"relatedItem[otherType=other]/titleInfo/title", "Noviny"}}},
      {"856",
       "856 41 $u https://example.org/obalka.jpg\n",
       {{"location/url", "https://example.org/obalka.jpg"}}},
      {"910",
       "910 __ $a TST001 $b 54 F 1\n",
       {{"location/physicalLocation[authority=siglaADR]", "TST001"},
        {"location/shelfLocator", "54 F 1"}}},
      {"996",
       "996 __ $b 2610000001 $c 54 F 1\n",
       {{"identifier[type=barCode]", "2610000001"}, {"location/shelfLocator", "54 F 1"}}},
  };
  return rows;
}

class ModsTable : public testing::TestWithParam<const std::vector<TableRow>*> {};

TEST_P(ModsTable, EveryRowBecomesWhatItSays) {
  for (const TableRow& row : *GetParam()) {
    const Rows got = mods_rows(record_with(row.fields));
    for (const Row& wanted : row.becomes) {
      std::string found;
      for (const Row& g : got)
        if (g.first == wanted.first) found += (found.empty() ? "" : " | ") + g.second;
      const bool there = std::find(got.begin(), got.end(), wanted) != got.end();
      std::cout << (there ? "  " : "! ") << row.name << '\t' << wanted.first << '\t'
                << wanted.second << '\t' << (found.empty() ? "-" : found) << '\n';
      EXPECT_THAT(got, Contains(wanted)) << row.name;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(All, ModsTable, testing::Values(&numbers(), &descriptions(), &subjects()));

std::vector<std::string> all_sources() {
  std::vector<std::string> out;
  for (const auto* table : {&numbers(), &descriptions(), &subjects()})
    for (const TableRow& row : *table) out.push_back(record_with(row.fields));
  for (const auto& [name, text] : made::all_records()) out.emplace_back(text);
  return out;
}

TEST(ModsText, KeepsItsSchema) {
  const char* folder = std::getenv("LINKA_SCHEMAS");
  if (folder == nullptr) GTEST_SKIP() << "no LINKA_SCHEMAS";
  const auto schema = XmlSchema::load(std::filesystem::path(folder) / "mods_3.8.xsd");
  ASSERT_TRUE(schema) << schema.error().message;
  for (const std::string& text : all_sources()) {
    const auto document = XmlDocument::parse(bytes_of(mods_of(text)));
    ASSERT_TRUE(document) << text;
    for (const std::string& complaint : schema->check(*document))
      ADD_FAILURE() << text << ": " << complaint;
  }
}

TEST(ModsText, OddFieldsMakeNoEmptyElements) {
  for (int tag = 10; tag < 1000; ++tag)
    for (const char* rest :
         {"__ $a ", "17 $b y $c z $d - $t t", "27 $n 1 $x s", "99 $2 x", "77 $z [ $9 x $a ("}) {
      if (tag == 245) continue;
      for (const Row& row : mods_rows(record_with(fmt::format("{:03} {}\n", tag, rest))))
        EXPECT_NE(row.second, "") << tag << ' ' << rest << ": " << row.first;
    }
}

// A package made of the file is the same as one made of the record itself.
TEST(ModsText, APackagesRecordIsTheSameThroughTheFile) {
  for (const std::string& text : all_sources()) {
    const MarcRecord marc = made::marc_of(text);
    const RecordLevel level = is_periodical(marc) ? RecordLevel::periodical : RecordLevel::volume;
    Record direct = made::read(text).record;
    std::vector<std::string> notes;
    auto again = record_from_mods(bytes_of(mods_text(direct, marc)), "made.xml", notes, level);
    ASSERT_TRUE(again) << text << ": " << again.error().message;
    EXPECT_THAT(notes, Not(Contains(HasSubstr("left out")))) << text;
    EXPECT_THAT(notes, Not(Contains(HasSubstr("genre")))) << text;
    std::vector<std::string> ignored;
    normalise(direct, ignored, level);
    normalise(*again, ignored, level);
    RecordPlace place;
    place.level = level;
    EXPECT_EQ(made::rows_of(held_at(*again, place)), made::rows_of(held_at(direct, place))) << text;
  }
}

}  // namespace
}  // namespace linka
