// SPDX-License-Identifier: GPL-3.0-or-later
// Names of things, as types. All are stable across runs: they come from the scan's file name, never
// from its position in a list.
#pragma once

#include <compare>
#include <string>

namespace linka {

// One image that a scanner gave: a file, and which image in it. `name` is the file's path below the
// folder of scans, '/' between folders; `frame` counts from 0 in a file of several images.
struct ScanId {
  std::string name;
  int frame = 0;
  auto operator<=>(const ScanId&) const = default;
};

// Which page of the scan.
enum class Side { single, left, right };
const char* name_of(Side side);  // "single", "left", "right"

struct PageId {
  ScanId scan;
  Side side = Side::single;
  auto operator<=>(const PageId&) const = default;
};

// A text that is also a legal and unique folder name: "0007.tif", "book.tif+3" (third image),
// "0007.tif-left". Letters, digits and _ . - stay; every other byte of the name becomes %XX, so two
// scans never share a text. Upper and lower case differ.
std::string text_of(const ScanId& id);
std::string text_of(const PageId& id);
// The reverse. False when the text is not such a name.
bool parse(const std::string& text, ScanId& id);
bool parse(const std::string& text, PageId& id);

// Order of the pages in a book: natural order of file names, then frame, then left before right.
bool reading_order(const ScanId& a, const ScanId& b);
bool reading_order(const PageId& a, const PageId& b);

}  // namespace linka
