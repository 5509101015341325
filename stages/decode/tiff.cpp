// SPDX-License-Identifier: GPL-3.0-or-later
// The list of images is read by our own bounded walk (ifd.h): libtiff would read every tag of every
// image, and a hostile file can make that endless. libtiff is then opened straight at the wanted
// directory.
#include "stages/decode/ifd.h"
#include "stages/decode/reader.h"
#include "stages/decode/tiff_rows.h"

#include <algorithm>
#include <unordered_set>

namespace linka {
namespace {

constexpr int tag_new_subfile = 254, tag_subfile = 255, tag_width = 256, tag_height = 257,
              tag_bits = 258, tag_compression = 259, tag_photometric = 262, tag_samples = 277;

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
  if (frame < 0 || static_cast<std::size_t>(frame) >= list->frames.size())
    return fail(ErrorKind::bad_input, "the file holds {} images; there is no image {}",
                list->frames.size(), frame + 1);
  const FrameTags& tags = list->frames[static_cast<std::size_t>(frame)];
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
  const auto layout = read_layout(file.get(), facts, params);
  if (!layout) return pass(layout);
  if (layout->size != claimed_size(tags.width, tags.height))
    return fail(ErrorKind::bad_input, "the TIFF's image size is written in a damaged way");
  facts.stored_width_px = layout->size.width;
  facts.stored_height_px = layout->size.height;
  for (std::size_t i = 0; i < file.source().warned; ++i)
    add_note(facts, "libtiff: " + said(file.source().warnings[i]) + ".");
  if (file.source().error[0] != 0)
    return fail(ErrorKind::bad_input, "the TIFF's directory is damaged: {}",
                said(file.source().error));

  const auto rows = tiff_rows(bytes, tags.at, file, *layout);
  if (!rows) return pass(rows);
  return draw(std::move(facts), layout->kind, profile_of(file.get()), *rows, params);
}

}  // namespace linka
