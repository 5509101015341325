// SPDX-License-Identifier: GPL-3.0-or-later
// linka structure on folders of scans that were never digitized: only names count.
#include "base/files.h"
#include "title/title.h"
#include "title/write_document.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <string>

namespace linka {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

class StructureVerb : public testing::Test {
 protected:
  void SetUp() override {
    folder_ =
        fs::temp_directory_path() / ("linka-structure-" + std::to_string(::getpid()) + "-" +
                                     testing::UnitTest::GetInstance()->current_test_info()->name());
    fs::create_directories(folder_);
  }
  void TearDown() override { fs::remove_all(folder_); }

  void write(const std::string& name, std::string_view text) {
    fs::create_directories((folder_ / name).parent_path());
    EXPECT_TRUE(write_atomically(folder_ / name, text));
  }
  struct Answer {
    int code = -1;
    std::string out;
  };
  Answer structure(const std::string& options) {
    const std::string command = "LC_ALL=C LANGUAGE= '" LINKA_PROGRAM "' structure '" +
                                folder_.string() + "' " + options + " 2>&1";
    Answer answer;
    FILE* pipe = ::popen(command.c_str(), "r");
    char buffer[4096];
    for (std::size_t n; (n = std::fread(buffer, 1, sizeof buffer, pipe)) > 0;)
      answer.out.append(buffer, n);
    const int status = ::pclose(pipe);
    answer.code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    return answer;
  }
  fs::path folder_;
};

constexpr const char* volumes = R"([title]
title = "D"
language = "cze"
sigla = "ABA001"
year = 1927
[[volumes]]
number = "1"
urnnbn = "urn:nbn:cz:tst001-00000a"
scans = "1"
[[volumes.chapters]]
title = "O vodě"
pages = "#1-#2"
[[volumes]]
number = "2"
scans = "2"
)";

TEST_F(StructureVerb, ShowsTheTreeAndWhatIsMissing) {
  for (const char* name : {"1/0001.tif", "1/0002.tif", "2/0001.tif"}) write(name, name);
  write("title.toml", volumes);
  const Answer r = structure("");
  EXPECT_EQ(r.code, 4) << r.out;
  for (const char* part :
       {"D. 1, 1927  [tst001-00000a]", "2 pages: [1], [2]", "chapter (chapter): O vodě  [1], [2]",
        "the URN:NBN", "2 packages, 1 of them cannot be made yet"})
    EXPECT_NE(r.out.find(part), std::string::npos) << part << "\n" << r.out;
}

TEST_F(StructureVerb, SaysTheSameAsJson) {
  for (const char* name : {"1/0001.tif", "1/0002.tif", "2/0001.tif"}) write(name, name);
  write("title.toml", volumes);
  const Answer r = structure("--json");
  EXPECT_EQ(r.code, 4);
  const json document = json::parse(r.out, nullptr, false);
  ASSERT_FALSE(document.is_discarded()) << r.out;
  EXPECT_EQ(document["exit_code"], 4);
  EXPECT_EQ(document["kind"], "monograph");
  ASSERT_EQ(document["units"].size(), 2u);
  EXPECT_EQ(document["units"][0]["id"], "tst001-00000a");
  EXPECT_TRUE(document["units"][0]["error"].is_null());
  EXPECT_EQ(document["units"][0]["pages"][1]["label"], "[2]");
  EXPECT_EQ(document["units"][0]["parts"][0]["pages"], json({1, 2}));
  EXPECT_TRUE(document["units"][1]["error"].is_string());
}

TEST_F(StructureVerb, WritesTheRecordInOneFile) {
  write("0001.tif", "x");
  write("issues.csv", "číslo;datum;ročník;urnnbn\n1;1.5.1927;3;urn:nbn:cz:tst001-00000a\n");
  write("title.toml",
        "issues = \"issues.csv\"\n[title]\ntitle = \"V\"\nlanguage = \"cze\"\nsigla = \"ABA001\"\n"
        "year = \"1925\"\n");
  const Answer r = structure("--write '" + (folder_ / "whole.toml").string() + "'");
  EXPECT_EQ(r.code, 0) << r.out;
  const auto before = load_document(folder_ / "title.toml");
  fs::remove(folder_ / "issues.csv");
  const auto after = load_document(folder_ / "whole.toml");
  ASSERT_TRUE(before && after) << after.error().message;
  EXPECT_EQ(document_text(before->document), document_text(after->document));
}

TEST_F(StructureVerb, MistakesAndPagesOfNobodyEndWithFour) {
  write("0001.tif", "x");
  EXPECT_EQ(structure("").code, 4);
  EXPECT_EQ(structure("--propose").code, 4);
  write("title.toml", "title = \"D\"\nscns = \"1\"\n");
  Answer r = structure("");
  EXPECT_EQ(r.code, 4);
  EXPECT_NE(r.out.find("unknown key \"scns\"; is it scans?"), std::string::npos) << r.out;
  write("title.toml", std::string(volumes));
  r = structure("");
  EXPECT_EQ(r.code, 4);
  EXPECT_NE(r.out.find("no scan of the batch is called \"1\""), std::string::npos) << r.out;
}

}  // namespace
}  // namespace linka
