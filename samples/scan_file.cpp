// SPDX-License-Identifier: GPL-3.0-or-later
#include "samples/scan_file.h"

#include "base/handle.h"

#include <lcms2.h>
#include <tiffio.h>

#include <algorithm>
#include <memory>

namespace linka {
namespace {

using TiffPtr = std::unique_ptr<TIFF, FreeWith<TIFFClose>>;

// The library puts the time of making into the header (ICC.1:2010, 7.2.8: six numbers of two bytes
// at offset 24). A sample must not change with the day.
Bytes serialized(cmsHPROFILE profile) {
  Bytes bytes;
  cmsUInt32Number size = 0;
  if (profile && cmsSaveProfileToMem(profile, nullptr, &size)) {
    bytes.resize(size);
    cmsSaveProfileToMem(profile, bytes.data(), &size);
    const std::uint8_t date[12] = {0x07, 0xE9, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0};
    std::copy(std::begin(date), std::end(date), bytes.begin() + 24);
  }
  if (profile) cmsCloseProfile(profile);
  return bytes;
}

Bytes packed_rows(const Image& image) {
  const std::size_t row_bytes = (static_cast<std::size_t>(image.width()) + 7) / 8;
  Bytes bits(row_bytes * static_cast<std::size_t>(image.height()));
  for (int y = 0; y < image.height(); ++y)
    for (int x = 0; x < image.width(); ++x)
      if (image.row(y)[x] < 128)
        bits[row_bytes * static_cast<std::size_t>(y) + static_cast<std::size_t>(x) / 8] |=
            static_cast<std::uint8_t>(0x80 >> (x % 8));
  return bits;
}

}  // namespace

Bytes srgb_profile() {
  return serialized(cmsCreate_sRGBProfile());
}

Bytes grey_profile() {
  cmsToneCurve* gamma = cmsBuildGamma(nullptr, 2.2);
  Bytes bytes = serialized(cmsCreateGrayProfile(cmsD50_xyY(), gamma));
  cmsFreeToneCurve(gamma);
  return bytes;
}

Result<void> write_scan(const std::filesystem::path& path, const Image& image, ScanColours pixels,
                        const CaptureTags& tags) {
  const TiffPtr tiff(TIFFOpen(path.c_str(), "wl"));
  if (!tiff) return fail(ErrorKind::io, "cannot write {}", path.string());
  TIFF* t = tiff.get();
  const bool bitonal = pixels == ScanColours::bitonal;
  TIFFSetField(t, TIFFTAG_IMAGEWIDTH, image.width());
  TIFFSetField(t, TIFFTAG_IMAGELENGTH, image.height());
  TIFFSetField(t, TIFFTAG_BITSPERSAMPLE, bitonal ? 1 : 8);
  TIFFSetField(t, TIFFTAG_SAMPLESPERPIXEL, image.channels());
  TIFFSetField(t, TIFFTAG_PLANARCONFIG, PLANARCONFIG_CONTIG);
  TIFFSetField(t, TIFFTAG_PHOTOMETRIC,
               bitonal                 ? PHOTOMETRIC_MINISWHITE
               : image.channels() == 3 ? PHOTOMETRIC_RGB
                                       : PHOTOMETRIC_MINISBLACK);
  TIFFSetField(t, TIFFTAG_COMPRESSION,
               bitonal                 ? COMPRESSION_CCITTFAX4
               : image.channels() == 3 ? COMPRESSION_NONE
                                       : COMPRESSION_LZW);
  if (!bitonal && image.channels() == 1) TIFFSetField(t, TIFFTAG_PREDICTOR, PREDICTOR_HORIZONTAL);
  TIFFSetField(t, TIFFTAG_ORIENTATION, ORIENTATION_TOPLEFT);
  TIFFSetField(t, TIFFTAG_XRESOLUTION, image.dpi().x);
  TIFFSetField(t, TIFFTAG_YRESOLUTION, image.dpi().y);
  TIFFSetField(t, TIFFTAG_RESOLUTIONUNIT, RESUNIT_INCH);
  TIFFSetField(t, TIFFTAG_ROWSPERSTRIP, bitonal ? image.height() : 64);
  TIFFSetField(t, TIFFTAG_MAKE, tags.make.c_str());
  TIFFSetField(t, TIFFTAG_MODEL, tags.model.c_str());
  TIFFSetField(t, TIFFTAG_SOFTWARE, tags.software.c_str());
  TIFFSetField(t, TIFFTAG_DATETIME, tags.date_time.c_str());
  if (!bitonal) {
    const Bytes icc = image.channels() == 3 ? srgb_profile() : grey_profile();
    TIFFSetField(t, TIFFTAG_ICCPROFILE, static_cast<std::uint32_t>(icc.size()), icc.data());
  }

  const Bytes bits = bitonal ? packed_rows(image) : Bytes{};
  const ByteView source = bitonal ? ByteView(bits) : image.bytes();
  const std::size_t row_bytes = source.size() / static_cast<std::size_t>(image.height());
  Bytes row(row_bytes);  // libtiff's predictor works in place
  bool written = true;
  for (int y = 0; y < image.height() && written; ++y) {
    const auto part = source.subspan(row_bytes * static_cast<std::size_t>(y), row_bytes);
    std::copy(part.begin(), part.end(), row.begin());
    written = TIFFWriteScanline(t, row.data(), static_cast<std::uint32_t>(y)) >= 0;
  }
  if (!written || !TIFFFlush(t)) return fail(ErrorKind::io, "cannot write {}", path.string());
  return {};
}

}  // namespace linka
