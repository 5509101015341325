// SPDX-License-Identifier: GPL-3.0-or-later
#include "stages/target/lab.h"

#include <array>
#include <cmath>
#include <numbers>

namespace linka {
namespace {

constexpr double degree = std::numbers::pi / 180.0;
constexpr double kappa = 24389.0 / 27.0, epsilon = 216.0 / 24389.0;  // CIE 15:2004

double power7(double x) {
  return std::pow(x, 7);
}

double hue_deg(double b, double a) {
  if (a == 0 && b == 0) return 0;
  const double h = std::atan2(b, a) / degree;
  return h < 0 ? h + 360 : h;
}

double inverse_f(double t) {
  return t * t * t > epsilon ? t * t * t : (116 * t - 16) / kappa;
}
double forward_f(double t) {
  return t > epsilon ? std::cbrt(t) : (kappa * t + 16) / 116;
}

using Xyz = std::array<double, 3>;
constexpr Xyz d50{0.96422, 1, 0.82521}, d65{0.95047, 1, 1.08883};

Xyz xyz_of(const Lab& lab, const Xyz& white) {
  const double y = (lab.l + 16) / 116;
  return {white[0] * inverse_f(y + lab.a / 500), white[1] * inverse_f(y),
          white[2] * inverse_f(y - lab.b / 200)};
}

Lab lab_of(const Xyz& xyz, const Xyz& white) {
  const double x = forward_f(xyz[0] / white[0]), y = forward_f(xyz[1] / white[1]),
               z = forward_f(xyz[2] / white[2]);
  return {116 * y - 16, 500 * (x - y), 200 * (y - z)};
}

// The linearized Bradford matrix from D65 to D50 (ICC.1:2010, annex E).
constexpr std::array<Xyz, 3> bradford_d65_to_d50{Xyz{1.0478112, 0.0228866, -0.0501270},
                                                 Xyz{0.0295424, 0.9904844, -0.0170491},
                                                 Xyz{-0.0092345, 0.0150436, 0.7521316}};

}  // namespace

double chroma(const Lab& lab) {
  return std::hypot(lab.a, lab.b);
}

double luminance_of(double l) {
  return inverse_f((l + 16) / 116);
}

double lightness_of(double y) {
  return 116 * forward_f(y) - 16;
}

bool is_known_illuminant(std::string_view illuminant) {
  return illuminant == "D50" || illuminant == "D65";
}

Lab under_d50(const Lab& lab, std::string_view illuminant) {
  if (illuminant != "D65") return lab;
  const Xyz from = xyz_of(lab, d65);
  Xyz to{};
  for (std::size_t i = 0; i < 3; ++i)
    for (std::size_t j = 0; j < 3; ++j) to[i] += bradford_d65_to_d50[i][j] * from[j];
  return lab_of(to, d50);
}

double delta_e_2000(const Lab& x, const Lab& y) {
  // Numbers in brackets are the equations of the paper.
  const double mean_c = (chroma(x) + chroma(y)) / 2;                                       // (3)
  const double g = 0.5 * (1 - std::sqrt(power7(mean_c) / (power7(mean_c) + power7(25))));  // (4)
  const double a1 = (1 + g) * x.a, a2 = (1 + g) * y.a;                                     // (5)
  const double c1 = std::hypot(a1, x.b), c2 = std::hypot(a2, y.b);                         // (6)
  const double h1 = hue_deg(x.b, a1), h2 = hue_deg(y.b, a2);                               // (7)
  const bool no_hue = c1 * c2 == 0;

  double dh = no_hue ? 0 : h2 - h1;  // (10)
  if (dh > 180) dh -= 360;
  if (dh < -180) dh += 360;
  const double d_l = y.l - x.l, d_c = c2 - c1;                            // (8), (9)
  const double d_h = 2 * std::sqrt(c1 * c2) * std::sin(dh / 2 * degree);  // (11)

  const double l = (x.l + y.l) / 2, c = (c1 + c2) / 2;  // (12), (13)
  double h = h1 + h2;                                   // (14)
  if (!no_hue) {
    if (std::abs(h1 - h2) > 180) h += h < 360 ? 360 : -360;
    h /= 2;
  }
  const double t = 1 - 0.17 * std::cos((h - 30) * degree) + 0.24 * std::cos(2 * h * degree) +
                   0.32 * std::cos((3 * h + 6) * degree) -
                   0.20 * std::cos((4 * h - 63) * degree);                  // (15)
  const double turn = 30 * std::exp(-((h - 275) / 25) * ((h - 275) / 25));  // (16)
  const double r_c = 2 * std::sqrt(power7(c) / (power7(c) + power7(25)));   // (17)
  const double s_l = 1 + 0.015 * (l - 50) * (l - 50) / std::sqrt(20 + (l - 50) * (l - 50));
  const double s_c = 1 + 0.045 * c, s_h = 1 + 0.015 * c * t;  // (19), (20)
  const double r_t = -std::sin(2 * turn * degree) * r_c;      // (21)
  return std::sqrt(d_l * d_l / (s_l * s_l) + d_c * d_c / (s_c * s_c) + d_h * d_h / (s_h * s_h) +
                   r_t * (d_c / s_c) * (d_h / s_h));  // (22)
}

}  // namespace linka
