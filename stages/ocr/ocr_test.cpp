// SPDX-License-Identifier: GPL-3.0-or-later
#include "stages/ocr/ocr.h"

#include "base/digest.h"
#include "stages/ocr/models.h"
#include "stages/ocr/ocr_test_page.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <opencv2/core.hpp>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <thread>

// Pango draws the pages of these tests; fontconfig keeps its caches until the end.
extern "C" const char* __lsan_default_suppressions() {  // NOLINT: the name is the sanitizer's
  return "leak:libfontconfig\n";
}

namespace linka {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

const char* const verse =
    "Byl pozdní večer, první máj,\n"
    "večerní máj byl lásky čas.\n"
    "Hrdliččin zval ku lásce hlas,\n"
    "kde borový zaváněl háj.";

Image verse_page(Dpi dpi = {300, 300}) {
  return page_of({{.x_mm = 20, .y_mm = 20, .font = "DejaVu Serif 12", .text = verse}}, 105, 70,
                 dpi);
}

Image every_second_column(const Image& page) {
  const int w = page.width() / 2;
  return Image::make(w, page.height(), 1, {page.dpi().x / 2, page.dpi().y}, nullptr,
                     [&](std::uint8_t* out) {
                       for (int y = 0; y < page.height(); ++y)
                         for (int x = 0; x < w; ++x) *out++ = page.row(y)[2 * x];
                     });
}

Image blank(int w, int h, Dpi dpi, int grey = 235) {
  return Image::make(w, h, 1, dpi, nullptr, [&](std::uint8_t* out) {
    std::memset(out, grey, static_cast<std::size_t>(w) * static_cast<std::size_t>(h));
  });
}

std::vector<std::string> words_in(const std::string& text) {
  std::istringstream in(text);
  std::vector<std::string> words;
  for (std::string word; in >> word;) words.push_back(word);
  return words;
}

std::vector<TextWord> words_of(const PageText& text) {
  std::vector<TextWord> words;
  for (const TextBlock& block : text.blocks)
    for (const TextLine& line : block.lines)
      words.insert(words.end(), line.words.begin(), line.words.end());
  return words;
}

// Every number of a page, so that two pages can be compared whole.
std::string everything(const PageText& text) {
  std::ostringstream out;
  out.precision(17);
  const auto box = [&](const Box& b) { out << b.x0 << ' ' << b.y0 << ' ' << b.x1 << ' ' << b.y1; };
  for (const TextBlock& block : text.blocks) {
    out << "\nblock " << static_cast<int>(block.kind) << ' ' << block.language << ' ';
    box(block.box);
    for (const TextLine& line : block.lines) {
      out << "\nline " << line.baseline_y << ' ' << line.hyphen_at_end << ' ';
      box(line.box);
      for (const TextWord& word : line.words) {
        out << '\n' << word.content << ' ' << word.confidence << ' ' << word.font_size_pt << ' ';
        box(word.box);
      }
    }
  }
  return out.str();
}

bool has_models(const std::string& models) {
  return OcrEngines::make({.enabled = true, .models = models, .tessdata = {}}).has_value();
}

OcrParams reading(const std::string& models) {
  return {.enabled = true, .models = models, .tessdata = {}};
}

const OcrEngines& czech() {
  static const OcrEngines engines = OcrEngines::make(reading("ces")).value();
  return engines;
}

class Ocr : public testing::Test {
 protected:
  void SetUp() override {
    if (!has_models("ces")) GTEST_SKIP() << "the Tesseract model ces is not installed";
  }
};

TEST_F(Ocr, ReadsPrintedCzech) {
  const auto text = czech().read(verse_page());
  ASSERT_TRUE(text) << text.error().message;
  EXPECT_EQ(words_in(plain_text(*text)), words_in(verse));
  ASSERT_EQ(text->blocks.size(), 1u);
  EXPECT_EQ(text->blocks[0].lines.size(), 4u);
  EXPECT_EQ(text->blocks[0].language, "cze");
  EXPECT_GT(text->mean_confidence, 0.7);
  EXPECT_LE(text->mean_confidence, 1.0);
  EXPECT_EQ(text->engine, "Tesseract");
  EXPECT_EQ(text->models, "ces");
}

TEST_F(Ocr, BoxesHoldTheirInkInWholePixels) {
  const Image page = verse_page();
  const auto text = czech().read(page);
  ASSERT_TRUE(text);
  for (const TextWord& word : words_of(*text)) {
    EXPECT_EQ(word.box.x0, std::floor(word.box.x0));
    EXPECT_EQ(word.box.y1, std::floor(word.box.y1));
    EXPECT_EQ(intersection(word.box, page.box()), word.box);
    EXPECT_FALSE(word.box.empty());
    int ink = 0;
    for (int y = static_cast<int>(word.box.y0); y < static_cast<int>(word.box.y1); ++y)
      for (int x = static_cast<int>(word.box.x0); x < static_cast<int>(word.box.x1); ++x)
        ink += page.row(y)[x] < 128;
    EXPECT_GT(ink, word.box.area() * 0.05) << word.content;
  }
}

TEST_F(Ocr, LinesHoldTheirWordsAndStandOnTheirBaseline) {
  const auto text = czech().read(verse_page());
  ASSERT_TRUE(text);
  for (const TextBlock& block : text->blocks)
    for (const TextLine& line : block.lines) {
      EXPECT_EQ(hull(block.box, line.box), block.box);
      for (const TextWord& word : line.words) EXPECT_EQ(hull(line.box, word.box), line.box);
      EXPECT_GT(line.baseline_y, line.box.y0 + line.box.height() / 2);
      EXPECT_LE(line.baseline_y, line.box.y1 + 3);
    }
}

TEST_F(Ocr, MeasuresTheSizeOfThePrint) {
  for (const double dpi : {300.0, 400.0}) {
    const auto text = czech().read(verse_page({dpi, dpi}));
    ASSERT_TRUE(text);
    for (const TextWord& word : words_of(*text)) EXPECT_NEAR(word.font_size_pt, 12, 3) << dpi;
  }
}

// The same sheet at another resolution: the same words at the same places.
TEST_F(Ocr, PlacesDoNotDependOnTheResolution) {
  const auto at_300 = czech().read(verse_page());
  ASSERT_TRUE(at_300);
  const auto truth = words_of(*at_300);
  const std::vector<Image> sheets = {verse_page({150, 150}), verse_page({200, 200}),
                                     verse_page({600, 600}),
                                     every_second_column(verse_page({600, 600}))};
  for (const Image& sheet : sheets) {
    const Dpi dpi = sheet.dpi();
    const auto text = czech().read(sheet);
    ASSERT_TRUE(text);
    const auto words = words_of(*text);
    ASSERT_EQ(words.size(), truth.size()) << dpi.x << " x " << dpi.y << "\n" << plain_text(*text);
    for (std::size_t i = 0; i < words.size(); ++i) {
      EXPECT_NEAR(mm_from_px(words[i].box.x0, dpi.x), mm_from_px(truth[i].box.x0, 300), 0.4);
      EXPECT_NEAR(mm_from_px(words[i].box.y1, dpi.y), mm_from_px(truth[i].box.y1, 300), 0.4);
    }
  }
}

TEST_F(Ocr, ReadsAPageWhoseResolutionIsUnknown) {
  for (const Dpi dpi : {Dpi{}, Dpi{1, 1}, Dpi{1e9, 1e9}}) {
    const auto text = czech().read(verse_page().with_dpi(dpi));
    ASSERT_TRUE(text);
    EXPECT_EQ(words_in(plain_text(*text)), words_in(verse));
  }
}

TEST_F(Ocr, ReadsColourAsGrey) {
  const Image grey = verse_page();
  const Image colour =
      Image::make(grey.width(), grey.height(), 3, grey.dpi(), nullptr, [&](std::uint8_t* out) {
        for (const std::uint8_t value : grey.bytes())
          for (int i = 0; i < 3; ++i) *out++ = value;
      });
  EXPECT_EQ(everything(czech().read(colour).value()), everything(czech().read(grey).value()));
}

TEST_F(Ocr, MarksWordsBrokenAtALinesEnd) {
  const auto text = czech().read(page_of({{.x_mm = 15,
                                           .y_mm = 15,
                                           .font = "DejaVu Serif 12",
                                           .text = "Na louce se pásl zlu-\n"
                                                   "ťoučký kůň a Rakousko-\n"
                                                   "Uhersko o tom nevědělo."}},
                                         105, 60, {300, 300}));
  ASSERT_TRUE(text);
  ASSERT_EQ(text->blocks.size(), 1u);
  ASSERT_EQ(text->blocks[0].lines.size(), 3u);
  EXPECT_TRUE(text->blocks[0].lines[0].hyphen_at_end);
  EXPECT_FALSE(text->blocks[0].lines[1].hyphen_at_end);
  EXPECT_FALSE(text->blocks[0].lines[2].hyphen_at_end);
}

TEST_F(Ocr, ReadsColumnsOneAfterTheOther) {
  const char* left =
      "Levý sloupec začíná\ntady a pokračuje dál\nřádek za řádkem, jak\nse to v novinách dělá,\n"
      "dokud na stránce je\nještě nějaké místo.";
  const char* right =
      "Pravý sloupec přijde\nna řadu až potom, co\nčtenář dočetl levý, a\nnikdy se s ním neplete,\n"
      "ani když řádky stojí\nve stejné výšce.";
  const auto text =
      czech().read(page_of({{.x_mm = 15, .y_mm = 20, .font = "DejaVu Serif 11", .text = left},
                            {.x_mm = 85, .y_mm = 20, .font = "DejaVu Serif 11", .text = right}},
                           150, 80, {300, 300}));
  ASSERT_TRUE(text);
  EXPECT_EQ(words_in(plain_text(*text)), words_in(std::string(left) + " " + right));
}

TEST_F(Ocr, APageWithoutTextIsAnAnswer) {
  const auto text = czech().read(blank(1200, 1800, {300, 300}));
  ASSERT_TRUE(text);
  EXPECT_EQ(word_count(*text), 0u);
  EXPECT_EQ(text->mean_confidence, 0);
  EXPECT_EQ(text->width_px, 1200);
  EXPECT_EQ(text->height_px, 1800);
}

TEST_F(Ocr, OddShapesAreReadAsEmpty) {
  const std::vector<Size> sizes = {{1, 1}, {3, 3}, {1, 9000}, {9000, 1}, {12, 9000}, {40000, 14}};
  for (const Size size : sizes)
    for (const Dpi dpi : {Dpi{}, Dpi{72, 72}, Dpi{300, 300}, Dpi{2400, 80}})
      for (const int grey : {0, 128, 255}) {
        const auto text = czech().read(blank(size.width, size.height, dpi, grey));
        ASSERT_TRUE(text) << size.width << " x " << size.height << ": " << text.error().message;
        EXPECT_EQ(word_count(*text), 0u);
      }
}

TEST_F(Ocr, NoiseKeepsEveryBoxInsideThePage) {
  const Image page = Image::make(800, 600, 1, {300, 300}, nullptr, [](std::uint8_t* out) {
    std::uint32_t state = 12345;
    for (int i = 0; i < 800 * 600; ++i) {
      state = state * 1664525u + 1013904223u;
      *out++ = (state >> 24) < 40 ? 0 : 255;
    }
  });
  const auto text = czech().read(page);
  ASSERT_TRUE(text);
  for (const TextBlock& block : text->blocks) {
    EXPECT_EQ(intersection(block.box, page.box()), block.box);
    for (const TextLine& line : block.lines) EXPECT_FALSE(line.words.empty());
  }
}

TEST_F(Ocr, AnImageWithoutPixelsIsRefused) {
  const auto text = czech().read(Image());
  ASSERT_FALSE(text);
  EXPECT_EQ(text.error().kind, ErrorKind::bad_input);
}

TEST_F(Ocr, SwitchedOffEveryPageIsEmpty) {
  const auto engines = OcrEngines::make({.enabled = false, .models = "no such", .tessdata = {}});
  ASSERT_TRUE(engines);
  const auto text = engines->read(verse_page());
  ASSERT_TRUE(text);
  EXPECT_TRUE(text->blocks.empty());
  EXPECT_EQ(text->width_px, verse_page().width());
}

// ---- the same page is always read the same way ----

std::vector<Image> three_pages() {
  return {
      verse_page(),
      page_of(
          {{.x_mm = 15,
            .y_mm = 15,
            .font = "DejaVu Sans 9",
            .text = "Die Zeitung erschien jeden Morgen, auch\nsonntags, und wurde viel gelesen.\n"
                    "Dnes vychází jen zřídka, ale čte se dál."}},
          105, 50, {300, 300}),
      page_of({{.x_mm = 15,
                .y_mm = 15,
                .font = "DejaVu Serif Italic 14",
                .text = "Žluťoučký kůň úpěl\nďábelské ódy 1234567890\n— rn m cl d I l 1 O 0"}},
              105, 50, {200, 200})};
}

TEST_F(Ocr, OrderOfPagesDoesNotMatter) {
  if (!has_models("ces+deu")) GTEST_SKIP() << "the Tesseract model deu is not installed";
  const auto pages = three_pages();
  const auto read_in = [&](const std::vector<std::size_t>& order) {
    const auto engines = OcrEngines::make({.enabled = true, .models = "ces+deu", .tessdata = {}});
    std::vector<std::string> texts(pages.size());
    for (const std::size_t i : order) texts[i] = everything(engines->read(pages[i]).value());
    return texts;
  };
  const auto expected = read_in({0, 1, 2});
  EXPECT_EQ(read_in({2, 1, 0}), expected);
  EXPECT_EQ(read_in({1, 1, 0, 2, 2, 0, 1}), expected);
}

TEST_F(Ocr, ThreadsDoNotMatter) {
  const auto pages = three_pages();
  std::vector<std::string> expected;
  const auto engines = OcrEngines::make({});
  ASSERT_TRUE(engines);
  for (const Image& page : pages) expected.push_back(everything(engines->read(page).value()));
  std::vector<std::vector<std::string>> got(3);
  std::vector<std::thread> threads;
  for (std::size_t t = 0; t < got.size(); ++t)
    threads.emplace_back([&, t] {
      for (std::size_t k = 0; k < pages.size(); ++k)
        got[t].push_back(everything(engines->read(pages[(k + t) % pages.size()]).value()));
    });
  for (std::thread& thread : threads) thread.join();
  for (std::size_t t = 0; t < got.size(); ++t)
    for (std::size_t k = 0; k < pages.size(); ++k)
      EXPECT_EQ(got[t][k], expected[(k + t) % pages.size()]);
}

// OpenMP keeps the threads it made, so that they can be counted afterwards.
TEST_F(Ocr, ReadingStartsNoThreads) {
  const auto count = [] {
    return std::distance(fs::directory_iterator("/proc/self/task"), fs::directory_iterator());
  };
  cv::setNumThreads(1);  // as the program does
  const auto before = count();
  ASSERT_TRUE(OcrEngines::make({})->read(verse_page()));
  EXPECT_EQ(count(), before);
}

// ---- models chosen by the page ----

const char* const prose =
    "Byl pozdní večer a nikdo nevěděl, jak se to\nstalo, že na louce nebylo slyšet ani hlásku;\n"
    "jen kdesi v dálce zazněla píseň, která se\nnesla k nám, když jsme byli na cestě.";

const OcrEngines& automatic() {
  static const OcrEngines engines = OcrEngines::make({}).value();
  return engines;
}

const char* const german =
    "Es war ſpät am Abend, und niemand wußte,\nwie es gekommen war, daß auf der Wieſe\n"
    "nicht ein Laut zu hören war; nur in der\nFerne erklang das Lied, das zu uns drang.\n"
    "Da ſahen ſie ſich an und ſagten nichts.";

std::string without_long_s(std::string text) {
  for (std::size_t at = text.find("ſ"); at != std::string::npos; at = text.find("ſ"))
    text.replace(at, 2, "s");
  return text;
}

Image paragraph(const std::string& font, const std::string& text) {
  return page_of({{.x_mm = 12, .y_mm = 12, .font = font, .text = text}}, 120, 60, {300, 300});
}

TEST_F(Ocr, ChoosesTheModelOfTheLanguage) {
  const std::vector<std::array<const char*, 3>> pages = {
      {{"ces", "cze", prose}},
      {{"slk", "slo",
        "Bol neskorý večer a nikto nevedel, ako sa\nto stalo, že na lúke nebolo počuť hlásku;\n"
        "len kdesi v diaľke zaznela pieseň, ktorá\nsa niesla k nám, keď sme boli na ceste."}},
      {{"pol", "pol",
        "Był późny wieczór i nikt nie wiedział, jak\nto się stało, że na łące nie było słychać\n"
        "głosu; tylko gdzieś w oddali zabrzmiała\npieśń, która do nas płynęła przez las."}},
      {{"eng", "eng",
        "It was late in the evening and nobody\nknew how it had come about that there\n"
        "was not a sound to be heard; only in\nthe distance there was a song."}},
      {{"lat", "lat",
        "Vesper iam erat nec quisquam sciebat quo\nmodo factum esset ut in prato nulla vox\n"
        "audiretur; sed ex longinquo cantus quidam\nad aures nostras est perlatus."}}};
  for (const auto& [model, language, text] : pages) {
    if (!has_models(model)) continue;
    const auto read = automatic().read(paragraph("DejaVu Serif 11", text));
    ASSERT_TRUE(read) << read.error().message;
    EXPECT_EQ(read->models, model);
    EXPECT_GT(read->models_confidence, 0.9) << model;
    EXPECT_LT(read->estimated_word_error, 0.2) << model;
    ASSERT_FALSE(read->blocks.empty());
    EXPECT_EQ(read->blocks[0].language, language);
  }
}

TEST_F(Ocr, TellsFrakturFromRomanType) {
  if (!has_models("frk+deu")) GTEST_SKIP() << "the Tesseract models frk and deu are not installed";
  const auto fraktur = automatic().read(paragraph("Blankenburg_UNZ1A 13", german));
  ASSERT_TRUE(fraktur);
  EXPECT_THAT(fraktur->models, HasSubstr("frk"));
  EXPECT_THAT(plain_text(*fraktur), HasSubstr("niemand"));
  const auto roman = automatic().read(paragraph("DejaVu Serif 11", without_long_s(german)));
  ASSERT_TRUE(roman);
  EXPECT_EQ(roman->models, "deu");
}

TEST_F(Ocr, EachTypefaceOfAMixedPageGetsItsModel) {
  if (!has_models("frk+deu")) GTEST_SKIP() << "the Tesseract models frk and deu are not installed";
  const auto read = automatic().read(
      page_of({{.x_mm = 12, .y_mm = 12, .font = "Blankenburg_UNZ1A 13", .text = german},
               {.x_mm = 12, .y_mm = 70, .font = "DejaVu Serif 11", .text = prose}},
              120, 110, {300, 300}));
  ASSERT_TRUE(read);
  EXPECT_THAT(read->models, HasSubstr("frk"));
  EXPECT_THAT(read->models, HasSubstr("ces"));
  EXPECT_THAT(plain_text(*read), HasSubstr("nikdo nevěděl, jak se to"));
  EXPECT_THAT(plain_text(*read), HasSubstr("niemand"));
}

TEST_F(Ocr, APageThatSaysNothingIsReadAsThePagesAroundIt) {
  if (!has_models("deu")) GTEST_SKIP() << "the Tesseract model deu is not installed";
  const Image number = paragraph("DejaVu Serif 11", "MDCCCXLVIII");
  EXPECT_EQ(automatic().read(number)->models, "ces");
  EXPECT_EQ(automatic().read(number, "deu")->models, "deu");
  EXPECT_LE(automatic().read(number)->models_confidence, 0.6);
}

TEST_F(Ocr, APersonsWordOnAPagesModelsCounts) {
  if (!has_models("deu")) GTEST_SKIP() << "the Tesseract model deu is not installed";
  const Image page = paragraph("DejaVu Serif 11", without_long_s(german));
  const auto read = [&](const std::string& models) {
    return automatic().read(page, "ces", models);
  };
  EXPECT_EQ(read("")->models, "deu");
  EXPECT_EQ(read(" ")->models, "deu");
  EXPECT_EQ(read("ces")->models, "ces");
  EXPECT_EQ(read("ces + deu")->models, "ces+deu");
  EXPECT_EQ(czech().read(page, "", "auto")->models, "deu");
  EXPECT_EQ(czech().read(page, "", "deu")->models, "deu");
  const auto missing = read("ces+qqq");
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().kind, ErrorKind::missing);
  EXPECT_NE(missing.error().message.find("tesseract-ocr-qqq"), std::string::npos);
  const auto odd = read("ces deu");
  ASSERT_FALSE(odd);
  EXPECT_EQ(odd.error().kind, ErrorKind::configuration);
}

TEST_F(Ocr, OnlyInstalledModelsAreChosenFrom) {
  const fs::path folder =
      fs::path(testing::TempDir()) / ("linka-ocr-few-" + std::to_string(::getpid()));
  fs::create_directories(folder);
  const fs::path models = "/usr/share/tesseract-ocr/5/tessdata";
  if (!fs::exists(models / "ces.traineddata")) GTEST_SKIP() << "the models are kept elsewhere";
  fs::create_symlink(models / "ces.traineddata", folder / "ces.traineddata");
  const auto engines =
      OcrEngines::make({.enabled = true, .models = "auto", .tessdata = folder.string()});
  ASSERT_TRUE(engines) << engines.error().message;
  EXPECT_EQ(engines->models_digest(), czech().models_digest());
  EXPECT_EQ(engines->read(paragraph("DejaVu Serif 11", without_long_s(german)))->models, "ces");
  fs::remove_all(folder);
}

// ---- models ----

TEST(OcrModels, AMissingOneIsNamedWithItsPackage) {
  const auto engines = OcrEngines::make({.enabled = true, .models = "ces+xyz_abc", .tessdata = {}});
  ASSERT_FALSE(engines);
  EXPECT_EQ(engines.error().kind, ErrorKind::missing);
  EXPECT_THAT(engines.error().message, HasSubstr("xyz"));
  EXPECT_THAT(engines.error().message, HasSubstr("tesseract-ocr-"));
}

TEST(OcrModels, AFolderWithoutThemIsNamed) {
  const auto engines =
      OcrEngines::make({.enabled = true, .models = "ces", .tessdata = "/no/such/folder"});
  ASSERT_FALSE(engines);
  EXPECT_EQ(engines.error().kind, ErrorKind::missing);
  EXPECT_THAT(engines.error().message, HasSubstr("/no/such/folder"));
  EXPECT_THAT(engines.error().message, HasSubstr("tesseract-ocr-ces"));
}

TEST(OcrModels, NamesThatAreNoModelsAreRefused) {
  for (const char* models :
       {"", "ces++deu", "../../etc/passwd", "/etc/x", "~ces", "ces deu", "ces,deu"}) {
    const auto engines = OcrEngines::make({.enabled = true, .models = models, .tessdata = {}});
    ASSERT_FALSE(engines) << models;
    EXPECT_EQ(engines.error().kind, ErrorKind::configuration) << models;
  }
}

TEST(OcrModels, ADamagedOneIsRefusedAtTheStart) {
  const fs::path folder =
      fs::path(testing::TempDir()) / ("linka-ocr-damaged-" + std::to_string(::getpid()));
  fs::create_directories(folder);
  std::ofstream(folder / "bad.traineddata") << "this is no model";
  const OcrParams params{.enabled = true, .models = "bad", .tessdata = folder.string()};
  const auto engines = OcrEngines::make(params);
  const auto checked = OcrEngines::check(params);
  fs::remove_all(folder);
  ASSERT_FALSE(engines);
  EXPECT_THAT(engines.error().message, HasSubstr("bad"));
  ASSERT_FALSE(checked);
  EXPECT_EQ(checked.error().message, engines.error().message);
}

TEST_F(Ocr, ATruncatedModelIsSeenWithoutAnEngine) {
  const fs::path folder =
      fs::path(testing::TempDir()) / ("linka-ocr-truncated-" + std::to_string(::getpid()));
  fs::create_directories(folder);
  const auto installed = models_named({"ces"}, "");
  ASSERT_TRUE(installed);
  const fs::path copy = folder / "ces.traineddata";
  fs::copy_file(model_file(installed->folder, "ces"), copy);
  const OcrParams params{.enabled = true, .models = "ces", .tessdata = folder.string()};
  const auto whole = OcrEngines::check(params);
  fs::resize_file(copy, fs::file_size(copy) / 2);
  const auto half = OcrEngines::check(params);
  fs::resize_file(copy, 50);
  const auto beginning = OcrEngines::check(params);
  fs::remove_all(folder);
  EXPECT_TRUE(whole) << whole.error().message;
  EXPECT_FALSE(half);
  EXPECT_FALSE(beginning);
}

TEST_F(Ocr, DigestNamesEveryModel) {
  const std::string one = czech().models_digest();
  EXPECT_TRUE(one.size() == 64 || one.size() == 129) << one;  // with the word lists'
  EXPECT_FALSE(czech().version().empty());
  const auto installed = models_named({"ces"}, "");
  ASSERT_TRUE(installed);
  EXPECT_EQ(one.substr(0, 64), digest_file(model_file(installed->folder, "ces"))->sha256);
  if (!has_models("ces+deu")) GTEST_SKIP() << "the Tesseract model deu is not installed";
  const auto two = OcrEngines::make({.enabled = true, .models = "ces+deu", .tessdata = {}});
  EXPECT_EQ(two->models_digest().size(), one.size() + 65);
  EXPECT_EQ(two->models_digest().substr(0, 64), one.substr(0, 64));
  EXPECT_EQ(two->models_digest("ces"), one.substr(0, 64));
  EXPECT_EQ(czech().models_digest("ces+deu").size(), 129U);
  EXPECT_EQ(czech().models_digest(""), "");
  EXPECT_EQ(czech().models_digest("auto"), "");
  EXPECT_EQ(czech().models_digest("no-such-model"), "");
}

}  // namespace
}  // namespace linka
