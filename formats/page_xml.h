// SPDX-License-Identifier: GPL-3.0-or-later
// PAGE XML (PAGE content, 2019-07-15): regions, lines and words of a page with their outlines, as
// the tools for layout and training of text recognition read it.
#pragma once

#include "model/geometry.h"
#include "model/page_text.h"

#include <string>

namespace linka {

struct PageXmlOptions {
  std::string file_name;  // of the image; the schema wants one, so an empty one is written as such
  std::string creator;    // "linka 0.1.0"
  std::string created;  // ISO 8601 UTC with a time, "2025-03-14T09:15:00Z"; mandatory by the schema
  Dpi dpi;              // of the image; unknown: left out
};

// TextRegion by kind (paragraph, heading, caption, header, page-number, footnote, marginalia,
// catch-word, signature-mark) with TextLine and Word, TableRegion around a table's text,
// ImageRegion for pictures, GraphicRegion for ornaments, SeparatorRegion for rules. ReadingOrder is
// the order of the blocks; columns, a picture with its captions and notes are groups in it
// (block_tree.h). Outlines are boxes of whole pixels, children inside their parents. PlainText of a
// word holds today's letters where they differ.
std::string to_page_xml(const PageText& text, const PageXmlOptions& options);

}  // namespace linka
