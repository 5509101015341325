// SPDX-License-Identifier: GPL-3.0-or-later
#include "image/image_io.h"

#include "image/convert.h"
#include "image/pix.h"

#include <opencv2/imgproc.hpp>

#include <algorithm>
#include <string>

namespace linka {

PixPtr pix_of(const Image& image) {
  PixPtr pix(pixCreateNoInit(image.width(), image.height(), image.channels() == 1 ? 8 : 32));
  if (!pix) return pix;
  if (image.dpi().known())
    pixSetResolution(pix.get(), static_cast<int>(image.dpi().x + 0.5),
                     static_cast<int>(image.dpi().y + 0.5));
  l_uint32* data = pixGetData(pix.get());
  const int words = pixGetWpl(pix.get());
  for (int y = 0; y < image.height(); ++y) {
    l_uint32* line = data + static_cast<std::ptrdiff_t>(y) * words;
    const std::uint8_t* row = image.row(y);
    if (image.channels() == 1)
      for (int x = 0; x < image.width(); ++x) SET_DATA_BYTE(line, x, row[x]);
    else
      for (int x = 0; x < image.width(); ++x)
        composeRGBPixel(row[3 * x], row[3 * x + 1], row[3 * x + 2], line + x);
  }
  return pix;
}

namespace {

using LeptBytes = std::unique_ptr<l_uint8, FreeWith<lept_free>>;

Result<Bytes> taken(l_ok failed, l_uint8* data, std::size_t size, const char* format) {
  const LeptBytes owned(data);
  if (failed != 0 || data == nullptr)
    return fail(ErrorKind::internal, "the {} picture could not be written", format);
  return Bytes(data, data + size);
}

// A JPEG file with the colour profile in APP2 segments behind its first marker (ICC.1, annex B.4),
// in pieces, since a segment holds 65,533 bytes.
Bytes with_profile(const Bytes& jpeg, const IccProfile& icc) {
  constexpr std::size_t head = 14, most = 65533 - head;
  if (!icc || icc->empty() || jpeg.size() < 2 || icc->size() > 255 * most) return jpeg;
  const std::size_t pieces = (icc->size() + most - 1) / most;
  Bytes out(jpeg.begin(), jpeg.begin() + 2);
  for (std::size_t piece = 0; piece < pieces; ++piece) {
    const std::size_t begin = piece * most, size = std::min(most, icc->size() - begin);
    const std::size_t length = 2 + head + size;
    out.insert(out.end(), {0xff, 0xe2, static_cast<std::uint8_t>(length >> 8),
                           static_cast<std::uint8_t>(length & 0xff)});
    for (const char c : std::string("ICC_PROFILE")) out.push_back(static_cast<std::uint8_t>(c));
    out.insert(out.end(),
               {0, static_cast<std::uint8_t>(piece + 1), static_cast<std::uint8_t>(pieces)});
    const auto from = icc->begin() + static_cast<std::ptrdiff_t>(begin);
    out.insert(out.end(), from, from + static_cast<std::ptrdiff_t>(size));
  }
  out.insert(out.end(), jpeg.begin() + 2, jpeg.end());
  return out;
}

}  // namespace

Result<Bytes> to_png(const Image& image) {
  const PixPtr pix = pix_of(image);
  if (!pix) return fail(ErrorKind::resource, "not enough memory for a PNG picture");
  l_uint8* data = nullptr;
  std::size_t size = 0;
  const l_ok failed = pixWriteMemPng(&data, &size, pix.get(), 0);
  return taken(failed, data, size, "PNG");
}

Result<Bytes> to_jpeg(const Image& image, int quality, int max_edge_px) {
  Image small = image;
  const int edge = std::max(image.width(), image.height());
  if (max_edge_px > 0 && edge > max_edge_px) {
    const double s = static_cast<double>(max_edge_px) / edge;
    cv::Mat reduced;
    cv::resize(view(image), reduced,
               cv::Size(std::max(1, static_cast<int>(image.width() * s)),
                        std::max(1, static_cast<int>(image.height() * s))),
               0, 0, cv::INTER_AREA);
    small = image_of(reduced, {image.dpi().x * s, image.dpi().y * s});
  }
  const PixPtr pix = pix_of(small);
  if (!pix) return fail(ErrorKind::resource, "not enough memory for a JPEG picture");
  l_uint8* data = nullptr;
  std::size_t size = 0;
  const l_ok failed = pixWriteMemJpeg(&data, &size, pix.get(), quality, 0);
  auto jpeg = taken(failed, data, size, "JPEG");
  if (!jpeg) return jpeg;
  return with_profile(*jpeg, image.icc());
}

std::map<std::string, std::string> image_library_versions() {
  const std::unique_ptr<char, FreeWith<lept_free>> leptonica(getLeptonicaVersion());
  std::string version = leptonica ? leptonica.get() : "";
  if (version.starts_with("leptonica-")) version.erase(0, 10);
  return {{"OpenCV", CV_VERSION}, {"Leptonica", version}};
}

}  // namespace linka
