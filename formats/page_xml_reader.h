// SPDX-License-Identifier: GPL-3.0-or-later
// PAGE XML (PRImA, 2013-07-15 to 2019-07-15) as other programs write it -> the text of a page.
#pragma once

#include "base/bytes.h"
#include "base/result.h"
#include "formats/xml_reader.h"
#include "model/page_text.h"

namespace linka {

// `page` is that of the image that the file is about; PAGE measures in pixels. Polygons become the
// boxes around them. A line whose words are not marked (only its text is there) is cut at its
// spaces, its words' places in proportion to their letters. Confidence is the word's, else the
// line's, else the region's. Regions come in ReadingOrder, others behind them as they stand. Errors
// bad_input in words: no PAGE, a place outside the page or a page of another shape.
Result<PageText> text_from_page_xml(const XmlDocument& document, Size page);
Result<PageText> text_from_page_xml(ByteView bytes, Size page);

}  // namespace linka
