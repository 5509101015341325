// SPDX-License-Identifier: GPL-3.0-or-later
// One record -> the keys of its table in title.toml.
#pragma once

#include "model/record.h"
#include "title/toml_writer.h"

#include <string>

namespace linka {

// All keys that stand in the table itself. What `inherited` holds already is left out.
void write_keys(TomlWriter& out, const Record& record, const Record& inherited, RecordLevel level);
// [prefix.record], [prefix.pages], [prefix.scanner]; `prefix` ends in a dot or is empty.
void write_tables(TomlWriter& out, const Record& record, const Record& inherited,
                  const std::string& prefix);
void write_scanner_keys(TomlWriter& out, const Scanner& scanner);

}  // namespace linka
