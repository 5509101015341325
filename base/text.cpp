// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/text.h"

#include <cctype>
#include <cstdint>

namespace linka {
namespace {

bool digit(char c) {
  return c >= '0' && c <= '9';
}

// Length of the valid UTF-8 sequence at text[i], 0 when there is none.
std::size_t sequence(std::string_view text, std::size_t i) {
  const auto at = [&](std::size_t k) { return static_cast<std::uint8_t>(text[k]); };
  const std::uint8_t b = at(i);
  if (b < 0x80) return 1;
  std::size_t n = 0;
  std::uint32_t value = 0;
  if (b >= 0xc2 && b <= 0xdf) {
    n = 2;
    value = b & 0x1fu;
  } else if (b >= 0xe0 && b <= 0xef) {
    n = 3;
    value = b & 0x0fu;
  } else if (b >= 0xf0 && b <= 0xf4) {
    n = 4;
    value = b & 0x07u;
  } else {
    return 0;
  }
  if (i + n > text.size()) return 0;
  for (std::size_t k = 1; k < n; ++k) {
    if ((at(i + k) & 0xc0) != 0x80) return 0;
    value = value << 6 | (at(i + k) & 0x3fu);
  }
  if (n == 3 && (value < 0x800 || (value >= 0xd800 && value <= 0xdfff))) return 0;
  if (n == 4 && (value < 0x10000 || value > 0x10ffff)) return 0;
  return n;
}

}  // namespace

bool natural_less(std::string_view a, std::string_view b) {
  std::size_t i = 0, j = 0;
  while (i < a.size() && j < b.size()) {
    if (digit(a[i]) && digit(b[j])) {
      std::size_t p = i, q = j;
      while (p < a.size() && a[p] == '0') ++p;
      while (q < b.size() && b[q] == '0') ++q;
      std::size_t pe = p, qe = q;
      while (pe < a.size() && digit(a[pe])) ++pe;
      while (qe < b.size() && digit(b[qe])) ++qe;
      if (pe - p != qe - q) return pe - p < qe - q;
      const int order = a.substr(p, pe - p).compare(b.substr(q, qe - q));
      if (order != 0) return order < 0;
      i = pe;
      j = qe;
      continue;
    }
    const int x = std::tolower(static_cast<unsigned char>(a[i]));
    const int y = std::tolower(static_cast<unsigned char>(b[j]));
    if (x != y) return x < y;
    ++i;
    ++j;
  }
  if (a.size() - i != b.size() - j) return a.size() - i < b.size() - j;
  return a < b;
}

bool is_utf8(std::string_view text) {
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t n = sequence(text, i);
    if (n == 0) return false;
    i += n;
  }
  return true;
}

std::string clean_utf8(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t n = sequence(text, i);
    const auto b = static_cast<std::uint8_t>(text[i]);
    if (n == 0) {
      out += "\xef\xbf\xbd";
      ++i;
      continue;
    }
    const bool control = n == 1 && b < 0x20 && b != '\t' && b != '\n' && b != '\r';
    const bool noncharacter =
        n == 3 && (text.substr(i, 3) == "\xef\xbf\xbe" || text.substr(i, 3) == "\xef\xbf\xbf");
    if (!control && !noncharacter) out.append(text.substr(i, n));
    i += n;
  }
  return out;
}

std::string trimmed(std::string_view text) {
  const auto blank = [](char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; };
  while (!text.empty() && blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && blank(text.back())) text.remove_suffix(1);
  return std::string(text);
}

std::string lower_ascii(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return out;
}

std::vector<std::string> split_text(std::string_view text, char separator) {
  std::vector<std::string> parts;
  for (;;) {
    const std::size_t at = text.find(separator);
    parts.emplace_back(text.substr(0, at));
    if (at == std::string_view::npos) return parts;
    text.remove_prefix(at + 1);
  }
}

}  // namespace linka
