// SPDX-License-Identifier: GPL-3.0-or-later
// The description of a book, read from what a library has: a hand-written title.toml, or MODS from
// a catalogue. docs/record.md describes both.
#pragma once

#include "base/result.h"
#include "model/document.h"

#include <filesystem>
#include <string>
#include <vector>

namespace linka {

struct LoadedRecord {
  Record record;  // complete, and in the shape the national standard takes
  // What was mended or left out on the way, a sentence each, in a fixed order.
  std::vector<std::string> notes;
};

struct LoadedDocument {
  Document document;               // complete, and in the shape the national standard takes
  std::vector<std::string> notes;  // as above
  std::vector<std::filesystem::path> files;  // all that were read, the given one first
};

// One book, several volumes or the issues of a periodical: title.toml, MODS or CSV; the content
// decides which, not the file's name. What is mandatory and missing is no error yet: planning names
// it for each package (title/plan.h). Errors: bad_input, naming every mistake with its file and
// line, or row and column. The same files always give the same document.
Result<LoadedDocument> load_document(const std::filesystem::path& path);

// One volume alone. The content decides what the file is, not its name. Errors: bad_input, naming
// the file and, where there is one, the line; what is mandatory and missing is listed all at once.
// unsupported for a periodical. The same file always gives the same record.
Result<LoadedRecord> load_record(const std::filesystem::path& path);

}  // namespace linka
