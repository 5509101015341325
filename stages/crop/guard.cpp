// SPDX-License-Identifier: GPL-3.0-or-later
#include "stages/crop/guard.h"

#include <algorithm>
#include <cmath>
#include <cstdint>

namespace linka {
namespace {

constexpr double least_paper = 0.45;    // of the level under most of the text: less is bed
constexpr double like_paper = 0.7;      // the ground of words that may be this page's
constexpr double near_end_mm = 0.3;     // a letter cut by an edge ends this close to it
constexpr double of_this_page_mm = 15;  // a line is this page's when it comes from so far inside
constexpr std::size_t few_letters = 4;  // less is no line to hold a page for

double centre_x(const cv::Rect& r) {
  return r.x + r.width / 2.0;
}
double centre_y(const cv::Rect& r) {
  return r.y + r.height / 2.0;
}
bool holds(const Box& b, double x, double y) {
  return x >= b.x0 && x < b.x1 && y >= b.y0 && y < b.y1;
}
bool holds_centre(const Box& b, const cv::Rect& r) {
  return holds(b, centre_x(r), centre_y(r));
}
Box box_of_rect(const cv::Rect& r) {
  return {double(r.x), double(r.y), double(r.x + r.width), double(r.y + r.height)};
}
double level_under(const Paper& paper, const cv::Rect& r) {
  return paper.level.at<std::uint8_t>(r.y + r.height / 2, r.x + r.width / 2);
}

// How far the rectangle reaches out over each side, pixels; negative inside.
std::array<double, 4> reach_out(const Box& box, const Box& r) {
  return {box.x0 - r.x0, box.y0 - r.y0, r.x1 - box.x1, r.y1 - box.y1};
}

template <class T>
T quantile(std::vector<T> v, double share) {
  const auto at =
      v.begin() + static_cast<std::ptrdiff_t>(share * static_cast<double>(v.size() - 1));
  std::nth_element(v.begin(), at, v.end());
  return *at;
}

double darkest(const cv::Mat& print, const cv::Rect& r) {
  double most = 0;
  cv::minMaxLoc(print(r), nullptr, &most);
  return most;
}

bool in_mask(const cv::Mat& mask, double x, double y) {
  const int i = static_cast<int>(std::floor(x)), j = static_cast<int>(std::floor(y));
  return i >= 0 && j >= 0 && i < mask.cols && j < mask.rows && mask.at<std::uint8_t>(j, i) != 0;
}

// Words in a row of letters: a gap wider than half a letter's height parts them.
int words_in(const std::vector<cv::Rect>& letters) {
  int words = letters.empty() ? 0 : 1;
  for (std::size_t i = 1; i < letters.size(); ++i)
    if (letters[i].x - (letters[i - 1].x + letters[i - 1].width) > 0.6 * letters[i].height) ++words;
  return words;
}

// Whether the rectangle lies beyond a side behind which another page begins.
bool on_another_page(const Box& box, const LeafEdges& leaf, const cv::Rect& r) {
  const double x = centre_x(r), y = centre_y(r);
  const std::array<bool, 4> out{x < box.x0, y < box.y0, x >= box.x1, y >= box.y1};
  for (std::size_t side = 0; side < 4; ++side)
    if (out[side] && leaf.sides[side].ends_page()) return true;
  return false;
}

}  // namespace

Letters without(const Letters& letters, const std::vector<Box>& boxes) {
  if (boxes.empty()) return letters;
  Letters left = letters;
  std::erase_if(left.all, [&](const Letter& l) {
    return std::any_of(boxes.begin(), boxes.end(),
                       [&](const Box& b) { return holds_centre(b, l.box); });
  });
  left.on_lines = 0;
  for (const Letter& l : left.all)
    if (l.line >= 0) ++left.on_lines;
  return left;
}

PageLetters::PageLetters(const Letters& letters, const Paper& paper) {
  std::vector<double> under;
  for (const Letter& l : letters.all)
    if (l.line >= 0) under.push_back(level_under(paper, l.box));
  // Most text stands on paper, even where a third of what looks like it does not.
  const double usual = under.empty() ? 0 : quantile(under, 0.75);
  letters_.labels = letters.labels;
  std::vector<std::vector<Letter>> rows(letters.lines.size());
  std::vector<int> heights;
  std::vector<double> inks;
  for (const Letter& l : letters.all) {
    if (level_under(paper, l.box) < least_paper * usual) continue;
    letters_.all.push_back(l);
    if (l.line < 0) continue;
    rows[static_cast<std::size_t>(l.line)].push_back(l);
    heights.push_back(l.box.height);
    if (heights.size() % 16 == 1) inks.push_back(darkest(paper.print, l.box));
  }
  std::vector<int> new_line(rows.size(), -1);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    std::vector<Letter>& row = rows[i];
    if (row.empty()) continue;
    std::sort(row.begin(), row.end(),
              [](const Letter& a, const Letter& b) { return a.box.x < b.box.x; });
    LetterRow line{row.front().box, static_cast<int>(row.size())};
    for (const Letter& l : row) line.box |= l.box;
    if (line.letters < 3 && line.box.width < 4 * line.box.height) continue;
    new_line[i] = static_cast<int>(letters_.lines.size());
    letters_.lines.push_back(line);
    letters_.on_lines += line.letters;
    for (Letter& l : row) l.line = new_line[i];
    rows_.push_back(row);
  }
  const double ink = inks.empty() ? 0 : quantile(inks, 0.5);
  const double height = heights.empty() ? 0 : quantile(heights, 0.5);
  for (Letter& l : letters_.all) {
    if (l.line >= 0) l.line = new_line[static_cast<std::size_t>(l.line)];
    if (l.line < 0 && l.box.height >= 0.7 * height && darkest(paper.print, l.box) >= 0.7 * ink)
      single_.push_back(l.box);
  }
  paper_ = usual;
}

Box holding_text(const Box& box, const LeafEdges& leaf, const PageLetters& text,
                 const Frame& frame) {
  Box held = box;
  const auto hold = [&](const cv::Rect& r, bool crosses) {
    const Box b = box_of_rect(r);
    const std::array<double, 4> out = reach_out(box, b);
    for (std::size_t side = 0; side < 4; ++side) {
      if (out[side] <= 0 || (leaf.sides[side].found && !crosses)) continue;
      if (leaf.sides[side].ends_page()) continue;
      switch (side) {
        case left_side:
          held.x0 = std::min(held.x0, b.x0);
          break;
        case top_side:
          held.y0 = std::min(held.y0, b.y0);
          break;
        case right_side:
          held.x1 = std::max(held.x1, b.x1);
          break;
        default:
          held.y1 = std::max(held.y1, b.y1);
      }
    }
  };
  for (const std::vector<Letter>& row : text.rows()) {
    const bool ours = std::any_of(row.begin(), row.end(),
                                  [&](const Letter& l) { return holds_centre(box, l.box); });
    for (const Letter& l : row)
      if (in_mask(frame.inside, centre_x(l.box), centre_y(l.box))) hold(l.box, ours);
  }
  for (const cv::Rect& r : text.single())
    if (in_mask(frame.inside, centre_x(r), centre_y(r))) hold(r, false);
  return held;
}

Box hull_of_text(const Box& box, const PageLetters& text, bool sure) {
  constexpr int long_piece = 6;  // times its height
  Box content;
  for (const LetterRow& line : text.letters().lines)
    if (holds_centre(box, line.box) &&
        !(sure && line.letters == 1 && line.box.width > long_piece * line.box.height))
      content = content.empty() ? box_of_rect(line.box) : hull(content, box_of_rect(line.box));
  return content;
}

Cuts cuts_of(const Box& box, const LeafEdges& leaf, const PageLetters& text, const Paper& paper,
             const Frame& frame) {
  Cuts cuts;
  const double end = std::max(1.2, px_from_mm(near_end_mm, frame.dpi));
  const double deep = px_from_mm(of_this_page_mm, frame.dpi);
  for (const std::vector<Letter>& row : text.rows()) {
    std::vector<cv::Rect> outside;
    std::size_t inside = 0, below_end = 0, below_region = 0;
    for (const Letter& l : row) {
      const double x = centre_x(l.box), y = centre_y(l.box);
      if (!in_mask(frame.inside, x, y)) continue;
      if (holds(box, x, y)) {
        ++inside;
        const std::array<double, 4> out = reach_out(box, box_of_rect(l.box));
        if (*std::max_element(out.begin(), out.end()) > end) cuts.by_box = true;
        const double x0 = l.box.x, x1 = l.box.x + l.box.width;
        const double y0 = l.box.y - end, y1 = l.box.y + l.box.height + end;
        if (frame.off_scan({x, y0}) || frame.off_scan({x, y1}))
          ++below_end;
        else if (!in_mask(frame.inside, x, y0) || !in_mask(frame.inside, x, y1))
          ++below_region;
        if (row.size() < few_letters) continue;
        const bool from_left = row.back().box.x - x0 >= deep,
                   from_right = x1 - row[0].box.x >= deep;
        if ((from_left && frame.off_scan({x0 - end, y})) ||
            (from_right && frame.off_scan({x1 + end, y})))
          cuts.by_scan = true;
        else if ((from_left && !in_mask(frame.inside, x0 - end, y)) ||
                 (from_right && !in_mask(frame.inside, x1 + end, y)))
          cuts.by_region = true;
      } else if (level_under(paper, l.box) >= like_paper * text.paper() &&
                 !on_another_page(box, leaf, l.box)) {
        outside.push_back(l.box);
      }
    }
    if (outside.size() >= few_letters || (inside > 0 && !outside.empty()))
      cuts.words_outside += words_in(outside);
    if (row.size() < few_letters) continue;
    // Where the scan lies askew to its edge, only a part of the line is cut.
    if (below_end >= few_letters) cuts.by_scan = true;
    if (below_region * 5 >= row.size() * 2) cuts.by_region = true;
  }
  return cuts;
}

}  // namespace linka
