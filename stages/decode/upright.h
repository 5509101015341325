// SPDX-License-Identifier: GPL-3.0-or-later
// Rows in stored order -> their places in an upright image, for each of the eight orientations of
// TIFF and Exif. Pixels move and do not change.
#pragma once

#include "model/geometry.h"

#include <cstdint>
#include <vector>

namespace linka {

constexpr bool turns_sideways(int orientation) {
  return orientation >= 5;
}
Size upright_size(Size stored, int orientation);

class Upright {
 public:
  // out has room for the whole upright image.
  Upright(std::uint8_t* out, Size stored, int channels, int orientation);
  // Where to write stored row y; then say placed(y). Rows come in order, 0 first.
  std::uint8_t* row(int y);
  void placed(int y);

 private:
  void place_band(int first, int rows);

  std::uint8_t* out_;
  Size stored_;
  int channels_;
  int orientation_;
  std::vector<std::uint8_t> band_;
};

}  // namespace linka
