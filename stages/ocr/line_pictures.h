// SPDX-License-Identifier: GPL-3.0-or-later
// Tesseract keeps the picture of each line as a PNG, which it packs and unpacks again at once: a
// tenth of the time of reading.
#pragma once

namespace linka {

// While one lives, what the calling thread asks Leptonica to write as PNG into memory is laid out
// there unpacked, and Leptonica reads it back as what it is. For Tesseract's own use only: around
// its calls, and never where such bytes leave the process.
class UnpackedLinePictures {
 public:
  UnpackedLinePictures();
  ~UnpackedLinePictures();
  UnpackedLinePictures(const UnpackedLinePictures&) = delete;
  UnpackedLinePictures& operator=(const UnpackedLinePictures&) = delete;
};

}  // namespace linka
