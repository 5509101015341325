// SPDX-License-Identifier: GPL-3.0-or-later
#include "title/issue_date.h"

#include "base/text.h"
#include "title/words.h"

#include <fmt/format.h>

#include <array>
#include <chrono>
#include <optional>
#include <utility>
#include <vector>

namespace linka {
namespace {

// One end of a span: what is 0 is not said.
struct Day {
  int day = 0, month = 0, year = 0;
};

bool digit(char c) {
  return c >= '0' && c <= '9';
}

// Nominative and genitive, as plain() leaves them; English for catalogues.
int month_of(const std::string& word) {
  constexpr std::array<std::pair<std::string_view, int>, 35> months{
      {{"leden", 1},      {"ledna", 1},     {"january", 1},   {"unor", 2},      {"unora", 2},
       {"february", 2},   {"brezen", 3},    {"brezna", 3},    {"march", 3},     {"duben", 4},
       {"dubna", 4},      {"april", 4},     {"kveten", 5},    {"kvetna", 5},    {"may", 5},
       {"cerven", 6},     {"cervna", 6},    {"june", 6},      {"cervenec", 7},  {"cervence", 7},
       {"july", 7},       {"srpen", 8},     {"srpna", 8},     {"august", 8},    {"zari", 9},
       {"september", 9},  {"rijen", 10},    {"rijna", 10},    {"october", 10},  {"listopad", 11},
       {"listopadu", 11}, {"november", 11}, {"prosinec", 12}, {"prosince", 12}, {"december", 12}}};
  for (const auto& [name, number] : months)
    if (name == word) return number;
  return 0;
}

bool possible(const Day& d) {
  if (d.month < 0 || d.month > 12 || d.year < 1000 || d.year > 2999) return false;
  if (d.day == 0) return true;
  if (d.month == 0) return false;
  return std::chrono::year_month_day{std::chrono::year{d.year},
                                     std::chrono::month{static_cast<unsigned>(d.month)},
                                     std::chrono::day{static_cast<unsigned>(d.day)}}
      .ok();
}

// The numbers of "1. 5. 1927" and the months of "1. května 1927"; nothing when there is anything
// else. A month's name counts as its number.
struct Number {
  int value = 0;
  std::size_t digits = 0;
};

std::optional<std::vector<Number>> numbers_of(std::string_view text) {
  std::vector<Number> out;
  for (std::size_t i = 0; i < text.size();) {
    const char c = text[i];
    if (c == '.' || c == ' ' || c == '/') {
      ++i;
    } else if (digit(c)) {
      Number n;
      for (; i < text.size() && digit(text[i]) && n.digits < 5; ++i, ++n.digits)
        n.value = n.value * 10 + (text[i] - '0');
      out.push_back(n);
    } else {
      const std::size_t from = i;
      while (i < text.size() && !digit(text[i]) && text[i] != '.' && text[i] != ' ') ++i;
      const int month = month_of(plain(text.substr(from, i - from)));
      if (month == 0) return {};
      out.push_back({month, 2});
    }
    if (out.size() > 3) return {};
  }
  return out;
}

// "1927-05-01", "1927-05", with or without a time behind.
std::optional<Day> iso_date(std::string_view text) {
  const auto number = [&](std::size_t from, std::size_t n) {
    int value = 0;
    for (std::size_t i = from; i < from + n; ++i) {
      if (i >= text.size() || !digit(text[i])) return -1;
      value = value * 10 + (text[i] - '0');
    }
    return value;
  };
  if (text.size() < 7 || text[4] != '-') return {};
  Day d{0, number(5, 2), number(0, 4)};
  if (d.year < 0 || d.month < 1) return {};
  if (text.size() == 7) return d;
  if (text.size() != 10 || text[7] != '-') return {};
  d.day = number(8, 2);
  return d.day < 1 ? std::optional<Day>{} : d;
}

// Day, month and year from the end backwards; the first end of a span may lack the year, or year
// and month.
std::optional<Day> day_of(std::string_view text, const Day* rest) {
  const auto numbers = numbers_of(text);
  if (!numbers || numbers->empty()) return {};
  std::vector<Number> n = *numbers;
  Day d;
  if (n.back().digits == 4) {
    d.year = n.back().value;
    n.pop_back();
  } else if (rest != nullptr) {
    d.year = rest->year;
  } else {
    return {};
  }
  for (const Number& part : n)
    if (part.digits > 2 || part.value < 1) return {};
  if (n.size() > 2) return {};
  if (n.size() == 2) {
    d.day = n[0].value;
    d.month = n[1].value;
  } else if (n.size() == 1 && rest != nullptr && rest->day != 0) {
    d.day = n[0].value;
    d.month = rest->month;
  } else if (n.size() == 1) {
    d.month = n[0].value;
  }
  return d;
}

std::string form(const Day& d) {
  if (d.day != 0) return fmt::format("{:02}.{:02}.{:04}", d.day, d.month, d.year);
  if (d.month != 0) return fmt::format("{:02}.{:04}", d.month, d.year);
  return fmt::format("{:04}", d.year);
}

std::string span_form(const Day& a, const Day& b) {
  if ((a.day == 0) != (b.day == 0) || a.year != b.year || a.month == 0 || b.month == 0) return {};
  if (a.day == 0) return a.month < b.month ? fmt::format("{:02}.-{}", a.month, form(b)) : "";
  if (a.month == b.month) return a.day < b.day ? fmt::format("{:02}.-{}", a.day, form(b)) : "";
  return a.month < b.month ? fmt::format("{:02}.{:02}.-{}", a.day, a.month, form(b)) : "";
}

// Without a clock behind ("1.5.1927 0:00:00", "1927-05-01T00:00:00Z").
std::string without_time(std::string text) {
  const auto colon = text.find(':');
  if (colon == std::string::npos) return text;
  const auto space = text.find_last_of(" T", colon);
  return space == std::string::npos ? text : trimmed(text.substr(0, space));
}

}  // namespace

std::string issue_date_form(std::string_view raw) {
  if (raw.size() > 80) return {};
  std::string text = without_time(trimmed(raw));
  for (auto wide = text.find("\u2013"); wide != std::string::npos; wide = text.find("\u2013"))
    text.replace(wide, 3, 1, '-');
  if (const auto iso = iso_date(text)) return possible(*iso) ? form(*iso) : std::string{};
  const auto dash = text.find('-');
  if (dash == std::string::npos) {
    const auto one = day_of(text, nullptr);
    return one && possible(*one) ? form(*one) : std::string{};
  }
  const auto last = day_of(text.substr(dash + 1), nullptr);
  if (!last || !possible(*last)) return {};
  const auto first = day_of(text.substr(0, dash), &*last);
  if (!first || !possible(*first)) return {};
  return span_form(*first, *last);
}

}  // namespace linka
