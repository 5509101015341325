// SPDX-License-Identifier: GPL-3.0-or-later
#include "image/paper.h"

#include <opencv2/imgproc.hpp>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace linka {
namespace {

constexpr double assumed_dpi = 300;
constexpr double widest_sheet_mm = 1500;  // beyond it the resolution is not believed

constexpr double screen_dpi = 100;       // 72 and 96 are what programs write that know nothing
constexpr double screen_sheet_mm = 450;  // and are believed for small pictures only

constexpr double stroke_mm = 3.5;  // print strokes are thinner; wider dark areas count as paper
constexpr double least_contrast = 0.2;  // of the paper's level: fainter is bleed-through or dirt
constexpr int least_step = 18;          // grey levels; on a black scanner bed 20 % is only noise

constexpr double letter_min_mm = 0.7, letter_max_mm = 14;  // heights: footnote x-height, headline
constexpr double word_max_mm = 90;                         // words run together at low resolution

int odd_px(double mm, double dpi) {
  return 2 * std::max(1, static_cast<int>(std::lround(px_from_mm(mm, dpi) / 2))) + 1;
}

int find_root(std::vector<int>& parent, int i) {
  while (parent[static_cast<std::size_t>(i)] != i) {
    int& up = parent[static_cast<std::size_t>(i)];
    up = parent[static_cast<std::size_t>(up)];
    i = up;
  }
  return i;
}

// Whether b continues the row of a to the right: beside it, of like height, no more than a wide
// word space away.
bool continues(const cv::Rect& a, const cv::Rect& b) {
  const int smaller = std::min(a.height, b.height), larger = std::max(a.height, b.height);
  if (larger > 3 * smaller) return false;
  const int overlap = std::min(a.y + a.height, b.y + b.height) - std::max(a.y, b.y);
  if (overlap * 5 < smaller * 2) return false;
  const int gap = b.x - (a.x + a.width);
  return gap < 2 * larger;
}

}  // namespace

Image with_plausible_dpi(const Image& image) {
  const Dpi dpi = image.dpi();
  const bool known = dpi.known() && std::isfinite(dpi.x) && std::isfinite(dpi.y);
  const double sheet_mm =
      known ? std::max(mm_from_px(image.width(), dpi.x), mm_from_px(image.height(), dpi.y)) : 0;
  const bool absurd = !known || sheet_mm > widest_sheet_mm ||
                      (std::max(dpi.x, dpi.y) < screen_dpi && sheet_mm > screen_sheet_mm);
  return absurd ? image.with_dpi({assumed_dpi, assumed_dpi}) : image;
}

bool is_finite(const Quad& region) {
  return std::all_of(region.begin(), region.end(),
                     [](Point p) { return std::isfinite(p.x) && std::isfinite(p.y); });
}

Paper paper_of(const cv::Mat& grey, double dpi) {
  Paper paper;
  cv::Mat smooth;
  cv::GaussianBlur(grey, smooth, {3, 3}, 0);
  const int size = odd_px(stroke_mm, dpi);
  cv::morphologyEx(smooth, paper.level, cv::MORPH_CLOSE,
                   cv::getStructuringElement(cv::MORPH_RECT, {size, size}));
  paper.print.create(grey.size(), CV_8UC1);
  for (int y = 0; y < grey.rows; ++y) {
    const auto* level = paper.level.ptr<std::uint8_t>(y);
    const auto* value = smooth.ptr<std::uint8_t>(y);
    auto* print = paper.print.ptr<std::uint8_t>(y);
    for (int x = 0; x < grey.cols; ++x) {
      const int step = level[x] - value[x];
      const bool dark = step >= least_step && step >= least_contrast * level[x];
      print[x] = static_cast<std::uint8_t>(dark ? step * 255 / level[x] : 0);
    }
  }
  return paper;
}

Letters letters_of(const cv::Mat& print, double dpi) {
  Letters found;
  cv::Mat stats, centres;
  const cv::Mat mask = print > 0;
  const int count = cv::connectedComponentsWithStats(mask, found.labels, stats, centres, 8, CV_32S);
  const int least_height = std::max(3, static_cast<int>(px_from_mm(letter_min_mm, dpi)));
  const int most_height = static_cast<int>(px_from_mm(letter_max_mm, dpi));
  const int most_width = static_cast<int>(px_from_mm(word_max_mm, dpi));
  for (int i = 1; i < count; ++i) {
    const cv::Rect box(stats.at<int>(i, cv::CC_STAT_LEFT), stats.at<int>(i, cv::CC_STAT_TOP),
                       stats.at<int>(i, cv::CC_STAT_WIDTH), stats.at<int>(i, cv::CC_STAT_HEIGHT));
    const int area = stats.at<int>(i, cv::CC_STAT_AREA);
    if (box.height < least_height || box.height > most_height || box.width > most_width) continue;
    if (box.height > 8 * box.width || box.width > 30 * box.height) continue;  // rules, rims
    if (area * 8 < box.area()) continue;                                      // frames, scratches
    found.all.push_back({box, i, -1});
  }
  // Neighbours in a row. Sorted by their left edges, so that only letters a word space away are
  // looked at; `reach` bounds that for letters of any height.
  std::sort(found.all.begin(), found.all.end(), [](const Letter& a, const Letter& b) {
    return std::pair(a.box.x, a.label) < std::pair(b.box.x, b.label);
  });
  const std::size_t n = found.all.size();
  // Bands of rows keep the search short on a page full of letters.
  const int band_height = std::max(1, most_height / 2);
  std::vector<std::vector<int>> bands(static_cast<std::size_t>(print.rows / band_height + 1));
  for (std::size_t i = 0; i < n; ++i)
    for (int b = found.all[i].box.y / band_height;
         b <= (found.all[i].box.y + found.all[i].box.height - 1) / band_height; ++b)
      bands[static_cast<std::size_t>(b)].push_back(static_cast<int>(i));
  std::vector<int> parent(n);
  std::iota(parent.begin(), parent.end(), 0);
  constexpr int looked_at = 60;  // candidates to the right; a bound for pages of noise
  for (const std::vector<int>& band : bands)
    for (std::size_t i = 0; i < band.size(); ++i) {
      const cv::Rect& a = found.all[static_cast<std::size_t>(band[i])].box;
      int joined = 0;
      for (std::size_t j = i + 1; j < band.size() && j < i + looked_at && joined < 3; ++j) {
        const cv::Rect& b = found.all[static_cast<std::size_t>(band[j])].box;
        if (b.x - (a.x + a.width) > 6 * a.height) break;
        if (!continues(a, b)) continue;
        parent[static_cast<std::size_t>(find_root(parent, band[j]))] = find_root(parent, band[i]);
        ++joined;
      }
    }
  std::vector<LetterRow> rows(n);
  for (std::size_t i = 0; i < n; ++i) {
    LetterRow& row = rows[static_cast<std::size_t>(find_root(parent, static_cast<int>(i)))];
    const cv::Rect& box = found.all[i].box;
    row.box = row.letters == 0 ? box : row.box | box;
    ++row.letters;
  }
  std::vector<int> line_of(n, -1);
  for (std::size_t i = 0; i < n; ++i) {
    const LetterRow& row = rows[i];
    if (row.letters == 0) continue;
    if (row.letters < 3 && row.box.width < 4 * row.box.height) continue;
    line_of[i] = static_cast<int>(found.lines.size());
    found.lines.push_back(row);
  }
  for (std::size_t i = 0; i < n; ++i) {
    found.all[i].line = line_of[static_cast<std::size_t>(find_root(parent, static_cast<int>(i)))];
    if (found.all[i].line >= 0) ++found.on_lines;
  }
  return found;
}

}  // namespace linka
