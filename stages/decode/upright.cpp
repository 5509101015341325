// SPDX-License-Identifier: GPL-3.0-or-later
// Sideways images are written in bands of rows: a single row would touch a cache line for each of
// its pixels and use a few bytes of it.
#include "stages/decode/upright.h"

#include <cstring>

namespace linka {
namespace {

constexpr int band_rows = 32;

std::size_t at(int i) {
  return static_cast<std::size_t>(i);
}

}  // namespace

Size upright_size(Size stored, int orientation) {
  return turns_sideways(orientation) ? Size{stored.height, stored.width} : stored;
}

Upright::Upright(std::uint8_t* out, Size stored, int channels, int orientation)
    : out_(out), stored_(stored), channels_(channels), orientation_(orientation) {
  const std::size_t row_bytes = at(stored.width) * at(channels);
  if (orientation == 2 || orientation == 3) band_.resize(row_bytes);
  if (turns_sideways(orientation)) band_.resize(row_bytes * band_rows);
}

std::uint8_t* Upright::row(int y) {
  const std::size_t row_bytes = at(stored_.width) * at(channels_);
  if (orientation_ == 1) return out_ + at(y) * row_bytes;
  if (orientation_ == 4) return out_ + at(stored_.height - 1 - y) * row_bytes;
  if (turns_sideways(orientation_)) return band_.data() + at(y % band_rows) * row_bytes;
  return band_.data();
}

void Upright::placed(int y) {
  if (orientation_ == 2 || orientation_ == 3) {
    const int to = orientation_ == 2 ? y : stored_.height - 1 - y;
    const std::size_t n = at(channels_);
    std::uint8_t* p = out_ + at(to) * at(stored_.width) * n;
    for (int x = stored_.width - 1; x >= 0; --x, p += n) std::memcpy(p, &band_[at(x) * n], n);
  } else if (turns_sideways(orientation_)) {
    const int in_band = y % band_rows + 1;
    if (in_band == band_rows || y == stored_.height - 1) place_band(y + 1 - in_band, in_band);
  }
}

// 5: stored rows are the columns; 6: from the right; 7: from the right, upwards; 8: upwards.
void Upright::place_band(int first, int rows) {
  const bool from_right = orientation_ == 6 || orientation_ == 7;
  const bool upwards = orientation_ == 7 || orientation_ == 8;
  const std::size_t n = at(channels_);
  const std::size_t out_row = at(stored_.height) * n;
  const std::size_t in_row = at(stored_.width) * n;
  for (int x = 0; x < stored_.width; ++x) {
    const std::uint8_t* from = &band_[at(x) * n];
    std::uint8_t* line = out_ + at(upwards ? stored_.width - 1 - x : x) * out_row;
    for (int i = 0; i < rows; ++i, from += in_row) {
      const int column = from_right ? stored_.height - 1 - (first + i) : first + i;
      std::uint8_t* to = line + at(column) * n;
      for (std::size_t c = 0; c < n; ++c) to[c] = from[c];
    }
  }
}

}  // namespace linka
