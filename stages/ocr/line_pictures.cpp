// SPDX-License-Identifier: GPL-3.0-or-later
// Tesseract 5.3 (ImageData::SetPix, the part that serves its training) has no setting against the
// PNG, and Leptonica's setting of the level does not travel with a piece cut out of a page. But the
// function is one of Leptonica's public ones, and of two programs' parts that define it the first
// is taken: ours, which does Leptonica's own pixWriteMemSpix instead of pixWriteMemPng where it was
// told to, and else calls Leptonica's. The pixels that come back are the same ones. A Tesseract
// that keeps the picture (as the tuned one) or does not ask for pixWriteMem is not touched.
#include "stages/ocr/line_pictures.h"

#include <dlfcn.h>
#include <leptonica/allheaders.h>

namespace linka {
namespace {

thread_local int unpacked = 0;  // how many of them live on this thread

}  // namespace

UnpackedLinePictures::UnpackedLinePictures() {
  ++unpacked;
}

UnpackedLinePictures::~UnpackedLinePictures() {
  --unpacked;
}

}  // namespace linka

extern "C" l_ok pixWriteMem(l_uint8** data, size_t* size, PIX* pix, l_int32 format) {
  if (linka::unpacked > 0 && format == IFF_PNG) return pixWriteMemSpix(data, size, pix);
  using WriteMem = l_ok (*)(l_uint8**, size_t*, PIX*, l_int32);
  static const auto leptonicas = reinterpret_cast<WriteMem>(::dlsym(RTLD_NEXT, "pixWriteMem"));
  return leptonicas != nullptr ? leptonicas(data, size, pix, format) : 1;
}
