// SPDX-License-Identifier: GPL-3.0-or-later
// Lines of text were straight and parallel when the page was printed, so what their baselines and
// x-height lines do now is what the paper does. Letters are strung into baselines, and one smooth
// curve is fitted to all of them at once, evenly changing from the top of the page to its bottom,
// as it does for a cylinder seen in perspective. One curve for the page instead of one a line: a
// single line's descenders and capitals cannot bend it, and on a flat page it is flat to a few
// hundredths of a millimetre. Pages are left alone unless the curve is worth it, the curves of
// every other line agree, and the bent lines are straighter with the curve taken off.
#include "stages/dewarp/dewarp.h"

#include "image/convert.h"
#include "image/paper.h"
#include "stages/dewarp/curve.h"
#include "stages/dewarp/strands.h"

#include <opencv2/imgproc.hpp>

#include <algorithm>
#include <climits>
#include <cmath>
#include <numeric>
#include <optional>
#include <vector>

namespace linka {
namespace {

using dewarping::Along;
using dewarping::Curve;
using dewarping::Piece;
using dewarping::Strand;

constexpr double measuring_dpi = 150;
constexpr double interval_mm = 8;  // of the spline: paper curls over a centimetre or more
constexpr double long_strand_mm = 20;
constexpr int fewest_lines = 6;
constexpr double sure_lines = 12;
constexpr double reach_beyond_mm = 15;  // how far beyond text its curve is carried on
constexpr int rounds = 4;
constexpr double first_slack = 0.16, later_slack = 0.04;
constexpr double steepest_cut = 0.03;   // of an edge of the paper against the text
constexpr double edge_noise_mm = 0.12;  // how far an edge may be off the text's curve
constexpr double node_mm = 2;           // of the grid

// The page as it will be cut, reduced and turned, and how to come back.
struct Seen {
  cv::Mat grey;
  double dpi = 0;
  double scale = 1;  // pixels per pixel of the turned frame
  Affine scan_from_seen;
};

// In the turned frame.
Box whole_scan(const Image& scan, double angle_deg) {
  Quad corners = quad_of(scan.box());
  const Affine turned = turned_from_scan(scan.size(), scan.dpi(), angle_deg);
  for (Point& p : corners) p = turned(p);
  return box_of(corners);
}

std::optional<Seen> seen_of(const Image& scan, double angle_deg, const Box& page) {
  const Image plausible = with_plausible_dpi(scan);
  const Affine turned = turned_from_scan(scan.size(), scan.dpi(), angle_deg);
  const double finest = std::max(plausible.dpi().x, plausible.dpi().y);
  Seen seen;
  seen.scale = std::min(1.0, measuring_dpi / finest);
  seen.dpi = finest * seen.scale;
  const Size size{static_cast<int>(page.width() * seen.scale),
                  static_cast<int>(page.height() * seen.scale)};
  if (size.width < 8 || size.height < 8) return std::nullopt;
  // OpenCV counts pixels in short integers; no page is as long as that, and a roll has no spine.
  constexpr int longest = SHRT_MAX - 100;
  if (size.width > longest || size.height > longest) return std::nullopt;
  seen.scan_from_seen =
      composed(composed(scaling(1 / seen.scale, 1 / seen.scale), translation(page.x0, page.y0)),
               inverse(turned));
  // The part of the scan under the page, reduced by areas, then turned.
  Quad corners = quad_of({0, 0, static_cast<double>(size.width), static_cast<double>(size.height)});
  for (Point& p : corners) p = seen.scan_from_seen(p);
  const Box under = intersection(box_of(corners), scan.box());
  if (under.width() < 4 || under.height() < 4) return std::nullopt;
  const cv::Rect part(
      cv::Point(static_cast<int>(under.x0), static_cast<int>(under.y0)),
      cv::Point(static_cast<int>(std::ceil(under.x1)), static_cast<int>(std::ceil(under.y1))));
  const Dpi dpi = plausible.dpi();
  const cv::Size small(std::max(1, static_cast<int>(std::lround(part.width * seen.dpi / dpi.x))),
                       std::max(1, static_cast<int>(std::lround(part.height * seen.dpi / dpi.y))));
  if (small.width > longest || small.height > longest) return std::nullopt;
  cv::Mat reduced;
  cv::resize(view(scan)(part), reduced, small, 0, 0, cv::INTER_AREA);
  if (reduced.channels() == 3) cv::cvtColor(reduced, reduced, cv::COLOR_RGB2GRAY);
  const Affine from_reduced = composed(scaling(static_cast<double>(part.width) / small.width,
                                               static_cast<double>(part.height) / small.height),
                                       translation(part.x, part.y));
  const Affine m = composed(
      composed(translation(0.5, 0.5), composed(seen.scan_from_seen, inverse(from_reduced))),
      translation(-0.5, -0.5));
  cv::warpAffine(reduced, seen.grey, cv::Matx23d(m.a, m.b, m.c, m.d, m.e, m.f),
                 cv::Size(size.width, size.height), cv::INTER_LINEAR | cv::WARP_INVERSE_MAP,
                 cv::BORDER_REPLICATE);
  return seen;
}

// Feet and heads, strung several times, each time with the curve known so far taken off.
struct Traced {
  std::vector<Strand> strands;
  Curve curve;
};

std::vector<const Strand*> every(const std::vector<Strand>& strands, std::size_t step,
                                 std::size_t first) {
  std::vector<const Strand*> part;
  for (std::size_t i = first; i < strands.size(); i += step) part.push_back(&strands[i]);
  return part;
}

Traced traced(const std::vector<Piece>& pieces, cv::Size size, double dpi) {
  Traced t;
  t.curve = dewarping::flat_curve(size.width, size.height, px_from_mm(interval_mm, dpi));
  for (int round = 0; round < rounds; ++round) {
    const auto lift = [&](cv::Point2d p) { return t.curve.lift(p); };
    const double slack = round == 0 ? first_slack : later_slack;
    t.strands = strands_of(pieces, Along::feet, lift, slack);
    for (Strand& s : strands_of(pieces, Along::heads, lift, slack))
      t.strands.push_back(std::move(s));
    t.curve = fitted(every(t.strands, 1, 0), t.curve);
  }
  std::sort(t.strands.begin(), t.strands.end(), [](const Strand& a, const Strand& b) {
    return std::pair(a.points[0].y, a.points[0].x) < std::pair(b.points[0].y, b.points[0].x);
  });
  return t;
}

// The part of the page where there is text: most of it, without stragglers.
Box text_of(const std::vector<Strand>& strands, const Curve& curve) {
  std::vector<double> xs, ys;
  for (const Strand& s : strands)
    for (const cv::Point2d& p : s.points) {
      xs.push_back(p.x);
      ys.push_back(p.y - curve.lift(p));
    }
  const auto share = [](std::vector<double>& v, double q) {
    const auto at = v.begin() + static_cast<std::ptrdiff_t>(q * static_cast<double>(v.size() - 1));
    std::nth_element(v.begin(), at, v.end());
    return *at;
  };
  return {share(xs, 0.015), share(ys, 0.03), share(xs, 0.985), share(ys, 0.97)};
}

// The curve along one line of the page, the line of its flat part, and how far it leaves that.
struct Bow {
  double slope = 0, middle = 0;  // of the flat part: y at the middle of the line
  std::vector<double> off;
};

double median_of(std::vector<double> values) {
  if (values.empty()) return 0;
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

// Most of a page is flat when one side curls, and an arch rises as much as it falls: the median of
// the slopes is the flat part's, or the arch's chord.
Bow bow_of(const Curve& curve, double x0, double x1, double y) {
  constexpr int count = 65;
  const double step = (x1 - x0) / (count - 1);
  if (step <= 0) return {0, 0, {0}};
  Bow bow;
  std::vector<double> slopes;
  for (int i = 0; i < count; ++i) {
    bow.off.push_back(curve.at({x0 + step * i, y}));
    if (i > 0) slopes.push_back((bow.off[bow.off.size() - 1] - bow.off[bow.off.size() - 2]) / step);
  }
  bow.slope = median_of(slopes);
  for (int i = 0; i < count; ++i)
    bow.off[static_cast<std::size_t>(i)] -= bow.slope * step * (i - (count - 1) / 2.0);
  bow.middle = median_of(bow.off);
  for (double& d : bow.off) d -= bow.middle;
  return bow;
}

double largest(const std::vector<double>& values) {
  double most = 0;
  for (double v : values) most = std::max(most, std::abs(v));
  return most;
}

double root_mean_square(const std::vector<double>& values) {
  double sum = 0;
  for (double v : values) sum += v * v;
  return values.empty() ? 0 : std::sqrt(sum / static_cast<double>(values.size()));
}

struct Judged {
  int lines = 0;
  double bow_px = 0;      // of the worst line
  double apart_px = 0;    // how far the curves of every other strand are apart
  double agreement = 0;   // of the curves of every other strand, 0...1
  double straighter = 1;  // by what factor the bent strands are straighter with the curve off
};

// How far points lie off the straight line through them: the median, which descenders do not move.
double crookedness(const std::vector<cv::Point2d>& points) {
  cv::Vec4d line;
  cv::Mat1f xy(static_cast<int>(points.size()), 2);
  for (int i = 0; i < xy.rows; ++i) {
    xy(i, 0) = static_cast<float>(points[static_cast<std::size_t>(i)].x);
    xy(i, 1) = static_cast<float>(points[static_cast<std::size_t>(i)].y);
  }
  cv::Vec4f l;
  cv::fitLine(xy.reshape(2), l, cv::DIST_HUBER, 0, 0.01, 0.01);
  std::vector<double> off;
  for (const cv::Point2d& p : points)
    off.push_back(std::abs((p.x - l[2]) * l[1] - (p.y - l[3]) * l[0]));
  const auto middle = off.begin() + static_cast<std::ptrdiff_t>(off.size() * 3 / 4);
  std::nth_element(off.begin(), middle, off.end());
  return *middle;
}

Judged judged(const Traced& t, const Box& text, double dpi) {
  Judged j;
  double before = 0, after = 0;
  for (const Strand& s : t.strands) {
    if (s.length() < px_from_mm(long_strand_mm, dpi)) continue;
    if (s.along == Along::feet) ++j.lines;
    std::vector<cv::Point2d> flat = s.points;
    for (cv::Point2d& p : flat) p.y -= t.curve.lift(p);
    const double bow =
        largest(bow_of(t.curve, s.points.front().x, s.points.back().x, flat[0].y).off);
    if (bow < px_from_mm(0.15, dpi)) continue;
    before += crookedness(s.points);
    after += crookedness(flat);
  }
  if (after > 0) j.straighter = before / after;
  const Curve odd = fitted(every(t.strands, 2, 0), t.curve);
  const Curve even = fitted(every(t.strands, 2, 1), t.curve);
  std::vector<double> all, apart;
  for (const double y : {text.y0, text.y1}) {
    const std::vector<double> d = bow_of(t.curve, text.x0, text.x1, y).off;
    const std::vector<double> o = bow_of(odd, text.x0, text.x1, y).off;
    const std::vector<double> e = bow_of(even, text.x0, text.x1, y).off;
    j.bow_px = std::max(j.bow_px, largest(d));
    for (std::size_t i = 0; i < d.size(); ++i) {
      all.push_back(d[i]);
      apart.push_back(o[i] - e[i]);
    }
  }
  j.apart_px = largest(apart);
  const double size = root_mean_square(all);
  j.agreement = size > 0 ? std::clamp(1 - root_mean_square(apart) / size, 0.0, 1.0) : 0;
  return j;
}

// Edges of the page that run as the text beside them does, but for a slope: there the sheet below
// is not taken for the page, and what they show beyond the text can be believed.
std::vector<const Strand*> witnesses(const std::vector<Strand>& edges, const Curve& curve,
                                     const Box& text, double dpi) {
  std::vector<const Strand*> believed;
  for (const Strand& edge : edges) {
    std::vector<double> x, off;
    for (const cv::Point2d& p : edge.points)
      if (p.x >= text.x0 && p.x <= text.x1) {
        x.push_back(p.x);
        off.push_back(p.y - curve.lift(p));
      }
    const std::size_t half = off.size() / 2;
    if (2.0 * static_cast<double>(off.size()) < 0.6 * text.width() || half < 10) continue;
    const auto middle = [half](const std::vector<double>& v, bool right) {
      const auto mid = v.begin() + static_cast<std::ptrdiff_t>(half);
      return right ? median_of({mid, v.end()}) : median_of({v.begin(), mid});
    };
    const double slope = (middle(off, true) - middle(off, false)) /
                         std::max(1.0, middle(x, true) - middle(x, false));
    if (std::abs(slope) > steepest_cut) continue;
    for (std::size_t i = 0; i < off.size(); ++i) off[i] -= slope * x[i];
    const double height = median_of(off);
    for (double& d : off) d = std::abs(d - height);
    if (1.4826 * median_of(off) < px_from_mm(edge_noise_mm, dpi)) believed.push_back(&edge);
  }
  return believed;
}

// The curve as it is taken off: where the page is flat nothing moves, and what of the turn was left
// goes with the curve, since lines of text are to be level.
class Flattening {
 public:
  Flattening(const Curve& curve, const Box& text) : curve_(curve), text_(text) {
    upper_ = bow_of(curve, text.x0, text.x1, text.y0).middle;
    lower_ = bow_of(curve, text.x0, text.x1, text.y1).middle;
  }
  double at(cv::Point2d flat) const {
    const double v = text_.height() > 0 ? (flat.y - text_.y0) / text_.height() : 0;
    return curve_.at(flat) - upper_ - v * (lower_ - upper_);
  }

 private:
  const Curve& curve_;
  Box text_;
  double upper_ = 0, lower_ = 0;
};

// Where the curve is known well enough: the text and some way beyond, and as far as the edges of
// the page bear witness.
Box known_area(const Box& text, const std::vector<const Strand*>& edges, cv::Size size,
               double dpi) {
  const double beyond = px_from_mm(reach_beyond_mm, dpi);
  Box known{text.x0 - beyond, text.y0 - beyond, text.x1 + beyond, text.y1 + beyond};
  for (const Strand* edge : edges)
    known = hull(known, {edge->points.front().x, edge->points.front().y, edge->points.back().x,
                         edge->points.back().y});
  return intersection(known,
                      {0, 0, static_cast<double>(size.width), static_cast<double>(size.height)});
}

Bend grid_of(const Flattening& flattening, const Box& area, const Seen& seen, const Box& page) {
  const auto turned = [&](double v, double from) { return from + v / seen.scale; };
  Bend bend;
  bend.area = {turned(area.x0, page.x0), turned(area.y0, page.y0), turned(area.x1, page.x0),
               turned(area.y1, page.y0)};
  bend.columns = std::max(2, static_cast<int>(mm_from_px(area.width(), seen.dpi) / node_mm) + 1);
  bend.rows = 2;  // the curve changes evenly from top to bottom
  for (const double y : {area.y0, area.y1})
    for (int i = 0; i < bend.columns; ++i)
      bend.offsets.push_back(
          {0, flattening.at({area.x0 + area.width() * i / (bend.columns - 1), y}) / seen.scale});
  return bend;
}

// Whether every letter inside the page is still inside when the page is flat.
bool stays_inside(const Letters& letters, const Bend& bend, const Seen& seen, const Box& page) {
  const Affine turned_from_seen =
      composed(scaling(1 / seen.scale, 1 / seen.scale), translation(page.x0, page.y0));
  const auto flat_y = [&](double x, double y) {
    const Point bent = turned_from_seen({x, y});
    return page_point_of(bent, Affine{}, bend, {}).y;
  };
  return std::all_of(letters.all.begin(), letters.all.end(), [&](const Letter& letter) {
    const cv::Rect& b = letter.box;
    if (letter.line < 0 || b.y <= 0 || b.y + b.height >= seen.grey.rows) return true;
    const double x = b.x + b.width / 2.0;
    return flat_y(x, b.y) >= page.y0 && flat_y(x, b.y + b.height) <= page.y1;
  });
}

// 0 at `low` and below, 1 at `high` and above.
double rising(double value, double low, double high) {
  return std::clamp((value - low) / (high - low), 0.0, 1.0);
}

}  // namespace

Result<Dewarp> dewarp(const Image& scan, const Quad& region, double angle_deg, const Box& box,
                      const DewarpParams& params) {
  return guarded<Dewarp>("dewarp", [&]() -> Result<Dewarp> {
    if (scan.empty()) return fail(ErrorKind::bad_input, "there is no image");
    if (!is_finite(region)) return fail(ErrorKind::bad_input, "the page's region is not a number");
    if (!std::isfinite(angle_deg) || !is_finite(quad_of(box)))
      return fail(ErrorKind::bad_input, "the page's place is not a number");
    if (params.mode == "off") return Dewarp{};
    const Box page = intersection(box, whole_scan(scan, angle_deg));
    const std::optional<Seen> seen = seen_of(scan, angle_deg, page);
    if (!seen) return Dewarp{};
    const Paper paper = paper_of(seen->grey, seen->dpi);
    const Letters letters = letters_of(paper.print, seen->dpi);
    const std::vector<Piece> pieces =
        dewarping::pieces_of(paper.print, letters, [&](cv::Point2d p) {
          const Point q = seen->scan_from_seen({p.x, p.y});
          for (std::size_t i = 0; i < 4; ++i) {
            const Point &a = region[i], &e = region[(i + 1) % 4];
            if ((e.x - a.x) * (q.y - a.y) - (e.y - a.y) * (q.x - a.x) < 0) return false;
          }
          return true;
        });
    const Traced t = traced(pieces, seen->grey.size(), seen->dpi);
    if (t.strands.empty()) return Dewarp{};
    const Box text = text_of(t.strands, t.curve);
    const Judged j = judged(t, text, seen->dpi);
    Dewarp result;
    result.bend_mm = mm_from_px(j.bow_px, seen->dpi);
    const double enough = std::min(1.0, j.lines / sure_lines);
    if (result.bend_mm < params.min_bend_mm || j.lines < fewest_lines) {
      const double apart_mm = mm_from_px(j.apart_px, seen->dpi);
      result.confidence = enough * std::clamp(1 - apart_mm / params.min_bend_mm, 0.0, 1.0);
      return result;
    }
    result.confidence = enough * rising(j.agreement, 0.4, 0.7) * rising(j.straighter, 1.0, 1.25);
    if (result.confidence < params.min_confidence) return result;
    const std::vector<Strand> edges = dewarping::page_edges_of(paper, seen->grey, seen->dpi);
    const std::vector<const Strand*> believed = witnesses(edges, t.curve, text, seen->dpi);
    std::vector<const Strand*> all = every(t.strands, 1, 0);
    all.insert(all.end(), believed.begin(), believed.end());
    const Curve curve = believed.empty() ? t.curve : fitted(all, t.curve);
    const Box area = known_area(text, believed, seen->grey.size(), seen->dpi);
    Bend bend = grid_of(Flattening(curve, text), area, *seen, page);
    if (stays_inside(letters, bend, *seen, page)) result.bend = std::move(bend);
    return result;
  });
}

}  // namespace linka
