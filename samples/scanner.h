// SPDX-License-Identifier: GPL-3.0-or-later
// A scanner that is drawn: printed leaves lie in an open book on its bed, and it gives the picture
// of them together with where every corner, fold and word came to lie.
#pragma once

#include "image/image.h"
#include "model/geometry.h"
#include "model/ids.h"
#include "samples/leaf.h"

#include <opencv2/core.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace linka {

enum class ScanColours { rgb, grey, bitonal };
enum class Bed { dark, grey };

struct ScannerSetup {
  double dpi = 300;
  ScanColours pixels = ScanColours::rgb;
  Bed bed = Bed::dark;
  double skew_deg = 0;         // the content is turned clockwise by this
  double border_mm = 9;        // bed seen around the leaf
  double facing_mm = 0;        // of the other page of the opening, beside a single page
  double cover_mm = 0;         // boards that stand out under the leaf
  double stack_mm = 1.2;       // edges of the leaves below
  double curl_mm = 2.0;        // how much longer the paper is than its picture, at the fold
  double bend = 0.008;         // share by which the page looks smaller at the fold
  double spine_shadow = 0.45;  // light lost in the fold
  double bleed = 0.10;         // how much of the back's ink shines through
  double age = 0.5;            // how yellow the paper is, 0...1
  double stains = 0.5;         // foxing, 0...1
  double noise = 2.0;          // deviation, of 255
};

// An opening of the book, or a loose leaf. Both leaves and their backs may be missing; the leaf
// that was asked for may not.
struct Opening {
  const Leaf* left = nullptr;
  const Leaf* right = nullptr;
  const Leaf* left_back = nullptr;  // printed on the other side of the left leaf
  const Leaf* right_back = nullptr;
};

struct PlacedWord {
  std::string text;
  Box box;  // of its ink, scan pixels
};

struct LaidPage {
  Side side = Side::single;
  const Leaf* leaf = nullptr;
  Quad quad{};  // corners of the leaf
  std::vector<PlacedWord> words;
  std::vector<Quad> pictures;
};

struct Scanned {
  Image image;  // a bitonal scan is grey with 0 and 255 only
  double skew_deg = 0;
  std::optional<std::pair<Point, Point>> fold;  // where it meets the upper and the lower edge
  std::vector<LaidPage> pages;
};

enum class Aim { left, right, both };

Scanned scan(const Opening& opening, Aim aim, PaperSize paper, const ScannerSetup& setup,
             std::uint64_t seed, std::uint64_t number);

}  // namespace linka
