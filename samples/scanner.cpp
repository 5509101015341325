// SPDX-License-Identifier: GPL-3.0-or-later
// The book frame: the fold is x = 0, the left leaf has x < 0, the upper edge of the leaves is y =
// 0, units are pixels of the scan. A leaf rises from the fold in a curve. Seen from above, paper at
// the distance u from the fold belongs to the place s(u) = u + C (1 - exp(-u / L)) on the leaf, and
// is farther from the lens, so that it looks smaller by 1 - bend exp(-u / L) about the page's
// middle. The scan is the book frame turned by the skew about the middle of what the scanner sees.
// The picture is taken backwards (scan -> leaf), the truth forwards, by the same formulas.
#include "samples/scanner.h"

#include "image/convert.h"
#include "samples/random.h"

#include <opencv2/imgproc.hpp>

#include <algorithm>
#include <array>
#include <cmath>

namespace linka {
namespace {

constexpr double curl_length_mm = 9;    // L: how far from the fold the paper still rises
constexpr double shadow_length_mm = 5;  // how far the fold's shadow reaches
constexpr double gutter_mm = 0.25;      // half of the fold's black line

using Colour = std::array<double, 3>;  // R, G, B, 0...255

class Book {
 public:
  Book(PaperSize paper, const ScannerSetup& setup, Aim aim, bool open)
      : width_(px_from_mm(paper.width_mm, setup.dpi)),
        height_(px_from_mm(paper.height_mm, setup.dpi)),
        length_(px_from_mm(curl_length_mm, setup.dpi)),
        curl_(open ? px_from_mm(setup.curl_mm, setup.dpi) : 0),
        bend_(open ? setup.bend : 0) {
    // s(u) = width, by Newton; s is smooth and rises.
    reach_ = width_;
    for (int i = 0; i < 20; ++i) reach_ -= (place_at(reach_) - width_) / slope_at(reach_);
    const double border = px_from_mm(setup.border_mm, setup.dpi);
    const double facing = px_from_mm(setup.facing_mm, setup.dpi);
    const double beside = open ? facing : border;
    const double x0 = aim == Aim::right ? -beside : -reach_ - border;
    const double x1 = aim == Aim::left ? beside : reach_ + border;
    seen_ = {x0, -border, x1, height_ + border};
    const Point middle{(x0 + x1) / 2, height_ / 2};
    const Size size{static_cast<int>(std::lround(seen_.width())),
                    static_cast<int>(std::lround(seen_.height()))};
    scan_from_book_ =
        composed(turn(setup.skew_deg, middle),
                 translation(size.width / 2.0 - middle.x, size.height / 2.0 - middle.y));
    size_ = size;
  }

  Size size() const { return size_; }
  double width() const { return width_; }
  double height() const { return height_; }
  double reach() const { return reach_; }
  double place_at(double u) const { return u + curl_ * (1 - std::exp(-u / length_)); }
  double shrink_at(double u) const { return 1 - bend_ * std::exp(-u / length_); }
  Affine book_from_scan() const { return inverse(scan_from_book_); }

  // A point of a leaf (pixels at the scan's resolution) in the scan.
  Point scan_of(bool left, Point leaf) const {
    const double s = left ? width_ - leaf.x : leaf.x;
    double u = s;
    for (int i = 0; i < 20; ++i) u -= (place_at(u) - s) / slope_at(u);
    const double y = height_ / 2 + (leaf.y - height_ / 2) * shrink_at(u);
    return scan_from_book_({left ? -u : u, y});
  }
  Point scan_of_book(Point book) const { return scan_from_book_(book); }

 private:
  double slope_at(double u) const { return 1 + curl_ / length_ * std::exp(-u / length_); }

  double width_, height_, length_, curl_, bend_, reach_ = 0;
  Box seen_;
  Size size_;
  Affine scan_from_book_;
};

// What a leaf reflects, 0 (ink) ... 255 (paper), at the scan's resolution, and its stains.
struct Surface {
  cv::Mat tone;   // CV_8UC1
  cv::Mat stain;  // CV_8UC1, an eighth of the size; 255 = clean
};

cv::Mat clouds(cv::Size size, int cell_px, double amplitude, Random& random) {
  cv::Mat coarse(size.height / cell_px + 3, size.width / cell_px + 3, CV_32FC1);
  for (int y = 0; y < coarse.rows; ++y)
    for (int x = 0; x < coarse.cols; ++x)
      coarse.at<float>(y, x) = static_cast<float>(amplitude * random.normal());
  cv::Mat fine;
  cv::resize(coarse, fine, size, 0, 0, cv::INTER_LINEAR);
  return fine;
}

cv::Mat stains_of(cv::Size leaf, double strength, double dpi, Random& random) {
  cv::Mat out(leaf.height / 8 + 2, leaf.width / 8 + 2, CV_8UC1, cv::Scalar(255));
  const int count = static_cast<int>(strength * random.between(0, 26));
  for (int i = 0; i < count; ++i) {
    const double radius = px_from_mm(random.between(0.2, 1.6), dpi) / 8;
    const cv::Point centre(random.below(out.cols), random.below(out.rows));
    cv::circle(out, centre, static_cast<int>(std::ceil(radius)),
               cv::Scalar(255 - random.between(20, 95)), cv::FILLED);
  }
  cv::GaussianBlur(out, out, {}, 1.6);
  return out;
}

Surface surface_of(const Leaf* leaf, const Leaf* back, cv::Size size, const ScannerSetup& setup,
                   Random random) {
  Surface out;
  const double px_per_mm = px_from_mm(1, setup.dpi);
  cv::Mat paper = clouds(size, static_cast<int>(14 * px_per_mm), 2.2, random) +
                  clouds(size, static_cast<int>(2.5 * px_per_mm), 1.3, random) +
                  clouds(size, std::max(2, static_cast<int>(0.3 * px_per_mm)), 1.3, random) + 249;
  const auto at_size = [&](const cv::Mat& ink) {
    cv::Mat resized = ink;
    if (ink.size() != size) cv::resize(ink, resized, size, 0, 0, cv::INTER_AREA);
    return resized;
  };
  cv::Mat light = paper;
  if (back && !back->is_blank && setup.bleed > 0) {
    cv::Mat through;
    cv::flip(at_size(back->ink), through, 1);
    cv::GaussianBlur(through, through, {}, 0.14 * px_per_mm);
    cv::Mat factor;
    through.convertTo(factor, CV_32FC1, -setup.bleed / 255, 1.0);
    light = light.mul(factor);
  }
  if (leaf && !leaf->is_blank) {
    // Ink spreads a little and takes unevenly.
    cv::Mat ink, factor, press;
    cv::GaussianBlur(at_size(leaf->ink), ink, {}, 0.028 * px_per_mm);
    press = clouds(size, static_cast<int>(4 * px_per_mm), 0.03, random) +
            clouds(size, std::max(2, static_cast<int>(0.12 * px_per_mm)), 0.05, random) + 0.93;
    cv::min(press, 1.0, press);
    ink.convertTo(factor, CV_32FC1, -1.0 / 255);
    factor = factor.mul(press) + 1;
    light = light.mul(factor);
  }
  light.convertTo(out.tone, CV_8UC1);
  out.stain = stains_of(size, setup.stains, setup.dpi, random);
  return out;
}

double bilinear(const cv::Mat& m, double x, double y) {
  x = std::clamp(x - 0.5, 0.0, m.cols - 1.001);
  y = std::clamp(y - 0.5, 0.0, m.rows - 1.001);
  const int ix = static_cast<int>(x), iy = static_cast<int>(y);
  const double fx = x - ix, fy = y - iy;
  const std::uint8_t* a = m.ptr<std::uint8_t>(iy) + ix;
  const std::uint8_t* b = a + m.step;
  return (a[0] * (1 - fx) + a[1] * fx) * (1 - fy) + (b[0] * (1 - fx) + b[1] * fx) * fy;
}

// Functions of the distance from the fold, looked up at every half pixel.
struct Column {
  double place, shrink, light;
};

std::vector<Column> columns_of(const Book& book, const ScannerSetup& setup, bool open,
                               double farthest) {
  std::vector<Column> out(static_cast<std::size_t>(2 * farthest) + 4);
  const double reach = px_from_mm(shadow_length_mm, setup.dpi),
               gutter = px_from_mm(gutter_mm, setup.dpi);
  for (std::size_t i = 0; i < out.size(); ++i) {
    const double u = static_cast<double>(i) / 2;
    double light = 1;
    if (open) {
      light -= setup.spine_shadow * std::exp(-u / reach);
      light *= 1 - 0.75 * std::exp(-std::pow(u / gutter, 2));
    }
    out[i] = {book.place_at(u), book.shrink_at(u), light};
  }
  return out;
}

const Colour ink_colour = {34, 30, 28};

struct Palette {
  Colour paper, cover, bed;
};

Palette palette_of(const ScannerSetup& setup, Random& random) {
  const double age = setup.age + random.between(-0.04, 0.04);
  Palette p;
  p.paper = {246 - 8 * age, 240 - 16 * age, 228 - 38 * age};
  p.cover = {62, 74, 60};
  p.bed = setup.bed == Bed::dark ? Colour{20, 20, 23} : Colour{126, 126, 124};
  return p;
}

// Around the leaf: edges of the leaves below, then the boards, then the bed.
Colour beside_leaf(double out_mm, double below_mm, const std::vector<double>& stripes,
                   const Palette& palette, const ScannerSetup& setup) {
  Colour c = palette.bed;
  if (below_mm <= 0 && out_mm < setup.stack_mm) {
    const auto stripe = std::min(stripes.size() - 1, static_cast<std::size_t>(out_mm / 0.09));
    const double light = stripes[stripe] * (1 - 0.35 * out_mm / std::max(0.1, setup.stack_mm));
    for (std::size_t k = 0; k < 3; ++k) c[k] = palette.paper[k] * light;
  } else if (std::max(out_mm - setup.stack_mm, below_mm) < setup.cover_mm) {
    c = palette.cover;
  } else if (setup.bed == Bed::grey) {
    // The book's own shadow on a light bed.
    const double away = std::max(out_mm - setup.stack_mm, below_mm) - setup.cover_mm;
    for (double& v : c) v *= 1 - 0.45 * std::exp(-std::max(0.0, away) / 1.5);
  }
  return c;
}

cv::Mat expose(const Book& book, const Opening& opening, bool open, const ScannerSetup& setup,
               Random random) {
  const cv::Size leaf_size(static_cast<int>(std::lround(book.width())),
                           static_cast<int>(std::lround(book.height())));
  const bool has_left = opening.left || open, has_right = opening.right || open;
  Surface sides[2];
  if (has_left)
    sides[0] =
        surface_of(opening.left, opening.left_back, leaf_size, setup, Random(random.next(), 1));
  if (has_right)
    sides[1] =
        surface_of(opening.right, opening.right_back, leaf_size, setup, Random(random.next(), 2));
  const Palette palette = palette_of(setup, random);
  std::vector<double> stripes(static_cast<std::size_t>(setup.stack_mm / 0.09) + 2);
  for (double& s : stripes) s = random.between(0.55, 0.95);

  const Size size = book.size();
  const Affine back = book.book_from_scan();
  const std::vector<Column> columns =
      columns_of(book, setup, open, std::hypot(size.width, size.height) * 1.5);
  const double mm = mm_from_px(1, setup.dpi), middle = book.height() / 2;
  const double lamp_x = random.between(-0.06, 0.06), lamp_y = random.between(-0.05, 0.05);
  const double mouth = open ? 0 : -1;  // a loose leaf has a bed beside its inner edge as well
  cv::Mat out(size.height, size.width, CV_8UC3);
  for (int py = 0; py < size.height; ++py) {
    std::uint8_t* pixel = out.ptr<std::uint8_t>(py);
    for (int px = 0; px < size.width; ++px, pixel += 3) {
      const Point at = back({px + 0.5, py + 0.5});
      const int side = at.x < 0 ? 0 : 1;
      const double u = std::abs(at.x);
      const bool leaf_here = side == 0 ? has_left : has_right;
      const Column& column = columns[static_cast<std::size_t>(2 * u + 0.5)];
      // Where on the leaf; the half-pixel grid of `columns` is refined by its slope, which is
      // near 1.
      const double s = column.place + (u - std::floor(2 * u + 0.5) / 2);
      const double y = middle + (at.y - middle) / column.shrink;
      Colour colour;
      if (leaf_here && s < book.width() && y >= 0 && y < book.height()) {
        const double x = side == 0 ? book.width() - s : s;
        const double tone = bilinear(sides[side].tone, x, y) / 255;
        const double stain = 1 - bilinear(sides[side].stain, x / 8, y / 8) / 255;
        const double lamp = 1 + lamp_x * (px / static_cast<double>(size.width) - 0.5) +
                            lamp_y * (py / static_cast<double>(size.height) - 0.5) - 0.02;
        for (std::size_t k = 0; k < 3; ++k) {
          const double paper =
              palette.paper[k] * (1 - stain * (0.35 + 0.4 * static_cast<double>(k)));
          const double ink = std::min(ink_colour[k], paper);
          colour[k] = (ink + (paper - ink) * tone) * column.light * lamp;
        }
      } else if (leaf_here || mouth < 0) {
        const double outside_y = std::max(-y, y - book.height()) * mm;
        const double outside_x = leaf_here ? (s - book.width()) * mm : u * mm + setup.stack_mm;
        colour = beside_leaf(std::max(0.0, outside_x), outside_y, stripes, palette, setup);
      } else {
        colour = palette.bed;
      }
      for (std::size_t k = 0; k < 3; ++k)
        pixel[k] = static_cast<std::uint8_t>(std::clamp(colour[k], 0.0, 255.0));
    }
  }
  return out;
}

// The lens is not quite sharp and the sensor not quite still.
void sense(cv::Mat& pixels, double noise, Random random) {
  cv::GaussianBlur(pixels, pixels, {3, 3}, 0.55);
  constexpr std::size_t table_size = 1 << 14;
  std::vector<int> table(table_size);
  for (int& t : table) t = static_cast<int>(std::lround(noise * random.normal()));
  std::uint64_t state = 0;
  int left = 0;
  for (int y = 0; y < pixels.rows; ++y) {
    std::uint8_t* row = pixels.ptr<std::uint8_t>(y);
    const int samples = pixels.cols * pixels.channels();
    for (int x = 0; x < samples; ++x) {
      if (left == 0) {
        state = random.next();
        left = 4;
      }
      row[x] = static_cast<std::uint8_t>(
          std::clamp(row[x] + table[static_cast<std::size_t>(state) % table_size], 0, 255));
      state >>= 16;
      --left;
    }
  }
}

cv::Mat in_mode(const cv::Mat& rgb, ScanColours pixels) {
  if (pixels == ScanColours::rgb) return rgb;
  cv::Mat grey;
  cv::cvtColor(rgb, grey, cv::COLOR_RGB2GRAY);
  if (pixels == ScanColours::bitonal) cv::threshold(grey, grey, 138, 255, cv::THRESH_BINARY);
  return grey;
}

LaidPage placed(const Leaf& leaf, Side side, bool left, const Book& book, double dpi) {
  const double scale = dpi / leaf.dpi;
  const auto quad = [&](const Box& b) {
    Quad q = quad_of({b.x0 * scale, b.y0 * scale, b.x1 * scale, b.y1 * scale});
    for (Point& p : q) p = book.scan_of(left, p);
    return q;
  };
  LaidPage page;
  page.side = side;
  page.leaf = &leaf;
  page.quad = quad_of({0, 0, book.width(), book.height()});
  for (Point& p : page.quad) p = book.scan_of(left, p);
  for (const LeafWord& word : leaf.words) {
    if (word.ink.empty()) continue;
    Box box = box_of(quad(word.ink.front()));
    for (const Box& sign : word.ink) box = hull(box, box_of(quad(sign)));
    page.words.push_back({word.text, box});
  }
  for (const Box& picture : leaf.pictures) page.pictures.push_back(quad(picture));
  return page;
}

}  // namespace

Scanned scan(const Opening& opening, Aim aim, PaperSize paper, const ScannerSetup& setup,
             std::uint64_t seed, std::uint64_t number) {
  Random random(seed, 5000 + number);
  const bool open = aim == Aim::both || setup.facing_mm > 0;
  const Book book(paper, setup, aim, open);
  cv::Mat pixels = expose(book, opening, open, setup, Random(random.next(), 3));
  sense(pixels, setup.noise, Random(random.next(), 4));

  Scanned out;
  out.image = image_of(in_mode(pixels, setup.pixels), {setup.dpi, setup.dpi});
  out.skew_deg = setup.skew_deg;
  if (aim != Aim::right && opening.left)
    out.pages.push_back(
        placed(*opening.left, aim == Aim::both ? Side::left : Side::single, true, book, setup.dpi));
  if (aim != Aim::left && opening.right)
    out.pages.push_back(placed(*opening.right, aim == Aim::both ? Side::right : Side::single, false,
                               book, setup.dpi));
  if (aim == Aim::both) {
    const Point a = book.scan_of_book({0, 0}), b = book.scan_of_book({0, book.height()});
    const double per_y = (b.x - a.x) / (b.y - a.y), bottom = book.size().height;
    out.fold = {{a.x - a.y * per_y, 0}, {a.x + (bottom - a.y) * per_y, bottom}};
  }
  return out;
}

}  // namespace linka
