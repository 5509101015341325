// SPDX-License-Identifier: GPL-3.0-or-later
#include "stages/check/check.h"

namespace linka {

Result<PageMeasures> measure(const Image& page, const CheckParams&) {
  if (page.empty()) return fail(ErrorKind::bad_input, "there is no image");
  return PageMeasures{};
}

std::vector<PageFinding> judge(const PageMeasures&, const CheckParams&) {
  return {};
}

}  // namespace linka
