// SPDX-License-Identifier: GPL-3.0-or-later
#include "kramerius-export/foxml/foxml_text.h"

#include "base/text.h"
#include "base/translate.h"

#include <algorithm>
#include <cstdint>
#include <string_view>

namespace linka {
namespace {

constexpr std::string_view bom = "\xef\xbb\xbf";

std::string_view text_of(ByteView bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

// U+0080...U+009F in valid UTF-8.
bool is_c1(std::string_view text, std::size_t i) {
  return static_cast<std::uint8_t>(text[i]) == 0xc2 && i + 1 < text.size() &&
         static_cast<std::uint8_t>(text[i + 1]) < 0xa0;
}

bool is_noncharacter(std::string_view text, std::size_t i) {
  const std::string_view three = text.substr(i, 3);
  return three == "\xef\xbf\xbe" || three == "\xef\xbf\xbf";
}

}  // namespace

TextFaults faults_in(ByteView bytes) {
  TextFaults out;
  const std::string_view text = text_of(bytes);
  out.byte_order_mark = text.starts_with(bom);
  out.not_utf8 = !is_utf8(text);
  const auto found = [&](unsigned code) {
    if (!out.control) out.code = code;
    out.control = true;
  };
  for (std::size_t i = out.byte_order_mark ? bom.size() : 0; i < text.size(); ++i) {
    const auto b = static_cast<std::uint8_t>(text[i]);
    const bool space = b == ' ' || (b >= '\t' && b <= '\r');
    if (!space) out.blank = false;
    if ((b < 0x20 && !space) || b == '\v' || b == 0x7f) found(b);
    if (is_c1(text, i)) found(static_cast<std::uint8_t>(text[i + 1]));
    if (is_noncharacter(text, i)) found(0xffff);
  }
  return out;
}

CleanText clean_text(ByteView bytes) {
  CleanText out;
  const TextFaults faults = faults_in(bytes);
  if (faults.byte_order_mark) out.notes.emplace_back(tr("a byte-order mark is left out"));
  if (faults.not_utf8) out.notes.emplace_back(tr("bytes that are no UTF-8 are replaced"));
  if (faults.control) out.notes.emplace_back(tr("control characters are left out"));
  if (faults.blank) return out;
  std::string text(text_of(bytes).substr(faults.byte_order_mark ? bom.size() : 0));
  std::replace_if(
      text.begin(), text.end(), [](char c) { return c == '\f' || c == '\v'; }, '\n');
  text = clean_utf8(text);
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto b = static_cast<std::uint8_t>(text[i]);
    if (b == '\r') {
      if (i + 1 == text.size() || text[i + 1] != '\n') out.text += '\n';
    } else if (is_c1(text, i)) {
      ++i;
    } else if (b != 0x7f) {
      out.text += text[i];
    }
  }
  return out;
}

}  // namespace linka
