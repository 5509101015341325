// SPDX-License-Identifier: GPL-3.0-or-later
// The severities follow the national validator: what a profile asks for and does not find, an empty
// value and a value outside a closed list are errors; what a profile does not know is a warning.
#include "kramerius-export/rules_shape.h"

#include "base/translate.h"

namespace linka::rules {

Shape Shape::leaf(std::string_view name) {
  Shape s;
  s.name_ = name;
  s.has_text_ = true;
  return s;
}

Shape Shape::node(std::string_view name, std::vector<Shape> children) {
  Shape s;
  s.name_ = name;
  s.children_ = std::move(children);
  return s;
}

Shape Shape::open(std::string_view name) {
  Shape s;
  s.name_ = name;
  s.open_ = true;
  return s;
}

Shape Shape::times(std::size_t least, std::size_t most) const {
  Shape s = *this;
  s.least_ = least;
  s.most_ = most;
  return s;
}

Shape Shape::of(std::vector<std::string_view> list, Severity severity) const {
  Shape s = *this;
  s.value_.list = std::move(list);
  s.value_.severity = severity;
  return s;
}

Shape Shape::judged(Judge judge, Severity severity) const {
  Shape s = *this;
  s.value_.judge = std::move(judge);
  s.value_.severity = severity;
  return s;
}

Shape Shape::with(std::string_view attribute, std::vector<std::string_view> list,
                  Severity severity) const {
  Shape s = *this;
  s.attributes_.push_back(
      {attribute, false, Severity::error, {std::move(list), nullptr, severity}});
  return s;
}

Shape Shape::needs(std::string_view attribute, std::vector<std::string_view> list,
                   Severity severity, Severity missing) const {
  Shape s = *this;
  s.attributes_.push_back({attribute, true, missing, {std::move(list), nullptr, severity}});
  return s;
}

Shape Shape::needs_judged(std::string_view attribute, Judge judge) const {
  Shape s = *this;
  s.attributes_.push_back(
      {attribute, true, Severity::error, {{}, std::move(judge), Severity::error}});
  return s;
}

Shape Shape::holding(std::string name_space) const {
  Shape s = *this;
  s.children_space_ = std::move(name_space);
  return s;
}

Shape Shape::where(std::function<bool(const XmlElement&)> is, std::string what) const {
  Shape s = *this;
  s.is_ = std::move(is);
  s.what_ = std::move(what);
  return s;
}

Shape Shape::may_be_empty() const {
  Shape s = *this;
  s.may_be_empty_ = true;
  return s;
}

class Comparison {
 public:
  Comparison(Check& check, std::string_view rule, const std::string& file, const std::string& where)
      : check_(check), rule_(rule), file_(file), where_(where) {}

  void element(const Shape& shape, const XmlElement& e, const std::string& path) {
    if (shape.open_) {
      attributes_known_only(shape, e, path);
      return;
    }
    attributes(shape, e, path);
    if (shape.has_text_)
      leaf(shape, e, path);
    else
      children(shape, e, path);
  }

 private:
  void complain(Severity severity, const Place& place, const std::string& text) {
    check_.findings.add(severity, rule_, file_, place, fmt::format("{}: {}", where_, text));
  }

  void value(const ValueShape& wanted, const Place& place, const std::string& path,
             const std::string& found) {
    if (!wanted.list.empty() && !is_one_of(found, wanted.list)) {
      std::string list;
      for (const auto& one : wanted.list) list += (list.empty() ? "" : ", ") + std::string(one);
      complain(wanted.severity, place,
               say(tr("{} is {}, expected {}"), path, in_quotes(found), list));
    } else if (wanted.judge) {
      const std::string complaint = wanted.judge(found);
      if (!complaint.empty())
        complain(wanted.severity, place,
                 say(tr("{} is {}, {}"), path, in_quotes(found), complaint));
    }
  }

  void attribute_value(const AttributeShape& wanted, const XmlElement& e, const std::string& path,
                       const std::string& found) {
    const std::string name = path + "/@" + std::string(wanted.name);
    if (found.empty()) {
      check_.findings.mark_empty(file_, e);
      complain(Severity::error, {e, wanted.name}, say(tr("{} is empty"), name));
    } else {
      value(wanted.value, {e, wanted.name}, name, found);
    }
  }

  void attributes_known_only(const Shape& shape, const XmlElement& e, const std::string& path) {
    for (const auto& wanted : shape.attributes_)
      if (e.has(wanted.name))
        attribute_value(wanted, e, path, e.attribute(wanted.name));
      else if (wanted.needed)
        complain(wanted.missing, e,
                 say(tr("{} is missing"), path + "/@" + std::string(wanted.name)));
  }

  void attributes(const Shape& shape, const XmlElement& e, const std::string& path) {
    attributes_known_only(shape, e, path);
    for (const auto& [name, found] : e.attributes()) {
      bool known = false;
      for (const auto& wanted : shape.attributes_) known = known || wanted.name == name;
      if (!known)
        complain(Severity::warning, {e, name},
                 say(tr("{} is not expected here"), path + "/@" + name));
    }
    if (e.declares(""))
      complain(Severity::warning, e, say(tr("{} declares a default namespace"), path));
  }

  void leaf(const Shape& shape, const XmlElement& e, const std::string& path) {
    const std::string found = e.own_text();  // spaces around a value are a part of it
    if (found.empty()) {
      if (shape.may_be_empty_) return;
      check_.findings.mark_empty(file_, e);
      complain(Severity::error, e, say(tr("{} is empty"), path));
      return;
    }
    value(shape.value_, e, path, found);
    // A leaf has no elements inside.
    for (const XmlElement& child : e.children())
      complain(Severity::warning, child,
               say(tr("{} is not expected here"), path + "/" + child.name()));
  }

  void children(const Shape& shape, const XmlElement& e, const std::string& path) {
    const std::vector<XmlElement> all = e.children();
    if (all.empty() && !shape.may_be_empty_) {
      check_.findings.mark_empty(file_, e);
      complain(Severity::error, e, say(tr("{} is empty"), path));
    }
    const std::string name_space =
        shape.children_space_.empty() ? e.name_space() : shape.children_space_;
    std::vector<std::size_t> counts(shape.children_.size(), 0);
    for (const auto& child : all) {
      const std::string name = child.name();
      const std::string child_path = path + "/" + name;
      std::size_t which = 0;
      for (; which < counts.size(); ++which) {
        const Shape& wanted = shape.children_[which];
        if (wanted.name_ == name && (!wanted.is_ || wanted.is_(child))) break;
      }
      if (which == counts.size() || child.name_space() != name_space) {
        complain(Severity::warning, child, say(tr("{} is not expected here"), child_path));
        continue;
      }
      ++counts[which];
      element(shape.children_[which], child, child_path);
    }
    if (all.empty() && !shape.may_be_empty_) return;
    for (std::size_t i = 0; i < counts.size(); ++i) {
      const Shape& wanted = shape.children_[i];
      const std::string name =
          path + "/" + std::string(wanted.name_) + (wanted.what_.empty() ? "" : " " + wanted.what_);
      if (counts[i] < wanted.least_)
        complain(Severity::error, e, say(tr("{} is missing"), name));
      else if (counts[i] > wanted.most_)
        complain(
            Severity::error, e,
            say(tr("{} is there {} times, at most {} expected"), name, counts[i], wanted.most_));
    }
  }

  Check& check_;
  std::string_view rule_;
  const std::string& file_;
  const std::string& where_;
};

void compare(Check& check, std::string_view rule, const std::string& file, const std::string& where,
             const Shape& shape, const XmlElement& element) {
  check.findings.applied(rule);
  Comparison(check, rule, file, where).element(shape, element, element.name());
}

}  // namespace linka::rules
