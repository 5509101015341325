// SPDX-License-Identifier: GPL-3.0-or-later
// The description of a book, read from what a library has: a hand-written title.toml, or MODS from
// a catalogue. docs/record.md describes both.
#pragma once

#include "base/result.h"
#include "model/record.h"

#include <filesystem>
#include <string>
#include <vector>

namespace linka {

struct LoadedRecord {
  Record record;  // complete, and in the shape the national standard takes
  // What was mended or left out on the way, a sentence each, in a fixed order.
  std::vector<std::string> notes;
};

// The content decides what the file is, not its name. Errors: bad_input, naming the file and, where
// there is one, the line; what is mandatory and missing is listed all at once. unsupported for a
// periodical. The same file always gives the same record.
Result<LoadedRecord> load_record(const std::filesystem::path& path);

}  // namespace linka
