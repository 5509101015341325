// SPDX-License-Identifier: GPL-3.0-or-later
// From the middle of the text each side's first barrier counts: a straight line along which most
// rows step down to a darker scanner bed, book block or table, or a straight valley of shadow,
// behind which lies the facing page. "Straight and along most of the side" is measured by letting
// every row vote for lines of small tilt; the share of rows that agree is the side's confidence.
// Stains, pictures and worn corners step too, but not along one line. A side without a barrier
// keeps the region's edge.
#include "stages/crop/leaf.h"

#include "image/convert.h"
#include "image/paper.h"

#include <opencv2/imgproc.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

namespace linka {
namespace {

constexpr double measuring_dpi = 100;  // a quarter of a millimetre a pixel
constexpr double along_mm = 1.0;       // rows averaged along the side
constexpr double aside_mm = 0.6;       // how far from its line a row's step may lie
constexpr double sure_support = 0.75;  // text beyond such a side is another page's
constexpr double most_texture = 5;     // grey levels; beds and book blocks have 0 to 2
constexpr double gutter_mm = 10;
constexpr double no_text_beyond = 0.002;   // likewise, but for specks
constexpr double most_apart_mm = 4;        // of paper that returns, from its median
constexpr double block_mm = 6;             // the edges of a book block beside its top leaf
constexpr double most_text_beyond = 0.35;  // share of the letters that may be another page's
constexpr double most_wedge_mm = 1;        // paper given up for a page without wedges

template <class T>
T median_of(std::vector<T> v) {
  const auto middle = v.begin() + static_cast<std::ptrdiff_t>(v.size() / 2);
  std::nth_element(v.begin(), middle, v.end());
  return *middle;
}

// Where the book block shows beside the top leaf, a thin shadow parts the two, and the block's
// edges are darker than the leaf. The top leaf's edge is where rows first grow darker on the way
// out over the last millimetres; when the rows do not agree it is the block's.
Line top_leaf(const Sight& sight, const Rows& rows, const Line& block) {
  const double dpi = sight.dpi;
  const auto mm = [&](double v) { return static_cast<int>(std::lround(px_from_mm(v, dpi))); };
  cv::Mat smooth;
  cv::blur(sight.shade, smooth, {1, 2 * mm(along_mm) + 1});
  std::vector<double> edges;
  int all = 0;
  for (int y = rows.first; y < rows.last; y += 2) {
    const double shift = block.slope * (y - rows.middle());
    const int out = static_cast<int>(std::lround(block.x + shift));
    const int in = out + mm(block_mm);
    if (out < 0 || in + mm(1) >= smooth.cols) continue;
    ++all;
    const auto* v = smooth.ptr<std::uint8_t>(y);
    const auto* letter = sight.letters.ptr<std::uint8_t>(y);
    double leaf = 0;
    for (int x = in; x < in + mm(1); ++x) leaf += v[x] / static_cast<double>(mm(1));
    int x = in - 1;
    while (x > out && v[x] >= 0.92 * leaf && letter[x] == 0) --x;
    if (x <= out + mm(0.4) || letter[x] != 0) continue;
    // At once, not by the shading towards a spine.
    if (v[x + mm(0.5)] - v[x] < 0.05 * leaf) continue;
    // Behind it nothing is as bright as the leaf.
    int behind = 0;
    for (int i = out + mm(0.5); i < x; ++i) behind = std::max(behind, static_cast<int>(v[i]));
    if (behind < 0.95 * leaf) edges.push_back(x + 1 - shift);
  }
  if (all == 0 || static_cast<double>(edges.size()) < 0.6 * all) return block;
  const auto middle = edges.begin() + static_cast<std::ptrdiff_t>(edges.size() / 2);
  std::nth_element(edges.begin(), middle, edges.end());
  const double edge = *middle;
  const auto agree = std::count_if(edges.begin(), edges.end(), [&](double e) {
    return std::abs(e - edge) <= 2 * px_from_mm(aside_mm, dpi);
  });
  if (static_cast<double>(agree) < 0.6 * all) return block;
  return {edge, block.slope, block.support, 0};
}

// What lies beyond a line: a scanner bed or a book block is even along the line; a picture is not,
// or paper returns behind it.
struct Beyond {
  double texture = 0;      // grey levels, along the line
  double paper_share = 0;  // of the rows: paper returns
  double paper_mm = 0;     // how far away, the median of those rows
};

// The picture without its grain, and what it is like along a centimetre of the line.
struct Ground {
  cv::Mat fine, coarse;
};
Ground ground_of(const Sight& sight) {
  const auto mm = [&](double v) { return static_cast<int>(std::lround(px_from_mm(v, sight.dpi))); };
  Ground ground;
  cv::blur(sight.level, ground.fine, {std::max(1, mm(1)), 2 * mm(0.5) + 1});
  cv::blur(sight.level, ground.coarse, {std::max(1, mm(1)), 2 * mm(5) + 1});
  return ground;
}

Beyond beyond(const Sight& sight, const Ground& ground, const Rows& rows, const Line& line) {
  const auto mm = [&](double v) { return static_cast<int>(std::lround(px_from_mm(v, sight.dpi))); };
  const auto& [fine, coarse] = ground;
  Beyond found;
  double difference = 0, samples = 0;
  std::vector<double> distances;
  int all = 0;
  for (int y = rows.first; y < rows.last; y += 2) {
    const int at = static_cast<int>(std::lround(line.x + line.slope * (y - rows.middle())));
    if (at < mm(2) || at + mm(3) >= sight.level.cols) continue;
    ++all;
    const auto* v = fine.ptr<std::uint8_t>(y);
    const auto* trend = coarse.ptr<std::uint8_t>(y);
    const auto* inside = sight.inside.ptr<std::uint8_t>(y);
    for (int x = at - mm(1.5); x >= std::max(0, at - mm(8)) && inside[x] != 0; --x) {
      difference += std::abs(v[x] - trend[x]);
      samples += 1;
    }
    const int paper = v[at + mm(2)];
    int run = 0;
    for (int x = at - mm(1.5); x >= 0 && inside[x] != 0; --x) {
      run = v[x] >= 0.92 * paper && v[x] <= 1.05 * paper ? run + 1 : 0;
      if (run < mm(4)) continue;
      distances.push_back(mm_from_px(at - x - run, sight.dpi));
      break;
    }
  }
  if (samples > 0) found.texture = difference / samples;
  if (distances.empty()) return found;
  found.paper_mm = median_of(distances);
  // The end of the scanner's bed comes nearer on the way along the line; paper on the other side of
  // a picture or a gutter does not.
  const auto parallel = std::count_if(distances.begin(), distances.end(), [&](double d) {
    return std::abs(d - found.paper_mm) <= most_apart_mm;
  });
  found.paper_share = static_cast<double>(parallel) / all;
  return found;
}

// Whether the dark behind a line is what the leaf lies on: past the leaf's corners it goes on while
// the paper before the line ends. Of a dark picture the paper around it goes on.
bool is_ground(const Sight& sight, const Rows& rows, const Line& line) {
  const auto mm = [&](double v) { return static_cast<int>(std::lround(px_from_mm(v, sight.dpi))); };
  cv::Mat smooth;
  cv::blur(sight.level, smooth, {mm(2) + 1, mm(2) + 1});
  const auto value = [&](int y, double off_mm) {
    const double x = line.x + line.slope * (y - rows.middle()) + px_from_mm(off_mm, sight.dpi);
    const int i = std::clamp(static_cast<int>(std::lround(x)), 0, smooth.cols - 1);
    return static_cast<int>(smooth.at<std::uint8_t>(y, i));
  };
  std::vector<int> before, behind;
  for (int y = rows.first; y < rows.last; y += 2) {
    before.push_back(value(y, 2));
    behind.push_back(value(y, -2));
  }
  if (before.empty()) return false;
  const int between = (median_of(before) + median_of(behind)) / 2;
  for (const int step : {1, -1}) {
    int y = step > 0 ? rows.last - 1 : rows.first;
    while (y >= 0 && y < smooth.rows && value(y, 2) > between && value(y, -2) <= between) y += step;
    if (y < 0 || y >= smooth.rows || value(y, -2) > between) return false;
  }
  return true;
}

// The first barrier met going outwards from x = start.
LeafSide find_side(const Sight& sight, Rows rows, int start, bool folds) {
  const double dpi = sight.dpi;
  LeafSide side;
  rows.first = std::clamp(rows.first, 0, sight.level.rows);
  rows.last = std::clamp(rows.last, rows.first, sight.level.rows);
  start = std::clamp(start, 0, sight.level.cols - 1);
  side.rows = rows;
  if (rows.count() < px_from_mm(10, dpi) || sight.level.cols < px_from_mm(10, dpi)) return side;
  const Steps all_steps = steps_of(sight, sight.level, rows, start, {});
  const std::vector<Line>& steps = all_steps.lines;
  const Ground ground = ground_of(sight);
  side.reached = all_steps.reached;
  const std::vector<Line> valleys =
      folds ? valleys_of(sight, rows, start, {}, {.narrow_strip = true}) : std::vector<Line>{};
  const auto believed = [&](const Line& line) {
    if (line.x >= start) return false;
    std::size_t outside = 0;
    for (const cv::Point2f& p : sight.text)
      if (p.x < line.x + line.slope * (p.y - rows.middle())) ++outside;
    const double share =
        sight.text.empty() ? 0
                           : static_cast<double>(outside) / static_cast<double>(sight.text.size());
    if (share >= (line.support >= sure_support ? most_text_beyond : no_text_beyond)) return false;
    if (&line >= valleys.data() && &line < valleys.data() + valleys.size()) return true;
    const Beyond out = beyond(sight, ground, rows, line);
    if (out.texture > most_texture) return false;
    // At the sides the facing page may follow after a dark gutter.
    if (out.paper_share < 0.5 || (folds && out.paper_mm < gutter_mm)) return true;
    return share < no_text_beyond && is_ground(sight, rows, line);
  };
  Line found{-1, 0, 0, 0};
  for (const Line& line : steps)
    if (line.x > found.x && believed(line)) found = line;
  const Line step = found;
  const double near = px_from_mm(3, dpi);
  for (const Line& line : valleys)
    if (line.x > step.x - near && (line.x > found.x || found.x == step.x) && believed(line))
      found = line;
  if (found.x < 0) return side;
  side.is_fold = found.x != step.x;
  if (!side.is_fold) {
    const Beyond out = beyond(sight, ground, rows, found);
    side.facing = folds && out.paper_share >= 0.5 && out.paper_mm < gutter_mm;
    found = top_leaf(sight, rows, found);
  }
  side.found = true;
  side.x = found.x;
  side.slope = found.slope;
  side.support = found.support;
  return side;
}

// The longest part of the rows that none of the things [first, last) covers.
Rows free_part(const Rows& rows, const std::vector<Rows>& covered) {
  Rows longest, free = rows;
  std::vector<Rows> sorted = covered;
  std::sort(sorted.begin(), sorted.end(),
            [](const Rows& a, const Rows& b) { return a.first < b.first; });
  sorted.push_back({rows.last, rows.last});
  for (const Rows& c : sorted) {
    free.last = std::min(c.first, rows.last);
    if (free.count() > longest.count()) longest = free;
    free.first = std::max(free.first, c.last);
  }
  return longest;
}

Rows rows_of(const Box& b, bool transposed) {
  return {static_cast<int>(transposed ? b.x0 : b.y0), static_cast<int>(transposed ? b.x1 : b.y1)};
}

LeafSide find_uncovered(const Sight& sight, const Rows& rows, int start, bool upright,
                        const std::vector<Box>& covered) {
  const LeafSide side = find_side(sight, rows, start, upright);
  if (side.found || covered.empty()) return side;
  std::vector<Rows> hidden;
  for (const Box& b : covered) hidden.push_back(rows_of(b, !upright));
  const Rows free = free_part(rows, hidden);
  const LeafSide part = find_side(sight, free, start, upright);
  return part.found || free.count() > rows.count() / 4 ? part : side;
}

Box moved(Box box, int side, double by) {
  (side == left_side    ? box.x0
   : side == top_side   ? box.y0
   : side == right_side ? box.x1
                        : box.y1) += side == left_side || side == top_side ? by : -by;
  return box;
}

// Whether some of a side, its ends left out, lies beside the scan.
bool has_wedge(const Box& box, int side, const Frame& frame) {
  for (int i = 1; i < 50; ++i) {
    const double t = i / 50.0;
    const double x = side == left_side    ? box.x0
                     : side == right_side ? box.x1
                                          : box.x0 + t * box.width();
    const double y = side == top_side      ? box.y0
                     : side == bottom_side ? box.y1
                                           : box.y0 + t * box.height();
    if (frame.off_scan({x, y})) return true;
  }
  return false;
}

}  // namespace

bool Frame::off_scan(Point p) const {
  constexpr double blur = 0.5;  // the polygon's corners are rounded
  const Affine back = inverse(from_scan);
  const Point q = back(p);
  const double b = blur / scale;
  return q.x < -b || q.y < -b || q.x > scan.x1 + b || q.y > scan.y1 + b;
}

bool LeafSide::ends_page() const {
  return found && ((is_fold && support >= sure_support) || facing);
}

bool LeafEdges::any() const {
  return std::any_of(sides.begin(), sides.end(), [](const LeafSide& s) { return s.found; });
}

Frame frame_of(const Image& scan, const Quad& region, double angle_deg) {
  const Reduced reduced = reduced_grey(with_plausible_dpi(scan), measuring_dpi);
  const Affine turned = turned_from_scan(scan.size(), scan.dpi(), angle_deg);
  const auto moved = [](Quad q, const Affine& m) {
    for (Point& p : q) p = m(p);
    return q;
  };
  Frame f;
  const Box whole =
      intersection(box_of(moved(region, turned)), box_of(moved(quad_of(scan.box()), turned)));
  f.scan = scan.box();
  f.limits = {std::floor(whole.x0), std::floor(whole.y0), std::ceil(whole.x1), std::ceil(whole.y1)};
  if (f.limits.empty()) return f;
  f.dpi = reduced.grey.dpi().x;
  // A turned pixel is as fine as the scan's finer axis, a reduced one has the density of both.
  const double finest = std::max(scan.dpi().x, scan.dpi().y);
  f.scale = reduced.scale_x * (scan.dpi().known() ? scan.dpi().x / finest : 1);
  const cv::Size size(std::max(1, static_cast<int>(std::lround(f.limits.width() * f.scale))),
                      std::max(1, static_cast<int>(std::lround(f.limits.height() * f.scale))));
  const Affine to_frame = composed(composed(turned, translation(-f.limits.x0, -f.limits.y0)),
                                   scaling(f.scale, f.scale));
  f.from_scan = to_frame;
  f.region = moved(region, to_frame);
  const Affine from_reduced = composed(scaling(1 / reduced.scale_x, 1 / reduced.scale_y), to_frame);
  // OpenCV's pixel centres are whole numbers, ours are halves.
  const Affine m = composed(composed(translation(0.5, 0.5), from_reduced), translation(-0.5, -0.5));
  cv::warpAffine(view(reduced.grey), f.grey, cv::Matx23d(m.a, m.b, m.c, m.d, m.e, m.f), size,
                 cv::INTER_LINEAR, cv::BORDER_REPLICATE);
  const auto polygon = [&](const Quad& quad) {
    std::vector<cv::Point> corners;
    for (const Point& p : moved(quad, to_frame))
      corners.emplace_back(static_cast<int>(std::lround(std::clamp(p.x, -1e5, 1e5))),
                           static_cast<int>(std::lround(std::clamp(p.y, -1e5, 1e5))));
    cv::Mat mask(size, CV_8UC1, cv::Scalar(0));
    cv::fillConvexPoly(mask, corners, cv::Scalar(255));
    return mask;
  };
  f.on_scan = polygon(quad_of(scan.box()));
  f.inside = polygon(region) & f.on_scan;
  return f;
}

Box in_turned(const Box& b, const Frame& frame) {
  return {frame.limits.x0 + b.x0 / frame.scale, frame.limits.y0 + b.y0 / frame.scale,
          frame.limits.x0 + b.x1 / frame.scale, frame.limits.y0 + b.y1 / frame.scale};
}

LeafEdges leaf_of(const Sight& sight, const std::vector<Box>& covered) {
  std::vector<int> xs, ys;
  for (const cv::Point2f& p : sight.text) {
    xs.push_back(static_cast<int>(p.x));
    ys.push_back(static_cast<int>(p.y));
  }
  const int w = sight.level.cols, h = sight.level.rows;
  int cx = w / 2, cy = h / 2;
  Rows rows{h * 3 / 10, h * 7 / 10};
  if (xs.size() >= 12) {
    cx = median_of(xs), cy = median_of(ys);
    std::sort(ys.begin(), ys.end());
    rows.first = std::min(ys[ys.size() / 50], std::max(cy - h / 5, 0));
    rows.last = std::max(ys[ys.size() - 1 - ys.size() / 50], std::min(h, cy + h / 5));
  }
  LeafEdges leaf;
  const LeafSide& left = leaf.sides[left_side] =
      find_uncovered(sight.turned(false, false), rows, cx, true, covered);
  const LeafSide& right = leaf.sides[right_side] =
      find_uncovered(sight.turned(false, true), rows, w - 1 - cx, true, covered);
  leaf.box.x0 = left.found ? left.x : left.reached;
  leaf.box.x1 = w - (right.found ? right.x : right.reached);
  const int inset = static_cast<int>(px_from_mm(3, sight.dpi));
  const Rows columns{static_cast<int>(leaf.box.x0) + inset, static_cast<int>(leaf.box.x1) - inset};
  const LeafSide& top = leaf.sides[top_side] =
      find_uncovered(sight.turned(true, false), columns, cy, false, covered);
  const LeafSide& bottom = leaf.sides[bottom_side] =
      find_uncovered(sight.turned(true, true), columns, h - 1 - cy, false, covered);
  leaf.box.y0 = top.found ? top.x : top.reached;
  leaf.box.y1 = h - (bottom.found ? bottom.x : bottom.reached);
  return leaf;
}

Box without_wedges(const LeafEdges& leaf, const Frame& frame) {
  Box box = leaf.box;
  const double most = px_from_mm(most_wedge_mm, frame.dpi);
  for (int side = 0; side < 4; ++side) {
    if (leaf.sides[static_cast<std::size_t>(side)].found) continue;
    double by = 0;
    while (by <= most && has_wedge(moved(box, side, by), side, frame)) by += 0.5;
    if (by <= most) box = moved(box, side, by);
  }
  return box;
}

}  // namespace linka
