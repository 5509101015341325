// SPDX-License-Identifier: GPL-3.0-or-later
// What a person decided about a scan or page. It beats what the line finds, for ever, and survives
// every run.
#pragma once

#include "model/geometry.h"

#include <array>
#include <optional>
#include <string>

namespace linka {

// Of a whole scan.
struct ScanCorrection {
  int turn_deg = 0;          // 0, 90, 180 or 270 clockwise, before anything else is done
  std::optional<int> pages;  // the scan holds one page or two
  // Where the fold meets the upper and the lower edge, scan pixels (after the turn); implies two.
  std::optional<std::array<double, 2>> fold_x;
  bool empty() const { return turn_deg == 0 && !pages && !fold_x; }
  bool operator==(const ScanCorrection&) const = default;
};

// Of one page.
struct PageCorrection {
  std::optional<double> angle_deg;  // the turn to apply, clockwise
  std::optional<Box> box;  // the page, scan pixels (after the scan's turn); its size is kept
                           // and it is turned about its centre by the page's angle
  std::optional<std::array<double, 4>> grow_mm;  // left, top, right, bottom: added to the box found
  std::string models;           // what the page is read with; empty = the profile's
  std::optional<bool> flatten;  // whether curved paper is flattened
  std::string left_out;         // why the page is left out; empty = it is not
  bool accepted = false;        // a person has looked and it is good as it is
  bool empty() const {
    return !angle_deg && !box && !grow_mm && models.empty() && !flatten && left_out.empty() &&
           !accepted;
  }
  bool operator==(const PageCorrection&) const = default;
};

}  // namespace linka
