// SPDX-License-Identifier: GPL-3.0-or-later
// A finished package as whoever hands it on sees it: a document with a title, pages in order and
// parts that stand on pages.
#pragma once

#include "base/result.h"
#include "model/geometry.h"
#include "model/page_text.h"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

namespace linka {

struct HandedPage {
  std::string uuid, label, type;  // "7a77...", "[1]", "titlePage"
  // Below the package; "" when there is none.
  std::string image, text, alto;
};

struct HandedPart {
  std::string uuid, model, title;  // "internalpart"; Kramerius's words of models
  std::vector<std::size_t> pages;  // places in HandedDocument::pages, in order
  std::vector<HandedPart> parts;
};

struct HandedDocument {
  std::filesystem::path root;
  std::string id;            // of the package: "tst001-00000a"
  std::string uuid, urnnbn;  // of the volume or issue; urnnbn "" when it has none
  std::string title;         // "Kniha o mlýnech, 1927"
  std::string model;         // "monograph", "periodicalitem"
  std::string institution;   // as the info file says; may be empty
  // Dublin Core of the volume or issue: "title", "creator" ...; then of what stands above it, names
  // that it has not itself.
  std::vector<std::pair<std::string, std::string>> dc;
  std::vector<HandedPage> pages;
  std::vector<HandedPart> parts;  // of the volume or issue

  std::vector<std::string> values(const std::string& name) const;  // of dc
};

// Errors: bad_input: no package, or one without structure or records.
Result<HandedDocument> read_document(const std::filesystem::path& package);

// An error of something that does not know its file, which is named in front.
tl::unexpected<Error> of_file(const Error& error, const std::filesystem::path& file);

// Of an image of the package, from its header. Errors: io, bad_input.
struct HandedImage {
  Size size;
  Dpi dpi;
};
Result<HandedImage> image_facts(const HandedDocument& document, const std::string& image);

// Pixels of the largest page, from the headers of all. Errors: as image_facts; a page without an
// image is bad_input.
Result<std::uint64_t> largest_page_px(const HandedDocument& document);

// The page's ALTO in pixels of an image of that size; empty when it has none. Errors: io,
// bad_input.
Result<PageText> read_page_text(const HandedDocument& document, const HandedPage& page,
                                const HandedImage& image);

// "cze" -> "cs"; "" when there is no language or no short form.
std::string language_of(const HandedDocument& document);

}  // namespace linka
