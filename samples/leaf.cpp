// SPDX-License-Identifier: GPL-3.0-or-later
// Each word is set by itself (Pango, without hinting, so that a page looks the same at every
// resolution) and the spaces are stretched to justify the line. That is how the truth stays exact:
// the ink of every sign is known where it is put.
#include "samples/leaf.h"

#include "base/handle.h"
#include "samples/pictures.h"

#include <cairo.h>
#include <fmt/format.h>
#include <pango/pangocairo.h>

#include <algorithm>
#include <cmath>
#include <memory>

namespace linka {
namespace {

using SurfacePtr = std::unique_ptr<cairo_surface_t, FreeWith<cairo_surface_destroy>>;
using CairoPtr = std::unique_ptr<cairo_t, FreeWith<cairo_destroy>>;
using LayoutPtr = std::unique_ptr<PangoLayout, FreeWith<g_object_unref>>;
using FontPtr = std::unique_ptr<PangoFontDescription, FreeWith<pango_font_description_free>>;
using FontOptionsPtr = std::unique_ptr<cairo_font_options_t, FreeWith<cairo_font_options_destroy>>;
using IterPtr = std::unique_ptr<PangoLayoutIter, FreeWith<pango_layout_iter_free>>;

constexpr const char* roman = "Old Standard TT";
constexpr const char* latin_roman = "EB Garamond";
constexpr const char* fraktur = "Blankenburg_UNZ1A";

constexpr double column_gap_mm = 6;
constexpr double leading = 1.32;     // of the size
constexpr double word_space = 0.30;  // of the size, before justifying
constexpr double inner_margin_mm = 17, outer_margin_mm = 16;
constexpr double top_margin_mm = 15, bottom_margin_mm = 19;

enum class Align { left, centre, right, justify };

struct Face {
  double size_pt = TypeSetting{}.text_pt;
  bool italic = false, bold = false;
  double letter_space = 0;  // of the size
};

class Sheet {
 public:
  Sheet(Leaf& leaf, PaperSize paper, bool odd)
      : leaf_(leaf),
        surface_(
            cairo_image_surface_create(CAIRO_FORMAT_A8, px(paper.width_mm), px(paper.height_mm))),
        cr_(cairo_create(surface_.get())),
        layout_(pango_cairo_create_layout(cr_.get())) {
    const FontOptionsPtr options(cairo_font_options_create());
    cairo_font_options_set_antialias(options.get(), CAIRO_ANTIALIAS_GRAY);
    cairo_font_options_set_hint_style(options.get(), CAIRO_HINT_STYLE_NONE);
    cairo_font_options_set_hint_metrics(options.get(), CAIRO_HINT_METRICS_OFF);
    PangoContext* context = pango_layout_get_context(layout_.get());
    pango_cairo_context_set_font_options(context, options.get());
    pango_context_set_language(context, pango_language_from_string(pango_language(leaf.language)));
    pango_context_set_round_glyph_positions(context, FALSE);
    pango_layout_context_changed(layout_.get());
    const double inner = mm(inner_margin_mm), outer = mm(outer_margin_mm);
    area_ = {odd ? inner : outer, mm(top_margin_mm), mm(paper.width_mm) - (odd ? outer : inner),
             mm(paper.height_mm - bottom_margin_mm)};
    y_ = area_.y0;
    bottom_ = area_.y1;
  }

  double mm(double length) const { return px_from_mm(length, leaf_.dpi); }
  double pt(double length) const { return length * leaf_.dpi / 72; }
  int px(double length_mm) const { return static_cast<int>(std::lround(mm(length_mm))); }
  const Box& area() const { return area_; }
  double y() const { return y_; }
  void move_to(double y) { y_ = y; }
  void skip(double height) { y_ += height; }
  double room() const { return bottom_ - y_; }
  void keep_free(double height) { bottom_ -= height; }
  cairo_t* cairo() const { return cr_.get(); }
  cairo_surface_t* surface() const { return surface_.get(); }

  double width_of(const std::string& word, const Face& face) {
    set(word, face);
    PangoRectangle logical;
    pango_layout_get_extents(layout_.get(), nullptr, &logical);
    return static_cast<double>(logical.width) / PANGO_SCALE;
  }

  // One line at the cursor; words go to the truth in this order.
  void line(const std::vector<std::string>& words, const Face& face, Align align,
            double indent = 0) {
    if (words.empty()) return;
    const double size = pt(face.size_pt);
    std::vector<double> widths;
    double total = 0;
    for (const std::string& word : words) {
      widths.push_back(width_of(word, face));
      total += widths.back();
    }
    const double gaps = static_cast<double>(words.size() - 1);
    double space = size * word_space;
    const double free = area_.width() - indent - total;
    if (align == Align::justify && gaps > 0) space = free / gaps;
    double x = area_.x0 + indent;
    if (align == Align::centre) x += (free - gaps * space) / 2;
    if (align == Align::right) x += free - gaps * space;
    const double baseline = y_ + size;
    for (std::size_t i = 0; i < words.size(); ++i) {
      put(words[i], face, x, baseline);
      x += widths[i] + space;
    }
    end_line(words);
    y_ += size * leading;
  }
  void line(const std::string& text, const Face& face, Align align) {
    line(words_of(text), face, align);
  }

  // A line whose parts stand at its left, middle and right.
  void three(const std::string& left, const std::string& middle, const std::string& right,
             const Face& face) {
    const double top = y_;
    if (!left.empty()) line(left, face, Align::left);
    if (!middle.empty()) y_ = top, line(middle, face, Align::centre);
    if (!right.empty()) y_ = top, line(right, face, Align::right);
    y_ = top + pt(face.size_pt) * leading;
  }

  // Sets justified lines until the words or the page end; returns the words that did not fit.
  std::vector<std::string> paragraph(std::vector<std::string> words, const Face& face, bool opens) {
    double indent = opens ? pt(face.size_pt) * 1.4 : 0;
    while (!words.empty() && room() >= pt(face.size_pt) * leading) {
      std::vector<std::string> taken = break_line(words, face, area_.width() - indent);
      line(taken, face, words.empty() ? Align::left : Align::justify, indent);
      indent = 0;
    }
    return words;
  }

  void leaders(const std::string& text, const std::string& number, const Face& face) {
    const double top = y_;
    const double from = width_of(text, face), to = area_.width() - width_of(number, face);
    line(text, face, Align::left);
    y_ = top;
    line(number, face, Align::right);
    // Dots are neither words nor pictures: no truth.
    const double step = pt(face.size_pt) * 0.6, baseline = top + pt(face.size_pt);
    for (double x = std::ceil((from + step) / step) * step; x < to - step; x += step) {
      cairo_arc(cr_.get(), area_.x0 + x, baseline - pt(0.4), pt(0.45), 0, 2 * std::numbers::pi);
      cairo_fill(cr_.get());
    }
  }

  void rule(double width, double thickness_pt) {
    cairo_rectangle(cr_.get(), area_.x0, y_, width, pt(thickness_pt));
    cairo_fill(cr_.get());
    y_ += pt(thickness_pt);
  }

  // Lets `fill` set each column from the cursor's height down; ends below the longest of them.
  template <class Fill>
  void in_columns(int columns, Fill&& fill) {
    const Box whole = area_;
    const double top = y_, gap = mm(column_gap_mm);
    const double width = (whole.width() - gap * (columns - 1)) / columns;
    double lowest = top;
    for (int i = 0; i < columns; ++i) {
      area_.x0 = whole.x0 + i * (width + gap);
      area_.x1 = area_.x0 + width;
      y_ = top;
      fill();
      lowest = std::max(lowest, y_);
      if (i == 0) continue;
      cairo_rectangle(cr_.get(), area_.x0 - gap / 2, top, pt(0.4), lowest - top);
      cairo_fill(cr_.get());
    }
    area_ = whole;
    y_ = lowest;
  }

  void finish() {
    cairo_surface_flush(surface_.get());
    const cv::Mat pixels(cairo_image_surface_get_height(surface_.get()),
                         cairo_image_surface_get_width(surface_.get()), CV_8UC1,
                         cairo_image_surface_get_data(surface_.get()),
                         static_cast<std::size_t>(cairo_image_surface_get_stride(surface_.get())));
    leaf_.ink = pixels.clone();
  }

 private:
  void set(const std::string& word, const Face& face) {
    const FontPtr font(pango_font_description_new());
    const ProseLanguage language = leaf_.language;
    pango_font_description_set_family(font.get(), !leaf_.typeface.empty() ? leaf_.typeface.c_str()
                                                  : language == ProseLanguage::german ? fraktur
                                                  : language == ProseLanguage::latin  ? latin_roman
                                                                                      : roman);
    pango_font_description_set_absolute_size(font.get(), pt(face.size_pt) * PANGO_SCALE);
    // The black letter has one cut; emphasis is set wide, as printers did.
    const bool black_letter = language == ProseLanguage::german && leaf_.typeface.empty();
    if (face.italic && !black_letter)
      pango_font_description_set_style(font.get(), PANGO_STYLE_ITALIC);
    if (face.bold && !black_letter)
      pango_font_description_set_weight(font.get(), PANGO_WEIGHT_BOLD);
    pango_layout_set_font_description(layout_.get(), font.get());
    PangoAttrList* attributes = pango_attr_list_new();
    if (face.letter_space > 0)
      pango_attr_list_insert(attributes, pango_attr_letter_spacing_new(static_cast<int>(
                                             pt(face.size_pt) * face.letter_space * PANGO_SCALE)));
    pango_layout_set_attributes(layout_.get(), attributes);
    pango_attr_list_unref(attributes);
    pango_layout_set_text(layout_.get(), word.c_str(), static_cast<int>(word.size()));
  }

  void put(const std::string& word, const Face& face, double x, double baseline) {
    set(word, face);
    const double top =
        baseline - static_cast<double>(pango_layout_get_baseline(layout_.get())) / PANGO_SCALE;
    cairo_move_to(cr_.get(), x, top);
    pango_cairo_show_layout(cr_.get(), layout_.get());
    LeafWord out{word, {}};
    const IterPtr iter(pango_layout_get_iter(layout_.get()));
    do {
      PangoRectangle ink;
      pango_layout_iter_get_cluster_extents(iter.get(), &ink, nullptr);
      if (ink.width <= 0 || ink.height <= 0) continue;
      const double s = 1.0 / PANGO_SCALE;
      out.ink.push_back({x + ink.x * s, top + ink.y * s, x + (ink.x + ink.width) * s,
                         top + (ink.y + ink.height) * s});
    } while (pango_layout_iter_next_cluster(iter.get()));
    leaf_.words.push_back(std::move(out));
  }

  void end_line(const std::vector<std::string>& words) {
    for (std::size_t i = 0; i < words.size(); ++i) leaf_.text += (i ? " " : "") + words[i];
    leaf_.text += '\n';
  }

  // Takes as many words off the front as a line holds, the last one perhaps only its first part.
  std::vector<std::string> break_line(std::vector<std::string>& words, const Face& face,
                                      double width) {
    const double space = pt(face.size_pt) * word_space;
    std::vector<std::string> taken;
    double used = 0;
    std::size_t count = 0;
    while (count < words.size()) {
      const double w = width_of(words[count], face) + (count ? space : 0);
      if (used + w > width && count) break;
      used += w;
      ++count;
    }
    taken.assign(words.begin(), words.begin() + static_cast<std::ptrdiff_t>(count));
    words.erase(words.begin(), words.begin() + static_cast<std::ptrdiff_t>(count));
    if (words.empty()) return taken;
    const std::vector<Hyphenated> cuts = hyphenations(words.front());
    for (auto cut = cuts.rbegin(); cut != cuts.rend(); ++cut) {
      if (used + space + width_of(cut->head, face) > width) continue;
      taken.push_back(cut->head);
      words.front() = cut->tail;
      break;
    }
    return taken;
  }

  Leaf& leaf_;
  SurfacePtr surface_;
  CairoPtr cr_;
  LayoutPtr layout_;
  Box area_;
  double y_ = 0, bottom_ = 0;
};

std::string in_face_of(ProseLanguage language, const std::string& text) {
  return language == ProseLanguage::german ? with_long_s(text) : text;
}

}  // namespace

const char* page_type_of(LeafKind kind, bool first_of_all) {
  switch (kind) {
    case LeafKind::title:
      return "titlePage";
    case LeafKind::blank:
      return "blank";
    case LeafKind::plate:
      return "illustration";
    case LeafKind::contents:
      return "tableOfContents";
    case LeafKind::cover:
      return first_of_all ? "frontCover" : "backCover";
    case LeafKind::map:
      return "map";
    case LeafKind::index:
      return "index";
    case LeafKind::advertisement:
      return "advertisement";
    case LeafKind::chapter:
    case LeafKind::text:
    case LeafKind::verse:
    case LeafKind::masthead:
    case LeafKind::article:
      break;
  }
  return "normalPage";
}

Press::Press(ProseLanguage language, std::uint64_t seed, PaperSize paper, std::string typeface,
             NumberPlace numbers, TypeSetting setting)
    : language_(language),
      seed_(seed),
      paper_(paper),
      typeface_(std::move(typeface)),
      numbers_(numbers),
      setting_(setting),
      story_(language, Random(seed, 1)) {}

Leaf Press::print(const LeafPlan& plan, double dpi) {
  const BookWords& book = book_words(language_);
  const auto say = [&](const std::string& text) {
    return typeface_.empty() ? in_face_of(language_, text) : text;
  };
  Leaf leaf;
  leaf.typeface = typeface_;
  leaf.dpi = dpi;
  leaf.language = language_;
  leaf.is_blank = plan.kind == LeafKind::blank;
  const bool odd = plan.number % 2 == 1;
  const double body_pt = setting_.text_pt;
  Sheet sheet(leaf, paper_, odd);
  const Face body{body_pt}, small{8.5}, head{8.5, true};
  const std::string number = plan.label.empty() ? fmt::format("{}", plan.number) : plan.label;

  const auto running_head = [&] {
    const bool numbered = numbers_ == NumberPlace::heads;
    if (numbered) leaf.number = number;
    sheet.three(odd || !numbered ? "" : number, say(odd ? book.title : book.author),
                odd && numbered ? number : "", head);
    sheet.skip(sheet.pt(1));
    sheet.rule(sheet.area().width(), 0.4);
    sheet.skip(sheet.pt(7));
  };
  const auto footnote = [&] {
    const std::string& note =
        book.notes[static_cast<std::size_t>(plan.number / 2) % book.notes.size()];
    sheet.move_to(sheet.area().y1 - sheet.pt(8.5 * leading + 5));
    sheet.rule(sheet.area().width() / 4, 0.4);
    sheet.skip(sheet.pt(3));
    sheet.line(say(note), small, Align::left);
  };
  const auto number_below = [&] {
    leaf.number = number;
    sheet.move_to(sheet.area().y1 + sheet.pt(4));
    sheet.line(numbers_ == NumberPlace::feet ? number : fmt::format("– {} –", number), small,
               Align::centre);
  };
  const auto number_at_foot = [&] {
    if (numbers_ != NumberPlace::heads) number_below();
  };
  const auto article_heading = [&] {
    leaf.opens = book.chapters[static_cast<std::size_t>(plan.chapter) % book.chapters.size()];
    sheet.line(say(leaf.opens), {14, false, true}, Align::centre);
    sheet.skip(sheet.mm(3));
    left_over_.clear();
  };
  const auto column = [&] {
    while (sheet.room() >= sheet.pt(body_pt * leading)) {
      const bool opens = left_over_.empty();
      left_over_ = sheet.paragraph(opens ? story_.paragraph() : std::move(left_over_), body, opens);
    }
  };
  const auto body_text = [&] { sheet.in_columns(setting_.columns, column); };

  switch (plan.kind) {
    case LeafKind::blank:
      break;
    case LeafKind::title: {
      sheet.skip(sheet.mm(12));
      sheet.line(say(book.author), {13, true}, Align::centre);
      sheet.skip(sheet.mm(16));
      sheet.line(say(book.title), {29, false, true}, Align::centre);
      sheet.skip(sheet.mm(3));
      sheet.line(say(book.subtitle), {13}, Align::centre);
      sheet.skip(sheet.mm(10));
      const double middle = (sheet.area().x0 + sheet.area().x1) / 2;
      const Box picture{middle - sheet.mm(24), sheet.y(), middle + sheet.mm(24),
                        sheet.y() + sheet.mm(29)};
      draw_vignette(sheet.cairo(), picture);
      leaf.pictures.push_back(picture);
      sheet.move_to(sheet.area().y1 - sheet.mm(18) -
                    sheet.pt(11) * leading * static_cast<double>(book.imprint.size()));
      sheet.line(say(book.motto), {9.5, true}, Align::centre);
      sheet.skip(sheet.mm(10));
      for (const std::string& imprint : book.imprint)
        sheet.line(say(imprint), {11, false, false, 0.04}, Align::centre);
      break;
    }
    case LeafKind::chapter: {
      const std::string& heading =
          book.chapters[static_cast<std::size_t>(plan.chapter) % book.chapters.size()];
      contents_.emplace_back(heading, number);
      leaf.opens = heading;
      const double middle = (sheet.area().x0 + sheet.area().x1) / 2;
      if (plan.chapter == 0) {
        const Box picture{middle - sheet.mm(30), sheet.y(), middle + sheet.mm(30),
                          sheet.y() + sheet.mm(34)};
        draw_vignette(sheet.cairo(), picture);
        leaf.pictures.push_back(picture);
        sheet.skip(sheet.mm(40));
      } else {
        sheet.skip(sheet.mm(22));
      }
      sheet.line(say(heading), {17, false, true}, Align::centre);
      sheet.skip(sheet.mm(2));
      draw_ornament(sheet.cairo(), {middle, sheet.y()}, sheet.mm(32));
      sheet.skip(sheet.mm(7));
      left_over_.clear();
      body_text();
      number_below();
      break;
    }
    case LeafKind::text:
      running_head();
      if (plan.footnote) sheet.keep_free(sheet.pt(8.5 * leading + 16));
      body_text();
      if (plan.footnote) footnote();
      number_at_foot();
      break;
    case LeafKind::verse: {
      running_head();
      const double end = sheet.area().y1 - sheet.mm(62);
      sheet.keep_free(sheet.mm(62));
      body_text();
      sheet.move_to(end + sheet.mm(5));
      for (std::size_t i = 0; i < 2 && i < book.verses.size(); ++i) {
        const std::size_t which = (static_cast<std::size_t>(plan.number) + i) % book.verses.size();
        for (const std::string& verse : book.verses[which])
          sheet.line(words_of(say(verse)), {body_pt, true}, Align::left, sheet.mm(16));
        sheet.skip(sheet.mm(4));
      }
      number_at_foot();
      break;
    }
    case LeafKind::cover: {
      cairo_save(sheet.cairo());
      cairo_set_source_rgba(sheet.cairo(), 0, 0, 0, 0.45);
      cairo_paint(sheet.cairo());
      cairo_restore(sheet.cairo());
      if (!odd) break;
      sheet.skip(sheet.area().height() * 0.25);
      sheet.line(say(book.title), {26, false, true}, Align::centre);
      sheet.skip(sheet.mm(6));
      sheet.line(say(book.author), {14}, Align::centre);
      break;
    }
    case LeafKind::map: {
      sheet.line(say(book.map), {13, false, true}, Align::centre);
      sheet.skip(sheet.mm(3));
      const Box area = sheet.area();
      const Box frame{area.x0, sheet.y(), area.x1, area.y1 - sheet.mm(8)};
      const Random random(seed_, 2000 + static_cast<std::uint64_t>(plan.number));
      draw_map(sheet.cairo(), frame, random);
      leaf.pictures.push_back(frame);
      Random where = random;
      for (std::size_t i = 0; i < book.places.size(); ++i) {
        sheet.move_to(frame.y0 + frame.height() *
                                     (static_cast<double>(i) + where.between(0.2, 0.7)) /
                                     static_cast<double>(book.places.size()));
        sheet.line(words_of(say(book.places[i])), small, Align::left,
                   area.width() * where.between(0.08, 0.75));
      }
      sheet.move_to(frame.y1 + sheet.mm(2));
      sheet.line(say(book.map_scale), small, Align::centre);
      break;
    }
    case LeafKind::index: {
      sheet.line(say(book.index), {15, false, true}, Align::centre);
      sheet.skip(sheet.mm(5));
      Random pages(seed_, 2500);
      for (const std::string& entry : book.entries) {
        if (sheet.room() < sheet.pt(body_pt * leading)) break;
        const int first = static_cast<int>(pages.between(3, 40));
        sheet.line(fmt::format("{}, {}, {}", say(entry), first, first + 7), body, Align::left);
      }
      number_below();
      break;
    }
    case LeafKind::advertisement:
      sheet.line(say(book.advertisements), {16, false, true}, Align::centre);
      for (const std::string& offer : book.offers) {
        if (sheet.room() < sheet.pt(40)) break;
        sheet.skip(sheet.mm(5));
        sheet.rule(sheet.area().width(), 0.6);
        sheet.skip(sheet.mm(3));
        sheet.line(say(offer), {9.5, false, true}, Align::centre);
      }
      break;
    case LeafKind::masthead:
      sheet.line(say(book.masthead), {26, false, true}, Align::centre);
      sheet.rule(sheet.area().width(), 1);
      sheet.skip(sheet.pt(3));
      sheet.line(say(book.issue), small, Align::centre);
      sheet.rule(sheet.area().width(), 1);
      sheet.skip(sheet.mm(5));
      article_heading();
      body_text();
      number_at_foot();
      break;
    case LeafKind::article: {
      running_head();
      const double rest = sheet.area().height() * 0.5;
      sheet.keep_free(rest);
      body_text();
      sheet.keep_free(-rest);
      sheet.skip(sheet.mm(5));
      article_heading();
      body_text();
      number_at_foot();
      break;
    }
    case LeafKind::plate: {
      sheet.skip(sheet.mm(14));
      const Box area = sheet.area();
      const Box picture{area.x0, sheet.y(), area.x1, sheet.y() + area.width() * 1.15};
      draw_plate(sheet.surface(), picture, dpi,
                 Random(seed_, 1000 + static_cast<std::uint64_t>(plan.number)));
      leaf.pictures.push_back(picture);
      sheet.move_to(picture.y1 + sheet.mm(5));
      sheet.line(say(book.captions[static_cast<std::size_t>(plan.chapter) % book.captions.size()]),
                 {9.5, true}, Align::centre);
      break;
    }
    case LeafKind::contents:
      sheet.skip(sheet.mm(10));
      sheet.line(say(book.contents), {15, false, true}, Align::centre);
      sheet.skip(sheet.mm(8));
      for (const auto& [heading, page] : contents_) {
        if (sheet.room() < sheet.pt(body_pt * leading)) break;
        sheet.leaders(say(heading), page, body);
        sheet.skip(sheet.mm(1.5));
      }
      break;
  }
  sheet.finish();
  return leaf;
}

bool has_font(const std::string& family) {
  return pango_font_map_get_family(pango_cairo_font_map_get_default(), family.c_str()) != nullptr;
}

std::vector<std::string> missing_fonts() {
  const std::pair<const char*, const char*> wanted[] = {{roman, "fonts-oldstandard"},
                                                        {latin_roman, "fonts-ebgaramond"},
                                                        {fraktur, "fonts-blankenburg"}};
  std::vector<std::string> missing;
  for (const auto& [family, package] : wanted)
    if (!has_font(family))
      missing.push_back(fmt::format("{} (Debian package {})", family, package));
  return missing;
}

}  // namespace linka
