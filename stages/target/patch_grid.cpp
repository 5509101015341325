// SPDX-License-Identifier: GPL-3.0-or-later
// A region is flat where the colour changes slowly; how slowly depends on noise and on how close
// neighbouring patches are, so several limits are tried and every square that any of them shows is
// taken. A grid grows from one region and one neighbour: where the next ones should lie is foretold
// from those already taken, so perspective and a little bending of the sheet do no harm.
#include "stages/target/patch_grid.h"

#include <opencv2/imgproc.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <deque>
#include <map>
#include <utility>

namespace linka {
namespace {

// Colour difference over two pixels up to which a place is flat.
constexpr std::array flat_limits{1.5, 3.0, 6.0, 10.0};
constexpr double least_side_px = 6;
constexpr double greatest_share = 0.2;  // of the picture, one patch
constexpr std::size_t most_regions = 1200;
constexpr double catch_radius = 0.25;  // of a step: how far a patch may lie from where foretold

cv::Mat slope_of(const cv::Mat& lab) {
  cv::Mat smooth;
  cv::GaussianBlur(lab, smooth, {3, 3}, 0);
  cv::Mat slope(lab.size(), CV_32F, cv::Scalar(1000));
  for (int y = 1; y + 1 < lab.rows; ++y)
    for (int x = 1; x + 1 < lab.cols; ++x) {
      const cv::Vec3f dx = smooth.at<cv::Vec3f>(y, x + 1) - smooth.at<cv::Vec3f>(y, x - 1);
      const cv::Vec3f dy = smooth.at<cv::Vec3f>(y + 1, x) - smooth.at<cv::Vec3f>(y - 1, x);
      slope.at<float>(y, x) = static_cast<float>(std::sqrt(dx.dot(dx) + dy.dot(dy)));
    }
  return slope;
}

struct Moments {
  double n = 0, x = 0, y = 0, xx = 0, yy = 0, xy = 0;
};

std::vector<FlatRegion> squares_in(const cv::Mat& flat, double aspect) {
  cv::Mat labels;
  const int count = cv::connectedComponents(flat, labels, 4);
  std::vector<Moments> all(static_cast<std::size_t>(count));
  for (int y = 0; y < labels.rows; ++y)
    for (int x = 0; x < labels.cols; ++x) {
      Moments& m = all[static_cast<std::size_t>(labels.at<int>(y, x))];
      const double px = x + 0.5, py = y + 0.5;
      m.n += 1;
      m.x += px;
      m.y += py;
      m.xx += px * px;
      m.yy += py * py;
      m.xy += px * py;
    }
  std::vector<FlatRegion> squares;
  const double most = greatest_share * static_cast<double>(flat.total());
  for (std::size_t i = 1; i < all.size(); ++i) {
    const Moments& m = all[i];
    if (m.n < least_side_px * least_side_px || m.n > most) continue;
    const double cx = m.x / m.n, cy = m.y / m.n;
    const double a = m.xx / m.n - cx * cx, b = m.yy / m.n - cy * cy, c = m.xy / m.n - cx * cy;
    const double mean = (a + b) / 2, half = std::hypot((a - b) / 2, c);
    const double wide = mean + half, narrow = mean - half;
    if (narrow <= 0 || std::sqrt(wide / narrow) > aspect) continue;
    // A full rectangle's area is 12 times the root of the product of its second moments; a ring's
    // or a ragged region's is less.
    const double fullness = m.n / (12 * std::sqrt(wide * narrow));
    if (fullness < 0.8 || fullness > 1.08) continue;
    squares.push_back({{cx, cy}, m.n});
  }
  return squares;
}

struct Step {
  Point right, down;
};

double length(Point p) {
  return std::hypot(p.x, p.y);
}
Point sum(Point a, Point b) {
  return {a.x + b.x, a.y + b.y};
}
Point difference(Point a, Point b) {
  return {a.x - b.x, a.y - b.y};
}
Point times(double k, Point p) {
  return {k * p.x, k * p.y};
}

bool alike(double a, double b) {
  return a < 2.2 * b && b < 2.2 * a;
}

const FlatRegion* nearest_region(const std::vector<FlatRegion>& regions, Point at, double radius,
                                 double area) {
  const FlatRegion* best = nullptr;
  double distance = radius;
  for (const FlatRegion& r : regions) {
    if (!alike(r.area, area)) continue;
    if (const double d = length(difference(r.centre, at)); d < distance) {
      distance = d;
      best = &r;
    }
  }
  return best;
}

Grid grown(const std::vector<FlatRegion>& regions, const FlatRegion& seed, const Step& first) {
  struct Place {
    const FlatRegion* region;
    Step step;
  };
  std::map<std::pair<int, int>, Place> places{{{0, 0}, {&seed, first}}};
  std::deque<std::pair<int, int>> open{{0, 0}};
  constexpr std::array<std::pair<int, int>, 4> ways{{{1, 0}, {0, 1}, {-1, 0}, {0, -1}}};
  while (!open.empty() && places.size() < 4096) {
    const auto [i, j] = open.front();
    open.pop_front();
    const Place here = places.at({i, j});
    for (const auto& [di, dj] : ways) {
      const std::pair key{i + di, j + dj};
      if (places.contains(key)) continue;
      const Point& along = di != 0 ? here.step.right : here.step.down;
      const int sign = di + dj;
      const Point foretold = sum(here.region->centre, times(sign, along));
      const FlatRegion* next =
          nearest_region(regions, foretold, catch_radius * length(along), here.region->area);
      if (next == nullptr) continue;
      Step step = here.step;
      const Point seen = times(sign, difference(next->centre, here.region->centre));
      Point& mine = di != 0 ? step.right : step.down;
      mine = times(0.5, sum(mine, seen));
      places.emplace(key, Place{next, step});
      open.push_back(key);
    }
  }
  Grid grid;
  for (const auto& [key, place] : places)
    grid.push_back({key.first, key.second, place.region->centre});
  return grid;
}

// The neighbours of a region that may be one step away, and the steps they suggest.
std::vector<Step> steps_from(const std::vector<FlatRegion>& regions, const FlatRegion& seed,
                             double stretch) {
  std::vector<Step> steps;
  const double side = std::sqrt(seed.area);
  for (const FlatRegion& r : regions) {
    const Point right = difference(r.centre, seed.centre);
    if (!alike(r.area, seed.area) || length(right) < 0.95 * side || length(right) > 2.5 * side ||
        std::abs(right.x) < std::abs(right.y))
      continue;  // every grid has a direction that is nearer level than upright
    const Point turned{-right.y, right.x};
    steps.push_back({right, turned});
    if (stretch > 1.1) {
      steps.push_back({right, times(stretch, turned)});
      steps.push_back({right, times(1 / stretch, turned)});
    }
  }
  return steps;
}

}  // namespace

std::vector<FlatRegion> flat_regions(const cv::Mat& lab, double aspect) {
  const cv::Mat slope = slope_of(lab);
  std::vector<FlatRegion> all;
  for (const double limit : flat_limits)
    for (const FlatRegion& square : squares_in(slope < limit, aspect)) {
      const bool known = std::any_of(all.begin(), all.end(), [&](FlatRegion& r) {
        if (length(difference(r.centre, square.centre)) > 0.25 * std::sqrt(r.area) ||
            !alike(r.area, square.area))
          return false;
        if (square.area > r.area) r = square;  // the fuller view of the same patch
        return true;
      });
      if (!known) all.push_back(square);
    }
  std::sort(all.begin(), all.end(),
            [](const FlatRegion& a, const FlatRegion& b) { return a.area > b.area; });
  if (all.size() > most_regions) all.resize(most_regions);
  return all;
}

std::vector<Grid> grids_of(const std::vector<FlatRegion>& regions, std::size_t least_nodes,
                           double stretch) {
  std::vector<Grid> grids;
  std::map<std::pair<double, double>, std::size_t> fullest;  // of those that hold the region
  for (const FlatRegion& seed : regions) {
    const auto key = std::pair{seed.centre.x, seed.centre.y};
    if (fullest[key] >= 2 * least_nodes) continue;
    for (const Step& step : steps_from(regions, seed, stretch)) {
      Grid grid = grown(regions, seed, step);
      if (grid.size() < least_nodes || grid.size() <= fullest[key]) continue;
      for (const GridNode& node : grid) {
        std::size_t& most = fullest[{node.at.x, node.at.y}];
        most = std::max(most, grid.size());
      }
      grids.push_back(std::move(grid));
    }
  }
  std::stable_sort(grids.begin(), grids.end(),
                   [](const Grid& a, const Grid& b) { return a.size() > b.size(); });
  return grids;
}

}  // namespace linka
