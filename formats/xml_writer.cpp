// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/xml_writer.h"

#include "base/text.h"

namespace linka {
namespace {

constexpr std::size_t piece_bytes = 64 * 1024;  // handed to the sink at once

std::string escaped(std::string_view raw, bool in_attribute) {
  std::string out;
  for (char c : clean_utf8(raw)) switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '\r':
        out += "&#13;";
        break;
      case '"':
        out += in_attribute ? "&quot;" : "\"";
        break;
      case '\n':
        out += in_attribute ? "&#10;" : "\n";
        break;
      case '\t':
        out += in_attribute ? "&#9;" : "\t";
        break;
      default:
        out += c;
    }
  return out;
}

}  // namespace

XmlWriter::XmlWriter() : out_("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n") {}

XmlWriter::XmlWriter(Sink sink) : XmlWriter() {
  sink_ = std::move(sink);
}

void XmlWriter::hand_on(bool all) {
  if (!sink_ || out_.empty() || (!all && out_.size() < piece_bytes)) return;
  sink_(out_);
  at_line_start_ = out_.back() == '\n';
  out_.clear();
}

void XmlWriter::end_tag_start() {
  if (!in_tag_) return;
  out_ += '>';
  in_tag_ = false;
}

void XmlWriter::indent() {
  hand_on(false);
  const bool line_start = out_.empty() ? at_line_start_ : out_.back() == '\n';
  if (!line_start) out_ += '\n';
  out_.append(open_.size() * 2, ' ');
}

XmlWriter& XmlWriter::open(std::string_view name) {
  end_tag_start();
  indent();
  return open_here(name);
}

XmlWriter& XmlWriter::open_here(std::string_view name) {
  end_tag_start();
  out_ += '<';
  out_ += name;
  open_.emplace_back(name);
  in_tag_ = true;
  has_text_ = false;
  return *this;
}

XmlWriter& XmlWriter::attribute(std::string_view name, std::string_view value) {
  out_ += ' ';
  out_ += name;
  out_ += "=\"";
  out_ += escaped(value, true);
  out_ += '"';
  return *this;
}

XmlWriter& XmlWriter::text(std::string_view content) {
  end_tag_start();
  out_ += escaped(content, false);
  has_text_ = true;
  return *this;
}

XmlWriter& XmlWriter::close() {
  const std::string name = open_.back();
  open_.pop_back();
  if (in_tag_) {
    out_ += "/>";
    in_tag_ = false;
  } else {
    if (!has_text_) indent();
    out_ += "</" + name + ">";
  }
  out_ += '\n';
  has_text_ = false;
  return *this;
}

XmlWriter& XmlWriter::leaf(std::string_view name, std::string_view content) {
  if (content.empty()) return *this;
  return open(name).text(content).close();
}

XmlWriter& XmlWriter::leaf(
    std::string_view name,
    std::initializer_list<std::pair<std::string_view, std::string_view>> attributes,
    std::string_view content) {
  if (content.empty()) return *this;
  open(name);
  for (const auto& [key, value] : attributes)
    if (!value.empty()) attribute(key, value);
  return text(content).close();
}

std::string XmlWriter::done() {
  while (!open_.empty()) close();
  hand_on(true);
  return std::move(out_);
}

}  // namespace linka
