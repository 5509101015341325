// SPDX-License-Identifier: GPL-3.0-or-later
// The course of a page's rows of letters: how they fall, all together, and how they bend towards a
// spine.
#pragma once

#include "stages/deskew/ink.h"

namespace linka {

struct Course {
  double fall_deg = 0;  // of the flat part
  double sd_deg = 90;   // standard deviation of that, from how well the rows agree
  double bend_px = 0;   // how far the outermost letter at the spine's side leaves its flat line
  int rows = 0;         // that had a say
};

// How much lower than flat a place (x, y) lies, in the frame turned by near_deg.
using KnownBend = std::function<double(double x, double y)>;

// near_deg: about how much the rows fall. The answer may differ from it by a few degrees. With a
// known bend none is looked for, and near_deg must be right to a few tenths.
Course course_of(const Ink& ink, double near_deg, const KnownBend& known = {});

}  // namespace linka
