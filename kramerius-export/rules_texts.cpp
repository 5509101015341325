// SPDX-License-Identifier: GPL-3.0-or-later
// The texts of the pages: ALTO and plain text.
#include "base/text.h"
#include "base/translate.h"
#include "kramerius-export/rules_internal.h"

#include <algorithm>

namespace linka::rules {
namespace {

constexpr std::string_view alto_space = "http://www.loc.gov/standards/alto/ns-v2#";

bool is_whole(const std::string& text, long& value) {
  if (!is_number(text) || text.size() > 9) return false;
  value = std::stol(text);
  return true;
}

class AltoCheck {
 public:
  AltoCheck(Check& check, const std::string& number, const std::string& path)
      : check_(check), f_(check.findings), number_(number), path_(path) {}

  // True when the page has at least one word.
  bool run(const std::string& bytes, const XmlDocument& alto_file) {
    f_.applied("OCR-ALTO_FILES_IN_UTF8", "LINKA_ALTO_PAGE_IS_THE_IMAGE", "LINKA_ALTO_IDS_UNIQUE",
               "LINKA_ALTO_STYLES_RESOLVE", "LINKA_ALTO_IN_PIXELS", "LINKA_ALTO_BOXES_ON_THE_PAGE",
               "LINKA_ALTO_BLOCKS_IN_PRINT_SPACE", "OCR-ALTO_FILES_VALID_BY_XSD");
    const std::string encoding = lower_ascii(alto_file.encoding());
    if (!is_utf8(bytes) || (!encoding.empty() && encoding != "utf-8" && encoding != "us-ascii"))
      f_.error("OCR-ALTO_FILES_IN_UTF8", path_, {}, tr("the file is not in UTF-8"));
    const XmlElement root = alto_file.root();
    if (root.name() != "alto" || root.name_space() != alto_space) {
      f_.error("OCR-ALTO_FILES_VALID_BY_XSD", path_, root,
               say(tr("the root is {} of the namespace {}, expected ALTO 2.0"),
                   in_quotes(root.name()), in_quotes(root.name_space())));
      return true;
    }
    if (check_.schemas.alto)
      for (const XmlComplaint& c : check_.schemas.alto->complaints(alto_file))
        f_.error("OCR-ALTO_FILES_VALID_BY_XSD", path_, c.element, c.message);
    const XmlElement measured = root.child("Description").child("MeasurementUnit");
    const std::string unit = measured.text();
    if (unit != "pixel")
      f_.warning("LINKA_ALTO_IN_PIXELS", path_, measured ? measured : root,
                 say(tr("MeasurementUnit is {}, expected pixel"), in_quotes(unit)));
    walk(root, false);
    styles();
    page(root);
    areas();
    check_empty(check_, path_, root);
    return words_ > 0;
  }

 private:
  void walk(const XmlElement& e, bool in_print_space) {
    const std::string name = e.name();
    const std::string id = e.attribute("ID");
    if (!id.empty() && !ids_.insert(id).second)
      f_.error("LINKA_ALTO_IDS_UNIQUE", path_, {e, "ID"},
               say(tr("the id {} is there twice"), in_quotes(id)));
    if (name == "TextStyle" || name == "ParagraphStyle") style_ids_.insert(id);
    if (name == "String") ++words_;
    const bool block = name == "TextBlock" || name == "ComposedBlock";
    if (block && !in_print_space)
      f_.warning("LINKA_ALTO_BLOCKS_IN_PRINT_SPACE", path_, e,
                 say(tr("{} {} is not in PrintSpace"), name, in_quotes(id)));
    for (const std::string& style : split_text(e.attribute("STYLEREFS"), ' '))
      if (!style.empty()) wanted_styles_.emplace_back(style, e);
    if (e.has("HPOS") && e.has("WIDTH")) boxes_.push_back(e);
    for (const XmlElement& child : e.children())
      walk(child, in_print_space || name == "PrintSpace");
  }

  void areas() {
    const auto areas = check_.areas.find(path_);
    if (areas == check_.areas.end()) return;
    for (const TextArea& area : areas->second)
      if (!ids_.count(area.block))
        f_.warning("LINKA_TEXT_AREAS_RESOLVE", check_.package.mets, area.place,
                   say(tr("{} points at {} in {}, which is not there"), area.from,
                       in_quotes(area.block), path_));
  }

  void styles() {
    for (const auto& [style, element] : wanted_styles_)
      if (!style_ids_.count(style))
        f_.error("LINKA_ALTO_STYLES_RESOLVE", path_, {element, "STYLEREFS"},
                 say(tr("STYLEREFS names {}, which is not there"), in_quotes(style)));
  }

  void page(const XmlElement& root) {
    const auto pages = root.child("Layout").children("Page");
    if (pages.size() != 1) {
      f_.warning("LINKA_ALTO_PAGE_IS_THE_IMAGE", path_, root,
                 say(tr("there are {} pages, expected one"), pages.size()));
      return;
    }
    const XmlElement& page = pages.front();
    long width = 0, height = 0;
    if (!is_whole(page.attribute("WIDTH"), width) || !is_whole(page.attribute("HEIGHT"), height)) {
      f_.warning("LINKA_ALTO_PAGE_IS_THE_IMAGE", path_, page,
                 say(tr("WIDTH {} and HEIGHT {} of the page are not whole numbers"),
                     in_quotes(page.attribute("WIDTH")), in_quotes(page.attribute("HEIGHT"))));
      return;
    }
    for (const std::size_t kind : {master_copies, user_copies}) {
      const auto& paths = check_.package.pages[kind];
      const auto path = paths.find(number_);
      if (path == paths.end()) continue;
      const auto image = check_.package.images.find(path->second);
      if (image != check_.package.images.end() &&
          (image->second.width_px != width || image->second.height_px != height))
        f_.warning("LINKA_ALTO_PAGE_IS_THE_IMAGE", path_, page,
                   say(tr("the page is {} x {}, {} is {} x {}"), width, height, path->second,
                       image->second.width_px, image->second.height_px));
    }
    for (const XmlElement& e : boxes_) {
      long x = 0, y = 0, w = 0, h = 0;
      if (!is_whole(e.attribute("HPOS"), x) || !is_whole(e.attribute("WIDTH"), w)) continue;
      const bool tall = is_whole(e.attribute("VPOS"), y) && is_whole(e.attribute("HEIGHT"), h);
      if (x + w > width || (tall && y + h > height))
        f_.warning("LINKA_ALTO_BOXES_ON_THE_PAGE", path_, e,
                   say(tr("{} reaches beyond the page of {} x {}"), e.name(), width, height));
    }
  }

  Check& check_;
  Findings& f_;
  const std::string& number_;
  const std::string& path_;
  std::set<std::string> ids_, style_ids_;
  std::vector<std::pair<std::string, XmlElement>> wanted_styles_;
  std::vector<XmlElement> boxes_;
  std::size_t words_ = 0;
};

}  // namespace

Result<void> check_texts(Check& check, const DoMany& do_many) {
  Findings& f = check.findings;
  const Package& p = check.package;
  enum class Alto : char { unreadable, without_words, with_words };
  std::vector<Alto> seen(p.pages[alto_files].size());
  const LookAtPage look = [&seen](Check& part, std::size_t place, const std::string& number,
                                  const std::string& path) {
    const Result<std::string> content = read_of_package(part.package, path, largest_xml);
    const Result<XmlDocument> file =
        content ? parse_text(*content) : Result<XmlDocument>(pass(content));
    part.findings.applied("OCR-ALTO_FILES_VALID_BY_XSD");
    if (file) {
      const bool words = AltoCheck(part, number, path).run(*content, *file);
      seen[place] = words ? Alto::with_words : Alto::without_words;
      return;
    }
    const bool other_encoding = content && !is_utf8(*content);
    part.unreadable(other_encoding ? "OCR-ALTO_FILES_IN_UTF8" : "OCR-ALTO_FILES_VALID_BY_XSD", path,
                    file.error());
  };
  if (auto looked = each_page(check, alto_files, do_many, look); !looked) return looked;
  std::map<std::string, Alto> by_number;
  for (std::size_t place = 0; const auto& [number, path] : p.pages[alto_files])
    by_number.emplace(number, seen[place++]);
  f.applied("OCR-TEXT_FILES_IN_UTF8", "LINKA_TEXT_AND_ALTO_AGREE");
  for (const auto& [number, path] : p.pages[plain_texts]) {
    const Result<std::string> content = read_of_package(p, path, largest_text);
    if (!content) {
      check.unreadable("OCR-TEXT_FILES_IN_UTF8", path, content.error());
      continue;
    }
    if (!is_utf8(*content)) {
      f.error("OCR-TEXT_FILES_IN_UTF8", path, {}, "the file is not a text in UTF-8");
      continue;
    }
    const bool has_text = !trimmed(*content).empty();
    const auto alto = by_number.find(number);
    if (alto != by_number.end() && alto->second != Alto::unreadable &&
        has_text != (alto->second == Alto::with_words))
      f.warning("LINKA_TEXT_AND_ALTO_AGREE", path, {},
                has_text ? "there is a text, but the ALTO has no word"
                         : "the text is empty, but the ALTO has words");
  }
  return {};
}

}  // namespace linka::rules
