// SPDX-License-Identifier: GPL-3.0-or-later
// The list of catalogues, and records that somebody has in a file.
#include "catalogue/catalogues.h"

#include "catalogue/catalogue_test_records.h"
#include "catalogue/fetched.h"
#include "catalogue/lookup.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace linka {
namespace {
using testing::HasSubstr;
using testing::SizeIs;

TEST(Files, RecordsAreToldApartByHowTheyBegin) {
  std::vector<std::string> notes;
  const MarcRecord one = made::marc_of(made::monograph), two = made::marc_of(made::map);
  const auto iso =
      hits_in_file(made::iso2709_of(one) + "\n" + made::iso2709_of(two), "auto", notes);
  ASSERT_TRUE(iso) << iso.error().message;
  ASSERT_THAT(*iso, SizeIs(2));
  EXPECT_EQ((*iso)[1].id, "tst20270000004");
  const auto xml = hits_in_file("\xEF\xBB\xBF" + marcxml_of(one), "auto", notes);
  ASSERT_TRUE(xml) << xml.error().message;
  EXPECT_THAT(*xml, SizeIs(1));
  EXPECT_THAT(*hits_in_file("", "auto", notes), SizeIs(0));
  EXPECT_FALSE(hits_in_file("Dobrý den", "auto", notes));
}

TEST(Catalogues, TheSampleOfTheProjectIsRead) {
  const auto all = load_catalogues(LINKA_SAMPLE_CATALOGUES);
  ASSERT_TRUE(all) << all.error().message;
  EXPECT_GE(all->size(), 5u);
  ASSERT_TRUE(catalogue_named(*all, "nkc"));
  const auto none = catalogue_named(*all, "nikde");
  ASSERT_FALSE(none);
  EXPECT_THAT(none.error().message, HasSubstr("nkc"));
}

TEST(Catalogues, EveryMistakeIsToldWithItsLine) {
  const auto all = catalogues_from(
      "[[catalogue]]\nid = \"a\"\ntype = \"gopher\"\nhost = 7\n\n"
      "[[catalogue]]\nid = \"a\"\nurl = \"ftp://x\"\ntype = \"sru\"\ncolour = 1\n"
      "charset = \"kamenický\"\ntimeout_s = -1\n"
      "[catalogue.queries]\nisbn = \"no place\"\nsmell = \"%s\"\n",
      "c.toml");
  ASSERT_FALSE(all);
  EXPECT_EQ(all.error().kind, ErrorKind::configuration);
  for (const char* word : {"gopher", "line 4", "http", "line 10: there is no key colour",
                           "kamenický", "line 12", "line 14", "smell", "used twice"})
    EXPECT_THAT(all.error().message, HasSubstr(word));
  EXPECT_FALSE(catalogues_from("[[catalogue]\n", "c.toml"));
  EXPECT_FALSE(load_catalogues("/nowhere/catalogues.toml"));
}

TEST(Catalogues, AnEmptyPatternTakesAKeyAway) {
  const auto all = catalogues_from(
      "[[catalogue]]\nid=\"a\"\nhost=\"h:1\"\n[catalogue.queries]\nbarcode=\"\"\n", "c.toml");
  ASSERT_TRUE(all) << all.error().message;
  EXPECT_FALSE((*all)[0].queries.contains(SearchKey::barcode));
  EXPECT_TRUE((*all)[0].queries.contains(SearchKey::isbn));
}

}  // namespace
}  // namespace linka
