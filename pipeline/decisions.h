// SPDX-License-Identifier: GPL-3.0-or-later
// What is already decided about a scan before the line looks at it: by a person, whose word beats
// everything, or by the rest of the book.
#pragma once

#include "model/book_hint.h"
#include "model/correction.h"
#include "model/ids.h"

#include <map>
#include <string>

namespace linka {

struct Decisions {
  std::map<ScanId, ScanCorrection> scans;
  std::map<PageId, PageCorrection> pages;
  std::map<ScanId, BookHint> hints;

  const ScanCorrection& of(const ScanId& scan) const;
  const PageCorrection& of(const PageId& page) const;
  const BookHint& hint(const ScanId& scan) const;

  // All of a scan that changes its pages' pixels, as text; empty when nothing is decided. A page
  // that is accepted or left out is made just the same.
  std::string text_for(const ScanId& scan) const;
};

}  // namespace linka
