// SPDX-License-Identifier: GPL-3.0-or-later
// Walks a stage's describe(): reads a TOML table into it (refusing unknown keys and values out of
// range), lists it, and writes it down.
#pragma once

#include "base/describe.h"
#include "profiles/profile.h"

#include <fmt/format.h>
#include <toml++/toml.h>

#include <functional>
#include <set>
#include <string>
#include <type_traits>
#include <vector>

namespace linka {

// "0.5", "300", "true", "text": one canonical spelling a value.
inline std::string spelled(bool v) {
  return v ? "true" : "false";
}
inline std::string spelled(int v) {
  return fmt::format("{}", v);
}
inline std::string spelled(double v) {
  return fmt::format("{}", v);
}
inline std::string spelled(const std::string& v) {
  return v;
}

// Reads one table. Problems are collected as sentences with "file:line: ".
class TableReader {
 public:
  TableReader(const toml::table& table, std::string section, std::vector<std::string>& problems,
              std::string file)
      : table_(table), section_(std::move(section)), problems_(problems), file_(std::move(file)) {}

  template <class Number>
  requires std::is_arithmetic_v<Number>
  void operator()(const char* name, Number& value, Number low, Number high, const char*) {
    const toml::node* node = find(name);
    if (node == nullptr) return;
    // TOML tells 7 from 7.0; people do not.
    const auto read = node->value<double>();
    if (!read || (std::is_integral_v<Number> && !node->is_integer()))
      return problem(*node, name,
                     std::is_integral_v<Number> ? "must be a whole number" : "must be a number");
    if (!(*read >= static_cast<double>(low) && *read <= static_cast<double>(high)))
      return problem(*node, name, fmt::format("is {}, but must lie in {}...{}", *read, low, high));
    value = static_cast<Number>(*read);
  }
  void operator()(const char* name, bool& value, const char*) {
    const toml::node* node = find(name);
    if (node == nullptr) return;
    const auto read = node->value_exact<bool>();
    if (!read) return problem(*node, name, "must be true or false");
    value = *read;
  }
  void operator()(const char* name, std::string& value, const char*) {
    const toml::node* node = find(name);
    if (node == nullptr) return;
    const auto read = node->value_exact<std::string>();
    if (!read) return problem(*node, name, "must be a text in quotes");
    value = *read;
  }
  void operator()(const char* name, std::string& value, const Choices& choices, const char* help) {
    std::string read = value;
    (*this)(name, read, help);
    for (std::string_view choice : choices.values)
      if (read == choice) {
        value = read;
        return;
      }
    if (const toml::node* node = table_.get(name))
      problem(
          *node, name,
          fmt::format("is \"{}\", but must be one of {}", read, fmt::join(choices.values, ", ")));
  }

  void refuse_unknown() {
    for (const auto& [key, node] : table_)
      if (!known_.contains(std::string(key.str())))
        problem(node, std::string(key.str()).c_str(),
                fmt::format("is not a setting of [{}]; known are {}", section_,
                            fmt::join(known_, ", ")));
  }

 private:
  const toml::node* find(const char* name) {
    known_.insert(name);
    return table_.get(name);
  }
  void problem(const toml::node& node, const char* name, const std::string& what) {
    problems_.push_back(
        fmt::format("{}:{}: {}.{} {}", file_, node.source().begin.line, section_, name, what));
  }

  const toml::table& table_;
  std::string section_;
  std::vector<std::string>& problems_;
  std::string file_;
  std::set<std::string> known_;
};

// Lists the settings of one section.
class Lister {
 public:
  Lister(std::string section, std::vector<Setting>& out)
      : section_(std::move(section)), out_(out) {}
  template <class Number>
  requires std::is_arithmetic_v<Number>
  void operator()(const char* name, const Number& value, Number low, Number high,
                  const char* help) {
    out_.push_back({section_, name, spelled(value), "", fmt::format("{}...{}", low, high), help});
  }
  void operator()(const char* name, const bool& value, const char* help) {
    out_.push_back({section_, name, spelled(value), "", "true, false", help});
  }
  void operator()(const char* name, const std::string& value, const char* help) {
    out_.push_back({section_, name, spelled(value), "", "text", help});
  }
  void operator()(const char* name, const std::string& value, const Choices& choices,
                  const char* help) {
    out_.push_back({section_, name, spelled(value), "",
                    fmt::format("{}", fmt::join(choices.values, ", ")), help});
  }

 private:
  std::string section_;
  std::vector<Setting>& out_;
};

}  // namespace linka
