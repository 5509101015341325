// SPDX-License-Identifier: GPL-3.0-or-later
// Scans of the project's own target with known colours, noise, blur and place.
#include "stages/target/target.h"

#include "base/files.h"
#include "stages/target/drawn_target.h"
#include "stages/target/levels.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

namespace linka {
namespace {

using drawn_target::draw;
using drawn_target::Drawing;

const TargetReference& own_target() {
  static const TargetReference target =
      *parse_reference(*read_text(std::string(LINKA_TARGETS) + "/linka-target.toml"), "own");
  return target;
}

Result<TargetMeasures> measured(const Drawing& d, const TargetParams& params = {}) {
  return measure_target(draw(own_target(), d), own_target(), params);
}

void expect_place(const TargetMeasures& m, const Drawing& d, double tolerance_px) {
  const Quad wanted = drawn_target::place_of(d).quad(Box{0, 0, 6, 5});
  for (std::size_t i = 0; i < 4; ++i) {
    EXPECT_NEAR(m.grid[i].x, wanted[i].x, tolerance_px) << i;
    EXPECT_NEAR(m.grid[i].y, wanted[i].y, tolerance_px) << i;
  }
}

TEST(Target, ReadsThePatchesThroughTheProfile) {
  const Drawing d;
  const Result<TargetMeasures> m = measured(d);
  ASSERT_TRUE(m) << m.error().message;
  expect_place(*m, d, 2);
  ASSERT_EQ(m->patches.size(), 30U);
  EXPECT_TRUE(m->own_profile);
  EXPECT_LT(m->delta_e.mean, 0.25);  // 8 bits
  EXPECT_LT(m->delta_e.greatest, 0.6);
  EXPECT_LT(m->tone.greatest, 0.3);
  EXPECT_LT(m->white_balance.greatest, 0.3);
  EXPECT_LT(m->noise.greatest, 0.05);
  EXPECT_LT(*m->unevenness, 0.005);
  EXPECT_GT(m->agreement, 0.99);
  EXPECT_NEAR(m->sampling->x, 60 / 20.0 * 25.4, 0.5);
  EXPECT_NEAR(m->sampling->y, 60 / 20.0 * 25.4, 0.5);
  EXPECT_EQ(m->edges.size(), 2U);
  const Levels levels = levels_of(*m);
  EXPECT_EQ(levels.iso, 'A');
  EXPECT_EQ(levels.fadgi, 0);  // 76 px an inch
}

TEST(Target, WithoutAProfileSrgbIsAssumedAndSaid) {
  Drawing d;
  d.with_profile = false;
  const Result<TargetMeasures> m = measured(d);
  ASSERT_TRUE(m) << m.error().message;
  EXPECT_FALSE(m->own_profile);
  ASSERT_FALSE(m->notes.empty());
  EXPECT_NE(m->notes[0].find("sRGB"), std::string::npos);
  EXPECT_GT(m->delta_e.mean, 1.5);  // the samples mean something else
}

TEST(Target, IsFoundHoweverItLies) {
  for (const int quarters : {0, 1, 2, 3})
    for (const double turn : {2.0, -4.0}) {
      Drawing d;
      d.quarters = quarters;
      d.turn_deg = turn;
      const Result<TargetMeasures> m = measured(d);
      ASSERT_TRUE(m) << quarters << " " << turn << ": " << m.error().message;
      expect_place(*m, d, 2);
      EXPECT_EQ(m->turned_deg, 90 * quarters);
      EXPECT_NEAR(m->skew_deg, turn, 0.1);
      EXPECT_LT(m->delta_e.mean, 0.25);
      EXPECT_NEAR(m->sampling->x, 76.2, 0.4);
    }
}

TEST(Target, IsFoundOnAnyBedAndInPerspective) {
  // At 90 the board itself does not show.
  for (const double bed : {0.0, 50.0, 90.0, 100.0}) {
    Drawing d;
    d.bed_l = bed;
    d.keystone = 0.06;
    d.turn_deg = 1;
    d.width = 750;
    const Result<TargetMeasures> m = measured(d);
    ASSERT_TRUE(m) << bed << ": " << m.error().message;
    expect_place(*m, d, 3);
    EXPECT_LT(m->delta_e.mean, 0.3);
  }
}

TEST(Target, IsFoundSmallAndInACorner) {
  Drawing d;
  d.width = 1400;
  d.height = 1000;
  d.px_per_unit = 30;
  d.shift_x = -575;
  d.shift_y = 375;
  d.quarters = 2;
  const Result<TargetMeasures> m = measured(d);
  ASSERT_TRUE(m) << m.error().message;
  expect_place(*m, d, 1.5);
  EXPECT_LT(m->delta_e.mean, 0.3);
}

TEST(Target, AColorCheckerOnItsBlackBoardIsFound) {
  const TargetReference chart =
      *parse_reference(*read_text(std::string(LINKA_TARGETS) + "/colorchecker24.toml"), "c");
  for (const double board : {18.0, 21.0})  // the black patch has 20.5 and hardly shows
    for (const int quarters : {0, 3}) {
      Drawing d;
      d.board_l = board;
      d.bed_l = 97;
      d.quarters = quarters;
      d.turn_deg = -1.5;
      d.noise = 1;
      const Result<TargetMeasures> m = measure_target(draw(chart, d), chart, {});
      ASSERT_TRUE(m) << board << " " << quarters << ": " << m.error().message;
      EXPECT_EQ(m->turned_deg, 90 * quarters);
      EXPECT_NEAR(m->skew_deg, -1.5, 0.1);
      EXPECT_LT(m->delta_e.mean, 0.5);
      EXPECT_FALSE(m->sampling);  // the reference gives no pitch
      EXPECT_TRUE(m->edges.empty());
    }
}

TEST(Target, NoiseIsMeasuredInLightness) {
  Drawing d;
  d.noise = 3;
  const Result<TargetMeasures> m = measured(d);
  ASSERT_TRUE(m) << m.error().message;
  for (const PatchMeasure& p : m->patches) {
    if (!p.neutral || p.wanted.l > 90) continue;  // cut off at white
    const double code = drawn_target::encoded(drawn_target::linear(p.wanted)[0]);
    const double up = drawn_target::lab_of(cv::Vec3d::all(code + 3)).l,
                 down = drawn_target::lab_of(cv::Vec3d::all(code - 3)).l;
    EXPECT_NEAR(p.noise, (up - down) / 2, 0.04 * (up - down)) << p.name;
  }
  EXPECT_LT(m->delta_e.mean, 0.4);
}

TEST(Target, AShiftedWhiteBalanceIsMeasured) {
  Drawing d;
  d.gain = {1.0, 0.97, 0.88};
  const Result<TargetMeasures> m = measured(d);
  ASSERT_TRUE(m) << m.error().message;
  double mean = 0;
  int count = 0;
  for (const PatchMeasure& p : m->patches) {
    const cv::Vec3f light = drawn_target::linear(p.wanted);
    cv::Vec3d samples;
    for (int c = 0; c < 3; ++c) samples[c] = drawn_target::encoded(light[c] * d.gain[c]);
    const Lab wanted = drawn_target::lab_of(samples);
    EXPECT_LT(delta_e_2000(p.measured, wanted), 1.0) << p.name;
    if (!p.neutral) continue;
    mean += chroma(wanted);
    ++count;
  }
  EXPECT_NEAR(m->white_balance.mean, mean / count, 0.15);
  EXPECT_GT(m->white_balance.greatest, 4);
}

TEST(Target, ADarkScanIsFoundAndItsToneTold) {
  Drawing d;
  d.gain = cv::Vec3d::all(0.7);
  const Result<TargetMeasures> m = measured(d);
  ASSERT_TRUE(m) << m.error().message;
  const double light = luminance_of(95) * 0.7;
  EXPECT_NEAR(m->tone.greatest, 95 - lightness_of(light), 0.3);
  EXPECT_LT(m->tone_mean_signed, -5);
}

TEST(Target, UnevenLightIsMeasured) {
  Drawing d;
  d.fall_off = 0.10;
  const Result<TargetMeasures> m = measured(d);
  ASSERT_TRUE(m) << m.error().message;
  // The fields' centres lie 7.1 units apart of ten; the light falls by 0.1 over all ten.
  EXPECT_NEAR(*m->unevenness, 0.1 * 7.1 / 10 / 0.95, 0.006);
}

// The response of the drawing: of the blur's kernel, times sin(pi f) / (pi f) of a pixel's width.
double mtf_of(double f, double sigma) {
  const double pi = std::numbers::pi;
  const int half = static_cast<int>(std::ceil(5 * sigma));
  double sum = 0, weights = 0;
  for (int k = -half; k <= half; ++k) {
    const double w = std::exp(-k * k / (2 * sigma * sigma));
    sum += w * std::cos(2 * pi * f * k);
    weights += w;
  }
  return sum / weights * std::sin(pi * f) / (pi * f);
}
double frequency_at(double level, double sigma) {
  double low = 1e-6, high = 0.5;
  for (int i = 0; i < 60; ++i)
    (mtf_of((low + high) / 2, sigma) > level ? low : high) = (low + high) / 2;
  return low;
}

TEST(Target, SharpnessIsThatOfTheBlur) {
  for (const double sigma : {0.9, 1.4})
    for (const int quarters : {0, 1}) {
      Drawing d;
      d.blur_px = sigma;
      d.quarters = quarters;
      const Result<TargetMeasures> m = measured(d);
      ASSERT_TRUE(m) << m.error().message;
      ASSERT_EQ(m->edges.size(), 2U) << (m->notes.empty() ? "" : m->notes.back());
      EXPECT_NE(m->edges[0].response.upright, m->edges[1].response.upright);
      for (const EdgeMeasure& e : m->edges) {
        EXPECT_NEAR(e.response.mtf10, frequency_at(0.1, sigma), 0.05 * frequency_at(0.1, sigma));
        EXPECT_NEAR(e.response.mtf50, frequency_at(0.5, sigma), 0.05 * frequency_at(0.5, sigma));
        EXPECT_NEAR(e.response.angle_deg, 5, 0.2);
      }
      EXPECT_NEAR(m->resolution->x, m->sampling->x * *m->sampling_efficiency, 1e-9);
    }
}

TEST(Target, CornersAndEdgesByHand) {
  Drawing d;
  d.turn_deg = 2;
  d.blur_px = 1;
  const Homography h = drawn_target::place_of(d);
  TargetParams params;
  params.corner_patches = Quad{h({0.5, 0.5}), h({5.5, 0.5}), h({5.5, 4.5}), h({0.5, 4.5})};
  const Point edge = h({3.55, 6});
  params.edges = {{edge.x - 15, edge.y - 20, edge.x + 15, edge.y + 20}};
  const Result<TargetMeasures> m = measured(d, params);
  ASSERT_TRUE(m) << m.error().message;
  expect_place(*m, d, 0.5);
  EXPECT_LT(m->delta_e.mean, 0.25);
  ASSERT_EQ(m->edges.size(), 1U);
  EXPECT_NEAR(m->edges[0].response.angle_deg, 7, 0.3);

  std::swap((*params.corner_patches)[0], (*params.corner_patches)[2]);  // upside down
  const Result<TargetMeasures> wrong = measured(d, params);
  ASSERT_FALSE(wrong);
  EXPECT_EQ(wrong.error().kind, ErrorKind::bad_input);
}

TEST(Target, AGreyScanIsJudgedByItsNeutralPatches) {
  const Image colour = draw(own_target(), {});
  const Image grey = grey_of(colour).with_icc(nullptr);
  const Result<TargetMeasures> m = measure_target(grey, own_target(), {});
  ASSERT_TRUE(m) << m.error().message;
  EXPECT_FALSE(m->colour);
  EXPECT_EQ(m->white_balance.greatest, 0);
  for (const Criterion& c : levels_of(*m).criteria) EXPECT_NE(c.id, "white_balance");
}

TEST(Target, SaysSoWhenThereIsNone) {
  Drawing d;
  d.with_target = false;
  d.noise = 5;
  const Result<TargetMeasures> bed = measured(d);
  ASSERT_FALSE(bed);
  EXPECT_EQ(bed.error().kind, ErrorKind::bad_input);
  EXPECT_NE(bed.error().message.find("linka-target"), std::string::npos) << bed.error().message;

  // A chessboard is a fine grid with the wrong colours.
  const Image chess = Image::make(800, 800, 3, {300, 300}, nullptr, [](std::uint8_t* p) {
    for (int y = 0; y < 800; ++y)
      for (int x = 0; x < 800; ++x)
        for (int c = 0; c < 3; ++c)
          *p++ = x % 80 < 8 || y % 80 < 8 ? 128 : (x / 80 + y / 80) % 2 == 0 ? 240 : 20;
  });
  EXPECT_FALSE(measure_target(chess, own_target(), {}));
}

TEST(Target, OddImagesAreNoTrouble) {
  for (const auto& [w, h] : {std::pair{1, 1}, {2000, 1}, {1, 700}, {40, 40}})
    for (const int channels : {1, 3}) {
      const Image image = Image::make(w, h, channels, {}, nullptr, [&](std::uint8_t* p) {
        for (int i = 0; i < w * h * channels; ++i) p[i] = static_cast<std::uint8_t>(i * 7);
      });
      EXPECT_FALSE(measure_target(image, own_target(), {}));
      TargetParams params;
      params.corner_patches = Quad{Point{0, 0}, {5, 0}, {5, 4}, {0, 4}};
      params.edges = {{0, 0, 1e9, 1e9}};
      EXPECT_FALSE(measure_target(image, own_target(), params));
      params.corner_patches = Quad{};
      EXPECT_FALSE(measure_target(image, own_target(), params));
    }
  EXPECT_FALSE(measure_target({}, own_target(), {}));
}

}  // namespace
}  // namespace linka
