// SPDX-License-Identifier: GPL-3.0-or-later
#include "stages/check/page_view.h"

#include "image/convert.h"

#include <opencv2/imgproc.hpp>

#include <algorithm>
#include <array>
#include <cmath>

namespace linka {
namespace {

constexpr double measuring_dpi = 150;  // an x-height of 1.5 mm is 9 rows

// Black and white by nature. A bitonal page that was turned has shades along the outlines, but
// hardly any elsewhere: a third of what is dark is as dark as can be, and the paper is white.
bool is_bitonal(const cv::Mat& grey) {
  const int step = std::max(1, grey.rows / 500);
  std::size_t white = 0, light = 0, black = 0, dark = 0;
  for (int y = 0; y < grey.rows; y += step) {
    const auto* row = grey.ptr<std::uint8_t>(y);
    for (int x = 0; x < grey.cols; ++x) {
      white += row[x] == 255;
      black += row[x] == 0;
      ++(row[x] < 128 ? dark : light);
    }
  }
  return white * 10 >= light * 9 && dark > 0 && black * 3 >= dark;
}

}  // namespace

PageView page_view(const Image& page) {
  PageView v;
  v.page = with_plausible_dpi(page);
  v.dpi = v.page.dpi().x;
  v.grey_image = grey_of(v.page);
  v.grey = view(v.grey_image);
  v.bitonal = is_bitonal(v.grey);
  const Reduced reduced = reduced_grey(v.grey_image, measuring_dpi);
  v.small_image = reduced.grey;
  v.small = view(v.small_image);
  v.small_dpi = v.small_image.dpi().x;
  v.scale = reduced.scale_x;
  v.paper = paper_of(v.small, v.small_dpi);
  v.letters = letters_of(v.paper.print, v.small_dpi);
  return v;
}

std::vector<cv::Rect> text_patches(const PageView& view, const Letters& found, double edge_mm,
                                   std::size_t most) {
  std::vector<cv::Rect> patches;
  std::vector<const Letter*> letters;
  for (const Letter& letter : found.all)
    if (letter.line >= 0) letters.push_back(&letter);
  const int edge = std::max(8, static_cast<int>(px_from_mm(edge_mm, view.dpi)));
  const cv::Rect whole({0, 0}, view.grey.size());
  const std::size_t count = std::min(most, letters.size());
  for (std::size_t i = 0; i < count; ++i) {
    const cv::Rect& box = letters[i * letters.size() / count]->box;
    const cv::Point centre(static_cast<int>((box.x + box.width / 2.0) / view.scale),
                           static_cast<int>((box.y + box.height / 2.0) / view.scale));
    const cv::Rect patch = cv::Rect(centre.x - edge / 2, centre.y - edge / 2, edge, edge) & whole;
    if (patch.width >= 8 && patch.height >= 8) patches.push_back(patch);
  }
  return patches;
}

cv::Mat reduced_by(const cv::Mat& picture, double by) {
  const cv::Size size(std::max(1, static_cast<int>(std::lround(picture.cols * by))),
                      std::max(1, static_cast<int>(std::lround(picture.rows * by))));
  cv::Mat small;
  cv::resize(picture, small, size, 0, 0, cv::INTER_AREA);
  return small;
}

double quantile(std::vector<float>& values, double share) {
  if (values.empty()) return 0;
  const auto n = static_cast<std::ptrdiff_t>(std::clamp(share, 0.0, 1.0) *
                                             static_cast<double>(values.size() - 1));
  std::nth_element(values.begin(), values.begin() + n, values.end());
  return static_cast<double>(values[static_cast<std::size_t>(n)]);
}

cv::Mat smooth_surface(const cv::Mat& values, const cv::Mat& mask) {
  using Terms = std::array<double, 6>;
  const auto terms = [&](int x, int y) {
    const double u = 2.0 * (x + 0.5) / values.cols - 1, w = 2.0 * (y + 0.5) / values.rows - 1;
    return Terms{1, u, w, u * u, u * w, w * w};
  };
  struct Sample {
    Terms t;
    double value, weight;
  };
  const int step = std::max(1, std::max(values.rows, values.cols) / 60);
  std::vector<Sample> samples;
  for (int y = step / 2; y < values.rows; y += step)
    for (int x = step / 2; x < values.cols; x += step)
      if (mask.empty() || mask.at<std::uint8_t>(y, x) != 0)
        samples.push_back({terms(x, y), static_cast<double>(values.at<float>(y, x)), 1});
  cv::Mat surface(values.size(), CV_32FC1, cv::Scalar(0));
  if (samples.empty()) return surface;
  // Starts from the median, which a third of outliers does not move far.
  std::vector<float> all;
  for (const Sample& s : samples) all.push_back(static_cast<float>(s.value));
  Terms fit{quantile(all, 0.6), 0, 0, 0, 0, 0};
  for (int round = 0; round < 6; ++round) {
    std::vector<float> off;
    for (Sample& s : samples) {
      double at = 0;
      for (std::size_t i = 0; i < 6; ++i) at += fit[i] * s.t[i];
      s.weight = s.value - at;
      off.push_back(static_cast<float>(std::abs(s.weight)));
    }
    const double reach = std::max(4.0, 4 * 1.48 * quantile(off, 0.5));
    cv::Matx<double, 6, 6> a = cv::Matx<double, 6, 6>::eye() * 1e-6;
    cv::Matx<double, 6, 1> b;
    for (Sample& s : samples) {
      const double r = s.weight / reach;
      const double weight = std::abs(r) < 1 ? (1 - r * r) * (1 - r * r) : 0;
      for (int i = 0; i < 6; ++i) {
        const double ti = s.t[static_cast<std::size_t>(i)];
        for (int j = 0; j < 6; ++j) a(i, j) += weight * ti * s.t[static_cast<std::size_t>(j)];
        b(i) += weight * ti * s.value;
      }
    }
    const cv::Matx<double, 6, 1> x = a.solve(b, cv::DECOMP_CHOLESKY);
    for (int i = 0; i < 6; ++i) fit[static_cast<std::size_t>(i)] = x(i);
  }
  for (int y = 0; y < values.rows; ++y)
    for (int x = 0; x < values.cols; ++x) {
      const Terms t = terms(x, y);
      double at = 0;
      for (std::size_t i = 0; i < 6; ++i) at += fit[i] * t[i];
      surface.at<float>(y, x) = static_cast<float>(at);
    }
  return surface;
}

}  // namespace linka
