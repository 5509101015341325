// SPDX-License-Identifier: GPL-3.0-or-later
#include "title/csv.h"

#include "base/text.h"

#include <algorithm>
#include <array>
#include <cstdint>

namespace linka {
namespace {

// The upper half of Windows-1250 as Unicode code points; 0 where the code page has none.
// https://www.unicode.org/Public/MAPPINGS/VENDORS/MICSFT/WINDOWS/CP1250.TXT
constexpr std::array<std::uint16_t, 128> upper_half{
    0x20AC, 0,      0x201A, 0,      0x201E, 0x2026, 0x2020, 0x2021, 0,      0x2030, 0x0160, 0x2039,
    0x015A, 0x0164, 0x017D, 0x0179, 0,      0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014,
    0,      0x2122, 0x0161, 0x203A, 0x015B, 0x0165, 0x017E, 0x017A, 0x00A0, 0x02C7, 0x02D8, 0x0141,
    0x00A4, 0x0104, 0x00A6, 0x00A7, 0x00A8, 0x00A9, 0x015E, 0x00AB, 0x00AC, 0x00AD, 0x00AE, 0x017B,
    0x00B0, 0x00B1, 0x02DB, 0x0142, 0x00B4, 0x00B5, 0x00B6, 0x00B7, 0x00B8, 0x0105, 0x015F, 0x00BB,
    0x013D, 0x02DD, 0x013E, 0x017C, 0x0154, 0x00C1, 0x00C2, 0x0102, 0x00C4, 0x0139, 0x0106, 0x00C7,
    0x010C, 0x00C9, 0x0118, 0x00CB, 0x011A, 0x00CD, 0x00CE, 0x010E, 0x0110, 0x0143, 0x0147, 0x00D3,
    0x00D4, 0x0150, 0x00D6, 0x00D7, 0x0158, 0x016E, 0x00DA, 0x0170, 0x00DC, 0x00DD, 0x0162, 0x00DF,
    0x0155, 0x00E1, 0x00E2, 0x0103, 0x00E4, 0x013A, 0x0107, 0x00E7, 0x010D, 0x00E9, 0x0119, 0x00EB,
    0x011B, 0x00ED, 0x00EE, 0x010F, 0x0111, 0x0144, 0x0148, 0x00F3, 0x00F4, 0x0151, 0x00F6, 0x00F7,
    0x0159, 0x016F, 0x00FA, 0x0171, 0x00FC, 0x00FD, 0x0163, 0x02D9};

void append_utf8(std::uint32_t point, std::string& out) {
  const auto byte = [&](std::uint32_t b) { out += static_cast<char>(b); };
  if (point < 0x80) {
    byte(point);
  } else if (point < 0x800) {
    byte(0xc0 | point >> 6);
    byte(0x80 | (point & 0x3f));
  } else if (point < 0x10000) {
    byte(0xe0 | point >> 12);
    byte(0x80 | (point >> 6 & 0x3f));
    byte(0x80 | (point & 0x3f));
  } else {
    byte(0xf0 | point >> 18);
    byte(0x80 | (point >> 12 & 0x3f));
    byte(0x80 | (point >> 6 & 0x3f));
    byte(0x80 | (point & 0x3f));
  }
}

// Excel's "Unicode text": UTF-16 with a byte order mark.
std::string from_utf16(ByteView bytes, bool big_endian) {
  const auto unit = [&](std::size_t i) {
    const std::uint32_t a = bytes[i], b = bytes[i + 1];
    return big_endian ? a << 8 | b : b << 8 | a;
  };
  std::string out;
  for (std::size_t i = 2; i + 1 < bytes.size(); i += 2) {
    std::uint32_t point = unit(i);
    if (point >= 0xd800 && point < 0xdc00 && i + 3 < bytes.size()) {
      const std::uint32_t low = unit(i + 2);
      if (low >= 0xdc00 && low < 0xe000) {
        point = 0x10000 + ((point - 0xd800) << 10) + (low - 0xdc00);
        i += 2;
      }
    }
    append_utf8(point >= 0xd800 && point < 0xe000 ? 0xfffd : point, out);
  }
  return out;
}

std::string decoded(ByteView bytes, std::string& encoding) {
  const std::string_view raw(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  if (raw.starts_with("\xff\xfe") || raw.starts_with("\xfe\xff")) {
    encoding = "UTF-16";
    return from_utf16(bytes, raw.starts_with("\xfe\xff"));
  }
  if (raw.starts_with("\xef\xbb\xbf")) {
    encoding = "UTF-8";
    return std::string(raw.substr(3));
  }
  encoding = is_utf8(raw) ? "UTF-8" : "Windows-1250";
  return encoding == "UTF-8" ? std::string(raw) : from_windows_1250(raw);
}

// Fields the first row would have; separators inside quotes do not count.
std::size_t fields_of_first_row(std::string_view text, char separator) {
  std::size_t fields = 1;
  bool quoted = false;
  for (const char c : text) {
    if (c == '"') quoted = !quoted;
    if (quoted) continue;
    if (c == '\n' || c == '\r') break;
    if (c == separator) ++fields;
  }
  return fields;
}

char separator_of(std::string_view text) {
  char best = ';';
  std::size_t most = 1;
  for (const char c : {';', '\t', ','})
    if (const std::size_t n = fields_of_first_row(text, c); n > most) {
      most = n;
      best = c;
    }
  return best;
}

// ="0012" keeps a spreadsheet from making a number of it.
std::string without_formula(std::string text) {
  if (text.size() >= 3 && text.starts_with("=\"") && text.ends_with('"'))
    return text.substr(2, text.size() - 3);
  return text;
}

class Reader {
 public:
  Reader(std::string_view text, char separator) : text_(text), separator_(separator) {}

  Result<std::vector<std::vector<std::string>>> rows() {
    std::vector<std::vector<std::string>> out;
    while (at_ < text_.size()) {
      std::vector<std::string> row;
      do {
        auto one = field();
        if (!one)
          return fail(ErrorKind::bad_input, "row {}: a quotation mark is never closed",
                      out.size() + 1);
        row.push_back(without_formula(trimmed(*one)));
      } while (take(separator_));
      if (!take('\r')) {
        take('\n');
      } else {
        take('\n');
      }
      out.push_back(std::move(row));
    }
    return out;
  }

 private:
  bool take(char c) {
    if (at_ >= text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }
  Result<std::string> field() {
    std::string out;
    while (at_ < text_.size() && text_[at_] == ' ' && separator_ != ' ') ++at_;
    // The formula's own quotes are part of an unquoted cell: ="0012"
    if (take('"')) {
      for (;;) {
        if (at_ >= text_.size())
          return fail(ErrorKind::bad_input, "a quotation mark is never closed");
        const char c = text_[at_++];
        if (c != '"')
          out += c;
        else if (!take('"'))
          break;
        else
          out += '"';
      }
    }
    while (at_ < text_.size() && text_[at_] != separator_ && text_[at_] != '\n' &&
           text_[at_] != '\r')
      out += text_[at_++];
    return out;
  }
  std::string_view text_;
  char separator_;
  std::size_t at_ = 0;
};

}  // namespace

std::string from_windows_1250(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x80) {
      out += c;
      continue;
    }
    const std::uint16_t point = upper_half[byte - 0x80u];
    append_utf8(point == 0 ? 0xfffdu : point, out);
  }
  return out;
}

Result<CsvTable> parse_csv(ByteView bytes) {
  CsvTable out;
  std::string text = decoded(bytes, out.encoding);
  // Excel's own way of naming the separator.
  if (lower_ascii(text.substr(0, 4)) == "sep=" && text.size() > 4) {
    out.separator = text[4];
    const auto end = text.find('\n');
    text = end == std::string::npos ? "" : text.substr(end + 1);
    if (out.separator != ',' && out.separator != ';' && out.separator != '\t')
      out.separator = separator_of(text);
  } else {
    out.separator = separator_of(text);
  }
  auto rows = Reader(text, out.separator).rows();
  if (!rows) return pass(rows);
  out.rows = std::move(*rows);
  if (out.rows.empty()) return fail(ErrorKind::bad_input, "{}", tr("the table is empty"));
  return out;
}

}  // namespace linka
