// SPDX-License-Identifier: GPL-3.0-or-later
// The steps of ISO 12233:2017, annex D (P. D. Burns, "Slanted-Edge MTF for Digital Camera and
// Scanner Analysis", PICS 2000): each row's edge by the centroid of its derivative, a straight line
// through them, all pixels put by their distance from the line into bins of a quarter pixel, which
// is the edge spread function four times oversampled; its derivative, windowed; the modulus of the
// Fourier transform, 1 at frequency 0. Two losses of the method itself are divided out: that of
// the difference of neighbouring bins but one, and that of the bin's width.
//
// The distance is taken at right angles to the edge, so frequencies are along that direction.
#include "stages/target/slanted_edge.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace linka {
namespace {

constexpr double pi = std::numbers::pi;
constexpr int oversampling = 4;
constexpr int least_side_px = 16;
constexpr double least_contrast = 0.1;  // (light - dark) / (light + dark)
constexpr double least_angle_deg = 1.0, most_angle_deg = 30.0;
constexpr double least_phases = 0.9;  // pixels the edge must wander, or some bins stay empty
constexpr int steps = 100;            // of the response, up to one cycle a pixel

struct Straight {
  double at = 0, slope = 0;  // x = at + slope * y
  double operator()(double y) const { return at + slope * y; }
};

double hamming(double distance, double half_width) {
  return std::abs(distance) >= half_width ? 0 : 0.54 + 0.46 * std::cos(pi * distance / half_width);
}

// Centre of the derivative of one row about `expected`, seen through a window.
double row_edge(const float* row, int width, double expected, double half_width) {
  double sum = 0, moment = 0;
  for (int x = 1; x < width; ++x) {
    const double w = hamming(x - expected, half_width);
    const double slope = (row[x] - row[x - 1]) * w;
    sum += slope;
    moment += slope * x;  // between pixels x - 1 and x, whose centres are at x -/+ 0.5
  }
  return sum == 0 ? expected : std::clamp(moment / sum, 0.0, static_cast<double>(width));
}

Straight fitted(const std::vector<double>& edges) {
  const double n = static_cast<double>(edges.size()), middle = (n - 1) / 2;
  double mean = 0, top = 0, bottom = 0;
  for (const double e : edges) mean += e / n;
  for (std::size_t y = 0; y < edges.size(); ++y) {
    const double dy = static_cast<double>(y) - middle;
    top += dy * (edges[y] - mean);
    bottom += dy * dy;
  }
  const double slope = bottom > 0 ? top / bottom : 0;
  return {mean - slope * middle, slope};
}

// A coarse start (the widest step of the mean row of each third), then centroids twice.
Straight find_edge(const cv::Mat& light) {
  std::vector<double> edges(static_cast<std::size_t>(light.rows));
  const double wide = light.cols;
  for (int y = 0; y < light.rows; ++y)
    edges[static_cast<std::size_t>(y)] = row_edge(light.ptr<float>(y), light.cols, wide / 2, wide);
  Straight line = fitted(edges);
  for (const double half_width : {wide / 2, wide / 3, wide / 4}) {
    for (int y = 0; y < light.rows; ++y)
      edges[static_cast<std::size_t>(y)] =
          row_edge(light.ptr<float>(y), light.cols, line(y), std::max(6.0, half_width));
    line = fitted(edges);
  }
  return line;
}

// Mean light by distance from the edge, a bin every quarter pixel; empty bins from their
// neighbours.
std::vector<double> edge_spread(const cv::Mat& light, const Straight& line, double reach) {
  const double across = 1 / std::hypot(1.0, line.slope);
  const int half = static_cast<int>(std::floor(reach * oversampling));
  std::vector<double> sum(static_cast<std::size_t>(2 * half + 1)), count(sum.size());
  for (int y = 0; y < light.rows; ++y) {
    const float* row = light.ptr<float>(y);
    for (int x = 0; x < light.cols; ++x) {
      const double d = (x + 0.5 - line(y)) * across;
      const auto bin = static_cast<int>(std::floor(d * oversampling + 0.5)) + half;
      if (bin < 0 || bin > 2 * half) continue;
      sum[static_cast<std::size_t>(bin)] += row[x];
      count[static_cast<std::size_t>(bin)] += 1;
    }
  }
  for (std::size_t i = 0; i < sum.size(); ++i) {
    if (count[i] > 0)
      sum[i] /= count[i];
    else if (i > 0)
      sum[i] = sum[i - 1];
  }
  return sum;
}

double sinc(double x) {
  return x == 0 ? 1 : std::sin(pi * x) / (pi * x);
}

std::vector<double> response_of(const std::vector<double>& spread) {
  const std::size_t n = spread.size();
  const double middle = static_cast<double>(n - 1) / 2;
  std::vector<double> line(n, 0);
  for (std::size_t i = 1; i + 1 < n; ++i)
    line[i] =
        (spread[i + 1] - spread[i - 1]) / 2 * hamming(static_cast<double>(i) - middle, middle + 1);
  std::vector<double> response;
  double zero = 0;
  for (int k = 0; k <= steps; ++k) {
    const double f = static_cast<double>(k) / steps / oversampling;  // cycles a bin
    double re = 0, im = 0;
    for (std::size_t i = 0; i < n; ++i) {
      const double phase = 2 * pi * f * (static_cast<double>(i) - middle);
      re += line[i] * std::cos(phase);
      im -= line[i] * std::sin(phase);
    }
    const double own = sinc(2 * f) * sinc(f);  // the difference, and the bin's width
    const double modulus = std::hypot(re, im) / own;
    if (k == 0) zero = modulus;
    response.push_back(zero > 0 ? modulus / zero : 0);
  }
  return response;
}

double first_below(const std::vector<double>& response, double level) {
  for (std::size_t k = 1; k < response.size(); ++k)
    if (response[k] < level) {
      const double part = (response[k - 1] - level) / (response[k - 1] - response[k]);
      return (static_cast<double>(k - 1) + part) / steps;
    }
  return 1;
}

// How much the light changes along each direction.
bool is_upright(const cv::Mat& light) {
  double along_x = 0, along_y = 0;
  const auto mean = [&](const cv::Rect& r) { return cv::mean(light(r))[0]; };
  const int w = light.cols / 2, h = light.rows / 2;
  const double a = mean({0, 0, w, h}), b = mean({light.cols - w, 0, w, h}),
               c = mean({0, light.rows - h, w, h}),
               d = mean({light.cols - w, light.rows - h, w, h});
  along_x = std::abs(b + d - a - c);
  along_y = std::abs(c + d - a - b);
  return along_x >= along_y;
}

double contrast(const cv::Mat& light) {
  const int strip = std::max(2, light.cols / 8);
  const double left = cv::mean(light.colRange(0, strip))[0],
               right = cv::mean(light.colRange(light.cols - strip, light.cols))[0];
  return left + right <= 0 ? 0 : std::abs(left - right) / (left + right);
}

}  // namespace

Result<EdgeResponse> edge_response(const cv::Mat& luminance) {
  if (luminance.cols < least_side_px || luminance.rows < least_side_px)
    return fail(ErrorKind::bad_input, "the edge's place is {} x {} px; {} are needed",
                luminance.cols, luminance.rows, least_side_px);
  EdgeResponse edge;
  edge.upright = is_upright(luminance);
  const cv::Mat light = edge.upright ? luminance : cv::Mat(luminance.t());
  if (const double c = contrast(light); c < least_contrast)
    return fail(ErrorKind::bad_input, "no edge: the sides differ by {:.2f} of their sum only", c);
  const Straight line = find_edge(light);
  edge.angle_deg = std::abs(std::atan(line.slope)) * 180 / pi;
  if (edge.angle_deg < least_angle_deg || edge.angle_deg > most_angle_deg ||
      std::abs(line.slope) * light.rows < least_phases)
    return fail(ErrorKind::bad_input,
                "the edge is slanted by {:.1f} degrees; {:.0f} to {:.0f} are wanted",
                edge.angle_deg, least_angle_deg, most_angle_deg);
  // Only as far as every row reaches on both sides.
  const double first = std::min(line(0), line(light.rows - 1)),
               last = std::max(line(0), line(light.rows - 1));
  const double reach = std::min(first, light.cols - last) - 1;
  if (reach < 6) return fail(ErrorKind::bad_input, "the edge leaves its place at a side");
  edge.response = response_of(edge_spread(light, line, reach));
  edge.mtf50 = first_below(edge.response, 0.5);
  edge.mtf10 = first_below(edge.response, 0.1);
  edge.sampling_efficiency = std::min(1.0, edge.mtf10 / 0.5);
  edge.greatest_modulation =
      *std::max_element(edge.response.begin(), edge.response.begin() + steps / 2 + 1);
  return edge;
}

}  // namespace linka
