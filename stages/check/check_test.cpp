// SPDX-License-Identifier: GPL-3.0-or-later
#include "stages/check/check.h"

#include "image/drawn_page.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

namespace linka {
namespace {

constexpr double dpi = 200;

// Lines of letters as text has them: more that stand out above than below.
void set_text(cv::Mat& page, const cv::Rect2d& area_mm, int ink, unsigned seed) {
  drawn::Numbers numbers{seed};
  for (double y = area_mm.y; y + 2 < area_mm.y + area_mm.height; y += 5) {
    const double end = area_mm.x + area_mm.width - numbers.next(12);
    for (double x = area_mm.x; x < end - 4; x += 2)
      for (int letters = 2 + numbers.next(7); letters > 0 && x < end; --letters, x += 1.6) {
        const int shape = numbers.next(10);
        const double top = shape < 3 ? y - 0.9 : y, bottom = shape == 3 ? y + 2.7 : y + 1.9;
        cv::rectangle(page, {drawn::px(x, dpi), drawn::px(top, dpi)},
                      {drawn::px(x + 1.0, dpi), drawn::px(bottom, dpi)}, cv::Scalar(ink),
                      cv::FILLED);
      }
  }
}

void add_noise(cv::Mat& page, std::uint64_t seed = 1) {
  cv::Mat noise(page.size(), CV_16SC1);
  cv::RNG(seed).fill(noise, cv::RNG::NORMAL, 0, 2);
  cv::add(page, noise, page, cv::noArray(), CV_8UC1);
}

// Paper of 110 x 150 mm with text, as a good scan has it: edges a little soft, a little noise.
cv::Mat clean_page(int paper = 225, int ink = 45, unsigned seed = 3) {
  cv::Mat page = drawn::sheet(110, 150, dpi, paper);
  set_text(page, {15, 15, 80, 120}, ink, seed);
  cv::GaussianBlur(page, page, {}, 0.6);
  return page;
}
cv::Mat good_page(int paper = 225, int ink = 45, unsigned seed = 3) {
  cv::Mat page = clean_page(paper, ink, seed);
  add_noise(page);
  return page;
}

PageMeasures measured(const cv::Mat& page, double at_dpi = dpi) {
  const auto m = measure(drawn::image(page, at_dpi), {});
  EXPECT_TRUE(m.has_value());
  return m.value_or(PageMeasures{});
}
std::vector<std::string> checks(const PageMeasures& m) {
  std::vector<std::string> names;
  for (const PageFinding& f : judge(m, {})) {
    EXPECT_GE(f.score, 1) << f.check;
    EXPECT_NE(in_words(f), f.check);
    names.push_back(f.check);
  }
  return names;
}
std::vector<std::string> checks(const cv::Mat& page, double at_dpi = dpi) {
  return checks(measured(page, at_dpi));
}
bool says(const std::vector<std::string>& names, const std::string& check) {
  return std::find(names.begin(), names.end(), check) != names.end();
}
using Names = std::vector<std::string>;

TEST(Check, NothingIsWrongWithAGoodPage) {
  EXPECT_EQ(checks(good_page()), Names{});
  cv::Mat colour;
  cv::cvtColor(good_page(), colour, cv::COLOR_GRAY2RGB);
  EXPECT_EQ(checks(colour), Names{});
}

TEST(Check, ABitonalPageIsNotJudgedByItsLight) {
  cv::Mat page;
  cv::threshold(clean_page(), page, 130, 255, cv::THRESH_BINARY);
  EXPECT_TRUE(measured(page).bitonal);
  EXPECT_EQ(checks(page), Names{});
  EXPECT_EQ(checks(drawn::turned(page, 0.1, 255)), Names{});
}

TEST(Check, ABlankPageIsNotTheChecksAffair) {
  cv::Mat page = drawn::sheet(110, 150, dpi, 225);
  add_noise(page);
  EXPECT_EQ(checks(page), Names{});
}

TEST(Check, SharpnessKnowsNothingOfContrastOrOfHowMuchIsPrinted) {
  const double sharp = measured(good_page()).sharpness;
  ASSERT_GT(sharp, 0);
  EXPECT_NEAR(measured(good_page(180, 90)).sharpness, sharp, 0.08 * sharp);
  cv::Mat few = drawn::sheet(110, 150, dpi, 225);
  set_text(few, {15, 15, 80, 20}, 45, 9);
  cv::GaussianBlur(few, few, {}, 0.6);
  add_noise(few);
  EXPECT_NEAR(measured(few).sharpness, sharp, 0.08 * sharp);
}

TEST(Check, SeesAPageOutOfFocus) {
  const double sharp = measured(good_page()).sharpness;
  cv::Mat page = clean_page();
  cv::GaussianBlur(page, page, {}, px_from_mm(0.4, dpi));
  add_noise(page);
  EXPECT_LT(measured(page).sharpness, 0.4 * sharp);
  EXPECT_TRUE(says(checks(page), "blur"));
}

TEST(Check, SeesAPageThatMovedEitherWay) {
  const double sharp = measured(good_page()).sharpness;
  for (const cv::Size way : {cv::Size(7, 1), cv::Size(1, 7)}) {
    cv::Mat page = clean_page();
    cv::blur(page, page, way);  // 0.9 mm
    add_noise(page);
    EXPECT_LT(measured(page).sharpness, 0.5 * sharp) << way;
  }
}

TEST(Check, SeesWrongExposure) {
  EXPECT_EQ(checks(good_page(80, 20)), Names{"dark"});
  EXPECT_TRUE(says(checks(good_page(240, 175)), "bright"));
  EXPECT_TRUE(says(checks(cv::Mat(good_page() * 1.3)), "clipped"));
  EXPECT_TRUE(says(checks(cv::Mat(good_page() - 70)), "clipped"));
}

TEST(Check, SeesPrintThatIsAlmostLostInLight) {
  cv::Mat page = good_page(255, 215);
  EXPECT_TRUE(says(checks(page), "bright"));
}

TEST(Check, SeesUnevenLight) {
  cv::Mat page = good_page();
  for (int x = 0; x < page.cols; ++x) page.col(x) *= 1 - 0.5 * x / page.cols;
  const PageMeasures m = measured(page);
  EXPECT_NEAR(m.unevenness, 0.42, 0.06);  // within the rim
  EXPECT_EQ(checks(m), Names{"uneven"});
}

TEST(Check, MeasuresTextAndSeesAWrongResolution) {
  EXPECT_NEAR(measured(good_page()).text_height_mm, 2.1, 0.25);
  PageMeasures small = measured(good_page());
  small.text_height_mm /= 2.2;
  EXPECT_TRUE(says(checks(small), "resolution"));
  EXPECT_TRUE(says(checks(good_page(), dpi / 2), "resolution"));
}

TEST(Check, SeesSkewThatWasLeft) {
  for (const double angle : {-1.0, 0.6}) {
    const PageMeasures m = measured(drawn::turned(good_page(), angle, 225));
    EXPECT_NEAR(m.left_over_skew_deg, angle, 0.05);
    EXPECT_TRUE(says(checks(m), "skew"));
  }
}

// Short lines whose ends by the fold rise: the page is straight.
TEST(Check, LinesThatBendAtTheFoldAreNotAskew) {
  cv::Mat page = drawn::sheet(110, 150, dpi, 225);
  set_text(page, {12, 15, 50, 120}, 45, 3);
  cv::GaussianBlur(page, page, {}, 0.6);
  const double from = px_from_mm(37, dpi);
  cv::Mat x(page.size(), CV_32FC1), y(page.size(), CV_32FC1), bent;
  for (int j = 0; j < page.rows; ++j)
    for (int i = 0; i < page.cols; ++i) {
      const double in = std::max(0.0, from - i) / from;
      x.at<float>(j, i) = static_cast<float>(i);
      y.at<float>(j, i) = static_cast<float>(j - px_from_mm(0.9, dpi) * in * in);
    }
  cv::remap(page, bent, x, y, cv::INTER_LINEAR, cv::BORDER_REPLICATE);
  add_noise(bent);
  EXPECT_GT(std::abs(measured(bent).left_over_skew_deg), 0.3);
  EXPECT_FALSE(says(checks(bent), "skew"));
  // Turned as a whole, it is.
  const cv::Mat askew =
      drawn::turned(bent, measured(bent).left_over_skew_deg > 0 ? 1.2 : -1.2, 225);
  EXPECT_TRUE(says(checks(askew), "skew"));
}

TEST(Check, SeesATurnedPageAndSaysHowToTurnIt) {
  cv::Mat page;
  cv::rotate(good_page(), page, cv::ROTATE_180);
  EXPECT_EQ(checks(page), Names{"upside-down"});
  cv::rotate(good_page(), page, cv::ROTATE_90_CLOCKWISE);
  EXPECT_EQ(checks(page), Names{"sideways"});
  EXPECT_EQ(measured(page).turn_deg, 270);
  cv::rotate(good_page(), page, cv::ROTATE_90_COUNTERCLOCKWISE);
  EXPECT_EQ(checks(page), Names{"sideways"});
  EXPECT_EQ(measured(page).turn_deg, 90);
}

TEST(Check, AFewLinesDoNotSayWhichWayIsUp) {
  cv::Mat page = drawn::sheet(110, 150, dpi, 225);
  set_text(page, {15, 15, 80, 10}, 45, 5);
  cv::rotate(page, page, cv::ROTATE_180);
  add_noise(page);
  EXPECT_FALSE(says(checks(page), "upside-down"));
}

TEST(Check, SeesStripsThatAreLost) {
  const cv::Range strip(600, 640);
  for (const int value : {0, 128, 255}) {
    cv::Mat page = good_page();
    page.rowRange(strip).setTo(value);
    EXPECT_EQ(checks(page), Names{"flat-band"}) << value;
    EXPECT_NEAR(measured(page).flat_share, 40.0 / page.rows, 0.005);
    EXPECT_TRUE(says(checks(drawn::turned(page, 1.5, 225)), "flat-band")) << value;
  }
  cv::Mat stuck = good_page();
  for (int y = strip.start; y < strip.end; ++y) stuck.row(500).copyTo(stuck.row(y));
  EXPECT_TRUE(says(checks(stuck), "flat-band"));
  cv::Mat twice = good_page();
  twice.rowRange(560, 600).copyTo(twice.rowRange(strip));
  EXPECT_EQ(checks(twice), Names{"flat-band"});
}

TEST(Check, AStripOfScannerBedAtTheFootIsNoLostStrip) {
  cv::Mat page = good_page();
  page.rowRange(page.rows - 30, page.rows).setTo(0);
  EXPECT_FALSE(says(checks(page), "flat-band"));
}

TEST(Check, SeesAFingerOverTheText) {
  cv::Mat page = good_page();
  cv::line(page, {page.cols + 50, 700}, {page.cols - drawn::px(22, dpi), 640}, cv::Scalar(150),
           drawn::px(15, dpi));
  EXPECT_EQ(checks(page), Names{"covered"});
}

// Where the fold's shadow is as dark as the finger, it cannot be seen.
TEST(Check, SeesAGreyFingerThatComesOutOfTheShadow) {
  cv::Mat page = good_page();
  const int reach = drawn::px(14, dpi);
  for (int x = 0; x < reach; ++x)
    page.col(x) *= 1 - 0.5 * std::pow(1 - static_cast<double>(x) / reach, 2);
  EXPECT_FALSE(says(checks(page), "covered"));
  cv::line(page, {-50, 700}, {drawn::px(22, dpi), 640}, cv::Scalar(145), drawn::px(15, dpi));
  EXPECT_TRUE(says(checks(page), "covered"));
}

TEST(Check, APictureIsNoFingerNorIsAFingerOnTheMargin) {
  cv::Mat page = good_page();
  cv::rectangle(page, cv::Rect(drawn::px(20, dpi), 400, drawn::px(60, dpi), 400), cv::Scalar(120),
                cv::FILLED);
  EXPECT_FALSE(says(checks(page), "covered"));
  page = good_page();
  cv::line(page, {page.cols + 50, 700}, {page.cols + 20, 700}, cv::Scalar(150), drawn::px(15, dpi));
  EXPECT_FALSE(says(checks(page), "covered"));
}

TEST(Check, NotesAPageWithHardlyAnyText) {
  cv::Mat page = drawn::sheet(110, 150, dpi, 225);
  set_text(page, {15, 30, 80, 5}, 45, 5);
  add_noise(page);
  EXPECT_EQ(checks(page), Names{"near-blank"});
}

TEST(Check, TheHashKnowsAPageScannedAgain) {
  const PageMeasures first = measured(good_page());
  cv::Mat again = clean_page();
  cv::warpAffine(again, again, cv::Matx23d(1, 0.002, 6, -0.002, 1, -5), again.size(),
                 cv::INTER_LINEAR, cv::BORDER_REPLICATE);
  add_noise(again, 8);
  EXPECT_LT(hash_distance(first.hash, measured(again).hash), 50);
  EXPECT_GT(hash_distance(first.hash, measured(good_page(225, 45, 77)).hash), 80);
  EXPECT_EQ(hash_distance(measured(drawn::sheet(110, 150, dpi, 225)).hash, first.hash), 256);
}

TEST(Check, TheSpineIsWhereTheShadowIs) {
  cv::Mat page = good_page();
  for (int x = 0; x < 80; ++x) page.col(x) *= 1 - 0.3 * std::pow(1 - x / 80.0, 2);
  const PageMeasures m = measured(page);
  EXPECT_GT(m.gutter_left, 0.3);
  EXPECT_LT(m.gutter_right, 0.1);
  EXPECT_EQ(checks(m), Names{});
}

TEST(Check, MarginsAreThoseOfTheText) {
  const PageMeasures m = measured(good_page());
  EXPECT_NEAR(m.margins_mm[0], 15, 1);
  EXPECT_NEAR(m.margins_mm[1], 14.2, 1.5);
  EXPECT_NEAR(m.margins_mm[3], 150 - 132, 4);
}

TEST(Check, AsksTheFileForResolutionAndProfile) {
  SourceFacts source;
  source.dpi = {300, 300};
  source.dpi_from_file = true;
  source.icc_name = "sRGB";
  EXPECT_TRUE(judge_source(source, 3, {}).empty());
  source.icc_name.clear();
  EXPECT_TRUE(judge_source(source, 1, {}).empty());
  ASSERT_EQ(judge_source(source, 3, {}).size(), 1U);
  EXPECT_EQ(judge_source(source, 3, {})[0].check, "no-icc");
  source.dpi = {150, 150};
  EXPECT_EQ(judge_source(source, 1, {}).at(0).check, "low-dpi");
  source.dpi_from_file = false;
  EXPECT_EQ(judge_source(source, 1, {}).at(0).check, "no-dpi");
}

TEST(Check, IsSilentWhenItIsOff) {
  CheckParams off;
  off.enabled = false;
  const auto m = measure(drawn::image(good_page(), dpi), off);
  ASSERT_TRUE(m.has_value());
  EXPECT_FALSE(m->measured);
  EXPECT_TRUE(judge(*m, off).empty());
  EXPECT_TRUE(judge(PageMeasures{}, {}).empty());
}

TEST(Check, TakesAnyImage) {
  for (const cv::Size size : {cv::Size(1, 1), cv::Size(1, 500), cv::Size(500, 1), cv::Size(7, 3),
                              cv::Size(60, 60), cv::Size(3000, 20)})
    for (const int value : {0, 128, 255})
      for (const double at : {0.0, 1.0, 300.0, 5000.0}) {
        cv::Mat page(size, CV_8UC1, cv::Scalar(value));
        const auto flat = measure(drawn::image(page, at), {});
        ASSERT_TRUE(flat.has_value()) << size << " " << flat.error().message;
        add_noise(page);
        const auto m = measure(drawn::image(page, at), {});
        ASSERT_TRUE(m.has_value());
        for (const PageFinding& f : judge(*m, {})) EXPECT_NE(f.urgency, Urgency::hold) << f.check;
      }
  EXPECT_FALSE(measure(Image{}, {}).has_value());
}

TEST(Check, NoiseIsNotText) {
  const PageMeasures m = measured(drawn::noise(800, 1000, 5));
  for (const PageFinding& f : judge(m, {})) EXPECT_NE(f.urgency, Urgency::hold) << f.check;
}

}  // namespace
}  // namespace linka
