// SPDX-License-Identifier: GPL-3.0-or-later
#include "stages/dewarp/strands.h"

#include <opencv2/imgproc.hpp>

#include <algorithm>
#include <cmath>

namespace linka::dewarping {
namespace {

constexpr double wide = 1.4;  // letters wider than this many usual heights are taken in pieces
// ... about an x-height wide: in a word whose letters touch the usual height is of words.
constexpr double part_width = 0.6;
constexpr std::size_t fewest_points = 5;
constexpr double reach = 5;         // usual heights to the next piece, over a wide word space
constexpr double widest_gap = 2.4;  // usual heights from piece to piece: more lies between columns
constexpr double agreement = 0.22;  // of the letter's height; descenders are 0.4 and more
constexpr double deepest_edge_mm = 12;                // how far inside the box the paper may end
constexpr double least_paper = 60, bed_share = 0.65;  // grey levels; of the paper's
constexpr std::size_t most_pieces = 40000;

double median_height(const std::vector<Letter>& letters) {
  std::vector<int> heights;
  for (const Letter& letter : letters)
    if (letter.line >= 0) heights.push_back(letter.box.height);
  if (heights.empty()) return 1;
  const auto middle = heights.begin() + static_cast<std::ptrdiff_t>(heights.size() / 2);
  std::nth_element(heights.begin(), middle, heights.end());
  return *middle;
}

// Where a profile of ink rises through half of its peak, counted from its beginning.
double edge_of(const std::vector<int>& profile, int half) {
  for (std::size_t i = 0; i < profile.size(); ++i)
    if (profile[i] >= half) {
      const int before = i > 0 ? profile[i - 1] : 0;
      return static_cast<double>(i) + 0.5 -
             static_cast<double>(profile[i] - half) / (profile[i] - before);
    }
  return 0;
}

// The piece of a letter between two columns.
bool add_piece(const cv::Mat& print, const cv::Mat& labels, const Letter& letter, int x0, int x1,
               std::vector<Piece>& pieces) {
  std::vector<int> rows(static_cast<std::size_t>(letter.box.height));
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const int y = letter.box.y + static_cast<int>(i);
    const auto* label = labels.ptr<int>(y);
    const auto* ink = print.ptr<std::uint8_t>(y);
    for (int x = x0; x < x1; ++x)
      if (label[x] == letter.label) rows[i] = std::max<int>(rows[i], ink[x]);
  }
  const int half = std::max(1, *std::max_element(rows.begin(), rows.end()) / 2);
  Piece piece;
  piece.x = (x0 + x1) / 2.0;
  piece.head = letter.box.y + edge_of(rows, half);
  std::reverse(rows.begin(), rows.end());
  piece.foot = letter.box.y + letter.box.height - edge_of(rows, half);
  if (piece.height() < 2) return false;
  pieces.push_back(piece);
  return true;
}

// A piece as it is strung: where it lies with the curve taken off.
struct Bead {
  double x, y, height;
  int piece;
  int next = -1, previous = -1;
};

// Beads in bands of rows, each sorted by x, so that neighbours are found fast.
struct Bands {
  double height = 1, first = 0;
  std::vector<std::vector<int>> rows;
  std::size_t at(double y) const {
    const double row = std::floor((y - first) / height);
    return static_cast<std::size_t>(std::clamp(row, 0.0, static_cast<double>(rows.size() - 1)));
  }
};

Bands bands_of(const std::vector<Bead>& beads, double height) {
  Bands bands;
  bands.height = height;
  double last = beads.front().y;
  bands.first = last;
  for (const Bead& b : beads) {
    bands.first = std::min(bands.first, b.y);
    last = std::max(last, b.y);
  }
  bands.rows.resize(static_cast<std::size_t>((last - bands.first) / height) + 1);
  for (std::size_t i = 0; i < beads.size(); ++i)
    bands.rows[bands.at(beads[i].y)].push_back(static_cast<int>(i));
  return bands;
}

// Whether print stands all the way from a to b, with no gap as between columns: what was passed
// over counts, whatever its height. Two columns need not share their baselines.
bool printed_between(const std::vector<Bead>& beads, const Bands& bands, int a, int b,
                     double usual) {
  const Bead &from = beads[static_cast<std::size_t>(a)], &to = beads[static_cast<std::size_t>(b)];
  if (to.x - from.x <= widest_gap * usual) return true;
  std::vector<double> xs{from.x, to.x};
  const double low = std::min(from.y, to.y) - usual, high = std::max(from.y, to.y) + usual;
  for (std::size_t band = bands.at(low); band <= bands.at(high); ++band) {
    const std::vector<int>& row = bands.rows[band];
    for (auto it = std::upper_bound(row.begin(), row.end(), a); it != row.end() && *it < b; ++it)
      xs.push_back(beads[static_cast<std::size_t>(*it)].x);
  }
  std::sort(xs.begin(), xs.end());
  for (std::size_t i = 1; i < xs.size(); ++i)
    if (xs[i] - xs[i - 1] > widest_gap * usual) return false;
  return true;
}

// The nearest bead to the right that stands as high; -1: none. Beads are sorted by x.
int next_of(const std::vector<Bead>& beads, const Bands& bands, int from, double usual,
            double slack) {
  const Bead& a = beads[static_cast<std::size_t>(from)];
  const double far = reach * usual;
  const double most = agreement * 2 * usual + slack * far;
  int best = -1;
  double nearest = far;
  for (std::size_t band = bands.at(a.y - most); band <= bands.at(a.y + most); ++band) {
    const std::vector<int>& row = bands.rows[band];
    for (auto it = std::upper_bound(row.begin(), row.end(), from); it != row.end(); ++it) {
      const Bead& b = beads[static_cast<std::size_t>(*it)];
      const double dx = b.x - a.x;
      if (dx > nearest) break;
      const double size = std::clamp(std::min(a.height, b.height), 0.6 * usual, 2 * usual);
      if (dx < 0.3 * size || std::abs(b.y - a.y) > agreement * size + slack * dx) continue;
      nearest = dx;
      best = *it;
      break;
    }
  }
  return best >= 0 && printed_between(beads, bands, from, best, usual) ? best : -1;
}

}  // namespace

std::vector<Piece> pieces_of(const cv::Mat& print, const Letters& letters,
                             const std::function<bool(cv::Point2d)>& inside) {
  std::vector<Piece> pieces;
  const double usual = median_height(letters.all);
  for (const Letter& letter : letters.all) {
    const cv::Rect& box = letter.box;
    if (letter.line < 0 || pieces.size() > most_pieces) continue;
    if (!inside({box.x + box.width / 2.0, box.y + box.height / 2.0})) continue;
    const int parts = box.width > wide * std::max<double>(usual, box.height * 0.7)
                          ? static_cast<int>(std::lround(box.width / (part_width * usual)))
                          : 1;
    for (int i = 0; i < std::max(1, parts); ++i)
      add_piece(print, letters.labels, letter, box.x + box.width * i / std::max(1, parts),
                box.x + box.width * (i + 1) / std::max(1, parts), pieces);
  }
  return pieces;
}

std::vector<Strand> strands_of(const std::vector<Piece>& pieces, Along along,
                               const std::function<double(cv::Point2d)>& lift, double slack) {
  std::vector<Strand> strands;
  if (pieces.size() < fewest_points) return strands;
  const bool feet = along == Along::feet;
  std::vector<Bead> beads;
  std::vector<double> heights;
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    const Piece& p = pieces[i];
    const double y = feet ? p.foot : p.head;
    beads.push_back({p.x, y - lift({p.x, y}), p.height(), static_cast<int>(i)});
    heights.push_back(p.height());
  }
  std::sort(beads.begin(), beads.end(), [](const Bead& a, const Bead& b) {
    return std::pair(a.x, a.piece) < std::pair(b.x, b.piece);
  });
  const auto middle = heights.begin() + static_cast<std::ptrdiff_t>(heights.size() / 2);
  std::nth_element(heights.begin(), middle, heights.end());
  const double usual = *middle;
  const Bands bands = bands_of(beads, usual);
  for (std::size_t i = 0; i < beads.size(); ++i) {
    const int next = next_of(beads, bands, static_cast<int>(i), usual, slack);
    if (next < 0) continue;
    Bead& b = beads[static_cast<std::size_t>(next)];
    // From the left the nearest comes last and takes the place.
    if (b.previous >= 0) {
      Bead& other = beads[static_cast<std::size_t>(b.previous)];
      const double ours = std::abs(beads[i].y - b.y), theirs = std::abs(other.y - b.y);
      if (ours > theirs + agreement * usual / 2) continue;
      other.next = -1;
    }
    b.previous = static_cast<int>(i);
    beads[i].next = next;
  }
  for (const Bead& first : beads) {
    if (first.previous >= 0 || first.next < 0) continue;
    Strand strand{along, {}};
    for (const Bead* b = &first;; b = &beads[static_cast<std::size_t>(b->next)]) {
      const Piece& p = pieces[static_cast<std::size_t>(b->piece)];
      strand.points.emplace_back(p.x, feet ? p.foot : p.head);
      if (b->next < 0) break;
    }
    if (strand.points.size() >= fewest_points) strands.push_back(std::move(strand));
  }
  return strands;
}

std::vector<Strand> page_edges_of(const Paper& paper, const cv::Mat& grey, double dpi) {
  std::vector<Strand> edges;
  const int deep = static_cast<int>(px_from_mm(deepest_edge_mm, dpi));
  const int thick = std::max(2, static_cast<int>(px_from_mm(1, dpi)));
  if (grey.rows < 4 * deep || grey.cols < 4 * thick) return edges;
  cv::Mat smooth;
  cv::blur(grey, smooth, {5, 1});
  for (const bool upper : {true, false}) {
    const auto row = [&](int i) { return upper ? i : grey.rows - 1 - i; };
    Strand edge{Along::edge, {}};
    for (int x = 0; x < grey.cols; x += 2) {
      const double bright = paper.level.at<std::uint8_t>(row(deep + thick), x);
      const auto at = [&](int i) -> double { return smooth.at<std::uint8_t>(row(i), x); };
      if (bright < least_paper || at(0) > bed_share * bright) continue;
      const double half = (at(0) + bright) / 2;
      int i = 1;
      while (i < deep && at(i) < half) ++i;
      if (i == deep || at(i + thick) < 0.8 * bright) continue;
      const double place = i + 0.5 - (at(i) - half) / std::max(1.0, at(i) - at(i - 1));
      edge.points.emplace_back(x + 0.5, upper ? place : grey.rows - place);
    }
    if (edge.points.size() * 4 > static_cast<std::size_t>(grey.cols)) edges.push_back(edge);
  }
  return edges;
}

}  // namespace linka::dewarping
