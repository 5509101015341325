// SPDX-License-Identifier: GPL-3.0-or-later
// The packets of a tile as OpenJPEG wrote them, and the tile written again with fewer quality
// layers in some of its precincts (ISO/IEC 15444-1, Annexes A and B).
#pragma once

#include "base/bytes.h"
#include "base/result.h"

#include <cstdint>
#include <vector>

namespace linka {

// A codestream of one tile: progression RPCL (a precinct's layers follow each other), a tile part a
// resolution, packet lengths in PLT, no SOP or EPH.
struct CodedTile {
  struct TilePart {
    std::uint8_t number = 0, count = 0;       // TPsot, TNsot
    std::size_t data_at = 0;                  // the first packet, in `codestream`
    std::vector<std::uint32_t> packet_bytes;  // a precinct's layers side by side
  };
  Bytes codestream;
  std::size_t header_bytes = 0;  // the main header, SOC to the first SOT
  std::vector<TilePart> parts;
};
// Errors: internal when the codestream is not as above.
Result<CodedTile> read_tile(Bytes codestream, int layers);

// What the tile takes in the file when no packet has anything in it, and what more a packet of this
// length takes.
std::size_t empty_tile_bytes(const CodedTile& tile);
std::size_t cost_of_packet(std::uint32_t bytes);

// Appends the tile's parts as those of tile `index`. `keep[i]` says of the tile's i-th packet
// whether it stays; another becomes an empty packet. No packet of a precinct may stay whose
// precinct lost one of a lower layer.
void append_tile(const CodedTile& tile, std::uint16_t index, const std::vector<bool>& keep,
                 Bytes& file);

}  // namespace linka
