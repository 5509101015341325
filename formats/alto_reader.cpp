// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/alto_reader.h"

#include "base/text.h"
#include "formats/text_reader.h"

#include <algorithm>
#include <map>
#include <string>

namespace linka {
namespace {

// What TextStyle and String/@STYLE say of a word's print.
struct Print {
  std::string family;
  double size_pt = 0;
  bool bold = false, italic = false;
};

void add_style(Print& print, const std::string& style) {
  if (style.find("bold") != std::string::npos) print.bold = true;
  if (style.find("italics") != std::string::npos) print.italic = true;
}

using Styles = std::map<std::string, Print>;

Styles styles_of(const XmlElement& root) {
  Styles styles;
  for (const XmlElement& e : root.child("Styles").children("TextStyle")) {
    Print print;
    print.family = clean_utf8(e.attribute("FONTFAMILY"));
    print.size_pt = std::max(0.0, number_at(e, "FONTSIZE").value_or(0));
    add_style(print, e.attribute("FONTSTYLE"));
    styles[e.attribute("ID")] = std::move(print);
  }
  return styles;
}

// Tags that name kinds of blocks, by their IDs.
std::map<std::string, BlockKind> kinds_of(const XmlElement& root) {
  std::map<std::string, BlockKind> kinds;
  for (const XmlElement& tag : root.child("Tags").children())
    if (const auto kind = kind_named(tag.attribute("LABEL"))) kinds[tag.attribute("ID")] = *kind;
  return kinds;
}

std::optional<Box> stated_box(const XmlElement& e) {
  const auto x = number_at(e, "HPOS"), y = number_at(e, "VPOS");
  const auto w = number_at(e, "WIDTH"), h = number_at(e, "HEIGHT");
  if (x && y && w && h) return Box{*x, *y, *x + *w, *y + *h};
  return hull_of(points_of(e.child("Shape").child("Polygon").attribute("POINTS")));
}

// The step that read the text: ALTO 2 and 3 name it ocrProcessingStep, 4 has a list of steps.
XmlElement reading_software(const XmlElement& description) {
  XmlElement found;
  for (const XmlElement& e : description.descendants("ocrProcessingStep"))
    if (e.child("processingSoftware")) found = e.child("processingSoftware");
  if (found) return found;
  for (const XmlElement& e : description.children("Processing")) {
    const XmlElement software = e.child("processingSoftware");
    if (!software) continue;
    if (!found || e.child("processingCategory").text() == "contentGeneration") found = software;
  }
  return found;
}

void read_engine(const XmlElement& root, PageText& text) {
  const XmlElement software = reading_software(root.child("Description"));
  text.engine = trimmed(clean_utf8(software.child("softwareName").text()));
  text.engine_version = trimmed(clean_utf8(software.child("softwareVersion").text()));
  if (text.engine_version.empty())
    std::tie(text.engine, text.engine_version) = name_and_version(text.engine);
}

class Reader {
 public:
  Reader(const XmlElement& root, const PageFrame& frame)
      : frame_(frame), styles_(styles_of(root)), kinds_(kinds_of(root)) {}

  Result<PageText> read(const XmlElement& root, const XmlElement& page) {
    text_.width_px = frame_.page().width;
    text_.height_px = frame_.page().height;
    read_engine(root, text_);
    page_confidence_ = number_at(page, "PC").value_or(0);
    for (const char* part :
         {"TopMargin", "LeftMargin", "PrintSpace", "RightMargin", "BottomMargin"})
      for (const XmlElement& space : page.children(part))
        if (auto r = blocks_in(space, BlockKind::text); !r) return pass(r);
    put_in_order(root);
    finish_text(text_);
    if (!hyphens_given_) mark_hyphens(text_, false);
    return std::move(text_);
  }

 private:
  Result<void> blocks_in(const XmlElement& parent, BlockKind kind) {
    for (const XmlElement& e : parent.children()) {
      const std::string name = e.name();
      Result<void> r;
      if (name == "ComposedBlock")
        r = blocks_in(e, lower_ascii(e.attribute("TYPE")) == "table" ? BlockKind::table : kind);
      else if (name == "TextBlock")
        r = text_block(e, kind);
      else if (name == "Illustration")
        r = picture(e, lower_ascii(e.attribute("TYPE")) == "ornament" ? BlockKind::ornament
                                                                      : BlockKind::illustration);
      else if (name == "GraphicalElement")
        r = picture(e, BlockKind::line);
      if (!r) return r;
    }
    return {};
  }

  Result<void> picture(const XmlElement& e, BlockKind kind) {
    const auto stated = stated_box(e);
    if (!stated) return {};
    const auto box = frame_.place(*stated, "a picture");
    if (!box) return pass(box);
    TextBlock block;
    block.kind = kind;
    block.box = *box;
    put(e, std::move(block));
    return {};
  }

  BlockKind kind_of(const XmlElement& e, BlockKind around) const {
    for (const std::string& id : split_text(e.attribute("TAGREFS"), ' '))
      if (const auto it = kinds_.find(id); it != kinds_.end()) return it->second;
    return around;
  }

  Result<void> text_block(const XmlElement& e, BlockKind around) {
    TextBlock block;
    block.kind = kind_of(e, around);
    const std::string language = e.attribute("LANG");
    block.language = language_named(language.empty() ? e.attribute("language") : language);
    if (const auto stated = stated_box(e)) {
      const auto box = frame_.place(*stated, "a block");
      if (!box) return pass(box);
      block.box = *box;
    }
    for (const XmlElement& line : e.children("TextLine"))
      if (auto r = text_line(line, e, block); !r) return r;
    put(e, std::move(block));
    return {};
  }

  Result<void> text_line(const XmlElement& e, const XmlElement& around, TextBlock& block) {
    TextLine line;
    if (const auto stated = stated_box(e)) {
      const auto box = frame_.place(*stated, "a line");
      if (!box) return pass(box);
      line.box = *box;
    }
    const std::string baseline = e.attribute("BASELINE");
    if (const auto y = number_of(baseline))
      line.baseline_y = frame_.y(*y);
    else if (const auto points = points_of(baseline); !points.empty())
      line.baseline_y = frame_.y(points.front().y);
    for (const XmlElement& part : e.children()) {
      Result<void> r;
      if (part.name() == "String")
        r = word(part, e, around, line);
      else if (part.name() == "HYP")
        r = hyphen(part, line);
      if (!r) return r;
    }
    block.lines.push_back(std::move(line));
    return {};
  }

  Print print_of(const XmlElement& e, const XmlElement& line, const XmlElement& around) const {
    Print print;
    for (const XmlElement* from : {&e, &line, &around}) {
      bool found = false;
      for (const std::string& id : split_text(from->attribute("STYLEREFS"), ' '))
        if (const auto it = styles_.find(id); it != styles_.end()) {
          print = it->second;
          found = true;
        }
      if (found) break;
    }
    add_style(print, e.attribute("STYLE"));
    return print;
  }

  Result<void> word(const XmlElement& e, const XmlElement& line_element, const XmlElement& around,
                    TextLine& line) {
    const std::string content = e.attribute("CONTENT");
    if (trimmed(content).empty()) return {};
    Box place = line.box;
    if (const auto stated = stated_box(e)) {
      const auto box = frame_.place(*stated, say(tr("the word “{}”"), clean_utf8(content)));
      if (!box) return pass(box);
      place = *box;
    }
    if (place.empty())
      return fail(ErrorKind::bad_input, "the word “{}” has no place on the page",
                  clean_utf8(content));
    const Print print = print_of(e, line_element, around);
    for (TextWord& w : words_in(content, place, number_at(e, "WC").value_or(page_confidence_))) {
      w.font_family = print.family;
      w.font_size_pt = print.size_pt;
      w.bold = print.bold;
      w.italic = print.italic;
      w.language = {};
      line.words.push_back(std::move(w));
    }
    if (e.attribute("SUBS_TYPE") == "HypPart1" && !line.words.empty()) {
      hyphens_given_ = true;
      line.hyphen_at_end = !trailing_hyphen(line.words.back().content).empty();
    }
    return {};
  }

  // The hyphen as printed belongs to the word before it.
  Result<void> hyphen(const XmlElement& e, TextLine& line) {
    if (line.words.empty()) return {};
    hyphens_given_ = true;
    TextWord& last = line.words.back();
    if (trailing_hyphen(last.content).empty()) {
      const std::string sign = trimmed(clean_utf8(e.attribute("CONTENT")));
      last.content += trailing_hyphen("a" + sign).empty() ? "-" : sign;
      if (const auto stated = stated_box(e)) {
        const auto box = frame_.place(*stated, "a hyphen");
        if (!box) return pass(box);
        last.box = hull(last.box, *box);
      }
    }
    line.hyphen_at_end = !trailing_hyphen(last.content).empty();
    return {};
  }

  void put(const XmlElement& e, TextBlock block) {
    ids_.push_back(e.attribute("ID"));
    text_.blocks.push_back(std::move(block));
  }

  // ALTO 4.3 has a list of references; blocks that it does not name follow as they stand.
  void put_in_order(const XmlElement& root) {
    std::map<std::string, std::size_t> rank;
    for (const XmlElement& e : root.child("ReadingOrder").descendants("ElementRef"))
      rank.emplace(e.attribute("REF"), rank.size());
    if (rank.empty()) return;
    std::vector<std::size_t> order(text_.blocks.size());
    for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
    const auto rank_of = [&](std::size_t i) {
      const auto it = rank.find(ids_[i]);
      return it == rank.end() ? rank.size() : it->second;
    };
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t a, std::size_t b) { return rank_of(a) < rank_of(b); });
    std::vector<TextBlock> blocks;
    for (const std::size_t i : order) blocks.push_back(std::move(text_.blocks[i]));
    text_.blocks = std::move(blocks);
  }

  const PageFrame& frame_;
  Styles styles_;
  std::map<std::string, BlockKind> kinds_;  // by the IDs of tags
  PageText text_;
  std::vector<std::string> ids_;  // of text_.blocks
  double page_confidence_ = 0;
  bool hyphens_given_ = false;
};

// Pixels of the page per unit of the file; 0 where only the page's size can tell.
Result<Point> pixels_per_unit(const std::string& unit, Dpi dpi) {
  if (unit.empty() || unit == "pixel") return Point{1, 1};
  const double units_per_inch = unit == "mm10" ? 254 : unit == "inch1200" ? 1200 : 0;
  if (units_per_inch == 0)
    return fail(ErrorKind::bad_input, "the ALTO file measures in “{}”, which is not known",
                clean_utf8(unit));
  return Point{dpi.x / units_per_inch, dpi.y / units_per_inch};
}

}  // namespace

Result<PageText> text_from_alto(const XmlDocument& document, Size page, Dpi dpi) {
  const XmlElement root = document.root();
  if (root.name() != "alto")
    return fail(ErrorKind::bad_input, "this is no ALTO: the file begins with <{}>", root.name());
  const std::vector<XmlElement> pages = root.child("Layout").children("Page");
  if (pages.size() != 1)
    return fail(ErrorKind::bad_input, "the ALTO file holds {} pages instead of one", pages.size());
  const auto unit = pixels_per_unit(root.child("Description").child("MeasurementUnit").text(), dpi);
  if (!unit) return pass(unit);
  const auto frame =
      PageFrame::make(page, unit->x, unit->y, number_at(pages[0], "WIDTH").value_or(0),
                      number_at(pages[0], "HEIGHT").value_or(0));
  if (!frame) return pass(frame);
  return Reader(root, *frame).read(root, pages[0]);
}

Result<PageText> text_from_alto(ByteView bytes, Size page, Dpi dpi) {
  const auto document = XmlDocument::parse(bytes);
  if (!document) return pass(document);
  return text_from_alto(*document, page, dpi);
}

}  // namespace linka
