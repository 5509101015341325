// SPDX-License-Identifier: GPL-3.0-or-later
// Forms of single values: identifiers with their check digits, dates, and the closed lists.
#include "base/files.h"
#include "base/text.h"
#include "base/translate.h"
#include "kramerius-export/rules_internal.h"

#include <algorithm>
#include <cctype>

namespace linka::rules {
namespace {

bool digit(char c) {
  return c >= '0' && c <= '9';
}
bool hex(char c) {
  return digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}
bool plain(char c) {
  return digit(c) || (c >= 'a' && c <= 'z');
}

// A pattern where 9 is any digit and every other sign is itself.
bool looks_like(std::string_view text, std::string_view pattern) {
  if (text.size() != pattern.size()) return false;
  for (std::size_t i = 0; i < text.size(); ++i)
    if (pattern[i] == '9' ? !digit(text[i]) : text[i] != pattern[i]) return false;
  return true;
}

int number_of(std::string_view digits) {
  int value = 0;
  for (char c : digits) value = value * 10 + (c - '0');
  return value;
}

bool month_and_day(std::string_view month, std::string_view day) {
  const int m = number_of(month), d = number_of(day);
  return m >= 1 && m <= 12 && d >= 1 && d <= 31;
}

// Two digits up to a limit at the front of a text, which are taken off. False when they are not
// there.
bool take_two(std::string_view& text, int most) {
  if (text.size() < 2 || !digit(text[0]) || !digit(text[1])) return false;
  if (number_of(text.substr(0, 2)) > most) return false;
  text.remove_prefix(2);
  return true;
}

bool take(std::string_view& text, std::string_view start) {
  if (!text.starts_with(start)) return false;
  text.remove_prefix(start.size());
  return true;
}

// "Z", "+01", "+01:00" ("+0100" in the basic form) or nothing.
bool is_zone(std::string_view zone, std::string_view colon) {
  if (zone.empty() || zone == "Z") return true;
  if (!take(zone, "+") && !take(zone, "-")) return false;
  if (!take_two(zone, 23)) return false;
  return zone.empty() || (take(zone, colon) && take_two(zone, 59) && zone.empty());
}

// hh:mm[:ss[.fff]]zone, or without colons in the basic form.
bool is_time(std::string_view time, std::string_view colon) {
  if (!take_two(time, 23) || !take(time, colon) || !take_two(time, 59)) return false;
  std::string_view rest = time;
  if (take(rest, colon) && take_two(rest, 59)) {
    time = rest;
    if (take(rest, ".")) {
      if (rest.size() < 3 || !is_number(rest.substr(0, 3))) return false;
      time = rest.substr(3);
    }
  }
  return is_zone(time, colon);
}

}  // namespace

bool is_number(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), digit);
}

bool is_uuid(std::string_view text) {
  if (text.size() != 36) return false;
  for (std::size_t i = 0; i < 36; ++i) {
    const bool hyphen = i == 8 || i == 13 || i == 18 || i == 23;
    if (hyphen ? text[i] != '-' : !hex(text[i])) return false;
  }
  return true;
}

// With at most as many hyphens or spaces as it has groups to part; the X of the check digit is a
// capital.
bool is_isbn(std::string_view text) {
  std::string digits;
  bool parted = true;  // no two signs between digits, and none in front
  for (char c : text) {
    const bool sign = c == '-' || c == ' ';
    if (sign && parted) return false;
    parted = sign;
    if (!sign) digits += c;
  }
  if (parted || text.size() - digits.size() > (digits.size() == 13 ? 4u : 3u)) return false;
  if (digits.size() == 13 && is_number(digits)) {
    if (!digits.starts_with("978") && !digits.starts_with("979")) return false;
    int sum = 0;
    for (std::size_t i = 0; i < 13; ++i) sum += (digits[i] - '0') * (i % 2 ? 3 : 1);
    return sum % 10 == 0;
  }
  if (digits.size() != 10 || !is_number(digits.substr(0, 9))) return false;
  const char last = digits[9];
  if (!digit(last) && last != 'X') return false;
  int sum = digit(last) ? last - '0' : 10;
  for (int i = 0; i < 9; ++i) sum += (digits[static_cast<std::size_t>(i)] - '0') * (10 - i);
  return sum % 11 == 0;
}

bool is_issn(std::string_view text) {
  if (text.size() != 9 || !looks_like(text.substr(0, 8), "9999-999")) return false;
  const char last = text[8];
  if (!digit(last) && last != 'X') return false;
  int sum = digit(last) ? last - '0' : 10, weight = 8;
  for (char c : text.substr(0, 8))
    if (c != '-') sum += (c - '0') * weight--;
  return sum % 11 == 0;
}

bool is_urnnbn(std::string_view text) {
  constexpr std::string_view start = "urn:nbn:cz:";
  if (!text.starts_with(start)) return false;
  text.remove_prefix(start.size());
  const std::size_t hyphen = text.find('-');
  if (hyphen == std::string_view::npos || hyphen < 2 || hyphen > 6) return false;
  const std::string_view number = text.substr(hyphen + 1);
  return number.size() == 6 &&
         std::all_of(text.begin(), text.begin() + static_cast<long>(hyphen), plain) &&
         std::all_of(number.begin(), number.end(), plain);
}

bool is_date(std::string_view text) {
  return looks_like(text, "9999-99-99") && month_and_day(text.substr(5, 2), text.substr(8, 2));
}

bool is_date_time(std::string_view text) {
  const std::size_t t = text.find('T');
  if (t == std::string_view::npos) return false;
  const std::string_view date = text.substr(0, t), time = text.substr(t + 1);
  if (is_date(date)) return is_time(time, ":");
  return looks_like(date, "99999999") && month_and_day(date.substr(4, 2), date.substr(6, 2)) &&
         is_time(time, "");
}

bool is_edtf(std::string_view text) {
  if (is_date_time(text) || is_date(text) || looks_like(text, "9999")) return true;
  return looks_like(text, "9999-99") && month_and_day(text.substr(5, 2), "01");
}

bool is_issue_date(std::string_view text) {
  constexpr std::string_view forms[] = {"99.99.9999",  "99.9999",        "9999",
                                        "99.-99.9999", "99.-99.99.9999", "99.99.-99.99.9999"};
  return std::any_of(std::begin(forms), std::end(forms),
                     [&](std::string_view form) { return looks_like(text, form); });
}

bool is_one_of(std::string_view value, const std::vector<std::string_view>& list) {
  return std::find(list.begin(), list.end(), value) != list.end();
}

namespace {

std::vector<std::string_view> joined(std::vector<std::string_view> a,
                                     const std::vector<std::string_view>& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

const std::vector<std::string_view> common_page_types = {"cover",        "frontCover",
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
                                                         "spine",        "jacket"};

// Monograph 2.1 and periodical 2.0, and genre/@type of periodical pages to this day.
const std::vector<std::string_view> older_page_types = {
    "frontJacket",   "titlePage",     "tableOfContents",
    "blank",         "advertisement", "normalPage",
    "jacket",        "cover",         "frontCover",
    "frontEndPaper", "backCover",     "backEndPaper",
    "frontEndSheet", "backEndSheet",  "spine",
    "index",         "illustration",  "listOfIllustrations",
    "map",           "listOfMaps",    "listOfTables",
    "table",         "flyLeaf",       "dedication",
    "errata",        "frontispiece",  "edge",
    "imprimatur",    "appendix",      "bibliography",
    "sheetMusic",    "impressum"};

std::set<std::string, std::less<>> read_list(const std::filesystem::path& path) {
  std::set<std::string, std::less<>> values;
  const Result<std::string> content = linka::read_text(path, 16u << 20);
  if (!content) return values;
  for (const std::string& line : split_text(*content, '\n')) {
    const std::string value = trimmed(line);
    if (!value.empty() && value[0] != '#') values.insert(value);
  }
  return values;
}

}  // namespace

const std::vector<std::string_view>& page_types(const Standard& standard) {
  static const std::vector<std::string_view> monograph = joined(
      common_page_types,
      {"frontJacket", "impressum", "frontispiece", "imprimatur", "appendix", "edge", "flyLeaf"});
  static const std::vector<std::string_view> periodical = joined(common_page_types, {"flyleaf"});
  if (!standard.mods38) return older_page_types;
  return standard.periodical ? periodical : monograph;
}

const std::vector<std::string_view>& page_genre_types(const Standard& standard) {
  return standard.periodical ? older_page_types : page_types(standard);
}

Dictionaries load_dictionaries(const std::filesystem::path& schemas,
                               std::vector<std::string>& not_checked) {
  Dictionaries d;
  if (schemas.empty()) {
    not_checked.emplace_back(
        tr("codes of libraries, languages and roles: no folder of schemas is set"));
    return d;
  }
  const std::filesystem::path folder = schemas / "dictionaries";
  const auto load = [&](const char* name, const char* what) {
    auto values = read_list(folder / name);
    if (values.empty())
      not_checked.push_back(
          say(tr("{}: the list {} is not there"), what, (folder / name).string()));
    return values;
  };
  d.sigla = load("siglaInstitutionCodes.txt", tr("codes of libraries"));
  d.relators = load("marcRelatorCodes.txt", tr("codes of roles"));
  d.languages = load("iso6392languageCodes.txt", tr("codes of languages"));
  return d;
}

Schemas load_schemas(const std::filesystem::path& folder, const Standard& standard,
                     std::vector<std::string>& not_checked) {
  Schemas s;
  if (folder.empty()) {
    not_checked.emplace_back(tr("XML schemas: no folder of schemas is set"));
    return s;
  }
  const auto load = [&](const std::string& name, const char* what) -> std::optional<XmlSchema> {
    Result<XmlSchema> schema = XmlSchema::load(folder / name);
    if (schema) return std::move(*schema);
    not_checked.push_back(say(tr("schema of {}: {}"), what, schema.error().message));
    return std::nullopt;
  };
  s.info = load(fmt::format("info_{}{}.xsd", standard.periodical ? "per" : "mon", standard.version),
                tr("the info file"));
  s.mets =
      load(standard.mods38 ? "psp-mets.xsd" : "psp-mets-mods36.xsd", tr("METS and its records"));
  s.alto = load("alto_2.0.xsd", "ALTO");
  return s;
}

}  // namespace linka::rules
