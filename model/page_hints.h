// SPDX-License-Identifier: GPL-3.0-or-later
// What a page says of its place in the book: what may be its number, what opens on it, what kind of
// page it is. Read once from its text and small, so that thousands of pages are soon looked
// through.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace linka {

enum class NumberKind {
  arabic,  // 12
  roman,   // xii, XII
  leaf,    // 12r, 12v: a number a leaf; its value is twice the number, plus one on the back
  column   // 113 ... 114: a number a column; its value is the left one's
};

// Something at the head or foot that may be the page's number, by one way to read it.
struct NumberHint {
  NumberKind kind = NumberKind::arabic;
  int value = 0;
  double weight = 0;    // 0...1, how much place, form and the reader's confidence speak for it
  double x = 0, y = 0;  // its centre, as shares of the page's width and height
  bool capitals = false, bracketed = false;
  std::string read;  // as the text has it
  bool operator==(const NumberHint&) const = default;
};

struct HeadingHint {
  std::string text;
  double size = 0;  // of its letters, in points where the resolution is known
  double y = 0;     // its upper edge, as a share of the page's height
  bool operator==(const HeadingHint&) const = default;
};

// A line of a table of contents: what begins where.
struct EntryHint {
  std::string title;
  NumberKind kind = NumberKind::arabic;
  int value = 0;
  double x = 0;  // where the title begins, as a share of the page's width
  bool operator==(const EntryHint&) const = default;
};

struct PageHints {
  int version = 0;  // of the reading; 0: the page was never read for hints
  std::vector<NumberHint> numbers;
  std::vector<HeadingHint> headings;
  std::vector<EntryHint> entries;
  std::map<std::string, double> types;  // word of the standard -> 0...1, how much speaks for it
  std::string running_head;
  std::uint64_t likeness = 0;  // of the words (simhash): equal pages differ in few bits; 0: too few
  int words = 0, lines = 0;
  double size = 0;           // of most of the letters
  double first_line = 0;     // where the text begins below the head, share of the height
  double picture_share = 0;  // of the page's area
  bool operator==(const PageHints&) const = default;
};

}  // namespace linka
