// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/xml_parts.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>

namespace linka {
namespace {

namespace fs = std::filesystem;

class XmlPartsFile : public testing::Test {
 protected:
  void SetUp() override {
    const auto* info = testing::UnitTest::GetInstance()->current_test_info();
    path_ = fs::temp_directory_path() /
            fmt::format("linka-xml-parts-{}-{}.xml", ::getpid(), info->name());
  }
  void TearDown() override { fs::remove(path_); }

  Result<void> read(const std::string& text, const std::string& part,
                    const std::string& flowing = "-") {
    std::ofstream(path_, std::ios::binary) << text;
    XmlParts parts;
    parts.is_part = [&](const XmlElement& e) {
      seen_ += "<" + e.name();
      return e.name() == part;
    };
    parts.take = [&](const XmlElement& e) -> Result<void> {
      taken_.push_back(e.parent().attribute("n") + "/" + e.attribute("n") + ":" + e.text());
      if (e.attribute("n") == "stop") return fail(ErrorKind::cancelled, "enough");
      return {};
    };
    parts.flows = [&](const XmlElement& e) { return e.name() == flowing; };
    parts.flow = [&](const XmlElement&, std::string_view piece) -> Result<void> {
      flowed_ += piece.size();
      return {};
    };
    return read_xml_parts(path_, parts);
  }

  fs::path path_;
  std::string seen_;
  std::vector<std::string> taken_;
  std::size_t flowed_ = 0;
};

TEST_F(XmlPartsFile, HandsOverEachPartWithTheElementsAboveIt) {
  const auto done = read(
      "<a n='A'> one <q>two</q> <p n='1'>x<b>y</b>z<!-- c --></p> three <q><p n='2'/></q>\n"
      "<p n='3'><![CDATA[<&>]]></p></a>",
      "p");
  ASSERT_TRUE(done) << done.error().message;
  EXPECT_EQ(taken_, (std::vector<std::string>{"A/1:xyz", "/2:", "A/3:<&>"}));
  EXPECT_EQ(seen_, "<a<q<p<q<p<p");  // inside a part nothing is asked
}

TEST_F(XmlPartsFile, HandsOnATextOfAnySizeWithoutKeepingIt) {
  const std::size_t bytes = 24u << 20;  // more than libxml2 keeps in one text
  const auto done = read(
      "<a><p n='1'><long>" + std::string(bytes, 'x') + "</long><b>short</b></p></a>", "p", "long");
  ASSERT_TRUE(done) << done.error().message;
  EXPECT_EQ(flowed_, bytes);
  EXPECT_EQ(taken_, (std::vector<std::string>{"/1:short"}));
}

TEST_F(XmlPartsFile, EndsWithWhatTheCallerSays) {
  const auto done = read("<a><p n='1'/><p n='stop'/><p n='3'/></a>", "p");
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().message, "enough");
  EXPECT_EQ(taken_.size(), 2u);
}

TEST_F(XmlPartsFile, SaysWhereAFileIsBroken) {
  const auto cut = read("<a>\n<p n='1'/>\n<p n='2'>", "p");
  ASSERT_FALSE(cut);
  EXPECT_EQ(cut.error().kind, ErrorKind::bad_input);
  EXPECT_NE(cut.error().message.find("line 3"), std::string::npos) << cut.error().message;
  EXPECT_FALSE(read("", "p"));
  EXPECT_FALSE(read("no XML", "p"));
  EXPECT_FALSE(read_xml_parts(path_.string() + ".none", XmlParts{}));
}

TEST_F(XmlPartsFile, RefusesEntitiesOfTheFilesOwn) {
  const auto done = read("<!DOCTYPE a [<!ENTITY e 'x'>]><a><p n='1'>&e;</p></a>", "p");
  ASSERT_FALSE(done);
  EXPECT_NE(done.error().message.find("entities"), std::string::npos);
  EXPECT_TRUE(taken_.empty());
}

TEST(XmlParts, TellsWhetherTextStandsBeforeTheFirstChild) {
  const auto begins = [](std::string_view text) {
    const auto doc =
        XmlDocument::parse({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
    return begins_with_text(doc->root());
  };
  EXPECT_TRUE(begins("<a>\n<b/></a>"));
  EXPECT_FALSE(begins("<a><b/>\n</a>"));
  EXPECT_FALSE(begins("<a/>"));
  EXPECT_FALSE(begins_with_text(XmlElement()));
}

TEST_F(XmlPartsFile, TheRootMayBeAPart) {
  ASSERT_TRUE(read("<p n='r'>whole</p>", "p"));
  EXPECT_EQ(taken_, (std::vector<std::string>{"/r:whole"}));
}

}  // namespace
}  // namespace linka
