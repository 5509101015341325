// SPDX-License-Identifier: GPL-3.0-or-later
// A whole book as a folder of scans with its truth beside it.
#pragma once

#include "base/result.h"
#include "samples/leaf.h"
#include "samples/prose.h"
#include "samples/scanner.h"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <vector>

namespace linka {

enum class BatchKind { book, singles, spreads };

struct BookOrder {
  std::uint64_t seed = 1;
  int pages = 12;
  BatchKind kind = BatchKind::book;
  ProseLanguage language = ProseLanguage::czech;
  std::optional<double> dpi;          // without: 300, and 400 for a few
  std::optional<ScanColours> pixels;  // without: RGB, and one grey and one bitonal scan

  PaperSize paper{125, 195};
  std::string typeface = {};  // of all print; empty: the usual one of the language
  NumberPlace numbers = NumberPlace::heads;
  TypeSetting setting = {};
  std::optional<LeafKind> all;  // every page is of this kind
  // Covers around the pages; before the back one a map, an index and advertisements.
  bool extras = false;
  // An issue of a periodical: masthead, articles, advertisements; its pages count from 65.
  bool issue = false;

  // How the book is numbered, and what went wrong at the scanner. Pages are named by their place
  // in the book, from 1.
  int front = 0;              // so many pages (even) count i, ii, ..., the rest from 1
  bool loose_plates = false;  // plates are leaves by themselves, with a bare back, and do not count
  std::vector<int> missing = {};  // pages that nobody scanned
  std::vector<int> doubled = {};  // pages (scans) taken twice, one after the other
};

// What stands where: the leaves of the book in order, their labels as the book counts them
// (LeafPlan::label; "-" for leaves that do not count).
std::vector<LeafPlan> plans_of(const BookOrder& order);

// Writes 0001.tif ... and truth.json into the folder, which is made when it is not there. Returns
// how many scans there are.
Result<int> make_book(const std::filesystem::path& folder, const BookOrder& order);

}  // namespace linka
