// SPDX-License-Identifier: GPL-3.0-or-later
// The list of images is read by our own bounded walk (ifd.h): libtiff would read every tag of every
// image, and a hostile file can make that endless. libtiff is then opened straight at the wanted
// directory and reads rows (strips) or bands (tiles), so that beside the final image only a strip's
// or a row of tiles' worth of memory is needed. With separate planes each plane has a libtiff
// handle of its own, and all of them run through the file once. YCbCr that libjpeg does not convert
// itself goes through libtiff's RGBA interface, strip by strip.
//
// libtiff carries on after some damage with no more than a message. Any error it reports while
// reading pixels, and those warnings that mean invented pixels, make the image damaged.
#include "base/handle.h"
#include "stages/decode/ifd.h"
#include "stages/decode/reader.h"
#include "stages/decode/upright.h"

#include <tiffio.h>

#include <algorithm>
#include <array>
#include <cstdarg>
#include <cstdio>
#include <cstring>
#include <memory>
#include <unordered_set>

namespace linka {
namespace {

constexpr int tag_new_subfile = 254, tag_subfile = 255, tag_width = 256, tag_height = 257,
              tag_bits = 258, tag_compression = 259, tag_photometric = 262, tag_samples = 277;

// One allocation inside libtiff: a strip's or tile's data, a profile, an array of offsets.
constexpr tmsize_t max_single_alloc = 512ll << 20;
constexpr int max_samples = 16;

struct FrameTags {
  std::uint64_t at = 0;  // of the directory
  std::uint64_t width = 0, height = 0, samples = 1, bits = 1, compression = 1;
  Ifd ifd;
};

struct FrameList {
  IfdHeader header;
  std::vector<FrameTags> frames;
  std::vector<std::string> notes;
};

bool is_helper_image(const IfdHeader& h, const Ifd& ifd) {
  const std::uint64_t kind = whole_number(h, ifd, tag_new_subfile).value_or(0);
  return (kind & 5) != 0 || whole_number(h, ifd, tag_subfile).value_or(1) == 2;
}

Result<FrameList> list_frames(ByteView bytes) {
  const auto header = read_ifd_header(bytes);
  if (!header) return pass(header);
  FrameList list{*header, {}, {}};
  std::vector<FrameTags> helpers;
  std::unordered_set<std::uint64_t> seen;
  std::uint64_t at = header->first;
  if (at == 0) return fail(ErrorKind::bad_input, "the TIFF holds no image");
  while (at != 0) {
    if (!seen.insert(at).second) {
      list.notes.push_back("The list of images turns back on itself; each was read once.");
      break;
    }
    if (seen.size() > max_frames)
      return fail(ErrorKind::unsupported, "the TIFF lists more than {} images", max_frames);
    auto ifd = read_ifd(bytes, *header, at);
    if (!ifd) {
      if (list.frames.empty() && helpers.empty()) return pass(ifd);
      list.notes.push_back(fmt::format("The list of images breaks off after {}: {}.",
                                       seen.size() - 1, ifd.error().message));
      break;
    }
    FrameTags f;
    f.at = at;
    at = ifd->next;
    f.width = whole_number(*header, *ifd, tag_width).value_or(0);
    f.height = whole_number(*header, *ifd, tag_height).value_or(0);
    f.samples = whole_number(*header, *ifd, tag_samples).value_or(1);
    f.bits = whole_number(*header, *ifd, tag_bits).value_or(1);
    f.compression = whole_number(*header, *ifd, tag_compression).value_or(1);
    const bool helper = is_helper_image(*header, *ifd);
    f.ifd = std::move(*ifd);
    (helper ? helpers : list.frames).push_back(std::move(f));
  }
  if (list.frames.empty()) {
    list.frames = std::move(helpers);
  } else if (!helpers.empty()) {
    list.notes.push_back(
        fmt::format("{} reduced copies or masks in the file were passed over.", helpers.size()));
  }
  return list;
}

// What the method can shrink at best: 1 bit a line of white for the fax codes, runs of 128 for
// PackBits, the longest string for LZW, 1032 for Deflate (RFC 1951), two bits a block of 64
// samples, and four times fewer colour blocks, for JPEG. 0: we do not know.
double max_ratio(std::uint64_t compression) {
  switch (compression) {
    case COMPRESSION_NONE:
      return 1;
    case COMPRESSION_PACKBITS:
      return 64;
    case COMPRESSION_LZW:
      return 1400;
    case COMPRESSION_DEFLATE:
    case COMPRESSION_ADOBE_DEFLATE:
      return 1040;
    case COMPRESSION_JPEG:
    case COMPRESSION_OJPEG:
      return 1100;
    default:
      return 0;
  }
}

// Tags without which the pixels would come out otherwise. libtiff drops one whose value lies
// outside the file and goes on.
Result<void> check_whole(const FrameTags& f, std::size_t file_bytes) {
  for (const IfdEntry& e : f.ifd.entries)
    for (const int needed :
         {TIFFTAG_BITSPERSAMPLE, TIFFTAG_STRIPOFFSETS, TIFFTAG_STRIPBYTECOUNTS, TIFFTAG_COLORMAP,
          TIFFTAG_TILEOFFSETS, TIFFTAG_TILEBYTECOUNTS, TIFFTAG_EXTRASAMPLES, TIFFTAG_JPEGTABLES,
          TIFFTAG_YCBCRCOEFFICIENTS, TIFFTAG_REFERENCEBLACKWHITE, TIFFTAG_ICCPROFILE})
      if (e.tag == needed && e.beyond)
        return fail(ErrorKind::bad_input,
                    "the value of tag {} lies beyond the end of the file ({} bytes): it is cut off",
                    e.tag, file_bytes);
  return {};
}

std::uint64_t packed_bytes(const FrameTags& f) {
  return (f.width * f.samples * f.bits + 7) / 8 * f.height;
}

// --- libtiff over memory -------------------------------------------------------------------------

struct Source {
  ByteView bytes;
  std::uint64_t at = 0;
  std::array<char, 240> error{};   // the first one
  std::array<char, 240> damage{};  // the first warning that means invented pixels
  std::array<std::array<char, 240>, 4> warnings{};
  std::size_t warned = 0;
};

tmsize_t read_some(thandle_t handle, void* to, tmsize_t n) {
  auto* s = static_cast<Source*>(handle);
  const std::uint64_t left = s->at < s->bytes.size() ? s->bytes.size() - s->at : 0;
  const std::uint64_t got =
      std::min<std::uint64_t>(left, static_cast<std::uint64_t>(std::max<tmsize_t>(n, 0)));
  if (got > 0) std::memcpy(to, s->bytes.data() + s->at, static_cast<std::size_t>(got));
  s->at += got;
  return static_cast<tmsize_t>(got);
}
tmsize_t write_nothing(thandle_t, void*, tmsize_t) {
  return 0;
}
toff_t seek_to(thandle_t handle, toff_t offset, int whence) {
  auto* s = static_cast<Source*>(handle);
  const std::uint64_t base = whence == SEEK_CUR ? s->at : whence == SEEK_END ? s->bytes.size() : 0;
  s->at = base + offset;
  return s->at;
}
int close_nothing(thandle_t) {
  return 0;
}
toff_t size_of(thandle_t handle) {
  return static_cast<Source*>(handle)->bytes.size();
}

bool means_damage(const char* text) {
  for (const char* sign : {"remature", "ength mismatch", "bad Huffman", "lack of data",
                           "orrupt JPEG", "nvalid JPEG", "Not enough data", "unsupported marker"})
    if (std::strstr(text, sign) && !std::strstr(text, "extraneous")) return true;
  return false;
}

int on_error(TIFF*, void* user, const char*, const char* format, va_list args) {
  auto* s = static_cast<Source*>(user);
  if (s->error[0] == 0) std::vsnprintf(s->error.data(), s->error.size(), format, args);
  return 1;  // nothing more to be printed
}
int on_warning(TIFF*, void* user, const char*, const char* format, va_list args) {
  auto* s = static_cast<Source*>(user);
  std::array<char, 240> text{};
  std::vsnprintf(text.data(), text.size(), format, args);
  if (std::strncmp(text.data(), "Unknown field", 13) == 0) return 1;  // private tags are common
  if (s->damage[0] == 0 && means_damage(text.data())) s->damage = text;
  if (s->warned < s->warnings.size()) s->warnings[s->warned++] = text;
  return 1;
}

using OptionsPtr = std::unique_ptr<TIFFOpenOptions, FreeWith<TIFFOpenOptionsFree>>;
using TiffPtr = std::unique_ptr<TIFF, FreeWith<TIFFClose>>;

// libtiff's message as the second half of our sentence.
std::string said(const std::array<char, 240>& text) {
  std::string t = tag_text(text.data());
  while (!t.empty() && t.back() == '.') t.pop_back();
  return t.empty() ? "libtiff does not say why" : t;
}

class TiffFile {
 public:
  static Result<std::unique_ptr<TiffFile>> open(ByteView bytes, std::uint64_t directory) {
    std::unique_ptr<TiffFile> file(new TiffFile);
    file->source_.bytes = bytes;
    const OptionsPtr options(TIFFOpenOptionsAlloc());
    if (!options) throw std::bad_alloc();
    TIFFOpenOptionsSetMaxSingleMemAlloc(options.get(), max_single_alloc);
    TIFFOpenOptionsSetErrorHandlerExtR(options.get(), on_error, &file->source_);
    TIFFOpenOptionsSetWarningHandlerExtR(options.get(), on_warning, &file->source_);
    // h: the header only, the directory we choose; m: no memory map, we have the bytes.
    file->tiff_.reset(TIFFClientOpenExt("scan", "rhm", &file->source_, read_some, write_nothing,
                                        seek_to, close_nothing, size_of, nullptr, nullptr,
                                        options.get()));
    if (!file->tiff_ || !TIFFSetSubDirectory(file->tiff_.get(), directory))
      return fail(ErrorKind::bad_input, "the TIFF cannot be opened: {}", said(file->source_.error));
    return file;
  }
  TIFF* get() const { return tiff_.get(); }
  const Source& source() const { return source_; }

  // Whether reading row y went well, by libtiff's answer and by what it said meanwhile.
  Result<void> check(bool ok, std::uint64_t y) const {
    if (ok && source_.error[0] == 0 && source_.damage[0] == 0) return {};
    const bool failed = !ok || source_.error[0] != 0;
    if (failed && reaches_beyond_file())
      return fail(
          ErrorKind::bad_input,
          "the image's data reach beyond the end of the file ({} bytes): it is cut off or damaged",
          source_.bytes.size());
    return fail(ErrorKind::bad_input, "the image is damaged at row {}: {}", y,
                said(failed ? source_.error : source_.damage));
  }

 private:
  TiffFile() = default;
  bool reaches_beyond_file() const {
    TIFF* t = tiff_.get();
    const std::uint32_t n = TIFFIsTiled(t) ? TIFFNumberOfTiles(t) : TIFFNumberOfStrips(t);
    for (std::uint32_t i = 0; i < n; ++i) {
      const std::uint64_t at = TIFFGetStrileOffset(t, i), size = TIFFGetStrileByteCount(t, i);
      if (at > source_.bytes.size() || size > source_.bytes.size() - at) return true;
    }
    return false;
  }

  Source source_;
  TiffPtr tiff_;
};

// --- what the directory says ---------------------------------------------------------------------

struct Layout {
  Size size;
  int bits = 1, samples = 1;
  int photometric = PHOTOMETRIC_MINISBLACK;
  int compression = COMPRESSION_NONE;
  bool separate = false, tiled = false, by_rgba = false, signed_ab = false;
  PixelKind kind;                     // of the unpacked rows
  std::vector<std::uint8_t> palette;  // R, G, B for each value, when by palette
};

template <class T>
T field(TIFF* tiff, ttag_t tag, T otherwise) {
  T v = otherwise;
  return TIFFGetFieldDefaulted(tiff, tag, &v) ? v : otherwise;
}

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
Result<void> read_palette(TIFF* tiff, Layout& l) {
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

Result<void> read_photometric(TIFF* tiff, Layout& l, SourceFacts& facts) {
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
      if (field<std::uint16_t>(tiff, TIFFTAG_INKSET, INKSET_CMYK) != INKSET_CMYK)
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

Result<Layout> read_layout(TIFF* tiff, const FrameTags& tags, SourceFacts& facts,
                           const DecodeParams& params) {
  Layout l;
  const auto size = checked_size(field<std::uint32_t>(tiff, TIFFTAG_IMAGEWIDTH, 0),
                                 field<std::uint32_t>(tiff, TIFFTAG_IMAGELENGTH, 0), params);
  if (!size) return pass(size);
  l.size = *size;
  if (tags.width != static_cast<std::uint64_t>(size->width) ||
      tags.height != static_cast<std::uint64_t>(size->height))
    return fail(ErrorKind::bad_input, "the TIFF's image size is written in a damaged way");
  l.bits = field<std::uint16_t>(tiff, TIFFTAG_BITSPERSAMPLE, 1);
  l.samples = field<std::uint16_t>(tiff, TIFFTAG_SAMPLESPERPIXEL, 1);
  l.compression = field<std::uint16_t>(tiff, TIFFTAG_COMPRESSION, COMPRESSION_NONE);
  l.separate = l.samples > 1 && field<std::uint16_t>(tiff, TIFFTAG_PLANARCONFIG,
                                                     PLANARCONFIG_CONTIG) == PLANARCONFIG_SEPARATE;
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
  const int format = field<std::uint16_t>(tiff, TIFFTAG_SAMPLEFORMAT, SAMPLEFORMAT_UINT);
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

// --- rows ----------------------------------------------------------------------------------------

std::size_t sz(std::int64_t v) {
  return static_cast<std::size_t>(v);
}

// Packed rows of one plane (or of all samples, when they lie together), in order.
class PackedRows {
 public:
  PackedRows(const TiffFile& file, const Layout& l, int plane)
      : file_(file),
        tiff_(file.get()),
        tiled_(l.tiled),
        size_(l.size),
        plane_(plane),
        sample_bits_(l.bits * (l.separate ? 1 : l.samples)) {}

  Result<void> prepare() {
    const std::size_t row_bytes = (sz(size_.width) * sz(sample_bits_) + 7) / 8;
    if (!tiled_) {
      const tmsize_t scanline = TIFFScanlineSize(tiff_);
      if (scanline < static_cast<tmsize_t>(row_bytes) ||
          scanline > static_cast<tmsize_t>(4 * row_bytes + 64))
        return fail(ErrorKind::bad_input, "the TIFF's rows have {} bytes where {} are needed",
                    scanline, row_bytes);
      rows_.resize(sz(scanline));
      return {};
    }
    tile_width_ = field<std::uint32_t>(tiff_, TIFFTAG_TILEWIDTH, 0);
    tile_height_ = field<std::uint32_t>(tiff_, TIFFTAG_TILELENGTH, 0);
    const tmsize_t tile_row = TIFFTileRowSize(tiff_), tile = TIFFTileSize(tiff_);
    if (tile_width_ == 0 || tile_height_ == 0 || tile_row <= 0 || tile <= 0 ||
        tile_width_ > 65536 || tile_height_ > 65536 || tile > (256ll << 20) ||
        (std::uint64_t{tile_width_} * sz(sample_bits_)) % 8 != 0 ||
        sz(tile_row) != std::uint64_t{tile_width_} * sz(sample_bits_) / 8 ||
        sz(tile) != sz(tile_row) * tile_height_)
      return fail(ErrorKind::unsupported, "the TIFF's tiles of {} x {} pixels are not read",
                  tile_width_, tile_height_);
    tile_.resize(sz(tile));
    // Whole tiles side by side; the last one may reach beyond the image.
    const std::size_t across = (sz(size_.width) + tile_width_ - 1) / tile_width_;
    stride_ = across * sz(tile_row);
    rows_.resize(stride_ * std::min<std::size_t>(tile_height_, sz(size_.height)));
    return {};
  }

  Result<const std::uint8_t*> row(int y) {
    if (!tiled_) {
      const int got = TIFFReadScanline(tiff_, rows_.data(), static_cast<std::uint32_t>(y),
                                       static_cast<std::uint16_t>(plane_));
      if (auto ok = file_.check(got == 1, static_cast<std::uint64_t>(y)); !ok) return pass(ok);
      return rows_.data();
    }
    const std::size_t in_band = sz(y) % tile_height_;
    if (in_band == 0)
      if (auto ok = read_band(y); !ok) return pass(ok);
    return rows_.data() + in_band * stride_;
  }

 private:
  Result<void> read_band(int y) {
    const std::size_t tile_row = tile_.size() / tile_height_;
    const std::size_t rows = std::min<std::size_t>(tile_height_, sz(size_.height - y));
    std::size_t at = 0;
    for (std::uint32_t x = 0; x < static_cast<std::uint32_t>(size_.width); x += tile_width_) {
      const tmsize_t got = TIFFReadTile(tiff_, tile_.data(), x, static_cast<std::uint32_t>(y), 0,
                                        static_cast<std::uint16_t>(plane_));
      if (auto ok = file_.check(got == static_cast<tmsize_t>(tile_.size()),
                                static_cast<std::uint64_t>(y));
          !ok)
        return ok;
      for (std::size_t i = 0; i < rows; ++i)
        std::memcpy(&rows_[i * stride_ + at], &tile_[i * tile_row], tile_row);
      at += tile_row;
    }
    return {};
  }

  const TiffFile& file_;
  TIFF* tiff_;
  bool tiled_;
  Size size_;
  int plane_;
  int sample_bits_;  // of one pixel of this plane
  std::uint32_t tile_width_ = 0, tile_height_ = 0;
  std::size_t stride_ = 0;
  Bytes tile_, rows_;
};

// Sample i of a packed row: bits lie highest first, 16-bit samples in the machine's order.
std::uint32_t packed_sample(const std::uint8_t* row, std::size_t i, int bits) {
  if (bits == 8) return row[i];
  if (bits == 16) {
    std::uint16_t v = 0;
    std::memcpy(&v, row + 2 * i, 2);
    return v;
  }
  if (bits < 8 && 8 % bits == 0) {
    const std::size_t bit = i * sz(bits);
    return (row[bit / 8] >> (8 - bits - static_cast<int>(bit % 8))) & ((1u << bits) - 1);
  }
  std::uint32_t v = 0;
  for (std::size_t bit = i * sz(bits), n = sz(bits); n > 0; --n, ++bit)
    v = (v << 1) | ((row[bit / 8] >> (7 - bit % 8)) & 1u);
  return v;
}

// Unpacks rows into what PixelKind says.
class Unpacker {
 public:
  explicit Unpacker(const Layout& l) : l_(l) {
    const std::uint32_t top = (1u << l.bits) - 1, full = l.kind.bits == 8 ? 255 : 65535;
    if (l.bits != 8 && l.bits != 16)
      for (std::uint32_t v = 0; v <= top; ++v)
        scale_.push_back(static_cast<std::uint16_t>((v * full + top / 2) / top));
    row_.resize((sz(l.size.width) * sz(l.kind.samples) * sz(l.kind.bits) + 7) / 8);
    // A byte of a bilevel image is eight pixels; no need to take them apart one by one.
    if (l.bits == 1 && l.samples == 1 && l.palette.empty())
      for (std::size_t byte = 0; byte < 256; ++byte)
        for (std::size_t i = 0; i < 8; ++i) eight_[byte][i] = (byte >> (7 - i)) & 1 ? 255 : 0;
  }

  bool is_plain() const {
    return (l_.bits == 8 || l_.bits == 16) && l_.palette.empty() && !l_.signed_ab &&
           l_.kind.samples == l_.samples && !l_.separate;
  }

  const std::uint8_t* unpack(const std::vector<const std::uint8_t*>& planes) {
    if (is_plain()) return planes[0];
    const std::size_t width = sz(l_.size.width);
    if (!l_.palette.empty()) {
      for (std::size_t x = 0; x < width; ++x)
        std::memcpy(&row_[3 * x], &l_.palette[3 * packed_sample(planes[0], x * stride(), l_.bits)],
                    3);
    } else if (l_.bits == 1 && l_.samples == 1) {
      for (std::size_t x = 0; x < width; x += 8)
        std::memcpy(&row_[x], eight_[planes[0][x / 8]].data(), std::min<std::size_t>(8, width - x));
    } else if (l_.kind.bits == 8) {
      spread(planes, row_.data());
    } else {
      spread(planes, reinterpret_cast<std::uint16_t*>(row_.data()));
    }
    return row_.data();
  }

 private:
  std::size_t stride() const { return l_.separate ? 1 : sz(l_.samples); }

  template <class Sample>
  void spread(const std::vector<const std::uint8_t*>& planes, Sample* out) const {
    const std::size_t width = sz(l_.size.width), n = sz(l_.kind.samples), step = stride();
    for (std::size_t c = 0; c < n; ++c) {
      const std::uint8_t* from = planes[l_.separate ? c : 0];
      const std::size_t first = l_.separate ? 0 : c;
      for (std::size_t x = 0; x < width; ++x) {
        const std::uint32_t v = packed_sample(from, first + x * step, l_.bits);
        out[x * n + c] = static_cast<Sample>(scale_.empty() ? v : scale_[v]);
      }
      if (l_.signed_ab && (c == 1 || c == 2))
        for (std::size_t x = 0; x < width; ++x)
          out[x * n + c] = static_cast<Sample>(out[x * n + c] ^ 0x80);
    }
  }

  const Layout& l_;
  std::vector<std::uint16_t> scale_;
  Bytes row_;
  std::array<std::array<std::uint8_t, 8>, 256> eight_{};
};

// libtiff's own conversion, a strip or a row of tiles at a time.
class RgbaRows {
 public:
  RgbaRows(const TiffFile& file, const Layout& l) : file_(file), size_(l.size) {
    const std::uint32_t rows =
        l.tiled ? field<std::uint32_t>(file.get(), TIFFTAG_TILELENGTH, 16)
                : field<std::uint32_t>(file.get(), TIFFTAG_ROWSPERSTRIP, UINT32_MAX);
    band_rows_ = static_cast<int>(
        std::clamp<std::uint32_t>(rows, 1, static_cast<std::uint32_t>(l.size.height)));
  }
  ~RgbaRows() {
    if (begun_) TIFFRGBAImageEnd(&image_);
  }
  RgbaRows(const RgbaRows&) = delete;
  RgbaRows& operator=(const RgbaRows&) = delete;

  Result<void> prepare() {
    std::array<char, 1024> why{};
    if (!TIFFRGBAImageOK(file_.get(), why.data()) ||
        !TIFFRGBAImageBegin(&image_, file_.get(), 1, why.data()))
      return fail(ErrorKind::unsupported, "the TIFF's YCbCr colours are not read: {}",
                  tag_text(why.data()));
    begun_ = true;
    image_.orientation = image_.req_orientation = ORIENTATION_TOPLEFT;
    band_.resize(sz(size_.width) * sz(band_rows_));
    return {};
  }

  Result<const std::uint8_t*> row(int y) {
    const int in_band = y % band_rows_;
    if (in_band == 0) {
      image_.row_offset = y;
      image_.col_offset = 0;
      const int rows = std::min(band_rows_, size_.height - y);
      const int got =
          TIFFRGBAImageGet(&image_, band_.data(), static_cast<std::uint32_t>(size_.width),
                           static_cast<std::uint32_t>(rows));
      if (auto ok = file_.check(got == 1, static_cast<std::uint64_t>(y)); !ok) return pass(ok);
    }
    // R is the lowest byte of libtiff's word; make that the first byte on any machine.
    row_.resize(sz(size_.width) * 4);
    const std::uint32_t* from = band_.data() + sz(in_band) * sz(size_.width);
    for (std::size_t x = 0; x < sz(size_.width); ++x)
      for (std::size_t c = 0; c < 4; ++c)
        row_[4 * x + c] = static_cast<std::uint8_t>(from[x] >> (8 * c));
    return row_.data();
  }

 private:
  const TiffFile& file_;
  Size size_;
  int band_rows_ = 1;
  bool begun_ = false;
  TIFFRGBAImage image_{};
  std::vector<std::uint32_t> band_;
  Bytes row_;
};

ByteView profile_of(TIFF* tiff) {
  std::uint32_t n = 0;
  void* data = nullptr;
  if (!TIFFGetField(tiff, TIFFTAG_ICCPROFILE, &n, &data) || !data) return {};
  return {static_cast<const std::uint8_t*>(data), n};
}

std::uint64_t need_of(const IfdHeader& h, const FrameTags& f, std::uint64_t file_bytes,
                      const DecodeParams& params) {
  if (!checked_size(f.width, f.height, params)) return 0;  // refused before anything is allocated
  const std::uint64_t pixels = f.width * f.height;
  const bool palette = whole_number(h, f.ifd, tag_photometric).value_or(1) == PHOTOMETRIC_PALETTE;
  const std::uint64_t channels = f.samples >= 3 || palette ? 3 : 1;
  const std::uint64_t tile_rows = whole_number(h, f.ifd, TIFFTAG_TILELENGTH).value_or(0);
  const std::uint64_t band = packed_bytes(f) / f.height * std::min(tile_rows, f.height);
  const bool by_rgba = f.compression == COMPRESSION_OJPEG;
  // The image; a strip as it lies in the file; a row of tiles; old JPEG's detour.
  return pixels * channels + std::min(packed_bytes(f), file_bytes) + 2 * band +
         (by_rgba ? pixels * 4 : 0) + (4u << 20);
}

}  // namespace

Result<ScanHeader> probe_tiff(ByteView bytes, const DecodeParams& params) {
  const auto list = list_frames(bytes);
  if (!list) return pass(list);
  ScanHeader header{"image/tiff", {}, {}};
  for (const FrameTags& f : list->frames) {
    header.frames.push_back(claimed_size(f.width, f.height));
    header.decode_bytes.push_back(need_of(list->header, f, bytes.size(), params));
  }
  return header;
}

Result<ScanImage> decode_tiff(ByteView bytes, int frame, const DecodeParams& params) {
  const auto list = list_frames(bytes);
  if (!list) return pass(list);
  if (frame < 0 || sz(frame) >= list->frames.size())
    return fail(ErrorKind::bad_input, "the file holds {} images; there is no image {}",
                list->frames.size(), frame + 1);
  const FrameTags& tags = list->frames[sz(frame)];
  if (auto size = checked_size(tags.width, tags.height, params); !size) return pass(size);
  if (const double ratio = max_ratio(tags.compression);
      ratio > 0 && tags.samples <= 16 && tags.bits <= 64)
    if (auto ok = plausible(packed_bytes(tags), bytes.size(), ratio); !ok) return pass(ok);

  if (auto ok = check_whole(tags, bytes.size()); !ok) return pass(ok);

  SourceFacts facts;
  facts.format = "image/tiff";
  facts.format_version = list->header.big_tiff ? "BigTIFF" : "6.0";
  facts.byte_order = list->header.big_endian ? "big endian" : "little endian";
  facts.frame = frame;
  facts.frames = static_cast<int>(list->frames.size());
  for (const std::string& note : list->notes) add_note(facts, note);
  use_tags(making_tags(bytes, list->header, tags.ifd), facts);

  const auto opened = TiffFile::open(bytes, tags.at);
  if (!opened) return pass(opened);
  const TiffFile& file = **opened;
  const auto layout = read_layout(file.get(), tags, facts, params);
  if (!layout) return pass(layout);
  facts.stored_width_px = layout->size.width;
  facts.stored_height_px = layout->size.height;
  for (std::size_t i = 0; i < file.source().warned; ++i)
    add_note(facts, "libtiff: " + said(file.source().warnings[i]) + ".");
  if (file.source().error[0] != 0)
    return fail(ErrorKind::bad_input, "the TIFF's directory is damaged: {}",
                said(file.source().error));

  if (layout->by_rgba) {
    RgbaRows rows(file, *layout);
    if (auto ok = rows.prepare(); !ok) return pass(ok);
    return draw(
        std::move(facts), layout->kind, profile_of(file.get()), [&](int y) { return rows.row(y); },
        params);
  }

  // Handles of the planes after the first, and the packed rows of each.
  std::vector<std::unique_ptr<TiffFile>> more;
  std::vector<PackedRows> planes;
  planes.emplace_back(file, *layout, 0);
  for (int p = 1; layout->separate && p < layout->kind.samples; ++p) {
    auto next = TiffFile::open(bytes, tags.at);
    if (!next) return pass(next);
    more.push_back(std::move(*next));
    planes.emplace_back(*more.back(), *layout, p);
  }
  for (PackedRows& p : planes)
    if (auto ok = p.prepare(); !ok) return pass(ok);
  Unpacker unpacker(*layout);
  std::vector<const std::uint8_t*> packed(planes.size());
  return draw(
      std::move(facts), layout->kind, profile_of(file.get()),
      [&](int y) -> Result<const std::uint8_t*> {
        for (std::size_t p = 0; p < planes.size(); ++p) {
          const auto row = planes[p].row(y);
          if (!row) return row;
          packed[p] = *row;
        }
        return unpacker.unpack(packed);
      },
      params);
}

}  // namespace linka
