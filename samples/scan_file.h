// SPDX-License-Identifier: GPL-3.0-or-later
// A scan as a scanner's software writes it: TIFF with resolution, colour profile and the scanner's
// name.
#pragma once

#include "base/result.h"
#include "image/image.h"
#include "samples/scanner.h"

#include <filesystem>
#include <string>

namespace linka {

struct CaptureTags {
  std::string make, model, software;
  std::string date_time;  // "2025:02:03 09:15:00"
};

// RGB uncompressed with sRGB, grey with LZW and a grey profile of gamma 2.2, bitonal with CCITT
// group 4 and none. Same image and tags = same bytes.
Result<void> write_scan(const std::filesystem::path& path, const Image& image, ScanColours pixels,
                        const CaptureTags& tags);

// Profiles with a fixed date.
Bytes srgb_profile();
Bytes grey_profile();

}  // namespace linka
