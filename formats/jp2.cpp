// SPDX-License-Identifier: GPL-3.0-or-later
// Two walks: over the boxes of the file, and over the markers of the codestream. Every length read
// from the file is checked against what is left before anything is done with it, every step goes
// forward by at least the size of what was read, and nothing is kept but the properties, so that
// the work is bounded by the size of the file.
#include "formats/jp2.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <string_view>

namespace linka {
namespace {

constexpr auto bad = ErrorKind::bad_input;

// Big-endian numbers. The caller has checked that they are there.
std::uint32_t u16_at(ByteView b, std::size_t at) {
  return static_cast<std::uint32_t>(b[at] << 8 | b[at + 1]);
}
std::uint32_t u32_at(ByteView b, std::size_t at) {
  return u16_at(b, at) << 16 | u16_at(b, at + 2);
}
std::uint64_t u64_at(ByteView b, std::size_t at) {
  return static_cast<std::uint64_t>(u32_at(b, at)) << 32 | u32_at(b, at + 4);
}

// ---- boxes

constexpr std::uint32_t box_type(std::string_view name) {
  std::uint32_t type = 0;
  for (const char c : name) type = type << 8 | static_cast<std::uint8_t>(c);
  return type;
}

std::string text_of_type(std::uint32_t type) {
  std::string text;
  for (int shift = 24; shift >= 0; shift -= 8) {
    const auto c = static_cast<char>(type >> shift & 0xff);
    text += c >= ' ' && c <= '~' ? c : '?';
  }
  return text;
}

struct FileBox {
  std::uint32_t type = 0;
  std::size_t at = 0;    // of its head, in the file
  std::size_t body = 0;  // first byte behind the head
  std::size_t end = 0;   // first byte behind the box
};

// The box that begins at `at` and must end by `end`.
Result<FileBox> box_at(ByteView file, std::size_t at, std::size_t end) {
  constexpr std::size_t short_head = 8, long_head = 16;
  if (end - at < short_head) return fail(bad, "{} stray bytes at byte {}", end - at, at);
  FileBox box{u32_at(file, at + 4), at, at + short_head, end};
  std::uint64_t length = u32_at(file, at);
  if (length == 0) {  // to the end
    length = end - at;
  } else if (length == 1) {
    if (end - at < long_head)
      return fail(bad, "box '{}' at byte {} has no room for its length", text_of_type(box.type),
                  at);
    length = u64_at(file, at + short_head);
    box.body = at + long_head;
  }
  if (length < box.body - at)
    return fail(bad, "box '{}' at byte {} has the impossible length {}", text_of_type(box.type), at,
                length);
  if (length > end - at)
    return fail(bad, "box '{}' at byte {} ends after the {}", text_of_type(box.type), at,
                end == file.size() ? "file" : "box that holds it");
  box.end = at + static_cast<std::size_t>(length);
  return box;
}

Result<ByteView> body_of(ByteView file, const FileBox& box, std::size_t least_bytes) {
  if (box.end - box.body < least_bytes)
    return fail(bad, "box '{}' at byte {} is shorter than {} bytes", text_of_type(box.type), box.at,
                least_bytes);
  return file.subspan(box.body, box.end - box.body);
}

// A resolution box's number: numerator / denominator * 10^exponent, 0 when it says nothing.
double ratio(ByteView body, std::size_t numerator_at, std::size_t exponent_at) {
  const double denominator = u16_at(body, numerator_at + 2);
  if (denominator == 0) return 0;
  return u16_at(body, numerator_at) / denominator *
         std::pow(10.0, static_cast<std::int8_t>(body[exponent_at]));
}

Result<void> read_resolution(ByteView file, const FileBox& box, Jp2Properties& p) {
  for (std::size_t at = box.body; at < box.end;) {
    const auto part = box_at(file, at, box.end);
    if (!part) return pass(part);
    at = part->end;
    const bool capture = part->type == box_type("resc");
    if (!capture && part->type != box_type("resd")) continue;
    const auto body = body_of(file, *part, 10);
    if (!body) return pass(body);
    (capture ? p.capture_y_ppm : p.display_y_ppm) = ratio(*body, 0, 8);
    (capture ? p.capture_x_ppm : p.display_x_ppm) = ratio(*body, 4, 9);
  }
  return {};
}

Result<void> read_color(ByteView file, const FileBox& box, Jp2Properties& p) {
  constexpr std::size_t method_bytes = 3;
  constexpr int enumerated = 1;
  const auto body = body_of(file, box, method_bytes);
  if (!body) return pass(body);
  if ((*body)[0] != enumerated) {
    p.icc_bytes = body->size() - method_bytes;
  } else {
    if (body->size() < method_bytes + 4)
      return fail(bad, "box 'colr' at byte {} names no colour space", box.at);
    p.enumerated_color_space = static_cast<int>(u32_at(*body, method_bytes) & 0x7fffffff);
  }
  return {};
}

Result<void> read_channels(ByteView file, const FileBox& box, Jp2Properties& p) {
  constexpr std::size_t entry_bytes = 6;
  const auto body = body_of(file, box, 2);
  if (!body) return pass(body);
  const std::size_t entries = u16_at(*body, 0);
  if (body->size() < 2 + entries * entry_bytes)
    return fail(bad, "box 'cdef' at byte {} is too short for its {} channels", box.at, entries);
  for (std::size_t i = 0; i < entries; ++i) {
    const std::uint32_t kind = u16_at(*body, 2 + i * entry_bytes + 2);
    if (kind == 1 || kind == 2) p.has_alpha = true;  // opacity, premultiplied opacity
  }
  return {};
}

struct HeaderBox {
  std::uint32_t width = 0, height = 0, components = 0;
};

Result<HeaderBox> read_header_box(ByteView file, const FileBox& box, Jp2Properties& p) {
  std::optional<HeaderBox> header;
  bool has_color = false;
  for (std::size_t at = box.body; at < box.end;) {
    const auto part = box_at(file, at, box.end);
    if (!part) return pass(part);
    at = part->end;
    Result<void> done;
    if (part->type == box_type("ihdr") && !header) {
      const auto body = body_of(file, *part, 14);
      if (!body) return pass(body);
      header = HeaderBox{u32_at(*body, 4), u32_at(*body, 0), u16_at(*body, 8)};
    } else if (part->type == box_type("colr") && !has_color) {
      done = read_color(file, *part, p);
      has_color = true;
    } else if (part->type == box_type("cdef")) {
      done = read_channels(file, *part, p);
    } else if (part->type == box_type("res ")) {
      done = read_resolution(file, *part, p);
    }
    if (!done) return pass(done);
  }
  if (!header) return fail(bad, "box 'jp2h' at byte {} holds no image header", box.at);
  return *header;
}

// ---- markers

enum Marker : std::uint32_t {
  soc = 0xff4f,
  siz = 0xff51,
  cod = 0xff52,
  rgn = 0xff5e,
  com = 0xff64,
  qcd = 0xff5c,
  sot = 0xff90,
  sod = 0xff93,
  eoc = 0xffd9
};

// The codestream, with its place in the file for messages.
struct Codestream {
  ByteView bytes;
  std::size_t file_at = 0;
};

struct Segment {
  std::uint32_t marker = 0;
  ByteView body;        // behind the length
  std::size_t end = 0;  // in the codestream
};

Result<Segment> segment_at(const Codestream& c, std::size_t at) {
  if (c.bytes.size() - at < 4)
    return fail(bad, "the codestream is cut off at byte {}", c.file_at + at);
  const std::uint32_t marker = u16_at(c.bytes, at);
  if (marker < 0xff00) return fail(bad, "no marker at byte {}, but {:04x}", c.file_at + at, marker);
  const std::size_t length = u16_at(c.bytes, at + 2);
  if (length < 2 || length > c.bytes.size() - at - 2)
    return fail(bad, "marker {:04x} at byte {} has the impossible length {}", marker,
                c.file_at + at, length);
  return Segment{marker, c.bytes.subspan(at + 4, length - 2), at + 2 + length};
}

Result<void> too_short(const char* marker) {
  return fail(bad, "the codestream's {} marker is too short", marker);
}

Result<void> read_siz(ByteView b, Jp2Properties& p) {
  constexpr std::size_t fixed_bytes = 36, component_bytes = 3;
  constexpr std::uint32_t int_max = std::numeric_limits<int>::max();
  if (b.size() < fixed_bytes) return too_short("SIZ");
  const std::uint32_t x1 = u32_at(b, 2), y1 = u32_at(b, 6), x0 = u32_at(b, 10), y0 = u32_at(b, 14);
  const std::uint32_t tile_width = u32_at(b, 18), tile_height = u32_at(b, 22);
  const std::size_t components = u16_at(b, 34);
  if (x1 <= x0 || y1 <= y0 || x1 - x0 > int_max || y1 - y0 > int_max || tile_width == 0 ||
      tile_height == 0 || components == 0)
    return fail(bad, "the codestream says {} x {} pixels in tiles of {} x {} and {} components",
                static_cast<std::int64_t>(x1) - x0, static_cast<std::int64_t>(y1) - y0, tile_width,
                tile_height, components);
  if (b.size() < fixed_bytes + components * component_bytes) return too_short("SIZ");
  p.width_px = static_cast<int>(x1 - x0);
  p.height_px = static_cast<int>(y1 - y0);
  p.tile_width = static_cast<int>(std::min(tile_width, int_max));
  p.tile_height = static_cast<int>(std::min(tile_height, int_max));
  p.components = static_cast<int>(components);
  for (std::size_t c = 0; c < components; ++c)
    p.bit_depth.push_back((b[fixed_bytes + c * component_bytes] & 0x7f) + 1);
  return {};
}

Result<void> read_cod(ByteView b, Jp2Properties& p) {
  constexpr std::size_t fixed_bytes = 10;
  constexpr std::string_view progressions[] = {"LRCP", "RLCP", "RPCL", "PCRL", "CPRL"};
  if (b.size() < fixed_bytes) return too_short("COD");
  const std::uint32_t style = b[0], progression = b[1], levels = b[5], block_style = b[8];
  if (progression >= std::size(progressions) || levels > 32 || b[6] > 8 || b[7] > 8)
    return fail(bad,
                "the codestream's COD marker has progression {}, {} levels, code block {} x {}",
                progression, levels, b[6], b[7]);
  p.user_precincts = (style & 1) != 0;
  p.sop = (style & 2) != 0;
  p.eph = (style & 4) != 0;
  p.progression = progressions[progression];
  p.layers = static_cast<int>(u16_at(b, 2));
  p.color_transform = b[4] != 0;
  p.levels = static_cast<int>(levels);
  p.code_block_width = 4 << b[6];
  p.code_block_height = 4 << b[7];
  p.bypass = (block_style & 1) != 0;
  p.reversible = b[9] == 1;
  if (!p.user_precincts) return {};
  if (b.size() < fixed_bytes + levels + 1) return too_short("COD");
  for (std::size_t level = 0; level <= levels; ++level) {
    const int exponents = b[fixed_bytes + level];
    p.precincts.emplace_back(1 << (exponents & 15), 1 << (exponents >> 4));
  }
  return {};
}

// Up to the first tile part, whose place is the answer.
Result<std::size_t> read_main_header(const Codestream& c, Jp2Properties& p) {
  if (c.bytes.size() < 2 || u16_at(c.bytes, 0) != soc)
    return fail(bad, "no codestream begins at byte {}", c.file_at);
  bool has_siz = false, has_cod = false, has_qcd = false;
  for (std::size_t at = 2;;) {
    const auto segment = segment_at(c, at);
    if (!segment) return pass(segment);
    if (!has_siz && segment->marker != siz)
      return fail(bad, "the codestream at byte {} does not begin with SIZ", c.file_at);
    Result<void> done;
    switch (segment->marker) {
      case siz:
        if (has_siz) return fail(bad, "the codestream has two SIZ markers");
        done = read_siz(segment->body, p);
        has_siz = true;
        break;
      case cod:
        if (has_cod) return fail(bad, "the codestream has two COD markers");
        done = read_cod(segment->body, p);
        has_cod = true;
        break;
      case qcd:
        has_qcd = true;
        break;
      case com:
        p.has_comment = true;
        break;
      case rgn:
        p.has_roi = true;
        break;
      case sot:
        if (!has_cod || !has_qcd)
          return fail(bad, "the codestream's main header has no {} marker",
                      has_cod ? "QCD" : "COD");
        return at;
      case sod:
      case eoc:
        return fail(bad, "the codestream has no tile");
      default:  // PLT's like, TLM, COC, QCC, POC, CRG, extensions: nothing we report
        break;
    }
    if (!done) return pass(done);
    at = segment->end;
  }
}

// Over the tile parts, for a region of interest and the end.
Result<void> read_tile_parts(const Codestream& c, std::size_t at, Jp2Properties& p) {
  constexpr std::size_t sot_body_bytes = 8;
  for (;;) {
    const std::size_t left = c.bytes.size() - at;
    if (left < 2) return {};  // no EOC
    if (u16_at(c.bytes, at) == eoc) {
      p.ends_with_eoc = left == 2;
      return {};
    }
    const auto head = segment_at(c, at);
    if (!head) return pass(head);
    if (head->marker != sot || head->body.size() != sot_body_bytes)
      return fail(bad, "no tile part begins at byte {}", c.file_at + at);
    const std::size_t length = u32_at(head->body, 2);
    if (length != 0 && (length < head->end - at || length > left))
      return fail(bad, "the tile part at byte {} ends after the codestream", c.file_at + at);
    const std::size_t end = length == 0 ? c.bytes.size() : at + length;
    std::size_t marker_at = head->end;
    while (end - marker_at >= 2 && u16_at(c.bytes, marker_at) != sod) {
      const auto segment = segment_at(c, marker_at);
      if (!segment) return pass(segment);
      if (segment->marker == rgn) p.has_roi = true;
      if (segment->end > end)
        return fail(bad, "the header of the tile part at byte {} is longer than the tile part",
                    c.file_at + at);
      marker_at = segment->end;
    }
    if (end - marker_at < 2)
      return fail(bad, "the tile part at byte {} has no data", c.file_at + at);
    if (length == 0) {  // the last one, up to the EOC
      p.ends_with_eoc = end - marker_at >= 4 && u16_at(c.bytes, end - 2) == eoc;
      return {};
    }
    at = end;
  }
}

Result<void> read_codestream(const Codestream& c, Jp2Properties& p) {
  const auto tiles_at = read_main_header(c, p);
  if (!tiles_at) return pass(tiles_at);
  return read_tile_parts(c, *tiles_at, p);
}

bool is_compatible(ByteView file_type_body) {
  constexpr std::uint32_t brand = box_type("jp2 ");
  for (std::size_t at = 8; at + 4 <= file_type_body.size(); at += 4)
    if (u32_at(file_type_body, at) == brand) return true;
  return false;
}

Result<Jp2Properties> read_boxes(ByteView file) {
  constexpr std::uint8_t signature[] = {0, 0, 0, 12, 'j', 'P', ' ', ' ', 0x0d, 0x0a, 0x87, 0x0a};
  if (file.size() < std::size(signature) ||
      !std::equal(std::begin(signature), std::end(signature), file.begin()))
    return fail(bad, "the file does not begin as a JP2 file does");

  Jp2Properties p;
  p.file_bytes = file.size();
  std::optional<HeaderBox> header;
  bool has_codestream = false, in_order = false;
  for (std::size_t at = std::size(signature); at < file.size();) {
    const auto box = box_at(file, at, file.size());
    if (!box) return pass(box);
    if (box->type == box_type("ftyp") && at == std::size(signature)) {
      in_order = is_compatible(file.subspan(box->body, box->end - box->body));
    } else if (box->type == box_type("jp2h") && !header) {
      const auto found = read_header_box(file, *box, p);
      if (!found) return pass(found);
      header = *found;
      in_order = in_order && !has_codestream;
    } else if (box->type == box_type("jp2c") && !has_codestream) {
      const Codestream codestream{file.subspan(box->body, box->end - box->body), box->body};
      if (const auto done = read_codestream(codestream, p); !done) return pass(done);
      has_codestream = true;
    }
    at = box->end;
  }
  if (!has_codestream) return fail(bad, "the file holds no codestream");
  p.is_jp2 = in_order && header;
  if (header && (header->width != static_cast<std::uint32_t>(p.width_px) ||
                 header->height != static_cast<std::uint32_t>(p.height_px) ||
                 header->components != static_cast<std::uint32_t>(p.components)))
    return fail(
        bad, "the header box says {} x {} pixels, {} components; the codestream {} x {}, {}",
        header->width, header->height, header->components, p.width_px, p.height_px, p.components);
  return p;
}

}  // namespace

Result<Jp2Properties> read_jp2(ByteView bytes) {
  return guarded<Jp2Properties>("jp2",
                                [&]() -> Result<Jp2Properties> { return read_boxes(bytes); });
}

}  // namespace linka
