// SPDX-License-Identifier: GPL-3.0-or-later
// Strips are read row by row and tiles a row of tiles at a time, so that beside the final image
// only that much memory is needed. With separate planes each plane has a libtiff handle of its own,
// and all of them run through the file once. YCbCr that libjpeg does not convert itself goes
// through libtiff's RGBA interface, strip by strip.
#include "stages/decode/tiff_rows.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

namespace linka {
namespace {

// A row of tiles held at once: 30,000 pixels of colour in tiles of 2,048 are 190 MB.
constexpr std::size_t max_band_bytes = 512u << 20;

std::size_t sz(std::int64_t v) {
  return static_cast<std::size_t>(v);
}

// Packed rows of one plane (or of all samples, when they lie together), in order.
class PackedRows {
 public:
  PackedRows(const TiffFile& file, const TiffLayout& l, int plane)
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
    tile_width_ = tiff_field<std::uint32_t>(tiff_, TIFFTAG_TILEWIDTH, 0);
    tile_height_ = tiff_field<std::uint32_t>(tiff_, TIFFTAG_TILELENGTH, 0);
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
    const std::size_t band = stride_ * std::min<std::size_t>(tile_height_, sz(size_.height));
    if (band > max_band_bytes)
      return fail(ErrorKind::unsupported, "a row of the TIFF's tiles holds {} MB",
                  band / 1'000'000);
    rows_.resize(band);
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
  explicit Unpacker(const TiffLayout& l) : l_(l) {
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

  const TiffLayout& l_;
  std::vector<std::uint16_t> scale_;
  Bytes row_;
  std::array<std::array<std::uint8_t, 8>, 256> eight_{};
};

// libtiff's own conversion, a strip or a row of tiles at a time.
class RgbaRows {
 public:
  RgbaRows(const TiffFile& file, const TiffLayout& l) : file_(file), size_(l.size) {
    const std::uint32_t rows =
        l.tiled ? tiff_field<std::uint32_t>(file.get(), TIFFTAG_TILELENGTH, 16)
                : tiff_field<std::uint32_t>(file.get(), TIFFTAG_ROWSPERSTRIP, UINT32_MAX);
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

// The planes of one image, each with its handle, put together row by row.
class PlanarRows {
 public:
  PlanarRows(const TiffFile& file, const TiffLayout& layout) : layout_(layout), unpacker_(layout) {
    planes_.emplace_back(file, layout, 0);
  }

  Result<void> prepare(ByteView bytes, std::uint64_t directory) {
    for (int p = 1; layout_.separate && p < layout_.kind.samples; ++p) {
      auto next = TiffFile::open(bytes, directory);
      if (!next) return pass(next);
      more_.push_back(std::move(*next));
      planes_.emplace_back(*more_.back(), layout_, p);
    }
    for (PackedRows& p : planes_)
      if (auto ok = p.prepare(); !ok) return ok;
    packed_.resize(planes_.size());
    return {};
  }

  Result<const std::uint8_t*> row(int y) {
    for (std::size_t p = 0; p < planes_.size(); ++p) {
      const auto row = planes_[p].row(y);
      if (!row) return row;
      packed_[p] = *row;
    }
    return unpacker_.unpack(packed_);
  }

 private:
  const TiffLayout& layout_;
  std::vector<std::unique_ptr<TiffFile>> more_;  // the handles of the planes after the first
  std::vector<PackedRows> planes_;
  std::vector<const std::uint8_t*> packed_;
  Unpacker unpacker_;
};

}  // namespace

Result<RowSource> tiff_rows(ByteView bytes, std::uint64_t directory, const TiffFile& file,
                            const TiffLayout& layout) {
  if (layout.by_rgba) {
    auto rows = std::make_shared<RgbaRows>(file, layout);
    if (auto ok = rows->prepare(); !ok) return pass(ok);
    return [rows](int y) { return rows->row(y); };
  }
  auto rows = std::make_shared<PlanarRows>(file, layout);
  if (auto ok = rows->prepare(bytes, directory); !ok) return pass(ok);
  return [rows](int y) { return rows->row(y); };
}

}  // namespace linka
