// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/hocr.h"

#include "base/text.h"
#include "formats/block_tree.h"
#include "formats/page_parts.h"

#include <fmt/format.h>

#include <cmath>
#include <set>
#include <vector>

namespace linka {
namespace {

constexpr std::string_view soft_hyphen = "\u00ad";

// XmlWriter breaks lines inside elements, and white space inside a line of text has a meaning here;
// so this writer sets its own: a line of text is a line of the file.
std::string escaped(std::string_view raw) {
  std::string out;
  for (char c : clean_utf8(raw)) {
    if (c == '&')
      out += "&amp;";
    else if (c == '<')
      out += "&lt;";
    else if (c == '>')
      out += "&gt;";
    else if (c == '"')
      out += "&quot;";
    else if (c == '\'')
      out += "&#39;";
    else if (static_cast<unsigned char>(c) >= 0x20)
      out += c;
  }
  return out;
}

std::string box_text(const Pixels& p) {
  return fmt::format("bbox {} {} {} {}", p.x0, p.y0, p.x1, p.y1);
}

class Writer {
 public:
  Writer(const PageText& text, const HocrOptions& options)
      : text_(text),
        options_(options),
        page_(page_of(text)),
        joined_(joined_words(text, options.seams)) {}

  std::string write() {
    head();
    page();
    out_ += " </body>\n</html>\n";
    return std::move(out_);
  }

 private:
  std::string id(std::string_view kind, int n) const {
    return fmt::format("{}_{}_{}", kind, options_.page_number, n);
  }

  std::string languages() const {
    std::set<std::string> all;
    for (const TextBlock& block : text_.blocks) {
      all.insert(short_language(block.language));
      for (const TextLine& line : block.lines)
        for (const TextWord& word : line.words) all.insert(short_language(word.language));
    }
    all.erase("");
    return fmt::format("{}", fmt::join(all, " "));
  }

  void head() {
    const std::string engine =
        text_.engine.empty() ? "unknown" : text_.engine + " " + text_.engine_version;
    out_ =
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
        "<!DOCTYPE html PUBLIC \"-//W3C//DTD XHTML 1.0 Transitional//EN\" "
        "\"http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd\">\n"
        "<html xmlns=\"http://www.w3.org/1999/xhtml\">\n <head>\n";
    out_ += fmt::format("  <title>{}</title>\n", escaped(options_.file_name));
    out_ += "  <meta http-equiv=\"Content-Type\" content=\"text/html; charset=utf-8\"/>\n";
    meta("ocr-system", engine);
    meta("ocr-capabilities",
         "ocr_page ocr_carea ocr_par ocr_line ocr_section ocr_caption ocr_header ocr_footer "
         "ocr_pageno "
         "ocr_float ocr_textfloat ocr_table ocr_photo ocr_image ocr_separator ocrx_word ocrp_lang "
         "ocrp_wconf "
         "ocrp_dir ocrp_font");
    if (const std::string all = languages(); !all.empty()) meta("ocr-langs", all);
    meta("ocr-number-of-pages", "1");
    out_ += " </head>\n <body>\n";
  }

  void meta(std::string_view name, std::string_view content) {
    out_ += fmt::format("  <meta name=\"{}\" content=\"{}\"/>\n", name, escaped(content));
  }

  void page() {
    std::string title;
    if (!options_.file_name.empty()) {
      std::string name = options_.file_name;
      for (char& c : name)
        if (c == '"') c = '\'';  // the property has no way to hold one
      title = "image \"" + name + "\"; ";
    }
    title += box_text({0, 0, page_.width, page_.height});
    title += fmt::format("; ppageno {}", options_.page_number - 1);
    if (!options_.label.empty()) title += "; lpageno \"" + options_.label + "\"";
    if (options_.dpi.known())
      title += fmt::format("; scan_res {:.0f} {:.0f}", options_.dpi.x, options_.dpi.y);
    out_ += fmt::format("  <div class=\"ocr_page\" id=\"page_{}\" title=\"{}\">\n",
                        options_.page_number, escaped(title));
    for (const BlockNode& n : block_tree(text_)) node(n);
    out_ += "  </div>\n";
  }

  // The float that a block's area stands in; empty for the text's own flow.
  static std::string_view float_of(BlockKind kind) {
    switch (kind) {
      case BlockKind::table:
        return "table";
      case BlockKind::page_number:
        return "pageno";
      case BlockKind::running_head:
        return "header";
      case BlockKind::catchword:
      case BlockKind::signature:
        return "footer";
      case BlockKind::footnote:
      case BlockKind::marginalia:
        return "textfloat";
      default:
        return {};
    }
  }
  static std::string_view float_of(BlockGroup group) {
    return group == BlockGroup::table   ? "table"
           : group == BlockGroup::notes ? "textfloat"
                                        : "float";
  }

  std::string place(const Box& box) const { return box_text(pixels_of(box, page_)); }

  void open_float(std::string_view name, const Box& box) {
    out_ += fmt::format("   <div class=\"ocr_{}\" id=\"{}\" title=\"{}\">\n", name,
                        id(name, ++floats_), place(box));
  }

  void node(const BlockNode& node) {
    if (node.block != nullptr) {
      block(*node.block);
    } else if (node.group == BlockGroup::column) {
      column(node);
    } else {
      open_float(float_of(node.group), node.box);
      for (const BlockNode& child : node.inside) inside_float(*child.block);
      out_ += "   </div>\n";
    }
  }

  // Floats belong to the page: where one stands in a column, its area ends and another begins.
  void column(const BlockNode& node) {
    std::vector<const TextBlock*> area;
    const auto end_area = [&] {
      if (!area.empty()) this->area(area);
      area.clear();
    };
    for (const BlockNode& child : node.inside) {
      const bool flows = child.block != nullptr && carries_text(child.block->kind) &&
                         float_of(child.block->kind).empty();
      if (flows) {
        area.push_back(child.block);
      } else {
        end_area();
        this->node(child);
      }
    }
    end_area();
  }

  void block(const TextBlock& block) {
    const std::string_view around = float_of(block.kind);
    if (!around.empty()) open_float(around, block.box);
    inside_float(block);
    if (!around.empty()) out_ += "   </div>\n";
  }

  void inside_float(const TextBlock& block) {
    if (carries_text(block.kind)) {
      area({&block});
      return;
    }
    const std::string_view name = block.kind == BlockKind::illustration ? "photo"
                                  : block.kind == BlockKind::ornament   ? "image"
                                                                        : "separator";
    out_ += fmt::format("   <div class=\"ocr_{}\" id=\"{}\" title=\"{}\"></div>\n", name,
                        id(name, ++graphics_), place(block.box));
  }

  void area(const std::vector<const TextBlock*>& blocks) {
    Pixels all = pixels_of(blocks.front()->box, page_);
    for (const TextBlock* block : blocks) all = hull_of(all, pixels_of(block->box, page_));
    out_ += fmt::format("   <div class=\"ocr_carea\" id=\"{}\" title=\"{}\">\n",
                        id("block", ++areas_), box_text(all));
    for (const TextBlock* block : blocks) paragraph(*block);
    out_ += "   </div>\n";
  }

  // The logical element that a block is more than a paragraph of; empty for plain text.
  static std::string_view logical_of(BlockKind kind) {
    return kind == BlockKind::heading   ? "section"
           : kind == BlockKind::caption ? "caption"
                                        : std::string_view();
  }

  void paragraph(const TextBlock& block) {
    const std::string language = short_language(block.language);
    const std::string_view logical = logical_of(block.kind);
    ++blocks_;
    if (!logical.empty())
      out_ += fmt::format("    <div class=\"ocr_{}\" id=\"{}\" title=\"{}\">\n", logical,
                          id(logical, blocks_), place(block.box));
    out_ += fmt::format("    <p class=\"ocr_par\" id=\"{}\"{} title=\"{}\">\n", id("par", blocks_),
                        attribute_lang(language), place(block.box));
    for (const TextLine& l : block.lines)
      if (is_written(l)) line(l, language);
    out_ += "    </p>\n";
    if (!logical.empty()) out_ += "    </div>\n";
  }

  static std::string attribute_lang(std::string_view language) {
    return language.empty() ? std::string()
                            : fmt::format(" lang=\"{0}\" xml:lang=\"{0}\"", language);
  }

  void line(const TextLine& line, const std::string& language) {
    const Pixels p = pixels_of(line.box, page_);
    std::string title = box_text(p);
    if (line.baseline_y > 0) {  // slope, and the line's left end above the box's lower edge
      const int y = whole_pixel(std::round(line.baseline_y), 0, page_.height);
      title += fmt::format("; baseline 0 {}", y - p.y1);
    }
    title += fmt::format("; x_size {}", p.y1 - p.y0);
    out_ += fmt::format("     <span class=\"ocr_line\" id=\"{}\" title=\"{}\">",
                        id("line", ++lines_), title);
    const TextWord* last = last_word(line);
    for (const TextWord& w : line.words) {
      if (w.content.empty()) continue;
      word(w, language);
      if (&w != last) out_ += " ";
    }
    out_ += "</span>\n";
  }

  void word(const TextWord& word, const std::string& block_language) {
    std::string content = word.content;
    if (const auto part = joined_.find(&word);
        part != joined_.end() && !part->second.hyphen.empty())
      content = part->second.content + std::string(soft_hyphen);
    const double sure = std::isfinite(word.confidence) ? word.confidence : 0;
    std::string title = fmt::format("{}; x_wconf {}", box_text(pixels_of(word.box, page_)),
                                    whole_pixel(std::round(sure * 100), 0, 100));
    if (!word.font_family.empty()) title += fmt::format("; x_font \"{}\"", word.font_family);
    if (word.font_size_pt > 0 && std::isfinite(word.font_size_pt))
      title += "; x_fsize " + short_number(word.font_size_pt);
    const std::string own = short_language(word.language);
    out_ +=
        fmt::format("<span class=\"ocrx_word\" id=\"{}\"{} title=\"{}\">", id("word", ++words_),
                    attribute_lang(own == block_language ? std::string() : own), escaped(title));
    const std::string text = escaped(content);
    const std::string inner = word.italic ? "<em>" + text + "</em>" : text;
    out_ += (word.bold ? "<strong>" + inner + "</strong>" : inner) + "</span>";
  }

  const PageText& text_;
  const HocrOptions& options_;
  const Size page_;
  const JoinedWords joined_;
  std::string out_;
  int areas_ = 0, blocks_ = 0, lines_ = 0, words_ = 0, graphics_ = 0, floats_ = 0;
};

}  // namespace

std::string to_hocr(const PageText& text, const HocrOptions& options) {
  return Writer(text, options).write();
}

}  // namespace linka
