// SPDX-License-Identifier: GPL-3.0-or-later
#include "image/convert.h"
#include "stages/check/measures.h"

#include <opencv2/imgproc.hpp>

#include <algorithm>
#include <cmath>

namespace linka {
namespace {

constexpr double rim_share = 0.1;   // of each side: shadows of the fold and worn edges lie there
constexpr double light_dpi = 12.7;  // a sample of the paper every 2 mm
constexpr double speck_mm = 0.4;
constexpr double picture_level = 0.75;  // of the bright paper
constexpr double picture_mm = 8;
constexpr double white_paper = 248;  // print that is lost in light is looked for on such paper only
constexpr int least_letters = 20, least_pale_letters = 60;
constexpr double pale_step = 8;

void add_clipped(const PageView& view, Tone& tone) {
  const Image& page = view.page;
  const int channels = page.channels();
  const int step = std::max(1, page.height() / 800);
  std::size_t white = 0, black = 0, all = 0;
  for (int y = 0; y < page.height(); y += step) {
    const std::uint8_t* p = page.row(y);
    for (int x = 0; x < page.width(); ++x, p += channels) {
      const int low = channels == 1 ? p[0] : std::min({p[0], p[1], p[2]});
      const int high = channels == 1 ? p[0] : std::max({p[0], p[1], p[2]});
      white += low == 255;
      black += high == 0;
    }
    all += static_cast<std::size_t>(page.width());
  }
  tone.clipped_white = static_cast<double>(white) / static_cast<double>(all);
  tone.clipped_black = static_cast<double>(black) / static_cast<double>(all);
}

// The median over squares of bare paper of the deviation within one, by second differences along
// rows, which slopes of light do not enter.
double noise_of(const PageView& view) {
  std::vector<float> found;
  const int edge = std::max(8, static_cast<int>(px_from_mm(2, view.dpi)));
  const int step = std::max(edge, static_cast<int>(px_from_mm(9, view.dpi)));
  for (int y = step; y + step < view.grey.rows; y += step)
    for (int x = step; x + step < view.grey.cols; x += step) {
      const cv::Rect on_small =
          cv::Rect(static_cast<int>(x * view.scale), static_cast<int>(y * view.scale),
                   static_cast<int>(edge * view.scale) + 1,
                   static_cast<int>(edge * view.scale) + 1) &
          cv::Rect({0, 0}, view.small.size());
      if (cv::countNonZero(view.paper.print(on_small)) > 0) continue;
      double sum = 0;
      for (int j = 0; j < edge; ++j) {
        const auto* row = view.grey.ptr<std::uint8_t>(y + j) + x;
        for (int i = 1; i + 1 < edge; ++i) {
          const double bend = row[i - 1] - 2 * row[i] + row[i + 1];
          sum += bend * bend;
        }
      }
      found.push_back(static_cast<float>(std::sqrt(sum / 6 / (edge * (edge - 2)))));
    }
  return quantile(found, 0.5);
}

double ink_level_of(const PageView& view, const Letters& letters) {
  std::vector<float> darkest;
  for (const cv::Rect& box : text_patches(view, letters, 4, 120)) {
    std::vector<float> values;
    values.reserve(static_cast<std::size_t>(box.area()));
    for (int y = box.y; y < box.y + box.height; ++y) {
      const auto* row = view.grey.ptr<std::uint8_t>(y);
      for (int x = box.x; x < box.x + box.width; ++x) values.push_back(row[x]);
    }
    darkest.push_back(static_cast<float>(quantile(values, 0.03)));
  }
  if (!darkest.empty()) return quantile(darkest, 0.5);
  std::vector<float> values;  // no text: a picture, a stamp
  for (int y = 0; y < view.small.rows; y += 2)
    for (int x = 0; x < view.small.cols; x += 2)
      if (view.paper.print.at<std::uint8_t>(y, x) > 0)
        values.push_back(view.small.at<std::uint8_t>(y, x));
  return quantile(values, 0.05);
}

// Letters too pale to count as print.
Letters pale_letters(const PageView& view) {
  cv::Mat pale = view.paper.level - view.small;
  cv::threshold(pale, pale, pale_step, 255, cv::THRESH_TOZERO);
  return letters_of(pale, view.small_dpi);
}

// How much the light falls across the page: the range of a smooth surface through the paper, away
// from the rim. Pictures are not on it.
double unevenness_of(const PageView& view) {
  const double by = std::min(1.0, light_dpi / view.small_dpi);
  cv::Mat level = reduced_by(view.paper.level, by);
  const cv::Rect inner(static_cast<int>(rim_share * level.cols),
                       static_cast<int>(rim_share * level.rows),
                       level.cols - 2 * static_cast<int>(rim_share * level.cols),
                       level.rows - 2 * static_cast<int>(rim_share * level.rows));
  if (inner.width < 10 || inner.height < 10) return 0;
  level(inner).convertTo(level, CV_32F);
  const cv::Mat light = smooth_surface(level, {});
  double darkest = 0, brightest = 0;
  cv::minMaxLoc(light, &darkest, &brightest);
  if (brightest < 1) return 0;
  // Where hardly any paper lies on it the surface says nothing (a picture of half a page).
  const cv::Mat on = cv::abs(level - light) < 0.08 * brightest;
  if (cv::countNonZero(on) < 0.6 * static_cast<double>(level.total())) return 0;
  return std::clamp((brightest - darkest) / brightest, 0.0, 1.0);
}

// Dark areas that do not touch the rim: pictures, whose tones are no strokes.
double picture_area(const PageView& view, const cv::Rect& inner) {
  const double by = std::min(1.0, 25.4 / view.small_dpi);
  cv::Mat labels, stats, centres;
  const cv::Mat level = reduced_by(view.paper.level(inner), by);
  std::vector<float> levels(level.begin<std::uint8_t>(), level.end<std::uint8_t>());
  const cv::Mat dark = level < picture_level * quantile(levels, 0.9);
  const int count = cv::connectedComponentsWithStats(dark, labels, stats, centres, 8, CV_32S);
  const int least = static_cast<int>(px_from_mm(picture_mm, view.small_dpi * by));
  double area = 0;
  for (int i = 1; i < count; ++i) {
    const cv::Rect box(stats.at<int>(i, cv::CC_STAT_LEFT), stats.at<int>(i, cv::CC_STAT_TOP),
                       stats.at<int>(i, cv::CC_STAT_WIDTH), stats.at<int>(i, cv::CC_STAT_HEIGHT));
    const bool rim = box.x == 0 || box.y == 0 || box.x + box.width == level.cols ||
                     box.y + box.height == level.rows;
    if (!rim && box.width >= least && box.height >= least)
      area += stats.at<int>(i, cv::CC_STAT_AREA);
  }
  return area / (by * by);
}

double ink_share_of(const PageView& view) {
  const int rim_x = view.small.cols / 25, rim_y = view.small.rows / 25;
  const cv::Rect inner(rim_x, rim_y, view.small.cols - 2 * rim_x, view.small.rows - 2 * rim_y);
  if (inner.width < 4 || inner.height < 4) return 0;
  // At half the size, where pieces are fewer; specks do not count.
  cv::Mat half, labels, stats, centres;
  const cv::Mat strong = view.paper.print(inner) > 84;  // a third of the paper's level
  cv::resize(strong, half, {inner.width / 2, inner.height / 2}, 0, 0, cv::INTER_AREA);
  cv::connectedComponentsWithStats(half > 0, labels, stats, centres, 8, CV_32S);
  const int speck = std::max(2, static_cast<int>(px_from_mm(speck_mm, view.small_dpi / 2)));
  double ink = 0;
  for (int y = 0; y < half.rows; ++y)
    for (int x = 0; x < half.cols; ++x) {
      const int i = labels.at<int>(y, x);
      if (i == 0) continue;
      if (std::max(stats.at<int>(i, cv::CC_STAT_WIDTH), stats.at<int>(i, cv::CC_STAT_HEIGHT)) >
          speck)
        ink += 4 * half.at<std::uint8_t>(y, x) / 255.0;
    }
  return (ink + picture_area(view, inner)) / static_cast<double>(inner.area());
}

}  // namespace

Tone tone_of(const PageView& view) {
  Tone tone;
  add_clipped(view, tone);
  std::vector<float> levels;
  for (int y = 0; y < view.small.rows; y += 4)
    for (int x = 0; x < view.small.cols; x += 4)
      levels.push_back(view.paper.level.at<std::uint8_t>(y, x));
  tone.paper_level = quantile(levels, 0.7);
  tone.ink_share = ink_share_of(view);
  if (tone.ink_share > 0 || view.letters.on_lines >= least_letters)
    tone.ink_level = ink_level_of(view, view.letters);
  if (view.letters.on_lines < least_letters && tone.paper_level >= white_paper) {
    const Letters pale = pale_letters(view);
    if (pale.on_lines >= least_pale_letters) tone.ink_level = ink_level_of(view, pale);
  }
  tone.noise = noise_of(view);
  tone.unevenness = unevenness_of(view);
  return tone;
}

Gutters gutters_of(const PageView& view) {
  // Median of each column of a coarse copy of the paper; 0.5 mm a column, 4 mm a row.
  const double by_x = std::min(1.0, 50.8 / view.small_dpi),
               by_y = std::min(1.0, 6.35 / view.small_dpi);
  const cv::Size size(std::max(1, static_cast<int>(view.small.cols * by_x)),
                      std::max(1, static_cast<int>(view.small.rows * by_y)));
  cv::Mat level;
  cv::resize(view.paper.level, level, size, 0, 0, cv::INTER_AREA);
  if (level.cols < 80 || view.bitonal) return {};
  std::vector<double> columns;
  for (int x = 0; x < level.cols; ++x) {
    std::vector<float> column;
    for (int y = 0; y < level.rows; ++y) column.push_back(level.at<std::uint8_t>(y, x));
    columns.push_back(quantile(column, 0.5));
  }
  // A fold's shadow fades over a centimetre; a strip of scanner bed ends at once.
  const auto side = [&](const auto& at) {
    const double inside = (at(36) + at(40) + at(44)) / 3;
    if (inside < 30) return 0.0;
    const double edge = (inside - at(1)) / inside, near = (inside - at(7)) / inside;
    if (near < 0.15 * edge) return 0.0;
    return std::clamp(edge / 0.3, 0.0, 1.0);
  };
  return {side([&](std::size_t i) { return columns[i]; }),
          side([&](std::size_t i) { return columns[columns.size() - 1 - i]; })};
}

}  // namespace linka
