// SPDX-License-Identifier: GPL-3.0-or-later
#include "stages/pagination/numerals.h"

#include "stages/pagination/reading.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <optional>
#include <utility>

namespace linka {
namespace {

constexpr double guessed_digit = 0.7;    // weight left for a letter taken for a digit
constexpr double no_digit_at_all = 0.5;  // when every sign was guessed
constexpr double like_a_year = 0.35;
constexpr double signature = 0.15;  // "2*"
constexpr double note_mark = 0.4;   // "2)"

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// Signs around a number that say nothing.
constexpr std::array<std::string_view, 24> around = {"-", "—", "–", "―", "‒", "−", "(", ")",
                                                     "[", "]", ".", ",", ":", ";", "=", "~",
                                                     "·", "•", "*", "„", "“", "”", "'", "_"};

struct Bared {
  std::string core;
  bool bracketed = false, star = false, closing_only = false;
};

std::string_view sign_at_front(std::string_view text) {
  for (std::string_view sign : around)
    if (text.starts_with(sign)) return sign;
  return {};
}
std::string_view sign_at_back(std::string_view text) {
  for (std::string_view sign : around)
    if (text.ends_with(sign)) return sign;
  return {};
}

Bared bared(std::string_view text) {
  Bared out;
  bool open = false;
  for (std::string_view s = sign_at_front(text); !s.empty(); s = sign_at_front(text)) {
    out.bracketed = out.bracketed || s == "[";
    out.star = out.star || s == "*";
    open = open || s == "(";
    text.remove_prefix(s.size());
  }
  for (std::string_view s = sign_at_back(text); !s.empty(); s = sign_at_back(text)) {
    out.bracketed = out.bracketed || s == "]";
    out.star = out.star || s == "*";
    out.closing_only = out.closing_only || (s == ")" && !open);
    text.remove_suffix(s.size());
  }
  out.core = text;
  return out;
}

// The digit a sign is mistaken for; '\0' when for none.
char digit_like(std::string_view sign) {
  constexpr std::array<std::pair<std::string_view, char>, 28> table{
      {{"l", '1'}, {"I", '1'}, {"|", '1'}, {"i", '1'}, {"!", '1'}, {"ı", '1'}, {"]", '1'},
       {"[", '1'}, {"O", '0'}, {"o", '0'}, {"Q", '0'}, {"D", '0'}, {"S", '5'}, {"s", '5'},
       {"§", '5'}, {"$", '5'}, {"ſ", '1'}, {"B", '8'}, {"Z", '2'}, {"z", '2'}, {"g", '9'},
       {"q", '9'}, {"b", '6'}, {"G", '6'}, {"T", '7'}, {"/", '7'}, {"A", '4'}, {"&", '8'}}};
  for (const auto& [like, digit] : table)
    if (like == sign) return digit;
  return '\0';
}

std::size_t sign_length(char first) {
  const auto byte = static_cast<unsigned char>(first);
  return byte < 0x80 ? 1 : byte < 0xE0 ? 2 : byte < 0xF0 ? 3 : 4;
}

std::vector<std::string_view> signs_of(std::string_view text) {
  std::vector<std::string_view> signs;
  while (!text.empty()) {
    const std::size_t n = std::min(sign_length(text.front()), text.size());
    signs.push_back(text.substr(0, n));
    text.remove_prefix(n);
  }
  return signs;
}

struct Guess {
  std::string text;
  double weight = 1;
};

std::optional<Guess> as_digits(const std::vector<std::string_view>& signs) {
  Guess out;
  bool any = false;
  for (std::string_view sign : signs) {
    if (sign.size() == 1 && is_digit(sign.front())) {
      out.text += sign;
      any = true;
      continue;
    }
    const char digit = digit_like(sign);
    if (digit == '\0') return {};
    out.text += digit;
    out.weight *= guessed_digit;
  }
  if (!any) out.weight *= no_digit_at_all;
  return out;
}

std::optional<Guess> as_small_roman(const std::vector<std::string_view>& signs) {
  Guess out;
  for (std::string_view sign : signs) {
    // Fraktur's ii is read as an ü, and its first letter as a capital.
    static constexpr std::array<std::pair<std::string_view, std::string_view>, 15> table{
        {{"1", "i"},
         {"|", "i"},
         {"!", "i"},
         {"j", "i"},
         {"J", "i"},
         {"ı", "i"},
         {"í", "i"},
         {"I", "i"},
         {"ü", "ii"},
         {"y", "v"},
         {"u", "v"},
         {"U", "v"},
         {"V", "v"},
         {"X", "x"},
         {"L", "l"}}};
    if (std::string_view("ivxlcm").find(sign) != std::string_view::npos && sign.size() == 1) {
      out.text += sign;
      continue;
    }
    const auto* it = std::find_if(table.begin(), table.end(),
                                  [&](const auto& pair) { return pair.first == sign; });
    if (it == table.end()) return {};
    out.text += it->second;
    out.weight *= guessed_digit;
  }
  return out;
}

// "iil" is iii: a small l after an i is one, too.
std::string with_i_for_l(std::string text) {
  for (std::size_t i = 0; i < text.size(); ++i)
    if (text[i] == 'l' && i > 0 && (text[i - 1] == 'i' || text[i - 1] == 'v')) text[i] = 'i';
  return text;
}

void add_arabic(const Bared& word, const std::vector<std::string_view>& signs,
                std::vector<NumberReading>& out) {
  if (signs.size() > 4) return;
  const auto guess = as_digits(signs);
  if (!guess) return;
  const int value = std::atoi(guess->text.c_str());
  if (value < 1) return;
  NumberReading r{NumberKind::arabic, value, guess->weight, false, word.bracketed};
  if (guess->text.size() == 4 && value >= 1400 && value < 2100) r.weight *= like_a_year;
  if (guess->text.front() == '0') r.weight *= 0.5;
  if (word.star) r.weight *= signature;
  if (word.closing_only) r.weight *= note_mark;
  out.push_back(r);
}

void add_roman(const Bared& word, const std::vector<std::string_view>& signs,
               std::vector<NumberReading>& out) {
  if (signs.size() > 9) return;
  if (const int great = roman_number(word.core); great > 0) {
    const bool capitals = word.core.front() < 'a';
    double weight = capitals ? 0.9 : 1.0;
    if (word.core.size() == 1 && great >= 50) weight = 0.3;  // a letter of the text
    out.push_back({NumberKind::roman, great, weight, capitals, word.bracketed});
    return;
  }
  const auto guess = as_small_roman(signs);
  if (!guess) return;
  int value = roman_number(guess->text);
  double weight = guess->weight * 0.8;
  if (value == 0) value = roman_number(with_i_for_l(guess->text)), weight *= guessed_digit;
  if (value > 0) out.push_back({NumberKind::roman, value, weight, false, word.bracketed});
}

void add_leaf(const Bared& word, std::vector<NumberReading>& out) {
  std::string_view core = word.core;
  if (core.size() < 2 || core.size() > 5) return;
  const char last = core.back();
  if (last != 'r' && last != 'v') return;
  core.remove_suffix(1);
  if (!std::all_of(core.begin(), core.end(), is_digit)) return;
  const int value = std::atoi(std::string(core).c_str());
  if (value > 0)
    out.push_back({NumberKind::leaf, 2 * value + (last == 'v' ? 1 : 0), 1, false, word.bracketed});
}

}  // namespace

std::string number_text(NumberKind kind, int value, bool capitals) {
  switch (kind) {
    case NumberKind::arabic:
      return fmt::format("{}", value);
    case NumberKind::roman:
      return roman_text(value, capitals);
    case NumberKind::leaf:
      return fmt::format("{}{}", value / 2, value % 2 == 0 ? 'r' : 'v');
    case NumberKind::column:
      return fmt::format("{}/{}", value, value + 1);  // a hyphen would be a range
  }
  return {};
}

std::vector<NumberReading> readings_of(std::string_view text) {
  std::vector<NumberReading> out;
  if (text.size() > 24) return out;
  const Bared word = bared(text);
  if (word.core.empty()) return out;
  const std::vector<std::string_view> signs = signs_of(word.core);
  add_arabic(word, signs, out);
  add_roman(word, signs, out);
  add_leaf(word, out);
  std::stable_sort(out.begin(), out.end(), [](const NumberReading& a, const NumberReading& b) {
    return a.weight > b.weight;
  });
  return out;
}

bool alike(NumberKind kind, int a, int b) {
  if (a == b) return true;
  const std::string one = number_text(kind, a, false), other = number_text(kind, b, false);
  return std::min(one.size(), other.size()) >= 2 && edits(one, other) <= 1;
}

}  // namespace linka
