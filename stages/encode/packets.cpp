// SPDX-License-Identifier: GPL-3.0-or-later
// A packet that brings nothing is one byte, 0. The header of a packet depends on those of its
// precinct's lower layers only, so the upper layers of any precinct can be emptied.
#include "stages/encode/packets.h"

#include <cstddef>
#include <optional>

namespace linka {
namespace {

constexpr unsigned sot = 0xff90, sod = 0xff93, eoc = 0xffd9, plt = 0xff58;
constexpr std::size_t sot_bytes = 12, marker_bytes = 2;
constexpr std::size_t plt_head_bytes = 5, plt_most_bytes = 65535 - 3;

std::optional<std::uint32_t> big_endian(ByteView b, std::size_t at, int bytes) {
  if (at + static_cast<std::size_t>(bytes) > b.size()) return {};
  std::uint32_t value = 0;
  for (int i = 0; i < bytes; ++i) value = value << 8 | b[at + static_cast<std::size_t>(i)];
  return value;
}
void put(Bytes& file, std::uint32_t value, int bytes) {
  for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8)
    file.push_back(static_cast<std::uint8_t>(value >> shift & 0xff));
}

// Seven bits a byte, the highest first; all but the last have their top bit set.
int bytes_of_length(std::uint32_t length) {
  int bytes = 1;
  while ((length >>= 7) != 0) ++bytes;
  return bytes;
}
void put_length(Bytes& file, std::uint32_t length) {
  for (int i = bytes_of_length(length) - 1; i >= 0; --i)
    file.push_back(static_cast<std::uint8_t>((length >> (7 * i) & 0x7f) | (i > 0 ? 0x80 : 0)));
}

// The part that begins at `at`; moves `at` behind it. Nothing: it is not as it should be.
std::optional<CodedTile::TilePart> read_part(ByteView b, std::size_t& at) {
  const auto length = big_endian(b, at + 6, 4);
  const auto numbers = big_endian(b, at + 10, 2);
  if (!length || !numbers || *length < sot_bytes + marker_bytes || at + *length > b.size())
    return {};
  CodedTile::TilePart part;
  part.number = static_cast<std::uint8_t>(*numbers >> 8);
  part.count = static_cast<std::uint8_t>(*numbers & 0xff);
  const std::size_t end = at + *length;
  std::size_t segment = at + sot_bytes;
  std::uint32_t packet = 0;
  for (;;) {
    const auto marker = big_endian(b, segment, 2);
    if (!marker) return {};
    if (*marker == sod) break;
    const auto size = big_endian(b, segment + 2, 2);
    if (*marker != plt || !size || *size < 3 || segment + 2 + *size > end) return {};
    for (std::size_t i = segment + plt_head_bytes; i < segment + 2 + *size; ++i) {
      packet = packet << 7 | (b[i] & 0x7fu);
      if ((b[i] & 0x80) != 0) continue;
      part.packet_bytes.push_back(packet);
      packet = 0;
    }
    segment += 2 + *size;
  }
  part.data_at = segment + marker_bytes;
  std::size_t data_end = part.data_at;
  for (const std::uint32_t bytes : part.packet_bytes) data_end += bytes;
  if (data_end != end) return {};
  at = end;
  return part;
}

std::size_t list_bytes(const std::vector<std::uint32_t>& packet_bytes) {
  std::size_t bytes = 0;
  for (const std::uint32_t length : packet_bytes)
    bytes += static_cast<std::size_t>(bytes_of_length(length));
  return bytes;
}

}  // namespace

Result<CodedTile> read_tile(Bytes codestream, int layers) {
  const auto odd = [] {
    return fail(ErrorKind::internal, "OpenJPEG wrote a tile whose parts cannot be told");
  };
  CodedTile tile;
  std::size_t at = 2;  // SOC
  for (auto marker = big_endian(codestream, at, 2); marker != sot;
       marker = big_endian(codestream, at, 2)) {
    const auto size = big_endian(codestream, at + 2, 2);
    if (!marker || !size) return odd();
    at += 2 + *size;
  }
  tile.header_bytes = at;
  while (big_endian(codestream, at, 2) == sot) {
    auto part = read_part(codestream, at);
    if (!part || part->packet_bytes.size() % static_cast<std::size_t>(layers) != 0 ||
        list_bytes(part->packet_bytes) > plt_most_bytes)
      return odd();
    tile.parts.push_back(std::move(*part));
  }
  if (big_endian(codestream, at, 2) != eoc) return odd();
  codestream.shrink_to_fit();  // it grew by doubling, and waits for the other tiles
  tile.codestream = std::move(codestream);
  return tile;
}

std::size_t empty_tile_bytes(const CodedTile& tile) {
  std::size_t bytes = 0;
  for (const CodedTile::TilePart& part : tile.parts) {
    bytes += sot_bytes + marker_bytes + 2 * part.packet_bytes.size();
    if (!part.packet_bytes.empty()) bytes += plt_head_bytes;
  }
  return bytes;
}

std::size_t cost_of_packet(std::uint32_t bytes) {
  return bytes + static_cast<std::size_t>(bytes_of_length(bytes)) - 2;
}

void append_tile(const CodedTile& tile, std::uint16_t index, const std::vector<bool>& keep,
                 Bytes& file) {
  std::size_t packet = 0;
  for (const CodedTile::TilePart& part : tile.parts) {
    std::vector<std::uint32_t> lengths = part.packet_bytes;
    std::size_t data_bytes = 0;
    for (std::size_t i = 0; i < lengths.size(); ++i) {
      if (!keep[packet + i]) lengths[i] = 1;
      data_bytes += lengths[i];
    }
    const std::size_t list = list_bytes(lengths);
    put(file, sot, 2);
    put(file, 10, 2);
    put(file, index, 2);
    put(file,
        static_cast<std::uint32_t>(sot_bytes + (lengths.empty() ? 0 : plt_head_bytes + list) +
                                   marker_bytes + data_bytes),
        4);
    file.push_back(part.number);
    file.push_back(part.count);
    if (!lengths.empty()) {
      put(file, plt, 2);
      put(file, static_cast<std::uint32_t>(3 + list), 2);
      file.push_back(0);  // the only list of this part
      for (const std::uint32_t length : lengths) put_length(file, length);
    }
    put(file, sod, 2);
    auto from = tile.codestream.begin() + static_cast<std::ptrdiff_t>(part.data_at);
    for (const std::uint32_t bytes : part.packet_bytes) {
      const auto to = from + static_cast<std::ptrdiff_t>(bytes);
      if (keep[packet++])
        file.insert(file.end(), from, to);
      else
        file.push_back(0);
      from = to;
    }
  }
}

}  // namespace linka
