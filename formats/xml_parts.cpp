// SPDX-License-Identifier: GPL-3.0-or-later
// libxml2's push parser builds its tree through its own handlers; ours stand around them, cut off
// what has ended, and keep long texts out of the tree, which would refuse them beyond 10 MB.
#include "formats/xml_parts.h"

#include "base/handle.h"
#include "base/text.h"
#include "formats/crowded_elements.h"

#include <libxml/SAX2.h>
#include <libxml/parser.h>
#include <libxml/parserInternals.h>
#include <libxml/tree.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <optional>

namespace linka {

class XmlPartsReader {
 public:
  explicit XmlPartsReader(const XmlParts& parts) : parts_(parts) {}
  Result<void> read(const std::filesystem::path& file);
  static const xmlNode* first_node(const XmlElement& element) {
    const auto* node = static_cast<const xmlNode*>(element.node_);
    return node == nullptr ? nullptr : node->children;
  }

 private:
  struct FreeParser {
    void operator()(xmlParserCtxt* parser) const noexcept {
      if (parser->myDoc) xmlFreeDoc(parser->myDoc);
      xmlFreeParserCtxt(parser);
    }
  };

  static XmlPartsReader& of(void* context) {
    return *static_cast<XmlPartsReader*>(static_cast<xmlParserCtxt*>(context)->_private);
  }
  static void on_start(void* context, const xmlChar* name, const xmlChar* prefix,
                       const xmlChar* uri, int spaces, const xmlChar** space, int attributes,
                       int defaulted, const xmlChar** attribute) {
    xmlSAX2StartElementNs(context, name, prefix, uri, spaces, space, attributes, defaulted,
                          attribute);
    of(context).started(static_cast<xmlParserCtxt*>(context)->node);
  }
  static void on_end(void* context, const xmlChar* name, const xmlChar* prefix,
                     const xmlChar* uri) {
    xmlNode* node = static_cast<xmlParserCtxt*>(context)->node;
    xmlSAX2EndElementNs(context, name, prefix, uri);
    of(context).ended(node);
  }
  static void on_text(void* context, const xmlChar* text, int length) {
    auto& self = of(context);
    const xmlNode* node = static_cast<xmlParserCtxt*>(context)->node;
    if (self.part_ == nullptr) return;  // nobody asks for it
    if (self.flowing_ == nullptr || self.flowing_ != node)
      return xmlSAX2Characters(context, text, length);
    self.keep(self.parts_.flow(XmlElement(self.flowing_), {reinterpret_cast<const char*>(text),
                                                           static_cast<std::size_t>(length)}));
  }
  static void on_comment(void*, const xmlChar*) {}
  static void on_instruction(void*, const xmlChar*, const xmlChar*) {}
  static void on_entity(void* context, const xmlChar*, int, const xmlChar*, const xmlChar*,
                        xmlChar*) {
    of(context).keep(fail(ErrorKind::bad_input,
                          "the XML file declares entities of its own, which is not accepted"));
  }

  void keep(Result<void> answer) {
    if (answer || problem_) return;
    problem_ = answer.error();
    xmlStopParser(parser_.get());
  }
  void started(xmlNode* node) {
    if (node == nullptr || problem_) return;
    if (part_ == nullptr && parts_.is_part(XmlElement(node))) part_ = node;
    if (part_ != nullptr && parts_.flows && parts_.flows(XmlElement(node))) flowing_ = node;
  }
  void ended(xmlNode* node) {
    if (node == nullptr) return;
    if (flowing_ == node) flowing_ = nullptr;
    if (part_ != nullptr && part_ != node) return;
    if (part_ == node && !problem_) keep(parts_.take(XmlElement(node)));
    part_ = nullptr;
    if (node->parent == nullptr || node->parent->type != XML_ELEMENT_NODE) return;
    xmlUnlinkNode(node);
    xmlFreeNode(node);
  }
  std::string complaint() const;

  const XmlParts& parts_;
  std::unique_ptr<xmlParserCtxt, FreeParser> parser_;
  xmlNode* part_ = nullptr;     // that is being read, or nothing
  xmlNode* flowing_ = nullptr;  // whose text is handed on
  std::optional<Error> problem_;
};

std::string XmlPartsReader::complaint() const {
  const xmlError* error = xmlCtxtGetLastError(parser_.get());
  if (error == nullptr || error->message == nullptr) return tr("the parser gives no reason");
  const std::string text = trimmed(clean_utf8(error->message));
  return error->line > 0 ? fmt::format("line {}: {}", error->line, text) : text;
}

Result<void> XmlPartsReader::read(const std::filesystem::path& file) {
  start_xml_library();
  errno = 0;
  std::ifstream in(file, std::ios::binary);
  if (!in)
    return fail(kind_of_errno(errno), "{}: cannot be read: {}", file.string(),
                std::strerror(errno));
  parser_.reset(xmlCreatePushParserCtxt(nullptr, nullptr, nullptr, 0, nullptr));
  if (!parser_) return fail(ErrorKind::resource, "not enough memory for an XML parser");
  xmlCtxtUseOptions(parser_.get(), XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING |
                                       XML_PARSE_NOCDATA | XML_PARSE_COMPACT | XML_PARSE_BIG_LINES);
  parser_->_private = this;
  xmlSAXHandler& sax = *parser_->sax;
  sax.startElementNs = on_start;
  sax.endElementNs = on_end;
  sax.characters = on_text;
  sax.ignorableWhitespace = on_text;
  sax.comment = on_comment;
  sax.processingInstruction = on_instruction;
  sax.entityDecl = on_entity;
  CrowdedElements crowded;
  std::array<char, 64 * 1024> piece;
  bool any = false;
  while (in && !problem_) {
    in.read(piece.data(), static_cast<std::streamsize>(piece.size()));
    const auto got = static_cast<int>(in.gcount());
    any = any || got > 0;
    if (crowded.found_in(
            {reinterpret_cast<const std::uint8_t*>(piece.data()), static_cast<std::size_t>(got)}))
      return fail(ErrorKind::bad_input,
                  "{}: the XML file has an element with more than {} attributes", file.string(),
                  CrowdedElements::most_attributes);
    if (got > 0 && xmlParseChunk(parser_.get(), piece.data(), got, 0) != 0) break;
  }
  if (problem_) return tl::unexpected(*problem_);
  if (in.bad()) return fail(ErrorKind::io, "{}: cannot be read", file.string());
  if (!any) return fail(ErrorKind::bad_input, "the XML file is empty");
  xmlParseChunk(parser_.get(), nullptr, 0, 1);
  if (problem_) return tl::unexpected(*problem_);
  if (!parser_->wellFormed)
    return fail(ErrorKind::bad_input, "not well-formed XML: {}", complaint());
  return {};
}

bool begins_with_text(const XmlElement& element) {
  const xmlNode* first = XmlPartsReader::first_node(element);
  return first != nullptr &&
         (first->type == XML_TEXT_NODE || first->type == XML_CDATA_SECTION_NODE);
}

Result<void> read_xml_parts(const std::filesystem::path& file, const XmlParts& parts) {
  return XmlPartsReader(parts).read(file);
}

}  // namespace linka
