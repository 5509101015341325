// SPDX-License-Identifier: GPL-3.0-or-later
// linka shelf get: files of a version, or the whole object for an archive.
#pragma once

#include "cli/verb.h"

namespace linka {

void declare_shelf_get(CLI::App& shelf, Chosen& chosen);

}  // namespace linka
