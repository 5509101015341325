// SPDX-License-Identifier: GPL-3.0-or-later
// Scans: what their headers say, and their pixels behind our limits. The libraries that decode are
// somebody else's; what is looked for is what gets past the checks before them.
#include "formats/jp2.h"
#include "fuzz/targets.h"
#include "stages/decode/decode.h"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <cstdlib>

namespace linka::fuzz {
namespace {

// Small, so that a changed size costs no time.
constexpr DecodeParams params{.max_megapixels = 1, .max_file_mb = 4};

bool begins(ByteView bytes, std::initializer_list<int> sign) {
  return bytes.size() >= sign.size() && std::equal(sign.begin(), sign.end(), bytes.begin(),
                                                   [](int a, std::uint8_t b) { return a == b; });
}

void decode_all(ByteView bytes) {
  const auto header = probe(bytes, params);
  const int frames = header ? static_cast<int>(std::min<std::size_t>(header->frames.size(), 3)) : 1;
  for (int frame = 0; frame < frames; ++frame) {
    const auto scan = decode(bytes, frame, params);
    if (!scan) continue;
    // What is given out fits what was promised.
    if (scan->image.size_bytes() > 3'100'000 || !scan->source.dpi.known()) std::abort();
  }
}

// With checksums that fit, or a change would go no further than to them.
Bytes with_checksums(ByteView bytes) {
  Bytes mended(bytes.begin(), bytes.end());
  for (std::size_t at = 8; at + 12 <= mended.size();) {
    std::uint8_t* chunk = mended.data() + at;
    const std::size_t length = std::size_t{chunk[0]} << 24 | std::size_t{chunk[1]} << 16 |
                               std::size_t{chunk[2]} << 8 | chunk[3];
    if (length > mended.size() - at - 12) break;
    const uLong sum = crc32(0, chunk + 4, static_cast<uInt>(length + 4));
    for (std::size_t i = 0; i < 4; ++i)
      chunk[8 + length + i] = static_cast<std::uint8_t>(sum >> (24 - 8 * i));
    at += 12 + length;
  }
  return mended;
}

}  // namespace

void header(ByteView bytes) {
  const auto header = probe(bytes, params);
  if (header && header->frames.empty()) std::abort();
}

// The signs are forced, so that no time goes by on files that are none.
void tiff(ByteView bytes) {
  if (begins(bytes, {'I', 'I'}) || begins(bytes, {'M', 'M'})) decode_all(bytes);
}
void jpeg(ByteView bytes) {
  if (begins(bytes, {0xFF, 0xD8, 0xFF})) decode_all(bytes);
}
void png(ByteView bytes) {
  if (!begins(bytes, {0x89, 'P', 'N', 'G'})) return;
  decode_all(bytes);
  decode_all(with_checksums(bytes));
}
void jp2(ByteView bytes) {
  if (begins(bytes, {0, 0, 0, 12}) || begins(bytes, {0xFF, 0x4F})) decode_all(bytes);
}

void jp2_boxes(ByteView bytes) {
  (void)read_jp2(bytes);
}

}  // namespace linka::fuzz
