// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/page_parts.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <utility>
#include <vector>

namespace linka {

int whole_pixel(double value, int low, int high) {
  return std::isfinite(value) ? static_cast<int>(std::clamp<double>(value, low, high)) : low;
}

Pixels pixels_of(const Box& box, Size page) {
  const int w = std::max(1, page.width), h = std::max(1, page.height);
  Pixels p;
  p.x0 = whole_pixel(std::floor(box.x0), 0, w - 1);
  p.y0 = whole_pixel(std::floor(box.y0), 0, h - 1);
  p.x1 = whole_pixel(std::ceil(box.x1), p.x0 + 1, w);
  p.y1 = whole_pixel(std::ceil(box.y1), p.y0 + 1, h);
  return p;
}

Pixels hull_of(const Pixels& a, const Pixels& b) {
  return {std::min(a.x0, b.x0), std::min(a.y0, b.y0), std::max(a.x1, b.x1), std::max(a.y1, b.y1)};
}

Size page_of(const PageText& text) {
  return {std::max(1, text.width_px), std::max(1, text.height_px)};
}

bool is_written(const TextLine& line) {
  return std::any_of(line.words.begin(), line.words.end(),
                     [](const TextWord& word) { return !word.content.empty(); });
}

bool is_written(const TextBlock& block) {
  return !carries_text(block.kind) || std::any_of(block.lines.begin(), block.lines.end(),
                                                  [](const TextLine& l) { return is_written(l); });
}

std::string short_number(double value) {
  std::string out = fmt::format("{:.2f}", std::isfinite(value) ? value : 0.0);
  while (out.back() == '0') out.pop_back();
  if (out.back() == '.') out.pop_back();
  return out == "-0" ? "0" : out;
}

std::string two_decimals(double ratio) {
  return fmt::format("{:.2f}", std::isfinite(ratio) ? std::clamp(ratio, 0.0, 1.0) : 0.0);
}

namespace {

// Follows words over the ends of lines, and of the page.
class Joiner {
 public:
  Joiner(const PageText& text, const PageSeams& seams)
      : text_(text),
        seams_(seams),
        lines_(flow_lines(text)),
        first_(first_running_line(text)),
        last_(last_running_line(text)) {}

  JoinedWords join() {
    for (std::size_t i = 0; i < lines_.size(); ++i) line(i);
    return std::move(joined_);
  }

 private:
  struct Open {  // a word whose end has not come yet
    std::string whole;
    std::vector<const TextWord*> parts;
  };

  void add(Open& open, const TextWord& word, std::string_view hyphen) {
    WordPart& part = joined_[&word];
    if (part.part.empty()) part.part = open.whole.empty() ? "HypPart1" : "HypPart2";
    part.content = word.content.substr(0, word.content.size() - hyphen.size());
    part.hyphen = hyphen;
    open.whole += part.content;
    open.parts.push_back(&word);
  }

  void close(const Open& open, const std::string& rest = {}) {
    for (const TextWord* part : open.parts) joined_[part].whole = open.whole + rest;
  }

  // What the line's first word is the end of.
  std::optional<Open> begun(std::size_t at, const TextLine& line) {
    if (const auto it = open_.find(at); it != open_.end()) return it->second;
    if (&line == first_ && !seams_.previous_end.empty()) return Open{seams_.previous_end, {}};
    return {};
  }

  void line(std::size_t at) {
    const TextLine& line = text_.blocks[lines_[at].block].lines[lines_[at].line];
    const TextWord& first = *first_word(line);
    const TextWord& last = *last_word(line);
    const std::optional<std::size_t> next = lines_[at].next;
    const bool over_page = &line == last_ && !next && !seams_.next_begin.empty();
    const std::string_view hyphen = trailing_hyphen(last.content);
    const bool breaks = !hyphen.empty() && (over_page || (line.hyphen_at_end && next));
    std::optional<Open> open = begun(at, line);
    if (open && (&first != &last || !breaks)) {
      add(*open, first, {});
      close(*open);
      open.reset();
    }
    if (!breaks) return;
    if (!open) open.emplace();
    add(*open, last, hyphen);
    if (next)
      open_[*next] = *std::move(open);
    else
      close(*open, seams_.next_begin);
  }

  const PageText& text_;
  const PageSeams& seams_;
  const std::vector<FlowLine> lines_;
  const TextLine* first_;
  const TextLine* last_;
  JoinedWords joined_;
  std::map<std::size_t, Open> open_;  // by the line that they go on in
};

}  // namespace

JoinedWords joined_words(const PageText& text, const PageSeams& seams) {
  return Joiner(text, seams).join();
}

std::string modern_letters(std::string_view text) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 15> letters = {{
      {"\u017f", "s"},  // long s
      {"\ua75b", "r"},  // r rotunda
      {"\ua75a", "R"},
      {"\ufb00", "ff"},
      {"\ufb01", "fi"},
      {"\ufb02", "fl"},
      {"\ufb03", "ffi"},
      {"\ufb04", "ffl"},
      {"\ufb05", "st"},  // long s, t
      {"\ufb06", "st"},
      {"a\u0364", "\u00e4"},  // a with a small e above
      {"o\u0364", "\u00f6"},
      {"u\u0364", "\u00fc"},
      {"\u2e17", "-"},  // the slanted double hyphen of Fraktur
      {"\u00ad", "-"},
  }};
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const std::string_view rest = text.substr(at);
    const auto found = std::find_if(letters.begin(), letters.end(),
                                    [&](const auto& pair) { return rest.starts_with(pair.first); });
    out += found == letters.end() ? rest.substr(0, 1) : found->second;
    at += found == letters.end() ? 1 : found->first.size();
  }
  return out;
}

namespace {

struct KnownLanguage {
  std::string_view two, library, terminology, english;
};
// Those that print in Central Europe is in; ISO 639-1, 639-2/B, 639-2/T.
constexpr std::array<KnownLanguage, 21> known_languages = {{
    {"cs", "cze", "ces", "Czech"},
    {"de", "ger", "deu", "German"},
    {"sk", "slo", "slk", "Slovak"},
    {"la", "lat", "lat", "Latin"},
    {"en", "eng", "eng", "English"},
    {"pl", "pol", "pol", "Polish"},
    {"fr", "fre", "fra", "French"},
    {"it", "ita", "ita", "Italian"},
    {"es", "spa", "spa", "Spanish"},
    {"hu", "hun", "hun", "Hungarian"},
    {"ru", "rus", "rus", "Russian"},
    {"uk", "ukr", "ukr", "Ukrainian"},
    {"hr", "hrv", "hrv", "Croatian"},
    {"sl", "slv", "slv", "Slovene"},
    {"sr", "srp", "srp", "Serbian"},
    {"nl", "dut", "nld", "Dutch"},
    {"da", "dan", "dan", "Danish"},
    {"sv", "swe", "swe", "Swedish"},
    {"el", "gre", "ell", "Greek"},
    {"he", "heb", "heb", "Hebrew"},
    {"cu", "chu", "chu", "Old Church Slavonic"},
}};

const KnownLanguage* known_language(std::string_view code) {
  for (const KnownLanguage& l : known_languages)
    if (code == l.two || code == l.library || code == l.terminology) return &l;
  return nullptr;
}

// "frk" is Frankish by the standard and Fraktur by the name of an old model; no page is Frankish.
bool names_a_language(std::string_view code) {
  return is_language(code) && code.size() <= 3 && code != "frk";
}

}  // namespace

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

std::string short_language(std::string_view code) {
  if (const KnownLanguage* l = known_language(code)) return std::string(l->two);
  return std::string(names_a_language(code) ? code : std::string_view{});
}

std::string library_language(std::string_view code) {
  if (const KnownLanguage* l = known_language(code)) return std::string(l->library);
  return std::string(names_a_language(code) ? code : std::string_view{});
}

std::string english_language(std::string_view code) {
  const KnownLanguage* l = known_language(code);
  return std::string(l != nullptr ? l->english : std::string_view{});
}

}  // namespace linka
