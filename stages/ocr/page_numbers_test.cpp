// SPDX-License-Identifier: GPL-3.0-or-later
// Page numbers as they are printed, on pages drawn here: by their ink alone, and by the whole
// reading.
#include "stages/ocr/page_numbers.h"

#include "image/convert.h"
#include "model/roman.h"
#include "stages/ocr/ocr.h"
#include "stages/ocr/ocr_test_page.h"
#include "stages/ocr/roman_ink.h"

#include <gtest/gtest.h>
#include <opencv2/imgproc.hpp>

#include <algorithm>

namespace linka {
namespace {

// ---- by their ink ------------------------------------------------------------------------------

// The ink of a word as the engine would see it at 300 dpi.
cv::Mat ink_of_word(const std::string& word, const std::string& font, double dpi) {
  const Image page =
      page_of({{.x_mm = 8, .y_mm = 4, .font = font, .text = word}}, 60, 14, {dpi, dpi});
  cv::Mat grey, ink;
  cv::resize(view(page), grey, cv::Size(), 300 / dpi, 300 / dpi,
             dpi > 300 ? cv::INTER_AREA : cv::INTER_CUBIC);
  cv::threshold(grey, ink, 0, 255, cv::THRESH_BINARY_INV | cv::THRESH_OTSU);
  return ink;
}

bool is_among(const std::vector<InkNumber>& numbers, const std::string& text) {
  return std::any_of(numbers.begin(), numbers.end(),
                     [&](const InkNumber& n) { return n.text == text; });
}

TEST(RomanInk, NumbersToThirtyInSeveralTypefacesAndResolutions) {
  for (const std::string font : {"DejaVu Serif", "DejaVu Sans", "Old Standard TT", "EB Garamond"})
    for (const double dpi : {200.0, 300.0, 400.0})
      for (const char* size : {" 8.5", " 11"}) {
        int first = 0, among = 0;
        for (int value = 1; value <= 30; ++value) {
          const std::string text = roman_text(value, false);
          const auto numbers = roman_by_ink(ink_of_word(text, font + size, dpi));
          first += !numbers.empty() && numbers.front().text == text;
          among += is_among(numbers, text);
        }
        EXPECT_GE(first, 28) << font << size << " at " << dpi;
        EXPECT_GE(among, 28) << font << size << " at " << dpi;
      }
}

// v and x of an italic fount look alike; one of the readings is right.
TEST(RomanInk, ItalicNumbersAreAmongTheReadings) {
  int among = 0, all = 0;
  for (const double dpi : {300.0, 400.0})
    for (int value = 1; value <= 30; ++value, ++all)
      among += is_among(
          roman_by_ink(ink_of_word(roman_text(value, false), "Old Standard TT Italic 9", dpi)),
          roman_text(value, false));
  EXPECT_GE(among, all * 9 / 10) << all;
}

TEST(RomanInk, DottedWordsThatAreNoNumbersAreNone) {
  for (const char* word : {"Anna", "nit", "kniha", "síť", "di", "60", "98", "84", "in", "mil"})
    for (const char* font : {"DejaVu Serif 11", "Old Standard TT 11"})
      for (const InkNumber& n : roman_by_ink(ink_of_word(word, font, 300)))
        EXPECT_LT(n.confidence, 0.7) << word << " in " << font << ": " << n.text;
}

TEST(RomanInk, NoInkNoiseAndRulesAreNone) {
  EXPECT_TRUE(roman_by_ink({}).empty());
  EXPECT_TRUE(roman_by_ink(cv::Mat::zeros(60, 100, CV_8UC1)).empty());
  EXPECT_TRUE(roman_by_ink(cv::Mat(60, 100, CV_8UC1, cv::Scalar(255))).empty());
  cv::Mat rule = cv::Mat::zeros(60, 100, CV_8UC1);
  rule.rowRange(30, 33).setTo(255);
  EXPECT_TRUE(roman_by_ink(rule).empty());
  cv::Mat noise = cv::Mat::zeros(60, 100, CV_8UC1);
  for (int i = 0; i < 400; ++i) noise.at<std::uint8_t>(i * 7919 % 60, i * 104729 % 100) = 255;
  EXPECT_TRUE(roman_by_ink(noise).empty());
}

// ---- by the whole reading ----------------------------------------------------------------------

class PrintedNumbers : public testing::Test {
 protected:
  void SetUp() override {
    if (!czech()) GTEST_SKIP() << "the Tesseract model ces is not installed";
  }
  static const Result<OcrEngines>& czech() {
    static const Result<OcrEngines> engines =
        OcrEngines::make({.enabled = true, .models = "ces", .tessdata = {}});
    return engines;
  }
};

const char* const text_of_page =
    "Mlýn stál na konci údolí, kde se řeka lámala\n"
    "o starý jez a potom klidně odtékala k městu.\n"
    "Otec četl nahlas z kalendáře a my jsme čekali,\n"
    "až sestra přinese chléb a na stole se rozsvítí.\n"
    "Za jasných nocí ležel měsíc v náhonu a kolo jej\n"
    "trpělivě rozsypávalo na stříbrné peníze.";

// The text of the whole page, with what is printed above or below it.
std::string read_with(const OcrEngines& engines, std::vector<Print> prints, double dpi) {
  prints.push_back({.x_mm = 15, .y_mm = 30, .font = "Old Standard TT 11", .text = text_of_page});
  const auto read = engines.read(page_of(prints, 120, 95, {dpi, dpi}));
  return read ? plain_text(*read) : read.error().message;
}

// Dashes may be words of their own or not.
bool has_word(std::string text, const std::string& word) {
  for (const std::string_view dash : {"-", "—", "–", "="})
    for (std::size_t at = 0; (at = text.find(dash, at)) != std::string::npos;)
      text.replace(at, dash.size(), " ");
  std::replace(text.begin(), text.end(), '\n', ' ');
  return (" " + text + " ").find(" " + word + " ") != std::string::npos;
}

TEST_F(PrintedNumbers, BetweenDashesAtTheFoot) {
  for (const double dpi : {200.0, 300.0})
    for (const char* number : {"iii", "vii", "xiv", "9", "27"}) {
      const std::string text = read_with(*czech(),
                                         {{.x_mm = 53,
                                           .y_mm = 72,
                                           .font = "Old Standard TT 8.5",
                                           .text = "– " + std::string(number) + " –"}},
                                         dpi);
      EXPECT_TRUE(has_word(text, number)) << number << " at " << dpi << ":\n" << text;
    }
}

TEST_F(PrintedNumbers, AloneAboveTheText) {
  for (const char* number : {"vi", "xii", "xxi"}) {
    const std::string text = read_with(
        *czech(), {{.x_mm = 55, .y_mm = 20, .font = "Old Standard TT 10", .text = number}}, 300);
    EXPECT_TRUE(has_word(text, number)) << number << ":\n" << text;
  }
}

TEST_F(PrintedNumbers, AtTheEndOfARunningHead) {
  for (const char* number : {"xii", "xiii", "xvi", "xix"}) {
    const std::string text =
        read_with(*czech(),
                  {{.x_mm = 40, .y_mm = 20, .font = "Old Standard TT 9", .text = "Měsíční mlýn"},
                   {.x_mm = 88, .y_mm = 20, .font = "Old Standard TT 9", .text = number}},
                  300);
    EXPECT_TRUE(has_word(text, number)) << number << ":\n" << text;
    EXPECT_TRUE(has_word(text, "mlýn")) << text;
  }
}

// What is no number stays as it was read.
TEST_F(PrintedNumbers, WordsAtTheEndsOfARunningHeadStay) {
  const std::string text =
      read_with(*czech(),
                {{.x_mm = 15, .y_mm = 20, .font = "Old Standard TT 10", .text = "Díl"},
                 {.x_mm = 85, .y_mm = 20, .font = "Old Standard TT 10", .text = "Mlýn"}},
                300);
  EXPECT_TRUE(has_word(text, "Díl")) << text;
  EXPECT_TRUE(has_word(text, "Mlýn")) << text;
}

}  // namespace
}  // namespace linka
