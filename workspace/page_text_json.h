// SPDX-License-Identifier: GPL-3.0-or-later
// The text of a page as JSON and back, without loss: what a page's text is kept as between the
// reading and the package.
#pragma once

#include "base/result.h"
#include "model/page_text.h"

#include <nlohmann/json_fwd.hpp>

namespace linka {

// Short keys, boxes as [x0, y0, x1, y1], whatever has its default left out. The same text gives the
// same bytes.
nlohmann::json to_json(const PageText& text);
// Unknown keys are passed over, missing ones keep their defaults; error bad_input when it is no
// text of a page.
Result<PageText> page_text_from_json(const nlohmann::json& json);

}  // namespace linka
