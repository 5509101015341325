// SPDX-License-Identifier: GPL-3.0-or-later
// How often the checks of a page are wrong. Pages are drawn, scanned and cropped by their truth;
// each is then spoilt in one way after the other, with a strength that is drawn (from a fixed
// seed), and measured. A miss is a spoilt page that its check does not name; a false alarm is a
// good page (the same ones, laid, lit and cropped a little differently) that it does.
//
//   linka-bench-checks [--cases N] [--json FILE] [--write DIR] [--only KIND]
//   linka-bench-checks --images FILE...      measures and findings of PNG, TIFF or JPEG pages
#include "base/files.h"
#include "image/convert.h"
#include "image/image_io.h"
#include "samples/leaf.h"
#include "samples/scanner.h"
#include "stages/check/check.h"
#include "stages/decode/decode.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <opencv2/imgproc.hpp>

#include <algorithm>
#include <ctime>
#include <fstream>
#include <functional>
#include <iostream>
#include <numbers>

namespace linka {
namespace {
namespace fs = std::filesystem;
using Json = nlohmann::json;

// As stages/book compares a page with its book.
constexpr double blurred_against_book = 0.67;  // of the book's median
constexpr int same_page = 60;                  // bits

constexpr PaperSize paper{130, 200};

double cpu_ms() {
  timespec t{};
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return static_cast<double>(t.tv_sec) * 1e3 + static_cast<double>(t.tv_nsec) * 1e-6;
}

// ---- good pages

struct Base {
  int book = 0;
  LeafKind kind = LeafKind::text;
  bool right_hand = true;
  ScanColours pixels = ScanColours::rgb;
  double dpi = 300;
  Scanned scan;
};

// The page cut from its scan, turned `off_deg` too far and shifted.
Image page_of(const Base& base, double off_deg = 0, Point shift_mm = {}) {
  const Image& scan = base.scan.image;
  const Quad& leaf = base.scan.pages.front().quad;
  const double angle = -base.scan.skew_deg + off_deg;
  const Affine straight = turned_from_scan(scan.size(), scan.dpi(), angle);
  Quad turned = leaf;
  for (Point& p : turned) p = straight(p);
  const double x0 = std::max(turned[0].x, turned[3].x), x1 = std::min(turned[1].x, turned[2].x);
  const double y0 = std::max(turned[0].y, turned[1].y), y1 = std::min(turned[2].y, turned[3].y);
  const double px = base.dpi / 25.4;
  const Box box{std::round(x0 + shift_mm.x * px), std::round(y0 + shift_mm.y * px), x1, y1};
  return resampled(scan, page_from_scan(scan.size(), scan.dpi(), angle, box),
                   {static_cast<int>(box.width()), static_cast<int>(box.height())}, scan.dpi(),
                   255);
}

struct BookPlan {
  ProseLanguage language;
  ScanColours pixels;
  double dpi;
};
constexpr BookPlan books[] = {
    {ProseLanguage::czech, ScanColours::rgb, 300},
    {ProseLanguage::czech, ScanColours::grey, 400},
    {ProseLanguage::german, ScanColours::rgb, 300},
    {ProseLanguage::german, ScanColours::grey, 300},
    {ProseLanguage::latin, ScanColours::rgb, 300},
    {ProseLanguage::latin, ScanColours::grey, 300},
    {ProseLanguage::czech, ScanColours::bitonal, 300},
    {ProseLanguage::german, ScanColours::bitonal, 400},
};

Base scanned(const Leaf& leaf, int book, const LeafPlan& plan, Random& random) {
  const BookPlan& how = books[book];
  ScannerSetup setup;
  setup.dpi = how.dpi;
  setup.pixels = how.pixels;
  setup.skew_deg = random.between(-1.5, 1.5);
  setup.bed = random.chance(0.5) ? Bed::dark : Bed::grey;
  setup.facing_mm = random.chance(0.6) ? 8 : 0;
  setup.spine_shadow = random.between(0.2, 0.5);
  setup.age = random.between(0.1, 0.9);
  setup.stains = random.between(0, 0.8);
  setup.noise = random.between(1.2, 2.6);
  const bool right = plan.number % 2 == 1;
  Opening opening;
  (right ? opening.right : opening.left) = &leaf;
  Base base{book, plan.kind, right, how.pixels, how.dpi, {}};
  base.scan = scan(opening, right ? Aim::right : Aim::left, paper, setup,
                   static_cast<std::uint64_t>(book + 1), static_cast<std::uint64_t>(plan.number));
  return base;
}

std::vector<Base> good_pages() {
  std::vector<Base> bases;
  for (int book = 0; book < static_cast<int>(std::size(books)); ++book) {
    Press press(books[book].language, static_cast<std::uint64_t>(book) + 11, paper);
    Random random(static_cast<std::uint64_t>(book) + 1, 77);
    const LeafPlan plans[] = {{LeafKind::chapter, 5, 0},    {LeafKind::text, 6},
                              {LeafKind::text, 7, 0, true}, {LeafKind::chapter, 8, 1},
                              {LeafKind::verse, 9},         {LeafKind::plate, 10, 1},
                              {LeafKind::contents, 12},     {LeafKind::title, 1}};
    for (const LeafPlan& plan : plans)
      bases.push_back(scanned(press.print(plan, books[book].dpi), book, plan, random));
  }
  return bases;
}

// Leaves with a line or two only.
std::vector<Base> nearly_blank_pages() {
  std::vector<Base> bases;
  for (int book = 0; book < static_cast<int>(std::size(books)); ++book) {
    Press press(books[book].language, static_cast<std::uint64_t>(book) + 51, paper);
    Random random(static_cast<std::uint64_t>(book) + 1, 78);
    for (int i = 0; i < 3; ++i) {
      const LeafPlan plan{LeafKind::text, 20 + i};
      Leaf leaf = press.print(plan, books[book].dpi);
      const double mm = leaf.dpi / 25.4;
      const int first = static_cast<int>((28 + 40 * random.unit()) * mm);
      const int last = first + static_cast<int>((6 + 4 * i) * mm);
      leaf.ink.rowRange(0, first).setTo(0);
      leaf.ink.rowRange(last, leaf.ink.rows).setTo(0);
      bases.push_back(scanned(leaf, book, plan, random));
    }
  }
  return bases;
}

// ---- ways to spoil a page

cv::Mat pixels_of(const Image& image) {
  return view(image).clone();
}
Image with_pixels(const Image& image, const cv::Mat& pixels) {
  return image_of(pixels, image.dpi(), image.icc());
}

void add_noise(cv::Mat& pixels, double deviation, Random& random) {
  cv::Mat noise(pixels.size(), CV_MAKETYPE(CV_16S, pixels.channels()));
  // A table of numbers is enough, begun elsewhere in every row.
  std::vector<short> table(8191);
  for (short& t : table) t = static_cast<short>(std::lround(deviation * random.normal()));
  const std::size_t samples = static_cast<std::size_t>(noise.cols * noise.channels());
  for (int y = 0; y < noise.rows; ++y) {
    auto* row = noise.ptr<short>(y);
    const std::size_t at = random.next() % table.size();
    for (std::size_t i = 0; i < samples; ++i) row[i] = table[(at + i) % table.size()];
  }
  cv::add(pixels, noise, pixels, cv::noArray(), pixels.type());
}

Image curve(const Image& page, const std::function<double(double)>& of) {
  cv::Mat table(1, 256, CV_8UC1), out;
  for (int i = 0; i < 256; ++i) table.at<std::uint8_t>(i) = cv::saturate_cast<std::uint8_t>(of(i));
  cv::LUT(view(page), table, out);
  return with_pixels(page, out);
}

Image defocused(const Image& page, double sigma_mm, Random& random) {
  cv::Mat out;
  cv::GaussianBlur(view(page), out, {}, px_from_mm(sigma_mm, page.dpi().x));
  add_noise(out, 1.5, random);
  return with_pixels(page, out);
}

Image moved(const Image& page, double length_mm, double angle_deg, Random& random) {
  const double length = px_from_mm(length_mm, page.dpi().x);
  const int n = 2 * static_cast<int>(length / 2 + 1) + 1;
  cv::Mat kernel(n, n, CV_32FC1, cv::Scalar(0));
  const double t = angle_deg * std::numbers::pi / 180;
  for (double s = -length / 2; s <= length / 2; s += 0.1)
    kernel.at<float>(static_cast<int>(std::lround(n / 2 + s * std::sin(t))),
                     static_cast<int>(std::lround(n / 2 + s * std::cos(t)))) += 1;
  kernel /= cv::sum(kernel)[0];
  cv::Mat out;
  cv::filter2D(view(page), out, -1, kernel);
  add_noise(out, 1.5, random);
  return with_pixels(page, out);
}

Image lit_unevenly(const Image& page, double fall, Random& random) {
  const double t = random.between(0, 2 * std::numbers::pi);
  const bool lamp = random.chance(0.4);  // brightest at one place, else falling one way
  const double cx = random.between(0.1, 0.9), cy = random.between(0.1, 0.9);
  cv::Mat small(64, 48, CV_32FC1);
  for (int y = 0; y < small.rows; ++y)
    for (int x = 0; x < small.cols; ++x) {
      const double u = (x + 0.5) / small.cols, v = (y + 0.5) / small.rows;
      small.at<float>(y, x) = static_cast<float>(lamp ? (u - cx) * (u - cx) + (v - cy) * (v - cy)
                                                      : u * std::cos(t) + v * std::sin(t));
    }
  double low = 0, high = 0;
  cv::minMaxLoc(small, &low, &high);
  small = 1 - fall * (small - low) / (high - low);
  cv::Mat light, out;
  cv::resize(small, light, {page.width(), page.height()}, 0, 0, cv::INTER_LINEAR);
  std::vector<cv::Mat> channels;
  cv::split(view(page), channels);
  for (cv::Mat& c : channels) cv::multiply(c, light, c, 1, CV_8U);
  cv::merge(channels, out);
  return with_pixels(page, out);
}

Image turned_page(const Image& page, int turn_deg) {
  cv::Mat out;
  cv::rotate(view(page), out,
             turn_deg == 90    ? cv::ROTATE_90_CLOCKWISE
             : turn_deg == 180 ? cv::ROTATE_180
                               : cv::ROTATE_90_COUNTERCLOCKWISE);
  return with_pixels(page, out);
}

// A strip of the transfer is lost: filled, or rows again and again, or earlier rows once more.
Image with_band(const Image& page, double height_mm, int kind, double turn_deg, Random& random) {
  cv::Mat out = pixels_of(page);
  const int height = static_cast<int>(px_from_mm(height_mm, page.dpi().x));
  const int y = static_cast<int>(random.between(0.08, 0.85) * (out.rows - height));
  cv::Mat band = out.rowRange(y, y + height);
  if (kind <= 2) band.setTo(cv::Scalar::all(kind == 0 ? 0 : kind == 1 ? 128 : 255));
  if (kind == 3)
    for (int i = 0; i < height; ++i) out.row(y - 1).copyTo(band.row(i));
  if (kind == 4)
    for (int i = 0; i < height; ++i) out.row(y - height + i).copyTo(band.row(i));
  const Image banded = with_pixels(page, out);
  if (kind == 4 || turn_deg == 0) return banded;
  return resampled(banded, turn(turn_deg, {page.width() / 2.0, page.height() / 2.0}), page.size(),
                   page.dpi(), 255);
}

struct Covered {
  Image page;
  double ink_mm2 = 0;  // print that lies under it
};
// A finger from a side or the foot, or a bookmark from the head, `over_mm` into the print space.
Covered covered_page(const Image& page, bool finger, double over_mm, Random& random) {
  cv::Mat out = pixels_of(page);
  const double mm = page.dpi().x / 25.4;
  cv::Mat shape(out.size(), CV_8UC1, cv::Scalar(0));
  const auto point = [&](double x, double y) {
    return cv::Point(static_cast<int>(x * mm), static_cast<int>(y * mm));
  };
  const double w = out.cols / mm, h = out.rows / mm;
  cv::Scalar colour;
  if (finger) {
    const double thick = random.between(13, 19), tone = random.between(0.75, 1.05);
    colour = cv::Scalar(198, 146, 118) * tone;
    const int from = random.below(3);  // left, right, foot
    const double depth = (from == 2 ? 21 : 17) + over_mm - thick / 2;
    const double along = from == 2 ? random.between(30, w - 30) : random.between(40, h - 50);
    const double lean = random.between(-12, 12);
    const cv::Point tip = from == 0   ? point(depth, along)
                          : from == 1 ? point(w - depth, along)
                                      : point(along, h - depth);
    const cv::Point root = from == 0   ? point(-10, along + lean)
                           : from == 1 ? point(w + 10, along + lean)
                                       : point(along + lean, h + 10);
    cv::line(shape, root, tip, cv::Scalar(255), static_cast<int>(thick * mm), cv::LINE_AA);
  } else {
    const double wide = random.between(8, 32), length = 16 + over_mm + random.between(0, 50);
    const double x = random.between(25, w - 25 - wide), lean = random.between(-6, 6);
    const std::vector<cv::Point> strip{point(x, -5), point(x + wide, -5),
                                       point(x + wide + lean, length), point(x + lean, length)};
    cv::fillConvexPoly(shape, strip, cv::Scalar(255), cv::LINE_AA);
    const cv::Scalar colours[] = {
        {170, 40, 50}, {60, 110, 70}, {70, 90, 150}, {120, 110, 100}, {40, 40, 45}};
    colour = colours[random.below(5)];
  }
  if (out.channels() == 1) {
    const double grey = 0.299 * colour[0] + 0.587 * colour[1] + 0.114 * colour[2];
    colour = cv::Scalar::all(grey);
  }
  const Image grey = grey_of(page);
  const cv::Mat print = view(grey) < 0.6 * cv::mean(view(grey))[0];
  const double ink_mm2 = cv::countNonZero(print & shape) / (mm * mm);
  cv::GaussianBlur(shape, shape, {}, 0.1 * mm);
  cv::Mat thing(out.size(), out.type(), colour);
  add_noise(thing, 3, random);
  for (int y = 0; y < out.rows; ++y)
    for (int x = 0; x < out.cols; ++x) {
      const int a = shape.at<std::uint8_t>(y, x);
      if (a == 0) continue;
      for (int c = 0; c < out.channels(); ++c) {
        auto& p = out.ptr<std::uint8_t>(y)[x * out.channels() + c];
        const int q = thing.ptr<std::uint8_t>(y)[x * out.channels() + c];
        p = static_cast<std::uint8_t>((p * (255 - a) + q * a) / 255);
      }
    }
  return {with_pixels(page, out), ink_mm2};
}

// ---- cases

struct Tally {
  int cases = 0, missed = 0, clear = 0, clear_missed = 0, good = 0, alarms = 0;
  std::vector<std::pair<double, bool>> by_strength;
};

struct Spoilt {
  Image page;
  double strength = 0;
  bool is_clear = true;
};
struct Kind {
  std::string name;
  std::string check;     // of judge(); "" for those judged here
  std::string strength;  // in words, and what counts as clearly visible
  std::function<bool(const Base&)> applies;
  std::function<Spoilt(const Base&, Random&)> spoil;
};

bool in_shades(const Base& b) {
  return b.pixels != ScanColours::bitonal;
}
bool has_lines(const Base& b) {
  return b.kind != LeafKind::plate && b.kind != LeafKind::title && b.kind != LeafKind::contents;
}

std::vector<Kind> kinds() {
  const auto any = [](const Base&) { return true; };
  return {
      {"blur, out of focus", "blur", "sigma 0.10-0.30 mm; clear from 0.14", in_shades,
       [](const Base& b, Random& r) {
         const double s = r.between(0.10, 0.30);
         return Spoilt{defocused(page_of(b), s, r), s, s >= 0.14};
       }},
      {"blur, moved", "blur", "0.3-1.0 mm any way; clear from 0.45", in_shades,
       [](const Base& b, Random& r) {
         const double s = r.between(0.3, 1.0);
         return Spoilt{moved(page_of(b), s, r.between(0, 180), r), s, s >= 0.45};
       }},
      {"too dark", "dark", "light 0.2-0.5 of what it was; clear to 0.42", in_shades,
       [](const Base& b, Random& r) {
         const double s = r.between(0.2, 0.5);
         return Spoilt{curve(page_of(b), [&](double v) { return s * v; }), s, s <= 0.42};
       }},
      {"too bright", "bright", "ink at 130-210; clear from 165; no contents or plates",
       [](const Base& b) {
         return in_shades(b) && b.kind != LeafKind::contents && b.kind != LeafKind::plate;
       },
       [](const Base& b, Random& r) {
         const double s = r.between(130, 210);
         return Spoilt{curve(page_of(b), [&](double v) { return s + v * (255 - s) / 200; }), s,
                       s >= 165};
       }},
      {"paper clipped", "clipped", "light 1.2-1.7 of what it was; clear from 1.4", in_shades,
       [](const Base& b, Random& r) {
         const double s = r.between(1.2, 1.7);
         return Spoilt{curve(page_of(b), [&](double v) { return s * v; }), s, s >= 1.4};
       }},
      {"ink clipped", "clipped", "black at 60-130; clear from 100", in_shades,
       [](const Base& b, Random& r) {
         const double s = r.between(60, 130);
         return Spoilt{curve(page_of(b), [&](double v) { return (v - s) * 255 / (255 - s); }), s,
                       s >= 100};
       }},
      {"uneven light", "uneven", "falls by 0.3-0.7; clear from 0.45; no plates",
       [](const Base& b) { return in_shades(b) && b.kind != LeafKind::plate; },
       [](const Base& b, Random& r) {
         const double s = r.between(0.3, 0.7);
         return Spoilt{lit_unevenly(page_of(b), s, r), s, s >= 0.45};
       }},
      {"flat band", "flat-band",
       "2-20 mm black, grey, white or one row; page turned by up to 2 deg", in_shades,
       [](const Base& b, Random& r) {
         const double s = r.between(2, 20), t = r.chance(0.5) ? 0 : r.between(-2, 2);
         return Spoilt{with_band(page_of(b), s, r.below(4), t, r), s, true};
       }},
      {"black band, bitonal", "flat-band", "2-20 mm black",
       [](const Base& b) { return b.pixels == ScanColours::bitonal; },
       [](const Base& b, Random& r) {
         const double s = r.between(2, 20);
         return Spoilt{with_band(page_of(b), s, 0, 0, r), s, true};
       }},
      {"repeated band", "flat-band", "2-20 mm of rows twice", in_shades,
       [](const Base& b, Random& r) {
         const double s = r.between(2, 14);
         return Spoilt{with_band(page_of(b), s, 4, 0, r), s, true};
       }},
      {"finger", "covered", "2-15 mm into the print space; clear: 3 mm2 of print under it",
       [](const Base& b) { return in_shades(b) && has_lines(b) && b.kind != LeafKind::verse; },
       [](const Base& b, Random& r) {
         const double s = r.between(2, 15);
         const Covered c = covered_page(page_of(b), true, s, r);
         return Spoilt{c.page, s, c.ink_mm2 >= 3};
       }},
      {"bookmark", "covered", "2-65 mm into the print space; clear: 3 mm2 of print under it",
       [](const Base& b) {
         return in_shades(b) && (b.kind == LeafKind::text || b.kind == LeafKind::verse);
       },
       [](const Base& b, Random& r) {
         const double s = r.between(2, 15);
         const Covered c = covered_page(page_of(b), false, s, r);
         return Spoilt{c.page, s, c.ink_mm2 >= 3};
       }},
      {"upside down", "upside-down", "pages of text; title pages, plates, contents apart",
       has_lines,
       [](const Base& b, Random& r) {
         return Spoilt{turned_page(page_of(b, r.between(-0.1, 0.1)), 180), 180, true};
       }},
      {"upside down, little text", "upside-down", "title pages, plates, contents",
       [](const Base& b) { return !has_lines(b); },
       [](const Base& b, Random& r) {
         return Spoilt{turned_page(page_of(b, r.between(-0.1, 0.1)), 180), 180, false};
       }},
      {"sideways", "sideways", "pages of text, by 90 or 270 degrees", has_lines,
       [](const Base& b, Random& r) {
         const int t = r.chance(0.5) ? 90 : 270;
         return Spoilt{turned_page(page_of(b, r.between(-0.3, 0.3)), t), static_cast<double>(t),
                       true};
       }},
      {"skew left over", "skew", "0.3-2 degrees; clear from 0.4", has_lines,
       [](const Base& b, Random& r) {
         const double s = r.between(0.3, 2);
         return Spoilt{page_of(b, r.chance(0.5) ? s : -s), s, s >= 0.4};
       }},
      {"wrong resolution", "resolution", "given as half or double of what it is", has_lines,
       [](const Base& b, Random& r) {
         const double s = r.chance(0.5) ? 0.5 : 2;
         return Spoilt{page_of(b, r.between(-0.1, 0.1)).with_dpi({b.dpi * s, b.dpi * s}), s, true};
       }},
      {"nearly blank", "near-blank", "one to three lines", any,
       [](const Base& b, Random& r) {
         return Spoilt{page_of(b, r.between(-0.1, 0.1), {r.between(0, 1), r.between(0, 1)}), 1,
                       true};
       }},
  };
}

Image good_variation(const Base& base, Random& random) {
  const Image page =
      page_of(base, random.between(-0.1, 0.1), {random.between(0, 1.5), random.between(0, 1.5)});
  if (base.pixels == ScanColours::bitonal) return page;
  const double gain = random.between(0.94, 1.04);
  cv::Mat out = pixels_of(curve(page, [&](double v) { return gain * v; }));
  add_noise(out, random.between(0, 1.5), random);
  return with_pixels(page, out);
}

bool says(const std::vector<PageFinding>& findings, const std::string& check) {
  return std::any_of(findings.begin(), findings.end(),
                     [&](const PageFinding& f) { return f.check == check; });
}

Json numbers_of(const PageMeasures& m) {
  return {{"sharpness", m.sharpness},
          {"noise", m.noise},
          {"paper", m.paper_level},
          {"ink", m.ink_level},
          {"white", m.clipped_white},
          {"black", m.clipped_black},
          {"uneven", m.unevenness},
          {"skew", m.left_over_skew_deg},
          {"skew_sure", m.left_over_skew_confidence},
          {"x_mm", m.text_height_mm},
          {"flat", m.flat_share},
          {"repeated", m.repeated_share},
          {"ink_share", m.ink_share},
          {"upside_down", m.upside_down},
          {"sideways", m.sideways},
          {"turn", m.turn_deg},
          {"covered", m.covered_share},
          {"gutter_left", m.gutter_left},
          {"gutter_right", m.gutter_right},
          {"letters", m.letters},
          {"lines", m.text_lines},
          {"bitonal", m.bitonal},
          {"margins", m.margins_mm}};
}

double rate(int part, int all) {
  return all > 0 ? 100.0 * part / all : 0;
}

struct Measured {
  int base = 0;
  PageMeasures measures;
  std::vector<PageFinding> findings;
};

int images(const std::vector<std::string>& files) {
  for (const std::string& file : files) {
    const auto bytes = read_file(file);
    if (!bytes) continue;
    const auto page = decode(*bytes, 0, {});
    if (!page) continue;
    const double begun = cpu_ms();
    const auto m = measure(page->image, {});
    const double ms = cpu_ms() - begun;
    if (!m) continue;
    std::cout << fs::path(file).filename().string() << fmt::format(" {:.0f} ms ", ms)
              << numbers_of(*m).dump() << "\n";
    for (const PageFinding& f : judge(*m, {}))
      std::cout << "    " << name_of(f.urgency) << fmt::format(" {:.2f} ", f.score) << f.check
                << ": " << in_words(f) << "\n";
  }
  return 0;
}

}  // namespace
}  // namespace linka

int main(int argc, char** argv) {
  using namespace linka;
  CLI::App app("How often the checks of a page are wrong");
  int cases = 200;
  fs::path json, write;
  std::string only;
  std::vector<std::string> files;
  app.add_option("--cases", cases, "of each kind");
  app.add_option("--json", json);
  app.add_option("--write", write, "folder for some of the spoilt pages");
  app.add_option("--only", only, "kinds whose names begin so");
  app.add_option("--images", files);
  CLI11_PARSE(app, argc, argv);
  cv::setNumThreads(1);
  std::cout << std::unitbuf;
  if (!files.empty()) return images(files);
  if (!write.empty()) fs::create_directories(write);
  const auto save = [&](const Image& page, const std::string& name) {
    if (write.empty()) return;
    if (const auto jpeg = to_jpeg(page, 80, 900))
      std::ofstream(write / (name + ".jpg"), std::ios::binary)
          .write(reinterpret_cast<const char*>(jpeg->data()),
                 static_cast<std::streamsize>(jpeg->size()));
  };
  Json out;

  const std::vector<Base> bases = good_pages();
  std::cerr << bases.size() << " pages drawn\n";
  std::vector<Measured> good;
  std::vector<double> ms;
  for (int i = 0; i < std::max(cases, static_cast<int>(bases.size())); ++i) {
    Random random(17, static_cast<std::uint64_t>(i));
    const int base = i % static_cast<int>(bases.size());
    const Image page = good_variation(bases[static_cast<std::size_t>(base)], random);
    const double begun = cpu_ms();
    const auto m = measure(page, {});
    if (page.channels() == 3 && page.dpi().x < 350) ms.push_back(cpu_ms() - begun);
    if (!m) return 1;
    good.push_back({base, *m, judge(*m, {})});
    out["good"].push_back(numbers_of(*m));
    if (!good.back().findings.empty()) {
      std::cerr << "alarm: page " << base << " ("
                << static_cast<int>(bases[static_cast<std::size_t>(base)].kind) << ")";
      for (const PageFinding& f : good.back().findings)
        std::cerr << fmt::format(" {} {:.3f}/{:.3f}", f.check, f.value, f.limit);
      std::cerr << "\n";
      save(page, fmt::format("alarm-{}", i));
    }
  }
  std::nth_element(ms.begin(), ms.begin() + static_cast<std::ptrdiff_t>(ms.size() / 2), ms.end());
  const double ms_page = ms.empty() ? 0 : ms[ms.size() / 2];
  std::cout << fmt::format("measuring an RGB page of 300 dpi: {:.0f} ms (median)\n", ms_page);
  out["ms"] = ms_page;

  std::vector<double> book_sharpness;
  for (int book = 0; book < static_cast<int>(std::size(books)); ++book) {
    std::vector<double> values;
    for (const Measured& g : good)
      if (bases[static_cast<std::size_t>(g.base)].book == book && g.measures.sharpness > 0)
        values.push_back(g.measures.sharpness);
    std::sort(values.begin(), values.end());
    book_sharpness.push_back(values.empty() ? 0 : values[values.size() / 2]);
  }
  const auto blurred = [&](const Base& base, const PageMeasures& m) {
    return !m.bitonal && m.sharpness > 0 &&
           m.sharpness < blurred_against_book * book_sharpness[static_cast<std::size_t>(base.book)];
  };

  std::cout << fmt::format("{:26} {:11} {:>6} {:>12} {:>16} {:>8} {:>14}\n", "kind", "check",
                           "cases", "missed", "missed, clear", "good", "false alarms");
  const auto row = [&](const std::string& name, const std::string& check, const Tally& t,
                       const std::string& strength) {
    std::cout << fmt::format(
        "{:26} {:11} {:6} {:5} {:4.1f} % {:4}/{:<4} {:4.1f} % {:6} {:5} {:4.1f} %\n", name, check,
        t.cases, t.missed, rate(t.missed, t.cases), t.clear_missed, t.clear,
        rate(t.clear_missed, t.clear), t.good, t.alarms, rate(t.alarms, t.good));
    out["kinds"].push_back({{"kind", name},
                            {"check", check},
                            {"strength", strength},
                            {"cases", t.cases},
                            {"missed", t.missed},
                            {"clear", t.clear},
                            {"clear_missed", t.clear_missed},
                            {"good", t.good},
                            {"false_alarms", t.alarms},
                            {"by_strength", t.by_strength}});
  };
  const std::vector<Base> nearly_blank = nearly_blank_pages();
  for (const Kind& kind : kinds()) {
    if (!kind.name.starts_with(only)) continue;
    std::vector<const Base*> fitting;
    for (const Base& b : kind.check == "near-blank" ? nearly_blank : bases)
      if (kind.applies(b)) fitting.push_back(&b);
    Tally t, against_book;
    for (int i = 0; i < cases; ++i) {
      Random random(23, static_cast<std::uint64_t>(i) * 131 + std::hash<std::string>{}(kind.name));
      const Base& base = *fitting[static_cast<std::size_t>(i) % fitting.size()];
      const Spoilt s = kind.spoil(base, random);
      const auto m = measure(s.page, {});
      if (!m) return 1;
      bool found = says(judge(*m, {}), kind.check);
      if (kind.check == "sideways")
        found = found && m->turn_deg == 360 - static_cast<int>(s.strength);
      for (Tally* of : {&t, &against_book}) {
        const bool hit = of == &t ? found : found || blurred(base, *m);
        ++of->cases;
        of->missed += !hit;
        of->clear += s.is_clear;
        of->clear_missed += s.is_clear && !hit;
        of->by_strength.emplace_back(s.strength, hit);
      }
      Json n = numbers_of(*m);
      n["strength"] = s.strength;
      n["kind"] = kind.name;
      n["page"] = static_cast<int>(base.kind);
      n["book"] = base.book;
      n["found"] = found;
      n["ratio"] =
          m->sharpness / std::max(1e-9, book_sharpness[static_cast<std::size_t>(base.book)]);
      out["spoilt"].push_back(n);
      if (i < 3 || (!found && s.is_clear))
        save(s.page, fmt::format("{}-{}{}", kind.name, i, found ? "" : "-missed"));
    }
    for (const Measured& g : good) {
      const Base& base = bases[static_cast<std::size_t>(g.base)];
      if (!in_shades(base) && kind.check == "blur") continue;
      // The contents of so small a book are two lines.
      if (base.kind == LeafKind::contents && kind.check == "near-blank") continue;
      ++t.good, ++against_book.good;
      t.alarms += says(g.findings, kind.check);
      against_book.alarms += says(g.findings, kind.check) || blurred(base, g.measures);
    }
    row(kind.name, kind.check, t, kind.strength);
    if (kind.check == "blur") row("  against its book", "blur", against_book, kind.strength);
  }

  // Pairs: the same page twice, and different pages of one book.
  Tally twice;
  for (const Measured& a : good) {
    const auto i = static_cast<int>(&a - good.data());
    Random random(31, static_cast<std::uint64_t>(i));
    const Base& base = bases[static_cast<std::size_t>(a.base)];
    const auto again = measure(good_variation(base, random), {});
    if (!again) return 1;
    const int distance = hash_distance(a.measures.hash, again->hash);
    ++twice.cases, ++twice.clear;
    twice.missed += distance > same_page;
    twice.clear_missed += distance > same_page;
    out["distances_same"].push_back(distance);
    for (std::size_t j = 0; j < bases.size(); ++j) {
      if (static_cast<int>(j) == a.base || bases[j].book != base.book) continue;
      const int other = hash_distance(a.measures.hash, good[j].measures.hash);
      ++twice.good;
      twice.alarms += other <= same_page;
      out["distances_other"].push_back(other);
    }
  }
  row("scanned twice", "doubled", twice, fmt::format("at most {} bits of 256", same_page));
  Tally spine;
  for (const Measured& g : good) {
    const Base& base = bases[static_cast<std::size_t>(g.base)];
    if (!in_shades(base)) continue;
    const double lead = g.measures.gutter_left - g.measures.gutter_right;
    ++spine.cases, ++spine.clear, ++spine.good;
    const bool told = std::abs(lead) > 0.15;
    spine.missed += !told, spine.clear_missed += !told;
    spine.alarms += told && (lead > 0) != base.right_hand;
  }
  row("side of the spine", "swapped", spine, "missed: cannot be told; false alarm: the other side");
  if (!json.empty()) std::ofstream(json) << out.dump(1) << "\n";
  return 0;
}
