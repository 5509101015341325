// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/alto_reader.h"

#include "formats/alto.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace linka {
namespace {
using testing::HasSubstr;

Result<PageText> read(const std::string& xml, Size page = {1000, 1500}, Dpi dpi = {300, 300}) {
  return text_from_alto(ByteView{reinterpret_cast<const std::uint8_t*>(xml.data()), xml.size()},
                        page, dpi);
}

std::string alto(const std::string& layout, const std::string& description = "",
                 const std::string& space = "http://www.loc.gov/standards/alto/ns-v4#") {
  return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<alto xmlns=\"" + space + "\"><Description>" +
         description + "</Description>" + layout + "</alto>";
}

std::string page_of(const std::string& blocks, const std::string& attributes = "") {
  return "<Layout><Page ID=\"p\" " + attributes + "><PrintSpace>" + blocks +
         "</PrintSpace></Page></Layout>";
}

std::string block_of(const std::string& id, const std::string& word, int x, int y, int w = 100,
                     int h = 30) {
  return fmt::format(
      "<TextBlock ID=\"{0}\" LANG=\"cs\"><TextLine><String CONTENT=\"{1}\" HPOS=\"{2}\" "
      "VPOS=\"{3}\" WIDTH=\"{4}\" HEIGHT=\"{5}\" WC=\"0.75\"/></TextLine></TextBlock>",
      id, word, x, y, w, h);
}

TEST(AltoReader, ReadsWordsWithTheirPlacesConfidenceAndLanguage) {
  const auto text = read(alto(page_of(block_of("b", "žluťoučký", 100, 200))));
  ASSERT_TRUE(text) << text.error().message;
  ASSERT_EQ(text->blocks.size(), 1u);
  const TextBlock& block = text->blocks[0];
  EXPECT_EQ(block.language, "cze");
  const TextWord& word = block.lines.at(0).words.at(0);
  EXPECT_EQ(word.content, "žluťoučký");
  EXPECT_EQ(word.box, (Box{100, 200, 200, 230}));
  EXPECT_EQ(block.box, word.box);
  EXPECT_DOUBLE_EQ(word.confidence, 0.75);
  EXPECT_DOUBLE_EQ(text->mean_confidence, 0.75);
  EXPECT_EQ(text->width_px, 1000);
}

TEST(AltoReader, EveryVersionAndNameSpaceIsRead) {
  for (const char* space :
       {"http://www.loc.gov/standards/alto/ns-v2#", "http://www.loc.gov/standards/alto/ns-v3#",
        "http://www.loc.gov/standards/alto/ns-v4#", "http://schema.ccs-gmbh.com/ALTO"})
    EXPECT_TRUE(read(alto(page_of(block_of("b", "x", 1, 1)), "", space))) << space;
}

TEST(AltoReader, UnitsBecomePixels) {
  // 254 tenths of a millimetre are an inch, 300 pixels; so are 1200 units of inch1200.
  const auto mm = read(alto(page_of(block_of("b", "x", 254, 508, 127, 127)),
                            "<MeasurementUnit>mm10</MeasurementUnit>"));
  ASSERT_TRUE(mm) << mm.error().message;
  EXPECT_EQ(mm->blocks[0].box, (Box{300, 600, 450, 750}));
  const auto inch = read(alto(page_of(block_of("b", "x", 1200, 2400, 600, 600)),
                              "<MeasurementUnit>inch1200</MeasurementUnit>"));
  ASSERT_TRUE(inch) << inch.error().message;
  EXPECT_EQ(inch->blocks[0].box, (Box{300, 600, 450, 750}));
  EXPECT_FALSE(
      read(alto(page_of(block_of("b", "x", 1, 1)), "<MeasurementUnit>furlong</MeasurementUnit>")));
}

TEST(AltoReader, WithoutAResolutionThePagesSizeTellsTheScale) {
  const std::string xml =
      alto(page_of(block_of("b", "x", 200, 200), "WIDTH=\"2000\" HEIGHT=\"3000\""),
           "<MeasurementUnit>mm10</MeasurementUnit>");
  const auto text = read(xml, {1000, 1500}, {});
  ASSERT_TRUE(text) << text.error().message;
  EXPECT_EQ(text->blocks[0].box, (Box{100, 100, 150, 115}));
}

TEST(AltoReader, APageReadAtAnotherScaleIsBroughtToThisOne) {
  const auto text =
      read(alto(page_of(block_of("b", "x", 200, 400), "WIDTH=\"2000\" HEIGHT=\"3000\"")));
  ASSERT_TRUE(text) << text.error().message;
  EXPECT_EQ(text->blocks[0].box, (Box{100, 200, 150, 215}));
}

TEST(AltoReader, APageOfAnotherShapeIsRefused) {
  const auto text = read(alto(page_of(block_of("b", "x", 1, 1), "WIDTH=\"1500\" HEIGHT=\"1000\"")));
  ASSERT_FALSE(text);
  EXPECT_THAT(text.error().message, HasSubstr("1500 × 1000"));
}

TEST(AltoReader, APlaceOutsideThePageIsRefusedAndRoundingIsNot) {
  const auto text = read(alto(page_of(block_of("b", "pryč", 990, 200))));
  ASSERT_FALSE(text);
  EXPECT_EQ(text.error().kind, ErrorKind::bad_input);
  EXPECT_THAT(text.error().message, HasSubstr("“pryč”"));
  EXPECT_THAT(text.error().message, HasSubstr("outside the page"));
  const auto near = read(alto(page_of(block_of("b", "x", 902, 200))));
  ASSERT_TRUE(near) << near.error().message;
  EXPECT_EQ(near->blocks[0].box.x1, 1000);
  EXPECT_FALSE(read(alto(page_of(block_of("b", "x", 10, 10, -50, 5)))));
}

TEST(AltoReader, APolygonIsTheBoxAroundIt) {
  const auto text = read(alto(
      page_of("<TextBlock><TextLine BASELINE=\"10,60 90,62\"><String CONTENT=\"x\"><Shape><Polygon "
              "POINTS=\"10,20 90,25 88,70 12,66\"/></Shape></String></TextLine></TextBlock>")));
  ASSERT_TRUE(text) << text.error().message;
  EXPECT_EQ(text->blocks[0].lines[0].words[0].box, (Box{10, 20, 90, 70}));
  EXPECT_DOUBLE_EQ(text->blocks[0].lines[0].baseline_y, 60);
}

TEST(AltoReader, ABrokenWordIsReadAsPrintedAndItsLineGoesOn) {
  const auto text = read(alto(page_of(
      "<TextBlock><TextLine><String CONTENT=\"roz\" SUBS_TYPE=\"HypPart1\" "
      "SUBS_CONTENT=\"rozhodl\" "
      "HPOS=\"10\" VPOS=\"10\" WIDTH=\"50\" HEIGHT=\"20\"/><HYP CONTENT=\"\u00ad\" HPOS=\"60\" "
      "VPOS=\"10\" WIDTH=\"8\" HEIGHT=\"20\"/></TextLine><TextLine><String CONTENT=\"hodl\" "
      "SUBS_TYPE=\"HypPart2\" SUBS_CONTENT=\"rozhodl\" HPOS=\"10\" VPOS=\"40\" WIDTH=\"50\" "
      "HEIGHT=\"20\"/></TextLine></TextBlock>")));
  ASSERT_TRUE(text) << text.error().message;
  const auto& lines = text->blocks[0].lines;
  EXPECT_EQ(lines[0].words[0].content, "roz\u00ad");
  EXPECT_EQ(lines[0].words[0].box.x1, 68);
  EXPECT_TRUE(lines[0].hyphen_at_end);
  EXPECT_FALSE(lines[1].hyphen_at_end);
}

TEST(AltoReader, AHyphenInsideTheWordIsFoundToo) {
  const auto text = read(alto(page_of(
      "<TextBlock><TextLine><String CONTENT=\"roz-\" HPOS=\"10\" VPOS=\"10\" WIDTH=\"50\" "
      "HEIGHT=\"20\"/></TextLine><TextLine><String CONTENT=\"hodl\" HPOS=\"10\" VPOS=\"40\" "
      "WIDTH=\"50\" HEIGHT=\"20\"/></TextLine></TextBlock>")));
  ASSERT_TRUE(text) << text.error().message;
  EXPECT_TRUE(text->blocks[0].lines[0].hyphen_at_end);
}

TEST(AltoReader, TheReadingOrderOfTheFileCounts) {
  const std::string order =
      "<ReadingOrder><OrderedGroup ID=\"g\"><ElementRef ID=\"r1\" REF=\"b2\"/><ElementRef "
      "ID=\"r2\" "
      "REF=\"b1\"/></OrderedGroup></ReadingOrder>";
  const auto text =
      read(alto(order + page_of(block_of("b1", "druhý", 10, 10) + block_of("b2", "první", 10, 100) +
                                block_of("b3", "třetí", 10, 200))));
  ASSERT_TRUE(text) << text.error().message;
  EXPECT_EQ(plain_text(*text), "první\n\ndruhý\n\ntřetí\n");
}

TEST(AltoReader, FontsComeFromTheStyles) {
  const auto text = read(
      "<alto><Styles><TextStyle ID=\"f\" FONTFAMILY=\"Baskerville\" FONTSIZE=\"11.5\" "
      "FONTSTYLE=\"italics\"/></Styles>" +
      page_of("<TextBlock STYLEREFS=\"par f\"><TextLine><String CONTENT=\"x\" STYLE=\"bold\" "
              "HPOS=\"1\" VPOS=\"1\" WIDTH=\"9\" HEIGHT=\"9\"/></TextLine></TextBlock>") +
      "</alto>");
  ASSERT_TRUE(text) << text.error().message;
  const TextWord& word = text->blocks[0].lines[0].words[0];
  EXPECT_EQ(word.font_family, "Baskerville");
  EXPECT_DOUBLE_EQ(word.font_size_pt, 11.5);
  EXPECT_TRUE(word.bold && word.italic);
}

TEST(AltoReader, TheEngineIsKeptHoweverItIsNamed) {
  const std::string page = page_of(block_of("b", "x", 1, 1));
  const auto two = read(alto(page,
                             "<OCRProcessing ID=\"o\"><ocrProcessingStep><processingSoftware>"
                             "<softwareName>ABBYY FineReader Engine</softwareName>"
                             "<softwareVersion>12</softwareVersion></processingSoftware>"
                             "</ocrProcessingStep></OCRProcessing>"));
  EXPECT_EQ(two->engine, "ABBYY FineReader Engine");
  EXPECT_EQ(two->engine_version, "12");
  const auto joined = read(alto(page,
                                "<OCRProcessing ID=\"o\"><ocrProcessingStep><processingSoftware>"
                                "<softwareName>tesseract 5.3.0</softwareName></processingSoftware>"
                                "</ocrProcessingStep></OCRProcessing>"));
  EXPECT_EQ(joined->engine, "tesseract");
  EXPECT_EQ(joined->engine_version, "5.3.0");
  const auto four = read(alto(
      page,
      "<Processing ID=\"a\"><processingCategory>contentGeneration</processingCategory>"
      "<processingSoftware><softwareName>kraken</softwareName><softwareVersion>4.3</"
      "softwareVersion>"
      "</processingSoftware></Processing><Processing ID=\"b\"><processingCategory>"
      "contentModification</processingCategory><processingSoftware><softwareName>sed</softwareName>"
      "</processingSoftware></Processing>"));
  EXPECT_EQ(four->engine, "kraken");
  EXPECT_EQ(four->engine_version, "4.3");
}

TEST(AltoReader, PicturesTablesAndMarginsAreKept) {
  const auto text = read(alto(
      "<Layout><Page><TopMargin>" + block_of("h", "záhlaví", 1, 1) +
      "</TopMargin><PrintSpace><Illustration HPOS=\"10\" VPOS=\"50\" WIDTH=\"80\" HEIGHT=\"60\"/>"
      "<ComposedBlock TYPE=\"table\">" +
      block_of("t", "buňka", 10, 200) +
      "</ComposedBlock><GraphicalElement HPOS=\"0\" VPOS=\"300\" WIDTH=\"900\" HEIGHT=\"3\"/>"
      "</PrintSpace></Page></Layout>"));
  ASSERT_TRUE(text) << text.error().message;
  std::vector<BlockKind> kinds;
  for (const TextBlock& b : text->blocks) kinds.push_back(b.kind);
  EXPECT_THAT(kinds, testing::ElementsAre(BlockKind::text, BlockKind::illustration,
                                          BlockKind::table, BlockKind::line));
}

TEST(AltoReader, WhatIsWrittenIsReadBack) {
  auto text = read(alto(page_of(block_of("b", "jeden", 10, 20) + block_of("c", "dva", 10, 80))));
  ASSERT_TRUE(text);
  AltoOptions options;
  const auto back = read(to_alto(*text, options));
  ASSERT_TRUE(back) << back.error().message;
  EXPECT_EQ(plain_text(*back), plain_text(*text));
  EXPECT_EQ(back->blocks[1].lines[0].words[0].box, text->blocks[1].lines[0].words[0].box);
}

TEST(AltoReader, WhatIsNoAltoIsRefusedInWords) {
  EXPECT_THAT(read("<html/>").error().message, HasSubstr("<html>"));
  EXPECT_THAT(read("not XML at all").error().message, HasSubstr("well-formed"));
  EXPECT_THAT(read("<alto><Layout/></alto>").error().message, HasSubstr("0 pages"));
  EXPECT_FALSE(read("<!DOCTYPE alto [<!ENTITY a \"aaaa\">]><alto>&a;</alto>"));
  EXPECT_FALSE(read(""));
  const auto empty = read("<alto><Layout><Page/></Layout></alto>");
  ASSERT_TRUE(empty);
  EXPECT_TRUE(empty->blocks.empty());
}

}  // namespace
}  // namespace linka
