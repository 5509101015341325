// SPDX-License-Identifier: GPL-3.0-or-later
// libxml2 behind values. What comes in may be hostile, so: no network, no external file, and a
// document that declares entities is refused at the declaration (nothing that we read needs them,
// and they are how a small file becomes a large one). libxml2's own limits on depth and on the
// length of a text stay on.
#include "formats/xml_reader.h"

#include "base/handle.h"
#include "base/text.h"
#include "formats/crowded_elements.h"

#include <libxml/catalog.h>
#include <libxml/parser.h>
#include <libxml/parserInternals.h>
#include <libxml/tree.h>
#include <libxml/xmlerror.h>
#include <libxml/xmlschemas.h>
#include <libxml/xpath.h>
#include <libxml/xpathInternals.h>

#include <limits>
#include <mutex>
#include <set>

namespace linka {
namespace {

using DocPtr = std::unique_ptr<xmlDoc, FreeWith<xmlFreeDoc>>;
using ParserPtr = std::unique_ptr<xmlParserCtxt, FreeWith<xmlFreeParserCtxt>>;
using SchemaPtr = std::unique_ptr<xmlSchema, FreeWith<xmlSchemaFree>>;
using SchemaParserPtr = std::unique_ptr<xmlSchemaParserCtxt, FreeWith<xmlSchemaFreeParserCtxt>>;
using XPathPtr = std::unique_ptr<xmlXPathContext, FreeWith<xmlXPathFreeContext>>;
using XPathAnswerPtr = std::unique_ptr<xmlXPathObject, FreeWith<xmlXPathFreeObject>>;
using SchemaCheckPtr = std::unique_ptr<xmlSchemaValidCtxt, FreeWith<xmlSchemaFreeValidCtxt>>;

constexpr std::size_t most_messages = 200;  // of one document; the rest says nothing new

std::string text_of_chars(const xmlChar* chars) {
  return chars ? std::string(reinterpret_cast<const char*>(chars)) : std::string();
}

std::string taken(xmlChar* chars) {
  std::string text = text_of_chars(chars);
  xmlFree(chars);
  return text;
}

std::string literal_name(const xmlAttr& attribute) {
  std::string name;
  if (attribute.ns && attribute.ns->prefix) name = text_of_chars(attribute.ns->prefix) + ":";
  return name + text_of_chars(attribute.name);
}

const xmlAttr* find_attribute(const xmlNode* node, std::string_view name) {
  if (!node) return nullptr;
  const std::size_t colon = name.find(':');
  const std::string_view prefix =
      colon == std::string_view::npos ? std::string_view() : name.substr(0, colon);
  const std::string_view local = colon == std::string_view::npos ? name : name.substr(colon + 1);
  const auto same = [](const xmlChar* chars, std::string_view text) {
    return std::string_view(chars ? reinterpret_cast<const char*>(chars) : "") == text;
  };
  for (const xmlAttr* a = node->properties; a; a = a->next)
    if (same(a->name, local) && same(a->ns ? a->ns->prefix : nullptr, prefix)) return a;
  return nullptr;
}

std::string value_of(const xmlAttr& attribute) {
  return taken(xmlNodeListGetString(attribute.doc, attribute.children, 1));
}

std::string sentence(const xmlError* error) {
  if (!error || !error->message) return "the parser gives no reason";
  std::string text = trimmed(clean_utf8(error->message));
  if (error->line > 0) text = fmt::format("line {}: {}", error->line, text);
  return text;
}

void collect(void* list, const xmlError* error) {
  auto& messages = *static_cast<std::vector<std::string>*>(list);
  if (error && error->level >= XML_ERR_ERROR && messages.size() < most_messages)
    messages.push_back(sentence(error));
}

// libxml2 2.12 made the handler's argument const; both spellings are called through this one.
#if LIBXML_VERSION >= 21200
void on_error(void* list, const xmlError* error) {
  collect(list, error);
}
#else
void on_error(void* list, xmlError* error) {
  collect(list, error);
}
#endif

// A complaint of a schema while it is told: its node lives as long as the document.
struct Told {
  std::string message;
  int line = 0;
  void* node = nullptr;
};

void tell(void* list, const xmlError* error) {
  auto& told = *static_cast<std::vector<Told>*>(list);
  if (!error || error->level < XML_ERR_ERROR || told.size() >= most_messages) return;
  told.push_back({error->message ? trimmed(clean_utf8(error->message)) : "no reason is given",
                  error->line > 0 ? error->line : 0, error->node});
}

#if LIBXML_VERSION >= 21200
void on_complaint(void* list, const xmlError* error) {
  tell(list, error);
}
#else
void on_complaint(void* list, xmlError* error) {
  tell(list, error);
}
#endif

// The node in `original` that stands where `node` stands in its copy.
xmlNode* twin_of(xmlNode* node, const xmlNode* copy, xmlNode* original) {
  if (node == copy || !node->parent) return original;
  xmlNode* twin = twin_of(node->parent, copy, original)->children;
  for (const xmlNode* n = node->prev; n && twin; n = n->prev) twin = twin->next;
  return twin ? twin : original;
}

void refuse_entity(void* context, const xmlChar*, int, const xmlChar*, const xmlChar*, xmlChar*) {
  auto* parser = static_cast<xmlParserCtxt*>(context);
  *static_cast<bool*>(parser->_private) = true;
  xmlStopParser(parser);
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

std::string XmlElement::name() const {
  return node_ ? text_of_chars(static_cast<const xmlNode*>(node_)->name) : std::string();
}

std::string XmlElement::prefix() const {
  const auto* node = static_cast<const xmlNode*>(node_);
  return node && node->ns ? text_of_chars(node->ns->prefix) : std::string();
}

std::string XmlElement::name_space() const {
  const auto* node = static_cast<const xmlNode*>(node_);
  return node && node->ns ? text_of_chars(node->ns->href) : std::string();
}

std::string XmlElement::text() const {
  if (!node_) return {};
  return trimmed(taken(xmlNodeGetContent(static_cast<const xmlNode*>(node_))));
}

std::string XmlElement::own_text() const {
  std::string text;
  if (!node_) return text;
  for (const xmlNode* n = static_cast<const xmlNode*>(node_)->children; n; n = n->next)
    if (n->type == XML_TEXT_NODE || n->type == XML_CDATA_SECTION_NODE)
      text += text_of_chars(n->content);
  return text;
}

bool XmlElement::has(std::string_view attribute) const {
  return find_attribute(static_cast<const xmlNode*>(node_), attribute) != nullptr;
}

std::string XmlElement::attribute(std::string_view literal_name_wanted) const {
  const xmlAttr* found = find_attribute(static_cast<const xmlNode*>(node_), literal_name_wanted);
  return found ? value_of(*found) : std::string();
}

std::vector<std::pair<std::string, std::string>> XmlElement::attributes() const {
  std::vector<std::pair<std::string, std::string>> all;
  if (!node_) return all;
  for (const xmlAttr* a = static_cast<const xmlNode*>(node_)->properties; a; a = a->next)
    all.emplace_back(literal_name(*a), value_of(*a));
  return all;
}

bool XmlElement::declares(std::string_view prefix) const {
  if (!node_) return false;
  for (const xmlNs* ns = static_cast<const xmlNode*>(node_)->nsDef; ns; ns = ns->next)
    if (text_of_chars(ns->prefix) == prefix) return true;
  return false;
}

std::vector<XmlElement> XmlElement::children() const {
  std::vector<XmlElement> all;
  if (!node_) return all;
  for (xmlNode* n = static_cast<xmlNode*>(node_)->children; n; n = n->next)
    if (n->type == XML_ELEMENT_NODE) all.push_back(XmlElement(n));
  return all;
}

std::vector<XmlElement> XmlElement::children(std::string_view local_name) const {
  std::vector<XmlElement> all;
  if (!node_) return all;
  for (xmlNode* n = static_cast<xmlNode*>(node_)->children; n; n = n->next)
    if (n->type == XML_ELEMENT_NODE && local_name == reinterpret_cast<const char*>(n->name))
      all.push_back(XmlElement(n));
  return all;
}

XmlElement XmlElement::child(std::string_view local_name) const {
  if (!node_) return {};
  for (xmlNode* n = static_cast<xmlNode*>(node_)->children; n; n = n->next)
    if (n->type == XML_ELEMENT_NODE && local_name == reinterpret_cast<const char*>(n->name))
      return XmlElement(n);
  return {};
}

std::vector<XmlElement> XmlElement::descendants(std::string_view local_name) const {
  std::vector<XmlElement> all;
  if (!node_) return all;
  auto* top = static_cast<xmlNode*>(node_);
  for (xmlNode* n = top->children; n;) {
    if (n->type == XML_ELEMENT_NODE && local_name == reinterpret_cast<const char*>(n->name))
      all.push_back(XmlElement(n));
    if (n->type == XML_ELEMENT_NODE && n->children) {
      n = n->children;
      continue;
    }
    while (n != top && !n->next) n = n->parent;
    n = n == top ? nullptr : n->next;
  }
  return all;
}

int XmlElement::line() const {
  return node_ ? static_cast<int>(xmlGetLineNo(static_cast<const xmlNode*>(node_))) : 0;
}

XmlElement XmlElement::parent() const {
  if (!node_) return {};
  xmlNode* above = static_cast<xmlNode*>(node_)->parent;
  return above && above->type == XML_ELEMENT_NODE ? XmlElement(above) : XmlElement();
}

struct XmlDocument::Inner {
  DocPtr doc;
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
  const ParserPtr parser(xmlNewParserCtxt());
  if (!parser) return fail(ErrorKind::resource, "not enough memory for an XML parser");
  bool declares_entities = false;
  parser->_private = &declares_entities;
  parser->sax->entityDecl = refuse_entity;
  constexpr int options = XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING |
                          XML_PARSE_NOCDATA | XML_PARSE_COMPACT | XML_PARSE_BIG_LINES;
  DocPtr doc(xmlCtxtReadMemory(parser.get(), reinterpret_cast<const char*>(bytes.data()),
                               static_cast<int>(bytes.size()), nullptr, nullptr, options));
  if (declares_entities)
    return fail(ErrorKind::bad_input,
                "the XML file declares entities of its own, which is not accepted");
  if (!doc || !parser->wellFormed || !xmlDocGetRootElement(doc.get()))
    return fail(ErrorKind::bad_input, "not well-formed XML: {}",
                sentence(xmlCtxtGetLastError(parser.get())));
  return XmlDocument(std::make_unique<Inner>(Inner{std::move(doc)}));
}

Result<XmlDocument> XmlDocument::copy_of(const XmlElement& element) {
  DocPtr doc(xmlNewDoc(reinterpret_cast<const xmlChar*>("1.0")));
  xmlNode* copy =
      doc && element ? xmlDocCopyNode(static_cast<xmlNode*>(element.node_), doc.get(), 1) : nullptr;
  if (!copy) return fail(ErrorKind::resource, "not enough memory for a copy of an XML element");
  xmlDocSetRootElement(doc.get(), copy);
  return XmlDocument(std::make_unique<Inner>(Inner{std::move(doc)}));
}

XmlElement XmlDocument::root() const {
  return inner_ ? XmlElement(xmlDocGetRootElement(inner_->doc.get())) : XmlElement();
}

std::string XmlDocument::encoding() const {
  return inner_ ? text_of_chars(inner_->doc->encoding) : std::string();
}

Result<std::size_t> XmlDocument::count(
    const std::string& xpath,
    const std::vector<std::pair<std::string, std::string>>& prefixes) const {
  const auto chars = [](const std::string& text) {
    return reinterpret_cast<const xmlChar*>(text.c_str());
  };
  const XPathPtr context(inner_ ? xmlXPathNewContext(inner_->doc.get()) : nullptr);
  if (!context) return fail(ErrorKind::resource, "not enough memory for an XPath expression");
  for (const auto& [prefix, uri] : prefixes)
    xmlXPathRegisterNs(context.get(), chars(prefix), chars(uri));
  const XPathAnswerPtr found(xmlXPathEvalExpression(chars(xpath), context.get()));
  if (!found || found->type != XPATH_NODESET)
    return fail(ErrorKind::bad_input, "{} is no XPath of nodes", xpath);
  return found->nodesetval ? static_cast<std::size_t>(found->nodesetval->nodeNr) : 0;
}

struct XmlSchema::Inner {
  SchemaPtr schema;
};

XmlSchema::XmlSchema(std::unique_ptr<Inner> inner) : inner_(std::move(inner)) {}
XmlSchema::XmlSchema(XmlSchema&&) noexcept = default;
XmlSchema& XmlSchema::operator=(XmlSchema&&) noexcept = default;
XmlSchema::~XmlSchema() = default;

Result<XmlSchema> XmlSchema::load(const std::filesystem::path& xsd) {
  start_xml_library();
  std::error_code none;
  if (!std::filesystem::is_regular_file(xsd, none))
    return fail(ErrorKind::missing, "there is no schema {}", xsd.string());
  // Compiling resolves imports through the process-wide catalogue, hence one at a time.
  static std::mutex compiling;
  static std::set<std::string> catalogs;
  const std::lock_guard lock(compiling);
  const std::filesystem::path catalog =
      std::filesystem::absolute(xsd, none).parent_path() / "catalog.xml";
  if (std::filesystem::is_regular_file(catalog, none) && catalogs.insert(catalog.string()).second)
    xmlLoadCatalog(catalog.c_str());
  const SchemaParserPtr parser(xmlSchemaNewParserCtxt(xsd.c_str()));
  if (!parser)
    return fail(ErrorKind::resource, "not enough memory for the schema {}", xsd.string());
  std::vector<std::string> messages;
  xmlSchemaSetParserStructuredErrors(parser.get(), on_error, &messages);
  SchemaPtr schema(xmlSchemaParse(parser.get()));
  if (!schema)
    return fail(ErrorKind::bad_input, "the schema {} cannot be used: {}", xsd.string(),
                messages.empty() ? "libxml2 gives no reason" : messages.front());
  return XmlSchema(std::make_unique<Inner>(Inner{std::move(schema)}));
}

std::vector<XmlComplaint> XmlSchema::complaints(const XmlDocument& document) const {
  std::vector<XmlComplaint> all;
  if (!document.inner_) return {{"there is no document", 0, {}, {}}};
  const SchemaCheckPtr checker(xmlSchemaNewValidCtxt(inner_->schema.get()));
  if (!checker) return {{"not enough memory to check against a schema", 0, {}, {}}};
  std::vector<Told> told;
  xmlSchemaSetValidStructuredErrors(checker.get(), on_complaint, &told);
  const int answer = xmlSchemaValidateDoc(checker.get(), document.inner_->doc.get());
  for (const Told& one : told) {
    XmlComplaint complaint{one.message, one.line, {}, {}};
    auto* node = static_cast<xmlNode*>(one.node);
    if (node && node->type == XML_ATTRIBUTE_NODE) {
      complaint.attribute = literal_name(*reinterpret_cast<xmlAttr*>(node));
      node = node->parent;
    }
    if (node && node->type == XML_ELEMENT_NODE) complaint.element = XmlElement(node);
    all.push_back(complaint);
  }
  if (answer != 0 && all.empty())
    all.push_back({fmt::format("libxml2 refuses the document with code {}", answer), 0, {}, {}});
  return all;
}

std::vector<XmlComplaint> XmlSchema::complaints(const XmlElement& element) const {
  if (!element) return {{"there is no element", 0, {}, {}}};
  const Result<XmlDocument> alone = XmlDocument::copy_of(element);
  if (!alone) return {{alone.error().message, 0, {}, {}}};
  const auto* copy = static_cast<const xmlNode*>(alone->root().node_);
  std::vector<XmlComplaint> all = complaints(*alone);
  for (XmlComplaint& complaint : all)
    if (complaint.element)
      complaint.element = XmlElement(twin_of(static_cast<xmlNode*>(complaint.element.node_), copy,
                                             static_cast<xmlNode*>(element.node_)));
  return all;
}

namespace {

std::vector<std::string> sentences(const std::vector<XmlComplaint>& complaints) {
  std::vector<std::string> all;
  for (const XmlComplaint& c : complaints)
    all.push_back(c.line > 0 ? fmt::format("line {}: {}", c.line, c.message) : c.message);
  return all;
}

}  // namespace

std::vector<std::string> XmlSchema::check(const XmlDocument& document) const {
  return sentences(complaints(document));
}

std::vector<std::string> XmlSchema::check(const XmlElement& element) const {
  return sentences(complaints(element));
}

}  // namespace linka
