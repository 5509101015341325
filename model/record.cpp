// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/record.h"

#include "base/digest.h"
#include "base/text.h"
#include "model/roman.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <initializer_list>
#include <optional>

namespace linka {
namespace {

// More pages than the ids of a package can count; a longer pattern is a slip of the pen.
constexpr std::size_t max_labels = 9999;
// Name space of the uuids that come from a URN:NBN: the RFC 4122 one for URLs and other names of
// resources.
constexpr std::string_view urn_name_space = "6ba7b811-9dad-11d1-80b4-00c04fd430c8";

bool digit(char c) {
  return c >= '0' && c <= '9';
}
bool small_or_digit(char c) {
  return digit(c) || (c >= 'a' && c <= 'z');
}

// Takes exactly n digits off the front; -1 when they are not there.
int take_number(std::string_view& text, std::size_t n) {
  if (text.size() < n) return -1;
  int value = 0;
  for (std::size_t i = 0; i < n; ++i) {
    if (!digit(text[i])) return -1;
    value = value * 10 + (text[i] - '0');
  }
  text.remove_prefix(n);
  return value;
}

bool take(std::string_view& text, char c) {
  if (text.empty() || text.front() != c) return false;
  text.remove_prefix(1);
  return true;
}

// One end of a range: signs, number, signs.
struct End {
  enum class Kind { arabic, small_roman, great_roman, leaf } kind = Kind::arabic;
  std::string before, after;
  int value = 0;  // of a leaf: twice its number, plus one on the back
};

std::optional<int> small_number(std::string_view digits) {
  if (digits.empty() || digits.size() > 6 || !std::all_of(digits.begin(), digits.end(), digit))
    return {};
  int value = 0;
  for (char c : digits) value = value * 10 + (c - '0');
  return value;
}

std::optional<End> end_of(std::string_view text) {
  End out;
  if (!text.empty() && text.front() == '[') {
    out.before = "[";
    text.remove_prefix(1);
  }
  if (!text.empty() && text.back() == ']') {
    out.after = "]";
    text.remove_suffix(1);
  }
  const std::string core(text);
  if (const int v = roman_number(core); v > 0) {
    out.kind = core.front() >= 'a' ? End::Kind::small_roman : End::Kind::great_roman;
    out.value = v;
    return out;
  }
  const bool leaf =
      core.size() > 1 && (core.back() == 'r' || core.back() == 'v') && digit(core[core.size() - 2]);
  if (leaf) text.remove_suffix(1);
  std::size_t from = text.size();
  while (from > 0 && digit(text[from - 1])) --from;
  const auto number = small_number(text.substr(from));
  if (!number) return {};
  out.before += text.substr(0, from);
  out.kind = leaf ? End::Kind::leaf : End::Kind::arabic;
  out.value = leaf ? *number * 2 + (core.back() == 'v' ? 1 : 0) : *number;
  return out;
}

std::string label_of(const End& end, int value) {
  switch (end.kind) {
    case End::Kind::arabic:
      return fmt::format("{}{}{}", end.before, value, end.after);
    case End::Kind::small_roman:
      return end.before + roman_text(value, false) + end.after;
    case End::Kind::great_roman:
      return end.before + roman_text(value, true) + end.after;
    case End::Kind::leaf:
      break;
  }
  return fmt::format("{}{}{}{}", end.before, value / 2, value % 2 == 0 ? 'r' : 'v', end.after);
}

Result<void> add_part(std::string_view part, std::vector<std::string>& labels) {
  std::string text = trimmed(part);
  if (text.empty()) return {};
  if (const auto wide = text.find("\u2013"); wide != std::string::npos) text.replace(wide, 3, "-");
  const auto dash = text.find('-');
  if (dash == std::string::npos) {
    labels.push_back(text);
    return {};
  }
  std::string first = trimmed(std::string_view(text).substr(0, dash));
  std::string last = trimmed(std::string_view(text).substr(dash + 1));
  // "[1-4]": the brackets hold the whole range.
  if (first.starts_with('[') && !first.ends_with(']') && !last.starts_with('[') &&
      last.ends_with(']')) {
    first += ']';
    last = "[" + last;
  }
  const auto from = end_of(first), to = end_of(last);
  if (!from || !to || from->kind != to->kind || from->before != to->before ||
      from->after != to->after || from->value > to->value)
    return fail(ErrorKind::bad_input, "the labels \"{}\" are no range that can be counted", text);
  if (static_cast<std::size_t>(to->value - from->value) >= max_labels)
    return fail(ErrorKind::bad_input, "the labels \"{}\" are more than {}", text, max_labels);
  for (int v = from->value; v <= to->value; ++v) labels.push_back(label_of(*from, v));
  return {};
}

}  // namespace

const TitleInfo* main_title(const Record& record) {
  for (const TitleInfo& t : record.titles)
    if (t.type.empty()) return &t;
  return nullptr;
}

std::string display_title(const Record& record) {
  const TitleInfo* t = main_title(record);
  std::string out = t == nullptr ? "" : t->title;
  if (t != nullptr && !t->non_sort.empty())
    out = t->non_sort + (t->non_sort.ends_with('\'') ? "" : " ") + out;
  const std::string date = issue_date(record);
  if (!date.empty()) out += ", " + date;
  return out;
}

std::string issue_date(const Record& record) {
  const auto find = [&](bool issued_only) -> std::string {
    for (const Origin& origin : record.origins) {
      std::string start;
      for (const OriginDate& date : origin.dates) {
        if (issued_only && date.kind != DateKind::issued) continue;
        if (date.point == "start") {
          start = date.text;
          continue;
        }
        if (date.point == "end" && !start.empty()) return start + "-" + date.text;
        return date.text;
      }
      if (!start.empty()) return start;
    }
    return {};
  };
  const std::string issued = find(true);
  return issued.empty() ? find(false) : issued;
}

std::string identifier_of(const Record& record, std::string_view type) {
  for (const Identifier& id : record.identifiers)
    if (id.type == type && !id.invalid) return id.value;
  return {};
}

std::string volume_uuid(const Record& record) {
  const std::string own = identifier_of(record, "uuid");
  if (!own.empty()) return own;
  return uuid_v5(urn_name_space, identifier_of(record, "urnnbn"));
}

std::string package_id(const Record& record) {
  const std::string urn = identifier_of(record, "urnnbn");
  return is_urnnbn(urn) ? urn.substr(std::string_view("urn:nbn:cz:").size()) : std::string{};
}

namespace {

using Missing = std::vector<std::string>;

bool has_issue_date(const Record& record) {
  return std::any_of(record.origins.begin(), record.origins.end(), [](const Origin& o) {
    if (o.event == "production") return !o.dates.empty();
    return o.event == "publication" &&
           std::any_of(o.dates.begin(), o.dates.end(),
                       [](const OriginDate& d) { return d.kind == DateKind::issued; });
  });
}

void miss_title(const Record& record, Missing& out) {
  const TitleInfo* t = main_title(record);
  if (t == nullptr || t->title.empty()) out.emplace_back(tr("the title"));
}

void miss_urn(const Record& record, Missing& out) {
  const std::string urn = identifier_of(record, "urnnbn");
  if (urn.empty())
    out.emplace_back(tr("the URN:NBN (urn:nbn:cz:xxxxxx-xxxxxx)"));
  else if (!is_urnnbn(urn))
    out.push_back(say(tr("a URN:NBN of the right form (\"{}\" is not)"), urn));
}

void miss_uuid(const Record& record, Missing& out) {
  if (const std::string uuid = identifier_of(record, "uuid"); !uuid.empty() && !is_uuid(uuid))
    out.push_back(say(tr("a uuid of the right form (\"{}\" is not)"), uuid));
}

void miss_library(const Record& record, Missing& out) {
  if (record.sigla.empty())
    out.emplace_back(tr("the code of the digitizing library (sigla, as ABA001)"));
  else if (!is_sigla(record.sigla))
    out.push_back(say(tr("a library code of the right form (\"{}\" is not)"), record.sigla));
}

}  // namespace

std::vector<std::string> missing_parts(const Record& record, RecordLevel level, bool urn_to_come) {
  const auto is = [&](std::initializer_list<RecordLevel> levels) {
    return std::find(levels.begin(), levels.end(), level) != levels.end();
  };
  using enum RecordLevel;
  Missing out;
  if (level != year) miss_title(record, out);
  const bool awaited = urn_to_come && identifier_of(record, "urnnbn").empty();
  if (is({volume, issue}) && !awaited) miss_urn(record, out);
  miss_uuid(record, out);
  if (is({volume, periodical, issue, issue_supplement}) && record.languages.empty())
    out.emplace_back(tr("the language"));
  if (is({volume, title, periodical}) && !has_issue_date(record))
    out.emplace_back(tr("the year of publication"));
  if (level == year && !has_issue_date(record)) out.emplace_back(tr("the year it came out"));
  if (is({article, issue_picture}) && record.subjects.empty() && record.classifications.empty())
    out.emplace_back(tr("a subject"));
  if (is({volume, issue})) miss_library(record, out);
  return out;
}

std::string title_uuid(const Record& title) {
  const std::string own = identifier_of(title, "uuid");
  if (!own.empty()) return own;
  for (const char* type : {"ccnb", "issn"})
    if (const std::string number = identifier_of(title, type); !number.empty())
      return uuid_v5(urn_name_space, fmt::format("title:{}:{}", type, number));
  const TitleInfo* t = main_title(title);
  if (title.sigla.empty() || t == nullptr || t->title.empty()) return {};
  return uuid_v5(urn_name_space, fmt::format("title:{}:{}", title.sigla, t->title));
}

std::string year_uuid(const Record& year, const std::string& title_uuid) {
  const std::string own = identifier_of(year, "uuid");
  if (!own.empty()) return own;
  const TitleInfo* t = main_title(year);
  const std::string number = t == nullptr ? "" : t->part_number;
  return uuid_v5(title_uuid, number.empty() ? "year of " + issue_date(year) : "year " + number);
}

const Scanner* device_for(const std::vector<Scanner>& devices, const CaptureDevice& tags) {
  const auto alike = [](const std::string& a, const std::string& b) {
    return lower_ascii(trimmed(a)) == lower_ascii(trimmed(b));
  };
  const auto other = [&](const std::string& a, const std::string& b) {
    return !a.empty() && !b.empty() && !alike(a, b);
  };
  const Scanner* found = nullptr;
  bool several = false;
  for (const Scanner& device : devices) {
    if (other(device.serial, tags.serial) || other(device.model, tags.model) ||
        other(device.manufacturer, tags.make))
      continue;
    if (!tags.serial.empty() && alike(device.serial, tags.serial)) return &device;
    if (tags.model.empty() || !alike(device.model, tags.model)) continue;
    several = found != nullptr;
    found = &device;
  }
  return several ? nullptr : found;
}

bool is_uuid(std::string_view text) {
  if (text.size() != 36) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool hyphen = i == 8 || i == 13 || i == 18 || i == 23;
    const bool hex = digit(text[i]) || (text[i] >= 'a' && text[i] <= 'f');
    if (hyphen ? text[i] != '-' : !hex) return false;
  }
  return true;
}

bool is_urnnbn(std::string_view text) {
  constexpr std::string_view start = "urn:nbn:cz:";
  if (!text.starts_with(start)) return false;
  text.remove_prefix(start.size());
  const auto dash = text.find('-');
  if (dash == std::string_view::npos || dash < 2 || dash > 6 || text.size() != dash + 7)
    return false;
  return std::all_of(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(dash),
                     small_or_digit) &&
         std::all_of(text.begin() + static_cast<std::ptrdiff_t>(dash) + 1, text.end(),
                     small_or_digit);
}

bool is_isbn(std::string_view text) {
  std::string digits;
  for (char c : text) {
    if (c == '-') continue;
    if (!digit(c) && !((c == 'X' || c == 'x') && digits.size() == 9)) return false;
    digits += c;
  }
  int sum = 0;
  if (digits.size() == 10) {
    for (int i = 0; i < 10; ++i) {
      const char c = digits[static_cast<std::size_t>(i)];
      sum += (10 - i) * (digit(c) ? c - '0' : 10);
    }
    return sum % 11 == 0;
  }
  if (digits.size() != 13 || (!digits.starts_with("978") && !digits.starts_with("979")))
    return false;
  for (int i = 0; i < 13; ++i) {
    const char c = digits[static_cast<std::size_t>(i)];
    if (!digit(c)) return false;
    sum += (i % 2 == 0 ? 1 : 3) * (c - '0');
  }
  return sum % 10 == 0;
}

bool is_issn(std::string_view text) {
  if (text.size() != 9 || text[4] != '-') return false;
  int sum = 0, weight = 8;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (i == 4) continue;
    const bool ten = i == 8 && text[i] == 'X';
    if (!ten && !digit(text[i])) return false;
    sum += weight-- * (ten ? 10 : text[i] - '0');
  }
  return sum % 11 == 0;
}

bool is_sigla(std::string_view text) {
  if (text.size() != 6) return false;
  for (std::size_t i = 0; i < 6; ++i)
    if (i < 3 ? text[i] < 'A' || text[i] > 'Z' : !digit(text[i])) return false;
  return true;
}

bool is_date_time(std::string_view text) {
  const int year = take_number(text, 4);
  if (!take(text, '-')) return false;
  const int month = take_number(text, 2);
  if (!take(text, '-')) return false;
  const int day = take_number(text, 2);
  if (!take(text, 'T')) return false;
  const int hour = take_number(text, 2);
  if (!take(text, ':')) return false;
  const int minute = take_number(text, 2);
  if (year < 1 || month < 1 || day < 1 || hour < 0 || hour > 23 || minute < 0 || minute > 59)
    return false;
  const std::chrono::year_month_day date{std::chrono::year{year},
                                         std::chrono::month{static_cast<unsigned>(month)},
                                         std::chrono::day{static_cast<unsigned>(day)}};
  if (!date.ok()) return false;
  if (take(text, ':')) {
    const int second = take_number(text, 2);
    if (second < 0 || second > 59) return false;
    if (take(text, '.') && take_number(text, 3) < 0) return false;
  }
  if (text.empty() || text == "Z") return true;
  if (!take(text, '+') && !take(text, '-')) return false;
  const int zone = take_number(text, 2);
  if (zone < 0 || zone > 14) return false;
  if (text.empty()) return true;
  if (!take(text, ':')) return false;
  const int part = take_number(text, 2);
  return part >= 0 && part < 60 && text.empty();
}

const std::vector<std::string_view>& page_type_words() {
  static const std::vector<std::string_view> words{"cover",        "frontCover",
                                                   "backCover",    "frontEndSheet",
                                                   "backEndSheet", "frontEndPaper",
                                                   "backEndPaper", "titlePage",
                                                   "preface",      "introduction",
                                                   "normalPage",   "blank",
                                                   "illustration", "map",
                                                   "table",        "advertisement",
                                                   "colophon",     "dedication",
                                                   "errata",       "sheetMusic",
                                                   "bibliography", "afterword",
                                                   "conclusion",   "tableOfContents",
                                                   "index",        "listOfIllustrations",
                                                   "listOfMaps",   "listOfTables",
                                                   "spine",        "jacket",
                                                   "frontJacket",  "impressum",
                                                   "frontispiece", "imprimatur",
                                                   "appendix",     "edge",
                                                   "flyLeaf"};
  return words;
}

bool is_page_type(std::string_view word) {
  const auto& words = page_type_words();
  return std::find(words.begin(), words.end(), word) != words.end();
}

Result<std::vector<std::string>> labels_of_pattern(std::string_view pattern) {
  std::vector<std::string> labels;
  for (const std::string& part : split_text(pattern, ',')) {
    if (auto added = add_part(part, labels); !added) return pass(added);
    if (labels.size() > max_labels)
      return fail(ErrorKind::bad_input, "the pattern gives more than {} labels", max_labels);
  }
  return labels;
}

namespace {

// The page that one end of a range names, from 0.
Result<std::size_t> page_named(const std::string& name, const std::vector<std::string>& labels) {
  if (name.starts_with('#')) {
    const auto ordinal = small_number(trimmed(std::string_view(name).substr(1)));
    if (!ordinal || *ordinal < 1)
      return fail(ErrorKind::bad_input, "\"{}\" is no ordinal of a page (#1, #2 ...)", name);
    if (static_cast<std::size_t>(*ordinal) > labels.size())
      return fail(ErrorKind::bad_input, "there is no page {}: there are {}", name, labels.size());
    return static_cast<std::size_t>(*ordinal) - 1;
  }
  const auto first = std::find(labels.begin(), labels.end(), name);
  if (first == labels.end()) return fail(ErrorKind::bad_input, "no page is labelled \"{}\"", name);
  const auto at = static_cast<std::size_t>(first - labels.begin());
  const auto second = std::find(first + 1, labels.end(), name);
  if (second != labels.end())
    return fail(ErrorKind::bad_input,
                "more than one page is labelled \"{}\": say which by ordinal, #{} or #{}", name,
                at + 1, second - labels.begin() + 1);
  return at;
}

Result<void> add_pages(const std::string& item, const std::vector<std::string>& labels,
                       std::vector<std::size_t>& pages) {
  // A label may hold a hyphen itself.
  const bool whole = std::find(labels.begin(), labels.end(), item) != labels.end();
  const auto dash = whole ? std::string::npos : item.find('-', 1);
  std::string from = trimmed(item.substr(0, dash));
  std::string to = dash == std::string::npos ? from : trimmed(item.substr(dash + 1));
  if (from.starts_with('[') && !from.ends_with(']') && to.ends_with(']') && !to.starts_with('[')) {
    from += ']';
    to.insert(0, "[");
  }
  // "#5-8"
  if (from.starts_with('#') && small_number(to)) to.insert(0, "#");
  const auto first = page_named(from, labels);
  if (!first) return pass(first);
  const auto last = page_named(to, labels);
  if (!last) return pass(last);
  if (*first > *last) return fail(ErrorKind::bad_input, "the pages \"{}\" run backwards", item);
  for (std::size_t page = *first; page <= *last; ++page) pages.push_back(page);
  return {};
}

}  // namespace

Result<std::vector<std::size_t>> pages_of(std::string_view text,
                                          const std::vector<std::string>& labels) {
  std::vector<std::size_t> pages;
  for (const std::string& part : split_text(text, ',')) {
    std::string item = trimmed(part);
    for (auto wide = item.find("\u2013"); wide != std::string::npos; wide = item.find("\u2013"))
      item.replace(wide, 3, "-");
    if (item.empty()) continue;
    if (auto added = add_pages(item, labels, pages); !added) return pass(added);
  }
  std::sort(pages.begin(), pages.end());
  pages.erase(std::unique(pages.begin(), pages.end()), pages.end());
  return pages;
}

Result<std::vector<std::string>> page_labels(const Record& record, std::size_t pages) {
  if (record.labels.size() > pages)
    return fail(ErrorKind::bad_input,
                "the record labels {} pages, but there are {}: the labels from \"{}\" on are left "
                "over",
                record.labels.size(), pages, record.labels[pages]);
  std::vector<std::string> out = record.labels;
  while (out.size() < pages) out.push_back(fmt::format("[{}]", out.size() + 1));
  return out;
}

Result<std::vector<std::string>> page_types(const Record& record,
                                            const std::vector<PageFacts>& pages) {
  std::vector<std::string> out;
  for (const PageFacts& page : pages) out.emplace_back(page.is_blank ? "blank" : "normalPage");
  for (const auto& [ordinal, type] : record.types) {
    if (ordinal < 1 || static_cast<std::size_t>(ordinal) > pages.size())
      return fail(ErrorKind::bad_input, "the record calls page {} \"{}\", but there are {} pages",
                  ordinal, type, pages.size());
    if (!is_page_type(type))
      return fail(ErrorKind::bad_input, "\"{}\" (page {}) is no type of page", type, ordinal);
    out[static_cast<std::size_t>(ordinal) - 1] = type;
  }
  if (record.type_rules.empty()) return out;
  const auto labels = page_labels(record, pages.size());
  if (!labels) return pass(labels);
  for (const auto& [which, type] : record.type_rules) {
    const auto named = pages_of(which, *labels);
    if (!named) return pass(named);
    if (!is_page_type(type))
      return fail(ErrorKind::bad_input, "\"{}\" (page {}) is no type of page", type, which);
    for (const std::size_t page : *named) out[page] = type;
  }
  return out;
}

}  // namespace linka
