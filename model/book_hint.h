// SPDX-License-Identifier: GPL-3.0-or-later
// What the rest of the book says about one scan. A hint decides where the scan itself leaves the
// question open; it never overrules what is plainly there.
#pragma once

#include <string>

namespace linka {

struct BookHint {
  int pages = 0;             // pages that scans of this shape hold: 1 or 2; 0 = no opinion
  double page_width_mm = 0;  // size of the book's leaves; 0 = no opinion
  double page_height_mm = 0;
  // What most pages were read with ("frk+Fraktur"), for a page that does not tell by itself; empty
  // = no opinion.
  std::string models = {};
  bool operator==(const BookHint&) const = default;
};

}  // namespace linka
