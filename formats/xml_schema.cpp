// SPDX-License-Identifier: GPL-3.0-or-later
// A document is told to libxml2's schemas element by element, the way its parser would tell them,
// so that no second tree is needed. One thing libxml2 only notices in a tree of its own: two IDs
// that are the same. A document in which that may be so is checked as such a tree.
#include "base/text.h"
#include "formats/xml_tree.h"

#include <libxml/catalog.h>
#include <libxml/xmlerror.h>
#include <libxml/xmlschemas.h>

#include <mutex>
#include <set>

namespace linka {
namespace {

using SchemaPtr = std::unique_ptr<xmlSchema, FreeWith<xmlSchemaFree>>;
using SchemaParserPtr = std::unique_ptr<xmlSchemaParserCtxt, FreeWith<xmlSchemaFreeParserCtxt>>;
using SchemaCheckPtr = std::unique_ptr<xmlSchemaValidCtxt, FreeWith<xmlSchemaFreeValidCtxt>>;

constexpr std::size_t most_messages = 200;  // of one document; the rest says nothing new

// libxml2 2.12 made the handlers' argument const.
#if LIBXML_VERSION >= 21200
using SchemaError = const xmlError;
#else
using SchemaError = xmlError;
#endif

void on_error(void* list, SchemaError* error) {
  auto& messages = *static_cast<std::vector<std::string>*>(list);
  if (error && error->level >= XML_ERR_ERROR && messages.size() < most_messages)
    messages.push_back(complaint_of(error));
}

// A complaint while it is told.
struct Told {
  std::string message;
  void* node = nullptr;   // of libxml2's tree
  XmlElement element;     // that libxml2 was told of
  bool at_start = false;  // told that it begins
};

struct Listener {
  std::vector<Told> told;
  XmlElement element;
  bool at_start = false;
};

void on_complaint(void* listener, SchemaError* error) {
  auto& self = *static_cast<Listener*>(listener);
  if (!error || error->level < XML_ERR_ERROR || self.told.size() >= most_messages) return;
  self.told.push_back({error->message ? trimmed(clean_utf8(error->message)) : "no reason is given",
                       error->node, self.element, self.at_start});
}

// An attribute that schemas use for identities.
bool may_be_identity(const std::string& local_name) {
  return local_name == "ID" || local_name == "id" || local_name == "xmlID";
}

bool has_two_alike(const XmlTree& tree, std::uint32_t top) {
  std::set<std::string_view> seen;
  for (std::uint32_t i = top; i < tree.end_of(top); ++i) {
    const XmlTree::Node& node = tree.node(i);
    for (std::uint32_t a = 0; node.name != 0 && a < node.attributes; ++a) {
      const XmlTree::Attribute& attribute = tree.attribute(node.first + a);
      if (may_be_identity(tree.name(attribute.name).local) &&
          !seen.insert(tree.text(attribute.value)).second)
        return true;
    }
  }
  return false;
}

// One walk over an element and all below.
class Telling {
 public:
  Telling(const XmlTree& tree, std::uint32_t top, Listener& listener, xmlSAXHandler& sax,
          void* checker)
      : tree_(tree), top_(top), listener_(listener), sax_(sax), checker_(checker) {}

  void run() {
    for (std::uint32_t i = top_; i < tree_.end_of(top_); ++i) {
      while (!open_.empty() && i >= tree_.end_of(open_.back())) end();
      const XmlTree::Node& node = tree_.node(i);
      if (node.name != 0) {
        start(i, node);
        continue;
      }
      const char* const text = tree_.text(node.first);
      speak_of(open_.back(), false);
      sax_.characters(checker_, reinterpret_cast<const xmlChar*>(text),
                      static_cast<int>(std::strlen(text)));
    }
    while (!open_.empty()) end();
  }

 private:
  void start(std::uint32_t at, const XmlTree::Node& node) {
    speak_of(at, true);
    spaces_.clear();
    for (std::uint32_t d = 0; d < node.declarations; ++d)
      add_space(tree_.name(tree_.attribute(node.first + node.attributes + d).name).local,
                tree_.name(tree_.attribute(node.first + node.attributes + d).name).space);
    if (at == top_ && top_ != 0) add_inherited();
    attributes_.clear();
    escaped_.clear();
    for (std::uint32_t a = 0; a < node.attributes; ++a) {
      const XmlTree::Attribute& attribute = tree_.attribute(node.first + a);
      const XmlTree::Name& name = tree_.name(attribute.name);
      const char* const value = value_of(attribute);
      attributes_.insert(attributes_.end(),
                         {chars_of(name.local), prefix_of(name), space_of(name),
                          reinterpret_cast<const xmlChar*>(value),
                          reinterpret_cast<const xmlChar*>(value + std::strlen(value))});
    }
    open_.push_back(at);
    const XmlTree::Name& name = tree_.name(node.name);
    sax_.startElementNs(checker_, chars_of(name.local), prefix_of(name), space_of(name),
                        static_cast<int>(spaces_.size() / 2), spaces_.data(), node.attributes, 0,
                        attributes_.data());
  }

  void end() {
    speak_of(open_.back(), false);
    const XmlTree::Name& name = tree_.name_of(open_.back());
    sax_.endElementNs(checker_, chars_of(name.local), prefix_of(name), space_of(name));
    open_.pop_back();
  }

  void speak_of(std::uint32_t at, bool at_start) {
    listener_.element = tree_.element(at);
    listener_.at_start = at_start;
  }

  // Ends with a zero. libxml2 expects its parser's way of writing an ampersand.
  const char* value_of(const XmlTree::Attribute& attribute) {
    const char* const value = tree_.text(attribute.value);
    if (std::strchr(value, '&') == nullptr) return value;
    std::string& escaped = escaped_.emplace_back();
    for (const char* c = value; *c != 0; ++c)
      if (*c == '&')
        escaped += "&#38;";
      else
        escaped += *c;
    return escaped.c_str();
  }

  void add_space(const std::string& prefix, const std::string& space) {
    spaces_.push_back(prefix.empty() ? nullptr : chars_of(prefix));
    spaces_.push_back(chars_of(space));
  }

  // An element that is cut out declares itself what names in it need from above.
  void add_inherited() {
    std::set<std::uint32_t> seen;
    for (std::uint32_t i = top_; i < tree_.end_of(top_); ++i) {
      const XmlTree::Node& node = tree_.node(i);
      if (node.name == 0) continue;
      if (!is_declared(i, node.name) && seen.insert(node.name).second) inherit(node.name);
      for (std::uint32_t a = 0; a < node.attributes; ++a) {
        const std::uint32_t name = tree_.attribute(node.first + a).name;
        if (!is_declared(i, name) && seen.insert(name).second) inherit(name);
      }
    }
  }
  void inherit(std::uint32_t id) {
    const XmlTree::Name& name = tree_.name(id);
    if (!name.has_space) return;
    for (std::size_t i = 0; i < spaces_.size(); i += 2)
      if (xmlStrEqual(spaces_[i], prefix_of(name)) != 0) return;
    add_space(name.prefix, name.space);
  }
  // Between the top and the element.
  bool is_declared(std::uint32_t at, std::uint32_t id) const {
    const std::string& prefix = tree_.name(id).prefix;
    for (;; at = tree_.node(at).parent) {
      const XmlTree::Node& node = tree_.node(at);
      if (node.declarations > 0 && tree_.element(at).declares(prefix)) return true;
      if (at == top_) return false;
    }
  }

  static const xmlChar* prefix_of(const XmlTree::Name& name) {
    return name.prefix.empty() ? nullptr : chars_of(name.prefix);
  }
  static const xmlChar* space_of(const XmlTree::Name& name) {
    return name.has_space ? chars_of(name.space) : nullptr;
  }

  const XmlTree& tree_;
  std::uint32_t top_;
  Listener& listener_;
  xmlSAXHandler& sax_;
  void* checker_;
  std::vector<std::uint32_t> open_;
  std::vector<const xmlChar*> spaces_, attributes_;
  std::deque<std::string> escaped_;  // values of the element that begins
};

// libxml2 says some things of an element when it sees the first child that must not be there.
bool is_said_of_parent(const std::string& sentence) {
  return sentence.find(": Element content is not allowed, ") != std::string::npos ||
         sentence.find(": Neither character nor element content is allowed") != std::string::npos;
}

XmlComplaint complaint_from(const XmlTree& tree, const Told& told) {
  XmlComplaint complaint{told.message, 0, told.element};
  if (const auto* node = static_cast<const xmlNode*>(told.node)) {
    const auto place =
        node->type == XML_ELEMENT_NODE ? reinterpret_cast<std::uintptr_t>(node->_private) : 0;
    if (place != 0) complaint.element = tree.element(static_cast<std::uint32_t>(place - 1));
  } else if (told.at_start && is_said_of_parent(told.message)) {
    complaint.element = told.element.parent();
  }
  complaint.line = complaint.element.line();
  return complaint;
}

std::vector<XmlComplaint> complaints_from(const XmlTree& tree, const Listener& listener,
                                          int answer) {
  std::vector<XmlComplaint> all;
  for (const Told& told : listener.told) all.push_back(complaint_from(tree, told));
  if (answer != 0 && all.empty())
    all.push_back({fmt::format("libxml2 refuses the document with code {}", answer), 0, {}});
  return all;
}

}  // namespace

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
  const XmlElement root = document.root();
  if (!root) return {{"there is no document", 0, {}}};
  return complaints(root);
}

std::vector<XmlComplaint> XmlSchema::complaints(const XmlElement& element) const {
  if (!element) return {{"there is no element", 0, {}}};
  const SchemaCheckPtr checker(xmlSchemaNewValidCtxt(inner_->schema.get()));
  if (!checker) return {{"not enough memory to check against a schema", 0, {}}};
  const XmlTree& tree = *XmlTree::tree_of(element);
  const std::uint32_t top = XmlTree::place_of(element);
  Listener listener;
  xmlSchemaSetValidStructuredErrors(checker.get(), on_complaint, &listener);
  if (has_two_alike(tree, top)) {
    const LibXmlTree copy = libxml_tree_of(tree, top);
    if (!copy) return {{"not enough memory to check against a schema", 0, {}}};
    return complaints_from(tree, listener, xmlSchemaValidateDoc(checker.get(), copy.get()));
  }
  xmlSAXHandler* sax = nullptr;
  void* data = nullptr;
  xmlSchemaSAXPlugStruct* const plug = xmlSchemaSAXPlug(checker.get(), &sax, &data);
  if (!plug) return {{"not enough memory to check against a schema", 0, {}}};
  Telling(tree, top, listener, *sax, data).run();
  const int answer = xmlSchemaIsValid(checker.get()) == 1 ? 0 : 1;
  xmlSchemaSAXUnplug(plug);
  return complaints_from(tree, listener, answer);
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
