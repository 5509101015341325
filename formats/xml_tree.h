// SPDX-License-Identifier: GPL-3.0-or-later
// The elements and texts of an XML document as this program keeps them: in document order, one
// after the other, a few bytes each where libxml2's own tree takes hundreds, so that the METS of a
// package of thousands of pages can be held. Included by xml_*.cpp only.
#pragma once

#include "base/handle.h"
#include "base/result.h"
#include "formats/xml_parts.h"
#include "formats/xml_reader.h"

#include <libxml/parser.h>
#include <libxml/tree.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <new>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <vector>

namespace linka {

// Plain values one after the other. Grows by realloc, which moves a large block without a copy of
// it, and takes no memory before something is written there.
template <class T>
class PlainArray {
  static_assert(std::is_trivially_copyable_v<T>);

 public:
  std::size_t size() const { return size_; }
  T& operator[](std::size_t i) { return values_.get()[i]; }
  const T& operator[](std::size_t i) const { return values_.get()[i]; }
  void add(const T* values, std::size_t n) {
    if (room_ - size_ < n) grow(size_ + n);
    if (n > 0) std::memcpy(values_.get() + size_, values, n * sizeof(T));
    size_ += n;
  }
  void add(const T& value) { add(&value, 1); }
  void cut(std::size_t size) { size_ = std::min(size, size_); }

 private:
  struct Free {
    void operator()(T* values) const noexcept { std::free(values); }
  };
  void grow(std::size_t least) {
    const std::size_t room = std::max({least, 2 * room_, std::size_t{256} / sizeof(T)});
    void* const moved = std::realloc(values_.get(), room * sizeof(T));
    if (moved == nullptr) throw std::bad_alloc();
    (void)values_.release();
    values_.reset(static_cast<T*>(moved));
    room_ = room;
  }
  std::unique_ptr<T, Free> values_;
  std::size_t size_ = 0, room_ = 0;
};

class XmlTree {
 public:
  // Of an element, an attribute or, with the prefix "xmlns", of a namespace's declaration: then
  // `local` is the declared prefix and `space` what it stands for.
  struct Name {
    std::string local, prefix, space;
    bool has_space = false;
  };
  struct Attribute {
    std::uint32_t name = 0, value = 0;  // the value's place in the texts
  };
  struct Node {
    std::uint32_t name = 0;    // 0: a text
    std::uint32_t parent = 0;  // the root is its own
    std::uint32_t end = 0;     // the first node behind all below; 0 while the element is open
    std::uint32_t line = 0;
    std::uint32_t first = 0;  // the first attribute, or the place of the text
    std::uint16_t attributes = 0, declarations = 0;  // declarations stand behind the attributes
  };

  XmlTree();

  // --- reading ---
  bool empty() const { return nodes_.size() == 0; }
  const Node& node(std::uint32_t at) const { return nodes_[at]; }
  std::uint32_t end_of(std::uint32_t at) const {
    return nodes_[at].end == 0 ? static_cast<std::uint32_t>(nodes_.size()) : nodes_[at].end;
  }
  const Name& name(std::uint32_t id) const { return names_[id]; }
  const Name& name_of(std::uint32_t at) const { return names_[nodes_[at].name]; }
  const Attribute& attribute(std::size_t i) const { return attributes_[i]; }
  const char* text(std::uint32_t place) const { return &texts_[place]; }
  // Calls visit(at) for each child, text or element; it ends where visit says false.
  template <class Visit>
  void each_child(std::uint32_t at, const Visit& visit) const {
    for (std::uint32_t i = at + 1; i < end_of(at); i = end_of(i))
      if (!visit(i)) return;
  }
  XmlElement element(std::uint32_t at) const { return XmlElement(this, at); }
  static const XmlTree* tree_of(const XmlElement& e) { return e.tree_; }
  static std::uint32_t place_of(const XmlElement& e) { return e.at_; }

  // --- filling ---
  std::uint32_t add_name(Name name);
  // Attributes and then declarations follow, before anything else is added.
  std::uint32_t open(std::uint32_t name, int line);
  void add_attribute(std::uint32_t name, std::string_view value);
  void declare(std::uint32_t name);
  // False when the text would become longer than a text may be.
  bool add_text(std::string_view text);
  void close();
  std::uint32_t open_element() const { return open_.empty() ? nothing : open_.back().at; }
  std::size_t depth() const { return open_.size(); }
  // Forgets the element that was closed just now, with all below.
  void forget_last();
  // Another tree's element with all below, each name with the namespace it has there.
  void copy(const XmlTree& from, std::uint32_t at);

  static constexpr std::uint32_t nothing = 0xffffffff;

 private:
  struct Open {
    std::uint32_t at = 0;
    std::size_t texts = 0;  // before it was opened
  };
  std::uint32_t keep_text(std::string_view text);
  std::uint32_t keep_or_share(std::string_view text);
  bool append_text(Node& node, std::string_view text);
  std::deque<Name> names_;                                    // names_[0] is that of texts
  std::map<std::string, std::uint32_t, std::less<>> blanks_;  // white space and its place
  PlainArray<Node> nodes_;
  PlainArray<Attribute> attributes_;
  PlainArray<char> texts_;  // each ends with a zero
  std::vector<Open> open_;
  Open closed_;
};

// Fills a tree with what libxml2's parser reads. With parts only what belongs to one is kept, until
// it was taken.
class XmlFiller {
 public:
  explicit XmlFiller(const XmlParts* parts) : parts_(parts) {}
  // The parser must not outlive it.
  void listen_to(xmlParserCtxt& parser);
  XmlTree tree;
  std::optional<Error> problem;  // ends the reading

 private:
  static XmlFiller& of(void* parser);
  static void on_start(void* parser, const xmlChar* name, const xmlChar* prefix, const xmlChar* uri,
                       int spaces, const xmlChar** space, int attributes, int defaulted,
                       const xmlChar** attribute);
  static void on_end(void* parser, const xmlChar* name, const xmlChar* prefix, const xmlChar* uri);
  static void on_text(void* parser, const xmlChar* text, int length);
  static void on_entity(void* parser, const xmlChar*, int, const xmlChar*, const xmlChar*,
                        xmlChar*);
  std::uint32_t id_of(const xmlChar* local, const xmlChar* prefix, const xmlChar* uri);
  void started(std::uint32_t at);
  void ended(std::uint32_t at);
  void keep(Result<void> answer);
  template <class Act>
  void guard(const Act& act);

  const XmlParts* parts_;
  xmlParserCtxt* parser_ = nullptr;
  std::uint32_t part_ = XmlTree::nothing;     // that is being read
  std::uint32_t flowing_ = XmlTree::nothing;  // whose text is handed on
  // The parser keeps one copy of each name.
  std::map<std::tuple<const void*, const void*, const void*>, std::uint32_t> ids_;
};

// Every piece of XML that comes in is read with these: see xml_reader.cpp.
inline constexpr int xml_options = XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING |
                                   XML_PARSE_NOCDATA | XML_PARSE_COMPACT | XML_PARSE_BIG_LINES;

inline const xmlChar* chars_of(const std::string& text) {
  return reinterpret_cast<const xmlChar*>(text.c_str());
}

// The parser's sentence with its line.
std::string complaint_of(const xmlError* error);

// An element with all below as a tree of libxml2, for what only that can do; node->_private is the
// element's place + 1. Null: not enough memory.
using LibXmlTree = std::unique_ptr<xmlDoc, FreeWith<xmlFreeDoc>>;
LibXmlTree libxml_tree_of(const XmlTree& tree, std::uint32_t top);

}  // namespace linka
