// SPDX-License-Identifier: GPL-3.0-or-later
#include "catalogue/marc_text.h"

#include "base/text.h"
#include "title/notes.h"

#include <algorithm>
#include <cctype>
#include <regex>
#include <set>

namespace linka {
namespace {

constexpr std::size_t longest_date = 200;

bool digit(char c) {
  return c >= '0' && c <= '9';
}

std::string squeezed(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const bool blank = c == ' ' || c == '\t' || c == '\n' || c == '\r';
    if (!blank)
      out += c;
    else if (!out.empty() && out.back() != ' ')
      out += ' ';
  }
  if (!out.empty() && out.back() == ' ') out.pop_back();
  return out;
}

// "[Praha" and "1927]": one bracket around several subfields leaves each with a half.
void drop_lonely(std::string& text, char open, char close) {
  std::vector<std::size_t> waiting, lonely;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == open) waiting.push_back(i);
    if (text[i] != close) continue;
    if (waiting.empty())
      lonely.push_back(i);
    else
      waiting.pop_back();
  }
  lonely.insert(lonely.end(), waiting.begin(), waiting.end());
  std::sort(lonely.rbegin(), lonely.rend());
  for (const std::size_t at : lonely) text.erase(at, 1);
}

// The period belongs to the last word: an initial, an abbreviation of up to three letters, one with
// periods inside, an ellipsis.
bool is_abbreviation(const std::string& text) {
  const std::size_t end = text.size() - 1;
  if (end > 0 && text[end - 1] == '.') return true;
  const std::size_t space = text.find_last_of(" -(", end);
  const std::string word = text.substr(space == std::string::npos ? 0 : space + 1,
                                       end - (space == std::string::npos ? 0 : space + 1));
  const auto letters = std::count_if(word.begin(), word.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  });
  const bool number = !word.empty() && std::all_of(word.begin(), word.end(), digit);
  static const std::set<std::string_view> longer = {
      "spol", "nakl", "knih", "univ",  "akad", "polygr", "přel", "rozm", "dopl",
      "rozš", "Corp", "Verl", "Buchh", "Bros", "Gebr",   "Univ", "Nakl"};
  return word.find('.') != std::string::npos || (letters <= 3 && !number) || longer.contains(word);
}

std::size_t sign_length(std::string_view text, std::size_t at) {
  std::size_t end = at + 1;
  while (end < text.size() && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) ++end;
  return end - at;
}

TitleInfo at_bytes(std::string_view title, std::size_t bytes) {
  TitleInfo out;
  out.non_sort = trimmed(title.substr(0, bytes));
  out.title = trimmed(title.substr(bytes));
  return out;
}

// One date, its doubt still around it.
OriginDate date_from(std::string text, Notes& notes) {
  OriginDate date;
  static const std::regex copyright("^\\[?(c|©|℗|p|cop\\.|copyright) ?(?=[0-9])",
                                    std::regex::icase);
  static const std::regex about("\\b(ca|circa|cca|kolem|asi|okolo|um|about|approximately)\\b\\.? ?",
                                std::regex::icase);
  static const std::regex between("^(mezi|between|zwischen) ([0-9]{4}) (a|and|und) ([0-9]{4})$",
                                  std::regex::icase);
  static const std::regex known("^([0-9]{4}|[0-9]{3}[-?]|[0-9]{2}--)(-([0-9]{4}|[0-9]{2})?)?$");
  text = trimmed(text);
  const bool inferred = text.starts_with('[') && text.ends_with(']');
  if (std::regex_search(text, copyright)) {
    date.kind = DateKind::copyright;
    text = std::regex_replace(text, copyright, "");
    drop_lonely(text, '[', ']');
  }
  std::string bare = text;
  std::erase_if(bare, [](char c) { return c == '[' || c == ']'; });
  if (const std::string sure = std::regex_replace(bare, about, ""); sure != bare) {
    date.qualifier = "approximate";
    bare = sure;
  }
  if (bare.ends_with('?')) {
    bare.pop_back();
    // "192-?" is no decade in doubt but a decade.
    if (!bare.ends_with('-')) date.qualifier = "questionable";
  }
  bare = trimmed(bare);
  if (std::smatch m; std::regex_match(bare, m, between)) {
    bare = m[2].str() + "-" + m[4].str();
    date.qualifier = "approximate";
  }
  // "M. DCC. XXIV. [1724]": the cataloguer has read the Roman number.
  static const std::regex roman("^[MDCLXVI. ]+\\[([0-9]{4})\\]$", std::regex::icase);
  if (std::smatch m; std::regex_match(text, m, roman)) {
    note(notes, "The date \"{}\" is written as [{}].", text, m[1].str());
    return {date.kind, "[" + m[1].str() + "]", {}, "inferred"};
  }
  if (!std::regex_match(bare, known)) {
    note(notes, "The date \"{}\" has no usual form and is kept as it stands.", text);
    date.text = text;
    return date;
  }
  // "[1927]", but "192-" says itself that it is inferred.
  const bool bracket = inferred && date.kind == DateKind::issued;
  date.text = bracket ? "[" + bare + "]" : bare;
  if (inferred && date.qualifier.empty()) date.qualifier = "inferred";
  return date;
}

}  // namespace

std::string without_isbd(std::string_view raw, FinalPeriod period) {
  std::string text = squeezed(raw);
  drop_lonely(text, '[', ']');
  drop_lonely(text, '(', ')');
  text = trimmed(text);
  const auto leads_over = [&] {
    if (text.empty()) return false;
    const char last = text.back();
    if (last == ',' || last == '/') return true;
    return (last == ':' || last == ';' || last == '=' || last == '+') ||
           (last == '.' && period == FinalPeriod::drop && !is_abbreviation(text));
  };
  while (leads_over()) {
    text.pop_back();
    text = trimmed(text);
  }
  return text;
}

TitleInfo divided_title(std::string_view raw, char count, std::vector<std::string>& notes) {
  const std::string title = squeezed(raw);
  if (title.starts_with("<<"))
    if (const std::size_t end = title.find(">>"); end != std::string::npos)
      return {{}, trimmed(title.substr(2, end - 2)), trimmed(title.substr(end + 2)), {}, {}, {}};
  TitleInfo whole;
  whole.title = title;
  if (count < '1' || count > '9') return whole;
  std::size_t bytes = 0;
  for (int n = count - '0'; n > 0 && bytes < title.size(); --n) bytes += sign_length(title, bytes);
  // An article ends with a space or an apostrophe; some catalogues do not count the space.
  if (bytes < title.size() && title[bytes] == ' ') ++bytes;
  const char last = bytes == 0 ? ' ' : title[bytes - 1];
  const bool after_apostrophe = last == '\'' || title.substr(0, bytes).ends_with("’");
  const bool sign_only = last == '"' || last == '[' || last == '-';
  if (bytes >= title.size() || (last != ' ' && !after_apostrophe && !sign_only)) {
    note(notes,
         "The title \"{}\" is said to begin with {} letters that do not sort; no word ends "
         "there, so it is not divided.",
         title, std::string(1, count));
    return whole;
  }
  // Quotation marks and brackets alone are no article.
  const std::string first = trimmed(title.substr(0, bytes));
  if (std::none_of(first.begin(), first.end(),
                   [](unsigned char c) { return std::isalpha(c) != 0 || c >= 0x80; }))
    return whole;
  return at_bytes(title, bytes);
}

std::vector<OriginDate> printed_dates(std::string_view raw, std::vector<std::string>& notes) {
  std::string text = without_isbd(raw);
  if (text.ends_with('.')) text.pop_back();
  std::vector<OriginDate> out;
  if (text.empty()) return out;
  if (text.size() > longest_date) {
    note(notes, "The date \"{}...\" is too long for one and is left out.", text.substr(0, 20));
    return out;
  }
  // "1927, c1926": the comma parts two dates only where the second is one of copyright.
  static const std::regex parts(", ?(?=\\[?(c|©|℗|p|cop\\.) ?[0-9])");
  const std::sregex_token_iterator begin(text.begin(), text.end(), parts, -1), end;
  for (auto it = begin; it != end; ++it)
    if (const std::string part = trimmed(it->str()); !part.empty())
      out.push_back(date_from(part, notes));
  return out;
}

std::vector<OriginDate> coded_dates(std::string_view field_008) {
  if (field_008.size() < 15) return {};
  const char kind = field_008[6];
  const auto date_at = [&](std::size_t at) {
    std::string text(field_008.substr(at, 4));
    const bool says =
        std::all_of(text.begin(), text.end(), [](char c) { return digit(c) || c == 'u'; }) &&
        text != "uuuu";
    return says ? text : std::string{};
  };
  const std::string first = date_at(7), second = date_at(11);
  const auto issued = [](std::string text, const char* point) {
    return OriginDate{DateKind::issued, std::move(text), point, {}};
  };
  // Two dates that are the ends of a span; with the others the second is of something else.
  const bool span = std::string_view("mqcdik").find(kind) != std::string_view::npos;
  std::vector<OriginDate> out;
  if (kind == 'b' || kind == 'n' || first.empty()) return out;
  if (!span) return {issued(first, "")};
  out.push_back(issued(first, "start"));
  // An end before its beginning is none ("0701": a month and a day).
  std::string earliest = first, latest = second;
  std::replace(earliest.begin(), earliest.end(), 'u', '0');
  std::replace(latest.begin(), latest.end(), 'u', '9');
  if (!second.empty() && second != "9999" && latest >= earliest)
    out.push_back(issued(second, "end"));
  if (out.size() == 1 && kind != 'c') out.front().point.clear();
  if (kind == 'q')
    for (OriginDate& d : out) d.qualifier = "questionable";
  return out;
}

std::string first_year(std::string_view text) {
  std::size_t run = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    run = digit(text[i]) ? run + 1 : 0;
    if (run == 4) return std::string(text.substr(i - 3, 4));
  }
  return {};
}

}  // namespace linka
