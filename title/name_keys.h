// SPDX-License-Identifier: GPL-3.0-or-later
// The key `authors`: people and bodies, as text or as tables.
#pragma once

#include "model/record.h"
#include "title/toml_table.h"

namespace linka {

// "Family, Given, 1880-1951" or a table. Without any `primary` the first name is the main entry
// when it is an author's.
void read_names(Table& table, Record& record);

}  // namespace linka
