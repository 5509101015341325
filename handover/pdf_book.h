// SPDX-License-Identifier: GPL-3.0-or-later
// A package as one searchable PDF/A-2u (formats/pdf.h) for readers: pictures made anew at a stated
// resolution, bookmarks from its parts, page labels from its pages.
#pragma once

#include "base/result.h"
#include "handover/lent.h"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace linka {

struct PdfLook {
  double dpi = 0;    // pictures of more are reduced to it; never enlarged
  int quality = 75;  // of the JPEG pictures, 1...100
};
// "web" (150 dpi, 60) and "print" (300 dpi, 80); nothing for other names.
std::optional<PdfLook> pdf_look(std::string_view name);

struct PdfBookOptions {
  PdfLook look;
  bool fold = false;    // old letters as today's
  std::string creator;  // "linka 0.1.0"
  DecodeImage decode;
  MakePages make_pages = one_by_one;
  WorkGoesOn progress = {};  // pages
};

struct MadePdf {
  std::filesystem::path file;
  std::size_t pages = 0, bookmarks = 0, words = 0;
  std::uint64_t bytes = 0;
};

// Writes `out`, which is not there yet; its pictures lie in a hidden folder beside it meanwhile.
// Errors: bad_input, io, no_space; after an error nothing is left.
Result<MadePdf> write_pdf_book(const std::filesystem::path& package,
                               const std::filesystem::path& out, const PdfBookOptions& options);

}  // namespace linka
