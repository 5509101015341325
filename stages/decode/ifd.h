// SPDX-License-Identifier: GPL-3.0-or-later
// Directories (IFD) of a TIFF file, or of the Exif block that JPEG, PNG and JP2 carry, read from
// memory within its bounds. Used to count images cheaply and to read the tags that name the
// scanner; pixels are libtiff's work.
#pragma once

#include "base/bytes.h"
#include "base/result.h"
#include "model/page_facts.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace linka {

struct IfdHeader {
  bool big_endian = false;
  bool big_tiff = false;
  std::uint64_t first = 0;
};

struct IfdEntry {
  int tag = 0;
  int type = 0;
  std::uint64_t count = 0;
  ByteView value;       // empty when it lies outside the file
  bool beyond = false;  // it does
};

struct Ifd {
  std::vector<IfdEntry> entries;
  std::uint64_t next = 0;  // 0: the last one
};

// Bad_input when the bytes do not begin as TIFF does.
Result<IfdHeader> read_ifd_header(ByteView bytes);
// The directory at `offset`; bad_input when it does not lie inside the bytes.
Result<Ifd> read_ifd(ByteView bytes, const IfdHeader& header, std::uint64_t offset);

// The entry's value number i as an integer; nothing when there is no such entry.
std::optional<std::uint64_t> whole_number(const IfdHeader& header, const Ifd& ifd, int tag,
                                          std::uint64_t i = 0);
std::optional<double> real_number(const IfdHeader& header, const Ifd& ifd, int tag);
std::string text_value(const Ifd& ifd, int tag);

// What a directory and its Exif directory say of the making of the image.
struct MakingTags {
  CaptureDevice device;
  int orientation = 0;       // as written; 0 when not
  Dpi dpi;                   // 0 when not
  std::string exif_version;  // "2.31"
};
MakingTags making_tags(ByteView bytes, const IfdHeader& header, const Ifd& ifd);
// The same of a whole Exif block ("II*..." or "MM.*..."); nothing when it is not one.
std::optional<MakingTags> making_tags(ByteView exif_block);
// Fills the facts that the block knows and the file itself did not say.
void use_tags(const MakingTags& tags, SourceFacts& facts);

}  // namespace linka
