// SPDX-License-Identifier: GPL-3.0-or-later
// From the samples of a file to 8-bit grey or R, G, B on white paper.
#pragma once

#include "base/bytes.h"
#include "image/image.h"
#include "model/page_facts.h"

#include <cstdint>
#include <memory>
#include <vector>

namespace linka {

enum class ColorModel { grey, rgb, cmyk, lab };
enum class Alpha { none, straight, premultiplied };

// One pixel as a reader hands it out: colours first, then alpha if any, then what nobody needs.
struct PixelKind {
  ColorModel model = ColorModel::grey;
  int bits = 8;     // 8, or 16 in the machine's byte order
  int samples = 1;  // stride in samples
  Alpha alpha = Alpha::none;
  bool inverted = false;  // grey: 0 is white; CMYK: 0 is full ink (Adobe)
  bool neutral = false;   // rgb whose channels are known to be equal: comes out grey
};

constexpr int colors_of(ColorModel model) {
  return model == ColorModel::grey ? 1 : model == ColorModel::cmyk ? 4 : 3;
}

// Round to nearest: 65535 is 255, 0 is 0.
constexpr std::uint8_t narrow_sample(std::uint32_t v) {
  return static_cast<std::uint8_t>((v * 255 + 32767) / 65535);
}

// Paints rows. A colour profile that JPEG 2000 may carry (matrix or grey curve, class input or
// display, right number of channels) is kept as bytes beside untouched samples; any other one is
// applied, and the samples become sRGB (grey: the grey of sRGB).
class Painter {
 public:
  // icc may be empty. Writes facts.icc_name and notes.
  Painter(const PixelKind& kind, ByteView icc, SourceFacts& facts);
  ~Painter();
  Painter(const Painter&) = delete;
  Painter& operator=(const Painter&) = delete;

  int channels() const { return channels_; }  // of what is painted: 1 or 3
  const IccProfile& icc() const { return icc_; }
  void paint(const std::uint8_t* samples, std::uint8_t* out, int width_px);

 private:
  template <class Sample>
  void paint_as(const Sample* in, std::uint8_t* out, int width_px);

  struct Transform;
  PixelKind kind_;
  int channels_ = 1;
  IccProfile icc_;
  std::unique_ptr<Transform> transform_;
  std::vector<std::uint16_t>
      flat_;  // a row on white paper, when a transform wants it (8 or 16 bits)
};

}  // namespace linka
