// SPDX-License-Identifier: GPL-3.0-or-later
// A small book to try things on: a folder of drawn scans, a record and a profile without OCR.
#pragma once

#include "base/result.h"

#include <cstdint>
#include <filesystem>
#include <set>
#include <string>

namespace linka {

struct SampleBook {
  std::filesystem::path scans, record, profile;
  std::set<std::string> names;   // of the files that hold scans
  std::set<std::string> broken;  // those of them that cannot be decoded
};

// Draws it into a folder that is made; the same number draws the same book. One book in three has a
// damaged scan, and each has a file that is no scan and two scans of the same content.
Result<SampleBook> draw_book(const std::filesystem::path& folder, std::uint64_t number);

}  // namespace linka
