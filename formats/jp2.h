// SPDX-License-Identifier: GPL-3.0-or-later
// What a JP2 file says of itself: boxes and the codestream's main header (ISO/IEC 15444-1 Annexes A
// and I), read without a decoder. No pixel is touched.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"

namespace linka {

struct Jp2Properties {
  bool is_jp2 = false;  // signature, file type, header and codestream boxes present and in order
  int width_px = 0, height_px = 0, components = 0;
  std::vector<int> bit_depth;  // one a component
  bool reversible = false;     // 5-3
  int layers = 0;
  std::string progression;  // "LRCP" "RLCP" "RPCL" "PCRL" "CPRL"
  int levels = 0;           // decompositions
  int tile_width = 0, tile_height = 0;
  int code_block_width = 0, code_block_height = 0;
  bool user_precincts = false;
  std::vector<std::pair<int, int>> precincts;  // width, height; lowest resolution first
  bool bypass = false, sop = false, eph = false;
  bool color_transform = false;
  bool has_comment = false;   // COM
  bool has_roi = false;       // RGN anywhere in the codestream
  bool has_alpha = false;     // channel definition box with an opacity channel
  bool ends_with_eoc = false;
  double capture_x_ppm = 0, capture_y_ppm = 0;  // pixels per metre; 0 = no box
  double display_x_ppm = 0, display_y_ppm = 0;
  int enumerated_color_space = 0;  // 16 sRGB, 17 grey; 0 when an ICC profile is used
  std::uint64_t icc_bytes = 0;
  std::uint64_t file_bytes = 0;
};

// Errors: bad_input, saying what is wrong where ("box 'jp2h' at byte 32 ends after the file").
Result<Jp2Properties> read_jp2(ByteView bytes);

}  // namespace linka
