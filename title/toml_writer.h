// SPDX-License-Identifier: GPL-3.0-or-later
// TOML written by hand: keys in the order they are given, empty values left out.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace linka {

// "text" with everything escaped that must be.
std::string toml_text(std::string_view text);
// { a = "x", b = ["y", "z"] }
class InlineTable {
 public:
  InlineTable& add(std::string_view key, const std::string& text);
  InlineTable& add(std::string_view key, const std::vector<std::string>& texts);
  // A value that is TOML already.
  InlineTable& raw(std::string_view key, const std::string& value);
  std::string text() const { return "{ " + text_ + " }"; }
  bool empty() const { return text_.empty(); }

 private:
  std::string text_;
};

class TomlWriter {
 public:
  // [name], [[name]]
  void table(const std::string& name);
  void array_table(const std::string& name);
  void text(std::string_view key, const std::string& text);
  // One text alone or a list.
  void texts(std::string_view key, const std::vector<std::string>& texts);
  // Several values that are TOML already, a line each when there are many.
  void list(std::string_view key, const std::vector<std::string>& values);
  void raw(std::string_view key, const std::string& value);
  const std::string& result() const { return out_; }

 private:
  std::string out_;
};

}  // namespace linka
