// SPDX-License-Identifier: GPL-3.0-or-later
// A CSV with one row an issue or volume, and rows for their parts -> units, as written. Each row
// becomes a table with the keys of title.toml, so that both mean and refuse the same.
#pragma once

#include "base/result.h"
#include "title/csv.h"
#include "title/document_keys.h"

#include <filesystem>
#include <string>
#include <vector>

namespace linka {

// A CSV with its columns known.
struct CsvRows {
  std::filesystem::path path;
  std::vector<std::string> headings;  // as written
  std::vector<std::string> keys;      // of each column; "" for one to pass over
  CsvTable table;                     // rows[0] is the heading
};

// Columns that are not known are mistakes. Error: the file cannot be read, or is no table.
Result<CsvRows> read_csv(const std::filesystem::path& path, Reading& reading);
Result<CsvRows> csv_rows(ByteView bytes, const std::filesystem::path& path, Reading& reading);

// Adds a unit for every row without a part, and the parts of the others.
void units_from_csv(const CsvRows& rows, DocumentKind kind, Reading& reading, ReadDocument& out);

// The whole record from a CSV alone: what is the same of all rows describes the title.
ReadDocument document_from_csv(const CsvRows& rows, Reading& reading);

}  // namespace linka
