// SPDX-License-Identifier: GPL-3.0-or-later
// hOCR 1.2: a page's text as an XHTML page that says where everything stands.
#pragma once

#include "model/geometry.h"
#include "model/page_flow.h"
#include "model/page_text.h"

#include <string>

namespace linka {

struct HocrOptions {
  std::string file_name;  // of the image that the coordinates are pixels of; empty: left out
  int page_number = 1;    // from 1; hOCR's ppageno counts from 0
  std::string label;      // the number printed on the page; empty: left out
  Dpi dpi;                // of the image; unknown: left out
  PageSeams seams = {};   // of words that the page's ends break: their parts on its neighbours
};

// XHTML 1.0, well-formed. Text: ocr_carea (a column, or a block where there are none), in it
// ocr_par a block, ocr_line (ocr_header and ocr_caption in headings and captions), ocrx_word.
// Beside it, as floats of the page: ocr_float (a picture with its captions), ocr_table, ocr_pageno,
// ocr_header (running heads), ocr_footer (catchwords, signatures), ocr_textfloat (notes), ocr_photo
// for pictures, ocr_image for ornaments, ocr_separator for rules. A hyphen that joins a broken word
// is a soft hyphen (U+00AD).
std::string to_hocr(const PageText& text, const HocrOptions& options);

}  // namespace linka
