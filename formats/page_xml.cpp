// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/page_xml.h"

#include "formats/block_tree.h"
#include "formats/page_parts.h"
#include "formats/xml_writer.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <vector>

namespace linka {
namespace {

constexpr std::string_view name_space =
    "http://schema.primaresearch.org/PAGE/gts/pagecontent/2019-07-15";

// "No points may lie outside the outline of the parent"; at least one pixel each way stays.
Pixels inside(Pixels p, const Pixels& parent) {
  p.x0 = std::clamp(p.x0, parent.x0, parent.x1 - 1);
  p.y0 = std::clamp(p.y0, parent.y0, parent.y1 - 1);
  p.x1 = std::clamp(p.x1, p.x0 + 1, parent.x1);
  p.y1 = std::clamp(p.y1, p.y0 + 1, parent.y1);
  return p;
}

std::string line_text(const TextLine& line) {
  std::string all;
  for (const TextWord& word : line.words)
    if (!word.content.empty()) all += (all.empty() ? "" : " ") + word.content;
  return all;
}

// Mean of the words' confidences.
class Sureness {
 public:
  void add(const TextLine& line) {
    for (const TextWord& word : line.words) {
      if (word.content.empty()) continue;
      sum_ += std::isfinite(word.confidence) ? word.confidence : 0;
      ++count_;
    }
  }
  double mean() const { return count_ > 0 ? sum_ / count_ : 0; }

 private:
  double sum_ = 0;
  int count_ = 0;
};

class Writer {
 public:
  Writer(const PageText& text, const PageXmlOptions& options)
      : text_(text), options_(options), page_(page_of(text)) {}

  std::string write() {
    xml_.open("PcGts")
        .attribute("xmlns", name_space)
        .attribute("xmlns:xsi", "http://www.w3.org/2001/XMLSchema-instance")
        .attribute("xsi:schemaLocation", fmt::format("{0} {0}/pagecontent.xsd", name_space));
    metadata();
    page();
    return xml_.done();
  }

 private:
  void metadata() {
    const std::string created =
        options_.created.size() >= 19 ? options_.created : "1970-01-01T00:00:00Z";
    xml_.open("Metadata");
    xml_.leaf("Creator", options_.creator.empty() ? "linka" : options_.creator);
    xml_.leaf("Created", created).leaf("LastChange", created);
    if (!text_.engine.empty()) {
      xml_.open("MetadataItem")
          .attribute("type", "processingStep")
          .attribute("name", "recognition")
          .attribute("value", text_.engine + " " + text_.engine_version);
      if (!text_.models.empty()) {
        xml_.open("Labels").open("Label");
        xml_.attribute("value", text_.models).attribute("type", "models").close().close();
      }
      xml_.close();
    }
    xml_.close();
  }

  void page() {
    xml_.open("Page")
        .attribute("imageFilename", options_.file_name)
        .attribute("imageWidth", std::to_string(page_.width))
        .attribute("imageHeight", std::to_string(page_.height));
    if (options_.dpi.known())
      xml_.attribute("imageXResolution", short_number(options_.dpi.x))
          .attribute("imageYResolution", short_number(options_.dpi.y))
          .attribute("imageResolutionUnit", "PPI");
    if (word_count(text_) > 0) xml_.attribute("conf", two_decimals(text_.mean_confidence));
    print_space();
    reading_order();
    int n = 0;
    for (const TextBlock& b : text_.blocks)
      if (is_written(b)) block(b, fmt::format("r{}", ++n));
    xml_.close();
  }

  void print_space() {
    bool any = false;
    Pixels all{};
    for (const TextBlock& b : text_.blocks) {
      if (!is_written(b)) continue;
      all = any ? hull_of(all, pixels_of(b.box, page_)) : pixels_of(b.box, page_);
      any = true;
    }
    if (!any) return;
    xml_.open("PrintSpace");
    coords(all);
    xml_.close();
  }

  void reading_order() {
    const std::vector<BlockNode> tree = block_tree(text_);
    if (tree.empty()) return;
    xml_.open("ReadingOrder").open("OrderedGroup").attribute("id", "order");
    order(tree);
    xml_.close().close();
  }

  // Regions are numbered as they come; a table is one region and not a group.
  void order(const std::vector<BlockNode>& nodes) {
    int index = 0;
    for (const BlockNode& node : nodes) {
      const bool group = node.block == nullptr && node.group != BlockGroup::table;
      if (!group) {
        xml_.open("RegionRefIndexed")
            .attribute("index", std::to_string(index++))
            .attribute("regionRef", fmt::format("r{}", ++ordered_))
            .close();
        continue;
      }
      xml_.open("OrderedGroupIndexed")
          .attribute("id", fmt::format("g{}", ++groups_))
          .attribute("index", std::to_string(index++))
          .attribute("caption", name_of(node.group))
          .attribute("type", node.group == BlockGroup::figure ? "figure" : "div");
      order(node.inside);
      xml_.close();
    }
  }

  void coords(const Pixels& p) {
    xml_.open("Coords")
        .attribute("points", fmt::format("{0},{1} {2},{1} {2},{3} {0},{3}", p.x0, p.y0, p.x1, p.y1))
        .close();
  }

  // `index` orders several readings of one word; below 0 it is the only one.
  void text_equiv(const std::string& text, double confidence, bool with_plain = false,
                  int index = -1) {
    xml_.open("TextEquiv");
    if (index >= 0) xml_.attribute("index", std::to_string(index));
    xml_.attribute("conf", two_decimals(confidence));
    if (const std::string today = modern_letters(text); with_plain && today != text)
      xml_.leaf("PlainText", today);
    xml_.leaf("Unicode", text).close();
  }

  void block(const TextBlock& block, const std::string& id) {
    const Pixels p = pixels_of(block.box, page_);
    if (!carries_text(block.kind) || block.kind == BlockKind::table) {
      xml_.open(block.kind == BlockKind::table          ? "TableRegion"
                : block.kind == BlockKind::illustration ? "ImageRegion"
                : block.kind == BlockKind::ornament     ? "GraphicRegion"
                                                        : "SeparatorRegion");
      xml_.attribute("id", id);
      if (block.kind == BlockKind::ornament) xml_.attribute("type", "decoration");
      coords(p);
      if (block.kind == BlockKind::table) region(block, p, id + "_text");
      xml_.close();
      return;
    }
    region(block, p, id);
  }

  static std::string_view type_of(BlockKind kind) {
    switch (kind) {
      case BlockKind::heading:
        return "heading";
      case BlockKind::caption:
        return "caption";
      case BlockKind::footnote:
        return "footnote";
      case BlockKind::marginalia:
        return "marginalia";
      case BlockKind::page_number:
        return "page-number";
      case BlockKind::running_head:
        return "header";
      case BlockKind::catchword:
        return "catch-word";
      case BlockKind::signature:
        return "signature-mark";
      default:
        return "paragraph";
    }
  }

  void region(const TextBlock& block, const Pixels& p, const std::string& id) {
    xml_.open("TextRegion").attribute("id", id);
    xml_.attribute("type", type_of(block.kind));
    const std::string language = english_language(block.language);
    if (!language.empty()) xml_.attribute("primaryLanguage", language);
    coords(p);
    Sureness sure;
    std::string all;
    int n = 0;
    for (const TextLine& l : block.lines) {
      if (!is_written(l)) continue;
      line(l, p, fmt::format("{}_l{}", id, ++n), language);
      sure.add(l);
      all += (all.empty() ? "" : "\n") + line_text(l);
    }
    text_equiv(all, sure.mean());
    xml_.close();
  }

  void line(const TextLine& line, const Pixels& region, const std::string& id,
            const std::string& language) {
    const Pixels p = inside(pixels_of(line.box, page_), region);
    xml_.open("TextLine").attribute("id", id);
    coords(p);
    if (line.baseline_y > 0) {
      const int y = whole_pixel(std::round(line.baseline_y), p.y0, p.y1);
      xml_.open("Baseline").attribute("points", fmt::format("{0},{1} {2},{1}", p.x0, y, p.x1));
      xml_.close();
    }
    Sureness sure;
    sure.add(line);
    int n = 0;
    for (const TextWord& w : line.words)
      if (!w.content.empty()) word(w, p, fmt::format("{}_w{}", id, ++n), language);
    text_equiv(line_text(line), sure.mean());
    xml_.close();
  }

  void word(const TextWord& word, const Pixels& line, const std::string& id,
            const std::string& block_language) {
    xml_.open("Word").attribute("id", id);
    if (const std::string own = english_language(word.language);
        !own.empty() && own != block_language)
      xml_.attribute("language", own);
    coords(inside(pixels_of(word.box, page_), line));
    text_equiv(word.content, word.confidence, true, word.alternatives.empty() ? -1 : 0);
    int index = 0;
    for (const TextAlternative& other : word.alternatives)
      if (!other.content.empty()) text_equiv(other.content, other.confidence, true, ++index);
    const bool size_known = std::isfinite(word.font_size_pt) && word.font_size_pt > 0;
    if (size_known || word.bold || word.italic || !word.font_family.empty()) {
      xml_.open("TextStyle");
      if (!word.font_family.empty()) xml_.attribute("fontFamily", word.font_family);
      if (size_known) xml_.attribute("fontSize", short_number(word.font_size_pt));
      if (word.bold) xml_.attribute("bold", "true");
      if (word.italic) xml_.attribute("italic", "true");
      xml_.close();
    }
    xml_.close();
  }

  const PageText& text_;
  const PageXmlOptions& options_;
  const Size page_;
  XmlWriter xml_;
  int ordered_ = 0, groups_ = 0;
};

}  // namespace

std::string to_page_xml(const PageText& text, const PageXmlOptions& options) {
  return Writer(text, options).write();
}

}  // namespace linka
