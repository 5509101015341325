// SPDX-License-Identifier: GPL-3.0-or-later
// ALTO: where each word of a page stands.
#pragma once

#include "model/page_flow.h"
#include "model/page_text.h"

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace linka {

// 2.0 is what the national standard takes today. docs/text-formats.md says what differs.
enum class AltoVersion { v2_0, v2_1, v3_0, v3_1, v4_0, v4_1, v4_2, v4_3, v4_4 };
inline constexpr std::array alto_versions = {
    AltoVersion::v2_0, AltoVersion::v2_1, AltoVersion::v3_0, AltoVersion::v3_1, AltoVersion::v4_0,
    AltoVersion::v4_1, AltoVersion::v4_2, AltoVersion::v4_3, AltoVersion::v4_4};
const char* name_of(AltoVersion version);  // "4.4"
std::optional<AltoVersion> alto_version_of(std::string_view name);

struct AltoOptions {
  std::string file_name;  // of the image that the coordinates are pixels of; empty: left out
  int page_number = 1;    // PHYSICAL_IMG_NR
  std::string printed_number = {};  // PRINTED_IMG_NR: "iv"; empty: left out
  std::string processing_date;      // "2025-03-14" or with a time; empty: left out
  std::string agency;               // who ran the OCR (the sigla); empty: left out
  std::string id_prefix;            // before every id, where several files are joined; an XML name
  AltoVersion version = AltoVersion::v2_0;
  bool folded_alternatives =
      false;  // old letters: ALTERNATIVE with today's (page_parts.h: modern_letters)
  // Columns, tables, pictures with their captions and notes as ComposedBlock around their blocks
  // (block_tree.h). Off: all blocks stand side by side in the print space.
  bool nested = false;
  PageSeams seams = {};  // of words that the page's ends break: their parts on its neighbours
};

// Coordinates are whole pixels inside the page. The print space is the hull of the blocks; a page
// without blocks has an empty one as large as the page. A word broken at the end of a line or of
// the page carries its whole self in both halves (SUBS_CONTENT). Reading order is the order of the
// blocks. What is not plain text says so: by a LayoutTag from 2.1 on, before that by its ID.
std::string to_alto(const PageText& text, const AltoOptions& options);

// The IDs that to_alto gives the blocks, for what points into the file (METS areas): one a block of
// the text, empty for blocks that are not written. Text is "TB_3", a heading in 2.0
// "TB_4_heading", a picture "IL_1", a rule "GE_1".
std::vector<std::string> alto_block_ids(const PageText& text, const AltoOptions& options);

}  // namespace linka
