// SPDX-License-Identifier: GPL-3.0-or-later
#include "stages/ocr/leaders.h"

#include "image/convert.h"

#include <opencv2/imgproc.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <tuple>

namespace linka {
namespace {

constexpr double look_dpi = 200;     // a dot is two pixels and more there
constexpr double dot_most_mm = 0.8;  // width and height
constexpr double longer_most = 2;    // of its width and height, one pixel allowed
constexpr double level_mm = 0.3;     // difference of height between neighbours
constexpr double pitch_least_mm = 0.5, pitch_most_mm = 8;
constexpr double uneven_most = 0.25;  // of the pitch, and a pixel
constexpr std::size_t fewest_dots = 5;
constexpr double clear_mm = 0.5;         // nothing else this far above and below
constexpr double letter_most_mm = 15;    // height
constexpr std::size_t too_many = 20000;  // pieces of ink; no print

bool is_dot(const Box& box, double dpi) {
  const double most = px_from_mm(dot_most_mm, dpi);
  const double w = box.width(), h = box.height();
  return w <= most && h <= most && w <= longer_most * h + 1 && h <= longer_most * w + 1;
}

double middle_x(const Box& box) {
  return (box.x0 + box.x1) / 2;
}
double middle_y(const Box& box) {
  return (box.y0 + box.y1) / 2;
}

// The dots that go on from one at even distances; each step takes the nearest.
std::vector<std::size_t> chain_from(const std::vector<Box>& dots, std::size_t first, double dpi) {
  std::vector<std::size_t> chain = {first};
  double pitch = 0;
  for (std::size_t i = first + 1; i < dots.size(); ++i) {
    const Box& last = dots[chain.back()];
    const double step = middle_x(dots[i]) - middle_x(last);
    if (step > px_from_mm(pitch_most_mm, dpi) ||
        (pitch > 0 && step > (1 + uneven_most) * pitch + 1))
      break;
    if (std::abs(middle_y(dots[i]) - middle_y(last)) > px_from_mm(level_mm, dpi)) continue;
    if (step < px_from_mm(pitch_least_mm, dpi) ||
        (pitch > 0 && std::abs(step - pitch) > uneven_most * pitch + 1))
      continue;
    pitch = pitch > 0 ? (pitch + step) / 2 : step;
    chain.push_back(i);
  }
  return chain;
}

// No letters over or under the dots, as there are under those of i and ö.
bool is_clear(const Box& row, const std::vector<Box>& others, double dpi) {
  const double around = px_from_mm(clear_mm, dpi);
  const Box zone{row.x0, row.y0 - around, row.x1, row.y1 + around};
  return std::none_of(others.begin(), others.end(),
                      [&](const Box& box) { return !intersection(box, zone).empty(); });
}

}  // namespace

std::vector<Box> leader_dots(const std::vector<Box>& ink, double dpi) {
  if (dpi <= 0 || ink.size() > too_many) return {};
  std::vector<Box> dots, others;
  for (const Box& box : ink) {
    if (is_dot(box, dpi))
      dots.push_back(box);
    else if (box.height() <= px_from_mm(letter_most_mm, dpi))  // frames hold everything
      others.push_back(box);
  }
  std::sort(dots.begin(), dots.end(), [](const Box& a, const Box& b) {
    return std::tie(a.x0, a.y0, a.x1, a.y1) < std::tie(b.x0, b.y0, b.x1, b.y1);
  });
  std::vector<bool> taken(dots.size());
  std::vector<Box> found;
  for (std::size_t first = 0; first < dots.size(); ++first) {
    if (taken[first]) continue;
    const std::vector<std::size_t> chain = chain_from(dots, first, dpi);
    if (chain.size() < fewest_dots) continue;
    Box row = dots[first];
    for (const std::size_t i : chain) row = hull(row, dots[i]);
    if (!is_clear(row, others, dpi)) continue;
    for (const std::size_t i : chain) {
      if (!taken[i]) found.push_back(dots[i]);
      taken[i] = true;
    }
  }
  return found;
}

Image without_leaders(const Image& grey, double dpi) {
  if (dpi <= 0 || grey.empty()) return grey;
  const Reduced small = reduced_grey(grey.with_dpi({dpi, dpi}), look_dpi);
  cv::Mat print, labels, stats, centres;
  cv::threshold(view(small.grey), print, 0, 255, cv::THRESH_BINARY_INV | cv::THRESH_OTSU);
  const int n = cv::connectedComponentsWithStats(print, labels, stats, centres, 8, CV_32S);
  std::vector<Box> ink;
  for (int i = 1; i < n; ++i) {
    const double x = stats.at<int>(i, cv::CC_STAT_LEFT), y = stats.at<int>(i, cv::CC_STAT_TOP);
    ink.push_back(
        {x, y, x + stats.at<int>(i, cv::CC_STAT_WIDTH), y + stats.at<int>(i, cv::CC_STAT_HEIGHT)});
  }
  const std::vector<Box> dots = leader_dots(ink, std::min(dpi, look_dpi));
  if (dots.empty()) return grey;
  std::array<int, 256> count{};
  for (const std::uint8_t value : grey.bytes()) ++count[value];
  const auto paper =
      static_cast<double>(std::max_element(count.begin(), count.end()) - count.begin());
  cv::Mat out = view(grey).clone();
  for (const Box& dot : dots) {
    const cv::Point from(static_cast<int>(std::floor((dot.x0 - 1) / small.scale_x)),
                         static_cast<int>(std::floor((dot.y0 - 1) / small.scale_y)));
    const cv::Point to(static_cast<int>(std::ceil((dot.x1 + 1) / small.scale_x)),
                       static_cast<int>(std::ceil((dot.y1 + 1) / small.scale_y)));
    cv::rectangle(out, from, to, cv::Scalar(paper), cv::FILLED);
  }
  return image_of(out, grey.dpi());
}

}  // namespace linka
