// SPDX-License-Identifier: GPL-3.0-or-later
// What a person decided, as JSON and back; only what was decided is in it.
#pragma once

#include "base/result.h"
#include "model/correction.h"

#include <nlohmann/json_fwd.hpp>

namespace linka {

nlohmann::json to_json(const ScanCorrection& correction);
nlohmann::json to_json(const PageCorrection& correction);
// Error bad_input when a value is no such thing.
Result<ScanCorrection> scan_correction_from_json(const nlohmann::json& json);
Result<PageCorrection> page_correction_from_json(const nlohmann::json& json);

}  // namespace linka
