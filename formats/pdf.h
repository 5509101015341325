// SPDX-License-Identifier: GPL-3.0-or-later
// A searchable PDF: pictures of pages with their text, unseen, where it is printed. PDF/A-2u
// (ISO 19005-2); docs/text-formats.md lists the rules that are kept and how.
#pragma once

#include "base/result.h"
#include "formats/pdf_bookmarks.h"
#include "model/geometry.h"
#include "model/page_text.h"

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace linka {

// How the unseen text fills the place of the print. Words always fill their width.
enum class PdfFit {
  word,  // each word fills its own box
  line   // all words of a line are as tall as the line: marking looks even, boxes are coarser
};

struct PdfOptions {
  std::string title;     // empty: the file's name
  std::string author;    // empty: left out
  std::string language;  // "cs"; empty: left out
  std::string creator;   // the program: "linka 0.1.0"
  std::string made_at;   // ISO 8601 UTC, "2025-03-14T09:15:00Z"
  PdfFit fit = PdfFit::word;
  bool fold = false;  // old letters as today's (page_parts.h: modern_letters)
};

struct PdfPage {
  std::filesystem::path image;  // JPEG (1 or 3 components of 8 bits) or JP2 (the same, no opacity)
  Dpi dpi;                      // of the text's pixels; unknown: 300
  PageText text;                // in pixels of the page; the picture may be smaller or larger
  std::string label;            // "iv", "[12]"; empty: the page's number
};

// Pages are added one by one. Their pictures stay on the disk until write() copies them, one in
// memory at a time; their text is kept packed, some 5 kB a page.
class PdfWriter {
 public:
  explicit PdfWriter(PdfOptions options);
  PdfWriter(PdfWriter&&) noexcept;
  ~PdfWriter();

  // Errors: bad_input and unsupported, naming the picture.
  Result<void> add(const PdfPage& page);
  void bookmark(PdfBookmark bookmark);
  std::size_t pages() const;
  // Whole under its name or not there. Error bad_input when there is no page; io, no_space. A
  // writer writes once.
  Result<void> write(const std::filesystem::path& path);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace linka
