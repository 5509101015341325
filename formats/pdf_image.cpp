// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/pdf_image.h"

#include "base/handle.h"
#include "formats/jp2.h"

#include <lcms2.h>

#include <algorithm>
#include <cstddef>
#include <map>
#include <memory>
#include <string_view>

namespace linka {
namespace {

using ProfilePtr = std::unique_ptr<void, FreeWith<cmsCloseProfile>>;

int u16(ByteView b, std::size_t at) {
  return b[at] << 8 | b[at + 1];
}

// A frame header: SOF0...SOF15 less DHT, JPG and DAC.
bool is_frame(int marker) {
  return marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc;
}

constexpr std::string_view icc_name{"ICC_PROFILE\0", 12};

bool is_icc(int marker, ByteView segment) {
  return marker == 0xe2 && segment.size() > icc_name.size() + 2 &&
         std::equal(icc_name.begin(), icc_name.end(), segment.begin());
}

// A profile of another kind than the picture's is of no use.
bool suits(const Bytes& profile, int components) {
  if (profile.size() < 128) return false;
  const std::string_view space(reinterpret_cast<const char*>(profile.data()) + 16, 4);
  return space == (components == 1 ? "GRAY" : "RGB ");
}

// ITU-T T.81 Annex B: segments up to the scan.
Result<PdfImage> read_jpeg(ByteView bytes) {
  PdfImage image;
  image.filter = "/DCTDecode";
  std::map<int, ByteView> icc;
  int bits = 0;
  for (std::size_t at = 2; at + 4 <= bytes.size();) {
    if (bytes[at] != 0xff) return fail(ErrorKind::bad_input, "the JPEG is damaged at byte {}", at);
    const int marker = bytes[at + 1];
    if (marker == 0xff) {  // fill byte
      ++at;
      continue;
    }
    const auto length = static_cast<std::size_t>(u16(bytes, at + 2));
    if (length < 2 || at + 2 + length > bytes.size())
      return fail(ErrorKind::bad_input, "the JPEG is damaged at byte {}", at);
    const ByteView segment = bytes.subspan(at + 4, length - 2);
    if (is_frame(marker) && segment.size() >= 6) {
      bits = segment[0];
      image.height_px = u16(segment, 1);
      image.width_px = u16(segment, 3);
      image.components = segment[5];
    } else if (is_icc(marker, segment)) {
      icc[segment[icc_name.size()]] = segment.subspan(icc_name.size() + 2);
    } else if (marker == 0xda) {
      break;
    }
    at += 2 + length;
  }
  if (image.width_px <= 0 || image.height_px <= 0)
    return fail(ErrorKind::bad_input, "the JPEG has no size");
  if (bits != 8 || (image.components != 1 && image.components != 3))
    return fail(ErrorKind::unsupported, "a JPEG of {} components of {} bits cannot go into the PDF",
                image.components, bits);
  for (const auto& [number, part] : icc)
    image.profile.insert(image.profile.end(), part.begin(), part.end());
  if (!suits(image.profile, image.components)) image.profile.clear();
  return image;
}

Result<PdfImage> read_jpx(ByteView bytes) {
  const Result<Jp2Properties> jp2 = read_jp2(bytes);
  if (!jp2) return pass(jp2);
  if (!jp2->is_jp2) return fail(ErrorKind::bad_input, "the JPEG 2000 file is no whole JP2");
  const bool bits = std::all_of(jp2->bit_depth.begin(), jp2->bit_depth.end(),
                                [](int depth) { return depth == 8; });
  if (!bits || jp2->has_alpha || (jp2->components != 1 && jp2->components != 3))
    return fail(ErrorKind::unsupported,
                "a JP2 of {} components{} that are not 8 bits of grey or colour cannot go into the "
                "PDF",
                jp2->components, jp2->has_alpha ? " with opacity" : "");
  const int space = jp2->enumerated_color_space;
  const bool known = jp2->icc_bytes > 0 || space == (jp2->components == 1 ? 17 : 16);
  if (!known)
    return fail(ErrorKind::unsupported, "a JP2 in colour space {} cannot go into the PDF", space);
  PdfImage image;
  image.filter = "/JPXDecode";
  image.width_px = jp2->width_px;
  image.height_px = jp2->height_px;
  image.components = jp2->components;
  image.own_colors = jp2->icc_bytes > 0;
  return image;
}

}  // namespace

Result<PdfImage> read_pdf_image(ByteView bytes) {
  if (bytes.size() >= 4 && bytes[0] == 0xff && bytes[1] == 0xd8) return read_jpeg(bytes);
  if (bytes.size() >= 12 && bytes[4] == 'j' && bytes[5] == 'P') return read_jpx(bytes);
  return fail(ErrorKind::bad_input, "it is neither JPEG nor JP2");
}

Bytes srgb_profile() {
  const ProfilePtr profile(cmsCreate_sRGBProfile());
  if (!profile) return {};
  cmsSetProfileVersion(profile.get(), 2.1);
  cmsUInt32Number size = 0;
  if (!cmsSaveProfileToMem(profile.get(), nullptr, &size)) return {};
  Bytes bytes(size);
  if (!cmsSaveProfileToMem(profile.get(), bytes.data(), &size)) return {};
  constexpr std::size_t date_at = 24, id_at = 84, header = 128;
  if (bytes.size() < header) return {};
  constexpr std::uint8_t date[12] = {0x07, 0xcf, 0, 1, 0, 1};  // 1999-01-01
  std::copy(std::begin(date), std::end(date), bytes.begin() + date_at);
  std::fill_n(bytes.begin() + id_at, 16, std::uint8_t{0});
  return bytes;
}

}  // namespace linka
