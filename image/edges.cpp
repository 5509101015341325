// SPDX-License-Identifier: GPL-3.0-or-later
// "Straight" is measured by votes: every row names the places where it steps, and a line of a few
// tilts counts the rows that name it. Stains, pictures and worn corners step too, but not along one
// line. A valley is looked for in the mean of the rows along a tilt, where even a fold without
// shadow stands out of the noise, and then checked row by row.
#include "image/edges.h"

#include <opencv2/imgproc.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numbers>

namespace linka {
namespace {

constexpr double tilt_step_deg = 0.1;
constexpr double step_mm = 1.0;        // an edge is sharper than this
constexpr double least_step = 0.045;   // of the paper's brightness
constexpr double along_mm = 1.0;       // rows averaged along the side
constexpr double aside_mm = 0.6;       // how far from its line a row's step may lie
constexpr double least_support = 0.5;  // share of rows on a line
constexpr int white_bed = 235;         // grey levels
constexpr double deep_valley = 30;     // grey levels
constexpr double valley_half_mm = 15;  // a fold's shadow is no wider, each way

double slope_of(const Tilts& tilts, int step) {
  return std::tan((tilts.centre_deg + step * tilt_step_deg) * std::numbers::pi / 180);
}

int first_inside(const cv::Mat& inside, int y, int from) {
  const auto* row = inside.ptr<std::uint8_t>(y);
  int x = from;
  while (x > 0 && row[x - 1] != 0) --x;
  return x;
}

// The straight lines that most rows vote for. Votes are x positions, row by row.
std::vector<Line> lines_of(const std::vector<std::vector<float>>& votes, const Rows& rows,
                           int row_step, int width, double dpi, const Tilts& tilts) {
  const int aside = std::max(1, static_cast<int>(std::lround(px_from_mm(aside_mm, dpi))));
  const int reach = static_cast<int>(std::lround(tilts.reach_deg / tilt_step_deg));
  const double straight = slope_of(tilts, 0);
  const int rows_used = static_cast<int>(votes.size());
  std::vector<Line> best(static_cast<std::size_t>(width));
  std::vector<int> count(static_cast<std::size_t>(width)),
      last_row(static_cast<std::size_t>(width));
  for (int t = -reach; t <= reach; ++t) {
    const double slope = slope_of(tilts, t);
    std::fill(count.begin(), count.end(), 0);
    std::fill(last_row.begin(), last_row.end(), -1);
    for (int i = 0; i < rows_used; ++i) {
      const double shift = slope * (rows.first + i * row_step - rows.middle());
      for (const float vote : votes[static_cast<std::size_t>(i)]) {
        const int x = static_cast<int>(std::lround(vote - shift));
        for (int k = std::max(0, x - aside); k <= std::min(width - 1, x + aside); ++k)
          if (last_row[static_cast<std::size_t>(k)] != i) {
            last_row[static_cast<std::size_t>(k)] = i;
            ++count[static_cast<std::size_t>(k)];
          }
      }
    }
    for (int x = 0; x < width; ++x) {
      const double support = static_cast<double>(count[static_cast<std::size_t>(x)]) / rows_used;
      Line& line = best[static_cast<std::size_t>(x)];
      // Ties go to the smaller tilt.
      if (support > line.support + 1e-9 ||
          (support > line.support - 1e-9 &&
           std::abs(slope - straight) < std::abs(line.slope - straight)))
        line = {static_cast<double>(x), slope, support, 0};
    }
  }
  // Only the best of each neighbourhood.
  std::vector<Line> lines;
  const int apart = 2 * aside + 1;
  for (int x = 0; x < width; ++x) {
    const Line& line = best[static_cast<std::size_t>(x)];
    if (line.support < least_support) continue;
    bool top = true;
    for (int k = std::max(0, x - apart); k <= std::min(width - 1, x + apart) && top; ++k) {
      const double other = best[static_cast<std::size_t>(k)].support;
      top = other < line.support || (other == line.support && k >= x);
    }
    if (top) lines.push_back(line);
  }
  return lines;
}

}  // namespace

Sight sight_of(const cv::Mat& grey, const cv::Mat& inside, const cv::Mat& on_scan, double dpi,
               const Paper& paper, const Letters& letters) {
  Sight sight{dpi,    grey,    paper.level, cv::Mat(grey.size(), CV_8UC1, cv::Scalar(0)),
              inside, on_scan, {},          0};
  std::vector<int> under;
  for (const Letter& l : letters.all) {
    sight.letters(l.box).setTo(255);
    if (l.line < 0) continue;
    const int x = l.box.x + l.box.width / 2, y = l.box.y + l.box.height / 2;
    sight.text.emplace_back(static_cast<float>(x), static_cast<float>(y));
    under.push_back(paper.level.at<std::uint8_t>(y, x));
  }
  constexpr std::size_t enough = 12;
  if (under.size() >= enough) {
    const auto middle = under.begin() + static_cast<std::ptrdiff_t>(under.size() / 2);
    std::nth_element(under.begin(), middle, under.end());
    sight.paper = *middle;
  }
  return sight;
}

Sight Sight::turned(bool transposed, bool flipped) const {
  Sight sight = *this;
  for (cv::Mat* m : {&sight.shade, &sight.level, &sight.letters, &sight.inside, &sight.on_scan}) {
    cv::Mat upright = *m, mirrored;
    if (transposed) cv::transpose(*m, upright);
    if (flipped) cv::flip(upright, mirrored, 1);
    *m = flipped ? mirrored : upright;
  }
  for (cv::Point2f& p : sight.text) {
    if (transposed) std::swap(p.x, p.y);
    if (flipped) p.x = static_cast<float>(sight.shade.cols) - p.x;
  }
  return sight;
}

Steps steps_of(const Sight& sight, const cv::Mat& level, const Rows& rows, int start,
               const Tilts& tilts) {
  const double dpi = sight.dpi;
  Steps found;
  const int k = std::max(2, static_cast<int>(std::lround(px_from_mm(step_mm, dpi))));
  const int half = k / 2;
  const int along = 2 * static_cast<int>(std::lround(px_from_mm(along_mm, dpi))) + 1;
  const int width = sight.level.cols;
  cv::Mat smooth;
  cv::blur(level, smooth, {2 * half + 1, along});
  const int row_step = std::max(1, rows.count() / 300);
  std::vector<std::vector<float>> votes;
  std::vector<double> ends;
  for (int y = rows.first; y < rows.last; y += row_step) {
    const int end = first_inside(sight.inside, y, start);
    ends.push_back(end);
    const auto* v = smooth.ptr<std::uint8_t>(y);
    const auto drop = [&](int x) { return v[x + half] - v[std::max(0, x - half)]; };
    std::vector<float> at;
    // Towards a fold, where the region was cut, shadow is no edge; towards the scan's end it is.
    const bool cut = end > 1 && sight.on_scan.ptr<std::uint8_t>(y)[end - 2] != 0;
    const int last = std::max(end + (cut ? k + half : half), half);
    for (int x = std::min(start, width - 1 - 4 * k); x >= last; --x) {
      const int d = drop(x);
      const double least = std::max(6.0, least_step * v[x + 2 * k]);
      const bool down = d >= least && d >= drop(x + 1) && d > drop(x - 1);
      const bool up = -d >= least && -d >= -drop(x + 1) && -d > -drop(x - 1) &&
                      v[std::max(end, x - 2 * k)] >= white_bed && sight.paper > 0 &&
                      std::abs(v[x + 2 * k] - sight.paper) < 0.15 * sight.paper;
      // Sharper than the shading before it.
      if ((down || up) && std::abs(d) > 2 * std::abs(v[x + 3 * k] - v[x + 2 * k]))
        at.push_back(static_cast<float>(x) + 0.75F);
    }
    votes.push_back(std::move(at));
  }
  std::nth_element(ends.begin(), ends.begin() + static_cast<std::ptrdiff_t>(ends.size() / 2),
                   ends.end());
  found.reached = ends[ends.size() / 2];
  std::vector<Line>& lines = found.lines;
  lines = lines_of(votes, rows, row_step, width, dpi, tilts);
  // Exactly: the median of the votes near the line.
  const double aside = 2 * px_from_mm(aside_mm, dpi) + 1;
  for (Line& line : lines) {
    std::vector<double> near;
    for (std::size_t i = 0; i < votes.size(); ++i) {
      const double shift =
          line.slope * (rows.first + static_cast<int>(i) * row_step - rows.middle());
      for (const float vote : votes[i])
        if (std::abs(vote - shift - line.x) <= aside) near.push_back(vote - shift);
    }
    if (near.empty()) continue;
    const auto middle = near.begin() + static_cast<std::ptrdiff_t>(near.size() / 2);
    std::nth_element(near.begin(), middle, near.end());
    line.x = *middle;
  }
  return found;
}

std::vector<Line> valleys_of(const Sight& sight, const Rows& rows, int start, const Tilts& tilts,
                             const ValleyParams& params) {
  const double dpi = sight.dpi;
  const double min_depth = params.shaded ? 5 : 1;
  const int width = sight.shade.cols;
  const auto mm = [&](double v) { return static_cast<int>(std::lround(px_from_mm(v, dpi))); };
  const int row_step = std::max(1, rows.count() / 200);
  const int tilt_steps = static_cast<int>(std::lround(tilts.reach_deg / tilt_step_deg));
  std::vector<double> sum(static_cast<std::size_t>(width)), count(sum), profile(sum);
  std::vector<bool> fades(static_cast<std::size_t>(width));
  std::vector<Line> best(static_cast<std::size_t>(width));
  for (int t = -tilt_steps; t <= tilt_steps; ++t) {
    const double slope = slope_of(tilts, t);
    std::fill(sum.begin(), sum.end(), 0);
    std::fill(count.begin(), count.end(), 1e-9);
    for (int y = rows.first; y < rows.last; y += row_step) {
      const int shift = static_cast<int>(std::lround(slope * (y - rows.middle())));
      const auto* shade = sight.shade.ptr<std::uint8_t>(y);
      const auto* letter = sight.letters.ptr<std::uint8_t>(y);
      const auto* inside = sight.inside.ptr<std::uint8_t>(y);
      for (int x = std::max(0, shift); x < std::min(width, width + shift); ++x)
        if (letter[x] == 0 && inside[x] != 0) {
          sum[static_cast<std::size_t>(x - shift)] += shade[x];
          count[static_cast<std::size_t>(x - shift)] += 1;
        }
    }
    const double enough = 0.3 * rows.count() / row_step;
    for (std::size_t x = 0; x < sum.size(); ++x)
      profile[x] = count[x] < enough ? -1 : sum[x] / count[x];
    const int reach = mm(valley_half_mm);
    for (int x = std::min(start - mm(4), width - 2); x > mm(2); --x) {
      const auto at = [&](int i) { return profile[static_cast<std::size_t>(i)]; };
      if (at(x) < 0 || at(x) > at(x + 1) || at(x) > at(x - 1)) continue;
      double in = 0, out = 0;
      bool lowest = true;
      for (int i = 1; i <= reach; ++i) {
        if (x + i < width) in = std::max(in, at(x + i));
        if (x - i >= 0) out = std::max(out, at(x - i));
        if (i <= mm(2) && x + i < width && x - i >= 0 &&
            ((at(x + i) >= 0 && at(x + i) < at(x)) || (at(x - i) >= 0 && at(x - i) < at(x))))
          lowest = false;
      }
      const double depth = std::min(in, out) - at(x);
      if (!lowest || depth < std::max(min_depth, params.least_depth * in)) continue;
      if (depth <= best[static_cast<std::size_t>(x)].depth) continue;
      best[static_cast<std::size_t>(x)] = {x + 0.5, slope, 0, depth};
      // A shadow fades over millimetres, at least to one side; a printed rule ends at once. Judged
      // from the ends of the valley's floor, and at the tilt at which it is deepest, for along any
      // other a rule is smeared.
      const double floor = at(x) + 0.2 * depth;
      int left = x, right = x;
      while (left > 0 && at(left - 1) >= 0 && at(left - 1) <= floor) --left;
      while (right + 1 < width && at(right + 1) >= 0 && at(right + 1) <= floor) ++right;
      const int beside = mm(1.2);
      fades[static_cast<std::size_t>(x)] =
          (right + beside < width && in - at(right + beside) >= 0.3 * depth) ||
          (left >= beside && out - at(left - beside) >= 0.3 * depth);
    }
  }
  // Of neighbours the deepest; then what share of the height it is a valley for.
  std::vector<Line> lines;
  const int apart = mm(4);
  // Sums over heights of some millimetres, so that grain does not decide.
  cv::Mat paper = sight.shade.clone(), counted(paper.size(), CV_8UC1, cv::Scalar(1));
  paper.setTo(0, sight.letters);
  counted.setTo(0, sight.letters);
  cv::Mat light, pixels;
  const cv::Size window{1, 2 * mm(2) + 1};
  cv::boxFilter(paper, light, CV_32F, window, {-1, -1}, false);
  cv::boxFilter(counted, pixels, CV_32F, window, {-1, -1}, false);
  for (int x = 0; x < width; ++x) {
    const Line& line = best[static_cast<std::size_t>(x)];
    if (line.depth <= 0) continue;
    bool top = true;
    for (int i = std::max(0, x - apart); i <= std::min(width - 1, x + apart); ++i) {
      const double other = best[static_cast<std::size_t>(i)].depth;
      if (other > line.depth || (other == line.depth && i < x)) top = false;
    }
    if (!top || (params.shaded && !fades[static_cast<std::size_t>(x)])) continue;
    int agree = 0, all = 0, letters = 0;
    for (int y = rows.first; y < rows.last; y += row_step) {
      const int at = x + static_cast<int>(std::lround(line.slope * (y - rows.middle())));
      const auto* inside = sight.inside.ptr<std::uint8_t>(y);
      const int least = mm(1.5) + mm(1);
      if (at - least < 0 || at + least >= width || inside[at - least] == 0) continue;
      ++all;
      const auto mean = [&](int from, int to) {
        float brightness = 0, n = 0;
        for (int i = from; i <= to; ++i) {
          brightness += light.at<float>(y, i);
          n += pixels.at<float>(y, i);
        }
        return n > 0 ? brightness / n : 0;
      };
      const double in = static_cast<double>(mean(at + mm(1.5), std::min(width - 1, at + mm(8))));
      // The facing page may be a narrow strip: then its brightest millimetre counts.
      double out = 0;
      if (params.narrow_strip)
        for (int i = at - least; i >= std::max(0, at - mm(8)) && inside[i] != 0; i -= mm(1))
          out = std::max(out, static_cast<double>(mean(i, i + mm(1))));
      else
        out = static_cast<double>(mean(std::max(0, at - mm(8)), at - mm(1.5)));
      const auto here = static_cast<double>(mean(at - mm(0.3), at + mm(0.3)));
      if (std::min(in, out) - here > 0.25 * line.depth) ++agree;
      const auto* letter = sight.letters.ptr<std::uint8_t>(y);
      for (int i = -mm(2); i <= mm(2); ++i)
        if (letter[at + i] != 0) {
          ++letters;
          break;
        }
    }
    // The deeper the valley the more of its own grain may look like letters.
    const double freedom = line.depth > deep_valley ? 0.25 : 0.05;
    if (all == 0 || letters > freedom * all) continue;
    const double support = static_cast<double>(agree) / all;
    if (support >= params.least_support) lines.push_back({line.x, line.slope, support, line.depth});
  }
  return lines;
}

}  // namespace linka
