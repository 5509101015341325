// SPDX-License-Identifier: GPL-3.0-or-later
// OpenJPEG decodes; the boxes around the codestream (resolution, colour, Exif) and the first
// markers of the codestream we read ourselves, because OpenJPEG knows no resolution boxes and
// because a header may ask it for far more memory than any picture needs. OpenJPEG keeps 32 bits a
// sample, so tiled images are decoded one row of tiles at a time.
#include "base/handle.h"
#include "stages/decode/ifd.h"
#include "stages/decode/reader.h"

#include <openjpeg.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <memory>
#include <optional>
#include <string_view>

namespace linka {
namespace {

constexpr int max_components = 8;
// 600 megapixels in tiles of 256 are 9,200.
constexpr std::uint64_t max_tiles = 20'000;
// Code blocks and precincts that OpenJPEG keeps books about, some 200 bytes each; 600 megapixels of
// colour in blocks of 32 are 1.8 million.
constexpr std::uint64_t max_parts = 2'500'000;
// No compressor gives so little for a scan; only asked of large images.
constexpr double max_pixels_a_byte = 2000;

std::uint64_t number(ByteView b, std::size_t at, std::size_t n) {
  std::uint64_t v = 0;
  for (std::size_t i = 0; i < n; ++i) v = (v << 8) | b[at + i];
  return v;
}
std::uint64_t parts_of(std::uint64_t whole, std::uint64_t part) {
  return (whole + part - 1) / part;
}

// --- boxes ---------------------------------------------------------------------------------------

struct Box2 {
  std::string_view type;
  ByteView body;
};

// Takes the next box off `rest`.
Result<Box2> next_box(ByteView& rest) {
  if (rest.size() < 8) return fail(ErrorKind::bad_input, "a box of the JP2 file is cut off");
  std::uint64_t size = number(rest, 0, 4);
  std::size_t head = 8;
  if (size == 1) {
    if (rest.size() < 16) return fail(ErrorKind::bad_input, "a box of the JP2 file is cut off");
    size = number(rest, 8, 8);
    head = 16;
  }
  if (size == 0) size = rest.size();  // to the end of the file
  const std::string_view type(reinterpret_cast<const char*>(rest.data()) + 4, 4);
  if (size < head || size > rest.size())
    return fail(ErrorKind::bad_input,
                "the box \"{}\" of the JP2 file claims {} bytes where {} are left",
                tag_text(std::string(type)), size, rest.size());
  const Box2 box{type, rest.subspan(head, static_cast<std::size_t>(size) - head)};
  rest = rest.subspan(static_cast<std::size_t>(size));
  return box;
}

struct Jp2 {
  bool boxed = false;
  ByteView codestream;
  int enumerated = 0;  // colour space by number; 0: none
  ByteView icc;
  bool palette = false;
  Dpi capture_dpi, display_dpi;
  std::optional<MakingTags> exif;
};

Dpi dpi_of(ByteView b) {
  if (b.size() < 10) return {};
  const auto metric = [&](std::size_t ratio_at, std::size_t exponent_at) {
    const auto below = static_cast<double>(number(b, ratio_at + 2, 2));
    if (below == 0) return 0.0;
    const double ratio = static_cast<double>(number(b, ratio_at, 2)) / below;
    return dpi_from_metric(ratio * std::pow(10.0, static_cast<std::int8_t>(b[exponent_at])));
  };
  return {metric(4, 9), metric(0, 8)};
}

Result<void> read_header_box(ByteView rest, Jp2& jp2) {
  for (int n = 0; !rest.empty(); ++n) {
    const auto box = next_box(rest);
    if (!box) return pass(box);
    if (n > 1000) return fail(ErrorKind::bad_input, "the JP2 header has more than 1000 boxes");
    if (box->type == "colr" && box->body.size() >= 3 && jp2.enumerated == 0 && jp2.icc.empty()) {
      if (box->body[0] == 1 && box->body.size() >= 7)
        jp2.enumerated = static_cast<int>(std::min<std::uint64_t>(number(box->body, 3, 4), 1000));
      if (box->body[0] == 2 || box->body[0] == 3) jp2.icc = box->body.subspan(3);
    } else if (box->type == "pclr") {
      jp2.palette = true;
    } else if (box->type == "res ") {
      ByteView inside = box->body;
      while (!inside.empty()) {
        const auto res = next_box(inside);
        if (!res) return pass(res);
        if (res->type == "resc") jp2.capture_dpi = dpi_of(res->body);
        if (res->type == "resd") jp2.display_dpi = dpi_of(res->body);
      }
    }
  }
  return {};
}

Result<Jp2> read_boxes(ByteView bytes) {
  Jp2 jp2;
  if (bytes[0] == 0xFF) {
    jp2.codestream = bytes;
    return jp2;
  }
  jp2.boxed = true;
  constexpr std::string_view exif_uuid = "JpgTiffExif->JP2";
  ByteView rest = bytes;
  for (int n = 0; rest.size() >= 8; ++n) {
    const auto box = next_box(rest);
    if (!box) return pass(box);
    if (n > 10'000) return fail(ErrorKind::bad_input, "the JP2 file has more than 10000 boxes");
    if (box->type == "jp2h") {
      if (auto ok = read_header_box(box->body, jp2); !ok) return pass(ok);
    } else if (box->type == "jp2c" && jp2.codestream.empty()) {
      jp2.codestream = box->body;
    } else if (box->type == "uuid" && box->body.size() > 16 &&
               std::memcmp(box->body.data(), exif_uuid.data(), 16) == 0) {
      ByteView block = box->body.subspan(16);
      if (block.size() > 6 && std::memcmp(block.data(), "Exif\0\0", 6) == 0)
        block = block.subspan(6);
      jp2.exif = making_tags(block);
    }
  }
  if (jp2.codestream.empty()) return fail(ErrorKind::bad_input, "the JP2 file holds no codestream");
  return jp2;
}

// --- the codestream's first markers --------------------------------------------------------------

struct Siz {
  std::uint64_t x1 = 0, y1 = 0, x0 = 0, y0 = 0, tile_w = 0, tile_h = 0, tile_x0 = 0, tile_y0 = 0;
  std::vector<int> bits;
  bool full_grid = true;    // every component has a sample at every pixel
  bool in_turn = true;      // all parts of a tile stand together
  std::uint64_t parts = 0;  // code blocks and precincts, by the first COD marker
  std::uint64_t width() const { return x1 > x0 ? x1 - x0 : 0; }
  std::uint64_t height() const { return y1 > y0 ? y1 - y0 : 0; }
  std::uint64_t tiles() const {
    if (tile_w == 0 || tile_h == 0 || x1 < tile_x0 || y1 < tile_y0) return 0;
    return parts_of(x1 - tile_x0, tile_w) * parts_of(y1 - tile_y0, tile_h);
  }
};

std::uint64_t parts_by_cod(ByteView cod, const Siz& siz) {
  if (cod.size() < 10) return 0;
  const bool own_precincts = (cod[0] & 1) != 0;
  const std::size_t levels = std::min<std::size_t>(cod[5], 32);
  const unsigned block_w = (cod[6] & 15u) + 2, block_h = (cod[7] & 15u) + 2;
  const std::uint64_t tile_w = std::min(siz.tile_w, siz.width()),
                      tile_h = std::min(siz.tile_h, siz.height());
  std::uint64_t parts = 0;
  for (std::size_t r = 0; r <= levels; ++r) {
    const std::size_t down = levels - r;
    const std::uint64_t w = parts_of(tile_w, std::uint64_t{1} << down);
    const std::uint64_t h = parts_of(tile_h, std::uint64_t{1} << down);
    unsigned pw = 15, ph = 15;
    if (own_precincts && 10 + r < cod.size()) {
      pw = cod[10 + r] & 15u;
      ph = cod[10 + r] >> 4;
    }
    const std::uint64_t bw = std::min(pw, block_w), bh = std::min(ph, block_h);
    parts += parts_of(w, std::uint64_t{1} << pw) * parts_of(h, std::uint64_t{1} << ph) +
             parts_of(w, std::uint64_t{1} << bw) * parts_of(h, std::uint64_t{1} << bh);
  }
  return parts * siz.tiles() * siz.bits.size();
}

// Whether each tile's parts follow each other, from the first SOT marker on. Some encoders write
// the lowest resolution of every tile first, then the next; OpenJPEG reads such a file only as a
// whole.
bool tiles_stand_in_turn(ByteView c, std::size_t at) {
  std::vector<bool> begun(65536);
  std::uint64_t current = 65536;
  while (at + 12 <= c.size() && c[at] == 0xFF && c[at + 1] == 0x90) {
    const std::uint64_t tile = number(c, at + 4, 2), length = number(c, at + 6, 4);
    if (tile != current && begun[tile]) return false;
    begun[tile] = true;
    current = tile;
    if (length < 14 || length > c.size() - at) break;  // 0: the last part; else damaged
    at += static_cast<std::size_t>(length);
  }
  return true;
}

Result<Siz> read_siz(ByteView c) {
  if (c.size() < 45 || number(c, 0, 4) != 0xFF4FFF51)
    return fail(ErrorKind::bad_input, "the JPEG 2000 codestream does not begin with its size");
  Siz s;
  s.x1 = number(c, 8, 4), s.y1 = number(c, 12, 4), s.x0 = number(c, 16, 4), s.y0 = number(c, 20, 4);
  s.tile_w = number(c, 24, 4), s.tile_h = number(c, 28, 4);
  s.tile_x0 = number(c, 32, 4), s.tile_y0 = number(c, 36, 4);
  const std::uint64_t n = number(c, 40, 2);
  if (n == 0 || n > max_components)
    return fail(ErrorKind::unsupported, "the JPEG 2000 image has {} components", n);
  if (c.size() < 42 + 3 * n) return fail(ErrorKind::bad_input, "the JPEG 2000 header is cut off");
  for (std::size_t i = 0; i < n; ++i) {
    s.bits.push_back((c[42 + 3 * i] & 0x7F) + 1);
    s.full_grid = s.full_grid && c[43 + 3 * i] == 1 && c[44 + 3 * i] == 1;
  }
  // The other markers of the main header, up to the first tile.
  std::size_t at = 2;
  while (at + 4 <= c.size() && c[at] == 0xFF && c[at + 1] != 0x90) {
    const auto size = static_cast<std::size_t>(number(c, at + 2, 2));
    if (size < 2 || size > c.size() - at - 2) break;
    if (c[at + 1] == 0x52) s.parts = parts_by_cod(c.subspan(at + 4, size - 2), s);
    at += 2 + size;
  }
  s.in_turn = tiles_stand_in_turn(c, at);
  return s;
}

Result<void> check_demands(const Siz& s, std::size_t codestream_bytes, const DecodeParams& params) {
  if (auto size = checked_size(s.width(), s.height(), params); !size) return pass(size);
  if (s.tiles() == 0 || s.tiles() > max_tiles)
    return fail(ErrorKind::unsupported, "the JPEG 2000 image is cut into {} tiles", s.tiles());
  if (s.parts > max_parts)
    return fail(ErrorKind::unsupported,
                "the JPEG 2000 image is cut into {} code blocks and precincts", s.parts);
  for (const int bits : s.bits)
    if (bits > 16)
      return fail(ErrorKind::unsupported,
                  "the JPEG 2000 image has {} bits a sample; up to 16 are read", bits);
  return plausible(s.width() * s.height(), codestream_bytes, max_pixels_a_byte);
}

// --- OpenJPEG over memory ------------------------------------------------------------------------

using CodecPtr = std::unique_ptr<opj_codec_t, FreeWith<opj_destroy_codec>>;
using StreamPtr = std::unique_ptr<opj_stream_t, FreeWith<opj_stream_destroy>>;
using PicturePtr = std::unique_ptr<opj_image_t, FreeWith<opj_image_destroy>>;

struct Source {
  ByteView bytes;
  std::size_t at = 0;
};
OPJ_SIZE_T read_some(void* to, OPJ_SIZE_T n, void* user) {
  auto* s = static_cast<Source*>(user);
  const std::size_t got = std::min<std::size_t>(n, s->bytes.size() - s->at);
  if (got == 0) return static_cast<OPJ_SIZE_T>(-1);
  std::memcpy(to, s->bytes.data() + s->at, got);
  s->at += got;
  return got;
}
OPJ_OFF_T skip_some(OPJ_OFF_T n, void* user) {
  auto* s = static_cast<Source*>(user);
  if (n < 0) return -1;
  const std::size_t step =
      std::min<std::size_t>(static_cast<std::size_t>(n), s->bytes.size() - s->at);
  s->at += step;
  return step == 0 && n > 0 ? -1 : static_cast<OPJ_OFF_T>(step);
}
OPJ_BOOL seek_to(OPJ_OFF_T to, void* user) {
  auto* s = static_cast<Source*>(user);
  if (to < 0 || static_cast<std::uint64_t>(to) > s->bytes.size()) return OPJ_FALSE;
  s->at = static_cast<std::size_t>(to);
  return OPJ_TRUE;
}

struct Messages {
  std::array<char, 240> error{};    // the first
  std::array<char, 240> warning{};  // the first
};
void keep(std::array<char, 240>& to, const char* text) {
  if (to[0] != 0) return;
  std::strncpy(to.data(), text, to.size() - 1);
}
void on_error(const char* text, void* user) {
  keep(static_cast<Messages*>(user)->error, text);
}
void on_warning(const char* text, void* user) {
  // Said of every JP2 file that is opened to read tiles.
  if (std::strstr(text, "box which are after the codestream")) return;
  keep(static_cast<Messages*>(user)->warning, text);
}
void on_info(const char*, void*) {}

tl::unexpected<Error> damaged(const Messages& m) {
  std::string text = tag_text(m.error[0] != 0 ? m.error.data() : m.warning.data());
  if (text.empty()) text = "OpenJPEG does not say why";
  return fail(ErrorKind::bad_input, "the JPEG 2000 image is damaged: {}", text);
}

// --- rows ----------------------------------------------------------------------------------------

struct Channels {
  std::vector<OPJ_UINT32> colors;
  std::optional<OPJ_UINT32> alpha;
  Alpha alpha_kind = Alpha::none;
  int unknown = 0;
};

Channels channels_of(const opj_image_t& picture) {
  Channels c;
  for (OPJ_UINT32 i = 0; i < picture.numcomps; ++i) {
    const OPJ_UINT16 mark = picture.comps[i].alpha;
    if (mark == 0) {
      c.colors.push_back(i);
    } else if ((mark == 1 || mark == 2) && !c.alpha) {
      c.alpha = i;
      c.alpha_kind = mark == 1 ? Alpha::straight : Alpha::premultiplied;
    } else {
      ++c.unknown;
    }
  }
  return c;
}

// Decoded samples of one component; it may be coarser than the image.
struct Plane {
  const OPJ_INT32* data = nullptr;
  std::uint64_t width = 0, height = 0, dx = 1, dy = 1;
  int bits = 8;
  bool is_signed = false;
};
Plane plane_of(const opj_image_comp_t& c) {
  return {c.data, c.w, c.h, c.dx, c.dy, static_cast<int>(c.prec), c.sgnd != 0};
}

// Rows of planes as interleaved samples.
class PlaneRows {
 public:
  PlaneRows(std::size_t width, std::uint64_t x0, std::uint64_t y0, int bits, bool ycc)
      : width_(width), x0_(x0), y0_(y0), bits_(bits), ycc_(ycc) {}

  // y counts from the planes' first row.
  const std::uint8_t* row(const std::vector<Plane>& planes, std::uint64_t y) {
    row_.resize(width_ * planes.size());
    for (std::size_t c = 0; c < planes.size(); ++c) fill(c, planes.size(), planes[c], y);
    if (ycc_) make_rgb(planes.size());
    if (bits_ != 8) return reinterpret_cast<const std::uint8_t*>(row_.data());
    narrow_.resize(row_.size());
    for (std::size_t i = 0; i < row_.size(); ++i) narrow_[i] = static_cast<std::uint8_t>(row_[i]);
    return narrow_.data();
  }

 private:
  void fill(std::size_t c, std::size_t n, const Plane& plane, std::uint64_t y) {
    const std::uint64_t down = (y0_ + y) / plane.dy - y0_ / plane.dy;
    const OPJ_INT32* from = plane.data + std::min(down, plane.height - 1) * plane.width;
    const std::int64_t top = (std::int64_t{1} << plane.bits) - 1;
    const std::int64_t shift = plane.is_signed ? std::int64_t{1} << (plane.bits - 1) : 0;
    const std::int64_t full = bits_ == 8 ? 255 : 65535;
    for (std::size_t x = 0; x < width_; ++x) {
      const std::uint64_t across = plane.dx == 1 ? x : (x0_ + x) / plane.dx - x0_ / plane.dx;
      const std::int64_t v =
          std::clamp<std::int64_t>(from[std::min(across, plane.width - 1)] + shift, 0, top);
      row_[x * n + c] = static_cast<std::uint16_t>(top == full ? v : (v * full + top / 2) / top);
    }
  }

  // ITU-R BT.601, full range, as sYCC has it.
  void make_rgb(std::size_t n) {
    const double full = bits_ == 8 ? 255 : 65535, middle = bits_ == 8 ? 128 : 32768;
    const auto put = [&](std::uint16_t& to, double v) {
      to = static_cast<std::uint16_t>(std::clamp(std::floor(v + 0.5), 0.0, full));
    };
    for (std::size_t i = 0; i + 2 < row_.size(); i += n) {
      const double y = row_[i], cb = row_[i + 1] - middle, cr = row_[i + 2] - middle;
      put(row_[i], y + 1.402 * cr);
      put(row_[i + 1], y - 0.344136 * cb - 0.714136 * cr);
      put(row_[i + 2], y + 1.772 * cb);
    }
  }

  std::size_t width_;
  std::uint64_t x0_, y0_;
  int bits_;
  bool ycc_;
  std::vector<std::uint16_t> row_;
  Bytes narrow_;
};

struct Meaning {
  PixelKind kind;
  std::vector<OPJ_UINT32> order;  // components, colours first
  bool ycc = false;
};

Result<Meaning> meaning_of(const opj_image_t& picture, const Jp2& jp2, SourceFacts& facts) {
  Channels c = channels_of(picture);
  Meaning m;
  std::size_t colors = c.colors.size() >= 3 ? 3 : 1;
  if (c.colors.size() == 4 &&
      (jp2.enumerated == 12 ||
       (jp2.icc.size() > 20 && std::memcmp(jp2.icc.data() + 16, "CMYK", 4) == 0)))
    colors = 4;
  if (c.colors.size() < colors)
    return fail(ErrorKind::bad_input, "the JPEG 2000 image has no colour components");
  if (c.colors.size() > colors) {
    c.unknown += static_cast<int>(c.colors.size() - colors);
    c.colors.resize(colors);
  }
  if (c.unknown > 0)
    add_note(facts, fmt::format("{} components without a known meaning were left out.", c.unknown));
  m.kind.model = colors == 4 ? ColorModel::cmyk : colors == 1 ? ColorModel::grey : ColorModel::rgb;
  // OPJ reports CMYK as ink: 0 is none, as enumerated colour space 12 says.
  if (colors == 3 && jp2.enumerated == 14)
    return fail(ErrorKind::unsupported, "L*a*b* in JPEG 2000 is not read");
  m.ycc = colors == 3 && jp2.enumerated == 18;
  facts.color_space = colors == 4            ? "CMYK"
                      : colors == 1          ? "BlackIsZero"
                      : m.ycc                ? "YCbCr"
                      : jp2.enumerated == 16 ? "sRGB"
                                             : "RGB";
  m.order = c.colors;
  if (c.alpha) {
    m.order.push_back(*c.alpha);
    m.kind.alpha = c.alpha_kind;
  }
  m.kind.samples = static_cast<int>(m.order.size());
  for (const OPJ_UINT32 i : m.order) {
    const opj_image_comp_t& comp = picture.comps[i];
    if (!comp.data || comp.w == 0 || comp.h == 0 || comp.dx == 0 || comp.dy == 0 || comp.prec < 1)
      return fail(ErrorKind::bad_input, "a component of the JPEG 2000 image is missing");
    if (comp.prec > 16)
      return fail(ErrorKind::unsupported, "the JPEG 2000 image has {} bits a sample", comp.prec);
    if (comp.prec > 8) m.kind.bits = 16;
  }
  return m;
}

bool by_tiles(const Jp2& jp2, const Siz& s) {
  return s.tiles() > 1 && s.full_grid && s.in_turn && !jp2.palette;
}

std::uint64_t need_of(const Jp2& jp2, const Siz& s) {
  // The image, and OpenJPEG's 32 bits a sample, twice while a tile passes over to the picture.
  const std::uint64_t pixels = s.width() * s.height(), n = s.bits.size();
  const std::uint64_t tile_h = std::min(s.tile_h, s.height());
  const std::uint64_t working =
      by_tiles(jp2, s) ? s.width() * tile_h + 2 * std::min(s.tile_w, s.width()) * tile_h
                       : 2 * pixels;
  return pixels * (n >= 3 ? 3 : 1) + working * n * 4 + s.parts * 200 + (16u << 20);
}

// An open file in OpenJPEG's hands.
class Decoder {
 public:
  static Result<std::unique_ptr<Decoder>> open(ByteView bytes, bool boxed) {
    std::unique_ptr<Decoder> d(new Decoder);
    d->source_.bytes = bytes;
    d->codec_.reset(opj_create_decompress(boxed ? OPJ_CODEC_JP2 : OPJ_CODEC_J2K));
    d->stream_.reset(opj_stream_create(1 << 20, OPJ_TRUE));
    if (!d->codec_ || !d->stream_) throw std::bad_alloc();
    opj_codec_t* codec = d->codec_.get();
    opj_stream_t* stream = d->stream_.get();
    opj_set_error_handler(codec, on_error, &d->messages_);
    opj_set_warning_handler(codec, on_warning, &d->messages_);
    opj_set_info_handler(codec, on_info, nullptr);
    opj_stream_set_user_data(stream, &d->source_, nullptr);
    opj_stream_set_user_data_length(stream, bytes.size());
    opj_stream_set_read_function(stream, read_some);
    opj_stream_set_skip_function(stream, skip_some);
    opj_stream_set_seek_function(stream, seek_to);
    opj_dparameters_t settings;
    opj_set_default_decoder_parameters(&settings);
    opj_image_t* made = nullptr;
    const bool ok = opj_setup_decoder(codec, &settings) &&
                    opj_decoder_set_strict_mode(codec, OPJ_TRUE) &&
                    opj_read_header(stream, codec, &made);
    d->picture_.reset(made);
    if (!ok || !made) return damaged(d->messages_);
    return d;
  }

  // The picture's header, and after a call below the samples of what was decoded.
  const opj_image_t& picture() const { return *picture_; }
  const Messages& messages() const { return messages_; }

  Result<void> decode_all() {
    const bool ok = opj_decode(codec_.get(), stream_.get(), picture_.get()) &&
                    opj_end_decompress(codec_.get(), stream_.get());
    if (!ok || messages_.error[0] != 0) return damaged(messages_);
    return {};
  }
  Result<void> decode_tile(std::uint64_t index) {
    const bool ok = opj_get_decoded_tile(codec_.get(), stream_.get(), picture_.get(),
                                         static_cast<OPJ_UINT32>(index));
    if (!ok || messages_.error[0] != 0) return damaged(messages_);
    return {};
  }

 private:
  Decoder() = default;
  Source source_;
  Messages messages_;
  StreamPtr stream_;
  CodecPtr codec_;
  PicturePtr picture_;
};

// One row of tiles at a time.
class TileBand {
 public:
  TileBand(Decoder& decoder, const Siz& siz, std::vector<OPJ_UINT32> order)
      : decoder_(decoder), siz_(siz), order_(std::move(order)), samples_(order_.size()) {}

  const std::vector<Plane>& planes() const { return planes_; }
  std::uint64_t first_row() const { return first_; }

  // Makes sure that row y of the image is in the band.
  Result<void> reach(std::uint64_t y) {
    if (y >= first_ && y < first_ + rows_) return {};
    const std::uint64_t across = parts_of(siz_.x1 - siz_.tile_x0, siz_.tile_w);
    const std::uint64_t q = (siz_.y0 + y - siz_.tile_y0) / siz_.tile_h;
    const std::uint64_t top = std::max(siz_.tile_y0 + q * siz_.tile_h, siz_.y0);
    const std::uint64_t bottom = std::min(siz_.tile_y0 + (q + 1) * siz_.tile_h, siz_.y1);
    first_ = top - siz_.y0;
    rows_ = bottom - top;
    for (auto& s : samples_) s.resize(static_cast<std::size_t>(siz_.width() * rows_));
    planes_.assign(order_.size(), {});
    for (std::uint64_t p = 0; p < across; ++p) {
      if (auto ok = decoder_.decode_tile(q * across + p); !ok) return ok;
      if (auto ok = take_tile(top); !ok) return ok;
    }
    return {};
  }

 private:
  Result<void> take_tile(std::uint64_t top) {
    for (std::size_t c = 0; c < order_.size(); ++c) {
      const opj_image_comp_t& comp = decoder_.picture().comps[order_[c]];
      if (!comp.data || comp.x0 < siz_.x0 || comp.x0 - siz_.x0 + comp.w > siz_.width() ||
          comp.y0 != top || comp.h != rows_)
        return fail(ErrorKind::bad_input, "a tile of the JPEG 2000 image does not fit into it");
      for (std::size_t y = 0; y < comp.h; ++y)
        std::copy_n(comp.data + y * comp.w, comp.w,
                    samples_[c].data() + y * siz_.width() + (comp.x0 - siz_.x0));
      planes_[c] = plane_of(comp);
      planes_[c].data = samples_[c].data();
      planes_[c].width = siz_.width();
      planes_[c].height = rows_;
    }
    return {};
  }

  Decoder& decoder_;
  const Siz& siz_;
  std::vector<OPJ_UINT32> order_;
  std::vector<std::vector<OPJ_INT32>> samples_;  // of the band, a component each
  std::vector<Plane> planes_;
  std::uint64_t first_ = 0, rows_ = 0;
};

bool ends_as_it_should(ByteView codestream) {
  return codestream.size() > 2 && codestream[codestream.size() - 2] == 0xFF &&
         codestream.back() == 0xD9;
}

void note_warning(const Messages& messages, SourceFacts& facts) {
  if (messages.warning[0] != 0)
    add_note(facts, "OpenJPEG: " + tag_text(messages.warning.data()) + ".");
}

}  // namespace

Result<ScanHeader> probe_jp2(ByteView bytes, const DecodeParams& params) {
  const auto jp2 = read_boxes(bytes);
  if (!jp2) return pass(jp2);
  const auto siz = read_siz(jp2->codestream);
  if (!siz) return pass(siz);
  const bool fine = check_demands(*siz, jp2->codestream.size(), params).has_value();
  return ScanHeader{
      "image/jp2", {claimed_size(siz->width(), siz->height())}, {fine ? need_of(*jp2, *siz) : 0}};
}

Result<ScanImage> decode_jp2(ByteView bytes, const DecodeParams& params) {
  const auto jp2 = read_boxes(bytes);
  if (!jp2) return pass(jp2);
  const auto siz = read_siz(jp2->codestream);
  if (!siz) return pass(siz);
  if (auto ok = check_demands(*siz, jp2->codestream.size(), params); !ok) return pass(ok);

  SourceFacts facts;
  facts.format = "image/jp2";
  facts.format_version = "1.0";
  facts.compression = "JPEG2000";
  facts.byte_order = "big endian";
  facts.stored_width_px = static_cast<int>(siz->width());
  facts.stored_height_px = static_cast<int>(siz->height());
  facts.bits_per_sample = siz->bits;
  facts.samples_per_pixel = static_cast<int>(siz->bits.size());
  facts.dpi = jp2->capture_dpi.known() ? jp2->capture_dpi : jp2->display_dpi;
  if (jp2->exif) use_tags(*jp2->exif, facts);
  // Readers of JP2 show the codestream as it lies; an orientation in a box of Exif is a leftover.
  facts.orientation = 1;
  if (!jp2->boxed) add_note(facts, "The file is a bare JPEG 2000 codestream without JP2 boxes.");

  const auto opened = Decoder::open(bytes, jp2->boxed);
  if (!opened) return pass(opened);
  Decoder& decoder = **opened;
  const opj_image_t& picture = decoder.picture();
  if (picture.x0 != siz->x0 || picture.y0 != siz->y0 || picture.x1 != siz->x1 ||
      picture.y1 != siz->y1)
    return fail(ErrorKind::bad_input, "the JPEG 2000 image has another size than it says");

  const bool tiles = by_tiles(*jp2, *siz);
  if (tiles && !ends_as_it_should(jp2->codestream))
    return fail(ErrorKind::bad_input, "the JPEG 2000 codestream is cut off: it has no end marker");
  // What the components mean is known with the first samples.
  if (auto ok = tiles ? decoder.decode_tile(0) : decoder.decode_all(); !ok) return pass(ok);
  const auto meaning = meaning_of(picture, *jp2, facts);
  if (!meaning) return pass(meaning);
  note_warning(decoder.messages(), facts);
  PlaneRows rows(static_cast<std::size_t>(siz->width()), siz->x0, siz->y0, meaning->kind.bits,
                 meaning->ycc);
  if (!tiles) {
    std::vector<Plane> planes;
    for (const OPJ_UINT32 i : meaning->order) planes.push_back(plane_of(picture.comps[i]));
    return draw(
        std::move(facts), meaning->kind, jp2->icc,
        [&](int y) -> Result<const std::uint8_t*> {
          return rows.row(planes, static_cast<std::uint64_t>(y));
        },
        params);
  }
  TileBand band(decoder, *siz, meaning->order);
  return draw(
      std::move(facts), meaning->kind, jp2->icc,
      [&](int y) -> Result<const std::uint8_t*> {
        const auto at = static_cast<std::uint64_t>(y);
        if (auto ok = band.reach(at); !ok) return pass(ok);
        return rows.row(band.planes(), at - band.first_row());
      },
      params);
}

}  // namespace linka
