// SPDX-License-Identifier: GPL-3.0-or-later
#include "stages/decode/tiff_layout.h"

#include "stages/decode/reader.h"

#include <algorithm>

namespace linka {
namespace {

constexpr int max_samples = 16;

std::string compression_word(int compression) {
  switch (compression) {
    case COMPRESSION_NONE:
      return "Uncompressed";
    case COMPRESSION_CCITTRLE:
    case COMPRESSION_CCITTRLEW:
      return "CCITT 1D";
    case COMPRESSION_CCITTFAX3:
      return "CCITT Group 3";
    case COMPRESSION_CCITTFAX4:
      return "CCITT Group 4";
    case COMPRESSION_LZW:
      return "LZW";
    case COMPRESSION_OJPEG:
    case COMPRESSION_JPEG:
      return "JPEG";
    case COMPRESSION_DEFLATE:
    case COMPRESSION_ADOBE_DEFLATE:
      return "Deflate";
    case COMPRESSION_PACKBITS:
      return "PackBits";
    case 50000:
      return "ZSTD";
    case 34925:
      return "LZMA";
    case 50001:
      return "WebP";
    default:
      return fmt::format("TIFF compression {}", compression);
  }
}

std::string color_word(int photometric) {
  switch (photometric) {
    case PHOTOMETRIC_MINISWHITE:
      return "WhiteIsZero";
    case PHOTOMETRIC_MINISBLACK:
      return "BlackIsZero";
    case PHOTOMETRIC_RGB:
      return "RGB";
    case PHOTOMETRIC_PALETTE:
      return "PaletteColor";
    case PHOTOMETRIC_MASK:
      return "TransparencyMask";
    case PHOTOMETRIC_SEPARATED:
      return "CMYK";
    case PHOTOMETRIC_YCBCR:
      return "YCbCr";
    case PHOTOMETRIC_CIELAB:
      return "CIELab";
    case PHOTOMETRIC_ICCLAB:
      return "ICCLab";
    default:
      return fmt::format("TIFF photometric {}", photometric);
  }
}

bool is_fax(int c) {
  return c == COMPRESSION_CCITTRLE || c == COMPRESSION_CCITTRLEW || c == COMPRESSION_CCITTFAX3 ||
         c == COMPRESSION_CCITTFAX4;
}

// The colour map as 8-bit R, G, B. Some programs write 8-bit values into the 16-bit map, either in
// the low or in the high byte; both are told by the map as a whole.
Result<void> read_palette(TIFF* tiff, TiffLayout& l) {
  std::uint16_t *r = nullptr, *g = nullptr, *b = nullptr;
  if (l.bits > 8 || !TIFFGetField(tiff, TIFFTAG_COLORMAP, &r, &g, &b) || !r || !g || !b)
    return fail(ErrorKind::bad_input, "the palette image has no usable colour map");
  const std::size_t n = std::size_t{1} << l.bits;
  std::uint32_t high = 0, low = 0;
  for (const std::uint16_t* map : {r, g, b})
    for (std::size_t i = 0; i < n; ++i) {
      high |= map[i] >> 8;
      low |= map[i] & 0xFFu;
    }
  const auto to_8 = [&](std::uint16_t v) {
    if (high == 0) return static_cast<std::uint8_t>(v);
    if (low == 0) return static_cast<std::uint8_t>(v >> 8);
    return narrow_sample(v);
  };
  bool neutral = true;
  for (std::size_t i = 0; i < n; ++i) {
    for (const std::uint16_t* map : {r, g, b}) l.palette.push_back(to_8(map[i]));
    neutral = neutral && r[i] == g[i] && g[i] == b[i];
  }
  l.kind = {.model = ColorModel::rgb, .bits = 8, .samples = 3, .neutral = neutral};
  return {};
}

Result<void> read_photometric(TIFF* tiff, TiffLayout& l, SourceFacts& facts) {
  std::uint16_t photometric = 0;
  if (TIFFGetField(tiff, TIFFTAG_PHOTOMETRIC, &photometric)) {
    l.photometric = photometric;
  } else {
    l.photometric = l.samples >= 3          ? PHOTOMETRIC_RGB
                    : is_fax(l.compression) ? PHOTOMETRIC_MINISWHITE
                                            : PHOTOMETRIC_MINISBLACK;
    add_note(facts, "The TIFF does not say what its values mean; taken as " +
                        color_word(l.photometric) + ".");
  }
  facts.color_space = color_word(l.photometric);

  l.kind.bits = l.bits <= 8 ? 8 : 16;
  switch (l.photometric) {
    case PHOTOMETRIC_MINISWHITE:
      l.kind.inverted = true;
      [[fallthrough]];
    case PHOTOMETRIC_MINISBLACK:
      l.kind.model = ColorModel::grey;
      break;
    case PHOTOMETRIC_RGB:
      l.kind.model = ColorModel::rgb;
      break;
    case PHOTOMETRIC_PALETTE:
      return read_palette(tiff, l);
    case PHOTOMETRIC_SEPARATED:
      if (tiff_field<std::uint16_t>(tiff, TIFFTAG_INKSET, INKSET_CMYK) != INKSET_CMYK)
        return fail(ErrorKind::unsupported,
                    "the TIFF's inks are not cyan, magenta, yellow and black");
      l.kind.model = ColorModel::cmyk;
      break;
    case PHOTOMETRIC_YCBCR:
      if (l.bits != 8 || l.samples != 3)
        return fail(ErrorKind::unsupported, "YCbCr with {} samples of {} bits is not read",
                    l.samples, l.bits);
      if (l.compression == COMPRESSION_JPEG && !l.separate) {
        TIFFSetField(tiff, TIFFTAG_JPEGCOLORMODE, JPEGCOLORMODE_RGB);
        l.kind.model = ColorModel::rgb;
      } else {
        l.by_rgba = true;
        l.kind = {.model = ColorModel::rgb, .bits = 8, .samples = 4};
        return {};
      }
      break;
    case PHOTOMETRIC_CIELAB:
    case PHOTOMETRIC_ICCLAB:
      if (l.bits != 8)
        return fail(ErrorKind::unsupported, "L*a*b* with {} bits a sample is not read", l.bits);
      l.kind.model = ColorModel::lab;
      l.signed_ab = l.photometric == PHOTOMETRIC_CIELAB;
      break;
    default:
      return fail(ErrorKind::unsupported, "the TIFF's colours ({}) are of a kind we do not read",
                  color_word(l.photometric));
  }
  const int colors = colors_of(l.kind.model);
  if (l.samples < colors)
    return fail(ErrorKind::bad_input, "the TIFF says {} but has {} samples a pixel",
                facts.color_space, l.samples);
  if (l.samples > colors) {
    std::uint16_t n = 0, *kinds = nullptr;
    if (TIFFGetField(tiff, TIFFTAG_EXTRASAMPLES, &n, &kinds) && n > 0 && kinds) {
      if (kinds[0] == EXTRASAMPLE_ASSOCALPHA) l.kind.alpha = Alpha::premultiplied;
      if (kinds[0] == EXTRASAMPLE_UNASSALPHA) l.kind.alpha = Alpha::straight;
    }
    if (l.kind.alpha == Alpha::none)
      add_note(facts, fmt::format("{} samples a pixel without a known meaning were left out.",
                                  l.samples - colors));
  }
  l.kind.samples = colors + (l.kind.alpha == Alpha::none ? 0 : 1);
  return {};
}

}  // namespace

Result<TiffLayout> read_layout(TIFF* tiff, SourceFacts& facts, const DecodeParams& params) {
  TiffLayout l;
  const auto size = checked_size(tiff_field<std::uint32_t>(tiff, TIFFTAG_IMAGEWIDTH, 0),
                                 tiff_field<std::uint32_t>(tiff, TIFFTAG_IMAGELENGTH, 0), params);
  if (!size) return pass(size);
  l.size = *size;
  l.bits = tiff_field<std::uint16_t>(tiff, TIFFTAG_BITSPERSAMPLE, 1);
  l.samples = tiff_field<std::uint16_t>(tiff, TIFFTAG_SAMPLESPERPIXEL, 1);
  l.compression = tiff_field<std::uint16_t>(tiff, TIFFTAG_COMPRESSION, COMPRESSION_NONE);
  l.separate =
      l.samples > 1 && tiff_field<std::uint16_t>(tiff, TIFFTAG_PLANARCONFIG, PLANARCONFIG_CONTIG) ==
                           PLANARCONFIG_SEPARATE;
  l.tiled = TIFFIsTiled(tiff) != 0;
  facts.bits_per_sample.assign(static_cast<std::size_t>(std::clamp(l.samples, 1, max_samples)),
                               l.bits);
  facts.samples_per_pixel = l.samples;
  facts.compression = compression_word(l.compression);

  if (!TIFFIsCODECConfigured(static_cast<std::uint16_t>(l.compression)))
    return fail(ErrorKind::unsupported, "the TIFF is compressed by a method we do not read ({})",
                facts.compression);
  if (l.samples < 1 || l.samples > max_samples)
    return fail(ErrorKind::unsupported, "the TIFF has {} samples a pixel", l.samples);
  const int format = tiff_field<std::uint16_t>(tiff, TIFFTAG_SAMPLEFORMAT, SAMPLEFORMAT_UINT);
  if (l.bits < 1 || l.bits > 16 || (format != SAMPLEFORMAT_UINT && format != SAMPLEFORMAT_VOID))
    return fail(ErrorKind::unsupported,
                "the TIFF has {} samples of {} bits; whole numbers of 1 to 16 bits are read",
                format == SAMPLEFORMAT_IEEEFP ? "floating-point"
                : format == SAMPLEFORMAT_INT  ? "signed"
                                              : "unusual",
                l.bits);
  if (auto ok = read_photometric(tiff, l, facts); !ok) return pass(ok);
  return l;
}

}  // namespace linka
