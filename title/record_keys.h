// SPDX-License-Identifier: GPL-3.0-or-later
// The keys of a table that describe one thing (docs/record.md) -> its Record, as written: nothing
// is mended here, mistakes are refused with their place. Which keys there are follows from the
// level.
#pragma once

#include "model/record.h"
#include "title/toml_table.h"

namespace linka {

// The key `mods` may hold a catalogue's MODS, as text or as the name of a file; what is said beside
// it is then only what MODS does not know: identifiers, who digitizes, pages, scanner.
Record read_record(Table& table, RecordLevel level);

// What may stand above several volumes or issues for all of them: who digitizes, language,
// publisher, rules, where the records come from, scanner.
Record read_common(Table& table);

// [scanner], or one of the devices.
Scanner read_scanner(Table& table);

}  // namespace linka
