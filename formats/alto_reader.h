// SPDX-License-Identifier: GPL-3.0-or-later
// ALTO 2.0 to 4.4 as other programs write it -> the text of a page.
#pragma once

#include "base/bytes.h"
#include "base/result.h"
#include "formats/xml_reader.h"
#include "model/page_text.h"

namespace linka {

// `page` and `dpi` are those of the image that the file is about; measurement units pixel, mm10 and
// inch1200 all come out in its pixels. Words keep their confidence (WC, else the page's PC) and
// their font; a word broken at a line's end is what is printed, with its hyphen, and its line says
// that it goes on. Tags say what kind a block is. Blocks come in the file's reading order when it
// gives one, else as they stand. Nothing but the name space's root is asked for: odd attributes are
// passed over. Errors bad_input in words: no ALTO, several pages, a place outside the page or a
// page of another shape.
Result<PageText> text_from_alto(const XmlDocument& document, Size page, Dpi dpi);
Result<PageText> text_from_alto(ByteView bytes, Size page, Dpi dpi);

}  // namespace linka
