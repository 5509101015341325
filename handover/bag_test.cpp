// SPDX-License-Identifier: GPL-3.0-or-later
#include "handover/bag.h"

#include "base/digest.h"
#include "base/files.h"
#include "handover/bag_names.h"
#include "handover/bag_tags.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <map>

namespace linka {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::Field;
using testing::HasSubstr;
using testing::IsEmpty;

std::map<std::string, std::string> tree_of(const fs::path& root) {
  std::map<std::string, std::string> out;
  for (const auto& entry : fs::recursive_directory_iterator(root))
    if (entry.is_regular_file())
      out[entry.path().lexically_relative(root).string()] = *read_text(entry.path());
  return out;
}

class Bag : public testing::TestWithParam<BagForm> {
 protected:
  void SetUp() override {
    std::string pattern = (fs::temp_directory_path() / "linka-bag-XXXXXX").string();
    root_ = ::mkdtemp(pattern.data());
    package_ = root_ / "package";
    fs::create_directories(package_ / "alto");
    put("package/mets.xml", "<mets/>");
    put("package/alto/0001.xml", "<alto>řeka</alto>");
    put("package/prázdný.txt", "");
    put("package/100%.txt", std::string(3'000'000, 'x'));
  }
  void TearDown() override { fs::remove_all(root_); }

  void put(const fs::path& name, std::string_view text) {
    fs::create_directories((root_ / name).parent_path());
    ASSERT_TRUE(write_atomically(root_ / name, text));
  }
  // The package as a bag.
  fs::path bagged(BagForm form = BagForm::folder) {
    BagOptions options;
    options.form = form;
    options.info = {{"Source-Organization", "Smyšlená knihovna"}};
    const fs::path out = root_ / bag_file_name("bag", form);
    const auto made = make_bag(package_, out, options);
    EXPECT_TRUE(made) << made.error().message;
    return out;
  }
  std::vector<BagFault> faults(const fs::path& bag) {
    const auto report = check_bag(bag);
    EXPECT_TRUE(report) << report.error().message;
    return report ? report->faults : std::vector<BagFault>{};
  }
  // Without the lists of tag files, so that these may be changed.
  void unlist_tags(const fs::path& bag) {
    for (const char* name : {"tagmanifest-sha256.txt", "tagmanifest-sha512.txt"})
      fs::remove(bag / name);
  }

  fs::path root_, package_;
};
class BagForms : public Bag {};
class BagFaults : public Bag {};

auto says(const std::string& file, const std::string& words) {
  return Contains(AllOf(Field(&BagFault::file, file), Field(&BagFault::message, HasSubstr(words))));
}

TEST_P(BagForms, WhatGoesInComesOut) {
  const fs::path bag = bagged(GetParam());
  const auto report = check_bag(bag);
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_THAT(report->faults, IsEmpty());
  EXPECT_EQ(report->files, 4u);
  EXPECT_EQ(report->version, "1.0");
  EXPECT_THAT(report->algorithms, ElementsAre("sha256", "sha512"));
  // Each payload file twice, and each tag file twice but the tag manifests.
  EXPECT_EQ(report->digests, 4u * 2 + 4u * 2);
  const auto opened = unbag(bag, root_ / "out");
  ASSERT_TRUE(opened) << opened.error().message;
  EXPECT_EQ(tree_of(root_ / "out" / "package"), tree_of(package_));
}

TEST_P(BagForms, OnlyTheBagIsLeft) {
  bagged(GetParam());
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(root_))
    names.push_back(entry.path().filename().string());
  EXPECT_THAT(names, testing::UnorderedElementsAre("package", bag_file_name("bag", GetParam())));
}

TEST_P(BagForms, WhatIsThereIsNotReplaced) {
  put(bag_file_name("bag", GetParam()), "mine");
  const auto made =
      make_bag(package_, root_ / bag_file_name("bag", GetParam()), {GetParam(), {}, {}, {}});
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().kind, ErrorKind::bad_input);
  EXPECT_EQ(*read_text(root_ / bag_file_name("bag", GetParam())), "mine");
}

INSTANTIATE_TEST_SUITE_P(Forms, BagForms,
                         testing::Values(BagForm::folder, BagForm::tar, BagForm::zip),
                         [](const auto& of) {
                           return of.param == BagForm::folder ? "Folder"
                                  : of.param == BagForm::tar  ? "Tar"
                                                              : "Zip";
                         });

TEST_F(BagFaults, ALinkInThePackageIsRefused) {
  fs::create_symlink("/etc/passwd", package_ / "link");
  const auto made = make_bag(package_, root_ / "bag", {});
  ASSERT_FALSE(made);
  EXPECT_THAT(made.error().message, HasSubstr("is a link"));
  EXPECT_FALSE(fs::exists(root_ / "bag"));
}

TEST_F(BagFaults, EachIsNamed) {
  const fs::path bag = bagged();
  put("bag/data/package/mets.xml", "<mess/>");
  put("bag/data/more.txt", "x");
  fs::remove(bag / "data/package/alto/0001.xml");
  const auto found = faults(bag);
  EXPECT_THAT(found, says("data/package/mets.xml", "other bytes than manifest-sha256.txt"));
  EXPECT_THAT(found, says("data/package/mets.xml", "other bytes than manifest-sha512.txt"));
  EXPECT_THAT(found, says("data/more.txt", "is not listed in manifest-sha512.txt"));
  EXPECT_THAT(found, says("data/package/alto/0001.xml", "is not there"));
  EXPECT_THAT(found, says("bag-info.txt", "there are"));
  EXPECT_TRUE(unbag(bag, root_ / "out")->has_errors());
  EXPECT_FALSE(fs::exists(root_ / "out"));
}

TEST_F(BagFaults, OfTagFiles) {
  const fs::path bag = bagged();
  unlist_tags(bag);
  EXPECT_THAT(faults(bag), IsEmpty());
  put("bag/bagit.txt", "BagIt-Version: 1.0\n");
  EXPECT_THAT(faults(bag), says("bagit.txt", "1 lines"));
  put("bag/bagit.txt",
      "\xef\xbb\xbf"
      "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n");
  EXPECT_THAT(faults(bag), says("bagit.txt", "byte-order mark"));
  put("bag/bagit.txt", "BagIt-Version: 1.0\nTag-File-Character-Encoding: ISO-8859-2\n");
  EXPECT_THAT(faults(bag), says("bagit.txt", "only UTF-8"));
  put("bag/bagit.txt", "BagIt-Version: 1.0\r\nTag-File-Character-Encoding: UTF-8\r\n");
  EXPECT_THAT(faults(bag), IsEmpty());
  put("bag/fetch.txt", "http://example.org/a - data/a\n");
  EXPECT_THAT(faults(bag), says("fetch.txt", "nothing is fetched"));
  fs::remove(bag / "fetch.txt");
  put("bag/bag-info.txt", "Payload-Oxum: 1.2\nPayload-Oxum: 1.2\n no label\nnone\n");
  EXPECT_THAT(faults(bag), says("bag-info.txt", "more than once"));
  EXPECT_THAT(faults(bag), says("bag-info.txt", "line 4 has no label"));
  fs::remove(bag / "bag-info.txt");
  EXPECT_THAT(faults(bag), IsEmpty());
  fs::remove(bag / "manifest-sha256.txt");
  fs::remove(bag / "manifest-sha512.txt");
  EXPECT_THAT(faults(bag), says("", "no manifest of the payload"));
}

TEST_F(BagFaults, OfManifests) {
  const fs::path bag = bagged();
  unlist_tags(bag);
  fs::remove(bag / "manifest-sha512.txt");
  const std::string good = *read_text(bag / "manifest-sha256.txt"), digest(64, 'a');
  const auto with = [&](const std::string& line) {
    put("bag/manifest-sha256.txt", good + line + "\n");
    return faults(bag);
  };
  EXPECT_THAT(with(digest + "  data/../../x"), says("manifest-sha256.txt", "leads out"));
  EXPECT_THAT(with(digest + "  /etc/passwd"), says("manifest-sha256.txt", "absolute"));
  EXPECT_THAT(with(digest + "  data/a%0Ab"), says("manifest-sha256.txt", "control character"));
  EXPECT_THAT(with(digest + "  data/a%41b"), says("manifest-sha256.txt", "not written as %25"));
  EXPECT_THAT(with(digest + "  bagit.txt"), says("manifest-sha256.txt", "does not lie in data/"));
  EXPECT_THAT(with("abc  data/x"), says("manifest-sha256.txt", "is no sha256 digest"));
  EXPECT_THAT(with(digest), says("manifest-sha256.txt", "not a digest and a name"));
  EXPECT_THAT(with(good.substr(0, good.find('\n'))), says("manifest-sha256.txt", "twice"));
  EXPECT_THAT(with("").size(), 1u);  // an empty line: a warning
}

TEST_F(BagFaults, LinksAreNotFollowed) {
  const fs::path bag = bagged();
  fs::rename(bag / "data/package/mets.xml", root_ / "mets.xml");
  fs::create_symlink(root_ / "mets.xml", bag / "data/package/mets.xml");
  EXPECT_THAT(faults(bag), says("data/package/mets.xml", "is a link"));
}

TEST(BagNames, WhatHarmsIsRefused) {
  for (const char* name :
       {"",     "/etc/passwd", "../a",    "a/../b", "a//b", "a/",        "./a",
        "C:/x", "a\\b",        "a\nb",    "a\rb",   "con",  "a/NUL.txt", "x/com1",
        "a.",   "a /b",        "~root/x", "\xff",   "a:b",  "a?b",       "a\x7f"})
    EXPECT_TRUE(harm_of_name(name)) << name;
  EXPECT_TRUE(harm_of_name(std::string(256, 'a')));
  for (const char* name :
       {"a", "a/b.xml", "řeka.txt", "100%", ".hidden", "console.txt", "a..b", "com10"})
    EXPECT_FALSE(harm_of_name(name)) << name;
}

TEST(BagNames, AreWrittenAndReadBack) {
  EXPECT_EQ(encoded_name("50%\r\n"), "50%25%0D%0A");
  EXPECT_EQ(decoded_name("50%25%0d%0A"), "50%\r\n");
  EXPECT_FALSE(decoded_name("50%"));
  EXPECT_FALSE(decoded_name("%20"));
}

TEST(BagNames, CollisionsOfCaseAndComposition) {
  NameCollisions names;
  EXPECT_FALSE(names.add("data/Řeka.txt"));
  EXPECT_TRUE(names.add("data/řeka.txt"));
  EXPECT_TRUE(
      names.add("data/R\xcc\x8c"
                "eka.txt"));                 // R and a caron of its own
  EXPECT_TRUE(names.add("DATA/other.txt"));  // another spelling of a folder
  EXPECT_FALSE(names.add("data/a"));
  EXPECT_TRUE(names.add("data/a/b"));  // a file as a folder
  EXPECT_FALSE(
      names.add("data/stra\xc3\x9f"
                "e"));
  EXPECT_TRUE(names.add("data/STRASSE"));
  EXPECT_FALSE(names.add("data/x\xc2\xb2"));  // x² is not x2
  EXPECT_FALSE(names.add("data/x2"));
}

}  // namespace
}  // namespace linka
