// SPDX-License-Identifier: GPL-3.0-or-later
// What the readers of the formats share. A reader finds out what it can about the stored image,
// hands out its rows in stored order, and draw() makes the upright 8-bit image of them.
#pragma once

#include "base/bytes.h"
#include "base/result.h"
#include "model/page_facts.h"
#include "stages/decode/color.h"
#include "stages/decode/decode.h"

#include <cstdint>
#include <functional>
#include <string>

namespace linka {

// Beyond this a side is a mistake or an attack: 25 m at 300 dpi.
constexpr std::uint64_t max_side_px = 300'000;
// Files list more images than this only to keep a reader busy.
constexpr std::size_t max_frames = 10'000;

// Whether an image of that size may be decoded. `told` counts pixels as the file claims them.
Result<Size> checked_size(std::uint64_t width, std::uint64_t height, const DecodeParams& params);

// The size as ScanHeader holds it, whatever the file claims.
Size claimed_size(std::uint64_t width, std::uint64_t height);

// Refuses an image whose packed samples (raw_bytes) cannot come out of stored_bytes by a method
// that shrinks at most max_ratio times, and a very large one that shrank more than a scan does.
// Small ones are not asked; they cannot hurt.
Result<void> plausible(std::uint64_t raw_bytes, std::uint64_t stored_bytes, double max_ratio);

// Adds a sentence once, and not more than a dozen.
void add_note(SourceFacts& facts, std::string sentence);

// "2025:03:14 09:15:00" -> "2025-03-14T09:15:00"; empty when it is no date.
std::string iso_of_exif_date(const std::string& text);
// "Scan Master 4.2.1" -> name and version.
void set_software(CaptureDevice& device, const std::string& text);
// A text of a tag as it may go into our files: UTF-8, without control characters, not endless.
std::string tag_text(const std::string& raw);
// Pixels a metre -> dots an inch, without the rounding error that the metre brought (299.9994).
double dpi_from_metric(double per_metre);

// The samples of stored row y, as PixelKind says, valid until the next call. Asked for y = 0, 1,
// ...
using RowSource = std::function<Result<const std::uint8_t*>(int y)>;

// Reads all rows and makes the image: 8 bits, grey or R, G, B, upright. `facts` holds what the file
// says: stored size, orientation as written, dpi as written (0 when not).
Result<ScanImage> draw(SourceFacts facts, const PixelKind& kind, ByteView icc,
                       const RowSource& rows, const DecodeParams& params);

Result<ScanHeader> probe_tiff(ByteView bytes, const DecodeParams& params);
Result<ScanHeader> probe_jpeg(ByteView bytes, const DecodeParams& params);
Result<ScanHeader> probe_png(ByteView bytes, const DecodeParams& params);
Result<ScanHeader> probe_jp2(ByteView bytes, const DecodeParams& params);
Result<ScanImage> decode_tiff(ByteView bytes, int frame, const DecodeParams& params);
Result<ScanImage> decode_jpeg(ByteView bytes, const DecodeParams& params);
Result<ScanImage> decode_png(ByteView bytes, const DecodeParams& params);
Result<ScanImage> decode_jp2(ByteView bytes, const DecodeParams& params);

}  // namespace linka
