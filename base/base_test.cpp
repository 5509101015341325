// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/clock.h"
#include "base/digest.h"
#include "base/event_log.h"
#include "base/fail_point.h"
#include "base/files.h"
#include "base/scratch_folder.h"
#include "base/signature.h"
#include "base/text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <sys/wait.h>
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

TEST(FailPoints, AreCountedOverAllProcessesTogether) {
  ::setenv("LINKA_FAIL_AT", "base-test-shared:die", 1);
  static FailPoint once{"base-test-shared", "nowhere"};
  const auto child_is_killed = [] {
    const pid_t child = ::fork();
    if (child == 0) {
      once.reached();
      ::_exit(0);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    return WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
  };
  EXPECT_TRUE(child_is_killed());
  EXPECT_FALSE(child_is_killed()) << "the process started in its stead gets on";
  ::unsetenv("LINKA_FAIL_AT");
}

TEST(FailPoints, DieAsByKill) {
  ::setenv("LINKA_FAIL_AT", "base-test-deadly:die", 1);
  static FailPoint deadly{"base-test-deadly", "nowhere"};
  EXPECT_EXIT(deadly.reached(), testing::KilledBySignal(SIGKILL), "");
  ::unsetenv("LINKA_FAIL_AT");
}

TEST(EventLogs, GiveBackWhatWasWrittenAndNoTornLine) {
  const fs::path file = fresh_folder("linka_events") / "made" / "events.jsonl";
  {
    auto log = EventLog::open(file);
    ASSERT_TRUE(log) << log.error().message;
    ASSERT_TRUE(log->append({{"type", "one"}}));
    ASSERT_TRUE(log->append({{"type", "two"}}));
  }
  std::ofstream(file, std::ios::app) << event_line({{"type", "torn"}}).substr(0, 40);
  auto read = read_events(file);
  ASSERT_TRUE(read);
  ASSERT_EQ(read->events.size(), 2u);
  EXPECT_EQ(read->events[1]["type"], "two");
  EXPECT_EQ(read->damaged_lines, 0u);
  ASSERT_TRUE(EventLog::open(file)->append({{"type", "three"}}));
  read = read_events(file);
  ASSERT_EQ(read->events.size(), 3u);
  EXPECT_EQ(read->events[2]["type"], "three");
  EXPECT_EQ(read->damaged_lines, 0u) << "what was torn was never an event and is cut off";
}

TEST(Signatures, HoldForTheseBytesAndThisKeyOnly) {
  const fs::path dir = fresh_folder("linka_signature");
  const auto key = signing_key(dir / "keys" / "a.pem");
  ASSERT_TRUE(key) << key.error().message;
  EXPECT_EQ(signing_key(dir / "keys" / "a.pem")->shown, key->shown);
  const auto other = signing_key(dir / "b.pem");
  const auto signature = sign(*key, "delivered");
  ASSERT_TRUE(signature);
  EXPECT_TRUE(is_signed_by(key->shown, "delivered", *signature));
  EXPECT_FALSE(is_signed_by(key->shown, "Delivered", *signature));
  EXPECT_FALSE(is_signed_by(other->shown, "delivered", *signature));
  for (std::size_t i = 0; i < signature->size(); ++i) {
    std::string forged = *signature;
    forged[i] = forged[i] == 'A' ? 'B' : 'A';
    EXPECT_FALSE(is_signed_by(key->shown, "delivered", forged)) << i;
  }
  fs::permissions(dir / "keys" / "a.pem", fs::perms::others_read, fs::perm_options::add);
  EXPECT_EQ(signing_key(dir / "keys" / "a.pem").error().kind, ErrorKind::configuration);
}

TEST(Signatures, AgreeWithTheFirstExampleOfRfc8032) {
  const std::string shown = "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=";
  const std::string made =
      "5VZDAMNgrHKQhuLMgG6CioSHfx645dl02HPgZSJJAVVfuIIVkKM7rMYeOXAc+bRr0lv12FlbvRRVIYeN6BN5VQ==";
  // "" signed by 9d61b19d...7f60 (section 7.1)
  EXPECT_FALSE(is_signed_by(shown, "x", made));
  Bytes secret;
  for (const int b : {0x9d, 0x61, 0xb1, 0x9d, 0xef, 0xfd, 0x5a, 0x60, 0xba, 0x84, 0x4a,
                      0xf4, 0x92, 0xec, 0x2c, 0xc4, 0x44, 0x49, 0xc5, 0x69, 0x7b, 0x32,
                      0x69, 0x19, 0x70, 0x3b, 0xac, 0x03, 0x1c, 0xae, 0x7f, 0x60})
    secret.push_back(static_cast<std::uint8_t>(b));
  const auto again = sign({secret, shown}, "");
  ASSERT_TRUE(again);
  EXPECT_TRUE(is_signed_by(shown, "", *again));
  EXPECT_EQ(again->substr(0, 8), "5VZDAMNg");
}

TEST(Clock, FollowsSourceDateEpoch) {
  ::setenv("SOURCE_DATE_EPOCH", "1741943700", 1);
  EXPECT_EQ(iso8601(now()), "2025-03-14T09:15:00Z");
  EXPECT_EQ(parse_iso8601("2025-03-14T09:15:00Z"), now());
  ::unsetenv("SOURCE_DATE_EPOCH");
}

TEST(ScratchFolder, GoesWithTheObjectAndNotBefore) {
  std::filesystem::path where;
  {
    auto made = ScratchFolder::temporary("linka-base-test");
    ASSERT_TRUE(made) << made.error().message;
    const ScratchFolder folder = *std::move(made);
    where = folder.path();
    ASSERT_TRUE(write_atomically(where / "inside", std::string_view("x")));
    const auto other = ScratchFolder::in(where, "linka-base-test");
    ASSERT_TRUE(other);
    EXPECT_NE(other->path(), where);
  }
  EXPECT_FALSE(std::filesystem::exists(where));
  EXPECT_FALSE(ScratchFolder::in(where, "linka-base-test"));
}

}  // namespace
}  // namespace linka
