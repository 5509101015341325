// SPDX-License-Identifier: GPL-3.0-or-later
// A page and its folder in the batch: what an earlier run left there that can stay, and how the new
// page gets in.
#pragma once

#include "pipeline/steps.h"

#include <map>
#include <string>

namespace linka {

// What of an earlier run can stay: sets `stored` and the two flags.
Result<Page> compare_page(const Page& page, const Tools& tools);

// A file of the page as the earlier run stored it, of a page that has `stored`. Error bad_input
// when it is no longer that.
Result<Bytes> stored_file(const Page& page, const std::string& name, const Tools& tools);
// The same of what was read on it.
Result<ReadPage> stored_text(const Page& page, const Tools& tools);

// A page of which everything stays: only its facts are brought up to date. The SHA-256 of
// facts.json.
Result<std::string> refresh_page(const Page& page, const Tools& tools);

// Writes the page's folder under a temporary name, flushes it and renames it into place. The
// SHA-256 of facts.json.
Result<std::string> store_page(const Page& page, const ReadPage& read, const CheckedPage& checked,
                               const MasterFile& master, const UserFile& user,
                               const std::map<std::string, double>& stage_ms, const Tools& tools);

}  // namespace linka
