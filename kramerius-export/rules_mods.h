// SPDX-License-Identifier: GPL-3.0-or-later
// The profiles of bibliographic records, MODS and Dublin Core, by level.
#pragma once

#include "kramerius-export/rules_shape.h"

#include <string>

namespace linka::rules {

// What decides which profile a record must satisfy.
struct RecordKind {
  std::string level;   // "VOLUME"
  std::string number;  // "0001"
  std::string genre;   // of a monograph's VOLUME: "volume", "cartographic", "graphic", "sheetmusic"
  bool several_volumes = false;
  bool rda = true;
  auto operator<=>(const RecordKind&) const = default;
};

Shape mods_shape(const Check& check, const RecordKind& kind);
Shape dc_shape(const Check& check, const RecordKind& kind);
// "model:monographunit"; empty for no known level.
std::string model_of(const Standard& standard, const RecordKind& kind);

}  // namespace linka::rules
