// SPDX-License-Identifier: GPL-3.0-or-later
// libxml2's parser behind values. What comes in may be hostile, so: no network, no external file,
// and a document that declares entities is refused at the declaration (nothing that we read needs
// them, and they are how a small file becomes a large one). libxml2's own limits on depth and on
// the length of a name or value stay on; the tree has its own on the length of a text.
#include "formats/xml_reader.h"

#include "base/text.h"
#include "formats/crowded_elements.h"
#include "formats/xml_tree.h"

#include <libxml/parserInternals.h>
#include <libxml/xmlerror.h>
#include <libxml/xpath.h>
#include <libxml/xpathInternals.h>

#include <limits>
#include <mutex>

namespace linka {
namespace {

using ParserPtr = std::unique_ptr<xmlParserCtxt, FreeWith<xmlFreeParserCtxt>>;
using XPathPtr = std::unique_ptr<xmlXPathContext, FreeWith<xmlXPathFreeContext>>;
using XPathAnswerPtr = std::unique_ptr<xmlXPathObject, FreeWith<xmlXPathFreeObject>>;

const std::string no_text;

std::string literal_name(const XmlTree::Name& name) {
  return name.prefix.empty() ? name.local : name.prefix + ":" + name.local;
}

const XmlTree::Attribute* find_attribute(const XmlTree* tree, std::uint32_t at,
                                         std::string_view name) {
  if (!tree) return nullptr;
  const std::size_t colon = name.find(':');
  const std::string_view prefix =
      colon == std::string_view::npos ? std::string_view() : name.substr(0, colon);
  const std::string_view local = colon == std::string_view::npos ? name : name.substr(colon + 1);
  const XmlTree::Node& node = tree->node(at);
  for (std::size_t i = node.first; i < node.first + std::size_t{node.attributes}; ++i) {
    const XmlTree::Name& own = tree->name(tree->attribute(i).name);
    if (own.local == local && own.prefix == prefix) return &tree->attribute(i);
  }
  return nullptr;
}

}  // namespace

// The library's tables and our network-free loader are set up once for the process.
void start_xml_library() {
  static std::once_flag once;
  std::call_once(once, [] {
    xmlInitParser();
    xmlSetExternalEntityLoader(xmlNoNetExternalEntityLoader);
  });
}

const std::string& XmlElement::name() const {
  return tree_ ? tree_->name_of(at_).local : no_text;
}

const std::string& XmlElement::prefix() const {
  return tree_ ? tree_->name_of(at_).prefix : no_text;
}

const std::string& XmlElement::name_space() const {
  return tree_ ? tree_->name_of(at_).space : no_text;
}

std::string XmlElement::text() const {
  if (!tree_) return {};
  const std::uint32_t end = tree_->end_of(at_);
  if (end == at_ + 2 && tree_->node(at_ + 1).name == 0)
    return trimmed(tree_->text(tree_->node(at_ + 1).first));
  std::string text;
  for (std::uint32_t i = at_ + 1; i < end; ++i)
    if (tree_->node(i).name == 0) text += tree_->text(tree_->node(i).first);
  return trimmed(text);
}

std::string XmlElement::own_text() const {
  std::string text;
  if (!tree_) return text;
  tree_->each_child(at_, [&](std::uint32_t i) {
    if (tree_->node(i).name == 0) text += tree_->text(tree_->node(i).first);
    return true;
  });
  return text;
}

bool XmlElement::has(std::string_view attribute) const {
  return find_attribute(tree_, at_, attribute) != nullptr;
}

std::string XmlElement::attribute(std::string_view literal_name_wanted) const {
  const XmlTree::Attribute* found = find_attribute(tree_, at_, literal_name_wanted);
  return found ? tree_->text(found->value) : std::string();
}

std::vector<std::pair<std::string, std::string>> XmlElement::attributes() const {
  std::vector<std::pair<std::string, std::string>> all;
  if (!tree_) return all;
  const XmlTree::Node& node = tree_->node(at_);
  for (std::size_t i = node.first; i < node.first + std::size_t{node.attributes}; ++i) {
    const XmlTree::Attribute& attribute = tree_->attribute(i);
    all.emplace_back(literal_name(tree_->name(attribute.name)), tree_->text(attribute.value));
  }
  return all;
}

bool XmlElement::declares(std::string_view prefix) const {
  if (!tree_) return false;
  const XmlTree::Node& node = tree_->node(at_);
  const std::size_t first = node.first + std::size_t{node.attributes};
  for (std::size_t i = first; i < first + node.declarations; ++i)
    if (tree_->name(tree_->attribute(i).name).local == prefix) return true;
  return false;
}

std::vector<XmlElement> XmlElement::children() const {
  std::vector<XmlElement> all;
  if (!tree_) return all;
  tree_->each_child(at_, [&](std::uint32_t i) {
    if (tree_->node(i).name != 0) all.push_back(tree_->element(i));
    return true;
  });
  return all;
}

std::vector<XmlElement> XmlElement::children(std::string_view local_name) const {
  std::vector<XmlElement> all;
  if (!tree_) return all;
  tree_->each_child(at_, [&](std::uint32_t i) {
    if (tree_->node(i).name != 0 && tree_->name_of(i).local == local_name)
      all.push_back(tree_->element(i));
    return true;
  });
  return all;
}

XmlElement XmlElement::child(std::string_view local_name) const {
  XmlElement found;
  if (!tree_) return found;
  tree_->each_child(at_, [&](std::uint32_t i) {
    if (tree_->node(i).name != 0 && tree_->name_of(i).local == local_name)
      found = tree_->element(i);
    return !found;
  });
  return found;
}

std::vector<XmlElement> XmlElement::descendants(std::string_view local_name) const {
  std::vector<XmlElement> all;
  if (!tree_) return all;
  for (std::uint32_t i = at_ + 1; i < tree_->end_of(at_); ++i)
    if (tree_->node(i).name != 0 && tree_->name_of(i).local == local_name)
      all.push_back(tree_->element(i));
  return all;
}

int XmlElement::line() const {
  return tree_ ? static_cast<int>(tree_->node(at_).line) : 0;
}

XmlElement XmlElement::parent() const {
  return tree_ && at_ != 0 ? tree_->element(tree_->node(at_).parent) : XmlElement();
}

struct XmlDocument::Inner {
  XmlTree tree;
  std::string encoding;
};

XmlDocument::XmlDocument(std::unique_ptr<Inner> inner) : inner_(std::move(inner)) {}
XmlDocument::XmlDocument(XmlDocument&&) noexcept = default;
XmlDocument& XmlDocument::operator=(XmlDocument&&) noexcept = default;
XmlDocument::~XmlDocument() = default;

Result<XmlDocument> XmlDocument::parse(ByteView bytes) {
  start_xml_library();
  if (bytes.size() > static_cast<std::size_t>(std::numeric_limits<int>::max()))
    return fail(ErrorKind::bad_input, "an XML file of {} bytes is too large to read", bytes.size());
  if (bytes.empty()) return fail(ErrorKind::bad_input, "the XML file is empty");
  if (CrowdedElements().found_in(bytes))
    return fail(ErrorKind::bad_input, "the XML file has an element with more than {} attributes",
                CrowdedElements::most_attributes);
  XmlFiller filler(nullptr);
  const ParserPtr parser(xmlNewParserCtxt());
  if (!parser) return fail(ErrorKind::resource, "not enough memory for an XML parser");
  filler.listen_to(*parser);
  const LibXmlTree frame(
      xmlCtxtReadMemory(parser.get(), reinterpret_cast<const char*>(bytes.data()),
                        static_cast<int>(bytes.size()), nullptr, nullptr, xml_options));
  if (filler.problem) return tl::unexpected(*filler.problem);
  if (!frame || !parser->wellFormed || filler.tree.empty())
    return fail(ErrorKind::bad_input, "not well-formed XML: {}",
                complaint_of(xmlCtxtGetLastError(parser.get())));
  const auto* encoding = reinterpret_cast<const char*>(frame->encoding);
  return XmlDocument(
      std::make_unique<Inner>(Inner{std::move(filler.tree), encoding ? encoding : ""}));
}

Result<XmlDocument> XmlDocument::copy_of(const XmlElement& element) {
  if (!element) return fail(ErrorKind::resource, "not enough memory for a copy of an XML element");
  auto inner = std::make_unique<Inner>();
  inner->tree.copy(*XmlTree::tree_of(element), XmlTree::place_of(element));
  return XmlDocument(std::move(inner));
}

XmlElement XmlDocument::root() const {
  return inner_ && !inner_->tree.empty() ? inner_->tree.element(0) : XmlElement();
}

std::string XmlDocument::encoding() const {
  return inner_ ? inner_->encoding : std::string();
}

Result<std::size_t> XmlDocument::count(
    const std::string& xpath,
    const std::vector<std::pair<std::string, std::string>>& prefixes) const {
  const LibXmlTree copy = inner_ ? libxml_tree_of(inner_->tree, 0) : nullptr;
  const XPathPtr context(copy ? xmlXPathNewContext(copy.get()) : nullptr);
  if (!context) return fail(ErrorKind::resource, "not enough memory for an XPath expression");
  for (const auto& [prefix, uri] : prefixes)
    xmlXPathRegisterNs(context.get(), chars_of(prefix), chars_of(uri));
  const XPathAnswerPtr found(xmlXPathEvalExpression(chars_of(xpath), context.get()));
  if (!found || found->type != XPATH_NODESET)
    return fail(ErrorKind::bad_input, "{} is no XPath of nodes", xpath);
  return found->nodesetval ? static_cast<std::size_t>(found->nodesetval->nodeNr) : 0;
}

}  // namespace linka
