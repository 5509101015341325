// SPDX-License-Identifier: GPL-3.0-or-later
#include "image/convert.h"

#include <opencv2/imgproc.hpp>

#include <algorithm>
#include <climits>
#include <cmath>
#include <cstring>
#include <vector>

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

// OpenCV counts pixels in short integers. What is larger is made of parts, each from as much of the
// scan as it needs.
void warp_in_parts(const cv::Mat& scan, cv::Mat& target, const cv::Matx23d& m, int fill) {
  constexpr int side = 4096;
  constexpr double reach = 4;  // of bicubic interpolation, and rounding
  for (int top = 0; top < target.rows; top += side)
    for (int left = 0; left < target.cols; left += side) {
      cv::Mat part = target(cv::Rect(left, top, std::min(side, target.cols - left),
                                     std::min(side, target.rows - top)));
      double x0 = scan.cols, x1 = 0, y0 = scan.rows, y1 = 0;
      for (const int px : {left, left + part.cols})
        for (const int py : {top, top + part.rows}) {
          const double x = m(0, 0) * px + m(0, 1) * py + m(0, 2);
          const double y = m(1, 0) * px + m(1, 1) * py + m(1, 2);
          x0 = std::min(x0, x), x1 = std::max(x1, x);
          y0 = std::min(y0, y), y1 = std::max(y1, y);
        }
      const auto at = [](double v, int most) {
        return static_cast<int>(std::clamp(v, 0.0, static_cast<double>(most)));
      };
      const cv::Rect read(cv::Point(at(x0 - reach, scan.cols), at(y0 - reach, scan.rows)),
                          cv::Point(at(x1 + reach + 1, scan.cols), at(y1 + reach + 1, scan.rows)));
      if (read.empty() || read.width >= SHRT_MAX || read.height >= SHRT_MAX) {
        part.setTo(cv::Scalar::all(fill));
        continue;
      }
      cv::Matx23d of_part = m;
      for (const int row : {0, 1})
        of_part(row, 2) += m(row, 0) * left + m(row, 1) * top - (row == 0 ? read.x : read.y);
      cv::warpAffine(scan(read), part, of_part, part.size(), cv::INTER_CUBIC | cv::WARP_INVERSE_MAP,
                     cv::BORDER_CONSTANT, cv::Scalar::all(fill));
    }
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
    if (std::max({scan.width(), scan.height(), page.width, page.height}) < SHRT_MAX)
      cv::warpAffine(view(scan), target, matrix, target.size(),
                     cv::INTER_CUBIC | cv::WARP_INVERSE_MAP, cv::BORDER_CONSTANT,
                     cv::Scalar::all(fill));
    else
      warp_in_parts(view(scan), target, matrix, fill);
  });
}

namespace {

// A bend at every column of the page: the grid's rows, spread over the columns once and mixed for
// each row of pixels.
class SpreadBend {
 public:
  SpreadBend(const Bend& bend, const Box& page_in_turned, int columns)
      : bend_(bend),
        first_y_(page_in_turned.y0 + 0.5),
        first_x_(page_in_turned.x0 + 0.5),
        columns_(columns) {}

  // x and y of the offset at each pixel's centre, in row y of the page.
  void row(int y, std::vector<float>& dx, std::vector<float>& dy) {
    const double t =
        bend_.area.height() > 0
            ? std::clamp((first_y_ + y - bend_.area.y0) / bend_.area.height(), 0.0, 1.0) *
                  (bend_.rows - 1)
            : 0.0;
    const int above = std::min(static_cast<int>(t), bend_.rows - 2);
    if (above != above_) spread(above);
    const auto part = static_cast<float>(t - above);
    for (std::size_t i = 0; i < dx.size(); ++i) {
      dx[i] = upper_x_[i] + part * (lower_x_[i] - upper_x_[i]);
      dy[i] = upper_y_[i] + part * (lower_y_[i] - upper_y_[i]);
    }
  }

 private:
  void spread(int above) {
    const double step = bend_.area.height() / (bend_.rows - 1);
    const double upper = bend_.area.y0 + above * step;
    spread_row(upper, upper_x_, upper_y_);
    spread_row(upper + step, lower_x_, lower_y_);
    above_ = above;
  }
  void spread_row(double y, std::vector<float>& dx, std::vector<float>& dy) const {
    dx.resize(static_cast<std::size_t>(columns_));
    dy.resize(static_cast<std::size_t>(columns_));
    for (std::size_t i = 0; i < dx.size(); ++i) {
      const Point d = bend_.offset({first_x_ + static_cast<double>(i), y});
      dx[i] = static_cast<float>(d.x);
      dy[i] = static_cast<float>(d.y);
    }
  }

  const Bend& bend_;
  double first_y_, first_x_;
  int columns_, above_ = -1;
  std::vector<float> upper_x_, upper_y_, lower_x_, lower_y_;
};

// The part of the scan that bicubic interpolation reads at these places.
cv::Rect read_by(const cv::Mat& map_x, const cv::Mat& map_y, cv::Size scan) {
  double x0 = 0, x1 = 0, y0 = 0, y1 = 0;
  cv::minMaxLoc(map_x, &x0, &x1);
  cv::minMaxLoc(map_y, &y0, &y1);
  constexpr int reach = 3;
  const auto at = [](double v, int most) {
    return static_cast<int>(std::clamp(std::floor(v), 0.0, static_cast<double>(most)));
  };
  const cv::Point from(at(x0 - reach, scan.width), at(y0 - reach, scan.height));
  return {from, cv::Point(at(x1 + reach + 1, scan.width), at(y1 + reach + 1, scan.height))};
}

constexpr int tile_width = 1024, tile_height = 64;  // 512 KB of places

}  // namespace

Image resampled(const Image& scan, const Affine& page_from_scan, const Bend& bend,
                const Box& page_in_turned, Size page, Dpi dpi, int fill) {
  if (bend.empty()) return resampled(scan, page_from_scan, page, dpi, fill);
  const Affine back = inverse(page_from_scan);
  const cv::Mat source = view(scan);
  const int type = source.type();
  return Image::make(
      page.width, page.height, scan.channels(), dpi, scan.icc(), [&](std::uint8_t* out) {
        cv::Mat target(page.height, page.width, type, out);
        SpreadBend offsets(bend, page_in_turned, page.width);
        std::vector<float> dx(static_cast<std::size_t>(page.width)), dy(dx.size());
        cv::Mat map_x(tile_height, page.width, CV_32FC1), map_y(map_x.size(), CV_32FC1);
        for (int top = 0; top < page.height; top += tile_height) {
          const int rows = std::min(tile_height, page.height - top);
          for (int y = 0; y < rows; ++y) {
            offsets.row(top + y, dx, dy);
            // OpenCV's pixel centres are whole numbers, ours are halves.
            const double cx = back.b * (top + y + 0.5) + back.c + 0.5 * back.a - 0.5;
            const double cy = back.e * (top + y + 0.5) + back.f + 0.5 * back.d - 0.5;
            const auto a = static_cast<float>(back.a), b = static_cast<float>(back.b),
                       d = static_cast<float>(back.d), e = static_cast<float>(back.e);
            auto* to_x = map_x.ptr<float>(y);
            auto* to_y = map_y.ptr<float>(y);
            for (int x = 0; x < page.width; ++x) {
              const auto i = static_cast<std::size_t>(x);
              to_x[x] = static_cast<float>(cx + back.a * x) + a * dx[i] + b * dy[i];
              to_y[x] = static_cast<float>(cy + back.d * x) + d * dx[i] + e * dy[i];
            }
          }
          for (int left = 0; left < page.width; left += tile_width) {
            const cv::Rect tile(left, 0, std::min(tile_width, page.width - left), rows);
            cv::Mat part = target(tile + cv::Point(0, top));
            // Of the scan only what the tile needs: the maps' short integers end at 32767.
            cv::Mat from_x = map_x(tile), from_y = map_y(tile);
            const cv::Rect read = read_by(from_x, from_y, source.size());
            if (read.empty()) {
              part.setTo(cv::Scalar::all(fill));
              continue;
            }
            from_x -= read.x;
            from_y -= read.y;
            cv::remap(source(read), part, from_x, from_y, cv::INTER_CUBIC, cv::BORDER_CONSTANT,
                      cv::Scalar::all(fill));
          }
        }
      });
}

}  // namespace linka
