// SPDX-License-Identifier: GPL-3.0-or-later
// Letters follow each other more closely than lines do: whether a letter's nearest neighbour stands
// beside it or above it tells which way the lines run. Which way is up is told by what sticks out
// of the lines: in all languages written with Latin letters, in antiqua and Fraktur, there is more
// ink above the small letters (b d f h k l t, capitals, dots, accents) than below (g j p q y).
// Every few centimetres of a line vote with what they have above and below their small letters; the
// page answers only when enough of them agree.
#include "stages/check/measures.h"

#include <opencv2/imgproc.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

namespace linka {
namespace {

constexpr double reach_mm = 6;          // how far a neighbour is looked for
constexpr double least_slope = 0.0035;  // 0.2 degrees: less is nobody's skew
constexpr int least_votes = 40;         // letters with neighbours
constexpr double piece_mm = 40;         // of a line: short enough to be straight
constexpr double least_piece_mm = 10;
constexpr double zone = 0.65;        // of the small letters' height: looked at above and below
constexpr double clear_zone = 0.12;  // beside the small letters: rough edges
constexpr double most_line = 3.5;    // letters: a line is not higher
constexpr int least_pieces = 8;

// ---- which way the lines run

class Grid {
 public:
  Grid(const std::vector<Letter>& letters, cv::Size size, int cell)
      : cell_(cell), columns_(size.width / cell + 1), rows_(size.height / cell + 1) {
    cells_.resize(static_cast<std::size_t>(columns_ * rows_));
    for (std::size_t i = 0; i < letters.size(); ++i)
      visit(letters[i].box, [&](std::vector<int>& c) { c.push_back(static_cast<int>(i)); });
  }
  template <class Visit>
  void visit(const cv::Rect& box, Visit&& v) {
    const int x0 = std::max(0, box.x / cell_);
    const int x1 = std::min(columns_ - 1, (box.x + box.width) / cell_);
    const int y0 = std::max(0, box.y / cell_);
    const int y1 = std::min(rows_ - 1, (box.y + box.height) / cell_);
    for (int y = y0; y <= y1; ++y)
      for (int x = x0; x <= x1; ++x) v(cells_[static_cast<std::size_t>(y * columns_ + x)]);
  }

 private:
  int cell_, columns_, rows_;
  std::vector<std::vector<int>> cells_;
};

double sideways_of(const std::vector<Letter>& letters, cv::Size size, double dpi) {
  const int reach = std::max(4, static_cast<int>(px_from_mm(reach_mm, dpi)));
  Grid grid(letters, size, reach);
  const std::size_t step = letters.size() / 3000 + 1;
  int across = 0, along = 0;
  for (std::size_t i = 0; i < letters.size(); i += step) {
    const cv::Rect& a = letters[i].box;
    int beside = reach, above = reach;  // gaps to the nearest neighbour each way
    const cv::Rect around(a.x - reach, a.y - reach, a.width + 2 * reach, a.height + 2 * reach);
    grid.visit(around, [&](const std::vector<int>& cell) {
      for (const int j : cell) {
        const cv::Rect& b = letters[static_cast<std::size_t>(j)].box;
        const int thin = std::min({a.width, a.height}), thin_b = std::min(b.width, b.height);
        if (static_cast<std::size_t>(j) == i || thin > 3 * thin_b || thin_b > 3 * thin) continue;
        const int over_x = std::min(a.x + a.width, b.x + b.width) - std::max(a.x, b.x);
        const int over_y = std::min(a.y + a.height, b.y + b.height) - std::max(a.y, b.y);
        if (2 * over_y >= std::min(a.height, b.height)) beside = std::min(beside, -over_x);
        if (2 * over_x >= std::min(a.width, b.width)) above = std::min(above, -over_y);
      }
    });
    beside = std::max(beside, 1);
    above = std::max(above, 1);
    if (beside * 10 < above * 7) ++across;
    if (above * 10 < beside * 7) ++along;
  }
  const int votes = across + along;
  if (votes < least_votes) return 0;
  return static_cast<double>(along - across) / votes;
}

// ---- lines

struct Row {
  std::vector<cv::Rect> boxes;  // left to right
  cv::Rect box;
  double slope = 0;
};

std::vector<Row> rows_of(const Letters& letters) {
  std::vector<Row> rows(letters.lines.size());
  for (const Letter& letter : letters.all)  // sorted by x
    if (letter.line >= 0) rows[static_cast<std::size_t>(letter.line)].boxes.push_back(letter.box);
  std::vector<float> heights;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    rows[i].box = letters.lines[i].box;
    for (const cv::Rect& box : rows[i].boxes) heights.push_back(static_cast<float>(box.height));
  }
  // Lines that ran together say nothing.
  const double most = most_line * quantile(heights, 0.5);
  std::erase_if(rows, [&](const Row& row) { return row.box.height > most; });
  return rows;
}

struct Slope {
  double slope = 0;
  double bend = 0;  // how much steeper its right half is
  bool known = false;
};

double slope_of_part(const std::vector<cv::Point3d>& weighted, double from, double to) {
  double n = 0, sx = 0, sy = 0, sxx = 0, sxy = 0;
  for (const cv::Point3d& p : weighted) {
    if (p.x < from || p.x > to) continue;
    n += p.z, sx += p.z * p.x, sy += p.z * p.y, sxx += p.z * p.x * p.x, sxy += p.z * p.x * p.y;
  }
  const double det = n * sxx - sx * sx;
  return n < 3 || det < 1e-6 ? 0 : (n * sxy - sx * sy) / det;
}

// The slope of the feet of letters: least squares, again and again with less weight for what stands
// off (descenders, commas).
Slope slope_of(const Row& row) {
  std::vector<cv::Point2d> feet;
  for (const cv::Rect& b : row.boxes) feet.emplace_back(b.x + b.width / 2.0, b.y + b.height);
  if (feet.size() < 8) return {};
  std::vector<float> ys;
  for (const cv::Point2d& p : feet) ys.push_back(static_cast<float>(p.y));
  double slope = 0, base = quantile(ys, 0.5);
  const double middle = row.box.x + row.box.width / 2.0;
  std::vector<cv::Point3d> weighted;  // x from the middle, y, weight
  for (int round = 0; round < 8; ++round) {
    std::vector<float> off;
    for (const cv::Point2d& p : feet)
      off.push_back(static_cast<float>(std::abs(p.y - base - slope * (p.x - middle))));
    const double reach = std::max(1.5, 4 * quantile(off, 0.5));
    double n = 0, sx = 0, sy = 0, sxx = 0, sxy = 0;
    weighted.clear();
    for (const cv::Point2d& p : feet) {
      const double r = (p.y - base - slope * (p.x - middle)) / reach;
      const double w = std::abs(r) < 1 ? (1 - r * r) * (1 - r * r) : 0;
      const double x = p.x - middle;
      n += w, sx += w * x, sy += w * p.y, sxx += w * x * x, sxy += w * x * p.y;
      weighted.emplace_back(x, p.y, w);
    }
    const double det = n * sxx - sx * sx;
    if (n < 4 || det < 1e-6) return {};
    slope = (n * sxy - sx * sy) / det;
    base = (sy - slope * sx) / n;
  }
  const double half = row.box.width / 2.0;
  const double bend = slope_of_part(weighted, 0, half) - slope_of_part(weighted, -half, 0);
  return {slope, bend, std::abs(slope) < 0.2};
}

struct Skewed {
  double slope = 0, confidence = 0;
};
Skewed skew_of(std::vector<Row>& rows, double dpi) {
  std::vector<std::pair<double, double>> found, bends;  // slope, weight
  const double least_width = px_from_mm(25, dpi);
  for (Row& row : rows) {
    if (row.box.width < least_width) continue;
    const Slope s = slope_of(row);
    if (!s.known) continue;
    row.slope = s.slope;
    found.emplace_back(s.slope, row.box.width);
    bends.emplace_back(s.bend, row.box.width);
  }
  if (found.size() < 3) return {};
  const auto middle = [](std::vector<std::pair<double, double>> values) {
    std::sort(values.begin(), values.end());
    double all = 0, sum = 0;
    for (const auto& v : values) all += v.second;
    for (const auto& v : values)
      if ((sum += v.second) >= all / 2) return v.first;
    return values.back().first;
  };
  Skewed skew;
  skew.slope = middle(found);
  std::vector<std::pair<double, double>> off;
  for (const auto& f : found) off.emplace_back(std::abs(f.first - skew.slope), f.second);
  const double spread_deg = std::atan(middle(off)) * 180 / std::numbers::pi;
  const double lines = static_cast<double>(found.size());
  skew.confidence = std::clamp(1.2 - spread_deg / 0.4, 0.0, 1.0) * std::min(1.0, lines / 6);
  // Lines that are straight on one side of the page and rise on the other are bent, not askew.
  const double bend = std::abs(middle(bends));
  skew.confidence *= std::clamp(2 - bend / std::max(std::abs(skew.slope), least_slope), 0.0, 1.0);
  for (Row& row : rows)
    if (row.slope == 0 || std::abs(row.slope - skew.slope) > 0.02) row.slope = skew.slope;
  return skew;
}

// ---- which way is up

struct Piece {
  double height = 0;  // of the small letters, pixels
  double above = 0, below = 0;
};

// The ink of the piece of a line between x0 and x1, row by row along the line's slope, looked at
// from `margin` above the line's box to as far below.
std::vector<double> profile_of(const cv::Mat& print, const Row& row, int x0, int x1, int margin) {
  const int top = row.box.y - margin, count = row.box.height + 2 * margin;
  std::vector<double> profile(static_cast<std::size_t>(count), 0);
  const double middle = row.box.x + row.box.width / 2.0;
  for (int x = x0; x < x1; ++x) {
    const int shift = static_cast<int>(std::lround(row.slope * (x - middle)));
    const int first = std::max(0, -(top + shift)), last = std::min(count, print.rows - top - shift);
    for (int i = first; i < last; ++i)
      profile[static_cast<std::size_t>(i)] += print.at<std::uint8_t>(top + shift + i, x) / 255.0;
  }
  return profile;
}

// The small letters are the rows with much ink; what sticks out of them is counted.
Piece piece_of(const std::vector<double>& profile) {
  const auto n = static_cast<int>(profile.size());
  std::vector<double> sorted = profile;
  std::sort(sorted.begin(), sorted.end(), std::greater<>());
  const double high = sorted[static_cast<std::size_t>(std::min(n - 1, 2))];
  const double limit = 0.45 * high;
  int best_first = 0, best_last = 0;
  double best = 0;
  for (int i = 0; i < n;) {
    if (profile[static_cast<std::size_t>(i)] < limit) {
      ++i;
      continue;
    }
    int last = i;
    double sum = 0;
    // A single weaker row inside does not part the letters.
    while (last < n && (profile[static_cast<std::size_t>(last)] >= limit ||
                        (last + 1 < n && profile[static_cast<std::size_t>(last) + 1] >= limit)))
      sum += profile[static_cast<std::size_t>(last++)];
    if (sum > best) best = sum, best_first = i, best_last = last;
    i = last;
  }
  // Feet and heads between rows, by the share of the first row that is beyond the limit.
  const auto at = [&](int i) { return i >= 0 && i < n ? profile[static_cast<std::size_t>(i)] : 0; };
  const auto part = [&](double inside, double outside) {
    return inside > outside ? (inside - limit) / (inside - outside) : 0.0;
  };
  const double first = best_first - part(at(best_first), at(best_first - 1));
  const double last = best_last + part(at(best_last - 1), at(best_last));
  Piece piece;
  piece.height = last - first;
  if (piece.height < 3) return {};
  const double clear = std::max(1.0, clear_zone * piece.height), reach = zone * piece.height;
  for (int i = 0; i < n; ++i) {
    const double above = first - (i + 0.5), below = (i + 0.5) - last;
    if (above > clear && above < reach) piece.above += at(i);
    if (below > clear && below < reach) piece.below += at(i);
  }
  if (piece.above + piece.below < 0.01 * best) piece.above = piece.below = 0;
  return piece;
}

struct Up {
  double upside_down = 0, height_px = 0;
};
Up up_of(const cv::Mat& print, const std::vector<Row>& rows, double dpi) {
  std::vector<float> heights;
  std::vector<Piece> pieces;
  const double least = px_from_mm(least_piece_mm, dpi), most = px_from_mm(piece_mm, dpi);
  for (const Row& row : rows) {
    if (row.box.width < least) continue;
    const int count = std::max(1, static_cast<int>(row.box.width / most));
    for (int i = 0; i < count; ++i) {
      const int x0 = row.box.x + row.box.width * i / count;
      const int x1 = row.box.x + row.box.width * (i + 1) / count;
      const Piece p = piece_of(profile_of(print, row, x0, x1, row.box.height / 4));
      if (p.height <= 0) continue;
      heights.push_back(static_cast<float>(p.height));
      pieces.push_back(p);
    }
  }
  Up up;
  up.height_px = quantile(heights, 0.5);
  // Headlines and what is no text have another height.
  std::vector<double> votes;
  for (const Piece& p : pieces)
    if (p.above + p.below > 0 && p.height > 0.6 * up.height_px && p.height < 1.7 * up.height_px)
      votes.push_back((p.below - p.above) / (p.below + p.above));
  if (static_cast<int>(votes.size()) < least_pieces) return up;
  const double n = static_cast<double>(votes.size());
  double mean = 0, square = 0;
  for (const double v : votes) mean += v / n;
  for (const double v : votes) square += (v - mean) * (v - mean) / (n - 1);
  const double sure = std::abs(mean) / std::sqrt(square / n + 1e-4);  // Student's t
  up.upside_down = std::clamp(mean / 0.3, -1.0, 1.0) * std::clamp((sure - 1) / 5, 0.0, 1.0);
  return up;
}

std::array<double, 4> margins_of(const Letters& letters, cv::Size size, double dpi) {
  std::vector<float> left, top, right, bottom;
  for (const LetterRow& line : letters.lines) {
    if (line.letters < 3) continue;
    left.push_back(static_cast<float>(line.box.x));
    right.push_back(static_cast<float>(size.width - line.box.x - line.box.width));
    top.push_back(static_cast<float>(line.box.y));
    bottom.push_back(static_cast<float>(size.height - line.box.y - line.box.height));
  }
  if (left.size() < 4) return {};
  // At the sides a few lines may stick out (a note, dirt); above and below the last line counts.
  return {mm_from_px(quantile(left, 0.1), dpi), mm_from_px(quantile(top, 0), dpi),
          mm_from_px(quantile(right, 0.1), dpi), mm_from_px(quantile(bottom, 0), dpi)};
}

}  // namespace

TextLie text_lie_of(const PageView& view) {
  TextLie lie;
  const double dpi = view.small_dpi;
  lie.sideways = sideways_of(view.letters.all, view.small.size(), dpi);
  const bool turned = lie.sideways > 0.5;
  cv::Mat print = view.paper.print;
  Letters as_lines;
  if (turned) {
    cv::rotate(print, print, cv::ROTATE_90_CLOCKWISE);
    as_lines = letters_of(print, dpi);
  }
  const Letters& letters = turned ? as_lines : view.letters;
  std::vector<Row> rows = rows_of(letters);
  const Skewed skew = skew_of(rows, dpi);
  lie.skew_deg = std::atan(skew.slope) * 180 / std::numbers::pi;
  lie.skew_confidence = skew.confidence;
  const Up up = up_of(print, rows, dpi);
  lie.upside_down = turned ? 0 : up.upside_down;
  lie.text_height_mm = mm_from_px(up.height_px, dpi);
  if (turned)
    lie.turn_deg = up.upside_down > 0 ? 270 : 90;
  else
    lie.turn_deg = up.upside_down > 0.5 ? 180 : 0;
  lie.letters = letters.on_lines;
  lie.lines = static_cast<int>(letters.lines.size());
  std::vector<float> lengths;
  for (const LetterRow& line : letters.lines) lengths.push_back(static_cast<float>(line.box.width));
  lie.line_mm = mm_from_px(quantile(lengths, 0.5), dpi);
  if (!turned) lie.margins_mm = margins_of(letters, view.small.size(), dpi);
  return lie;
}

}  // namespace linka
