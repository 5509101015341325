// SPDX-License-Identifier: GPL-3.0-or-later
// The leaf is looked for from the inside outwards (leaf.cpp), in the turned frame at about 100 dpi,
// with the print closed over; colour targets and rulers beside it are taken off first
// (neighbours.cpp). Nothing that looks like text is cut: a row of letters that crosses a side moves
// the side outwards (guard.cpp).
#include "stages/crop/crop.h"

#include "image/edges.h"
#include "image/paper.h"
#include "stages/crop/guard.h"
#include "stages/crop/leaf.h"
#include "stages/crop/neighbours.h"

#include <algorithm>
#include <cmath>

namespace linka {
namespace {

constexpr double close_mm = 0.3;  // print nearer to the box touches it
constexpr double sliver = 0.3;    // of the region: less is no leaf
constexpr double hinted_confidence = 0.3;
constexpr double sure_side = 0.6;   // for the side opposite of one that the book's size gives
constexpr double most_given = 0.4;  // of the leaf: the book's size takes no more away
constexpr double least_given_mm = 1;

double confidence_of(const LeafSide& side) {
  return side.found ? std::clamp((side.support - 0.3) / 0.6, 0.0, 1.0) : 0;
}

struct Sides {
  std::array<double, 4> confidence{};
  std::array<bool, 4> by_hint{};
};

double& edge(Box& box, std::size_t side) {
  return side == left_side    ? box.x0
         : side == top_side   ? box.y0
         : side == right_side ? box.x1
                              : box.y1;
}

// Whether nothing is printed between the two boxes, `less` lying inside `all`.
bool is_blank_between(const Box& less, const Box& all, const Paper& paper) {
  const auto rect = [&](const Box& b) {
    return cv::Rect(
               cv::Point(static_cast<int>(std::floor(b.x0)), static_cast<int>(std::floor(b.y0))),
               cv::Point(static_cast<int>(std::ceil(b.x1)), static_cast<int>(std::ceil(b.y1)))) &
           cv::Rect(0, 0, paper.print.cols, paper.print.rows);
  };
  const cv::Rect outer = rect(all), inner = rect(less);
  if (outer.empty() || inner.empty()) return false;
  const int beyond = cv::countNonZero(paper.print(outer)) - cv::countNonZero(paper.print(inner));
  return beyond <= 0.002 * (outer.area() - inner.area());
}

// A side without a barrier, opposite to a sure one, ends where the book's leaves end.
Box by_books_size(Box box, const LeafEdges& leaf, const Frame& frame, const BookHint& hint,
                  const Paper& paper, Sides& sides) {
  for (std::size_t side = 0; side < 4; ++side) {
    const bool upright = side == top_side || side == bottom_side;
    const double size = px_from_mm(upright ? hint.page_height_mm : hint.page_width_mm, frame.dpi);
    const std::size_t opposite = (side + 2) % 4;
    if (!(size > 0) || leaf.sides[side].found || sides.confidence[opposite] < sure_side) continue;
    Box less = box;
    const double outwards = side == left_side || side == top_side ? -1 : 1;
    edge(less, side) = edge(box, opposite) + outwards * size;
    const double given = outwards * (edge(box, side) - edge(less, side));
    if (given < px_from_mm(least_given_mm, frame.dpi) || given > most_given * size) continue;
    if (!is_blank_between(less, box, paper)) continue;
    box = less;
    sides.confidence[side] = hinted_confidence;
    sides.by_hint[side] = true;
  }
  return box;
}

double confidence_of(const LeafEdges& leaf, const Sight& sight) {
  if (leaf.box.width() < sliver * sight.level.cols || leaf.box.height() < sliver * sight.level.rows)
    return 0;
  if (!leaf.any()) return 0.5;
  double confidence = 1;
  for (const LeafSide& side : leaf.sides) confidence *= side.found ? confidence_of(side) : 0.9;
  return confidence;
}

// Whether print comes close to a side that was found, or is beyond it.
bool touches(const Box& content, const Box& box, const std::array<bool, 4>& found, double close) {
  if (content.empty()) return false;
  const std::array<double, 4> apart{content.x0 - box.x0, content.y0 - box.y0, box.x1 - content.x1,
                                    box.y1 - content.y1};
  for (std::size_t side = 0; side < 4; ++side)
    if (found[side] && apart[side] < close) return true;
  return false;
}

// Whole pixels, with the margin where a side was found, inside the region.
Box with_margin(const Box& box, const std::array<bool, 4>& spare, double margin,
                const Box& limits) {
  const auto by = [&](SideName side) { return spare[side] ? margin : 0; };
  return intersection({std::round(box.x0 - by(left_side)), std::round(box.y0 - by(top_side)),
                       std::round(box.x1 + by(right_side)), std::round(box.y1 + by(bottom_side))},
                      limits);
}

Crop crop_page(const Image& scan, const Frame& frame, const CropParams& params,
               const BookHint& hint) {
  Crop result;
  result.box = frame.limits;
  const Paper paper = paper_of(frame.grey, frame.dpi);
  Letters letters = letters_of(paper.print, frame.dpi);
  const Surroundings around = surroundings_of(scan, frame);
  const std::vector<Beside> aids = targets_and_rulers(around, frame, letters);
  std::vector<Box> covered;
  for (const Beside& aid : aids) covered.push_back(aid.box);
  letters = without(letters, covered);
  const PageLetters text(letters, paper);
  Sight sight = sight_of(frame.grey, frame.inside, frame.on_scan, frame.dpi, paper, letters);
  take_off(aids, frame, sight);
  const LeafEdges leaf = leaf_of(sight, covered);

  Sides sides;
  for (std::size_t i = 0; i < 4; ++i) sides.confidence[i] = confidence_of(leaf.sides[i]);
  Box box = by_books_size(without_wedges(leaf, frame), leaf, frame, hint, paper, sides);
  const Box measured = box;
  box = holding_text(box, leaf, text, frame);
  const double finest = frame.dpi / frame.scale;
  const Cuts cuts = cuts_of(box, leaf, text, paper, frame);
  const Box content = hull_of_text(box, text);
  result.content = content.empty() ? Box{} : in_turned(content, frame);
  result.sides = sides.confidence;
  result.neighbours = neighbours_of(aids, around, frame, sight, measured);
  result.confidence = confidence_of(leaf, sight);
  result.words_outside = cuts.words_outside;
  result.cut_by_scan = cuts.by_scan;

  std::array<bool, 4> ended{};
  for (std::size_t i = 0; i < 4; ++i) ended[i] = leaf.sides[i].found || sides.by_hint[i];
  const bool by_content = params.mode == "content" && !content.empty();
  std::array<bool, 4> spare{};
  for (std::size_t i = 0; i < 4; ++i) spare[i] = by_content || ended[i];
  const Box cut = with_margin(by_content ? result.content : in_turned(box, frame), spare,
                              px_from_mm(params.margin_mm, finest), frame.limits);
  const bool used = result.confidence >= params.min_confidence && !cut.empty();
  if (used)
    result.box = cut;
  else
    result.words_outside = 0;
  const bool outside = used && (cuts.words_outside > 0 || cuts.by_box ||
                                touches(hull_of_text(box, text, true), measured, ended,
                                        px_from_mm(close_mm, frame.dpi)));
  result.touches_content = outside || cuts.by_scan || cuts.by_region;
  return result;
}

}  // namespace

Result<Crop> crop(const Image& scan, const Quad& region, double angle_deg, const CropParams& params,
                  const BookHint& hint) {
  return guarded<Crop>("crop", [&]() -> Result<Crop> {
    if (scan.empty()) return fail(ErrorKind::bad_input, "there is no image");
    if (!is_finite(region) || !std::isfinite(angle_deg))
      return fail(ErrorKind::bad_input, "the page's region or angle is not a number");
    const Frame frame = frame_of(scan, region, angle_deg);
    if (frame.limits.empty()) return fail(ErrorKind::bad_input, "the page's region is empty");
    if (params.mode != "none") return crop_page(scan, frame, params, hint);
    Crop whole;
    whole.box = frame.limits;
    whole.confidence = 1;
    return whole;
  });
}

}  // namespace linka
