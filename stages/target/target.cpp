// SPDX-License-Identifier: GPL-3.0-or-later
// Colours are means of the scan's samples over the inner half of a patch, taken through the
// profile once; noise is the spread of L* pixel by pixel over the same place. Everything else is
// arithmetic on these.
#include "stages/target/target.h"

#include "base/translate.h"
#include "image/convert.h"

#include <opencv2/imgproc.hpp>

#include <algorithm>
#include <cmath>
#include <numbers>

namespace linka {
namespace {

constexpr double measured_share = 0.6;   // of a patch's side; the rim holds blur and misplacement
constexpr int least_patch_px = 6;        // side of the place measured
constexpr double edge_margin = 0.06;     // of an edge's box, each side
constexpr double least_agreement = 0.6;  // of corners given by hand

// Part of the scan and which of its pixels count.
struct Region {
  cv::Rect place;
  cv::Mat mask;  // CV_8U
  int pixels = 0;
};

Region region_of(const Image& scan, const Quad& quad) {
  const Box box = box_of(quad);
  const cv::Rect whole(0, 0, scan.width(), scan.height());
  Region region;
  if (!(std::abs(box.x0) < 1e7 && std::abs(box.y0) < 1e7 && std::abs(box.x1) < 1e7 &&
        std::abs(box.y1) < 1e7))
    return region;
  region.place = cv::Rect(
      cv::Point(static_cast<int>(std::ceil(box.x0)), static_cast<int>(std::ceil(box.y0))),
      cv::Point(static_cast<int>(std::floor(box.x1)), static_cast<int>(std::floor(box.y1))));
  if (region.place.empty() || (region.place & whole) != region.place) return {};
  region.mask = cv::Mat::zeros(region.place.size(), CV_8U);
  std::vector<cv::Point> corners;
  for (const Point& p : quad)  // a pixel is in when its centre is, to half a pixel
    corners.emplace_back(static_cast<int>(std::lround(p.x - 0.5)) - region.place.x,
                         static_cast<int>(std::lround(p.y - 0.5)) - region.place.y);
  cv::fillConvexPoly(region.mask, corners, cv::Scalar(255));
  region.pixels = cv::countNonZero(region.mask);
  return region;
}

Box around(Point centre, double side) {
  return {centre.x - side / 2, centre.y - side / 2, centre.x + side / 2, centre.y + side / 2};
}

std::optional<PatchMeasure> measure_patch(const Image& scan, const LabReader& colours,
                                          const TargetReference& target, const TargetPatch& patch,
                                          const Homography& h) {
  const Region region =
      region_of(scan, h.quad(around(patch.centre(), measured_share * target.patch_size)));
  if (region.pixels < least_patch_px * least_patch_px) return std::nullopt;
  const cv::Mat samples = view(scan)(region.place);
  cv::Scalar mean, deviation;
  std::vector<cv::Mat> channels;
  cv::split(colours.lab(samples), channels);
  cv::meanStdDev(channels[0], mean, deviation, region.mask);
  PatchMeasure m;
  m.name = patch.name;
  m.neutral = patch.neutral;
  m.wanted = patch.lab;
  m.measured = colours.lab(cv::mean(samples, region.mask));
  m.delta_e = delta_e_2000(m.wanted, m.measured);
  m.noise = deviation[0];
  m.centre = h(patch.centre());
  m.pixels = region.pixels;
  return m;
}

void add(Spread& spread, double value, std::size_t count) {
  spread.mean += value / static_cast<double>(count);
  spread.greatest = std::max(spread.greatest, value);
}

void sum_up(TargetMeasures& m) {
  std::vector<const PatchMeasure*> neutral;
  std::vector<double> delta_e;
  for (const PatchMeasure& p : m.patches) {
    if (p.neutral) neutral.push_back(&p);
    if (m.colour || p.neutral) delta_e.push_back(p.delta_e);
  }
  for (const double e : delta_e) add(m.delta_e, e, delta_e.size());
  std::sort(delta_e.begin(), delta_e.end());
  if (!delta_e.empty())  // nearest rank
    m.delta_e_90 =
        delta_e[static_cast<std::size_t>(std::ceil(0.9 * static_cast<double>(delta_e.size()))) - 1];
  for (const PatchMeasure* p : neutral) {
    const double dl = p->measured.l - p->wanted.l;
    add(m.tone, std::abs(dl), neutral.size());
    m.tone_mean_signed += dl / static_cast<double>(neutral.size());
    if (m.colour)
      add(m.white_balance, std::hypot(p->measured.a - p->wanted.a, p->measured.b - p->wanted.b),
          neutral.size());
    add(m.noise, p->noise, neutral.size());
  }
}

void measure_evenness(const Image& scan, const LabReader& colours, const TargetReference& target,
                      const Homography& h, TargetMeasures& m) {
  if (target.fields.size() < 2) return;
  double least = 0, most = 0, mean = 0;
  for (const Box& field : target.fields) {
    const Region region = region_of(scan, h.quad(field));
    if (region.pixels < least_patch_px * least_patch_px) {
      m.notes.emplace_back(
          tr("the evenness of light was not measured: a field lies outside the scan"));
      return;
    }
    const double y = luminance_of(colours.lab(cv::mean(view(scan)(region.place), region.mask)).l);
    least = mean == 0 ? y : std::min(least, y);
    most = std::max(most, y);
    mean += y / static_cast<double>(target.fields.size());
  }
  if (mean > 0) m.unevenness = (most - least) / mean;
}

cv::Mat luminance(const Image& scan, const LabReader& colours, const cv::Rect& place) {
  const cv::Mat lab = colours.lab(view(scan)(place));
  cv::Mat light(lab.size(), CV_32F);
  for (int y = 0; y < lab.rows; ++y)
    for (int x = 0; x < lab.cols; ++x)
      light.at<float>(y, x) = static_cast<float>(luminance_of(lab.at<cv::Vec3f>(y, x)[0]));
  return light;
}

void measure_edge(const Image& scan, const LabReader& colours, const Box& box, TargetMeasures& m) {
  const Region region = region_of(scan, quad_of(box));
  if (region.pixels == 0) {
    m.notes.emplace_back(tr("an edge was not measured: its place lies outside the scan"));
    return;
  }
  const Result<EdgeResponse> response = edge_response(luminance(scan, colours, region.place));
  if (response)
    m.edges.push_back({box, *response});
  else
    m.notes.push_back(say(tr("an edge was not measured: {}"), response.error().message));
}

// The box within the quad of a target's edge, with a margin against its surroundings.
Box edge_box(const Box& edge, const Homography& h) {
  const double dx = edge_margin * edge.width(), dy = edge_margin * edge.height();
  const Quad q = h.quad(Box{edge.x0 + dx, edge.y0 + dy, edge.x1 - dx, edge.y1 - dy});
  std::array<double, 4> x{}, y{};
  for (std::size_t i = 0; i < 4; ++i) {
    x[i] = q[i].x;
    y[i] = q[i].y;
  }
  std::sort(x.begin(), x.end());
  std::sort(y.begin(), y.end());
  return {x[1], y[1], x[2], y[2]};
}

void measure_sharpness(const Image& scan, const LabReader& colours, const TargetReference& target,
                       const TargetParams& params, const Homography& h, TargetMeasures& m) {
  if (!params.edges.empty())
    for (const Box& box : params.edges) measure_edge(scan, colours, box, m);
  else
    for (const Box& edge : target.edges) measure_edge(scan, colours, edge_box(edge, h), m);
  for (const EdgeMeasure& e : m.edges) {
    m.mtf50 = std::min(m.mtf50.value_or(1), e.response.mtf50);
    m.mtf10 = std::min(m.mtf10.value_or(1), e.response.mtf10);
    m.sampling_efficiency =
        std::min(m.sampling_efficiency.value_or(1), e.response.sampling_efficiency);
    m.greatest_modulation =
        std::max(m.greatest_modulation.value_or(0), e.response.greatest_modulation);
  }
}

double distance(Point a, Point b) {
  return std::hypot(a.x - b.x, a.y - b.y);
}

void measure_sampling(const TargetReference& target, const Homography& h, TargetMeasures& m) {
  Dpi dpi;
  if (target.ruler) {
    const double length = distance(h(target.ruler->from), h(target.ruler->to));
    dpi.x = dpi.y = length / target.ruler->length_mm * 25.4;
  } else if (target.pitch_x_mm > 0) {
    // From the first centre to the last: where squares were seen.
    const Point first = h({0.5, 0.5}), right = h({target.columns - 0.5, 0.5}),
                down = h({0.5, target.rows - 0.5}),
                last = h({target.columns - 0.5, target.rows - 0.5});
    const double wide = (distance(first, right) + distance(down, last)) / 2,
                 high = (distance(first, down) + distance(right, last)) / 2;
    dpi = {wide / ((target.columns - 1) * target.pitch_x_mm) * 25.4,
           high / ((target.rows - 1) * target.pitch_y_mm) * 25.4};
    if (m.turned_deg % 180 != 0) std::swap(dpi.x, dpi.y);
  } else {
    return;
  }
  m.sampling = dpi;
  if (m.sampling_efficiency)
    m.resolution = Dpi{dpi.x * *m.sampling_efficiency, dpi.y * *m.sampling_efficiency};
}

void describe_place(const TargetReference& target, const Homography& h, TargetMeasures& m) {
  m.grid = h.quad(Box{0, 0, static_cast<double>(target.columns), static_cast<double>(target.rows)});
  const Point a = h({0.5, 0.5}), b = h({target.columns - 0.5, 0.5});
  const double angle = std::atan2(b.y - a.y, b.x - a.x) * 180 / std::numbers::pi;
  const double quarters = std::round(angle / 90);
  m.turned_deg = (static_cast<int>(quarters) + 4) % 4 * 90;
  m.skew_deg = angle - 90 * quarters;
}

Result<FoundTarget> place_of(const Image& scan, const LabReader& colours,
                             const TargetReference& target, const TargetParams& params) {
  if (!params.corner_patches) return find_target(scan, colours, target);
  const double right = target.columns - 0.5, down = target.rows - 0.5;
  const Quad& q = *params.corner_patches;
  FoundTarget found;
  found.scan_from_target = fitted_homography({{0.5, 0.5}, {right, 0.5}, {right, down}, {0.5, down}},
                                             {q[0], q[1], q[2], q[3]});
  found.agreement = agreement_at(scan, colours, target, found.scan_from_target);
  if (found.agreement < least_agreement)
    return fail(ErrorKind::bad_input,
                "between the corners given the colours are not those of \"{}\" (agreement {:.2f})",
                target.name, found.agreement);
  return found;
}

Result<TargetMeasures> measured(const Image& scan, const TargetReference& target,
                                const TargetParams& params) {
  if (scan.empty()) return fail(ErrorKind::bad_input, "the scan is empty");
  const LabReader colours(scan);
  const Result<FoundTarget> found = place_of(scan, colours, target, params);
  if (!found) return pass(found);
  const Homography& h = found->scan_from_target;
  TargetMeasures m;
  m.agreement = found->agreement;
  m.colour = scan.channels() == 3;
  m.own_profile = colours.by_embedded_profile();
  if (!m.own_profile) m.notes.push_back(colours.note());
  if (!m.colour) m.notes.emplace_back(tr("the scan is grey: only its neutral patches are judged"));
  describe_place(target, h, m);
  for (const TargetPatch& patch : target.patches) {
    std::optional<PatchMeasure> p = measure_patch(scan, colours, target, patch, h);
    if (!p)
      return fail(ErrorKind::bad_input, "patch {} is too small to measure or cut off by the scan",
                  patch.name);
    m.patches.push_back(*std::move(p));
  }
  sum_up(m);
  measure_evenness(scan, colours, target, h, m);
  measure_sharpness(scan, colours, target, params, h, m);
  measure_sampling(target, h, m);
  return m;
}

}  // namespace

Result<TargetMeasures> measure_target(const Image& scan, const TargetReference& target,
                                      const TargetParams& params) {
  return guarded<TargetMeasures>("target", [&] { return measured(scan, target, params); });
}

}  // namespace linka
