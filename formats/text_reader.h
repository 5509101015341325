// SPDX-License-Identifier: GPL-3.0-or-later
// What the readers of ALTO and PAGE share: numbers and places as other programs write them, brought
// into pixels of the page and checked, and lines of text without words cut into words.
#pragma once

#include "base/result.h"
#include "formats/xml_reader.h"
#include "model/page_text.h"

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace linka {

// "12", " 12.5 "; none for what is no finite number.
std::optional<double> number_of(std::string_view text);
// The attribute as a number; none when it is absent or no number.
std::optional<double> number_at(const XmlElement& element, std::string_view attribute);
// "10,20 30,40", also with spaces only; the numbers that can be read, in pairs.
std::vector<Point> points_of(std::string_view text);
std::optional<Box> hull_of(const std::vector<Point>& points);

// Places of a file -> pixels of a page.
class PageFrame {
 public:
  // `unit_x`, `unit_y`: pixels of the page per unit of the file, as far as the unit tells it; 0 =
  // the page's size must tell it. `stated`: the page's size as the file gives it, in its units;
  // 0 = not given. A file that speaks of the page at another scale is brought to this one; one of
  // another shape is refused.
  static Result<PageFrame> make(Size page_px, double unit_x, double unit_y, double stated_width,
                                double stated_height);
  // In pixels, inside the page, at least one pixel each way. Error when it lies outside by more
  // than what rounding explains; `what` names it in the sentence.
  Result<Box> place(const Box& in_file, const std::string& what) const;
  double y(double in_file) const;
  Size page() const { return page_; }

 private:
  Size page_;
  double x_ = 1, y_ = 1;
};

// The words of a text at one place, cut at white space: places in proportion to their letters.
std::vector<TextWord> words_in(const std::string& text, const Box& place, double confidence);

// "tesseract 5.3.0" -> {"tesseract", "5.3.0"}; no version: {text, ""}.
std::pair<std::string, std::string> name_and_version(const std::string& text);

// ISO 639-2/B of a language as files name it ("cs", "ces", "cs-CZ", "Czech"); empty when unknown.
std::string language_named(std::string_view text);

// The kind of a block that files call so: words of PAGE ("page-number", "signature-mark"), of ALTO
// made here ("page_number") and of SegmOnto ("NumberingZone", "MainZone:column#1"), in any case.
// None for what is no kind known here.
std::optional<BlockKind> kind_named(std::string_view text);

// Fills in what follows from the words: boxes of lines and blocks that have none, mean_confidence.
// Lines without words go, blocks of text without lines too.
void finish_text(PageText& text);

}  // namespace linka
