// SPDX-License-Identifier: GPL-3.0-or-later
#include "stages/book/book.h"

namespace linka {

std::map<ScanId, BookHint> hints(const std::vector<PageFacts>&, const BookParams&) {
  return {};
}

std::map<PageId, std::vector<PageFinding>> judge_book(const std::vector<PageFacts>&,
                                                      const BookParams&) {
  return {};
}

}  // namespace linka
