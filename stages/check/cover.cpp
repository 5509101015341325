// SPDX-License-Identifier: GPL-3.0-or-later
// A finger, a bookmark or a holder is what paper is not: of another brightness or colour than the
// paper around it, without print on it, with a sharp outline, coming in from an edge of the page
// and ending on it. Shadows have no sharp outline; what is left of the scanner bed runs along a
// whole side; pictures do not reach the edge. It matters when it lies where the text is.
#include "image/convert.h"
#include "stages/check/measures.h"

#include <opencv2/imgproc.hpp>

#include <algorithm>
#include <cmath>

namespace linka {
namespace {

constexpr double measuring_dpi = 40;
constexpr double stroke_mm = 4;             // print is closed over
constexpr double side_mm = 18, end_mm = 8;  // how far shadows of a whole side reach in
constexpr double least_off = 0.1;           // of the paper: brightness or colour
constexpr double least_width_mm = 4;        // narrower: the rim, a ribbon's shadow
constexpr double least_reach_mm = 8;        // into the page
constexpr double most_of_side = 0.6;        // wider along an edge: bed, a fold's shadow
constexpr double least_sharp = 0.55;        // share of the outline with a clear step
constexpr double least_overlap_mm2 = 15;
constexpr double shaded = 0.92;  // of the paper's level: a column in a fold's shadow
constexpr double bridge_mm = 6;  // a thing as dark as the shadow it lies in is not seen so far

int odd(double mm, double dpi) {
  return 2 * std::max(1, static_cast<int>(std::lround(px_from_mm(mm, dpi) / 2))) + 1;
}

// The paper without what lies on it: smooth, but with the shadows and strips that run along a whole
// side, which the middle value of every column near the sides, and row near the ends, has too.
cv::Mat paper_under(const cv::Mat& channel, double dpi) {
  cv::Mat paper = cv::max(smooth_surface(channel, {}), 30.0);
  const cv::Mat share = channel / paper;
  const auto along = [&](int size, double depth_mm, const auto& line) {
    const int depth = std::min(size / 4, static_cast<int>(px_from_mm(depth_mm, dpi)));
    for (int i = 0; i < depth; ++i)
      for (const int at : {i, size - 1 - i}) {
        std::vector<float> values;
        const cv::Mat here = line(share, at);
        for (auto v = here.begin<float>(); v != here.end<float>(); ++v) values.push_back(*v);
        cv::Mat target = line(paper, at);
        target *= std::clamp(quantile(values, 0.5), 0.2, 1.0);
      }
  };
  along(channel.cols, side_mm, [](const cv::Mat& m, int x) { return m.col(x); });
  along(channel.rows, end_mm, [](const cv::Mat& m, int y) { return m.row(y); });
  return cv::max(paper, 20.0);
}

// Marks the columns near the sides that lie in a shadow along the whole side.
void mark_shade(const cv::Mat& paper, cv::Mat& shade, double dpi) {
  cv::Mat middle;
  cv::reduce(paper, middle, 0, cv::REDUCE_AVG, CV_32F);
  const int depth = std::min(paper.cols / 4, static_cast<int>(px_from_mm(side_mm, dpi)));
  const float left = middle.at<float>(depth), right = middle.at<float>(paper.cols - 1 - depth);
  for (int x = 0; x < depth; ++x) {
    if (middle.at<float>(x) < shaded * left) shade.col(x).setTo(255);
    if (middle.at<float>(paper.cols - 1 - x) < shaded * right)
      shade.col(paper.cols - 1 - x).setTo(255);
  }
}

// A thing lighter than the shadow at the fold and darker than the paper is as dark as what is under
// it somewhere between; there, and only in the shadow, it is taken to go on as far as the edge.
cv::Mat bridged(const cv::Mat& mask, const cv::Mat& shade, double dpi) {
  const int width = odd(bridge_mm, dpi);
  cv::Mat wide;
  cv::copyMakeBorder(mask, wide, 0, 0, width, width, cv::BORDER_CONSTANT, cv::Scalar(255));
  cv::morphologyEx(wide, wide, cv::MORPH_CLOSE,
                   cv::getStructuringElement(cv::MORPH_RECT, {width, 1}));
  return mask | (wide.colRange(width, width + mask.cols) & shade);
}

// How far each place is from the paper, the channel that differs most, of the paper's level.
// `shade`: the columns in the shadow of a fold.
cv::Mat off_paper(const cv::Mat& small, cv::Mat& shade, double dpi) {
  shade = cv::Mat(small.size(), CV_8UC1, cv::Scalar(0));
  std::vector<cv::Mat> channels;
  cv::split(small, channels);
  const int size = odd(stroke_mm, dpi);
  const cv::Mat element = cv::getStructuringElement(cv::MORPH_RECT, {size, size});
  cv::Mat off(small.size(), CV_32FC1, cv::Scalar(0));
  for (cv::Mat& channel : channels) {
    cv::morphologyEx(channel, channel, cv::MORPH_CLOSE, element);
    channel.convertTo(channel, CV_32F);
    const cv::Mat paper = paper_under(channel, dpi);
    mark_shade(paper, shade, dpi);
    off = cv::max(off, cv::abs(channel - paper) / paper);
  }
  return off;
}

// Where text stands, or would stand if nothing covered it: the hull of the lines.
cv::Mat print_space(const PageView& view, cv::Size size, double by) {
  std::vector<cv::Point> corners;
  const int least = static_cast<int>(px_from_mm(12, view.small_dpi));
  int letters = 0;
  for (const LetterRow& line : view.letters.lines) {
    if (line.box.width < least || line.letters < 5) continue;
    letters += line.letters;
    for (const int x : {line.box.x, line.box.x + line.box.width})
      for (const int y : {line.box.y, line.box.y + line.box.height})
        corners.emplace_back(static_cast<int>(x * by), static_cast<int>(y * by));
  }
  cv::Mat space(size, CV_8UC1, cv::Scalar(0));
  if (letters < 60) return space;
  std::vector<cv::Point> hull;
  cv::convexHull(corners, hull);
  cv::fillConvexPoly(space, hull, cv::Scalar(255));
  return space;
}

// The share of the outline, away from the page's edge, with a step of half of what the thing is off
// the paper within a millimetre and a half.
double sharp_share(const cv::Mat& thing, const cv::Mat& off, double level) {
  cv::Mat wide, narrow;
  const cv::Mat element = cv::getStructuringElement(cv::MORPH_RECT, {3, 3});
  cv::dilate(thing, wide, element, {-1, -1}, 2);
  cv::erode(thing, narrow, element, {-1, -1}, 1);
  cv::Mat low, high;
  cv::erode(off, low, element, {-1, -1}, 2);
  cv::dilate(off, high, element, {-1, -1}, 1);
  int outline = 0, sharp = 0;
  for (int y = 3; y + 3 < thing.rows; ++y)
    for (int x = 3; x + 3 < thing.cols; ++x) {
      if (thing.at<std::uint8_t>(y, x) == 0 || narrow.at<std::uint8_t>(y, x) != 0) continue;
      if (off.at<float>(y, x) <= least_off) continue;  // bridged: says nothing
      ++outline;
      sharp += high.at<float>(y, x) - low.at<float>(y, x) > 0.5 * level;
    }
  return outline > 0 ? static_cast<double>(sharp) / outline : 0;
}

}  // namespace

double covered_share_of(const PageView& view) {
  const int parts = std::max(1, static_cast<int>(view.dpi / measuring_dpi));
  const cv::Mat whole = linka::view(view.page);
  cv::Mat small;
  if (whole.cols < parts || whole.rows < parts) return 0;
  cv::resize(whole(cv::Rect(0, 0, whole.cols / parts * parts, whole.rows / parts * parts)), small,
             {whole.cols / parts, whole.rows / parts}, 0, 0, cv::INTER_AREA);
  const double dpi = view.dpi / parts;
  if (small.cols < 20 || small.rows < 20) return 0;
  const cv::Mat space =
      print_space(view, small.size(), small.cols / static_cast<double>(view.small.cols));
  if (cv::countNonZero(space) == 0) return 0;
  cv::Mat shade;
  const cv::Mat off = off_paper(small, shade, dpi);
  cv::Mat mask = bridged(off > least_off, shade, dpi);
  const int width = odd(least_width_mm, dpi);
  cv::copyMakeBorder(mask, mask, width, width, width, width, cv::BORDER_REPLICATE);
  cv::morphologyEx(mask, mask, cv::MORPH_OPEN,
                   cv::getStructuringElement(cv::MORPH_ELLIPSE, {width, width}));
  mask = mask(cv::Rect(width, width, small.cols, small.rows)).clone();
  cv::Mat labels, stats, centres;
  const int count = cv::connectedComponentsWithStats(mask, labels, stats, centres, 8, CV_32S);
  const double reach = px_from_mm(least_reach_mm, dpi);
  double covered = 0;
  for (int i = 1; i < count; ++i) {
    const cv::Rect box(stats.at<int>(i, cv::CC_STAT_LEFT), stats.at<int>(i, cv::CC_STAT_TOP),
                       stats.at<int>(i, cv::CC_STAT_WIDTH), stats.at<int>(i, cv::CC_STAT_HEIGHT));
    const bool at_side = box.x <= 2 || box.x + box.width >= small.cols - 2;
    const bool at_end = box.y <= 2 || box.y + box.height >= small.rows - 2;
    if (!at_side && !at_end) continue;
    if (box.width > 0.9 * small.cols || box.height > 0.9 * small.rows) continue;  // bed, lost strip
    if (at_side && !at_end && box.height > most_of_side * small.rows) continue;
    if (at_end && !at_side && box.width > most_of_side * small.cols) continue;
    if (at_side && at_end &&
        (box.height > most_of_side * small.rows || box.width > most_of_side * small.cols))
      continue;
    if (std::max(at_side ? box.width : 0, at_end ? box.height : 0) < reach) continue;
    const cv::Mat thing = labels == i;
    const double over = cv::countNonZero(thing & space);
    if (mm_from_px(1, dpi) * mm_from_px(1, dpi) * over < least_overlap_mm2) continue;
    const double level = cv::mean(off, thing)[0];
    if (sharp_share(thing, off, level) < least_sharp) continue;
    covered += over;
  }
  return covered / static_cast<double>(small.total());
}

}  // namespace linka
