// SPDX-License-Identifier: GPL-3.0-or-later
// The hints of a page as JSON and back, short: they are read for every page of a batch at once.
#pragma once

#include "model/page_hints.h"

#include <nlohmann/json_fwd.hpp>

namespace linka {

nlohmann::json to_json(const PageHints& hints);
// What is damaged or of a shape that is not known gives hints of version 0, to be read again from
// the page's text.
PageHints page_hints_from_json(const nlohmann::json& json);

}  // namespace linka
