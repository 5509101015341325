// SPDX-License-Identifier: GPL-3.0-or-later
// For the user copy. The paper's light is taken where there is paper, at 25 dpi: where print closed
// over is nearly as bright as the page's paper and as its surroundings. Pictures, stamps and stains
// are none, and there the light is that of the paper around them. It is smoothed over centimetres,
// so that nothing but slow shading is taken out, and grain and foxing stay what they are.
#include "image/convert.h"
#include "image/paper.h"
#include "stages/light/light.h"

#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

namespace linka {
namespace {

constexpr double measuring_dpi = 25;
constexpr double stroke_mm = 4;       // print strokes are thinner
constexpr double smooth_mm = 10;      // light changes over this much
constexpr double darkest = 0.6;       // of the page's paper: below it is no paper
constexpr double steepest = 0.12;     // of the light, over a picture's edge but not over a shadow
constexpr double least_paper = 0.15;  // of the page
constexpr double least_gain = 0.8, most_gain = 1.7;
constexpr double even_enough = 0.015;  // a gain nearer to one than this everywhere is none

int odd(double mm, double dpi) {
  return 2 * std::max(1, static_cast<int>(std::lround(px_from_mm(mm, dpi) / 2))) + 1;
}

double middle_of(const cv::Mat& level, const cv::Mat& mask) {
  std::vector<std::uint8_t> values;
  for (int y = 0; y < level.rows; ++y)
    for (int x = 0; x < level.cols; ++x)
      if (mask.at<std::uint8_t>(y, x) != 0) values.push_back(level.at<std::uint8_t>(y, x));
  if (values.empty()) return 0;
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

// Smoothed over what the mask shows; beyond it, over ever wider neighbourhoods.
cv::Mat spread_over(const cv::Mat& level, const cv::Mat& mask, int window) {
  cv::Mat weight, light, values;
  mask.convertTo(weight, CV_32F, 1.0 / 255);
  level.convertTo(values, CV_32F);
  values = values.mul(weight);
  cv::Mat out(level.size(), CV_32F, cv::Scalar(0)), known(level.size(), CV_8UC1, cv::Scalar(0));
  for (int size = window;; size = 2 * size + 1) {
    cv::Mat sum, n;
    for (int pass = 0; pass < 2; ++pass) {
      cv::blur(pass == 0 ? values : sum, sum, {size, size}, {-1, -1}, cv::BORDER_REFLECT);
      cv::blur(pass == 0 ? weight : n, n, {size, size}, {-1, -1}, cv::BORDER_REFLECT);
    }
    cv::Mat fresh = (n > 0.1) & (known == 0);
    cv::divide(sum, cv::max(n, 1e-6), light);
    light.copyTo(out, fresh);
    known |= fresh;
    if (cv::countNonZero(known) == static_cast<int>(known.total())) return out;
    if (size > level.cols + level.rows) break;
  }
  out.setTo(cv::mean(level, mask), known == 0);
  return out;
}

// CV_32F at the reduced size; empty when there is nothing to even.
cv::Mat gain_of(const cv::Mat& grey, double dpi, double strength) {
  cv::Mat level, slow;
  const int stroke = odd(stroke_mm, dpi);
  cv::morphologyEx(grey, level, cv::MORPH_CLOSE,
                   cv::getStructuringElement(cv::MORPH_RECT, {stroke, stroke}));
  double bright = 0;
  {
    cv::Mat sorted = level.reshape(1, 1).clone();
    cv::sort(sorted, sorted, cv::SORT_EVERY_ROW | cv::SORT_ASCENDING);
    bright = sorted.at<std::uint8_t>(0, static_cast<int>(sorted.total() * 9 / 10));
  }
  // Paper: bright, and no darker than what lies around it by more than shade would be.
  const int around = odd(smooth_mm, dpi);
  cv::dilate(level, slow, cv::getStructuringElement(cv::MORPH_RECT, {around, around}));
  cv::Mat floor;
  slow.convertTo(floor, CV_8U, 1 - steepest);
  cv::Mat paper = (level > darkest * bright) & (level >= floor);
  cv::erode(paper, paper, cv::getStructuringElement(cv::MORPH_RECT, {3, 3}));
  if (cv::countNonZero(paper) < least_paper * static_cast<double>(paper.total())) return {};
  const double target = middle_of(level, paper);
  cv::Mat gain = spread_over(level, paper, around);
  cv::divide(target, gain, gain);
  gain = 1 + strength * (gain - 1);
  cv::min(gain, most_gain, gain);
  cv::max(gain, least_gain, gain);
  double least = 1, most = 1;
  cv::minMaxLoc(gain, &least, &most);
  if (most - 1 < even_enough && 1 - least < even_enough) return {};
  return gain;
}

// One gain for all samples of a pixel, less where one of them would leave the range.
void apply(const std::uint8_t* from, std::uint8_t* to, const float* gain, int width, int channels) {
  for (int x = 0; x < width; ++x, from += channels, to += channels) {
    int most = 1;
    for (int c = 0; c < channels; ++c) most = std::max<int>(most, from[c]);
    const float g = std::min(gain[x], 255.0F / static_cast<float>(most));
    for (int c = 0; c < channels; ++c)
      to[c] = static_cast<std::uint8_t>(static_cast<float>(from[c]) * g + 0.5F);
  }
}

}  // namespace

Result<Image> even_background(const Image& page, const LightParams& params) {
  return guarded<Image>("light", [&]() -> Result<Image> {
    if (page.empty()) return fail(ErrorKind::bad_input, "there is no image");
    if (params.user == "off" || params.user_strength <= 0) return page;
    const Reduced reduced = reduced_grey(with_plausible_dpi(page), measuring_dpi);
    const cv::Mat small = gain_of(view(reduced.grey), reduced.grey.dpi().x, params.user_strength);
    if (small.empty()) return page;
    const int w = page.width(), h = page.height();
    // Wide first, then row by row, so that no second picture of floats is needed.
    cv::Mat wide;
    cv::resize(small, wide, {w, small.rows}, 0, 0, cv::INTER_LINEAR);
    return Image::make(w, h, page.channels(), page.dpi(), page.icc(), [&](std::uint8_t* out) {
      cv::Mat row;
      for (int y = 0; y < h; ++y) {
        const double at =
            std::clamp((y + 0.5) * small.rows / h - 0.5, 0.0, static_cast<double>(small.rows - 1));
        const int upper = std::min(static_cast<int>(at), small.rows - 1);
        const int lower = std::min(upper + 1, small.rows - 1);
        cv::addWeighted(wide.row(upper), 1 - (at - upper), wide.row(lower), at - upper, 0, row);
        apply(page.row(y), out + page.row_bytes() * static_cast<std::size_t>(y), row.ptr<float>(),
              w, page.channels());
      }
    });
  });
}

}  // namespace linka
