// SPDX-License-Identifier: GPL-3.0-or-later
// Pixels, as a cheap-to-copy value: copies share one buffer that nobody writes after birth.
#pragma once

#include "base/bytes.h"
#include "model/geometry.h"

#include <cassert>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>

namespace linka {

// An ICC profile as its bytes, shared. Null: none.
using IccProfile = std::shared_ptr<const Bytes>;

// 8 bits a sample, 1 channel (0 = black ... 255 = white) or 3 (R, G, B interleaved); rows follow
// each other without padding. Resolution and colour profile stay with the pixels.
class Image {
 public:
  Image() = default;

  // draw(std::uint8_t* first_byte) fills width * height * channels bytes, uninitialized before.
  template <class Draw>
  static Image make(int width, int height, int channels, Dpi dpi, IccProfile icc, Draw&& draw) {
    assert(width > 0 && height > 0 && (channels == 1 || channels == 3));
    Image image;
    image.width_ = width;
    image.height_ = height;
    image.channels_ = channels;
    image.dpi_ = dpi;
    image.icc_ = std::move(icc);
    auto buffer = std::make_shared_for_overwrite<std::uint8_t[]>(image.size_bytes());
    std::forward<Draw>(draw)(buffer.get());
    image.data_ = std::move(buffer);
    return image;
  }

  bool empty() const { return data_ == nullptr; }
  int width() const { return width_; }
  int height() const { return height_; }
  int channels() const { return channels_; }
  Size size() const { return {width_, height_}; }
  Box box() const { return {0, 0, static_cast<double>(width_), static_cast<double>(height_)}; }
  Dpi dpi() const { return dpi_; }
  const IccProfile& icc() const { return icc_; }

  std::size_t row_bytes() const {
    return static_cast<std::size_t>(width_) * static_cast<std::size_t>(channels_);
  }
  std::size_t size_bytes() const { return row_bytes() * static_cast<std::size_t>(height_); }
  const std::uint8_t* data() const { return data_.get(); }
  const std::uint8_t* row(int y) const {
    return data_.get() + row_bytes() * static_cast<std::size_t>(y);
  }
  ByteView bytes() const { return {data_.get(), empty() ? 0 : size_bytes()}; }

  // The same pixels under another resolution or profile.
  Image with_dpi(Dpi dpi) const {
    Image i = *this;
    i.dpi_ = dpi;
    return i;
  }
  Image with_icc(IccProfile icc) const {
    Image i = *this;
    i.icc_ = std::move(icc);
    return i;
  }

 private:
  int width_ = 0, height_ = 0, channels_ = 0;
  Dpi dpi_;
  IccProfile icc_;
  std::shared_ptr<const std::uint8_t[]> data_;
};

}  // namespace linka
