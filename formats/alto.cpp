// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/alto.h"

#include "base/text.h"
#include "formats/xml_writer.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <string_view>
#include <tuple>
#include <vector>

namespace linka {
namespace {

// What differs from version to version.
struct Dialect {
  std::string_view name_space;
  std::string_view schema;
  std::string_view block_language;  // the attribute's name
};

Dialect dialect_of(AltoVersion version) {
  switch (version) {
    case AltoVersion::v2_0:
      break;
  }
  return {"http://www.loc.gov/standards/alto/ns-v2#",
          "http://www.loc.gov/standards/alto/alto-v2.0.xsd", "language"};
}

constexpr double usual_size_pt = 10;  // FONTSIZE is required; this stands for an unknown size

// Shortest, without an exponent: "11", "9.5".
std::string number(double value) {
  std::string out = fmt::format("{:.2f}", std::isfinite(value) ? value : 0.0);
  while (out.back() == '0') out.pop_back();
  if (out.back() == '.') out.pop_back();
  return out == "-0" ? "0" : out;
}

std::string two_decimals(double ratio) {
  return fmt::format("{:.2f}", std::isfinite(ratio) ? std::clamp(ratio, 0.0, 1.0) : 0.0);
}

// ---- whole pixels ------------------------------------------------------------------------------

struct Pixels {
  int x0 = 0, y0 = 0, x1 = 0, y1 = 0;
};

int whole(double value, int low, int high) {
  return std::isfinite(value) ? static_cast<int>(std::clamp<double>(value, low, high)) : low;
}

// Outwards to whole pixels, inside the page, at least one pixel each way.
Pixels pixels_of(const Box& box, Size page) {
  const int w = std::max(1, page.width), h = std::max(1, page.height);
  Pixels p;
  p.x0 = whole(std::floor(box.x0), 0, w - 1);
  p.y0 = whole(std::floor(box.y0), 0, h - 1);
  p.x1 = whole(std::ceil(box.x1), p.x0 + 1, w);
  p.y1 = whole(std::ceil(box.y1), p.y0 + 1, h);
  return p;
}

Pixels hull_of(const Pixels& a, const Pixels& b) {
  return {std::min(a.x0, b.x0), std::min(a.y0, b.y0), std::max(a.x1, b.x1), std::max(a.y1, b.y1)};
}

// ---- words broken at a line's end --------------------------------------------------------------

struct Written {
  std::string content;  // without the hyphen
  std::string hyphen;   // of a first half
  std::string part;     // "HypPart1", "HypPart2"; empty: a whole word
  std::string whole;    // the word both halves make
};

bool carries_text(const TextBlock& block) {
  return block.kind != BlockKind::illustration && block.kind != BlockKind::line;
}

bool is_written(const TextLine& line) {
  return std::any_of(line.words.begin(), line.words.end(),
                     [](const TextWord& word) { return !word.content.empty(); });
}

using Joined = std::map<const TextWord*, Written>;

// Every half of a broken word. A word may run over more than two lines: its first part is HypPart1,
// every further part HypPart2, and all carry the whole.
Joined joined_words(const PageText& text) {
  std::vector<const TextLine*> lines;
  for (const TextBlock& block : text.blocks)
    if (carries_text(block))
      for (const TextLine& line : block.lines)
        if (is_written(line)) lines.push_back(&line);

  Joined joined;
  std::vector<const TextWord*> parts;  // of the word that is still open
  const auto close_word = [&] {
    std::string all;
    for (const TextWord* part : parts) all += joined[part].content;
    for (const TextWord* part : parts) joined[part].whole = all;
    parts.clear();
  };
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const TextLine& line = *lines[i];
    if (!parts.empty()) {
      const TextWord& first = line.words.front();
      joined[&first] = {first.content, {}, "HypPart2", {}};
      parts.push_back(&first);
      if (line.words.size() > 1) close_word();
    }
    const TextWord& last = line.words.back();
    const std::string_view hyphen = trailing_hyphen(last.content);
    if (line.hyphen_at_end && !hyphen.empty() && i + 1 < lines.size()) {
      if (parts.empty()) parts.push_back(&last);
      Written& half = joined[&last];
      if (half.part.empty()) half.part = "HypPart1";
      half.content = last.content.substr(0, last.content.size() - hyphen.size());
      half.hyphen = hyphen;
    } else if (!parts.empty()) {
      close_word();
    }
  }
  return joined;
}

// ---- styles ------------------------------------------------------------------------------------

struct TextStyle {
  std::string family;
  double size_pt = 0;
  bool bold = false, italic = false;
  auto key() const { return std::tie(family, size_pt, bold, italic); }
  bool operator<(const TextStyle& other) const { return key() < other.key(); }
};

TextStyle style_of(const TextWord& word) {
  const bool known = std::isfinite(word.font_size_pt) && word.font_size_pt > 0;
  return {clean_utf8(word.font_family),
          known ? std::round(word.font_size_pt * 2) / 2 : usual_size_pt, word.bold, word.italic};
}

// Numbered in order of first use. The style of a block is that of most of its letters.
class Styles {
 public:
  explicit Styles(const PageText& text) {
    for (const TextBlock& block : text.blocks)
      if (carries_text(block))
        for (const TextLine& line : block.lines)
          for (const TextWord& word : line.words) add(style_of(word));
    if (in_order_.empty()) add({{}, usual_size_pt, false, false});
  }
  const std::vector<TextStyle>& in_order() const { return in_order_; }
  int number_of(const TextStyle& style) const { return numbers_.at(style); }
  int number_of(const TextBlock& block) const {
    std::map<int, std::size_t> bytes;
    for (const TextLine& line : block.lines)
      for (const TextWord& word : line.words)
        bytes[number_of(style_of(word))] += word.content.size();
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
  std::vector<TextStyle> in_order_;
  std::map<TextStyle, int> numbers_;
};

// ---- the document ------------------------------------------------------------------------------

// xsd:language, as far as libraries use it: "cze", "cs", "cs-CZ".
bool is_language(std::string_view code) {
  std::size_t run = 0;
  for (char c : code) {
    if (c == '-') {
      if (run == 0) return false;
      run = 0;
    } else if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')) {
      if (++run > 8) return false;
    } else {
      return false;
    }
  }
  return run > 0;
}

class Writer {
 public:
  Writer(const PageText& text, const AltoOptions& options)
      : text_(text),
        options_(options),
        dialect_(dialect_of(options.version)),
        page_{std::max(1, text.width_px), std::max(1, text.height_px)},
        joined_(joined_words(text)),
        styles_(text) {}

  std::string write() {
    xml_.open("alto")
        .attribute("xmlns", dialect_.name_space)
        .attribute("xmlns:xlink", "http://www.w3.org/1999/xlink")
        .attribute("xmlns:xsi", "http://www.w3.org/2001/XMLSchema-instance")
        .attribute("xsi:schemaLocation",
                   fmt::format("{} {}", dialect_.name_space, dialect_.schema));
    description();
    styles();
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
    xml_.open("OCRProcessing").attribute("ID", id("OCR", 1)).open("ocrProcessingStep");
    xml_.leaf("processingDateTime", options_.processing_date)
        .leaf("processingAgency", options_.agency);
    if (!text_.models.empty()) xml_.leaf("processingStepSettings", "models: " + text_.models);
    if (!text_.engine.empty()) {
      xml_.open("processingSoftware");
      if (text_.engine == "Tesseract") xml_.leaf("softwareCreator", "Tesseract OCR project");
      xml_.leaf("softwareName", text_.engine).leaf("softwareVersion", text_.engine_version).close();
    }
    xml_.close().close().close();
  }

  void styles() {
    xml_.open("Styles");
    int n = 0;
    for (const TextStyle& style : styles_.in_order()) {
      xml_.open("TextStyle").attribute("ID", id("TS", ++n));
      if (!style.family.empty()) xml_.attribute("FONTFAMILY", style.family);
      xml_.attribute("FONTSIZE", number(style.size_pt));
      if (style.bold || style.italic)
        xml_.attribute("FONTSTYLE", !style.italic ? "bold"
                                    : style.bold  ? "bold italics"
                                                  : "italics");
      xml_.close();
    }
    xml_.open("ParagraphStyle").attribute("ID", id("PS", 1)).attribute("ALIGN", "Left").close();
    xml_.close();
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

  static bool is_written(const TextBlock& block) {
    return !carries_text(block) ||
           std::any_of(block.lines.begin(), block.lines.end(),
                       [](const TextLine& line) { return linka::is_written(line); });
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
        .attribute("PHYSICAL_IMG_NR", std::to_string(options_.page_number))
        .attribute("HEIGHT", std::to_string(h))
        .attribute("WIDTH", std::to_string(w))
        .attribute("PROCESSING", id("OCR", 1));
    if (word_count(text_) > 0) xml_.attribute("PC", two_decimals(text_.mean_confidence));
    space("TopMargin", "TM", {0, 0, w, print.y0});
    space("LeftMargin", "LM", {0, print.y0, print.x0, print.y1});
    space("RightMargin", "RM", {print.x1, print.y0, w, print.y1});
    space("BottomMargin", "BM", {0, print.y1, w, h});
    xml_.open("PrintSpace").attribute("ID", id("PSP", 1));
    place(print);
    for (const TextBlock& block : text_.blocks)
      if (is_written(block)) this->block(block);
    xml_.close().close();
  }

  void block(const TextBlock& block) {
    const Pixels p = pixels_of(block.box, page_);
    if (block.kind == BlockKind::illustration) {
      xml_.open("Illustration").attribute("ID", id("IL", ++illustrations_));
      place(p).close();
      return;
    }
    if (block.kind == BlockKind::line) {
      xml_.open("GraphicalElement").attribute("ID", id("GE", ++lines_drawn_));
      place(p).close();
      return;
    }
    const int style = styles_.number_of(block);
    xml_.open("TextBlock").attribute("ID", id("TB", ++blocks_));
    place(p).attribute("STYLEREFS", id("TS", style) + " " + id("PS", 1));
    if (is_language(block.language)) xml_.attribute(dialect_.block_language, block.language);
    for (const TextLine& text_line : block.lines)
      if (linka::is_written(text_line)) line(text_line, style);
    xml_.close();
  }

  void line(const TextLine& line, int block_style) {
    const Pixels p = pixels_of(line.box, page_);
    xml_.open("TextLine").attribute("ID", id("TL", ++lines_));
    place(p);
    if (line.baseline_y > 0)
      xml_.attribute("BASELINE",
                     std::to_string(whole(std::round(line.baseline_y), 0, page_.height)));
    const Pixels* before = nullptr;
    Pixels word_place;
    for (const TextWord& text_word : line.words) {
      if (text_word.content.empty()) continue;
      const Pixels here = pixels_of(text_word.box, page_);
      if (before != nullptr) blank(*before, here, p);
      word(text_word, here, block_style);
      word_place = here;
      before = &word_place;
    }
    xml_.close();
  }

  void blank(const Pixels& before, const Pixels& after, const Pixels& line) {
    xml_.open("SP")
        .attribute("WIDTH", std::to_string(std::max(0, after.x0 - before.x1)))
        .attribute("HPOS", std::to_string(before.x1))
        .attribute("VPOS", std::to_string(line.y0))
        .close();
  }

  void word(const TextWord& word, Pixels p, int block_style) {
    const auto found = joined_.find(&word);
    const Written* half = found == joined_.end() ? nullptr : &found->second;
    const bool hyphen = half != nullptr && !half->hyphen.empty();
    const int right = p.x1;
    if (hyphen) p.x1 = std::max(p.x0 + 1, p.x1 - hyphen_width(word, p));
    const int style = styles_.number_of(style_of(word));
    xml_.open("String").attribute("ID", id("S", ++words_));
    place(p);
    if (style != block_style) xml_.attribute("STYLEREFS", id("TS", style));
    xml_.attribute("CONTENT", half != nullptr ? half->content : word.content);
    if (half != nullptr)
      xml_.attribute("SUBS_TYPE", half->part).attribute("SUBS_CONTENT", half->whole);
    xml_.attribute("WC", two_decimals(word.confidence)).close();
    if (!hyphen) return;
    xml_.open("HYP")
        .attribute("WIDTH", std::to_string(right - p.x1))
        .attribute("HPOS", std::to_string(p.x1))
        .attribute("VPOS", std::to_string(p.y0))
        .attribute("CONTENT", half->hyphen)
        .close();
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
  const Joined joined_;
  const Styles styles_;
  XmlWriter xml_;
  int blocks_ = 0, lines_ = 0, words_ = 0, illustrations_ = 0, lines_drawn_ = 0;
};

}  // namespace

std::string to_alto(const PageText& text, const AltoOptions& options) {
  return Writer(text, options).write();
}

}  // namespace linka
