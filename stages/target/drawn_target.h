// SPDX-License-Identifier: GPL-3.0-or-later
// The project's own target as a scanner would see it, for tests: every colour goes through a
// profile that is not sRGB, blur happens in linear light and noise in the samples, so each figure
// that can be measured is known beforehand.
#pragma once

#include "image/convert.h"
#include "stages/target/homography.h"
#include "stages/target/reference.h"

#include <lcms2.h>
#include <opencv2/imgproc.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <memory>
#include <numbers>
#include <string>
#include <vector>

namespace linka::drawn_target {

constexpr double gamma = 1.8;

// Wider primaries than sRGB's, white D50, one gamma.
inline cmsHPROFILE profile(double exponent) {
  const cmsCIExyYTRIPLE primaries{{0.64, 0.33, 1}, {0.21, 0.71, 1}, {0.15, 0.06, 1}};
  cmsToneCurve* curve = cmsBuildGamma(nullptr, exponent);
  cmsToneCurve* curves[3] = {curve, curve, curve};
  cmsHPROFILE p = cmsCreateRGBProfile(cmsD50_xyY(), &primaries, curves);
  cmsFreeToneCurve(curve);
  return p;
}

inline IccProfile icc() {
  cmsHPROFILE p = profile(gamma);
  cmsUInt32Number size = 0;
  cmsSaveProfileToMem(p, nullptr, &size);
  auto bytes = std::make_shared<Bytes>(size);
  cmsSaveProfileToMem(p, bytes->data(), &size);
  cmsCloseProfile(p);
  return bytes;
}

// L*a*b* -> linear R, G, B of that profile.
inline cv::Vec3f linear(const Lab& lab) {
  cmsHPROFILE from = cmsCreateLab4Profile(nullptr), to = profile(1.0);
  cmsHTRANSFORM t = cmsCreateTransform(from, TYPE_Lab_DBL, to, TYPE_RGB_DBL,
                                       INTENT_RELATIVE_COLORIMETRIC, cmsFLAGS_NOOPTIMIZE);
  const double in[3] = {lab.l, lab.a, lab.b};
  double out[3] = {};
  cmsDoTransform(t, in, out, 1);
  cmsDeleteTransform(t);
  cmsCloseProfile(from);
  cmsCloseProfile(to);
  return {static_cast<float>(out[0]), static_cast<float>(out[1]), static_cast<float>(out[2])};
}

// Samples 0...255 (not rounded) -> L*a*b*.
inline Lab lab_of(const cv::Vec3d& samples) {
  cmsHPROFILE from = profile(gamma), to = cmsCreateLab4Profile(nullptr);
  cmsHTRANSFORM t = cmsCreateTransform(from, TYPE_RGB_DBL, to, TYPE_Lab_DBL,
                                       INTENT_RELATIVE_COLORIMETRIC, cmsFLAGS_NOOPTIMIZE);
  const double in[3] = {samples[0] / 255, samples[1] / 255, samples[2] / 255};
  double out[3] = {};
  cmsDoTransform(t, in, out, 1);
  cmsDeleteTransform(t);
  cmsCloseProfile(from);
  cmsCloseProfile(to);
  return {out[0], out[1], out[2]};
}

inline double encoded(double linear_value) {
  return 255 * std::pow(std::clamp(linear_value, 0.0, 1.0), 1 / gamma);
}

struct Drawing {
  int width = 600, height = 600;
  double px_per_unit = 60;          // 20 mm: 76.2 px an inch
  double shift_x = 0, shift_y = 0;  // from the middle of the scan
  int quarters = 0;                 // turns clockwise
  double turn_deg = 0;              // and a few degrees more
  double keystone = 0;              // perspective: how much smaller one side is
  double bed_l = 20;                // lightness around the board
  double board_l = 90;              // and of the board
  double blur_px = 0;               // sigma of a Gaussian, in linear light
  double noise = 0;                 // standard deviation of the samples, all channels alike
  cv::Vec3d gain{1, 1, 1};          // of the linear channels: exposure and white balance
  double fall_off = 0;              // light lost from the left side to the right, 0...1
  bool with_profile = true;
  bool with_target = true;
};

inline Homography place_of(const Drawing& d) {
  std::vector<Point> from{{-1, -1}, {7, -1}, {7, 7}, {-1, 7}}, to;
  const double angle = (d.turn_deg + 90 * d.quarters) * std::numbers::pi / 180;
  for (const Point& p : from) {
    const double x = (p.x - 3) * d.px_per_unit, y = (p.y - 3) * d.px_per_unit;
    const double shrink = 1 - d.keystone * (y / (8 * d.px_per_unit) + 0.5);
    const double u = x * shrink, v = y;
    to.push_back({d.width / 2.0 + d.shift_x + u * std::cos(angle) - v * std::sin(angle),
                  d.height / 2.0 + d.shift_y + u * std::sin(angle) + v * std::cos(angle)});
  }
  // Exact for four pairs but for the lean to the affine map; so by OpenCV.
  std::array<cv::Point2f, 4> a, b;
  for (std::size_t i = 0; i < 4; ++i) {
    a[i] = {static_cast<float>(from[i].x), static_cast<float>(from[i].y)};
    b[i] = {static_cast<float>(to[i].x), static_cast<float>(to[i].y)};
  }
  const cv::Mat m = cv::getPerspectiveTransform(a.data(), b.data());
  Homography h;
  for (int i = 0; i < 8; ++i)
    h.m[static_cast<std::size_t>(i)] = m.at<double>(i / 3, i % 3) / m.at<double>(2, 2);
  return h;
}

// Colours of the target's parts in linear light, looked up once.
struct Paint {
  cv::Vec3f bed, board, square;
  std::vector<cv::Vec3f> cells;  // row by row; a patch that is not there has the board's colour
  const TargetReference* target = nullptr;

  Paint(const TargetReference& reference, double bed_l, double board_l)
      : bed(linear({bed_l, 0, 0})),
        board(linear({board_l, 0, 0})),
        square(linear({30, 0, 0})),
        cells(static_cast<std::size_t>(reference.columns * reference.rows),
              linear({board_l, 0, 0})),
        target(&reference) {
    for (const TargetPatch& p : reference.patches)
      cells[static_cast<std::size_t>(p.row * reference.columns + p.column)] = linear(p.lab);
  }
  cv::Vec3f at(Point p) const {
    if (p.x < -1 || p.y < -1 || p.x > 7 || p.y > 7) return bed;
    if (p.x >= 0 && p.y >= 0 && p.x < target->columns && p.y < target->rows) {
      const double column = std::floor(p.x), row = std::floor(p.y), rim = target->patch_size / 2;
      if (std::abs(p.x - column - 0.5) > rim || std::abs(p.y - row - 0.5) > rim) return board;
      return cells[static_cast<std::size_t>(row) * static_cast<std::size_t>(target->columns) +
                   static_cast<std::size_t>(column)];
    }
    const double t = 5 * std::numbers::pi / 180, x = p.x - 3, y = p.y - 6;
    const double u = x * std::cos(t) + y * std::sin(t), v = y * std::cos(t) - x * std::sin(t);
    return std::abs(u) < 0.55 && std::abs(v) < 0.55 ? square : board;
  }
};

inline Image draw(const TargetReference& target, const Drawing& d) {
  const Paint paint(target, d.bed_l, d.board_l);
  const Homography forward = place_of(d);
  const cv::Matx33d inverse = cv::Matx33d{forward.m[0], forward.m[1], forward.m[2],
                                          forward.m[3], forward.m[4], forward.m[5],
                                          forward.m[6], forward.m[7], 1}
                                  .inv();
  constexpr int fine = 8;  // samples a pixel and direction: the pixel's aperture
  cv::Mat light(d.height, d.width, CV_32FC3);
  for (int y = 0; y < d.height; ++y)
    for (int x = 0; x < d.width; ++x) {
      const auto colour = [&](double dx, double dy) {
        const cv::Vec3d q = inverse * cv::Vec3d{x + dx, y + dy, 1};
        return d.with_target ? paint.at({q[0] / q[2], q[1] / q[2]}) : paint.bed;
      };
      cv::Vec3f& pixel = light.at<cv::Vec3f>(y, x);
      pixel = colour(0, 0);
      if (pixel == colour(1, 0) && pixel == colour(0, 1) && pixel == colour(1, 1)) continue;
      pixel = {0, 0, 0};
      for (int k = 0; k < fine * fine; ++k)
        pixel += colour((k % fine + 0.5) / fine, (k / fine + 0.5) / fine) / (fine * fine);
    }
  if (d.blur_px > 0) cv::GaussianBlur(light, light, {0, 0}, d.blur_px, d.blur_px);
  unsigned state = 12345;
  const auto normal = [&] {  // the sum of twelve even numbers
    double sum = -6;
    for (int i = 0; i < 12; ++i) {
      state = state * 1664525U + 1013904223U;
      sum += (state >> 8) / 16777216.0;
    }
    return sum;
  };
  return Image::make(
      d.width, d.height, 3, {300, 300}, d.with_profile ? icc() : nullptr, [&](std::uint8_t* out) {
        for (int y = 0; y < d.height; ++y)
          for (int x = 0; x < d.width; ++x) {
            const double n = d.noise > 0 ? d.noise * normal() : 0;
            const double lit = 1 - d.fall_off * (x + 0.5) / d.width;
            for (int c = 0; c < 3; ++c)
              *out++ = static_cast<std::uint8_t>(std::lround(std::clamp(
                  encoded(light.at<cv::Vec3f>(y, x)[c] * d.gain[c] * lit) + n, 0.0, 255.0)));
          }
      });
}

}  // namespace linka::drawn_target
