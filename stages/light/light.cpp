// SPDX-License-Identifier: GPL-3.0-or-later
// The paper's own brightness is what stays when print is closed over (the brightest of a
// neighbourhood wider than a stroke, then the darkest of those), smoothed. Every pixel is divided
// by it, so shadow near the spine and yellowed paper become white while ink keeps its share of the
// paper's light. Large dark areas are pictures or the scanner bed, not shaded paper: the divisor
// never falls below half the brightness of the page's paper, so that they stay dark. The background
// varies slowly and is measured on a copy at 50 dpi. Print of the back that shines through is left
// by the division, as it is no paper; bleed.cpp takes it out.
#include "stages/light/light.h"

#include "image/convert.h"
#include "image/paper.h"
#include "stages/light/bleed.h"

#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>

#include <algorithm>
#include <cmath>
#include <vector>

namespace linka {
namespace {

constexpr double measuring_dpi = 50;
constexpr double stroke_share = 1.0 / 3;  // of the window: print strokes are thinner
constexpr double darkest_paper = 0.5;     // of the page's paper; deeper shadow is left dark
constexpr double white = 250;             // where paper goes; its grain needs some room above

// The brightness that a tenth of the picture surpasses.
int bright_level(const cv::Mat& level) {
  std::vector<int> count(256);
  for (int y = 0; y < level.rows; ++y) {
    const auto* row = level.ptr<std::uint8_t>(y);
    for (int x = 0; x < level.cols; ++x) ++count[row[x]];
  }
  const auto wanted = static_cast<long>(level.total() / 10);
  long seen = 0;
  int value = 255;
  while (value > 0 && (seen += count[static_cast<std::size_t>(value)]) <= wanted) --value;
  return value;
}

}  // namespace

Result<Image> even_light(const Image& page, const LightParams& params) {
  return guarded<Image>("light", [&]() -> Result<Image> {
    if (page.empty()) return fail(ErrorKind::bad_input, "there is no image");
    Image grey = grey_of(page);
    if (!params.enabled) return grey;
    const Reduced reduced = reduced_grey(with_plausible_dpi(grey), measuring_dpi);
    const double dpi = reduced.grey.dpi().x;
    const auto odd = [&](double mm) {
      return 2 * std::max(1, static_cast<int>(std::lround(px_from_mm(mm, dpi) / 2))) + 1;
    };
    cv::Mat paper;
    const int stroke = odd(params.window_mm * stroke_share);
    cv::morphologyEx(view(reduced.grey), paper, cv::MORPH_CLOSE,
                     cv::getStructuringElement(cv::MORPH_RECT, {stroke, stroke}));
    const int smooth = odd(params.window_mm * stroke_share);
    cv::blur(paper, paper, {smooth, smooth}, {-1, -1}, cv::BORDER_REPLICATE);
    const double least = std::max(1.0, darkest_paper * bright_level(paper));
    cv::Mat dark = paper < least;
    cv::dilate(dark, dark, cv::getStructuringElement(cv::MORPH_RECT, {stroke, stroke}));
    cv::max(paper, least, paper);
    const double page_dpi = with_plausible_dpi(grey).dpi().x;
    return Image::make(grey.width(), grey.height(), 1, grey.dpi(), nullptr, [&](std::uint8_t* out) {
      cv::Mat even(grey.height(), grey.width(), CV_8UC1, out);
      cv::resize(paper, even, even.size(), 0, 0, cv::INTER_LINEAR);
      cv::divide(view(grey), even, even, white);
      grey = Image();  // a page can be large, and there are more steps
      if (params.bleed) clear_bleed(even, dark, page_dpi, white);
    });
  });
}

}  // namespace linka
