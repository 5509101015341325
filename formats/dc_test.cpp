// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/dc.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace linka {
namespace {

using testing::HasSubstr;
using testing::Not;

std::string written(const Record& r) {
  XmlWriter xml;
  const RecordPlace volume;
  write_dc(xml, r, held_at(r, volume), volume);
  return xml.done();
}

TEST(Dc, SaysInShortWhatModsSays) {
  Record r;
  TitleInfo t;
  t.non_sort = "The";
  t.title = "Mill";
  t.sub_title = "a story";
  t.part_number = "1";
  t.part_name = "Water";
  r.titles = {t};
  Name n;
  n.parts = {{"given", "Anna"}, {"date", "1880-1951"}, {"family", "Nováková"}};
  r.names = {n, n};
  Origin o;
  o.dates = {{DateKind::issued, "1927", "start", ""}, {DateKind::issued, "1930", "end", ""}};
  r.origins = {o};
  r.languages = {{"cze", ""}, {"ger", "summary"}, {"cze", "translation"}};
  r.identifiers = {{"uuid", "0f5c1d2e-7a41-4c8b-9e30-000000000101", false},
                   {"isbn", "0-306-40615-2", false},
                   {"isbn", "1", true}};
  const std::string text = written(r);
  for (const char* part :
       {"<dc:title>The Mill : a story. 1. Water</dc:title>",
        "<dc:creator>Nováková, Anna, 1880-1951</dc:creator>", "<dc:date>1927-1930</dc:date>",
        "<dc:language>cze</dc:language>", "<dc:type>model:monograph</dc:type>",
        "<dc:identifier>uuid:0f5c1d2e-7a41-4c8b-9e30-000000000101</dc:identifier>",
        "<dc:identifier>isbn:0-306-40615-2</dc:identifier>"})
    EXPECT_THAT(text, HasSubstr(part));
  EXPECT_THAT(text, Not(HasSubstr("isbn:1")));
  EXPECT_THAT(text, Not(HasSubstr("ger")));
  EXPECT_EQ(text.find("<dc:creator>"), text.rfind("<dc:creator>"));
}

TEST(Dc, AFullStopIsNotDoubled) {
  Record r;
  TitleInfo t;
  t.title = "Spisy";
  t.part_number = "Díl 2.";
  t.part_name = "Hry";
  r.titles = {t};
  EXPECT_THAT(written(r), HasSubstr("<dc:title>Spisy. Díl 2. Hry</dc:title>"));
}

TEST(Dc, APageHasANumberAndAUuid) {
  XmlWriter xml;
  write_dc(xml, PageRecord{1, "0f5c1d2e-7a41-4c8b-9e30-000000000141", "[1]", "blank", "right"});
  const std::string text = xml.done();
  EXPECT_THAT(text, HasSubstr("<dc:coverage>[1]</dc:coverage>"));
  EXPECT_THAT(text, HasSubstr("<dc:type>model:page</dc:type>"));
}

}  // namespace
}  // namespace linka
