// SPDX-License-Identifier: GPL-3.0-or-later
// Exiv2 makes the two payloads, the Exif block and the XMP packet; the boxes that carry them are
// put into the file here. Exiv2 can write a whole JP2 file, too, but it rewrites the header boxes
// on the way and copies the file several times. So every byte that was in the file stays as it was.
#include "stages/metadata/metadata.h"

#include "base/text.h"

#include <exiv2/exiv2.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <mutex>
#include <optional>
#include <string_view>

namespace linka {
namespace {

using Uuid = std::array<std::uint8_t, 16>;
// "JpgTiffExif->JP2", the name in use for an Exif block in a JP2 file.
constexpr Uuid exif_uuid{'J', 'p', 'g', 'T', 'i', 'f', 'f', 'E',
                         'x', 'i', 'f', '-', '>', 'J', 'P', '2'};
// XMP specification, part 3.
constexpr Uuid xmp_uuid{0xbe, 0x7a, 0xcf, 0xcb, 0x97, 0xa9, 0x42, 0xe8,
                        0x9c, 0x71, 0x99, 0x94, 0x91, 0xe3, 0xaf, 0xac};

// Room is kept in the user copy for Exif and XMP together (8 KiB): texts longer than this are cut.
constexpr std::size_t longest_text = 500;

// Exiv2's XMP toolkit is not made for threads, and its logging is global.
std::mutex& exiv2_mutex() {
  static std::mutex mutex;
  static const bool ready = [] {
    Exiv2::LogMsg::setLevel(Exiv2::LogMsg::mute);
    return Exiv2::XmpParser::initialize();
  }();
  (void)ready;
  return mutex;
}

// Exif's numbers have 32 bits; a scanner's resolution needs far less.
bool is_plausible(Dpi dpi) {
  return dpi.known() && dpi.x < 1e6 && dpi.y < 1e6;
}

bool is_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c <= '~'; });
}

// Clean UTF-8 that takes at most longest_text bytes in XML, cut between characters.
std::string short_text(const std::string& text) {
  constexpr std::size_t longest_escape = 6;  // "&quot;"
  std::string clean = clean_utf8(trimmed(text));
  std::size_t bytes = 0;
  for (std::size_t i = 0, character = 0; i < clean.size(); ++i) {
    const auto c = static_cast<unsigned char>(clean[i]);
    if ((c & 0xc0) != 0x80) character = i;
    const bool escaped =
        c < ' ' || std::string_view("&<>\"'").find(clean[i]) != std::string_view::npos;
    bytes += escaped ? longest_escape : 1;
    if (bytes <= longest_text) continue;
    clean.resize(character);
    break;
  }
  return clean;
}

// "2025-03-14T09:15:00Z" -> "2025:03:14 09:15:00"; empty when it is no such time.
std::string exif_time(const std::string& iso) {
  constexpr std::string_view pattern = "dddd-dd-ddTdd:dd:dd";
  if (iso.size() < pattern.size()) return {};
  std::string time = iso.substr(0, pattern.size());
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    const bool digit = time[i] >= '0' && time[i] <= '9';
    if (pattern[i] == 'd' ? !digit : time[i] != pattern[i]) return {};
    if (time[i] == '-') time[i] = ':';
    if (time[i] == 'T') time[i] = ' ';
  }
  return time;
}

// Dots per inch as Exif writes them; thousandths where they are needed.
Exiv2::URational exif_dpi(double dpi) {
  if (dpi == std::round(dpi)) return {static_cast<std::uint32_t>(dpi), 1};
  return {static_cast<std::uint32_t>(std::lround(dpi * 1000)), 1000};
}

// An Exif text is ASCII by its standard. A text that is not stands in XMP alone.
void set_ascii(Exiv2::ExifData& exif, const char* key, const std::string& text) {
  if (!text.empty() && is_ascii(text)) exif[key] = text;
}

Bytes exif_block(const ImageMetadata& m) {
  constexpr std::uint16_t inch = 2;
  Exiv2::ExifData exif;
  set_ascii(exif, "Exif.Image.DocumentName", short_text(m.page_id));
  set_ascii(exif, "Exif.Image.ImageDescription", short_text(m.title));
  set_ascii(exif, "Exif.Image.Make", short_text(m.device.make));
  set_ascii(exif, "Exif.Image.Model", short_text(m.device.model));
  set_ascii(exif, "Exif.Image.Software", short_text(m.software));
  set_ascii(exif, "Exif.Image.DateTime", exif_time(m.made_at));
  set_ascii(exif, "Exif.Photo.DateTimeOriginal", exif_time(m.device.captured_at));
  set_ascii(exif, "Exif.Photo.BodySerialNumber", short_text(m.device.serial));
  if (is_plausible(m.dpi)) {
    exif["Exif.Image.XResolution"] = exif_dpi(m.dpi.x);
    exif["Exif.Image.YResolution"] = exif_dpi(m.dpi.y);
    exif["Exif.Image.ResolutionUnit"] = inch;
  }
  Exiv2::Blob blob;
  if (exif.empty()) return blob;
  Exiv2::ExifParser::encode(blob, Exiv2::bigEndian, exif);
  return blob;
}

Result<std::string> xmp_packet(const ImageMetadata& m) {
  Exiv2::XmpData xmp;
  const auto set = [&](const char* key, const std::string& text) {
    if (!text.empty()) xmp[key] = text;
  };
  if (const std::string title = short_text(m.title); !title.empty()) {
    Exiv2::LangAltValue value;
    value.value_["x-default"] = title;
    xmp.add(Exiv2::XmpKey("Xmp.dc.title"), &value);
  }
  set("Xmp.dc.identifier", short_text(m.page_id));
  set("Xmp.dc.source", short_text(m.source));
  set("Xmp.xmp.CreatorTool", short_text(m.software));
  if (!exif_time(m.made_at).empty()) set("Xmp.xmp.CreateDate", short_text(m.made_at));
  // The scan that the page was made from, by its content.
  if (!m.source_sha256.empty()) {
    set("Xmp.xmpMM.DerivedFrom/stRef:filePath", short_text(m.source));
    set("Xmp.xmpMM.DerivedFrom/stRef:documentID", "sha256:" + short_text(m.source_sha256));
  }
  std::string packet;
  if (xmp.empty()) return packet;
  // Read-only means without two kilobytes of padding for edits in place.
  constexpr std::uint16_t format =
      Exiv2::XmpParser::useCompactFormat | Exiv2::XmpParser::readOnlyPacket;
  if (Exiv2::XmpParser::encode(packet, xmp, format) != 0 || packet.empty())
    return fail(ErrorKind::internal, "Exiv2 made no XMP packet of the page's metadata");
  return packet;
}

void append_uuid_box(Bytes& out, const Uuid& uuid, ByteView payload) {
  if (payload.empty()) return;
  const auto length = static_cast<std::uint32_t>(8 + uuid.size() + payload.size());
  for (int shift = 24; shift >= 0; shift -= 8)
    out.push_back(static_cast<std::uint8_t>(length >> shift & 0xff));
  for (const char c : {'u', 'u', 'i', 'd'}) out.push_back(static_cast<std::uint8_t>(c));
  out.insert(out.end(), uuid.begin(), uuid.end());
  out.insert(out.end(), payload.begin(), payload.end());
}

// A box on the file's top level.
struct TopBox {
  std::string_view type;
  ByteView bytes;  // all of it
  bool is_metadata = false;
};

std::uint64_t number_at(ByteView bytes, std::size_t at, std::size_t size) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < size; ++i) value = value << 8 | bytes[at + i];
  return value;
}

std::optional<TopBox> first_box(ByteView rest) {
  constexpr std::size_t head = 8, long_head = 16;
  if (rest.size() < head) return std::nullopt;
  std::uint64_t length = number_at(rest, 0, 4);
  const bool is_long = length == 1;
  if (length == 0) length = rest.size();
  if (is_long) length = rest.size() < long_head ? 0 : number_at(rest, head, 8);
  if (length < (is_long ? long_head : head) || length > rest.size()) return std::nullopt;
  TopBox box{{reinterpret_cast<const char*>(rest.data()) + 4, 4},
             rest.first(static_cast<std::size_t>(length))};
  if (box.type == "uuid" && !is_long && box.bytes.size() >= head + exif_uuid.size())
    for (const Uuid& uuid : {exif_uuid, xmp_uuid})
      box.is_metadata =
          box.is_metadata || std::equal(uuid.begin(), uuid.end(), box.bytes.begin() + head);
  return box;
}

// The file with `boxes` behind its header box, without such boxes from before. In place: a master
// has tens of megabytes, and where it has room behind its end nothing is copied.
Result<Bytes> with_boxes(Bytes jp2, ByteView boxes) {
  std::size_t behind_header = 0;
  for (std::size_t at = 0; at < jp2.size();) {
    const auto box = first_box(ByteView(jp2).subspan(at));
    if (!box) return fail(ErrorKind::bad_input, "the JP2 file has a damaged box at byte {}", at);
    const std::size_t end = at + box->bytes.size();
    if (box->is_metadata) {
      jp2.erase(jp2.begin() + static_cast<std::ptrdiff_t>(at),
                jp2.begin() + static_cast<std::ptrdiff_t>(end));
      continue;
    }
    if (box->type == "jp2h" && behind_header == 0) behind_header = end;
    at = end;
  }
  if (behind_header == 0) return fail(ErrorKind::bad_input, "the JP2 file has no header box");
  jp2.insert(jp2.begin() + static_cast<std::ptrdiff_t>(behind_header), boxes.begin(), boxes.end());
  return jp2;
}

}  // namespace

Result<Bytes> metadata_boxes(const ImageMetadata& metadata, const MetadataParams& params) {
  if (!params.enabled) return Bytes{};
  return guarded<Bytes>("metadata", [&]() -> Result<Bytes> {
    Bytes boxes;
    const std::scoped_lock lock(exiv2_mutex());
    const Bytes exif = exif_block(metadata);
    const auto xmp = xmp_packet(metadata);
    if (!xmp) return pass(xmp);
    append_uuid_box(boxes, exif_uuid, exif);
    append_uuid_box(boxes, xmp_uuid,
                    {reinterpret_cast<const std::uint8_t*>(xmp->data()), xmp->size()});
    return boxes;
  });
}

Result<Bytes> with_metadata_boxes(Bytes jp2, ByteView boxes) {
  if (boxes.empty()) return jp2;
  return guarded<Bytes>("metadata", [&] { return with_boxes(std::move(jp2), boxes); });
}

Result<Bytes> embed_metadata(ByteView jp2, const ImageMetadata& metadata,
                             const MetadataParams& params) {
  const auto boxes = metadata_boxes(metadata, params);
  if (!boxes) return pass(boxes);
  return with_metadata_boxes(Bytes(jp2.begin(), jp2.end()), *boxes);
}

std::string exiv2_version() {
  return Exiv2::version();
}

}  // namespace linka
