// SPDX-License-Identifier: GPL-3.0-or-later
// libpng leaves a failing call by longjmp; as in jpeg.cpp each call is made through safely(), whose
// frame holds nothing to destroy. Rows are read one by one; only an interlaced image has to be held
// whole before its first row is known.
#include "stages/decode/ifd.h"
#include "stages/decode/reader.h"

#include <png.h>

#include <array>
#include <bit>
#include <csetjmp>
#include <cstring>
#include <optional>
#include <type_traits>

namespace linka {
namespace {

// Of one chunk once unpacked: colour profiles have at most some megabytes.
constexpr png_alloc_size_t max_chunk_bytes = 8u << 20;

struct Source {
  ByteView bytes;
  std::size_t at = 0;
  std::array<char, 200> error{};
  std::array<char, 200> warning{};
};

void keep(std::array<char, 200>& to, const char* text) {
  if (to[0] != 0) return;
  std::strncpy(to.data(), text, to.size() - 1);
}

void read_some(png_structp png, png_bytep to, std::size_t n) {
  auto* s = static_cast<Source*>(png_get_io_ptr(png));
  if (n > s->bytes.size() - s->at) png_error(png, "the file ends too early");
  std::memcpy(to, s->bytes.data() + s->at, n);
  s->at += n;
}
[[noreturn]] void on_error(png_structp png, png_const_charp text) {
  keep(static_cast<Source*>(png_get_error_ptr(png))->error, text);
  png_longjmp(png, 1);
}
void on_warning(png_structp png, png_const_charp text) {
  keep(static_cast<Source*>(png_get_error_ptr(png))->warning, text);
}

// The list of chunks lies inside the file and ends. libpng would take memory for what a length
// claims before it looks how much is there.
Result<void> check_chunks(ByteView bytes) {
  constexpr std::size_t signature = 8, frame = 12;  // length, name, checksum
  for (std::size_t at = signature; at < bytes.size();) {
    if (bytes.size() - at < frame) break;
    const ByteView head = bytes.subspan(at, 8);
    const std::uint64_t length = std::uint64_t{head[0]} << 24 | std::uint64_t{head[1]} << 16 |
                                 std::uint64_t{head[2]} << 8 | head[3];
    const std::string name(head.begin() + 4, head.end());
    const std::uint64_t left = bytes.size() - at - frame;
    if (length > left)
      return fail(
          ErrorKind::bad_input,
          "the PNG's part \"{}\" claims {} bytes where {} are left: it is cut off or damaged",
          tag_text(name), length, left);
    if (name != "IDAT" && length > max_chunk_bytes)
      return fail(ErrorKind::bad_input, "the PNG's part \"{}\" has {} bytes; no scan is like this",
                  tag_text(name), length);
    if (name == "IEND") return {};
    at += static_cast<std::size_t>(frame + length);
  }
  return fail(ErrorKind::bad_input, "the PNG is damaged: the file ends too early");
}

class Png {
 public:
  explicit Png(ByteView bytes) {
    source_.bytes = bytes;
    png_ = png_create_read_struct(PNG_LIBPNG_VER_STRING, &source_, on_error, on_warning);
    if (png_) info_ = png_create_info_struct(png_);
    if (!info_) {
      png_destroy_read_struct(&png_, nullptr, nullptr);
      throw std::bad_alloc();
    }
    png_set_read_fn(png_, &source_, read_some);
  }
  ~Png() { png_destroy_read_struct(&png_, &info_, nullptr); }
  Png(const Png&) = delete;
  Png& operator=(const Png&) = delete;

  // False when libpng gave up.
  template <class Call>
  bool safely(Call call) {
    static_assert(std::is_trivially_destructible_v<Call>);
    if (setjmp(png_jmpbuf(png_)) != 0) return false;
    call();
    return true;
  }
  png_structp png() const { return png_; }
  png_infop info() const { return info_; }
  const Source& source() const { return source_; }
  tl::unexpected<Error> failure() const {
    return fail(ErrorKind::bad_input, "the PNG is damaged: {}", tag_text(source_.error.data()));
  }

  Result<void> read_header() {
    if (auto ok = check_chunks(source_.bytes); !ok) return ok;
    const bool ok = safely([this] {
      png_set_user_limits(png_, max_side_px, max_side_px);
      png_set_chunk_malloc_max(png_, max_chunk_bytes);
      // Also for chunks that libpng could do without: a lost profile is a changed picture.
      png_set_crc_action(png_, PNG_CRC_ERROR_QUIT, PNG_CRC_ERROR_QUIT);
      // Texts that unpack to more than they take are nothing to us; a thousand of them would fill
      // the memory.
      static const png_byte unwanted[] = "zTXt\0iTXt\0sPLT\0hIST";
      png_set_keep_unknown_chunks(png_, PNG_HANDLE_CHUNK_NEVER, unwanted, 4);
      png_read_info(png_, info_);
    });
    if (!ok) return failure();
    return {};
  }

 private:
  Source source_;
  png_structp png_ = nullptr;
  png_infop info_ = nullptr;
};

// The size as it stands in the first chunk, before libpng's limits.
std::optional<Size> claimed(ByteView bytes) {
  if (bytes.size() < 24) return {};
  const auto number = [&](std::size_t at) {
    std::uint64_t v = 0;
    for (std::size_t i = 0; i < 4; ++i) v = (v << 8) | bytes[at + i];
    return v;
  };
  return claimed_size(number(16), number(20));
}

bool palette_is_neutral(const Png& p) {
  png_colorp colors = nullptr;
  int n = 0;
  if (!png_get_PLTE(p.png(), p.info(), &colors, &n)) return false;
  for (int i = 0; i < n; ++i)
    if (colors[i].red != colors[i].green || colors[i].green != colors[i].blue) return false;
  return true;
}

void read_texts(const Png& p, SourceFacts& facts) {
  png_textp texts = nullptr;
  int n = 0;
  png_get_text(p.png(), p.info(), &texts, &n);
  for (int i = 0; i < n; ++i) {
    if (!texts[i].key || !texts[i].text) continue;
    const std::string key = texts[i].key;
    // Latin 1 by the standard; our facts hold UTF-8.
    std::string value;
    for (const char* c = texts[i].text; *c && value.size() < 1000; ++c) {
      const auto b = static_cast<std::uint8_t>(*c);
      if (b < 0x80) {
        value += *c;
      } else {
        value += static_cast<char>(0xC0 | (b >> 6));
        value += static_cast<char>(0x80 | (b & 0x3F));
      }
    }
    value = tag_text(value);
    if (key == "Software" && facts.device.software.empty()) set_software(facts.device, value);
    if (key == "Author" && facts.device.artist.empty()) facts.device.artist = value;
    if (key == "Source" && facts.device.model.empty()) facts.device.model = value;
    if (key == "Creation Time" && facts.device.captured_at.empty())
      facts.device.captured_at = iso_of_exif_date(value);
  }
}

SourceFacts facts_of(const Png& p, bool has_profile) {
  SourceFacts facts;
  png_structp png = p.png();
  png_infop info = p.info();
  const int color = png_get_color_type(png, info);
  const int bits = png_get_bit_depth(png, info);
  facts.format = "image/png";
  facts.format_version = "1.2";
  facts.compression = "Deflate";
  facts.byte_order = "big endian";
  facts.stored_width_px = static_cast<int>(png_get_image_width(png, info));
  facts.stored_height_px = static_cast<int>(png_get_image_height(png, info));
  facts.samples_per_pixel = png_get_channels(png, info);
  facts.bits_per_sample.assign(static_cast<std::size_t>(facts.samples_per_pixel), bits);
  int intent = 0;
  const bool srgb = png_get_sRGB(png, info, &intent) != 0;
  facts.color_space = (color & PNG_COLOR_MASK_PALETTE)  ? "PaletteColor"
                      : !(color & PNG_COLOR_MASK_COLOR) ? "BlackIsZero"
                      : srgb                            ? "sRGB"
                                                        : "RGB";
  double gamma = 0;
  if (!srgb && !has_profile && png_get_gAMA(png, info, &gamma) && (gamma < 0.4 || gamma > 0.5))
    add_note(facts, fmt::format("The PNG's gamma of {:.5g} was not applied.", gamma));

  png_uint_32 x = 0, y = 0;
  int unit = PNG_RESOLUTION_UNKNOWN;
  if (png_get_pHYs(png, info, &x, &y, &unit) && unit == PNG_RESOLUTION_METER)
    facts.dpi = {dpi_from_metric(x), dpi_from_metric(y)};
  png_bytep exif = nullptr;
  png_uint_32 exif_size = 0;
  if (png_get_eXIf_1(png, info, &exif_size, &exif) && exif)
    if (const auto tags = making_tags({exif, exif_size})) use_tags(*tags, facts);
  read_texts(p, facts);
  if (p.source().warning[0] != 0)
    add_note(facts, "libpng: " + tag_text(p.source().warning.data()) + ".");
  return facts;
}

}  // namespace

Result<ScanHeader> probe_png(ByteView bytes, const DecodeParams& params) {
  const auto size = claimed(bytes);
  if (!size) return fail(ErrorKind::bad_input, "the PNG is cut off in its first chunk");
  if (!checked_size(static_cast<std::uint64_t>(size->width),
                    static_cast<std::uint64_t>(size->height), params))
    return ScanHeader{"image/png", {*size}, {0}};
  Png p(bytes);
  if (auto ok = p.read_header(); !ok) return pass(ok);
  const std::uint64_t pixels =
      static_cast<std::uint64_t>(size->width) * static_cast<std::uint64_t>(size->height);
  const int color = png_get_color_type(p.png(), p.info());
  std::uint64_t need = pixels * (color & PNG_COLOR_MASK_COLOR ? 3 : 1) + (4u << 20);
  if (png_get_interlace_type(p.png(), p.info()) != PNG_INTERLACE_NONE)
    need += pixels * (png_get_bit_depth(p.png(), p.info()) == 16 ? 8 : 4);
  return ScanHeader{"image/png", {*size}, {need}};
}

Result<ScanImage> decode_png(ByteView bytes, const DecodeParams& params) {
  const auto size = claimed(bytes);
  if (!size) return fail(ErrorKind::bad_input, "the PNG is cut off in its first chunk");
  if (auto ok = checked_size(static_cast<std::uint64_t>(size->width),
                             static_cast<std::uint64_t>(size->height), params);
      !ok)
    return pass(ok);
  Png p(bytes);
  if (auto ok = p.read_header(); !ok) return pass(ok);
  png_structp png = p.png();
  png_infop info = p.info();
  const auto height = static_cast<std::size_t>(size->height);
  // Deflate shrinks 1032 times at most; a filter byte a row comes on top.
  if (auto ok = plausible((png_get_rowbytes(png, info) + 1) * height, bytes.size(), 1040); !ok)
    return pass(ok);

  png_charp name = nullptr;
  int method = 0;
  png_bytep icc = nullptr;
  png_uint_32 icc_size = 0;
  if (!png_get_iCCP(png, info, &name, &method, &icc, &icc_size)) icc_size = 0;
  SourceFacts facts = facts_of(p, icc_size > 0);
  const int color = png_get_color_type(png, info);
  const bool interlaced = png_get_interlace_type(png, info) != PNG_INTERLACE_NONE;

  PixelKind kind;
  if (color & PNG_COLOR_MASK_COLOR) kind.model = ColorModel::rgb;
  kind.neutral = color == PNG_COLOR_TYPE_PALETTE && icc_size == 0 && palette_is_neutral(p);
  int passes = 1;
  if (!p.safely([&] {
        png_set_expand(png);
        if (std::endian::native == std::endian::little) png_set_swap(png);
        passes = png_set_interlace_handling(png);
        png_read_update_info(png, info);
      }))
    return p.failure();
  kind.bits = png_get_bit_depth(png, info);
  kind.samples = png_get_channels(png, info);
  if (kind.samples > colors_of(kind.model)) kind.alpha = Alpha::straight;

  const std::size_t row_bytes = png_get_rowbytes(png, info);
  Bytes rows(row_bytes * (interlaced ? height : 1));
  if (interlaced)
    for (int pass_no = 0; pass_no < passes; ++pass_no)
      for (std::size_t y = 0; y < height; ++y)
        if (!p.safely([&] { png_read_row(png, rows.data() + y * row_bytes, nullptr); }))
          return p.failure();
  return draw(
      std::move(facts), kind, {icc, icc_size},
      [&](int y) -> Result<const std::uint8_t*> {
        std::uint8_t* row =
            rows.data() + (interlaced ? static_cast<std::size_t>(y) * row_bytes : 0);
        const bool last = y + 1 == size->height;
        const bool ok = p.safely([&] {
          if (!interlaced) png_read_row(png, row, nullptr);
          if (last) png_read_end(png, nullptr);
        });
        if (!ok) return p.failure();
        return row;
      },
      params);
}

}  // namespace linka
