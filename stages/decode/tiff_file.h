// SPDX-License-Identifier: GPL-3.0-or-later
// libtiff over bytes in memory, silent, its messages kept.
#pragma once

#include "base/bytes.h"
#include "base/handle.h"
#include "base/result.h"

#include <tiffio.h>

#include <array>
#include <cstdint>
#include <memory>
#include <string>

namespace linka {

// What libtiff reads from, and what it said.
struct TiffSource {
  ByteView bytes;
  std::uint64_t at = 0;
  std::array<char, 240> error{};   // the first one
  std::array<char, 240> damage{};  // the first warning that means invented pixels
  std::array<std::array<char, 240>, 4> warnings{};
  std::size_t warned = 0;
};

// libtiff's message as the second half of our sentence.
std::string said(const std::array<char, 240>& text);

template <class T>
T tiff_field(TIFF* tiff, ttag_t tag, T otherwise) {
  T v = otherwise;
  return TIFFGetFieldDefaulted(tiff, tag, &v) ? v : otherwise;
}

class TiffFile {
 public:
  // Opened straight at the directory that lies at that byte.
  static Result<std::unique_ptr<TiffFile>> open(ByteView bytes, std::uint64_t directory);
  TIFF* get() const { return tiff_.get(); }
  const TiffSource& source() const { return source_; }
  // Whether reading row y went well, by libtiff's answer and by what it said meanwhile.
  Result<void> check(bool ok, std::uint64_t y) const;

 private:
  TiffFile() = default;
  bool reaches_beyond_file() const;

  TiffSource source_;
  std::unique_ptr<TIFF, FreeWith<TIFFClose>> tiff_;
};

}  // namespace linka
