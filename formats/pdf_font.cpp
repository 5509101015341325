// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/pdf_font.h"

#include "base/text.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

namespace linka {
namespace {

constexpr int units_per_em = 1000;
constexpr char32_t replacement = 0xfffd;
constexpr std::size_t most_characters = 65534;

std::vector<char32_t> code_points(std::string_view raw) {
  std::vector<char32_t> all;
  const std::string text = clean_utf8(raw);
  for (std::size_t i = 0; i < text.size();) {
    const auto lead = static_cast<std::uint8_t>(text[i]);
    const std::size_t n = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
    char32_t c = n == 1 ? lead : lead & (0x7fu >> n);
    for (std::size_t k = 1; k < n && i + k < text.size(); ++k)
      c = c << 6 | (static_cast<std::uint8_t>(text[i + k]) & 0x3fu);
    all.push_back(c == 0 || c == 0xfeff || c == 0xfffe ? replacement : c);
    i += n;
  }
  return all;
}

std::string utf16_hex(char32_t c) {
  if (c < 0x10000) return fmt::format("{:04X}", static_cast<unsigned>(c));
  const unsigned rest = static_cast<unsigned>(c) - 0x10000;
  return fmt::format("{:04X}{:04X}", 0xd800 + (rest >> 10), 0xdc00 + (rest & 0x3ff));
}

// ---- TrueType tables, big-endian ---------------------------------------------------------------

class Table {
 public:
  Table& u16(unsigned v) {
    bytes.push_back(static_cast<std::uint8_t>(v >> 8 & 0xff));
    bytes.push_back(static_cast<std::uint8_t>(v & 0xff));
    return *this;
  }
  Table& i16(int v) { return u16(static_cast<unsigned>(v) & 0xffff); }
  Table& u32(std::uint32_t v) { return u16(v >> 16).u16(v & 0xffff); }
  Table& zeros(std::size_t n) {
    bytes.resize(bytes.size() + n);
    return *this;
  }
  Bytes bytes;
};

Table head() {
  Table t;
  t.u32(0x00010000).u32(0x00010000);  // versions
  t.u32(0).u32(0x5f0f3cf5);           // checksum, set when the file is whole; magic number
  t.u16(0x0003).u16(units_per_em);    // base line at 0, left edge at 0
  t.zeros(16);                        // made and changed: no time, the same bytes every day
  t.i16(0).i16(glyph_descent).i16(glyph_width).i16(glyph_ascent);
  t.u16(0).u16(8).i16(2).i16(0).i16(0);  // style, smallest size, direction, short loca, glyf format
  return t;
}

Table hhea() {
  Table t;
  t.u32(0x00010000).i16(glyph_ascent).i16(glyph_descent).i16(0);
  t.u16(glyph_width).i16(0).i16(0).i16(0);        // widest, smallest bearings, extent
  t.i16(1).i16(0).i16(0).zeros(8).i16(0).u16(1);  // caret, reserved, format, one width for all
  return t;
}

Table hmtx(std::size_t glyphs) {
  Table t;
  t.u16(glyph_width).i16(0).zeros(2 * (glyphs - 1));
  return t;
}

Table maxp(std::size_t glyphs) {
  Table t;
  t.u32(0x00010000).u16(static_cast<unsigned>(glyphs)).zeros(8).u16(2).zeros(16);
  return t;
}

Table cmap() {
  Table t;  // format 4 with the one segment that ends every such table: nothing is mapped
  t.u16(0).u16(1).u16(3).u16(1).u32(12);
  t.u16(4).u16(24).u16(0).u16(2).u16(2).u16(0).u16(0);
  t.u16(0xffff).u16(0).u16(0xffff).u16(1).u16(0);
  return t;
}

Table name() {
  constexpr std::string_view text = "LinkaUnseen";
  constexpr std::array<unsigned, 4> records = {1, 2, 4, 6};  // family, style, full, PostScript
  Table t;
  t.u16(0).u16(records.size()).u16(static_cast<unsigned>(6 + 12 * records.size()));
  for (const unsigned record : records)
    t.u16(3).u16(1).u16(0x409).u16(record).u16(static_cast<unsigned>(2 * text.size())).u16(0);
  for (const char c : text) t.u16(static_cast<unsigned char>(c));
  return t;
}

Table post() {
  Table t;
  t.u32(0x00030000).u32(0).i16(-100).i16(50).u32(0).zeros(16);
  return t;
}

std::uint32_t checksum(const Bytes& bytes) {
  std::uint32_t sum = 0;
  for (std::size_t i = 0; i < bytes.size(); ++i)
    sum += static_cast<std::uint32_t>(bytes[i]) << (24 - 8 * (i % 4));
  return sum;
}

}  // namespace

int GlyphNumbers::number_of(char32_t c) {
  if (const auto known = numbers_.find(c); known != numbers_.end()) return known->second;
  if (characters_.size() + 1 >= most_characters && c != replacement) return number_of(replacement);
  characters_.push_back(c);
  return numbers_[c] = static_cast<int>(characters_.size());
}

std::string GlyphNumbers::hex(std::string_view utf8) {
  std::string out;
  for (const char32_t c : code_points(utf8)) out += fmt::format("{:04X}", number_of(c));
  return out;
}

std::size_t characters_of(std::string_view utf8) {
  return code_points(utf8).size();
}

std::string GlyphNumbers::to_unicode() const {
  std::string out =
      "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n"
      "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n"
      "/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n"
      "1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n";
  constexpr std::size_t at_once = 100;  // more in one block is not allowed
  for (std::size_t i = 0; i < characters_.size(); i += at_once) {
    const std::size_t end = std::min(characters_.size(), i + at_once);
    out += fmt::format("{} beginbfchar\n", end - i);
    for (std::size_t k = i; k < end; ++k)
      out += fmt::format("<{:04X}> <{}>\n", k + 1, utf16_hex(characters_[k]));
    out += "endbfchar\n";
  }
  return out + "endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n";
}

Bytes empty_font(std::size_t glyphs) {
  Table loca, glyf;
  loca.zeros(2 * (glyphs + 1));
  glyf.zeros(4);  // no glyph points here; some readers refuse a table without bytes
  const std::vector<std::pair<std::string_view, Table>> tables = {
      // sorted by name
      {"cmap", cmap()},       {"glyf", glyf},         {"head", head()},
      {"hhea", hhea()},       {"hmtx", hmtx(glyphs)}, {"loca", loca},
      {"maxp", maxp(glyphs)}, {"name", name()},       {"post", post()}};
  Table file;
  file.u32(0x00010000).u16(static_cast<unsigned>(tables.size()));
  file.u16(128).u16(3).u16(static_cast<unsigned>(16 * tables.size() - 128));
  std::size_t at = 12 + 16 * tables.size(), head_at = 0;
  for (const auto& [tag, table] : tables) {
    file.bytes.insert(file.bytes.end(), tag.begin(), tag.end());
    file.u32(checksum(table.bytes)).u32(static_cast<std::uint32_t>(at));
    file.u32(static_cast<std::uint32_t>(table.bytes.size()));
    if (tag == "head") head_at = at;
    at += (table.bytes.size() + 3) / 4 * 4;
  }
  for (const auto& [tag, table] : tables) {
    file.bytes.insert(file.bytes.end(), table.bytes.begin(), table.bytes.end());
    file.zeros((4 - file.bytes.size() % 4) % 4);
  }
  Table sum;
  sum.u32(0xb1b0afba - checksum(file.bytes));
  std::copy(sum.bytes.begin(), sum.bytes.end(),
            file.bytes.begin() + static_cast<std::ptrdiff_t>(head_at) + 8);
  return std::move(file.bytes);
}

}  // namespace linka
