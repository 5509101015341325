// SPDX-License-Identifier: GPL-3.0-or-later
// hOCR, PAGE XML, plain text, and the ALTO versions after 2.0, of pages made here.
#include "formats/alto.h"
#include "formats/alto_reader.h"
#include "formats/hocr.h"
#include "formats/made_page.h"
#include "formats/page_parts.h"
#include "formats/page_xml.h"
#include "formats/page_xml_reader.h"
#include "formats/plain.h"
#include "formats/text_reader.h"
#include "formats/xml_reader.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <limits>
#include <regex>
#include <set>

namespace linka {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::IsSupersetOf;
using testing::Not;

XmlDocument parsed(const std::string& xml) {
  auto document =
      XmlDocument::parse({reinterpret_cast<const std::uint8_t*>(xml.data()), xml.size()});
  EXPECT_TRUE(document) << document.error().message << "\n" << xml;
  return std::move(document).value();
}

std::set<std::string> values(const XmlDocument& d, std::string_view element,
                             std::string_view attribute) {
  std::set<std::string> all;
  for (const XmlElement& e : d.root().descendants(element)) all.insert(e.attribute(attribute));
  return all;
}

// ---- plain text --------------------------------------------------------------------------------

TEST(Plain, StandsAsPrinted) {
  EXPECT_EQ(to_plain(made_page(), {}), plain_text(made_page()));
}

TEST(Plain, BrokenWordsStandWholeWhereTheyBegin) {
  const std::string text = to_plain(made_page(), {.join_words = true});
  EXPECT_THAT(text, HasSubstr("byl zluťoučký\nkůň"));
  EXPECT_THAT(text, Not(HasSubstr("zlu-")));
}

TEST(Plain, AWordThatAPageBreaksStandsOnThePageItBeginsOn) {
  PageText page;
  page.blocks = {made_block(BlockKind::text, {made_line("zluť oučký", 1, 1)}),
                 made_block(BlockKind::text, {made_line("a ků-", 1, 90)}),
                 made_block(BlockKind::page_number, {made_line("12", 1, 180)})};
  EXPECT_EQ(to_plain(page, {.join_words = true, .seams = {"ne", "ň"}}), "oučký\n\na kůň\n\n12\n");
  EXPECT_EQ(to_plain(page, {.join_words = true}), "zluť oučký\n\na ků-\n\n12\n");
  EXPECT_EQ(to_plain(page, {.seams = {"ne", "ň"}}), plain_text(page));
}

TEST(Plain, OldLettersFold) {
  EXPECT_EQ(modern_letters("Maiſtat der ﬂieſſenden ﬁnſter"), "Maistat der fliessenden finster");
  EXPECT_EQ(modern_letters("fu\u0364r"), "für");
  EXPECT_EQ(modern_letters("Příliš ß æ – „x“"), "Příliš ß æ – „x“");
  EXPECT_THAT(to_plain(made_page(), {.fold = true}), HasSubstr("Maistat"));
}

TEST(Plain, OfNothingIsNothing) {
  EXPECT_EQ(to_plain({}, {}), "");
}

TEST(Languages, HaveTheirCodes) {
  EXPECT_EQ(short_language("ces"), "cs");
  EXPECT_EQ(short_language("cze"), "cs");
  EXPECT_EQ(library_language("deu"), "ger");
  EXPECT_EQ(library_language("frk"), "");
  EXPECT_EQ(library_language("Fraktur"), "");
  EXPECT_EQ(english_language("slk"), "Slovak");
  EXPECT_EQ(short_language("gsw"), "gsw");
}

// ---- hOCR --------------------------------------------------------------------------------------

HocrOptions hocr_options() {
  HocrOptions o;
  o.file_name = "a \"b\" & c.jp2";
  o.page_number = 3;
  o.label = "iv";
  o.dpi = {300, 300};
  return o;
}

TEST(Hocr, IsWellFormedAndSaysWhereEverythingStands) {
  const XmlDocument d = parsed(to_hocr(made_page(), hocr_options()));
  EXPECT_EQ(d.root().name_space(), "http://www.w3.org/1999/xhtml");
  EXPECT_THAT(values(d, "div", "class"),
              ElementsAre("ocr_caption", "ocr_carea", "ocr_float", "ocr_footer", "ocr_header",
                          "ocr_image", "ocr_page", "ocr_pageno", "ocr_photo", "ocr_section",
                          "ocr_separator", "ocr_table", "ocr_textfloat"));
  EXPECT_THAT(values(d, "span", "class"), ElementsAre("ocr_line", "ocrx_word"));
  EXPECT_EQ(d.root().descendants("div").front().attribute("title"),
            "image \"a 'b' & c.jp2\"; bbox 0 0 1748 2480; ppageno 2; lpageno \"iv\"; "
            "scan_res 300 300");
}

TEST(Hocr, WordsHavePlaceAndConfidence) {
  const std::string hocr = to_hocr(made_page(), hocr_options());
  EXPECT_THAT(hocr, HasSubstr("title=\"bbox 200 240 300 280; x_wconf 96; x_fsize 11\">byl</span>"));
  EXPECT_THAT(hocr, HasSubstr("bbox 200 240 420 280; baseline 0 -10; x_size 40"));
  EXPECT_THAT(hocr, HasSubstr("byl</span> <span"));
}

TEST(Hocr, AJoiningHyphenIsASoftOne) {
  const std::string hocr = to_hocr(made_page(), hocr_options());
  EXPECT_THAT(hocr, HasSubstr(">zlu\u00ad</span></span>"));
  EXPECT_THAT(hocr, HasSubstr("Rakousko-"));
}

TEST(Hocr, AHyphenAtThePagesEndIsASoftOneWhenTheWordGoesOn) {
  PageText page;
  page.blocks = {made_block(BlockKind::text, {made_line("zlu-", 1, 1)})};
  EXPECT_THAT(to_hocr(page, {}), HasSubstr(">zlu-</span>"));
  HocrOptions options;
  options.seams.next_begin = "ťoučký";
  EXPECT_THAT(to_hocr(page, options), HasSubstr(">zlu\u00ad</span>"));
}

// Paragraphs of one column share an area; a picture in it is a float of the page.
TEST(Hocr, AColumnIsAnAreaOfItsParagraphs) {
  PageText page;
  page.width_px = 2000;
  page.height_px = 2000;
  const auto lines = [](double x, double y) {
    return made_block(BlockKind::text, {made_line("a b c", x, y), made_line("d e f", x, y + 60),
                                        made_line("g h i", x, y + 120)});
  };
  page.blocks = {lines(100, 100), lines(100, 300),
                 made_picture(BlockKind::illustration, {100, 500, 440, 700}), lines(100, 720),
                 lines(1000, 100)};
  const XmlDocument d = parsed(to_hocr(page, {}));
  std::vector<std::string> seen;
  for (const XmlElement& e : d.root().descendants("div").front().children())
    seen.push_back(e.attribute("class") + " " + std::to_string(e.children("p").size()));
  EXPECT_THAT(seen, ElementsAre("ocr_carea 2", "ocr_photo 0", "ocr_carea 1", "ocr_carea 1"));
}

TEST(Hocr, IdsAreUniqueAndEveryPropertyIsWellMade) {
  const std::string hocr = to_hocr(made_page(), hocr_options());
  const XmlDocument d = parsed(hocr);
  std::set<std::string> ids;
  std::size_t n = 0;
  for (const char* element : {"div", "p", "span"})
    for (const XmlElement& e : d.root().descendants(element)) {
      ids.insert(e.attribute("id"));
      ++n;
      EXPECT_TRUE(
          std::regex_search(e.attribute("title"), std::regex(R"((^|; )bbox \d+ \d+ \d+ \d+(;|$))")))
          << e.attribute("title");
    }
  EXPECT_EQ(ids.size(), n);
}

TEST(Hocr, NonsenseStaysWellFormed) {
  parsed(to_hocr(nonsense_page(), {}));
  parsed(to_hocr({}, {}));
}

// ---- PAGE --------------------------------------------------------------------------------------

PageXmlOptions page_options() {
  PageXmlOptions o;
  o.file_name = "0001.jp2";
  o.creator = "linka 1";
  o.created = "2025-03-14T09:15:00Z";
  o.dpi = {300, 300};
  return o;
}

TEST(PageXml, HasRegionsInTheirOrder) {
  const XmlDocument d = parsed(to_page_xml(made_page(), page_options()));
  EXPECT_EQ(d.root().name_space(),
            "http://schema.primaresearch.org/PAGE/gts/pagecontent/2019-07-15");
  EXPECT_THAT(values(d, "TextRegion", "type"),
              ElementsAre("caption", "catch-word", "footnote", "header", "heading", "marginalia",
                          "page-number", "paragraph", "signature-mark"));
  EXPECT_EQ(d.root().descendants("ImageRegion").size(), 1u);
  EXPECT_EQ(d.root().descendants("SeparatorRegion").size(), 1u);
  EXPECT_EQ(d.root().descendants("TableRegion").size(), 1u);
  std::set<std::string> regions;
  for (const char* name :
       {"TextRegion", "ImageRegion", "SeparatorRegion", "TableRegion", "GraphicRegion"})
    for (const std::string& id : values(d, name, "id")) regions.insert(id);
  for (const XmlElement& e : d.root().descendants("RegionRefIndexed"))
    EXPECT_EQ(regions.erase(e.attribute("regionRef")), 1u);
  EXPECT_THAT(regions, ElementsAre("r4_text"));  // of the table
  EXPECT_THAT(values(d, "OrderedGroupIndexed", "type"), ElementsAre("div", "figure"));
  EXPECT_EQ(d.root().descendants("GraphicRegion").front().attribute("type"), "decoration");
}

TEST(PageXml, LinesAndWordsHaveOutlineTextAndConfidence) {
  const XmlDocument d = parsed(to_page_xml(made_page(), page_options()));
  const XmlElement word = d.root().descendants("Word").at(1);
  EXPECT_EQ(word.children()[0].attribute("points"), "200,240 300,240 300,280 200,280");
  EXPECT_EQ(word.children()[1].attribute("conf"), "0.96");
  EXPECT_EQ(word.children()[1].text(), "byl");
  EXPECT_EQ(d.root().descendants("Baseline").at(1).attribute("points"), "200,270 420,270");
  EXPECT_EQ(d.root().descendants("PlainText").front().text(), "Maistat");
}

// The pattern of the schema's PointsType, and "no points outside the parent's outline".
void expect_inside(const XmlElement& e, int x0, int y0, int x1, int y1) {
  for (const XmlElement& child : e.children()) {
    if (child.name() == "Coords") {
      std::smatch m;
      const std::string points = child.attribute("points");
      ASSERT_TRUE(
          std::regex_match(points, m, std::regex(R"((\d+),(\d+) \d+,\d+ (\d+),(\d+) \d+,\d+)")))
          << points;
      EXPECT_GE(std::stoi(m[1]), x0);
      EXPECT_GE(std::stoi(m[2]), y0);
      EXPECT_LE(std::stoi(m[3]), x1);
      EXPECT_LE(std::stoi(m[4]), y1);
      x0 = std::stoi(m[1]), y0 = std::stoi(m[2]), x1 = std::stoi(m[3]), y1 = std::stoi(m[4]);
      EXPECT_LT(x0, x1);
      EXPECT_LT(y0, y1);
    }
  }
  for (const XmlElement& child : e.children()) expect_inside(child, x0, y0, x1, y1);
}

TEST(PageXml, ChildrenLieInsideTheirParents) {
  for (const PageText& text : {made_page(), nonsense_page()}) {
    const XmlDocument d = parsed(to_page_xml(text, page_options()));
    expect_inside(d.root(), 0, 0, 1748, 2480);
  }
  parsed(to_page_xml({}, {}));
}

// What both formats say of blocks is read back; `kinds` differ where a format has no word.
std::vector<BlockKind> kinds_in(const PageText& text) {
  std::vector<BlockKind> kinds;
  for (const TextBlock& block : text.blocks) kinds.push_back(block.kind);
  return kinds;
}

ByteView bytes_of(const std::string& text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

TEST(TextFormats, KindsOfBlocksAreReadBack) {
  const PageText page = made_page();
  const Size size{page.width_px, page.height_px};
  const auto from_page = text_from_page_xml(bytes_of(to_page_xml(page, page_options())), size);
  ASSERT_TRUE(from_page) << from_page.error().message;
  EXPECT_EQ(kinds_in(*from_page), kinds_in(page));
  AltoOptions options;
  options.version = AltoVersion::v4_4;
  for (const bool nested : {false, true}) {
    options.nested = nested;
    const auto from_alto = text_from_alto(bytes_of(to_alto(page, options)), size, {300, 300});
    ASSERT_TRUE(from_alto) << from_alto.error().message;
    EXPECT_EQ(kinds_in(*from_alto), kinds_in(page));
    EXPECT_EQ(plain_text(*from_alto), plain_text(page));
  }
}

TEST(TextFormats, WordsOfOthersForKindsOfBlocks) {
  EXPECT_EQ(kind_named("NumberingZone"), BlockKind::page_number);
  EXPECT_EQ(kind_named("MainZone:column#1"), BlockKind::text);
  EXPECT_EQ(kind_named("footnote-continued"), BlockKind::footnote);
  EXPECT_EQ(kind_named("page_number"), BlockKind::page_number);
  EXPECT_FALSE(kind_named(""));
  EXPECT_FALSE(kind_named("Stamp zone"));
}

// ---- schemas -----------------------------------------------------------------------------------

// A schema of LINKA_SCHEMAS, when it is there.
std::filesystem::path schema_file(const std::string& name) {
  const char* folder = std::getenv("LINKA_SCHEMAS");
  if (folder == nullptr) return {};
  const std::filesystem::path path = std::filesystem::path(folder) / name;
  return std::filesystem::exists(path) ? path : std::filesystem::path();
}

TEST(PageXml, IsValidByItsSchema) {
  const auto path = schema_file("pagecontent_2019-07-15.xsd");
  if (path.empty()) GTEST_SKIP() << "LINKA_SCHEMAS has no pagecontent_2019-07-15.xsd";
  const auto schema = XmlSchema::load(path);
  ASSERT_TRUE(schema) << schema.error().message;
  for (const PageText& text : {made_page(), nonsense_page(), PageText{}})
    EXPECT_THAT(schema->check(parsed(to_page_xml(text, page_options()))), IsEmpty());
}

class AltoVersions : public testing::TestWithParam<AltoVersion> {};

AltoOptions alto_options(AltoVersion version) {
  AltoOptions o;
  o.file_name = "0001.jp2";
  o.processing_date = "2025-03-14T09:15:00Z";
  o.agency = "ABA001";
  o.version = version;
  o.folded_alternatives = true;
  o.nested = true;
  return o;
}

TEST_P(AltoVersions, IsValidByItsOwnSchema) {
  const auto path = schema_file(fmt::format("alto_{}.xsd", name_of(GetParam())));
  if (path.empty()) GTEST_SKIP() << "LINKA_SCHEMAS has no schema of this version";
  const auto schema = XmlSchema::load(path);
  ASSERT_TRUE(schema) << schema.error().message;
  for (const PageText& text : {made_page(), nonsense_page(), PageText{}})
    EXPECT_THAT(schema->check(parsed(to_alto(text, alto_options(GetParam())))), IsEmpty());
}

std::string without(std::string xml, const std::string& pattern, const std::string& instead = "") {
  return std::regex_replace(xml, std::regex(pattern), instead);
}

// Where a version's schema is not at hand: what it shares with 2.0 must be valid there. What later
// versions added is taken away first.
TEST_P(AltoVersions, WithoutItsAdditionsItIsValidBy2_0) {
  const auto path = schema_file("alto_2.0.xsd");
  if (path.empty()) GTEST_SKIP() << "LINKA_SCHEMAS names no folder of alto_2.0.xsd";
  const auto schema = XmlSchema::load(path);
  ASSERT_TRUE(schema) << schema.error().message;
  for (const PageText& text : {made_page(), nonsense_page(), PageText{}}) {
    std::string xml = to_alto(text, alto_options(GetParam()));
    xml = without(xml, "ns-v[34]#", "ns-v2#");
    xml = without(xml, " SCHEMAVERSION=\"[^\"]*\"| TAGREFS=\"[^\"]*\"| LANG=\"[^\"]*\"");
    xml = without(xml, "<Tags>[^]*</Tags>|<ReadingOrder>[^]*</ReadingOrder>");
    xml = without(xml, "(<(SP|HYP)[^>]*) HEIGHT=\"\\d+\"", "$1");
    xml = without(xml, "PROCESSINGREFS", "PROCESSING");
    xml = without(xml, "<Processing ID=\"OCR_1\">\\s*<processingCategory>\\w+</processingCategory>",
                  "<OCRProcessing ID=\"OCR_1\"><ocrProcessingStep>");
    xml = without(xml, "</Processing>", "</ocrProcessingStep></OCRProcessing>");
    xml = without(xml, "BASELINE=\"\\d+,(\\d+) \\d+,\\d+\"", "BASELINE=\"$1\"");
    xml = without(xml, "(<TextStyle ID=\"\\w+\")(?![^>]*FONTSIZE)", "$1 FONTSIZE=\"10\"");
    EXPECT_THAT(schema->check(parsed(xml)), IsEmpty()) << xml;
  }
}

TEST_P(AltoVersions, SaysItsVersionAndNothingOfLaterOnes) {
  const AltoVersion v = GetParam();
  const std::string xml = to_alto(made_page(), alto_options(v));
  const XmlDocument d = parsed(xml);
  const std::string major(1, name_of(v)[0]);
  EXPECT_EQ(d.root().name_space(), "http://www.loc.gov/standards/alto/ns-v" + major + "#");
  EXPECT_EQ(d.root().attribute("SCHEMAVERSION"), v >= AltoVersion::v3_0 ? name_of(v) : "");
  EXPECT_EQ(d.root().descendants("Tags").size(), v >= AltoVersion::v2_1 ? 1u : 0u);
  EXPECT_EQ(d.root().descendants("ComposedBlock").size(), 3u);
  EXPECT_EQ(d.root().descendants("Processing").size(), v >= AltoVersion::v4_1 ? 1u : 0u);
  EXPECT_EQ(d.root().descendants("OCRProcessing").size(), v >= AltoVersion::v4_1 ? 0u : 1u);
  EXPECT_EQ(d.root().descendants("ReadingOrder").size(), v >= AltoVersion::v4_3 ? 1u : 0u);
  EXPECT_EQ(d.root().descendants("Page").front().has("LANG"), v >= AltoVersion::v4_4);
  const XmlElement block = d.root().descendants("TextBlock").at(1);
  EXPECT_EQ(block.attribute(v >= AltoVersion::v2_1 ? "LANG" : "language"), "cze");
  EXPECT_EQ(d.root().descendants("TextLine").at(1).attribute("BASELINE"),
            v >= AltoVersion::v4_2 ? "200,270 420,270" : "270");
  EXPECT_EQ(d.root().descendants("ALTERNATIVE").front().text(), "Maistat");
  EXPECT_NE(xml.find(">Uherfko</ALTERNATIVE>"), std::string::npos);
}

// From 2.1 on by tags, before by their IDs.
TEST_P(AltoVersions, BlocksSayWhatTheyAre) {
  const AltoOptions options = alto_options(GetParam());
  const std::string xml = to_alto(made_page(), options);
  const XmlDocument d = parsed(xml);
  if (GetParam() >= AltoVersion::v2_1) {
    EXPECT_THAT(values(d, "LayoutTag", "LABEL"),
                ElementsAre("caption", "catchword", "footnote", "heading", "marginalia",
                            "page_number", "running_head", "signature", "table"));
    EXPECT_THAT(values(d, "TextBlock", "ID"), Contains("TB_1"));
  } else {
    EXPECT_THAT(values(d, "TextBlock", "ID"),
                IsSupersetOf({"TB_1_heading", "TB_2", "TB_5_caption", "TB_8_page_number"}));
  }
  EXPECT_THAT(values(d, "ComposedBlock", "TYPE"), ElementsAre("figure", "notes", "table"));
  const std::vector<std::string> ids = alto_block_ids(made_page(), options);
  ASSERT_EQ(ids.size(), made_page().blocks.size());
  for (const std::string& block : ids) EXPECT_THAT(xml, HasSubstr(" ID=\"" + block + "\""));
}

TEST_P(AltoVersions, BlocksStandFlatWhenAsked) {
  AltoOptions options = alto_options(GetParam());
  options.nested = false;
  const XmlDocument d = parsed(to_alto(made_page(), options));
  EXPECT_TRUE(d.root().descendants("ComposedBlock").empty());
  EXPECT_EQ(d.root().descendants("PrintSpace").front().children().size(),
            made_page().blocks.size());
}

TEST_P(AltoVersions, EveryReferenceHasItsTarget) {
  const XmlDocument d = parsed(to_alto(made_page(), alto_options(GetParam())));
  std::set<std::string> ids;
  std::vector<std::string> refs;
  const auto walk = [&](const auto& self, const XmlElement& e) -> void {
    if (e.has("ID")) {
      EXPECT_TRUE(ids.insert(e.attribute("ID")).second) << e.attribute("ID");
    }
    for (const char* name : {"REF", "STYLEREFS", "TAGREFS", "PROCESSING", "PROCESSINGREFS"}) {
      std::istringstream in(e.attribute(name));
      for (std::string ref; in >> ref;) refs.push_back(ref);
    }
    for (const XmlElement& child : e.children()) self(self, child);
  };
  walk(walk, d.root());
  for (const std::string& ref : refs) EXPECT_TRUE(ids.contains(ref)) << ref;
}

INSTANTIATE_TEST_SUITE_P(All, AltoVersions, testing::ValuesIn(alto_versions),
                         [](const testing::TestParamInfo<AltoVersion>& p) {
                           std::string name = name_of(p.param);
                           name[1] = '_';
                           return "v" + name;
                         });

TEST(AltoVersionNames, ComeBack) {
  for (const AltoVersion v : alto_versions) EXPECT_EQ(alto_version_of(name_of(v)), v);
  EXPECT_FALSE(alto_version_of("5.0"));
  EXPECT_FALSE(alto_version_of("2"));
}

TEST(AltoVersionNames, AnUnknownSizeIsLeftOutWhereItMayBe) {
  PageText text = made_page();
  for (TextBlock& block : text.blocks)
    for (TextLine& line : block.lines)
      for (TextWord& word : line.words) word.font_size_pt = 0;
  EXPECT_THAT(to_alto(text, alto_options(AltoVersion::v4_2)), Not(HasSubstr("FONTSIZE")));
  EXPECT_THAT(to_alto(text, alto_options(AltoVersion::v4_1)), HasSubstr("FONTSIZE=\"10\""));
}

}  // namespace
}  // namespace linka
