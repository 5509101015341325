// SPDX-License-Identifier: GPL-3.0-or-later
// The text lies over the picture in rendering mode 3: neither filled nor stroked, but found, marked
// and copied. A word is shown with a font of empty glyphs, all of one width, stretched (Tz) so that
// it is as wide as the word's box; a space after it lets readers part the words without guessing.
//
// qpdf writes the file. It holds the objects, so a picture is a stream that is read from its file
// when its turn comes; what stays in memory of a page is its packed content, and one picture.
#include "formats/pdf.h"

#include "base/clock.h"
#include "base/files.h"
#include "base/text.h"
#include "formats/page_parts.h"
#include "formats/pdf_font.h"
#include "formats/pdf_image.h"
#include "formats/xml_writer.h"

#include <fmt/format.h>
// qpdf 11 wants to hear that nothing here uses its old smart pointer.
#define POINTERHOLDER_TRANSITION 4
#include <qpdf/Pipeline.hh>
#include <qpdf/Pl_Flate.hh>
#include <qpdf/Pl_String.hh>
#include <qpdf/QPDF.hh>
#include <qpdf/QPDFObjectHandle.hh>
#include <qpdf/QPDFSystemError.hh>
#include <qpdf/QPDFWriter.hh>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <map>
#include <optional>

namespace linka {
namespace fs = std::filesystem;
using Handle = QPDFObjectHandle;
namespace {

constexpr double points_per_inch = 72;
constexpr double usual_dpi = 300;          // when nobody knows
constexpr double largest_page_pt = 14400;  // ISO 19005-2, 6.1.13
constexpr double smallest_page_pt = 3;

// ---- places ------------------------------------------------------------------------------------

// Points a pixel, each way, so that the page has a size that PDF/A allows.
Point scale_of(Size page, Dpi dpi) {
  const bool known = dpi.known() && std::isfinite(dpi.x) && std::isfinite(dpi.y);
  const Dpi used = known ? dpi : Dpi{usual_dpi, usual_dpi};
  const double w = page.width * points_per_inch / used.x;
  const double h = page.height * points_per_inch / used.y;
  const double shrink = std::min(1.0, largest_page_pt / std::max(w, h));
  return {std::max(w * shrink, smallest_page_pt) / page.width,
          std::max(h * shrink, smallest_page_pt) / page.height};
}

// The box itself when it is one inside the page, else whole pixels of it.
Box sane(const Box& box, Size page) {
  const bool finite = std::isfinite(box.x0) && std::isfinite(box.y0) && std::isfinite(box.x1) &&
                      std::isfinite(box.y1);
  const Box cut =
      finite ? intersection(box, {0, 0, double(page.width), double(page.height)}) : Box{};
  if (cut.width() >= 0.5 && cut.height() >= 0.5) return cut;
  const Pixels p = pixels_of(box, page);
  return {double(p.x0), double(p.y0), double(p.x1), double(p.y1)};
}

// "12.5": PDF knows no exponents.
std::string number(double value) {
  std::string out = fmt::format("{:.4f}", value);
  while (out.back() == '0') out.pop_back();
  if (out.back() == '.') out.pop_back();
  return out == "-0" ? "0" : out;
}

class Content {
 public:
  Content(const PdfPage& page, const PdfOptions& options, GlyphNumbers& glyphs)
      : text_(page.text),
        options_(options),
        glyphs_(glyphs),
        size_(page_of(page.text)),
        scale_(scale_of(size_, page.dpi)) {}

  double width() const { return size_.width * scale_.x; }
  double height() const { return size_.height * scale_.y; }

  std::string write() {
    out_ = fmt::format("q {} 0 0 {} 0 0 cm /Im0 Do Q\n", number(width()), number(height()));
    if (word_count(text_) == 0) return std::move(out_);
    out_ += "BT\n3 Tr\n";
    for (const TextBlock& block : text_.blocks)
      if (carries_text(block.kind))
        for (const TextLine& line : block.lines) this->line(line);
    out_ += "ET\n";
    return std::move(out_);
  }

 private:
  void line(const TextLine& line) {
    const TextWord* last = nullptr;
    for (const TextWord& word : line.words)
      if (!word.content.empty()) last = &word;
    const Box whole = sane(line.box, size_);
    for (const TextWord& w : line.words)
      if (!w.content.empty()) word(w, whole, &w == last);
  }

  void word(const TextWord& word, const Box& line, bool last) {
    const std::string content = options_.fold ? modern_letters(word.content) : word.content;
    const Box own = sane(word.box, size_);
    const Box& tall = options_.fit == PdfFit::word ? own : line;
    const double size = tall.height() * scale_.y * 1000 / (glyph_ascent - glyph_descent);
    const double letters = static_cast<double>(std::max<std::size_t>(1, characters_of(content)));
    const double wide = letters * size * glyph_width / 1000;
    const double y = height() - tall.y1 * scale_.y - size * glyph_descent / 1000;
    out_ += fmt::format("/F0 {} Tf {} Tz 1 0 0 1 {} {} Tm <{}> Tj\n", number(size),
                        number(100 * own.width() * scale_.x / wide), number(own.x0 * scale_.x),
                        number(y), glyphs_.hex(last ? content : content + " "));
  }

  const PageText& text_;
  const PdfOptions& options_;
  GlyphNumbers& glyphs_;
  const Size size_;
  const Point scale_;
  std::string out_;
};

// ---- streams -----------------------------------------------------------------------------------

std::string packed(const std::string& raw) {
  std::string out;
  Pl_String sink("packed", nullptr, out);
  Pl_Flate flate("pack", &sink, Pl_Flate::a_deflate);
  flate.write(reinterpret_cast<const unsigned char*>(raw.data()), raw.size());
  flate.finish();
  return out;
}

Handle packed_stream(QPDF& pdf, const std::string& raw) {
  Handle stream = Handle::newStream(&pdf);
  stream.replaceStreamData(packed(raw), Handle::newName("/FlateDecode"), Handle::newNull());
  return stream;
}

// A file's bytes, read when they are written. What goes wrong is left in `failure`.
class FileStream : public Handle::StreamDataProvider {
 public:
  FileStream(fs::path path, std::shared_ptr<std::optional<Error>> failure)
      : path_(std::move(path)), failure_(std::move(failure)) {}

  void provideStreamData(QPDFObjGen const&, Pipeline* out) override {
    const Result<MappedFile> file = MappedFile::open(path_);
    if (!file) {
      *failure_ = file.error();
      throw std::runtime_error(file.error().message);
    }
    out->write(file->bytes().data(), file->bytes().size());
    out->finish();
  }

 private:
  fs::path path_;
  std::shared_ptr<std::optional<Error>> failure_;
};

// ---- what the file says of itself --------------------------------------------------------------

// "2025-03-14T09:15:00Z" -> "D:20250314091500Z"
std::string pdf_date(const std::string& iso) {
  std::string digits;
  for (const char c : iso)
    if (c >= '0' && c <= '9') digits += c;
  return "D:" + digits.substr(0, 14) + "Z";
}

std::string xmp(const PdfOptions& o) {
  XmlWriter x;
  x.open("x:xmpmeta").attribute("xmlns:x", "adobe:ns:meta/");
  x.open("rdf:RDF").attribute("xmlns:rdf", "http://www.w3.org/1999/02/22-rdf-syntax-ns#");
  x.open("rdf:Description")
      .attribute("rdf:about", "")
      .attribute("xmlns:dc", "http://purl.org/dc/elements/1.1/")
      .attribute("xmlns:xmp", "http://ns.adobe.com/xap/1.0/")
      .attribute("xmlns:pdf", "http://ns.adobe.com/pdf/1.3/")
      .attribute("xmlns:pdfaid", "http://www.aiim.org/pdfa/ns/id/");
  x.leaf("pdfaid:part", "2").leaf("pdfaid:conformance", "U");
  x.leaf("dc:format", "application/pdf");
  x.open("dc:title").open("rdf:Alt");
  x.leaf("rdf:li", {{"xml:lang", "x-default"}}, o.title).close().close();
  if (!o.author.empty())
    x.open("dc:creator").open("rdf:Seq").leaf("rdf:li", o.author).close().close();
  if (!o.language.empty())
    x.open("dc:language").open("rdf:Bag").leaf("rdf:li", o.language).close().close();
  x.leaf("xmp:CreatorTool", o.creator).leaf("pdf:Producer", o.creator);
  x.leaf("xmp:CreateDate", o.made_at).leaf("xmp:ModifyDate", o.made_at);
  x.leaf("xmp:MetadataDate", o.made_at);
  std::string document = x.done();
  document.erase(0, document.find('\n') + 1);  // a packet has its own beginning
  return "<?xpacket begin=\"\ufeff\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>\n" + document +
         "<?xpacket end=\"w\"?>";
}

Handle name(const char* value) {
  return Handle::newName(value);
}

Handle unicode(const std::string& text) {
  return Handle::newUnicodeString(clean_utf8(text));
}

struct PageFrame {
  double height = 0;  // points
  double scale = 0;   // points a pixel, downwards
};

}  // namespace

struct PdfWriter::State {
  PdfOptions options;
  QPDF pdf;
  GlyphNumbers glyphs;
  Handle font, srgb;
  std::vector<Handle> pages;
  std::vector<PageFrame> frames;  // of the pages
  std::vector<std::string> labels;
  std::vector<PdfBookmark> bookmarks;
  std::shared_ptr<std::optional<Error>> failure = std::make_shared<std::optional<Error>>();

  explicit State(PdfOptions given) : options(std::move(given)) {
    if (options.creator.empty()) options.creator = "linka";
    if (options.made_at.size() < 20) options.made_at = iso8601(now());
    pdf.emptyPDF();
    font = pdf.makeIndirectObject(Handle::newDictionary());
  }

  Handle profile(const Bytes& icc, int components) {
    Handle stream =
        packed_stream(pdf, std::string(reinterpret_cast<const char*>(icc.data()), icc.size()));
    stream.getDict().replaceKey("/N", Handle::newInteger(components));
    stream.getDict().replaceKey("/Alternate", name(components == 1 ? "/DeviceGray" : "/DeviceRGB"));
    return stream;
  }

  Handle picture(const PdfImage& image, const fs::path& path) {
    Handle stream = Handle::newStream(&pdf);
    Handle dict = stream.getDict();
    dict.replaceKey("/Type", name("/XObject"));
    dict.replaceKey("/Subtype", name("/Image"));
    dict.replaceKey("/Width", Handle::newInteger(image.width_px));
    dict.replaceKey("/Height", Handle::newInteger(image.height_px));
    if (!image.profile.empty())
      dict.replaceKey("/ColorSpace", Handle::newArray({name("/ICCBased"),
                                                       profile(image.profile, image.components)}));
    else if (!image.own_colors)
      dict.replaceKey("/ColorSpace", name(image.components == 1 ? "/DeviceGray" : "/DeviceRGB"));
    if (image.filter == "/DCTDecode") dict.replaceKey("/BitsPerComponent", Handle::newInteger(8));
    stream.replaceStreamData(std::make_shared<FileStream>(path, failure),
                             name(image.filter.c_str()), Handle::newNull());
    return stream;
  }

  void add(const PdfPage& page, const PdfImage& image) {
    Content content(page, options, glyphs);
    Handle fonts = Handle::newDictionary(), pictures = Handle::newDictionary();
    fonts.replaceKey("/F0", font);
    pictures.replaceKey("/Im0", picture(image, page.image));
    Handle resources = Handle::newDictionary();
    resources.replaceKey("/Font", fonts);
    resources.replaceKey("/XObject", pictures);
    Handle dict = Handle::newDictionary();
    dict.replaceKey("/Type", name("/Page"));
    dict.replaceKey("/MediaBox", Handle::newArray({Handle::newInteger(0), Handle::newInteger(0),
                                                   Handle::newReal(number(content.width())),
                                                   Handle::newReal(number(content.height()))}));
    dict.replaceKey("/Resources", resources);
    dict.replaceKey("/Contents", packed_stream(pdf, content.write()));
    pages.push_back(pdf.makeIndirectObject(dict));
    frames.push_back({content.height(), content.height() / page_of(page.text).height});
    labels.push_back(page.label);
    pdf.addPage(pages.back(), false);
  }

  // One font for all pages: what its glyphs mean is known when the last page is in.
  void finish_font() {
    const Bytes file = empty_font(glyphs.count() + 1);
    Handle program =
        packed_stream(pdf, std::string(reinterpret_cast<const char*>(file.data()), file.size()));
    program.getDict().replaceKey("/Length1",
                                 Handle::newInteger(static_cast<long long>(file.size())));
    Handle info = Handle::newDictionary();
    info.replaceKey("/Registry", Handle::newString("Adobe"));
    info.replaceKey("/Ordering", Handle::newString("Identity"));
    info.replaceKey("/Supplement", Handle::newInteger(0));
    Handle descriptor = Handle::parse(fmt::format(
        "<< /Type /FontDescriptor /FontName /LinkaUnseen /Flags 4 /ItalicAngle 0 "
        "/FontBBox [0 {1} {0} {2}] /Ascent {2} /Descent {1} /CapHeight {2} /StemV 80 >>",
        glyph_width, glyph_descent, glyph_ascent));
    descriptor.replaceKey("/FontFile2", program);
    Handle cid =
        Handle::parse(fmt::format("<< /Type /Font /Subtype /CIDFontType2 /BaseFont /LinkaUnseen "
                                  "/CIDToGIDMap /Identity /DW {} >>",
                                  glyph_width));
    cid.replaceKey("/CIDSystemInfo", info);
    cid.replaceKey("/FontDescriptor", pdf.makeIndirectObject(descriptor));
    font.replaceKey("/Type", name("/Font"));
    font.replaceKey("/Subtype", name("/Type0"));
    font.replaceKey("/BaseFont", name("/LinkaUnseen"));
    font.replaceKey("/Encoding", name("/Identity-H"));
    font.replaceKey("/DescendantFonts", Handle::newArray({pdf.makeIndirectObject(cid)}));
    font.replaceKey("/ToUnicode", packed_stream(pdf, glyphs.to_unicode()));
  }

  void finish_intent(Handle root) {
    Handle intent = Handle::newDictionary();
    intent.replaceKey("/Type", name("/OutputIntent"));
    intent.replaceKey("/S", name("/GTS_PDFA1"));
    intent.replaceKey("/OutputConditionIdentifier", Handle::newString("sRGB IEC61966-2.1"));
    intent.replaceKey("/Info", Handle::newString("sRGB IEC61966-2.1"));
    intent.replaceKey("/RegistryName", Handle::newString("http://www.color.org"));
    intent.replaceKey("/DestOutputProfile", profile(srgb_profile(), 3));
    root.replaceKey("/OutputIntents", Handle::newArray({pdf.makeIndirectObject(intent)}));
  }

  void finish_info(Handle root) {
    Handle metadata = Handle::newStream(&pdf, xmp(options));
    metadata.getDict().replaceKey("/Type", name("/Metadata"));
    metadata.getDict().replaceKey("/Subtype", name("/XML"));
    root.replaceKey("/Metadata", metadata);
    Handle info = Handle::newDictionary();
    info.replaceKey("/Title", unicode(options.title));
    if (!options.author.empty()) info.replaceKey("/Author", unicode(options.author));
    info.replaceKey("/Creator", unicode(options.creator));
    info.replaceKey("/Producer", unicode(options.creator));
    info.replaceKey("/CreationDate", Handle::newString(pdf_date(options.made_at)));
    info.replaceKey("/ModDate", Handle::newString(pdf_date(options.made_at)));
    pdf.getTrailer().replaceKey("/Info", pdf.makeIndirectObject(info));
    if (!options.language.empty()) root.replaceKey("/Lang", unicode(options.language));
    root.replaceKey("/ViewerPreferences", Handle::parse("<< /DisplayDocTitle true >>"));
  }

  void finish_labels(Handle root) {
    if (std::all_of(labels.begin(), labels.end(), [](const auto& l) { return l.empty(); })) return;
    Handle all = Handle::newArray();
    for (std::size_t i = 0; i < labels.size(); ++i) {
      Handle label = Handle::newDictionary();
      label.replaceKey("/P", unicode(labels[i].empty() ? std::to_string(i + 1) : labels[i]));
      all.appendItem(Handle::newInteger(static_cast<long long>(i)));
      all.appendItem(label);
    }
    Handle tree = Handle::newDictionary();
    tree.replaceKey("/Nums", all);
    root.replaceKey("/PageLabels", tree);
  }

  // The whole page, or the page from that height on, at the scale the reader has chosen.
  Handle place_of(const PdfBookmark& mark) const {
    const PageFrame& frame = frames[mark.page];
    if (!mark.y_px || !std::isfinite(*mark.y_px))
      return Handle::newArray({pages[mark.page], name("/Fit")});
    const double top = std::clamp(frame.height - *mark.y_px * frame.scale, 0.0, frame.height);
    return Handle::newArray({pages[mark.page], name("/XYZ"), Handle::newNull(),
                             Handle::newReal(number(top)), Handle::newNull()});
  }

  // Items in order of reading; each hangs under the nearest one before it of a lower level.
  void finish_bookmarks(Handle root) {
    struct Open {
      Handle item;
      int level;
      int count = 0;
    };
    Handle top = pdf.makeIndirectObject(Handle::newDictionary());
    std::vector<Open> open{{top, -1}};
    const auto close = [&open] {
      if (open.back().count > 0)
        open.back().item.replaceKey("/Count", Handle::newInteger(open.back().count));
      const int inside = open.back().count;
      open.pop_back();
      if (!open.empty()) open.back().count += inside;
    };
    for (const PdfBookmark& mark : bookmarks) {
      if (mark.page >= pages.size()) continue;
      while (open.size() > 1 && open.back().level >= std::max(0, mark.level)) close();
      Handle parent = open.back().item;
      Handle item = pdf.makeIndirectObject(Handle::newDictionary());
      item.replaceKey("/Title", unicode(mark.title));
      item.replaceKey("/Parent", parent);
      item.replaceKey("/Dest", place_of(mark));
      if (Handle before = parent.getKey("/Last"); !before.isNull()) {
        before.replaceKey("/Next", item);
        item.replaceKey("/Prev", before);
      } else {
        parent.replaceKey("/First", item);
      }
      parent.replaceKey("/Last", item);
      ++open.back().count;
      open.push_back({item, std::max(0, mark.level)});
    }
    while (!open.empty()) close();
    if (!top.hasKey("/First")) return;
    top.replaceKey("/Type", name("/Outlines"));
    root.replaceKey("/Outlines", top);
    root.replaceKey("/PageMode", name("/UseOutlines"));
  }

  void write(const fs::path& path) {
    Handle root = pdf.getRoot();
    finish_font();
    finish_intent(root);
    finish_info(root);
    finish_labels(root);
    finish_bookmarks(root);
    QPDFWriter writer(pdf, path.c_str());
    writer.setMinimumPDFVersion("1.7");
    writer.setObjectStreamMode(qpdf_o_disable);
    writer.setDecodeLevel(qpdf_dl_none);
    writer.setNewlineBeforeEndstream(true);
    writer.setDeterministicID(true);
    writer.write();
  }
};

PdfWriter::PdfWriter(PdfOptions options) : state_(std::make_unique<State>(std::move(options))) {}
PdfWriter::PdfWriter(PdfWriter&&) noexcept = default;
PdfWriter::~PdfWriter() = default;

Result<void> PdfWriter::add(const PdfPage& page) {
  return guarded<void>("pdf", [&]() -> Result<void> {
    Result<MappedFile> file = MappedFile::open(page.image);
    if (!file) return pass(file);
    Result<PdfImage> image = read_pdf_image(file->bytes());
    if (!image) return pass(image, page.image.string());
    state_->add(page, *image);
    return {};
  });
}

void PdfWriter::bookmark(PdfBookmark bookmark) {
  state_->bookmarks.push_back(std::move(bookmark));
}

std::size_t PdfWriter::pages() const {
  return state_->pages.size();
}

Result<void> PdfWriter::write(const fs::path& path) {
  if (pages() == 0)
    return fail(ErrorKind::bad_input, "{}: a PDF without a page is none", path.string());
  if (state_->options.title.empty()) state_->options.title = path.stem().string();
  const fs::path part = path.parent_path() / ("." + path.filename().string() + ".part");
  const auto made = guarded<void>("pdf", [&]() -> Result<void> {
    try {
      state_->write(part);
    } catch (const QPDFSystemError& e) {
      return fail(kind_of_errno(e.getErrno()), "{}: {}", path.string(), e.what());
    } catch (const std::exception&) {
      if (*state_->failure) return tl::unexpected(**state_->failure);
      throw;
    }
    if (auto r = flush_path(part); !r) return r;
    std::error_code code;
    fs::rename(part, path, code);
    if (code) return fail(kind_of_errno(code.value()), "{}: {}", path.string(), code.message());
    return flush_path(path.has_parent_path() ? path.parent_path() : fs::path("."));
  });
  std::error_code ignored;
  if (!made) fs::remove(part, ignored);
  return made;
}

}  // namespace linka
