// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/alto.h"

#include "formats/xml_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <limits>
#include <map>
#include <set>
#include <sstream>

namespace linka {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

// Words of 100 x 40 px each, 20 px apart, from x, y on.
TextLine line_of(const std::string& words, double x, double y, bool hyphen = false) {
  TextLine line;
  std::istringstream in(words);
  for (std::string content; in >> content; x += 120) {
    TextWord word;
    word.content = content;
    word.box = {x, y, x + 100, y + 40};
    word.confidence = 0.956;
    word.font_size_pt = 11;
    line.box = line.words.empty() ? word.box : hull(line.box, word.box);
    line.words.push_back(word);
  }
  line.baseline_y = y + 30.4;
  line.hyphen_at_end = hyphen;
  return line;
}

TextBlock block_of(const std::vector<TextLine>& lines) {
  TextBlock block;
  block.lines = lines;
  block.box = lines.front().box;
  for (const TextLine& line : lines) block.box = hull(block.box, line.box);
  block.language = "cze";
  return block;
}

TextBlock picture(BlockKind kind, const Box& box) {
  TextBlock block;
  block.kind = kind;
  block.box = box;
  return block;
}

PageText page_of(const std::vector<TextBlock>& blocks) {
  PageText page;
  page.width_px = 1748;
  page.height_px = 2480;
  page.blocks = blocks;
  page.mean_confidence = 0.956;
  page.engine = "Tesseract";
  page.engine_version = "5.3.0";
  page.models = "ces";
  return page;
}

AltoOptions options() {
  AltoOptions o;
  o.file_name = "mc_tst001-0001ab_0001.jp2";
  o.processing_date = "2025-03-14";
  o.agency = "ABA001";
  return o;
}

PageText broken_word_page() {
  return page_of(
      {block_of({line_of("byl zlu-", 200, 240, true), line_of("ťoučký, kůň", 200, 300)})});
}

// The parsed document with shortcuts to what the tests ask.
struct Parsed {
  XmlDocument document;
  explicit Parsed(const std::string& xml)
      : document(XmlDocument::parse({reinterpret_cast<const std::uint8_t*>(xml.data()), xml.size()})
                     .value()) {}
  std::vector<XmlElement> all(std::string_view name) const {
    return document.root().descendants(name);
  }
  XmlElement one(std::string_view name, std::size_t index = 0) const { return all(name).at(index); }
  std::vector<std::string> attributes(std::string_view element, std::string_view name) const {
    std::vector<std::string> values;
    for (const XmlElement& e : all(element)) values.push_back(e.attribute(name));
    return values;
  }
};

std::string place(const XmlElement& e) {
  return e.attribute("HPOS") + " " + e.attribute("VPOS") + " " + e.attribute("WIDTH") + " " +
         e.attribute("HEIGHT");
}

TEST(Alto, SaysWhatWasReadByWhat) {
  const Parsed alto(to_alto(page_of({}), options()));
  EXPECT_EQ(alto.document.root().name_space(), "http://www.loc.gov/standards/alto/ns-v2#");
  EXPECT_EQ(alto.one("MeasurementUnit").text(), "pixel");
  EXPECT_EQ(alto.one("fileName").text(), "mc_tst001-0001ab_0001.jp2");
  EXPECT_EQ(alto.one("processingDateTime").text(), "2025-03-14");
  EXPECT_EQ(alto.one("processingAgency").text(), "ABA001");
  EXPECT_EQ(alto.one("softwareName").text(), "Tesseract");
  EXPECT_EQ(alto.one("softwareVersion").text(), "5.3.0");
  EXPECT_EQ(alto.one("Page").attribute("WIDTH"), "1748");
  EXPECT_EQ(alto.one("Page").attribute("HEIGHT"), "2480");
  EXPECT_EQ(alto.one("Page").attribute("PHYSICAL_IMG_NR"), "1");
  EXPECT_FALSE(alto.one("Page").has("PRINTED_IMG_NR"));
}

TEST(Alto, APageWithoutTextHasAnEmptyPrintSpace) {
  const Parsed alto(to_alto(page_of({}), options()));
  EXPECT_TRUE(alto.one("PrintSpace").children().empty());
  EXPECT_EQ(place(alto.one("PrintSpace")), "0 0 1748 2480");
  EXPECT_EQ(alto.all("TextStyle").size(), 1u);
  EXPECT_EQ(alto.all("ParagraphStyle").size(), 1u);
  EXPECT_FALSE(alto.one("Page").has("PC"));
}

TEST(Alto, MarginsFillThePageAroundThePrintSpace) {
  const Parsed alto(
      to_alto(page_of({block_of({line_of("a b", 200, 240)}), block_of({line_of("c", 190, 2240)})}),
              options()));
  std::vector<std::string> names;
  for (const XmlElement& e : alto.one("Page").children()) names.push_back(e.name());
  EXPECT_THAT(names,
              ElementsAre("TopMargin", "LeftMargin", "RightMargin", "BottomMargin", "PrintSpace"));
  EXPECT_EQ(place(alto.one("PrintSpace")), "190 240 230 2040");
  EXPECT_EQ(place(alto.one("TopMargin")), "0 0 1748 240");
  EXPECT_EQ(place(alto.one("LeftMargin")), "0 240 190 2040");
  EXPECT_EQ(place(alto.one("RightMargin")), "420 240 1328 2040");
  EXPECT_EQ(place(alto.one("BottomMargin")), "0 2280 1748 200");
}

TEST(Alto, WordsStandWithTheirPlaceConfidenceAndSpaces) {
  const Parsed alto(to_alto(page_of({block_of({line_of("Strana 1", 200, 240)})}), options()));
  const XmlElement line = alto.one("TextLine");
  EXPECT_EQ(place(line), "200 240 220 40");
  EXPECT_EQ(line.attribute("BASELINE"), "270");
  ASSERT_EQ(line.children().size(), 3u);
  EXPECT_EQ(line.children()[0].attribute("CONTENT"), "Strana");
  EXPECT_EQ(line.children()[0].attribute("WC"), "0.96");
  EXPECT_EQ(place(line.children()[0]), "200 240 100 40");
  EXPECT_EQ(line.children()[1].name(), "SP");
  EXPECT_EQ(line.children()[1].attribute("HPOS"), "300");
  EXPECT_EQ(line.children()[1].attribute("WIDTH"), "20");
  EXPECT_EQ(line.children()[2].attribute("CONTENT"), "1");
  EXPECT_EQ(alto.one("TextBlock").attribute("language"), "cze");
}

TEST(Alto, ABrokenWordCarriesItsWholeInBothHalves) {
  const Parsed alto(to_alto(broken_word_page(), options()));
  EXPECT_THAT(alto.attributes("String", "CONTENT"), ElementsAre("byl", "zlu", "ťoučký,", "kůň"));
  EXPECT_THAT(alto.attributes("String", "SUBS_TYPE"), ElementsAre("", "HypPart1", "HypPart2", ""));
  EXPECT_THAT(alto.attributes("String", "SUBS_CONTENT"),
              ElementsAre("", "zluťoučký,", "zluťoučký,", ""));
  const XmlElement hyphen = alto.one("TextLine").children().back();
  EXPECT_EQ(hyphen.name(), "HYP");
  EXPECT_EQ(hyphen.attribute("CONTENT"), "-");
  EXPECT_EQ(hyphen.attribute("HPOS"), "395");
  EXPECT_EQ(hyphen.attribute("WIDTH"), "25");
  EXPECT_EQ(place(alto.one("String", 1)), "320 240 75 40");
}

TEST(Alto, ABrokenWordIsJoinedAcrossBlocks) {
  const Parsed alto(to_alto(page_of({block_of({line_of("slou-", 200, 240, true)}),
                                     picture(BlockKind::illustration, {0, 300, 90, 400}),
                                     block_of({line_of("pec konec", 900, 240)})}),
                            options()));
  EXPECT_THAT(alto.attributes("String", "SUBS_CONTENT"), ElementsAre("sloupec", "sloupec", ""));
}

TEST(Alto, AWordOverThreeLinesIsOneWord) {
  const Parsed alto(
      to_alto(page_of({block_of({line_of("nej-", 200, 240, true), line_of("nebez-", 200, 300, true),
                                 line_of("pečnější", 200, 360)})}),
              options()));
  EXPECT_THAT(alto.attributes("String", "CONTENT"), ElementsAre("nej", "nebez", "pečnější"));
  EXPECT_THAT(alto.attributes("String", "SUBS_TYPE"),
              ElementsAre("HypPart1", "HypPart2", "HypPart2"));
  EXPECT_THAT(alto.attributes("String", "SUBS_CONTENT"),
              ElementsAre("nejnebezpečnější", "nejnebezpečnější", "nejnebezpečnější"));
  EXPECT_EQ(alto.all("HYP").size(), 2u);
}

TEST(Alto, AHyphenWithNothingAfterItStaysInItsWord) {
  const Parsed alto(to_alto(page_of({block_of({line_of("zlu-", 200, 240, true)})}), options()));
  EXPECT_THAT(alto.attributes("String", "CONTENT"), ElementsAre("zlu-"));
  EXPECT_TRUE(alto.all("HYP").empty());
  EXPECT_FALSE(alto.one("String").has("SUBS_TYPE"));
}

TEST(Alto, AWordThatAPageBreaksCarriesItsWholeOnBothPages) {
  AltoOptions before = options();
  before.seams.next_begin = "ťoučký,";
  const Parsed first(to_alto(page_of({block_of({line_of("byl zlu-", 200, 240)}),
                                      picture(BlockKind::illustration, {10, 300, 110, 420})}),
                             before));
  EXPECT_THAT(first.attributes("String", "CONTENT"), ElementsAre("byl", "zlu"));
  EXPECT_THAT(first.attributes("String", "SUBS_TYPE"), ElementsAre("", "HypPart1"));
  EXPECT_THAT(first.attributes("String", "SUBS_CONTENT"), ElementsAre("", "zluťoučký,"));
  EXPECT_EQ(first.one("HYP").attribute("CONTENT"), "-");
  AltoOptions after = options();
  after.seams.previous_end = "zlu";
  TextBlock head = block_of({line_of("Hlava", 200, 100)});
  head.kind = BlockKind::running_head;
  const Parsed second(
      to_alto(page_of({head, block_of({line_of("ťoučký, kůň", 200, 240)})}), after));
  EXPECT_THAT(second.attributes("String", "SUBS_TYPE"), ElementsAre("", "HypPart2", ""));
  EXPECT_THAT(second.attributes("String", "SUBS_CONTENT"), ElementsAre("", "zluťoučký,", ""));
}

TEST(Alto, AWordOverLinesAndPagesIsOneWord) {
  AltoOptions both = options();
  both.seams = {"nej", "ší"};
  const Parsed alto(to_alto(
      page_of({block_of({line_of("nebez-", 200, 240, true), line_of("pečněj-", 200, 300)})}),
      both));
  EXPECT_THAT(alto.attributes("String", "CONTENT"), ElementsAre("nebez", "pečněj"));
  EXPECT_THAT(alto.attributes("String", "SUBS_TYPE"), ElementsAre("HypPart2", "HypPart2"));
  EXPECT_THAT(alto.attributes("String", "SUBS_CONTENT"),
              ElementsAre("nejnebezpečnější", "nejnebezpečnější"));
}

TEST(Alto, SeamsOfATextWithoutRunningTextAreNothing) {
  AltoOptions both = options();
  both.seams = {"nej", "ší"};
  TextBlock heading = block_of({line_of("Hla-", 200, 100)});
  heading.kind = BlockKind::heading;
  for (const PageText& page : {page_of({}), page_of({heading})}) {
    const Parsed alto(to_alto(page, both));
    for (const XmlElement& e : alto.all("String")) EXPECT_FALSE(e.has("SUBS_TYPE"));
  }
}

TEST(Alto, EveryStyleIsWrittenOnceAndEveryReferenceResolves) {
  TextLine mixed = line_of("a b c d", 200, 240);
  mixed.words[1].bold = true;
  mixed.words[2].italic = true;
  mixed.words[2].font_family = "Times & Co";
  mixed.words[3].font_size_pt = 0;
  const Parsed alto(to_alto(
      page_of({block_of({mixed, line_of("e f g", 200, 300)}), block_of({line_of("h", 200, 360)})}),
      options()));
  EXPECT_EQ(alto.all("TextStyle").size(), 4u);
  EXPECT_EQ(alto.one("TextStyle", 1).attribute("FONTSTYLE"), "bold");
  EXPECT_EQ(alto.one("TextStyle", 2).attribute("FONTSTYLE"), "italics");
  EXPECT_EQ(alto.one("TextStyle", 2).attribute("FONTFAMILY"), "Times & Co");
  EXPECT_EQ(alto.one("TextBlock").attribute("STYLEREFS"), "TS_1 PS_1");
  EXPECT_EQ(alto.one("TextBlock", 1).attribute("STYLEREFS"), "TS_1 PS_1");
  std::set<std::string> ids;
  std::vector<XmlElement> everything = alto.document.root().descendants("Page");
  for (const char* name : {"TextStyle", "ParagraphStyle"})
    for (const XmlElement& e : alto.all(name)) ids.insert(e.attribute("ID"));
  for (const char* name : {"TextBlock", "TextLine", "String"})
    for (const XmlElement& e : alto.all(name)) {
      std::istringstream refs(e.attribute("STYLEREFS"));
      for (std::string ref; refs >> ref;) EXPECT_TRUE(ids.contains(ref)) << ref;
    }
}

TEST(Alto, PicturesAndRulesCarryNoText) {
  const Parsed alto(to_alto(page_of({picture(BlockKind::illustration, {10, 20, 110, 220}),
                                     picture(BlockKind::line, {10, 300, 900, 304})}),
                            options()));
  EXPECT_EQ(place(alto.one("Illustration")), "10 20 100 200");
  EXPECT_EQ(place(alto.one("GraphicalElement")), "10 300 890 4");
  EXPECT_TRUE(alto.all("TextBlock").empty());
}

TEST(Alto, EveryIdIsUniqueAndBearsThePrefix) {
  AltoOptions o = options();
  o.id_prefix = "P7_";
  PageText page = broken_word_page();
  page.blocks.push_back(picture(BlockKind::illustration, {10, 20, 110, 220}));
  const Parsed alto(to_alto(page, o));
  std::set<std::string> ids;
  for (const char* name : {"OCRProcessing", "TextStyle", "ParagraphStyle", "Page", "TopMargin",
                           "LeftMargin", "RightMargin", "BottomMargin", "PrintSpace", "TextBlock",
                           "TextLine", "String", "Illustration"})
    for (const XmlElement& e : alto.all(name)) {
      EXPECT_TRUE(ids.insert(e.attribute("ID")).second) << e.attribute("ID");
      EXPECT_EQ(e.attribute("ID").rfind("P7_", 0), 0u);
    }
}

TEST(Alto, NoAttributeAndNoElementIsEmpty) {
  PageText page = broken_word_page();
  page.engine.clear();
  page.engine_version.clear();
  page.models.clear();
  page.blocks[0].language.clear();
  for (const std::string& xml : {to_alto(page, {}), to_alto(page_of({}), {})}) {
    EXPECT_THAT(xml, Not(HasSubstr("=\"\"")));
    EXPECT_THAT(xml, Not(HasSubstr("></")));
  }
}

// What a damaged file of an earlier step could hold.
PageText nonsense() {
  constexpr double infinite = std::numeric_limits<double>::infinity();
  PageText page = broken_word_page();
  page.mean_confidence = infinite;
  page.blocks[0].language = "not a language";
  page.blocks[0].box = {-1e300, std::nan(""), infinite, 5};
  TextLine& line = page.blocks[0].lines[0];
  line.baseline_y = infinite;
  line.words[0].box = {5000, 5000, 4000, 4000};
  line.words[0].confidence = -3;
  line.words[1].content = "a\x01\xff<&\">-";
  line.words[1].font_size_pt = std::nan("");
  page.blocks.emplace_back();  // a text block without lines
  page.blocks.push_back(page.blocks[0]);
  page.blocks.back().lines = {TextLine{}};  // a line without words
  return page;
}

TEST(Alto, NonsenseIsBroughtIntoThePage) {
  const Parsed alto(to_alto(nonsense(), options()));
  EXPECT_EQ(alto.all("TextBlock").size(), 1u);
  EXPECT_FALSE(alto.one("TextBlock").has("language"));
  for (const char* name : {"TextBlock", "TextLine", "String", "PrintSpace"})
    for (const XmlElement& e : alto.all(name)) {
      EXPECT_GE(std::stoi(e.attribute("HPOS")), 0);
      EXPECT_GE(std::stoi(e.attribute("WIDTH")), 1);
      EXPECT_LE(std::stoi(e.attribute("HPOS")) + std::stoi(e.attribute("WIDTH")), 1748);
      EXPECT_LE(std::stoi(e.attribute("VPOS")) + std::stoi(e.attribute("HEIGHT")), 2480);
    }
}

TEST(Alto, SameTextSameBytes) {
  EXPECT_EQ(to_alto(broken_word_page(), options()), to_alto(broken_word_page(), options()));
}

TEST(Alto, IsValidByItsSchema) {
  const char* schemas = std::getenv("LINKA_SCHEMAS");
  if (schemas == nullptr) GTEST_SKIP() << "LINKA_SCHEMAS does not name the folder of alto_2.0.xsd";
  const auto schema = XmlSchema::load(std::filesystem::path(schemas) / "alto_2.0.xsd");
  ASSERT_TRUE(schema) << schema.error().message;
  PageText rich = broken_word_page();
  rich.blocks[0].kind = BlockKind::table;
  rich.blocks[0].lines[0].words[0].bold = rich.blocks[0].lines[0].words[0].italic = true;
  rich.blocks.push_back(picture(BlockKind::illustration, {10, 20, 110, 220}));
  rich.blocks.push_back(picture(BlockKind::line, {10, 300, 900, 304}));
  AltoOptions with_time = options();
  with_time.processing_date = "2025-03-14T09:15:00Z";
  with_time.nested = true;
  with_time.printed_number = "xii";
  with_time.seams = {"za", "konec"};
  for (const std::string& xml : {to_alto(page_of({}), options()), to_alto(PageText{}, {}),
                                 to_alto(rich, with_time), to_alto(nonsense(), options())}) {
    EXPECT_THAT(schema->check(Parsed(xml).document), ElementsAre()) << xml;
  }
}

}  // namespace
}  // namespace linka
