// SPDX-License-Identifier: GPL-3.0-or-later
// Every row of letters i is read at many places x, and all readings together are explained by
//
//     y = c_i + s x + (a + b y_i) exp(-u / L)
//
// s is the fall of the flat part, u the distance from the side where the spine is. The last term is
// how a leaf that rises towards a spine looks from above: it is shifted and it looks smaller, both
// fading from the spine. c_i, s, a and b by least squares, with weights that fade for readings
// which do not fit (Tukey's biweight); L and the side, or no bend at all, by trying some. The
// answers of all trials are averaged by how well they explain the readings for their number of
// parameters (weights exp(-BIC / 2)), so that a page between two explanations gets an answer
// between, and not now one and now the other.
//
// The readings come first from the middles of the letters. Then the page is straightened by what
// was found, every row is cut into pieces of some letters, and each piece's profile of ink is laid
// on that of the rest of the row where they match best. That is done twice.
#include "stages/deskew/rows.h"

#include "model/geometry.h"

#include <opencv2/core.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <memory>
#include <numbers>
#include <span>

namespace linka {
namespace {

constexpr double degree = std::numbers::pi / 180;
constexpr std::size_t least_readings = 6;
constexpr double turn_again_deg = 0.1;
constexpr double piece_mm = 3.5, piece_heights = 1.6;  // whichever is more
constexpr std::array<double, 6> bend_lengths_mm{5, 8, 12, 18, 27, 40};
// Wider bends leave no flat part: the rows' mean fall counts, unless they are deep.
constexpr double spine_bend_mm = 17, wide_bend_mm = 27;
constexpr double shallow_bend_mm = 1.6, deep_bend_mm = 3.2;
constexpr double trust = 0.25;  // readings of neighbouring letters are not independent
// Gaps within a row, in heights of letters. Columns stand closer together than the parts of a row
// of contents or of a title, but no page has columns of so few letters.
constexpr float gap_of_text = 1.8F, gap_of_titles = 40;
constexpr std::size_t title_letters = 250;
constexpr std::size_t rows_of_bends = 12;  // fewer say nothing of bends
constexpr double likely_bend_mm = 6, likely_slope = 0.1;

struct Row {
  std::vector<int> glyphs;
  double y = 0;       // in the turned frame, middle
  double height = 0;  // of its letters, the median
  double x0 = 0, x1 = 0;
};

struct Turned {
  float c, s;
  explicit Turned(double deg)
      : c(static_cast<float>(std::cos(deg * degree))),
        s(static_cast<float>(std::sin(deg * degree))) {}
  float x(float px, float py) const { return px * c + py * s; }
  float y(float px, float py) const { return py * c - px * s; }
};

double share_of(std::vector<double>& v, double share) {
  const double n = share * static_cast<double>(v.size() - 1);
  const auto at = v.begin() + static_cast<std::ptrdiff_t>(std::lround(n));
  std::nth_element(v.begin(), at, v.end());
  return *at;
}
double median_of(std::vector<double>& v) {
  return share_of(v, 0.5);
}

// A glyph in the turned frame; its box there is measured on its dots, since the box of a turned
// word is much taller than the word.
struct Place {
  int glyph;
  float x0, x1, y, height;
};

std::vector<Place> places_of(const Ink& ink, double fall_deg) {
  const Turned turned(fall_deg);
  std::vector<Place> places;
  for (std::size_t i = 0; i < ink.glyphs.size(); ++i) {
    float x0 = 1e9F, x1 = -1e9F, y0 = 1e9F, y1 = -1e9F;
    for (std::size_t k = ink.glyphs[i].first_dot; k < ink.glyphs[i].last_dot; ++k) {
      const float x = turned.x(ink.dots[k].x, ink.dots[k].y);
      const float y = turned.y(ink.dots[k].x, ink.dots[k].y);
      x0 = std::min(x0, x), x1 = std::max(x1, x), y0 = std::min(y0, y), y1 = std::max(y1, y);
    }
    places.push_back({static_cast<int>(i), x0 - 0.5F, x1 + 0.5F, (y0 + y1) / 2, y1 - y0 + 1});
  }
  return places;
}

struct OpenRow {
  Row row;
  float end = 0, y = 0, height = 0;
};

// Letters that follow each other along the fall become rows; a gap wider than between words ends a
// row, so that columns keep apart.
std::vector<Row> rows_of(const std::vector<Place>& places) {
  std::vector<Place> order = places;
  std::sort(order.begin(), order.end(), [](const Place& a, const Place& b) {
    return std::pair(a.x0 + a.x1, a.glyph) < std::pair(b.x0 + b.x1, b.glyph);
  });
  const float gap = order.size() < title_letters ? gap_of_titles : gap_of_text;
  std::vector<OpenRow> open;
  std::vector<Row> rows;
  const auto close = [&](OpenRow& r) {
    if (r.row.glyphs.size() >= 2) rows.push_back(std::move(r.row));
  };
  for (const Place& p : order) {
    OpenRow* best = nullptr;
    float nearest = 1e9F;
    for (std::size_t i = 0; i < open.size();) {
      OpenRow& r = open[i];
      if (p.x0 - r.end > gap * r.height + 2) {
        close(r);
        if (i + 1 < open.size()) r = std::move(open.back());
        open.pop_back();
        continue;
      }
      const float far = std::abs(p.y - r.y);
      if (far < 0.5F * std::min(1.5F * p.height, r.height) && far < nearest) {
        nearest = far;
        best = &r;
      }
      ++i;
    }
    if (best == nullptr) {
      open.push_back({{}, p.x0, p.y, p.height});
      best = &open.back();
    }
    best->row.glyphs.push_back(p.glyph);
    best->end = std::max(best->end, p.x1);
    best->y += 0.25F * (p.y - best->y);
    best->height += 0.2F * (p.height - best->height);
  }
  for (OpenRow& r : open) close(r);
  for (Row& r : rows) {
    std::vector<double> ys, heights;
    r.x0 = 1e9, r.x1 = -1e9;
    for (const int i : r.glyphs) {
      const Place& p = places[static_cast<std::size_t>(i)];
      ys.push_back(static_cast<double>(p.y));
      heights.push_back(static_cast<double>(p.height));
      r.x0 = std::min(r.x0, static_cast<double>(p.x0));
      r.x1 = std::max(r.x1, static_cast<double>(p.x1));
    }
    r.y = median_of(ys);
    r.height = median_of(heights);
  }
  std::sort(rows.begin(), rows.end(),
            [](const Row& a, const Row& b) { return std::pair(a.y, a.x0) < std::pair(b.y, b.x0); });
  return rows;
}

// Where a row runs at x.
struct Reading {
  int row;
  double x, y;
  double weight;
};

// One explanation of the readings.
struct Trial {
  int side = 0;               // of the spine: -1 left, 1 right, 0 no bend
  double length = 1;          // L
  std::array<double, 3> p{};  // s, a, b
  double variance = 1e9;      // of s, as a multiple of that of a reading
  double misfit = 0;          // weighted sum of squares
};

class Explanation {
 public:
  Explanation(std::span<const Row> rows, std::vector<Reading> readings, double dpi, bool may_bend)
      : rows_(rows), readings_(std::move(readings)), dpi_(dpi) {
    double y0 = 1e9, y1 = -1e9;
    for (const Row& r : rows) y0 = std::min(y0, r.y), y1 = std::max(y1, r.y);
    std::vector<double> xs;
    for (const Reading& r : readings_) xs.push_back(r.x);
    x0_ = share_of(xs, 0.02), x1_ = share_of(xs, 0.98);
    y_middle_ = (y0 + y1) / 2;
    y_half_ = std::max((y1 - y0) / 2, px_from_mm(20, dpi));
    trials_.push_back({});
    if (may_bend && rows.size() >= rows_of_bends)
      for (const int side : {-1, 1})
        for (const double mm : bend_lengths_mm) {
          const double length = px_from_mm(mm, dpi);
          if (length < 0.6 * (x1_ - x0_)) trials_.push_back({side, length, {}, 1e9, 0});
        }
    for (const Reading& r : readings_) weights_.push_back(r.weight);
  }

  void solve() {
    for (int round = 0; round < 6; ++round) {
      for (Trial& t : trials_) solve(t);
      std::size_t best = 0;
      for (std::size_t i = 1; i < trials_.size(); ++i)
        if (trials_[i].misfit < trials_[best].misfit) best = i;
      best_ = best;
      reweight(trials_[best], round == 0 ? 8.0 : 4.7);
    }
    for (Trial& t : trials_) solve(t);
    refine();
    average();
  }

  double slope() const { return slope_; }
  double sd() const { return sd_; }
  // The bend of the likeliest trial.
  double bend(double x, int row) const {
    const Trial& t = trials_[best_];
    return (t.p[1] + t.p[2] * height_of(row)) * fade(t, x);
  }
  double bend_at_edge() const {
    const Trial& t = trials_[best_];
    return std::abs(t.p[1]) + std::abs(t.p[2]);
  }
  // c of a row, by the likeliest trial; NaN when nothing of it fits.
  std::vector<double> offsets() const {
    std::vector<double> sum(rows_.size()), weight(rows_.size());
    const Trial& t = trials_[best_];
    for (std::size_t i = 0; i < readings_.size(); ++i) {
      const Reading& r = readings_[i];
      const auto k = static_cast<std::size_t>(r.row);
      sum[k] += weights_[i] * (r.y - t.p[0] * r.x - bend(r.x, r.row));
      weight[k] += weights_[i];
    }
    for (std::size_t k = 0; k < sum.size(); ++k) sum[k] = weight[k] > 0 ? sum[k] / weight[k] : NAN;
    return sum;
  }

 private:
  double height_of(int row) const {
    return (rows_[static_cast<std::size_t>(row)].y - y_middle_) / y_half_;
  }
  double fade(const Trial& t, double x) const {
    if (t.side == 0) return 0;
    // Beyond the outermost letters there may be some of the facing page.
    const double u = t.side < 0 ? x - x0_ : x1_ - x;
    return std::exp(-std::max(u / t.length, -1.0));
  }

  // Weighted least squares with the rows' own offsets eliminated.
  void solve(Trial& t) const {
    const std::size_t n = readings_.size();
    std::vector<std::array<double, 5>> sums(rows_.size());  // weight, x, a, b, y
    std::vector<std::array<double, 2>> terms(n);
    for (std::size_t i = 0; i < n; ++i) {
      const Reading& r = readings_[i];
      const double f = fade(t, r.x), w = weights_[i];
      terms[i] = {f, f * height_of(r.row)};
      auto& s = sums[static_cast<std::size_t>(r.row)];
      s[0] += w, s[1] += w * r.x, s[2] += w * terms[i][0], s[3] += w * terms[i][1], s[4] += w * r.y;
    }
    for (auto& s : sums)
      for (std::size_t k = 1; k < 5; ++k) s[k] = s[0] > 0 ? s[k] / s[0] : 0;
    cv::Matx33d m = cv::Matx33d::zeros();
    cv::Vec3d v(0, 0, 0);
    double yy = 0;
    for (std::size_t i = 0; i < n; ++i) {
      const Reading& r = readings_[i];
      const auto& s = sums[static_cast<std::size_t>(r.row)];
      const double w = weights_[i];
      const cv::Vec3d q(r.x - s[1], terms[i][0] - s[2], terms[i][1] - s[3]);
      const double y = r.y - s[4];
      for (int a = 0; a < 3; ++a) {
        v[a] += w * q[a] * y;
        for (int b = 0; b < 3; ++b) m(a, b) += w * q[a] * q[b];
      }
      yy += w * y * y;
    }
    // Weak knowledge of what is likely keeps what the readings do not tell near 0. In units of a
    // reading's variance, taken as 1 px.
    const double likely_bend = px_from_mm(likely_bend_mm, dpi_);
    m(0, 0) += 1 / (likely_slope * likely_slope);
    m(1, 1) += 1 / (likely_bend * likely_bend);
    m(2, 2) += 1 / (likely_bend * likely_bend);
    const cv::Matx33d inverse = m.inv(cv::DECOMP_CHOLESKY);
    const cv::Vec3d p = inverse * v;
    t.p = {p[0], p[1], p[2]};
    t.variance = inverse(0, 0);
    t.misfit = std::max(0.0, yy - p.dot(v));
  }

  void reweight(const Trial& t, double reach) {
    best_ = static_cast<std::size_t>(&t - trials_.data());
    const std::vector<double> c = offsets();
    std::vector<double> residuals, sizes;
    for (const Reading& r : readings_) {
      const double e = r.y - c[static_cast<std::size_t>(r.row)] - t.p[0] * r.x - bend(r.x, r.row);
      residuals.push_back(e);
      if (std::isfinite(e)) sizes.push_back(std::abs(e));
    }
    if (sizes.empty()) return;
    const double scale = std::max(1.4826 * median_of(sizes), 0.05);
    spread_ = scale;
    for (std::size_t i = 0; i < residuals.size(); ++i) {
      const double e = residuals[i] / (reach * scale);
      const double keep = std::isfinite(e) && std::abs(e) < 1 ? (1 - e * e) * (1 - e * e) : 0;
      weights_[i] = readings_[i].weight * keep;
    }
  }

  // 0...1: a wide and shallow bend is a wave in the paper rather than a rise to the spine.
  double is_flat(const Trial& t) const {
    if (t.side == 0) return 0;
    const double length = mm_from_px(t.length, dpi_);
    const double depth = mm_from_px(std::abs(t.p[1]) + std::abs(t.p[2]), dpi_);
    return std::clamp((length - spine_bend_mm) / (wide_bend_mm - spine_bend_mm), 0.0, 1.0) *
           std::clamp((deep_bend_mm - depth) / (deep_bend_mm - shallow_bend_mm), 0.0, 1.0);
  }

  // More lengths about the best.
  void refine() {
    std::size_t best = 0;
    for (std::size_t i = 1; i < trials_.size(); ++i)
      if (trials_[i].misfit < trials_[best].misfit) best = i;
    const Trial start = trials_[best];
    if (start.side == 0) return;
    for (const double factor : {0.75, 0.82, 0.91, 1.1, 1.21, 1.33}) {
      trials_.push_back({start.side, start.length * factor, {}, 1e9, 0});
      solve(trials_.back());
    }
  }

  void average() {
    double least = 1e300, total = 0, count = 0;
    for (const double w : weights_) count += w;
    std::vector<double> cost;
    for (const Trial& t : trials_) {
      const double parameters = t.side == 0 ? 1 : 4;
      cost.push_back(trust * t.misfit / (spread_ * spread_) +
                     parameters * std::log(std::max(count, 2.0)));
      if (cost.back() < least) best_ = cost.size() - 1;
      least = std::min(least, cost.back());
    }
    slope_ = 0;
    double square = 0, variance = 0;
    for (std::size_t i = 0; i < trials_.size(); ++i) {
      const double w = std::exp(-(cost[i] - least) / 2);
      const double flat = is_flat(trials_[i]);
      const double s = (1 - flat) * trials_[i].p[0] + flat * trials_[0].p[0];
      total += w, slope_ += w * s, square += w * s * s;
      variance += w * trials_[i].variance * spread_ * spread_ / trust;
    }
    slope_ /= total;
    sd_ = std::sqrt(std::max(0.0, square / total - slope_ * slope_) + variance / total);
  }

  std::span<const Row> rows_;
  std::vector<Reading> readings_;
  double dpi_;
  double x0_ = 0, x1_ = 0, y_middle_ = 0, y_half_ = 1;
  std::vector<Trial> trials_;
  std::vector<double> weights_;
  std::size_t best_ = 0;
  double spread_ = 1, slope_ = 0, sd_ = 1;
};

std::vector<Reading> middles_of(const std::vector<Place>& places, std::span<const Row> rows) {
  std::vector<Reading> readings;
  for (std::size_t k = 0; k < rows.size(); ++k)
    for (const int i : rows[k].glyphs) {
      const Place& p = places[static_cast<std::size_t>(i)];
      readings.push_back(
          {static_cast<int>(k), static_cast<double>(p.x0 + p.x1) / 2, static_cast<double>(p.y), 1});
    }
  return readings;
}

// Where the best match of `piece` in `rest` lies (profiles of the same rows), in rows: how much
// lower the piece lies. Both are compared by their steps from row to row.
struct Match {
  double shift = 0, weight = 0;
};
Match match(std::span<const float> piece, std::span<const float> whole, int reach) {
  const int n = static_cast<int>(piece.size()) - 1;
  std::vector<float> p(static_cast<std::size_t>(n)), q(static_cast<std::size_t>(n));
  double pp = 0, qq = 0;
  for (std::size_t i = 0; i < p.size(); ++i) {
    p[i] = piece[i + 1] - piece[i];
    q[i] = whole[i + 1] - piece[i + 1] - whole[i] + piece[i];
    pp += static_cast<double>(p[i]) * static_cast<double>(p[i]);
    qq += static_cast<double>(q[i]) * static_cast<double>(q[i]);
  }
  if (pp <= 0 || qq <= 0) return {};
  std::vector<double> value;
  for (int k = -reach; k <= reach; ++k) {
    double sum = 0;
    for (int i = std::max(0, -k); i < std::min(n, n - k); ++i)
      sum += static_cast<double>(p[static_cast<std::size_t>(i + k)]) *
             static_cast<double>(q[static_cast<std::size_t>(i)]);
    value.push_back(sum);
  }
  const auto top = std::max_element(value.begin(), value.end());
  const auto at = static_cast<int>(top - value.begin());
  if (*top <= 0 || at == 0 || at == 2 * reach) return {};
  const double bend = *(top - 1) - 2 * *top + *(top + 1);
  if (bend >= 0) return {};
  const double likeness = *top / std::sqrt(pp * qq);
  return {at - reach + std::clamp((*(top - 1) - *(top + 1)) / (2 * bend), -0.5, 0.5),
          likeness * likeness};
}

// One row after another is straightened, cut into pieces, and each piece laid on the rest.
std::vector<Reading> pieces_of(const Ink& ink, std::span<const Row> rows, double fall_deg,
                               const std::vector<double>& offsets,
                               const std::function<double(double, int)>& course) {
  const Turned turned(fall_deg);
  std::vector<Reading> readings;
  std::vector<float> profiles, whole;
  std::vector<double> mass, mass_x;
  for (std::size_t k = 0; k < rows.size(); ++k) {
    const Row& row = rows[k];
    const double wide = std::max(px_from_mm(piece_mm, ink.dpi), piece_heights * row.height);
    const auto count = static_cast<int>(std::floor((row.x1 - row.x0) / wide + 0.5));
    if (count < 2 || !std::isfinite(offsets[k])) continue;
    const double each = (row.x1 - row.x0) / count;
    const int shift_reach = std::clamp(static_cast<int>(0.4 * row.height), 2, 12);
    const int half = static_cast<int>(1.2 * row.height) + shift_reach + 2;
    const auto tall = static_cast<std::size_t>(2 * half + 1);
    profiles.assign(tall * static_cast<std::size_t>(count), 0);
    whole.assign(tall, 0);
    mass.assign(static_cast<std::size_t>(count), 0);
    mass_x.assign(static_cast<std::size_t>(count), 0);
    for (const int i : row.glyphs) {
      const Glyph& g = ink.glyphs[static_cast<std::size_t>(i)];
      for (std::size_t j = g.first_dot; j < g.last_dot; ++j) {
        const Dot& d = ink.dots[j];
        const double x = turned.x(d.x, d.y);
        const auto piece = static_cast<std::size_t>(
            std::clamp(static_cast<int>((x - row.x0) / each), 0, count - 1));
        const auto y = static_cast<float>(turned.y(d.x, d.y) - offsets[k] -
                                          course(x, static_cast<int>(k)) + half);
        if (!(y >= 0 && y < static_cast<float>(2 * half))) continue;
        const auto r = static_cast<std::size_t>(y);
        const float lower = d.weight * (y - static_cast<float>(r));
        float* at = &profiles[piece * tall + r];
        at[0] += d.weight - lower;
        at[1] += lower;
        mass[piece] += d.weight;
        mass_x[piece] += d.weight * x;
      }
    }
    double ink_of_row = 0;
    for (std::size_t i = 0; i < profiles.size(); ++i) whole[i % tall] += profiles[i];
    for (const double m : mass) ink_of_row += m;
    for (std::size_t p = 0; p < mass.size(); ++p) {
      const double share = mass[p] * count / ink_of_row;
      if (!(share > 0.15)) continue;
      const Match m = match({&profiles[p * tall], tall}, whole, shift_reach);
      if (m.weight <= 0) continue;
      const double x = mass_x[p] / mass[p];
      readings.push_back({static_cast<int>(k), x,
                          offsets[k] + course(x, static_cast<int>(k)) + m.shift,
                          m.weight * std::min(share, 1.5)});
    }
  }
  return readings;
}

void note(Course& course, const Explanation& fit, double turned_deg, std::size_t rows) {
  course.fall_deg = turned_deg + std::atan(fit.slope()) / degree;
  course.sd_deg = fit.sd() / degree;
  course.bend_px = fit.bend_at_edge();
  course.rows = static_cast<int>(rows);
}

}  // namespace

Course course_of(const Ink& ink, double near_deg, const KnownBend& known) {
  Course course;
  course.fall_deg = near_deg;
  double turned_deg = near_deg;
  std::vector<Place> places = places_of(ink, turned_deg);
  std::vector<Row> rows = rows_of(places);
  std::vector<Reading> readings = middles_of(places, rows);
  const auto bend_at = [&](double x, int row) {
    return known ? known(x, rows[static_cast<std::size_t>(row)].y) : 0;
  };
  // What is known is taken out before a fit and put back when the page is straightened.
  const auto fitted = [&]() {
    for (Reading& r : readings) r.y -= bend_at(r.x, r.row);
    auto fit = std::make_unique<Explanation>(rows, std::move(readings), ink.dpi, !known);
    fit->solve();
    note(course, *fit, turned_deg, rows.size());
    return fit;
  };
  if (readings.size() < least_readings) return course;
  auto fit = fitted();
  if (!known && std::abs(course.fall_deg - near_deg) > turn_again_deg) {
    turned_deg = course.fall_deg;
    places = places_of(ink, turned_deg);
    rows = rows_of(places);
    readings = middles_of(places, rows);
    if (readings.size() < least_readings) return course;
    fit = fitted();
  }
  for (int round = 0; round < 2; ++round) {
    const double slope = fit->slope();
    readings = pieces_of(ink, rows, turned_deg, fit->offsets(), [&](double x, int row) {
      return slope * x + fit->bend(x, row) + bend_at(x, row);
    });
    if (readings.size() < least_readings) break;
    fit = fitted();
  }
  return course;
}

}  // namespace linka
