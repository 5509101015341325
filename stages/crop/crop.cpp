// SPDX-License-Identifier: GPL-3.0-or-later
// The leaf is looked for from the inside outwards, in the turned frame at about 100 dpi, with the
// print closed over. From the middle of the text each side's first barrier counts: a straight line
// along which most rows step down to a darker scanner bed, book block or table, or a straight
// valley of shadow, behind which lies the facing page. "Straight and along most of the side" is
// measured by letting every row vote for lines of small tilt; the share of rows that agree is the
// side's confidence. Stains, pictures and worn corners step too, but not along one line. A side
// without a barrier keeps the region's edge.
//
// Nothing that looks like text is cut: a row of letters that crosses a side moves the side
// outwards.
#include "stages/crop/crop.h"

#include "image/convert.h"
#include "image/edges.h"
#include "image/paper.h"

#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <optional>
#include <vector>

namespace linka {
namespace {

constexpr double measuring_dpi = 100;  // a quarter of a millimetre a pixel
constexpr double most_tilt_deg = 1.5;  // of a leaf's edge against its lines of text
constexpr double tilt_step_deg = 0.1;
constexpr double step_mm = 1.0;         // an edge is sharper than this
constexpr double least_step = 0.045;    // of the paper's brightness
constexpr double least_valley = 0.035;  // likewise; a fold without shadow shows 2 %
constexpr double along_mm = 1.0;        // rows averaged along the side
constexpr double aside_mm = 0.6;        // how far from its line a row's step may lie
constexpr double least_support = 0.5;   // share of rows on the line
constexpr double sure_support = 0.75;   // text beyond such a side is another page's
constexpr int white_bed = 235;
constexpr double most_texture = 5;  // grey levels; beds and book blocks have 0 to 2
constexpr double gutter_mm = 10;
constexpr double block_mm = 6;             // the edges of a book block beside its top leaf
constexpr double most_text_beyond = 0.35;  // share of the letters that may be another page's
constexpr double deep_valley = 30;         // grey levels
constexpr double valley_half_mm = 15;      // a fold's shadow is no wider, each way

// A picture whose sides are the region's bounding box in the turned frame, reduced.
struct Frame {
  Box limits;        // turned frame, whole pixels
  double scale = 1;  // frame pixels per turned pixel
  double dpi = 0;    // of the frame
  cv::Mat grey;      // CV_8U
  cv::Mat inside;    // CV_8U: 255 in the region and the scan
  cv::Mat on_scan;   // CV_8U: 255 in the scan
};

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

// One side of the leaf, in a picture turned so that outwards is to the left.
struct LeafSide {
  bool found = false, is_fold = false;
  double x = 0;        // at the middle of the rows looked at
  double slope = 0;    // x per row
  double support = 0;  // share of the rows that agree
  Rows rows;           // where it was looked for
  double reached = 0;  // where the region ends, x, at the middle of the rows
};

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

Beyond beyond(const Sight& sight, const Rows& rows, const Line& line) {
  const auto mm = [&](double v) { return static_cast<int>(std::lround(px_from_mm(v, sight.dpi))); };
  cv::Mat fine, coarse;
  cv::blur(sight.level, fine, {mm(1), 2 * mm(0.5) + 1});
  cv::blur(sight.level, coarse, {mm(1), 2 * mm(5) + 1});
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
  if (all > 0) found.paper_share = static_cast<double>(distances.size()) / all;
  if (!distances.empty()) found.paper_mm = median_of(distances);
  return found;
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
    if (share >= (line.support >= sure_support ? most_text_beyond : 0.002)) return false;
    if (&line >= valleys.data() && &line < valleys.data() + valleys.size()) return true;
    const Beyond out = beyond(sight, rows, line);
    if (out.texture > most_texture) return false;
    // At the sides the facing page may follow after a dark gutter.
    return out.paper_share < 0.5 || (folds && out.paper_mm < gutter_mm);
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
  if (!side.is_fold) found = top_leaf(sight, rows, found);
  side.found = true;
  side.x = found.x;
  side.slope = found.slope;
  side.support = found.support;
  return side;
}

Box in_turned(const Box& b, const Frame& frame) {
  return {frame.limits.x0 + b.x0 / frame.scale, frame.limits.y0 + b.y0 / frame.scale,
          frame.limits.x0 + b.x1 / frame.scale, frame.limits.y0 + b.y1 / frame.scale};
}

// The hull of the lines of text whose middle is inside `leaf`, in the turned frame.
Box content_of(const Letters& letters, const Box& leaf, const Frame& frame) {
  Box content;
  for (const TextLine& line : letters.lines) {
    const double x = line.box.x + line.box.width / 2.0, y = line.box.y + line.box.height / 2.0;
    if (x < leaf.x0 || x >= leaf.x1 || y < leaf.y0 || y >= leaf.y1) continue;
    const Box b{double(line.box.x), double(line.box.y), double(line.box.x + line.box.width),
                double(line.box.y + line.box.height)};
    content = content.empty() ? b : hull(content, b);
  }
  return content.empty() ? Box{} : in_turned(content, frame);
}

}  // namespace

Result<Crop> crop(const Image& scan, const Quad& region, double angle_deg, const CropParams& params,
                  const BookHint&) {
  return guarded<Crop>("crop", [&]() -> Result<Crop> {
    if (scan.empty()) return fail(ErrorKind::bad_input, "there is no image");
    if (!is_finite(region) || !std::isfinite(angle_deg))
      return fail(ErrorKind::bad_input, "the page's region or angle is not a number");
    const Frame frame = frame_of(scan, region, angle_deg);
    if (frame.limits.empty()) return fail(ErrorKind::bad_input, "the page's region is empty");
    Crop result;
    result.box = frame.limits;
    if (params.mode == "none") {
      result.confidence = 1;
      return result;
    }
    const Paper paper = paper_of(frame.grey, frame.dpi);
    const Letters letters = letters_of(paper.print, frame.dpi);
    const Sight sight =
        sight_of(frame.grey, frame.inside, frame.on_scan, frame.dpi, paper, letters);
    std::vector<int> xs, ys;
    for (const cv::Point2f& p : sight.text) {
      xs.push_back(static_cast<int>(p.x));
      ys.push_back(static_cast<int>(p.y));
    }
    const int w = frame.grey.cols, h = frame.grey.rows;
    int cx = w / 2, cy = h / 2;
    Rows rows{h * 3 / 10, h * 7 / 10};
    if (xs.size() >= 12) {
      cx = median_of(xs), cy = median_of(ys);
      std::sort(ys.begin(), ys.end());
      rows.first = std::min(ys[ys.size() / 50], std::max(cy - h / 5, 0));
      rows.last = std::max(ys[ys.size() - 1 - ys.size() / 50], std::min(h, cy + h / 5));
    }
    const LeafSide left = find_side(sight.turned(false, false), rows, cx, true);
    const LeafSide right = find_side(sight.turned(false, true), rows, w - 1 - cx, true);
    const double x0 = left.found ? left.x : left.reached;
    const double x1 = w - (right.found ? right.x : right.reached);
    const int inset = static_cast<int>(px_from_mm(3, frame.dpi));
    const Rows columns{static_cast<int>(x0) + inset, static_cast<int>(x1) - inset};
    const LeafSide top = find_side(sight.turned(true, false), columns, cy, false);
    const LeafSide bottom = find_side(sight.turned(true, true), columns, h - 1 - cy, false);
    Box leaf{x0, top.found ? top.x : top.reached, x1,
             h - (bottom.found ? bottom.x : bottom.reached)};
    const bool any = left.found || right.found || top.found || bottom.found;
    if (!any) {
      // No border to be seen: the region is the page. Turned, it has four thin corners without
      // pixels; the box goes through their middle unless something is printed out there.
      const cv::Rect kept =
          cv::Rect(static_cast<int>(leaf.x0), static_cast<int>(leaf.y0),
                   static_cast<int>(leaf.width()), static_cast<int>(leaf.height())) &
          cv::Rect(0, 0, w, h);
      cv::Mat cut = (paper.print > 0) & frame.inside;
      const int all = cv::countNonZero(cut);
      if (kept.empty() || all > cv::countNonZero(cut(kept)))
        leaf = {0, 0, static_cast<double>(w), static_cast<double>(h)};
    }
    double confidence = any ? 1 : 0.5;
    for (const LeafSide* side : {&left, &right, &top, &bottom})
      if (any) confidence *= side->found ? std::clamp((side->support - 0.3) / 0.6, 0.0, 1.0) : 0.9;
    // A sliver of the region is no leaf.
    if (leaf.width() < 0.3 * w || leaf.height() < 0.3 * h) confidence = 0;

    bool grown = false;
    // A side that was not found ends with the region: there is nothing beyond.
    const Box measured = leaf;
    for (const TextLine& line : letters.lines) {
      const Box b{double(line.box.x), double(line.box.y), double(line.box.x + line.box.width),
                  double(line.box.y + line.box.height)};
      const Box in = intersection(b, measured);
      // Only what lies partly inside: what lies wholly outside is on another page or on the bed.
      if (in.empty() || in.area() >= b.area()) continue;
      const auto out = [&](const LeafSide& side, double depth) {
        return depth > 0 && !(side.is_fold && side.support >= sure_support);
      };
      Box next = leaf;
      if (out(left, measured.x0 - b.x0)) next.x0 = std::min(next.x0, b.x0);
      if (out(right, b.x1 - measured.x1)) next.x1 = std::max(next.x1, b.x1);
      if (out(top, measured.y0 - b.y0)) next.y0 = std::min(next.y0, b.y0);
      if (out(bottom, b.y1 - measured.y1)) next.y1 = std::max(next.y1, b.y1);
      if (next == leaf) continue;
      leaf = next;
      grown = true;
    }
    result.content = content_of(letters, leaf, frame);
    Box box = params.mode == "content" && !result.content.empty() ? result.content
                                                                  : in_turned(leaf, frame);
    const double finest = frame.dpi / frame.scale;
    const double margin = px_from_mm(params.margin_mm, finest);
    const bool by_content = params.mode == "content" && !result.content.empty();
    const auto spare = [&](const LeafSide& side) { return side.found || by_content ? margin : 0; };
    box = {box.x0 - spare(left), box.y0 - spare(top), box.x1 + spare(right),
           box.y1 + spare(bottom)};
    box = intersection(
        {std::round(box.x0), std::round(box.y0), std::round(box.x1), std::round(box.y1)},
        frame.limits);
    result.confidence = confidence;
    if (confidence < params.min_confidence || box.empty()) return result;
    result.box = box;
    const double close = px_from_mm(0.3, finest);
    const Box& c = result.content;
    result.touches_content =
        grown || (!c.empty() && (c.x0 - box.x0 < close || c.y0 - box.y0 < close ||
                                 box.x1 - c.x1 < close || box.y1 - c.y1 < close));
    return result;
  });
}

}  // namespace linka
