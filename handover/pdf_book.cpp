// SPDX-License-Identifier: GPL-3.0-or-later
#include "handover/pdf_book.h"

#include "base/clock.h"
#include "base/files.h"
#include "base/scratch_folder.h"
#include "formats/pdf.h"
#include "image/image_io.h"

#include <unistd.h>

#include <algorithm>
#include <cmath>

namespace linka {
namespace fs = std::filesystem;
namespace {

constexpr double usual_dpi = 300;  // of an image that does not say it, as in formats/pdf.h

std::string joined(const std::vector<std::string>& values) {
  std::string out;
  for (const std::string& value : values) out += (out.empty() ? "" : "; ") + value;
  return out;
}

// The picture at the wanted resolution; as it is when it has no more.
Result<Bytes> reduced_jpeg(const Image& image, const PdfLook& look) {
  const double dpi = image.dpi().known() ? std::max(image.dpi().x, image.dpi().y) : usual_dpi;
  if (dpi <= look.dpi) return to_jpeg(image, look.quality);
  const int longest = std::max(image.width(), image.height());
  return to_jpeg(image, look.quality,
                 std::max(1, static_cast<int>(std::lround(longest * look.dpi / dpi))));
}

std::size_t add_bookmarks(PdfWriter& pdf, const std::vector<HandedPart>& parts, int level) {
  std::size_t count = 0;
  for (const HandedPart& part : parts) {
    if (!part.pages.empty()) {
      pdf.bookmark({part.title, part.pages.front(), level});
      ++count;
    }
    count += add_bookmarks(pdf, part.parts, level + 1);
  }
  return count;
}

}  // namespace

std::optional<PdfLook> pdf_look(std::string_view name) {
  if (name == "web") return PdfLook{150, 60};
  if (name == "print") return PdfLook{300, 80};
  return std::nullopt;
}

Result<MadePdf> write_pdf_book(const fs::path& package, const fs::path& out,
                               const PdfBookOptions& options) {
  std::error_code code;
  if (fs::exists(fs::symlink_status(out, code)))
    return fail(ErrorKind::bad_input, "{}: is there already", out.string());
  const auto document = read_document(package);
  if (!document) return pass(document);
  const fs::path parent = out.has_parent_path() ? out.parent_path() : fs::path(".");
  const ScratchFolder scratch(parent /
                              fmt::format(".{}.{}.building", out.filename().string(), ::getpid()));
  if (auto r = make_folders(scratch.path()); !r) return pass(r);
  PdfWriter pdf({document->title, joined(document->values("creator")), language_of(*document),
                 options.creator, iso8601(now()), PdfFit::word, options.fold});
  MadePdf made;
  for (const HandedPage& page : document->pages) {
    const auto image = options.decode(document->root / page.image);
    if (!image) return pass(image);
    const auto text = read_page_text(*document, page, {image->size(), image->dpi()});
    if (!text) return pass(text);
    const auto jpeg = reduced_jpeg(*image, options.look);
    if (!jpeg) return pass(jpeg, page.image);
    const fs::path picture = scratch.path() / fmt::format("{}.jpg", made.pages);
    if (auto r = write_flushed(picture, *jpeg); !r) return pass(r);
    if (auto r = pdf.add({picture, image->dpi(), *text, page.label}); !r) return pass(r);
    made.words += word_count(*text);
    ++made.pages;
    if (options.progress) options.progress(made.pages, document->pages.size());
  }
  made.bookmarks = add_bookmarks(pdf, document->parts, 0);
  if (auto r = pdf.write(out); !r) return pass(r);
  made.file = out;
  made.bytes = fs::file_size(out, code);
  return made;
}

}  // namespace linka
