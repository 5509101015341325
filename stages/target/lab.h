// SPDX-License-Identifier: GPL-3.0-or-later
// CIE L*a*b* and how far two colours are apart.
#pragma once

#include <string_view>

namespace linka {

struct Lab {
  double l = 0, a = 0, b = 0;
  bool operator==(const Lab&) const = default;
};

// CIEDE2000 with kL = kC = kH = 1, as G. Sharma, W. Wu and E. N. Dalal write it down in "The
// CIEDE2000 Color-Difference Formula: Implementation Notes, Supplementary Test Data, and
// Mathematical Observations", Color Research and Application 30 (1), 2005. Symmetric.
double delta_e_2000(const Lab& x, const Lab& y);

// sqrt(a*^2 + b*^2)
double chroma(const Lab& lab);
// Relative luminance 0...1 of a lightness, and back (CIE 15:2004).
double luminance_of(double l);
double lightness_of(double y);

// The colour as it looks under D50, where ICC profiles compare: Bradford adaptation from "D65".
// "D50" comes back as it is.
Lab under_d50(const Lab& lab, std::string_view illuminant);
bool is_known_illuminant(std::string_view illuminant);

}  // namespace linka
