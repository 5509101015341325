// SPDX-License-Identifier: GPL-3.0-or-later
// What a colour target looks like: its patches with their measured colours, and where its edges,
// even fields and lengths lie. Read from text; docs/targets.md describes the form.
//
// Positions are in target units: one unit is the pitch of the patches, (0, 0) the upper left corner
// of the grid of patches, (columns, rows) its lower right one, so that the centre of the first
// patch is (0.5, 0.5). Places outside the grid have smaller or larger coordinates.
#pragma once

#include "base/result.h"
#include "model/geometry.h"
#include "stages/target/lab.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace linka {

struct TargetPatch {
  std::string name;
  int column = 0, row = 0;  // from 0
  Lab lab;                  // under D50
  bool neutral = false;     // one of the grey scale
  Point centre() const { return {column + 0.5, row + 0.5}; }
};

struct TargetRuler {
  Point from, to;
  double length_mm = 0;
};

struct TargetReference {
  std::string name;
  int columns = 0, rows = 0;
  double pitch_x_mm = 0, pitch_y_mm = 0;  // 0: not known
  double patch_size = 0.8;                // side of a patch, 0...1 of the pitch
  std::vector<TargetPatch> patches;       // no two at one place
  std::vector<Box> edges;                 // each around one slanted edge
  std::vector<Box> fields;                // of one even material, for the evenness of the light
  std::optional<TargetRuler> ruler;
  std::vector<std::string> notes;  // what was left out, a sentence each
};

// Reads TOML, or CGATS text as makers of targets ship it (chosen by what the text holds). `name` is
// the file's name, for messages and as the target's name where the text gives none. Errors:
// configuration, with the line of a mistake.
Result<TargetReference> parse_reference(std::string_view text, const std::string& name);

}  // namespace linka
