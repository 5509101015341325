// SPDX-License-Identifier: GPL-3.0-or-later
#include "stages/light/light.h"

#include "image/compare.h"
#include "image/drawn_page.h"
#include "stages/light/bleed.h"

#include <gtest/gtest.h>

namespace linka {
namespace {

constexpr double dpi = 150;

Image lit(const cv::Mat& page, const LightParams& params = {}) {
  const auto even = even_light(drawn::image(page, dpi), params);
  EXPECT_TRUE(even) << even.error().message;
  return even.value_or(Image{});
}

int at(const Image& image, double x_mm, double y_mm) {
  return image.row(drawn::px(y_mm, dpi))[drawn::px(x_mm, dpi)];
}

TEST(Light, PaperInShadowBecomesWhite) {
  cv::Mat page = drawn::sheet(148, 210, dpi, 220);
  for (int x = 0; x < page.cols; ++x)
    page.col(x) = page.col(x) * (1 - 0.4 * std::exp(-mm_from_px(x, dpi) / 10));
  const Image even = lit(page);
  for (const double x : {3.0, 20.0, 70.0, 140.0}) EXPECT_GT(at(even, x, 100), 235) << x;
}

TEST(Light, InkStaysDark) {
  cv::Mat page = drawn::sheet(148, 210, dpi, 220);
  drawn::text(page, dpi, {20, 20, 108, 160}, 40);
  const Image even = lit(page);
  int dark = 0, white = 0, before = 0;
  for (int y = 0; y < page.rows; ++y)
    for (int x = 0; x < page.cols; ++x) {
      before += page.at<std::uint8_t>(y, x) < 128;
      dark += even.row(y)[x] < 100;
      white += even.row(y)[x] > 235;
    }
  EXPECT_NEAR(dark, before, before * 0.01);
  EXPECT_EQ(dark + white, page.rows * page.cols);
}

TEST(Light, ADarkPictureStaysDark) {
  cv::Mat page = drawn::sheet(148, 210, dpi, 220);
  page(cv::Rect(300, 300, 400, 400)) = 50;
  EXPECT_LT(at(lit(page), 80, 80), 130);
}

TEST(Light, KeepsSizeAndResolution) {
  const Image colour = Image::make(299, 401, 3, {200, 300}, nullptr, [](std::uint8_t* out) {
    std::fill(out, out + 299 * 401 * 3, std::uint8_t{200});
  });
  const auto even = even_light(colour, {});
  ASSERT_TRUE(even);
  EXPECT_EQ(even->channels(), 1);
  EXPECT_EQ(even->size(), colour.size());
  EXPECT_EQ(even->dpi(), colour.dpi());
}

TEST(Light, SwitchedOffItOnlyTakesColourAway) {
  LightParams params;
  params.enabled = false;
  EXPECT_EQ(at(lit(drawn::sheet(50, 50, dpi, 99), params), 20, 20), 99);
}

TEST(Light, OddShapesPass) {
  for (const Size size : {Size{1, 1}, {1, 9000}, {9000, 1}, {2, 3}}) {
    const Image even = lit(cv::Mat(size.height, size.width, CV_8UC1, cv::Scalar(0)));
    EXPECT_EQ(even.size(), size);
  }
  EXPECT_FALSE(even_light(Image{}, {}));
}

// The back's text seen through the paper: mirrored, soft, a share of its darkness.
cv::Mat with_back(const cv::Mat& page, double share) {
  cv::Mat back(page.size(), CV_8UC1, cv::Scalar(255)), out;
  drawn::text(back, dpi, {17, 22, 108, 160}, 0, 9);
  cv::flip(back, back, 1);
  cv::GaussianBlur(back, back, {}, px_from_mm(0.12, dpi));
  back = back * share + 255 * (1 - share);
  cv::multiply(page, back, out, 1.0 / 255);
  return out;
}

TEST(Light, PrintOfTheBackVanishesAndTheFrontStays) {
  cv::Mat page = drawn::sheet(148, 210, dpi, 220);
  drawn::text(page, dpi, {20, 20, 108, 160}, 40);
  for (const double share : {0.2, 0.35, 0.45}) {
    const Image clean = lit(page), even = lit(with_back(page, share));
    int left = 0, lost = 0, paper = 0, ink = 0;
    for (int y = 0; y < page.rows; ++y)
      for (int x = 0; x < page.cols; ++x) {
        const bool inked = page.at<std::uint8_t>(y, x) < 128;
        (inked ? ink : paper) += 1;
        left += !inked && clean.row(y)[x] > 235 && even.row(y)[x] < 200;
        lost += inked && even.row(y)[x] > 128;
      }
    EXPECT_EQ(lost, 0) << share;
    EXPECT_LT(left, paper * 0.02) << share;  // only what touches the front
  }
}

// It works on some rows at a time; nobody may see where they meet.
TEST(Light, PrintOfTheBackVanishesAlikeEverywhereOnALongPage) {
  constexpr int blocks = 5;
  cv::Mat block = drawn::sheet(148, 119, dpi, 250), dark(60, 80, CV_8UC1, cv::Scalar(0)), page;
  drawn::text(block, dpi, {20, 5, 108, 105}, 40);
  block = with_back(block, 0.35);
  dark(cv::Rect(10, 10, 7, 9)) = 255;
  cv::repeat(block, blocks, 1, page);
  cv::repeat(dark.clone(), blocks, 1, dark);
  const cv::Mat before = page.clone();
  ASSERT_TRUE(clear_bleed(page, dark, dpi, 250));
  EXPECT_GT(cv::norm(page, before, cv::NORM_L1), 0);
  const auto part = [&](int i) { return page.rowRange(i * block.rows, (i + 1) * block.rows); };
  for (int i = 2; i < blocks - 1; ++i) EXPECT_EQ(cv::norm(part(i), part(1), cv::NORM_INF), 0) << i;
}

TEST(Light, FadedInkOfTheFrontIsNotTakenForTheBack) {
  cv::Mat page = drawn::sheet(148, 210, dpi, 220);
  drawn::text(page, dpi, {20, 20, 108, 160}, 40);
  drawn::text(page, dpi, {20, 181, 50, 3}, 150);  // a faint line
  LightParams without;
  without.bleed = false;
  EXPECT_TRUE(difference(lit(page), lit(page, without)).identical);
}

LightParams gentle(double strength = 1) {
  LightParams params;
  params.user = "gentle";
  params.user_strength = strength;
  return params;
}

// Yellowish paper with text, lit by `light` (x in mm -> share).
template <class Light>
Image lit_colour(Light&& light, IccProfile icc = nullptr) {
  cv::Mat grey = drawn::sheet(148, 210, dpi, 200);
  drawn::text(grey, dpi, {40, 20, 95, 160}, 40);
  return Image::make(grey.cols, grey.rows, 3, {dpi, dpi}, std::move(icc), [&](std::uint8_t* out) {
    for (int y = 0; y < grey.rows; ++y)
      for (int x = 0; x < grey.cols; ++x) {
        const double v = grey.at<std::uint8_t>(y, x) * light(mm_from_px(x + 0.5, dpi));
        *out++ = static_cast<std::uint8_t>(v * 1.1 + 0.5);
        *out++ = static_cast<std::uint8_t>(v + 0.5);
        *out++ = static_cast<std::uint8_t>(v * 0.8 + 0.5);
      }
  });
}
const auto gutter = [](double mm) { return 1 - 0.3 * std::exp(-mm / 20); };

TEST(Background, AGuttersShadowIsTakenOutAndTheHueStays) {
  const Image page = lit_colour(gutter), truth = lit_colour([](double) { return 1.0; });
  const auto even = even_background(page, gentle());
  ASSERT_TRUE(even);
  ASSERT_EQ(even->channels(), 3);
  for (const double mm : {8.0, 15.0, 30.0, 70.0, 140.0}) {
    const std::uint8_t* p = even->row(drawn::px(195, dpi)) + 3 * drawn::px(mm, dpi);
    const std::uint8_t* t = truth.row(drawn::px(195, dpi)) + 3 * drawn::px(mm, dpi);
    for (int c = 0; c < 3; ++c) EXPECT_NEAR(p[c], t[c], 7) << mm << " mm, sample " << c;
    EXPECT_NEAR(p[0] / static_cast<double>(p[1]), 1.1, 0.02) << mm;
    EXPECT_NEAR(p[2] / static_cast<double>(p[1]), 0.8, 0.02) << mm;
  }
}

TEST(Background, HalfTheStrengthTakesHalfOut) {
  const Image page = lit_colour(gutter);
  const auto all = even_background(page, gentle(1)), half = even_background(page, gentle(0.5));
  ASSERT_TRUE(all && half);
  const auto at_gutter = [](const Image& i) { return i.row(drawn::px(195, dpi))[3 * 30 + 1]; };
  EXPECT_NEAR(at_gutter(*half), (at_gutter(page) + at_gutter(*all)) / 2.0, 2);
}

TEST(Background, PicturesKeepTheirLight) {
  cv::Mat page = drawn::sheet(148, 210, dpi, 210);
  drawn::text(page, dpi, {20, 110, 108, 80}, 40);
  const cv::Rect picture(drawn::px(30, dpi), drawn::px(20, dpi), drawn::px(80, dpi),
                         drawn::px(70, dpi));
  cv::Mat grain = drawn::noise(picture.width, picture.height, 30);
  grain = grain * 0.5 + 30;
  grain.copyTo(page(picture));
  // A slow slope of light from left to right.
  for (int x = 0; x < page.cols; ++x) page.col(x) = page.col(x) * (1 - 0.12 * x / page.cols);
  const auto even = even_background(drawn::image(page, dpi), gentle());
  ASSERT_TRUE(even);
  const double before = cv::mean(page(picture))[0], after = cv::mean(view(*even)(picture))[0];
  EXPECT_NEAR(after, before, 4);
  const cv::Mat paper = view(*even).row(drawn::px(200, dpi));
  EXPECT_NEAR(paper.at<std::uint8_t>(0, 60), paper.at<std::uint8_t>(0, paper.cols - 60), 4);
}

TEST(Background, AnEvenPageComesBackAsItIs) {
  const Image page = lit_colour([](double) { return 1.0; });
  const auto even = even_background(page, gentle());
  ASSERT_TRUE(even);
  EXPECT_EQ(even->data(), page.data());
}

TEST(Background, OffItDoesNothing) {
  const Image page = lit_colour(gutter);
  const auto even = even_background(page, {});
  ASSERT_TRUE(even);
  EXPECT_EQ(even->data(), page.data());
  EXPECT_FALSE(even_background(Image{}, {}));
}

TEST(Background, OddShapesPass) {
  for (const Size size : {Size{1, 1}, {1, 9000}, {9000, 1}, {2, 3}, {700, 500}})
    for (const int value : {0, 128, 255}) {
      const cv::Mat page(size.height, size.width, CV_8UC1, cv::Scalar(value));
      const auto even = even_background(drawn::image(page, dpi), gentle());
      ASSERT_TRUE(even);
      EXPECT_EQ(even->size(), size);
    }
}

TEST(Background, TheColourProfileStaysThroughResamplingAndEvening) {
  const auto icc = std::make_shared<const Bytes>(Bytes(128, std::uint8_t{7}));
  const Image page = lit_colour(gutter, icc);
  const auto even = even_background(page, gentle());
  ASSERT_TRUE(even);
  EXPECT_NE(even->data(), page.data());
  EXPECT_EQ(even->icc(), icc);
  const Affine tilted = turn(1.5, {300, 400});
  EXPECT_EQ(resampled(page, tilted, page.size(), page.dpi(), 255).icc(), icc);
  EXPECT_EQ(resampled(page, translation(-5, -3), {50, 60}, page.dpi(), 255).icc(), icc);
}

TEST(Background, GreyStaysGrey) {
  cv::Mat page = drawn::sheet(148, 210, dpi, 200);
  for (int x = 0; x < page.cols; ++x) page.col(x) = page.col(x) * gutter(mm_from_px(x, dpi));
  const auto icc = std::make_shared<const Bytes>(Bytes(128, std::uint8_t{7}));
  const Image grey = image_of(page, {dpi, dpi}, icc);
  const auto even = even_background(grey, gentle());
  ASSERT_TRUE(even);
  EXPECT_EQ(even->channels(), 1);
  EXPECT_EQ(even->icc(), icc);
  const Image turned = resampled(grey, turn(2, {100, 100}), grey.size(), grey.dpi(), 255);
  EXPECT_EQ(turned.channels(), 1);
  EXPECT_EQ(turned.icc(), icc);
}

}  // namespace
}  // namespace linka
