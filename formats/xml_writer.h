// SPDX-License-Identifier: GPL-3.0-or-later
// A streaming XML writer: UTF-8, two spaces of indent, text and attributes escaped, control
// characters that XML cannot hold dropped. Deterministic: same calls, same bytes. A writer with a
// sink hands on what is finished every now and then, so that a document of any length needs little
// memory.
#pragma once

#include <functional>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace linka {

class XmlWriter {
 public:
  using Sink = std::function<void(std::string_view)>;

  XmlWriter();  // writes the XML declaration
  explicit XmlWriter(Sink sink);
  // Opens an element; attributes follow until the next call of another kind.
  XmlWriter& open(std::string_view name);
  // The same on the line of what stands before it: no white space comes between.
  XmlWriter& open_here(std::string_view name);
  XmlWriter& attribute(std::string_view name, std::string_view value);  // as given, also when empty
  XmlWriter& text(std::string_view content);
  XmlWriter& close();
  // An element with text and nothing else; with empty content nothing at all is written, because
  // the standards we write refuse empty elements.
  XmlWriter& leaf(std::string_view name, std::string_view content);
  // The same with attributes; those with an empty value are left out.
  XmlWriter& leaf(std::string_view name,
                  std::initializer_list<std::pair<std::string_view, std::string_view>> attributes,
                  std::string_view content);
  // The finished document; every open element is closed. With a sink: the sink has it all, and the
  // text is empty.
  std::string done();

 private:
  void end_tag_start();
  void indent();
  void hand_on(bool all);
  std::string out_;
  Sink sink_;
  bool at_line_start_ = true;
  std::vector<std::string> open_;
  bool in_tag_ = false;
  bool has_text_ = false;
};

}  // namespace linka
