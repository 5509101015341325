// SPDX-License-Identifier: GPL-3.0-or-later
#include "image/convert.h"

#include <opencv2/imgproc.hpp>

#include <cmath>
#include <cstring>

namespace linka {

cv::Mat view(const Image& image) {
  return cv::Mat(image.height(), image.width(), image.channels() == 1 ? CV_8UC1 : CV_8UC3,
                 const_cast<std::uint8_t*>(image.data()), image.row_bytes());
}

Image image_of(const cv::Mat& pixels, Dpi dpi, IccProfile icc) {
  assert(pixels.type() == CV_8UC1 || pixels.type() == CV_8UC3);
  const std::size_t row_bytes =
      static_cast<std::size_t>(pixels.cols) * static_cast<std::size_t>(pixels.channels());
  return Image::make(
      pixels.cols, pixels.rows, pixels.channels(), dpi, std::move(icc), [&](std::uint8_t* out) {
        for (int y = 0; y < pixels.rows; ++y)
          std::memcpy(out + static_cast<std::size_t>(y) * row_bytes, pixels.ptr(y), row_bytes);
      });
}

Image grey_of(const Image& image) {
  if (image.channels() == 1) return image.with_icc(nullptr);
  return Image::make(image.width(), image.height(), 1, image.dpi(), nullptr,
                     [&](std::uint8_t* out) {
                       cv::Mat grey(image.height(), image.width(), CV_8UC1, out);
                       cv::cvtColor(view(image), grey, cv::COLOR_RGB2GRAY);
                     });
}

Reduced reduced_grey(const Image& image, double target_dpi) {
  const Dpi dpi = image.dpi().known() ? image.dpi() : Dpi{target_dpi, target_dpi};
  const double sx = std::min(1.0, target_dpi / dpi.x), sy = std::min(1.0, target_dpi / dpi.y);
  // Square pixels, so the finer axis may shrink further than asked, never grow.
  const double density = std::min(sx * dpi.x, sy * dpi.y);
  const double fx = density / dpi.x, fy = density / dpi.y;
  const int w = std::max(1, static_cast<int>(std::lround(image.width() * fx)));
  const int h = std::max(1, static_cast<int>(std::lround(image.height() * fy)));
  if (w == image.width() && h == image.height()) return {grey_of(image), 1, 1};
  // Reduce first, then to grey: a third of the work is on the small picture.
  cv::Mat small;
  cv::resize(view(image), small, cv::Size(w, h), 0, 0, cv::INTER_AREA);
  if (small.channels() == 3) cv::cvtColor(small, small, cv::COLOR_RGB2GRAY);
  return {image_of(small, {density, density}), static_cast<double>(w) / image.width(),
          static_cast<double>(h) / image.height()};
}

bool is_exact_copy(const Affine& m) {
  return m.a == 1 && m.b == 0 && m.d == 0 && m.e == 1 && m.c == std::round(m.c) &&
         m.f == std::round(m.f);
}

Image resampled(const Image& scan, const Affine& page_from_scan, Size page, Dpi dpi, int fill) {
  const int channels = scan.channels();
  if (is_exact_copy(page_from_scan)) {
    const int dx = static_cast<int>(page_from_scan.c), dy = static_cast<int>(page_from_scan.f);
    return Image::make(page.width, page.height, channels, dpi, scan.icc(), [&](std::uint8_t* out) {
      const std::size_t row_bytes =
          static_cast<std::size_t>(page.width) * static_cast<std::size_t>(channels);
      std::memset(out, fill, row_bytes * static_cast<std::size_t>(page.height));
      const int first = std::max(0, dx), last = std::min(page.width, scan.width() + dx);
      for (int y = std::max(0, dy); y < std::min(page.height, scan.height() + dy); ++y)
        if (last > first)
          std::memcpy(out + static_cast<std::size_t>(y) * row_bytes +
                          static_cast<std::size_t>(first * channels),
                      scan.row(y - dy) + (first - dx) * channels,
                      static_cast<std::size_t>((last - first) * channels));
    });
  }
  // OpenCV's pixel centres are whole numbers, ours are halves.
  const Affine scan_from_page = inverse(page_from_scan);
  const Affine m =
      composed(composed(translation(0.5, 0.5), scan_from_page), translation(-0.5, -0.5));
  const cv::Matx23d matrix(m.a, m.b, m.c, m.d, m.e, m.f);
  return Image::make(page.width, page.height, channels, dpi, scan.icc(), [&](std::uint8_t* out) {
    cv::Mat target(page.height, page.width, channels == 1 ? CV_8UC1 : CV_8UC3, out);
    cv::warpAffine(view(scan), target, matrix, target.size(),
                   cv::INTER_CUBIC | cv::WARP_INVERSE_MAP, cv::BORDER_CONSTANT,
                   cv::Scalar::all(fill));
  });
}

}  // namespace linka
