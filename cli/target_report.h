// SPDX-License-Identifier: GPL-3.0-or-later
// A measured target as JSON, and that JSON as words.
#pragma once

#include "stages/target/levels.h"

#include <nlohmann/json.hpp>

namespace linka {

// "target", "place", "profile", "colour", "criteria", "level", "figures", "patches", "edges" and
// "notes"; docs/targets.md describes them.
nlohmann::json to_json(const TargetReference& target, const TargetMeasures& measures);

// The table of criteria, the worst patches and what else a person wants to know.
void print_target(const nlohmann::json& document);

}  // namespace linka
