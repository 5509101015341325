// SPDX-License-Identifier: GPL-3.0-or-later
#include "handover/pdf_book.h"

#include "base/clock.h"
#include "base/files.h"
#include "base/scratch_folder.h"
#include "formats/pdf.h"
#include "handover/document.h"
#include "handover/half_made.h"
#include "image/image_io.h"

#include <algorithm>
#include <cmath>
#include <utility>

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

class Book {
 public:
  Book(const HandedDocument& document, const PdfBookOptions& options, const fs::path& scratch)
      : document_(document),
        options_(options),
        scratch_(scratch),
        pdf_({document.title, joined(document.values("creator")), language_of(document),
              options.creator, iso8601(now()), PdfFit::word, options.fold}) {}

  Result<MadePdf> write(const fs::path& path) {
    const auto largest = largest_page_px(document_);
    if (!largest) return pass(largest);
    const auto make = [this](std::size_t at) { return page(at); };
    if (auto r = options_.make_pages({document_.pages.size(), *largest, make}); !r) return pass(r);
    made_.bookmarks = add_bookmarks(pdf_, document_.parts, 0);
    if (auto r = pdf_.write(path); !r) return pass(r);
    return made_;
  }

 private:
  // On any thread, so nothing of this object changes here.
  Result<TakePage> page(std::size_t at) {
    const HandedPage& page = document_.pages[at];
    const auto image = options_.decode(document_.root / page.image);
    if (!image) return pass(image);
    auto text = read_page_text(document_, page, {image->size(), image->dpi()});
    if (!text) return pass(text);
    const auto jpeg = reduced_jpeg(*image, options_.look);
    if (!jpeg) return of_file(jpeg.error(), document_.root / page.image);
    PdfPage one{scratch_ / fmt::format("{}.jpg", at), image->dpi(), *std::move(text), page.label};
    const std::string_view picture(reinterpret_cast<const char*>(jpeg->data()), jpeg->size());
    if (auto r = write_unflushed(one.image, picture); !r) return pass(r);  // goes into the PDF
    return [this, one = std::move(one)] { return take(one); };
  }

  Result<void> take(const PdfPage& page) {
    if (auto r = pdf_.add(page); !r) return r;
    if (auto r = part_went_in(page.image); !r) return r;
    made_.words += word_count(page.text);
    ++made_.pages;
    return options_.progress ? options_.progress(made_.pages, document_.pages.size())
                             : Result<void>{};
  }

  const HandedDocument& document_;
  const PdfBookOptions& options_;
  const fs::path& scratch_;
  PdfWriter pdf_;
  MadePdf made_;
};

}  // namespace

std::optional<PdfLook> pdf_look(std::string_view name) {
  if (name == "web") return PdfLook{150, 60};
  if (name == "print") return PdfLook{300, 80};
  return std::nullopt;
}

Result<MadePdf> write_pdf_book(const fs::path& package, const fs::path& out,
                               const PdfBookOptions& options) {
  const auto document = read_document(package);
  if (!document) return pass(document);
  const auto folder = half_made_folder(out);
  if (!folder) return pass(folder);
  const ScratchFolder scratch(*folder);
  const fs::path whole = scratch.path() / "whole.pdf";
  auto made = Book(*document, options, scratch.path()).write(whole);
  if (!made) return made;
  if (auto r = give_name(whole, out); !r) return pass(r);
  std::error_code ignored;
  made->file = out;
  made->bytes = fs::file_size(out, ignored);
  return made;
}

}  // namespace linka
