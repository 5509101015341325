// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/geometry.h"

#include <string>

namespace linka {

// Something on the scanner beside the page.
struct Neighbour {
  std::string kind;      // "target" (colour or grey patches), "ruler", "finger", "holder"
  Quad outline{};        // scan pixels
  bool on_page = false;  // it reaches in over the page
  bool operator==(const Neighbour&) const = default;
};

}  // namespace linka
