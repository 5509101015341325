// SPDX-License-Identifier: GPL-3.0-or-later
// Reading and checking XML with libxml2: no network, no entity expansion, no external files.
#pragma once

#include "base/bytes.h"
#include "base/result.h"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace linka {

// Makes libxml2 ready and keeps it from the network; everything here does so by itself.
void start_xml_library();

// A parsed document and cheap views of its elements. Names are matched by local name and, where
// given, by namespace URI. Views, and the names they give, die with the document. A document takes
// about twice the memory of its file.
class XmlDocument;
class XmlTree;

class XmlElement {
 public:
  XmlElement() = default;                      // no element
  const std::string& name() const;             // local name
  const std::string& prefix() const;           // "" when there is none
  const std::string& name_space() const;       // URI, "" when there is none
  std::string text() const;                    // all text below, trimmed
  std::string own_text() const;                // the text of this element alone, as it stands
  bool has(std::string_view attribute) const;  // by literal name: "xlink:from", "ID"
  std::string attribute(std::string_view literal_name) const;           // "" when absent
  std::vector<std::pair<std::string, std::string>> attributes() const;  // literal name, value
  bool declares(std::string_view prefix) const;  // xmlns:prefix stands on this very element
  std::vector<XmlElement> children() const;
  std::vector<XmlElement> children(std::string_view local_name) const;
  // First child of that local name, or an element for which operator bool is false.
  XmlElement child(std::string_view local_name) const;
  // Every element below, in document order, of that local name.
  std::vector<XmlElement> descendants(std::string_view local_name) const;
  int line() const;
  XmlElement parent() const;  // no element above the root
  bool operator==(const XmlElement& other) const = default;
  explicit operator bool() const { return tree_ != nullptr; }

 private:
  friend class XmlTree;
  XmlElement(const XmlTree* tree, std::uint32_t at) : tree_(tree), at_(at) {}
  const XmlTree* tree_ = nullptr;
  std::uint32_t at_ = 0;
};

class XmlDocument {
 public:
  // Errors: bad_input with the parser's sentence and line.
  static Result<XmlDocument> parse(ByteView bytes);
  // An element with all below it as a document of its own. Error: resource.
  static Result<XmlDocument> copy_of(const XmlElement& element);
  XmlDocument(XmlDocument&&) noexcept;
  XmlDocument& operator=(XmlDocument&&) noexcept;
  ~XmlDocument();
  XmlElement root() const;
  std::string encoding() const;  // as the XML declaration names it, "" when it does not
  // How many nodes an XPath 1.0 expression finds; prefixes with their namespaces. Errors: bad_input
  // when the expression cannot be read.
  Result<std::size_t> count(const std::string& xpath,
                            const std::vector<std::pair<std::string, std::string>>& prefixes) const;

 private:
  friend class XmlSchema;
  struct Inner;
  explicit XmlDocument(std::unique_ptr<Inner> inner);
  std::unique_ptr<Inner> inner_;
};

// What a schema has against a document.
struct XmlComplaint {
  std::string message;  // without the line
  int line = 0;         // 0: not known
  XmlElement element;   // the element that is wrong, where libxml2 names one
};

// A compiled W3C schema. Loading reads neighbouring files and, when there is one, catalog.xml
// beside it; never the network. Checking is safe from many threads.
class XmlSchema {
 public:
  static Result<XmlSchema> load(const std::filesystem::path& xsd);
  XmlSchema(XmlSchema&&) noexcept;
  XmlSchema& operator=(XmlSchema&&) noexcept;
  ~XmlSchema();
  // "line 12: Element ...", empty when the document is valid.
  std::vector<std::string> check(const XmlDocument& document) const;
  // One subtree, cut out as a document of its own (the way the national validator checks records).
  std::vector<std::string> check(const XmlElement& element) const;
  // The same with their places in the document they came from.
  std::vector<XmlComplaint> complaints(const XmlDocument& document) const;
  std::vector<XmlComplaint> complaints(const XmlElement& element) const;

 private:
  struct Inner;
  explicit XmlSchema(std::unique_ptr<Inner> inner);
  std::unique_ptr<Inner> inner_;
};

}  // namespace linka
