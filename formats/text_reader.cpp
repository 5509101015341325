// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/text_reader.h"

#include "base/text.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace linka {
namespace {

constexpr double usual_baseline = 0.8;  // of a line's height, from its top, when nobody says
constexpr double same_shape = 0.02;     // by how much two pages' width : height may differ
constexpr double least_slack_px = 3;    // by which a box may reach over the page's edge,
constexpr double slack_share = 0.01;    // or by this share of the page's side

bool is_space(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

std::size_t letters_in(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xc0) != 0x80;
  }));
}

struct Language {
  std::string_view code, others;  // `others`: joined by spaces, with one at each end
};
constexpr std::array<Language, 12> languages = {{{"cze", " cs ces cze czech "},
                                                 {"ger", " de deu ger german frk fraktur "},
                                                 {"eng", " en eng english "},
                                                 {"slo", " sk slk slo slovak "},
                                                 {"pol", " pl pol polish "},
                                                 {"lat", " la lat latin "},
                                                 {"fre", " fr fra fre french "},
                                                 {"ita", " it ita italian "},
                                                 {"hun", " hu hun hungarian "},
                                                 {"rus", " ru rus russian "},
                                                 {"spa", " es spa spanish "},
                                                 {"heb", " he heb hebrew "}}};

struct KindWords {
  BlockKind kind;
  std::string_view words;  // without hyphens, joined by spaces, with one at each end
};
constexpr std::array<KindWords, 10> kind_words = {
    {{BlockKind::text, " text paragraph mainzone "},
     {BlockKind::heading, " heading "},
     {BlockKind::caption, " caption "},
     {BlockKind::table, " table tablezone "},
     {BlockKind::footnote, " footnote footnotecontinued endnote "},
     {BlockKind::marginalia, " marginalia margintextzone "},
     {BlockKind::page_number, " pagenumber numberingzone "},
     {BlockKind::running_head, " runninghead header footer runningtitlezone "},
     {BlockKind::catchword, " catchword "},
     {BlockKind::signature, " signature signaturemark quiremarkszone "}}};

}  // namespace

std::optional<double> number_of(std::string_view text) {
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || !std::isfinite(value)) return {};
  return value;
}

std::optional<double> number_at(const XmlElement& element, std::string_view attribute) {
  return number_of(element.attribute(attribute));
}

std::vector<Point> points_of(std::string_view text) {
  std::vector<double> numbers;
  std::size_t at = 0;
  while (at < text.size()) {
    const std::size_t end = std::min(text.find_first_of(" ,;\t\r\n", at), text.size());
    if (end > at)
      if (const auto n = number_of(text.substr(at, end - at))) numbers.push_back(*n);
    at = end + 1;
  }
  std::vector<Point> points;
  for (std::size_t i = 0; i + 1 < numbers.size(); i += 2)
    points.push_back({numbers[i], numbers[i + 1]});
  return points;
}

std::optional<Box> hull_of(const std::vector<Point>& points) {
  if (points.empty()) return {};
  Box b{points[0].x, points[0].y, points[0].x, points[0].y};
  for (const Point& p : points) b = hull(b, {p.x, p.y, p.x, p.y});
  return b;
}

Result<PageFrame> PageFrame::make(Size page_px, double unit_x, double unit_y, double stated_width,
                                  double stated_height) {
  PageFrame frame;
  frame.page_ = page_px;
  frame.x_ = unit_x;
  frame.y_ = unit_y;
  const bool stated = stated_width > 0 && stated_height > 0;
  if (!stated && (unit_x <= 0 || unit_y <= 0))
    return fail(ErrorKind::bad_input, "the file says neither its unit nor the size of its page");
  if (!stated) return frame;
  const double fit_x = page_px.width / stated_width, fit_y = page_px.height / stated_height;
  const auto close = [](double stated_px, double px) {
    return std::abs(stated_px - px) <= std::max(least_slack_px, 0.005 * px);
  };
  if (unit_x > 0 && unit_y > 0 && close(stated_width * unit_x, page_px.width) &&
      close(stated_height * unit_y, page_px.height))
    return frame;
  if (std::abs(fit_x / fit_y - 1) > same_shape)
    return fail(ErrorKind::bad_input,
                "the file is about a page of {} × {}, but this page has {} × {} pixels",
                stated_width, stated_height, page_px.width, page_px.height);
  frame.x_ = fit_x;
  frame.y_ = fit_y;
  return frame;
}

Result<Box> PageFrame::place(const Box& in_file, const std::string& what) const {
  const Box b{in_file.x0 * x_, in_file.y0 * y_, in_file.x1 * x_, in_file.y1 * y_};
  const double w = page_.width, h = page_.height;
  const double over_x = std::max(least_slack_px, slack_share * w);
  const double over_y = std::max(least_slack_px, slack_share * h);
  if (!(b.x0 >= -over_x && b.y0 >= -over_y && b.x1 <= w + over_x && b.y1 <= h + over_y))
    return fail(ErrorKind::bad_input,
                "{} at {:.0f}, {:.0f} ... {:.0f}, {:.0f} lies outside the page of {} × {} pixels",
                what, b.x0, b.y0, b.x1, b.y1, page_.width, page_.height);
  if (b.x1 < b.x0 || b.y1 < b.y0)
    return fail(ErrorKind::bad_input, "{} has a negative width or height", what);
  Box inside;
  inside.x0 = std::clamp(std::floor(b.x0), 0.0, w - 1);
  inside.y0 = std::clamp(std::floor(b.y0), 0.0, h - 1);
  inside.x1 = std::clamp(std::ceil(b.x1), inside.x0 + 1, w);
  inside.y1 = std::clamp(std::ceil(b.y1), inside.y0 + 1, h);
  return inside;
}

double PageFrame::y(double in_file) const {
  return std::clamp(in_file * y_, 0.0, static_cast<double>(page_.height));
}

std::vector<TextWord> words_in(const std::string& text, const Box& place, double confidence) {
  const std::string clean = clean_utf8(text);
  const double all = static_cast<double>(std::max<std::size_t>(1, letters_in(clean)));
  std::vector<TextWord> words;
  std::size_t at = 0;
  while (at < clean.size()) {
    if (is_space(clean[at])) {
      ++at;
      continue;
    }
    std::size_t end = at;
    while (end < clean.size() && !is_space(clean[end])) ++end;
    const double begin_share = static_cast<double>(letters_in(clean.substr(0, at))) / all;
    const double end_share = static_cast<double>(letters_in(clean.substr(0, end))) / all;
    TextWord word;
    word.content = clean.substr(at, end - at);
    word.box = {std::floor(place.x0 + begin_share * place.width()), place.y0,
                std::ceil(place.x0 + end_share * place.width()), place.y1};
    word.confidence = std::clamp(confidence, 0.0, 1.0);
    words.push_back(std::move(word));
    at = end;
  }
  if (words.size() == 1) words[0].box = place;
  return words;
}

std::pair<std::string, std::string> name_and_version(const std::string& text) {
  const std::string whole = trimmed(clean_utf8(text));
  const std::size_t space = whole.find_last_of(" /");
  if (space == std::string::npos || space + 1 >= whole.size()) return {whole, ""};
  std::string version = whole.substr(space + 1);
  if (version.starts_with("v")) version.erase(0, 1);
  if (version.empty() || version[0] < '0' || version[0] > '9') return {whole, ""};
  return {trimmed(whole.substr(0, space)), version};
}

std::string language_named(std::string_view text) {
  std::string name = lower_ascii(text.substr(0, text.find_first_of("-_+ ")));
  if (name.empty()) return {};
  for (const Language& l : languages)
    if (l.others.find(" " + name + " ") != std::string_view::npos) return std::string(l.code);
  return {};
}

std::optional<BlockKind> kind_named(std::string_view text) {
  std::string word;
  for (const char c : lower_ascii(std::string(text.substr(0, text.find(':')))))
    if (c != '-' && c != '_') word += c;
  for (const KindWords& kind : kind_words)
    if (kind.words.find(" " + word + " ") != std::string_view::npos) return kind.kind;
  return {};
}

void finish_text(PageText& text) {
  double sum = 0;
  std::size_t words = 0;
  for (TextBlock& block : text.blocks) {
    std::erase_if(block.lines, [](const TextLine& line) { return line.words.empty(); });
    for (TextLine& line : block.lines) {
      if (line.box.empty()) {
        line.box = line.words.front().box;
        for (const TextWord& word : line.words) line.box = hull(line.box, word.box);
      }
      if (line.baseline_y <= 0) line.baseline_y = line.box.y0 + usual_baseline * line.box.height();
      for (const TextWord& word : line.words) sum += word.confidence;
      words += line.words.size();
      block.box = block.box.empty() ? line.box : hull(block.box, line.box);
    }
  }
  std::erase_if(text.blocks, [](const TextBlock& block) {
    return carries_text(block.kind) ? block.lines.empty() : block.box.empty();
  });
  text.mean_confidence = words > 0 ? sum / static_cast<double>(words) : 0;
}

}  // namespace linka
