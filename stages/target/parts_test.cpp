// SPDX-License-Identifier: GPL-3.0-or-later
// The arithmetic by itself: colour difference, reference files, slanted edge, levels.
#include "base/files.h"
#include "stages/target/homography.h"
#include "stages/target/lab.h"
#include "stages/target/levels.h"
#include "stages/target/reference.h"
#include "stages/target/slanted_edge.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <string>

namespace linka {
namespace {

struct Pair {
  Lab a, b;
  double delta_e;
};

// Table 1 of Sharma, Wu and Dalal (2005).
const Pair published[] = {
    {{50, 2.6772, -79.7751}, {50, 0, -82.7485}, 2.0425},
    {{50, 3.1571, -77.2803}, {50, 0, -82.7485}, 2.8615},
    {{50, 2.8361, -74.0200}, {50, 0, -82.7485}, 3.4412},
    {{50, -1.3802, -84.2814}, {50, 0, -82.7485}, 1.0000},
    {{50, -1.1848, -84.8006}, {50, 0, -82.7485}, 1.0000},
    {{50, -0.9009, -85.5211}, {50, 0, -82.7485}, 1.0000},
    {{50, 0, 0}, {50, -1, 2}, 2.3669},
    {{50, -1, 2}, {50, 0, 0}, 2.3669},
    {{50, 2.4900, -0.0010}, {50, -2.4900, 0.0009}, 7.1792},
    {{50, 2.4900, -0.0010}, {50, -2.4900, 0.0010}, 7.1792},
    {{50, 2.4900, -0.0010}, {50, -2.4900, 0.0011}, 7.2195},
    {{50, 2.4900, -0.0010}, {50, -2.4900, 0.0012}, 7.2195},
    {{50, -0.0010, 2.4900}, {50, 0.0009, -2.4900}, 4.8045},
    {{50, -0.0010, 2.4900}, {50, 0.0010, -2.4900}, 4.8045},
    {{50, -0.0010, 2.4900}, {50, 0.0011, -2.4900}, 4.7461},
    {{50, 2.5, 0}, {50, 0, -2.5}, 4.3065},
    {{50, 2.5, 0}, {73, 25, -18}, 27.1492},
    {{50, 2.5, 0}, {61, -5, 29}, 22.8977},
    {{50, 2.5, 0}, {56, -27, -3}, 31.9030},
    {{50, 2.5, 0}, {58, 24, 15}, 19.4535},
    {{50, 2.5, 0}, {50, 3.1736, 0.5854}, 1.0000},
    {{50, 2.5, 0}, {50, 3.2972, 0}, 1.0000},
    {{50, 2.5, 0}, {50, 1.8634, 0.5757}, 1.0000},
    {{50, 2.5, 0}, {50, 3.2592, 0.3350}, 1.0000},
    {{60.2574, -34.0099, 36.2677}, {60.4626, -34.1751, 39.4387}, 1.2644},
    {{63.0109, -31.0961, -5.8663}, {62.8187, -29.7946, -4.0864}, 1.2630},
    {{61.2901, 3.7196, -5.3901}, {61.4292, 2.2480, -4.9620}, 1.8731},
    {{35.0831, -44.1164, 3.7933}, {35.0232, -40.0716, 1.5901}, 1.8645},
    {{22.7233, 20.0904, -46.6940}, {23.0331, 14.9730, -42.5619}, 2.0373},
    {{36.4612, 47.8580, 18.3852}, {36.2715, 50.5065, 21.2231}, 1.4146},
    {{90.8027, -2.0831, 1.4410}, {91.1528, -1.6435, 0.0447}, 1.4441},
    {{90.9257, -0.5406, -0.9208}, {88.6381, -0.8985, -0.7239}, 1.5381},
    {{6.7747, -0.2908, -2.4247}, {5.8714, -0.0985, -2.2286}, 0.6377},
    {{2.0776, 0.0795, -1.1350}, {0.9033, -0.0636, -0.5514}, 0.9082},
};

TEST(Lab, DeltaEAgreesWithThePublishedPairs) {
  for (const Pair& p : published) {
    EXPECT_NEAR(delta_e_2000(p.a, p.b), p.delta_e, 1e-4) << p.a.l << " " << p.a.a << " " << p.a.b;
    EXPECT_NEAR(delta_e_2000(p.b, p.a), p.delta_e, 1e-4);
  }
}

TEST(Lab, LightnessAndLuminanceAreInverse) {
  for (double l = 0; l <= 100; l += 2.5) EXPECT_NEAR(lightness_of(luminance_of(l)), l, 1e-9);
  EXPECT_NEAR(luminance_of(50), 0.18418651851244416, 1e-12);
}

TEST(Lab, WhiteStaysWhiteUnderAnotherIlluminant) {
  const Lab white = under_d50({100, 0, 0}, "D65");
  EXPECT_NEAR(delta_e_2000(white, {100, 0, 0}), 0, 0.02);
  EXPECT_EQ(under_d50({40, 5, 6}, "D50"), (Lab{40, 5, 6}));
}

TEST(Homography, GoesThroughFourPairs) {
  const std::vector<Point> from{{0, 0}, {6, 0}, {6, 4}, {0, 4}};
  const std::vector<Point> to{{102, 95}, {701, 120}, {690, 500}, {99, 512}};
  const Homography h = fitted_homography(from, to);
  for (std::size_t i = 0; i < 4; ++i) {
    EXPECT_NEAR(h(from[i]).x, to[i].x, 0.5);
    EXPECT_NEAR(h(from[i]).y, to[i].y, 0.5);
  }
  EXPECT_EQ(fitted_homography({{0, 0}}, {{1, 1}}).m, Homography{}.m);
}

std::string toml_of(const std::string& patches, const std::string& more = "") {
  return "[target]\ncolumns = 3\nrows = 2\n" + more + patches;
}
std::string six_patches() {
  std::string text;
  for (int i = 0; i < 6; ++i)
    text += "[[patch]]\nlab = [" + std::to_string(20 + 10 * i) + ", 0, " + std::to_string(i) +
            "]\n" + (i < 3 ? "neutral = true\n" : "");
  return text;
}

TEST(Reference, ReadsATarget) {
  const Result<TargetReference> r = parse_reference(
      toml_of(six_patches() + "[[edge]]\nbox = [0, 2.2, 1, 3]\n[[field]]\nbox = [-1, -1, 0, 0]\n"
                              "[ruler]\nfrom = [0, 3]\nto = [3, 3]\nlength_mm = 60\n",
              "name = \"mine\"\npatch_pitch_mm = [20, 21]\npatch_size = 0.7\n"),
      "mine.toml");
  ASSERT_TRUE(r) << r.error().message;
  EXPECT_EQ(r->name, "mine");
  EXPECT_EQ(r->pitch_y_mm, 21);
  ASSERT_EQ(r->patches.size(), 6U);
  EXPECT_EQ(r->patches[4].column, 1);
  EXPECT_EQ(r->patches[4].row, 1);
  EXPECT_EQ(r->patches[4].lab, (Lab{60, 0, 4}));
  EXPECT_TRUE(r->patches[2].neutral);
  EXPECT_FALSE(r->patches[3].neutral);
  ASSERT_EQ(r->edges.size(), 1U);
  ASSERT_EQ(r->fields.size(), 1U);
  EXPECT_EQ(r->ruler->length_mm, 60);
}

TEST(Reference, NamesFileAndLineOfAMistake) {
  const auto message = [](const std::string& text) {
    const Result<TargetReference> r = parse_reference(text, "t.toml");
    if (r) return std::string("no mistake found");
    EXPECT_EQ(r.error().kind, ErrorKind::configuration);
    return r.error().message;
  };
  EXPECT_NE(message("[target\n").find("t.toml:"), std::string::npos);
  EXPECT_NE(message("x = 1").find("unknown key \"x\""), std::string::npos);
  EXPECT_NE(message(toml_of(six_patches(), "colour = 3\n")).find("t.toml:4: unknown key"),
            std::string::npos);
  EXPECT_NE(message(toml_of("[[patch]]\nlab = [1, 2]\n")).find("list of 3 numbers"),
            std::string::npos);
  EXPECT_NE(message(toml_of(six_patches() + "[[patch]]\nlab = [1, 2, 3]\n")).find("more patches"),
            std::string::npos);
  EXPECT_NE(message(toml_of(six_patches(), "illuminant = \"F11\"\n")).find("F11"),
            std::string::npos);
  EXPECT_NE(message("").find("no [target]"), std::string::npos);
  EXPECT_NE(message(toml_of("")).find("0 patches"), std::string::npos);
}

TEST(Reference, ReadsCgatsText) {
  std::string text =
      "CGATS.17\r\nORIGINATOR \"somebody\"\r\nNUMBER_OF_FIELDS 5\r\nBEGIN_DATA_FORMAT\r\n"
      "SAMPLE_ID SAMPLE_NAME LAB_L LAB_A LAB_B\r\nEND_DATA_FORMAT\r\nNUMBER_OF_SETS 24\r\n"
      "BEGIN_DATA\r\n";
  int n = 0;
  for (const char letter : std::string("ABCDEF"))
    for (int row = 1; row <= 4; ++row, ++n)
      text += std::string(1, letter) + std::to_string(row) + "\t\"a name\"\t" +
              std::to_string(20 + 3 * n) + ",5\t" + (row == 4 ? "0,1" : "25,0") + "\t-1.5\r\n";
  text += "GS0 x 90 0 0\r\nEND_DATA\r\n";
  const Result<TargetReference> r = parse_reference(text, "chart.txt");
  ASSERT_TRUE(r) << r.error().message;
  EXPECT_EQ(r->columns, 6);
  EXPECT_EQ(r->rows, 4);
  ASSERT_EQ(r->patches.size(), 24U);
  EXPECT_EQ(r->patches[5].name, "B2");
  EXPECT_EQ(r->patches[5].column, 1);
  EXPECT_EQ(r->patches[5].row, 1);
  EXPECT_EQ(r->patches[5].lab, (Lab{35.5, 25, -1.5}));
  EXPECT_TRUE(r->patches[3].neutral);
  EXPECT_EQ(r->notes.size(), 1U);
}

TEST(Reference, CgatsWithoutLabIsRefused) {
  const Result<TargetReference> r = parse_reference(
      "BEGIN_DATA_FORMAT\nSAMPLE_ID XYZ_X\nEND_DATA_FORMAT\nBEGIN_DATA\nA1 3\nEND_DATA\n", "c.txt");
  ASSERT_FALSE(r);
  EXPECT_NE(r.error().message.find("LAB_L"), std::string::npos) << r.error().message;
  EXPECT_FALSE(parse_reference("BEGIN_DATA_FORMAT\nBEGIN_DATA\n1 2 3\n", "c.txt"));
  EXPECT_FALSE(parse_reference("BEGIN_DATA_FORMAT\n", "c.txt"));
}

TEST(Reference, TheShippedTargetsAreInOrder) {
  for (const char* name : {"linka-target.toml", "colorchecker24.toml"}) {
    const Result<std::string> text = read_text(std::string(LINKA_TARGETS) + "/" + name);
    ASSERT_TRUE(text);
    const Result<TargetReference> r = parse_reference(*text, name);
    ASSERT_TRUE(r) << r.error().message;
    EXPECT_GE(r->patches.size(), 24U);
  }
}

// An edge x = at + tan(angle) * y, blurred by a Gaussian, sampled at points: its response is
// exp(-2 pi^2 sigma^2 f^2) exactly.
cv::Mat gaussian_edge(int width, int height, double angle_deg, double sigma, double noise = 0) {
  cv::Mat light(height, width, CV_32F);
  const double slope = std::tan(angle_deg * std::numbers::pi / 180);
  const double across = 1 / std::hypot(1.0, slope);
  unsigned state = 7;
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x) {
      state = state * 1664525U + 1013904223U;
      const double grain = noise * ((state >> 8) / 16777216.0 - 0.5) * std::sqrt(12.0);
      const double d = (x + 0.5 - width / 2.0 - 0.37 - slope * (y + 0.5 - height / 2.0)) * across;
      light.at<float>(y, x) = static_cast<float>(
          0.1 + 0.6 * 0.5 * (1 + std::erf(d / sigma / std::numbers::sqrt2)) + grain);
    }
  return light;
}

TEST(SlantedEdge, FindsTheResponseOfAGaussian) {
  for (const double sigma : {0.8, 1.0, 1.5, 2.5})
    for (const double angle : {-8.0, -3.0, 5.0, 10.0}) {
      const Result<EdgeResponse> e = edge_response(gaussian_edge(60, 80, angle, sigma));
      ASSERT_TRUE(e) << e.error().message;
      // exp(-2 pi^2 sigma^2 f^2) = 0.1 and 0.5
      const double pi = std::numbers::pi;
      const double mtf10 = std::sqrt(std::log(10.0) / 2) / (pi * sigma);
      const double mtf50 = std::sqrt(std::log(2.0) / 2) / (pi * sigma);
      // The window narrows what is blurred far: 4 % at 2.5 px on 60.
      const double tolerance = sigma > 2 ? 0.04 : 0.02;
      EXPECT_NEAR(e->mtf10, mtf10, tolerance * mtf10) << sigma << " " << angle;
      EXPECT_NEAR(e->mtf50, mtf50, tolerance * mtf50) << sigma << " " << angle;
      EXPECT_NEAR(e->angle_deg, std::abs(angle), 0.1);
      EXPECT_TRUE(e->upright);
      EXPECT_LT(e->greatest_modulation, 1.02);
    }
}

TEST(SlantedEdge, LevelEdgesAndDarkSidesAreTheSame) {
  const cv::Mat upright = gaussian_edge(60, 60, 5, 1.2);
  const double wanted = edge_response(upright)->mtf10;
  const Result<EdgeResponse> level = edge_response(upright.t());
  ASSERT_TRUE(level);
  EXPECT_FALSE(level->upright);
  EXPECT_NEAR(level->mtf10, wanted, 1e-6);
  const Result<EdgeResponse> inverted = edge_response(0.9 - upright);
  ASSERT_TRUE(inverted);
  EXPECT_NEAR(inverted->mtf10, wanted, 0.005);
}

TEST(SlantedEdge, NoiseDoesLittleHarm) {
  const Result<EdgeResponse> e = edge_response(gaussian_edge(60, 120, 5, 1.2, 0.01));
  ASSERT_TRUE(e);
  EXPECT_NEAR(e->mtf50, 0.1561, 0.01);
  EXPECT_NEAR(e->mtf10, 0.2846, 0.03);
}

TEST(SlantedEdge, SharpeningShows) {
  cv::Mat light = gaussian_edge(60, 80, 5, 1.2), far(light.size(), CV_32F);
  const cv::Mat wide = gaussian_edge(60, 80, 5, 2.4);
  const Result<EdgeResponse> e = edge_response(2 * light - wide);
  ASSERT_TRUE(e);
  EXPECT_GT(e->greatest_modulation, 1.1);
}

TEST(SlantedEdge, RefusesWhatIsNoEdge) {
  EXPECT_FALSE(edge_response(cv::Mat(40, 40, CV_32F, cv::Scalar(0.5))));
  EXPECT_FALSE(edge_response(cv::Mat(40, 40, CV_32F, cv::Scalar(0.0))));
  EXPECT_FALSE(edge_response(gaussian_edge(8, 8, 5, 1)));
  EXPECT_FALSE(edge_response(gaussian_edge(60, 60, 0, 1)));
  EXPECT_FALSE(edge_response(gaussian_edge(60, 60, 40, 1)));
}

TargetMeasures good() {
  TargetMeasures m;
  m.delta_e = {1.5, 3};
  m.delta_e_90 = 2.5;
  m.tone = {0.5, 1};
  m.white_balance = {0.5, 1};
  m.noise = {0.4, 0.6};
  return m;
}

const Criterion& criterion(const Levels& levels, const std::string& id) {
  for (const Criterion& c : levels.criteria)
    if (c.id == id) return c;
  throw std::out_of_range(id);
}

TEST(Levels, TheWorstCriterionDecides) {
  TargetMeasures m = good();
  EXPECT_EQ(levels_of(m).fadgi, 4);
  EXPECT_EQ(levels_of(m).iso, 'A');
  m.tone.greatest = 3.0;  // a limit is still kept
  EXPECT_EQ(levels_of(m).fadgi, 3);
  EXPECT_EQ(levels_of(m).iso, 'B');
  EXPECT_EQ(criterion(levels_of(m), "tone").limit, "<= 1.5");
  m.noise.greatest = 4.1;
  const Levels levels = levels_of(m);
  EXPECT_EQ(levels.fadgi, 0);
  EXPECT_EQ(levels.iso, '-');
  EXPECT_FALSE(reaches(levels, "1"));
  EXPECT_FALSE(reaches(levels, "C"));
}

TEST(Levels, MoreIsBetterForSharpness) {
  TargetMeasures m = good();
  m.sampling_efficiency = 0.82;
  m.sampling = Dpi{301, 299};
  m.unevenness = 0.2;
  const Levels levels = levels_of(m);
  EXPECT_EQ(criterion(levels, "mtf10").fadgi, 3);
  EXPECT_EQ(criterion(levels, "mtf10").iso, 'B');
  EXPECT_EQ(criterion(levels, "mtf10").limit, ">= 90 %");
  EXPECT_EQ(criterion(levels, "sampling").fadgi, 3);
  EXPECT_EQ(criterion(levels, "evenness").fadgi, 1);
  EXPECT_TRUE(reaches(levels, "1"));
  EXPECT_FALSE(reaches(levels, "2"));
  EXPECT_TRUE(reaches(levels, "B"));
  EXPECT_FALSE(reaches(levels, "A"));
  EXPECT_TRUE(is_level("C"));
  EXPECT_FALSE(is_level("5"));
  EXPECT_FALSE(is_level(""));
}

}  // namespace
}  // namespace linka
