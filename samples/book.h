// SPDX-License-Identifier: GPL-3.0-or-later
// A whole book as a folder of scans with its truth beside it.
#pragma once

#include "base/result.h"
#include "samples/prose.h"
#include "samples/scanner.h"

#include <cstdint>
#include <filesystem>
#include <optional>

namespace linka {

enum class BatchKind { book, singles, spreads };

struct BookOrder {
  std::uint64_t seed = 1;
  int pages = 12;
  BatchKind kind = BatchKind::book;
  ProseLanguage language = ProseLanguage::czech;
  std::optional<double> dpi;          // without: 300, and 400 for a few
  std::optional<ScanColours> pixels;  // without: RGB, and one grey and one bitonal scan
};

// Writes 0001.tif ... and truth.json into the folder, which is made when it is not there. Returns
// how many scans there are.
Result<int> make_book(const std::filesystem::path& folder, const BookOrder& order);

}  // namespace linka
