// SPDX-License-Identifier: GPL-3.0-or-later
// The PDF is looked at with other people's tools: qpdf --check, pdftotext, pdffonts, pdfinfo.
#include "formats/pdf.h"

#include "base/files.h"
#include "formats/made_page.h"
#include "formats/page_parts.h"
#include "formats/pdf_font.h"
#include "formats/pdf_image.h"
#include "formats/xml_reader.h"
#include "image/image_io.h"
#include "stages/encode/encode.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <regex>

namespace linka {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::Not;

class Pdf : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = fs::temp_directory_path() /
              fmt::format("linka-pdf-{}-{}", ::getpid(),
                          testing::UnitTest::GetInstance()->current_test_info()->name());
    fs::create_directories(folder_);
  }
  void TearDown() override { fs::remove_all(folder_); }

  fs::path file(const std::string& name) const { return folder_ / name; }

  // A grey or coloured page with its words as dark boxes.
  static Image drawn(const PageText& text, int channels) {
    return Image::make(text.width_px, text.height_px, channels, {300, 300}, nullptr,
                       [&](std::uint8_t* p) {
                         const auto w = static_cast<std::size_t>(text.width_px * channels);
                         std::memset(p, 240, w * static_cast<std::size_t>(text.height_px));
                         for (const TextBlock& block : text.blocks)
                           for (const TextLine& line : block.lines)
                             for (const TextWord& word : line.words) fill(p, w, channels, word.box);
                       });
  }
  static void fill(std::uint8_t* p, std::size_t row, int channels, const Box& box) {
    for (int y = int(box.y0); y < int(box.y1); ++y)
      std::memset(
          p + static_cast<std::size_t>(y) * row + static_cast<std::size_t>(int(box.x0) * channels),
          60, static_cast<std::size_t>(int(box.width()) * channels));
  }

  fs::path picture(const std::string& name, int channels = 1) const {
    const Image image = drawn(made_page(), channels);
    const auto bytes = name.ends_with(".jp2") ? encode(image, Copy::user, {}) : to_jpeg(image, 80);
    EXPECT_TRUE(bytes);
    EXPECT_TRUE(write_atomically(file(name), ByteView(*bytes)));
    return file(name);
  }

  static PdfOptions options() {
    PdfOptions o;
    o.title = "Dílo & <spol.>";
    o.author = "Karel Čapek";
    o.language = "cs";
    o.creator = "linka 1";
    o.made_at = "2025-03-14T09:15:00Z";
    return o;
  }
  PdfPage page(const fs::path& image) const { return {image, {300, 300}, made_page(), ""}; }

  // Of one page, written to a.pdf.
  fs::path written(const PdfPage& page, PdfOptions o = options()) const {
    PdfWriter pdf(std::move(o));
    const auto added = pdf.add(page);
    EXPECT_TRUE(added) << added.error().message;
    const auto done = pdf.write(file("a.pdf"));
    EXPECT_TRUE(done) << done.error().message;
    return file("a.pdf");
  }

  static std::string output_of(const std::string& command) {
    std::string text;
    FILE* pipe = ::popen((command + " 2>&1").c_str(), "r");
    if (pipe == nullptr) return text;
    char buffer[4096];
    for (std::size_t n; (n = std::fread(buffer, 1, sizeof buffer, pipe)) > 0;)
      text.append(buffer, n);
    ::pclose(pipe);
    return text;
  }
  static bool has(const char* tool) {
    return std::system(fmt::format("command -v {} >/dev/null 2>&1", tool).c_str()) == 0;
  }

 private:
  fs::path folder_;
};

// The place of every word, as pdftotext sees it, in pixels of a 300 dpi page.
struct Seen {
  std::string content;
  Box box;
};
std::vector<Seen> seen_words(const std::string& bbox) {
  std::vector<Seen> words;
  const std::regex word(
      R"re(<word xMin="([^"]+)" yMin="([^"]+)" xMax="([^"]+)" yMax="([^"]+)">([^<]*)</word>)re");
  for (std::sregex_iterator it(bbox.begin(), bbox.end(), word), end; it != end; ++it)
    words.push_back(
        {(*it)[5],
         {std::stod((*it)[1]), std::stod((*it)[2]), std::stod((*it)[3]), std::stod((*it)[4])}});
  return words;
}

std::vector<TextWord> all_words(const PageText& text) {
  std::vector<TextWord> all;
  for (const TextBlock& block : text.blocks)
    for (const TextLine& line : block.lines)
      all.insert(all.end(), line.words.begin(), line.words.end());
  return all;
}

TEST_F(Pdf, EveryWordStandsAtItsBox) {
  if (!has("pdftotext")) GTEST_SKIP() << "pdftotext (Debian: poppler-utils) is not installed";
  for (const PdfFit fit : {PdfFit::line, PdfFit::word}) {
    PdfOptions o = options();
    o.fit = fit;
    PdfPage p = page(picture("a.jpg"));
    p.text.blocks[1].lines[0].words[0].box.y0 += 12;  // no ascender
    p.text.blocks[1].lines[0].words[1].box.y1 += 9;
    p.text.blocks[1].lines[0].box.y1 += 9;
    const fs::path pdf = written(p, o);
    const auto seen = seen_words(output_of("pdftotext -raw -bbox " + pdf.string() + " -"));
    for (const TextBlock& block : p.text.blocks)
      for (const TextLine& line : block.lines)
        for (const TextWord& word : line.words) {
          const Box tall = fit == PdfFit::word ? word.box : line.box;
          const auto near = [](double pt, double px) { return std::abs(pt - px * 72 / 300) < 0.5; };
          EXPECT_TRUE(std::any_of(seen.begin(), seen.end(), [&](const Seen& s) {
            return near(s.box.x0, word.box.x0) && near(s.box.x1, word.box.x1) &&
                   near(s.box.y0, tall.y0) && near(s.box.y1, tall.y1);
          })) << word.content;
        }
    EXPECT_EQ(seen.size(), all_words(p.text).size());
  }
}

TEST_F(Pdf, TheTextComesOutAsItWentIn) {
  if (!has("pdftotext")) GTEST_SKIP() << "pdftotext (Debian: poppler-utils) is not installed";
  PdfPage p = page(picture("a.jpg"));
  p.text.blocks[0].lines[0].words[0].content = "𝔄ſ𐍈ů";  // beyond the first plane, too
  const std::string text = output_of("pdftotext -raw " + written(p).string() + " -");
  EXPECT_THAT(text,
              HasSubstr("𝔄ſ𐍈ů\nbyl zlu-\nťoučký kůň,\nMaiſtat & <Rakousko-\nUhersko \"dům\"\n"));
  PdfOptions o = options();
  o.fold = true;
  EXPECT_THAT(output_of("pdftotext -raw " + written(p, o).string() + " -"), HasSubstr("Maistat"));
}

TEST_F(Pdf, OtherToolsFindNoFault) {
  PdfWriter pdf(options());
  for (const char* name : {"a.jpg", "b.jp2"})
    for (const int channels : {1, 3}) {
      const auto added = pdf.add(page(picture(fmt::format("{}{}", channels, name), channels)));
      ASSERT_TRUE(added) << added.error().message;
    }
  ASSERT_TRUE(pdf.write(file("a.pdf")));
  const std::string path = file("a.pdf").string();
  if (has("qpdf")) {
    EXPECT_THAT(output_of("qpdf --check " + path),
                testing::AllOf(HasSubstr("No syntax or stream encoding errors"),
                               Not(HasSubstr("WARNING"))));
  }
  if (!has("pdffonts")) GTEST_SKIP() << "poppler-utils is not installed";
  const std::string fonts = output_of("pdffonts " + path);
  EXPECT_TRUE(std::regex_search(
      fonts, std::regex(R"(LinkaUnseen\s+CID TrueType\s+Identity-H\s+yes no  yes)")))
      << fonts;
  const std::string images = output_of("pdfimages -list " + path);
  EXPECT_THAT(images, HasSubstr("jpeg"));
  EXPECT_THAT(images, HasSubstr("jpx"));
  const std::string drawn = output_of("pdftoppm -r 30 -gray " + path + " " + file("p").string());
  EXPECT_EQ(drawn, "");
}

TEST_F(Pdf, ThePictureIsTakenInAsItIs) {
  const fs::path jpg = picture("a.jpg");
  const auto pdf = read_file(written(page(jpg)));
  const auto image = read_file(jpg);
  ASSERT_TRUE(pdf && image);
  EXPECT_NE(std::search(pdf->begin(), pdf->end(), image->begin(), image->end()), pdf->end());
}

TEST_F(Pdf, SaysWhatItIs) {
  const auto bytes = read_file(written(page(picture("a.jpg"))));
  ASSERT_TRUE(bytes);
  const std::string pdf(bytes->begin(), bytes->end());
  EXPECT_TRUE(pdf.starts_with("%PDF-1.7\n%"));
  EXPECT_THAT(pdf, HasSubstr("<pdfaid:part>2</pdfaid:part>"));
  EXPECT_THAT(pdf, HasSubstr("<pdfaid:conformance>U</pdfaid:conformance>"));
  EXPECT_THAT(pdf,
              HasSubstr("Dílo &amp; &lt;spol.&gt;"));  // not packed: found without a PDF reader
  EXPECT_THAT(pdf, HasSubstr("/GTS_PDFA1"));
  EXPECT_THAT(pdf, HasSubstr("/ID ["));
  EXPECT_THAT(pdf, Not(HasSubstr("/ObjStm")));
  if (!has("pdfinfo")) GTEST_SKIP() << "poppler-utils is not installed";
  const std::string info = output_of("pdfinfo " + file("a.pdf").string());
  EXPECT_THAT(info, HasSubstr("Dílo & <spol.>"));
  EXPECT_THAT(info, HasSubstr("Karel Čapek"));
  EXPECT_THAT(info, HasSubstr("419.52 x 595.2 pts"));
}

TEST_F(Pdf, LabelsAndBookmarks) {
  PdfWriter pdf(options());
  for (const char* label : {"i", "ii", "", "[1]"}) {
    PdfPage p = page(picture("a.jpg"));
    p.label = label;
    ASSERT_TRUE(pdf.add(p));
  }
  pdf.bookmark({"Část I", 0, 0});
  pdf.bookmark({"Kapitola", 1, 1});
  pdf.bookmark({"Oddíl", 1, 5});
  pdf.bookmark({"Kapitola druhá", 2, 1});
  pdf.bookmark({"Část II", 3, 0});
  pdf.bookmark({"nowhere", 9, 0});
  ASSERT_TRUE(pdf.write(file("a.pdf")));
  if (!has("qpdf")) GTEST_SKIP() << "qpdf is not installed";
  const std::string json = output_of("qpdf --json=2 --json-key=outlines --json-key=pagelabels " +
                                     file("a.pdf").string());
  EXPECT_EQ(json.find("nowhere"), std::string::npos);
  for (const char* title : {"Část I", "Kapitola", "Oddíl", "Kapitola druhá", "Část II"})
    EXPECT_THAT(json, HasSubstr(title));
  EXPECT_THAT(json, HasSubstr("/P"));
  EXPECT_THAT(output_of("qpdf --check " + file("a.pdf").string()), Not(HasSubstr("WARNING")));
}

// Where a viewer goes, as another program understands it.
TEST_F(Pdf, BookmarksPointToTheirHeadings) {
  PdfWriter pdf(options());
  PdfPage p = page(picture("a.jpg"));
  p.text = made_page();  // 1748 x 2480 pixels at 300 dpi; its heading is at 140
  p.dpi = {300, 300};
  ASSERT_TRUE(pdf.add(p));
  for (const PdfBookmark& mark : heading_bookmarks(p.text, 0, false)) pdf.bookmark(mark);
  pdf.bookmark({"below the page", 0, 0, 1e9});
  ASSERT_TRUE(pdf.write(file("a.pdf")));
  if (!has("qpdf")) GTEST_SKIP() << "qpdf is not installed";
  const std::string json = output_of("qpdf --json=2 --json-key=outlines " + file("a.pdf").string());
  EXPECT_THAT(json, HasSubstr("Nadpis"));
  EXPECT_TRUE(std::regex_search(json, std::regex(R"("/XYZ",\s*null,\s*561\.6,\s*null)"))) << json;
  EXPECT_THAT(output_of("qpdf --check " + file("a.pdf").string()), Not(HasSubstr("WARNING")));
}

TEST(PdfBookmarks, AreMadeOfHeadingsThatWereReadSurely) {
  const auto heading = [](const std::string& words, double y, double confidence = 0.9) {
    TextBlock block = made_block(BlockKind::heading, {made_line(words, 200, y)});
    for (TextWord& word : block.lines[0].words) word.confidence = confidence;
    return block;
  };
  PageText text;
  text.width_px = text.height_px = 2000;
  text.blocks = {heading("Kapitola I.", 100),
                 heading("O vo- dě", 200),
                 made_block(BlockKind::text, {made_line("text", 200, 300)}),
                 heading("neznáme", 400, 0.4),
                 heading("* * *", 450),
                 heading("Maiſtat", 500)};
  text.blocks[1].lines = {made_line("O vo-", 200, 200, true), made_line("dě", 200, 250)};
  const auto marks = heading_bookmarks(text, 7, true);
  ASSERT_EQ(marks.size(), 2u);
  EXPECT_EQ(marks[0].title, "Kapitola I. O vodě");
  EXPECT_EQ(marks[0].page, 7u);
  EXPECT_EQ(marks[0].y_px, 100);
  EXPECT_EQ(marks[1].title, "Maistat");
  std::string words;
  for (int i = 0; i < 100; ++i) words += "ččč ";
  text.blocks = {heading(words, 1)};
  const std::string title = heading_bookmarks(text, 0, false).at(0).title;
  EXPECT_TRUE(title.ends_with("ččč\u2026")) << title;
  EXPECT_LE(characters_of(title), 121u);
  EXPECT_TRUE(heading_bookmarks({}, 0, false).empty());
  (void)heading_bookmarks(nonsense_page(), 0, true);
}

TEST_F(Pdf, SamePagesSameBytes) {
  const PdfPage p = page(picture("a.jpg"));
  const auto first = read_file(written(p));
  const auto second = read_file(written(p));
  ASSERT_TRUE(first && second);
  EXPECT_EQ(*first, *second);
}

TEST_F(Pdf, OddPagesAreTakenAll) {
  PdfWriter pdf(options());
  PdfPage p = page(picture("a.jpg"));
  for (const Dpi dpi : {Dpi{}, Dpi{1, 1}, Dpi{1e9, 1e9}, Dpi{300, 600}}) {
    p.dpi = dpi;
    ASSERT_TRUE(pdf.add(p));
  }
  p.dpi = {300, 300};
  p.text = nonsense_page();
  ASSERT_TRUE(pdf.add(p));
  p.text = {};
  ASSERT_TRUE(pdf.add(p));
  p.text.width_px = 100000;
  p.text.height_px = 1;
  ASSERT_TRUE(pdf.add(p));
  ASSERT_TRUE(pdf.write(file("a.pdf")));
  if (!has("qpdf")) GTEST_SKIP() << "qpdf is not installed";
  EXPECT_THAT(output_of("qpdf --check " + file("a.pdf").string()), Not(HasSubstr("WARNING")));
  if (!has("pdfinfo")) GTEST_SKIP() << "poppler-utils is not installed";
  const std::string sizes = output_of("pdfinfo -l 9 " + file("a.pdf").string());
  const std::regex size(R"(size:\s+([\d.]+) x ([\d.]+) pts)");
  int pages = 0;
  for (std::sregex_iterator it(sizes.begin(), sizes.end(), size), end; it != end; ++it, ++pages)
    for (const int side : {1, 2}) {
      EXPECT_GE(std::stod((*it)[side]), 3);
      EXPECT_LE(std::stod((*it)[side]), 14400);
    }
  EXPECT_EQ(pages, 7);
}

TEST_F(Pdf, WhatIsNoPictureIsRefusedByName) {
  PdfWriter pdf(options());
  const auto missing = pdf.add(page(file("none.jpg")));
  ASSERT_FALSE(missing);
  ASSERT_TRUE(write_atomically(file("text.jpg"), "this is no picture at all"));
  const auto text = pdf.add(page(file("text.jpg")));
  ASSERT_FALSE(text);
  EXPECT_EQ(text.error().kind, ErrorKind::bad_input);
  EXPECT_THAT(text.error().where, HasSubstr("text.jpg"));
  EXPECT_EQ(pdf.pages(), 0u);
  const auto none = pdf.write(file("a.pdf"));
  ASSERT_FALSE(none);
  EXPECT_FALSE(fs::exists(file("a.pdf")));
}

TEST_F(Pdf, APictureThatGoesAwayLeavesNoFile) {
  const fs::path jpg = picture("a.jpg");
  PdfWriter pdf(options());
  ASSERT_TRUE(pdf.add(page(jpg)));
  fs::remove(jpg);
  const auto done = pdf.write(file("a.pdf"));
  ASSERT_FALSE(done);
  EXPECT_THAT(done.error().message, HasSubstr("a.jpg"));
  EXPECT_TRUE(fs::is_empty(jpg.parent_path()));
}

TEST_F(Pdf, AFolderThatIsNotThereIsAnError) {
  PdfWriter pdf(options());
  ASSERT_TRUE(pdf.add(page(picture("a.jpg"))));
  EXPECT_FALSE(pdf.write(file("no/such/folder/a.pdf")));
}

TEST_F(Pdf, DamagedPicturesNeverCrash) {
  for (const char* name : {"a.jpg", "b.jp2"}) {
    const auto whole = read_file(picture(name));
    ASSERT_TRUE(whole);
    for (std::size_t n = 0; n < std::min<std::size_t>(whole->size(), 400); ++n) {
      (void)read_pdf_image(ByteView(*whole).first(n));
      Bytes wrong = *whole;
      wrong[n] ^= 0xff;
      (void)read_pdf_image(wrong);
    }
  }
}

TEST(PdfFont, NumbersItsLettersByUse) {
  GlyphNumbers glyphs;
  EXPECT_EQ(glyphs.hex("aba"), "000100020001");
  EXPECT_EQ(glyphs.hex("ſ𝔄b"), "000300040002");
  EXPECT_EQ(glyphs.count(), 4u);
  EXPECT_THAT(glyphs.to_unicode(), HasSubstr("<0003> <017F>\n<0004> <D835DD04>\n"));
  EXPECT_EQ(characters_of("ſ𝔄b"), 3u);
  GlyphNumbers odd;
  EXPECT_EQ(odd.hex(std::string("\xff\ufeff")), "00010001");
  EXPECT_THAT(odd.to_unicode(), HasSubstr("<0001> <FFFD>"));
}

TEST(PdfFont, ItsSumIsRight) {
  const Bytes font = empty_font(5);
  ASSERT_EQ(font.size() % 4, 0u);
  std::uint32_t sum = 0;
  for (std::size_t i = 0; i < font.size(); i += 4)
    sum += static_cast<std::uint32_t>(font[i]) << 24 |
           static_cast<std::uint32_t>(font[i + 1]) << 16 |
           static_cast<std::uint32_t>(font[i + 2]) << 8 | font[i + 3];
  EXPECT_EQ(sum, 0xb1b0afbau);
}

TEST(PdfProfile, IsSrgbOfVersion2AndAlwaysTheSame) {
  const Bytes profile = srgb_profile();
  ASSERT_GT(profile.size(), 128u);
  EXPECT_EQ(profile, srgb_profile());
  EXPECT_EQ(profile[8], 2);
  EXPECT_EQ(std::string(profile.begin() + 12, profile.begin() + 20), "mntrRGB ");
}

}  // namespace
}  // namespace linka
