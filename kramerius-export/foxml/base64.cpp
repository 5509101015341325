// SPDX-License-Identifier: GPL-3.0-or-later
#include "kramerius-export/foxml/base64.h"

#include "base/signature.h"

#include <algorithm>

namespace linka {
namespace {

constexpr std::size_t bytes_a_line = 57;  // 76 characters
constexpr std::size_t bytes_a_piece = 1024 * bytes_a_line;

int value_of(char c) {
  if (c >= 'A' && c <= 'Z') return c - 'A';
  if (c >= 'a' && c <= 'z') return c - 'a' + 26;
  if (c >= '0' && c <= '9') return c - '0' + 52;
  if (c == '+') return 62;
  return c == '/' ? 63 : -1;
}

}  // namespace

void write_base64(ByteView bytes, const std::function<void(std::string_view)>& sink) {
  std::string out;
  for (std::size_t at = 0; at < bytes.size(); at += bytes_a_piece) {
    const ByteView piece = bytes.subspan(at, std::min(bytes_a_piece, bytes.size() - at));
    out.clear();
    for (std::size_t i = 0; i < piece.size(); i += bytes_a_line)
      out += base64_of(piece.subspan(i, std::min(bytes_a_line, piece.size() - i))) + '\n';
    sink(out);
  }
}

std::string to_base64(ByteView bytes) {
  std::string out;
  write_base64(bytes, [&](std::string_view piece) { out += piece; });
  return out;
}

bool Base64Reader::add(std::string_view piece, Bytes& out) {
  for (const char c : piece) {
    if (!good_) return false;
    if (c == ' ' || c == '\t' || c == '\n' || c == '\r') continue;
    const int value = c == '=' ? 0 : value_of(c);
    // Padding stands at the end of the last group, behind two or three characters.
    if (value < 0 || (c == '=' && bits_ < 2) || (c != '=' && padding_ > 0) || padding_ > 2) {
      good_ = false;
      return false;
    }
    if (c == '=') ++padding_;
    value_ = value_ << 6 | static_cast<std::uint32_t>(value);
    if (++bits_ < 4) continue;
    out.push_back(static_cast<std::uint8_t>(value_ >> 16));
    if (padding_ < 2) out.push_back(static_cast<std::uint8_t>(value_ >> 8));
    if (padding_ < 1) out.push_back(static_cast<std::uint8_t>(value_));
    value_ = 0;
    bits_ = 0;
  }
  return good_;
}

}  // namespace linka
