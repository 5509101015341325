// SPDX-License-Identifier: GPL-3.0-or-later
#include "samples/faults.h"

#include "image/convert.h"
#include "samples/random.h"

#include <opencv2/imgproc.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <vector>

namespace linka {
namespace {

constexpr double gamma_of_scans = 2.2;

double dpi_of(const Image& scan) {
  return scan.dpi().known() ? std::max(scan.dpi().x, scan.dpi().y) : 300;
}
Image like(const Image& scan, const cv::Mat& pixels) {
  return image_of(pixels, scan.dpi(), scan.icc());
}
cv::Mat through(const cv::Mat& pixels, const std::array<double, 256>& curve) {
  cv::Mat table(1, 256, CV_8UC1), out;
  for (int i = 0; i < 256; ++i)
    table.at<std::uint8_t>(i) = cv::saturate_cast<std::uint8_t>(curve[static_cast<std::size_t>(i)]);
  cv::LUT(pixels, table, out);
  return out;
}

Image filtered(const Image& scan, cv::Mat kernel) {
  kernel /= cv::sum(kernel)[0];
  cv::Mat out;
  cv::filter2D(view(scan), out, -1, kernel, {-1, -1}, 0, cv::BORDER_REPLICATE);
  return like(scan, out);
}

// Lays `colour` over the pixels as thickly as `cover` says (CV_8UC1, of the part `where`).
void lay_over(cv::Mat& pixels, const cv::Rect& where, const cv::Mat& cover, const cv::Mat& colour) {
  const int channels = pixels.channels();
  for (int y = 0; y < where.height; ++y) {
    std::uint8_t* row = pixels.ptr<std::uint8_t>(where.y + y) + where.x * channels;
    const std::uint8_t* alpha = cover.ptr<std::uint8_t>(y);
    const std::uint8_t* paint = colour.ptr<std::uint8_t>(y);
    for (int x = 0; x < where.width; ++x)
      for (int k = 0; k < channels; ++k) {
        const int i = x * channels + k;
        const int grey =
            (299 * paint[3 * x] + 587 * paint[3 * x + 1] + 114 * paint[3 * x + 2]) / 1000;
        const int value = channels == 1 ? grey : paint[3 * x + k];
        row[i] = static_cast<std::uint8_t>((row[i] * (255 - alpha[x]) + value * alpha[x]) / 255);
      }
  }
}

// Darkens what lies under a thing's soft shadow (CV_8UC1 of the same part).
void shade(cv::Mat& pixels, const cv::Rect& where, const cv::Mat& shadow) {
  const int channels = pixels.channels();
  for (int y = 0; y < where.height; ++y) {
    std::uint8_t* row = pixels.ptr<std::uint8_t>(where.y + y) + where.x * channels;
    const std::uint8_t* dark = shadow.ptr<std::uint8_t>(y);
    for (int i = 0; i < where.width * channels; ++i)
      row[i] = static_cast<std::uint8_t>(row[i] * (255 - dark[i / channels]) / 255);
  }
}

// A shape drawn at its place in the scan, with its shadow, in a colour that varies a little.
struct Thing {
  cv::Mat shape;  // CV_8UC1 of the whole scan
  std::array<double, 3> colour{};
  double relief_px = 1;  // how far in from its outline the thing turns dark
  double grain = 2;      // deviation of its texture
};

void put(cv::Mat& pixels, const Thing& thing, double dpi, Random& random) {
  const cv::Rect box = cv::boundingRect(thing.shape);
  const int margin = static_cast<int>(px_from_mm(3, dpi));
  const cv::Rect where =
      cv::Rect(box.x - margin, box.y - margin, box.width + 2 * margin, box.height + 2 * margin) &
      cv::Rect(0, 0, pixels.cols, pixels.rows);
  if (box.empty() || where.empty()) return;
  const cv::Mat shape = thing.shape(where);
  cv::Mat shadow, inside, cover;
  cv::GaussianBlur(shape, shadow, {}, px_from_mm(0.8, dpi));
  shadow *= 0.45;
  shade(pixels, where, shadow);
  cv::distanceTransform(shape, inside, cv::DIST_L2, 3);
  cv::GaussianBlur(shape, cover, {}, std::max(0.6, px_from_mm(0.06, dpi)));
  cv::Mat colour(where.size(), CV_8UC3);
  for (int y = 0; y < colour.rows; ++y)
    for (int x = 0; x < colour.cols; ++x) {
      const double depth = std::min(1.0, inside.at<float>(y, x) / thing.relief_px);
      const double light = 0.62 + 0.38 * std::sqrt(depth);
      const double grain = thing.grain * random.normal();
      for (int k = 0; k < 3; ++k)
        colour.at<cv::Vec3b>(y, x)[k] = cv::saturate_cast<std::uint8_t>(
            thing.colour[static_cast<std::size_t>(k)] * light + grain);
    }
  lay_over(pixels, where, cover, colour);
}

cv::Point2d point_in(const Box& leaf, Edge edge, double along, double depth) {
  const double x = leaf.x0 + along * leaf.width(), y = leaf.y0 + along * leaf.height();
  switch (edge) {
    case Edge::left:
      return {leaf.x0 + depth, y};
    case Edge::top:
      return {x, leaf.y0 + depth};
    case Edge::right:
      return {leaf.x1 - depth, y};
    case Edge::bottom:
      break;
  }
  return {x, leaf.y1 - depth};
}

}  // namespace

Image out_of_focus(const Image& scan, double radius_mm) {
  const double radius = px_from_mm(radius_mm, dpi_of(scan));
  if (radius <= 0) return scan;
  const int reach = static_cast<int>(std::ceil(radius)) + 1;
  constexpr int fine = 8;  // parts of a pixel, for a disc that grows smoothly
  cv::Mat kernel(2 * reach + 1, 2 * reach + 1, CV_32FC1, cv::Scalar(0));
  for (int y = 0; y < kernel.rows * fine; ++y)
    for (int x = 0; x < kernel.cols * fine; ++x) {
      const double dx = (x + 0.5) / fine - kernel.cols / 2.0;
      const double dy = (y + 0.5) / fine - kernel.rows / 2.0;
      if (dx * dx + dy * dy <= radius * radius) kernel.at<float>(y / fine, x / fine) += 1;
    }
  return filtered(scan, kernel);
}

Image moved(const Image& scan, double length_mm, double direction_deg) {
  const double length = px_from_mm(length_mm, dpi_of(scan));
  if (length <= 0) return scan;
  const int reach = static_cast<int>(std::ceil(length / 2)) + 1;
  cv::Mat kernel(2 * reach + 1, 2 * reach + 1, CV_32FC1, cv::Scalar(0));
  const double t = direction_deg * std::numbers::pi / 180;
  const int steps = static_cast<int>(length * 16) + 1;
  for (int i = 0; i < steps; ++i) {
    const double at = length * ((i + 0.5) / steps - 0.5);
    const double x = reach + at * std::cos(t), y = reach + at * std::sin(t);
    const int ix = static_cast<int>(std::floor(x)), iy = static_cast<int>(std::floor(y));
    const auto fx = static_cast<float>(x - ix), fy = static_cast<float>(y - iy);
    kernel.at<float>(iy, ix) += (1 - fx) * (1 - fy);
    kernel.at<float>(iy, ix + 1) += fx * (1 - fy);
    kernel.at<float>(iy + 1, ix) += (1 - fx) * fy;
    kernel.at<float>(iy + 1, ix + 1) += fx * fy;
  }
  return filtered(scan, kernel);
}

Image exposed(const Image& scan, double stops) {
  std::array<double, 256> curve{};
  for (std::size_t i = 0; i < curve.size(); ++i) {
    const double light = std::pow(static_cast<double>(i) / 255, gamma_of_scans);
    curve[i] = 255 * std::pow(std::min(1.0, light * std::exp2(stops)), 1 / gamma_of_scans);
  }
  return like(scan, through(view(scan), curve));
}

Image unevenly_lit(const Image& scan, double share_lost, double direction_deg) {
  cv::Mat out = view(scan).clone();
  const double t = direction_deg * std::numbers::pi / 180, dx = std::cos(t), dy = std::sin(t);
  const double across = (std::abs(dx) * out.cols + std::abs(dy) * out.rows) / 2;
  for (int y = 0; y < out.rows; ++y) {
    std::uint8_t* row = out.ptr<std::uint8_t>(y);
    for (int x = 0; x < out.cols; ++x) {
      const double at =
          (dx * (x + 0.5 - out.cols / 2.0) + dy * (y + 0.5 - out.rows / 2.0)) / across;
      const double light = 1 - share_lost * std::pow(std::clamp((at + 1) / 2, 0.0, 1.0), 1.5);
      for (int k = 0; k < out.channels(); ++k) {
        std::uint8_t& v = row[x * out.channels() + k];
        v = static_cast<std::uint8_t>(v * light + 0.5);
      }
    }
  }
  return like(scan, out);
}

Image with_noise(const Image& scan, double deviation, std::uint64_t seed) {
  cv::Mat out = view(scan).clone();
  Random random(seed, 8101);
  std::vector<int> table(1 << 14);
  for (int& t : table) t = static_cast<int>(std::lround(deviation * random.normal()));
  for (int y = 0; y < out.rows; ++y) {
    std::uint8_t* row = out.ptr<std::uint8_t>(y);
    for (int x = 0; x < out.cols * out.channels(); ++x)
      row[x] = cv::saturate_cast<std::uint8_t>(row[x] + table[random.next() % table.size()]);
  }
  return like(scan, out);
}

Image with_band(const Image& scan, double top_mm, double height_mm, Band kind) {
  cv::Mat out = view(scan).clone();
  const int top = std::clamp(static_cast<int>(px_from_mm(top_mm, dpi_of(scan))), 0, out.rows - 1);
  const int rows =
      std::clamp(static_cast<int>(px_from_mm(height_mm, dpi_of(scan))), 1, out.rows - top);
  cv::Mat band = out.rowRange(top, top + rows);
  if (kind == Band::repeated) {
    for (int y = 0; y < rows; ++y) out.row(std::max(0, top - 1)).copyTo(band.row(y));
  } else {
    band.setTo(cv::Scalar::all(kind == Band::grey ? 128 : kind == Band::black ? 0 : 255));
  }
  return like(scan, out);
}

Image with_finger(const Image& scan, const Box& leaf, Edge edge, double along, double reach_mm,
                  std::uint64_t seed) {
  Random random(seed, 8102);
  const double dpi = dpi_of(scan), width = px_from_mm(random.between(15, 20), dpi);
  const double reach = px_from_mm(reach_mm, dpi);
  const auto at = [](cv::Point2d p) {
    return cv::Point(static_cast<int>(std::lround(p.x)), static_cast<int>(std::lround(p.y)));
  };
  const double slant = random.between(-0.06, 0.06);
  const cv::Point tip = at(point_in(leaf, edge, along, reach - width / 2));
  const cv::Point root = at(point_in(leaf, edge, along + slant, -px_from_mm(80, dpi)));
  Thing finger;
  finger.shape = cv::Mat(scan.height(), scan.width(), CV_8UC1, cv::Scalar(0));
  cv::line(finger.shape, root, tip, cv::Scalar(255), static_cast<int>(width), cv::LINE_8);
  cv::circle(finger.shape, tip, static_cast<int>(width / 2), cv::Scalar(255), cv::FILLED);
  const double tan = random.between(0.82, 1.0);
  finger.colour = {224 * tan, 168 * tan, 142 * tan};
  finger.relief_px = width / 2.4;
  finger.grain = 2.5;
  cv::Mat out = view(scan).clone();
  put(out, finger, dpi, random);
  // The nail: brighter, near the tip.
  Thing nail;
  nail.shape = cv::Mat(scan.height(), scan.width(), CV_8UC1, cv::Scalar(0));
  const double angle = std::atan2(tip.y - root.y, tip.x - root.x) * 180 / std::numbers::pi;
  cv::ellipse(nail.shape, at(point_in(leaf, edge, along, reach - width * 0.42)),
              cv::Size(static_cast<int>(width * 0.36), static_cast<int>(width * 0.28)), angle, 0,
              360, cv::Scalar(255), cv::FILLED);
  nail.colour = {238 * tan, 196 * tan, 178 * tan};
  nail.relief_px = width / 12;
  nail.grain = 1.5;
  put(out, nail, dpi, random);
  return like(scan, out);
}

Image with_bookmark(const Image& scan, const Box& leaf, double along, double width_mm,
                    double length_mm, std::uint64_t seed) {
  Random random(seed, 8103);
  const double dpi = dpi_of(scan), half = px_from_mm(width_mm, dpi) / 2;
  const double x = leaf.x0 + along * leaf.width(), sway = random.between(-0.08, 0.08);
  const double length = px_from_mm(length_mm, dpi), above = px_from_mm(random.between(2, 15), dpi);
  Thing strip;
  strip.shape = cv::Mat(scan.height(), scan.width(), CV_8UC1, cv::Scalar(0));
  const auto at = [&](double dx, double down) {
    return cv::Point(static_cast<int>(std::lround(x + dx + sway * down)),
                     static_cast<int>(std::lround(leaf.y0 + down)));
  };
  const std::vector<cv::Point> outline = {at(-half, -above), at(half, -above), at(half, length),
                                          at(-half, length)};
  cv::fillConvexPoly(strip.shape, outline, cv::Scalar(255));
  constexpr std::array<std::array<double, 3>, 4> dyes = {
      {{150, 30, 36}, {40, 62, 110}, {214, 206, 190}, {222, 196, 90}}};  // ribbon and paper
  strip.colour = dyes[static_cast<std::size_t>(random.below(static_cast<int>(dyes.size())))];
  strip.relief_px = 2;
  strip.grain = 3;
  cv::Mat out = view(scan).clone();
  put(out, strip, dpi, random);
  return like(scan, out);
}

Image quarter_turned(const Image& scan, int quarters) {
  const int q = ((quarters % 4) + 4) % 4;
  if (q == 0) return scan;
  cv::Mat out;
  cv::rotate(view(scan), out,
             q == 1   ? cv::ROTATE_90_CLOCKWISE
             : q == 2 ? cv::ROTATE_180
                      : cv::ROTATE_90_COUNTERCLOCKWISE);
  const Dpi dpi = q == 2 ? scan.dpi() : Dpi{scan.dpi().y, scan.dpi().x};
  return image_of(out, dpi, scan.icc());
}

Image turned_scan(const Image& scan, double degrees) {
  if (degrees == 0) return scan;
  const Affine m = inverse(turn(degrees, {scan.width() / 2.0, scan.height() / 2.0}));
  const Point origin = m({0.5, 0.5});  // OpenCV counts from a pixel's centre
  const cv::Matx23d back(m.a, m.b, origin.x - 0.5, m.d, m.e, origin.y - 0.5);
  const cv::Mat pixels = view(scan);
  cv::Mat out;
  const cv::Rect corner(0, 0, std::min(pixels.cols, 12), std::min(pixels.rows, 12));
  cv::warpAffine(pixels, out, back, pixels.size(), cv::INTER_CUBIC | cv::WARP_INVERSE_MAP,
                 cv::BORDER_CONSTANT, cv::mean(pixels(corner)));
  return like(scan, out);
}

Image part_of(const Image& scan, const Box& box) {
  const int x0 = std::clamp(static_cast<int>(std::lround(box.x0)), 0, scan.width() - 1);
  const int y0 = std::clamp(static_cast<int>(std::lround(box.y0)), 0, scan.height() - 1);
  const int x1 = std::clamp(static_cast<int>(std::lround(box.x1)), x0 + 1, scan.width());
  const int y1 = std::clamp(static_cast<int>(std::lround(box.y1)), y0 + 1, scan.height());
  return like(scan, view(scan)(cv::Rect(x0, y0, x1 - x0, y1 - y0)));
}

}  // namespace linka
