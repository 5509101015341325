// SPDX-License-Identifier: GPL-3.0-or-later
// A table as spreadsheets save it -> rows of texts in UTF-8 (RFC 4180, and what Excel makes of it).
#pragma once

#include "base/bytes.h"
#include "base/result.h"

#include <string>
#include <string_view>
#include <vector>

namespace linka {

struct CsvTable {
  std::string encoding;                        // "UTF-8", "UTF-16" or "Windows-1250"
  char separator = ',';                        // , ; or tab
  std::vector<std::vector<std::string>> rows;  // [0] is the spreadsheet's row 1; lengths differ
};

// Encoding and separator are told from the content: a byte order mark, bytes that are no UTF-8; of
// comma, semicolon and tab the one that parts the first row into the most fields. Quoted fields may
// hold separators, doubled quotes and line breaks. A cell ="0012" is 0012. Errors: bad_input (a
// quote that is never closed, with its row; no text at all).
Result<CsvTable> parse_csv(ByteView bytes);

// Text in Windows-1250, the encoding of Czech Excel, as UTF-8.
std::string from_windows_1250(std::string_view text);

}  // namespace linka
