// SPDX-License-Identifier: GPL-3.0-or-later
// A number is read from left to right as pieces of connected ink: a stroke with a dot above is i,
// a wide piece is v or x, told by where its ink lies at the head, in the middle and at the foot. At
// coarse resolutions the feet of letters run together; the dots then say how many strokes a piece
// has and where its wide letter must be. What stays doubtful is kept as several readings: the pages
// around decide.
#include "stages/ocr/roman_ink.h"

#include "model/roman.h"

#include <opencv2/imgproc.hpp>

#include <algorithm>
#include <cmath>
#include <string_view>

namespace linka {
namespace {

constexpr int least_height_px = 8;  // of small letters: less shows no shape
constexpr int most_height_px = 120;
constexpr std::size_t most_pieces = 24;
constexpr std::size_t most_readings = 64;  // kept while reading
constexpr std::size_t most_answers = 3;

// All in heights of small letters.
constexpr double dot_size = 0.45;      // and less, both ways
constexpr double speck_size = 0.08;    // and less
constexpr double stroke_width = 0.68;  // with its serifs
constexpr double tall = 1.22;          // a stroke so high is l, or i with its dot run in
constexpr double slant = 0.45;         // how far right of its stroke an italic dot may stand
constexpr double narrow_wide_letter = 0.62;
constexpr double widest_letter = 1.45;
constexpr double usual_advance = 0.56;  // from one stroke of "iii" to the next
constexpr double hole_share = 0.01;     // of a small letter's square: a hole, not a speck

struct Piece {
  cv::Rect box;
  int label = 0;
  std::vector<double> dots;  // middles of the dots above, from left to right
};

double middle_x(const cv::Rect& r) {
  return r.x + r.width / 2.0;
}

struct Pieces {
  std::vector<Piece> letters;  // from left to right
  double height = 0;           // of small letters
  bool any_dot = false;
};

// Empty letters: the ink is no such number.
Pieces pieces_of(const cv::Mat& ink, cv::Mat& labels) {
  cv::Mat stats, centres;
  const int n = cv::connectedComponentsWithStats(ink, labels, stats, centres, 8, CV_32S);
  if (n < 2 || static_cast<std::size_t>(n) > most_pieces) return {};
  std::vector<Piece> all;
  for (int i = 1; i < n; ++i)
    all.push_back({{stats.at<int>(i, cv::CC_STAT_LEFT), stats.at<int>(i, cv::CC_STAT_TOP),
                    stats.at<int>(i, cv::CC_STAT_WIDTH), stats.at<int>(i, cv::CC_STAT_HEIGHT)},
                   i,
                   {}});
  int highest = 0;
  for (const Piece& p : all) highest = std::max(highest, p.box.height);
  Pieces out;
  std::vector<double> heights;
  for (const Piece& p : all)
    if (p.box.height > 0.55 * highest) heights.push_back(p.box.height);
  std::nth_element(heights.begin(), heights.begin() + static_cast<long>((heights.size() - 1) / 2),
                   heights.end());
  out.height = heights[(heights.size() - 1) / 2];
  if (out.height < least_height_px || out.height > most_height_px) return {};
  const double h = out.height;
  std::vector<Piece> dots;
  double top = 1e9;
  for (Piece& p : all)
    if (p.box.height > 0.55 * highest) {
      top = std::min(top, static_cast<double>(p.box.y));
      out.letters.push_back(p);
    }
  for (const Piece& p : all) {
    if (p.box.height > 0.55 * highest) continue;
    if (std::max(p.box.width, p.box.height) < speck_size * h) continue;
    const bool small = p.box.width < dot_size * h && p.box.height < dot_size * h;
    if (!small || p.box.y + p.box.height / 2.0 > top + 0.1 * h) return {};  // a mark that is no dot
    dots.push_back(p);
  }
  std::sort(out.letters.begin(), out.letters.end(),
            [](const Piece& a, const Piece& b) { return a.box.x < b.box.x; });
  std::sort(dots.begin(), dots.end(),
            [](const Piece& a, const Piece& b) { return a.box.x < b.box.x; });
  for (const Piece& dot : dots) {
    const double x = middle_x(dot.box);
    Piece* home = nullptr;
    double least = 1e9;
    for (Piece& p : out.letters) {
      // Where the stroke of an italic letter would go on above.
      const double away = std::max({0.0, p.box.x - 0.1 * h - x, x - p.box.br().x - slant * h}) +
                          0.1 * std::abs(x - 0.15 * h - middle_x(p.box)) / h;
      if (away < least) least = away, home = &p;
    }
    if (home == nullptr || least > 0.2 * h) return {};
    home->dots.push_back(x);
    out.any_dot = true;
  }
  return out;
}

// Where the ink of one row lies: from, to, and in how many runs.
struct Span {
  int from = 0, to = 0, runs = 0;
  double width() const { return to - from; }
};
Span span_of(const cv::Mat& labels, const Piece& p, int x0, int x1, int y) {
  Span s;
  bool in = false;
  for (int x = x0; x < x1; ++x) {
    const bool on = labels.at<int>(y, x) == p.label;
    if (on && s.runs == 0) s.from = x;
    if (on && !in) ++s.runs;
    if (on) s.to = x + 1;
    in = on;
  }
  return s;
}

// Paper that ink goes all around: none of these letters has any, most figures have.
bool has_hole(const cv::Mat& labels, const Piece& p, int x0, int x1) {
  cv::Mat paper = labels(cv::Rect(x0, p.box.y, x1 - x0, p.box.height)) != p.label;
  cv::copyMakeBorder(paper, paper, 1, 1, 1, 1, cv::BORDER_CONSTANT, cv::Scalar(255));
  cv::Mat parts, stats, centres;
  const int n = cv::connectedComponentsWithStats(paper, parts, stats, centres, 4, CV_32S);
  for (int i = 1; i < n; ++i)
    if (i != parts.at<int>(0, 0) &&
        stats.at<int>(i, cv::CC_STAT_AREA) > hole_share * p.box.height * p.box.height)
      return true;
  return false;
}

struct Letter {
  char sign;
  double weight;
};

// A wide letter between two columns of a piece: v narrows to its foot, x to its middle. Empty when
// it is neither.
std::vector<Letter> wide_letter(const cv::Mat& labels, const Piece& p, int x0, int x1) {
  const double w = x1 - x0;
  const auto at = [&](double part) {
    const int y = p.box.y + std::clamp(static_cast<int>(part * p.box.height), 0, p.box.height - 1);
    return span_of(labels, p, x0, x1, y);
  };
  const auto widest = [&](double from, double to) {
    double most = 0;
    for (double part = from; part <= to; part += 0.03) most = std::max(most, at(part).width());
    return most / w;
  };
  const auto narrowest = [&](double from, double to) {
    Span least;
    for (double part = from; part <= to; part += 0.03)
      if (const Span s = at(part); s.runs > 0 && (least.runs == 0 || s.width() < least.width()))
        least = s;
    return least;
  };
  const double head = widest(0.0, 0.25), foot = widest(0.78, 0.97);
  const Span middle = narrowest(0.35, 0.68), end = narrowest(0.84, 0.97);
  if (head < 0.6 || middle.runs == 0 || end.runs == 0) return {};
  const auto is_central = [&](const Span& s) {
    const double c = ((s.from + s.to) / 2.0 - x0) / w;
    return c > 0.25 && c < 0.75;
  };
  if (has_hole(labels, p, x0, x1)) return {};
  std::vector<Letter> out;
  const bool two_feet = at(0.86).runs >= 2 || at(0.8).runs >= 2;
  const bool two_heads = at(0.16).runs >= 2 || at(0.22).runs >= 2 || at(0.1).runs >= 2;
  const double waist = middle.width() / w, tip = end.width() / w;
  // How well each fits, 0 ... 1.
  const double as_x =
      foot > 0.62 && waist < 0.72 && middle.runs == 1 && is_central(middle)
          ? 0.4 + (two_feet ? 0.3 : 0) + (two_heads ? 0.2 : 0) + (waist < 0.5 ? 0.1 : 0)
          : 0;
  const double as_v =
      tip < 0.5 && foot < 0.72 && end.runs == 1 && is_central(end)
          ? 0.55 + (two_feet ? 0 : 0.2) + (two_heads ? 0.1 : 0) + (tip < 0.4 ? 0.15 : 0)
          : 0;
  if (as_x > 0) out.push_back({'x', as_x});
  if (as_v > 0) out.push_back({'v', as_v});
  return out;
}

// One wide letter, or several that have run together.
std::vector<std::vector<Letter>> wide_letters(const cv::Mat& labels, const Piece& p, int x0, int x1,
                                              double h) {
  const double w = x1 - x0;
  const int n = w < widest_letter * h ? 1 : static_cast<int>(std::lround(w / h / 1.05));
  std::vector<std::vector<Letter>> out;
  for (int i = 0; i < n; ++i) {
    out.push_back(wide_letter(labels, p, x0 + static_cast<int>(w * i / n),
                              x0 + static_cast<int>(w * (i + 1) / n)));
    if (out.back().empty()) return {};
  }
  return out;
}

struct Reading {
  std::string text;
  double weight = 1;
};

// Every reading so far, followed by each of these letters.
void go_on(std::vector<Reading>& readings, const std::vector<Letter>& letters) {
  std::vector<Reading> out;
  for (const Reading& r : readings)
    for (const Letter& l : letters) out.push_back({r.text + l.sign, r.weight * l.weight});
  std::stable_sort(out.begin(), out.end(),
                   [](const Reading& a, const Reading& b) { return a.weight > b.weight; });
  if (out.size() > most_readings) out.resize(most_readings);
  readings = std::move(out);
}

// The letters of one piece, in their order; a piece without any ends the reading.
std::vector<std::vector<Letter>> letters_in(const cv::Mat& labels, const Piece& p, double h) {
  const double w = p.box.width / h;
  const auto n = static_cast<double>(p.dots.size());
  if (p.dots.empty()) {
    const bool high = p.box.height > tall * h;
    if (w < stroke_width && (high || w < 0.45)) return {{{'i', 0.5}, {'l', high ? 0.8 : 0.2}}};
    return wide_letters(labels, p, p.box.x, p.box.br().x, h);
  }
  const double strokes = n * usual_advance + 0.12;
  if (w < strokes + 0.45) return std::vector<std::vector<Letter>>(p.dots.size(), {{'i', 1}});
  // A wide letter has run together with the strokes: it is where the dots are not.
  const double left = p.dots.front() - p.box.x, right = p.box.br().x - p.dots.back();
  const double wide = p.box.width - n * usual_advance * h;
  if (wide < narrow_wide_letter * h) return {};
  const bool before = left > right;
  const int cut = before ? p.box.x + static_cast<int>(wide) : p.box.br().x - static_cast<int>(wide);
  const auto letters = before ? wide_letters(labels, p, p.box.x, cut, h)
                              : wide_letters(labels, p, cut, p.box.br().x, h);
  if (letters.empty()) return {};
  std::vector<std::vector<Letter>> out(p.dots.size(), {{'i', 0.9}});
  out.insert(before ? out.begin() : out.end(), letters.begin(), letters.end());
  return out;
}

}  // namespace

std::vector<InkNumber> roman_by_ink(const cv::Mat& ink) {
  if (ink.empty() || ink.type() != CV_8UC1) return {};
  cv::Mat labels;
  const Pieces pieces = pieces_of(ink, labels);
  if (pieces.letters.empty()) return {};
  std::vector<Reading> readings(1);
  for (const Piece& p : pieces.letters) {
    const auto letters = letters_in(labels, p, pieces.height);
    if (letters.empty()) return {};
    for (const auto& letter : letters) go_on(readings, letter);
    if (readings.front().text.size() > 9) return {};
  }
  std::vector<InkNumber> out;
  for (const Reading& r : readings) {
    if (roman_number(r.text) == 0) continue;
    // Without a dot it may be any letters that look alike.
    const double signs = static_cast<double>(r.text.size());
    const double mean = std::pow(r.weight, 1 / signs);
    out.push_back({r.text, mean * (pieces.any_dot ? 0.9 : 0.6)});
    if (out.size() == most_answers) break;
  }
  return out;
}

}  // namespace linka
