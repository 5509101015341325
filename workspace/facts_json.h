// SPDX-License-Identifier: GPL-3.0-or-later
// PageFacts as JSON and back; what facts.json of a page holds.
#pragma once

#include "base/result.h"
#include "model/page_facts.h"
#include "workspace/batch.h"

#include <nlohmann/json_fwd.hpp>

namespace linka {

nlohmann::json to_json(const PageFacts& facts);
// Unknown keys are passed over, missing ones keep their defaults; error bad_input when it is no
// facts.
Result<PageFacts> page_facts_from_json(const nlohmann::json& json);
// Of a stored page.
std::filesystem::path facts_file(const Batch& batch, const PageId& id);
Result<PageFacts> load_facts(const Batch& batch, const PageId& id);
// Lets go of what takes most of its memory and is asked of one page at a time only: settings,
// versions and the grid of its bend. For who keeps the facts of a whole batch.
void shorten(PageFacts& facts);
// What is missing of a stored page, in words; empty when its files are all there in their size.
// Their digests are looked at when the page goes into a package.
std::string lost_of_page(const Batch& batch, const PageId& id);

}  // namespace linka
