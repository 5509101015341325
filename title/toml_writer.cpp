// SPDX-License-Identifier: GPL-3.0-or-later
#include "title/toml_writer.h"

#include <fmt/format.h>

#include <algorithm>

namespace linka {
namespace {

std::string list_of(const std::vector<std::string>& texts) {
  std::string out;
  for (const std::string& text : texts) out += (out.empty() ? "" : ", ") + toml_text(text);
  return "[" + out + "]";
}

}  // namespace

std::string toml_text(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\')
      out += fmt::format("\\{}", c);
    else if (c == '\n')
      out += "\\n";
    else if (c == '\t')
      out += "\\t";
    else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f)
      out += fmt::format("\\u{:04x}", static_cast<unsigned char>(c));
    else
      out += c;
  }
  return out + "\"";
}

InlineTable& InlineTable::raw(std::string_view key, const std::string& value) {
  text_ += fmt::format("{}{} = {}", text_.empty() ? "" : ", ", key, value);
  return *this;
}

InlineTable& InlineTable::add(std::string_view key, const std::string& text) {
  return text.empty() ? *this : raw(key, toml_text(text));
}

InlineTable& InlineTable::add(std::string_view key, const std::vector<std::string>& texts) {
  return texts.empty() ? *this : raw(key, list_of(texts));
}

void TomlWriter::table(const std::string& name) {
  out_ += fmt::format("{}[{}]\n", out_.empty() ? "" : "\n", name);
}

void TomlWriter::array_table(const std::string& name) {
  out_ += fmt::format("{}[[{}]]\n", out_.empty() ? "" : "\n", name);
}

void TomlWriter::raw(std::string_view key, const std::string& value) {
  out_ += fmt::format("{} = {}\n", key, value);
}

void TomlWriter::text(std::string_view key, const std::string& text) {
  if (!text.empty()) raw(key, toml_text(text));
}

void TomlWriter::texts(std::string_view key, const std::vector<std::string>& texts) {
  if (texts.empty()) return;
  raw(key, texts.size() == 1 ? toml_text(texts[0]) : list_of(texts));
}

void TomlWriter::list(std::string_view key, const std::vector<std::string>& values) {
  if (values.empty()) return;
  std::string out = "[";
  for (const std::string& value : values) out += "\n  " + value + ",";
  raw(key, out + "\n]");
}

}  // namespace linka
