// SPDX-License-Identifier: GPL-3.0-or-later
// linka validate as a script sees it: its JSON, its exit codes, waivers and explanations.
#include "base/files.h"
#include "kramerius-export/rules.h"
#include "kramerius-export/rules_test_package.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <sys/wait.h>

#include <array>
#include <cstdio>

namespace linka {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using test::mets_path;
using test::TestPackage;

struct Answer {
  int code = -1;
  std::string out;
};

Answer run(const std::string& words) {
  const std::string command = std::string("LC_ALL=C ") + LINKA_PROGRAM + " " + words + " 2>&1";
  FILE* pipe = ::popen(command.c_str(), "r");
  Answer answer;
  std::array<char, 4096> part{};
  while (const std::size_t n = ::fread(part.data(), 1, part.size(), pipe))
    answer.out.append(part.data(), n);
  const int status = ::pclose(pipe);
  answer.code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  return answer;
}

// The images of the test package are headers only, and cannot be decoded.
Answer validate(const fs::path& package, const std::string& more = "") {
  return run("validate --decode none " + package.string() + " " + more);
}

json answer_of(const Answer& answer) {
  json document = json::parse(answer.out, nullptr, false);
  EXPECT_TRUE(document.is_object()) << answer.out;
  EXPECT_EQ(document.value("exit_code", -1), answer.code) << answer.out;
  return document;
}

TEST(ValidateJson, IsOneObjectForOnePackage) {
  TestPackage package;
  const json good = answer_of(validate(package.write(), "--json"));
  for (const char* key :
       {"path", "package", "standard", "verdict", "pages", "files", "rules_applied", "counts",
        "findings", "waived", "waivers_unused", "not_checked"})
    EXPECT_TRUE(good.contains(key)) << key;
  EXPECT_EQ(good["exit_code"], 0);
  EXPECT_EQ(good["verdict"], "passed");
  EXPECT_EQ(good["pages"], 2);
  EXPECT_EQ(good["counts"], json({{"error", 0}, {"warning", 0}, {"info", 0}, {"waived", 0}}));
}

TEST(ValidateJson, NamesThePlaceOfEveryFinding) {
  TestPackage package;
  package.replace(mets_path(), "<mods:genre>volume", "<mods:genre>book");
  const json bad = answer_of(validate(package.write(), "--json"));
  EXPECT_EQ(bad["exit_code"], 5);
  EXPECT_EQ(bad["verdict"], "refused");
  ASSERT_FALSE(bad["findings"].empty());
  bool found = false;
  for (const json& finding : bad["findings"]) {
    if (finding["severity"] != "error") continue;
    EXPECT_EQ(finding["rule"], "BIBLIOGRAPHIC_METADATA_MATCH_PROFILE_VOLUME");
    EXPECT_EQ(finding["file"], mets_path());
    EXPECT_GT(finding["line"], 1);
    found = found || finding["xpath"] ==
                         "/mets:mets/mets:dmdSec[@ID='MODSMD_VOLUME_0001']/mets:mdWrap/"
                         "mets:xmlData/mods:mods[@ID='MODS_VOLUME_0001']/mods:genre";
  }
  EXPECT_TRUE(found) << bad;
}

TEST(ValidateJson, WarningsAloneEndWithZero) {
  TestPackage package;
  package.replace(mets_path(), "SIZE=\"((size mastercopy", "SIZE=\"1((size mastercopy");
  const fs::path folder = package.write();
  const json warned = answer_of(validate(folder, "--json"));
  EXPECT_EQ(warned["exit_code"], 0);
  EXPECT_EQ(warned["verdict"], "warned");
  EXPECT_EQ(warned["counts"]["warning"], 1);
  EXPECT_EQ(validate(folder, "--warnings-as-errors").code, 5);
}

TEST(ValidateJson, APackageWithoutImagesIsBroken) {
  TestPackage package;
  const fs::path folder = package.write();
  fs::remove_all(folder / "mastercopy");
  EXPECT_EQ(validate(folder).code, 5);
  fs::remove(folder / mets_path());
  EXPECT_EQ(validate(folder).code, 10);
}

TEST(ValidateJson, SumsUpSeveralPackages) {
  TestPackage good, bad;
  bad.replace(mets_path(), "<mods:genre>volume", "<mods:genre>book");
  const Answer answer = validate(good.write(), bad.write().string() + " --json");
  const json both = answer_of(answer);
  EXPECT_EQ(answer.code, 5);
  EXPECT_EQ(both["verdict"], "refused");
  EXPECT_EQ(both["pages"], 4);
  ASSERT_EQ(both["packages"].size(), 2u);
  EXPECT_EQ(both["packages"][0]["verdict"], "passed");
  EXPECT_EQ(both["counts"], both["packages"][1]["counts"]);
  for (const json& finding : both["findings"]) EXPECT_EQ(finding["package"], TestPackage::id);
}

TEST(ValidateWaivers, AreToldApartAndNeverHidden) {
  TestPackage package;
  package.replace(mets_path(), "USE=\"Layout\"", "USE=\"Other\"");
  const fs::path folder = package.write(), waivers = folder.parent_path() / "waivers.toml";
  EXPECT_EQ(validate(folder).code, 5);
  ASSERT_TRUE(write_atomically(waivers, std::string_view("[[waiver]]\n"
                                                         "rule = \"PRIMARY-METS_FILESEC_ALL_"
                                                         "FILEGROUPS_PRESENT\"\n"
                                                         "reason = \"agreed\"\n"
                                                         "[[waiver]]\n"
                                                         "rule = \"LINKA_UUID_UNIQUE\"\n"
                                                         "reason = \"once needed\"\n")));
  const json document = answer_of(validate(folder, "--json"));  // found beside the package
  EXPECT_EQ(document["exit_code"], 0);
  EXPECT_EQ(document["verdict"], "refused");
  EXPECT_EQ(document["counts"]["waived"], 1);
  EXPECT_EQ(document["waived"][0]["reason"], "agreed");
  EXPECT_EQ(document["waivers_unused"].size(), 1u);
  const std::string text = validate(folder).out;
  EXPECT_NE(text.find("waived: error PRIMARY-METS_FILESEC"), std::string::npos) << text;
  EXPECT_NE(text.find("the waiver of LINKA_UUID_UNIQUE was not needed"), std::string::npos) << text;
  ASSERT_TRUE(write_atomically(waivers, std::string_view("[[waiver]]\nrule = \"NONE\"\n")));
  EXPECT_EQ(validate(folder, "--waivers " + waivers.string()).code, 3);
}

TEST(ValidateExplain, TellsOfOneRuleAndListsAll) {
  const Answer one = run("validate --explain LINKA_UUID_UNIQUE");
  EXPECT_EQ(one.code, 0);
  for (const char* word : {"LINKA_UUID_UNIQUE", "A uuid is the identifier of one record only.",
                           "monograph 2.1, 2.2; periodical 2.0, 2.1", "warning"})
    EXPECT_NE(one.out.find(word), std::string::npos) << one.out;
  const Answer all = run("validate --explain");
  EXPECT_EQ(all.code, 0);
  for (const RuleInfo& rule : all_rules())
    EXPECT_NE(all.out.find(rule.name), std::string::npos) << rule.name;
  EXPECT_EQ(run("validate --explain NO_SUCH_RULE").code, 2);
  EXPECT_EQ(run("validate").code, 2);
  const json rule = json::parse(run("validate --explain LINKA_UUID_UNIQUE --json").out);
  EXPECT_EQ(rule["rule"], "LINKA_UUID_UNIQUE");
  EXPECT_EQ(rule["owner"], "own");
}

TEST(ValidateDecode, FindsImagesThatCannotBeDecoded) {
  TestPackage package;  // its images are headers without pixels
  const fs::path folder = package.write();
  const json decoded = answer_of(run("validate --decode all --json " + folder.string()));
  EXPECT_EQ(decoded["exit_code"], 5);
  bool found = false;
  for (const json& finding : decoded["findings"])
    found = found || finding["rule"] == "MASTER-COPY_FILES_VALID_BY_KAKADU";
  EXPECT_TRUE(found) << decoded;
}

}  // namespace
}  // namespace linka
