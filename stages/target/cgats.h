// SPDX-License-Identifier: GPL-3.0-or-later
// Reference values as makers of targets ship them: CGATS.17 text (ANSI CGATS.17, ISO 28178), the
// .txt, .cie and .it8 files.
#pragma once

#include "stages/target/reference.h"

namespace linka {

bool is_cgats(std::string_view text);

// Fields SAMPLE_ID (or SAMPLE_NAME, SAMPLE_LOC), LAB_L, LAB_A and LAB_B; decimal points or commas.
// Names of a letter and a number place the patches: the longer side of a target is taken to be
// its width, so that A1...F4 has six columns and A1...L22 has 22. Plain numbers are placed row by
// row when there are 24, as on a ColorChecker. Patches with a chroma below 3.5 count as neutral.
// CGATS says nothing of size and edges.
Result<TargetReference> parse_cgats(std::string_view text, const std::string& name);

}  // namespace linka
