// SPDX-License-Identifier: GPL-3.0-or-later
// A record profile as data: which children and attributes an element has, how often, and with which
// values. The standard's tables are written down as shapes; one function compares a record with
// one.
#pragma once

#include "kramerius-export/rules_internal.h"

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace linka::rules {

// What is wrong with a value, or nothing.
using Judge = std::function<std::string(const std::string& value)>;

struct ValueShape {
  std::vector<std::string_view> list;  // closed list; empty: any text
  Judge judge;
  Severity severity = Severity::error;  // of a value that does not fit
};

struct AttributeShape {
  std::string_view name;
  bool needed = false;
  Severity missing = Severity::error;
  ValueShape value;
};

class Shape {
 public:
  // An element that holds text, or one that holds others.
  static Shape leaf(std::string_view name);
  static Shape node(std::string_view name, std::vector<Shape> children);
  static Shape open(std::string_view name);  // anything inside

  Shape once() const { return times(1, 1); }
  Shape must() const { return times(1, any_number); }
  Shape maybe() const { return times(0, 1); }
  Shape times(std::size_t least, std::size_t most) const;
  Shape of(std::vector<std::string_view> list, Severity severity = Severity::error) const;
  Shape judged(Judge judge, Severity severity = Severity::error) const;
  Shape with(std::string_view attribute, std::vector<std::string_view> list = {},
             Severity severity = Severity::error) const;
  Shape needs(std::string_view attribute, std::vector<std::string_view> list = {},
              Severity severity = Severity::error, Severity missing = Severity::error) const;
  Shape needs_judged(std::string_view attribute, Judge judge) const;
  // The children's namespace, where it is not the element's own.
  Shape holding(std::string name_space) const;
  // This shape speaks of those elements of its name only; `what` says which, for messages.
  Shape where(std::function<bool(const XmlElement&)> is, std::string what) const;
  Shape may_be_empty() const;

  static constexpr std::size_t any_number = static_cast<std::size_t>(-1);

 private:
  friend class Comparison;
  std::string_view name_;
  std::string what_;
  std::string children_space_;
  std::size_t least_ = 0, most_ = any_number;
  bool has_text_ = false, open_ = false, may_be_empty_ = false;
  ValueShape value_;
  std::vector<AttributeShape> attributes_;
  std::vector<Shape> children_;
  std::function<bool(const XmlElement&)> is_;
};

// Compares; every difference becomes a finding of `rule`. `where` opens each message.
void compare(Check& check, std::string_view rule, const std::string& file, const std::string& where,
             const Shape& shape, const XmlElement& element);

}  // namespace linka::rules
