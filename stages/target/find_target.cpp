// SPDX-License-Identifier: GPL-3.0-or-later
// Flat squares -> grids -> the place and turn at which the colours agree best with the reference.
// Agreement is what a straight line a channel explains of the differences between the patches:
// a scan that is too dark, too flat or has a cast is still known, and a page that happens to hold
// squares is not.
#include "stages/target/find_target.h"

#include "image/convert.h"
#include "stages/target/patch_grid.h"

#include <opencv2/imgproc.hpp>

#include <algorithm>
#include <array>
#include <cmath>

namespace linka {
namespace {

constexpr std::array search_sides_px{900, 1800, 3000};
constexpr double least_found = 0.4;       // of the patches, as squares of the grid
constexpr double least_agreement = 0.75;  // wrong places of real targets stay below 0.5
constexpr std::size_t most_grids = 24;

// The scan reduced, in L*a*b*, its pixels square.
struct View {
  cv::Mat lab;
  double scale_x = 1, scale_y = 1;  // view pixels a scan pixel
};

View view_of(const Image& scan, const LabReader& colours, int side_px) {
  double wide = scan.width(), high = scan.height();
  if (scan.dpi().known()) {
    const double finest = std::max(scan.dpi().x, scan.dpi().y);
    wide *= std::min(4.0, finest / scan.dpi().x);
    high *= std::min(4.0, finest / scan.dpi().y);
  }
  const double shrink = std::min(1.0, side_px / std::max(wide, high));
  const cv::Size size(std::max(1, static_cast<int>(std::lround(wide * shrink))),
                      std::max(1, static_cast<int>(std::lround(high * shrink))));
  cv::Mat small;
  cv::resize(view(scan), small, size, 0, 0, cv::INTER_AREA);
  return {colours.lab(small), size.width / static_cast<double>(scan.width()),
          size.height / static_cast<double>(scan.height())};
}

cv::Scalar mean_at(const cv::Mat& lab, Point p, double half) {
  const cv::Rect place(
      static_cast<int>(std::floor(p.x - half)), static_cast<int>(std::floor(p.y - half)),
      std::max(1, static_cast<int>(2 * half)), std::max(1, static_cast<int>(2 * half)));
  if ((place & cv::Rect({0, 0}, lab.size())) != place) return cv::Scalar::all(-1000);
  return cv::mean(lab(place));
}

// What a rising line explains of y by x, as sums of squares.
struct Explained {
  double all = 0, rest = 0;
};
Explained explained(const std::vector<double>& x, const std::vector<double>& y) {
  const auto n = static_cast<double>(x.size());
  double mx = 0, my = 0, xx = 0, yy = 0, xy = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    mx += x[i] / n;
    my += y[i] / n;
  }
  for (std::size_t i = 0; i < x.size(); ++i) {
    xx += (x[i] - mx) * (x[i] - mx);
    yy += (y[i] - my) * (y[i] - my);
    xy += (x[i] - mx) * (y[i] - my);
  }
  const double gain = xx > 0 && xy > 0 ? xy / xx : 0;
  return {yy, yy - gain * xy};
}

double agreement(const cv::Mat& lab, bool colour, const TargetReference& target,
                 const Homography& h) {
  const Point origin = h({0.5, 0.5}), right = h({1.5, 0.5}), down = h({0.5, 1.5});
  const double step = std::min(std::hypot(right.x - origin.x, right.y - origin.y),
                               std::hypot(down.x - origin.x, down.y - origin.y));
  if (!(step >= 4) || step > lab.cols + lab.rows) return 0;
  std::array<std::vector<double>, 3> seen, wanted;
  for (const TargetPatch& patch : target.patches) {
    const cv::Scalar v = mean_at(lab, h(patch.centre()), 0.2 * step * target.patch_size / 0.8);
    if (v[0] < -500) return 0;
    const std::array<double, 3> reference{patch.lab.l, patch.lab.a, patch.lab.b};
    for (std::size_t c = 0; c < 3; ++c) {
      seen[c].push_back(v[static_cast<int>(c)]);
      wanted[c].push_back(reference[c]);
    }
  }
  Explained sum;
  for (std::size_t c = 0; c < (colour ? 3U : 1U); ++c) {
    const Explained e = explained(seen[c], wanted[c]);
    sum.all += e.all;
    sum.rest += e.rest;
  }
  return sum.all > 0 ? std::max(0.0, 1 - sum.rest / sum.all) : 0;
}

struct Placed {
  Homography h;  // in the view
  double agreement = 0;
};

Homography fitted(const std::vector<std::pair<Point, Point>>& pairs) {
  std::vector<Point> from, to;
  for (const auto& [a, b] : pairs) {
    from.push_back(a);
    to.push_back(b);
  }
  return fitted_homography(from, to);
}

// The grid's index turned by quarter turns.
std::pair<int, int> turned(const GridNode& node, int quarters) {
  switch (quarters) {
    case 1:
      return {node.j, -node.i};
    case 2:
      return {-node.i, -node.j};
    case 3:
      return {-node.j, node.i};
    default:
      return {node.i, node.j};
  }
}

// Every turn and every shift at which enough of the grid falls on patches.
void try_grid(const cv::Mat& lab, bool colour, const TargetReference& target, const Grid& grid,
              std::size_t least_nodes, Placed& best) {
  for (int quarters = 0; quarters < 4; ++quarters) {
    int i0 = 1 << 20, i1 = -i0, j0 = i0, j1 = -i0;
    for (const GridNode& node : grid) {
      const auto [i, j] = turned(node, quarters);
      i0 = std::min(i0, i), i1 = std::max(i1, i);
      j0 = std::min(j0, j), j1 = std::max(j1, j);
    }
    for (int left = i0 - target.columns + 1; left <= i1; ++left)
      for (int top = j0 - target.rows + 1; top <= j1; ++top) {
        std::vector<std::pair<Point, Point>> pairs;
        for (const GridNode& node : grid) {
          const auto [i, j] = turned(node, quarters);
          const int column = i - left, row = j - top;
          if (column >= 0 && column < target.columns && row >= 0 && row < target.rows)
            pairs.push_back({{column + 0.5, row + 0.5}, node.at});
        }
        if (pairs.size() < least_nodes) continue;
        const Homography h = fitted(pairs);
        if (const double a = agreement(lab, colour, target, h); a > best.agreement) best = {h, a};
      }
  }
}

// The place again from every square that lies where a patch should, until it stays.
Homography refined(Homography h, const std::vector<FlatRegion>& regions,
                   const TargetReference& target) {
  for (int round = 0; round < 3; ++round) {
    std::vector<std::pair<Point, Point>> pairs;
    for (const TargetPatch& patch : target.patches) {
      const Point c = patch.centre(), p = h(c), q = h({c.x + 1, c.y}), r = h({c.x, c.y + 1});
      const double step =
          std::min(std::hypot(q.x - p.x, q.y - p.y), std::hypot(r.x - p.x, r.y - p.y));
      const double cell = std::abs((q.x - p.x) * (r.y - p.y) - (q.y - p.y) * (r.x - p.x));
      const double wanted = cell * target.patch_size * target.patch_size;
      const FlatRegion* best = nullptr;
      double distance = 0.12 * step;
      for (const FlatRegion& region : regions)
        if (const double d = std::hypot(region.centre.x - p.x, region.centre.y - p.y);
            d < distance && region.area > 0.5 * wanted && region.area < 1.15 * wanted) {
          distance = d;
          best = &region;
        }
      if (best != nullptr) pairs.push_back({c, best->centre});
    }
    if (pairs.size() < 6) return h;
    h = fitted(pairs);
  }
  return h;
}

Homography in_scan(const Homography& h, const View& view) {
  Homography out = h;
  for (std::size_t i = 0; i < 3; ++i) {
    out.m[i] /= view.scale_x;
    out.m[i + 3] /= view.scale_y;
  }
  return out;
}

Placed look(const View& seen, bool colour, const TargetReference& target) {
  const double pitch_ratio = target.pitch_x_mm > 0 ? target.pitch_y_mm / target.pitch_x_mm : 1;
  const double stretch = std::max(pitch_ratio, 1 / pitch_ratio);
  const std::vector<FlatRegion> regions = flat_regions(seen.lab, 1.4 * stretch);
  const auto least_nodes = std::max<std::size_t>(
      5, static_cast<std::size_t>(least_found * static_cast<double>(target.patches.size())));
  Placed best;
  std::size_t tried = 0;
  for (const Grid& grid : grids_of(regions, least_nodes, stretch)) {
    if (++tried > most_grids) break;
    try_grid(seen.lab, colour, target, grid, least_nodes, best);
  }
  if (best.agreement < least_agreement) return best;
  const Homography finer = refined(best.h, regions, target);
  if (const double a = agreement(seen.lab, colour, target, finer); a > best.agreement - 0.02)
    best = {finer, a};
  return best;
}

}  // namespace

Result<FoundTarget> find_target(const Image& scan, const LabReader& colours,
                                const TargetReference& target) {
  const int longer = std::max(scan.width(), scan.height());
  for (std::size_t i = 0; i < search_sides_px.size(); ++i) {
    if (i > 0 && longer <= search_sides_px[i - 1]) break;
    const View seen = view_of(scan, colours, search_sides_px[i]);
    const Placed placed = look(seen, scan.channels() == 3, target);
    if (placed.agreement >= least_agreement)
      return FoundTarget{in_scan(placed.h, seen), placed.agreement};
  }
  return fail(ErrorKind::bad_input,
              "no target \"{}\" of {} x {} patches is seen; its corners can be given by hand",
              target.name, target.columns, target.rows);
}

double agreement_at(const Image& scan, const LabReader& colours, const TargetReference& target,
                    const Homography& scan_from_target) {
  const View seen = view_of(scan, colours, search_sides_px[0]);
  Homography h = scan_from_target;
  for (std::size_t i = 0; i < 3; ++i) {
    h.m[i] *= seen.scale_x;
    h.m[i + 3] *= seen.scale_y;
  }
  return agreement(seen.lab, scan.channels() == 3, target, h);
}

}  // namespace linka
