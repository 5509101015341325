// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/page_xml_reader.h"

#include "base/text.h"
#include "formats/text_reader.h"

#include <algorithm>
#include <map>
#include <string>
#include <tuple>

namespace linka {
namespace {

// Points stand in an attribute; before 2013 they were elements.
std::vector<Point> coords_of(const XmlElement& e, const char* child) {
  const XmlElement coords = e.child(child);
  if (coords.has("points")) return points_of(coords.attribute("points"));
  std::vector<Point> points;
  for (const XmlElement& p : coords.children("Point"))
    if (const auto x = number_at(p, "x"), y = number_at(p, "y"); x && y) points.push_back({*x, *y});
  return points;
}

// Of several readings the one of lowest index.
XmlElement reading_of(const XmlElement& e) {
  XmlElement best;
  double best_index = 0;
  for (const XmlElement& r : e.children("TextEquiv")) {
    const double index = number_at(r, "index").value_or(0);
    if (!best || index < best_index) {
      best = r;
      best_index = index;
    }
  }
  return best;
}

std::string text_in(const XmlElement& reading) {
  const std::string text = reading.child("Unicode").text();
  return text.empty() ? reading.child("PlainText").text() : text;
}

BlockKind kind_of(const XmlElement& region, BlockKind around) {
  if (around != BlockKind::text) return around;
  return kind_named(region.attribute("type")).value_or(around);
}

void read_engine(const XmlElement& metadata, PageText& text) {
  for (const XmlElement& item : metadata.children("MetadataItem")) {
    if (item.attribute("type") != "processingStep" || item.attribute("value").empty()) continue;
    std::tie(text.engine, text.engine_version) = name_and_version(item.attribute("value"));
    for (const XmlElement& label : item.descendants("Label"))
      if (label.attribute("type").ends_with("version"))
        text.engine_version = trimmed(clean_utf8(label.attribute("value")));
  }
  if (text.engine.empty())
    std::tie(text.engine, text.engine_version) = name_and_version(metadata.child("Creator").text());
}

class Reader {
 public:
  explicit Reader(const PageFrame& frame) : frame_(frame) {}

  Result<PageText> read(const XmlElement& root, const XmlElement& page) {
    text_.width_px = frame_.page().width;
    text_.height_px = frame_.page().height;
    read_engine(root.child("Metadata"), text_);
    page_language_ = page.attribute("primaryLanguage");
    note_order(page.child("ReadingOrder"));
    if (auto r = regions_in(page, BlockKind::text, order_.size()); !r) return pass(r);
    put_in_order();
    finish_text(text_);
    mark_hyphens(text_, false);
    return std::move(text_);
  }

 private:
  // Groups may lie in groups; the members of an ordered one stand by @index.
  void note_order(const XmlElement& group) {
    std::vector<XmlElement> members = group.children();
    std::stable_sort(members.begin(), members.end(), [](const XmlElement& a, const XmlElement& b) {
      return number_at(a, "index").value_or(0) < number_at(b, "index").value_or(0);
    });
    for (const XmlElement& member : members) {
      if (const std::string id = member.attribute("regionRef"); !id.empty())
        order_.emplace(id, order_.size());
      note_order(member);
    }
  }

  // Regions inside a region that the order names stand where it stands.
  Result<void> regions_in(const XmlElement& parent, BlockKind around, std::size_t parent_rank) {
    for (const XmlElement& e : parent.children()) {
      const std::string name = e.name();
      if (!name.ends_with("Region")) continue;
      const auto it = order_.find(e.attribute("id"));
      const std::size_t rank = it == order_.end() ? parent_rank : it->second;
      Result<void> r;
      if (name == "TextRegion")
        r = text_region(e, kind_of(e, around), rank);
      else if (name == "SeparatorRegion")
        r = picture(e, BlockKind::line, rank);
      else if (name == "GraphicRegion" && e.attribute("type") == "decoration")
        r = picture(e, BlockKind::ornament, rank);
      else if (name != "TableRegion")
        r = picture(e, BlockKind::illustration, rank);
      if (!r) return r;
      const BlockKind inside = name == "TableRegion" ? BlockKind::table : around;
      if (r = regions_in(e, inside, rank); !r) return r;
    }
    return {};
  }

  Result<void> picture(const XmlElement& e, BlockKind kind, std::size_t rank) {
    const auto stated = hull_of(coords_of(e, "Coords"));
    if (!stated) return {};
    const auto box = frame_.place(*stated, "a picture");
    if (!box) return pass(box);
    TextBlock block;
    block.kind = kind;
    block.box = *box;
    put(std::move(block), rank);
    return {};
  }

  Result<void> text_region(const XmlElement& e, BlockKind kind, std::size_t rank) {
    TextBlock block;
    block.kind = kind;
    const std::string language = e.attribute("primaryLanguage");
    block.language = language_named(language.empty() ? page_language_ : language);
    if (const auto stated = hull_of(coords_of(e, "Coords"))) {
      const auto box = frame_.place(*stated, "a region");
      if (!box) return pass(box);
      block.box = *box;
    }
    const double confidence = number_at(reading_of(e), "conf").value_or(0);
    for (const XmlElement& line : e.children("TextLine"))
      if (auto r = text_line(line, confidence, block); !r) return r;
    put(std::move(block), rank);
    return {};
  }

  Result<void> text_line(const XmlElement& e, double around, TextBlock& block) {
    TextLine line;
    if (const auto stated = hull_of(coords_of(e, "Coords"))) {
      const auto box = frame_.place(*stated, "a line");
      if (!box) return pass(box);
      line.box = *box;
    }
    if (const auto baseline = coords_of(e, "Baseline"); !baseline.empty())
      line.baseline_y = frame_.y(baseline.front().y);
    const XmlElement reading = reading_of(e);
    const double confidence = number_at(reading, "conf").value_or(around);
    for (const XmlElement& word : e.children("Word"))
      if (auto r = put_words(word, confidence, line); !r) return r;
    if (const std::string text = text_in(reading); line.words.empty() && !text.empty()) {
      if (line.box.empty())
        return fail(ErrorKind::bad_input, "the line “{}” has no place on the page",
                    clean_utf8(text));
      line.words = words_in(text, line.box, confidence);
    }
    block.lines.push_back(std::move(line));
    return {};
  }

  Result<void> put_words(const XmlElement& e, double around, TextLine& line) {
    const XmlElement reading = reading_of(e);
    const std::string content = text_in(reading);
    if (content.empty()) return {};
    const auto stated = hull_of(coords_of(e, "Coords"));
    if (!stated)
      return fail(ErrorKind::bad_input, "the word “{}” has no place on the page",
                  clean_utf8(content));
    const auto box = frame_.place(*stated, say(tr("the word “{}”"), clean_utf8(content)));
    if (!box) return pass(box);
    const XmlElement style = e.child("TextStyle");
    for (TextWord& w : words_in(content, *box, number_at(reading, "conf").value_or(around))) {
      w.font_family = clean_utf8(style.attribute("fontFamily"));
      w.font_size_pt = std::max(0.0, number_at(style, "fontSize").value_or(0));
      w.bold = style.attribute("bold") == "true";
      w.italic = style.attribute("italic") == "true";
      line.words.push_back(std::move(w));
    }
    return {};
  }

  void put(TextBlock block, std::size_t rank) {
    ranks_.push_back(rank);
    text_.blocks.push_back(std::move(block));
  }

  void put_in_order() {
    std::vector<std::size_t> order(text_.blocks.size());
    for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t a, std::size_t b) { return ranks_[a] < ranks_[b]; });
    std::vector<TextBlock> blocks;
    for (const std::size_t i : order) blocks.push_back(std::move(text_.blocks[i]));
    text_.blocks = std::move(blocks);
  }

  const PageFrame& frame_;
  PageText text_;
  std::string page_language_;
  std::map<std::string, std::size_t> order_;  // region's id -> place in the reading order
  std::vector<std::size_t> ranks_;            // of text_.blocks
};

}  // namespace

Result<PageText> text_from_page_xml(const XmlDocument& document, Size page) {
  const XmlElement root = document.root();
  if (root.name() != "PcGts")
    return fail(ErrorKind::bad_input, "this is no PAGE: the file begins with <{}>", root.name());
  const XmlElement element = root.child("Page");
  if (!element) return fail(ErrorKind::bad_input, "the PAGE file holds no page");
  const auto frame = PageFrame::make(page, 1, 1, number_at(element, "imageWidth").value_or(0),
                                     number_at(element, "imageHeight").value_or(0));
  if (!frame) return pass(frame);
  return Reader(*frame).read(root, element);
}

Result<PageText> text_from_page_xml(ByteView bytes, Size page) {
  const auto document = XmlDocument::parse(bytes);
  if (!document) return pass(document);
  return text_from_page_xml(*document, page);
}

}  // namespace linka
