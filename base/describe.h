// SPDX-License-Identifier: GPL-3.0-or-later
// The vocabulary of describe(): a stage lists each of its settings once, and reading, checking,
// printing, documenting and fingerprinting a profile all walk that list. A stage writes
//
//   template <class Field>
//   void describe(DeskewParams& p, Field&& field) {
//     field("max_angle_deg", p.max_angle_deg, 0.5, 45.0, "widest skew searched for, either way");
//     field("tiles", p.tiles, 64, 8192, "tile edge in pixels");               // int: same form
//     field("enabled", p.enabled, "straighten pages at all");                  // bool
//     field("verify", p.verify, Choices{"full", "sample", "off"}, "...");      // std::string
//     field("language", p.language, "Tesseract model names joined by +");      // free std::string
//   }
#pragma once

#include <initializer_list>
#include <string_view>
#include <vector>

namespace linka {

struct Choices {
  Choices(std::initializer_list<std::string_view> list) : values(list) {}
  std::vector<std::string_view> values;
};

}  // namespace linka
