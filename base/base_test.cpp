// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/clock.h"
#include "base/digest.h"
#include "base/fail_point.h"
#include "base/files.h"
#include "base/text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <fstream>

namespace linka {
namespace {
namespace fs = std::filesystem;

fs::path fresh_folder(const char* name) {
  const fs::path p = fs::path(testing::TempDir()) / (name + std::to_string(::getpid()));
  fs::remove_all(p);
  fs::create_directories(p);
  return p;
}

TEST(Digest, KnowsThePublishedValues) {
  const Bytes abc{'a', 'b', 'c'};
  const Digests d = digest_bytes(abc);
  EXPECT_EQ(d.md5, "900150983cd24fb0d6963f7d28e17f72");
  EXPECT_EQ(d.sha256, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(d.size_bytes, 3u);
}

TEST(Digest, UuidVersion5MatchesTheRfcExample) {
  // RFC 4122 name space for DNS; the value is the one published in the errata.
  EXPECT_EQ(uuid_v5("6ba7b810-9dad-11d1-80b4-00c04fd430c8", "www.example.com"),
            "2ed6657d-e927-568b-95e1-2665a8aea6a2");
}

TEST(Files, AtomicWriteLeavesNoTemporaryFile) {
  const fs::path dir = fresh_folder("linka_atomic");
  ASSERT_TRUE(write_atomically(dir / "a.txt", std::string_view("one")));
  ASSERT_TRUE(write_atomically(dir / "a.txt", std::string_view("two")));
  EXPECT_EQ(*read_text(dir / "a.txt"), "two");
  EXPECT_EQ(std::distance(fs::directory_iterator(dir), fs::directory_iterator{}), 1);
}

TEST(Files, AFullDiskIsAnErrorOfItsOwn) {
  auto r = write_atomically("/dev/full/x", std::string_view("x"));
  ASSERT_FALSE(r);
  EXPECT_EQ(kind_of_errno(ENOSPC), ErrorKind::no_space);
  EXPECT_THAT(r.error().message, testing::HasSubstr("/dev/full/x"));
}

TEST(Files, ALockIsHeldOnce) {
  const fs::path dir = fresh_folder("linka_lock");
  auto first = FileLock::take(dir / "lock");
  ASSERT_TRUE(first);
  auto second = FileLock::take(dir / "lock");
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().kind, ErrorKind::busy);
}

TEST(Text, NaturalOrderCountsLikeAPerson) {
  EXPECT_TRUE(natural_less("scan2.tif", "scan10.tif"));
  EXPECT_FALSE(natural_less("scan10.tif", "scan2.tif"));
  EXPECT_TRUE(natural_less("a/9", "a/10"));
  EXPECT_NE(natural_less("01", "1"), natural_less("1", "01"));
  EXPECT_NE(natural_less("A", "a"), natural_less("a", "A"));
  EXPECT_FALSE(natural_less("x", "x"));
}

TEST(Text, CleanUtf8DropsWhatXmlCannotHold) {
  EXPECT_EQ(clean_utf8("a\x01"
                       "b\x0b"),
            "ab");
  EXPECT_EQ(clean_utf8("a\xff"), "a\xef\xbf\xbd");
  EXPECT_EQ(clean_utf8("žluťoučký"), "žluťoučký");
}

TEST(FailPoints, DoNothingUntilTheirNameIsGiven) {
  ::unsetenv("LINKA_FAIL_AT");
  static FailPoint quiet{"base-test-quiet", "nowhere"};
  EXPECT_EQ(quiet.reached(), 0);
  EXPECT_EQ(fail_points_problem(), "");
}

TEST(FailPoints, AnswerOnceAtTheVisitAskedForOrFromThenOn) {
  ::setenv("LINKA_FAIL_AT", "base-test-third:ENOSPC@3,base-test-ever:EIO+@2", 1);
  static FailPoint third{"base-test-third", "nowhere"}, ever{"base-test-ever", "nowhere"};
  std::vector<int> of_third, of_ever;
  for (int i = 0; i < 4; ++i) {
    of_third.push_back(third.reached());
    of_ever.push_back(ever.reached());
  }
  EXPECT_THAT(of_third, testing::ElementsAre(0, 0, ENOSPC, 0));
  EXPECT_THAT(of_ever, testing::ElementsAre(0, EIO, EIO, EIO));
  ::unsetenv("LINKA_FAIL_AT");
}

TEST(FailPoints, ThatNobodyKnowsAreToldOf) {
  ::setenv("LINKA_FAIL_AT", "no-such-place:die", 1);
  EXPECT_THAT(fail_points_problem(), testing::HasSubstr("no-such-place"));
  ::unsetenv("LINKA_FAIL_AT");
}

TEST(FailPoints, DieAsByKill) {
  ::setenv("LINKA_FAIL_AT", "base-test-deadly:die", 1);
  static FailPoint deadly{"base-test-deadly", "nowhere"};
  EXPECT_EXIT(deadly.reached(), testing::KilledBySignal(SIGKILL), "");
  ::unsetenv("LINKA_FAIL_AT");
}

TEST(Clock, FollowsSourceDateEpoch) {
  ::setenv("SOURCE_DATE_EPOCH", "1741943700", 1);
  EXPECT_EQ(iso8601(now()), "2025-03-14T09:15:00Z");
  EXPECT_EQ(parse_iso8601("2025-03-14T09:15:00Z"), now());
  ::unsetenv("SOURCE_DATE_EPOCH");
}

}  // namespace
}  // namespace linka
