// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/mods.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace linka {
namespace {

using testing::HasSubstr;
using testing::Not;

Record small() {
  Record r;
  TitleInfo t;
  t.title = "Kniha";
  r.titles = {t};
  Origin o;
  o.agents = {"Nakladatel"};
  o.dates = {{DateKind::issued, "1927", "start", "inferred"},
             {DateKind::issued, "1930", "end", ""}};
  r.origins = {o};
  r.languages = {{"cze", ""}};
  r.forms = {{"marcform", "print"}};
  r.identifiers = {{"urnnbn", "urn:nbn:cz:tst001-00000a", false}, {"isbn", "80-85892-15-4", true}};
  return r;
}

std::string written(const Record& r, const ModsStyle& style) {
  XmlWriter xml;
  const RecordPlace volume;
  write_mods(xml, held_at(r, volume), volume, style, "2025-03-14T10:20:00Z");
  return xml.done();
}

TEST(Mods, PublishersAreWrittenAsTheStyleAsks) {
  const std::string portable = written(small(), {"", true, true, false, false});
  EXPECT_THAT(portable, HasSubstr("<mods:publisher>Nakladatel</mods:publisher>"));
  EXPECT_THAT(portable, HasSubstr("<mods:mods ID=\"MODS_VOLUME_0001\">"));
  const std::string strict = written(small(), {"3.8", false, true, true, false});
  EXPECT_THAT(strict, HasSubstr("<mods:namePart>Nakladatel</mods:namePart>"));
  EXPECT_THAT(strict, HasSubstr("<mods:roleTerm>publisher</mods:roleTerm>"));
  EXPECT_THAT(strict, HasSubstr("version=\"3.8\""));
}

TEST(Mods, ASpanKeepsItsEnds) {
  const std::string xml = written(small(), {});
  EXPECT_THAT(xml, HasSubstr("<mods:dateIssued encoding=\"marc\" point=\"start\" "
                             "qualifier=\"inferred\">1927<"));
  EXPECT_THAT(xml, HasSubstr("<mods:dateIssued encoding=\"marc\" point=\"end\">1930<"));
}

TEST(Mods, EventsAreNamedByRdaOnly) {
  Record r = small();
  EXPECT_THAT(written(r, {}), HasSubstr("<mods:originInfo eventType=\"publication\">"));
  r.info.standard = "aacr";
  EXPECT_THAT(written(r, {}), HasSubstr("<mods:originInfo>"));
}

TEST(Mods, TheRecordsTimeIsThePackagesWhenItHasNone) {
  EXPECT_THAT(written(small(), {}), HasSubstr("\"iso8601\">2025-03-14T10:20:00Z<"));
}

TEST(Mods, ALocationIsWholeOrAbsent) {
  Record r = small();
  r.locations = {{"ABA001", ""}};
  EXPECT_THAT(written(r, {}), Not(HasSubstr("location")));
  r.locations = {{"ABA001", "54 H 1"}};
  EXPECT_THAT(written(r, {}), HasSubstr("<mods:shelfLocator>54 H 1<"));
}

TEST(Mods, FurtherAuthorsAreANameWithoutAttributes) {
  Record r = small();
  Name others;
  others.et_al = "a další";
  r.names = {others};
  const std::string text = written(r, {});
  EXPECT_THAT(text, HasSubstr("<mods:name>\n"));
  EXPECT_THAT(text, HasSubstr("<mods:etal>a další</mods:etal>"));
}

TEST(Mods, InvalidNumbersAreMarked) {
  EXPECT_THAT(written(small(), {}),
              HasSubstr("<mods:identifier type=\"isbn\" invalid=\"yes\">80-85892-15-4<"));
}

TEST(Mods, APageSaysItsNumberItsPlaceAndItsKind) {
  XmlWriter xml;
  write_mods(xml, PageRecord{12, "u", "xii & 1", "map", "left", true, "cartographic", "skvrna"},
             {"3.8", true, true, false, false});
  const std::string text = xml.done();
  for (const char* part :
       {"<mods:mods ID=\"MODS_PAGE_0012\" version=\"3.8\">", "<mods:part type=\"map\">",
        "<mods:number>xii &amp; 1</mods:number>", "<mods:number>12</mods:number>",
        "<mods:note>left</mods:note>", "<mods:genre type=\"map\">reprePage</mods:genre>",
        "<mods:typeOfResource>cartographic<", "<mods:note>skvrna</mods:note>"})
    EXPECT_THAT(text, HasSubstr(part));
}

}  // namespace
}  // namespace linka
