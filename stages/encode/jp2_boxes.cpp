// SPDX-License-Identifier: GPL-3.0-or-later
#include "stages/encode/jp2_boxes.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string_view>

namespace linka {
namespace {

constexpr double metre_per_inch = 0.0254;
constexpr double u16_max = 65535;
constexpr double good_enough = 1e-6;  // relative: 0.0003 dpi at 300 dpi

void put_u8(Bytes& out, unsigned value) {
  out.push_back(static_cast<std::uint8_t>(value));
}
void put_u16(Bytes& out, unsigned value) {
  put_u8(out, value >> 8 & 0xff);
  put_u8(out, value & 0xff);
}
void put_u32(Bytes& out, std::uint32_t value) {
  put_u16(out, value >> 16);
  put_u16(out, value & 0xffff);
}
void put_text(Bytes& out, std::string_view text) {
  out.insert(out.end(), text.begin(), text.end());
}

void set_u32(Bytes& out, std::size_t at, std::uint32_t value) {
  for (int i = 0; i < 4; ++i)
    out[at + static_cast<std::size_t>(i)] = static_cast<std::uint8_t>(value >> (24 - 8 * i));
}

// A box whose body `fill` writes; the length is known afterwards.
template <class Fill>
void put_box(Bytes& out, std::string_view type, Fill&& fill) {
  const std::size_t at = out.size();
  put_u32(out, 0);
  put_text(out, type);
  fill();
  set_u32(out, at, static_cast<std::uint32_t>(out.size() - at));
}

std::uint32_t u32_at(ByteView bytes, std::size_t at) {
  return static_cast<std::uint32_t>(bytes[at]) << 24 |
         static_cast<std::uint32_t>(bytes[at + 1]) << 16 |
         static_cast<std::uint32_t>(bytes[at + 2]) << 8 | bytes[at + 3];
}
bool text_at(ByteView bytes, std::size_t at, std::string_view text) {
  return std::equal(text.begin(), text.end(), bytes.begin() + static_cast<std::ptrdiff_t>(at),
                    [](char a, std::uint8_t b) { return static_cast<std::uint8_t>(a) == b; });
}

constexpr std::size_t icc_header_bytes = 128;
constexpr std::size_t icc_tag_bytes = 12;

bool has_tag(ByteView profile, std::string_view tag) {
  const std::size_t tags = std::min<std::size_t>(
      u32_at(profile, icc_header_bytes), (profile.size() - icc_header_bytes - 4) / icc_tag_bytes);
  for (std::size_t i = 0; i < tags; ++i)
    if (text_at(profile, icc_header_bytes + 4 + i * icc_tag_bytes, tag)) return true;
  return false;
}

}  // namespace

BoxRatio pixels_per_metre(double dpi) {
  double value = dpi / metre_per_inch;
  // A whole number of dots per inch is a nominal value: the nearest whole number of pixels says it.
  if (dpi == std::round(dpi)) value = std::round(value);
  BoxRatio best;
  double least_error = std::numeric_limits<double>::infinity();
  int exponent = 0;
  for (; value > u16_max && exponent < 127; ++exponent) value /= 10;
  for (; value < 1 && value > 0 && exponent > -128; --exponent) value *= 10;
  for (int denominator = 1; value * denominator <= u16_max && denominator <= u16_max;
       ++denominator) {
    const double numerator = std::round(value * denominator);
    const double error = std::abs(numerator / denominator - value) / value;
    if (numerator > u16_max || error >= least_error) continue;
    least_error = error;
    best = {static_cast<std::uint16_t>(numerator), static_cast<std::uint16_t>(denominator),
            static_cast<std::int8_t>(exponent)};
    if (error < good_enough) break;
  }
  return best;
}

bool is_restricted_icc(ByteView profile, int channels) {
  if (profile.size() < icc_header_bytes + 4 || u32_at(profile, 0) != profile.size()) return false;
  if (!text_at(profile, 36, "acsp") || !text_at(profile, 20, "XYZ ")) return false;
  if (!text_at(profile, 12, "scnr") && !text_at(profile, 12, "mntr")) return false;
  if (has_tag(profile, "A2B0")) return false;
  if (channels == 1) return text_at(profile, 16, "GRAY") && has_tag(profile, "kTRC");
  if (!text_at(profile, 16, "RGB ")) return false;
  for (const char* tag : {"rXYZ", "gXYZ", "bXYZ", "rTRC", "gTRC", "bTRC"})
    if (!has_tag(profile, tag)) return false;
  return true;
}

Bytes boxes_before_codestream(const Image& page) {
  constexpr unsigned eight_bits = 7, jpeg2000 = 7, enumerated = 1, restricted = 2;
  constexpr std::uint32_t srgb = 16, greyscale = 17;
  Bytes out;
  put_box(out, "jP  ", [&] { put_u32(out, 0x0d0a870a); });
  put_box(out, "ftyp", [&] {
    put_text(out, "jp2 ");
    put_u32(out, 0);
    put_text(out, "jp2 ");
  });
  put_box(out, "jp2h", [&] {
    put_box(out, "ihdr", [&] {
      put_u32(out, static_cast<std::uint32_t>(page.height()));
      put_u32(out, static_cast<std::uint32_t>(page.width()));
      put_u16(out, static_cast<unsigned>(page.channels()));
      put_u8(out, eight_bits);
      put_u8(out, jpeg2000);
      put_u8(out, 0);  // the colour space is known
      put_u8(out, 0);  // no rights record
    });
    put_box(out, "colr", [&] {
      const bool has_profile = page.icc() && is_restricted_icc(*page.icc(), page.channels());
      put_u8(out, has_profile ? restricted : enumerated);
      put_u8(out, 0);  // precedence
      put_u8(out, 0);  // approximation
      if (has_profile)
        out.insert(out.end(), page.icc()->begin(), page.icc()->end());
      else
        put_u32(out, page.channels() == 1 ? greyscale : srgb);
    });
    put_box(out, "res ", [&] {
      put_box(out, "resc", [&] {
        const BoxRatio down = pixels_per_metre(page.dpi().y);
        const BoxRatio across = pixels_per_metre(page.dpi().x);
        for (const BoxRatio& ratio : {down, across}) {
          put_u16(out, ratio.numerator);
          put_u16(out, ratio.denominator);
        }
        put_u8(out, static_cast<std::uint8_t>(down.exponent));
        put_u8(out, static_cast<std::uint8_t>(across.exponent));
      });
    });
  });
  put_u32(out, 0);
  put_text(out, "jp2c");
  return out;
}

Result<void> close_codestream_box(Bytes& file, std::size_t codestream_at) {
  constexpr std::size_t box_head_bytes = 8;
  const std::size_t box_at = codestream_at - box_head_bytes;
  const std::size_t length = file.size() - box_at;
  if (length > std::numeric_limits<std::uint32_t>::max())
    return fail(ErrorKind::unsupported, "the coded page has {} bytes, more than the 4 GiB we write",
                length);
  set_u32(file, box_at, static_cast<std::uint32_t>(length));
  return {};
}

}  // namespace linka
