// SPDX-License-Identifier: GPL-3.0-or-later
#include "handover/lent.h"

namespace linka {

Result<void> one_by_one(const PageWork& work) {
  for (std::size_t i = 0; i < work.pages; ++i) {
    const auto take = work.make(i);
    if (!take) return pass(take);
    if (auto r = (*take)(); !r) return r;
  }
  return {};
}

}  // namespace linka
