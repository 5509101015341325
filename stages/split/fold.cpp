// SPDX-License-Identifier: GPL-3.0-or-later
#include "stages/split/fold.h"

#include <opencv2/imgproc.hpp>

#include <algorithm>
#include <cmath>
#include <numbers>

namespace linka::fold {
namespace {

constexpr double widest_tilt_deg = 7;       // when no text tells the skew
constexpr double fold_tilt_deg = 1.5;       // of the fold against its lines of text
constexpr double least_shadow = 0.025;      // of the paper's brightness
constexpr double least_shadow_rows = 0.45;  // a picture may lie across the rest
constexpr double faint_depth = 0.006;       // a fold without shadow
constexpr double rule_depth = 0.06;         // deeper and without a shadow beside it: print
constexpr double least_gap_mm = 3;          // narrower bands are chance
constexpr double edge_reach_mm = 70;        // of an edge, each side of a dip
constexpr double widest_shadow_mm = 24;     // wider dark areas are pictures
constexpr double curl_mm = 20;              // where paper bends to the fold

std::size_t at(int i) {
  return static_cast<std::size_t>(i);
}

double tangent(double deg) {
  return std::tan(deg * std::numbers::pi / 180);
}

// Clockwise, from the slopes of long lines of text; nothing when there are too few.
std::optional<double> text_skew_deg(const Letters& letters) {
  struct Sums {
    double n = 0, x = 0, y = 0, xx = 0, xy = 0;
  };
  std::vector<Sums> sums(letters.lines.size());
  for (const Letter& l : letters.all) {
    if (l.line < 0) continue;
    Sums& s = sums[at(l.line)];
    const double x = l.box.x + l.box.width / 2.0, y = l.box.y + l.box.height / 2.0;
    s = {s.n + 1, s.x + x, s.y + y, s.xx + x * x, s.xy + x * y};
  }
  struct Slope {
    double deg, weight;
  };
  std::vector<Slope> slopes;
  double all = 0;
  for (std::size_t i = 0; i < sums.size(); ++i) {
    const Sums& s = sums[i];
    const double spread = s.xx - s.x * s.x / std::max(1.0, s.n);
    if (s.n < 5 || letters.lines[i].box.width < 6 * letters.lines[i].box.height) continue;
    if (spread <= 0) continue;
    const double slope = (s.xy - s.x * s.y / s.n) / spread;
    slopes.push_back({std::atan(slope) * 180 / std::numbers::pi, std::sqrt(spread)});
    all += slopes.back().weight;
  }
  if (slopes.size() < 5) return std::nullopt;
  std::sort(slopes.begin(), slopes.end(), [](const Slope& a, const Slope& b) {
    return std::pair(a.deg, a.weight) < std::pair(b.deg, b.weight);
  });
  double sum = 0;
  for (const Slope& s : slopes) {
    sum += s.weight;
    if (sum >= all / 2) return s.deg;
  }
  return std::nullopt;
}

// The brightness of what is taken for paper where no text stands on it.
double bright_level(const cv::Mat& level) {
  std::vector<std::uint8_t> values;
  for (int y = 0; y < level.rows; y += 4)
    for (int x = 0; x < level.cols; x += 4) values.push_back(level.at<std::uint8_t>(y, x));
  const auto high = values.begin() + static_cast<std::ptrdiff_t>(values.size() * 4 / 5);
  std::nth_element(values.begin(), high, values.end());
  return *high;
}

// A straight line through edge points, trimmed once of what lies far from it.
struct Straight {
  double y0 = 0, slope = 0;
  bool found = false;
};
Straight line_through(const std::vector<cv::Point2d>& points) {
  if (points.size() < 20) return {};
  Straight line;
  double most = 1e9;
  for (int pass = 0; pass < 3; ++pass) {
    double n = 0, x = 0, y = 0, xx = 0, xy = 0;
    for (const cv::Point2d& p : points) {
      if (line.found && std::abs(p.y - line.y0 - line.slope * p.x) > most) continue;
      n += 1, x += p.x, y += p.y, xx += p.x * p.x, xy += p.x * p.y;
    }
    const double spread = xx - x * x / std::max(1.0, n);
    if (n < 20 || spread <= 0) return {};
    line.slope = (xy - x * y / n) / spread;
    line.y0 = (y - line.slope * x) / n;
    line.found = true;
    most = pass == 0 ? 6 : 2;
  }
  return line;
}

}  // namespace

Scene::Scene(const cv::Mat& grey, double dpi)
    : dpi_(dpi), grey_(grey), paper_(paper_of(grey, dpi)), letters_(letters_of(paper_.print, dpi)) {
  everywhere_ = cv::Mat(grey.size(), CV_8UC1, cv::Scalar(255));
  sight_ = sight_of(grey_, everywhere_, everywhere_, dpi, paper_, letters_);
  find_pictures();
  skewed_ = text_skew_deg(letters_);
  tilts_ = {skewed_ ? -*skewed_ : 0, skewed_ ? fold_tilt_deg : widest_tilt_deg};
  find_text();
  find_edges();
  gaps_ = gaps();
}

// Large areas darker than paper are pictures, or the bed. A fold's shadow is narrower.
void Scene::find_pictures() {
  if (sight_.paper <= 0) return;
  constexpr int step = 4;
  cv::Mat small;
  cv::resize(grey_, small, {}, 1.0 / step, 1.0 / step, cv::INTER_AREA);
  cv::Mat level;
  cv::resize(paper_.level, level, small.size(), 0, 0, cv::INTER_AREA);
  cv::Mat dark = level < 0.8 * sight_.paper;
  const auto box = [&](double w_mm, double h_mm) {
    const auto px = [&](double mm) {
      return std::max(1, static_cast<int>(std::lround(px_from_mm(mm, dpi_) / step)));
    };
    return cv::getStructuringElement(cv::MORPH_RECT, {px(w_mm), px(h_mm)});
  };
  cv::morphologyEx(dark, dark, cv::MORPH_CLOSE, box(6, 6));
  cv::morphologyEx(dark, dark, cv::MORPH_OPEN, box(widest_shadow_mm, 10));
  if (cv::countNonZero(dark) == 0) return;
  cv::dilate(dark, dark, box(3, 3));
  cv::Mat pictures;
  cv::resize(dark, pictures, grey_.size(), 0, 0, cv::INTER_NEAREST);
  sight_.inside = cv::Mat();  // not into everywhere_
  cv::bitwise_not(pictures, sight_.inside);
}

bool Scene::in_picture(const Letter& l) const {
  return sight_.inside.at<std::uint8_t>(l.box.y + l.box.height / 2, l.box.x + l.box.width / 2) == 0;
}

std::vector<Line> Scene::valleys_between(double x0, double x1, const ValleyParams& params) const {
  const double margin = px_from_mm(17, dpi_);  // what a valley's sides are looked for in
  const cv::Range part(std::max(0, static_cast<int>(x0 - margin)),
                       std::min(grey_.cols, static_cast<int>(x1 + margin)));
  if (part.size() < 8) return {};
  Sight sight;
  sight.dpi = dpi_;
  sight.paper = sight_.paper;
  sight.shade = sight_.shade.colRange(part);
  sight.letters = sight_.letters.colRange(part);
  sight.inside = sight_.inside.colRange(part);
  std::vector<Line> lines = valleys_of(sight, rows_, part.size() - 1, tilts_, params);
  for (Line& line : lines) line.x += part.start;
  return lines;
}

double Scene::slope() const {
  return tangent(tilts_.centre_deg);
}

void Scene::find_text() {
  const int w = grey_.cols, h = grey_.rows;
  rows_ = {h / 5, h * 4 / 5};
  text_x0_ = w, text_x1_ = 0;
  if (!skewed_ || sight_.text.size() < 20) return;
  std::vector<float> xs, ys;
  for (const cv::Point2f& p : sight_.text) xs.push_back(p.x), ys.push_back(p.y);
  std::sort(xs.begin(), xs.end());
  std::sort(ys.begin(), ys.end());
  const std::size_t few = ys.size() / 50;
  rows_ = {std::min(static_cast<int>(ys[few]), h * 2 / 5),
           std::max(static_cast<int>(ys[ys.size() - 1 - few]), h * 3 / 5)};
  text_x0_ = static_cast<double>(xs[few]);
  text_x1_ = static_cast<double>(xs[xs.size() - 1 - few]);
}

// y where the paper begins in each column, from above or from below.
std::vector<int> Scene::upper_edge(bool lower) const {
  const int w = grey_.cols, h = grey_.rows;
  std::vector<int> edge(at(w), -1);
  const double bright = 0.62 * (sight_.paper > 0 ? sight_.paper : bright_level(paper_.level));
  const int steady = std::max(2, static_cast<int>(px_from_mm(1.5, dpi_)));
  std::vector<int> run(at(w), 0);
  for (int i = 0; i < h / 2; ++i) {
    const auto* row = paper_.level.ptr<std::uint8_t>(lower ? h - 1 - i : i);
    for (int x = 0; x < w; ++x) {
      if (edge[at(x)] >= 0) continue;
      run[at(x)] = row[x] > bright ? run[at(x)] + 1 : 0;
      if (run[at(x)] >= steady) edge[at(x)] = lower ? h - (i + 1 - steady) : i + 1 - steady;
    }
  }
  return edge;
}

void Scene::find_edges() {
  const int w = grey_.cols, start = w * 4 / 5;
  Sight plain;
  plain.dpi = dpi_;
  plain.paper = sight_.paper;
  plain.level = sight_.level;
  plain.inside = everywhere_;
  plain.on_scan = everywhere_;
  left_ = steps_of(plain, plain.level, rows_, start, tilts_);
  Sight mirror = plain;
  mirror.level = cv::Mat();  // not into the same pixels
  cv::flip(sight_.level, mirror.level, 1);
  right_ = steps_of(mirror, mirror.level, rows_, start, {-tilts_.centre_deg, tilts_.reach_deg});
  top_ = upper_edge(false);
  bottom_ = upper_edge(true);
  std::vector<int> heights;
  for (int x = w / 4; x < w * 3 / 4; ++x)
    if (top_[at(x)] >= 0 && bottom_[at(x)] >= 0) heights.push_back(bottom_[at(x)] - top_[at(x)]);
  height_ = grey_.rows;
  if (heights.size() < 20) return;
  const auto middle = heights.begin() + static_cast<std::ptrdiff_t>(heights.size() / 2);
  std::nth_element(heights.begin(), middle, heights.end());
  height_ = *middle;
}

Sheet Scene::sheet_about(double x) const {
  const double w = grey_.cols;
  // The innermost edge outside the text.
  const auto edge = [](const Steps& steps, double inside) {
    double best = -1;
    for (const Line& line : steps.lines)
      if (line.support >= 0.6 && line.x < inside) best = std::max(best, line.x);
    return best;
  };
  const double off = px_from_mm(5, dpi_);
  const double l = edge(left_, std::min(text_x0_, x - off));
  const double r = edge(right_, std::min(w - text_x1_, w - x - off));
  return {l >= 0 ? l : left_.reached, w - (r >= 0 ? r : right_.reached), l >= 0, r >= 0};
}

// Bands without a letter from head to foot along the slope of the text, with text on both sides.
// Letters in pictures are their grain.
std::vector<Scene::Gap> Scene::gaps() const {
  std::vector<Gap> found;
  if (!skewed_) return found;
  const int width = grey_.cols;
  std::vector<int> covered(at(width) + 1);
  for (const Letter& l : letters_.all) {
    if (l.line < 0 || in_picture(l)) continue;
    const double shift = slope() * (l.box.y + l.box.height / 2.0 - rows_.middle());
    const int from = std::clamp(static_cast<int>(l.box.x - shift), 0, width);
    const int to = std::clamp(static_cast<int>(l.box.x + l.box.width - shift) + 1, 0, width);
    for (int x = from; x < to; ++x) covered[at(x)]++;
  }
  int start = -1;
  bool text_before = false;
  for (int x = 0; x < width; ++x) {
    const bool empty = covered[at(x)] == 0;
    if (empty && start < 0) start = x;
    if (!empty && start >= 0) {
      const Gap gap{static_cast<double>(start), static_cast<double>(x)};
      if (text_before && mm_from_px(gap.width(), dpi_) >= least_gap_mm) found.push_back(gap);
      start = -1;
    }
    text_before = text_before || !empty;
  }
  return found;
}

// How much darker a thin line is than the paper within some millimetres, in levels; the mean over
// rows free of letters.
double Scene::depth_in(Place place, Rows rows) const {
  const int beside = std::max(3, static_cast<int>(std::lround(px_from_mm(2, dpi_))));
  double here = 0, left = 0, right = 0;
  int n = 0;
  for (int y = std::max(0, rows.first); y < std::min(grey_.rows, rows.last); ++y) {
    const int x = static_cast<int>(place.x + place.slope * (y - rows_.middle()));
    if (x - beside < 0 || x + beside >= grey_.cols) continue;
    const auto* letter = sight_.letters.ptr<std::uint8_t>(y);
    const auto* shade = grey_.ptr<std::uint8_t>(y);
    if (letter[x] != 0 || letter[x - beside] != 0 || letter[x + beside] != 0) continue;
    here += std::min({shade[x - 1], shade[x], shade[x + 1]});
    left += std::min({shade[x - beside - 1], shade[x - beside], shade[x - beside + 1]});
    right += std::min({shade[x + beside - 1], shade[x + beside], shade[x + beside + 1]});
    ++n;
  }
  return n < 8 ? 0 : (std::min(left, right) - here) / n;
}

// How far the edge of the leaves lies from the straight lines that it follows on both sides.
double Scene::dip_at(double x) const {
  const double reach = px_from_mm(edge_reach_mm, dpi_), curl = px_from_mm(curl_mm, dpi_);
  double dip = 0;
  for (const std::vector<int>* edge : {&top_, &bottom_}) {
    std::vector<cv::Point2d> left, right;
    std::vector<double> here;
    const int w = grey_.cols;
    for (int i = std::max(0, static_cast<int>(x - reach));
         i < std::min(w, static_cast<int>(x + reach)); ++i) {
      const int y = (*edge)[at(i)];
      const bool at_rim = y <= 2 || y >= grey_.rows - 2;
      if (y < 0 || at_rim) continue;
      const double dx = i - x;
      if (std::abs(dx) >= curl) (dx < 0 ? left : right).emplace_back(dx, y);
      if (std::abs(dx) <= px_from_mm(2.5, dpi_)) here.push_back(y);
    }
    const Straight a = line_through(left), b = line_through(right);
    if (!a.found || !b.found || here.size() < 5) continue;
    // One straight edge or two that are joined here; anything else is no leaf's edge.
    if (std::abs(a.slope - b.slope) > 0.05) continue;
    std::nth_element(here.begin(), here.begin() + static_cast<std::ptrdiff_t>(here.size() / 2),
                     here.end());
    const double off = here[here.size() / 2] - (a.y0 + b.y0) / 2;
    dip = std::max(dip,
                   mm_from_px(std::abs(off), dpi_) - mm_from_px(std::abs(a.y0 - b.y0) / 2, dpi_));
  }
  return dip;
}

int Scene::rules_across(Place place) const {
  const int reach = static_cast<int>(std::lround(px_from_mm(3, dpi_)));
  int rules = 0, since = 1000;
  for (int y = 0; y < grey_.rows; ++y, ++since) {
    const int x = static_cast<int>(place.x + place.slope * (y - rows_.middle()));
    if (x - reach < 0 || x + reach >= grey_.cols) continue;
    int dark = 0;
    for (int i = -reach; i <= reach; ++i) {
      // The rule may fall by a pixel on its way.
      bool print = false;
      for (int k = -1; k <= 1; ++k)
        if (y + k >= 0 && y + k < grey_.rows)
          print = print || paper_.print.ptr<std::uint8_t>(y + k)[x + i] != 0;
      dark += print;
    }
    if (dark < 2 * reach) continue;
    if (since > px_from_mm(1.5, dpi_)) ++rules;
    since = 0;
  }
  return rules;
}

bool Scene::half_is_blank(Place place, const Sheet& sheet) const {
  const double left = sheet.x0, right = sheet.x1, inset = px_from_mm(6, dpi_);
  if (!sheet.both_found() || sight_.text.size() < 60) return false;
  std::size_t on_left = 0;
  for (const cv::Point2f& p : sight_.text)
    on_left += static_cast<double>(p.x) <
               place.x + place.slope * (static_cast<double>(p.y) - rows_.middle());
  const bool blank_left = on_left * 100 < sight_.text.size();
  const bool blank_right = (sight_.text.size() - on_left) * 100 < sight_.text.size();
  if (!blank_left && !blank_right) return false;
  // The text fills its half as a page of text does, with a margin towards the fold.
  const double half = blank_left ? right - place.x : place.x - left;
  const double margin = blank_left ? text_x0_ - place.x : place.x - text_x1_;
  if (text_x1_ - text_x0_ < 0.55 * half || margin < px_from_mm(4, dpi_)) return false;
  long dark = 0, all = 0;
  const int x0 = static_cast<int>(blank_left ? left + inset : place.x + inset);
  const int x1 = static_cast<int>(blank_left ? place.x - inset : right - inset);
  for (int y = rows_.first; y < rows_.last; ++y) {
    const auto* shade = grey_.ptr<std::uint8_t>(y);
    for (int x = std::max(0, x0); x < std::min(grey_.cols, x1); ++x, ++all)
      dark += shade[x] < 0.75 * sight_.paper;
  }
  return all > 0 && dark * 100 < all;
}

Evidence Scene::measured(Place place) const {
  Evidence e;
  e.place = place;
  e.sheet = sheet_about(place.x);
  const double share = (place.x - e.sheet.x0) / std::max(1.0, e.sheet.width());
  e.balance = std::min(share, 1 - share);
  e.aspect = e.sheet.width() / std::max(1.0, height_);
  std::size_t left = 0;
  for (const cv::Point2f& p : sight_.text)
    left += static_cast<double>(p.x) <
            place.x + place.slope * (static_cast<double>(p.y) - rows_.middle());
  if (!sight_.text.empty())
    e.text_left = static_cast<double>(left) / static_cast<double>(sight_.text.size());
  for (const Gap& gap : gaps_) {
    const double mm = mm_from_px(gap.width(), dpi_);
    if (place.x >= gap.x0 && place.x <= gap.x1) {
      e.gap_mm = mm;
      e.gap_share = gap.width() / std::max(1.0, e.sheet.width());
    } else {
      e.other_gap_mm = std::max(e.other_gap_mm, mm);
    }
  }
  for (const Letter& l : letters_.all) {
    if (l.line < 0 || in_picture(l)) continue;
    const double x = place.x + place.slope * (l.box.y + l.box.height / 2.0 - rows_.middle());
    e.letters_cut += x > l.box.x + 0.5 && x < l.box.x + l.box.width - 0.5;
  }
  e.dip_mm = dip_at(place.x);
  e.rules_across = rules_across(place);
  e.half_blank = half_is_blank(place, e.sheet);
  return e;
}

Evidence Scene::gap_evidence(const Gap& gap) const {
  const Sheet sheet = sheet_about((gap.x0 + gap.x1) / 2);
  const double middle = sheet.both_found() ? (sheet.x0 + sheet.x1) / 2 : (gap.x0 + gap.x1) / 2;
  const double expected = std::clamp(middle, gap.x0, gap.x1);
  Place place{expected, slope()};
  // The line that is left of a fold, near where it should be.
  double depth = 0;
  for (const Line& line : valleys_between(gap.x0, gap.x1, {faint_depth, false, 0})) {
    if (line.x < gap.x0 || line.x > gap.x1 || std::abs(line.x - expected) > 0.25 * gap.width())
      continue;
    if (line.depth > depth) {
      depth = line.depth;
      place = {line.x, line.slope};
    }
  }
  Evidence e = measured(place);
  if (depth <= 0) return e;
  const double paper = sight_.paper > 0 ? sight_.paper : 200;
  e.line = depth / paper;
  const Rows above{rows_.first - static_cast<int>(px_from_mm(12, dpi_)),
                   rows_.first - static_cast<int>(px_from_mm(3, dpi_))};
  const Rows below{rows_.last + static_cast<int>(px_from_mm(3, dpi_)),
                   rows_.last + static_cast<int>(px_from_mm(12, dpi_))};
  const double within = depth_in(place, rows_);
  const double outside = std::max(depth_in(place, above), depth_in(place, below));
  e.line_in_margins = within > 1 && outside > 0.5 * within;
  e.rule = within > rule_depth * paper && outside < 0.3 * within;
  return e;
}

std::vector<Evidence> Scene::candidates() const {
  std::vector<Evidence> all;
  const int w = grey_.cols;
  const double paper = sight_.paper > 0 ? sight_.paper : 200;
  for (const Line& line :
       valleys_between(0.2 * w, 0.8 * w, {least_shadow, true, least_shadow_rows})) {
    Evidence e = measured({line.x, line.slope});
    e.shadow = line.depth / paper;
    e.shadow_rows = line.support;
    all.push_back(e);
  }
  for (const Gap& gap : gaps_) {
    const double middle = (gap.x0 + gap.x1) / 2;
    if (middle < 0.2 * w || middle > 0.8 * w) continue;
    const bool known = std::any_of(all.begin(), all.end(), [&](const Evidence& e) {
      return e.shadow > 0.06 && e.place.x > gap.x0 && e.place.x < gap.x1;
    });
    if (!known) all.push_back(gap_evidence(gap));
  }
  if (const auto place = middle(0)) {
    const double around = px_from_mm(4, dpi_);
    if (measured(*place).half_blank)
      all.push_back(gap_evidence({place->x - around, place->x + around}));
  }
  return all;
}

Evidence Scene::evidence_at(Place place) const {
  return measured(place);
}

std::optional<Place> Scene::middle(double width_px) const {
  const Sheet sheet = sheet_about(grey_.cols / 2.0);
  double x = (sheet.x0 + sheet.x1) / 2;
  if (!sheet.both_found() && width_px > 0) {
    if (sheet.left_found) x = sheet.x0 + width_px;
    if (sheet.right_found) x = sheet.x1 - width_px;
  }
  if (!sheet.both_found() && width_px <= 0) return std::nullopt;
  const double far = px_from_mm(12, dpi_);
  double nearest = x, off = 1e9;
  for (const Gap& gap : gaps_) {
    const double inner = std::min(px_from_mm(1, dpi_), gap.width() / 2);
    const double there = std::clamp(x, gap.x0 + inner, gap.x1 - inner);
    if (std::abs(there - x) < off) off = std::abs(there - x), nearest = there;
  }
  return Place{off <= far ? nearest : x, slope()};
}

}  // namespace linka::fold
