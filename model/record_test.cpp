// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/record.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace linka {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::vector<std::string> labels(std::string_view pattern) {
  auto r = labels_of_pattern(pattern);
  EXPECT_TRUE(r) << pattern << ": " << (r ? "" : r.error().message);
  return r ? *r : std::vector<std::string>{};
}

TEST(Record, PatternsCountArabicAndRoman) {
  EXPECT_THAT(
      labels("[1]-[3], viii-xi, 1 - 2, [1a], IX–X"),
      ElementsAre("[1]", "[2]", "[3]", "viii", "ix", "x", "xi", "1", "2", "[1a]", "IX", "X"));
  EXPECT_THAT(labels("[1-3]"), ElementsAre("[1]", "[2]", "[3]"));
  EXPECT_THAT(labels("A1-A3"), ElementsAre("A1", "A2", "A3"));
  EXPECT_THAT(labels("1r-2v"), ElementsAre("1r", "1v", "2r", "2v"));
  EXPECT_THAT(labels(" , "), ElementsAre());
}

TEST(Record, PatternsThatCannotBeCountedAreRefused) {
  for (const char* bad :
       {"5-3", "1-x", "[1]-4", "a-d", "1-99999999999", "1-2-3", "iiii-v", "-", "1-20000"}) {
    const auto r = labels_of_pattern(bad);
    EXPECT_FALSE(r) << bad;
  }
}

TEST(Record, PagesBeyondTheLabelsAreOrdinalsInBrackets) {
  Record r;
  r.labels = {"i", "ii"};
  EXPECT_THAT(*page_labels(r, 4), ElementsAre("i", "ii", "[3]", "[4]"));
  const auto few = page_labels(r, 1);
  ASSERT_FALSE(few);
  EXPECT_THAT(few.error().message, HasSubstr("labels 2 pages, but there are 1"));
}

TEST(Record, BlankPagesAreBlankUnlessTheRecordSaysOtherwise) {
  Record r;
  r.types = {{1, "frontCover"}};
  std::vector<PageFacts> pages(3);
  pages[0].is_blank = pages[1].is_blank = true;
  EXPECT_THAT(*page_types(r, pages), ElementsAre("frontCover", "blank", "normalPage"));
  r.types = {{4, "map"}};
  EXPECT_FALSE(page_types(r, pages));
  r.types = {{2, "flyleaf"}};
  EXPECT_FALSE(page_types(r, pages));
}

TEST(Record, KnowsTheFormsOfIdentifiers) {
  EXPECT_TRUE(is_uuid("0f5c1d2e-7a41-4c8b-9e30-000000000101"));
  EXPECT_FALSE(is_uuid("uuid:0f5c1d2e-7a41-4c8b-9e30-000000000101"));
  EXPECT_TRUE(is_urnnbn("urn:nbn:cz:aba007-00006i"));
  EXPECT_FALSE(is_urnnbn("urn:nbn:cz:a-00006i"));
  EXPECT_FALSE(is_urnnbn("urn:nbn:cz:aba007-00006"));
  EXPECT_TRUE(is_isbn("978-0-306-40615-7"));
  EXPECT_FALSE(is_isbn("978-0-306-40615-8"));
  EXPECT_TRUE(is_isbn("0-306-40615-2"));
  EXPECT_FALSE(is_isbn("0-306-40615-3"));
  EXPECT_FALSE(is_isbn("X-306-40615-2"));
  EXPECT_FALSE(is_isbn("4006381333931"));  // an article number that is no book's
  EXPECT_TRUE(is_sigla("ABA001"));
  EXPECT_FALSE(is_sigla("CZ-PrNK"));
  for (const char* good : {"2025-03-14T10:15:00+01:00", "2025-03-14T10:15Z", "2025-03-14T10:15:00",
                           "2025-03-14T10:15:00.123+01"})
    EXPECT_TRUE(is_date_time(good)) << good;
  for (const char* bad : {"2025-03-14", "", "2025-13-14T10:15:00Z", "2025-03-14 10:15:00",
                          "2025-03-14T10:15:00+1", "2025-02-30T10:15:00Z", "0000-03-14T10:15:00Z"})
    EXPECT_FALSE(is_date_time(bad)) << bad;
}

TEST(Record, NamesEverythingThatIsMissingAtOnce) {
  const auto missing = missing_parts(Record{});
  EXPECT_EQ(missing.size(), 5u);
}

TEST(Record, TheUuidFollowsFromTheUrn) {
  Record r;
  r.identifiers = {{"urnnbn", "urn:nbn:cz:tst001-00000a", false}};
  EXPECT_TRUE(is_uuid(volume_uuid(r)));
  EXPECT_EQ(volume_uuid(r), volume_uuid(r));
  EXPECT_EQ(package_id(r), "tst001-00000a");
  r.identifiers.push_back({"uuid", "0f5c1d2e-7a41-4c8b-9e30-000000000101", false});
  EXPECT_EQ(volume_uuid(r), "0f5c1d2e-7a41-4c8b-9e30-000000000101");
}

}  // namespace
}  // namespace linka
