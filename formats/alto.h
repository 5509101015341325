// SPDX-License-Identifier: GPL-3.0-or-later
// ALTO: where each word of a page stands.
#pragma once

#include "model/page_text.h"

#include <string>

namespace linka {

// Only what the national standard takes today; later versions change the name space, the language
// attribute and the style elements.
enum class AltoVersion { v2_0 };

struct AltoOptions {
  std::string file_name;        // of the image that the coordinates are pixels of; empty: left out
  int page_number = 1;          // PHYSICAL_IMG_NR
  std::string processing_date;  // "2025-03-14" or with a time; empty: left out
  std::string agency;           // who ran the OCR (the sigla); empty: left out
  std::string id_prefix;        // before every id, where several files are joined; an XML name
  AltoVersion version = AltoVersion::v2_0;
};

// Coordinates are whole pixels inside the page. The print space is the hull of the blocks; a page
// without blocks has an empty one as large as the page. A word broken at a line's end carries its
// whole self in both halves (SUBS_CONTENT). Reading order is the order of the blocks.
std::string to_alto(const PageText& text, const AltoOptions& options);

}  // namespace linka
