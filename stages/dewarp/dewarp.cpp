// SPDX-License-Identifier: GPL-3.0-or-later
#include "stages/dewarp/dewarp.h"

namespace linka {

Result<Dewarp> dewarp(const Image& scan, const Quad&, double, const Box&, const DewarpParams&) {
  if (scan.empty()) return fail(ErrorKind::bad_input, "there is no image");
  return Dewarp{};
}

}  // namespace linka
