// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/page_xml_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace linka {
namespace {
using testing::HasSubstr;

Result<PageText> read(const std::string& xml, Size page = {1000, 1500}) {
  return text_from_page_xml(ByteView{reinterpret_cast<const std::uint8_t*>(xml.data()), xml.size()},
                            page);
}

std::string page_xml(const std::string& inside, const std::string& metadata = "",
                     const std::string& day = "2019-07-15") {
  return "<PcGts xmlns=\"http://schema.primaresearch.org/PAGE/gts/pagecontent/" + day +
         "\"><Metadata>" + metadata + "</Metadata><Page imageWidth=\"1000\" imageHeight=\"1500\">" +
         inside + "</Page></PcGts>";
}

std::string word_of(const std::string& text, int x, int y) {
  return fmt::format(
      "<Word><Coords points=\"{0},{1} {2},{1} {2},{3} {0},{3}\"/><TextEquiv conf=\"0.5\">"
      "<Unicode>{4}</Unicode></TextEquiv></Word>",
      x, y, x + 100, y + 30, text);
}

std::string region_of(const std::string& id, const std::string& text, int y,
                      const std::string& type = "paragraph") {
  return fmt::format(
      "<TextRegion id=\"{0}\" type=\"{1}\" primaryLanguage=\"Czech\"><TextLine><Baseline "
      "points=\"10,{2} 110,{2}\"/>{3}</TextLine></TextRegion>",
      id, type, y + 25, word_of(text, 10, y));
}

TEST(PageXmlReader, ReadsWordsLinesAndKinds) {
  for (const char* day : {"2013-07-15", "2016-07-15", "2017-07-15", "2018-07-15", "2019-07-15"}) {
    const auto text = read(page_xml(region_of("r", "Nadpis", 20, "heading"), "", day));
    ASSERT_TRUE(text) << text.error().message;
    ASSERT_EQ(text->blocks.size(), 1u);
    EXPECT_EQ(text->blocks[0].kind, BlockKind::heading);
    EXPECT_EQ(text->blocks[0].language, "cze");
    const TextLine& line = text->blocks[0].lines.at(0);
    EXPECT_EQ(line.words.at(0).content, "Nadpis");
    EXPECT_EQ(line.words[0].box, (Box{10, 20, 110, 50}));
    EXPECT_DOUBLE_EQ(line.words[0].confidence, 0.5);
    EXPECT_DOUBLE_EQ(line.baseline_y, 45);
  }
}

TEST(PageXmlReader, RegionsComeInTheirReadingOrder) {
  const auto text = read(page_xml(
      "<ReadingOrder><OrderedGroup id=\"g\"><RegionRefIndexed index=\"2\" regionRef=\"a\"/>"
      "<UnorderedGroupIndexed index=\"1\" id=\"h\"><RegionRef regionRef=\"c\"/>"
      "</UnorderedGroupIndexed><RegionRefIndexed index=\"0\" regionRef=\"b\"/></OrderedGroup>"
      "</ReadingOrder>" +
      region_of("x", "poslední", 600) + region_of("a", "třetí", 100) +
      region_of("b", "první", 200) + region_of("c", "druhý", 300)));
  ASSERT_TRUE(text) << text.error().message;
  EXPECT_EQ(plain_text(*text), "první\n\ndruhý\n\ntřetí\n\nposlední\n");
}

TEST(PageXmlReader, ALineWithoutWordsIsCutAtItsSpaces) {
  const auto text = read(page_xml(
      "<TextRegion id=\"r\"><TextLine><Coords points=\"0,10 100,10 100,40 0,40\"/><TextEquiv "
      "conf=\"0.9\"><Unicode>ab cdefgh i</Unicode></TextEquiv></TextLine></TextRegion>"));
  ASSERT_TRUE(text) << text.error().message;
  const auto& words = text->blocks[0].lines[0].words;
  ASSERT_EQ(words.size(), 3u);
  EXPECT_EQ(words[1].content, "cdefgh");
  EXPECT_NEAR(words[1].box.x0, 27, 1);
  EXPECT_NEAR(words[1].box.x1, 82, 1);
  EXPECT_DOUBLE_EQ(words[2].confidence, 0.9);
}

TEST(PageXmlReader, OfSeveralReadingsTheFirstByIndexCounts) {
  const auto text = read(page_xml(
      "<TextRegion><TextLine><Word><Coords points=\"1,1 9,9\"/><TextEquiv index=\"1\"><Unicode>B"
      "</Unicode></TextEquiv><TextEquiv index=\"0\"><Unicode>A</Unicode></TextEquiv></Word>"
      "</TextLine></TextRegion>"));
  ASSERT_TRUE(text) << text.error().message;
  EXPECT_EQ(plain_text(*text), "A\n");
}

TEST(PageXmlReader, PicturesRulesAndTablesAreKept) {
  const auto text = read(page_xml(
      "<ImageRegion id=\"i\"><Coords points=\"0,0 50,0 50,50\"/></ImageRegion><SeparatorRegion "
      "id=\"s\"><Coords points=\"0,60 50,60 50,62\"/></SeparatorRegion><TableRegion "
      "id=\"t\"><Coords "
      "points=\"0,100 500,400\"/>" +
      region_of("c", "buňka", 110) + "</TableRegion>"));
  ASSERT_TRUE(text) << text.error().message;
  ASSERT_EQ(text->blocks.size(), 3u);
  EXPECT_EQ(text->blocks[0].kind, BlockKind::illustration);
  EXPECT_EQ(text->blocks[1].kind, BlockKind::line);
  EXPECT_EQ(text->blocks[2].kind, BlockKind::table);
}

TEST(PageXmlReader, AWordBrokenAtALinesEndIsMarked) {
  const auto text =
      read(page_xml("<TextRegion><TextLine>" + word_of("roz-", 10, 10) + "</TextLine><TextLine>" +
                    word_of("hodl", 10, 50) + "</TextLine></TextRegion>"));
  ASSERT_TRUE(text) << text.error().message;
  EXPECT_TRUE(text->blocks[0].lines[0].hyphen_at_end);
}

TEST(PageXmlReader, TheEngineIsKept) {
  EXPECT_EQ(read(page_xml("", "<Creator>Transkribus</Creator>"))->engine, "Transkribus");
  const auto step = read(
      page_xml("",
               "<Creator>OCR-D</Creator><MetadataItem type=\"processingStep\" name=\"recognition\" "
               "value=\"ocrd-kraken-recognize\"><Labels><Label type=\"ocrd/core/version\" "
               "value=\"2.58.1\"/></Labels></MetadataItem>"));
  EXPECT_EQ(step->engine, "ocrd-kraken-recognize");
  EXPECT_EQ(step->engine_version, "2.58.1");
}

TEST(PageXmlReader, WhatCannotBeIsRefusedInWords) {
  EXPECT_THAT(read("<alto/>").error().message, HasSubstr("<alto>"));
  EXPECT_THAT(read("<PcGts/>").error().message, HasSubstr("no page"));
  EXPECT_THAT(read(page_xml(region_of("r", "pryč", 1490))).error().message,
              HasSubstr("outside the page"));
  EXPECT_THAT(read(page_xml(region_of("r", "x", 1)), {1500, 1000}).error().message,
              HasSubstr("1500 × 1000"));
  EXPECT_FALSE(
      read(page_xml("<TextRegion><TextLine><Word><TextEquiv><Unicode>x</Unicode>"
                    "</TextEquiv></Word></TextLine></TextRegion>")));
}

}  // namespace
}  // namespace linka
