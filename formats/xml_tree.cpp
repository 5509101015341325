// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/xml_tree.h"

#include "base/text.h"
#include "base/translate.h"

#include <limits>

namespace linka {
namespace {

// libxml2 keeps no longer text in a tree of its own either.
constexpr std::size_t longest_text = 10'000'000;
// White space up to this length is kept once, however often it stands between elements.
constexpr std::size_t longest_blank = 64;
constexpr std::size_t most_blanks = 256;
constexpr std::size_t most_depth = 256;

bool is_blank(std::string_view text) {
  return text.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

std::string_view view_of(const xmlChar* chars) {
  return chars ? std::string_view(reinterpret_cast<const char*>(chars)) : std::string_view();
}

// An attribute's value as the parser hands it on: a value that it had to decode ends with a zero
// and may still hold "&#38;" for an ampersand.
std::string decoded(std::string_view value) {
  std::string text;
  while (!value.empty()) {
    const std::size_t at = std::min(value.find('&'), value.size());
    text += value.substr(0, at);
    value.remove_prefix(at);
    if (value.empty()) break;
    if (value.starts_with("&#38;")) text += '&';
    value.remove_prefix(std::min(value.find(';'), value.size() - 1) + 1);
  }
  return text;
}

}  // namespace

XmlTree::XmlTree() : names_(1) {}

std::uint32_t XmlTree::add_name(Name name) {
  names_.push_back(std::move(name));
  return static_cast<std::uint32_t>(names_.size() - 1);
}

std::uint32_t XmlTree::keep_text(std::string_view text) {
  const std::size_t place = texts_.size();
  if (place + text.size() >= std::numeric_limits<std::uint32_t>::max()) throw std::bad_alloc();
  texts_.add(text.data(), text.size());
  texts_.add('\0');
  return static_cast<std::uint32_t>(place);
}

std::uint32_t XmlTree::open(std::uint32_t name, int line) {
  if (nodes_.size() >= nothing || attributes_.size() >= nothing) throw std::bad_alloc();
  Node node;
  node.name = name;
  node.parent = open_.empty() ? 0 : open_.back().at;
  node.line = static_cast<std::uint32_t>(std::max(line, 0));
  node.first = static_cast<std::uint32_t>(attributes_.size());
  const auto at = static_cast<std::uint32_t>(nodes_.size());
  nodes_.add(node);
  open_.push_back({at, texts_.size()});
  return at;
}

void XmlTree::add_attribute(std::uint32_t name, std::string_view value) {
  Node& node = nodes_[open_.back().at];
  if (node.attributes == std::numeric_limits<std::uint16_t>::max()) throw std::bad_alloc();
  attributes_.add({name, keep_text(value)});
  ++node.attributes;
}

void XmlTree::declare(std::uint32_t name) {
  Node& node = nodes_[open_.back().at];
  if (node.declarations == std::numeric_limits<std::uint16_t>::max()) throw std::bad_alloc();
  attributes_.add({name, 0});
  ++node.declarations;
}

std::uint32_t XmlTree::keep_or_share(std::string_view text) {
  if (text.size() > longest_blank || !is_blank(text)) return keep_text(text);
  const auto known = blanks_.find(text);
  if (known != blanks_.end()) return known->second;
  const std::uint32_t place = keep_text(text);
  if (blanks_.size() < most_blanks) blanks_.emplace(text, place);
  return place;
}

bool XmlTree::add_text(std::string_view text) {
  if (text.empty()) return true;
  const std::uint32_t parent = open_.back().at;
  const std::size_t last = nodes_.size() - 1;
  if (last > parent && nodes_[last].name == 0 && nodes_[last].parent == parent)
    return append_text(nodes_[last], text);
  if (text.size() > longest_text) return false;
  Node node;
  node.parent = parent;
  node.end = static_cast<std::uint32_t>(nodes_.size()) + 1;
  node.first = keep_or_share(text);
  nodes_.add(node);
  return true;
}

// The parser gives a long text piece by piece, of a few bytes each where lines end with CR LF: what
// is there already is not gone through for each.
bool XmlTree::append_text(Node& node, std::string_view text) {
  const char* const own = &texts_[node.first];
  const std::string_view begin(own, ::strnlen(own, longest_blank + 1));
  const auto shared = begin.size() <= longest_blank ? blanks_.find(begin) : blanks_.end();
  if (shared != blanks_.end() && shared->second == node.first) {
    if (begin.size() + text.size() > longest_text) return false;
    node.first = keep_or_share(std::string(begin).append(text));
    return true;
  }
  // A text that is not shared is the last of all.
  if (texts_.size() - 1 - node.first + text.size() > longest_text) return false;
  texts_.cut(texts_.size() - 1);
  keep_text(text);
  return true;
}

void XmlTree::close() {
  closed_ = open_.back();
  nodes_[closed_.at].end = static_cast<std::uint32_t>(nodes_.size());
  open_.pop_back();
}

void XmlTree::forget_last() {
  attributes_.cut(nodes_[closed_.at].first);
  nodes_.cut(closed_.at);
  texts_.cut(closed_.texts);
  std::erase_if(blanks_, [&](const auto& blank) { return blank.second >= closed_.texts; });
}

void XmlTree::copy(const XmlTree& from, std::uint32_t top) {
  std::map<std::uint32_t, std::uint32_t> names;
  const auto renamed = [&](std::uint32_t id) {
    const auto known = names.find(id);
    return known != names.end() ? known->second
                                : names.emplace(id, add_name(from.names_[id])).first->second;
  };
  for (std::uint32_t i = top; i < from.end_of(top); ++i) {
    while (depth() > 0 && i >= from.end_of(top + open_.back().at)) close();
    const Node& node = from.nodes_[i];
    if (node.name == 0) {
      add_text(from.text(node.first));
      continue;
    }
    open(renamed(node.name), static_cast<int>(node.line));
    for (std::uint32_t a = 0; a < node.attributes; ++a) {
      const Attribute& attribute = from.attributes_[node.first + a];
      add_attribute(renamed(attribute.name), from.text(attribute.value));
    }
    for (std::uint32_t d = 0; d < node.declarations; ++d)
      declare(renamed(from.attributes_[node.first + node.attributes + d].name));
  }
  while (depth() > 0) close();
}

void XmlFiller::listen_to(xmlParserCtxt& parser) {
  parser_ = &parser;
  parser._private = this;
  xmlSAXHandler& sax = *parser.sax;
  sax.startElementNs = on_start;
  sax.endElementNs = on_end;
  sax.characters = on_text;
  sax.ignorableWhitespace = on_text;
  sax.entityDecl = on_entity;
  sax.comment = nullptr;
  sax.processingInstruction = nullptr;
  sax.reference = nullptr;
}

XmlFiller& XmlFiller::of(void* parser) {
  return *static_cast<XmlFiller*>(static_cast<xmlParserCtxt*>(parser)->_private);
}

void XmlFiller::keep(Result<void> answer) {
  if (answer || problem) return;
  problem = answer.error();
  xmlStopParser(parser_);
}

// Nothing may be thrown through the parser.
template <class Act>
void XmlFiller::guard(const Act& act) {
  if (problem) return;
  keep(guarded<void>("xml", [&]() -> Result<void> {
    act();
    return {};
  }));
}

std::uint32_t XmlFiller::id_of(const xmlChar* local, const xmlChar* prefix, const xmlChar* uri) {
  const std::tuple<const void*, const void*, const void*> key(local, prefix, uri);
  const auto known = ids_.find(key);
  if (known != ids_.end()) return known->second;
  XmlTree::Name name{std::string(view_of(local)), std::string(view_of(prefix)),
                     std::string(view_of(uri)), uri != nullptr};
  if (uri == nullptr && prefix != nullptr) {  // nobody declares that prefix
    name.local = name.prefix + ":" + name.local;
    name.prefix.clear();
  }
  return ids_.emplace(key, tree.add_name(std::move(name))).first->second;
}

void XmlFiller::on_start(void* parser, const xmlChar* name, const xmlChar* prefix,
                         const xmlChar* uri, int spaces, const xmlChar** space, int attributes, int,
                         const xmlChar** attribute) {
  XmlFiller& self = of(parser);
  self.guard([&] {
    if (self.tree.depth() >= most_depth)
      return self.keep(fail(ErrorKind::bad_input,
                            "the XML file has elements more than {} levels deep", most_depth));
    const auto* input = static_cast<xmlParserCtxt*>(parser)->input;
    const std::uint32_t at =
        self.tree.open(self.id_of(name, prefix, uri), input != nullptr ? input->line : 0);
    for (int i = 0; i < attributes; ++i) {
      const xmlChar** const a = attribute + 5 * i;
      const std::string_view value(reinterpret_cast<const char*>(a[3]),
                                   static_cast<std::size_t>(a[4] - a[3]));
      self.tree.add_attribute(
          self.id_of(a[0], a[1], a[2]),
          value.find('&') == std::string_view::npos ? value : std::string_view(decoded(value)));
    }
    static const xmlChar xmlns[] = "xmlns";
    for (int i = 0; i < spaces; ++i)
      self.tree.declare(self.id_of(space[2 * i], xmlns, space[2 * i + 1]));
    self.started(at);
  });
}

void XmlFiller::on_end(void* parser, const xmlChar*, const xmlChar*, const xmlChar*) {
  XmlFiller& self = of(parser);
  self.guard([&] {
    const std::uint32_t at = self.tree.open_element();
    if (at == XmlTree::nothing) return;
    self.tree.close();
    self.ended(at);
  });
}

void XmlFiller::on_text(void* parser, const xmlChar* text, int length) {
  XmlFiller& self = of(parser);
  self.guard([&] {
    const std::uint32_t at = self.tree.open_element();
    if (at == XmlTree::nothing || (self.parts_ != nullptr && self.part_ == XmlTree::nothing))
      return;  // nobody asks for it
    const std::string_view piece(reinterpret_cast<const char*>(text),
                                 static_cast<std::size_t>(length));
    if (self.flowing_ == at)
      self.keep(self.parts_->flow(self.tree.element(at), piece));
    else if (!self.tree.add_text(piece))
      self.keep(fail(ErrorKind::bad_input, "the XML file has a text of more than {} bytes",
                     longest_text));
  });
}

void XmlFiller::on_entity(void* parser, const xmlChar*, int, const xmlChar*, const xmlChar*,
                          xmlChar*) {
  of(parser).keep(fail(ErrorKind::bad_input,
                       "the XML file declares entities of its own, which is not accepted"));
}

void XmlFiller::started(std::uint32_t at) {
  if (parts_ == nullptr) return;
  const XmlElement element = tree.element(at);
  if (part_ == XmlTree::nothing && parts_->is_part(element)) part_ = at;
  if (part_ != XmlTree::nothing && parts_->flows && parts_->flows(element)) flowing_ = at;
}

void XmlFiller::ended(std::uint32_t at) {
  if (parts_ == nullptr) return;
  if (flowing_ == at) flowing_ = XmlTree::nothing;
  if (part_ != XmlTree::nothing && part_ != at) return;
  if (part_ == at) keep(parts_->take(tree.element(at)));
  part_ = XmlTree::nothing;
  if (at != 0) tree.forget_last();
}

std::string complaint_of(const xmlError* error) {
  if (!error || !error->message) return tr("the parser gives no reason");
  std::string text = trimmed(clean_utf8(error->message));
  if (error->line > 0) text = fmt::format("line {}: {}", error->line, text);
  return text;
}

namespace {

// The namespace of a name at a node of the copy; declared at its root when nothing above does.
xmlNs* space_for(xmlDoc* doc, xmlNode* node, xmlNode* root, const XmlTree::Name& name) {
  if (!name.has_space) return nullptr;
  const xmlChar* const prefix = name.prefix.empty() ? nullptr : chars_of(name.prefix);
  xmlNs* const known = xmlSearchNs(doc, node, prefix);
  if (known != nullptr && view_of(known->href) == name.space) return known;
  return xmlNewNs(root, chars_of(name.space), prefix);
}

void copy_names(const XmlTree& tree, const XmlTree::Node& from, xmlDoc* doc, xmlNode* node,
                xmlNode* root) {
  for (std::uint32_t d = 0; d < from.declarations; ++d) {
    const XmlTree::Name& name = tree.name(tree.attribute(from.first + from.attributes + d).name);
    xmlNewNs(node, chars_of(name.space), name.local.empty() ? nullptr : chars_of(name.local));
  }
  node->ns = space_for(doc, node, root, tree.name(from.name));
  for (std::uint32_t a = 0; a < from.attributes; ++a) {
    const XmlTree::Attribute& attribute = tree.attribute(from.first + a);
    const XmlTree::Name& name = tree.name(attribute.name);
    xmlNewNsProp(node, space_for(doc, node, root, name), chars_of(name.local),
                 reinterpret_cast<const xmlChar*>(tree.text(attribute.value)));
  }
}

}  // namespace

LibXmlTree libxml_tree_of(const XmlTree& tree, std::uint32_t top) {
  LibXmlTree doc(xmlNewDoc(reinterpret_cast<const xmlChar*>("1.0")));
  std::vector<std::pair<xmlNode*, std::uint32_t>> open;  // with its end
  for (std::uint32_t i = top; doc && i < tree.end_of(top); ++i) {
    while (!open.empty() && i >= open.back().second) open.pop_back();
    const XmlTree::Node& from = tree.node(i);
    xmlNode* const node =
        from.name == 0
            ? xmlNewDocText(doc.get(), reinterpret_cast<const xmlChar*>(tree.text(from.first)))
            : xmlNewDocNode(doc.get(), nullptr, chars_of(tree.name(from.name).local), nullptr);
    if (node == nullptr) return nullptr;
    if (open.empty())
      xmlDocSetRootElement(doc.get(), node);
    else
      xmlAddChild(open.back().first, node);
    if (from.name == 0) continue;
    open.emplace_back(node, tree.end_of(i));
    node->_private = reinterpret_cast<void*>(static_cast<std::uintptr_t>(i) + 1);
    node->line = static_cast<unsigned short>(std::min(from.line, 65535u));
    copy_names(tree, from, doc.get(), node, open.front().first);
  }
  return doc;
}

}  // namespace linka
