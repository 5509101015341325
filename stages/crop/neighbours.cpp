// SPDX-License-Identifier: GPL-3.0-or-later
// Targets and rulers are told by their regularity, which nothing on a bed has by chance: patches in
// a grid, ticks at one pitch. A finger or holder is told by where it lies: a sharp-edged blob of
// another colour than the paper that comes in over the leaf's edge from outside, wider than print
// and narrower than a shadow. A blob of the bed's own colour is a missing piece of the leaf.
#include "stages/crop/neighbours.h"

#include "image/convert.h"

#include <opencv2/imgproc.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numbers>
#include <numeric>

namespace linka {
namespace {

constexpr double colour_dpi = 50;
constexpr int even_patch = 22;  // grey levels within 1.5 mm
constexpr double patch_min_mm = 3.5, patch_max_mm = 45;
constexpr double patch_gap_mm = 6;
constexpr int other_colour = 24;  // grey levels, the largest difference of a channel
constexpr std::size_t least_patches = 5, least_colours = 5;
constexpr double ruler_mm = 30;      // ticks go on for so long
constexpr double tick_mm = 1.5;      // and are so long
constexpr double least_ticks = 12;   // grey levels about the mean
constexpr double least_share = 0.5;  // of the row's variation lies in the ticks' pitch
constexpr double stroke_mm = 3.5;    // print is thinner
constexpr double reach_min_mm = 3, reach_max_mm = 45;  // of a finger over the leaf
constexpr double across_min_mm = 4, across_max_mm = 45;
constexpr int sharp_edge = 30;  // grey levels within 1.5 mm

int px_of(double mm, double dpi) {
  return static_cast<int>(std::lround(px_from_mm(mm, dpi)));
}

Box scaled(const cv::Rect& r, double by) {
  return {r.x * by, r.y * by, (r.x + r.width) * by, (r.y + r.height) * by};
}

cv::Rect rect_of(const Box& b, double by, const cv::Mat& within) {
  const auto at = [&](double v) { return static_cast<int>(std::lround(v * by)); };
  return cv::Rect(cv::Point(at(b.x0), at(b.y0)), cv::Point(at(b.x1), at(b.y1))) &
         cv::Rect(0, 0, within.cols, within.rows);
}

// Evenly coloured rectangles.
struct Patch {
  cv::Rect box;
  cv::Vec3d colour;
};

double difference(const cv::Vec3d& a, const cv::Vec3d& b) {
  return std::max({std::abs(a[0] - b[0]), std::abs(a[1] - b[1]), std::abs(a[2] - b[2])});
}

// How far the colours within a pixel of each pixel differ, in the channel where it is most.
cv::Mat steps_in(const cv::Mat& rgb) {
  cv::Mat high, low, channels[3];
  cv::dilate(rgb, high, {});
  cv::erode(rgb, low, {});
  cv::split(high - low, channels);
  return cv::max(cv::max(channels[0], channels[1]), channels[2]);
}

std::vector<Patch> patches_of(const Surroundings& around) {
  const cv::Mat even = steps_in(around.rgb) < even_patch;
  cv::Mat labels, stats, centres;
  const int count = cv::connectedComponentsWithStats(even, labels, stats, centres, 4, CV_32S);
  // The steps at its border take a pixel off every side of a patch.
  const int least = std::max(3, px_of(patch_min_mm, around.dpi) - 2);
  const int most = px_of(patch_max_mm, around.dpi);
  std::vector<Patch> patches;
  for (int i = 1; i < count; ++i) {
    const cv::Rect box(stats.at<int>(i, cv::CC_STAT_LEFT), stats.at<int>(i, cv::CC_STAT_TOP),
                       stats.at<int>(i, cv::CC_STAT_WIDTH), stats.at<int>(i, cv::CC_STAT_HEIGHT));
    if (std::min(box.width, box.height) < least || std::max(box.width, box.height) > most) continue;
    if (stats.at<int>(i, cv::CC_STAT_AREA) < 0.7 * box.area()) continue;
    const cv::Scalar mean = cv::mean(around.rgb(box), labels(box) == i);
    patches.push_back({box, {mean[0], mean[1], mean[2]}});
  }
  return patches;
}

// Side by side, or one below the other, of like size.
bool adjoin(const cv::Rect& a, const cv::Rect& b, int gap) {
  const auto beside = [&](int a0, int al, int b0, int bl, int p0, int pl, int q0, int ql) {
    const int apart = std::max(a0, b0) - std::min(a0 + al, b0 + bl);
    const int shared = std::min(p0 + pl, q0 + ql) - std::max(p0, q0);
    return apart >= 0 && apart <= std::min(gap, std::max(al, bl)) &&
           shared * 3 >= 2 * std::max(pl, ql);
  };
  return beside(a.x, a.width, b.x, b.width, a.y, a.height, b.y, b.height) ||
         beside(a.y, a.height, b.y, b.height, a.x, a.width, b.x, b.width);
}

std::vector<Beside> targets_of(const Surroundings& around) {
  const std::vector<Patch> patches = patches_of(around);
  constexpr std::size_t most_patches = 1500;  // a bound for pictures of nothing but squares
  std::vector<Beside> found;
  if (patches.size() < least_patches || patches.size() > most_patches) return found;
  std::vector<std::size_t> group(patches.size());
  std::iota(group.begin(), group.end(), std::size_t{0});
  const int gap = px_of(patch_gap_mm, around.dpi);
  for (std::size_t i = 0; i < patches.size(); ++i)
    for (std::size_t j = i + 1; j < patches.size(); ++j)
      if (group[i] != group[j] && adjoin(patches[i].box, patches[j].box, gap))
        std::replace(group.begin(), group.end(), group[j], group[i]);
  for (std::size_t g = 0; g < patches.size(); ++g) {
    std::size_t members = 0;
    cv::Rect hull;
    std::vector<cv::Vec3d> colours;
    int area = 0;
    for (std::size_t i = 0; i < patches.size(); ++i) {
      if (group[i] != g) continue;
      const Patch& p = patches[i];
      hull = members++ == 0 ? p.box : hull | p.box;
      area += p.box.area();
      if (std::none_of(colours.begin(), colours.end(),
                       [&](const cv::Vec3d& c) { return difference(c, p.colour) < other_colour; }))
        colours.push_back(p.colour);
    }
    if (members < least_patches || colours.size() < least_colours) continue;
    if (area < 0.35 * hull.area()) continue;  // a grid or a row has no holes
    hull = cv::Rect(hull.x - 1, hull.y - 1, hull.width + 2, hull.height + 2);
    found.push_back({"target", scaled(hull, 1 / around.scale)});
  }
  return found;
}

// A wave of one pitch, to be compared with rows.
struct Wave {
  std::vector<float> cosine, sine;
  int window = 0;  // pixels compared at a time, a whole number of pitches
};
Wave wave_of(double pitch, int width) {
  Wave wave;
  constexpr int compared = 20;  // pitches
  wave.window = static_cast<int>(std::lround(compared * pitch));
  for (int x = 0; x < width; ++x) {
    const double t = 2 * std::numbers::pi * x / pitch;
    wave.cosine.push_back(static_cast<float>(std::cos(t)));
    wave.sine.push_back(static_cast<float>(std::sin(t)));
  }
  return wave;
}

// Where a row varies with the wave's pitch and no other: runs of pixels [start, end).
std::vector<cv::Range> ticks_in(const std::uint8_t* row, int width, const Wave& wave) {
  std::vector<cv::Range> runs;
  if (width < wave.window) return runs;
  float re = 0, im = 0;
  int sum = 0, power = 0;
  const auto add = [&](int x, int sign) {
    const auto i = static_cast<std::size_t>(x);
    const int v = row[x];
    re += static_cast<float>(sign * v) * wave.cosine[i];
    im += static_cast<float>(sign * v) * wave.sine[i];
    sum += sign * v;
    power += sign * v * v;
  };
  for (int x = 0; x < wave.window; ++x) add(x, 1);
  const double n = wave.window;
  for (int x = 0;; ++x) {
    const double mean = sum / n, varies = power / n - mean * mean;
    const double c = static_cast<double>(re) / n, s = static_cast<double>(im) / n;
    if (varies >= least_ticks * least_ticks && 2 * (c * c + s * s) >= least_share * varies) {
      if (!runs.empty() && runs.back().end >= x)
        runs.back().end = x + wave.window;
      else
        runs.emplace_back(x, x + wave.window);
    }
    if (x + wave.window >= width) return runs;
    add(x, -1);
    add(x + wave.window, 1);
  }
}

// Rulers along the rows of `grey`; boxes of their ticks.
std::vector<cv::Rect> rulers_along_rows(const cv::Mat& grey, double dpi) {
  constexpr double inch_16_mm = 25.4 / 16;
  const int step = std::max(1, px_of(tick_mm / 2, dpi));
  std::vector<cv::Rect> found;
  for (const double pitch_mm : {1.0, inch_16_mm}) {
    const double pitch = px_from_mm(pitch_mm, dpi);
    if (pitch < 3) continue;
    const Wave wave = wave_of(pitch, grey.cols);
    struct Band {
      cv::Rect box;
      int rows = 0, last = 0;
    };
    std::vector<Band> open;
    const auto close = [&](const Band& band) {
      if (band.rows * step >= px_of(tick_mm, dpi) && band.box.width >= px_of(ruler_mm, dpi))
        found.push_back(band.box);
    };
    for (int y = 0; y < grey.rows; y += step) {
      for (const cv::Range& run : ticks_in(grey.ptr<std::uint8_t>(y), grey.cols, wave)) {
        const cv::Rect r(run.start, y, run.size(), step);
        const auto it = std::find_if(open.begin(), open.end(), [&](const Band& b) {
          return std::min(b.box.x + b.box.width, run.end) - std::max(b.box.x, run.start) >
                 run.size() / 2;
        });
        if (it == open.end()) {
          open.push_back({r, 1, y});
        } else {
          it->box |= r;
          it->rows += it->last == y ? 0 : 1;
          it->last = y;
        }
      }
      std::vector<Band> still;
      for (const Band& b : open)
        if (y - b.last > 2 * step)
          close(b);
        else
          still.push_back(b);
      open = std::move(still);
    }
    for (const Band& b : open) close(b);
  }
  return found;
}

// The strip the ticks stand on: as bright as between them, across the ticks.
cv::Rect ruler_about(const cv::Rect& ticks, const cv::Mat& grey, double dpi) {
  cv::Mat along;
  const cv::Rect strip(ticks.x, 0, ticks.width, grey.rows);
  cv::reduce(grey(strip), along, 1, cv::REDUCE_AVG, CV_64F);
  const int most = px_of(35, dpi);
  const int at = ticks.y + ticks.height / 2;
  const double body = along.at<double>(at);
  int first = ticks.y, last = ticks.y + ticks.height;
  const auto like = [&](int y) { return std::abs(along.at<double>(y) - body) < 0.35 * 255; };
  while (first > 0 && ticks.y - first < most && like(first - 1)) --first;
  while (last < grey.rows && last - ticks.y < most && like(last)) ++last;
  // It ends where everything does: then it is no strip on something else, only its ticks count.
  if (last - first >= most) first = ticks.y, last = ticks.y + ticks.height;
  return {ticks.x, first, ticks.width, last - first};
}

std::vector<Beside> rulers_of(const Frame& frame) {
  std::vector<Beside> found;
  for (const cv::Rect& r : rulers_along_rows(frame.grey, frame.dpi))
    found.push_back({"ruler", scaled(ruler_about(r, frame.grey, frame.dpi), 1)});
  const cv::Mat upright = frame.grey.t();
  for (const cv::Rect& r : rulers_along_rows(upright, frame.dpi)) {
    const cv::Rect s = ruler_about(r, upright, frame.dpi);
    found.push_back({"ruler", scaled(cv::Rect(s.y, s.x, s.height, s.width), 1)});
  }
  return found;
}

// The middle 96 % of the letters that stand elsewhere, each way.
Box where_text_stands(const Letters& letters, const Box& elsewhere_than) {
  std::vector<int> xs, ys;
  for (const Letter& l : letters.all) {
    if (l.line < 0) continue;
    const int x = l.box.x + l.box.width / 2, y = l.box.y + l.box.height / 2;
    const Box& b = elsewhere_than;
    if (x >= b.x0 && x < b.x1 && y >= b.y0 && y < b.y1) continue;
    xs.push_back(x);
    ys.push_back(y);
  }
  constexpr std::size_t enough = 60;
  if (xs.size() < enough) return {};
  std::sort(xs.begin(), xs.end());
  std::sort(ys.begin(), ys.end());
  const std::size_t low = xs.size() / 50, high = xs.size() - 1 - low;
  return {double(xs[low]), double(ys[low]), double(xs[high]), double(ys[high])};
}

Quad on_scan(const Box& box, const Frame& frame) {
  const Affine back = inverse(frame.from_scan);
  Quad quad = quad_of(box);
  for (Point& p : quad) {
    p = back(p);
    p = {std::clamp(p.x, frame.scan.x0, frame.scan.x1),
         std::clamp(p.y, frame.scan.y0, frame.scan.y1)};
  }
  return quad;
}

// Which pixels are neither paper nor bed.
struct Colours {
  cv::Vec3d paper, bed;
  bool has_bed = false;
};

cv::Vec3d median_colour(const cv::Mat& rgb, const cv::Mat& mask) {
  std::array<std::array<int, 256>, 3> count{};
  int all = 0;
  for (int y = 0; y < rgb.rows; ++y)
    for (int x = 0; x < rgb.cols; ++x) {
      if (mask.at<std::uint8_t>(y, x) == 0) continue;
      ++all;
      for (int c = 0; c < 3; ++c) ++count[static_cast<std::size_t>(c)][rgb.at<cv::Vec3b>(y, x)[c]];
    }
  cv::Vec3d median(0, 0, 0);
  for (int c = 0; c < 3; ++c) {
    int value = 0, seen = 0;
    while (value < 255 &&
           2 * (seen += count[static_cast<std::size_t>(c)][static_cast<std::size_t>(value)]) < all)
      ++value;
    median[c] = value;
  }
  return median;
}

Colours colours_of(const cv::Mat& rgb, const cv::Mat& inside, const cv::Rect& leaf) {
  Colours c;
  cv::Mat page(rgb.size(), CV_8UC1, cv::Scalar(0)), beyond = inside.clone();
  page(leaf).setTo(255);
  beyond(leaf).setTo(0);
  c.paper = median_colour(rgb, page);
  c.has_bed = cv::countNonZero(beyond) > 0.01 * rgb.rows * rgb.cols;
  if (c.has_bed) c.bed = median_colour(rgb, beyond);
  return c;
}

bool like_skin(const cv::Vec3d& colour, const cv::Vec3d& paper) {
  const double redder = colour[0] - colour[1], of_paper = paper[0] - paper[1];
  return colour[0] > 60 && redder >= 12 && redder >= of_paper + 10 && colour[1] > colour[2] - 5;
}

// A blob over one side of the leaf: how far it reaches in and how wide it is, millimetres.
struct Reach {
  double in = 0, across = 0;
  bool comes_from_outside = false;
};

Reach reach_of(const cv::Rect& blob, const cv::Rect& leaf, double dpi) {
  const int close = std::max(1, px_of(1, dpi));
  const int out[4] = {leaf.x - blob.x, leaf.y - blob.y, blob.x + blob.width - leaf.x - leaf.width,
                      blob.y + blob.height - leaf.y - leaf.height};
  Reach reach;
  for (int side = 0; side < 4; ++side) {
    if (out[side] < -close) continue;
    const int in[4] = {blob.x + blob.width - leaf.x, blob.y + blob.height - leaf.y,
                       leaf.x + leaf.width - blob.x, leaf.y + leaf.height - blob.y};
    const int across = side % 2 == 0 ? blob.height : blob.width;
    if (reach.comes_from_outside && mm_from_px(in[side], dpi) > reach.in) continue;
    reach = {mm_from_px(in[side], dpi), mm_from_px(across, dpi), true};
  }
  return reach;
}

std::vector<Neighbour> reaching_in(const Surroundings& around, const Frame& frame,
                                   const Sight& sight, const Box& box) {
  std::vector<Neighbour> found;
  cv::Mat rgb, inside;
  const int stroke = 2 * std::max(1, px_of(stroke_mm / 2, around.dpi)) + 1;
  cv::morphologyEx(around.rgb, rgb, cv::MORPH_CLOSE,
                   cv::getStructuringElement(cv::MORPH_RECT, {stroke, stroke}));
  cv::resize(sight.inside, inside, rgb.size(), 0, 0, cv::INTER_NEAREST);
  const cv::Rect leaf = rect_of(box, around.scale, rgb);
  if (leaf.width < px_of(30, around.dpi) || leaf.height < px_of(30, around.dpi)) return found;
  const Colours colours = colours_of(rgb, inside, leaf);
  cv::Mat foreign(rgb.size(), CV_8UC1, cv::Scalar(0));
  const double least = 0.22 * std::max({colours.paper[0], colours.paper[1], colours.paper[2]});
  for (int y = 0; y < rgb.rows; ++y)
    for (int x = 0; x < rgb.cols; ++x) {
      if (inside.at<std::uint8_t>(y, x) == 0) continue;
      const cv::Vec3d v = rgb.at<cv::Vec3b>(y, x);
      const bool bed = colours.has_bed && difference(v, colours.bed) < other_colour;
      if (!bed && difference(v, colours.paper) >= least) foreign.at<std::uint8_t>(y, x) = 255;
    }
  const int thin = 2 * std::max(1, px_of(1, around.dpi)) + 1;
  cv::morphologyEx(foreign, foreign, cv::MORPH_OPEN,
                   cv::getStructuringElement(cv::MORPH_ELLIPSE, {thin, thin}));
  cv::Mat labels, stats, centres, steps;
  const int count = cv::connectedComponentsWithStats(foreign, labels, stats, centres, 8, CV_32S);
  for (int i = 1; i < count; ++i) {
    const cv::Rect blob(stats.at<int>(i, cv::CC_STAT_LEFT), stats.at<int>(i, cv::CC_STAT_TOP),
                        stats.at<int>(i, cv::CC_STAT_WIDTH), stats.at<int>(i, cv::CC_STAT_HEIGHT));
    const Reach reach = reach_of(blob, leaf, around.dpi);
    if (!reach.comes_from_outside || reach.in < reach_min_mm || reach.in > reach_max_mm) continue;
    if (reach.across < across_min_mm || reach.across > across_max_mm) continue;
    if (stats.at<int>(i, cv::CC_STAT_AREA) < 0.4 * blob.area()) continue;
    // Sharp against the paper and the bed it lies on, which stains and shadows are not.
    const cv::Mat mask = labels == i;
    cv::Mat wider, rim;
    cv::dilate(mask, wider, cv::getStructuringElement(cv::MORPH_RECT, {3, 3}));
    rim = wider - mask;
    rim &= inside;
    if (steps.empty()) steps = steps_in(rgb);
    const int all = cv::countNonZero(rim);
    if (all == 0 || cv::countNonZero(rim & (steps >= sharp_edge)) < 0.75 * all) continue;
    const cv::Scalar mean = cv::mean(rgb, mask);
    const bool skin = around.colour && like_skin({mean[0], mean[1], mean[2]}, colours.paper);
    found.push_back(
        {skin ? "finger" : "holder", on_scan(scaled(blob, 1 / around.scale), frame), true});
  }
  return found;
}

}  // namespace

Surroundings surroundings_of(const Image& scan, const Frame& frame) {
  Surroundings around;
  around.scale = std::min(1.0, colour_dpi / frame.dpi);
  around.dpi = frame.dpi * around.scale;
  const cv::Size size(std::max(1, static_cast<int>(std::lround(frame.grey.cols * around.scale))),
                      std::max(1, static_cast<int>(std::lround(frame.grey.rows * around.scale))));
  const cv::Mat pixels = view(scan);
  around.colour = pixels.channels() == 3;
  if (!around.colour) {
    cv::Mat grey;
    cv::resize(frame.grey, grey, size, 0, 0, cv::INTER_AREA);
    cv::cvtColor(grey, around.rgb, cv::COLOR_GRAY2RGB);
    return around;
  }
  // Points of the scan at twice the density, then the mean of four.
  const Affine to = composed(frame.from_scan, scaling(2 * around.scale, 2 * around.scale));
  const Affine m = composed(composed(translation(0.5, 0.5), to), translation(-0.5, -0.5));
  cv::Mat fine;
  cv::warpAffine(pixels, fine, cv::Matx23d(m.a, m.b, m.c, m.d, m.e, m.f),
                 {2 * size.width, 2 * size.height}, cv::INTER_NEAREST, cv::BORDER_REPLICATE);
  cv::resize(fine, around.rgb, size, 0, 0, cv::INTER_AREA);
  return around;
}

std::vector<Beside> targets_and_rulers(const Surroundings& around, const Frame& frame,
                                       const Letters& letters) {
  std::vector<Beside> found = targets_of(around);
  // What is inside a target is no ruler.
  for (const Beside& ruler : rulers_of(frame))
    if (std::none_of(found.begin(), found.end(), [&](const Beside& b) {
          return intersection(b.box, ruler.box).area() > 0.3 * ruler.box.area();
        }))
      found.push_back(ruler);
  std::erase_if(found, [&](const Beside& b) {
    return intersection(b.box, where_text_stands(letters, b.box)).area() > 0.3 * b.box.area();
  });
  return found;
}

void take_off(const std::vector<Beside>& aids, const Frame& frame, Sight& sight) {
  if (aids.empty()) return;
  sight.inside = sight.inside.clone();
  sight.on_scan = sight.on_scan.clone();
  const double card = px_from_mm(2, frame.dpi);
  for (const Beside& b : aids) {
    const cv::Rect r = rect_of({b.box.x0 - card, b.box.y0 - card, b.box.x1 + card, b.box.y1 + card},
                               1, sight.inside);
    sight.inside(r).setTo(0);
    sight.on_scan(r).setTo(0);
  }
}

std::vector<Neighbour> neighbours_of(const std::vector<Beside>& aids, const Surroundings& around,
                                     const Frame& frame, const Sight& sight, const Box& box) {
  std::vector<Neighbour> found;
  const double over = px_from_mm(1, frame.dpi);
  for (const Beside& b : aids) {
    const Box in = intersection(b.box, box);
    const bool beside = in.empty() || std::min(in.width(), in.height()) <= over;
    // Wholly on the page it is a picture of the page.
    if (!beside && in.area() > 0.98 * b.box.area()) continue;
    found.push_back({b.kind, on_scan(b.box, frame), !beside});
  }
  const std::vector<Neighbour> reaching = reaching_in(around, frame, sight, box);
  found.insert(found.end(), reaching.begin(), reaching.end());
  return found;
}

}  // namespace linka
