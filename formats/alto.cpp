// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/alto.h"

#include "base/text.h"
#include "formats/block_tree.h"
#include "formats/page_parts.h"
#include "formats/xml_writer.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <string_view>
#include <tuple>
#include <vector>

namespace linka {
namespace {

// What differs from version to version, as far as our pages show it.
struct Dialect {
  std::string_view name_space;
  std::string schema;
  bool has_lang = false;            // LANG instead of language; also on words (2.1)
  bool has_tags = false;            // Tags and TAGREFS; HEIGHT of SP and HYP (2.1)
  bool says_version = false;        // SCHEMAVERSION (3.0)
  bool has_processing = false;      // Processing and PROCESSINGREFS (4.1)
  bool baseline_is_points = false;  // and FONTSIZE may be missing (4.2)
  bool has_reading_order = false;   // ReadingOrder (4.3)
  bool has_page_language = false;   // LANG of the page (4.4)
};

Dialect dialect_of(AltoVersion version) {
  if (version == AltoVersion::v2_0)
    return {"http://www.loc.gov/standards/alto/ns-v2#",
            "http://www.loc.gov/standards/alto/alto-v2.0.xsd"};
  Dialect d;
  const std::string_view name = name_of(version);
  d.name_space = name[0] == '2'   ? "http://www.loc.gov/standards/alto/ns-v2#"
                 : name[0] == '3' ? "http://www.loc.gov/standards/alto/ns-v3#"
                                  : "http://www.loc.gov/standards/alto/ns-v4#";
  d.schema =
      fmt::format("http://www.loc.gov/standards/alto/v{0}/alto-{0}-{1}.xsd", name[0], name[2]);
  d.has_lang = d.has_tags = true;
  d.says_version = version >= AltoVersion::v3_0;
  d.has_processing = version >= AltoVersion::v4_1;
  d.baseline_is_points = version >= AltoVersion::v4_2;
  d.has_reading_order = version >= AltoVersion::v4_3;
  d.has_page_language = version >= AltoVersion::v4_4;
  return d;
}

constexpr double usual_size_pt = 10;  // FONTSIZE was required; this stands for an unknown size

// What a block is beside plain text; empty when there is nothing to say.
std::string_view label_of(BlockKind kind) {
  switch (kind) {
    case BlockKind::heading:
      return "heading";
    case BlockKind::caption:
      return "caption";
    case BlockKind::table:
      return "table";
    case BlockKind::footnote:
      return "footnote";
    case BlockKind::marginalia:
      return "marginalia";
    case BlockKind::page_number:
      return "page_number";
    case BlockKind::running_head:
      return "running_head";
    case BlockKind::catchword:
      return "catchword";
    case BlockKind::signature:
      return "signature";
    default:
      return {};
  }
}

bool is_picture(BlockKind kind) {
  return kind == BlockKind::illustration || kind == BlockKind::ornament;
}

// ---- styles ------------------------------------------------------------------------------------

struct TextStyle {
  std::string family;
  double size_pt = 0;
  bool bold = false, italic = false;
  auto key() const { return std::tie(family, size_pt, bold, italic); }
  bool operator<(const TextStyle& other) const { return key() < other.key(); }
};

// A size of 0 is not written.
TextStyle style_of(const TextWord& word, double unknown_size_pt) {
  const bool known = std::isfinite(word.font_size_pt) && word.font_size_pt > 0;
  return {clean_utf8(word.font_family),
          known ? std::round(word.font_size_pt * 2) / 2 : unknown_size_pt, word.bold, word.italic};
}

// Numbered in order of first use. The style of a block is that of most of its letters.
class Styles {
 public:
  Styles(const PageText& text, double unknown_size_pt) : unknown_size_pt_(unknown_size_pt) {
    for (const TextBlock& block : text.blocks)
      if (carries_text(block.kind))
        for (const TextLine& line : block.lines)
          for (const TextWord& word : line.words) add(style_of(word, unknown_size_pt_));
    if (in_order_.empty()) add({{}, unknown_size_pt_, false, false});
  }
  const std::vector<TextStyle>& in_order() const { return in_order_; }
  int number_of(const TextWord& word) const {
    return numbers_.at(style_of(word, unknown_size_pt_));
  }
  int number_of(const TextBlock& block) const {
    std::map<int, std::size_t> bytes;
    for (const TextLine& line : block.lines)
      for (const TextWord& word : line.words) bytes[number_of(word)] += word.content.size();
    int best = 1;
    std::size_t most = 0;
    for (const auto& [style, n] : bytes)
      if (n > most) {
        best = style;
        most = n;
      }
    return best;
  }

 private:
  void add(const TextStyle& style) {
    if (numbers_.try_emplace(style, static_cast<int>(in_order_.size()) + 1).second)
      in_order_.push_back(style);
  }
  double unknown_size_pt_;
  std::vector<TextStyle> in_order_;
  std::map<TextStyle, int> numbers_;
};

// ---- the document ------------------------------------------------------------------------------

class Writer {
 public:
  Writer(const PageText& text, const AltoOptions& options)
      : text_(text),
        options_(options),
        dialect_(dialect_of(options.version)),
        page_(page_of(text)),
        ids_(alto_block_ids(text, options)),
        joined_(joined_words(text, options.seams)),
        styles_(text, dialect_.baseline_is_points ? 0 : usual_size_pt) {}

  std::string write() {
    xml_.open("alto")
        .attribute("xmlns", dialect_.name_space)
        .attribute("xmlns:xlink", "http://www.w3.org/1999/xlink")
        .attribute("xmlns:xsi", "http://www.w3.org/2001/XMLSchema-instance")
        .attribute("xsi:schemaLocation",
                   fmt::format("{} {}", dialect_.name_space, dialect_.schema));
    if (dialect_.says_version) xml_.attribute("SCHEMAVERSION", name_of(options_.version));
    description();
    styles();
    if (dialect_.has_tags) tags();
    if (dialect_.has_reading_order) reading_order();
    xml_.open("Layout");
    page();
    return xml_.done();
  }

 private:
  std::string id(std::string_view kind, int n) const {
    return fmt::format("{}{}_{}", options_.id_prefix, kind, n);
  }

  void description() {
    xml_.open("Description").leaf("MeasurementUnit", "pixel");
    if (!options_.file_name.empty())
      xml_.open("sourceImageInformation").leaf("fileName", options_.file_name).close();
    if (dialect_.has_processing) {
      xml_.open("Processing").attribute("ID", id("OCR", 1));
      xml_.leaf("processingCategory", "contentGeneration");
      processing_step();
    } else {
      xml_.open("OCRProcessing").attribute("ID", id("OCR", 1)).open("ocrProcessingStep");
      processing_step();
      xml_.close();
    }
    xml_.close().close();
  }

  void processing_step() {
    xml_.leaf("processingDateTime", options_.processing_date)
        .leaf("processingAgency", options_.agency);
    if (!text_.models.empty()) xml_.leaf("processingStepSettings", "models: " + text_.models);
    if (text_.engine.empty()) return;
    xml_.open("processingSoftware");
    if (text_.engine == "Tesseract") xml_.leaf("softwareCreator", "Tesseract OCR project");
    xml_.leaf("softwareName", text_.engine).leaf("softwareVersion", text_.engine_version).close();
  }

  void styles() {
    xml_.open("Styles");
    int n = 0;
    for (const TextStyle& style : styles_.in_order()) {
      xml_.open("TextStyle").attribute("ID", id("TS", ++n));
      if (!style.family.empty()) xml_.attribute("FONTFAMILY", style.family);
      if (style.size_pt > 0) xml_.attribute("FONTSIZE", short_number(style.size_pt));
      if (style.bold || style.italic)
        xml_.attribute("FONTSTYLE", !style.italic ? "bold"
                                    : style.bold  ? "bold italics"
                                                  : "italics");
      xml_.close();
    }
    xml_.open("ParagraphStyle").attribute("ID", id("PS", 1)).attribute("ALIGN", "Left").close();
    xml_.close();
  }

  void tags() {
    std::set<std::string_view> used;
    for (const TextBlock& block : text_.blocks)
      if (is_written(block)) used.insert(label_of(block.kind));
    used.erase("");
    if (used.empty()) return;
    xml_.open("Tags");
    for (const std::string_view label : used)
      xml_.open("LayoutTag")
          .attribute("ID", tag_id(label))
          .attribute("TYPE", "block")
          .attribute("LABEL", label)
          .close();
    xml_.close();
  }
  std::string tag_id(std::string_view label) const {
    return fmt::format("{}TAG_{}", options_.id_prefix, label);
  }

  void reading_order() {
    int n = 0;
    for (const std::string& ref : ids_) {
      if (ref.empty()) continue;
      if (n == 0) xml_.open("ReadingOrder").open("OrderedGroup").attribute("ID", id("RO", 1));
      xml_.open("ElementRef").attribute("ID", id("REF", ++n)).attribute("REF", ref).close();
    }
    if (n > 0) xml_.close().close();
  }

  // The language of most letters; empty when no block says one.
  std::string page_language() const {
    std::map<std::string, std::size_t> bytes;
    for (const TextBlock& block : text_.blocks)
      if (is_language(block.language))
        for (const TextLine& line : block.lines)
          for (const TextWord& word : line.words) bytes[block.language] += word.content.size();
    const auto most =
        std::max_element(bytes.begin(), bytes.end(),
                         [](const auto& a, const auto& b) { return a.second < b.second; });
    return most == bytes.end() ? std::string() : most->first;
  }

  XmlWriter& place(const Pixels& p) {
    return xml_.attribute("HPOS", std::to_string(p.x0))
        .attribute("VPOS", std::to_string(p.y0))
        .attribute("WIDTH", std::to_string(p.x1 - p.x0))
        .attribute("HEIGHT", std::to_string(p.y1 - p.y0));
  }

  void space(std::string_view name, std::string_view kind, const Pixels& p) {
    xml_.open(name).attribute("ID", id(kind, 1));
    place(p).close();
  }

  Pixels print_space() const {
    bool any = false;
    Pixels all{0, 0, page_.width, page_.height};
    for (const TextBlock& block : text_.blocks) {
      if (!is_written(block)) continue;
      const Pixels p = pixels_of(block.box, page_);
      all = any ? hull_of(all, p) : p;
      any = true;
    }
    return all;
  }

  void page() {
    const Pixels print = print_space();
    const int w = page_.width, h = page_.height;
    xml_.open("Page")
        .attribute("ID", id("Page", options_.page_number))
        .attribute("PHYSICAL_IMG_NR", std::to_string(options_.page_number));
    if (!options_.printed_number.empty()) xml_.attribute("PRINTED_IMG_NR", options_.printed_number);
    xml_.attribute("HEIGHT", std::to_string(h))
        .attribute("WIDTH", std::to_string(w))
        .attribute(dialect_.has_processing ? "PROCESSINGREFS" : "PROCESSING", id("OCR", 1));
    if (word_count(text_) > 0) {
      xml_.attribute("PC", two_decimals(text_.mean_confidence));
      if (dialect_.has_tags && text_.estimated_word_error > 0)
        xml_.attribute("ACCURACY", short_number(100 * (1 - text_.estimated_word_error)));
    }
    if (dialect_.has_page_language)
      if (const std::string language = page_language(); !language.empty())
        xml_.attribute("LANG", language);
    space("TopMargin", "TM", {0, 0, w, print.y0});
    space("LeftMargin", "LM", {0, print.y0, print.x0, print.y1});
    space("RightMargin", "RM", {print.x1, print.y0, w, print.y1});
    space("BottomMargin", "BM", {0, print.y1, w, h});
    xml_.open("PrintSpace").attribute("ID", id("PSP", 1));
    place(print);
    if (options_.nested)
      nodes(block_tree(text_));
    else
      for (const TextBlock& block : text_.blocks)
        if (is_written(block)) this->block(block);
    xml_.close().close();
  }

  void nodes(const std::vector<BlockNode>& tree) {
    for (const BlockNode& node : tree) {
      if (node.block != nullptr) {
        block(*node.block);
        continue;
      }
      xml_.open("ComposedBlock").attribute("ID", id("CB", ++groups_));
      place(pixels_of(node.box, page_)).attribute("TYPE", name_of(node.group));
      nodes(node.inside);
      xml_.close();
    }
  }

  void block(const TextBlock& block) {
    const Pixels p = pixels_of(block.box, page_);
    const std::string& own_id = ids_[static_cast<std::size_t>(&block - text_.blocks.data())];
    if (is_picture(block.kind)) {
      xml_.open("Illustration").attribute("ID", own_id);
      place(p);
      if (block.kind == BlockKind::ornament) xml_.attribute("TYPE", "ornament");
      xml_.close();
      return;
    }
    if (!carries_text(block.kind)) {
      xml_.open("GraphicalElement").attribute("ID", own_id);
      place(p).close();
      return;
    }
    const int style = styles_.number_of(block);
    xml_.open("TextBlock").attribute("ID", own_id);
    place(p).attribute("STYLEREFS", id("TS", style) + " " + id("PS", 1));
    if (const auto tag = label_of(block.kind); dialect_.has_tags && !tag.empty())
      xml_.attribute("TAGREFS", tag_id(tag));
    if (is_language(block.language))
      xml_.attribute(dialect_.has_lang ? "LANG" : "language", block.language);
    for (const TextLine& text_line : block.lines)
      if (is_written(text_line)) line(text_line, block, style);
    xml_.close();
  }

  void baseline(const TextLine& line, const Pixels& p) {
    if (!(line.baseline_y > 0)) return;
    const int y = whole_pixel(std::round(line.baseline_y), 0, page_.height);
    xml_.attribute("BASELINE", dialect_.baseline_is_points
                                   ? fmt::format("{},{} {},{}", p.x0, y, p.x1, y)
                                   : std::to_string(y));
  }

  void line(const TextLine& line, const TextBlock& block, int block_style) {
    const Pixels p = pixels_of(line.box, page_);
    xml_.open("TextLine").attribute("ID", id("TL", ++lines_));
    place(p);
    baseline(line, p);
    const Pixels* before = nullptr;
    Pixels word_place;
    for (const TextWord& text_word : line.words) {
      if (text_word.content.empty()) continue;
      const Pixels here = pixels_of(text_word.box, page_);
      if (before != nullptr) blank(*before, here, p);
      word(text_word, here, block, block_style);
      word_place = here;
      before = &word_place;
    }
    xml_.close();
  }

  void blank(const Pixels& before, const Pixels& after, const Pixels& line) {
    xml_.open("SP")
        .attribute("WIDTH", std::to_string(std::max(0, after.x0 - before.x1)))
        .attribute("HPOS", std::to_string(before.x1))
        .attribute("VPOS", std::to_string(line.y0));
    if (dialect_.has_tags) xml_.attribute("HEIGHT", std::to_string(line.y1 - line.y0));
    xml_.close();
  }

  void word(const TextWord& word, Pixels p, const TextBlock& block, int block_style) {
    const auto found = joined_.find(&word);
    const WordPart* half = found == joined_.end() ? nullptr : &found->second;
    const bool hyphen = half != nullptr && !half->hyphen.empty();
    const int right = p.x1;
    if (hyphen) p.x1 = std::max(p.x0 + 1, p.x1 - hyphen_width(word, p));
    const int style = styles_.number_of(word);
    xml_.open("String").attribute("ID", id("S", ++words_));
    place(p);
    if (style != block_style) xml_.attribute("STYLEREFS", id("TS", style));
    xml_.attribute("CONTENT", half != nullptr ? half->content : word.content);
    if (half != nullptr)
      xml_.attribute("SUBS_TYPE", half->part).attribute("SUBS_CONTENT", half->whole);
    xml_.attribute("WC", two_decimals(word.confidence));
    if (const std::string own = library_language(word.language);
        dialect_.has_lang && !own.empty() && own != block.language)
      xml_.attribute("LANG", own);
    alternatives(word, half != nullptr ? half->content : word.content);
    xml_.close();
    if (!hyphen) return;
    xml_.open("HYP")
        .attribute("WIDTH", std::to_string(right - p.x1))
        .attribute("HPOS", std::to_string(p.x1))
        .attribute("VPOS", std::to_string(p.y0))
        .attribute("CONTENT", half->hyphen);
    if (dialect_.has_tags) xml_.attribute("HEIGHT", std::to_string(p.y1 - p.y0));
    xml_.close();
  }

  // Those of a broken word are of its printed part.
  void alternatives(const TextWord& word, const std::string& content) {
    if (const std::string today = modern_letters(content);
        options_.folded_alternatives && today != content)
      xml_.open("ALTERNATIVE").attribute("PURPOSE", "modern letters").text(today).close();
    for (const TextAlternative& other : word.alternatives)
      if (!other.content.empty())
        xml_.open("ALTERNATIVE").attribute("PURPOSE", "recognition").text(other.content).close();
  }

  // Its own box is not known; it takes the share of one letter.
  static int hyphen_width(const TextWord& word, const Pixels& p) {
    const auto letters = std::count_if(word.content.begin(), word.content.end(),
                                       [](char c) { return (c & '\xc0') != '\x80'; });
    return std::max(1, (p.x1 - p.x0) / std::max(1, static_cast<int>(letters)));
  }

  const PageText& text_;
  const AltoOptions& options_;
  const Dialect dialect_;
  const Size page_;
  const std::vector<std::string> ids_;  // of the text's blocks
  const JoinedWords joined_;
  const Styles styles_;
  XmlWriter xml_;
  int groups_ = 0, lines_ = 0, words_ = 0;
};

}  // namespace

const char* name_of(AltoVersion version) {
  constexpr std::array names = {"2.0", "2.1", "3.0", "3.1", "4.0", "4.1", "4.2", "4.3", "4.4"};
  return names[static_cast<std::size_t>(version)];
}

std::optional<AltoVersion> alto_version_of(std::string_view name) {
  for (const AltoVersion version : alto_versions)
    if (name == name_of(version)) return version;
  return std::nullopt;
}

std::vector<std::string> alto_block_ids(const PageText& text, const AltoOptions& options) {
  const bool says_kind = !dialect_of(options.version).has_tags;
  std::vector<std::string> ids;
  int texts = 0, pictures = 0, rules = 0;
  for (const TextBlock& block : text.blocks) {
    std::string id;
    if (!is_written(block))
      id = {};
    else if (is_picture(block.kind))
      id = fmt::format("{}IL_{}", options.id_prefix, ++pictures);
    else if (!carries_text(block.kind))
      id = fmt::format("{}GE_{}", options.id_prefix, ++rules);
    else
      id = fmt::format("{}TB_{}", options.id_prefix, ++texts);
    if (const auto label = label_of(block.kind); says_kind && !id.empty() && !label.empty())
      id += fmt::format("_{}", label);
    ids.push_back(std::move(id));
  }
  return ids;
}

std::string to_alto(const PageText& text, const AltoOptions& options) {
  return Writer(text, options).write();
}

}  // namespace linka
