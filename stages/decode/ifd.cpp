// SPDX-License-Identifier: GPL-3.0-or-later
#include "stages/decode/ifd.h"

#include "stages/decode/reader.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace linka {
namespace {

// Real directories have some tens of tags; more than this is there to keep a reader busy.
constexpr std::uint64_t max_entries = 4096;

enum Tag {
  tag_make = 271,
  tag_model = 272,
  tag_orientation = 274,
  tag_x_resolution = 282,
  tag_y_resolution = 283,
  tag_resolution_unit = 296,
  tag_software = 305,
  tag_date_time = 306,
  tag_artist = 315,
  tag_host_computer = 316,
  tag_exif_ifd = 34665,
  tag_exif_version = 36864,
  tag_date_time_original = 36867,
  tag_date_time_digitized = 36868,
  tag_body_serial_number = 42033,
};

std::uint64_t integer(ByteView bytes, bool big_endian) {
  std::uint64_t v = 0;
  for (std::size_t i = 0; i < bytes.size(); ++i)
    v = (v << 8) | bytes[big_endian ? i : bytes.size() - 1 - i];
  return v;
}

// Bytes [offset, offset + size); empty when they are not all there.
ByteView part(ByteView bytes, std::uint64_t offset, std::uint64_t size) {
  if (offset > bytes.size() || size > bytes.size() - offset) return {};
  return bytes.subspan(static_cast<std::size_t>(offset), static_cast<std::size_t>(size));
}

std::uint64_t bytes_of_type(int type) {
  switch (type) {
    case 1:
    case 2:
    case 6:
    case 7:
      return 1;
    case 3:
    case 8:
      return 2;
    case 4:
    case 9:
    case 11:
    case 13:
      return 4;
    case 5:
    case 10:
    case 12:
    case 16:
    case 17:
    case 18:
      return 8;
    default:
      return 0;
  }
}

const IfdEntry* entry_of(const Ifd& ifd, int tag) {
  for (const IfdEntry& e : ifd.entries)
    if (e.tag == tag) return &e;
  return nullptr;
}

}  // namespace

Result<IfdHeader> read_ifd_header(ByteView bytes) {
  if (bytes.size() < 8 || bytes[0] != bytes[1] || (bytes[0] != 'I' && bytes[0] != 'M'))
    return fail(ErrorKind::bad_input, "the file does not begin as a TIFF does");
  IfdHeader h;
  h.big_endian = bytes[0] == 'M';
  const std::uint64_t magic = integer(bytes.subspan(2, 2), h.big_endian);
  if (magic == 42) {
    h.first = integer(bytes.subspan(4, 4), h.big_endian);
  } else if (magic == 43 && bytes.size() >= 16) {
    h.big_tiff = true;
    h.first = integer(bytes.subspan(8, 8), h.big_endian);
  } else {
    return fail(ErrorKind::bad_input, "the file begins as a TIFF of the unknown version {}", magic);
  }
  return h;
}

Result<Ifd> read_ifd(ByteView bytes, const IfdHeader& h, std::uint64_t offset) {
  const std::uint64_t count_size = h.big_tiff ? 8 : 2;
  const std::uint64_t entry_size = h.big_tiff ? 20 : 12;
  const std::uint64_t word = h.big_tiff ? 8 : 4;  // offsets and counts
  const ByteView count_bytes = part(bytes, offset, count_size);
  if (count_bytes.empty())
    return fail(ErrorKind::bad_input,
                "an image directory should lie at byte {}, but the file has {} bytes", offset,
                bytes.size());
  const std::uint64_t n = integer(count_bytes, h.big_endian);
  if (n == 0 || n > max_entries)
    return fail(ErrorKind::bad_input, "the image directory at byte {} claims {} tags", offset, n);
  const ByteView table = part(bytes, offset + count_size, n * entry_size);
  if (table.empty())
    return fail(ErrorKind::bad_input, "the image directory at byte {} is cut off", offset);

  Ifd ifd;
  ifd.entries.reserve(static_cast<std::size_t>(n));
  for (std::uint64_t i = 0; i < n; ++i) {
    const ByteView e = part(table, i * entry_size, entry_size);
    IfdEntry entry;
    entry.tag = static_cast<int>(integer(e.subspan(0, 2), h.big_endian));
    entry.type = static_cast<int>(integer(e.subspan(2, 2), h.big_endian));
    entry.count = integer(e.subspan(4, static_cast<std::size_t>(word)), h.big_endian);
    const std::uint64_t unit = bytes_of_type(entry.type);
    const ByteView inside = e.subspan(static_cast<std::size_t>(4 + word));
    if (unit > 0 && entry.count > 0) {
      if (entry.count <= word / unit)
        entry.value = inside.first(static_cast<std::size_t>(entry.count * unit));
      else if (entry.count <= bytes.size() / unit)
        entry.value = part(bytes, integer(inside, h.big_endian), entry.count * unit);
      entry.beyond = entry.value.empty();
    }
    ifd.entries.push_back(entry);
  }
  ifd.next = integer(part(bytes, offset + count_size + n * entry_size, word), h.big_endian);
  return ifd;
}

std::optional<std::uint64_t> whole_number(const IfdHeader& h, const Ifd& ifd, int tag,
                                          std::uint64_t i) {
  const IfdEntry* e = entry_of(ifd, tag);
  if (!e) return {};
  const bool integral = e->type == 1 || e->type == 3 || e->type == 4 || e->type == 13 ||
                        e->type == 16 || e->type == 18;
  const std::uint64_t unit = bytes_of_type(e->type);
  if (!integral || i >= e->count) return {};
  const ByteView v = part(e->value, i * unit, unit);
  if (v.empty()) return {};
  return integer(v, h.big_endian);
}

std::optional<double> real_number(const IfdHeader& h, const Ifd& ifd, int tag) {
  const IfdEntry* e = entry_of(ifd, tag);
  if (!e || e->value.empty()) return {};
  switch (e->type) {
    case 5:
    case 10: {
      const auto top = static_cast<std::uint32_t>(integer(e->value.subspan(0, 4), h.big_endian));
      const auto below = static_cast<std::uint32_t>(integer(e->value.subspan(4, 4), h.big_endian));
      if (below == 0) return {};
      return e->type == 5 ? static_cast<double>(top) / below
                          : static_cast<double>(std::bit_cast<std::int32_t>(top)) /
                                static_cast<double>(std::bit_cast<std::int32_t>(below));
    }
    case 11:
      return std::bit_cast<float>(
          static_cast<std::uint32_t>(integer(e->value.subspan(0, 4), h.big_endian)));
    case 12:
      return std::bit_cast<double>(integer(e->value.subspan(0, 8), h.big_endian));
    default: {
      const auto v = whole_number(h, ifd, tag);
      if (!v) return {};
      return static_cast<double>(*v);
    }
  }
}

std::string text_value(const Ifd& ifd, int tag) {
  const IfdEntry* e = entry_of(ifd, tag);
  if (!e || (e->type != 2 && e->type != 1 && e->type != 7)) return {};
  const ByteView v = e->value.first(std::min<std::size_t>(e->value.size(), 1024));
  const std::string all(v.begin(), v.end());
  return tag_text(all.substr(0, all.find('\0')));
}

MakingTags making_tags(ByteView bytes, const IfdHeader& h, const Ifd& ifd) {
  MakingTags t;
  t.device.make = text_value(ifd, tag_make);
  t.device.model = text_value(ifd, tag_model);
  set_software(t.device, text_value(ifd, tag_software));
  t.device.artist = text_value(ifd, tag_artist);
  if (t.device.artist.empty()) t.device.artist = text_value(ifd, tag_host_computer);
  t.device.captured_at = iso_of_exif_date(text_value(ifd, tag_date_time));
  t.orientation = static_cast<int>(
      std::min<std::uint64_t>(whole_number(h, ifd, tag_orientation).value_or(0), 65535));

  const std::uint64_t unit = whole_number(h, ifd, tag_resolution_unit).value_or(2);
  const double x = real_number(h, ifd, tag_x_resolution).value_or(0);
  const double y = real_number(h, ifd, tag_y_resolution).value_or(0);
  if (unit == 2) t.dpi = {x, y};
  if (unit == 3) t.dpi = {dpi_from_metric(x * 100), dpi_from_metric(y * 100)};

  if (const auto offset = whole_number(h, ifd, tag_exif_ifd)) {
    if (const auto exif = read_ifd(bytes, h, *offset)) {
      t.device.serial = text_value(*exif, tag_body_serial_number);
      for (const int tag : {tag_date_time_digitized, tag_date_time_original})
        if (std::string at = iso_of_exif_date(text_value(*exif, tag)); !at.empty())
          t.device.captured_at = std::move(at);
      const std::string v = text_value(*exif, tag_exif_version);
      if (v.size() == 4 &&
          std::all_of(v.begin(), v.end(), [](char c) { return c >= '0' && c <= '9'; }))
        t.exif_version = std::string(v[0] == '0' ? "" : v.substr(0, 1)) + v[1] + "." +
                         (v[3] == '0' ? v.substr(2, 1) : v.substr(2, 2));
    }
  }
  return t;
}

std::optional<MakingTags> making_tags(ByteView exif_block) {
  const auto header = read_ifd_header(exif_block);
  if (!header) return {};
  const auto ifd = read_ifd(exif_block, *header, header->first);
  if (!ifd) return {};
  return making_tags(exif_block, *header, *ifd);
}

void use_tags(const MakingTags& tags, SourceFacts& facts) {
  facts.device = tags.device;
  if (tags.orientation != 0) facts.orientation = tags.orientation;
  if (!facts.dpi.known()) facts.dpi = tags.dpi;
}

}  // namespace linka
