// SPDX-License-Identifier: GPL-3.0-or-later
// Reading MARC in its writings and character sets; the small questions of text.
#include "catalogue/marc.h"

#include "catalogue/catalogue_test_records.h"
#include "catalogue/iso2709.h"
#include "catalogue/letters.h"
#include "catalogue/marc_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <iconv.h>

namespace linka {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

ByteView bytes_of(const std::string& text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

std::string encoded(const std::string& text, const char* charset) {
  iconv_t converter = ::iconv_open(charset, "UTF-8");
  std::string copy = text, out(4 * text.size() + 4, '\0');
  char *in = copy.data(), *to = out.data();
  std::size_t left = copy.size(), space = out.size();
  EXPECT_NE(::iconv(converter, &in, &left, &to, &space), static_cast<std::size_t>(-1)) << text;
  ::iconv_close(converter);
  out.resize(out.size() - space);
  return out;
}

MarcRecord in_charset(MarcRecord record, const char* charset) {
  for (MarcField& f : record.fields)
    for (MarcSubfield& s : f.subfields) s.value = encoded(s.value, charset);
  return record;
}

MarcRecord same_leader(MarcRecord record, const MarcRecord& as) {
  record.leader = as.leader;
  return record;
}

TEST(Marc, Iso2709InUtf8IsReadBack) {
  for (const auto& [name, text] : made::all_records()) {
    const MarcRecord made = made::marc_of(text);
    std::vector<std::string> notes;
    const auto read = marc_from_iso2709(made::iso2709_of(made), "utf-8", notes);
    ASSERT_TRUE(read) << name << ": " << read.error().message;
    EXPECT_EQ(same_leader(*read, made), made) << name;
    EXPECT_THAT(notes, IsEmpty()) << name;
  }
}

TEST(Marc, Cp1250AndLatin2AreRead) {
  MarcRecord made = made::marc_of(made::old_print);
  std::erase_if(made.fields, [](const MarcField& f) { return f.tag == "264"; });
  for (const auto& [charset, iconv_name] :
       {std::pair{"cp1250", "CP1250"}, std::pair{"iso-8859-2", "ISO-8859-2"}}) {
    std::vector<std::string> notes;
    const auto read =
        marc_from_iso2709(made::iso2709_of(in_charset(made, iconv_name), ' '), charset, notes);
    ASSERT_TRUE(read) << charset << ": " << read.error().message;
    EXPECT_EQ(same_leader(*read, made), made) << charset;
  }
}

TEST(Marc, Marc8IsReadWithItsMarksBeforeTheLetters) {
  MarcRecord made = made::marc_of("LDR 00000nam  2200000 a 4500\n245 10 $a x\n");
  // ANSEL: E9 caron, E2 acute, EA ring, E8 diaeresis, A1 L with stroke.
  made.fields[0].subfields[0].value =
      "\xE9"
      "Zluťou\xE9"
      "ck\xE2y k\xEAu\xE9n \xE8uber \xA1"
      "ód\xE2z";
  // Two letters above are UTF-8 on purpose in the source; write them the old way, too.
  std::string& value = made.fields[0].subfields[0].value;
  value.replace(value.find("ť"), 2, "\xE9t");
  value.replace(value.find("ó"), 2, "\xE2o");
  std::vector<std::string> notes;
  for (const char* charset : {"marc-8", "auto"}) {
    const auto read = marc_from_iso2709(made::iso2709_of(made, ' '), charset, notes);
    ASSERT_TRUE(read) << read.error().message;
    EXPECT_EQ(read->fields[0].first('a'), "Žluťoučký kůň über Łódź") << charset;
  }
}

TEST(Marc, LettersAndTheirMarksBecomeOne) {
  EXPECT_EQ(composed("Z\u030Clut\u030Couc\u030Cky\u0301 ku\u030An\u030C"), "Žluťoučký kůň");
  EXPECT_EQ(composed("a\u0302\u0301 \u0301x q\u030C"), "ấ \u0301x q\u030C");
  EXPECT_EQ(composed("Кири\u0306ллица"), "Кири\u0306ллица");
}

TEST(Marc, CharacterSetsByAnySpelling) {
  for (const char* name : {"UTF-8", "utf8", "MARC-8", "marc8", "cp1250", "windows-1250", "latin2"})
    EXPECT_TRUE(is_charset(name)) << name;
  EXPECT_FALSE(is_charset("kamenický"));
  EXPECT_EQ(*text_from("cp1250", "\x8E\xE1\x9E"), "Žáž");
  EXPECT_FALSE(text_from("utf-8", "\x8E\xE1"));
  EXPECT_FALSE(text_from("klingon", "x"));
}

TEST(Marc, ADirectoryThatCountsLettersInsteadOfBytesIsMended) {
  const MarcRecord made = made::marc_of(made::monograph);
  std::string bytes = made::iso2709_of(made);
  const std::size_t base = std::stoul(bytes.substr(12, 5));
  // Every length and start two too small.
  for (std::size_t at = 24; at + 12 < base; at += 12)
    bytes.replace(at + 3, 4, fmt::format("{:04}", std::stoul(bytes.substr(at + 3, 4)) - 1));
  std::vector<std::string> notes;
  const auto read = marc_from_iso2709(bytes, "auto", notes);
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(same_leader(*read, made), made);
  EXPECT_THAT(notes, SizeIs(1));
}

TEST(Marc, DamagedIso2709IsRefusedAndNeverCrashes) {
  const std::string good = made::iso2709_of(made::marc_of(made::monograph));
  std::vector<std::string> notes;
  for (std::size_t size = 0; size < 900; size += 7)
    EXPECT_FALSE(marc_from_iso2709(good.substr(0, size), "auto", notes)) << size;
  std::uint32_t noise = 1;
  for (int round = 0; round < 300; ++round) {
    std::string bad = good;
    for (int i = 0; i < 12; ++i) {
      noise = noise * 1664525 + 1013904223;
      bad[(noise >> 8) % bad.size()] = static_cast<char>(noise >> 24);
    }
    (void)marc_from_iso2709(bad, "auto", notes);
  }
}

TEST(Marc, MarcxmlAndOaiMarcSayTheSame) {
  for (const auto& [name, text] : made::all_records()) {
    const MarcRecord made = made::marc_of(text);
    const auto from_xml = marc_in_xml(bytes_of(marcxml_of(made)));
    ASSERT_TRUE(from_xml) << name << ": " << from_xml.error().message;
    EXPECT_THAT(*from_xml, ElementsAre(made)) << name;
    const auto from_oai = marc_in_xml(bytes_of(made::oai_marc_of(made)));
    ASSERT_TRUE(from_oai) << name << ": " << from_oai.error().message;
    EXPECT_THAT(*from_oai, ElementsAre(made)) << name;
  }
}

TEST(Marc, EntitiesInMarcxmlAreRefused) {
  EXPECT_FALSE(marc_in_xml(bytes_of(
      "<!DOCTYPE record [<!ENTITY e SYSTEM \"file:///etc/passwd\">]><record><datafield tag=\"245\">"
      "<subfield code=\"a\">&e;</subfield></datafield></record>")));
  EXPECT_FALSE(marc_in_xml(bytes_of("<record><datafield")));
}

TEST(MarcText, PunctuationOfIsbdGoes) {
  EXPECT_EQ(without_isbd("Praha :"), "Praha");
  EXPECT_EQ(without_isbd(" Vrba  a spol.,"), "Vrba a spol.");
  EXPECT_EQ(without_isbd("[Praha :"), "Praha");
  EXPECT_EQ(without_isbd("[Praha]"), "[Praha]");
  EXPECT_EQ(without_isbd("Kniha o papíru.", FinalPeriod::drop), "Kniha o papíru");
  EXPECT_EQ(without_isbd("Novák, J. K.", FinalPeriod::drop), "Novák, J. K.");
  EXPECT_EQ(without_isbd("1. vyd.", FinalPeriod::drop), "1. vyd.");
  EXPECT_EQ(without_isbd("Konec...", FinalPeriod::drop), "Konec...");
  EXPECT_EQ(without_isbd(" / "), "");
  EXPECT_EQ(without_isbd(""), "");
}

TEST(MarcText, ArticlesAreDivided) {
  std::vector<std::string> notes;
  EXPECT_EQ(divided_title("Die Kunst", '4', notes).non_sort, "Die");
  EXPECT_EQ(divided_title("Die Kunst", '3', notes).title, "Kunst");
  EXPECT_EQ(divided_title("L'art", '2', notes).non_sort, "L'");
  EXPECT_EQ(divided_title("<<Das>> Buch", '0', notes).title, "Buch");
  EXPECT_EQ(divided_title("\"Kniha\"", '1', notes).title, "\"Kniha\"");
  EXPECT_EQ(divided_title("Žal", '0', notes).title, "Žal");
  EXPECT_THAT(notes, IsEmpty());
  EXPECT_EQ(divided_title("Kniha", '3', notes).title, "Kniha");
  EXPECT_THAT(notes, SizeIs(1));
}

std::string said(const std::vector<OriginDate>& dates) {
  std::string out;
  for (const OriginDate& d : dates)
    out += (out.empty() ? "" : "|") + std::string(d.kind == DateKind::copyright ? "c:" : "") +
           d.text + (d.qualifier.empty() ? "" : "~" + d.qualifier) +
           (d.point.empty() ? "" : "@" + d.point);
  return out;
}

TEST(MarcText, DatesAsPrinted) {
  struct Row {
    const char *printed, *expected;
  };
  const Row rows[] = {
      {"1927", "1927"},
      {"1927.", "1927"},
      {"[1927]", "[1927]~inferred"},
      {"[1927?]", "[1927]~questionable"},
      {"[ca 1927]", "[1927]~approximate"},
      {"kolem 1927", "1927~approximate"},
      {"[19--]", "[19--]~inferred"},
      {"192-", "192-"},
      {"[192-?]", "[192-]~inferred"},
      {"1927]", "1927"},
      {"1927-1930", "1927-1930"},
      {"1927-", "1927-"},
      {"c1926", "c:1926"},
      {"©1926", "c:1926"},
      {"1927, c1926", "1927|c:1926"},
      {"[mezi 1780 a 1799]", "[1780-1799]~approximate"},
      {"M. DCC. XXIV. [1724]", "[1724]~inferred"},
      {"1927 [i.e. 1928]", "1927 [i.e. 1928]"},
      {"", ""},
  };
  std::vector<std::string> notes;
  for (const Row& row : rows) EXPECT_EQ(said(printed_dates(row.printed, notes)), row.expected);
  EXPECT_THAT(notes, SizeIs(2));
  EXPECT_EQ(said(printed_dates(std::string(100000, '['), notes)), "");
}

TEST(MarcText, DatesAsCoded) {
  EXPECT_EQ(said(coded_dates("210603s1927    xr")), "1927");
  EXPECT_EQ(said(coded_dates("210603d19191938xr")), "1919@start|1938@end");
  EXPECT_EQ(said(coded_dates("210603c19199999xr")), "1919@start");
  EXPECT_EQ(said(coded_dates("910710c19910701nju")), "1991@start");
  EXPECT_EQ(said(coded_dates("210603q18uu1899xr")),
            "18uu~questionable@start|1899~questionable@end");
  EXPECT_EQ(said(coded_dates("210603t19271926xr")), "1927");
  EXPECT_EQ(said(coded_dates("210603r19801927xr")), "1980");
  EXPECT_EQ(said(coded_dates("210603nuuuuuuuuxr")), "");
  EXPECT_EQ(said(coded_dates("210603s")), "");
}

}  // namespace
}  // namespace linka
