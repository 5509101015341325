// SPDX-License-Identifier: GPL-3.0-or-later
#include "kramerius-export/rules_waivers.h"

#include "base/files.h"
#include "kramerius-export/rules_breaks_test.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace linka {
namespace {

namespace fs = std::filesystem;

// The waivers of a text, or the error's message.
Result<std::vector<Waiver>> waivers_of(const std::string& text) {
  std::string name = (fs::temp_directory_path() / "linka_waivers_XXXXXX").string();
  const fs::path folder = ::mkdtemp(name.data());
  EXPECT_TRUE(write_atomically(folder / "waivers.toml", std::string_view(text)));
  Result<std::vector<Waiver>> waivers = read_waivers(folder / "waivers.toml");
  fs::remove_all(folder);
  return waivers;
}

const char* const two = R"(
[[waiver]]
rule = "LINKA_FILE_MIME_TYPES"
file = "mets_*.xml"
reason = "agreed with the library"
until = 2027-03-31

[[waiver]]
rule = "LINKA_UUID_UNIQUE"
reason = "never needed here"
)";

CheckReport odd_mime_type() {
  test::TestPackage package;
  package.replace(test::mets_path(), "MIMETYPE=\"image/jp2\"", "MIMETYPE=\"image/tiff\"");
  package.replace(test::mets_path(), "USE=\"Layout\"", "USE=\"Other\"");
  return test::checked(package.write());
}

TEST(Waivers, TakeWhatTheySpeakOfAndNothingElse) {
  auto waivers = waivers_of(two);
  ASSERT_TRUE(waivers) << waivers.error().message;
  CheckReport report = odd_mime_type();
  const std::size_t before = report.findings.size();
  waive(report, *waivers, "2026-11-23");
  ASSERT_EQ(report.waived.size(), 1u);
  EXPECT_EQ(report.findings.size(), before - 1);
  EXPECT_EQ(report.waived[0].finding.rule, "LINKA_FILE_MIME_TYPES");
  EXPECT_EQ(report.waived[0].reason, "agreed with the library");
  EXPECT_EQ(report.waived[0].until, "2027-03-31");
  EXPECT_EQ((*waivers)[0].used, 1u);
  EXPECT_EQ((*waivers)[1].used, 0u);
}

TEST(Waivers, AreOverAfterTheirLastDay) {
  for (const auto& [today, expired] : {std::pair("2027-03-31", false), {"2027-04-01", true}}) {
    auto waivers = waivers_of(two);
    CheckReport report = odd_mime_type();
    waive(report, *waivers, today);
    EXPECT_EQ(waivers->front().expired, expired);
    EXPECT_EQ(report.waived.empty(), expired);
  }
}

TEST(Waivers, OfAnotherFileTakeNothing) {
  auto waivers = waivers_of(
      "[[waiver]]\nrule = \"LINKA_FILE_MIME_TYPES\"\nfile = \"amdsec/*\"\nreason = \"x\"\n");
  CheckReport report = odd_mime_type();
  waive(report, *waivers, "2026-11-23");
  EXPECT_TRUE(report.waived.empty());
}

TEST(Waivers, DoNotTurnTheNationalVerdict) {
  auto waivers = waivers_of(
      "[[waiver]]\nrule = \"PRIMARY-METS_FILESEC_ALL_FILEGROUPS_PRESENT\"\nreason = \"x\"\n");
  CheckReport report = odd_mime_type();
  waive(report, *waivers, "2026-11-23");
  EXPECT_FALSE(report.has_errors());
  EXPECT_EQ(report.verdict(), NationalVerdict::refused);
}

TEST(Waivers, AreRefusedByName) {
  const struct {
    const char *text, *complaint;
  } cases[] = {
      {"[[waiver]]\nrule = \"LINKA_UUID_UNIQUE\"\n", "gives no reason"},
      {"[[waiver]]\nrule = \"LINKA_UUID_UNIQUE\"\nreason = \"  \"\n", "gives no reason"},
      {"[[waiver]]\nrule = \"NO_SUCH_RULE\"\nreason = \"x\"\n", "there is no rule 'NO_SUCH_RULE'"},
      {"[[waiver]]\nrule = \"LINKA_UUID_UNIQUE\"\nreason = \"x\"\nuntil = \"soon\"\n", "no date"},
      {"[[waiver]]\nrule = \"LINKA_UUID_UNIQUE\"\nreason = 7\n", "reason is no text"},
      {"[[waiver]]\nrules = \"LINKA_UUID_UNIQUE\"\nreason = \"x\"\n", "not rules"},
      {"[waivers]\n", "expected [[waiver]]"},
      {"[[waiver\n", "line 1"},
  };
  for (const auto& c : cases) {
    const auto waivers = waivers_of(c.text);
    ASSERT_FALSE(waivers) << c.text;
    EXPECT_EQ(waivers.error().kind, ErrorKind::configuration);
    EXPECT_THAT(waivers.error().message, testing::HasSubstr(c.complaint));
  }
  EXPECT_TRUE(waivers_of("")->empty());
}

}  // namespace
}  // namespace linka
