// SPDX-License-Identifier: GPL-3.0-or-later
#include "profiles/profile.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

namespace linka {
namespace {
namespace fs = std::filesystem;
using testing::HasSubstr;

std::string written(const std::string& text) {
  const fs::path path =
      fs::temp_directory_path() / ("linka-profile-" + std::to_string(::getpid()) + ".toml");
  std::ofstream(path) << text;
  return path.string();
}

TEST(ProfileTest, TheMonographProfileLoadsByName) {
  const auto p = load_profile("monograph");
  ASSERT_TRUE(p) << p.error().message;
  EXPECT_EQ(p->name, "monograph");
  EXPECT_EQ(p->package.standard, "2.2");
}

TEST(ProfileTest, AnUnknownKeyIsRefusedWithItsLine) {
  const auto p = load_profile(written("[deskew]\nmax_angle = 3\n"));
  ASSERT_FALSE(p);
  EXPECT_EQ(p.error().kind, ErrorKind::configuration);
  EXPECT_THAT(p.error().message, HasSubstr(":2: deskew.max_angle"));
  EXPECT_THAT(p.error().message, HasSubstr("max_angle_deg"));
}

TEST(ProfileTest, AValueOutOfRangeIsRefused) {
  const auto p = load_profile(written("[deskew]\nmax_angle_deg = 90\n"));
  ASSERT_FALSE(p);
  EXPECT_THAT(p.error().message, HasSubstr("0.5...45"));
}

TEST(ProfileTest, AWrongChoiceIsRefusedNamingTheRightOnes) {
  const auto p = load_profile(written("[encode]\nverify = \"maybe\"\n"));
  ASSERT_FALSE(p);
  EXPECT_THAT(p.error().message, HasSubstr("full, sample, off"));
}

TEST(ProfileTest, AWrongTypeIsRefused) {
  EXPECT_FALSE(load_profile(written("[ocr]\nenabled = 1\n")));
  EXPECT_FALSE(load_profile(written("[encode]\nsample_every = 2.5\n")));
  EXPECT_FALSE(load_profile(written("ocr = 3\n")));
  EXPECT_FALSE(load_profile(written("[nonsense]\n")));
  EXPECT_FALSE(load_profile(written("[ocr\n")));
}

TEST(ProfileTest, WhatIsWrittenIsReadBack) {
  auto p = load_profile("monograph");
  ASSERT_TRUE(p);
  p->deskew.max_angle_deg = 3.25;
  p->ocr.models = "ces+deu";
  p->description = "with \"quotes\" and \\";
  const auto back = load_profile(written(to_toml(*p)));
  ASSERT_TRUE(back) << back.error().message;
  EXPECT_EQ(back->description, p->description);
  EXPECT_EQ(page_fingerprint(*back), page_fingerprint(*p));
}

TEST(ProfileTest, TheFingerprintFollowsWhatChangesAPage) {
  Profile a, b;
  b.run.page_timeout_s = 10;
  EXPECT_EQ(page_fingerprint(a), page_fingerprint(b));
  b.engine.deadline_s = 7;
  b.engine.token_file = "token";
  b.text.join_words = b.package.nested_blocks = true;
  b.text.good_from = 0.5;
  EXPECT_EQ(page_fingerprint(a), page_fingerprint(b));
  b.crop.margin_mm = 3;
  EXPECT_NE(page_fingerprint(a), page_fingerprint(b));
  b = a;
  b.engine.kind = "http";
  b.engine.url = "http://localhost/read";
  EXPECT_NE(page_fingerprint(a), page_fingerprint(b));
}

}  // namespace
}  // namespace linka
