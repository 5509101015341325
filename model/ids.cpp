// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/ids.h"

#include "base/text.h"

#include <fmt/format.h>

#include <charconv>

namespace linka {
namespace {

bool plain(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '.' || c == '-';
}

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

const char* name_of(Side side) {
  switch (side) {
    case Side::left:
      return "left";
    case Side::right:
      return "right";
    case Side::single:
      break;
  }
  return "single";
}

std::string text_of(const ScanId& id) {
  std::string out;
  for (std::size_t i = 0; i < id.name.size(); ++i) {
    const char c = id.name[i];
    // Not in front: "." and ".." are no folder names of ours, and a dash begins an option.
    if (plain(c) && !((c == '.' || c == '-') && i == 0))
      out += c;
    else
      out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  if (id.frame > 0) out += fmt::format("+{}", id.frame + 1);
  return out;
}

std::string text_of(const PageId& id) {
  return text_of(id.scan) + "-" + name_of(id.side);
}

bool parse(const std::string& text, ScanId& id) {
  ScanId out;
  std::string_view rest = text;
  if (const auto plus = rest.rfind('+'); plus != std::string_view::npos) {
    const std::string_view digits = rest.substr(plus + 1);
    int frame = 0;
    const auto [end, code] = std::from_chars(digits.data(), digits.data() + digits.size(), frame);
    if (code != std::errc{} || end != digits.data() + digits.size() || frame < 2) return false;
    out.frame = frame - 1;
    rest = rest.substr(0, plus);
  }
  for (std::size_t i = 0; i < rest.size(); ++i) {
    if (plain(rest[i])) {
      out.name += rest[i];
      continue;
    }
    if (rest[i] != '%' || i + 2 >= rest.size()) return false;
    const int high = hex_value(rest[i + 1]), low = hex_value(rest[i + 2]);
    if (high < 0 || low < 0) return false;
    out.name += static_cast<char>(high * 16 + low);
    i += 2;
  }
  if (out.name.empty()) return false;
  id = out;
  return true;
}

bool parse(const std::string& text, PageId& id) {
  const auto dash = text.rfind('-');
  if (dash == std::string::npos) return false;
  const std::string side = text.substr(dash + 1);
  PageId out;
  if (side == "left")
    out.side = Side::left;
  else if (side == "right")
    out.side = Side::right;
  else if (side != "single")
    return false;
  if (!parse(text.substr(0, dash), out.scan)) return false;
  id = out;
  return true;
}

bool reading_order(const ScanId& a, const ScanId& b) {
  if (a.name != b.name) return natural_less(a.name, b.name);
  return a.frame < b.frame;
}

bool reading_order(const PageId& a, const PageId& b) {
  if (a.scan != b.scan) return reading_order(a.scan, b.scan);
  return a.side < b.side;
}

}  // namespace linka
