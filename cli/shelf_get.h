// SPDX-License-Identifier: GPL-3.0-or-later
// linka shelf get: files of a version, or the whole object for an archive.
#pragma once

#include "cli/verb.h"
#include "shelf/get.h"

#include <string>

namespace linka {

void declare_shelf_get(CLI::App& shelf, Chosen& chosen);

// PREMIS 3 of an object that is handed on: what it is, who stored which version when, and that
// every file was read and had its digest at that time (ISO 8601).
std::string premis_of(const ObjectInventory& inventory, const std::string& time);

}  // namespace linka
